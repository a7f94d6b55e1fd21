//! Why an instruction runs again or does not, as data and as a sentence.

use super::PathChange;

/// Why an instruction has its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing that it depends on is different.
    Unchanged,
    /// It only changes the configuration.
    Setting,
    /// The target does not need its stage.
    NotNeeded,
    /// A path of the context that it takes.
    Path {
        /// The path.
        path: String,
        /// What became of it.
        change: PathChange,
    },
    /// The mode of a directory, which BuildKit does not notice.
    DirectoryMode {
        /// The directory.
        path: String,
    },
    /// A variable that is part of what a RUN starts with.
    Environment {
        /// The variable.
        name: String,
    },
    /// A word of it comes to something else.
    Word {
        /// The variable in the word.
        name: String,
    },
    /// An argument that is in scope, and no part of the key.
    NotInKey {
        /// The argument.
        name: String,
    },
    /// A proxy argument that no ARG declares; the classic builder notes that one was given.
    Proxy {
        /// The argument.
        name: String,
    },
    /// It runs as somebody else.
    User {
        /// The variable in USER.
        name: String,
    },
    /// The image that the stage begins with may be another one.
    Base {
        /// The variable in FROM.
        name: String,
    },
    /// A step in front of it runs again.
    Above {
        /// The line of the step.
        line: usize,
        /// Whether that is certain.
        certain: bool,
    },
    /// It takes a path of a stage in which a changed file lands.
    StagePath {
        /// The path in the stage.
        path: String,
        /// What lands there.
        changed: String,
        /// The line of the FROM of that stage.
        line: usize,
    },
    /// It takes a path of a stage that ran again, and what is there nobody can tell.
    StageOutput {
        /// The path in the stage.
        path: String,
        /// The line of what runs again there.
        line: usize,
    },
    /// It takes a path of a stage that ran again, but in which these bytes stay the same.
    SameBytes {
        /// The path in the stage.
        path: String,
    },
    /// It is fetched on every build and kept if it is the same.
    Download,
    /// The address that it fetches is another one.
    OtherDownload {
        /// The variable in the address.
        name: String,
    },
    /// With `--link` it does not depend on the steps in front of it, where the engine's store knows how.
    Link {
        /// The line of the step in front of it that runs again.
        line: usize,
    },
    /// It is the same step as one of another stage, which has just run.
    SameStep {
        /// The line of that step.
        line: usize,
    },
    /// A variable of the base image stands in its source.
    Unknown {
        /// A path that it may take.
        path: String,
    },
    /// `--exclude` or `--parents` decide, which frontends read differently.
    Filter {
        /// The path.
        path: String,
    },
}

impl Reason {
    /// The line of the instruction that is the cause, where it is another one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Above { line, .. }
            | Self::StageOutput { line, .. }
            | Self::Link { line }
            | Self::SameStep { line } => Some(*line),
            _ => None,
        }
    }

    /// A short name, for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Setting => "setting",
            Self::NotNeeded => "not-needed",
            Self::Path { .. } => "path",
            Self::DirectoryMode { .. } => "directory-mode",
            Self::Environment { .. } => "environment",
            Self::Word { .. } => "word",
            Self::NotInKey { .. } => "not-in-key",
            Self::Proxy { .. } => "proxy",
            Self::User { .. } => "user",
            Self::Base { .. } => "base",
            Self::Above { .. } => "above",
            Self::StagePath { .. } => "stage-path",
            Self::StageOutput { .. } => "stage-output",
            Self::SameBytes { .. } => "same-bytes",
            Self::Download => "download",
            Self::OtherDownload { .. } => "other-download",
            Self::Link { .. } => "link",
            Self::SameStep { .. } => "same-step",
            Self::Unknown { .. } => "unknown",
            Self::Filter { .. } => "filter",
        }
    }

    /// A sentence without a full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Unchanged => "nothing that it depends on changes".to_owned(),
            Self::Setting => "only configuration, which is written on every build".to_owned(),
            Self::NotNeeded => "the target does not need this stage".to_owned(),
            Self::Path { path, change } => match change {
                PathChange::Content => format!("takes `{path}`, which has other content"),
                PathChange::Added => format!("takes `{path}`, which is new"),
                PathChange::Removed => format!("takes `{path}`, which is gone"),
                PathChange::Mode => format!("takes `{path}`, whose mode is another one"),
            },
            Self::DirectoryMode { path } => {
                format!("takes `{path}`, but BuildKit does not notice the mode of a directory")
            }
            Self::Environment { name } => format!("sees the variable `{name}`, as every RUN below its declaration"),
            Self::Word { name } => format!("`${name}` stands in it"),
            Self::NotInKey { name } => format!("`{name}` is in scope, but only a RUN depends on that"),
            Self::Proxy { name } => {
                format!("`{name}` counts if none was given before, and not if it had another value")
            }
            Self::User { name } => format!("runs as another user: USER has `${name}`"),
            Self::Base { name } => format!("`${name}` decides on which image this begins with"),
            Self::Above { line, certain: true } => format!("stands below line {line}, which runs again"),
            Self::Above { line, certain: false } => format!("stands below line {line}, and runs again if that does"),
            Self::StagePath { path, changed, line } => {
                format!("takes `{path}` of the stage at line {line}, where `{changed}` lands")
            }
            Self::StageOutput { path, line } => {
                format!("takes `{path}`, and runs again if line {line} makes other bytes of it")
            }
            Self::SameBytes { path } => format!("takes `{path}`, which has the same bytes as before"),
            Self::Download => "fetched on every build, and cached as long as it is the same".to_owned(),
            Self::OtherDownload { name } => format!("fetches another address: `${name}` stands in it"),
            Self::Link { line } => {
                format!("has --link, so line {line} does not matter; engines with the overlay2 store run it again")
            }
            Self::SameStep { line } => format!("is the same step as line {line}, and takes what that has just made"),
            Self::Unknown { path } => format!("may take `{path}`: a variable of the base image stands in its source"),
            Self::Filter { path } => format!("may take `{path}`: its --exclude or --parents decides"),
        }
    }
}
