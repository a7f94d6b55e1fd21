//! Everything below a directory of the context that is sent to the builder.

use std::sync::{Arc, PoisonError};

use walkdir::{DirEntry, WalkDir};

use super::dockerignore::{ParentMatches, PatternMatcher};
use super::recent::Question;
use super::{BuildContext, Entry, git, path};
use crate::settings::Builder;

/// How many paths a walk looks at before it gives up.
pub const WALK_LIMIT: usize = 200_000;

/// How many entries a walk may have to be remembered as long as its context; see `recent.rs` for larger ones.
const REMEMBERED: usize = 5_000;

/// What lies below a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Everything that is sent: files, links and directories, sorted by path, without the directory itself.
    pub entries: Vec<Entry>,
    /// False if there was more than [`WALK_LIMIT`], so that the entries are only a part.
    pub complete: bool,
    /// How many names were not UTF-8. They and what lies below them are not in `entries`.
    pub not_utf8: usize,
    /// Directories and files that could not be read, sorted.
    pub unreadable: Vec<String>,
}

impl Walk {
    /// Whether the entries are all there is.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.complete && self.not_utf8 == 0 && self.unreadable.is_empty()
    }

    /// The regular files.
    pub fn files(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_file())
    }
}

/// A directory on the way down: its path, and for each matcher what matched it.
struct Level {
    entry: Option<Entry>,
    matches: Vec<ParentMatches>,
}

impl BuildContext {
    /// Everything below `directory` that the ignore files let through. A link at the end of `directory` is followed inside the
    /// root; links below are listed and not followed. Empty if there is no such directory.
    #[must_use]
    pub fn walk(&self, directory: &str) -> Arc<Walk> {
        if let Some(known) = self.walks.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Arc::clone(known);
        }
        let walk = self.walk_anew(directory);
        if walk.entries.len() <= REMEMBERED {
            let mut walks = self.walks.write().unwrap_or_else(PoisonError::into_inner);
            walks.insert(directory.to_owned(), Arc::clone(&walk));
        }
        walk
    }

    /// A walk that was made already.
    pub(super) fn known_walk(&self, directory: &str) -> Option<Arc<Walk>> {
        self.walks.read().unwrap_or_else(PoisonError::into_inner).get(directory).map(Arc::clone)
    }

    /// The walk that another Dockerfile of this context has made, or a new one.
    fn walk_anew(&self, directory: &str) -> Arc<Walk> {
        let Some((real, _)) = self.tree.follow(directory).filter(|(_, found)| found.is_dir()) else {
            return Arc::new(Walk { entries: Vec::new(), complete: true, not_utf8: 0, unreadable: Vec::new() });
        };
        let question = Question {
            directory: self.tree.on_disk(&real),
            root: self.tree.root().to_owned(),
            ignore_files: self.ignore_files().map(|(builder, file)| (builder, file.text().to_owned())).collect(),
        };
        let recent = self.repositories.recent_walks();
        recent.find(&question).unwrap_or_else(|began| {
            let walk = Arc::new(self.walk_on_disk(&real));
            recent.keep(question, &walk, began);
            walk
        })
    }

    fn walk_on_disk(&self, real: &str) -> Walk {
        let mut walk = Walk { entries: Vec::new(), complete: true, not_utf8: 0, unreadable: Vec::new() };
        let matchers: Vec<_> = self.ignore_files().map(|(builder, file)| (builder, file.matcher())).collect();
        let Some(matches) = ancestors(&matchers, real) else { return walk };
        let mut levels = vec![Level { entry: None, matches }];
        let mut paths = WalkDir::new(self.tree.on_disk(real)).min_depth(1).follow_links(false).into_iter();
        let mut seen = 0;
        while let Some(found) = paths.next() {
            seen += 1;
            if seen > WALK_LIMIT {
                walk.complete = false;
                break;
            }
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    let path = error.path().and_then(|path| git::relative(self.tree.root(), path));
                    walk.unreadable.extend(path);
                    continue;
                }
            };
            levels.truncate(found.depth());
            if self.visit(&found, &matchers, &mut levels, &mut walk).is_none() && found.file_type().is_dir() {
                paths.skip_current_dir();
            }
        }
        walk.entries.sort_by(|one, other| one.path.cmp(&other.path));
        walk.unreadable.sort();
        walk
    }

    /// Takes one path into the walk; `None` if nothing below it can be sent.
    fn visit(
        &self,
        found: &DirEntry,
        matchers: &[(Builder, &PatternMatcher)],
        levels: &mut Vec<Level>,
        walk: &mut Walk,
    ) -> Option<()> {
        let Some(path) = git::relative(self.tree.root(), found.path()) else {
            walk.not_utf8 += 1;
            return None;
        };
        let parents = levels.last().map_or(&[][..], |level| level.matches.as_slice());
        let mut excluded = false;
        let mut matches = Vec::with_capacity(matchers.len());
        for (index, (builder, matcher)) in matchers.iter().enumerate() {
            let (out, matched) = matcher.step(&path, parents.get(index), *builder);
            // A directory that is kept out is still entered if something in it may be taken back.
            if out && !(found.file_type().is_dir() && matcher.may_hold_exceptions(&path, *builder)) {
                return None;
            }
            excluded |= out;
            matches.push(matched);
        }
        let Ok(metadata) = found.metadata() else {
            walk.unreadable.push(path);
            return None;
        };
        let entry = self.entry_of(path, &metadata);
        let directory = entry.is_directory();
        if excluded {
            // Sent only with the first thing in it that is.
            levels.push(Level { entry: Some(entry), matches });
            return Some(());
        }
        walk.entries.extend(levels.iter_mut().filter_map(|level| level.entry.take()));
        if directory {
            levels.push(Level { entry: None, matches });
        }
        walk.entries.push(entry);
        Some(())
    }
}

/// What each matcher makes of the directory that a walk begins in, nothing for the root; `None` if one does not enter it.
fn ancestors(matchers: &[(Builder, &PatternMatcher)], directory: &str) -> Option<Vec<ParentMatches>> {
    let mut all = Vec::with_capacity(matchers.len());
    for (builder, matcher) in matchers {
        let mut parent = None;
        for prefix in path::prefixes(directory) {
            let (excluded, matches) = matcher.step(prefix, parent.as_ref(), *builder);
            if excluded && !matcher.may_hold_exceptions(prefix, *builder) {
                return None;
            }
            parent = Some(matches);
        }
        all.extend(parent);
    }
    Some(all)
}
