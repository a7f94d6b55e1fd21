//! What programs do to the files about accounts that they name.

use super::files::{AccountFile, account_file};
use crate::model::{Run, RunCommand, Scope, path};

/// What a program may do to the files about accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rewrites {
    /// Those that are another file behind it, or none.
    pub(super) replaced: Vec<AccountFile>,
    /// It changes one of them in a way that is not understood.
    pub(super) edited: bool,
    /// It changes what a new user is like.
    pub(super) defaults: bool,
}

/// Programs that only read, or change no contents.
const READERS: [&str; 22] = [
    "cat",
    "grep",
    "egrep",
    "fgrep",
    "chmod",
    "chown",
    "chgrp",
    "head",
    "tail",
    "cut",
    "awk",
    "ls",
    "test",
    "[",
    "stat",
    "getent",
    "wc",
    "diff",
    "sort",
    "id",
    "md5sum",
    "sha256sum",
];

/// The files that hold accounts.
const FILES: [&str; 2] = ["/etc/passwd", "/etc/group"];

/// What a call does to the files that it names.
pub(super) fn rewrites(name: &str, arguments: &[&str]) -> Rewrites {
    let mut found = Rewrites::default();
    if READERS.contains(&name) {
        return found;
    }
    let contains = |files: &[&str]| arguments.iter().any(|word| files.iter().any(|file| word.contains(file)));
    found.defaults = contains(&["/etc/login.defs", "/etc/default/useradd", "/etc/adduser.conf"]);
    let operands: Vec<&str> = arguments.iter().copied().filter(|word| !word.starts_with('-')).collect();
    match (name, operands.as_slice()) {
        ("rm" | "unlink" | "shred" | "truncate", all) => all.iter().for_each(|word| found.gone(word)),
        ("mv", [sources @ .., target]) => {
            sources.iter().for_each(|word| found.gone(word));
            found.written(sources, target);
        }
        ("cp" | "install" | "ln", [sources @ .., target]) => found.written(sources, target),
        ("tee", all) if !arguments.iter().any(|word| matches!(*word, "-a" | "--append")) => {
            all.iter().for_each(|word| found.gone(word));
        }
        ("dd", all) => all.iter().filter_map(|word| word.strip_prefix("of=")).for_each(|word| found.gone(word)),
        _ => found.edited = contains(&FILES),
    }
    found
}

impl Rewrites {
    /// What stood at the path is not there any more.
    fn gone(&mut self, path: &str) {
        let all = matches!(path, "/etc" | "/etc/" | "/etc/*");
        for file in FILES {
            let start = path.split(['*', '?', '[', '{', '$']).next().unwrap_or_default();
            // A pattern, or a variable, that may mean the file.
            let may_mean = start.len() < path.len() && start.len() > "/etc/".len() && file.starts_with(start);
            if path == file || all || may_mean {
                self.replaced.extend(account_file(file));
            }
        }
    }

    /// Something was put at the target, or into it.
    fn written(&mut self, sources: &[&str], target: &str) {
        if !matches!(target, "/etc" | "/etc/" | "/etc/.") {
            self.gone(target);
        } else {
            let files = sources.iter().map(|source| format!("/etc/{}", path::file_name(source)));
            files.for_each(|file| self.gone(&file));
            // A directory may have them in it.
            self.edited |= sources.iter().any(|source| !path::file_name(source).contains('.'));
        }
    }
}

/// Whether a RUN works in `/etc` and names one of the files from there. What it does to it is not looked at.
pub(super) fn from_inside(run: &Run, scope: &Scope) -> bool {
    if !run.mentions("passwd") && !run.mentions("group") {
        return false;
    }
    let starts_there = scope.workdir.as_deref() == Some("/etc");
    let names = |word: &str| matches!(word.trim_start_matches("./"), "passwd" | "group");
    match &run.command {
        RunCommand::Exec(words) => starts_there && words.iter().any(|word| word.literal().is_some_and(names)),
        RunCommand::Shell(text) => {
            let split = |letter: char| letter.is_ascii_whitespace() || "\"'`;&|<>()".contains(letter);
            let words: Vec<&str> = text.text().split(split).filter(|word| !word.is_empty()).collect();
            let goes = |pair: &[&str]| {
                matches!(pair[0], "cd" | "pushd" | "-C") && matches!(pair[1].trim_end_matches('/'), "/etc")
            };
            (starts_there || words.windows(2).any(goes)) && words.into_iter().any(names)
        }
        RunCommand::Foreign => false,
    }
}
