//! The work on many files: in parallel, in bounded memory, and with output in the order of the files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::interview::Interview;
use super::output::Output;
use super::print::{Gathered, Printed, Printer};
use super::process::{Desk, Processed};
use super::settings::{Resolved, SettingsOf};
use super::shared::SharedFiles;
use super::summary::Tally;
use crate::config::Loaded;
use crate::files::{Entry, Found};
use crate::report::snippet::{self, Message, Severity};
use crate::report::{FileOutcome, FileReport, Problem};
use crate::settings::Settings;

/// Files that are worked on at the same time, at most; as many again are printed meanwhile.
const CHUNK_FILES: usize = 256;
/// Bytes of files that are worked on at the same time, at most, unless one file alone is larger.
const CHUNK_BYTES: u64 = 8 << 20;
/// Problems of one file that are told in full.
const TOLD_PROBLEMS: usize = 3;
/// Shell bodies nest, and so do the functions that read them; threads get the room that the main thread has.
const STACK_BYTES: usize = 8 << 20;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Print what would change.
    Diff,
    /// Write it.
    Apply,
    /// Ask about each fix, and write what is taken.
    Interactive,
    /// Show the findings.
    Check,
}

/// The work on a list of files.
pub struct Work<'a> {
    /// What is asked for.
    pub mode: Mode,
    /// How it is printed.
    pub printer: Printer,
    /// What the work on every file needs.
    pub desk: &'a Desk<'a>,
    /// Where all is printed.
    pub output: &'a mut Output,
    /// What happened so far.
    pub tally: Tally,
    /// What is printed behind all files.
    pub gathered: Gathered,
    /// Who is shown each file, in order.
    pub watch: Option<Watch<'a>>,
}

/// Somebody who is shown each file.
pub type Watch<'a> = &'a mut dyn FnMut(&Processed);

/// A file with the settings that count for it.
struct Job {
    found: Found,
    settings: Arc<Settings>,
}

enum Step {
    Work(Job),
    Told(Box<Processed>),
    /// Told already, with the configuration that is broken.
    Broken(Found),
}

/// What a worker hands to the main thread.
struct Ready {
    processed: Processed,
    printed: Printed,
    /// The job, where the main thread has to do it again, in order, since it changes a file that others share.
    again: Option<Job>,
    /// Whether its problems were told already.
    told: bool,
}

/// Threads that files are worked on with.
///
/// # Errors
/// The system gives no threads.
pub fn pool(threads: usize) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build()
}

impl<'a> Work<'a> {
    /// Works on `entries` with `threads` threads.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn run(&mut self, entries: Vec<Entry>, settings: &mut SettingsOf<'_>, threads: usize) -> anyhow::Result<()> {
        let pool = pool(threads)?;
        let worker = self.worker();
        let mut shared = SharedFiles::default();
        let mut met = HashSet::new();
        let mut entries = entries.into_iter();
        let mut steps = self.chunk(&mut entries, settings, &mut met);
        let mut printable = Vec::new();
        while !steps.is_empty() || !printable.is_empty() {
            // While the pool works, this thread prints what is ready, and finds the settings of what comes next.
            let mut ready = Vec::new();
            let mut next = Vec::new();
            pool.in_place_scope(|scope| {
                scope.spawn(|_| ready = steps.into_par_iter().map(|step| worker.work(step)).collect());
                self.finish_all(printable, &mut shared);
                if !self.output.is_closed() || self.mode == Mode::Apply {
                    next = self.chunk(&mut entries, settings, &mut met);
                }
            });
            (steps, printable) = (next, ready);
        }
        Ok(())
    }

    /// Works on one of `entries` after the other, and asks about their fixes.
    pub fn ask(&mut self, entries: Vec<Entry>, settings: &mut SettingsOf<'_>, interview: &Interview) {
        let mut met = HashSet::new();
        for entry in entries {
            if interview.has_quit() {
                break;
            }
            let Some(step) = self.step(entry, settings, &mut met) else { continue };
            let ready = match step {
                Step::Work(job) => self.ask_about(&job, interview),
                told => self.worker().work(told),
            };
            self.finish(ready, &mut SharedFiles::default());
        }
    }

    fn ask_about(&self, job: &Job, interview: &Interview) -> Ready {
        interview.begin(&job.settings);
        let mut processed = self.desk.look_at(&job.found, &job.settings);
        while interview.went_back() {
            processed = self.desk.look_at(&job.found, &job.settings);
        }
        self.desk.write(&mut processed);
        Ready { processed, printed: Printed::default(), again: None, told: false }
    }

    /// The next of `entries` that are worked on at the same time. Empty only at their end, since what is left out takes no room.
    fn chunk(
        &mut self,
        entries: &mut impl Iterator<Item = Entry>,
        settings: &mut SettingsOf<'_>,
        met: &mut HashSet<PathBuf>,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut bytes = 0;
        while steps.len() < CHUNK_FILES && bytes < CHUNK_BYTES {
            let Some(entry) = entries.next() else { break };
            let size = if let Entry::File(found) = &entry { found.size } else { 0 };
            if let Some(step) = self.step(entry, settings, met) {
                bytes += size;
                steps.push(step);
            }
        }
        steps
    }

    fn finish_all(&mut self, ready: Vec<Ready>, shared: &mut SharedFiles) {
        for ready in ready {
            self.finish(ready, shared);
        }
        self.output.flush();
    }

    /// Prints what became of standard input.
    pub fn print(&mut self, processed: Processed) {
        let printed = self.printer.file(&processed.report);
        self.finish(Ready { processed, printed, again: None, told: false }, &mut SharedFiles::default());
    }

    fn worker(&self) -> Worker<'a> {
        Worker { mode: self.mode, printer: self.printer.clone(), desk: self.desk }
    }

    /// The work that `entry` is; `None` where the configuration excludes it.
    fn step(&mut self, entry: Entry, settings: &mut SettingsOf<'_>, met: &mut HashSet<PathBuf>) -> Option<Step> {
        let found = match entry {
            Entry::File(found) => found,
            Entry::Error(error) => return Some(Step::Told(Box::new(self.desk.failed(&error.path, &error)))),
        };
        match settings.of(found.path.parent().unwrap_or(Path::new("/"))) {
            Resolved::Broken(loaded) => {
                if met.insert(loaded.path.clone()) {
                    tell_config_errors(self.output, self.desk.names, &loaded);
                }
                Some(Step::Broken(found))
            }
            Resolved::Settings(settings, loaded) => {
                if let Some(loaded) = &loaded
                    && met.insert(loaded.path.clone())
                {
                    self.output.detail(&format!("configuration: {}", self.desk.names.shown(&loaded.path)));
                }
                let excluded = loaded.and_then(|loaded| {
                    let excludes = loaded.config.as_ref().is_ok_and(|config| config.excludes(&found.path));
                    (excludes && !found.named).then(|| loaded.path.clone())
                });
                if let Some(config) = excluded {
                    let names = self.desk.names;
                    self.output.detail(&format!("{}: excluded by {}", names.shown(&found.path), names.shown(&config)));
                    return None;
                }
                Some(Step::Work(Job { found, settings }))
            }
        }
    }

    /// Prints what became of a file, and does what has to be done in the order of the files.
    fn finish(&mut self, mut ready: Ready, shared: &mut SharedFiles) {
        if let Some(job) = ready.again.take() {
            ready.processed = self.desk.look_at(&job.found, &job.settings);
            self.desk.write(&mut ready.processed);
            ready.printed = self.printer.file(&ready.processed.report);
        } else if self.mode == Mode::Diff && shared.settle(&mut ready.processed) {
            ready.printed = self.printer.file(&ready.processed.report);
        }
        let processed = &ready.processed;
        let text = self.printer.next(&mut ready.printed, &mut self.gathered);
        self.output.data(&text);
        if !ready.told {
            self.tell(&processed.report);
        }
        for note in &processed.notes {
            self.output.note(note);
        }
        if let Some(watch) = &mut self.watch {
            watch(processed);
        }
        self.tally.add(processed);
    }

    fn tell(&mut self, report: &FileReport) {
        match &report.outcome {
            FileOutcome::Failed(problems) => {
                for problem in problems.iter().take(TOLD_PROBLEMS) {
                    self.output.error(&problem_line(&report.shown, problem));
                }
                if problems.len() > TOLD_PROBLEMS {
                    let more = problems.len() - TOLD_PROBLEMS;
                    self.output.error(&format!("{}: and {more} more; mend these first", report.shown));
                }
            }
            FileOutcome::Skipped(reason) => self.output.note(&format!("{}: skipped: {reason}", report.shown)),
            FileOutcome::Done(done) => {
                for warning in &done.warnings {
                    self.output.note(&problem_line(&report.shown, warning));
                }
                for bug in &done.bugs {
                    self.output.error(&format!("{}: {bug}; please report it", report.shown));
                }
            }
        }
    }
}

/// What the threads share.
struct Worker<'a> {
    mode: Mode,
    printer: Printer,
    desk: &'a Desk<'a>,
}

impl Worker<'_> {
    fn work(&self, step: Step) -> Ready {
        let (processed, again, told) = match step {
            Step::Told(processed) => (*processed, None, false),
            Step::Broken(found) => {
                let problem = Problem::new("its configuration has errors", "mend the configuration");
                let outcome = FileOutcome::Failed(vec![problem]);
                let shown = self.desk.names.shown(&found.path);
                (Processed::new(FileReport::new(shown, outcome), Some(found.path)), None, true)
            }
            Step::Work(job) => {
                let mut processed = self.desk.look_at(&job.found, &job.settings);
                let shares = matches!(&processed.report.outcome, FileOutcome::Done(done)
                    if done.changes.iter().any(|change| change.path != job.found.path));
                let again = self.mode == Mode::Apply && shares;
                if self.mode == Mode::Apply && !shares {
                    self.desk.write(&mut processed);
                }
                (processed, again.then_some(job), false)
            }
        };
        let printed = if again.is_some() { Printed::default() } else { self.printer.file(&processed.report) };
        Ready { processed, printed, again, told }
    }
}

fn problem_line(shown: &str, problem: &Problem) -> String {
    match problem.position {
        Some((line, column)) => format!("{shown}:{line}:{column}: {}; {}", problem.message, problem.help),
        None => format!("{shown}: {}; {}", problem.message, problem.help),
    }
}

/// Shows what is wrong with a configuration file, with its lines.
pub fn tell_config_errors(output: &mut Output, names: &super::names::Names, loaded: &Loaded) {
    let shown = names.shown(&loaded.path);
    for error in loaded.config.as_ref().err().into_iter().flatten() {
        let message = Message {
            severity: Severity::Error,
            id: None,
            title: &error.message,
            path: &shown,
            text: &loaded.text,
            primary: error.span.clone(),
            related: Vec::new(),
            notes: Vec::new(),
            help: Some(&error.help),
        };
        output.block(&snippet::render(&message, output.color_messages));
    }
}
