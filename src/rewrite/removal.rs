//! Takes a command out of its RUN, and leaves every other byte as it is.

use super::Site;
use super::call::Call;
use super::sandwich::sandwich;
use crate::shell::{Connector, Item, Word, is_preparation, is_separable};
use crate::syntax::Instruction;
use crate::text::{Edit, Span, newline_at};

/// How a command can be taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is all that the RUN does, so the RUN goes.
    Run,
    /// These bytes of the RUN go.
    Part(Span),
}

/// How the command of `call` can be taken out of its RUN.
///
/// # Errors
/// Why it cannot, as a sentence.
pub fn removal(site: &Site<'_>, call: &Call<'_>) -> Result<Removal, String> {
    let step = site.model.step(call.id);
    let index = item_index(call).ok_or("it is a part of a larger command")?;
    let items = &call.run.script().ok_or("its RUN is not understood")?.items;
    if !step.outer.heredocs().is_empty() {
        return Err("it stands in a heredoc".to_owned());
    }
    let last = index + 1 == items.len();
    if last && has_comment_behind(&step.instruction, call.command.span.end) {
        return Err("a comment of the shell stands behind it".to_owned());
    }
    let others = || items.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, item)| item);
    if others().all(is_preparation) {
        if !step.instruction.flags().is_empty() {
            return Err("its RUN has flags".to_owned());
        }
        return Ok(Removal::Run);
    }
    let text = site.dockerfile.text();
    let span = part(text, items, index).ok_or("comments or other signs stand around it")?;
    // What decides on the success of the RUN must not be another command afterwards.
    if last && items[index].connector != Connector::And {
        let before = &items[index - 1];
        let steps = call.run.steps().unwrap_or_default();
        let known = steps.iter().any(|step| step.succeeds && before.span.contains(step.command.span));
        if !known {
            return Err("the command in front of it would decide whether the RUN succeeds".to_owned());
        }
    }
    Ok(Removal::Part(span))
}

/// Whether a `#` of the shell stands behind the byte at `end`.
fn has_comment_behind(instruction: &Instruction, end: usize) -> bool {
    instruction.shell_text().is_some_and(|text| {
        let behind = text.text().char_indices().filter(|(at, _)| text.file_offset(*at) >= end);
        behind.into_iter().any(|(_, character)| character == '#')
    })
}

/// Where the command stands among those of its RUN; `None` if it is inside of another one, or others depend on it.
fn item_index(call: &Call<'_>) -> Option<usize> {
    let items = &call.run.script()?.items;
    let index = items.iter().position(|item| item.span == call.command.span)?;
    is_separable(items, index).then_some(index)
}

/// The bytes of one item with the connector on one of its sides.
fn part(text: &str, items: &[Item], index: usize) -> Option<Span> {
    let item = &items[index];
    let before = index.checked_sub(1).map(|before| Span::new(items[before].span.end, item.span.end));
    let next = items.get(index + 1);
    let after = next.map(|next| Span::new(item.span.start, next.span.start));
    let gap_before = index.checked_sub(1).map(|before| Span::new(items[before].span.end, item.span.start));
    let gap_after = next.map(|next| Span::new(item.span.end, next.span.start));
    let plain = |gap: Option<Span>| gap.is_some_and(|gap| is_plain_gap(gap.of(text)));
    // `a && chown && b` may lose either `&&`; in `a; chown && b` only the one behind.
    if next.is_some_and(|next| next.connector == Connector::And) || index == 0 {
        if plain(gap_after) {
            return after;
        }
        return before.filter(|_| item.connector == Connector::And && plain(gap_before));
    }
    if plain(gap_before) {
        return before;
    }
    after.filter(|_| item.connector == Connector::Sequence && plain(gap_after))
}

/// Whether nothing but a connector, blanks and continuations stands between two commands.
fn is_plain_gap(gap: &str) -> bool {
    gap.bytes().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b'&' | b';' | b'\\' | b'`'))
}

/// The edits that take the command out. Comments of a RUN that goes move directly above `heir`; a pair of USER lines that was
/// there for it alone goes with it.
#[must_use]
pub fn edits(site: &Site<'_>, call: &Call<'_>, removal: &Removal, heir: &Instruction) -> Vec<Edit> {
    match removal {
        Removal::Part(span) => vec![Edit::delete(*span)],
        Removal::Run => {
            let text = site.dockerfile.text();
            let whole = site.model.step(call.id).outer.full_span();
            let comments = site.dockerfile.comments();
            let own = comments.iter().filter(|(span, _)| whole.contains(*span));
            let start = heir.keyword_span().start;
            let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
            let indentation = text[line..start].trim_start_matches('\u{feff}');
            let newline = newline_at(text, start).as_str();
            let moved: String =
                own.map(|(_, comment)| format!("{indentation}{}{newline}", comment.trim_end())).collect();
            let gone = sandwich(site, call.id).map_or(whole, |sandwich| sandwich.whole);
            let mut edits = vec![Edit::delete(with_blank_line(text, gone))];
            if !moved.is_empty() {
                edits.push(Edit::insert(line, moved));
            }
            edits
        }
    }
}

/// The instruction, with one of two blank lines around it, or the line end in front where none follows.
fn with_blank_line(text: &str, span: Span) -> Span {
    let before = &text[..span.start];
    let after = &text[span.end..];
    let line_end = |text: &str| {
        let end = text.find('\n').map_or(text.len(), |newline| newline + 1);
        text[..end].trim().is_empty().then_some(end)
    };
    let previous = before.strip_suffix('\n').map(|before| before.rsplit('\n').next().unwrap_or_default());
    let blank_before = previous.is_some_and(|line| line.trim().is_empty());
    if !text[span.start..span.end].ends_with('\n') {
        // It was the last line and had no line end, so the one in front of it goes, as the file had none at its end.
        let kept = before.strip_suffix('\n').map_or(before, |before| before.strip_suffix('\r').unwrap_or(before));
        return Span::new(kept.len(), span.end);
    }
    if blank_before && after.is_empty() {
        let kept = before.trim_end_matches(['\n', '\r', ' ', '\t']);
        let first_end = before[kept.len()..].find('\n').map_or(before.len(), |newline| kept.len() + newline + 1);
        return Span::new(first_end, span.end);
    }
    match line_end(after).filter(|_| blank_before && !after.is_empty()) {
        Some(end) => Span::new(span.start, span.end + end),
        None => span,
    }
}

/// The edits that take words of the command of `call` away, `-R` too if `keep_recursive` is false, and give it the paths
/// `more` besides those that it has. `None` if it is not written plainly.
#[must_use]
pub fn reduce(
    site: &Site<'_>,
    call: &Call<'_>,
    gone: &[&Word],
    keep_recursive: bool,
    more: &[String],
) -> Option<Vec<Edit>> {
    if !site.model.step(call.id).outer.heredocs().is_empty() {
        return None;
    }
    let text = site.dockerfile.text();
    let words = &call.command.words;
    let mut edits = Vec::new();
    let end = words.iter().position(|word| word.literal() == Some("--")).unwrap_or(words.len());
    let mut dropped: Vec<bool> = words.iter().map(|word| gone.iter().any(|gone| std::ptr::eq(*gone, word))).collect();
    for (index, word) in words.iter().enumerate().take(end).skip(1) {
        let option = word.literal().unwrap_or_default();
        if keep_recursive || !option.starts_with('-') {
            continue;
        }
        if matches!(option, "-R" | "--recursive") {
            dropped[index] = true;
        } else if !option.starts_with("--") && option.contains('R') {
            if word.span.of(text) != word.raw {
                return None;
            }
            edits.push(Edit::replace(word.span, word.raw.replace('R', "")));
        }
    }
    edits.extend(without_words(text, words, &dropped)?);
    let plain = |path: &String| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte));
    if !more.iter().all(plain) {
        return None;
    }
    if !more.is_empty() {
        let last = words.iter().zip(&dropped).rfind(|(_, dropped)| !**dropped).map(|(word, _)| word)?;
        let paths: String = more.iter().map(|path| format!(" {path}")).collect();
        edits.push(Edit::insert(last.span.end, paths));
    }
    edits.sort();
    (!edits.is_empty()).then_some(edits)
}

/// Deletes the words that are `dropped`, each run of them with the blanks on one side.
fn without_words(text: &str, words: &[Word], dropped: &[bool]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut index = 0;
    while index < words.len() {
        if !dropped[index] {
            index += 1;
            continue;
        }
        let length = dropped[index..].iter().take_while(|dropped| **dropped).count();
        let span = match words.get(index + length) {
            Some(next) => Span::new(words[index].span.start, next.span.start),
            None => Span::new(words[index.checked_sub(1)?].span.end, words[index + length - 1].span.end),
        };
        if span.of(text).contains('#') {
            return None;
        }
        edits.push(Edit::delete(span));
        index += length;
    }
    Some(edits)
}
