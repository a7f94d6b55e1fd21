//! `chown-after-copy`

use super::{Rule, RuleContext};
use crate::finding::Finding;

/// The rule.
pub static RULE: ChownAfterCopy = ChownAfterCopy;

/// See `rules/chown-after-copy/README.md`.
pub struct ChownAfterCopy;

impl Rule for ChownAfterCopy {
    fn check(&self, _ctx: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
}
