//! Findings as a code quality report, the JSON array that GitLab reads as an artifact.

use serde_json::{Value, json};

use super::place::{self, Level, Places};
use super::{FileOutcome, FileReport, Status, fingerprint};

/// The entries for a file.
#[must_use]
pub fn file(report: &FileReport) -> Vec<Value> {
    let path = place::name(&report.place);
    match &report.outcome {
        FileOutcome::Skipped(_) => Vec::new(),
        FileOutcome::Failed(problems) => {
            let one = |(index, problem): (usize, &super::Problem)| {
                let line = problem.position.map_or(1, |(line, _)| line);
                json!({
                    "description": format!("{}; {}", problem.message, problem.help),
                    "check_name": "dockfix",
                    "fingerprint": fingerprint::of_problem(&report.place, &problem.message, index),
                    "severity": "major",
                    "location": {"path": path, "lines": {"begin": line}},
                })
            };
            problems.iter().enumerate().map(one).collect()
        }
        FileOutcome::Done(done) => {
            let places = Places::new(&done.text);
            let fingerprints = fingerprint::of_all(&report.place, done);
            let all = done.findings.iter().zip(fingerprints);
            let visible = all.filter(|(reported, _)| reported.status != Status::Suppressed);
            let one = |(reported, fingerprint): (&super::Reported, String)| {
                let finding = &reported.finding;
                let (begin, end) = places.lines(finding.span);
                let severity = match Level::of(finding) {
                    Level::Warning => "major",
                    Level::Note => "minor",
                };
                json!({
                    "description": format!("{}: {}", finding.message, finding.reason),
                    "check_name": finding.rule,
                    "fingerprint": fingerprint,
                    "severity": severity,
                    "location": {"path": path, "lines": {"begin": begin, "end": end}},
                })
            };
            visible.map(one).collect()
        }
    }
}
