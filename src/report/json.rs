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
//!       "status": "applied" | "available" | "display" | "suppressed" | "failed",
//!       "round": 1,
//!       "message": "...",
//!       "reason": "...",
//!       "location": {"start": {"line", "column", "offset"}, "end": {...}},
//!       "related": [{"message", "location"}],
//!       "gain": null | {
//!         "cause": {"path": "src/app.py"} | {"argument": "CACHE_BUST"},
//!         "on": [{"builder": "buildkit" | "classic", "before": {"steps", "perhaps", "install"}, "after": {...}}],
//!         "text": "today a change in src/app.py re-runs ..."
//!       },
//!       "fix": null | {"title", "edits": [{"target": "dockerfile" | "dockerignore", "path", "start", "end", "text"}]}
//!     }],
//!     "changed": ["web/Dockerfile"],
//!     "warnings": [{"message", "help", "location"}],
//!     "bugs": ["..."]
//!   }],
//!   "summary": {"files", "findings", "changed", "errors", "skipped"}
//! }
//! ```
//!
//! Lines and columns count from 1, columns in Unicode scalar values; `offset` is in bytes of the file as it was read.
//! `status` is `applied` for a fix that is in the diff, or was written by `--apply`; `available` waits for `--unsafe`;
//! `suppressed` is silenced by a comment; `failed` was taken back, and `bugs` says why.
//!
//! `gain` is what the layer cache gives with the fix, for the rules that are about it: how many `steps` the change runs again
//! for certain, how many more `perhaps`, and which `install` is among them (`null` if none is).
//!
//! `start` and `end` of an edit are bytes of the text as `round` began. In round 1 that is the file as it was read; a
//! later round has findings that only show when the fixes before it are in. New fields may come; those that are there
//! keep their meaning as long as `version` is 1.

use serde::Serialize;

use super::{Done, FileOutcome, FileReport, Problem, Status};
use crate::finding::Target;
use crate::model::cache::Gain;
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
            json.warnings = done.warnings.iter().map(problem).collect();
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
    warnings: Vec<ErrorAt<'a>>,
    bugs: &'a [String],
}

#[derive(Serialize)]
struct ErrorAt<'a> {
    message: &'a str,
    help: &'a str,
    location: Option<Place>,
}

/// One element of `findings`.
#[derive(Serialize)]
pub struct FindingAt<'a> {
    rule: &'a str,
    applicability: crate::settings::Applicability,
    status: Status,
    round: usize,
    message: &'a str,
    reason: &'a str,
    location: Location,
    related: Vec<RelatedAt<'a>>,
    gain: Option<GainOf<'a>>,
    fix: Option<FixOf<'a>>,
}

#[derive(Serialize)]
struct RelatedAt<'a> {
    message: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct GainOf<'a> {
    #[serde(flatten)]
    gain: &'a Gain,
    text: String,
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

/// The findings of one file, which is called `shown`.
#[must_use]
pub fn findings<'a>(shown: &str, done: &'a Done) -> Vec<FindingAt<'a>> {
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
    let one = |reported: &'a super::Reported| {
        let finding = &reported.finding;
        FindingAt {
            rule: finding.rule,
            applicability: finding.applicability,
            status: reported.status,
            round: reported.round,
            message: &finding.message,
            reason: &finding.reason,
            location: location(finding.span),
            related: finding
                .related
                .iter()
                .map(|related| RelatedAt { message: &related.message, location: location(related.span) })
                .collect(),
            gain: reported.gain.as_ref().map(|gain| GainOf { gain, text: gain.sentence() }),
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::finding::{Finding, Fix, Related};
    use crate::report::{FileChange, Reported};
    use crate::settings::Applicability;
    use crate::text::Edit;

    #[test]
    fn says_everything_about_a_finding() {
        let text = "FROM a\nCOPY é.sh /x\nCMD /x\n";
        let finding = Finding {
            rule: "copy-without-chmod",
            span: Span::new(7, 20),
            message: "é.sh lacks the x bit".to_owned(),
            reason: "CMD runs it".to_owned(),
            applicability: Applicability::Safe,
            paths: Vec::new(),
            related: vec![Related { span: Span::new(21, 27), message: "runs here".to_owned() }],
            fix: Some(Fix {
                title: "insert `RUN chmod 755 /x`".to_owned(),
                edits: vec![
                    (Target::Dockerfile, Edit::insert(21, "RUN chmod 755 /x\n")),
                    (Target::Dockerignore, Edit::insert(0, ".git\n")),
                ],
                reads: Vec::new(),
            }),
        };
        let change = |name: &str| FileChange {
            path: PathBuf::from("/").join(name),
            name: PathBuf::from(name),
            before: None,
            after: String::new(),
        };
        let done = Done {
            text: text.to_owned(),
            findings: vec![Reported { finding, status: Status::Applied, round: 1, written_first: true, gain: None }],
            changes: vec![change("a/Dockerfile"), change("a/.dockerignore")],
            ..Done::default()
        };
        let report = FileReport::new("a/Dockerfile".to_owned(), FileOutcome::Done(Box::new(done)));
        let mut summary = Summary::default();
        summary.add(&report);
        let document = format!("{HEAD}{}{}", file(&report).unwrap(), tail(&summary).unwrap());
        let json: serde_json::Value = serde_json::from_str(&document).unwrap();
        let expected = serde_json::json!({
            "version": 1,
            "files": [{
                "path": "a/Dockerfile", "skipped": null, "errors": [], "warnings": [], "bugs": [],
                "changed": ["a/Dockerfile", "a/.dockerignore"],
                "findings": [{
                    "rule": "copy-without-chmod", "applicability": "safe", "status": "applied", "round": 1,
                    "message": "é.sh lacks the x bit", "reason": "CMD runs it",
                    "location": {
                        "start": {"line": 2, "column": 1, "offset": 7},
                        "end": {"line": 2, "column": 13, "offset": 20},
                    },
                    "related": [{"message": "runs here", "location": {
                        "start": {"line": 3, "column": 1, "offset": 21},
                        "end": {"line": 3, "column": 7, "offset": 27},
                    }}],
                    "gain": null,
                    "fix": {"title": "insert `RUN chmod 755 /x`", "edits": [
                        {"target": "dockerfile", "path": "a/Dockerfile", "start": 21, "end": 21, "text": "RUN chmod 755 /x\n"},
                        {"target": "dockerignore", "path": "a/.dockerignore", "start": 0, "end": 0, "text": ".git\n"},
                    ]},
                }],
            }],
            "summary": {"files": 1, "findings": 1, "changed": 1, "errors": 0, "skipped": 0},
        });
        assert_eq!(json, expected);
    }
}
