//! What a COPY puts where.

use super::Site;
use super::call::Target;
use crate::context::{Entry, EntryKind};
use crate::model::archive::{is_archive, unpacks_by_name};
use crate::model::landing::{Landing, Origin};
use crate::model::layout::Present;
use crate::model::{Copy, CopyFrom, Source, SourceKind, StepId, StepKind, path};

/// One thing that a COPY brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Where it lands; for a directory, where its contents do.
    pub path: String,
    /// What it is.
    pub kind: RootKind,
}

/// What kind of thing a COPY brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootKind {
    /// A file, with what is known of it.
    File(Origin),
    /// A directory, with its path in the context if it is from there.
    Tree(Option<String>),
    /// A file or a directory; the name that a file would have.
    Either(String),
}

/// How what a COPY brings lies to what a command touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It touches nothing of it.
    Apart,
    /// It touches all of it.
    Inside,
    /// It touches all of it if it is a file, as it seems to be.
    InsideAsFile,
    /// It touches a part of it, or may do so.
    Partly,
}

/// What the COPY at `id` brings; `None` if nobody can tell where it goes.
#[must_use]
pub fn roots(site: &Site<'_>, id: StepId, copy: &Copy, history: &[StepId]) -> Option<Vec<Root>> {
    let destination = copy.destination.path.as_deref()?;
    let bringer = Bringer { site, id, copy, history, destination };
    Some(copy.sources.iter().flat_map(|source| bringer.source(source)).collect())
}

struct Bringer<'a> {
    site: &'a Site<'a>,
    id: StepId,
    copy: &'a Copy,
    history: &'a [StepId],
    destination: &'a str,
}

impl Bringer<'_> {
    fn source(&self, source: &Source) -> Vec<Root> {
        let name = path::file_name(&source.text).to_owned();
        match (source.kind, &self.copy.from) {
            (SourceKind::Heredoc, _) => vec![self.file(&source.text, false, Origin::Heredoc)],
            (SourceKind::Url, _) => {
                let address = source.text.split(['?', '#']).next().unwrap_or_default();
                vec![self.file(path::file_name(address), false, Origin::Download)]
            }
            _ if self.copy.parents => vec![self.tree(None)],
            (SourceKind::Git, _) => vec![self.tree(None)],
            (SourceKind::Unknown, _) => vec![self.either(name)],
            (SourceKind::Path, CopyFrom::Context) => self.of_context(source, name),
            (SourceKind::Path, CopyFrom::Stage(stage)) => {
                let from = path::absolute("/", &source.text);
                let landing = Landing::new(self.site.model, self.site.build_context);
                match landing.writer(&self.site.model.history(*stage), &from) {
                    Some(landed) if matches!(landed.origin, Origin::File(_) | Origin::Heredoc | Origin::Download) => {
                        // A RUN of that stage may have changed the mode, so only that it is a file is taken from here.
                        vec![self.file(&name, false, Origin::Elsewhere)]
                    }
                    _ if is_directory_text(&source.text) => vec![self.tree(None)],
                    _ => vec![self.either(name)],
                }
            }
            (SourceKind::Path, CopyFrom::Elsewhere) if is_directory_text(&source.text) => vec![self.tree(None)],
            (SourceKind::Path, CopyFrom::Elsewhere) => vec![self.either(name)],
        }
    }

    fn of_context(&self, source: &Source, name: String) -> Vec<Root> {
        let Some(context) = self.site.context_of(self.id.stage) else {
            if is_directory_text(&source.text) {
                return vec![self.tree(None)];
            }
            if unpacks_by_name(self.copy, &source.text) {
                return vec![self.tree(None)];
            }
            return vec![self.either(name)];
        };
        let matches = context.matches(&source.text);
        if !matches.complete || matches.not_utf8 > 0 || matches.found.is_empty() {
            return vec![self.either(name)];
        }
        let several = matches.found.len() > 1;
        let root = |found: &crate::context::Match| match found.entry.kind {
            EntryKind::Directory => self.tree(Some(found.entry.path.clone())),
            // What ADD unpacks may bring anything below the destination.
            _ if is_archive(context, self.copy, &found.entry) => self.tree(None),
            _ => {
                let entry: Entry = found.entry.clone();
                self.file(path::file_name(&found.path), several, Origin::File(Box::new(entry)))
            }
        };
        matches.found.iter().map(root).collect()
    }

    fn file(&self, name: &str, several: bool, origin: Origin) -> Root {
        let directory = self.copy.destination.directory || self.copy.sources.len() > 1 || several;
        let landing = Landing::new(self.site.model, self.site.build_context);
        let into = directory || landing.is_directory(self.id, self.history, self.destination);
        let path = if into { path::join(self.destination, name) } else { self.destination.to_owned() };
        Root { path, kind: RootKind::File(origin) }
    }

    fn tree(&self, in_context: Option<String>) -> Root {
        Root { path: self.destination.to_owned(), kind: RootKind::Tree(in_context) }
    }

    fn either(&self, name: String) -> Root {
        Root { path: self.destination.to_owned(), kind: RootKind::Either(name) }
    }
}

/// Whether a source is a directory by the way it is written.
fn is_directory_text(text: &str) -> bool {
    matches!(text, "." | "./" | "/" | "") || text.ends_with('/') || text.ends_with("/.")
}

impl Root {
    /// How it lies to what `targets` name.
    #[must_use]
    pub fn relation(&self, targets: &[Target], site: &Site<'_>, stage: usize) -> Relation {
        let relations: Vec<Relation> = targets.iter().map(|target| self.to_target(target, site, stage)).collect();
        // What one target touches whole is touched whole.
        let whole = [Relation::Inside, Relation::InsideAsFile].into_iter().find(|whole| relations.contains(whole));
        whole.or_else(|| relations.into_iter().max()).unwrap_or(Relation::Apart)
    }

    fn to_target(&self, target: &Target, site: &Site<'_>, stage: usize) -> Relation {
        let inside =
            |path: &str| if target.recursive { path::below(&target.path, path).is_some() } else { target.path == path };
        match &self.kind {
            RootKind::File(_) if inside(&self.path) => Relation::Inside,
            RootKind::File(_) => Relation::Apart,
            RootKind::Tree(_) if target.recursive && inside(&self.path) => Relation::Inside,
            RootKind::Tree(from) => self.tree_holds(from.as_deref(), target, site, stage),
            RootKind::Either(_) if target.recursive && inside(&self.path) => Relation::Inside,
            RootKind::Either(name) => {
                let into = path::join(&self.path, name);
                let as_file = name.contains('.') || is_program(site, &target.path);
                let whole = inside(&self.path)
                    && (target.recursive || site.model.base_has_directory(stage, &self.path) == Present::No);
                match whole || inside(&into) {
                    true if as_file || target.recursive => Relation::InsideAsFile,
                    // By its name it is a directory, of which the command touches nothing but itself.
                    true => Relation::Apart,
                    false if as_file => Relation::Apart,
                    false => self.tree_holds(None, target, site, stage),
                }
            }
        }
    }

    /// Whether a directory that lands here brings the target.
    fn tree_holds(&self, from: Option<&str>, target: &Target, site: &Site<'_>, stage: usize) -> Relation {
        let Some(inside) = path::below(&self.path, &target.path).filter(|inside| !inside.is_empty()) else {
            return Relation::Apart;
        };
        let Some((context, from)) = site.context_of(stage).zip(from) else { return Relation::Partly };
        let path = path::join(from, inside);
        let path = path.trim_start_matches('/');
        let there = context.entry(path).is_some() && (context.is_sent(path) || !context.matches(path).found.is_empty());
        if there { Relation::Partly } else { Relation::Apart }
    }
}

/// Whether a path is that of a program: by where it lies, or because a container starts it.
fn is_program(site: &Site<'_>, path: &str) -> bool {
    let searched = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
    let started = |kind: &StepKind| match kind {
        StepKind::Cmd(process) | StepKind::Entrypoint(process) | StepKind::Healthcheck(Some(process)) => {
            process.programs().iter().any(|(word, _)| word.literal() == Some(path))
        }
        _ => false,
    };
    searched.contains(&path::parent(path))
        || site.model.stages.iter().any(|stage| stage.steps.iter().any(|step| started(&step.kind)))
}
