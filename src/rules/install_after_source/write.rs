//! From an install below the sources to a finding and its fix.

use super::shape::Shape;
use super::{Job, Manifest, SLUG, Writing, ignore, may_be_directory, stub};
use crate::finding::{Finding, Fix, Related, Target};
use crate::model::installs::Install;
use crate::model::installs::inputs::Inputs;
use crate::model::{CopyFrom, StepKind, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::syntax::Instruction;
use crate::text::{Edit, Span};

/// More names than this are only counted.
const MOST_SHOWN: usize = 4;

/// What there is to say where no build context is known.
pub(super) fn without_context(ctx: &RuleContext<'_>, install: &Install) -> Option<Finding> {
    let steps = &ctx.model.stages[install.step.stage].steps[..install.step.step];
    let whole = |step: &&crate::model::Step| match &step.kind {
        StepKind::Copy(copy) => {
            let all = |text: &str| matches!(text, "." | "./" | "*") && may_be_directory(text);
            let around = match (&copy.destination.path, &install.directory) {
                (Some(destination), Some(directory)) => path::below(destination, directory).is_some(),
                _ => true,
            };
            copy.from == CopyFrom::Context && copy.sources.iter().any(|source| all(&source.text)) && around
        }
        _ => false,
    };
    let copy = steps.iter().rfind(whole)?;
    let triggers = ctx.model.stages[install.step.stage].triggers;
    let reason = if triggers {
        "which files it reads is decided in the build that has this image as its base"
    } else {
        "which files it reads cannot be seen without the build context; name it with --context"
    };
    Some(Finding {
        rule: SLUG,
        span: copy.span(),
        message: message(ctx, &copy.instruction, install),
        reason: reason.to_owned(),
        applicability: Applicability::Display,
        paths: Vec::new(),
        related: vec![Related { span: install.span, message: "runs again with each change of a source".to_owned() }],
        fix: None,
    })
}

/// What there is to say of a job.
pub(super) fn finding(mut job: Job<'_>, inputs: &Inputs, manifests: &[Manifest], writing: Writing) -> Finding {
    let ctx = job.ctx;
    let entries = job.entries(inputs);
    let (copy, run) = (ctx.model.step(job.copy_id), ctx.model.step(job.run));
    let level = job.obstacles.level();
    let install = job.installs[0];
    let mut reasons = job.obstacles.reasons();
    if reasons.is_empty() {
        reasons.push(format!("the install reads nothing of the sources but {}", listed(manifests)));
    }
    let fix = (level != Applicability::Display).then(|| {
        let mut edits: Vec<(Target, Edit)> =
            edits(&job, manifests, writing).into_iter().map(|edit| (Target::Dockerfile, edit)).collect();
        if !entries.is_empty() {
            edits.extend(ignore::edit(ctx.dockerignore.unwrap_or_default(), &entries));
        }
        let also = if entries.is_empty() {
            String::new()
        } else {
            format!(", and keep {} out of the context", quoted(&entries))
        };
        let title = match manifests {
            [] => format!("install above `{}`{also}", first_line(ctx, &copy.instruction)),
            _ => format!("copy {} first, and the rest below the install{also}", listed(manifests)),
        };
        let between = &ctx.model.stages[job.run.stage].steps[job.copy_id.step + 1..job.run.step];
        let reads = between.iter().map(|step| step.span()).chain([run.span()]);
        Fix { title, edits, reads: reads.map(|span| (Target::Dockerfile, span)).collect() }
    });
    Finding {
        rule: SLUG,
        span: copy.span(),
        message: message(ctx, &copy.instruction, install),
        reason: reasons.join("; "),
        applicability: level,
        paths: Vec::new(),
        related: vec![Related { span: install.span, message: "runs again with each change of a source".to_owned() }],
        fix,
    }
}

fn message(ctx: &RuleContext<'_>, copy: &Instruction, install: &Install) -> String {
    let text = install.span.of(ctx.dockerfile.text());
    let command: Vec<&str> = text.split_whitespace().filter(|word| *word != "\\").collect();
    let mut shown = command.join(" ");
    if shown.len() > 60 {
        let end = (0..=57).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
        shown.truncate(end);
        shown.push('…');
    }
    format!("`{shown}` runs again after every change of a file of `{}`", first_line(ctx, copy))
}

/// The instruction as far as it stands on one line.
fn first_line(ctx: &RuleContext<'_>, instruction: &Instruction) -> String {
    let text = instruction.span().of(ctx.dockerfile.text());
    text.lines().next().unwrap_or_default().trim_end_matches(['\\', ' ']).to_owned()
}

fn listed(manifests: &[Manifest]) -> String {
    let names: Vec<String> = manifests.iter().map(|manifest| manifest.source.clone()).collect();
    quoted(&names)
}

fn quoted(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST_SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > MOST_SHOWN {
        shown.push(format!("{} more", names.len() - MOST_SHOWN));
    }
    match shown.as_slice() {
        [] => "what is there already".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The copies that bring the manifests, one for each directory, as arguments of COPY.
fn copies(job: &Job<'_>, manifests: &[Manifest]) -> Vec<String> {
    let written = job.copy.destination.written.as_str();
    let base = written.trim_end_matches('/');
    let base = if base.is_empty() && written.starts_with('/') { "/" } else { base };
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for manifest in manifests {
        let inside = path::below(job.destination, path::parent(&manifest.target)).unwrap_or_default().to_owned();
        match groups.iter_mut().find(|(directory, _)| *directory == inside) {
            Some((_, sources)) => sources.push(&manifest.source),
            None => groups.push((inside, vec![&manifest.source])),
        }
    }
    let flags: String = flags(job.ctx.dockerfile.text(), &job.ctx.model.step(job.copy_id).instruction);
    let line = |(inside, sources): (String, Vec<&str>)| {
        let base = if base.is_empty() { "." } else { base };
        let directory = match (base, inside.as_str()) {
            (base, "") => format!("{base}/"),
            ("/", inside) => format!("/{inside}/"),
            (base, inside) => format!("{base}/{inside}/"),
        };
        format!("{flags}{} {}", sources.join(" "), directory.replace("//", "/"))
    };
    groups.into_iter().map(line).collect()
}

/// The flags of an instruction as written, with a blank behind them.
fn flags(text: &str, instruction: &Instruction) -> String {
    instruction.flags().iter().map(|flag| format!("{} ", flag.span().of(text))).collect()
}

fn edits(job: &Job<'_>, manifests: &[Manifest], writing: Writing) -> Vec<Edit> {
    let text = job.ctx.dockerfile.text();
    let (copy, run) = (&job.ctx.model.step(job.copy_id).outer, &job.ctx.model.step(job.run).outer);
    let newline = copy.newline(text);
    let mut edits = Vec::new();
    if manifests.is_empty() {
        edits.push(copy.removal(text));
    } else {
        let lines: Vec<(&str, String)> = copies(job, manifests).into_iter().map(|line| ("copy", line)).collect();
        let lines: String = copy.written_like(text, &lines).iter().map(|line| format!("{line}{newline}")).collect();
        edits.push(Edit::replace(copy.full_span(), lines));
    }
    let moved = copy.full_span().of(text);
    let mut behind = "";
    if let Some(command) = writing.stub {
        edits.push(Edit::insert(command.start, stub::BEFORE));
        match writing.shape {
            Shape::Split(gap) if gap.start == command.end => behind = stub::BEHIND,
            _ => edits.push(Edit::insert(command.end, stub::BEHIND)),
        }
    }
    match writing.shape {
        Shape::Whole => edits.push(match beside(job) {
            Some(at) => Edit::insert(at, moved),
            None => below(text, run, moved, newline),
        }),
        Shape::Split(gap) => {
            let again = format!("{} {}", run.keyword(), flags(text, run));
            edits.push(Edit::replace(gap, format!("{behind}{newline}{moved}{again}")));
        }
    }
    edits
}

/// Where copies stand below the install already, set apart from it: this one joins them, and needs no blank line of its own.
fn beside(job: &Job<'_>) -> Option<usize> {
    let text = job.ctx.dockerfile.text();
    let run = &job.ctx.model.step(job.run).outer;
    let next = job.ctx.model.stages[job.run.stage].steps.get(job.run.step + 1)?;
    let StepKind::Copy(copy) = &next.kind else { return None };
    let (end, start) = (run.full_span().end, next.outer.full_span().start);
    // Without a comment, which would come to speak of the copy that is put above it.
    let bare = start == next.outer.span().start || text[start..next.outer.span().start].trim().is_empty();
    let gap = text.get(end..start)?;
    (copy.from == CopyFrom::Context && bare && gap.trim().is_empty() && gap.contains('\n')).then_some(start)
}

/// Puts whole lines below an instruction, set apart if that is.
fn below(text: &str, run: &Instruction, lines: &str, newline: &str) -> Edit {
    let Span { start, end } = run.full_span();
    let apart = text[..start].trim_end_matches([' ', '\t']).ends_with("\n\n")
        || text[..start].trim_end_matches([' ', '\t']).ends_with("\n\r\n");
    let blank = if apart { newline } else { "" };
    if text[..end].ends_with('\n') {
        Edit::insert(end, format!("{blank}{lines}"))
    } else {
        Edit::insert(end, format!("{newline}{blank}{}", lines.trim_end_matches(['\r', '\n'])))
    }
}
