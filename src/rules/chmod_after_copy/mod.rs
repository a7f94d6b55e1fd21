//! `chmod-after-copy`

use super::{Rule, RuleContext};
use crate::finding::Finding;

/// The rule.
pub static RULE: ChmodAfterCopy = ChmodAfterCopy;

/// See `rules/chmod-after-copy/README.md`.
pub struct ChmodAfterCopy;

impl Rule for ChmodAfterCopy {
    fn check(&self, _ctx: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
}
