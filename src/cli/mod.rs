//! The command line: arguments, commands, exit codes, and the order of work between all other modules.
//!
//! Knows what a terminal is and which code a process ends with; knows nothing of syntax and of what rules look for.

mod args;
mod batch;
mod cache;
mod commands;
mod context;
mod engine;
mod gain;
mod interview;
mod man;
mod names;
mod output;
mod pipe;
mod print;
mod process;
mod report;
mod review;
mod run;
mod scope;
mod settings;
mod shared;
mod summary;
mod work;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use args::{Cli, Command, RunOptions};
use output::Output;
use work::Mode;

/// All is well.
const EXIT_SUCCESS: u8 = 0;
/// The diff is not empty, or there are findings.
const EXIT_FOUND: u8 = 1;
/// Wrong usage, or some file could not be worked on.
const EXIT_FAILURE: u8 = 2;

/// The whole program: reads the arguments of this process and returns its exit code.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody to tell where the stream is closed.
            let _ = error.print();
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked_for { EXIT_SUCCESS } else { EXIT_FAILURE });
        }
    };
    let mut output = Output::new(&cli.global);
    let code = match dispatch(cli, &mut output) {
        Ok(code) => code,
        Err(error) => {
            output.error(&format!("{error:#}"));
            EXIT_FAILURE
        }
    };
    ExitCode::from(if output.finish() { code } else { EXIT_FAILURE })
}

fn dispatch(cli: Cli, output: &mut Output) -> anyhow::Result<u8> {
    let Cli { command, paths, apply, interactive, run: before, global } = cli;
    let Some(command) = command else {
        let mode = match (apply, interactive) {
            (true, _) => Mode::Apply,
            (false, true) => Mode::Interactive,
            (false, false) => Mode::Diff,
        };
        return run::run(mode, &paths, &before, &global, output);
    };
    if apply || interactive || !paths.is_empty() {
        let what = match paths.first() {
            _ if apply => "`--apply`".to_owned(),
            Some(path) if !interactive => format!("the path `{}`", path.display()),
            _ => "`--interactive`".to_owned(),
        };
        anyhow::bail!("{what} cannot stand before a command; a file that is named like one is written as `./check`");
    }
    match command {
        Command::Check { paths, run: after } => run::run(Mode::Check, &paths, &either(before, after)?, &global, output),
        Command::Pipe { run: after } => pipe::run(&either(before, after)?, &global, output),
        _ if before != RunOptions::default() => {
            anyhow::bail!(
                "options that choose rules and output stand alone or with `check` and `pipe`; leave them out here"
            )
        }
        Command::Report(options) => report::run(&options, &global, output),
        Command::Explain { slug } => commands::explain(&slug, output),
        Command::Rules => Ok(commands::list_rules(output)),
        Command::Tree { file } => commands::tree(&file, output),
        Command::Batch(options) => batch::run(&options, &global, output),
        Command::Cache(options) => cache::run(&options, &global, output),
        Command::Context(options) => context::run(&options, &global, output),
        Command::Init => commands::init(&global, output),
        Command::Rule { switch } => commands::switch_rule(&switch, &global, output),
        Command::Completions { shell } => Ok(commands::completions(shell, output)),
        Command::Man { directory } => man::run(directory.as_deref(), output),
    }
}

/// The options before or after `check` or `pipe`.
fn either(before: RunOptions, after: RunOptions) -> anyhow::Result<RunOptions> {
    let none = RunOptions::default();
    if before == none {
        return Ok(after);
    }
    if after == none {
        return Ok(before);
    }
    anyhow::bail!("there are options before and after the command; write all of them after it")
}
