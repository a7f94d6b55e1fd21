//! A user who is made below the copy: the RUN that makes it moves up, where that changes nothing else.

use std::rc::Rc;

use super::between::{MovedRuns, is_harmless};
use super::commands::program;
use super::images::Image;
use super::look::Look;
use super::owner::{self, Flag};
use crate::model::accounts::{Accounts, Known, Origin};
use crate::model::{Run, RunCommand, Scope, Step, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::shell::{Word, makes_accounts_only, names_variable};
use crate::syntax::Instruction;
use crate::text::Edit;

/// RUN instructions that move above a copy.
pub struct Moved {
    /// The edits that move them.
    pub edits: Vec<Edit>,
    /// What is not proven.
    pub doubts: Vec<String>,
    /// The accounts that are there in front of the copy then.
    pub accounts: Rc<Accounts>,
}

/// Moves what makes the user of `image` above the first copy of the stage that needs it; else the reason why not.
pub fn above(look: &Look<'_>, image: &Image<'_>) -> Result<Moved, String> {
    let model = look.ctx.model;
    let last = last_maker(look, image)?;
    let first = first_in_need(look, image);
    let steps = &model.stages[first.stage].steps;
    let between = first.step..last.step;
    let movable = |step: &usize| accounts_text(&steps[*step]).is_some();
    let moving: Vec<usize> = between.clone().filter(movable).chain([last.step]).collect();
    let staying: Vec<StepId> =
        between.filter(|step| !moving.contains(step)).map(|step| StepId { stage: first.stage, step }).collect();
    let target = &steps[first.step];
    for step in &moving {
        stands_alike(&steps[*step], target)?;
    }
    let homes = homes(look, image, moving.iter().map(|step| &steps[*step]))?;
    let mut doubts = Vec::new();
    let moved = MovedRuns { steps: moving.iter().map(|step| &steps[*step]).collect(), first, homes };
    for id in &staying {
        doubts.extend(moved.in_between(look, image, *id)?);
    }
    doubts.dedup();
    if moving.iter().all(|step| numbers_are_given(&steps[*step])) {
        doubts.clear();
    }
    let text = look.ctx.dockerfile.text();
    let moving: Vec<&Instruction> = moving.iter().map(|step| &steps[*step].outer).collect();
    let edits = target.outer.move_above(text, &moving);
    let after = StepId { stage: last.stage, step: last.step + 1 };
    let accounts = if after.step < steps.len() { model.accounts(after) } else { model.final_accounts(last.stage) };
    Ok(Moved { edits, doubts, accounts })
}

/// What a RUN that nobody can read for certain may mean for a user of whom nothing else is known.
pub enum Perhaps {
    /// It may make the user below the copy.
    Below(String),
    /// It may make the user above the copy.
    Above(String),
}

/// Whether a RUN may make the user of `image`, so that nobody can tell whether it is there when the copy at `id` runs.
pub fn perhaps_made(ctx: &RuleContext<'_>, id: StepId, image: &Image<'_>) -> Option<Perhaps> {
    let user = image.user;
    let mut above = None;
    for step_id in &image.history {
        let step = ctx.model.step(*step_id);
        let StepKind::Run(run) = &step.kind else { continue };
        if step.scope.user.other().is_some() {
            continue;
        }
        let speaks = run.mentions(user) && ["useradd", "adduser", "/etc/passwd"].iter().any(|word| run.mentions(word));
        if *step_id < id && speaks {
            above = Some(Perhaps::Above(format!("nobody can tell whether a RUN makes `{user}` on every build")));
        } else if *step_id > id && (speaks || !is_harmless(run)) {
            return Some(Perhaps::Below(format!("a RUN below the copy may be what makes `{user}`")));
        }
    }
    above
}

/// The last step that the user or its group comes from, in the stage of the copy and below it.
fn last_maker(look: &Look<'_>, image: &Image<'_>) -> Result<StepId, String> {
    let accounts = look.ctx.model.final_accounts(image.stage);
    let step = |origin: Origin| match origin {
        Origin::Step(step) if step > look.id => Some(step),
        _ => None,
    };
    let (user, own_group) = match accounts.user(image.user) {
        Known::Exists(user) | Known::Likely(user, _) => (step(user.origin), user.group),
        Known::Missing => return Err("nothing in the file makes it".to_owned()),
        Known::Unknown => return Err("nobody can tell whether something below it does".to_owned()),
    };
    let group = image.group.map(str::to_owned).or(own_group).and_then(|group| match accounts.group(&group) {
        Known::Exists(group) | Known::Likely(group, _) => step(group.origin),
        Known::Missing | Known::Unknown => None,
    });
    let last = user.max(group).ok_or("nobody can tell where it is made")?;
    let made = look.ctx.model.step(last);
    if last.stage != look.id.stage {
        return Err("another stage makes it".to_owned());
    }
    if accounts_text(made).is_none() {
        return Err("the RUN that makes it does something else as well".to_owned());
    }
    Ok(last)
}

/// The command of a RUN that does nothing but make accounts.
fn accounts_text(step: &Step) -> Option<String> {
    let StepKind::Run(Run { command: RunCommand::Shell(_), .. }) = &step.kind else { return None };
    let plain = step.instruction.flags().is_empty() && step.outer.heredocs().is_empty();
    let text = step.instruction.shell_text().filter(|_| plain)?;
    makes_accounts_only(text.text()).then(|| text.text().to_owned())
}

/// The first copy of the stage whose flag waits for the same user.
fn first_in_need(look: &Look<'_>, image: &Image<'_>) -> StepId {
    let earlier = (0..look.id.step).map(|step| StepId { stage: look.id.stage, step });
    let asked = |id: StepId| {
        Look::new(look.ctx, id).is_some_and(|other| {
            other.open(image).is_some() && matches!(owner::flag(look.ctx, id, image), Flag::NotYet(_))
        })
    };
    // Every copy asks this of all in front of it.
    let waits = |id: &StepId| {
        let known = &look.ctx.shared.waiting;
        let key = (*id, image.stage);
        let answer = known.borrow().get(&key).copied();
        answer.unwrap_or_else(|| {
            let answer = asked(*id);
            known.borrow_mut().insert(key, answer);
            answer
        })
    };
    earlier.into_iter().find(waits).unwrap_or(look.id)
}

/// Whether a RUN does the same above `target`: as the same user, in the same shell, with the variables that it names.
fn stands_alike(run: &Step, target: &Step) -> Result<(), String> {
    let (here, there): (&Scope, &Scope) = (&target.scope, &run.scope);
    if here.user != there.user || here.user_group != there.user_group {
        return Err("the RUN that makes it stands below another USER".to_owned());
    }
    if here.shell != there.shell {
        return Err("the RUN that makes it stands below another SHELL".to_owned());
    }
    let text = accounts_text(run).unwrap_or_default();
    let needed = |name: &str| name == "PATH" || names_variable(&text, name);
    let names = here.variables.keys().chain(there.variables.keys()).filter(|name| needed(name));
    for name in names {
        if here.variables.get(name) != there.variables.get(name) {
            return Err(format!("the RUN that makes it uses `${name}`, which is set in between"));
        }
    }
    Ok(())
}

/// Directories that the commands make, or may make: homes.
fn homes<'s>(look: &Look<'_>, image: &Image<'_>, runs: impl Iterator<Item = &'s Step>) -> Result<Vec<String>, String> {
    let mut homes = Vec::new();
    match look.ctx.model.final_accounts(image.stage).user(image.user) {
        Known::Exists(user) | Known::Likely(user, _) => {
            homes.push(user.home.unwrap_or_else(|| format!("/home/{}", user.name)));
        }
        Known::Missing | Known::Unknown => {}
    }
    let mut keeps_off = true;
    for step in runs {
        let StepKind::Run(run) = &step.kind else { continue };
        for command in run.steps().unwrap_or_default() {
            let words = &command.command.words;
            keeps_off &= makes_no_home(words);
            for word in words {
                if let Some(value) = word.resolve(|name| step.scope.variable(name)) {
                    let value = value.split_once('=').map_or(value.as_str(), |(_, value)| value);
                    homes.extend(value.starts_with('/').then(|| path::absolute("/", value)));
                } else if word.raw.contains('/') || word.raw.starts_with("-d") {
                    return Err("nobody can tell where its home is".to_owned());
                }
            }
        }
    }
    Ok(if keeps_off { Vec::new() } else { homes })
}

/// Whether the commands of a RUN say which numbers the accounts get.
fn numbers_are_given(step: &Step) -> bool {
    let StepKind::Run(run) = &step.kind else { return false };
    let steps = run.steps().unwrap_or_default();
    steps.iter().all(|step| {
        let words = &step.command.words;
        let has = |short: &str, long: &str| {
            words
                .iter()
                .any(|word| (word.raw.starts_with(short) && !word.raw.starts_with("--")) || word.raw.starts_with(long))
        };
        match program(words) {
            Some("useradd" | "adduser") => has("-u", "--uid"),
            Some("groupadd" | "addgroup") => has("-g", "--gid"),
            _ => true,
        }
    })
}

/// Whether a command makes no home: it makes no user, or is told not to.
fn makes_no_home(words: &[Word]) -> bool {
    let name = words.first().and_then(Word::literal).map(path::file_name).unwrap_or_default();
    let has = |options: &[&str]| words.iter().any(|word| options.contains(&word.raw.as_str()));
    match name {
        "useradd" => has(&["-M", "--no-create-home"]),
        "adduser" => has(&["-H", "--no-create-home"]),
        _ => true,
    }
}
