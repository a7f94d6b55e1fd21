//! What holds for any text, any fixes and any rules: accepted fixes commute, places survive edits, files never get worse.

mod toys;

use std::collections::{BTreeMap, BTreeSet};

use dockfix::finding::{Finding, Fix, Target};
use dockfix::fix::{Checker, Moved, Plan, Proposal, Status, Texts, run};
use dockfix::rules::MayChange;
use dockfix::settings::Applicability;
use dockfix::syntax::Dockerfile;
use dockfix::text::{Edit, EditSet, Span};
use proptest::prelude::*;

use toys::{Toy, Toys};

const LENGTH: usize = 40;

fn span() -> impl Strategy<Value = Span> {
    (0..=LENGTH, 0..6usize).prop_map(|(start, length)| Span::new(start, (start + length).min(LENGTH)))
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![3 => Just(Target::Dockerfile), 1 => Just(Target::Dockerignore)]
}

fn fix() -> impl Strategy<Value = Fix> {
    let edit = (target(), span(), "[xy]{0,2}").prop_map(|(target, span, text)| (target, Edit::replace(span, text)));
    let edits = prop::collection::vec(edit, 1..4);
    let reads = prop::collection::vec((target(), span()), 0..3);
    (edits, reads).prop_map(|(edits, reads)| Fix { title: String::new(), edits, reads })
}

/// Writes one fix after the other, each edit at the place where the fixes before have moved it.
fn one_by_one(texts: &Texts, fixes: &[Fix]) -> Texts {
    let mut done: BTreeMap<Target, (String, Vec<Edit>, Vec<Moved>)> = BTreeMap::new();
    for target in [Target::Dockerfile, Target::Dockerignore] {
        done.insert(target, (texts.of(target).to_owned(), Vec::new(), Vec::new()));
    }
    for fix in fixes {
        for (target, (text, written, moves)) in &mut done {
            let mut set = EditSet::new();
            for (_, edit) in fix.edits.iter().filter(|(of, _)| of == target) {
                // An edit that two fixes share is made once.
                if !written.contains(edit) {
                    written.push(edit.clone());
                    let place = moves.iter().fold(edit.span, |span, moved| moved.forward(span));
                    set.insert(Edit::replace(place, edit.text.clone())).expect("edits of one fix miss each other");
                }
            }
            *text = set.apply(text);
            moves.push(Moved::new(&set));
        }
    }
    let text = |target| done[&target].0.clone();
    Texts { dockerfile: text(Target::Dockerfile), dockerignore: Some(text(Target::Dockerignore)) }
}

proptest! {
    #[test]
    fn accepted_fixes_commute(fixes in prop::collection::vec(fix(), 1..12), seed in any::<u64>()) {
        let text: String = ('0'..='Z').cycle().take(LENGTH).collect();
        let texts = Texts { dockerfile: text.clone(), dockerignore: Some(text) };
        let mut plan = Plan::new();
        let mut accepted: Vec<Fix> = fixes.into_iter().filter(|fix| plan.accept(fix)).collect();
        let expected = plan.apply(&texts);
        prop_assert_eq!(&one_by_one(&texts, &accepted), &expected);
        // Some other order, and the plan made in that order.
        let count = accepted.len().max(1) as u64;
        for at in 0..accepted.len() {
            accepted.swap(at, ((seed.rotate_left(at as u32 * 7)) % count) as usize);
        }
        prop_assert_eq!(&one_by_one(&texts, &accepted), &expected);
        let mut other = Plan::new();
        prop_assert!(accepted.iter().all(|fix| other.accept(fix)));
        prop_assert_eq!(&other.apply(&texts), &expected);
        // None of them sees what another one wrote.
        for fix in &accepted {
            for other in accepted.iter().filter(|other| *other != fix) {
                for (target, edit) in other.edits.iter().filter(|edit| !fix.edits.contains(edit)) {
                    let seen = fix.reads.iter().any(|(of, span)| of == target && span.conflicts(edit.span));
                    prop_assert!(!seen, "{fix:?} reads what {other:?} writes");
                }
            }
        }
    }

    #[test]
    fn places_survive_edits(edits in prop::collection::vec((span(), "[xy]{0,2}"), 0..8), place in span()) {
        let text: String = ('0'..='Z').cycle().take(LENGTH).collect();
        let mut set = EditSet::new();
        for (span, replacement) in edits {
            let _ = set.insert(Edit::replace(span, replacement));
        }
        let after = set.apply(&text);
        let moved = Moved::new(&set);
        let there = moved.forward(place);
        prop_assert!(there.end <= after.len());
        if !place.is_empty() && set.iter().all(|edit| !edit.span.conflicts(place)) {
            prop_assert_eq!(there.of(&after), place.of(&text));
            prop_assert_eq!(moved.backward(there), place);
        }
    }
}

const LINES: [&str; 16] = [
    "RUN a",
    "RUN b",
    "RUN a && \\\n  # inner\n  b",
    "COPY a b",
    "COPY --chmod=755 a b",
    "LABEL a=b",
    "ENV a=b c=$a",
    "# comment",
    "",
    "USER a",
    "CMD a",
    "FROM b AS a",
    "RUN <<a\nb\na",
    "ONBUILD RUN a",
    "# dockfix: ignore[t0]",
    "WORKDIR /a",
];

/// Pieces of those lines, and what breaks them.
const WORDS: [&str; 18] = [
    "a",
    "b",
    "ab",
    "RUN",
    "RUN a",
    "COPY a b",
    "COPY",
    "\n",
    "a\n",
    "# comment\n",
    "  # inner\n",
    "",
    "\\\n",
    "$",
    "\"",
    "#",
    "USER a\n",
    "LABEL a=b",
];

const SLUGS: [&str; 4] = ["t0", "t1", "t2", "t3"];

const MAY: [&[MayChange]; 4] = [
    &[],
    &[MayChange::Run],
    &[MayChange::Run, MayChange::User, MayChange::CopyChmod],
    &[MayChange::Run, MayChange::User, MayChange::Order, MayChange::Stages, MayChange::Arg],
];

fn toy() -> impl Strategy<Value = Toy> {
    (0..SLUGS.len(), 0..MAY.len(), 0..WORDS.len(), 0..WORDS.len(), any::<bool>(), any::<bool>()).prop_map(
        |(slug, may, from, to, line, ignoring)| {
            let (slug, may, from, to) = (SLUGS[slug], MAY[may], WORDS[from], WORDS[to]);
            let from = if from.is_empty() { "a" } else { from };
            let toy = if line && !to.is_empty() {
                Toy::line_after(slug, may, from, to)
            } else {
                Toy::replace(slug, may, from, to)
            };
            if ignoring { toy.ignoring("*.log\n") } else { toy }
        },
    )
}

fn dockerfile() -> impl Strategy<Value = String> {
    (prop::collection::vec(0..LINES.len(), 0..9), any::<bool>(), any::<bool>()).prop_map(|(lines, crlf, end)| {
        let lines: Vec<&str> = lines.into_iter().map(|line| LINES[line]).collect();
        let mut text = format!("FROM a\n{}", lines.join("\n"));
        if end {
            text.push('\n');
        }
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

proptest! {
    #[test]
    fn no_file_gets_worse_whatever_the_rules_do(text in dockerfile(), toys in prop::collection::vec(toy(), 1..4)) {
        let before = Dockerfile::parse(text.as_str());
        let toys = Toys(toys);
        let outcome = run(Texts::new(text.as_str()), &toys, Applicability::Safe);
        let after = Dockerfile::parse(outcome.texts.dockerfile.as_str());
        prop_assert_eq!(before.errors().is_empty(), after.errors().is_empty());
        let comments = |dockerfile: &Dockerfile| {
            let mut comments: Vec<_> = dockerfile.comments().into_iter().map(|(_, text)| text).collect();
            comments.sort();
            comments
        };
        let kept = comments(&after);
        for comment in comments(&before) {
            prop_assert!(kept.contains(&comment), "{comment}");
        }
        let values = |dockerfile: &Dockerfile| {
            let labels = dockerfile.instructions().into_iter().flat_map(|instruction| instruction.pairs());
            labels.map(|pair| (pair.key(), pair.value().map(|word| word.text()))).collect::<Vec<_>>()
        };
        prop_assert_eq!(values(&before), values(&after));
        prop_assert!(outcome.rounds > 0 || outcome.texts == Texts::new(text.as_str()));
        let applied = outcome.findings.iter().any(|reported| reported.status == Status::Applied);
        prop_assert_eq!(applied, outcome.rounds > 0);
        if outcome.bugs.is_empty() {
            let again = run(outcome.texts.clone(), &toys, Applicability::Safe);
            prop_assert_eq!((again.texts, again.rounds), (outcome.texts, 0));
        }
    }
}

/// Toys whose fixes somebody is asked about, who takes those of some rules.
struct Asked<'a> {
    toys: &'a Toys,
    taken: &'a [&'a str],
}

impl Checker for Asked<'_> {
    fn check(&self, dockerfile: &Dockerfile, ignored: Option<&str>, written: &BTreeSet<&'static str>) -> Vec<Finding> {
        self.toys.check(dockerfile, ignored, written)
    }

    fn may_change(&self, rule: &str) -> &[MayChange] {
        self.toys.may_change(rule)
    }

    fn means(&self, name: &str, rule: &str) -> bool {
        self.toys.means(name, rule)
    }

    fn names(&self) -> Vec<&str> {
        self.toys.names()
    }

    fn asks_for_fixes(&self) -> bool {
        true
    }

    fn is_wanted(&self, proposal: &Proposal<'_>) -> bool {
        assert_ne!(&proposal.written(), proposal.texts, "a fix that is offered changes something");
        self.taken.contains(&proposal.finding.rule)
    }
}

/// Toys of which only some rules have fixes.
struct Restricted<'a>(Asked<'a>);

impl Checker for Restricted<'_> {
    fn check(&self, dockerfile: &Dockerfile, ignored: Option<&str>, written: &BTreeSet<&'static str>) -> Vec<Finding> {
        let mut findings = self.0.check(dockerfile, ignored, written);
        findings.iter_mut().filter(|it| !self.0.taken.contains(&it.rule)).for_each(|finding| finding.fix = None);
        findings
    }

    fn may_change(&self, rule: &str) -> &[MayChange] {
        self.0.may_change(rule)
    }

    fn means(&self, name: &str, rule: &str) -> bool {
        self.0.means(name, rule)
    }

    fn names(&self) -> Vec<&str> {
        self.0.names()
    }
}

proptest! {
    #[test]
    fn what_is_taken_is_written_as_if_there_were_nothing_else(
        text in dockerfile(),
        toys in prop::collection::vec(toy(), 1..4),
        taken in prop::sample::subsequence(SLUGS.to_vec(), 0..=SLUGS.len()),
    ) {
        let (texts, toys) = (Texts::new(text), Toys(toys));
        let go = |checker: &dyn Checker| run(texts.clone(), checker, Applicability::Safe).texts;
        let asked = |taken| Asked { toys: &toys, taken };
        prop_assert_eq!(go(&asked(&taken)), go(&Restricted(asked(&taken))));
        prop_assert_eq!(go(&asked(&SLUGS)), go(&toys));
        prop_assert_eq!(&go(&asked(&[])), &texts);
    }
}
