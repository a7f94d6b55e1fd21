//! What has to hold after fixes were written, whatever rule they are from.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::fingerprint::{BaseUser, Fingerprint};
use super::{Moved, Plan, Texts};
use crate::finding::Target;
use crate::rules::MayChange;
use crate::syntax::Dockerfile;
use crate::text::{EditSet, Span};

/// A state of the texts, read.
pub(super) struct Parsed {
    pub(super) texts: Texts,
    pub(super) dockerfile: Dockerfile,
    /// Only made when something is written, which is rare.
    fingerprint: OnceCell<Fingerprint>,
}

impl Parsed {
    pub(super) fn new(texts: Texts) -> Self {
        let dockerfile = Dockerfile::parse(texts.dockerfile.as_str());
        Self::of(texts, dockerfile)
    }

    /// The same where the Dockerfile has been parsed.
    pub(super) fn of(texts: Texts, dockerfile: Dockerfile) -> Self {
        debug_assert_eq!(texts.dockerfile, dockerfile.text());
        Self { texts, dockerfile, fingerprint: OnceCell::new() }
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.fingerprint.get_or_init(|| Fingerprint::read(&self.dockerfile))
    }
}

/// What `plan` broke, as a sentence without a full stop; `None` if `after` is all that the rules promised.
pub(super) fn problem(
    before: &Parsed,
    after: &Parsed,
    plan: &Plan,
    may: &[MayChange],
    base_user: BaseUser<'_>,
) -> Option<String> {
    let edits = plan.edits(Target::Dockerfile);
    new_syntax_error(&before.dockerfile, &after.dockerfile)
        .or_else(|| bytes_outside(&before.texts.dockerfile, &after.texts.dockerfile, edits))
        .or_else(|| line_ends(&before.texts.dockerfile, &after.texts.dockerfile))
        .or_else(|| ignore_file(before, after, may))
        .or_else(|| lost_comment(&before.dockerfile, &after.dockerfile))
        .or_else(|| before.fingerprint().forbidden_change(after.fingerprint(), may, base_user))
}

/// An error that was not there, or more often than it was.
fn new_syntax_error(before: &Dockerfile, after: &Dockerfile) -> Option<String> {
    let before = before.errors().iter().map(|error| error.message.as_str());
    let error = surplus(before, after.errors().iter().map(|error| error.message.as_str()))?;
    Some(format!("it makes a syntax error: {error}"))
}

/// Follows from how edits are applied; here to say so if that ever breaks.
fn bytes_outside(before: &str, after: &str, edits: &EditSet) -> Option<String> {
    let moved = Moved::new(edits);
    let starts = std::iter::once(0).chain(edits.iter().map(|edit| edit.span.end));
    let ends = edits.iter().map(|edit| edit.span.start).chain(std::iter::once(before.len()));
    let mut kept = starts.zip(ends).map(|(start, end)| Span::new(start, end)).filter(|span| !span.is_empty());
    let same =
        |span: &Span| after.get(moved.forward(*span).start..).is_some_and(|rest| rest.starts_with(span.of(before)));
    kept.find(|span| !same(span)).map(|span| format!("the bytes {span} outside of its edits changed"))
}

/// A file with one kind of line end keeps it.
fn line_ends(before: &str, after: &str) -> Option<String> {
    let count = |text: &str| {
        let all = text.matches('\n').count();
        let crlf = text.matches("\r\n").count();
        (crlf, all - crlf)
    };
    let ((crlf, lf), (crlf_after, lf_after)) = (count(before), count(after));
    if (lf == 0 && crlf > 0 && lf_after > 0) || (crlf == 0 && crlf_after > 0) {
        return Some("it writes other line ends than the file has".to_owned());
    }
    None
}

fn ignore_file(before: &Parsed, after: &Parsed, may: &[MayChange]) -> Option<String> {
    let changed = before.texts.dockerignore != after.texts.dockerignore && !may.contains(&MayChange::Dockerignore);
    changed.then(|| "it changes the ignore file".to_owned())
}

fn lost_comment(before: &Dockerfile, after: &Dockerfile) -> Option<String> {
    let (before, after) = (before.comments(), after.comments());
    let texts = |comments: &[(Span, String)]| comments.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    let (before, after) = (texts(&before), texts(&after));
    let comment = surplus(after.iter().map(String::as_str), before.iter().map(String::as_str))?;
    Some(format!("it loses the comment `{comment}`"))
}

/// The first of `texts` that occurs there more often than in `known`.
fn surplus<'a>(known: impl Iterator<Item = &'a str>, texts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut left = HashMap::<&str, usize>::new();
    for text in known {
        *left.entry(text).or_default() += 1;
    }
    texts.into_iter().find(|text| match left.get_mut(text) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    })
}
