//! `dockerignore-hides-source`: a COPY or ADD that names what the ignore file keeps out.

use super::{Rule, RuleContext};
use crate::context::{BuildContext, IgnoreFile};
use crate::finding::Finding;
use crate::model::{CopyFrom, SourceKind, StepKind};
use crate::settings::{Applicability, Builder};

/// The rule.
pub static RULE: DockerignoreHidesSource = DockerignoreHidesSource;

/// See `rules/dockerignore-hides-source/README.md`.
pub struct DockerignoreHidesSource;

impl Rule for DockerignoreHidesSource {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let Some(context) = ctx.build_context.filter(|context| context.ignore_file().is_some()) else { return };
        for step in ctx.model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps) {
            let StepKind::Copy(copy) = &step.kind else { continue };
            if copy.from != CopyFrom::Context {
                continue;
            }
            for source in copy.sources.iter().filter(|source| source.kind == SourceKind::Path) {
                findings.extend(hidden(ctx, context, &source.text).map(|(message, reason)| Finding {
                    rule: "dockerignore-hides-source",
                    span: step.instruction.span(),
                    message,
                    reason,
                    applicability: Applicability::Display,
                    paths: Vec::new(),
                    related: Vec::new(),
                    fix: None,
                }));
            }
        }
    }
}

/// What to say of a source of which the ignore file leaves nothing: message and reason.
fn hidden(ctx: &RuleContext<'_>, context: &BuildContext, source: &str) -> Option<(String, String)> {
    let matches = context.matches(source);
    if !matches.found.is_empty() || !matches.complete || matches.not_utf8 > 0 {
        return None;
    }
    let first = matches.hidden.first()?;
    let is_file = context.entry(first).is_some_and(|entry| entry.is_file());
    // What of a directory is taken back comes with it, so that it is there after all.
    let loses = |file: &IgnoreFile, builder: Builder| is_file || !file.matcher().may_hold_exceptions(first, builder);
    let losing: Vec<(Builder, &IgnoreFile, (usize, &str))> = context
        .ignore_files()
        .filter_map(|(builder, file)| Some((builder, file, deciding_line(file, first, builder)?)))
        .filter(|(builder, file, _)| loses(file, *builder))
        .collect();
    let (_, file, (line, pattern)) = losing.first()?;
    let name = file.path().file_name()?.to_string_lossy();
    let what = if matches.glob { format!("everything that `{source}` matches") } else { format!("`{source}`") };
    let mut message = format!("{name}:{line}: `{pattern}` keeps {what} out of the build context, so this copy fails");
    let mut reason = "it is there on disk, and not sent to the builder".to_owned();
    if losing.len() < ctx.settings.builders.len() {
        let names: Vec<&str> = losing.iter().map(|(builder, ..)| builder.name()).collect();
        message.push_str(&format!(" on {}", names.join(" and ")));
        reason.push_str("; builders read ignore files in different ways, and not all of them the same one");
    }
    if !ctx.context_is_certain {
        reason.push_str(&format!("; that holds if the build context is {}", context.root().display()));
    }
    Some((message, reason))
}

fn deciding_line<'f>(file: &'f IgnoreFile, path: &str, builder: Builder) -> Option<(usize, &'f str)> {
    file.written(file.matcher().decided_by(path, builder)?)
}
