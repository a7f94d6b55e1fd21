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

/// A plan, and what is known of it.
struct Entry {
    plan: Plan,
    failed: bool,
    /// Where it begins in the journal.
    start: usize,
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
        let (entries, mut length) = self.entries(&bytes);
        if entries.is_empty() {
            return Ok(Recovered::default());
        }
        let mut recovered = Recovered::default();
        let last = entries.len() - 1;
        for (index, Entry { plan, failed, start }) in entries.into_iter().enumerate() {
            let changes = self.changes(&plan);
            // The plan that follows shows that this one was done.
            if failed || (index == last && !finish(&changes)?) {
                // What was not done is planned once more, and the plan that follows then shows nothing of this one.
                length = if index == last { start } else { length };
            } else {
                recovered.done.insert(self.root.join(plan.dockerfile.to_path()));
                recovered.changed.extend(changes.into_iter().map(|change| change.path));
                recovered.part.add(plan.part);
            }
        }
        self.continue_at(length).map_err(|error| self.failure(&error))?;
        Ok(recovered)
    }

    /// What is in a journal, and how many bytes of it are whole lines.
    fn entries(&self, bytes: &[u8]) -> (Vec<Entry>, usize) {
        let length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut entries: Vec<Entry> = Vec::new();
        let mut start = 0;
        for line in bytes[..length].split_inclusive(|byte| *byte == b'\n') {
            match (serde_json::from_slice(line), entries.last_mut()) {
                (Ok(Line::Of { run, root }), None) if run == self.run && root.to_path() == self.root => {}
                (Ok(Line::Plan(plan)), _) if start > 0 => entries.push(Entry { plan, failed: false, start }),
                (Ok(Line::Failed), Some(last)) => last.failed = true,
                // Another run wrote it, or somebody else.
                _ => return (Vec::new(), 0),
            }
            start += line.len();
        }
        (entries, length)
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

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Option<&str> = Some("old");

    /// A journal with one plan for two files, of which the second is new; the files as they were left; and what `recover` makes of
    /// that: whether the plan counts, and the files.
    fn check(left: [Option<&str>; 2], more: &[&str], done: bool, expected: [Option<&str>; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let (root, path) = (folder.path().canonicalize().unwrap(), folder.path().join("journal/x.jsonl"));
        let files = ["Dockerfile", ".dockerignore"].map(|name| root.join(name));
        let change = |file: &Path, before: Option<&str>, after: &str| Change {
            path: file.to_owned(),
            before: before.map(str::to_owned),
            after: after.to_owned(),
        };
        let changes = [change(&files[0], OLD, "new"), change(&files[1], None, "x\n")];
        let part = Part { files: 1, ..Part::default() };
        Journal::new(path.clone(), &root, "run").plan(&files[0], &part, &changes).unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        more.iter().for_each(|line| text.push_str(line));
        fs::write(&path, &text).unwrap();
        for (file, text) in files.iter().zip(left) {
            text.into_iter().for_each(|text| fs::write(file, text).unwrap());
        }
        let recover = |run: &str| Journal::new(path.clone(), &root, run).recover().unwrap();
        for _ in 0..2 {
            let recovered = recover("run");
            let case = format!("{left:?} {more:?}");
            assert_eq!((recovered.part.files, recovered.done.contains(&files[0])), (usize::from(done), done), "{case}");
            assert_eq!(recovered.changed.len(), if done { 2 } else { 0 }, "{case}");
            assert_eq!(
                files.each_ref().map(|file| fs::read_to_string(file).ok()).each_ref().map(Option::as_deref),
                expected
            );
        }
        assert!(recover("another").done.is_empty());
    }

    #[test]
    fn finishes_what_was_begun() {
        let all = [Some("new"), Some("x\n")];
        check([OLD, None], &[], false, [OLD, None]);
        check([Some("new"), None], &[], true, all);
        check(all, &[], true, all);
        check(all, &["{\"Pl"], true, all);
        check([OLD, None], &["\"Failed\"\n"], false, [OLD, None]);
        // Somebody else was at work.
        check([Some("theirs"), None], &[], false, [Some("theirs"), None]);
        check([Some("new"), Some("theirs")], &[], false, [Some("new"), Some("theirs")]);
        check([OLD, None], &["nonsense\n"], false, [OLD, None]);
    }

    #[test]
    fn a_plan_that_is_made_twice_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        let (root, path) = (folder.path().canonicalize().unwrap(), folder.path().join("x.jsonl"));
        let file = root.join("Dockerfile");
        fs::write(&file, "old").unwrap();
        let changes = [Change { path: file.clone(), before: Some("old".to_owned()), after: "new".to_owned() }];
        for _ in 0..2 {
            let mut journal = Journal::new(path.clone(), &root, "run");
            assert_eq!(journal.recover().unwrap().part.files, 0);
            journal.plan(&file, &Part { files: 1, ..Part::default() }, &changes).unwrap();
        }
        fs::write(&file, "new").unwrap();
        assert_eq!(Journal::new(path, &root, "run").recover().unwrap().part.files, 1);
    }
}
