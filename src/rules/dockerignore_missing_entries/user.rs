//! What one Dockerfile of a context takes out of it and does with it, as plain data: so it is worked out once for all the others.

use crate::context::leftovers::{self, Leftover};
use crate::context::{BuildContext, below, named_by};
use crate::model::installs::{Ecosystem, Install, InstallKind};
use crate::model::taken::Taken;
use crate::model::{
    Base, BuildModel, Copy, CopyFrom, Process, Run, RunCommand, SourceKind, Step, StepId, StepKind, path,
};
use crate::shell::SimpleCommand;

/// A Dockerfile of a context.
#[derive(Debug, Default)]
pub(super) struct User {
    /// What it takes by name, as the context writes paths, globs included.
    names: Vec<String>,
    /// The directories that it takes whole.
    pub(super) broad: Vec<Broad>,
    /// The directories of the context that a RUN sees while it runs.
    mounts: Vec<String>,
    /// What it takes by names with a variable.
    unknown: Vec<Taken>,
    /// What it runs, and what it says of environment variables.
    pub(super) said: Vec<Said>,
    /// The commands that make directories anew.
    pub(super) makes: Vec<Make>,
    /// Where copies from other stages go.
    pub(super) brought: Vec<(StepId, String)>,
    /// The stages that each stage is made of.
    lineages: Vec<Vec<usize>>,
    /// Whether git may be in the image of each stage.
    has_git: Vec<bool>,
}

/// A directory that a copy takes whole.
#[derive(Debug)]
pub(super) struct Broad {
    pub(super) step: StepId,
    source: String,
    /// Where its content goes, if that is known.
    target: Option<String>,
}

/// A command that makes directories anew, as the model of installs knows it.
#[derive(Debug)]
pub(super) struct Make {
    pub(super) step: StepId,
    pub(super) ecosystem: Ecosystem,
    pub(super) kind: InstallKind,
    /// The directory of its project.
    directory: String,
    /// Whether it leaves nothing out.
    pub(super) full: bool,
}

/// A text that is run.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) step: StepId,
    /// Without what commands say that only remove files, and do not mind where there are none.
    pub(super) text: String,
}

/// How a Dockerfile gets hold of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It does not.
    No,
    /// With the directory around it.
    Broad,
    /// By its name, or by that of something in it.
    Named,
}

impl User {
    pub(super) fn new(model: &BuildModel, context: &BuildContext) -> Self {
        let mut user = Self::default();
        for (index, stage) in model.stages.iter().enumerate() {
            user.lineages.push(model.lineage(index));
            if stage.triggers {
                user.has_git.push(false);
                continue;
            }
            for (number, step) in stage.steps.iter().enumerate() {
                let id = StepId { stage: index, step: number };
                match &step.kind {
                    StepKind::Copy(copy) => {
                        user.copy(id, copy, context);
                        user.unknown.extend(Some(step.taken()).filter(|taken| !taken.unknown.is_empty()));
                    }
                    StepKind::Run(run) => {
                        user.mounts(step);
                        user.said.push(Said { step: id, text: text_of(run) });
                    }
                    StepKind::Cmd(process) | StepKind::Entrypoint(process) | StepKind::Healthcheck(Some(process)) => {
                        user.said.push(Said { step: id, text: text_of_process(process) });
                    }
                    // Values of ENV and ARG, where a PATH may lead to what was copied.
                    _ => {
                        let values = step.instruction.pairs().into_iter().filter_map(|pair| pair.value());
                        user.said.extend(values.map(|value| Said { step: id, text: value.text() }));
                    }
                }
            }
            user.makes.extend(model.installs(index).iter().filter_map(|install| make(model, install)));
            user.has_git.push(may_have_git(model, index, &user.said));
        }
        user
    }

    fn copy(&mut self, step: StepId, copy: &Copy, context: &BuildContext) {
        if copy.from != CopyFrom::Context {
            self.brought.extend(copy.destination.path.clone().map(|path| (step, path)));
            return;
        }
        for source in &copy.sources {
            if !matches!(source.kind, SourceKind::Path | SourceKind::Unknown) {
                continue;
            }
            let named = path::absolute("/", &source.text).trim_start_matches('/').to_owned();
            let whole = is_everything(&named);
            let matches = context.matches(&source.text);
            let directory = !matches.glob && matches.found.iter().any(|found| found.entry.is_directory());
            if named.is_empty() || whole || directory {
                let above = if whole { named.rsplit_once('/').map_or("", |(above, _)| above) } else { &named };
                // A glob brings the content of each directory that it matches, and not these themselves.
                let target = copy.destination.path.clone().filter(|_| !whole && !copy.parents);
                self.broad.push(Broad { step, source: above.to_owned(), target });
            }
            if !whole && !named.is_empty() {
                self.names.push(named);
            }
        }
    }

    /// What a RUN sees of the context through mounts; one with a variable may be any of it.
    fn mounts(&mut self, step: &Step) {
        let taken = step.taken();
        let everything = taken.unknown.iter().map(|_| "/");
        let sources = taken.sources.iter().map(String::as_str).chain(everything);
        self.mounts.extend(sources.map(|source| path::absolute("/", source).trim_start_matches('/').to_owned()));
    }

    /// How it gets hold of something that was found.
    pub(super) fn reaches(&self, found: &Leftover) -> Reach {
        let by_name = |source: &String| {
            let literal = without_glob(source);
            below(&found.path, literal).is_some_and(|_| !literal.is_empty())
                || named_by(source, &found.path).is_some_and(|(named, _)| named == found.path)
        };
        if self.names.iter().chain(&self.mounts).any(by_name) {
            return Reach::Named;
        }
        let around = |source: &str| below(source, &found.path).is_some();
        let copied = self.broad.iter().any(|broad| around(&broad.source));
        let globbed = || self.names.iter().any(|source| named_by(source, &found.path).is_some());
        if copied || globbed() || self.mounted(found) { Reach::Broad } else { Reach::No }
    }

    /// Whether a source with a variable may be it, or something in it.
    pub(super) fn may_name(&self, found: &Leftover) -> bool {
        self.unknown.iter().any(|taken| taken.may_name(&found.path))
    }

    /// Whether a RUN sees it while it runs.
    pub(super) fn mounted(&self, found: &Leftover) -> bool {
        self.mounts.iter().any(|source| below(source, &found.path).is_some())
    }

    /// The copies that bring something, each with where in the image it is then.
    pub(super) fn brings(&self, found: &Leftover) -> impl Iterator<Item = (&Broad, Option<String>)> {
        let copies = self.broad.iter().filter_map(|broad| Some((broad, below(&broad.source, &found.path)?.to_owned())));
        copies.map(|(broad, inside)| (broad, broad.target.as_ref().map(|target| path::join(target, &inside))))
    }

    /// Whether any source is a path that `keeps_out` says yes to.
    pub(super) fn takes(&self, keeps_out: impl Fn(&str) -> bool) -> Option<&str> {
        let sources = self.names.iter().chain(&self.mounts).filter(|source| !source.is_empty());
        sources.map(String::as_str).find(|source| keeps_out(without_glob(source)))
    }

    /// Whether two stages are made of each other, either way.
    pub(super) fn related(&self, one: usize, other: usize) -> bool {
        self.lineages[one].contains(&other) || self.lineages[other].contains(&one)
    }

    /// Whether git may be in the image of any stage.
    pub(super) fn has_git(&self) -> bool {
        self.has_git.iter().any(|has| *has)
    }

    /// Whether git may be in the image of a stage.
    pub(super) fn may_have_git(&self, stage: usize) -> bool {
        self.lineages[stage].iter().any(|stage| self.has_git[*stage])
    }
}

impl Make {
    /// Whether it makes the directory `image` of the image, of the project that it stands in, or of one around that.
    pub(super) fn is_at(&self, image: &str) -> bool {
        let parent = path::parent(image);
        match self.ecosystem {
            Ecosystem::Cargo | Ecosystem::Maven | Ecosystem::Gradle | Ecosystem::Dotnet | Ecosystem::Mix => {
                path::below(&self.directory, parent).is_some()
            }
            _ => self.directory == parent,
        }
    }
}

/// Whether a glob means everything in a directory: `*`, `src/*`.
fn is_everything(source: &str) -> bool {
    source.rsplit('/').next() == Some("*") && !source.trim_end_matches('*').contains(['*', '?', '[', '\\'])
}

/// What stands in front of the first part with a wildcard.
fn without_glob(source: &str) -> &str {
    let Some(at) = source.find(['*', '?', '[', '\\']) else { return source };
    source[..at].rfind('/').map_or("", |slash| &source[..slash])
}

fn make(model: &BuildModel, install: &Install) -> Option<Make> {
    const LESS: [&str; 10] = [
        "--omit",
        "--production",
        "--prod",
        "-P",
        "--only",
        "--no-dev",
        "--without",
        "--filter",
        "--no-optional",
        "--ignore-scripts",
    ];
    let scope = &model.step(install.step).scope;
    let words = install.arguments.iter();
    let less = |word: &Option<String>| word.as_ref().is_none_or(|word| LESS.iter().any(|less| word.starts_with(less)));
    let production = scope.variable("NODE_ENV").is_some_and(|value| value == "production");
    let full = !words.clone().any(less) && !production;
    let make =
        |directory| Make { step: install.step, ecosystem: install.ecosystem, kind: install.kind, directory, full };
    install.directory.clone().filter(|_| install.certain).map(make)
}

fn text_of(run: &Run) -> String {
    match &run.command {
        RunCommand::Exec(words) => words.iter().map(|word| word.raw.clone()).collect::<Vec<_>>().join(" "),
        RunCommand::Shell(text) => {
            let steps = run.steps().unwrap_or_default();
            let harmless = steps.iter().filter(|step| removes(step.command)).flat_map(|step| step.command.arguments());
            // One mention is taken out for each harmless one, so that any other remains.
            harmless.fold(text.text().to_owned(), |text, word| text.replacen(word.raw.as_str(), "", 1))
        }
        // What is written for another program is not read, so it may say anything.
        RunCommand::Foreign => {
            leftovers::table().iter().flat_map(|candidate| candidate.names).copied().collect::<Vec<_>>().join(" ")
        }
    }
}

fn text_of_process(process: &Process) -> String {
    match &process.words {
        Some(words) => words.iter().map(|word| word.raw.clone()).collect::<Vec<_>>().join(" "),
        None => process.text().to_owned(),
    }
}

/// Whether a command only removes files, where missing ones are no error.
fn removes(command: &SimpleCommand) -> bool {
    let words: Vec<&str> = command.arguments().iter().map(|word| word.literal().unwrap_or("?")).collect();
    match command.name() {
        Some("rm") => words
            .iter()
            .any(|word| *word == "--force" || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))),
        Some("find") => {
            let runs = words.iter().position(|word| word.starts_with("-exec") || word.starts_with("-ok"));
            runs.is_none_or(|at| words.get(at + 1) == Some(&"rm"))
        }
        _ => false,
    }
}

/// Whether git may be in the image of a stage, by its base and what is installed there.
fn may_have_git(model: &BuildModel, stage: usize, said: &[Said]) -> bool {
    let installed = said.iter().filter(|said| said.step.stage == stage).any(|said| {
        said.text
            .split(|it: char| !it.is_alphanumeric() && it != '-')
            .any(|word| matches!(word, "git" | "git-core" | "build-base"))
    });
    let small = match &model.stages[stage].base {
        Base::Scratch | Base::Stage(_) => true,
        Base::Image(image) => {
            ["alpine", "distroless", "busybox"].iter().any(|name| image.name.contains(name))
                || ["alpine", "slim"].iter().any(|tag| image.tag.contains(tag))
        }
        Base::Unknown => false,
    };
    installed || !small
}
