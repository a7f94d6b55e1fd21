//! Builds the model: walks over the instructions and keeps track of what holds.

use std::rc::Rc;

use super::base_images::ImageReference;
use super::scope::{Expanded, Scope, Shell, User, Variable, Variables, shell_of};
use super::{Base, BuildModel, Copy, Process, ProcessKind, Run, Stage, Step, StepKind};
use crate::shell::{Dialect, ShellFlags};
use crate::syntax::{Dockerfile, FromInstruction, HealthcheckInstruction, Instruction, SyntaxKind, VolumeInstruction};

/// Build arguments that builders set by themselves once they are declared.
const AUTOMATIC: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

pub(super) fn model(dockerfile: &Dockerfile) -> BuildModel {
    let mut builder = Builder { stages: Vec::new(), global: Variables::new(), escape: dockerfile.escape() };
    let mut current: Option<Open> = None;
    for instruction in dockerfile.instructions() {
        if let Some(from) = FromInstruction::cast(&instruction) {
            builder.close(current.take());
            current = Some(builder.open(&from));
        } else if let Some(open) = &mut current {
            builder.instruction(open, instruction);
        } else if instruction.kind() == SyntaxKind::ArgInstruction {
            builder.global_argument(&instruction);
        }
    }
    builder.close(current);
    BuildModel { stages: builder.stages }
}

struct Builder {
    stages: Vec<Stage>,
    global: Variables,
    escape: char,
}

/// A stage in the making.
struct Open {
    stage: Stage,
    triggers: Vec<Instruction>,
}

impl Builder {
    fn global_argument(&mut self, instruction: &Instruction) {
        for pair in instruction.pairs() {
            let mut scope = empty_scope();
            scope.variables = Rc::new(std::mem::take(&mut self.global));
            let value = pair.has_equals().then(|| pair.value().map_or_else(String::new, |word| word.text()));
            let value = value.and_then(|text| scope.expand(&text, self.escape)).map(|expanded| expanded.value);
            scope.set_argument(&pair.key(), value);
            self.global = Rc::unwrap_or_clone(scope.variables);
        }
    }

    fn open(&mut self, from: &FromInstruction) -> Open {
        let mut scope = empty_scope();
        scope.variables = Rc::new(self.global.clone());
        let image = from.image().and_then(|word| scope.expand(&word.text(), self.escape));
        let written = from.image().map(|word| word.text()).unwrap_or_default();
        let fixed = |image: &Expanded| has_fixed_name(&written) && !ImageReference::parse(&image.value).tag_decides();
        let base_overridable = image.as_ref().is_none_or(|image| image.overridable && !fixed(image));
        let tag_overridable = image.as_ref().is_none_or(|image| image.overridable);
        let (base, end) = self.base(image);
        let platform = from.platform().unwrap_or_default();
        let windows = platform.starts_with("windows")
            || match &base {
                // Files for Windows have the backtick as escape character; where nothing is known of the base, it decides.
                Base::Image(reference) => reference.is_windows() || (self.escape == '`' && reference.known().is_none()),
                Base::Stage(stage) => self.stages[*stage].windows,
                Base::Unknown => self.escape == '`',
                Base::Scratch => false,
            };
        let name = from.stage_name().map(|word| word.text().to_lowercase());
        let (steps, accounts) = Default::default();
        let stage =
            Stage { name, base, base_overridable, tag_overridable, windows, triggers: false, steps, end, accounts };
        Open { stage, triggers: Vec::new() }
    }

    /// What `image` is, and what holds at its end.
    fn base(&self, image: Option<Expanded>) -> (Base, Scope) {
        let mut scope = empty_scope();
        let Some(Expanded { value: image, .. }) = image else { return (Base::Unknown, scope) };
        let named = |stage: &Stage| !stage.triggers && stage.name.as_deref() == Some(image.to_lowercase().as_str());
        if let Some(index) = self.stages.iter().rposition(named) {
            return (Base::Stage(index), self.stages[index].end.clone());
        }
        if image == "scratch" {
            scope.user = User::Root;
            scope.workdir = Some("/".to_owned());
            scope.shell = Shell::Missing;
            scope.shell_known = true;
            return (Base::Scratch, scope);
        }
        let reference = ImageReference::parse(&image);
        if let Some(known) = reference.known() {
            scope.user = User::parse(known.user);
            scope.user_group = User::group(known.user);
            scope.shell_known = true;
            scope.bash_known = known.shell && reference.has_bash();
            if !known.shell {
                scope.shell = Shell::Missing;
            }
        }
        if reference.is_windows() {
            scope.shell = Shell::Foreign;
        }
        (Base::Image(reference), scope)
    }

    fn instruction(&mut self, open: &mut Open, instruction: Instruction) {
        if instruction.kind() == SyntaxKind::OnbuildInstruction {
            open.triggers.extend(instruction.onbuild().map(|_| instruction));
        } else {
            self.step(&mut open.stage, instruction.clone(), instruction);
        }
    }

    /// Ends a stage; its triggers become a stage of their own, as they would run in an image that is built on it.
    fn close(&mut self, open: Option<Open>) {
        let Some(Open { stage, triggers }) = open else { return };
        let index = self.stages.len();
        let mut end = stage.end.clone();
        // Arguments do not outlive the image.
        Rc::make_mut(&mut end.variables).retain(|_, variable| !variable.argument);
        let mut child = Stage {
            name: None,
            base: Base::Stage(index),
            base_overridable: stage.base_overridable,
            tag_overridable: stage.tag_overridable,
            windows: stage.windows,
            triggers: true,
            steps: Vec::new(),
            end,
            accounts: Default::default(),
        };
        self.stages.push(stage);
        for outer in triggers {
            if let Some(inner) = outer.onbuild() {
                self.step(&mut child, inner, outer);
            }
        }
        if !child.steps.is_empty() {
            self.stages.push(child);
        }
    }

    fn step(&self, stage: &mut Stage, instruction: Instruction, outer: Instruction) {
        let scope = stage.end.clone();
        let kind = self.kind(&instruction, &outer, &scope);
        self.change_scope(&mut stage.end, &instruction);
        stage.steps.push(Step { instruction, outer, scope, kind });
    }

    /// `outer` holds the heredocs of a trigger.
    fn kind(&self, instruction: &Instruction, outer: &Instruction, scope: &Scope) -> StepKind {
        match instruction.kind() {
            SyntaxKind::RunInstruction => StepKind::Run(Run::new(instruction, &outer.heredocs(), scope)),
            SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction => {
                StepKind::Copy(Copy::new(instruction, scope, &self.stages))
            }
            SyntaxKind::CmdInstruction => StepKind::Cmd(Process::new(instruction, scope, ProcessKind::Cmd)),
            SyntaxKind::EntrypointInstruction => {
                StepKind::Entrypoint(Process::new(instruction, scope, ProcessKind::Entrypoint))
            }
            SyntaxKind::HealthcheckInstruction => {
                let command = HealthcheckInstruction::cast(instruction)
                    .and_then(|healthcheck| healthcheck.instruction().healthcheck_kind());
                let process = || Process::new(instruction, scope, ProcessKind::Healthcheck);
                StepKind::Healthcheck((command.as_deref() == Some("CMD")).then(process))
            }
            SyntaxKind::VolumeInstruction => {
                let paths = VolumeInstruction::cast(instruction).map(|volume| volume.paths()).unwrap_or_default();
                let known = paths.iter().filter_map(|path| scope.expand(&path.text, self.escape));
                StepKind::Volume(known.filter_map(|path| scope.absolute(&path.value)).collect())
            }
            _ => StepKind::Other,
        }
    }

    fn change_scope(&self, scope: &mut Scope, instruction: &Instruction) {
        match instruction.kind() {
            SyntaxKind::UserInstruction => {
                let text = instruction.words().first().map(|word| word.text()).unwrap_or_default();
                let user = scope.expand(&text, self.escape);
                scope.user_span = Some(instruction.span());
                scope.user_overridable = user.as_ref().is_none_or(|user| user.overridable);
                scope.user_group = user.as_ref().and_then(|user| User::group(&user.value));
                scope.user = user.map_or(User::Unknown, |user| User::parse(&user.value));
            }
            SyntaxKind::WorkdirInstruction => {
                let text = instruction.words().first().map(|word| word.text()).unwrap_or_default();
                let directory = scope.expand(&text, self.escape);
                let overridable = directory.as_ref().is_none_or(|directory| directory.overridable);
                scope.workdir_overridable = overridable || (scope.workdir_overridable && !text.starts_with('/'));
                scope.workdir = directory.and_then(|directory| scope.absolute(&directory.value));
            }
            SyntaxKind::EnvInstruction => {
                // All pairs of one instruction see the variables in front of it.
                let before = scope.clone();
                for pair in instruction.pairs() {
                    let value = pair.value().map_or_else(String::new, |word| word.text());
                    let value = match pair.key().as_str() {
                        "PATH" => before.expand_search_path(&value, self.escape),
                        _ => before.expand(&value, self.escape),
                    };
                    scope.set_environment(&pair.key(), value);
                }
            }
            SyntaxKind::ArgInstruction => self.argument(scope, instruction),
            SyntaxKind::ShellInstruction => {
                let words: Vec<String> =
                    instruction.json().unwrap_or_default().iter().map(|string| string.value()).collect();
                scope.shell = shell_of(&words);
                // What the base image has is known of /bin/sh only.
                scope.shell_known &= match words.first().map(String::as_str) {
                    Some("/bin/sh" | "sh") => true,
                    Some("/bin/bash" | "bash") => scope.bash_known,
                    _ => false,
                };
            }
            _ => {}
        }
    }

    fn argument(&self, scope: &mut Scope, instruction: &Instruction) {
        for pair in instruction.pairs() {
            let name = pair.key();
            let written = pair.has_equals().then(|| pair.value().map_or_else(String::new, |word| word.text()));
            let value = match written {
                Some(text) => scope.expand(&text, self.escape).map(|expanded| expanded.value),
                // Declared again without a default, it has the one from above the first FROM.
                None if AUTOMATIC.contains(&name.as_str()) => None,
                None => self.global.get(&name).and_then(|variable: &Variable| variable.value.clone()),
            };
            scope.set_argument(&name, value);
        }
    }
}

/// Whether the variables of an image reference stand in its tag or digest only: `alpine:${TAG}`.
fn has_fixed_name(written: &str) -> bool {
    let fixed = written.split('$').next().unwrap_or_default();
    let name = fixed.rsplit('/').next().unwrap_or_default();
    name.contains([':', '@'])
}

/// What holds at the start of an image of which nothing is known.
fn empty_scope() -> Scope {
    Scope {
        variables: Rc::new(Variables::new()),
        user: User::Unknown,
        user_group: None,
        user_span: None,
        user_overridable: false,
        workdir: None,
        workdir_overridable: false,
        shell: Shell::Posix(Dialect::Posix, ShellFlags::default()),
        shell_known: false,
        bash_known: false,
    }
}
