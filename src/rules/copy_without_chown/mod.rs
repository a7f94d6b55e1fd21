//! `copy-without-chown`

use super::{Rule, RuleContext};
use crate::finding::Finding;

/// The rule.
pub static RULE: CopyWithoutChown = CopyWithoutChown;

/// See `rules/copy-without-chown/README.md`.
pub struct CopyWithoutChown;

impl Rule for CopyWithoutChown {
    fn check(&self, _ctx: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
}
