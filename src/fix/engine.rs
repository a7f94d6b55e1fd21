//! The rounds: what is found, what of it is written together, and what is done with a fix that proves wrong.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::choice::{Proposal, Refused};
use super::entries::{Entry, State, back, look};
use super::suppress::Suppressions;
use super::verify::{self, Parsed};
use super::{Checker, FixBug, Moved, Outcome, Plan, Reported, Status, Texts, plan};
use crate::finding::{Finding, Fix};
use crate::rules::{MayChange, Turn};
use crate::settings::Applicability;
use crate::syntax::Dockerfile;

/// How many rounds there may be at least. More are granted to a file with many fixes that exclude each other.
const ROUNDS: usize = 50;

/// How many bytes a text may grow by in any case, and to how many times its size if that is more. A fix inserts a few lines
/// for an instruction; rules that find something in what they inserted double a text with each round.
const GROWTH: (usize, usize) = (16 * 1024, 4);

/// After so many bad fixes in one file a rule is not asked again.
const BUGS_PER_RULE: usize = 8;

/// Writes every fix of at least the level `lowest_written` into `texts`, until there is none left.
///
/// A fix that fails verification is taken back and the rest goes on. Rules that undo each other, or never come to an
/// end, write nothing. Nothing is written into a Dockerfile with syntax errors either: builders refuse the whole file,
/// so nobody knows what it should have been, and what is found in it is for display.
pub fn run(texts: Texts, checker: &dyn Checker, lowest_written: Applicability) -> Outcome {
    let dockerfile = Dockerfile::parse(texts.dockerfile.as_str());
    run_parsed(texts, dockerfile, checker, lowest_written)
}

/// The same for a Dockerfile that has been parsed; its text has to be that of `texts`.
pub fn run_parsed(
    texts: Texts,
    dockerfile: Dockerfile,
    checker: &dyn Checker,
    lowest_written: Applicability,
) -> Outcome {
    let original = texts.clone();
    let mut engine = Engine::new(Parsed::of(texts, dockerfile), checker, lowest_written);
    let (_, warnings) = Suppressions::read(&engine.state.parsed.dockerfile, checker);
    let bug = engine.rounds();
    let (texts, rounds) = match bug {
        Some((rules, bug)) => {
            engine.nothing_was_written(&rules);
            engine.bugs.push(bug);
            (original, 0)
        }
        None => {
            engine.say_what_stands_in_the_way();
            (engine.state.parsed.texts, engine.moves.len())
        }
    };
    Outcome { texts, findings: engine.reported, bugs: engine.bugs, warnings, rounds }
}

/// What writing some fixes leads to.
struct Step {
    state: State,
    moved: Moved,
    /// The entries of the state before that are still there, each with its new place.
    kept: Vec<(usize, usize)>,
    /// Those that are gone.
    gone: Vec<usize>,
}

/// The rules that do not come to rest, and what to say of them.
type Unrest = (BTreeSet<&'static str>, FixBug);

struct Engine<'a> {
    checker: &'a dyn Checker,
    lowest_written: Applicability,
    state: State,
    reported: Vec<Reported>,
    bugs: Vec<FixBug>,
    /// How each round moved the Dockerfile.
    moves: Vec<Moved>,
    /// The rules of which a fix was written so far.
    written: BTreeSet<&'static str>,
    /// The fixes that nobody wants and that are gone.
    refused: Refused,
}

impl<'a> Engine<'a> {
    fn new(parsed: Parsed, checker: &'a dyn Checker, lowest_written: Applicability) -> Self {
        let mut entries = look(&parsed, checker, &BTreeSet::new());
        entries.retain(|entry| checker.is_asked(&entry.finding));
        let broken = !parsed.dockerfile.errors().is_empty();
        let mut reported = Vec::new();
        for (index, entry) in entries.iter_mut().enumerate() {
            entry.origin = Some(index);
            let finding = entry.finding.clone();
            let status = match finding.applicability {
                _ if entry.suppressed => Status::Suppressed,
                Applicability::Display => Status::Display,
                _ if broken || finding.fix.is_none() => Status::Display,
                _ => Status::Available,
            };
            let asked = status != Status::Suppressed;
            let gain = asked.then(|| checker.gain(&finding, &parsed.dockerfile, &parsed.texts)).flatten();
            reported.push(Reported { finding, status, round: 1, written_first: false, gain });
        }
        let state = State { parsed, entries };
        let (bugs, moves, written, refused) = Default::default();
        Self { checker, lowest_written, state, reported, bugs, moves, written, refused }
    }

    /// Writes until nothing is left; gives the bug of rules that do not come to rest.
    fn rounds(&mut self) -> Option<Unrest> {
        if !self.state.parsed.dockerfile.errors().is_empty() {
            return None;
        }
        let mut seen = HashMap::from([(self.state.parsed.texts.clone(), 0)]);
        let mut rules_by_round: Vec<BTreeSet<&'static str>> = Vec::new();
        let limit = ROUNDS.max(2 * self.candidates().len());
        let largest = GROWTH.0 + GROWTH.1 * self.state.parsed.texts.len();
        loop {
            let candidates = self.candidates();
            if candidates.is_empty() {
                return None;
            }
            let accepted = self.accept(self.in_turn(candidates));
            let Some((step, written)) = self.settle(accepted) else { continue };
            rules_by_round.push(written.iter().map(|index| self.state.entries[*index].finding.rule).collect());
            self.take(step, &written);
            if let Some(first) = seen.get(&self.state.parsed.texts) {
                let message = "the text returns to what it was, so nothing was written".to_owned();
                return Some(unrest(&rules_by_round[*first..], message));
            }
            seen.insert(self.state.parsed.texts.clone(), self.moves.len());
            if self.moves.len() >= limit || self.state.parsed.texts.len() > largest {
                let count = self.moves.len();
                let last = count.saturating_sub(ROUNDS / 2);
                let message = format!("the text still changes after {count} rounds, so nothing was written");
                return Some(unrest(&rules_by_round[last..], message));
            }
        }
    }

    /// The findings whose fixes may be written, in file order.
    fn candidates(&self) -> Vec<usize> {
        let mut bugs = HashMap::<&str, usize>::new();
        for bug in &self.bugs {
            *bugs.entry(&bug.rule).or_default() += 1;
        }
        let entries = self.state.entries.iter().enumerate();
        let written = entries.filter(|(_, entry)| {
            let level = entry.finding.applicability;
            entry.finding.fix.is_some()
                && level >= self.lowest_written
                && level != Applicability::Display
                && !entry.suppressed
                && !entry.quarantined
                && entry.wanted != Some(false)
                && bugs.get(entry.finding.rule).is_none_or(|count| *count < BUGS_PER_RULE)
        });
        written.map(|(index, _)| index).collect()
    }

    /// `candidates` without those that wait until there are no others, those that go first in front.
    fn in_turn(&self, mut candidates: Vec<usize>) -> Vec<usize> {
        let turn = |index: &usize| self.checker.turn(self.state.entries[*index].finding.rule);
        if candidates.iter().any(|index| turn(index) != Turn::Last) {
            candidates.retain(|index| turn(index) != Turn::Last);
        }
        candidates.sort_by_key(turn);
        candidates
    }

    /// What of `candidates` goes together. Fixes that cannot be written at all are put aside.
    fn accept(&mut self, candidates: Vec<usize>) -> Vec<usize> {
        let mut plan = Plan::new();
        let mut accepted = Vec::new();
        let asks = self.checker.asks_for_fixes();
        for index in candidates {
            let Some(fix) = &self.state.entries[index].finding.fix else { continue };
            if let Some(message) = plan::malformed(fix, &self.state.parsed.texts) {
                self.quarantine(index, message);
                continue;
            }
            // What waits for the next round is asked about there, with the text that it has then.
            if asks && !(plan.clone().accept(fix) && self.is_wanted(index)) {
                continue;
            }
            if self.state.entries[index].finding.fix.as_ref().is_some_and(|fix| plan.accept(fix)) {
                accepted.push(index);
            }
        }
        accepted
    }

    /// Whether somebody wants the fix of this entry, which is asked once.
    fn is_wanted(&mut self, index: usize) -> bool {
        let entries = &self.state.entries;
        if let Some(wanted) = entries[index].wanted {
            return wanted;
        }
        let finding = self.in_original(entries[index].finding.clone());
        let waiting = self.candidates().into_iter().filter(|other| *other != index && entries[*other].wanted.is_none());
        let gain = entries[index].origin.and_then(|origin| self.reported.get(origin)?.gain.clone());
        let texts = &self.state.parsed.texts;
        let wanted = self.checker.is_wanted(&Proposal { finding, texts, waiting: waiting.count(), gain });
        self.state.entries[index].wanted = Some(wanted);
        wanted
    }

    /// Writes as many of `accepted` as verification lets pass, and puts aside those that fail on their own.
    ///
    /// Halves what fails until the culprits are found, so that a few bad fixes among many cost little. One that fails only
    /// in company waits for the next round.
    fn settle(&mut self, accepted: Vec<usize>) -> Option<(Step, Vec<usize>)> {
        let (mut kept, mut best) = (Vec::new(), None);
        let mut chunks = vec![accepted];
        while let Some(mut chunk) = chunks.pop() {
            if chunk.is_empty() {
                continue;
            }
            let trial: Vec<usize> = kept.iter().chain(&chunk).copied().collect();
            match self.attempt(&trial) {
                Ok(step) => {
                    kept = trial;
                    best = Some(step);
                }
                Err(message) if chunk.len() == 1 => {
                    let alone = if kept.is_empty() { Some(message) } else { self.attempt(&chunk).err() };
                    if let Some(message) = alone {
                        self.quarantine(chunk[0], message);
                    }
                }
                Err(_) => {
                    let second = chunk.split_off(chunk.len() / 2);
                    chunks.extend([second, chunk]);
                }
            }
        }
        best.map(|step| (step, kept))
    }

    /// Writes the fixes of `chosen` and verifies the result; gives what is wrong with it.
    fn attempt(&self, chosen: &[usize]) -> Result<Step, String> {
        let before = &self.state.parsed;
        let base_user = |image: &str| self.checker.base_user(image);
        let entries = || chosen.iter().map(|index| &self.state.entries[*index].finding);
        let (plan, after) = write(before, entries().filter_map(|finding| finding.fix.as_ref()));
        let rules: BTreeSet<&'static str> = entries().map(|finding| finding.rule).collect();
        let may: Vec<MayChange> = rules.iter().flat_map(|rule| self.checker.may_change(rule)).copied().collect();
        let broken = verify::problem(before, &after, &plan, &may, &base_user);
        // Together the rules may change more than each of them may.
        let broken = broken.or_else(|| {
            let apart = rules.iter().filter(|_| rules.len() > 1);
            apart.copied().find_map(|rule| {
                let own = entries().filter(|finding| finding.rule == rule).filter_map(|finding| finding.fix.as_ref());
                let (plan, after) = write(before, own);
                verify::problem(before, &after, &plan, self.checker.may_change(rule), &base_user)
            })
        });
        if let Some(message) = broken {
            return Err(message);
        }
        let moved = plan.moved();
        let mut entries = look(&after, self.checker, &self.written.union(&rules).copied().collect());
        entries.retain(|entry| self.is_asked(entry, &moved));
        let (kept, gone) = self.state.link(&entries, chosen, &moved)?;
        Ok(Step { state: State { parsed: after, entries }, moved, kept, gone })
    }

    /// Makes `step` the current state, and notes what it mended.
    fn take(&mut self, mut step: Step, written: &[usize]) {
        let round = self.moves.len() + 1;
        let known: HashSet<usize> = step.kept.iter().map(|(_, after)| *after).collect();
        for (before, after) in step.kept {
            let before = &self.state.entries[before];
            step.state.entries[after].origin = before.origin;
            step.state.entries[after].quarantined = before.quarantined;
            step.state.entries[after].wanted = before.wanted;
        }
        for index in written {
            let entry = &self.state.entries[*index];
            self.written.insert(entry.finding.rule);
            if entry.origin.is_none() {
                let parsed = &self.state.parsed;
                let gain = self.checker.gain(&entry.finding, &parsed.dockerfile, &parsed.texts);
                let finding = self.in_original(entry.finding.clone());
                self.reported.push(Reported { finding, status: Status::Applied, round, written_first: false, gain });
            } else if let Some(reported) = entry.origin.and_then(|origin| self.reported.get_mut(origin)) {
                reported.written_first = round == 1;
                // What was written in the meantime may have made a finding that was for display one to mend.
                reported.status = Status::Applied;
                reported.finding.applicability = entry.finding.applicability;
            }
        }
        for index in &step.gone {
            let entry = &self.state.entries[*index];
            if entry.wanted == Some(false) {
                self.refused.add(&entry.finding, entry.origin);
            }
        }
        self.refuse_again(&mut step.state.entries, &known);
        for index in step.gone {
            let origin = self.state.entries[index].origin;
            let Some(reported) = origin.and_then(|origin| self.reported.get_mut(origin)) else { continue };
            if !matches!(reported.status, Status::Available | Status::Failed) {
                continue;
            }
            // What was written has mended it, or has changed what there is to say of it.
            match step.state.successor(&self.state.entries[index].finding, &step.moved, &known) {
                _ if step.state.entries.iter().any(|entry| entry.origin == origin) => {}
                Some(successor) => step.state.entries[successor].origin = origin,
                None => reported.status = Status::Applied,
            }
        }
        self.moves.push(step.moved);
        self.state = step.state;
    }

    /// Refuses of `entries` those that are new at their place and were refused at another one.
    fn refuse_again(&mut self, entries: &mut [Entry], known: &HashSet<usize>) {
        for (_, entry) in entries.iter_mut().enumerate().filter(|(index, _)| !known.contains(index)) {
            let Some(origin) = self.refused.take(&entry.finding) else { continue };
            (entry.wanted, entry.origin) = (Some(false), origin);
            if let Some(reported) = origin.and_then(|origin| self.reported.get_mut(origin)) {
                reported.status = Status::Available;
            }
        }
    }

    /// The finding with its spans moved back to the original text; those of its fix stay.
    fn in_original(&self, finding: Finding) -> Finding {
        self.moves.iter().rev().fold(finding, back)
    }

    /// Whether anybody asks for what is found after `moved` as well.
    fn is_asked(&self, entry: &Entry, moved: &Moved) -> bool {
        // Places are moved only where that matters.
        !self.checker.asks_by_place() || self.checker.is_asked(&self.in_original(back(entry.finding.clone(), moved)))
    }

    fn quarantine(&mut self, index: usize, message: String) {
        let entry = &mut self.state.entries[index];
        entry.quarantined = true;
        let title = entry.finding.fix.as_ref().map(|fix| fix.title.clone()).unwrap_or_default();
        self.bugs.push(FixBug { rule: entry.finding.rule.to_owned(), title, message });
        if let Some(reported) = entry.origin.and_then(|origin| self.reported.get_mut(origin)) {
            reported.status = Status::Failed;
        }
    }

    /// What could have been written at first, and cannot be any more, is for display, with the reason.
    fn say_what_stands_in_the_way(&mut self) {
        for entry in &self.state.entries {
            let Some(reported) = entry.origin.and_then(|origin| self.reported.get_mut(origin)) else { continue };
            if reported.status == Status::Available && entry.finding.applicability == Applicability::Display {
                reported.status = Status::Display;
                reported.finding.applicability = Applicability::Display;
                reported.finding.reason.clone_from(&entry.finding.reason);
            }
        }
    }

    /// Takes back every round, because `rules` do not come to rest.
    fn nothing_was_written(&mut self, rules: &BTreeSet<&'static str>) {
        self.reported.retain(|reported| reported.round == 1);
        for reported in &mut self.reported {
            reported.written_first = false;
            if reported.status == Status::Applied {
                let guilty = rules.contains(reported.finding.rule);
                reported.status = if guilty { Status::Failed } else { Status::Available };
            }
        }
    }
}

fn write<'f>(before: &Parsed, fixes: impl Iterator<Item = &'f Fix>) -> (Plan, Parsed) {
    let mut plan = Plan::new();
    for fix in fixes {
        // All of them were accepted in one plan before, so each part of it is one.
        let accepted = plan.accept(fix);
        debug_assert!(accepted);
    }
    let after = Parsed::new(plan.apply(&before.texts));
    (plan, after)
}

fn unrest(rounds: &[BTreeSet<&'static str>], message: String) -> Unrest {
    let rules: BTreeSet<&str> = rounds.iter().flatten().copied().collect();
    let names: Vec<&str> = rules.iter().copied().collect();
    let title = format!("the fixes of {} rounds that follow each other", rounds.len());
    (rules, FixBug { rule: names.join(" and "), title, message })
}
