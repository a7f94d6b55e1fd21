//! What the RUN instructions of an image do to the owner of a path.

use super::commands::resolve;
use crate::model::{BuildModel, Run, RunCommand, Scope, StepId, StepKind, path};
use crate::shell::{self, Chgrp, Chown, Directory, Word};

/// How far the owner of a path is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing reaches it.
    #[default]
    None,
    /// The directory itself, but not what is in it; or something in it.
    Part,
    /// All of it, or nobody can tell how far it goes.
    All,
}

/// How far the steps of `after` decide on the owner of `path`; `directory` says that there is something in it.
pub fn reach(model: &BuildModel, after: &[StepId], path: &str, directory: bool) -> Reach {
    let runs = after.iter().filter_map(|id| match &model.step(*id).kind {
        StepKind::Run(run) => Some((run, &model.step(*id).scope)),
        _ => None,
    });
    let mut found = Reach::None;
    for (run, scope) in runs {
        found = found.max(Observer { path, directory, scope }.run(run));
    }
    found
}

/// Words of commands and scripts that decide on owners: `fix-permissions` is one that many images have.
const SPEAKS_OF_OWNERS: [&str; 4] = ["chown", "chgrp", "permission", "ownership"];

struct Observer<'a> {
    path: &'a str,
    directory: bool,
    scope: &'a Scope,
}

impl Observer<'_> {
    fn run(&self, run: &Run) -> Reach {
        if !SPEAKS_OF_OWNERS.iter().any(|program| run.mentions(program)) {
            return Reach::None;
        }
        match &run.command {
            RunCommand::Exec(words) => self.command(words, &Directory::Known(Vec::new())),
            RunCommand::Foreign => Reach::All,
            RunCommand::Shell(_) => match run.steps() {
                Some(steps) => {
                    let reaches = steps.iter().map(|step| self.command(&step.command.words, &step.directory));
                    reaches.max().unwrap_or_default()
                }
                // Not understood: what it speaks of may have happened.
                None => Reach::All,
            },
        }
    }

    fn command(&self, words: &[Word], directory: &Directory<'_>) -> Reach {
        let speaks = || words.iter().any(|word| SPEAKS_OF_OWNERS.iter().any(|name| word.raw.contains(name)));
        let Some(invocation) = shell::invocation(words) else {
            return if speaks() { Reach::All } else { Reach::None };
        };
        let program = words[invocation.program].literal().map(path::file_name);
        let arguments = &words[invocation.program + 1..];
        match program {
            Some("chown") => Chown::new(arguments).map_or(Reach::All, |call| {
                let each = call.paths.iter().map(|word| self.word(word, directory, call.recursive));
                each.max().unwrap_or_default()
            }),
            Some("chgrp") => Chgrp::new(arguments).map_or(Reach::All, |call| {
                let each = call.paths.iter().map(|word| self.word(word, directory, call.recursive));
                each.max().unwrap_or_default()
            }),
            // Somebody only speaks of it, or looks for it.
            Some("echo" | "printf" | "apt-get" | "apk" | "which" | "chmod" | "rm" | "cp") => Reach::None,
            _ if speaks() => Reach::All,
            _ => Reach::None,
        }
    }

    fn word(&self, word: &Word, directory: &Directory<'_>, recursive: bool) -> Reach {
        if word.glob() {
            return self.glob(word, directory);
        }
        match resolve(word, self.scope, directory) {
            Some(target) => self.target(&target, recursive),
            None => Reach::All,
        }
    }

    fn target(&self, target: &str, recursive: bool) -> Reach {
        if target == self.path {
            return if recursive || !self.directory { Reach::All } else { Reach::Part };
        }
        if path::below(target, self.path).is_some() {
            return if recursive { Reach::All } else { Reach::None };
        }
        if self.directory && path::below(self.path, target).is_some() { Reach::Part } else { Reach::None }
    }

    /// Up to the first wildcard a pattern is a path; what lies there may be meant.
    fn glob(&self, word: &Word, directory: &Directory<'_>) -> Reach {
        let fixed = word.raw.split(['*', '?', '[', '$']).next().unwrap_or_default().trim_matches(['"', '\'']);
        let fixed = fixed.rsplit_once('/').map_or(if fixed.starts_with('/') { "/" } else { "." }, |(start, _)| {
            if start.is_empty() { "/" } else { start }
        });
        let Some(base) = resolve(&Word::plain(fixed, word.span), self.scope, directory) else { return Reach::All };
        if path::below(&base, self.path).is_some() {
            return Reach::All;
        }
        if self.directory && path::below(self.path, &base).is_some() { Reach::Part } else { Reach::None }
    }
}

/// Whether a step removes `path`, or moves it elsewhere, or something that it lies in.
pub fn removed(model: &BuildModel, after: &[StepId], path: &str) -> bool {
    after.iter().any(|id| {
        let step = model.step(*id);
        let StepKind::Run(run) = &step.kind else { return false };
        let removes = |words: &[Word], directory: &Directory<'_>| {
            let Some(invocation) = shell::invocation(words) else { return false };
            let arguments = &words[invocation.program + 1..];
            let sources = match words[invocation.program].literal().map(path::file_name) {
                Some("rm" | "rmdir") => arguments,
                Some("mv") => arguments.split_last().map_or(arguments, |(_, sources)| sources),
                _ => return false,
            };
            let meant = |word: &Word| match resolve(word, &step.scope, directory) {
                Some(target) => path::below(&target, path).is_some(),
                None => glob_matches(word, &step.scope, directory, path),
            };
            sources.iter().any(meant)
        };
        match &run.command {
            RunCommand::Exec(words) => removes(words, &Directory::Known(Vec::new())),
            RunCommand::Foreign => false,
            RunCommand::Shell(_) => {
                let steps = run.steps().unwrap_or_default();
                steps.iter().any(|step| removes(&step.command.words, &step.directory))
            }
        }
    })
}

/// Whether a pattern in the last part of a word matches the path.
fn glob_matches(word: &Word, scope: &Scope, directory: &Directory<'_>, path: &str) -> bool {
    if !word.glob() || word.raw.contains(['[', '$', '\\', '{', '\'', '"']) {
        return false;
    }
    let (parent, pattern) = word.raw.rsplit_once('/').unwrap_or((".", &word.raw));
    let parent = if parent.is_empty() { "/" } else { parent };
    let parent = resolve(&Word::plain(parent, word.span), scope, directory);
    let inside = parent.as_deref().and_then(|parent| path::below(parent, path));
    let first = inside.map(|inside| inside.split('/').next().unwrap_or_default());
    first.is_some_and(|name| {
        !name.is_empty() && (!name.starts_with('.') || pattern.starts_with('.')) && fits(pattern, name)
    })
}

/// Whether a name fits a pattern of `*` and `?`. Where it does not fit, the last star takes one character more, so the time
/// is at most the product of both lengths.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[read] => {
                at += 1;
                read += 1;
            }
            _ => match &mut star {
                Some((after, taken)) => {
                    *taken += 1;
                    (at, read) = (*after + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_patterns_without_going_back_for_ever() {
        for (pattern, name) in [("*.zip", "a.zip"), ("a?c", "abc"), ("*", ""), ("a*b*c", "a1b2b3c"), ("**", "x")] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.zip", "a.zap"), ("a?c", "ac"), ("", "x"), ("a*b", "abc")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
        assert!(!fits(&format!("{}b", "*a".repeat(30)), &"a".repeat(200)));
    }
}
