//! `dockerignore-dead-negation`: a `!` in an ignore file that takes nothing back, and one whose files arrive empty.

use std::path::Path;

use super::{Rule, RuleContext};
use crate::context::dockerignore::PatternMatcher;
use crate::context::{BuildContext, IgnoreFile};
use crate::finding::Finding;
use crate::model::{CopyFrom, StepKind};
use crate::settings::{Applicability, Builder};

/// A name that no pattern means.
const BELOW: &str = "a file of any other name";

/// The rule.
pub static RULE: DockerignoreDeadNegation = DockerignoreDeadNegation;

/// See `rules/dockerignore-dead-negation/README.md`.
pub struct DockerignoreDeadNegation;

impl Rule for DockerignoreDeadNegation {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let Some(context) = ctx.build_context.filter(|context| context.ignore_file().is_some()) else { return };
        let copies = ctx.model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps);
        let first = copies
            .into_iter()
            .find(|step| matches!(&step.kind, StepKind::Copy(copy) if copy.from == CopyFrom::Context));
        let Some(step) = first else { return };
        let mut known: Vec<&Path> = Vec::new();
        for (_, file) in context.ignore_files() {
            if !file.matcher().has_negations() || known.contains(&file.path()) {
                continue;
            }
            known.push(file.path());
            let readers: Vec<Builder> =
                context.ignore_files().filter(|(_, other)| other.path() == file.path()).map(|(of, _)| of).collect();
            let name = file.path().file_name().unwrap_or_default().to_string_lossy();
            let judged = judged(file, &readers);
            // To know the other Dockerfiles costs a walk.
            if judged.is_empty() || !speaks_for(ctx, context, file) {
                continue;
            }
            for (line, written, (what, reason)) in judged {
                findings.push(Finding {
                    rule: "dockerignore-dead-negation",
                    span: step.instruction.span(),
                    message: format!("{name}:{line}: `{written}` {what}"),
                    reason: reason.to_owned(),
                    applicability: Applicability::Display,
                    paths: Vec::new(),
                    related: Vec::new(),
                    fix: None,
                });
            }
        }
    }
}

/// Whether this Dockerfile is the one that speaks for an ignore file that others share: the first of those in the context's own
/// folder, or, where none is, the first of its own folder. One that is named after a Dockerfile is not shared.
fn speaks_for(ctx: &RuleContext<'_>, context: &BuildContext, file: &IgnoreFile) -> bool {
    let shared = file.path().file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let own = ctx.path.and_then(|path| path.strip_prefix(context.root()).ok()).and_then(Path::to_str);
    let Some(own) = own.filter(|_| shared) else { return true };
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
    let paths = &context.dockerfiles().paths;
    let first = paths.iter().find(|path| folder(path).is_empty());
    let first = first.or_else(|| paths.iter().find(|path| folder(path) == folder(own)));
    first.is_none_or(|first| first == own)
}

/// What is wrong with a negation: the rest of a sentence about it, and why.
type Verdict = (&'static str, &'static str);

/// Every negation with which something is wrong: its line, its text, and what.
fn judged<'f>(file: &'f IgnoreFile, readers: &[Builder]) -> Vec<(usize, &'f str, Verdict)> {
    let matcher = file.matcher();
    let negations = matcher.patterns().iter().enumerate().filter(|(_, pattern)| pattern.negated());
    let found = negations.filter_map(|(index, _)| {
        let verdict = verdict(matcher, index, readers)?;
        let (line, written) = file.written(index)?;
        Some((line, written, verdict))
    });
    found.collect()
}

fn verdict(matcher: &PatternMatcher, index: usize, readers: &[Builder]) -> Option<Verdict> {
    let patterns = matcher.patterns();
    let text = patterns[index].text();
    if patterns[..index].iter().all(|pattern| pattern.negated()) {
        return Some((
            "takes nothing back",
            "no line above it keeps anything out, and a `!` says nothing of the lines below it",
        ));
    }
    if text == ".." || text.starts_with("../") {
        return Some(("takes nothing back", "it names what lies outside of the build context"));
    }
    let later = || patterns[index + 1..].iter().filter(|pattern| !pattern.negated());
    if later().any(|pattern| pattern.text() == "**" || pattern.text() == text) {
        return Some((
            "takes nothing back",
            "a line below it keeps all of that out again, and the last line that matches decides",
        ));
    }
    // With wildcards, nobody knows a path that it means.
    if text.contains(['*', '?', '[', '\\']) {
        return None;
    }
    let below = format!("{text}/{BELOW}");
    if readers.iter().all(|builder| matcher.excludes(text, *builder) && matcher.excludes(&below, *builder)) {
        return Some((
            "takes nothing back",
            "another line keeps that path out all the same, and the last line that matches decides",
        ));
    }
    let emptied = |builder: &Builder| matcher.empties(text, *builder) || matcher.empties(&below, *builder);
    readers.iter().any(emptied).then_some((
        "takes files back that BuildKit sends without their content",
        "a line below it keeps a directory above them out again, and BuildKit asks once for the name and once more for the content",
    ))
}
