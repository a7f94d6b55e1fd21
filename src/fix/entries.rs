//! What is found in a state of the texts, and how it is known again in the next one.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::places::Places;
use super::suppress::Suppressions;
use super::verify::Parsed;
use super::{Checker, Moved};
use crate::finding::Finding;
use crate::text::Span;

/// Old and new places of what is still there, and old places of what is gone.
type Links = (Vec<(usize, usize)>, Vec<usize>);

/// A finding of the current round.
pub(super) struct Entry {
    pub(super) finding: Finding,
    /// The place in the report of the finding that this one is.
    pub(super) origin: Option<usize>,
    pub(super) suppressed: bool,
    /// Its fix proved wrong.
    pub(super) quarantined: bool,
    /// Whether its fix is wanted, where that was asked.
    pub(super) wanted: Option<bool>,
}

pub(super) struct State {
    pub(super) parsed: Parsed,
    pub(super) entries: Vec<Entry>,
}

impl State {
    /// The entry that says of the same place what `finding` said before the text `moved`, in other words, or the same of another
    /// place, where what it is about was put; none of those that are `known` for another one.
    pub(super) fn successor(&self, finding: &Finding, moved: &Moved, known: &HashSet<usize>) -> Option<usize> {
        let place = moved.forward(finding.span);
        let beside = |span: Span| span.start <= place.end && place.start <= span.end;
        let entries = self.entries.iter().enumerate();
        let unknown = entries.filter(|(index, entry)| entry.origin.is_none() && !known.contains(index));
        let mut of_rule = unknown.filter(|(_, entry)| entry.finding.rule == finding.rule);
        let found = of_rule.clone().find(|(_, entry)| beside(entry.finding.span));
        let found = found.or_else(|| of_rule.find(|(_, entry)| entry.finding.message == finding.message));
        found.map(|(index, _)| index)
    }

    /// Recognises the findings of the round before in `next`: those that are still there, and those that are gone.
    ///
    /// A finding is the same if its rule and message are, and it stands where the other one went.
    ///
    /// # Errors
    /// One of `chosen`, whose fixes were written, is still there.
    pub(super) fn link(&self, next: &[Entry], chosen: &[usize], moved: &Moved) -> Result<Links, String> {
        let mut by_words = HashMap::<(&str, &str), Places>::new();
        for (index, entry) in next.iter().enumerate() {
            let Finding { rule, message, span, .. } = &entry.finding;
            by_words.entry((rule, message)).or_default().push(*span, index);
        }
        let written: HashSet<usize> = chosen.iter().copied().collect();
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        // First those that nobody tried to mend, at the very same place, so that they are not taken for a failure.
        let (tried, others): (Vec<_>, Vec<_>) = (0..self.entries.len()).partition(|index| written.contains(index));
        for index in others.into_iter().chain(tried) {
            let entry = &self.entries[index];
            let place = moved.forward(entry.finding.span);
            let same = by_words.get_mut(&(entry.finding.rule, entry.finding.message.as_str()));
            let found = same.and_then(|places| places.take(place));
            match found {
                Some(_) if written.contains(&index) => return Err("what it should mend is still there".to_owned()),
                Some(found) => {
                    kept.push((index, found));
                }
                None => gone.push(index),
            }
        }
        Ok((kept, gone))
    }
}

/// The finding as it stood before `moved`.
pub(super) fn back(mut finding: Finding, moved: &Moved) -> Finding {
    finding.span = moved.backward(finding.span);
    for related in &mut finding.related {
        related.span = moved.backward(related.span);
    }
    finding
}

/// What is found in a state, in file order.
pub(super) fn look(parsed: &Parsed, checker: &dyn Checker, written: &BTreeSet<&'static str>) -> Vec<Entry> {
    let (suppressions, _) = Suppressions::read(&parsed.dockerfile, checker);
    let mut findings = checker.check(&parsed.dockerfile, parsed.texts.dockerignore.as_deref(), written);
    findings.sort_by(|one, other| (one.span, one.rule, &one.message).cmp(&(other.span, other.rule, &other.message)));
    let entry = |finding| {
        let suppressed = suppressions.cover(&finding, checker);
        Entry { finding, origin: None, suppressed, quarantined: false, wanted: None }
    };
    findings.into_iter().map(entry).collect()
}
