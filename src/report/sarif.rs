//! Findings as SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.
//!
//! Names of files are relative to the root of the repository (`uriBaseId` `%SRCROOT%`), columns count UTF-16 code units. `fixes` are those that
//! `--apply` writes; all of them may be taken, since no two overlap: of two that share an edit, only the first is there. What a
//! comment silences is there, with a suppression. Files that could not be worked on are notifications of the invocation.

use serde_json::{Value, json};

use super::hunk::is_offered;
use super::place::{self, Level, Places};
use super::{Done, FileOutcome, FileReport, Problem, Reported, Status, fingerprint};
use crate::finding::{Fix, Target};
use crate::rules::{REGISTRY, RuleMeta};
use crate::text::{Edit, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const BASE: &str = "%SRCROOT%";

/// What comes before the first result.
#[must_use]
pub fn head() -> String {
    let driver = json!({
        "name": "dockfix",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "shortDescription": {"text": env!("CARGO_PKG_DESCRIPTION")},
        "rules": REGISTRY.iter().map(|registered| rule(&registered.meta)).collect::<Vec<_>>(),
    });
    format!(
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\
         \"columnKind\":\"utf16CodeUnits\",\"results\":["
    )
}

/// What comes after the last result: what was said of whole files, and whether all of them were done.
#[must_use]
pub fn tail(notifications: &[Value], failed: bool) -> String {
    let invocation = json!({"executionSuccessful": !failed, "toolExecutionNotifications": notifications});
    format!("\n],\"invocations\":[{invocation}]}}]}}\n")
}

fn rule(meta: &RuleMeta) -> Value {
    let mut rule = json!({
        "id": meta.slug,
        "shortDescription": {"text": meta.summary},
        "fullDescription": {"text": meta.summary},
        "help": {
            "text": format!("{} `dockfix explain {}` says more.", meta.summary, meta.slug),
            "markdown": meta.documentation,
        },
        "defaultConfiguration": {"level": level(Level::of_group(meta.group)), "enabled": meta.default},
        "properties": {"tags": [meta.group.name()], "applicability": meta.applicability.name()},
    });
    if let Some(link) = meta.references.first() {
        rule["helpUri"] = (*link).into();
    }
    if !meta.aliases.is_empty() {
        rule["deprecatedIds"] = meta.aliases.into();
    }
    rule
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// The results of a file.
#[must_use]
pub fn results(report: &FileReport) -> Vec<Value> {
    let FileOutcome::Done(done) = &report.outcome else { return Vec::new() };
    let (file, fingerprints) = (File::new(report, done), fingerprint::of_all(&report.place, done));
    let all = done.findings.iter().zip(fingerprints);
    let mut taken = Vec::new();
    all.map(|(reported, fingerprint)| file.result(reported, &fingerprint, &mut taken)).collect()
}

/// What is to be said of the file besides: what kept it from being done, and warnings.
#[must_use]
pub fn notifications(report: &FileReport) -> Vec<Value> {
    let (problems, level): (&[Problem], _) = match &report.outcome {
        FileOutcome::Failed(problems) => (problems, "error"),
        FileOutcome::Done(done) => (&done.warnings, "warning"),
        FileOutcome::Skipped(_) => (&[], "none"),
    };
    let location = artifact(report);
    let one = |problem: &Problem| {
        let mut physical = json!({"artifactLocation": location});
        if let Some((line, _)) = problem.position {
            physical["region"] = json!({"startLine": line});
        }
        json!({
            "level": level,
            "message": {"text": format!("{}; {}", problem.message, problem.help)},
            "locations": [{"physicalLocation": physical}],
        })
    };
    problems.iter().map(one).collect()
}

fn artifact(report: &FileReport) -> Value {
    artifact_at(&report.place)
}

fn artifact_at(path: &std::path::Path) -> Value {
    if path.is_absolute() {
        return json!({"uri": place::uri(path)});
    }
    json!({"uri": place::uri(path), "uriBaseId": BASE})
}

struct File<'a> {
    location: Value,
    places: Places<'a>,
    /// The ignore file, where a fix writes to it.
    ignore: Option<(Value, Places<'a>)>,
}

impl<'a> File<'a> {
    fn new(report: &'a FileReport, done: &'a Done) -> Self {
        let ignore = done.ignore_file.as_ref().map(|file| (artifact_at(&file.place), Places::new(&file.text)));
        Self { location: artifact(report), places: Places::new(&done.text), ignore }
    }

    fn result(&self, reported: &Reported, fingerprint: &str, taken: &mut Vec<(Target, Span)>) -> Value {
        let finding = &reported.finding;
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(Level::of(finding)),
            "message": {"text": format!("{}: {}", finding.message, finding.reason)},
            "locations": [{"physicalLocation": self.physical(finding.span)}],
            "partialFingerprints": {"dockfix/v1": fingerprint},
            "properties": {"applicability": finding.applicability.name(), "status": reported.status},
        });
        if let Some(index) = REGISTRY.iter().position(|registered| registered.meta.slug == finding.rule) {
            result["ruleIndex"] = index.into();
        }
        if !finding.related.is_empty() {
            let related = finding.related.iter().map(|related| {
                json!({"physicalLocation": self.physical(related.span), "message": {"text": related.message}})
            });
            result["relatedLocations"] = related.collect();
        }
        if reported.status == Status::Suppressed {
            result["suppressions"] = json!([{"kind": "inSource", "status": "accepted"}]);
        }
        if let Some(fix) = finding.fix.as_ref().filter(|_| is_offered(reported))
            && let Some(json) = self.fix(fix)
            && fix
                .edits
                .iter()
                .all(|(target, edit)| taken.iter().all(|(other, span)| other != target || !span.conflicts(edit.span)))
        {
            taken.extend(fix.edits.iter().map(|(target, edit)| (*target, edit.span)));
            result["fixes"] = json!([json]);
        }
        result
    }

    fn physical(&self, span: Span) -> Value {
        json!({"artifactLocation": self.location, "region": region(&self.places, span)})
    }

    /// All of a fix; `None` if a part of it cannot be told.
    fn fix(&self, fix: &Fix) -> Option<Value> {
        let mut changes = Vec::new();
        for target in [Target::Dockerfile, Target::Dockerignore] {
            let edits: Vec<&Edit> = fix.edits.iter().filter(|(of, _)| *of == target).map(|(_, edit)| edit).collect();
            if edits.is_empty() {
                continue;
            }
            let (location, places) = match target {
                Target::Dockerfile => (&self.location, &self.places),
                Target::Dockerignore => self.ignore.as_ref().map(|(location, places)| (location, places))?,
            };
            let replacement = |edit: &&Edit| json!({"deletedRegion": region(places, edit.span), "insertedContent": {"text": edit.text}});
            let replacements: Vec<Value> = edits.iter().map(replacement).collect();
            changes.push(json!({"artifactLocation": location, "replacements": replacements}));
        }
        Some(json!({"description": {"text": fix.title}, "artifactChanges": changes}))
    }
}

fn region(places: &Places<'_>, span: Span) -> Value {
    json!({
        "startLine": places.line(span.start),
        "startColumn": places.utf16_column(span.start),
        "endLine": places.line(span.end),
        "endColumn": places.utf16_column(span.end),
    })
}
