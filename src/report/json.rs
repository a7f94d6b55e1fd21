//! Findings for programs.
//!
//! One document on standard output:
//!
//! ```text
//! {
//!   "version": 1,
//!   "files": [{
//!     "path": "web/Dockerfile",
//!     "skipped": null | "why it was left alone",
//!     "errors": [{"message", "help", "location": null | {"line", "column", "offset"}}],
//!     "findings": [{
//!       "rule": "copy-without-chmod",
//!       "applicability": "safe" | "unsafe" | "display",
//!       "status": "fixed" | "available" | "shown" | "suppressed",
//!       "message": "...",
//!       "reason": "...",
//!       "location": {"start": {"line", "column", "offset"}, "end": {...}},
//!       "related": [{"message", "location"}],
//!       "fix": null | {"title", "edits": [{"target": "dockerfile" | "dockerignore", "path", "start", "end", "text"}]}
//!     }],
//!     "changed": ["web/Dockerfile"],
//!     "bugs": ["..."]
//!   }],
//!   "summary": {"files", "findings", "changed", "errors", "skipped"}
//! }
//! ```
//!
//! Lines and columns count from 1, columns in Unicode scalar values. `offset`, `start` and `end` are bytes of the file
//! as it was read. `status` is `fixed` for a fix that is in the diff, or was written by `--apply`. The edits of one
//! finding stand for themselves: they are made against the file as it was read. New fields may come; those that are
//! there keep their meaning as long as `version` is 1.

use serde::Serialize;

use super::{Done, FileOutcome, FileReport, Problem, Status};
use crate::finding::Target;
use crate::text::{LineIndex, Span};

/// What comes before the first file.
pub const HEAD: &str = "{\"version\":1,\"files\":[";

/// Numbers at the end of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files that were looked at, skipped or failed.
    pub files: usize,
    /// Findings that no comment silences.
    pub findings: usize,
    /// Files with changes.
    pub changed: usize,
    /// Files that failed.
    pub errors: usize,
    /// Files that were left alone.
    pub skipped: usize,
}

impl Summary {
    /// Counts one more file.
    pub fn add(&mut self, report: &FileReport) {
        self.files += 1;
        match &report.outcome {
            FileOutcome::Failed(_) => self.errors += 1,
            FileOutcome::Skipped(_) => self.skipped += 1,
            FileOutcome::Done(done) => {
                self.findings += done.findings.iter().filter(|it| it.status != Status::Suppressed).count();
                self.changed += usize::from(!done.changes.is_empty());
            }
        }
    }
}

/// One element of `files`, without a comma.
///
/// # Errors
/// Never for the types here; `serde_json` cannot know.
pub fn file(report: &FileReport) -> Result<String, serde_json::Error> {
    let mut json = File { path: &report.shown, ..File::default() };
    match &report.outcome {
        FileOutcome::Failed(problems) => json.errors = problems.iter().map(problem).collect(),
        FileOutcome::Skipped(reason) => json.skipped = Some(reason),
        FileOutcome::Done(done) => {
            json.findings = findings(&report.shown, done);
            json.changed = done.changes.iter().map(|change| change.name.display().to_string()).collect();
            json.bugs = &done.bugs;
        }
    }
    serde_json::to_string(&json)
}

/// What comes after the last file.
///
/// # Errors
/// Never for the types here; `serde_json` cannot know.
pub fn tail(summary: &Summary) -> Result<String, serde_json::Error> {
    Ok(format!("\n],\"summary\":{}}}\n", serde_json::to_string(summary)?))
}

#[derive(Default, Serialize)]
struct File<'a> {
    path: &'a str,
    skipped: Option<&'a str>,
    errors: Vec<ErrorAt<'a>>,
    findings: Vec<FindingAt<'a>>,
    changed: Vec<String>,
    bugs: &'a [String],
}

#[derive(Serialize)]
struct ErrorAt<'a> {
    message: &'a str,
    help: &'a str,
    location: Option<Place>,
}

#[derive(Serialize)]
struct FindingAt<'a> {
    rule: &'a str,
    applicability: crate::settings::Applicability,
    status: Status,
    message: &'a str,
    reason: &'a str,
    location: Location,
    related: Vec<RelatedAt<'a>>,
    fix: Option<FixOf<'a>>,
}

#[derive(Serialize)]
struct RelatedAt<'a> {
    message: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct FixOf<'a> {
    title: &'a str,
    edits: Vec<EditOf<'a>>,
}

#[derive(Serialize)]
struct EditOf<'a> {
    target: Target,
    path: String,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Location {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    offset: usize,
}

fn problem(problem: &Problem) -> ErrorAt<'_> {
    let location = problem.position.map(|(line, column)| Place {
        line,
        column,
        offset: problem.span.map(|span| span.start).unwrap_or_default(),
    });
    ErrorAt { message: &problem.message, help: &problem.help, location }
}

fn findings<'a>(shown: &str, done: &'a Done) -> Vec<FindingAt<'a>> {
    let index = LineIndex::new(&done.text);
    let place = |offset: usize| {
        let position = index.position(&done.text, offset);
        Place { line: position.line, column: position.column, offset }
    };
    let location = |span: Span| Location { start: place(span.start), end: place(span.end) };
    let ignore_file = done.changes.get(1).map(|change| change.name.display().to_string());
    let path_of = |target: Target| match target {
        Target::Dockerfile => shown.to_owned(),
        Target::Dockerignore => ignore_file.clone().unwrap_or_else(|| ".dockerignore".to_owned()),
    };
    let one = |reported: &'a super::ReportedFinding| {
        let finding = &reported.finding;
        FindingAt {
            rule: finding.rule,
            applicability: finding.applicability,
            status: reported.status,
            message: &finding.message,
            reason: &finding.reason,
            location: location(finding.span),
            related: finding
                .related
                .iter()
                .map(|related| RelatedAt { message: &related.message, location: location(related.span) })
                .collect(),
            fix: finding.fix.as_ref().map(|fix| FixOf {
                title: &fix.title,
                edits: fix
                    .edits
                    .iter()
                    .map(|(target, edit)| EditOf {
                        target: *target,
                        path: path_of(*target),
                        start: edit.span.start,
                        end: edit.span.end,
                        text: &edit.text,
                    })
                    .collect(),
            }),
        }
    };
    done.findings.iter().map(one).collect()
}
