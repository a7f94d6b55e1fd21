//! `copy-without-chown`: what is copied belongs to the user who runs the image.
//!
//! `images` finds the images and who runs them, `landed` what a copy brings and where to, `settled` and `sources` whether
//! somebody decided on its owner already, `risks`, `carried` and `asked` what
//! might rely on the files being root's, and `written` what the
//! program writes; `look` puts these together. `owner` finds what the flag says, `creation` moves up what makes the user,
//! `decision` makes one fix of both, and `report` says it.

mod asked;
mod between;
mod carried;
mod commands;
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
        findings.extend(all(ctx).values().cloned());
    }
}

/// What is to be said of each copy.
fn all<'c>(ctx: &'c RuleContext<'_>) -> &'c BTreeMap<StepId, Finding> {
    ctx.shared.owners.get_or_init(|| {
        let images = images::all(ctx.model);
        if images.iter().all(Image::is_of_root) {
            return BTreeMap::new();
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
        let finding = |(id, images): (StepId, Vec<&Image<'_>>)| Some((id, report::finding(ctx, id, &images)?));
        copies.into_iter().filter_map(finding).collect()
    })
}

/// Whether this rule is about to give the copy at `id` to the user who runs the image, under the same settings. Who asks
/// whether that user may read its files can leave it at that.
pub(super) fn gives(ctx: &RuleContext<'_>, id: StepId) -> bool {
    if !super::is_selected(ctx.settings, SLUG) || is_ignored(ctx, id) {
        return false;
    }
    all(ctx)
        .get(&id)
        .is_some_and(|finding| finding.fix.is_some() && finding.applicability >= ctx.settings.lowest_written())
}

/// Whether a comment asks to leave the copy alone.
fn is_ignored(ctx: &RuleContext<'_>, id: StepId) -> bool {
    if !ctx.dockerfile.text().contains("dockfix:") {
        return false;
    }
    let meant = |text: &str| text.contains(SLUG) || text.contains("correctness") || !text.contains('[');
    let of_copy = ctx.model.step(id).outer.comments();
    let of_file = ctx.dockerfile.comments().into_iter().filter(|(_, text)| text.contains("ignore-file"));
    of_copy.into_iter().chain(of_file).any(|(_, text)| text.contains("dockfix:") && meant(&text))
}
