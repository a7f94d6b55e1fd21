//! The walk that finds leftovers: it enters nothing that it has found, and nothing that is kept out already.

use std::fs::{self, FileType};

use super::{Candidate, Kind, Leftover, Leftovers, TABLE, is_called};
use crate::context::dockerignore::{ParentMatches, PatternMatcher};
use crate::context::{BuildContext, GitState, path};
use crate::settings::Builder;

/// How many names are looked at. A context with more is not known, and nothing is said to be safe there.
const MOST: usize = 50_000;

/// How much of a file is read to see what it is.
const MOST_READ: u64 = 64 * 1024;

struct Walker<'a> {
    context: &'a BuildContext,
    matchers: Vec<(Builder, &'a PatternMatcher)>,
    seen: usize,
    found: Leftovers,
}

/// A directory that is still to be read.
struct Place {
    path: String,
    /// What each ignore file's patterns made of it.
    matches: Vec<ParentMatches>,
}

pub(super) fn run(context: &BuildContext) -> Leftovers {
    let matchers = context.ignore_files().map(|(builder, file)| (builder, file.matcher())).collect();
    let found = Leftovers { complete: true, ..Leftovers::default() };
    let mut walker = Walker { context, matchers, seen: 0, found };
    let mut open = vec![Place { path: String::new(), matches: Vec::new() }];
    while let Some(place) = open.pop() {
        walker.read(&place, &mut open);
        if walker.seen > MOST {
            walker.found.complete = false;
            break;
        }
    }
    walker.found.found.sort_by(|one, other| one.path.cmp(&other.path));
    walker.found.sources.sort_by(|one, other| one.0.cmp(&other.0));
    walker.found
}

impl Walker<'_> {
    fn read(&mut self, place: &Place, open: &mut Vec<Place>) {
        let Ok(entries) = fs::read_dir(self.context.root().join(&place.path)) else {
            self.found.complete = false;
            return;
        };
        let mut names: Vec<(String, FileType)> = Vec::new();
        for entry in entries {
            self.seen += 1;
            let Ok(entry) = entry else { continue };
            match (entry.file_name().into_string(), entry.file_type()) {
                (Ok(name), Ok(kind)) => names.push((name, kind)),
                _ => self.found.complete = false,
            }
        }
        for (name, kind) in &names {
            let path = path::join(&place.path, name);
            if let Some(candidate) = self.candidate(&path, name, *kind, &names) {
                self.look(path, candidate, *kind, place, open);
            } else if kind.is_dir() {
                self.enter(path, place, open);
            }
        }
    }

    /// What each ignore file makes of a path; `None` if one of them keeps it out, with everything in it.
    fn matched(&self, path: &str, is_directory: bool, place: &Place) -> Option<(bool, Vec<ParentMatches>)> {
        let mut matches = Vec::with_capacity(self.matchers.len());
        let mut sent = true;
        for (index, (builder, matcher)) in self.matchers.iter().enumerate() {
            let (excluded, matched) = matcher.step(path, place.matches.get(index), *builder);
            if excluded && !(is_directory && matcher.may_hold_exceptions(path, *builder)) {
                return None;
            }
            sent &= !excluded;
            matches.push(matched);
        }
        Some((sent, matches))
    }

    fn enter(&self, path: String, place: &Place, open: &mut Vec<Place>) {
        if let Some((_, matches)) = self.matched(&path, true, place) {
            open.push(Place { path, matches });
        }
    }

    fn look(
        &mut self,
        path: String,
        (candidate, name): (&'static Candidate, &'static str),
        kind: FileType,
        place: &Place,
        open: &mut Vec<Place>,
    ) {
        let Some((sent, matches)) = self.matched(&path, kind.is_dir(), place) else { return };
        let git = self.context.git_state(&path, kind.is_dir());
        let tracked = matches!(git, GitState::Tracked { .. });
        // What is in git is part of the sources, whatever it is called; but a secret stays one.
        if !sent || (tracked && !matches!(candidate.kind, Kind::Env | Kind::Secret | Kind::Vcs)) {
            if sent {
                self.found.sources.push((path.clone(), candidate));
            }
            if kind.is_dir() {
                open.push(Place { path, matches });
            }
            return;
        }
        self.found.found.push(Leftover { path, candidate, name, is_directory: kind.is_dir(), git });
    }

    /// Which entry of the table a name is.
    fn candidate(
        &self,
        path: &str,
        name: &str,
        kind: FileType,
        siblings: &[(String, FileType)],
    ) -> Option<(&'static Candidate, &'static str)> {
        // A link is as long as its target's name, and somebody made it on purpose.
        if kind.is_symlink() {
            return None;
        }
        TABLE.iter().find_map(|candidate| {
            let called = candidate.names(name)?;
            let fits = candidate.directory.is_none_or(|directory| directory == kind.is_dir())
                && has_any(candidate.beside, siblings.iter().map(|(name, _)| name.as_str()))
                && self.holds(candidate, path)
                && self.says(candidate, path);
            fits.then_some((candidate, called))
        })
    }

    fn holds(&self, candidate: &Candidate, path: &str) -> bool {
        candidate.inside.is_empty() || {
            let names = self.context.names(path);
            has_any(candidate.inside, names.iter().map(String::as_str))
        }
    }

    fn says(&self, candidate: &Candidate, path: &str) -> bool {
        candidate.text.is_empty()
            || self.context.read(path, MOST_READ).is_some_and(|text| candidate.text.iter().any(|it| text.contains(it)))
    }
}

/// Whether one of the names is there, or none is asked for.
fn has_any<'n>(wanted: &[&str], names: impl Iterator<Item = &'n str> + Clone) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| names.clone().any(|name| is_called(wanted, name)))
}
