//! What a batch was about to write when it was killed.
//!
//! With `--apply --results FILE`, every change is noted before it is made, in one file for each repository that is under way,
//! in the folder `FILE.journal`. When the line of the repository is in `FILE`, its journal goes. So after a kill, a journal is
//! left of exactly those repositories whose line is missing and which may have been changed, and `--resume` can tell what was
//! done by the interrupted run and what was done by somebody else: it finishes a change of two files of which only the first
//! was written, takes the reports of the files that are done from the journal, does not look at these again, and does not take
//! its own changes for those of somebody else.
//!
//! A line is written before the files take their names, and is not waited for to reach the disk: this is about processes
//! that are killed. When the power fails too, a repository may be refused because it has changes, or reported as unchanged.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::record::{Name, Part};
use crate::files::{self, Change, FileError};

/// One line of a journal.
#[derive(Serialize, Deserialize)]
enum Line {
    /// The first one: of what it is.
    Of { run: String, root: Name },
    /// These files are about to be changed.
    Plan(Plan),
    /// They could not be, and are as they were.
    Failed,
}

#[derive(Serialize, Deserialize)]
struct Plan {
    /// The Dockerfile that was looked at.
    dockerfile: Name,
    /// What is to be said of it.
    part: Part,
    changes: Vec<Planned>,
}

#[derive(Serialize, Deserialize)]
struct Planned {
    #[serde(flatten)]
    name: Name,
    before: Option<String>,
    after: String,
}

/// What an interrupted run did to a repository.
#[derive(Default)]
pub struct Recovered {
    /// What is to be said of it.
    pub part: Part,
    /// The Dockerfiles that are done.
    pub done: BTreeSet<PathBuf>,
    /// All files that were changed.
    pub changed: BTreeSet<PathBuf>,
}

/// The journal of one repository.
pub struct Journal {
    path: PathBuf,
    root: PathBuf,
    run: String,
    file: Option<File>,
}

impl Journal {
    /// The journal at `path` for the repository at `root`. Nothing is written yet.
    #[must_use]
    pub fn new(path: PathBuf, root: &Path, run: &str) -> Self {
        Self { path, root: root.to_owned(), run: run.to_owned(), file: None }
    }

    /// Notes that `changes` are about to be made, and what is to be said of the Dockerfile then.
    ///
    /// # Errors
    /// The journal cannot be written; the changes must not be made.
    pub fn plan(&mut self, dockerfile: &Path, part: &Part, changes: &[Change]) -> Result<(), FileError> {
        let planned = |change: &Change| Planned {
            name: Name::of(&change.path, &self.root),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        let changes = changes.iter().map(planned).collect();
        let plan = Plan { dockerfile: Name::of(dockerfile, &self.root), part: part.clone(), changes };
        self.append(&Line::Plan(plan)).map_err(|error| self.failure(&error))
    }

    /// Notes that the changes were not made.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn failed(&mut self) -> Result<(), FileError> {
        self.append(&Line::Failed).map_err(|error| self.failure(&error))
    }

    fn append(&mut self, line: &Line) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&self.path)?;
            let of = Line::Of { run: self.run.clone(), root: Name::of(&self.root, Path::new("")) };
            write_line(&mut file, &of)?;
            self.file = Some(file);
        }
        self.file.as_mut().map_or(Ok(()), |file| write_line(file, line))
    }

    fn failure(&self, error: &io::Error) -> FileError {
        let message = format!("the journal of the batch cannot be written: {}", FileError::describe(error));
        FileError::new(&self.path, message, "see that there is room and a right to write where `--results` is")
    }

    /// Finishes what an interrupted run of the same kind began, and says what it had done. New plans go behind its own.
    ///
    /// # Errors
    /// A change was half done, and cannot be finished.
    pub fn recover(&mut self) -> Result<Recovered, FileError> {
        let Ok(bytes) = fs::read(&self.path) else { return Ok(Recovered::default()) };
        let (plans, length) = self.plans(&bytes);
        if plans.is_empty() {
            return Ok(Recovered::default());
        }
        let mut recovered = Recovered::default();
        let last = plans.len() - 1;
        for (index, (plan, failed)) in plans.into_iter().enumerate() {
            let changes = self.changes(&plan);
            // The plan that follows shows that this one was done.
            let done = if index < last { !failed } else { !failed && finish(&changes)? };
            if done {
                recovered.done.insert(self.root.join(plan.dockerfile.to_path()));
                recovered.changed.extend(changes.into_iter().map(|change| change.path));
                recovered.part.add(plan.part);
            }
        }
        self.continue_at(length).map_err(|error| self.failure(&error))?;
        Ok(recovered)
    }

    /// The plans in a journal, and whether they failed; and how many bytes of it are whole lines.
    fn plans(&self, bytes: &[u8]) -> (Vec<(Plan, bool)>, usize) {
        let length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut plans: Vec<(Plan, bool)> = Vec::new();
        for (number, line) in bytes[..length].split_inclusive(|byte| *byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(Line::Of { run, root }) if run == self.run && root.to_path() == self.root => {}
                Ok(Line::Plan(plan)) if number > 0 => plans.push((plan, false)),
                Ok(Line::Failed) if number > 0 => {
                    plans.iter_mut().last().into_iter().for_each(|(_, failed)| *failed = true)
                }
                // Another run wrote it, or somebody else.
                _ => return (Vec::new(), 0),
            }
        }
        (plans, length)
    }

    fn changes(&self, plan: &Plan) -> Vec<Change> {
        let change = |planned: &Planned| Change {
            path: self.root.join(planned.name.to_path()),
            before: planned.before.clone(),
            after: planned.after.clone(),
        };
        plan.changes.iter().map(change).collect()
    }

    fn continue_at(&mut self, length: usize) -> io::Result<()> {
        let file = OpenOptions::new().append(true).open(&self.path)?;
        file.set_len(length as u64)?;
        self.file = Some(file);
        Ok(())
    }
}

/// Makes the rest of `changes`, if the first of them were made before a kill. Returns whether all are made now.
fn finish(changes: &[Change]) -> Result<bool, FileError> {
    for change in changes {
        change.path.parent().into_iter().for_each(files::remove_leftovers);
    }
    let is = |change: &Change, text: Option<&str>| {
        let now = fs::read(&change.path);
        now.ok().as_deref() == text.map(str::as_bytes)
    };
    let rest: Vec<&Change> = changes.iter().filter(|change| !is(change, Some(&change.after))).collect();
    let untouched = |change: &&Change| is(change, change.before.as_deref());
    if rest.len() == changes.len() || !rest.iter().all(untouched) {
        // Nothing was written, or somebody else has been at work since.
        return Ok(false);
    }
    let rest: Vec<Change> = rest.into_iter().cloned().collect();
    files::write_all(&rest).map(|_| true)
}

/// One call writes the whole line, so that a kill leaves all of it or none, but for what a system that crashes tears apart.
fn write_line(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}
