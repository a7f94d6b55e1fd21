//! The work on the files of one repository, one after the other, and what is written of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::journal::{Journal, Recovered};
use super::patch;
use super::record::{Changed, Failure, Name, Outcome, Part, Record, Told};
use super::worker::{Mode, Stop, Worker};
use crate::cli::process::{Desk, Processed};
use crate::cli::settings::{Resolved, SettingsOf};
use crate::config::Loaded;
use crate::files::{self, Change, Entry, FileError, Found};
use crate::report::{FileChange, FileOutcome};
use crate::repositories::{Author, Committed, NewText, Unit};
use crate::settings::Settings;

/// Files that are named when a repository is refused.
const NAMED: usize = 3;

/// The work on one repository, half-way.
pub struct Bench<'a> {
    worker: &'a Worker,
    unit: &'a Unit,
    /// What it is called.
    name: &'a Path,
    /// Where its files are.
    root: &'a Path,
    desk: Desk<'a>,
    journal: Option<Journal>,
    recovered: Recovered,
    part: Part,
    /// The texts of all changed files: as they were, and as they are to be.
    changes: BTreeMap<PathBuf, FileChange>,
    /// How many files were looked at without an error.
    done: usize,
    /// Whether it is known that nobody else's changes are mixed with these.
    is_clean: bool,
}

impl<'a> Bench<'a> {
    /// The work on `unit`, called `name`, whose files are at `root`; what an interrupted run did to it is done.
    #[must_use]
    pub fn new(
        worker: &'a Worker,
        (unit, name): (&'a Unit, &'a Path),
        root: &'a Path,
        desk: Desk<'a>,
        journal: Option<Journal>,
        recovered: Recovered,
    ) -> Self {
        let (part, done, is_clean) = (recovered.part.clone(), recovered.done.len(), worker.allow_dirty);
        Self { worker, unit, name, root, desk, journal, recovered, part, changes: BTreeMap::new(), done, is_clean }
    }

    /// Looks at all files, and writes what is written file by file.
    ///
    /// # Errors
    /// The work must not go on.
    pub fn look_at_all(&mut self) -> Result<(), Stop> {
        let discovery = files::discover_in_repository(self.root, self.unit.nested());
        let mut settings = SettingsOf::new(&self.worker.options, self.worker.config.clone());
        for (link, target) in discovery.links_out {
            let message = format!("a link that leads out of the repository, to {}", target.display());
            self.part.skipped.push(Told { name: Name::of(&link, self.root), message });
        }
        for entry in discovery.entries {
            match entry {
                Entry::Error(error) => {
                    self.part.files += 1;
                    self.part.errors.push(failure(&error, self.root));
                }
                Entry::File(found) if self.recovered.done.contains(&found.path) => {}
                Entry::File(found) => match settings.of(found.path.parent().unwrap_or(self.root)) {
                    Resolved::Broken(loaded) => self.broken(&loaded),
                    Resolved::Settings(_, Some(loaded)) if excludes(&loaded, &found) => {}
                    Resolved::Settings(settings, _) => self.look_at(&found, &settings)?,
                },
            }
        }
        for (path, problem) in self.desk.build_files.problems() {
            let message = format!("not understood, so it counts for nothing: {problem}");
            self.part.notes.push(Told { name: Name::of(&path, self.root), message });
        }
        Ok(())
    }

    /// Notes that a configuration has errors; once, whatever the number of files that it is about.
    fn broken(&mut self, loaded: &Loaded) {
        let name = Name::of(&loaded.path, self.root);
        self.part.files += 1;
        if self.part.errors.iter().any(|error| error.name == name) {
            return;
        }
        let errors = loaded.config.as_ref().err().into_iter().flatten().map(|error| {
            let line = error.span.as_ref().map(|span| {
                let before = loaded.text.get(..span.start).unwrap_or_default();
                format!("line {}: ", before.matches('\n').count() + 1)
            });
            let message = format!("{}{}", line.unwrap_or_default(), error.message);
            Failure { name: name.clone(), message, help: error.help.clone() }
        });
        self.part.errors.extend(errors);
    }

    fn look_at(&mut self, found: &Found, settings: &Arc<Settings>) -> Result<(), Stop> {
        let mut processed = self.desk.look_at(found, settings);
        if let Some((foreign, reason)) = self.foreign(&processed) {
            let mut without = Settings::clone(settings);
            without.ignore.extend(rules_that_write(&processed, &foreign, self.root));
            let told = Told { name: Name::of(&foreign, self.root), message: format!("{reason}, so it is left alone") };
            if !self.part.skipped.contains(&told) {
                self.part.skipped.push(told);
            }
            processed = self.desk.look_at(found, &without);
        }
        let part = Part::of(&processed.report, &found.path, self.root);
        if changes(&processed).is_empty() {
            self.add(part);
            return Ok(());
        }
        if let Some((foreign, reason)) = self.foreign(&processed) {
            let error = FileError::new(&foreign, reason, "run dockfix there");
            self.part.files += 1;
            self.part.errors.push(failure(&error, self.root));
            return Ok(());
        }
        if matches!(self.worker.mode, Mode::Apply) {
            self.demand_clean()?;
        }
        if let Some(error) = self.not_in_git(&processed) {
            self.part.files += 1;
            self.part.errors.push(failure(&error, self.root));
            return Ok(());
        }
        if matches!(self.worker.mode, Mode::Apply) {
            self.write(found, processed, part)
        } else {
            self.keep(&processed);
            self.add(part);
            Ok(())
        }
    }

    /// A file among the changes that does not belong to this repository, or that only a link leads to; and which of both.
    fn foreign(&self, processed: &Processed) -> Option<(PathBuf, &'static str)> {
        let reason = |path: &Path| {
            let folder = path.parent().unwrap_or(path);
            let mut below = folder.ancestors().take_while(|above| *above != self.root);
            if !path.starts_with(self.root) || below.any(|above| above.join(".git").symlink_metadata().is_ok()) {
                return Some("lies in another repository");
            }
            let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
            let plain = folder.canonicalize().is_ok_and(|real| real == folder);
            (is_link || !plain).then_some("is reached through a link")
        };
        changes(processed).iter().find_map(|change| Some((change.path.clone(), reason(&change.path)?)))
    }

    /// Writes the changes of one Dockerfile.
    fn write(&mut self, found: &Found, mut processed: Processed, part: Part) -> Result<(), Stop> {
        if let Some(journal) = &mut self.journal {
            let planned = changes(&processed).iter().map(|change| Change {
                path: change.path.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
            });
            journal.plan(&found.path, &part, &planned.collect::<Vec<_>>())?;
        }
        self.desk.write(&mut processed);
        if let FileOutcome::Failed(_) = processed.report.outcome {
            // The file that could not be written may be the other one of the two.
            let path = processed.path.as_deref().unwrap_or(&found.path);
            self.part.add(Part::of(&processed.report, path, self.root));
            return Ok(self.journal.as_mut().map_or(Ok(()), Journal::failed)?);
        }
        // From now on they are ours.
        self.recovered.changed.extend(changes(&processed).iter().map(|change| change.path.clone()));
        let name = Name::of(&found.path, self.root);
        self.add(part);
        self.part.notes.extend(processed.notes.into_iter().map(|message| Told { name: name.clone(), message }));
        Ok(())
    }

    /// Counts a file.
    fn add(&mut self, part: Part) {
        self.done += usize::from(part.errors.is_empty());
        self.part.add(part);
    }

    /// Remembers changes that are not written into the work tree, so that the next file is looked at as if they were.
    fn keep(&mut self, processed: &Processed) {
        for change in changes(processed) {
            if processed.path.as_ref() != Some(&change.path) {
                self.desk.repositories.plan_ignore_file(&change.path, &change.after);
            }
            let known = self.changes.entry(change.path.clone()).or_insert_with(|| change.clone());
            known.after.clone_from(&change.after);
        }
    }

    /// Refuses a repository with changes that are not committed: nobody could tell them from ours. What an interrupted run changed
    /// is ours.
    fn demand_clean(&mut self) -> Result<(), Stop> {
        if self.is_clean {
            return Ok(());
        }
        let ours: Vec<String> = self.recovered.changed.iter().map(|path| Name::of(path, self.root).path).collect();
        let mut dirt = self.unit.dirty(ours.len() + NAMED)?;
        dirt.files.retain(|name| !ours.contains(name));
        if !dirt.is_clean() {
            dirt.more |= dirt.files.len() > NAMED;
            dirt.files.truncate(NAMED);
            let help = "commit or stash that, or add `--allow-dirty`";
            return Err(Stop::Refused(FileError::new(self.root, dirt.to_string(), help)));
        }
        self.is_clean = true;
        Ok(())
    }

    /// A file that would be changed although git does not have it as it is, so that nobody could get it back.
    fn not_in_git(&self, processed: &Processed) -> Option<FileError> {
        // A commit is made of what git has, whatever the work tree is allowed to hold.
        match self.worker.mode {
            Mode::Apply if !self.worker.allow_dirty => {}
            Mode::Commit { .. } => {}
            Mode::Apply | Mode::Count | Mode::Patches(_) => return None,
        }
        let old = changes(processed).iter().filter(|change| change.before.is_some()).map(|change| &change.path);
        let is_ours = |path: &PathBuf| self.recovered.changed.contains(path) || self.changes.contains_key(path);
        let mut theirs = old.filter(|path| !is_ours(path));
        let repository = self.desk.repositories.of_directory(self.root);
        let is_lost = |path: &&PathBuf| {
            let inside = path.strip_prefix(self.root).unwrap_or(path);
            !repository.as_ref().is_some_and(|repository| repository.tracks(inside))
        };
        let path = theirs.find(is_lost)?;
        Some(FileError::new(
            path,
            "is not in git, which could not bring it back",
            "`git add` it, or add `--allow-dirty`",
        ))
    }

    /// Writes what is written at once, and says what became of the repository.
    ///
    /// # Errors
    /// It could not be written.
    pub fn finish(mut self, record: &mut Record) -> Result<(), Stop> {
        self.part.sort();
        let changed = !self.part.changed.is_empty();
        let mut well = if changed { Outcome::WouldChange } else { Outcome::Unchanged };
        match &self.worker.mode {
            Mode::Apply if changed => well = Outcome::Changed,
            Mode::Patches(folder) if changed => {
                record.patch = Some(patch::write(folder, self.name, self.changes.values())?);
            }
            Mode::Commit { branch, message, author } if changed => {
                self.demand_clean()?;
                well = match self.commit(branch, message, author)? {
                    Committed::Created(id) | Committed::Unchanged(id) => {
                        (record.branch, record.commit) = (Some(branch.clone()), Some(id));
                        Outcome::Changed
                    }
                    Committed::Nothing => {
                        self.part.changed.clear();
                        Outcome::Unchanged
                    }
                };
            }
            Mode::Count | Mode::Apply | Mode::Patches(_) | Mode::Commit { .. } => {}
        }
        record.outcome = match (self.part.errors.is_empty(), self.done > 0) {
            (true, _) => well,
            (false, true) => Outcome::Partial,
            (false, false) => Outcome::Failed,
        };
        record.part = self.part;
        Ok(())
    }

    fn commit(&self, branch: &str, message: &str, author: &Author) -> Result<Committed, Stop> {
        let mut names = Vec::new();
        for path in self.changes.keys() {
            let inside = path.strip_prefix(self.root).unwrap_or(path);
            let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
            let help = "rename it, or use `--patch-dir`";
            names.push(
                parts.ok_or_else(|| FileError::new(path, "the name of a changed file is no UTF-8", help))?.join("/"),
            );
        }
        let texts = names.iter().zip(self.changes.values()).map(|(path, change)| NewText {
            path,
            before: change.before.as_deref(),
            after: &change.after,
        });
        let texts: Vec<NewText<'_>> = texts.collect();
        self.unit.commit(branch, message, author, &texts).map_err(Stop::Refused)
    }
}

fn changes(processed: &Processed) -> &[FileChange] {
    match &processed.report.outcome {
        FileOutcome::Done(done) => &done.changes,
        FileOutcome::Failed(_) | FileOutcome::Skipped(_) => &[],
    }
}

fn excludes(loaded: &Loaded, found: &Found) -> bool {
    loaded.config.as_ref().is_ok_and(|config| config.excludes(&found.path))
}

/// The rules without which the file at `path` would not be changed.
fn rules_that_write(processed: &Processed, path: &Path, root: &Path) -> Vec<String> {
    let name = Name::of(path, root);
    let part = Part::of(&processed.report, processed.path.as_deref().unwrap_or(root), root);
    let changed = part.changed.into_iter().find(|changed| changed.name == name);
    changed.map(|Changed { rules, .. }| rules.into_iter().collect()).unwrap_or_default()
}

fn failure(error: &FileError, root: &Path) -> Failure {
    Failure { name: Name::of(&error.path, root), message: error.message.clone(), help: error.help.clone() }
}
