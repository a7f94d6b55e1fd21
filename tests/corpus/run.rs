//! dockfix itself over a whole directory, and what it reports.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// What is said of one file.
#[derive(Deserialize)]
pub struct Report {
    path: String,
    pub findings: Vec<Finding>,
    changed: Vec<String>,
    pub bugs: Vec<String>,
}

/// What is said of one finding.
#[derive(Deserialize)]
pub struct Finding {
    pub rule: String,
    pub status: String,
}

impl Report {
    /// The rules of which a fix was written.
    pub fn applied(&self) -> BTreeSet<&str> {
        let applied = self.findings.iter().filter(|finding| finding.status == "applied");
        applied.map(|finding| finding.rule.as_str()).collect()
    }
}

/// Writes everything that all rules say into `folder`.
pub fn apply(folder: &Path, not_safe: bool) -> Result<BTreeMap<String, Report>> {
    reports(folder, not_safe, &["--apply"])
}

/// The files that another run would change.
pub fn would_change(folder: &Path, not_safe: bool) -> Result<Vec<String>> {
    Ok(reports(folder, not_safe, &[])?.into_values().flat_map(|report| report.changed).collect())
}

fn reports(folder: &Path, not_safe: bool, more: &[&str]) -> Result<BTreeMap<String, Report>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(["--quiet", "--preset", "all", "--format", "json"])
        .args(not_safe.then_some("--unsafe"))
        .args(more)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = child.stdout.take().context("the output is a pipe")?;
    let mut reports = BTreeMap::new();
    let mut ended = false;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Ok(report) = serde_json::from_str::<Report>(line.trim_end_matches(',')) {
            reports.insert(report.path.clone(), report);
        }
        ended = line.starts_with("],\"summary\"");
    }
    let status = child.wait()?;
    ensure!(ended && status.code().is_some_and(|code| code <= 2), "dockfix ended with {status}, its output is torn");
    Ok(reports)
}
