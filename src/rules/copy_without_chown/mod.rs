//! `copy-without-chown`: what is copied belongs to the user who runs the image.
//!
//! `images` finds the images and who runs them, `landed` what a copy brings and where to, `settled` and `sources` whether
//! somebody decided on its owner already, `risks` what might rely on the files being root's, and `written` what the
//! program writes; `look` puts these together. `owner` finds what the flag says, `creation` moves up what makes the user,
//! `decision` makes one fix of both, and `report` says it.

mod creation;
mod decision;
pub(super) mod images;
mod landed;
mod look;
pub(super) mod owner;
mod reach;
mod report;
mod risks;
pub(super) mod settled;
pub(super) mod sources;
mod written;

use std::collections::BTreeMap;

use super::{Rule, RuleContext};
use crate::finding::Finding;
use crate::model::{StepId, StepKind};
use images::Image;

const SLUG: &str = "copy-without-chown";

/// The rule.
pub static RULE: CopyWithoutChown = CopyWithoutChown;

/// See `rules/copy-without-chown/README.md`.
pub struct CopyWithoutChown;

impl Rule for CopyWithoutChown {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let images = images::run_by_others(ctx.model);
        if images.is_empty() {
            return;
        }
        let mut copies: BTreeMap<StepId, Vec<&Image<'_>>> = BTreeMap::new();
        for image in &images {
            for id in &image.history {
                if let StepKind::Copy(copy) = &ctx.model.step(*id).kind
                    && copy.chown.is_none()
                {
                    copies.entry(*id).or_default().push(image);
                }
            }
        }
        findings.extend(copies.iter().filter_map(|(id, images)| report::finding(ctx, *id, images)));
    }
}
