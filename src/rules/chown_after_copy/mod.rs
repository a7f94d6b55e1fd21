//! `chown-after-copy`: a `RUN chown` that covers what a COPY brought becomes `--chown` of the COPY.

mod owner;

use super::{Rule, RuleContext};
use crate::finding::Finding;
use crate::rewrite::call::{Call, calls};
use crate::rewrite::merge::{Merge, Request};
use crate::rewrite::{Property, Site};
use crate::settings::Builder;
use crate::shell::{Chown, Word};

const SLUG: &str = "chown-after-copy";

/// The rule.
pub static RULE: ChownAfterCopy = ChownAfterCopy;

/// See `rules/chown-after-copy/README.md`.
pub struct ChownAfterCopy;

impl Rule for ChownAfterCopy {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let site = ctx.site();
        for program in ["chown", "chgrp"] {
            findings.extend(calls(ctx.model, program).iter().filter_map(|call| finding(ctx, &site, call)));
        }
        findings.sort_by_key(|finding| finding.span);
    }
}

fn finding(ctx: &RuleContext<'_>, site: &Site<'_>, call: &Call<'_>) -> Option<Finding> {
    let chown = Chown::new(call.command.arguments())?;
    // With -L and -H it follows links, and may reach anything.
    let follows = |word: &Word| {
        let option = word.literal().unwrap_or_default();
        option == "--dereference" || (is_short_options(option) && option.contains(['L', 'H']))
    };
    let word = chown.ownership?;
    if call.command.arguments().iter().any(follows) {
        return None;
    }
    let words: Vec<&str> = call.command.words.iter().map(|word| word.raw.as_str()).collect();
    let owner = owner::Owner::read(call, word)?;
    let request = Request {
        rule: SLUG,
        call,
        property: Property::Owner,
        paths: chown.paths.clone(),
        recursive: chown.recursive,
        buildah: ctx.settings.builds_with(Builder::Buildah),
        context_is_certain: ctx.context_is_certain,
        shown: words.join(" "),
        owner: owner.given().map(|given| (word, given)),
        keeps_directories: false,
    };
    let mut merge = Merge::new(site, request)?;
    let flags = owner.flags(ctx, &mut merge);
    Some(merge.finding(site, &flags))
}

fn is_short_options(option: &str) -> bool {
    option.starts_with('-') && !option.starts_with("--")
}
