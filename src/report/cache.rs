//! What the cache simulator says: as a table for people, as JSON for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::harmless;
use crate::model::cache::{Reason, Row, Simulation, Verdict};

/// How much of an instruction a table shows.
const SHOWN: usize = 44;

/// Installs that people wait for, by the words that start them.
const INSTALLS: [&str; 30] = [
    "pip install",
    "pip3 install",
    "pipenv install",
    "pipenv sync",
    "poetry install",
    "uv sync",
    "uv pip",
    "conda install",
    "npm ci",
    "npm install",
    "yarn install",
    "yarn --",
    "pnpm install",
    "pnpm i",
    "bun install",
    "bundle install",
    "composer install",
    "go mod download",
    "go build",
    "cargo fetch",
    "cargo build",
    "mvn ",
    "gradlew",
    "gradle ",
    "dotnet restore",
    "mix deps.get",
    "apt-get install",
    "apk add",
    "dnf install",
    "yum install",
];

/// A table with one line for each instruction, under a heading.
#[must_use]
pub fn table(simulation: &Simulation) -> String {
    let shown: Vec<String> = simulation.rows.iter().map(shortened).collect();
    let width = shown.iter().map(|text| text.chars().count()).max().unwrap_or_default().max("instruction".len());
    let mut table = format!("{:>4}  {:width$}  {:9}  why\n", "line", "instruction", "");
    for (row, text) in simulation.rows.iter().zip(&shown) {
        // What goes without saying is not said.
        let why = match row.reason {
            Reason::Unchanged | Reason::Setting => String::new(),
            _ => harmless(&row.reason.sentence()),
        };
        let line = format!("{:>4}  {text:width$}  {:9}  {why}", row.line, row.verdict.name());
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
    let rebuilt = simulation.rebuilt().count();
    let depends = simulation.rows.iter().filter(|row| row.verdict == Verdict::Depends).count();
    let mut text = match (rebuilt, depends) {
        (0, 0) => "no step".to_owned(),
        (0, perhaps) => format!("perhaps {perhaps} step{}", plural(perhaps)),
        (certain, 0) => format!("{certain} step{}", plural(certain)),
        (certain, perhaps) => format!("{certain} step{} and perhaps {perhaps} more", plural(certain)),
    };
    let install = simulation.rebuilt().find_map(|row| {
        let text = row.instruction.logical_text();
        INSTALLS
            .iter()
            .find(|words| row.instruction.keyword().eq_ignore_ascii_case("run") && text.text().contains(**words))
    });
    if let Some(install) = install {
        let _ = write!(text, ", {} among them", install.trim_end_matches([' ', '-']));
    }
    text
}

const fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// The answer as one JSON document.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// The version of this layout.
    pub version: u32,
    /// The Dockerfile.
    pub path: &'a str,
    /// The builder.
    pub builder: &'a str,
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
    /// What is to be known besides.
    pub notes: &'a [String],
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
