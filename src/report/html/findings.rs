//! Findings with their reasons and what their fixes change.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::escape::{escape, prose};
use super::{IgnoreText, Outcome};
use crate::finding::{Fix, Target};
use crate::report::diff::{self, Style};
use crate::report::{Done, FileChange, Problem, Reported, Status};
use crate::settings::Applicability;
use crate::text::{EditSet, LineIndex};

/// Lines of one diff that are shown at most.
const MOST_LINES: usize = 400;
/// Findings of one file that are shown with a diff each.
const MOST_DIFFS: usize = 200;
/// Places that explain a finding and are shown at most.
const MOST_RELATED: usize = 8;

const PLAIN: Style = Style { color: false, harmless: false };

/// What becomes of a finding, as people filter by it.
pub(super) fn outcome(reported: &Reported) -> Outcome {
    match (reported.status, reported.finding.applicability) {
        (Status::Applied, _) => Outcome::Applied,
        (Status::Available, Applicability::Unsafe) => Outcome::Unsafe,
        (Status::Available | Status::Display, _) => Outcome::Shown,
        (Status::Suppressed, _) => Outcome::Suppressed,
        (Status::Failed, _) => Outcome::Failed,
    }
}

/// All findings of a file, called `shown`.
pub(super) fn list(shown: &str, done: &Done, ignore: Option<&IgnoreText>) -> String {
    let lister = Lister { shown, done, ignore, index: LineIndex::new(&done.text) };
    let mut html = String::new();
    for (number, reported) in done.findings.iter().enumerate() {
        lister.one(reported, number < MOST_DIFFS, &mut html);
    }
    html
}

struct Lister<'a> {
    shown: &'a str,
    done: &'a Done,
    ignore: Option<&'a IgnoreText>,
    index: LineIndex,
}

impl Lister<'_> {
    fn one(&self, reported: &Reported, with_diff: bool, html: &mut String) {
        let finding = &reported.finding;
        let outcome = outcome(reported);
        let _ = write!(
            html,
            "<article class=\"finding {0}\" data-rule=\"{1}\" data-outcome=\"{0}\"><h3><span class=\"badge {0}\">{2}</span> \
             <a class=\"rule\" href=\"#rule-{1}\">{1}</a> <span class=\"line\">line {3}</span></h3><p class=\"message\">{4}</p>",
            outcome.slug(),
            escape(finding.rule),
            outcome.label(),
            self.index.line(finding.span.start),
            prose(&finding.message),
        );
        if !finding.reason.is_empty() {
            let _ = write!(html, "<p class=\"reason\">{}</p>", prose(&finding.reason));
        }
        if let Some(gain) = &reported.gain {
            let _ = write!(html, "<p class=\"gain\">{}</p>", prose(&gain.sentence()));
        }
        if !finding.related.is_empty() {
            html.push_str("<ul class=\"related\">");
            for related in finding.related.iter().take(MOST_RELATED) {
                let line = self.index.line(related.span.start);
                let _ = write!(html, "<li>line {line}: {}</li>", prose(&related.message));
            }
            html.push_str("</ul>");
        }
        if let Some(fix) = &finding.fix {
            self.fix(reported, fix, with_diff, html);
        }
        html.push_str("</article>");
    }

    fn fix(&self, reported: &Reported, fix: &Fix, with_diff: bool, html: &mut String) {
        let _ = write!(html, "<p class=\"fix\"><b>Fix:</b> {}{}</p>", prose(&fix.title), level(reported));
        // Every diff costs a look at the whole file.
        let changes = if with_diff { changes(self.shown, self.done, self.ignore, fix, reported.round) } else { None };
        match changes {
            Some(changes) => changes.iter().for_each(|change| html.push_str(&colored(change))),
            None if with_diff => html.push_str(
                "<p class=\"note\">It shows once other fixes are in; the diff of the whole file has it where it is written.</p>",
            ),
            None => html.push_str("<p class=\"note\">There are many; the diff of the whole file has it where it is written.</p>"),
        }
    }
}

/// What is to be said about whether a fix is written.
fn level(reported: &Reported) -> &'static str {
    match (reported.status, reported.finding.applicability) {
        (Status::Available, Applicability::Unsafe) => " <em>(only with <code>--unsafe</code>)</em>",
        (Status::Available, _) => " <em>(waits for the next run)</em>",
        (Status::Display, _) => " <em>(shown, and never written by itself)</em>",
        (Status::Applied, _) if !reported.written_first => " <em>(together with other fixes)</em>",
        (Status::Failed, _) => " <em>(did not stand the test, and was taken back)</em>",
        _ => "",
    }
}

/// What `fix` alone changes; `None` where it does not stand on the text as it is.
fn changes(shown: &str, done: &Done, ignore: Option<&IgnoreText>, fix: &Fix, round: usize) -> Option<Vec<FileChange>> {
    if round > 1 {
        return None;
    }
    let of = |target: Target, name: PathBuf, before: Option<&str>| -> Option<Option<FileChange>> {
        let mut edits = EditSet::new();
        for (_, edit) in fix.edits.iter().filter(|(other, _)| *other == target) {
            let text = before.unwrap_or_default();
            let fits = edit.span.end <= text.len()
                && text.is_char_boundary(edit.span.start)
                && text.is_char_boundary(edit.span.end);
            edits.insert(edit.clone()).ok().filter(|_| fits)?;
        }
        let after = edits.apply(before.unwrap_or_default());
        let change = FileChange { path: name.clone(), name, before: before.map(str::to_owned), after };
        Some((edits.iter().next().is_some()).then_some(change))
    };
    let dockerfile = of(Target::Dockerfile, PathBuf::from(shown), Some(&done.text))?;
    let new = PathBuf::from(".dockerignore");
    let (name, before) = ignore.map_or((new, None), |ignore| (PathBuf::from(&ignore.name), Some(ignore.text.as_str())));
    let ignore = of(Target::Dockerignore, name, before)?;
    Some(dockerfile.into_iter().chain(ignore).collect())
}

/// A unified diff with a colour for each line.
pub(super) fn colored(change: &FileChange) -> String {
    let text = diff::unified(change, PLAIN);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let label = escape(&format!("what changes in {}", change.name.display()));
    let mut html = format!("<pre class=\"diff\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\"><code>");
    let mut head = true;
    for line in lines.iter().take(MOST_LINES) {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        head &= !line.starts_with("@@");
        let class = match line.chars().next() {
            _ if head => "name",
            Some('@') => "hunk",
            Some('+') => "plus",
            Some('-') => "minus",
            _ => "same",
        };
        let _ = write!(html, "<span class=\"{class}\">{}\n</span>", escape(line));
    }
    html.push_str("</code></pre>");
    if lines.len() > MOST_LINES {
        let _ = write!(html, "<p class=\"note\">{} more lines are left out.</p>", lines.len() - MOST_LINES);
    }
    html
}

/// What stops the work on a file, as findings that people can filter by.
pub(super) fn problems(problems: &[Problem]) -> String {
    let mut html = String::new();
    for problem in problems.iter().take(MOST_RELATED) {
        let at = problem.position.map_or_else(String::new, |(line, column)| {
            format!("<span class=\"line\">line {line}, column {column}</span>")
        });
        let _ = write!(
            html,
            "<article class=\"finding failed\" data-rule=\"\" data-outcome=\"failed\"><h3><span class=\"badge failed\">error</span> \
             {at}</h3><p class=\"message\">{}</p><p class=\"reason\">{}</p></article>",
            prose(&problem.message),
            prose(&problem.help)
        );
    }
    if problems.len() > MOST_RELATED {
        let _ = write!(html, "<p class=\"note\">and {} more; mend these first</p>", problems.len() - MOST_RELATED);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_lines_and_not_what_looks_like_a_header() {
        let change = FileChange {
            path: PathBuf::from("/x"),
            name: PathBuf::from("x"),
            before: Some("a\n-- b\n".to_owned()),
            after: "a\n++ <c>\n".to_owned(),
        };
        let html = colored(&change);
        for part in [
            "<span class=\"name\">--- a/x\n",
            "<span class=\"hunk\">@@",
            "<span class=\"minus\">--- b\n",
            "<span class=\"plus\">+++ &lt;c&gt;\n",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
