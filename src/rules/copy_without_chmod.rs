//! `copy-without-chmod`: what is copied gets the mode that its use needs.

use super::{Rule, RuleContext};
use crate::finding::Finding;

/// The rule.
pub static RULE: CopyWithoutChmod = CopyWithoutChmod;

/// See `rules/copy-without-chmod/README.md`.
pub struct CopyWithoutChmod;

impl Rule for CopyWithoutChmod {
    fn check(&self, _ctx: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
}
