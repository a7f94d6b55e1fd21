//! A copy, and the images in which nobody decided on the owner of what it brings.

use super::SLUG;
use super::images::Image;
use super::landed::{Landed, landed};
use super::risks::risks;
use super::sources::{Owned, owned};
use super::written;
use super::{asked, carried, settled};
use crate::model::access::is_root_only;
use crate::model::{Base, Copy, Step, StepId, StepKind};
use crate::rules::{RuleContext, text_option};
use crate::settings::{Applicability, OptionValue};

/// Why the owner may be right as it is, and the level that the fix then has at best.
pub type Doubt = (Applicability, String);

/// A copy without `--chown`.
pub struct Look<'a> {
    /// What may be looked at.
    pub ctx: &'a RuleContext<'a>,
    /// The copy.
    pub id: StepId,
    /// The same.
    pub step: &'a Step,
    copy: &'a Copy,
}

/// An image in which nobody decided on the owner of what the copy brings.
pub struct Open<'a> {
    /// The image.
    pub image: &'a Image<'a>,
    /// What it brings; `None` if it cannot be told where to.
    pub landed: Option<Vec<Landed>>,
    /// Why it may be right as it is.
    pub doubts: Vec<Doubt>,
    /// What shows that the program writes there, where that is asked for.
    pub evidence: Option<String>,
}

impl<'a> Look<'a> {
    /// Looks at the step at `id`; `None` if it is no copy whose files a flag could give away.
    pub fn new(ctx: &'a RuleContext<'a>, id: StepId) -> Option<Self> {
        let step = ctx.model.step(id);
        let StepKind::Copy(copy) = &step.kind else { return None };
        (copy.chown.is_none() && !settled::unpacks(ctx, id, copy)).then_some(Self { ctx, id, step, copy })
    }

    /// What is to be said of the copy in an image; `None` if nothing.
    pub fn open(&self, image: &'a Image<'a>) -> Option<Open<'a>> {
        let mut doubts: Vec<Doubt> = Vec::new();
        let mut doubt = |why: &str| doubts.push((Applicability::Unsafe, why.to_owned()));
        if matches!(image.user, "nobody" | "65534") {
            doubt("by convention `nobody` owns nothing: other programs run as it as well");
        }
        match owned(self.ctx.model, self.copy, image.user) {
            Owned::ByRoot => {}
            Owned::Doubtful(why) => doubt(&why),
            Owned::Divided(why) => doubts.push((Applicability::Display, why)),
            Owned::Decided => return None,
        }
        let Some(all) = landed(self.ctx, self.id, self.copy, &image.history) else {
            if self.only_written() || self.goes_to_an_unknown_root() {
                return None;
            }
            // What begins with a variable of the base image is a directory of its own as often as not; of the system, even.
            let by_variable = self.copy.destination.written.starts_with(['$', '"']);
            let level = if by_variable { Applicability::Display } else { Applicability::Unsafe };
            doubts.push((level, "nobody can tell from the file where the copy goes".to_owned()));
            return Some(Open { image, landed: None, doubts, evidence: None });
        };
        let give_system = matches!(self.option("system-paths"), Some(OptionValue::Flag(true)));
        let kept = |landed: &Landed| is_root_only(&landed.path) || (!give_system && settled::is_system(&landed.path));
        if all.iter().any(kept) {
            return None;
        }
        let (open, partly) = settled::open(self.ctx, self.id, self.copy, &all, image);
        if open.is_empty() {
            return None;
        }
        if partly {
            let why = "a chown below gives a part of it to somebody, so the rest may be root's on purpose";
            doubts.push((Applicability::Unsafe, why.to_owned()));
        }
        let mut evidence = None;
        if self.only_written() {
            let found = open.iter().find_map(|landed| written::evidence(self.ctx, landed, image))?;
            doubts.extend(found.part.map(|why| (Applicability::Display, why)));
            evidence = Some(found.what);
        }
        doubts.extend(carried::doubts(self.ctx, self.id, self.copy, &open));
        doubts.extend(asked::doubts(self.ctx.model, self.id, &image.history, &open));
        doubts.extend(risks(self.ctx, self.id, self.copy));
        let landed = Some(open.into_iter().cloned().collect());
        Some(Open { image, landed, doubts, evidence })
    }

    /// Whether it goes to the directory that a well-known image starts in, which is the root with all of the system.
    fn goes_to_an_unknown_root(&self) -> bool {
        let first = &self.ctx.model.stages[self.ctx.model.lineage(self.id.stage)[0]];
        let known = matches!(&first.base, Base::Image(image) if image.known().is_some());
        known && self.step.scope.workdir.is_none() && matches!(self.copy.destination.written.as_str(), "." | "./")
    }

    fn option(&self, name: &str) -> Option<&OptionValue> {
        self.ctx.settings.options.get(SLUG)?.get(name)
    }

    fn only_written(&self) -> bool {
        text_option(self.ctx.settings, SLUG, "when") == "written"
    }

    /// Whether the copy stands behind ONBUILD.
    pub fn is_trigger(&self) -> bool {
        self.step.outer != self.step.instruction
    }
}
