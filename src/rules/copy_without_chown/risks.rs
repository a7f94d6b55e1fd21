//! What might rely on the files being root's.

use super::landed::Landed;
use crate::context::BuildContext;
use crate::model::{
    Base, BuildModel, Copy, CopyFrom, ImageReference, Run, RunCommand, SourceKind, StepId, StepKind, path,
};
use crate::rules::RuleContext;
use crate::shell::{self, Word};

/// Why it may not be right to give the files away, as sentences.
pub fn risks(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, landed: &[&Landed]) -> Vec<String> {
    let mut found = Vec::new();
    let commands = Commands::below(ctx.model, id);
    if brings_repository(ctx, id, copy)
        && let Some(program) = commands.first(may_ask_git)
    {
        found.push(format!(
            "the copy may bring `.git`, and git refuses a repository of somebody else's when `{program}` asks it as root"
        ));
    }
    let strict_npm =
        !ctx.model.stages.iter().enumerate().any(|(stage, _)| stage == id.stage && has_new_npm(ctx.model, stage));
    if strict_npm && let Some(program) = commands.first(|words| matches!(program(words), Some("npm" | "npx"))) {
        found.push(format!("up to version 8, `{program}` as root runs scripts as the owner of the directory"));
    }
    if let Some(program) = commands.first(|words| carries_owner(words, landed)) {
        found.push(format!("`{program}` below carries the owner on"));
    }
    if landed.iter().any(|landed| is_setuid(ctx.context_of(id.stage), landed)) {
        found.push("a file with the set-user-id or set-group-id bit runs as its owner".to_owned());
    }
    found
}

/// The commands that root, or somebody who may be root, runs below a copy: in every stage that has its files.
struct Commands<'a> {
    runs: Vec<&'a Run>,
}

impl<'a> Commands<'a> {
    fn below(model: &'a BuildModel, id: StepId) -> Self {
        let stages = (0..model.stages.len()).filter(|stage| model.lineage(*stage).contains(&id.stage));
        let mut steps: Vec<StepId> = stages.flat_map(|stage| model.history(stage)).filter(|step| *step > id).collect();
        steps.sort_unstable();
        steps.dedup();
        let runs = steps.into_iter().map(|step| model.step(step)).filter_map(|step| match &step.kind {
            StepKind::Run(run) if step.scope.user.other().is_none() => Some(run),
            _ => None,
        });
        Self { runs: runs.collect() }
    }

    /// The program of the first command that `is` says yes to. What is not understood may be anything.
    fn first(&self, is: impl Fn(&[Word]) -> bool) -> Option<String> {
        let name = |words: &[Word]| program(words).unwrap_or("a command").to_owned();
        self.runs.iter().find_map(|run| match &run.command {
            RunCommand::Exec(words) => is(words).then(|| name(words)),
            RunCommand::Foreign => is(&[]).then(|| "a script".to_owned()),
            RunCommand::Shell(_) => match run.steps() {
                Some(steps) => steps
                    .iter()
                    .find(|step| !step.command.words.is_empty() && is(&step.command.words))
                    .map(|step| name(&step.command.words)),
                None => is(&[]).then(|| "a command".to_owned()),
            },
        })
    }
}

/// The name of the program that the words start.
fn program(words: &[Word]) -> Option<&str> {
    let invocation = shell::invocation(words)?;
    words[invocation.program].literal().map(path::file_name)
}

/// Whether a program never looks at a repository, or only with a word of its own.
fn never_asks_git(program: &str) -> bool {
    matches!(
        program,
        ":" | "["
            | "addgroup"
            | "adduser"
            | "apk"
            | "apt"
            | "apt-get"
            | "basename"
            | "break"
            | "cat"
            | "cd"
            | "chgrp"
            | "chmod"
            | "chown"
            | "continue"
            | "cp"
            | "curl"
            | "cut"
            | "date"
            | "dirname"
            | "dnf"
            | "dpkg"
            | "echo"
            | "env"
            | "exit"
            | "export"
            | "false"
            | "find"
            | "getent"
            | "grep"
            | "groupadd"
            | "groupmod"
            | "gunzip"
            | "gzip"
            | "head"
            | "id"
            | "install"
            | "ldconfig"
            | "ln"
            | "ls"
            | "microdnf"
            | "mkdir"
            | "mv"
            | "printf"
            | "pwd"
            | "read"
            | "rm"
            | "rmdir"
            | "sed"
            | "set"
            | "sleep"
            | "sort"
            | "stat"
            | "tar"
            | "tee"
            | "test"
            | "touch"
            | "tr"
            | "true"
            | "umask"
            | "unzip"
            | "update-ca-certificates"
            | "useradd"
            | "usermod"
            | "wc"
            | "wget"
            | "which"
            | "whoami"
            | "xargs"
            | "yum"
            | "zypper"
    )
}

/// Whether a command may ask git about the repository that it runs in.
fn may_ask_git(words: &[Word]) -> bool {
    let Some(name) = program(words) else { return true };
    let has = |text: &str| words.iter().any(|word| word.raw == text);
    match name {
        // Requirements that are named come from elsewhere; a project is built with the help of its repository.
        "pip" | "pip3" => {
            let local = |word: &Word| word.raw.starts_with('.') || word.raw.starts_with("git+") || word.raw == "-e";
            words.iter().any(local)
        }
        "python" | "python3" => has("setup.py") || has("build") || has("."),
        "npm" => !(has("ci") || has("install") || has("i") || has("cache") || has("config")),
        _ => !never_asks_git(name),
    }
}

/// Whether the copy brings a `.git`, as far as can be told.
fn brings_repository(ctx: &RuleContext<'_>, id: StepId, copy: &Copy) -> bool {
    if copy.from != CopyFrom::Context {
        return matches!(copy.from, CopyFrom::Stage(_))
            && copy.sources.iter().any(|source| source.text.ends_with(".git"));
    }
    copy.sources.iter().filter(|source| matches!(source.kind, SourceKind::Path | SourceKind::Unknown)).any(|source| {
        let text = source.text.trim_start_matches("./").trim_matches('/');
        match ctx.context_of(id.stage) {
            // The machine at hand may have no `.git` where another one has, so only the ignore file counts.
            Some(context) if matches!(text, "" | ".") => context.is_sent(".git"),
            Some(context) => context.entry(&format!("{text}/.git")).is_some() || text.ends_with(".git"),
            None => matches!(text, "" | ".") || text.ends_with(".git"),
        }
    })
}

/// Whether the stage is built on an image of Node.js whose npm runs scripts as root for root.
fn has_new_npm(model: &BuildModel, stage: usize) -> bool {
    match &model.stages[model.lineage(stage)[0]].base {
        Base::Image(ImageReference { name, tag }) if name == "node" => {
            let major: String = tag.chars().take_while(char::is_ascii_digit).collect();
            major
                .parse::<u32>()
                .map_or(matches!(tag.as_str(), "" | "latest" | "lts" | "current" | "alpine" | "slim"), |major| {
                    major >= 20
                })
        }
        _ => false,
    }
}

/// Whether a command copies one of the paths with its owner.
fn carries_owner(words: &[Word], landed: &[&Landed]) -> bool {
    let short = |letter: char| {
        words.iter().any(|word| word.raw.starts_with('-') && !word.raw.starts_with("--") && word.raw.contains(letter))
    };
    let keeps = match program(words) {
        Some("cp") => {
            short('a')
                || short('p')
                || words.iter().any(|word| word.raw.starts_with("--preserve") || word.raw == "--archive")
        }
        Some("rsync") => short('a') || short('o'),
        Some("tar") => words.get(1).is_some_and(|word| word.raw.trim_start_matches('-').contains('c')),
        Some("dpkg-deb" | "rpmbuild" | "fpm" | "mksquashfs" | "cpio") => return true,
        _ => false,
    };
    keeps
        && words.iter().any(|word| {
            landed.iter().any(|landed| {
                word.raw.contains(path::file_name(&landed.path)) || matches!(word.raw.as_str(), "." | "./" | "*")
            })
        })
}

/// Whether the file has the set-user-id or set-group-id bit, or a directory holds one that does.
fn is_setuid(context: Option<&BuildContext>, landed: &Landed) -> bool {
    let (Some(context), Some(path)) = (context, &landed.in_context) else { return false };
    let special = |mode: Option<u32>| mode.is_some_and(|mode| mode & 0o6000 != 0);
    if landed.directory == Some(true) {
        return context.walk(path).files().any(|entry| special(entry.mode));
    }
    context.entry(path).is_some_and(|entry| special(entry.mode))
}
