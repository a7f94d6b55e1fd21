//! Which fixes can be written together.
//!
//! A plan takes a fix if what it writes misses what every fix in the plan reads or writes, and the reverse. Fixes in one
//! plan commute for this reason: none sees what another did, so they may be written in any order, or at once.

use std::collections::BTreeSet;

use super::{Moved, Texts};
use crate::finding::{Fix, Target};
use crate::text::{Edit, EditSet, Span};

/// Fixes that can be written together.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    dockerfile: Written,
    dockerignore: Written,
}

/// What the fixes of a plan do in one file.
#[derive(Clone, Debug, Default)]
struct Written {
    edits: EditSet,
    /// The edits again, to recognise one that several fixes share.
    known: BTreeSet<Edit>,
    writes: Spans,
    reads: Spans,
}

impl Plan {
    /// A plan without fixes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `fix` as a whole, or refuses it and stays as it was. An edit that is in the plan already is shared.
    pub fn accept(&mut self, fix: &Fix) -> bool {
        let (shared, new): (Vec<_>, Vec<_>) =
            fix.edits.iter().partition(|(target, edit)| self.written(*target).known.contains(edit));
        let writes_miss = new.iter().all(|(target, edit)| {
            let written = self.written(*target);
            !written.writes.conflicting(edit.span).any(|_| true) && !written.reads.conflicting(edit.span).any(|_| true)
        });
        let is_shared = |target, span| shared.iter().any(|(of, edit)| *of == target && edit.span == span);
        let reads_miss = fix.reads.iter().all(|(target, span)| {
            self.written(*target).writes.conflicting(*span).all(|written| is_shared(*target, written))
        });
        if !writes_miss || !reads_miss || own_overlap(fix).is_some() {
            return false;
        }
        for (target, edit) in new {
            let written = self.written_mut(*target);
            // Nothing conflicts, as was just shown; an edit that the fix holds twice merges.
            if written.edits.insert(edit.clone()).is_ok() {
                written.known.insert(edit.clone());
                written.writes.insert(edit.span);
            }
        }
        for (target, span) in &fix.reads {
            self.written_mut(*target).reads.insert(*span);
        }
        true
    }

    /// Whether nothing would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.dockerfile.edits.is_empty() && self.dockerignore.edits.is_empty()
    }

    /// The edits of one file.
    #[must_use]
    pub fn edits(&self, target: Target) -> &EditSet {
        &self.written(target).edits
    }

    /// The texts with every edit written. An ignore file that nobody writes to is left as it is, or missing.
    #[must_use]
    pub fn apply(&self, texts: &Texts) -> Texts {
        let dockerfile = self.dockerfile.edits.apply(&texts.dockerfile);
        let dockerignore = if self.dockerignore.edits.is_empty() {
            texts.dockerignore.clone()
        } else {
            Some(self.dockerignore.edits.apply(texts.of(Target::Dockerignore)))
        };
        Texts { dockerfile, dockerignore }
    }

    /// Where places in the Dockerfile go.
    #[must_use]
    pub fn moved(&self) -> Moved {
        Moved::new(&self.dockerfile.edits)
    }

    const fn written(&self, target: Target) -> &Written {
        match target {
            Target::Dockerfile => &self.dockerfile,
            Target::Dockerignore => &self.dockerignore,
        }
    }

    const fn written_mut(&mut self, target: Target) -> &mut Written {
        match target {
            Target::Dockerfile => &mut self.dockerfile,
            Target::Dockerignore => &mut self.dockerignore,
        }
    }
}

/// Why `fix` cannot be written into `texts` at all; `None` if it can.
pub(super) fn malformed(fix: &Fix, texts: &Texts) -> Option<String> {
    for (target, edit) in &fix.edits {
        let (text, Span { start, end }) = (texts.of(*target), edit.span);
        if start > end || !text.is_char_boundary(start) || !text.is_char_boundary(end) {
            return Some(format!("it edits the bytes {}, which are not whole characters of the file", edit.span));
        }
    }
    if let Some(message) = own_overlap(fix) {
        return Some(message);
    }
    let changes = |(target, edit): &(Target, Edit)| edit.span.of(texts.of(*target)) != edit.text;
    (!fix.edits.iter().any(changes)).then(|| "it changes nothing".to_owned())
}

fn own_overlap(fix: &Fix) -> Option<String> {
    [Target::Dockerfile, Target::Dockerignore].into_iter().find_map(|target| {
        let mut own = EditSet::new();
        let mut edits = fix.edits.iter().filter(|(of, _)| *of == target);
        edits.find_map(|(_, edit)| own.insert(edit.clone()).err()).map(|conflict| conflict.to_string())
    })
}

/// Spans that may overlap, found by place.
#[derive(Clone, Debug, Default)]
struct Spans {
    sorted: BTreeSet<Span>,
    longest: usize,
}

impl Spans {
    fn insert(&mut self, span: Span) {
        self.longest = self.longest.max(span.len());
        self.sorted.insert(span);
    }

    /// Those that conflict with `span`.
    fn conflicting(&self, span: Span) -> impl Iterator<Item = Span> {
        let first = Span::empty(span.start.saturating_sub(self.longest));
        let last = Span { start: span.end, end: usize::MAX };
        self.sorted.range(first..=last).copied().filter(move |other| other.conflicts(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(usize, usize, &str)], reads: &[(usize, usize)]) -> Fix {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit::replace(Span::new(*start, *end), *text);
        Fix {
            title: String::new(),
            edits: edits.iter().map(|part| (Target::Dockerfile, edit(part))).collect(),
            reads: reads.iter().map(|(start, end)| (Target::Dockerfile, Span::new(*start, *end))).collect(),
        }
    }

    /// Whether two fixes go together; the answer must not depend on their order.
    fn check(one: &Fix, other: &Fix, together: bool) {
        for (first, second) in [(one, other), (other, one)] {
            let mut plan = Plan::new();
            assert!(plan.accept(first));
            assert_eq!(plan.accept(second), together, "{first:?} {second:?}");
        }
    }

    #[test]
    fn takes_what_misses_everything_else() {
        check(&fix(&[(0, 2, "x")], &[]), &fix(&[(2, 4, "y")], &[]), true);
        check(&fix(&[(0, 2, "x")], &[]), &fix(&[(1, 4, "y")], &[]), false);
        check(&fix(&[(3, 3, "x")], &[]), &fix(&[(3, 3, "y")], &[]), false);
        check(&fix(&[(3, 3, "x")], &[]), &fix(&[(4, 4, "y")], &[]), true);
        check(&fix(&[(0, 2, "x")], &[(6, 9)]), &fix(&[(7, 8, "y")], &[]), false);
        check(&fix(&[(0, 2, "x")], &[(6, 9)]), &fix(&[(9, 9, "y")], &[]), false);
        check(&fix(&[(0, 2, "x")], &[(6, 9)]), &fix(&[(9, 11, "y")], &[(6, 9)]), true);
        check(&fix(&[(0, 2, "x"), (20, 21, "")], &[]), &fix(&[(9, 11, "y"), (20, 20, "z")], &[]), false);
    }

    #[test]
    fn shares_an_edit_that_both_make() {
        check(&fix(&[(3, 3, "x")], &[(1, 5)]), &fix(&[(3, 3, "x")], &[(1, 5)]), true);
        check(&fix(&[(3, 3, "x")], &[(1, 5)]), &fix(&[(3, 3, "x"), (1, 2, "y")], &[]), false);
        let mut plan = Plan::new();
        assert!(plan.accept(&fix(&[(1, 1, "x")], &[])) && plan.accept(&fix(&[(1, 1, "x"), (2, 2, "y")], &[])));
        assert_eq!(plan.apply(&Texts::new("abc")).dockerfile, "axbyc");
    }

    #[test]
    fn refuses_what_cannot_be_written() {
        let texts = Texts::new("aé");
        assert_eq!(malformed(&fix(&[(0, 1, "b")], &[]), &texts), None);
        for refused in [
            fix(&[(2, 3, "b")], &[]),
            fix(&[(3, 4, "b")], &[]),
            fix(&[(0, 1, "b"), (0, 3, "c")], &[]),
            fix(&[(0, 1, "a")], &[]),
            fix(&[], &[]),
        ] {
            assert!(malformed(&refused, &texts).is_some(), "{refused:?}");
        }
    }
}
