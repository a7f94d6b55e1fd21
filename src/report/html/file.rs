//! One Dockerfile on the page.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{counted, escape, prose};
use super::{Outcome, Page, Section, Sheet, findings, svg};
use crate::report::{Done, FileOutcome, FileReport};

/// The section of a file, which is counted in `page`.
pub(super) fn section(report: &FileReport, sheet: Option<&Sheet>, context: Option<usize>, page: &mut Page) -> Section {
    let mut counts: BTreeMap<(&'static str, Outcome), usize> = BTreeMap::new();
    let mut section = Section { quiet: true, ..Section::default() };
    let mut aside = "";
    match &report.outcome {
        FileOutcome::Failed(problems) => {
            page.failed += 1;
            counts.insert(("", Outcome::Failed), problems.len().max(1));
            section.findings = findings::problems(problems);
            section.quiet = false;
        }
        FileOutcome::Skipped(reason) => {
            page.skipped += 1;
            aside = "skipped";
            section.findings = format!("<p class=\"note\">Skipped: {}</p>", prose(reason));
        }
        FileOutcome::Done(done) => {
            for reported in &done.findings {
                *counts.entry((reported.finding.rule, findings::outcome(reported))).or_default() += 1;
            }
            section.quiet = done.findings.is_empty() && done.bugs.is_empty();
            section.findings = body(&report.shown, done, sheet);
            section.extras = sheet.map(|sheet| extras(sheet, !done.changes.is_empty(), context)).unwrap_or_default();
        }
    }
    page.found += usize::from(!counts.is_empty());
    for ((rule, outcome), number) in &counts {
        *page.outcomes.entry(*outcome).or_default() += number;
        if !rule.is_empty() {
            *page.rules.entry(rule).or_default() += number;
        }
    }
    let left = counts.iter().map(|((rule, outcome), number)| format!("{rule}/{}/{number}", outcome.slug()));
    section.left = left.collect::<Vec<_>>().join(" ");
    section.head = head(report, &counts, aside);
    section
}

/// The line that is always seen: the name, and how many findings of each kind there are.
fn head(report: &FileReport, counts: &BTreeMap<(&'static str, Outcome), usize>, aside: &str) -> String {
    let mut head = format!("<summary><span class=\"path\">{}</span> ", escape(&report.shown));
    for outcome in Outcome::ALL {
        let number: usize = counts.iter().filter(|((_, of), _)| *of == outcome).map(|(_, number)| number).sum();
        if number > 0 {
            let _ = write!(head, "<span class=\"badge {}\">{number} {}</span> ", outcome.slug(), outcome.label());
        }
    }
    if counts.is_empty() {
        let word = if aside.is_empty() { "nothing found" } else { aside };
        let _ = write!(head, "<span class=\"quiet\">{word}</span>");
    }
    head.push_str("</summary>");
    head
}

/// What was found, and what the fixes change together.
fn body(shown: &str, done: &Done, sheet: Option<&Sheet>) -> String {
    let mut html = findings::list(shown, done, sheet.and_then(|sheet| sheet.ignore.as_ref()));
    for bug in &done.bugs {
        let _ = write!(
            html,
            "<p class=\"problem\">A fix was taken back, which is a bug of dockfix; please report it: {}</p>",
            prose(bug)
        );
    }
    for warning in &done.warnings {
        let at = warning.position.map_or_else(String::new, |(line, _)| format!("line {line}: "));
        let _ = write!(html, "<p class=\"note\">{at}{}; {}</p>", prose(&warning.message), prose(&warning.help));
    }
    if !done.changes.is_empty() {
        html.push_str("<details class=\"whole\"><summary>All that <code>dockfix --apply</code> writes</summary>");
        done.changes.iter().for_each(|change| html.push_str(&findings::colored(change)));
        html.push_str("</details>");
    }
    html
}

/// Stages, cache and context.
fn extras(sheet: &Sheet, changes: bool, context: Option<usize>) -> String {
    let mut html = String::new();
    let stages = counted(sheet.before.nodes.len(), "stage");
    let after = sheet.after.as_ref().filter(|after| changes && **after != sheet.before);
    html.push_str("<section class=\"stages\"><h3>Stages</h3><div class=\"graphs\">");
    let title = if after.is_some() { "Today" } else { "Stages" };
    let figure = |title: &str, picture: String, shown: bool| {
        let caption = if shown { format!("<figcaption>{title}</figcaption>") } else { String::new() };
        format!(
            "<figure>{caption}<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{title}, {stages}\">{picture}</div></figure>"
        )
    };
    html.push_str(&figure(title, svg::picture(&sheet.before, None, title), after.is_some()));
    if let Some(after) = after {
        let title = "With the fixes";
        html.push_str(&figure(title, svg::picture(after, Some(&sheet.before), title), true));
    }
    html.push_str("</div>");
    html.push_str(&svg::legend([Some(&sheet.before), after]));
    if changes && after.is_none() {
        html.push_str("<p class=\"note\">The fixes leave the stages, what they take from each other and their users as they are.</p>");
    }
    html.push_str("</section>");
    if let Some(cache) = &sheet.cache {
        html.push_str(&cache.html());
    }
    if let Some(context) = context {
        let _ = write!(html, "<p class=\"more\"><a href=\"#context-{context}\">What builders are sent for it</a></p>");
    }
    html
}
