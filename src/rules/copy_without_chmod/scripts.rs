//! Shell scripts of the context: what they start.
//!
//! Only what stands there plainly counts: a program that is named by its absolute path, or by one that begins in a
//! directory that is known. What a script computes is left alone.

use super::people::switched;
use crate::model::path;
use crate::shell::{self, Dialect, Directory, Step, Word, invocation};
use crate::text::MappedText;

/// Shells that read scripts.
pub const SHELLS: [&str; 4] = ["sh", "bash", "dash", "ash"];

/// What a shell is told to read.
pub enum Text<'a> {
    /// A file.
    File(&'a Word),
    /// The argument of `-c`.
    Commands(&'a str),
}

/// Something that a script starts.
pub struct Started {
    /// Where it lies.
    pub path: String,
    /// The directory in which it runs, if it can be told.
    pub directory: Option<String>,
    /// Whom a wrapper such as `gosu` switches to.
    pub user: Option<String>,
    /// Whether it is a script that a shell is told to read, so that it needs no x bit.
    pub by_shell: bool,
    /// Why it may not need the x bit.
    pub doubt: Option<String>,
}

/// What a command reads if its program is a shell.
pub fn interpreted<'a>(program: &Word, arguments: &'a [Word]) -> Option<Text<'a>> {
    if !SHELLS.contains(&path::file_name(program.literal()?)) {
        return None;
    }
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.literal() {
            Some(option) if option.starts_with("--") => return None,
            Some(option) if option.starts_with(['-', '+']) => {
                if option.contains('c') {
                    return words.next()?.literal().map(Text::Commands);
                }
                if option.ends_with('o') {
                    words.next();
                }
            }
            _ => return Some(Text::File(word)),
        }
    }
    None
}

/// Whether a file is a script that the kernel hands to a shell.
pub fn is_for_a_shell(text: &str) -> bool {
    interpreter(text).is_some_and(|name| SHELLS.contains(&name))
}

/// The program that the `#!` line of a file names, without its directory.
fn interpreter(text: &str) -> Option<&str> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace();
    let program = path::file_name(words.next()?);
    if program == "env" { words.find(|word| !word.starts_with('-')) } else { Some(program) }
}

/// What the commands of `text` start, if a shell reads it in `directory`.
pub fn started(text: &str, directory: Option<&str>) -> Vec<Started> {
    let mut mapped = MappedText::default();
    mapped.push(text, 0);
    let dialect = if interpreter(text) == Some("sh") { Dialect::Posix } else { Dialect::Bash };
    let Ok(script) = shell::parse(&mapped, dialect) else { return Vec::new() };
    let steps = script.commands();
    let mut found = Vec::new();
    for (position, step) in steps.iter().enumerate() {
        let words = &step.command.words;
        let Some(invocation) = invocation(words) else { continue };
        let program = &words[invocation.program];
        let (word, by_shell) = match interpreted(program, &words[invocation.program + 1..]) {
            Some(Text::File(file)) => (file, true),
            Some(Text::Commands(_)) => continue,
            None => (program, false),
        };
        let directory = inside(directory, &step.directory);
        let Some(path) = plain(word, directory.as_deref(), by_shell) else { continue };
        if made_executable(&steps[..position], path::file_name(&path)) {
            continue;
        }
        let user = switched(words, &invocation);
        let doubt = asks_for_x(text, path::file_name(&path))
            .then(|| "the script asks whether it is executable, so the x bit may be a switch".to_owned());
        found.push(Started { path, directory, user, by_shell, doubt });
    }
    found
}

/// The path that a word names plainly. A bare name is looked for in the search path, but where a shell is told to read it.
fn plain(word: &Word, directory: Option<&str>, bare: bool) -> Option<String> {
    let value = word.literal().filter(|value| !value.is_empty() && (bare || value.contains('/')))?;
    if value.starts_with('/') {
        return Some(path::absolute("/", value));
    }
    directory.map(|directory| path::absolute(directory, value))
}

/// The directory of a command of a script that begins in `start`.
fn inside(start: Option<&str>, directory: &Directory<'_>) -> Option<String> {
    let Directory::Known(changes) = directory else { return None };
    changes.iter().try_fold(start.map(str::to_owned), |current, word| {
        let target = word.literal()?;
        let absolute = target.starts_with('/').then(|| path::absolute("/", target));
        Some(absolute.or_else(|| current.map(|current| path::absolute(&current, target))))
    })?
}

/// Whether a `chmod` stands in front that may reach a file of this name.
fn made_executable(before: &[Step<'_>], name: &str) -> bool {
    before.iter().any(|step| {
        let words = &step.command.words;
        let Some(invocation) = invocation(words) else { return false };
        let arguments = &words[invocation.program + 1..];
        let reaches = |word: &Word| {
            word.literal().is_none_or(|text| text == "." || path::file_name(text) == name)
                || matches!(word.literal(), Some("-R" | "--recursive"))
        };
        match words[invocation.program].literal().map(path::file_name) {
            Some("chmod" | "install" | "cp" | "mv" | "ln") => arguments.iter().any(reaches),
            Some("find" | "xargs") => arguments.iter().any(|word| word.raw.contains("chmod")),
            _ => false,
        }
    })
}

/// Whether a script tests the x bit of a file: `[ -x ./hook.sh ]`.
fn asks_for_x(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.contains("-x ") && line.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = started(text, Some("/app"))
            .iter()
            .map(|started| {
                let user = started.user.as_deref().map(|user| format!("{user}:")).unwrap_or_default();
                let mark = if started.by_shell { "sh " } else { "" };
                let doubt = if started.doubt.is_some() { "?" } else { "" };
                format!("{mark}{user}{}{doubt}", started.path)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_what_scripts_start() {
        check("#!/bin/sh\nset -e\n./migrate.sh\nexec /app/server \"$@\"\n", &["/app/migrate.sh", "/app/server"]);
        check("exec gosu app bin/server", &["app:/app/bin/server"]);
        check("cd /srv && ./run.sh", &["/srv/run.sh"]);
        check("set -e\ncd sub\n./run.sh", &["/app/sub/run.sh"]);
        // The directory may be missing, and the script goes on.
        check("cd sub\n./run.sh", &[]);
        check("cd \"$HERE\"; ./run.sh; /run.sh", &["/run.sh"]);
        check("exec \"$@\"; $DIR/run.sh; server; echo ./run.sh", &[]);
        check("sh init.sh; bash -e ./a.sh b", &["sh /app/init.sh", "sh /app/a.sh"]);
        check("chmod +x /app/server; exec /app/server", &[]);
        check("chmod +x *.sh; ./a.sh", &[]);
        check("if [ -x ./hook.sh ]; then ./hook.sh; fi", &["/app/hook.sh?"]);
        check("if [ \"$1\" = x ]; then exec ./x; fi", &["/app/x"]);
        check("echo 'unclosed", &[]);
    }

    #[test]
    fn knows_what_shells_read() {
        for (text, expected) in [
            ("#!/bin/sh\n", true),
            ("#! /usr/bin/env bash\n", true),
            ("#!/usr/bin/env -S bash -e\n", true),
            ("#!/bin/bash -e", true),
            ("#!/usr/bin/python3\n", false),
            ("echo\n", false),
        ] {
            assert_eq!(is_for_a_shell(text), expected, "{text}");
        }
    }
}
