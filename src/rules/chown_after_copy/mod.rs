//! `chown-after-copy`: a `RUN chown` that covers what a COPY brought becomes `--chown` of the COPY.

mod owner;

use super::{Rule, RuleContext};
use crate::finding::{Finding, Fix, Related, Target as File};
use crate::model::{Copy, Step, StepId, StepKind};
use crate::rewrite::call::{Call, Target, calls};
use crate::rewrite::touched::{Covered, Touched, left, touched};
use crate::rewrite::{Property, Site, bystanders, removal};
use crate::settings::Applicability;
use crate::shell::{Chown, Word};
use crate::text::{Edit, Span};

const SLUG: &str = "chown-after-copy";

/// The rule.
pub static RULE: ChownAfterCopy = ChownAfterCopy;

/// See `rules/chown-after-copy/README.md`.
pub struct ChownAfterCopy;

impl Rule for ChownAfterCopy {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let site = ctx.site();
        findings.extend(calls(ctx.model, "chown").iter().filter_map(|call| finding(ctx, &site, call)));
    }
}
