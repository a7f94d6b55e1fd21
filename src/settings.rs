//! What the user decided, as plain data. Where it was read from is the business of `config` and `cli`.

use std::collections::BTreeMap;

/// A program that builds images from Dockerfiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    /// BuildKit: `docker build` since 23.0, `docker buildx`.
    Buildkit,
    /// Buildah, and `podman build` on top of it.
    Buildah,
    /// Docker's classic builder (`DOCKER_BUILDKIT=0`): no `--chmod`, no heredocs, no `--link`.
    Classic,
}

impl Builder {
    /// All builders, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Buildkit, Self::Buildah, Self::Classic];

    /// The name in `dockfix.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buildkit => "buildkit",
            Self::Buildah => "buildah",
            Self::Classic => "classic",
        }
    }
}

/// How sure a fix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown, never written.
    Display,
    /// Right in nearly every case, but rests on something that is not visible. Written with `--unsafe`.
    Unsafe,
    /// Follows from the file and the context that was read. Written by `--apply`.
    Safe,
}

impl Applicability {
    /// The word that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// What stands in the way of a fix, and how far it lowers the level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Obstacles(Vec<(Applicability, String)>);

impl Obstacles {
    /// The fix is not written, because of `reason`, a sentence without a full stop.
    pub fn stop(&mut self, reason: impl Into<String>) {
        self.0.push((Applicability::Display, reason.into()));
    }

    /// The fix is unsafe, because of `reason`, a sentence without a full stop.
    pub fn doubt(&mut self, reason: impl Into<String>) {
        self.0.push((Applicability::Unsafe, reason.into()));
    }

    /// Adds those of somebody else.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The level that is left.
    #[must_use]
    pub fn level(&self) -> Applicability {
        self.0.iter().map(|(level, _)| *level).min().unwrap_or(Applicability::Safe)
    }

    /// Why it is not a better one, each reason once, in the order in which they were found.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let level = self.level();
        let mut reasons: Vec<String> = Vec::new();
        for (_, reason) in self.0.iter().filter(|(of, _)| *of == level) {
            if !reasons.contains(reason) {
                reasons.push(reason.clone());
            }
        }
        reasons
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The build or the container fails, or does something else than what was written.
    Correctness,
    /// Somebody can read, write or run what they should not.
    Security,
    /// Builds take longer than they need.
    Cache,
    /// The context or the image is larger than it needs to be.
    Size,
    /// Neither of these, but easier to read and keep.
    Maintenance,
}

impl Group {
    /// All groups, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Correctness, Self::Security, Self::Cache, Self::Size, Self::Maintenance];

    /// The name in `--select` and in `rule.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Security => "security",
            Self::Cache => "cache",
            Self::Size => "size",
            Self::Maintenance => "maintenance",
        }
    }
}

/// Which rules run when the user names none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Every rule that is on by default.
    #[default]
    Migrate,
    /// Only what is broken or fragile today: the groups correctness and security.
    Review,
    /// Every rule but those that run by name only.
    All,
}

/// The value of one option of a rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// A word out of a list, or any text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
}

/// The options of one rule by name; those the user left out have their default.
pub type RuleOptions = BTreeMap<String, OptionValue>;

/// Everything that decides which rules run on a file and what they may do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The builders that have to read the result.
    pub builders: Vec<Builder>,
    /// Which rules run where `select` is empty.
    pub preset: Preset,
    /// Slugs, aliases and groups that run instead of the preset's; checked against the registry.
    pub select: Vec<String>,
    /// Slugs, aliases and groups that do not run.
    pub ignore: Vec<String>,
    /// Whether unsafe fixes are written.
    pub unsafe_fixes: bool,
    /// Options by the slug of their rule.
    pub options: BTreeMap<String, RuleOptions>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            builders: vec![Builder::Buildkit, Builder::Buildah],
            preset: Preset::default(),
            select: Vec::new(),
            ignore: Vec::new(),
            unsafe_fixes: false,
            options: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Whether `builder` has to read the result.
    #[must_use]
    pub fn builds_with(&self, builder: Builder) -> bool {
        self.builders.contains(&builder)
    }

    /// The text of option `name` of rule `slug`, if the user set it.
    #[must_use]
    pub fn text_option(&self, slug: &str, name: &str) -> Option<&str> {
        match self.options.get(slug)?.get(name)? {
            OptionValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The level from which fixes are written.
    #[must_use]
    pub const fn lowest_written(&self) -> Applicability {
        if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe }
    }
}
