//! Which COPY brings a path into the image, and what is known of the file that it brings.

use super::{BuildModel, Copy, CopyFrom, Source, SourceKind, StepId, StepKind, path};
use crate::context::{BuildContext, Entry, Match};

/// What is known of a file that a COPY brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of the context.
    File(Box<Entry>),
    /// A heredoc: mode 644.
    Heredoc,
    /// A download: mode 600.
    Download,
    /// The copy names it, but there is no context to look into.
    Unseen,
    /// The copy brings a directory that may hold it; there is no context to look into.
    Perhaps,
    /// It comes from another image, or from a stage that makes it.
    Elsewhere,
}

/// A file that a COPY brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The COPY.
    pub copy: StepId,
    /// Which of its sources.
    pub source: usize,
    /// Where the file lies in the image.
    pub path: String,
    /// Whether the source names this very file, and is no directory or glob.
    pub named: bool,
    /// What is known of it.
    pub origin: Origin,
}

/// Directories that every image has, so that `COPY file /usr/local/bin` puts the file into it.
const USUAL_DIRECTORIES: [&str; 22] = [
    "/",
    "/bin",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/var",
];

/// Whether every image has this directory.
#[must_use]
pub fn is_usual_directory(directory: &str) -> bool {
    USUAL_DIRECTORIES.contains(&directory)
}

/// Finds out where files land.
pub struct Landing<'a> {
    model: &'a BuildModel,
    context: Option<&'a BuildContext>,
}

impl<'a> Landing<'a> {
    /// With the context, if there is one.
    #[must_use]
    pub const fn new(model: &'a BuildModel, context: Option<&'a BuildContext>) -> Self {
        Self { model, context }
    }

    /// The last COPY among `history` that brings `path`, and what it brings. `None` if none does.
    #[must_use]
    pub fn writer(&self, history: &[StepId], path: &str) -> Option<Landed> {
        history.iter().rev().find_map(|id| match &self.model.step(*id).kind {
            StepKind::Copy(copy) => self.brings(*id, copy, history, path),
            _ => None,
        })
    }

    fn brings(&self, id: StepId, copy: &Copy, history: &[StepId], path: &str) -> Option<Landed> {
        let destination = copy.destination.path.as_deref()?;
        path::below(destination, path)?;
        let mut found =
            (0..copy.sources.len()).filter_map(|source| self.source_brings(id, copy, source, history, path));
        // A source that names the file says more than one that may be a directory with it.
        let first = found.next()?;
        if first.named { Some(first) } else { found.find(|landed| landed.named).or(Some(first)) }
    }

    fn source_brings(&self, id: StepId, copy: &Copy, index: usize, history: &[StepId], path: &str) -> Option<Landed> {
        let landed = |named, origin| Landed { copy: id, source: index, path: path.to_owned(), named, origin };
        let source = &copy.sources[index];
        let is_target = |name: &str| self.file_target(id, copy, history, name).as_deref() == Some(path);
        match source.kind {
            SourceKind::Heredoc => is_target(&source.text).then(|| landed(true, Origin::Heredoc)),
            SourceKind::Url => {
                let address = source.text.split(['?', '#']).next().unwrap_or_default();
                // An escape in the address is decoded by the builder; such a name is not guessed at.
                let name = path::file_name(address);
                (!name.contains('%') && is_target(name)).then(|| landed(true, Origin::Download))
            }
            // A repository or an unknown source may bring anything.
            SourceKind::Git | SourceKind::Unknown => Some(landed(false, Origin::Elsewhere)),
            SourceKind::Path if copy.parents || !copy.excludes.is_empty() => Some(landed(false, Origin::Elsewhere)),
            SourceKind::Path => match copy.from {
                CopyFrom::Elsewhere => Some(landed(false, Origin::Elsewhere)),
                CopyFrom::Stage(stage) => {
                    self.in_stage(id, copy, source, stage, history, path).map(|(named, origin)| landed(named, origin))
                }
                CopyFrom::Context => match self.context.filter(|_| !self.model.stages[id.stage].triggers) {
                    Some(context) => self
                        .in_context(context, id, copy, source, history, path)
                        .map(|(named, origin)| landed(named, origin)),
                    None => self.unseen(id, copy, source, history, path).map(|(named, origin)| landed(named, origin)),
                },
            },
        }
    }

    /// Where a file named `name` lands.
    fn file_target(&self, id: StepId, copy: &Copy, history: &[StepId], name: &str) -> Option<String> {
        let destination = copy.destination.path.as_deref()?;
        let into = copy.destination.directory || copy.sources.len() > 1 || self.is_directory(id, history, destination);
        Some(if into { path::join(destination, name) } else { destination.to_owned() })
    }

    #[must_use]
    /// Whether `directory` is there as a directory when the step at `id` runs.
    pub fn is_directory(&self, id: StepId, history: &[StepId], directory: &str) -> bool {
        if USUAL_DIRECTORIES.contains(&directory) || self.model.step(id).scope.workdir.as_deref() == Some(directory) {
            return true;
        }
        let before = history.iter().take_while(|step| **step < id);
        before.into_iter().any(|step| {
            let step = self.model.step(*step);
            let workdir =
                step.scope.workdir.as_deref().is_some_and(|workdir| path::below(directory, workdir).is_some());
            let copied = match &step.kind {
                StepKind::Copy(copy) => {
                    let into = copy.destination.directory || copy.sources.len() > 1;
                    let inside = copy.destination.path.as_deref().and_then(|path| path::below(directory, path));
                    inside.is_some_and(|inside| into || !inside.is_empty())
                }
                StepKind::Run(run) => {
                    run.mentions(&format!("mkdir -p {directory}")) || run.mentions(&format!("mkdir {directory}"))
                }
                _ => false,
            };
            workdir || copied
        })
    }

    fn in_context(
        &self,
        context: &BuildContext,
        id: StepId,
        copy: &Copy,
        source: &Source,
        history: &[StepId],
        path: &str,
    ) -> Option<(bool, Origin)> {
        let matches = context.matches(&source.text);
        let several = matches.found.len() > 1;
        matches.found.iter().find_map(|found| {
            let named = !matches.glob && found.entry.is_file();
            self.entry_at(context, id, copy, found, several, history, path)
                .map(|entry| (named, Origin::File(Box::new(entry))))
        })
    }

    #[allow(clippy::too_many_arguments, reason = "all of them describe one question")]
    fn entry_at(
        &self,
        context: &BuildContext,
        id: StepId,
        copy: &Copy,
        found: &Match,
        several: bool,
        history: &[StepId],
        path: &str,
    ) -> Option<Entry> {
        let destination = copy.destination.path.as_deref()?;
        if found.entry.is_directory() {
            let inside = path::below(destination, path).filter(|inside| !inside.is_empty())?;
            let in_context = path::join(&found.entry.path, inside);
            let in_context = in_context.trim_start_matches('/');
            return context.entry(in_context).filter(|entry| entry.is_file() && context.is_sent(in_context));
        }
        let name = path::file_name(&found.path);
        let target = if several { path::join(destination, name) } else { self.file_target(id, copy, history, name)? };
        (target == path).then(|| found.entry.clone())
    }

    fn in_stage(
        &self,
        id: StepId,
        copy: &Copy,
        source: &Source,
        stage: usize,
        history: &[StepId],
        path: &str,
    ) -> Option<(bool, Origin)> {
        let there = self.model.history(stage);
        let origin = |path: &str| self.writer(&there, path).map_or(Origin::Elsewhere, |landed| landed.origin);
        let from = path::absolute("/", &source.text);
        if self.file_target(id, copy, history, path::file_name(&from)).as_deref() == Some(path)
            && let Some(landed) = self.writer(&there, &from)
        {
            return Some((true, landed.origin));
        }
        let inside = path::below(copy.destination.path.as_deref()?, path)?;
        Some((false, if inside.is_empty() { Origin::Elsewhere } else { origin(&path::join(&from, inside)) }))
    }

    /// What can be said without a context.
    fn unseen(
        &self,
        id: StepId,
        copy: &Copy,
        source: &Source,
        history: &[StepId],
        path: &str,
    ) -> Option<(bool, Origin)> {
        let is_directory = matches!(source.text.as_str(), "." | "./" | "/" | "") || source.text.ends_with('/');
        let name = path::file_name(&source.text);
        let glob = name.contains(['*', '?', '[']);
        if !is_directory && !glob {
            let target = self.file_target(id, copy, history, name)?;
            // Without a dot in its name it may as well be a directory.
            if target == path {
                return Some((true, Origin::Unseen));
            }
        }
        let inside = path::below(copy.destination.path.as_deref()?, path)?;
        let deep = inside.contains('/');
        (is_directory || (glob && !deep) || (!glob && !name.contains('.'))).then_some((false, Origin::Perhaps))
    }
}
