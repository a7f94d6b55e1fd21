//! What the RUN instructions behind a COPY do to a path that it brought: its mode, its owner, or the file itself.

use super::{BuildModel, Run, RunCommand, Scope, StepId, StepKind, path};
use crate::shell::{self, Chmod, Chown, Directory, Mode, Word, apply_mode_under};

/// What became of a copied file by the time that it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// A `chmod` decides on the bits that were asked for, or one whose reach cannot be told may do so.
    pub mode_given: bool,
    /// A `chown` or `chgrp` reaches it, or one whose reach cannot be told.
    pub owner_changed: bool,
    /// It is written again, moved or removed.
    pub replaced: bool,
}

impl Effects {
    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            mode_given: self.mode_given || other.mode_given,
            owner_changed: self.owner_changed || other.owner_changed,
            replaced: self.replaced || other.replaced,
        }
    }
}

/// A question: what happens to `path`, of which the bits `wanted` matter, if it starts with mode `old`.
pub struct Question<'a> {
    /// Where it lies in the image.
    pub path: &'a str,
    /// The mode that the copy gives it.
    pub old: u32,
    /// Bits of which all have to be set in the end.
    pub wanted: u32,
}

/// Programs that may write a file anew where its name is among their arguments.
const WRITERS: [&str; 24] = [
    "go", "gcc", "cc", "g++", "c++", "ld", "make", "ninja", "cmake", "mvn", "gradle", "cargo", "rustc", "curl", "wget",
    "tee", "touch", "unzip", "tar", "gunzip", "bunzip2", "unxz", "dd", "patch",
];

/// What the steps of `between` do to a file.
#[must_use]
pub fn effects(model: &BuildModel, between: &[StepId], question: &Question<'_>) -> Effects {
    let mut effects = Effects::default();
    for id in between {
        let step = model.step(*id);
        if let StepKind::Run(run) = &step.kind {
            Observer { question, scope: &step.scope, umask: UMASK, effects: &mut effects }.run(run);
        }
    }
    effects
}

/// The same within the commands of one script, up to the command that starts with `program`.
#[must_use]
pub fn effects_before(script: &shell::Script, program: &Word, scope: &Scope, question: &Question<'_>) -> Effects {
    let mut effects = Effects::default();
    let mut observer = Observer { question, scope, umask: UMASK, effects: &mut effects };
    for step in script.commands() {
        if step.command.words.iter().any(|word| std::ptr::eq(word, program)) {
            break;
        }
        observer.command(&step.command.words, &step.directory);
    }
    effects
}

struct Observer<'q> {
    question: &'q Question<'q>,
    scope: &'q Scope,
    /// What holds at the command. It ends with its RUN.
    umask: Option<u32>,
    effects: &'q mut Effects,
}

/// What builders run with.
const UMASK: Option<u32> = Some(0o022);

impl Observer<'_> {
    fn run(&mut self, run: &Run) {
        match &run.command {
            RunCommand::Exec(words) => self.command(words, &Directory::Known(Vec::new())),
            RunCommand::Foreign => {}
            RunCommand::Shell(text) => match run.steps() {
                Some(steps) => {
                    for step in steps {
                        self.command(&step.command.words, &step.directory);
                        self.redirects(&step);
                    }
                }
                // Not understood: what it speaks of may have happened.
                None => {
                    self.effects.mode_given |= text.text().contains("chmod");
                    self.effects.owner_changed |= text.text().contains("chown");
                    self.effects.replaced |= text.text().contains(path::file_name(self.question.path));
                }
            },
        }
    }

    fn redirects(&mut self, step: &shell::Step<'_>) {
        for redirect in &step.command.redirects {
            use shell::RedirectKind as Kind;
            let writes = matches!(
                redirect.kind,
                Kind::Write | Kind::Append | Kind::Clobber | Kind::WriteBoth | Kind::AppendBoth
            );
            let target = writes.then(|| self.resolve(&redirect.target, &step.directory)).flatten();
            // Redirection keeps the mode of a file that is there; what the build makes of it is anybody's guess.
            self.effects.replaced |= target.as_deref() == Some(self.question.path);
        }
    }

    fn command(&mut self, words: &[Word], directory: &Directory<'_>) {
        let Some(invocation) = shell::invocation(words) else { return };
        let Some(program) = words[invocation.program].literal().map(path::file_name) else { return };
        let arguments = &words[invocation.program + 1..];
        match program {
            "umask" => {
                let [mask] = arguments else { return };
                self.umask = mask.literal().and_then(shell::octal);
            }
            "chmod" => self.chmod(arguments, directory),
            "chown" => self.chown(arguments, directory),
            "chgrp" => self.effects.owner_changed |= self.may_reach_any(arguments, directory),
            // `find … -exec chmod`, `xargs chmod`: the reach cannot be told.
            "find" | "xargs" => {
                let speaks_of = |name: &str| arguments.iter().any(|word| word.raw.contains(name));
                self.effects.mode_given |= speaks_of("chmod");
                self.effects.owner_changed |= speaks_of("chown");
            }
            "rm" => {
                let removes = |word: &Word| match self.resolve(word, directory) {
                    Some(target) => path::below(&target, self.question.path).is_some(),
                    None => path::file_name(&word.raw) == path::file_name(self.question.path),
                };
                self.effects.replaced |= arguments.iter().any(removes);
            }
            "cp" | "install" | "ln" | "mv" | "rsync" => self.copied(program, arguments, directory),
            _ if WRITERS.contains(&program) => {
                let name = path::file_name(self.question.path);
                let named = |word: &Word| path::file_name(&word.raw) == name || word.raw.contains(&format!("={name}"));
                self.effects.replaced |= arguments.iter().any(named);
            }
            // `sh -c '…'` may do any of this.
            "sh" | "bash" | "ash" | "dash" | "eval" => {
                let text: String = arguments.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ");
                self.effects.mode_given |= text.contains("chmod");
                self.effects.owner_changed |= text.contains("chown");
            }
            _ => {}
        }
    }

    /// `cp SOURCE... TARGET`: the file is written if it is the target, or lies in it under a source's name.
    fn copied(&mut self, program: &str, arguments: &[Word], directory: &Directory<'_>) {
        let name = path::file_name(self.question.path);
        let named = |word: &Word| path::file_name(&word.raw) == name;
        let resolve = |word: &Word| self.resolve(word, directory);
        let Some((target, sources)) = arguments.split_last() else { return };
        let written = match resolve(target) {
            Some(target) => {
                let into = path::join(&target, name) == self.question.path;
                target == self.question.path || (into && sources.iter().any(named))
            }
            None => sources.iter().any(named) || named(target),
        };
        let moved = program == "mv"
            && sources.iter().any(|word| match resolve(word) {
                Some(source) => path::below(&source, self.question.path).is_some(),
                None => named(word),
            });
        self.effects.replaced |= written || moved;
    }

    fn chmod(&mut self, arguments: &[Word], directory: &Directory<'_>) {
        let Some(chmod) = Chmod::new(arguments) else {
            self.effects.mode_given = true;
            return;
        };
        // An octal mode is what somebody decided, whatever it is. A symbolic one decides if it gives the bits, or if it
        // takes them away again.
        let wanted = self.question.wanted;
        let after = |mode: &str, old: u32| {
            let mode = self.umask.and_then(|umask| apply_mode_under(umask, mode, old, false));
            mode.map(|mode| mode & wanted == wanted)
        };
        let decides = match &chmod.mode {
            Mode::Symbolic(mode) => {
                after(mode, self.question.old).is_none_or(|gives| gives)
                    || after(mode, self.question.old | wanted).is_none_or(|keeps| !keeps)
            }
            Mode::Octal(_) | Mode::Reference | Mode::Unknown => true,
        };
        if decides && chmod.paths.iter().any(|word| self.may_reach(word, directory, chmod.recursive)) {
            self.effects.mode_given = true;
        }
    }

    fn chown(&mut self, arguments: &[Word], directory: &Directory<'_>) {
        self.effects.owner_changed |= Chown::new(arguments)
            .is_none_or(|chown| chown.paths.iter().any(|word| self.may_reach(word, directory, chown.recursive)));
    }

    fn may_reach_any(&self, arguments: &[Word], directory: &Directory<'_>) -> bool {
        arguments.iter().any(|word| self.may_reach(word, directory, true))
    }

    /// Whether a path that `chmod` names is, or may be, the file. What cannot be told counts as reaching it.
    fn may_reach(&self, word: &Word, directory: &Directory<'_>, recursive: bool) -> bool {
        let path = self.question.path;
        if word.glob() {
            return self.glob_may_reach(word, directory, recursive);
        }
        match self.resolve(word, directory) {
            Some(target) if recursive => path::below(&target, path).is_some(),
            Some(target) => target == path,
            None => true,
        }
    }

    fn glob_may_reach(&self, word: &Word, directory: &Directory<'_>, recursive: bool) -> bool {
        // Up to the first wildcard the pattern is a path; what lies there may be meant.
        let fixed = word.raw.split(['*', '?', '[', '$']).next().unwrap_or_default();
        let fixed = fixed.trim_matches(['"', '\'']);
        let directory_part = fixed.rsplit_once('/').map_or("", |(directory, _)| directory);
        let directory_part = if fixed.starts_with('/') && directory_part.is_empty() { "/" } else { directory_part };
        let plain = Word::plain(if directory_part.is_empty() { "." } else { directory_part }, word.span);
        let Some(base) = self.resolve(&plain, directory) else { return true };
        let Some(inside) = path::below(&base, self.question.path) else { return false };
        let pattern = &word.raw[fixed.rfind('/').map_or(0, |slash| slash + 1).min(word.raw.len())..];
        if recursive {
            return true;
        }
        if inside.matches('/').count() != pattern.matches('/').count() {
            return false;
        }
        // A suffix behind the last star has to fit: `*.sh` does not reach `run.py`.
        let suffix = pattern.rsplit(['*', '?', ']']).next().unwrap_or_default().trim_matches(['"', '\'']);
        suffix.contains(['$', '{', '}']) || inside.ends_with(suffix)
    }

    /// The path that a word names; `None` if it cannot be told.
    fn resolve(&self, word: &Word, directory: &Directory<'_>) -> Option<String> {
        let value = word.resolve(|name| self.scope.variable(name))?;
        working_directory(self.scope, directory).map_or_else(
            || value.starts_with('/').then(|| path::absolute("/", &value)),
            |directory| Some(path::absolute(&directory, &value)),
        )
    }
}

/// The directory in which a command runs; `None` if it cannot be told.
#[must_use]
pub fn working_directory(scope: &Scope, directory: &Directory<'_>) -> Option<String> {
    let Directory::Known(changes) = directory else { return None };
    changes.iter().try_fold(scope.workdir.clone(), |current, word| {
        let target = word.resolve(|name| scope.variable(name))?;
        Some(match current {
            Some(current) => Some(path::absolute(&current, &target)),
            None => target.starts_with('/').then(|| path::absolute("/", &target)),
        })
    })?
}
