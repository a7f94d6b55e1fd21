//! Whether a RUN works at a place: is somebody root there, and is there a shell?

use crate::model::{BuildModel, Run, RunCommand, Scope, Shell, StepId, StepKind, User, path};
use crate::shell::{Execution, Word};

/// What can be said of a RUN at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runs {
    /// It works, and that is proven.
    Proven,
    /// It works in all likelihood; the sentence says what is not proven.
    Likely(String),
    /// It fails: the user is not root.
    NotRoot(String),
    /// It fails: there is no shell.
    NoShell,
}

/// Programs that only root can use with success, with the words of which one has to stand among their arguments; none
/// means any operand.
const ROOT_PROGRAMS: [(&str, &[&str]); 18] = [
    ("apt-get", &["install", "update", "upgrade", "remove", "purge", "dist-upgrade"]),
    ("apt", &["install", "update", "upgrade", "remove", "purge", "full-upgrade"]),
    ("apk", &["add", "del", "update", "upgrade"]),
    ("yum", &["install", "update", "upgrade", "remove"]),
    ("dnf", &["install", "update", "upgrade", "remove"]),
    ("microdnf", &["install", "update", "upgrade", "remove"]),
    ("tdnf", &["install", "update", "upgrade", "remove"]),
    ("zypper", &["install", "in", "update", "up", "remove", "refresh"]),
    ("pacman", &["-S", "-Sy", "-Syu", "-Syyu", "-R"]),
    ("dpkg", &["-i", "--install"]),
    ("rpm", &["-i", "-U", "-e", "-ivh", "-Uvh", "--install", "--upgrade"]),
    ("update-ca-certificates", &[]),
    ("useradd", &[]),
    ("adduser", &[]),
    ("usermod", &[]),
    ("groupadd", &[]),
    ("addgroup", &[]),
    ("userdel", &[]),
];

/// What can be said of a RUN directly below the step at `id`.
pub fn below(model: &BuildModel, id: StepId) -> Runs {
    let scope = scope_behind(model, id);
    if scope.shell == Shell::Missing {
        return Runs::NoShell;
    }
    if let User::Other(user) = &scope.user {
        return Runs::NotRoot(user.clone());
    }
    if let Some(doubt) = no_shell(model, id) {
        return Runs::Likely(doubt);
    }
    let overridable = base_overridable(model, id.stage);
    let by_instruction = scope.user == User::Root && scope.user_span.is_some() && !scope.user_overridable;
    let by_base = scope.user == User::Root && scope.user_span.is_none() && scope.shell_known && !overridable;
    if by_instruction || by_base || since_user_change(model, id).into_iter().any(needs_root) {
        return Runs::Proven;
    }
    Runs::Likely(
        "nothing in the file shows that the build is root there: the base image's user is not known".to_owned(),
    )
}

/// Why there may be no shell below the step at `id`; `None` if there is one.
pub fn no_shell(model: &BuildModel, id: StepId) -> Option<String> {
    let scope = scope_behind(model, id);
    let used = |run: &&Run| matches!(run.command, RunCommand::Shell(_)) && run.shell() == scope.shell;
    let shell = (scope.shell_known && !base_overridable(model, id.stage)) || runs_before(model, id).iter().any(used);
    (!shell).then(|| "nothing in the file shows that the base image has a shell".to_owned())
}

/// What holds behind the step at `id`.
fn scope_behind(model: &BuildModel, id: StepId) -> &Scope {
    let stage = &model.stages[id.stage];
    stage.steps.get(id.step + 1).map_or(&stage.end, |step| &step.scope)
}

fn base_overridable(model: &BuildModel, stage: usize) -> bool {
    model.lineage(stage).first().is_some_and(|first| model.stages[*first].base_overridable)
}

fn runs_before(model: &BuildModel, id: StepId) -> Vec<&Run> {
    let before = model.history(id.stage).into_iter().take_while(|step| *step < id);
    before
        .filter_map(|step| match &model.step(step).kind {
            StepKind::Run(run) => Some(run),
            _ => None,
        })
        .collect()
}

/// Whether a RUN above, for which the same USER holds, can only have succeeded as root.
pub fn acts_as_root(model: &BuildModel, id: StepId) -> bool {
    since_user_change(model, id).into_iter().any(needs_root)
}

/// The RUN instructions for which the same USER holds.
fn since_user_change(model: &BuildModel, id: StepId) -> Vec<&Run> {
    let span = scope_behind(model, id).user_span;
    let before = model.history(id.stage).into_iter().take_while(|step| *step < id);
    before
        .map(|step| model.step(step))
        .filter(|step| step.scope.user_span == span)
        .filter_map(|step| match &step.kind {
            StepKind::Run(run) => Some(run),
            _ => None,
        })
        .collect()
}

/// Whether a RUN uses a program that only root can use, and must succeed with it.
pub fn needs_root(run: &Run) -> bool {
    match &run.command {
        RunCommand::Exec(words) => only_root_can(words),
        RunCommand::Foreign => false,
        RunCommand::Shell(_) => run
            .steps()
            .unwrap_or_default()
            .iter()
            .any(|step| step.execution == Execution::Always && step.succeeds && only_root_can(&step.command.words)),
    }
}

fn only_root_can(words: &[Word]) -> bool {
    let mut literals = words.iter().map(|word| word.literal().unwrap_or_default());
    let Some(name) = literals.next().map(path::file_name) else { return false };
    let arguments: Vec<&str> = literals.collect();
    let asks = arguments.iter().any(|word| matches!(*word, "--help" | "-h" | "--version" | "-V" | "--dry-run"));
    let Some((_, actions)) = ROOT_PROGRAMS.iter().find(|(program, _)| *program == name) else { return false };
    let acts = match name {
        "update-ca-certificates" => true,
        _ if actions.is_empty() => arguments.iter().any(|word| !word.starts_with('-')),
        _ => arguments.iter().any(|word| actions.contains(word)),
    };
    acts && !asks
}
