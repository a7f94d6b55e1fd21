//! `dockfix pipe`: a filter of JSON lines, for engines that spread work themselves.
//!
//! A line is answered by a line, in order, and as soon as it was read: whoever writes one and waits for the answer gets it.
//! Nothing is remembered from one line to the next, and nothing is written to the disk.

use std::io::{self, BufRead, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::args::{GlobalOptions, RunOptions};
use super::names::Names;
use super::output::Output;
use super::process::Desk;
use super::run::{check_names, context_folder, threads};
use super::scope::Scope;
use super::settings::{Resolved, SettingsOf};
use super::work::{pool, tell_config_errors};
use super::{EXIT_FAILURE, EXIT_SUCCESS};
use crate::config::Loaded;
use crate::context::Repositories;
use crate::context::compose::BuildFiles;
use crate::files;
use crate::report::{FileChange, FileOutcome, Problem, json};
use crate::settings::Settings;

/// Lines that are worked on at the same time, at most.
const CHUNK_LINES: usize = 256;
/// How much is read at a time.
const BUFFER: usize = 256 << 10;
/// The longest line, in bytes.
const LONGEST_LINE: u64 = files::MAX_BYTES;

/// One line of input.
#[derive(Deserialize)]
struct Question<'a> {
    /// Handed back as it is written.
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    path: Option<PathBuf>,
    text: String,
    /// The build context, a folder.
    context: Option<PathBuf>,
}

/// One line of output.
#[derive(Default, Serialize)]
struct Answer<'a> {
    id: Option<&'a RawValue>,
    path: Option<&'a Path>,
    /// The new text; that of the question where nothing changes.
    text: Option<&'a str>,
    changed: bool,
    /// The new texts of ignore files that go with it.
    ignore_files: Vec<IgnoreFileText<'a>>,
    findings: Vec<json::FindingAt<'a>>,
    skipped: Option<&'a str>,
    error: Option<ErrorOf<'a>>,
}

#[derive(Serialize)]
struct IgnoreFileText<'a> {
    path: &'a Path,
    text: &'a str,
}

#[derive(Serialize)]
struct ErrorOf<'a> {
    message: &'a str,
    help: &'a str,
    line: Option<usize>,
}

/// What all lines share.
struct Filter<'a> {
    names: &'a Names,
    settings: &'a Settings,
    context: Option<PathBuf>,
}

/// Answers every line of standard input.
///
/// # Errors
/// Wrong usage, or standard input cannot be read. A line that is no question is answered with what is wrong with it.
pub fn run(options: &RunOptions, global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    check_options(options)?;
    let names = Names::new(std::env::current_dir().context("the current folder is gone; go to another one")?);
    let mut settings = SettingsOf::new(options, global.config.as_deref().map(Loaded::read));
    let settings = match settings.of(names.folder()) {
        Resolved::Settings(settings, _) => settings,
        Resolved::Broken(loaded) => {
            tell_config_errors(output, &names, &loaded);
            return Ok(EXIT_FAILURE);
        }
    };
    let context = options.context.as_deref().map(context_folder).transpose()?;
    let filter = Filter { names: &names, settings: &settings, context };
    let pool = pool(threads(options))?;
    let mut input = io::BufReader::with_capacity(BUFFER, io::stdin().lock());
    loop {
        let lines = read_lines(&mut input).context("standard input cannot be read; check what writes it")?;
        if lines.is_empty() || output.is_closed() {
            return Ok(EXIT_SUCCESS);
        }
        let answers: Vec<String> = pool.install(|| lines.par_iter().map(|line| filter.answer(line)).collect());
        answers.iter().for_each(|answer| output.json(answer));
        output.flush();
    }
}

fn check_options(options: &RunOptions) -> anyhow::Result<()> {
    check_names(&options.rules)?;
    if options.format.is_some() {
        bail!("`pipe` answers in JSON lines; leave out `--format`");
    }
    let review = options.diff_base.is_some() || options.patch.is_some() || options.head_sha.is_some();
    if options.since.is_some() || options.staged || review {
        bail!("`pipe` sees texts and no repository; leave out `--since`, `--staged` and what a review needs");
    }
    if options.stdin_filename.is_some() {
        bail!("with `pipe`, each line says its `path`; leave out `--stdin-filename`");
    }
    Ok(())
}

/// The next line, and as many behind it as are there already; none at the end. Empty lines are left out.
fn read_lines(input: &mut io::BufReader<impl io::Read>) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line)?;
        if read as u64 > LONGEST_LINE && !line.ends_with(b"\n") {
            // The answer says that it is too long; the rest of it is not kept.
            input.skip_until(b'\n')?;
        }
        if !line.trim_ascii().is_empty() {
            lines.push(line);
        }
        let waits = !input.buffer().contains(&b'\n');
        if read == 0 || lines.len() == CHUNK_LINES || (waits && !lines.is_empty()) {
            return Ok(lines);
        }
    }
}

impl Filter<'_> {
    /// The line that answers `line`. Never panics: a bug in dockfix is an error of one line.
    fn answer(&self, line: &[u8]) -> String {
        let question: Question = match parse(line) {
            Ok(question) => question,
            Err(message) => return refuse(&message),
        };
        let looked = catch_unwind(AssertUnwindSafe(|| self.look_at(&question)));
        let outcome = looked.unwrap_or_else(|_| {
            let help = "please report it with the text";
            FileOutcome::Failed(vec![Problem::new("dockfix has a bug that shows on this file", help)])
        });
        written(&question, &outcome)
    }

    fn look_at(&self, question: &Question) -> FileOutcome {
        let name = question.name();
        let context = match &question.context {
            Some(folder) => match context_folder(folder) {
                Ok(folder) => Some(folder),
                Err(_) => {
                    let message = format!("`context` is no folder here: {}", folder.display());
                    return FileOutcome::Failed(vec![Problem::new(
                        &message,
                        "give the build context, or leave it out",
                    )]);
                }
            },
            None => self.context.clone(),
        };
        let desk = Desk {
            names: self.names,
            sheets: false,
            gains: false,
            scope: Scope::Everything,
            places: false,
            reviewed: None,
            interview: None,
            context: context.as_deref(),
            repositories: Repositories::new(),
            build_files: BuildFiles::new(),
        };
        match files::decode(name, question.text.clone().into_bytes()) {
            Ok(text) => desk.look_at_text(text, None, name, self.settings).report.outcome,
            Err(error) => FileOutcome::Failed(vec![Problem::new(&error.message, &error.help)]),
        }
    }
}

fn parse(line: &[u8]) -> Result<Question<'_>, String> {
    if line.len() as u64 > LONGEST_LINE {
        return Err(format!("the line is longer than {} MiB", LONGEST_LINE >> 20));
    }
    let line = str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
    serde_json::from_str(line).map_err(|error| format!("the line is no question: {error}"))
}

/// The answer to a line that is no question. There is no `id`, since nobody knows what it was.
fn refuse(message: &str) -> String {
    let help = "write one JSON object per line: {\"id\": ..., \"path\": \"Dockerfile\", \"text\": \"FROM ...\"}";
    let error = Some(ErrorOf { message, help, line: None });
    line_of(&Answer { error, ..Answer::default() })
}

fn written(question: &Question, outcome: &FileOutcome) -> String {
    let name = question.name();
    let mut answer = Answer { id: question.id, path: Some(name), ..Answer::default() };
    match outcome {
        FileOutcome::Failed(problems) => {
            answer.error = problems.first().map(|problem| ErrorOf {
                message: &problem.message,
                help: &problem.help,
                line: problem.position.map(|(line, _)| line),
            });
            answer.text = Some(&question.text);
        }
        FileOutcome::Skipped(reason) => {
            answer.skipped = Some(reason);
            answer.text = Some(&question.text);
        }
        FileOutcome::Done(done) => {
            let is_dockerfile = |change: &&FileChange| change.name == name;
            let dockerfile = done.changes.iter().find(is_dockerfile);
            answer.text = Some(dockerfile.map_or(&question.text, |change| &change.after));
            answer.changed = !done.changes.is_empty();
            let others = done.changes.iter().filter(|change| !is_dockerfile(change));
            answer.ignore_files =
                others.map(|change| IgnoreFileText { path: &change.path, text: &change.after }).collect();
            answer.findings = json::findings(&name.to_string_lossy(), done);
        }
    }
    line_of(&answer)
}

fn line_of(answer: &Answer) -> String {
    // Plain data can always be written.
    serde_json::to_string(answer).map_or_else(|_| String::new(), |line| line + "\n")
}

impl Question<'_> {
    fn name(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new("Dockerfile"))
    }
}
