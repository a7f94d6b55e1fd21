//! Findings in reviewdog's diagnostic format (`rdjson`), with suggestions.
//!
//! Columns count bytes, and the end of a range is not part of it. A suggestion replaces whole lines (a range without columns, whose
//! last line end stays) where it can, and has a line beside it where it adds or takes away lines, so that no reader has to
//! know what an empty range or text means. Of fixes that change the same lines, only the first one is a suggestion.

use serde_json::{Value, json};

use super::hunk::{Hunk, is_offered};
use super::place::{self, Level, Places};
use super::{Done, FileOutcome, FileReport, Reported, Status};
use crate::text::Span;

/// What comes before the first diagnostic.
pub const HEAD: &str = "{\"source\":{\"name\":\"dockfix\"},\"diagnostics\":[";
/// What comes after the last one.
pub const TAIL: &str = "\n]}\n";

/// The diagnostics of a file.
#[must_use]
pub fn file(report: &FileReport) -> Vec<Value> {
    match &report.outcome {
        FileOutcome::Skipped(_) => Vec::new(),
        FileOutcome::Failed(problems) => {
            let one = |problem: &super::Problem| {
                let (line, column) = problem.position.unwrap_or((1, 1));
                // Columns of problems count characters, and before one there is no text to count bytes in.
                let start = if problem.position.is_some() && column == 1 {
                    json!({"line": line, "column": 1})
                } else {
                    json!({"line": line})
                };
                json!({
                    "message": format!("{}; {}", problem.message, problem.help),
                    "location": {"path": report.shown, "range": {"start": start}},
                    "severity": "ERROR",
                })
            };
            problems.iter().map(one).collect()
        }
        FileOutcome::Done(done) => {
            let places = Places::new(&done.text);
            let visible = done.findings.iter().filter(|reported| reported.status != Status::Suppressed);
            let mut taken = Vec::new();
            visible.map(|reported| diagnostic(&report.shown, done, &places, reported, &mut taken)).collect()
        }
    }
}

fn diagnostic(
    shown: &str,
    done: &Done,
    places: &Places<'_>,
    reported: &Reported,
    taken: &mut Vec<(usize, usize)>,
) -> Value {
    let finding = &reported.finding;
    let severity = match Level::of(finding) {
        Level::Warning => "WARNING",
        Level::Note => "INFO",
    };
    let mut code = json!({"value": finding.rule});
    if let Some(url) = place::help_link(finding.rule) {
        code["url"] = url.into();
    }
    let mut diagnostic = json!({
        "message": format!("{}\n{}", finding.message, finding.reason),
        "location": {"path": shown, "range": range(places, finding.span)},
        "severity": severity,
        "code": code,
    });
    if let Some(suggestion) = suggestion(done, places, reported, taken) {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    diagnostic
}

/// The fix of a finding; `None` also where a suggestion above has the same lines, since not both could be taken.
fn suggestion(done: &Done, places: &Places<'_>, reported: &Reported, taken: &mut Vec<(usize, usize)>) -> Option<Value> {
    let fix = reported.finding.fix.as_ref().filter(|_| is_offered(reported))?;
    let text = &done.text;
    let hunk = Hunk::of(text, fix).ok()?;
    let lines = |form: &Hunk| places.lines(form.span);
    let free = |(first, last): (usize, usize)| taken.iter().all(|(from, to)| last < *from || *to < first);
    let forms = hunk.forms(text);
    let mut forms = forms.iter().filter(|form| free(lines(form)));
    // Where no form is one of whole lines, any will do as a range with columns.
    let form = forms.clone().find(|form| without_end(text, form).is_some()).or_else(|| forms.next())?;
    let (first, last) = lines(form);
    taken.push((first, last));
    Some(match without_end(text, form) {
        Some(new) => json!({"range": {"start": {"line": first}, "end": {"line": last}}, "text": new}),
        None => json!({"range": range(places, form.span), "text": form.text}),
    })
}

/// The new text of whole lines without the line end that both sides have; `None` where nothing is left, or they end differently.
fn without_end<'f>(text: &str, form: &'f Hunk) -> Option<&'f str> {
    let old = form.span.of(text);
    let end = if old.ends_with("\r\n") {
        "\r\n"
    } else if old.ends_with('\n') {
        "\n"
    } else {
        ""
    };
    let new = form.text.strip_suffix(end)?;
    let keeps_end = end != "\n" || !new.ends_with('\r');
    (keeps_end && !new.is_empty()).then_some(new)
}

fn range(places: &Places<'_>, span: Span) -> Value {
    let position = |offset| json!({"line": places.line(offset), "column": places.byte_column(offset)});
    json!({"start": position(span.start), "end": position(span.end)})
}
