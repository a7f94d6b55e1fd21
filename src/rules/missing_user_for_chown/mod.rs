//! `missing-user-for-chown`

use super::{Rule, RuleContext};
use crate::finding::Finding;

/// The rule.
pub static RULE: MissingUserForChown = MissingUserForChown;

/// See `rules/missing-user-for-chown/README.md`.
pub struct MissingUserForChown;

impl Rule for MissingUserForChown {
    fn check(&self, _ctx: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
}
