//! Which repositories a batch is about, by which names, and which part of them is this shard's.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::cli::args::{BatchOptions, Shard};
use crate::files::FileError;
use crate::report::digest;
use crate::repositories::{self, Unit};

/// A repository, or a path that should have been one.
pub struct Job {
    /// As it was named, or the name of its root with the path below it.
    pub name: PathBuf,
    /// The repository, or why there is none.
    pub unit: Result<Unit, FileError>,
}

/// The repositories that `options` ask for, sorted by name.
///
/// # Errors
/// The list of repositories cannot be read, or is empty.
pub fn jobs(options: &BatchOptions, threads: usize) -> anyhow::Result<Vec<Job>> {
    let mut jobs = match &options.repos {
        Some(file) => of_list(&read_list(file)?, options.shard, threads),
        None => {
            let mut jobs = below(&options.roots, threads);
            jobs.retain(|job| options.shard.is_none_or(|shard| is_in(&job.name, shard)));
            jobs
        }
    };
    jobs.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(jobs)
}

/// The repositories at and below `roots`.
fn below(roots: &[PathBuf], threads: usize) -> Vec<Job> {
    let names = RootNames::new(roots);
    let found = repositories::discover(roots, threads);
    // A folder that cannot be read is found once more when the repository that it belongs to is worked on.
    let is_of_a_unit = |error: &FileError| found.units.iter().any(|unit| unit.owns(&error.path));
    let (_, problems): (Vec<_>, Vec<_>) = found.problems.into_iter().partition(is_of_a_unit);
    let problems = problems.into_iter().map(|error| Job { name: names.of(&error.path), unit: Err(error) });
    let units = found.units.into_iter().map(|unit| Job { name: names.of(unit.path()), unit: Ok(unit) });
    problems.chain(units).collect()
}

/// The repositories that a list names, and none that merely lie in them. The list is split before anything is looked for.
fn of_list(list: &[PathBuf], shard: Option<Shard>, threads: usize) -> Vec<Job> {
    let ours = |path: &&PathBuf| shard.is_none_or(|shard| is_in(&plain(path), shard));
    let list: Vec<PathBuf> = list.iter().filter(ours).cloned().collect();
    let real: HashSet<PathBuf> = list.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut jobs = below(&list, threads);
    jobs.retain(|job| match &job.unit {
        Ok(unit) => real.contains(unit.path()),
        Err(error) => real.contains(&error.path) || list.contains(&error.path),
    });
    // A folder with repositories in it is no repository.
    let known: HashSet<PathBuf> = jobs.iter().map(|job| job.name.clone()).collect();
    let names = RootNames::new(&list);
    let unknown =
        list.iter().map(|path| (path, fs::canonicalize(path).map_or_else(|_| plain(path), |it| names.of(&it))));
    let mut told = HashSet::new();
    let unknown: Vec<Job> = unknown
        .filter(|(_, name)| !known.contains(name) && told.insert(name.clone()))
        .map(|(path, name)| {
            let error =
                FileError::new(path, "no git repository", "name the root of a repository, or give the folder as ROOT");
            Job { name, unit: Err(error) }
        })
        .collect();
    jobs.extend(unknown);
    jobs
}

/// How paths below the roots are called.
struct RootNames(Vec<(PathBuf, PathBuf)>);

impl RootNames {
    fn new(roots: &[PathBuf]) -> Self {
        let real = roots.iter().filter_map(|root| Some((fs::canonicalize(root).ok()?, root.clone())));
        Self(real.collect())
    }

    /// The nearest root as it was named, and what is below it of `path`.
    fn of(&self, path: &Path) -> PathBuf {
        let above = self.0.iter().filter_map(|(real, given)| Some((given, path.strip_prefix(real).ok()?)));
        match above.min_by_key(|(_, inside)| inside.components().count()) {
            Some((given, inside)) => plain(&given.join(inside)),
            None => plain(path),
        }
    }
}

/// `path` without `.` and without a slash at its end, so that it has one name however it was written.
fn plain(path: &Path) -> PathBuf {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let plain: PathBuf = parts.collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

/// Whether the repository of this name belongs to `shard`. It depends on nothing but the name, so a repository more or less moves no
/// other one.
fn is_in(name: &Path, shard: Shard) -> bool {
    let digest = digest(name.as_os_str().as_encoded_bytes());
    let number = digest.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default();
    number % shard.of == shard.number - 1
}

fn read_list(file: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .context("standard input cannot be read; check what writes it")?;
        bytes
    } else {
        let help = || format!("`--repos {}` cannot be read; give a file with one repository a line", file.display());
        fs::read(file).with_context(help)?
    };
    let list = parse(&bytes);
    if list.is_empty() {
        bail!("`--repos {}` names no repository; write one path a line", file.display());
    }
    Ok(list)
}

/// One path a line, or, where there is a NUL byte, one between any two of these.
fn parse(bytes: &[u8]) -> Vec<PathBuf> {
    let path = |bytes: &[u8]| {
        let text = os_string(bytes);
        (!text.is_empty()).then(|| PathBuf::from(text))
    };
    if bytes.contains(&0) {
        return bytes.split(|byte| *byte == 0).filter_map(path).collect();
    }
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#")).filter_map(path).collect()
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> &OsStr {
    use std::os::unix::ffi::OsStrExt as _;
    OsStr::from_bytes(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> &OsStr {
    OsStr::new(str::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(parse(text.as_bytes()), expected.iter().map(PathBuf::from).collect::<Vec<_>>(), "{text:?}");
        };
        check("", &[]);
        check("a\n\n# all of them\r\nb c\r\n  \n/d", &["a", "b c", "/d"]);
        check("a\nb\0#c\0", &["a\nb", "#c"]);
    }

    #[test]
    fn every_name_is_in_one_shard_however_it_is_written() {
        for number in 0..200 {
            let name = format!("team-{}/repository-{number}", number % 7);
            for of in [1, 2, 3, 16] {
                let ours = |name: &Path| (1..=of).filter(|number| is_in(name, Shard { number: *number, of })).count();
                assert_eq!(ours(Path::new(&name)), 1);
            }
            assert_eq!(plain(&Path::new("./").join(&name).join(".")), Path::new(&name));
        }
        let first =
            (0..1000).filter(|number| is_in(Path::new(&number.to_string()), Shard { number: 1, of: 4 })).count();
        assert!((200..300).contains(&first), "{first} of 1000");
    }
}
