//! Compose files with those that they name: `include:`, and `extends:` of a service of another file.
//!
//! A path in another file counts from there, so it is made absolute before it goes into the file that names it. What lies outside of
//! the repository is not read. A file that comes back to itself is refused by compose, and counts for nothing here as well.

use std::fs;
use std::path::{Path, PathBuf};

use super::interpolate::{Values, values};
use super::yaml::{self, MOST_EXTENDS};
use super::{Builds, MOST_BYTES, Setting, Written, is_remote, normal};
use crate::context::tree::read_small_file;

/// How deep files may name each other.
const DEEPEST: usize = 8;
/// How many files one may lead to.
const MOST_FILES: usize = 500;

/// One reading of a file and of what it names.
pub(super) struct Linked<'a> {
    /// The root of the repository.
    top: &'a Path,
    /// The files that are being read, each named by the one in front.
    open: Vec<PathBuf>,
    read: usize,
    /// What is wrong with files that were named.
    pub(super) problems: Vec<(PathBuf, String)>,
}

impl<'a> Linked<'a> {
    pub(super) const fn new(top: &'a Path) -> Self {
        Self { top, open: Vec::new(), read: 0, problems: Vec::new() }
    }

    /// The builds of the compose file at `path`, which is without links and inside of the repository.
    pub(super) fn builds(&mut self, path: &Path) -> Result<Builds, String> {
        self.all(path, path.parent().unwrap_or(path), &Values::new())
    }

    /// The same where paths count from `base`, and the file that names it has `outer` for values.
    fn all(&mut self, path: &Path, base: &Path, outer: &Values) -> Result<Builds, String> {
        let file = self.enter(path)?;
        let mut own = self.values(base);
        own.extend(outer.clone());
        let mut problem = None;
        let mut builds = file.builds(&own, &mut |other, service| {
            self.extended(base, other, service, &own).unwrap_or_else(|found| {
                problem.get_or_insert(found);
                None
            })
        });
        for include in file.includes() {
            let (paths, directory) = include.parts();
            for (service, written) in self.included(base, &paths, directory, &own)? {
                builds.entry(service).or_insert(written);
            }
        }
        self.open.pop();
        problem.map_or(Ok(builds), Err)
    }

    /// The builds of one entry of `include:`, their paths absolute.
    fn included(
        &mut self,
        base: &Path,
        paths: &[&str],
        directory: Option<&str>,
        outer: &Values,
    ) -> Result<Builds, String> {
        let mut builds = Builds::new();
        let Some(first) = paths.first() else { return Ok(builds) };
        let first = normal(&base.join(first));
        let from = directory.map_or_else(|| first.parent().map(Path::to_owned), |name| Some(normal(&base.join(name))));
        let from = from.unwrap_or_else(|| base.to_owned());
        for path in paths {
            let Some(path) = self.find(base, path) else { continue };
            for (service, written) in self.all(&path, &from, outer)? {
                let below = builds.remove(&service).map(|below| below.overlaid(&written));
                builds.insert(service, below.unwrap_or(written));
            }
        }
        Ok(builds.into_iter().map(|(service, written)| (service, absolute(written, &from))).collect())
    }

    /// What is written of a service of another file, its paths absolute.
    fn extended(&mut self, base: &Path, other: &str, service: &str, outer: &Values) -> Result<Option<Written>, String> {
        let Some(path) = self.find(base, other) else { return Ok(None) };
        let from = path.parent().unwrap_or(base).to_owned();
        let file = self.enter(&path)?;
        let mut problem = None;
        let mut elsewhere = |other: &str, service: &str| {
            self.extended(&from, other, service, outer).unwrap_or_else(|found| {
                problem.get_or_insert(found);
                None
            })
        };
        let written = file.written(service, outer, &mut elsewhere, MOST_EXTENDS);
        self.open.pop();
        problem.map_or_else(|| Ok(written.map(|written| absolute(written, &from))), Err)
    }

    /// A file that another one names; `None`, with a note, where it is not there or outside of the repository.
    fn find(&mut self, base: &Path, written: &str) -> Option<PathBuf> {
        // An address, or a path that nobody can tell.
        if is_remote(written) || written.contains('$') {
            return None;
        }
        let path = normal(&base.join(written));
        let outside = "it lies outside of the repository";
        let real = if path.starts_with(self.top) {
            fs::canonicalize(&path).map_err(|_| "there is no such file")
        } else {
            Err(outside)
        };
        match real {
            Ok(real) if real.starts_with(self.top) => Some(real),
            Ok(_) => self.note(path, outside),
            Err(problem) => self.note(path, problem),
        }
    }

    fn note(&mut self, path: PathBuf, problem: &str) -> Option<PathBuf> {
        self.problems.push((path, problem.to_owned()));
        None
    }

    /// Reads a file and takes it for the one that is open.
    fn enter(&mut self, path: &Path) -> Result<yaml::File, String> {
        self.read += 1;
        if self.open.iter().any(|open| open == path) {
            return Err("the files that it names lead back to one of them".to_owned());
        }
        if self.open.len() >= DEEPEST || self.read > MOST_FILES {
            return Err("it leads to too many files".to_owned());
        }
        let file = yaml::read(&text(path)?)?;
        self.open.push(path.to_owned());
        Ok(file)
    }

    /// The values of the `.env` in a directory, if there is one inside of the repository.
    fn values(&self, directory: &Path) -> Values {
        let real = fs::canonicalize(directory.join(".env")).ok().filter(|real| real.starts_with(self.top));
        real.and_then(|real| text(&real).ok()).map(|text| values(&text)).unwrap_or_default()
    }
}

fn text(path: &Path) -> Result<String, String> {
    let bytes = read_small_file(path, MOST_BYTES).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// A build whose context counts from `from`, as one that counts from nowhere.
fn absolute(written: Written, from: &Path) -> Written {
    let context = match &written.context {
        Setting::Unset if written.unbuilt => Setting::Unset,
        Setting::Unset => whole(from),
        Setting::Known(context) if !is_remote(context) => whole(&normal(&from.join(context))),
        other => other.clone(),
    };
    Written { context, ..written }
}

fn whole(path: &Path) -> Setting {
    path.to_str().map_or(Setting::Unknown, |path| Setting::Known(path.to_owned()))
}
