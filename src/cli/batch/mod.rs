//! `dockfix batch`: many git repositories, each with its own configuration and contexts, at once and in bounded memory.
//!
//! Knows what a run over many repositories needs: which they are ([`list`]), what is done with each ([`worker`], [`mod@bench`]), where the results
//! go ([`results`], [`record`]), how an interrupted run goes on ([`journal`]), and what is said meanwhile and at the end.

mod bench;
mod journal;
mod list;
mod patch;
mod progress;
mod record;
mod results;
mod table;
mod worker;

use std::collections::HashSet;
use std::fs;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};

use anyhow::{Context as _, bail};

use super::args::{BatchOptions, GlobalOptions, RunOptions};
use super::names::Names;
use super::output::Output;
use super::run::check_names;
use super::work::{pool, tell_config_errors};
use super::{EXIT_FAILURE, EXIT_FOUND, EXIT_SUCCESS};
use crate::config::Loaded;
use crate::report::digest;
use crate::repositories::{Author, check_branch};
use list::Job;
use progress::Progress;
use record::{Outcome, Record};
use results::Results;
use table::Table;
use worker::{Mode, Worker};

/// Runs the rules over many repositories and returns the exit code.
///
/// # Errors
/// Wrong usage, and nothing was done; or the results cannot be written any more.
pub fn run(options: &BatchOptions, global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    check_names(&options.rules)?;
    if options.roots.is_empty() && options.repos.is_none() {
        bail!("name a folder with git repositories, as in `dockfix batch .`, or a list of them with `--repos FILE`");
    }
    let config = global.config.as_deref().map(Loaded::read);
    if let Some(loaded) = config.as_ref().filter(|loaded| loaded.config.is_err()) {
        let names = Names::new(std::env::current_dir().context("the current folder is gone; go to another one")?);
        tell_config_errors(output, &names, loaded);
        return Ok(EXIT_FAILURE);
    }
    let mode = mode(options)?;
    let run = run_name(options, config.as_ref());
    let mut results = Results::open(options.results.as_deref())?;
    let threads = options.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let mut jobs = list::jobs(options, threads)?;
    let mut table = Table::new(jobs.len());
    if options.resume {
        let mut left: HashSet<String> = jobs.iter().map(key).collect();
        results.done(&run, |record| {
            if left.remove(record.key()) {
                table.add(record, true);
            }
        })?;
        jobs.retain(|job| left.contains(&key(job)));
    }
    results.share();
    let worker = Worker {
        mode,
        allow_dirty: options.allow_dirty,
        options: RunOptions { rules: options.rules.clone(), ..RunOptions::default() },
        config,
        run,
        journals: options.results.as_deref().map(results::journals),
        resume: options.resume,
    };
    let mut progress = Progress::new(jobs.len(), output);
    let mut told = Told { worker: &worker, results: &mut results, table: &mut table, progress: &mut progress, output };
    let finished = work(&worker, &jobs, threads, &mut told);
    progress.finish();
    finished?;
    if let Some(folder) = &worker.journals {
        // Journals of interrupted work stay; without one, the folder goes.
        let _ = fs::remove_dir(folder);
    }
    table.tell(options, output);
    Ok(exit_code(&worker.mode, &table))
}

/// What is done with the changes.
fn mode(options: &BatchOptions) -> anyhow::Result<Mode> {
    if options.apply {
        return Ok(Mode::Apply);
    }
    if let (true, Some(branch), Some(message)) = (options.commit, &options.branch, &options.message) {
        check_branch(branch).map_err(anyhow::Error::msg)?;
        let author = Author::from_environment().map_err(anyhow::Error::msg)?;
        return Ok(Mode::Commit { branch: branch.clone(), message: message.clone(), author });
    }
    let Some(folder) = &options.patch_dir else { return Ok(Mode::Count) };
    let help = || format!("`--patch-dir {}` cannot be made; name a folder that can be written", folder.display());
    fs::create_dir_all(folder).with_context(help)?;
    crate::files::remove_leftovers(folder);
    Ok(Mode::Patches(folder.clone()))
}

/// Stands for everything that decides what a run does to a repository, so that another run does not take its results for its own.
fn run_name(options: &BatchOptions, config: Option<&Loaded>) -> String {
    let BatchOptions { apply, patch_dir, commit, branch, message, rules, .. } = options;
    let config = config.map(|loaded| &loaded.text);
    let all = (env!("CARGO_PKG_VERSION"), apply, patch_dir, commit, branch, message, rules, config);
    digest(format!("{all:?}").as_bytes())[..16].to_owned()
}

/// What the repository is known by in a file of results.
fn key(job: &Job) -> String {
    match &job.unit {
        Ok(unit) => record::hex(unit.path()).unwrap_or_else(|| unit.path().to_string_lossy().into_owned()),
        Err(_) => job.name.to_string_lossy().into_owned(),
    }
}

/// Everything that hears of a repository that is done.
struct Told<'a, 'b> {
    worker: &'a Worker,
    results: &'a mut Results,
    table: &'a mut Table,
    progress: &'a mut Progress,
    output: &'b mut Output,
}

/// Does all `jobs` with `threads` threads, in their order but for what is done at the same time.
fn work(worker: &Worker, jobs: &[Job], threads: usize, told: &mut Told<'_, '_>) -> anyhow::Result<()> {
    let pool = pool(threads)?;
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    // A thread that is far ahead of the one that writes waits.
    let (sender, receiver) = mpsc::sync_channel(2 * threads);
    pool.in_place_scope(|scope| {
        let receiver = receiver;
        for _ in 0..threads {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move |_| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stop.load(Ordering::Relaxed) || sender.send(worker.work(job)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let finished = told.hear(&receiver);
        // Whoever waits to hand over a result that nobody hears ends when the receiver goes.
        stop.store(true, Ordering::Relaxed);
        finished
    })
}

impl Told<'_, '_> {
    /// Passes on every result, until there are no more.
    fn hear(&mut self, receiver: &Receiver<Record>) -> anyhow::Result<()> {
        loop {
            match receiver.recv_timeout(progress::INTERVAL) {
                Ok(record) => self.one(&record)?,
                Err(RecvTimeoutError::Timeout) => self.progress.tick(self.output),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if self.output.is_closed() && matches!(self.worker.mode, Mode::Count) {
                return Ok(());
            }
        }
    }

    fn one(&mut self, record: &Record) -> anyhow::Result<()> {
        self.progress.without_bar(|| self.results.add(record, self.output))?;
        if let Some(journal) = self.worker.journal_of(record.key()).filter(|_| record.outcome.is_final()) {
            // Most have none.
            let _ = fs::remove_file(journal);
        }
        self.table.add(record, false);
        self.progress.add(record, self.output);
        Ok(())
    }
}

fn exit_code(mode: &Mode, table: &Table) -> u8 {
    if !table.is_well() {
        return EXIT_FAILURE;
    }
    if matches!(mode, Mode::Count) && table.count(Outcome::WouldChange) > 0 { EXIT_FOUND } else { EXIT_SUCCESS }
}
