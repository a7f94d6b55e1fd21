//! The walk that finds leftovers: it enters nothing that it has found, and nothing that is kept out already.

use std::collections::HashMap;
use std::fs::{self, FileType};
use std::sync::Arc;

use super::{Candidate, Kind, Leftover, Leftovers, TABLE, is_called};
use crate::context::dockerignore::{ParentMatches, PatternMatcher};
use crate::context::{BuildContext, EntryKind, GitState, Walk, path};
use crate::settings::Builder;

/// How many names are looked at. A context with more is not known, and nothing is said to be safe there.
const MOST: usize = 50_000;

/// How much of a file is read to see what it is.
const MOST_READ: u64 = 64 * 1024;

struct Walker<'a> {
    context: &'a BuildContext,
    matchers: Vec<(Builder, &'a PatternMatcher)>,
    /// What another rule has listed already, by directory.
    known: Option<HashMap<String, Vec<Name>>>,
    seen: usize,
    found: Leftovers,
}

/// A name in a directory.
#[derive(Clone, Debug)]
struct Name {
    name: String,
    is_directory: bool,
    is_link: bool,
}

impl Name {
    fn new(name: String, kind: FileType) -> Self {
        Self { name, is_directory: kind.is_dir(), is_link: kind.is_symlink() }
    }
}

/// A directory that is still to be read.
struct Place {
    path: String,
    /// What each ignore file's patterns made of it.
    matches: Vec<ParentMatches>,
}

pub(super) fn run(context: &BuildContext) -> Leftovers {
    let matchers = context.ignore_files().map(|(builder, file)| (builder, file.matcher())).collect();
    let walk = context.known_walk("");
    let complete = walk.as_ref().is_none_or(|walk| walk.is_certain());
    let found = Leftovers { complete, ..Leftovers::default() };
    let mut walker = Walker { context, matchers, known: walk.map(|walk| by_directory(&walk)), seen: 0, found };
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
        let names = match &mut self.known {
            Some(known) => known.remove(&place.path).unwrap_or_default(),
            None => self.list(place),
        };
        for name in &names {
            let path = path::join(&place.path, &name.name);
            if let Some(candidate) = self.candidate(&path, name, &names) {
                self.look(path, candidate, name.is_directory, place, open);
            } else if name.is_directory {
                self.enter(path, place, open);
            }
        }
    }

    /// The names in a directory, but for those that are not sent.
    fn list(&mut self, place: &Place) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let Ok(entries) = fs::read_dir(self.context.root().join(&place.path)) else {
            self.found.complete = false;
            return names;
        };
        for entry in entries {
            self.seen += 1;
            let Ok(entry) = entry else { continue };
            match (entry.file_name().into_string(), entry.file_type()) {
                (Ok(name), Ok(kind)) => names.push(Name::new(name, kind)),
                _ => self.found.complete = false,
            }
        }
        if !self.matchers.is_empty() {
            names.retain(|name| {
                let path = path::join(&place.path, &name.name);
                self.matched(&path, name.is_directory, place).is_some()
            });
        }
        names
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
        is_directory: bool,
        place: &Place,
        open: &mut Vec<Place>,
    ) {
        let Some((sent, matches)) = self.matched(&path, is_directory, place) else { return };
        let git = self.context.git_state(&path, is_directory);
        let tracked = matches!(git, GitState::Tracked { .. });
        // What is in git is part of the sources, whatever it is called; but a secret stays one.
        if !sent || (tracked && !matches!(candidate.kind, Kind::Env | Kind::Secret | Kind::Vcs | Kind::Recipe)) {
            if sent {
                self.found.sources.push((path.clone(), candidate));
            }
            if is_directory {
                open.push(Place { path, matches });
            }
            return;
        }
        self.found.found.push(Leftover { path, candidate, name, is_directory, git });
    }

    /// Which entry of the table a name is.
    fn candidate(&self, path: &str, name: &Name, siblings: &[Name]) -> Option<(&'static Candidate, &'static str)> {
        // A link is as long as its target's name, and somebody made it on purpose.
        if name.is_link {
            return None;
        }
        TABLE.iter().find_map(|candidate| {
            let called = candidate.names(&name.name)?;
            let fits = candidate.directory.is_none_or(|directory| directory == name.is_directory)
                && has_any(candidate.beside, siblings.iter().map(|name| name.name.as_str()))
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

/// The entries of a walk by the directory that they stand in.
fn by_directory(walk: &Arc<Walk>) -> HashMap<String, Vec<Name>> {
    let mut known: HashMap<String, Vec<Name>> = HashMap::new();
    for entry in &walk.entries {
        let (directory, name) = path::split(&entry.path);
        let is_link = matches!(entry.kind, EntryKind::Symlink { .. });
        let name = Name { name: name.to_owned(), is_directory: entry.is_directory(), is_link };
        match known.get_mut(directory) {
            Some(names) => names.push(name),
            None => {
                known.insert(directory.to_owned(), vec![name]);
            }
        }
    }
    known
}
