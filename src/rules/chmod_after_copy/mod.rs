//! `chmod-after-copy`: a `RUN chmod` that covers what a COPY brought becomes `--chmod` of the COPY.

pub(super) mod bits;

use super::{Rule, RuleContext};
use crate::finding::Finding;
use crate::rewrite::call::{Call, calls};
use crate::rewrite::merge::{Merge, Request};
use crate::rewrite::{Property, Site};
use crate::settings::Builder;
use crate::shell::{Chmod, Mode, apply_mode};

const SLUG: &str = "chmod-after-copy";

/// The rule.
pub static RULE: ChmodAfterCopy = ChmodAfterCopy;

/// See `rules/chmod-after-copy/README.md`.
pub struct ChmodAfterCopy;

impl Rule for ChmodAfterCopy {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let site = ctx.site();
        findings.extend(calls(ctx.model, "chmod").iter().filter_map(|call| finding(ctx, &site, call)));
    }
}

fn finding(ctx: &RuleContext<'_>, site: &Site<'_>, call: &Call<'_>) -> Option<Finding> {
    let chmod = Chmod::new(call.command.arguments())?;
    let written = match &chmod.mode {
        Mode::Octal(_) => chmod.mode_word?.literal()?.to_owned(),
        Mode::Symbolic(mode) => mode.clone(),
        Mode::Reference | Mode::Unknown => return None,
    };
    let words: Vec<&str> = call.command.words.iter().map(|word| word.raw.as_str()).collect();
    let request = Request {
        rule: SLUG,
        call,
        property: Property::Mode,
        paths: chmod.paths.clone(),
        recursive: chmod.recursive,
        buildah: ctx.settings.builds_with(Builder::Buildah),
        context_is_certain: ctx.context_is_certain,
        shown: words.join(" "),
        owner: None,
        keeps_directories: apply_mode(&written, 0o755, true) == Some(0o755),
    };
    let mut merge = Merge::new(site, request)?;
    let flags = bits::Bits { ctx, written: &written, octal: matches!(chmod.mode, Mode::Octal(_)) }.flags(&mut merge);
    Some(merge.finding(site, &flags))
}
