//! `mode-change-as-non-root`

use super::{Rule, RuleContext};
use crate::finding::Finding;

/// The rule.
pub static RULE: ModeChangeAsNonRoot = ModeChangeAsNonRoot;

/// See `rules/mode-change-as-non-root/README.md`.
pub struct ModeChangeAsNonRoot;

impl Rule for ModeChangeAsNonRoot {
    fn check(&self, _ctx: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
}
