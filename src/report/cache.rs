//! What the cache simulator says: as a table for people, as JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::harmless;
use crate::model::cache::log::Outcome;
use crate::model::cache::{Effort, Reason, Row, Simulation, Verdict};

/// How much of an instruction a table shows.
const SHOWN: usize = 44;

/// A table with one line for each instruction, under a heading.
#[must_use]
pub fn table(simulation: &Simulation) -> String {
    lay_out(simulation, |_, row| (format!("{:9}", row.verdict.name()), why(row)))
}

/// The same with what the log of a build says, and what was foretold only if something was said to change.
#[must_use]
pub fn logged_table(simulation: &Simulation, outcomes: &BTreeMap<usize, Outcome>, changed: bool) -> String {
    lay_out(simulation, |index, row| {
        let outcome = outcomes.get(&index).map_or("", |outcome| outcome.name());
        // A step that the log says nothing of is none of this build.
        if !changed || outcome.is_empty() {
            return (format!("{outcome:6}"), String::new());
        }
        let why = why(row);
        (format!("{outcome:6}"), if why.is_empty() { why } else { format!("{}: {why}", row.verdict.name()) })
    })
}

/// Why a row has its verdict; nothing where that goes without saying.
fn why(row: &Row) -> String {
    match row.reason {
        Reason::Unchanged | Reason::Setting => String::new(),
        _ => harmless(&row.reason.sentence()),
    }
}

fn lay_out(simulation: &Simulation, columns: impl Fn(usize, &Row) -> (String, String)) -> String {
    let shown: Vec<String> = simulation.rows.iter().map(shortened).collect();
    let width = shown.iter().map(|text| text.chars().count()).max().unwrap_or_default();
    let mut table = String::new();
    for (index, (row, text)) in simulation.rows.iter().zip(&shown).enumerate() {
        let (word, why) = columns(index, row);
        let line = format!("{:>4}  {text:width$}  {word}  {why}", row.line);
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table
}

/// An instruction on one line, cut where it is long.
#[must_use]
pub fn shortened(row: &Row) -> String {
    let text = row.instruction.logical_text();
    let words: Vec<&str> = text.text().split_whitespace().collect();
    let text = harmless(&words.join(" "));
    let text = if row.trigger { format!("{text} (ONBUILD)") } else { text };
    if text.chars().count() <= SHOWN {
        return text;
    }
    let cut: String = text.chars().take(SHOWN - 1).collect();
    format!("{}…", cut.trim_end())
}

/// How many steps run again, and the install among them that takes longest to wait for.
#[must_use]
pub fn count(simulation: &Simulation) -> String {
    harmless(&Effort::of(simulation).sentence())
}

/// The answer as one JSON document.
#[derive(Debug, Serialize)]
pub struct Document {
    /// The version of this layout.
    pub version: u32,
    /// The Dockerfile.
    pub path: String,
    /// The builder.
    pub builder: &'static str,
    /// The paths and arguments that change, as they were given.
    pub changed: Vec<String>,
    /// The same for new files.
    pub added: Vec<String>,
    /// Whether only modes change.
    pub mode_only: bool,
    /// The build arguments.
    pub build_args: Vec<String>,
    /// What happens today.
    pub before: Side,
    /// What happens with the fixes; `null` where there are none.
    pub after: Option<Side>,
    /// What the log of a build says; `null` without one.
    pub image: Option<Summary>,
    /// What is to be known besides.
    pub notes: Vec<String>,
}

/// Whether a change is in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InImage {
    /// What depends on it ran.
    Yes,
    /// A step that depends on it came out of the cache.
    No,
    /// Nothing was said to change, or no step depends on it.
    NotAsked,
}

/// What the log of a build says. Lines are those of the instructions.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// What became of each instruction, by line.
    pub outcomes: BTreeMap<usize, &'static str>,
    /// Whether the change is in the image.
    pub in_image: InImage,
    /// What should have run again, and came out of the cache.
    pub missed: Vec<usize>,
    /// What depends on the change and ran.
    pub ran: Vec<usize>,
    /// What runs the missed ones again.
    pub command: Option<String>,
    /// How many steps it runs.
    pub steps: Option<usize>,
}

/// One file of a [`Document`].
#[derive(Debug, Serialize)]
pub struct Side {
    rebuilt: usize,
    depends: usize,
    rows: Vec<JsonRow>,
}

#[derive(Debug, Serialize)]
struct JsonRow {
    line: usize,
    stage: Option<usize>,
    trigger: bool,
    step: bool,
    instruction: String,
    verdict: &'static str,
    reason: JsonReason,
}

#[derive(Debug, Serialize)]
struct JsonReason {
    kind: &'static str,
    text: String,
    line: Option<usize>,
}

impl Side {
    /// The rows of a simulation.
    #[must_use]
    pub fn new(simulation: &Simulation) -> Self {
        let rows = simulation.rows.iter().map(|row| JsonRow {
            line: row.line,
            stage: row.stage,
            trigger: row.trigger,
            step: row.step,
            instruction: row.instruction.logical_text().text().to_owned(),
            verdict: row.verdict.name(),
            reason: JsonReason { kind: row.reason.name(), text: row.reason.sentence(), line: row.reason.line() },
        });
        let number = |verdict| simulation.rows.iter().filter(|row| row.verdict == verdict).count();
        Self { rebuilt: number(Verdict::Rebuilt), depends: number(Verdict::Depends), rows: rows.collect() }
    }
}
