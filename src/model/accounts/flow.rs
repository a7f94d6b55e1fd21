//! Goes through the instructions of a stage and keeps what is known of the accounts in front of each.

use std::cell::OnceCell;
use std::rc::Rc;

use super::action::Action;
use super::apply;
use super::backward;
use super::base;
use super::files::{self, AccountFile};
use super::harmless::{self, Reach};
use super::rewrites;
use super::script;
use super::simple;
use super::state::{State, Table};
use super::text::Text;
use super::{Accounts, Origin};
use crate::model::{
    Base, BuildModel, Copy, CopyFrom, Run, RunCommand, Scope, Shell, SourceKind, Stage, StepId, StepKind, User,
    Variables, path,
};

/// The accounts in front of every step of a stage, and behind the last one; computed when somebody asks.
#[derive(Debug, Default)]
pub struct Timeline(OnceCell<Vec<Rc<Accounts>>>);

/// How often the accounts of one stage may change. Beyond, nothing is known any more: every change keeps a table.
const MAX_CHANGES: usize = 256;

impl BuildModel {
    /// The accounts of the stage, which are computed with those of the stages that it needs.
    pub(super) fn timeline(&self, stage: usize) -> &[Rc<Accounts>] {
        // A stage needs earlier ones only, so going down the list and up again ends; nothing recurses.
        let mut wanted = vec![stage];
        while let Some(next) = wanted.last().copied() {
            let missing: Vec<usize> =
                needs(self, next).into_iter().filter(|index| self.stages[*index].accounts.0.get().is_none()).collect();
            if missing.is_empty() {
                self.stages[next].accounts.0.get_or_init(|| walk(self, next));
                wanted.pop();
            } else {
                wanted.extend(missing);
            }
        }
        self.stages[stage].accounts.0.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// What is known at the end of a stage that was computed already.
    fn end_of(&self, stage: usize) -> State {
        let timeline = self.stages[stage].accounts.0.get();
        timeline.and_then(|steps| steps.last()).map(|last| last.state.clone()).unwrap_or_default()
    }
}

/// The stages whose accounts decide about those of a stage.
fn needs(model: &BuildModel, stage: usize) -> Vec<usize> {
    let base = match model.stages[stage].base {
        Base::Stage(index) => Some(index),
        _ => None,
    };
    let copied = model.stages[stage].steps.iter().filter_map(|step| match &step.kind {
        StepKind::Copy(copy) => match copy.from {
            CopyFrom::Stage(index) if reaches_accounts(copy) => Some(index),
            _ => None,
        },
        _ => None,
    });
    base.into_iter().chain(copied).filter(|index| *index < stage).collect()
}

fn walk(model: &BuildModel, index: usize) -> Vec<Rc<Accounts>> {
    let stage = &model.stages[index];
    let mut state = start(model, index);
    let mut changes = 0;
    let mut steps: Vec<Rc<Accounts>> = Vec::new();
    let mut barriers = Barriers { stage, known: vec![None; stage.steps.len()], left: MAX_STEPS_BACK };
    for (step_index, step) in stage.steps.iter().enumerate() {
        push(&mut steps, &state, &step.scope.variables);
        if changes == MAX_CHANGES {
            state = State::default();
            continue;
        }
        let id = StepId { stage: index, step: step_index };
        let before = state.clone();
        state.touched = false;
        match &step.kind {
            StepKind::Run(run) => {
                if concerns(run) {
                    state = after_run(run, &step.scope, state, id);
                    barriers.known[step_index] = Some(state.touched);
                } else {
                    state = passed_by(run, &step.scope, state, id);
                }
                if rewrites::from_inside(run, &step.scope) {
                    files::forget(&mut state, AccountFile::Passwd);
                    files::forget(&mut state, AccountFile::Group);
                }
            }
            StepKind::Copy(copy) => copied(model, copy, stage.triggers, &mut state),
            _ => {}
        }
        if !(Rc::ptr_eq(&before.users, &state.users) && Rc::ptr_eq(&before.groups, &state.groups)) {
            changes += 1;
            backward::prove(&mut steps, &state, &mut barriers);
        }
    }
    push(&mut steps, &state, &stage.end.variables);
    steps
}

/// Which steps of a stage may make accounts, found out when somebody asks.
pub(super) struct Barriers<'a> {
    stage: &'a Stage,
    known: Vec<Option<bool>>,
    /// How many more steps are looked at; every account that is proven goes back over them again.
    left: usize,
}

/// How many steps of a stage proofs are carried back over, all of them together.
const MAX_STEPS_BACK: usize = 20_000;

impl Barriers<'_> {
    /// Whether the step may make accounts.
    pub(super) fn may_make(&mut self, index: usize) -> bool {
        if self.left == 0 {
            return true;
        }
        self.left -= 1;
        let step = &self.stage.steps[index];
        *self.known[index].get_or_insert_with(|| match &step.kind {
            StepKind::Run(run) => concerns(run) || reach(run, &step.scope) != Reach::Nothing,
            StepKind::Copy(copy) => reaches_accounts(copy),
            _ => false,
        })
    }
}

fn push(steps: &mut Vec<Rc<Accounts>>, state: &State, variables: &Rc<Variables>) {
    let same = steps.last().filter(|last| {
        Rc::ptr_eq(&last.state.users, &state.users)
            && Rc::ptr_eq(&last.state.groups, &state.groups)
            && Rc::ptr_eq(&last.variables, variables)
    });
    let accounts =
        same.map_or_else(|| Rc::new(Accounts { state: state.clone(), variables: Rc::clone(variables) }), Rc::clone);
    steps.push(accounts);
}

/// What a stage begins with.
fn start(model: &BuildModel, index: usize) -> State {
    let stage = &model.stages[index];
    let mut state = match &stage.base {
        Base::Stage(base) => model.end_of(*base),
        Base::Scratch => {
            let mut empty = State::default();
            empty.users = Rc::new(Table { entries: Vec::new(), complete: true, regular: true });
            empty.groups = Rc::clone(&empty.users);
            empty
        }
        Base::Image(reference) => base::accounts(reference, stage.tag_overridable),
        Base::Unknown => State::default(),
    };
    if stage.base_overridable && !stage.triggers {
        state.doubt("a build argument can change the base image");
        state.family = base::Family::Unknown;
    }
    if state.family == base::Family::Unknown {
        state.family = family_of(stage);
    }
    if stage.windows { State::default() } else { state }
}

/// The family that the package manager of a stage gives away, if it uses only one.
fn family_of(stage: &Stage) -> base::Family {
    use base::Family::{Alpine, Debian, RedHat};
    let managers = [
        ("apt-get ", Debian),
        ("apt ", Debian),
        ("apk ", Alpine),
        ("yum ", RedHat),
        ("dnf ", RedHat),
        ("microdnf ", RedHat),
    ];
    let runs = stage.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Run(run) => Some(run),
        _ => None,
    });
    let mut found: Option<base::Family> = None;
    for run in runs {
        for (_, family) in managers.iter().filter(|(manager, _)| run.mentions(manager)) {
            if found.is_some_and(|other| other != *family) {
                return base::Family::Unknown;
            }
            found = Some(*family);
        }
    }
    found.unwrap_or_default()
}

/// What a RUN proves by running at all.
fn proven_by_user(scope: &Scope, state: State, origin: Origin) -> State {
    let User::Other(name) = &scope.user else { return state };
    if scope.user_overridable {
        return state;
    }
    // No builder starts a process as a user whom /etc/passwd does not have, or with a group that /etc/group has not.
    let groups = scope.user_group.iter().map(|group| Text::fixed(group)).collect();
    let uses = Action::Uses { users: vec![Text::fixed(name)], groups };
    apply::succeeded(&uses, &state, origin).unwrap_or(state)
}

/// The accounts behind a RUN that does not speak of accounts.
fn passed_by(run: &Run, scope: &Scope, state: State, id: StepId) -> State {
    let mut state = proven_by_user(scope, state, Origin::Step(id));
    if state.knows_absence() {
        match reach(run, scope) {
            Reach::Nothing => {}
            Reach::Packages => state.forget_absent(false),
            Reach::Anything => state.forget_absent(true),
        }
    }
    state
}

/// The accounts behind a RUN that speaks of accounts.
fn after_run(run: &Run, scope: &Scope, state: State, id: StepId) -> State {
    let origin = Origin::Step(id);
    let mut state = proven_by_user(scope, state, origin);
    let after = match &run.command {
        RunCommand::Exec(words) => script::exec(words, state.clone(), scope, origin),
        RunCommand::Shell(_) => match (run.script(), run.shell()) {
            (Some(commands), Shell::Posix(_, flags)) => script::run(commands, state.clone(), flags, scope, origin),
            _ => None,
        },
        RunCommand::Foreign => None,
    };
    // What is not understood may have made anything, and may have changed what it speaks of.
    after.unwrap_or_else(|| {
        if simple::is_privileged(scope) || run.mentions("sudo") {
            state.forget_absent(true);
            if PROGRAMS.iter().any(|program| run.mentions(program)) {
                state.doubt("a RUN that is not understood manages accounts");
            }
        }
        state
    })
}

/// Programs and files that decide about accounts.
const PROGRAMS: [&str; 16] = [
    "useradd",
    "adduser",
    "groupadd",
    "addgroup",
    "usermod",
    "groupmod",
    "userdel",
    "deluser",
    "groupdel",
    "delgroup",
    "gpasswd",
    "/etc/passwd",
    "/etc/group",
    "/etc/login.defs",
    "/etc/default/useradd",
    "/etc/adduser.conf",
];
/// Programs that prove an account to be there.
const PROVERS: [&str; 7] = ["chown ", "chgrp ", "getent ", "su ", "gosu ", "su-exec ", "sudo -"];

/// Whether the RUN speaks of accounts, so that its commands have to be read.
fn concerns(run: &Run) -> bool {
    // In exec form every word stands alone.
    let exec = matches!(run.command, RunCommand::Exec(_));
    let mentions = |program: &str| run.mentions(if exec { program.trim_end() } else { program });
    PROGRAMS.iter().chain(&PROVERS).any(|program| mentions(program))
}

/// What a RUN that does not speak of accounts can do to them, by a look at its text: reading the commands of every RUN
/// would take longer than all the rest.
fn reach(run: &Run, scope: &Scope) -> Reach {
    if !simple::is_privileged(scope) && !run.mentions("sudo") {
        return Reach::Nothing;
    }
    match &run.command {
        RunCommand::Exec(words) => harmless::reach_of_words(words),
        RunCommand::Shell(text) if matches!(run.shell(), Shell::Posix(..)) => harmless::scan(text.text()),
        RunCommand::Shell(_) | RunCommand::Foreign => Reach::Anything,
    }
}

/// Whether a COPY may bring /etc/passwd or /etc/group.
fn reaches_accounts(copy: &Copy) -> bool {
    match copy.destination.path.as_deref() {
        Some("/etc/passwd" | "/etc/group") => true,
        Some("/" | "/etc") => copy.sources.iter().any(|source| !is_other_file(copy, &source.text)),
        Some(_) => false,
        None => true,
    }
}

/// Whether the source is a file of another name, which is no directory either, by its looks.
fn is_other_file(copy: &Copy, source: &str) -> bool {
    let name = path::file_name(source);
    let plain = !source.ends_with('/') && !name.contains(['*', '?', '[', '$']) && !copy.parents;
    let ending = name.rsplit_once('.').map(|(before, ending)| !before.is_empty() && !ending.is_empty());
    let archive =
        copy.add && ["tar", "tgz", "gz", "xz", "bz2", "txz", "tbz2", "zst"].iter().any(|end| name.ends_with(end));
    plain && !archive && ending.unwrap_or(false)
}

/// What a COPY makes of the accounts.
fn copied(model: &BuildModel, copy: &Copy, triggers: bool, state: &mut State) {
    if !reaches_accounts(copy) {
        return;
    }
    state.touched = true;
    let destination = copy.destination.path.as_deref();
    let paths =
        copy.sources.iter().map(|source| (source.kind == SourceKind::Path).then(|| path::absolute("/", &source.text)));
    let sources: Option<Vec<String>> = paths.collect();
    let there = match copy.from {
        // A trigger means a stage of the file that it will run in.
        CopyFrom::Stage(index) if !triggers && !copy.parents && copy.excludes.is_empty() => Some(model.end_of(index)),
        _ => None,
    };
    let brings = |path: &str| sources.iter().flatten().any(|source| source == path);
    match (destination, sources.as_deref(), there) {
        (Some("/etc/passwd"), Some([only]), Some(there)) if only == "/etc/passwd" => state.users = there.users,
        (Some("/etc/group"), Some([only]), Some(there)) if only == "/etc/group" => state.groups = there.groups,
        (Some("/etc"), Some([only]), Some(there)) if only == "/etc" => {
            (state.users, state.groups) = (there.users, there.groups)
        }
        (Some("/"), Some([only]), Some(there)) if only == "/" => {
            (state.users, state.groups) = (there.users, there.groups)
        }
        (Some("/etc"), Some(all), Some(there)) if all.iter().all(|source| is_etc_file(source)) => {
            if brings("/etc/passwd") {
                state.users = there.users;
            }
            if brings("/etc/group") {
                state.groups = there.groups;
            }
        }
        (Some("/etc/passwd"), ..) => state.users().forget(),
        (Some("/etc/group"), ..) => state.groups().forget(),
        // A copy over the whole of / or /etc hardly ever brings these files, but it can.
        (Some(_), ..) => state.doubt("a COPY above may bring another /etc/passwd"),
        (None, ..) => state.forget_absent(true),
    }
}

/// Whether it is one of the files of /etc that are copied into images without a distribution.
fn is_etc_file(path: &str) -> bool {
    matches!(
        path,
        "/etc/passwd"
            | "/etc/group"
            | "/etc/shadow"
            | "/etc/gshadow"
            | "/etc/nsswitch.conf"
            | "/etc/hosts"
            | "/etc/services"
            | "/etc/localtime"
    )
}
