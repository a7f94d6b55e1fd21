//! `dockfix [PATH...]`, `dockfix --apply` and `dockfix check`: what is to be done, checked before anything is done.

use std::io::{IsTerminal as _, Read as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{Format, GlobalOptions, RuleOptions, RunOptions};
use super::interview::Interview;
use super::names::Names;
use super::output::Output;
use super::print::Printer;
use super::process::Desk;
use super::review::Reviewed;
use super::scope::Scope;
use super::settings::{Resolved, SettingsOf};
use super::summary::Tally;
use super::work::{Mode, Work, tell_config_errors};
use super::{EXIT_FAILURE, EXIT_FOUND, EXIT_SUCCESS};
use crate::config::{Loaded, check_name};
use crate::context::Repositories;
use crate::context::compose::BuildFiles;
use crate::files::{self, Entry};
use crate::report::FileOutcome;
use crate::report::diff::Style;

/// Runs the rules over `paths` and returns the exit code.
///
/// # Errors
/// Wrong usage; nothing was done.
pub fn run(
    mode: Mode,
    paths: &[PathBuf],
    options: &RunOptions,
    global: &GlobalOptions,
    output: &mut Output,
) -> anyhow::Result<u8> {
    check_usage(mode, paths, options)?;
    let names = Names::new(std::env::current_dir().context("the current folder is gone; go to another one")?);
    let given = global.config.as_deref().map(Loaded::read);
    if let Some(loaded) = given.as_ref().filter(|loaded| loaded.config.is_err()) {
        tell_config_errors(output, &names, loaded);
        return Ok(EXIT_FAILURE);
    }
    let context = options.context.as_deref().map(context_folder).transpose()?;
    let from_stdin = paths == [Path::new("-")];
    // The text itself is printed, so that an editor can take it.
    let prints_text = from_stdin && mode == Mode::Apply;
    let format = if prints_text { None } else { options.format.or_else(|| default_format(mode)) };
    let (reviewed, service) = match format.filter(|format| format.is_review()) {
        Some(format) => {
            let (reviewed, service) = Reviewed::new(format, options)?;
            (Some(reviewed), Some(service))
        }
        None => (None, None),
    };
    let mut settings = SettingsOf::new(options, given);
    let desk = Desk {
        names: &names,
        gains: matches!(format, Some(Format::Text | Format::Json)) || mode == Mode::Interactive,
        context: context.as_deref(),
        scope: Scope::new(options),
        places: format.is_some_and(Format::is_of_a_service),
        sheets: false,
        reviewed,
        interview: (mode == Mode::Interactive).then(|| Interview::new(output.color)),
        repositories: Repositories::new(),
        build_files: BuildFiles::new(),
    };
    let style = Style { color: output.color, harmless: output.terminal };
    let printer = Printer { format, style, service, commit: options.head_sha.clone() };
    output.data(&printer.head());
    let (tally, gathered) = Default::default();
    let mut work = Work { mode, printer, desk: &desk, output, tally, gathered, watch: None };
    let empty = if from_stdin {
        one_from_stdin(&mut work, &mut settings, options)?;
        false
    } else {
        many_from_disk(&mut work, &mut settings, paths, options)?
    };
    let Work { tally, output, printer, gathered, .. } = work;
    for (path, problem) in desk.build_files.problems() {
        output.note(&format!("{}: not understood, so it counts for nothing: {problem}", names.shown(&path)));
    }
    output.data(&printer.tail(&tally.summary, &gathered));
    if !empty && !prints_text {
        tally.tell(mode, &names, output);
    }
    Ok(exit_code(mode, &tally))
}

fn check_usage(mode: Mode, paths: &[PathBuf], options: &RunOptions) -> anyhow::Result<()> {
    check_names(&options.rules)?;
    let from_stdin = paths.iter().any(|path| path == Path::new("-"));
    if from_stdin && paths.len() > 1 {
        bail!("`-` stands for the only file; leave out the other paths");
    }
    if options.stdin_filename.is_some() && !from_stdin {
        bail!("`--stdin-filename` names a file from standard input; add `-`");
    }
    if from_stdin && mode == Mode::Apply && options.format.is_some() {
        bail!("`--apply -` prints the new text; leave out `--format`");
    }
    if mode == Mode::Interactive {
        check_terminal(from_stdin)?;
    }
    check_review_usage(mode, from_stdin, options)?;
    if mode == Mode::Check && options.format == Some(Format::Diff) {
        bail!("`check` prints no diff; leave out `check`, or use `--format text` or `--format json`");
    }
    Ok(())
}

fn check_terminal(from_stdin: bool) -> anyhow::Result<()> {
    if from_stdin {
        bail!("`--interactive` reads answers from standard input, so `-` cannot be the Dockerfile; give it as a file");
    }
    if !std::io::stdin().is_terminal() {
        bail!(
            "`--interactive` asks questions, and standard input is no terminal; `dockfix` prints the changes, and \
             `dockfix --apply` writes them, with `--select` and `--ignore` those of some rules"
        );
    }
    Ok(())
}

fn check_review_usage(mode: Mode, from_stdin: bool, options: &RunOptions) -> anyhow::Result<()> {
    let is_review = options.format.is_some_and(Format::is_review);
    let for_services = options.format.is_some_and(Format::is_of_a_service);
    if mode == Mode::Apply && for_services {
        bail!("`--apply` changes the lines that this format speaks of; leave out one of both");
    }
    if !is_review && (options.diff_base.is_some() || options.patch.is_some() || options.head_sha.is_some()) {
        bail!(
            "`--diff-base`, `--patch` and `--head-sha` are of a review; use `--format github-review` or `gitlab-review`"
        );
    }
    if from_stdin && options.patch.as_deref() == Some(Path::new("-")) {
        bail!("standard input cannot be both the Dockerfile and the patch; give one of them as a file");
    }
    if from_stdin && (options.since.is_some() || options.staged || options.diff_base.is_some()) {
        bail!("git knows nothing of standard input; give the Dockerfile as a file");
    }
    Ok(())
}

const fn default_format(mode: Mode) -> Option<Format> {
    match mode {
        Mode::Diff => Some(Format::Diff),
        Mode::Apply | Mode::Interactive => None,
        Mode::Check => Some(Format::Text),
    }
}

/// Whether every rule and group that is named exists.
///
/// # Errors
/// One does not.
pub fn check_names(options: &RuleOptions) -> anyhow::Result<()> {
    options.select.iter().chain(&options.ignore).try_for_each(|name| check_name(name).map_err(anyhow::Error::msg))
}

/// How many files are worked on at a time.
pub fn threads(options: &RunOptions) -> usize {
    options.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// The build context that the user names, without links.
///
/// # Errors
/// It is no folder.
pub fn context_folder(folder: &Path) -> anyhow::Result<PathBuf> {
    let real = std::fs::canonicalize(folder).ok().filter(|real| real.is_dir());
    real.with_context(|| format!("`--context {}` is no folder; give the build context", folder.display()))
}

fn one_from_stdin(work: &mut Work<'_>, settings: &mut SettingsOf<'_>, options: &RunOptions) -> anyhow::Result<()> {
    let name = options.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("Dockerfile"));
    let mut bytes = Vec::new();
    let limit = files::MAX_BYTES + 1;
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes).context("standard input cannot be read; check it")?;
    let folder = work.desk.names.folder().join(&name);
    let processed = match settings.of(folder.parent().unwrap_or(&folder)) {
        Resolved::Broken(loaded) => {
            tell_config_errors(work.output, work.desk.names, &loaded);
            work.tally.summary.errors += 1;
            return Ok(());
        }
        Resolved::Settings(settings, _) => match files::decode(&name, bytes) {
            Ok(text) => work.desk.look_at_text(text, None, &name, &settings),
            Err(error) => work.desk.failed(&name, &error),
        },
    };
    if work.mode == Mode::Apply
        && let FileOutcome::Done(done) = &processed.report.outcome
    {
        work.output.data(done.changes.first().map_or(&done.text, |change| &change.after));
    }
    work.print(processed);
    Ok(())
}

/// Works on what `paths` name, and returns whether there was nothing at all to work on.
///
/// # Errors
/// The system gives no threads.
pub fn many_from_disk(
    work: &mut Work<'_>,
    settings: &mut SettingsOf<'_>,
    paths: &[PathBuf],
    options: &RunOptions,
) -> anyhow::Result<bool> {
    let threads = threads(options);
    let current = [PathBuf::from(".")];
    let discovery = files::discover(if paths.is_empty() { &current } else { paths }, threads);
    let names = work.desk.names;
    for folder in &discovery.empty {
        let help = "give a file, or a folder that holds a Dockerfile, *.Dockerfile or Containerfile";
        work.output.error(&format!("{}: no Dockerfile found; {help}", names.shown(folder)));
    }
    for (link, target) in &discovery.links_out {
        let text = format!("{}: left out: a link to {}, outside of the folder", names.shown(link), target.display());
        work.output.note(&text);
    }
    let files = discovery.entries.iter().filter(|entry| matches!(entry, Entry::File(_))).count();
    work.output.detail(&format!("{files} found, {threads} at a time"));
    let empty = discovery.entries.is_empty();
    match &work.desk.interview {
        Some(interview) => work.ask(discovery.entries, settings, interview),
        None => work.run(discovery.entries, settings, threads)?,
    }
    Ok(empty)
}

fn exit_code(mode: Mode, tally: &Tally) -> u8 {
    let summary = &tally.summary;
    let found = match mode {
        Mode::Diff => summary.changed > 0,
        Mode::Apply | Mode::Interactive => false,
        Mode::Check => summary.findings > 0,
    };
    match (summary.errors > 0, found) {
        (true, _) => EXIT_FAILURE,
        (false, true) => EXIT_FOUND,
        (false, false) => EXIT_SUCCESS,
    }
}
