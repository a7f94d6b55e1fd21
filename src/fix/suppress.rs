//! Comments that ask to ignore findings.
//!
//! `# dockfix: ignore[slug, …] reason` above an instruction, or between its lines, hides what these rules find in it;
//! `# dockfix: ignore-file[slug, …] reason` before the first instruction hides it in the whole file. Slugs, aliases and
//! groups may be named; without brackets everything is hidden. A comment that does nothing is worth a warning.

use super::Checker;
use crate::finding::Finding;
use crate::syntax::{Dockerfile, Instruction};
use crate::text::{Span, closest};

/// An ignore comment that does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The comment.
    pub span: Span,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// What the comments of one file ask to ignore.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppressions {
    entries: Vec<Suppression>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Suppression {
    /// What it covers; `None` for the whole file.
    within: Option<Span>,
    /// Which rules; empty for all.
    names: Vec<String>,
}

impl Suppressions {
    /// Reads the comments of a file.
    #[must_use]
    pub fn read(dockerfile: &Dockerfile, checker: &dyn Checker) -> (Self, Vec<Warning>) {
        let (mut entries, mut warnings) = (Vec::new(), Vec::new());
        // Most files hold none, and need no second look at their tree.
        if !dockerfile.text().contains("dockfix:") {
            return (Self { entries }, warnings);
        }
        let instructions = dockerfile.instructions();
        for (span, text) in dockerfile.comments() {
            let Some(rest) = directive(&text) else { continue };
            let mut warn = |message: String, help: String| warnings.push(Warning { span, message, help });
            let parsed = match parse(rest) {
                Ok(parsed) => parsed,
                Err((message, help)) => {
                    warn(message, help);
                    continue;
                }
            };
            let within = match scope(&parsed, span, &instructions) {
                Ok(within) => within,
                Err((message, help)) => {
                    warn(message, help);
                    continue;
                }
            };
            let known = checker.names();
            let (names, unknown): (Vec<_>, Vec<_>) =
                parsed.names.iter().cloned().partition(|name| known.contains(&name.as_str()));
            for name in unknown {
                let help = closest(&name, &known)
                    .map_or_else(|| "see `dockfix rules`".to_owned(), |near| format!("did you mean `{near}`?"));
                warn(format!("no rule, alias or group is called `{name}`"), help);
            }
            // Only a comment without names means every rule, not one whose names are all wrong.
            if parsed.names.is_empty() || !names.is_empty() {
                entries.push(Suppression { within, names });
            }
        }
        (Self { entries }, warnings)
    }

    /// Whether a comment asks to ignore `finding`.
    #[must_use]
    pub fn cover(&self, finding: &Finding, checker: &dyn Checker) -> bool {
        self.entries.iter().any(|entry| {
            let start = finding.span.start;
            let here = entry.within.is_none_or(|within| within.start <= start && start < within.end);
            here && (entry.names.is_empty() || entry.names.iter().any(|name| checker.means(name, finding.rule)))
        })
    }
}

/// What stands behind `# dockfix:`.
fn directive(comment: &str) -> Option<&str> {
    Some(comment.trim_start_matches('#').trim_start().strip_prefix("dockfix:")?.trim())
}

struct Parsed {
    whole_file: bool,
    names: Vec<String>,
}

fn parse(text: &str) -> Result<Parsed, (String, String)> {
    let length =
        text.find(|character: char| !character.is_ascii_alphanumeric() && character != '-').unwrap_or(text.len());
    let (verb, rest) = text.split_at(length);
    let whole_file = match verb {
        "ignore" => false,
        "ignore-file" => true,
        _ => {
            let near = closest(verb, &["ignore", "ignore-file"]).unwrap_or("ignore");
            return Err((format!("`{verb}` is nothing to tell dockfix"), format!("write `# dockfix: {near}[slug]`")));
        }
    };
    let Some(list) = rest.trim_start().strip_prefix('[') else { return Ok(Parsed { whole_file, names: Vec::new() }) };
    let Some((list, _)) = list.split_once(']') else {
        return Err(("the list of rules is not closed".to_owned(), format!("write `# dockfix: {verb}[slug]`")));
    };
    let names: Vec<_> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if names.is_empty() {
        let help = format!("name the rules, or write `# dockfix: {verb}` for all of them");
        return Err(("the list of rules is empty".to_owned(), help));
    }
    Ok(Parsed { whole_file, names })
}

fn scope(parsed: &Parsed, comment: Span, instructions: &[Instruction]) -> Result<Option<Span>, (String, String)> {
    let first = instructions.first().map_or(usize::MAX, |first| first.keyword_span().start);
    if parsed.whole_file {
        return if comment.start < first {
            Ok(None)
        } else {
            Err((
                "`ignore-file` does nothing here".to_owned(),
                "move it above the first instruction, or write `ignore`".to_owned(),
            ))
        };
    }
    let owner = instructions.partition_point(|instruction| instruction.full_span().end <= comment.start);
    match instructions.get(owner).map(Instruction::full_span) {
        Some(span) if span.contains(comment) => Ok(Some(span)),
        _ => Err((
            "no instruction follows directly".to_owned(),
            "put the comment on the line above an instruction, or write `ignore-file` at the top".to_owned(),
        )),
    }
}
