//! A message with the lines of the file that it is about.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Snippet, normalize_untrusted_str};

use super::{harmless, is_steering};

/// Lines longer than this are not shown: they would say nothing, and cost as much as the rest of the run.
const LONGEST_LINE: usize = 1000;
/// More lines than this between the first and the last place are not searched for the places.
const LONGEST_SNIPPET: usize = 64 << 10;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something stops the work.
    Error,
    /// Something should be mended.
    Warning,
}

/// A message about a place in a file.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// What it is.
    pub severity: Severity,
    /// The slug of the rule, if one says it.
    pub id: Option<&'a str>,
    /// What is wrong.
    pub title: &'a str,
    /// The file as it is shown.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The place in bytes with what to say there; `None` for the whole file.
    pub primary: Option<Range<usize>>,
    /// Other places that explain it.
    pub related: Vec<(Range<usize>, &'a str)>,
    /// Why.
    pub notes: Vec<&'a str>,
    /// What to do.
    pub help: Option<&'a str>,
}

/// The message as text, with a line end at its end. Control characters from the file are made visible.
#[must_use]
pub fn render(message: &Message<'_>, color: bool) -> String {
    let level = match message.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut title = level.primary_title(shown(message.title));
    if let Some(id) = message.id {
        title = title.id(id);
    }
    let path = normalize_untrusted_str(&harmless(message.path));
    let mut group = match window(message) {
        Some((window, line)) => {
            let shift = |range: &Range<usize>| range.start - window.start..range.end - window.start;
            let primary = message.primary.iter().map(|range| AnnotationKind::Primary.span(shift(range)));
            let related = message
                .related
                .iter()
                .map(|(range, label)| AnnotationKind::Context.span(shift(range)).label(shown(label)));
            let annotations: Vec<Annotation<'_>> = primary.chain(related).collect();
            let source = harmless_source(&message.text[window]);
            Group::with_title(title)
                .element(Snippet::source(source).path(path).line_start(line).fold(true).annotations(annotations))
        }
        None => Group::with_title(title).element(origin(message, path)),
    };
    for note in &message.notes {
        group = group.element(Level::NOTE.message(shown(note)));
    }
    if let Some(help) = message.help {
        group = group.element(Level::HELP.message(shown(help)));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&[group]).to_string();
    text.push('\n');
    text
}

/// A text of which the lines stay lines, and nothing else steers a terminal.
fn shown(text: &str) -> String {
    normalize_untrusted_str(&text.split('\n').map(harmless).collect::<Vec<_>>().join("\n"))
}

/// Lines of a file in which the renderer leaves some marks as they are. What stands in for them has as many bytes, so that places stay.
fn harmless_source(source: &str) -> Cow<'_, str> {
    let is_left = |character: char| is_steering(character) && !character.is_ascii();
    if !source.contains(is_left) {
        return Cow::Borrowed(source);
    }
    let one = |character: char| match character.len_utf8() {
        _ if !is_left(character) => character,
        2 => '\u{bf}',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(source.chars().map(one).collect())
}

/// The lines that hold all places, in bytes, and the number of the first; `None` where they are too long to be shown.
/// Only these lines are handed on, since the cost of a snippet grows with its source.
fn window(message: &Message<'_>) -> Option<(Range<usize>, usize)> {
    let text = message.text;
    let ranges = || message.primary.iter().chain(message.related.iter().map(|(range, _)| range));
    message.primary.as_ref()?;
    let first = ranges().map(|range| range.start).min()?.min(text.len());
    let last = ranges().map(|range| range.end).max()?.min(text.len());
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    let source = &text[start..end];
    let too_long = source.len() > LONGEST_SNIPPET || source.lines().any(|line| line.len() > LONGEST_LINE);
    (!too_long).then(|| (start..end, 1 + text[..start].bytes().filter(|byte| *byte == b'\n').count()))
}

fn origin<'a>(message: &Message<'_>, path: String) -> Origin<'a> {
    let origin = Origin::path(path);
    let Some(primary) = &message.primary else { return origin };
    let before = &message.text[..primary.start.min(message.text.len())];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
    origin.line(line).char_column(before[line_start..].chars().count() + 1)
}
