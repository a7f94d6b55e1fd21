//! Which of the changed paths a source takes.

use super::{Builder, Change, PathChange};
use crate::context::{self, BuildContext, Entry, EntryKind};

/// The changed paths, as the builder gets to see them.
pub(super) struct Paths<'a> {
    context: Option<&'a BuildContext>,
    builder: Builder,
    change: &'a Change,
}

/// A changed path that a source takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The path in the context.
    pub(super) path: String,
    pub(super) change: PathChange,
    /// What is behind the path that the source names: `x.py` for `src/x.py` under the source `src`; empty for the path itself.
    pub(super) inside: String,
    /// The last part of the path that the source names.
    pub(super) name: String,
    /// Whether the builder does not notice it: BuildKit, the mode of a directory.
    pub(super) unnoticed: bool,
    /// Whether the source only has a link to it, which is copied as a link.
    pub(super) through_link: bool,
}

impl<'a> Paths<'a> {
    pub(super) const fn new(context: Option<&'a BuildContext>, builder: Builder, change: &'a Change) -> Self {
        Self { context, builder, change }
    }

    /// The changed paths that `source` takes: a path or a glob, after quotes and variables.
    pub(super) fn hits(&self, source: &str) -> Vec<Hit> {
        let sent = |path: &str| self.context.is_none_or(|context| context.is_sent(path));
        let changed = self.change.paths.iter().filter(|(path, _)| sent(path));
        changed.filter_map(|(path, change)| self.hit(source, path, *change)).collect()
    }

    fn hit(&self, source: &str, path: &str, change: PathChange) -> Option<Hit> {
        let direct = context::named_by(source, path).or_else(|| self.by_link(source, path));
        let through_link = direct.is_none();
        let (named, inside) = direct.or_else(|| self.by_inner_link(source, path))?;
        let directory = change == PathChange::Mode
            && self.context.and_then(|context| context.entry(path)).is_some_and(|entry| entry.is_directory());
        // The root of the context is no entry of what is sent (measured).
        if directory && path.is_empty() && self.builder == Builder::Classic {
            return None;
        }
        let name = named.rsplit('/').next().unwrap_or_default().to_owned();
        let unnoticed = directory && self.builder == Builder::Buildkit;
        Some(Hit { path: path.to_owned(), change, inside, name, unnoticed, through_link })
    }

    /// A source that is a link, or has one in it, takes what that leads to.
    fn by_link(&self, source: &str, path: &str) -> Option<(String, String)> {
        let matches = self.context?.matches(source);
        matches.found.iter().filter(|found| found.path != found.entry.path).find_map(|found| {
            let inside = context::below(&found.entry.path, path)?;
            Some((found.path.clone(), inside.to_owned()))
        })
    }

    /// The classic builder sums up a copied directory with the content behind the links in it, though it copies them as links
    /// (measured).
    fn by_inner_link(&self, source: &str, path: &str) -> Option<(String, String)> {
        let context = self.context.filter(|_| self.builder == Builder::Classic)?;
        let matches = context.matches(source);
        let mut directories = matches.found.iter().filter(|found| found.entry.is_directory());
        directories.find_map(|directory| {
            let walk = context.walk(&directory.entry.path);
            let links = walk.entries.iter().filter(|entry| matches!(entry.kind, EntryKind::Symlink { .. }));
            let leads = |link: &&Entry| context.matches(&link.path).found.iter().any(|found| found.entry.path == path);
            let link = links.into_iter().find(leads)?;
            let inside = context::below(&directory.entry.path, &link.path)?;
            Some((directory.path.clone(), inside.to_owned()))
        })
    }
}
