//! Fixes that somebody is asked about, one by one: what is shown of each, and what was answered.

use super::{Plan, Texts};
use crate::finding::Finding;
use crate::model::cache::Gain;

/// A fix that would be written next.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// What it mends. The spans, but for those of the fix, are in the original text, or as near as that goes.
    pub finding: Finding,
    /// The texts that the fix would be written into, with the fixes of all rounds before.
    pub texts: &'a Texts,
    /// How many other fixes nobody was asked about yet, as far as can be told today.
    pub waiting: usize,
    /// What it gives, where the checker knows.
    pub gain: Option<Gain>,
}

impl Proposal<'_> {
    /// The texts with this fix alone.
    #[must_use]
    pub fn written(&self) -> Texts {
        let mut plan = Plan::new();
        if let Some(fix) = &self.finding.fix {
            plan.accept(fix);
        }
        plan.apply(self.texts)
    }
}

/// Fixes that nobody wants and that a round did away with. Where another fix moved the instruction, they come up again at its new
/// place, and that is no reason to ask again.
#[derive(Debug, Default)]
pub(super) struct Refused(Vec<(&'static str, String, Option<usize>)>);

impl Refused {
    /// Remembers the fix of `finding`, which is `origin` in the report.
    pub(super) fn add(&mut self, finding: &Finding, origin: Option<usize>) {
        self.0.push((finding.rule, title(finding).to_owned(), origin));
    }

    /// Forgets one that is the fix of `finding`, and gives its place in the report.
    pub(super) fn take(&mut self, finding: &Finding) -> Option<Option<usize>> {
        let known = self.0.iter().position(|(rule, known, _)| *rule == finding.rule && *known == title(finding))?;
        Some(self.0.swap_remove(known).2)
    }
}

fn title(finding: &Finding) -> &str {
    finding.fix.as_ref().map_or("", |fix| &fix.title)
}
