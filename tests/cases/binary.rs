//! Runs the binary on a prepared case, without anything of the user's own surroundings.
//!
//! Owns the command line and the reading of the JSON report; knows nothing of what a case expects.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::support::case::{Case, Prepared};

/// What is run on one prepared case.
pub struct Dockfix {
    prepared: Prepared,
    rule: String,
    arguments: Vec<String>,
    /// The Dockerfile where it is seen without a context: then it comes through standard input.
    text: Option<String>,
}

/// What `dockfix check` reports, as far as a case speaks of it.
#[derive(Debug)]
pub struct Finding {
    pub applicability: String,
    pub message: String,
    pub reason: String,
    pub has_fix: bool,
    /// What the fix gives; null where nothing is said of it.
    pub gain: Value,
    line: u64,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fix = if self.has_fix { "with a fix" } else { "without a fix" };
        let Self { applicability, message, reason, line, .. } = self;
        write!(formatter, "line {line}: {applicability}, {fix}: {message}; {reason}")
    }
}

impl Dockfix {
    /// Takes a prepared case and the text of its Dockerfile.
    pub fn new(case: &Case, prepared: Prepared, text: &str) -> Self {
        let text = (!case.has_context()).then(|| text.to_owned());
        Self { prepared, rule: case.rule.clone(), arguments: case.settings.args.clone(), text }
    }

    /// The findings of the case's rule that no comment silences.
    pub fn check(&self) -> Result<Vec<Finding>> {
        let output = self.run(&["check", "--format", "json"], &[])?;
        let report: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("check prints no JSON\n{}", String::from_utf8_lossy(&output.stderr)))?;
        let files = report["files"].as_array().context("no `files` in the JSON")?;
        ensure!(files.len() == 1, "one file was given, but the report has {}", files.len());
        let file = &files[0];
        ensure!(file["skipped"].is_null(), "skipped: {}", file["skipped"]);
        for list in ["errors", "bugs"] {
            ensure!(file[list].as_array().is_some_and(Vec::is_empty), "{list}: {}", file[list]);
        }
        let findings = file["findings"].as_array().context("no `findings` in the JSON")?;
        let reported = findings.iter().filter(|it| it["rule"] == self.rule.as_str() && it["status"] != "suppressed");
        let findings = reported.map(finding).collect::<Result<Vec<_>>>()?;
        let expected = i32::from(!findings.is_empty());
        ensure!(output.status.code() == Some(expected), "check exits with {}, not {expected}", output.status);
        Ok(findings)
    }

    /// Applies the fixes; returns the Dockerfile and the .dockerignore that are there afterwards. Called again, it works
    /// on its own result.
    pub fn apply(&mut self, arguments: &[&str]) -> Result<(String, Option<String>)> {
        let output = self.run(&["--apply"], arguments)?;
        ensure!(output.status.success(), "--apply: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        let dockerfile = match &mut self.text {
            Some(text) => {
                *text = String::from_utf8(output.stdout).context("--apply prints no UTF-8")?;
                text.clone()
            }
            None => read(&self.prepared.dockerfile)?.context("the Dockerfile is gone")?,
        };
        Ok((dockerfile, read(&self.prepared.context_dir.join(".dockerignore"))?))
    }

    fn run(&self, command: &[&str], more: &[&str]) -> Result<Output> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_dockfix"));
        process.env_clear().env("HOME", &self.prepared.root).current_dir(&self.prepared.root);
        process.args(command).args(["--select", &self.rule]).args(&self.arguments).args(more);
        match self.text {
            Some(_) => process.args(["--stdin-filename", "Dockerfile", "-"]),
            None => process.arg("Dockerfile"),
        };
        let standard_input = if self.text.is_some() { Stdio::piped() } else { Stdio::null() };
        process.stdin(standard_input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = process.spawn().context("start dockfix")?;
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), &self.text) {
            pipe.write_all(text.as_bytes()).context("write to dockfix")?;
        }
        child.wait_with_output().context("run dockfix")
    }
}

fn finding(json: &Value) -> Result<Finding> {
    let text = |key: &str| -> Result<String> {
        Ok(json[key].as_str().with_context(|| format!("a finding has no `{key}`: {json}"))?.to_owned())
    };
    Ok(Finding {
        applicability: text("applicability")?,
        message: text("message")?,
        reason: text("reason")?,
        has_fix: !json["fix"].is_null(),
        gain: json["gain"].clone(),
        line: json["location"]["start"]["line"].as_u64().context("a finding has no line")?,
    })
}

fn read(file: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
    }
}
