//! Ignore files that several Dockerfiles share, in one diff.
//!
//! Each Dockerfile is looked at as the files are on disk. When the fixes of two of them change one ignore file in
//! different ways, only the first of them can stand in the diff: the second one's lines would not be found any more.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::process::Processed;
use crate::report::Status;
use crate::report::{FileChange, FileOutcome};

/// The ignore files that the diff changes so far, with their new texts.
#[derive(Debug, Default)]
pub struct SharedFiles {
    after: HashMap<PathBuf, String>,
}

impl SharedFiles {
    /// Takes the changes of one more Dockerfile into the diff, and returns whether they had to be altered: a change that
    /// is in the diff already is left out, and where the ignore file changes in another way, all changes of this
    /// Dockerfile wait for the next run.
    pub fn settle(&mut self, processed: &mut Processed) -> bool {
        let FileOutcome::Done(done) = &mut processed.report.outcome else { return false };
        let is_shared = |change: &FileChange| Some(change.path.as_path()) != processed.path.as_deref();
        let Some(index) = done.changes.iter().position(is_shared) else { return false };
        let change = &done.changes[index];
        let Some(after) = self.after.get(&change.path) else {
            self.after.insert(change.path.clone(), change.after.clone());
            return false;
        };
        if *after == change.after {
            done.changes.remove(index);
            done.ignore_file = None;
            return true;
        }
        let note = waits(&processed.report.shown, &change.name);
        done.changes.clear();
        done.ignore_file = None;
        for reported in done.findings.iter_mut().filter(|reported| reported.status == Status::Applied) {
            reported.status = Status::Available;
            reported.written_first = false;
        }
        processed.notes.push(note);
        true
    }
}

fn waits(shown: &str, name: &Path) -> String {
    let name = name.display();
    format!("{shown}: waits, since another Dockerfile changes {name} too; apply this diff and run dockfix again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Done, FileReport};

    fn processed(name: &str, ignore: Option<&str>) -> Processed {
        let change = |name: &str, after: &str| FileChange {
            path: PathBuf::from("/").join(name),
            name: PathBuf::from(name),
            before: None,
            after: after.to_owned(),
        };
        let changes = std::iter::once(change(name, "new"));
        let changes = changes.chain(ignore.map(|after| change(".dockerignore", after))).collect();
        let outcome = FileOutcome::Done(Box::new(Done { changes, ..Done::default() }));
        Processed::new(FileReport::new(name.to_owned(), outcome), Some(PathBuf::from("/").join(name)))
    }

    #[test]
    fn takes_one_change_of_each_ignore_file() {
        let mut shared = SharedFiles::default();
        let mut check = |name: &str, ignore: Option<&str>, altered: bool, left: &[&str], notes: usize| {
            let mut processed = processed(name, ignore);
            assert_eq!(shared.settle(&mut processed), altered, "{name}");
            let FileOutcome::Done(done) = &processed.report.outcome else { panic!("{name}") };
            let names: Vec<&Path> = done.changes.iter().map(|change| change.name.as_path()).collect();
            assert_eq!(names, left.iter().map(Path::new).collect::<Vec<_>>());
            assert_eq!(processed.notes.len(), notes);
        };
        check("a", None, false, &["a"], 0);
        check("b", Some(".git\n"), false, &["b", ".dockerignore"], 0);
        check("c", Some(".git\n"), true, &["c"], 0);
        check("d", Some("*.pyc\n"), true, &[], 1);
    }
}
