//! What stands between a copy and the RUN that makes its user, and what it means for the RUN when that moves up.

use super::commands::program;
use super::images::Image;
use super::landed::landed;
use super::look::Look;
use crate::model::accounts::Known;
use crate::model::{Base, Run, RunCommand, Step, StepId, StepKind, path};
use crate::shell::Word;

/// What moves, and what it touches.
pub struct MovedRuns<'a> {
    /// The RUN instructions.
    pub steps: Vec<&'a Step>,
    /// The copy that it moves above.
    pub first: StepId,
    /// The directories that they make, or may make.
    pub homes: Vec<String>,
}

impl MovedRuns<'_> {
    /// What a step that stays means for what moves above it: an obstacle, or a doubt.
    pub fn in_between(&self, look: &Look<'_>, image: &Image<'_>, id: StepId) -> Result<Option<String>, String> {
        let step = look.ctx.model.step(id);
        match &step.kind {
            StepKind::Copy(copy) => {
                let landed = landed(look.ctx, id, copy, &image.history);
                let Some(landed) = landed else {
                    return Err("nobody can tell where a copy in between goes".to_owned());
                };
                for one in &landed {
                    clear_of(&one.path, &self.homes)?;
                    if path::below("/etc", &one.path).is_some() || one.path == "/" {
                        return Err(format!("a copy in between brings `{}`, which the RUN may read", one.path));
                    }
                }
                Ok(None)
            }
            StepKind::Volume(volumes) => {
                volumes.iter().try_for_each(|volume| clear_of(volume, &self.homes)).map(|()| None)
            }
            StepKind::Run(run) => self.beside(look, run),
            _ => {
                // What stands behind a WORKDIR has another directory, which it makes.
                let next = look.ctx.model.stages[id.stage].steps.get(id.step + 1);
                let workdir = next.and_then(|next| next.scope.workdir.clone()).filter(|_| is_workdir(step));
                workdir.map_or(Ok(None), |workdir| clear_of(&workdir, &self.homes).map(|()| None))
            }
        }
    }

    /// A RUN in between may bring the program, or a group, or make users of its own that change the numbers.
    fn beside(&self, look: &Look<'_>, run: &Run) -> Result<Option<String>, String> {
        if ["shadow", "adduser", "useradd", "groupadd", "addgroup", "passwd"].iter().any(|word| run.mentions(word)) {
            return Err("a RUN in between may bring the program for it, or makes accounts itself".to_owned());
        }
        if self.homes.iter().any(|home| run.mentions(home)) {
            return Err("a RUN in between uses its home".to_owned());
        }
        if may_bring_anything(run) {
            if let Some(group) = self.groups().find(|group| !self.has_group(look, group)) {
                return Err(format!("a RUN in between may bring the group `{group}`"));
            }
            if !self.programs_are_there(look) {
                return Err("a RUN in between may bring the program for it".to_owned());
            }
        }
        Ok((!is_harmless(run)).then(|| "a RUN in between may make accounts, which would change its number".to_owned()))
    }

    /// The groups that the commands name, those that they make not among them.
    fn groups(&self) -> impl Iterator<Item = String> {
        let (mut named, mut made) = (Vec::new(), Vec::new());
        for words in self.commands() {
            let literals: Vec<&str> = words.iter().map(|word| word.literal().unwrap_or("$")).collect();
            match program(&words) {
                Some("groupadd" | "addgroup") => made.extend(literals.last().map(|name| (*name).to_owned())),
                _ => named.extend(literals.windows(2).filter_map(|pair| match pair[0] {
                    "-G" | "--groups" | "-g" | "--gid" | "--ingroup" | "-aG" => Some(pair[1].to_owned()),
                    _ => None,
                })),
            }
        }
        let names = named.into_iter().flat_map(|names| names.split(',').map(str::to_owned).collect::<Vec<_>>());
        names.filter(move |name| !made.contains(name) && !name.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn has_group(&self, look: &Look<'_>, group: &str) -> bool {
        matches!(look.ctx.model.accounts(self.first).group(group), Known::Exists(_) | Known::Likely(..))
    }

    fn commands(&self) -> Vec<Vec<Word>> {
        let runs = self.steps.iter().filter_map(|step| match &step.kind {
            StepKind::Run(run) => run.steps(),
            _ => None,
        });
        runs.flatten().map(|step| step.command.words.clone()).collect()
    }

    /// Whether the base image has the programs: Debian's and its kin have `useradd`, Alpine's have `adduser`.
    fn programs_are_there(&self, look: &Look<'_>) -> bool {
        let stage = &look.ctx.model.stages[look.ctx.model.lineage(self.first.stage)[0]];
        let Base::Image(image) = &stage.base else { return false };
        let known = image.known().is_some_and(|known| known.shell) && !image.name.contains("minimal");
        self.commands().iter().all(|words| match program(words) {
            Some("useradd" | "groupadd" | "usermod" | "groupmod") => known && image.has_bash(),
            Some("adduser" | "addgroup") => known && !image.has_bash(),
            _ => true,
        })
    }
}

fn is_workdir(step: &Step) -> bool {
    step.instruction.kind() == crate::syntax::SyntaxKind::WorkdirInstruction
}

/// A home that is made first is another one than a home that is made where something lies already.
fn clear_of(path: &str, homes: &[String]) -> Result<(), String> {
    let meets = |home: &&String| path::below(home, path).is_some() || path::below(path, home).is_some();
    match homes.iter().find(meets) {
        Some(home) => Err(format!("it would make `{home}` where `{path}` comes later")),
        None => Ok(()),
    }
}

/// Whether a RUN installs packages, or runs a script.
fn may_bring_anything(run: &Run) -> bool {
    let brings = |words: &[Word]| match program(words) {
        Some(
            "apt" | "apt-get" | "apk" | "dnf" | "dpkg" | "microdnf" | "pacman" | "rpm" | "tdnf" | "yum" | "zypper",
        ) => true,
        Some("sh" | "bash" | "ash" | "dash" | "." | "source" | "eval") => true,
        Some(name) => name.ends_with(".sh") || words.first().is_some_and(|word| word.raw.starts_with('.')),
        None => !words.is_empty(),
    };
    match &run.command {
        RunCommand::Exec(words) => brings(words),
        RunCommand::Foreign => true,
        RunCommand::Shell(_) => run.steps().is_none_or(|steps| steps.iter().any(|step| brings(&step.command.words))),
    }
}

/// Whether all that a RUN does is known to make no accounts.
pub fn is_harmless(run: &Run) -> bool {
    let known = |words: &[Word]| words.is_empty() || program(words).is_some_and(makes_no_accounts);
    match &run.command {
        RunCommand::Exec(words) => known(words),
        RunCommand::Foreign => false,
        RunCommand::Shell(_) => run.steps().is_some_and(|steps| steps.iter().all(|step| known(&step.command.words))),
    }
}

/// Programs that make no accounts, whatever they are told.
fn makes_no_accounts(program: &str) -> bool {
    matches!(
        program,
        ":" | "["
            | "awk"
            | "bundle"
            | "cargo"
            | "cat"
            | "cd"
            | "chgrp"
            | "chmod"
            | "chown"
            | "composer"
            | "cp"
            | "curl"
            | "dotnet"
            | "echo"
            | "export"
            | "false"
            | "find"
            | "gem"
            | "git"
            | "go"
            | "gradle"
            | "grep"
            | "gunzip"
            | "ldconfig"
            | "ln"
            | "ls"
            | "mkdir"
            | "mv"
            | "mvn"
            | "npm"
            | "npx"
            | "pip"
            | "pip3"
            | "pnpm"
            | "poetry"
            | "printf"
            | "pwd"
            | "rm"
            | "sed"
            | "set"
            | "tar"
            | "test"
            | "touch"
            | "true"
            | "unzip"
            | "uv"
            | "wget"
            | "which"
            | "yarn"
    )
}
