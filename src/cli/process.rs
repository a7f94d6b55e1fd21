//! The work on one file: read it, look at it, and write it where that is asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::engine::{self, Analysis, Input, Interviewed, Understood};
use super::interview::Interview;
use super::names::Names;
use super::report::sheet;
use super::review::Reviewed;
use super::scope::Scope;
use crate::context::Repositories;
use crate::context::compose::{Build, BuildFiles};
use crate::files::{self, Change, FileError, Found};
use crate::report::html::Sheet;
use crate::report::{Done, FileChange, FileOutcome, FileReport, IgnoreFile, Problem};
use crate::settings::Settings;

/// What the work on every file needs.
pub struct Desk<'a> {
    /// How files are called.
    pub names: &'a Names,
    /// Whether anybody reads what fixes give.
    pub gains: bool,
    /// The build context that the user named.
    pub context: Option<&'a Path>,
    /// Whether anybody looks at what there is to show besides findings.
    pub sheets: bool,
    /// Which part of the files is asked for.
    pub scope: Scope,
    /// Whether anybody reads how files are called in their repository.
    pub places: bool,
    /// The change that a review is of, where one is asked for.
    pub reviewed: Option<Reviewed>,
    /// Who is asked about each fix, where somebody is.
    pub interview: Option<Interview>,
    /// The repositories that were read so far, shared by all files.
    pub repositories: Repositories,
    /// The compose and bake files that were read so far, shared by all files.
    pub build_files: BuildFiles,
}

/// What became of one file, and what is to be said about it.
pub struct Processed {
    /// What became of it.
    pub report: FileReport,
    /// Where the file is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// What the user should know besides.
    pub notes: Vec<String>,
    /// The folder in which its diff can be applied; `None` for standard input.
    pub base: Option<PathBuf>,
    /// The build context, where one is known.
    pub context: Option<PathBuf>,
    /// The builds that name the file.
    pub builds: Vec<Arc<Build>>,
    /// What there is to show besides findings, where somebody looks at it.
    pub sheet: Option<Box<Sheet>>,
}

impl Processed {
    /// A report of the file at `path`, and nothing besides.
    #[must_use]
    pub fn new(report: FileReport, path: Option<PathBuf>) -> Self {
        Self { report, path, notes: Vec::new(), base: None, context: None, builds: Vec::new(), sheet: None }
    }
}

impl Desk<'_> {
    /// Reads the file `found` and looks at it. Never panics: a bug in dockfix is a problem of one file.
    #[must_use]
    pub fn look_at(&self, found: &Found, settings: &Settings) -> Processed {
        let looked = catch_unwind(AssertUnwindSafe(|| match files::read_text(&found.path) {
            Ok(text) => self.look_at_text(text, Some(found), Path::new(""), settings),
            Err(error) => self.failed(&found.path, &error),
        }));
        looked.unwrap_or_else(|_| {
            let problem =
                Problem::new("dockfix has a bug that shows on this file", "please report it; the file is as it was");
            let outcome = FileOutcome::Failed(vec![problem]);
            Processed::new(FileReport::new(self.names.shown(&found.path), outcome), Some(found.path.clone()))
        })
    }

    /// Looks at `text`, which stands in the file `found`, or came from standard input and is to be called `name`.
    #[must_use]
    pub fn look_at_text(&self, text: String, found: Option<&Found>, name: &Path, settings: &Settings) -> Processed {
        let path = found.map(|found| found.path.as_path());
        let shown = self.names.shown(path.unwrap_or(name));
        let place = self.place(path.unwrap_or(name));
        let processed = |outcome| {
            let report = FileReport { place: place.clone(), ..FileReport::new(shown.clone(), outcome) };
            Processed::new(report, path.map(Path::to_owned))
        };
        let (repositories, build_files) = (&self.repositories, &self.build_files);
        let input = Input {
            text: &text,
            path,
            context: self.context,
            repositories,
            build_files,
            settings,
            gains: self.gains,
            scope: &self.scope,
            interview: self.interview.as_ref().zip(found).map(|(interview, found)| Interviewed {
                interview,
                names: self.names,
                found,
            }),
        };
        let mut understood = match engine::analyse(&input) {
            Analysis::Problems(problems) => return processed(FileOutcome::Failed(problems)),
            Analysis::Template(line) => {
                let reason = format!("a template, as line {line} shows, and not yet a Dockerfile");
                return processed(FileOutcome::Skipped(reason));
            }
            Analysis::Done(understood) => understood,
        };
        let (name, base) = match found {
            Some(found) => {
                let (name, base) = self.names.in_diff(&found.path, &found.root);
                (name, Some(base.to_owned()))
            }
            None => (name.to_owned(), None),
        };
        let context = understood.context.clone();
        let builds = std::mem::take(&mut understood.builds);
        let done = self.done(&text, name, found, understood);
        let sheet = self.sheets.then(|| Box::new(sheet::of(&input, &done, &builds, self.names)));
        let lines = self
            .reviewed
            .as_ref()
            .filter(|_| !done.findings.is_empty())
            .map(|reviewed| reviewed.lines(path.unwrap_or(Path::new("")), &place, &text, &self.repositories));
        let lines = match lines.transpose() {
            Ok(lines) => lines.flatten(),
            Err(error) => return processed(FileOutcome::Failed(vec![Problem::new(&error.message, &error.help)])),
        };
        let processed = processed(FileOutcome::Done(Box::new(done)));
        Processed { base, context, builds, sheet, report: FileReport { lines, ..processed.report }, ..processed }
    }

    /// The name of `path` as a service has it that hosts the repository: relative to the root of the working tree, or, where there is
    /// none, to the folder in which dockfix was started. Empty where nobody reads it.
    fn place(&self, path: &Path) -> PathBuf {
        if !self.places {
            return PathBuf::new();
        }
        let path = self.names.folder().join(path);
        let repository = path.parent().and_then(|folder| self.repositories.of_directory(folder));
        let root = repository.as_ref().map_or(self.names.folder(), |repository| repository.work_tree());
        path.strip_prefix(root).unwrap_or(&path).to_owned()
    }

    fn done(&self, text: &str, name: PathBuf, found: Option<&Found>, understood: Understood) -> Done {
        let (path, root) = (found.map(|found| found.path.as_path()), found.map(|found| found.root.as_path()));
        let mut changes = Vec::new();
        if understood.dockerfile != text {
            changes.push(FileChange {
                path: path.map_or_else(|| name.clone(), Path::to_owned),
                name,
                before: Some(text.to_owned()),
                after: understood.dockerfile,
            });
        }
        let mut ignore_file = None;
        if let Some((path, before, after)) = understood.dockerignore
            && before.as_ref() != Some(&after)
        {
            ignore_file =
                Some(IgnoreFile { place: self.place(&path), text: before.as_deref().unwrap_or_default().to_owned() });
            let name = self.names.in_diff(&path, root.unwrap_or(&path)).0;
            changes.push(FileChange { name, path, before, after });
        }
        Done {
            text: text.to_owned(),
            findings: understood.findings,
            ignore_file,
            changes,
            bugs: understood.bugs,
            warnings: understood.warnings,
        }
    }

    /// Writes the changes in `processed`; where that fails, they are no changes any more but a problem.
    pub fn write(&self, processed: &mut Processed) {
        let FileOutcome::Done(done) = &processed.report.outcome else { return };
        let changes: Vec<Change> = done
            .changes
            .iter()
            .map(|change| Change {
                path: change.path.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect();
        let written = files::write_all(&changes);
        // An ignore file may be new.
        changes
            .iter()
            .filter_map(|change| change.path.parent())
            .for_each(|folder| self.repositories.written_into(folder));
        match written {
            Ok(notes) => processed.notes.extend(notes),
            Err(error) => *processed = self.failed(&error.path, &error),
        }
    }

    /// A file, or a path, on which no work was possible.
    #[must_use]
    pub fn failed(&self, path: &Path, error: &FileError) -> Processed {
        let outcome = FileOutcome::Failed(vec![Problem::new(&error.message, &error.help)]);
        let report = FileReport { place: self.place(path), ..FileReport::new(self.names.shown(path), outcome) };
        Processed::new(report, Some(path.to_owned()))
    }
}
