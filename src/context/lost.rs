//! What the builders are sent today, and would not be sent with another ignore file: the proof that an edit of it does no harm.
//!
//! Other than [`super::Walk`], which lists all that is sent, this lists the difference alone, by its topmost paths, and does not enter a
//! directory of which nothing is sent either way, or all of which is lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use walkdir::{DirEntry, WalkDir};

use super::dockerignore::{ParentMatches, PatternMatcher};
use super::{BuildContext, IgnoreFile, git};
use crate::settings::Builder;

/// How many paths are looked at before nothing is claimed any more.
const MOST_LOOKED_AT: usize = 50_000;

/// The difference between two ignore files, for one context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// The topmost paths that some builder is sent with the first and not with the second, sorted.
    pub roots: Vec<LostPath>,
    /// Paths that some builder is sent with the second alone: a line above may come to have something to take back.
    pub gained: Vec<String>,
    /// Files that BuildKit would send without their content ([`PatternMatcher::empties`]).
    pub emptied: Vec<String>,
    /// False if there is too much to look at, so that there may be more.
    pub complete: bool,
    /// How many names are not UTF-8. They and what lies below them were not looked at.
    pub not_utf8: usize,
    /// What cannot be read.
    pub unreadable: Vec<String>,
}

/// One path that is lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LostPath {
    /// The path.
    pub path: String,
    /// Whether it is a directory, which is then lost with everything in it.
    pub directory: bool,
}

impl Lost {
    /// Whether this is all of the difference.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.complete && self.not_utf8 == 0 && self.unreadable.is_empty()
    }
}

/// What was asked: both texts, and who reads them.
type Key = (String, String, Vec<Builder>);

/// The answers about one directory, for all Dockerfiles that have it as their context.
#[derive(Debug, Default)]
struct Losses(Mutex<HashMap<Key, Arc<OnceLock<Arc<Lost>>>>>);

/// How a directory looks with one ignore file to one builder: what matched it, nothing at the root; `None` where nothing in it is sent.
type View = Option<Option<ParentMatches>>;

/// What both files say of a path to one builder.
#[derive(Clone, Default)]
struct Pair {
    before: View,
    after: View,
}

/// The two files, and who reads them.
struct Question<'a> {
    before: &'a PatternMatcher,
    after: &'a PatternMatcher,
    builders: &'a [Builder],
}

impl BuildContext {
    /// What `builders` are sent with `before` for their ignore file, and not with `after`. What lies inside of `.git` is not looked
    /// at. Costs nothing when it is asked for again.
    #[must_use]
    pub fn lost(&self, before: &IgnoreFile, after: &IgnoreFile, builders: &[Builder]) -> Arc<Lost> {
        let losses = self.repositories.remember(self.root(), Losses::default);
        let key = (before.text().to_owned(), after.text().to_owned(), builders.to_vec());
        let cell = Arc::clone(losses.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let question = Question { before: before.matcher(), after: after.matcher(), builders };
        Arc::clone(cell.get_or_init(|| Arc::new(self.look_for_lost(&question))))
    }

    fn look_for_lost(&self, question: &Question<'_>) -> Lost {
        let mut lost = Lost { complete: true, ..Lost::default() };
        let root = Pair { before: Some(None), after: Some(None) };
        let mut levels: Vec<Vec<Pair>> = vec![vec![root; question.builders.len()]];
        let mut paths = WalkDir::new(self.root()).min_depth(1).follow_links(false).into_iter();
        let mut seen = 0;
        while let Some(found) = paths.next() {
            seen += 1;
            if seen > MOST_LOOKED_AT {
                lost.complete = false;
                break;
            }
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    lost.unreadable.extend(error.path().and_then(|path| git::relative(self.root(), path)));
                    continue;
                }
            };
            levels.truncate(found.depth());
            let parents = levels.last().map_or(&[][..], Vec::as_slice);
            let below = question.look(&found, self, parents, &mut lost);
            let enters = below.iter().any(|pair| pair.before.is_some() || pair.after.is_some());
            if !found.file_type().is_dir() {
                continue;
            }
            if enters && found.file_name() != ".git" {
                levels.push(below);
            } else {
                paths.skip_current_dir();
            }
        }
        lost.roots.sort();
        lost.roots.dedup();
        lost
    }
}

impl Question<'_> {
    /// Notes what a path adds to the difference, and returns how it looks as a directory.
    fn look(&self, found: &DirEntry, context: &BuildContext, parents: &[Pair], lost: &mut Lost) -> Vec<Pair> {
        let Some(path) = git::relative(context.root(), found.path()) else {
            lost.not_utf8 += 1;
            return Vec::new();
        };
        let directory = found.file_type().is_dir();
        let pairs = self.builders.iter().zip(parents).map(|(builder, parent)| {
            let (sent_before, mut before) = view(self.before, &path, &parent.before, *builder);
            let (sent_after, after) = view(self.after, &path, &parent.after, *builder);
            if sent_before && !sent_after && !(directory && after.is_some()) {
                lost.roots.push(LostPath { path: path.clone(), directory });
                before = None;
            }
            if sent_after && !sent_before {
                lost.gained.push(path.clone());
            }
            let emptied = |matcher: &PatternMatcher| matcher.empties(&path, *builder);
            if !directory && sent_before && sent_after && emptied(self.after) && !emptied(self.before) {
                lost.emptied.push(path.clone());
            }
            Pair { before, after }
        });
        pairs.collect()
    }
}

/// Whether a path is sent, and how it looks as a directory.
fn view(matcher: &PatternMatcher, path: &str, parent: &View, builder: Builder) -> (bool, View) {
    let Some(parent) = parent else { return (false, None) };
    let (excluded, matches) = matcher.step(path, parent.as_ref(), builder);
    let enters = !excluded || matcher.may_hold_exceptions(path, builder);
    (!excluded, enters.then_some(Some(matches)))
}
