//! `dockfix man`: the manual pages, made of the same definition of the command line as `--help` and the completions.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::EXIT_SUCCESS;
use super::args::Cli;
use super::output::Output;
use crate::files::{self, Change};

/// Prints the page of dockfix, or writes it and the page of every command into `directory`.
///
/// # Errors
/// The folder cannot be written.
pub fn run(directory: Option<&Path>, output: &mut Output) -> anyhow::Result<u8> {
    let mut command = Cli::command();
    // Only then do commands know the flags and names that they have from above.
    command.build();
    let Some(directory) = directory else {
        output.data(&page(command).1);
        return Ok(EXIT_SUCCESS);
    };
    let shown = directory.display();
    let real = directory.canonicalize().with_context(|| format!("`--dir {shown}` cannot be reached; make it first"))?;
    if !real.is_dir() {
        bail!("`--dir {shown}` is no folder; give the one for the pages");
    }
    let pages = with_subcommands(command);
    for (name, text) in &pages {
        write(&real.join(name), text)?;
    }
    output.note(&format!("wrote {} pages into {shown}", pages.len()));
    Ok(EXIT_SUCCESS)
}

/// The page of `command`, and those of all commands below it.
fn with_subcommands(command: Command) -> Vec<(String, String)> {
    let below: Vec<_> = command.get_subcommands().filter(|it| !it.is_hide_set()).cloned().collect();
    let mut pages = vec![page(command)];
    pages.extend(below.into_iter().flat_map(with_subcommands));
    pages
}

/// The name and the text of one page.
fn page(command: Command) -> (String, String) {
    let extra = command.get_after_long_help().map(ToString::to_string);
    let man = Man::new(command.after_long_help("")).manual("dockfix manual").date("");
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = man.render(&mut text);
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if let Some(extra) = extra {
        text.push_str(&verbatim(&extra));
    }
    (man.get_filename(), text)
}

/// Lines that stay lines.
fn verbatim(text: &str) -> String {
    let mut result = ".SH NOTES\n.nf\n".to_owned();
    for line in text.lines() {
        // `\&` keeps a dot at the beginning from being a request, `\-` is a hyphen that can be copied.
        result.push_str("\\&");
        result.push_str(&line.replace('\\', "\\e").replace('-', "\\-"));
        result.push('\n');
    }
    result.push_str(".fi\n");
    result
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let before = if path.exists() { Some(files::read_text(path)?) } else { None };
    if before.as_deref() != Some(text) {
        let change = Change { path: path.to_owned(), before, after: text.to_owned() };
        files::write_all(&[change]).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
