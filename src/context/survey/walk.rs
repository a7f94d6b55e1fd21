//! Reading the directories, each a task of its own, and adding up what is in them.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, FileType};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::Scope;

use super::{Column, File, Filter, Node, Questions, Source, Survey, Total, UNITS};
use crate::context::dockerignore::ParentMatches;
use crate::context::path;

/// Smaller files than this get no row of their own, but near the root.
const LARGE_FILE: u64 = 4096;
/// How deep "near the root" goes.
const NEAR_ROOT: usize = 3;
/// How many files of a directory may get a row.
const FILES_KEPT: usize = 20;
/// How many pipes, sockets and devices are named.
const SPECIAL_KEPT: usize = 100;

/// What is known of a directory before it is read.
struct Place {
    /// Where it is below the root.
    on_disk: PathBuf,
    /// The same as builders match it.
    path: String,
    name: String,
    depth: usize,
    parent: usize,
    /// The unit that it is a part of.
    unit: Option<usize>,
    views: Arc<Views>,
}

/// How a directory looks to filters and sources.
#[derive(Clone)]
struct Views {
    /// For each filter: what matched the directory, and nothing at its root; `None` where nothing in it can be sent.
    filters: Vec<Option<Option<ParentMatches>>>,
    /// For each source: whether the directory lies in what it names.
    covered: Vec<bool>,
}

struct Walker<'a> {
    root: &'a Path,
    questions: &'a Questions,
    survey: Mutex<Survey>,
    /// How many names were met.
    met: AtomicU64,
}

pub(super) fn run(root: &Path, questions: &Questions) -> Survey {
    let walker = Walker { root, questions, survey: Mutex::default(), met: AtomicU64::new(0) };
    let views = Views {
        filters: vec![Some(None); questions.filters.len()],
        covered: questions.sources.iter().map(|source| source.pattern.is_none()).collect(),
    };
    let place = Place {
        on_disk: PathBuf::new(),
        path: String::new(),
        name: String::new(),
        depth: 0,
        parent: 0,
        unit: None,
        views: Arc::new(views),
    };
    // Tasks wait in a queue and not on the stack, so no tree is too deep.
    rayon::scope(|scope| walker.read(place, scope));
    let mut survey = walker.survey.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What is met before the end depends on nothing but the tree, so the answer is the same each time.
    survey.read = walker.met.load(Ordering::Relaxed);
    survey.stopped = questions.most.is_some_and(|most| survey.read > most);
    sum_up(&mut survey.nodes);
    survey.unreadable.sort();
    survey.special.sort();
    survey
}

/// A directory was added before what is in it, so the last ones come first.
fn sum_up(nodes: &mut [Node]) {
    for index in (1..nodes.len()).rev() {
        let (above, rest) = nodes.split_at_mut(index);
        let (node, parent) = (&rest[0], &mut above[rest[0].parent]);
        parent.sources |= node.sources;
        for (sum, total) in parent.totals.iter_mut().zip(&node.totals) {
            sum.add(*total);
        }
    }
}

/// What one directory adds, before it is written to the survey.
struct Findings {
    totals: Vec<Total>,
    sources: u128,
    files: Vec<File>,
    directories: Vec<(PathBuf, String, String, Views)>,
    not_utf8: u64,
    special: Vec<String>,
}

impl<'a> Walker<'a> {
    fn lock(&self) -> MutexGuard<'_, Survey> {
        self.survey.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<'s>(&'s self, place: Place, scope: &Scope<'s>) {
        let entries = match fs::read_dir(self.root.join(&place.on_disk)) {
            Ok(entries) => entries,
            Err(_) => {
                self.lock().unreadable.push(place.path);
                return;
            }
        };
        let mut findings = Findings {
            totals: vec![Total::default(); self.questions.columns.len()],
            sources: 0,
            files: Vec::new(),
            directories: Vec::new(),
            not_utf8: 0,
            special: Vec::new(),
        };
        for entry in entries {
            let met = self.met.fetch_add(1, Ordering::Relaxed);
            if self.questions.most.is_some_and(|most| met >= most) {
                return;
            }
            let visited = entry.ok().and_then(|entry| self.visit(&place, &entry, &mut findings));
            if visited.is_none() {
                self.lock().unreadable.push(place.path.clone());
            }
        }
        findings.files.sort_by(|one, other| other.size.cmp(&one.size).then_with(|| one.name.cmp(&other.name)));
        findings.files.truncate(FILES_KEPT);
        let directories = std::mem::take(&mut findings.directories);
        let (node, unit) = self.write(&place, findings);
        for (on_disk, path, name, views) in directories {
            let views = Arc::new(views);
            let below = Place { on_disk, path, name, depth: place.depth + 1, parent: node, unit, views };
            scope.spawn(move |scope| self.read(below, scope));
        }
    }

    /// Adds to the unit that the directory is a part of, or makes a node of it. Returns that, and the unit for what is below.
    fn write(&self, place: &Place, findings: Findings) -> (usize, Option<usize>) {
        let mut survey = self.lock();
        survey.not_utf8 += findings.not_utf8;
        let room = SPECIAL_KEPT.saturating_sub(survey.special.len());
        survey.special.extend(findings.special.into_iter().take(room));
        if let Some(unit) = place.unit {
            let node = &mut survey.nodes[unit];
            node.sources |= findings.sources;
            for (sum, total) in node.totals.iter_mut().zip(&findings.totals) {
                sum.add(*total);
            }
            return (unit, Some(unit));
        }
        let index = survey.nodes.len();
        let unit = place.depth > 0 && UNITS.contains(&place.name.as_str());
        survey.nodes.push(Node {
            name: place.name.clone(),
            parent: place.parent,
            unit,
            own: findings.totals.clone(),
            totals: findings.totals,
            sources: findings.sources,
            own_sources: findings.sources,
            files: if unit { Vec::new() } else { findings.files },
        });
        (index, unit.then_some(index))
    }

    /// Looks at one name of a directory; `None` if it cannot be looked at.
    fn visit(&self, place: &Place, entry: &DirEntry, findings: &mut Findings) -> Option<()> {
        let kind = entry.file_type().ok()?;
        let raw = entry.file_name();
        let (name, exact) = as_matched(&raw);
        let path = path::join(&place.path, &name);
        let (views, seen) = self.look(place, &path, kind.is_dir());
        if kind.is_dir() {
            let leads = views.filters.iter().any(Option::is_some);
            if leads {
                findings.directories.push((place.on_disk.join(&raw), path, name, views));
            }
            return Some(());
        }
        let (columns, sources) = self.columns(&seen, &views.covered);
        if columns == 0 {
            return Some(());
        }
        let emptied = |filter: &Filter| filter.matcher.empties(&path, filter.builder);
        let filters = self.questions.filters.iter().zip(&seen);
        let with_content: Vec<bool> = filters.map(|(filter, sent)| *sent && !emptied(filter)).collect();
        let whole = if with_content == seen { columns } else { self.columns(&with_content, &views.covered).0 };
        let size = if kind.is_file() { entry.metadata().ok()?.len() } else { 0 };
        for (index, total) in findings.totals.iter_mut().enumerate() {
            if columns & (1 << index) != 0 {
                total.add(Total { files: 1, bytes: if whole & (1 << index) != 0 { size } else { 0 } });
            }
        }
        findings.sources |= sources;
        findings.not_utf8 += u64::from(!exact);
        if is_special(kind) {
            findings.special.push(path);
        }
        if place.unit.is_none() && (size >= LARGE_FILE || place.depth < NEAR_ROOT) {
            findings.files.push(File { name, size, columns, whole, sources });
        }
        Some(())
    }

    /// How a path looks to filters and sources, and which filters let itself through.
    fn look(&self, place: &Place, path: &str, is_directory: bool) -> (Views, Vec<bool>) {
        let mut seen = Vec::with_capacity(self.questions.filters.len());
        let mut filters = Vec::with_capacity(self.questions.filters.len());
        for (filter, parent) in self.questions.filters.iter().zip(&place.views.filters) {
            let Some(parent) = parent else {
                seen.push(false);
                filters.push(None);
                continue;
            };
            if filter.matcher.patterns().is_empty() {
                seen.push(true);
                filters.push(Some(None));
                continue;
            }
            let (excluded, matches) = filter.matcher.step(path, parent.as_ref(), filter.builder);
            seen.push(!excluded);
            let enters = !excluded || (is_directory && filter.matcher.may_hold_exceptions(path, filter.builder));
            filters.push(enters.then_some(Some(matches)));
        }
        let names = |source: &Source| {
            source.pattern.as_ref().is_none_or(|it| it.names(path, crate::settings::Builder::Buildkit))
        };
        let sources = self.questions.sources.iter().zip(&place.views.covered);
        let covered = sources.map(|(source, covered)| *covered || names(source)).collect();
        (Views { filters, covered }, seen)
    }

    /// The columns that count a file, and the sources that bring it.
    fn columns(&self, seen: &[bool], covered: &[bool]) -> (u64, u128) {
        let mut named = vec![false; self.questions.builds];
        let mut bits = 0;
        for (source, _) in self.questions.sources.iter().zip(covered).filter(|(_, covered)| **covered) {
            named[source.build] = true;
            bits |= 1 << source.bit;
        }
        let mut columns = 0_u64;
        for (index, column) in self.questions.columns.iter().enumerate() {
            let counts = match column {
                Column::Sent(filter) => seen[*filter],
                Column::Named { filter, build } => seen[*filter] && named[*build],
                Column::Any(of) => of.iter().any(|other| columns & (1 << other) != 0),
            };
            columns |= u64::from(counts) << index;
        }
        (columns, bits)
    }
}

#[cfg(unix)]
fn is_special(kind: FileType) -> bool {
    !kind.is_file() && !kind.is_symlink()
}

#[cfg(not(unix))]
fn is_special(_: FileType) -> bool {
    false
}

/// A name as Go's matcher sees it, where each byte that begins no character counts as one U+FFFD, and whether it is just
/// that. Builders send such names as they are (measured on BuildKit 26.1.5, the classic builder and buildah 1.28).
fn as_matched(name: &OsStr) -> (String, bool) {
    if let Some(name) = name.to_str() {
        return (name.to_owned(), true);
    }
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    (text, false)
}
