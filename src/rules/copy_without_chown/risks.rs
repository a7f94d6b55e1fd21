//! What might rely on the files being root's: git, and npm.

use super::commands::{Commands, program};
use super::look::Doubt;
use crate::model::{Base, BuildModel, Copy, CopyFrom, ImageReference, SourceKind, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::shell::Word;

/// Why it may not be right to give the files away.
pub fn risks(ctx: &RuleContext<'_>, id: StepId, copy: &Copy) -> Vec<Doubt> {
    let mut found = Vec::new();
    let commands = Commands::below(ctx.model, id);
    if commands.is_empty() {
        return found;
    }
    let asks = |sure: bool| commands.first(|words, _, _| asks_git(words, sure));
    let git = asks(true).map(|program| (Applicability::Display, program));
    let git = git.or_else(|| asks(false).map(|program| (Applicability::Unsafe, program)));
    if let Some((level, program)) = git
        && brings_repository(ctx, id, copy)
    {
        // Without the context nobody knows whether there is a repository.
        let seen = copy.from != CopyFrom::Context || ctx.context_of(id.stage).is_some();
        let level = if seen { level } else { Applicability::Unsafe };
        found.push((
            level,
            format!("the copy brings `.git`, and git refuses a repository of somebody else's when `{program}` asks it as root"),
        ));
    }
    let npm = || commands.first(|words, _, _| matches!(program(words), Some("npm" | "npx")));
    if let Some(program) = npm().filter(|_| !has_new_npm(ctx.model, id.stage)) {
        let why = format!("up to version 8, `{program}` as root runs scripts as the owner of the directory");
        found.push((Applicability::Unsafe, why));
    }
    found
}

/// Whether a program never looks at a repository, or only with a word of its own. What it writes is of no matter here, as
/// it is for `rewrite::bystanders`: `cp` and `install` stand on this list and not on that one.
fn never_asks_git(program: &str) -> bool {
    matches!(
        program,
        ":" | "["
            | "addgroup"
            | "adduser"
            | "apk"
            | "apt"
            | "apt-get"
            | "awk"
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

/// Whether a command asks git about the repository that it runs in: for certain, or perhaps.
fn asks_git(words: &[Word], certainly: bool) -> bool {
    let Some(name) = program(words) else { return !certainly };
    let has = |text: &str| words.iter().any(|word| word.raw == text);
    let certain = match name {
        // What makes or fetches a repository makes one of root's.
        "git" => !["init", "clone", "config", "lfs", "version", "--version"].iter().any(|command| has(command)),
        // Go writes the commit into the program, and gives up where git refuses to say it.
        "go" => (has("build") || has("install")) && !words.iter().any(|word| word.raw.contains("buildvcs=false")),
        _ => false,
    };
    if certainly || certain {
        return certain;
    }
    match name {
        "git" => false,
        "go" => !(has("mod") || has("version") || has("env") || has("get")),
        // Requirements that are named come from elsewhere; a project is built with the help of its repository.
        "pip" | "pip3" => words.iter().any(|word| {
            word.raw.starts_with('.')
                || word.raw.starts_with("git+")
                || matches!(word.raw.as_str(), "-e" | "--editable")
        }),
        "python" | "python3" => has("setup.py") || has("build") || has("."),
        "npm" => !(has("ci") || has("install") || has("i") || has("cache") || has("config")),
        _ => !never_asks_git(name),
    }
}

/// Whether the copy brings a `.git`, as far as can be told.
fn brings_repository(ctx: &RuleContext<'_>, id: StepId, copy: &Copy) -> bool {
    match copy.from {
        CopyFrom::Context => copy.sources.iter().any(|source| {
            matches!(source.kind, SourceKind::Path | SourceKind::Unknown)
                && context_brings_repository(ctx, id, source.text.trim_start_matches("./").trim_matches('/'))
        }),
        CopyFrom::Stage(stage) => stage_has_repository(ctx, stage, copy),
        CopyFrom::Elsewhere => false,
    }
}

fn context_brings_repository(ctx: &RuleContext<'_>, id: StepId, source: &str) -> bool {
    let whole = matches!(source, "" | ".");
    let Some(context) = ctx.context_of(id.stage) else { return whole || source.ends_with(".git") };
    if !whole {
        return source.ends_with(".git") || context.entry(&format!("{source}/.git")).is_some();
    }
    // A folder inside of a working tree holds no `.git`. One without any may be a repository on another machine.
    let inside = !context.root().join(".git").exists()
        && context.root().ancestors().skip(1).any(|folder| folder.join(".git").exists());
    context.is_sent(".git") && !inside
}

/// Whether the stage makes or gets a repository where the copy takes its files from.
fn stage_has_repository(ctx: &RuleContext<'_>, stage: usize, copy: &Copy) -> bool {
    ctx.model.history(stage).into_iter().any(|id| match &ctx.model.step(id).kind {
        StepKind::Run(run) => run.mentions("git clone") || run.mentions("git init"),
        StepKind::Copy(earlier) => {
            let destination = earlier.destination.path.as_deref();
            let related = copy.sources.iter().any(|source| {
                let from = path::absolute("/", &source.text);
                destination.is_none_or(|destination| path::below(&from, destination).is_some())
            });
            related && brings_repository(ctx, id, earlier)
        }
        _ => false,
    })
}

/// Whether the stage is built on an image of Node.js whose npm runs scripts as root for root.
fn has_new_npm(model: &BuildModel, stage: usize) -> bool {
    match &model.stages[model.lineage(stage)[0]].base {
        Base::Image(ImageReference { name, tag }) if name == "node" => {
            let major: String = tag.chars().take_while(char::is_ascii_digit).collect();
            let newest = ["", "latest", "lts", "current", "alpine", "slim"].contains(&tag.as_str());
            major.parse::<u32>().map_or(newest, |major| major >= 20)
        }
        _ => false,
    }
}
