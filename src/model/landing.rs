//! Which COPY brings a path into the image, and what is known of the file that it brings.

use super::directories::{Makes, makes_directory};
use super::layout::Present;
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
        let arrival =
            Arrival { landing: self, id, copy, destination: copy.destination.path.as_deref()?, history, path };
        arrival.inside()?;
        let mut found = (0..copy.sources.len()).filter_map(|source| arrival.source(source));
        // A source that names the file says more than one that may be a directory with it.
        let first = found.next()?;
        if first.named { Some(first) } else { found.find(|landed| landed.named).or(Some(first)) }
    }

    /// Whether `copy`, the step at `id`, may bring something that lies at `inside` below its destination. What the context
    /// shows not to be there is not brought; without a context it may be.
    #[must_use]
    pub fn may_bring(&self, id: StepId, copy: &Copy, inside: &str) -> bool {
        let Some(context) = self.context.filter(|_| !self.model.stages[id.stage].triggers) else { return true };
        copy.sources.iter().any(|source| {
            let matches = context.matches(&source.text);
            matches.found.iter().any(|found| {
                let below = path::join(&found.entry.path, inside);
                found.entry.is_directory() && context.entry(below.trim_start_matches('/')).is_some()
            })
        })
    }

    /// Whether `directory` is there as a directory when the step at `id` runs.
    #[must_use]
    pub fn is_directory(&self, id: StepId, history: &[StepId], directory: &str) -> bool {
        let in_base = || self.model.base_has_directory(id.stage, directory) > Present::No;
        if self.model.step(id).scope.workdir.as_deref() == Some(directory) || in_base() {
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
                StepKind::Run(run) => makes_directory(run, &step.scope, directory) == Makes::Yes,
                _ => false,
            };
            workdir || copied
        })
    }
}

/// The question whether one COPY brings one path.
struct Arrival<'q> {
    landing: &'q Landing<'q>,
    id: StepId,
    copy: &'q Copy,
    /// The destination of the copy.
    destination: &'q str,
    /// The steps of the image that the copy belongs to.
    history: &'q [StepId],
    /// The path that is asked for.
    path: &'q str,
}

impl Arrival<'_> {
    /// What of the path lies below the destination.
    fn inside(&self) -> Option<&str> {
        path::below(self.destination, self.path)
    }

    fn source(&self, index: usize) -> Option<Landed> {
        let source = &self.copy.sources[index];
        let (named, origin) = match source.kind {
            SourceKind::Heredoc => self.is_target(&source.text).then_some((true, Origin::Heredoc)),
            SourceKind::Url => {
                let address = source.text.split(['?', '#']).next().unwrap_or_default();
                // An escape in the address is decoded by the builder; such a name is not guessed at.
                let name = path::file_name(address);
                (!name.contains('%') && self.is_target(name)).then_some((true, Origin::Download))
            }
            // A repository or an unknown source may bring anything.
            SourceKind::Git | SourceKind::Unknown => Some((false, Origin::Elsewhere)),
            SourceKind::Path if self.copy.parents || !self.copy.excludes.is_empty() => Some((false, Origin::Elsewhere)),
            SourceKind::Path => match self.copy.from {
                CopyFrom::Elsewhere => Some((false, Origin::Elsewhere)),
                CopyFrom::Stage(stage) => self.in_stage(source, stage),
                CopyFrom::Context => match self.context() {
                    Some(context) => self.in_context(context, source),
                    None => self.unseen(source),
                },
            },
        }?;
        Some(Landed { copy: self.id, source: index, path: self.path.to_owned(), named, origin })
    }

    /// The context that the copy takes its files from, if it can be looked into.
    fn context(&self) -> Option<&BuildContext> {
        self.landing.context.filter(|_| !self.landing.model.stages[self.id.stage].triggers)
    }

    /// Where a file named `name` lands.
    fn target(&self, name: &str) -> String {
        let into = self.copy.destination.directory
            || self.copy.sources.len() > 1
            || self.landing.is_directory(self.id, self.history, self.destination);
        if into { path::join(self.destination, name) } else { self.destination.to_owned() }
    }

    /// Whether a file named `name` lands at the path.
    fn is_target(&self, name: &str) -> bool {
        self.target(name) == self.path
    }

    fn in_context(&self, context: &BuildContext, source: &Source) -> Option<(bool, Origin)> {
        let matches = context.matches(&source.text);
        let several = matches.found.len() > 1;
        matches.found.iter().find_map(|found| {
            let named = !matches.glob && found.entry.is_file();
            self.entry(context, found, several).map(|entry| (named, Origin::File(Box::new(entry))))
        })
    }

    /// The file of the context that lands at the path, if it is `found` or lies in it.
    fn entry(&self, context: &BuildContext, found: &Match, several: bool) -> Option<Entry> {
        if found.entry.is_directory() {
            let inside = self.inside().filter(|inside| !inside.is_empty())?;
            let in_context = path::join(&found.entry.path, inside);
            let in_context = in_context.trim_start_matches('/');
            return context.entry(in_context).filter(|entry| entry.is_file() && context.is_sent(in_context));
        }
        let name = path::file_name(&found.path);
        let target = if several { path::join(self.destination, name) } else { self.target(name) };
        (target == self.path).then(|| found.entry.clone())
    }

    fn in_stage(&self, source: &Source, stage: usize) -> Option<(bool, Origin)> {
        let there = self.landing.model.history(stage);
        let writer = |path: &str| self.landing.writer(&there, path);
        let from = path::absolute("/", &source.text);
        if self.is_target(path::file_name(&from))
            && let Some(landed) = writer(&from)
        {
            return Some((true, landed.origin));
        }
        let inside = self.inside()?;
        let origin = || writer(&path::join(&from, inside)).map_or(Origin::Elsewhere, |landed| landed.origin);
        Some((false, if inside.is_empty() { Origin::Elsewhere } else { origin() }))
    }

    /// What can be said without a context.
    fn unseen(&self, source: &Source) -> Option<(bool, Origin)> {
        let is_directory = matches!(source.text.as_str(), "." | "./" | "/" | "") || source.text.ends_with('/');
        let name = path::file_name(&source.text);
        let glob = name.contains(['*', '?', '[']);
        // Without a dot in its name it may as well be a directory.
        if !is_directory && !glob && self.is_target(name) {
            return Some((true, Origin::Unseen));
        }
        let deep = self.inside()?.contains('/');
        (is_directory || (glob && !deep) || (!glob && !name.contains('.'))).then_some((false, Origin::Perhaps))
    }
}
