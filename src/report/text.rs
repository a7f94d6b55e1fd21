//! Findings for people.

use super::snippet::{Message, Severity, render};
use super::{Done, ReportedFinding, Status};
use crate::settings::Applicability;

/// All findings of the file `shown` that are not silenced, each followed by an empty line.
#[must_use]
pub fn findings(shown: &str, done: &Done, color: bool) -> String {
    let visible = done.findings.iter().filter(|reported| reported.status != Status::Suppressed);
    visible.map(|reported| finding(shown, &done.text, reported, color) + "\n").collect()
}

fn finding(shown: &str, text: &str, reported: &ReportedFinding, color: bool) -> String {
    let finding = &reported.finding;
    let help = help(reported);
    let message = Message {
        severity: Severity::Warning,
        id: Some(finding.rule),
        title: &finding.message,
        path: shown,
        text,
        primary: Some(finding.span.start..finding.span.end),
        related: finding
            .related
            .iter()
            .map(|related| (related.span.start..related.span.end, related.message.as_str()))
            .collect(),
        notes: vec![&finding.reason],
        help: Some(&help),
    };
    render(&message, color)
}

/// What to do about a finding, with the level of its fix and the command that writes it.
fn help(reported: &ReportedFinding) -> String {
    let finding = &reported.finding;
    match (&finding.fix, finding.applicability) {
        (Some(fix), Applicability::Safe) => format!("{} (safe: `dockfix --apply` writes it)", fix.title),
        (Some(fix), Applicability::Unsafe) => format!("{} (unsafe: `dockfix --apply --unsafe` writes it)", fix.title),
        (Some(fix), Applicability::Display) => format!("{} (display: shown, never written)", fix.title),
        (None, _) => format!("`dockfix explain {}` says what can be done (display: no fix)", finding.rule),
    }
}
