//! Points above the first FROM: an ARG there is known to FROM alone, until a stage declares it again.

use super::SLUG;
use crate::finding::{Finding, Fix, Target};
use crate::model::bust;
use crate::model::rebuild::Again;
use crate::model::{Stage, StepId, StepKind};
use crate::rewrite::bust_point::{self, Idle};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::shell::names_variable;
use crate::syntax::{Instruction, SyntaxKind};

pub(super) fn check(ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let instructions = ctx.dockerfile.instructions();
    for instruction in instructions.iter().take_while(|instruction| instruction.kind() != SyntaxKind::FromInstruction) {
        for name in bust::names(instruction) {
            if !is_used(ctx, &instructions, &name) {
                findings.push(finding(ctx, &instructions, instruction, &name));
            }
        }
    }
}

/// Whether a FROM or another ARG names it, or a stage declares it again.
fn is_used(ctx: &RuleContext<'_>, instructions: &[Instruction], name: &str) -> bool {
    let text = ctx.dockerfile.text();
    instructions.iter().any(|instruction| {
        let inner = instruction.onbuild();
        let instruction = inner.as_ref().unwrap_or(instruction);
        match instruction.kind() {
            SyntaxKind::FromInstruction => names_variable(instruction.span().of(text), name),
            SyntaxKind::ArgInstruction => instruction
                .pairs()
                .iter()
                .any(|pair| pair.value().is_some_and(|value| names_variable(&value.text(), name))),
            _ => false,
        }
    }) || ctx.model.stages.iter().any(|stage| declares(stage, name))
}

fn declares(stage: &Stage, name: &str) -> bool {
    let mut pairs = stage.steps.iter().filter(|step| step.instruction.kind() == SyntaxKind::ArgInstruction);
    pairs.any(|step| step.instruction.pairs().iter().any(|pair| pair.key() == name))
}

fn finding(ctx: &RuleContext<'_>, instructions: &[Instruction], declaration: &Instruction, name: &str) -> Finding {
    let why = "above the first FROM, a build argument is known to FROM alone, on every builder";
    let again = format!("then `{}` runs all of the stage again", ctx.rebuild().command(Again::Below(name)));
    let (applicability, reason, fix) = match single_stage(ctx, instructions) {
        Err(obstacle) => (Applicability::Display, format!("{why}; {obstacle}"), None),
        Ok(from) => {
            let mut lines = vec![("arg", name.to_owned())];
            if begins_with_a_copy(ctx) {
                match bust_point::idle_run(ctx.model, StepId { stage: 0, step: 0 }) {
                    Idle::Fails(_) => {}
                    Idle::Likely(_) | Idle::Proven => lines.push(("run", bust_point::depends_on(name))),
                }
            }
            let edit = from.insert_below(ctx.dockerfile.text(), &lines);
            let title = format!("declare it again in the stage: {}", bust_point::shown(&edit));
            let fix = Fix { title, edits: vec![(Target::Dockerfile, edit)], reads: Vec::new() };
            let reason = format!(
                "{why}; {again}; which part of it is meant, nobody can tell from the file: further down, less would run again"
            );
            (Applicability::Unsafe, reason, Some(fix))
        }
    };
    Finding {
        rule: SLUG,
        span: declaration.span(),
        message: format!("`ARG {name}` above FROM makes nothing run again"),
        reason,
        applicability,
        paths: Vec::new(),
        related: Vec::new(),
        fix,
    }
}

/// The FROM of the only stage.
fn single_stage<'i>(ctx: &RuleContext<'_>, instructions: &'i [Instruction]) -> Result<&'i Instruction, String> {
    let mut all = instructions.iter().filter(|instruction| instruction.kind() == SyntaxKind::FromInstruction);
    let only = (all.next(), all.next());
    let built =
        |stage: &Stage| stage.steps.iter().any(|step| matches!(step.kind, StepKind::Run(_) | StepKind::Copy(_)));
    match only {
        (Some(from), None) if ctx.model.stages.first().is_some_and(built) => Ok(from),
        (Some(_), None) => Err("and the stage builds nothing".to_owned()),
        _ => Err("there are several stages, and nobody can tell in which of them it belongs: declare it again there, directly above \
                  the RUN that is to run again"
            .to_owned()),
    }
}

/// Whether the first thing that the stage builds is a COPY, which an ARG alone does not reach.
fn begins_with_a_copy(ctx: &RuleContext<'_>) -> bool {
    let steps = ctx.model.stages.first().map(|stage| stage.steps.as_slice()).unwrap_or_default();
    let mut built = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Run(_) => Some(false),
        StepKind::Copy(copy) if bust::is_fetched(copy) => None,
        StepKind::Copy(copy) => Some(!copy.link),
        _ => None,
    });
    built.next().unwrap_or_default()
}
