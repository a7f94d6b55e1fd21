//! The work on one repository as a whole: its lock, its journal, its own desk, and what becomes of it if that goes wrong.
//!
//! Each repository has its own desk: nothing that was read for one is there for another, and all of it is dropped when the
//! repository is done. Whatever goes wrong is the outcome of this repository.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::bench::Bench;
use super::journal::{Journal, Recovered};
use super::list::Job;
use super::record::{Failure, Name, Outcome, Part, Record, SCHEMA, hex};
use crate::cli::args::RunOptions;
use crate::cli::names::Names;
use crate::cli::process::Desk;
use crate::cli::scope::Scope;
use crate::config::Loaded;
use crate::context::Repositories;
use crate::context::compose::BuildFiles;
use crate::files::FileError;
use crate::repositories::{Author, Kind, Unit};

/// What is done with the changes.
pub enum Mode {
    /// They are counted.
    Count,
    /// They are written into the work tree.
    Apply,
    /// They are written into this folder, as patches.
    Patches(PathBuf),
    /// They are committed onto a new branch.
    Commit {
        /// Its name.
        branch: String,
        /// What the commit says.
        message: String,
        /// Who makes it.
        author: Author,
    },
}

impl Mode {
    /// Whether the repositories are written to.
    const fn writes(&self) -> bool {
        matches!(self, Self::Apply | Self::Commit { .. })
    }
}

/// What the work on every repository needs.
pub struct Worker {
    /// What is done with the changes.
    pub mode: Mode,
    /// Whether repositories are changed that have changes already.
    pub allow_dirty: bool,
    /// Which rules run.
    pub options: RunOptions,
    /// The configuration that the user named.
    pub config: Option<Loaded>,
    /// What tells runs apart that ask for different things.
    pub run: String,
    /// Where journals are kept.
    pub journals: Option<PathBuf>,
    /// Whether journals of an interrupted run count.
    pub resume: bool,
}

/// Why the work on a repository ends.
pub enum Stop {
    /// Its owner would have to agree.
    Refused(FileError),
    /// It cannot be done.
    Failed(FileError),
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::Failed(error)
    }
}

impl Worker {
    /// Does the work. Never panics: a bug in dockfix is the outcome of one repository.
    #[must_use]
    pub fn work(&self, job: &Job) -> Record {
        let mut record = self.record(job);
        let unit = match &job.unit {
            Ok(unit) => unit,
            Err(error) => {
                fail(&mut record, error);
                return record;
            }
        };
        let done = catch_unwind(AssertUnwindSafe(|| self.attempt(unit, &job.name, &mut record)));
        match done {
            Ok(Ok(())) => {}
            Ok(Err(Stop::Failed(error))) => fail(&mut record, &error),
            Ok(Err(Stop::Refused(error))) => {
                fail(&mut record, &error);
                record.outcome = Outcome::Refused;
            }
            Err(_) => {
                let help = "please report it; run dockfix on its files to see which one it is";
                fail(
                    &mut record,
                    &FileError::new(unit.path(), "dockfix has a bug that shows on this repository", help),
                );
            }
        }
        record
    }

    /// The journal of the repository at `root`, where one is kept.
    #[must_use]
    pub fn journal_of(&self, key: &str) -> Option<PathBuf> {
        let folder = self.journals.as_ref().filter(|_| matches!(self.mode, Mode::Apply))?;
        Some(folder.join(crate::report::digest(key.as_bytes()) + ".jsonl"))
    }

    fn record(&self, job: &Job) -> Record {
        let unit = job.unit.as_ref().ok();
        Record {
            schema: SCHEMA,
            run: self.run.clone(),
            repository: job.name.to_string_lossy().into_owned(),
            root: unit.map(|unit| unit.path().to_string_lossy().into_owned()),
            root_hex: unit.and_then(|unit| hex(unit.path())),
            kind: unit.map(|unit| kind_name(unit.kind()).to_owned()),
            outcome: Outcome::Unchanged,
            part: Part::default(),
            patch: None,
            branch: None,
            commit: None,
        }
    }

    fn attempt(&self, unit: &Unit, name: &Path, record: &mut Record) -> Result<(), Stop> {
        if unit.kind() == Kind::Bare && matches!(self.mode, Mode::Apply) {
            let help = "commit to a branch with `--commit`, or write a patch with `--patch-dir`";
            return Err(Stop::Refused(FileError::new(unit.path(), "a bare repository has no work tree", help)));
        }
        // Held to the end: whoever else works on this repository waits, and then finds it done.
        let _lock = self.lock(unit);
        let checkout = (unit.kind() == Kind::Bare).then(|| checkout(unit)).transpose()?;
        let (_folder, root) = checkout.unzip();
        let root = root.as_deref().unwrap_or(unit.path());
        let names = Names::new(root.to_owned());
        let mut journal = self.journal_of(record.key()).map(|path| Journal::new(path, root, &self.run));
        let recovered = match &mut journal {
            Some(journal) if self.resume => journal.recover()?,
            _ => Recovered::default(),
        };
        let desk = Desk {
            names: &names,
            sheets: false,
            gains: false,
            context: None,
            scope: Scope::Everything,
            places: false,
            reviewed: None,
            interview: None,
            repositories: Repositories::new(),
            build_files: BuildFiles::new(),
        };
        let mut bench = Bench::new(self, (unit, name), root, desk, journal, recovered);
        bench.look_at_all()?;
        bench.finish(record)
    }

    /// A lock on the repository, for those who write. Where a file system has none, everybody goes on: what is written at the same time
    /// is the same, and a file that changed meanwhile is not written.
    fn lock(&self, unit: &Unit) -> Option<File> {
        if !self.mode.writes() {
            return None;
        }
        // Work trees of one repository share their branches.
        let folder = File::open(unit.common()).ok()?;
        folder.lock().ok()?;
        Some(folder)
    }
}

/// The files of a bare repository, in a folder that goes with the first value.
fn checkout(unit: &Unit) -> Result<(TempDir, PathBuf), FileError> {
    let failed = |error: io::Error| {
        let message = format!("its files cannot be brought into a temporary folder: {}", FileError::describe(&error));
        FileError::new(unit.path(), message, "see that there is room where TMPDIR points to")
    };
    let folder = tempfile::Builder::new().prefix("dockfix-").tempdir().map_err(failed)?;
    let root = folder.path().canonicalize().map_err(failed)?;
    unit.checkout(&root)?;
    Ok((folder, root))
}

/// Says that nothing became of the repository.
fn fail(record: &mut Record, error: &FileError) {
    record.outcome = Outcome::Failed;
    let name = Name::default();
    let failure = Failure { name, message: error.message.clone(), help: error.help.clone() };
    record.part = Part { errors: vec![failure], ..Part::default() };
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::WorkTree => "work-tree",
        Kind::LinkedWorkTree => "linked-work-tree",
        Kind::Submodule => "submodule",
        Kind::Bare => "bare",
    }
}
