//! `missing-user-for-chown`: a name behind `--chown` or USER that nobody has there.
//!
//! `model::accounts` knows who is there; this module asks it about each name that an instruction uses, at the place where it
//! is used, and `words` says what the builders make of one that is missing.

mod words;

use super::{Rule, RuleContext};
use crate::finding::{Finding, Related};
use crate::model::accounts::{Accounts, Known, Origin};
use crate::model::{Base, BuildModel, Step, StepId, StepKind};
use crate::settings::{Applicability, Builder};
use crate::syntax::{SyntaxKind, UserInstruction};
use crate::text::Span;

const SLUG: &str = "missing-user-for-chown";

/// The rule.
pub static RULE: MissingUserForChown = MissingUserForChown;

/// See `rules/missing-user-for-chown/README.md`.
pub struct MissingUserForChown;

impl Rule for MissingUserForChown {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        for (stage, steps) in ctx.model.stages.iter().enumerate().filter(|(_, stage)| !stage.windows) {
            for (step, found) in steps.steps.iter().enumerate() {
                let id = StepId { stage, step };
                findings.extend(match &found.kind {
                    StepKind::Copy(copy) => copy.chown.as_deref().and_then(|owner| of_copy(ctx, id, owner)),
                    _ => UserInstruction::cast(&found.instruction).and_then(|user| of_user(ctx, id, &user)),
                });
            }
        }
        findings.sort_by_key(|finding| finding.span);
    }
}

/// `OWNER[:GROUP]` with its variables replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner {
    user: String,
    /// `None` without a colon.
    group: Option<String>,
    /// Whether a build argument can change it.
    by_default: bool,
}

/// Which name nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    User,
    Group,
    /// The group that the classic builder takes where none is named.
    GroupOfThatName,
}

impl Owner {
    fn of(step: &Step, text: &str) -> Option<Self> {
        let value = step.scope.expand(text, step.instruction.escape())?;
        let (user, group) = match value.value.split_once(':') {
            Some((user, group)) => (user.trim(), Some(group.trim().to_owned())),
            None => (value.value.trim(), None),
        };
        Some(Self { user: user.to_owned(), group, by_default: value.overridable })
    }

    /// The first name that is missing.
    fn missing(&self, accounts: &Accounts) -> Option<Missing> {
        let is_name = |name: &str| !name.is_empty() && name.parse::<u32>().is_err();
        if is_name(&self.user) && accounts.user(&self.user) == Known::Missing {
            return Some(Missing::User);
        }
        let group = self.group.as_deref().filter(|group| is_name(group))?;
        (accounts.group(group) == Known::Missing).then_some(Missing::Group)
    }

    fn name(&self, missing: Missing) -> &str {
        match missing {
            Missing::User | Missing::GroupOfThatName => &self.user,
            Missing::Group => self.group.as_deref().unwrap_or_default(),
        }
    }
}

fn of_copy(ctx: &RuleContext<'_>, id: StepId, text: &str) -> Option<Finding> {
    let step = ctx.model.step(id);
    let owner = Owner::of(step, text)?;
    let accounts = ctx.model.accounts(id);
    let missing = owner.missing(&accounts).or_else(|| missing_on_classic(ctx, &owner, &accounts))?;
    let name = owner.name(missing);
    let mut reason = words::of_copy(ctx, &owner, missing, is_empty(ctx.model, id));
    let made = made_below(ctx.model, id, name, missing);
    let keyword = step.instruction.keyword().to_ascii_uppercase();
    let noun = if missing == Missing::User { "user" } else { "group" };
    let default = if owner.by_default { ", by default" } else { "" };
    let mut related = Vec::new();
    if let Some(span) = made {
        reason.push_str(&format!("; the {noun} is made further down"));
        related.push(Related { span, message: format!("makes `{name}`") });
    }
    Some(Finding {
        rule: SLUG,
        span: step.span(),
        message: format!("there is no {noun} `{name}` at this {keyword}{default}"),
        reason,
        applicability: Applicability::Display,
        paths: Vec::new(),
        related,
        fix: None,
    })
}

/// Without a group, the classic builder takes one that is called as the user.
fn missing_on_classic(ctx: &RuleContext<'_>, owner: &Owner, accounts: &Accounts) -> Option<Missing> {
    let asks = ctx.settings.builds_with(Builder::Classic) && owner.group.is_none();
    let named = owner.user.parse::<u32>().is_err() && matches!(accounts.user(&owner.user), Known::Exists(_));
    (asks && named && accounts.group(&owner.user) == Known::Missing).then_some(Missing::GroupOfThatName)
}

/// The use that is made of a USER.
struct Use {
    /// What runs as the user; `None` for the containers of the image.
    run: Option<Span>,
    missing: Missing,
}

fn of_user(ctx: &RuleContext<'_>, id: StepId, user: &UserInstruction) -> Option<Finding> {
    let step = ctx.model.step(id);
    let owner = Owner::of(step, &user.value()?.text())?;
    let found = first_use(ctx.model, id, step.instruction.span(), &owner)?;
    let name = owner.name(found.missing);
    let noun = if found.missing == Missing::User { "user" } else { "group" };
    let default = if owner.by_default { ", by default" } else { "" };
    let what = match found.run {
        Some(_) => "so the build fails at the RUN below",
        None => "so no container of the image starts",
    };
    let mut related = Vec::new();
    related.extend(found.run.map(|span| Related { span, message: format!("runs as `{}`", owner.user) }));
    Some(Finding {
        rule: SLUG,
        span: step.span(),
        message: format!("there is no {noun} `{name}`{default}, {what}"),
        reason: words::of_user(name, found.missing, found.run.is_some()),
        applicability: Applicability::Display,
        paths: Vec::new(),
        related,
        fix: None,
    })
}

/// The first RUN, or else the image, for which the USER holds and a name of it is missing.
fn first_use(model: &BuildModel, id: StepId, span: Span, owner: &Owner) -> Option<Use> {
    for (stage, found) in model.stages.iter().enumerate().skip(id.stage) {
        if !model.lineage(stage).contains(&id.stage) {
            continue;
        }
        for (step, found) in found.steps.iter().enumerate() {
            if found.scope.user_span == Some(span) && matches!(found.kind, StepKind::Run(_)) {
                let missing = owner.missing(&model.accounts(StepId { stage, step }));
                return missing.map(|missing| Use { run: Some(found.span()), missing });
            }
        }
    }
    let of_image = |stage: &usize| model.stages[*stage].end.user_span == Some(span);
    let stage = model.final_stages().into_iter().find(of_image)?;
    owner.missing(&model.final_accounts(stage)).map(|missing| Use { run: None, missing })
}

/// The instruction further down in the stage that makes the account.
fn made_below(model: &BuildModel, id: StepId, name: &str, missing: Missing) -> Option<Span> {
    let accounts = model.final_accounts(id.stage);
    let origin = match missing {
        Missing::User => match accounts.user(name) {
            Known::Exists(user) | Known::Likely(user, _) => user.origin,
            Known::Missing | Known::Unknown => return None,
        },
        Missing::Group | Missing::GroupOfThatName => match accounts.group(name) {
            Known::Exists(group) | Known::Likely(group, _) => group.origin,
            Known::Missing | Known::Unknown => return None,
        },
    };
    match origin {
        Origin::Step(made) if made.stage == id.stage && made > id => Some(model.step(made).span()),
        Origin::Step(_) | Origin::Base => None,
    }
}

/// Whether the image has no files at all there: it began with nothing, and nothing was put into it.
fn is_empty(model: &BuildModel, id: StepId) -> bool {
    let begins_empty = model.stages[model.lineage(id.stage)[0]].base == Base::Scratch;
    let mut before = model.history(id.stage).into_iter().filter(|step| *step < id).map(|step| model.step(step));
    let fills = |step: &Step| {
        matches!(step.kind, StepKind::Copy(_) | StepKind::Run(_))
            || step.instruction.kind() == SyntaxKind::WorkdirInstruction
    };
    begins_empty && !before.any(fills)
}
