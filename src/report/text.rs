//! Findings for people.

use super::snippet::{Message, Severity, render};
use super::{Done, Reported, Status};
use crate::finding::Target;
use crate::model::cache::Gain;
use crate::rules;
use crate::settings::Applicability;
use crate::text::LineIndex;

/// All findings of the file `shown` that are not silenced, each followed by an empty line.
#[must_use]
pub fn findings(shown: &str, done: &Done, color: bool) -> String {
    let visible = done.findings.iter().filter(|reported| reported.status != Status::Suppressed);
    visible.map(|reported| finding(shown, &done.text, reported, color) + "\n").collect()
}

fn finding(shown: &str, text: &str, reported: &Reported, color: bool) -> String {
    let finding = &reported.finding;
    let help = help(reported);
    let proposal = proposal(text, reported);
    let gain = reported.gain.as_ref().map(Gain::sentence);
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
        notes: std::iter::once(finding.reason.as_str()).chain(gain.as_deref()).chain(proposal.as_deref()).collect(),
        help: Some(&help),
    };
    render(&message, color)
}

/// What a fix would insert that is shown and never written, so that a person can.
fn proposal(text: &str, reported: &Reported) -> Option<String> {
    const MOST_LINES: usize = 8;
    let fix = reported.finding.fix.as_ref()?;
    // In a later round, places are not those of the file.
    if reported.finding.applicability != Applicability::Display || reported.round != 1 {
        return None;
    }
    let [(Target::Dockerfile, edit)] = fix.edits.as_slice() else { return None };
    let lines: Vec<&str> = edit.text.lines().filter(|line| !line.trim().is_empty()).collect();
    if !edit.span.is_empty() || lines.is_empty() || lines.len() > MOST_LINES {
        return None;
    }
    let line = LineIndex::new(text).line(edit.span.start);
    Some(format!("above line {line}, it would be:\n{}", lines.join("\n")))
}

/// What its fix does, and how it is written; `None` where there is none.
pub(super) fn advice(reported: &Reported) -> Option<String> {
    reported.finding.fix.as_ref().map(|_| help(reported))
}

/// What to do about a finding, with the level of its fix and the command that writes it.
fn help(reported: &Reported) -> String {
    let finding = &reported.finding;
    if reported.status == Status::Failed {
        return "its fix did not survive verification and is not written (a bug of the rule)".to_owned();
    }
    match (&finding.fix, finding.applicability) {
        (Some(fix), Applicability::Safe) => format!("{} (safe: `dockfix --apply` writes it)", fix.title),
        (Some(fix), Applicability::Unsafe) => format!("{} (unsafe: `dockfix --apply --unsafe` writes it)", fix.title),
        (Some(fix), Applicability::Display) if is_shown_rule(finding.rule) => {
            format!("{} (`dockfix --select {} --apply` writes it)", fix.title, finding.rule)
        }
        (Some(fix), Applicability::Display) => format!("{} (display: shown, never written)", fix.title),
        (None, _) => format!("`dockfix explain {}` says what can be done (display: no fix)", finding.rule),
    }
}

/// Whether a rule writes nothing unless it is selected by its name.
fn is_shown_rule(rule: &str) -> bool {
    rules::find(rule).is_some_and(|registered| registered.meta.shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Finding, Fix, Related};
    use crate::text::Span;

    fn check(text: &str, finding: Finding, status: Status, expected: &str) {
        let findings = vec![Reported { finding, status, round: 1, written_first: true, gain: None }];
        let done = Done { text: text.to_owned(), findings, ..Done::default() };
        assert_eq!(super::findings("web/Dockerfile", &done, false), expected);
    }

    fn finding(applicability: Applicability, fix: bool) -> Finding {
        Finding {
            rule: "copy-without-chmod",
            span: Span::new(7, 16),
            message: "`/x` lacks the x bit".to_owned(),
            reason: "CMD runs it".to_owned(),
            applicability,
            paths: Vec::new(),
            related: vec![Related { span: Span::new(17, 23), message: "run here".to_owned() }],
            fix: fix.then(|| Fix {
                title: "insert `RUN chmod 755 /x`".to_owned(),
                edits: Vec::new(),
                reads: Vec::new(),
            }),
        }
    }

    const TEXT: &str = "FROM a\nCOPY x /x\nCMD /x\n";

    #[test]
    fn shows_the_place_the_reason_and_what_to_do() {
        let shown = |help: &str| {
            format!(
                "warning[copy-without-chmod]: `/x` lacks the x bit\n --> web/Dockerfile:2:1\n  |\n\
                 2 | COPY x /x\n  | ^^^^^^^^^\n3 | CMD /x\n  | ------ run here\n  |\n\
                 \x20 = note: CMD runs it\n  = help: {help}\n\n"
            )
        };
        let check =
            |applicability, fix, status, help: &str| check(TEXT, finding(applicability, fix), status, &shown(help));
        let title = "insert `RUN chmod 755 /x`";
        let (safe, not) = (Applicability::Safe, Applicability::Unsafe);
        check(safe, true, Status::Applied, &format!("{title} (safe: `dockfix --apply` writes it)"));
        check(not, true, Status::Available, &format!("{title} (unsafe: `dockfix --apply --unsafe` writes it)"));
        check(Applicability::Display, true, Status::Display, &format!("{title} (display: shown, never written)"));
        let none = "`dockfix explain copy-without-chmod` says what can be done (display: no fix)";
        check(Applicability::Display, false, Status::Display, none);
        let failed = "its fix did not survive verification and is not written (a bug of the rule)";
        check(safe, true, Status::Failed, failed);
    }

    #[test]
    fn says_nothing_of_what_a_comment_silences() {
        check(TEXT, finding(Applicability::Safe, true), Status::Suppressed, "");
    }

    #[test]
    fn prints_control_characters_harmlessly_and_no_endless_lines() {
        let long = format!("FROM a\nCOPY x /x \u{1b}[2J\nCMD {}\n", "x".repeat(1 << 20));
        let findings = vec![Reported {
            finding: finding(Applicability::Safe, true),
            status: Status::Applied,
            round: 1,
            written_first: true,
            gain: None,
        }];
        let mut done = Done { text: long, findings, ..Done::default() };
        done.findings[0].finding.message.push('\u{1b}');
        let shown = super::findings("a\u{1b}\nb", &done, false);
        assert!(!shown.contains('\u{1b}') && shown.len() < 1000, "{shown}");
        done.findings[0].finding.related.clear();
        let shown = super::findings("a\u{1b}\nb", &done, false);
        assert!(!shown.contains('\u{1b}') && shown.contains("COPY x /x"), "{shown}");
    }
}
