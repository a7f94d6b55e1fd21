//! A fix that somebody is asked about: what is found, why, how sure the fix is, and what it would change.

use colored::Colorize as _;

use super::diff::{self, Style};
use super::{FileChange, harmless};
use crate::finding::Finding;
use crate::settings::Applicability;
use crate::text::LineIndex;

/// A fix with everything that helps to decide about it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The file as it is shown.
    pub shown: &'a str,
    /// Its text, in which the places of the finding are.
    pub text: &'a str,
    /// What is found, with its fix.
    pub finding: &'a Finding,
    /// What the fix gives, in words.
    pub gain: Option<String>,
    /// What it changes in each file.
    pub changes: Vec<FileChange>,
}

/// The question for people, without the prompt. Nothing that comes from a repository steers the terminal.
#[must_use]
pub fn render(question: &Question<'_>, color: bool) -> String {
    let Question { shown, text, finding, .. } = question;
    let index = LineIndex::new(text);
    let paint = |text: &str, how: fn(&str) -> String| if color { how(text) } else { text.to_owned() };
    let place = format!("{}:{}", harmless(shown), index.line(finding.span.start));
    let head = format!("{place}: {} [{}]", harmless(&finding.message), finding.rule);
    let mut result = paint(&head, |text| text.bold().to_string()) + "\n";
    for related in &finding.related {
        let line = index.line(related.span.start);
        result.push_str(&format!("  line {line}: {}\n", harmless(&related.message)));
    }
    result.push_str(&format!("  why: {}\n", harmless(&finding.reason)));
    if let Some(gain) = &question.gain {
        result.push_str(&format!("  gain: {}\n", harmless(gain)));
    }
    let title = finding.fix.as_ref().map(|fix| harmless(&fix.title)).unwrap_or_default();
    result.push_str(&match finding.applicability {
        Applicability::Unsafe => {
            let warning = "UNSAFE: right only if what cannot be seen here is as supposed; the reason is above";
            format!("  {}\n  fix, unsafe: {title}\n", paint(warning, |text| text.yellow().bold().to_string()))
        }
        _ => format!("  fix, safe: {title}\n"),
    });
    let style = Style { color, harmless: true };
    result.extend(question.changes.iter().map(|change| diff::unified(change, style)));
    result
}
