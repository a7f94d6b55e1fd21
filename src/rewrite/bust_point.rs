//! How a point at which the cache is missed is written, and whether its RUN works where it is to stand.
//!
//! For a RUN an ARG above it is enough. A COPY needs a RUN in between, which does nothing but depend on the ARG.

use std::fmt::Write as _;

use super::Site;
use crate::finding::Finding;
use crate::model::accounts::Known;
use crate::model::rebuild::{Again, Rebuild};
use crate::model::{BuildModel, Shell, StepId, StepKind, User, bust};
use crate::shell::names_variable;
use crate::syntax::{Dockerfile, Instruction, SyntaxKind};
use crate::text::Edit;

/// The name that a new point gets.
const NAME: &str = "CACHE_BUST";

/// What can be said of a RUN that does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idle {
    /// It works.
    Proven,
    /// It works in all likelihood; the sentence says what is not proven.
    Likely(String),
    /// It does not; the sentence says why.
    Fails(String),
}

/// The arguments of the RUN that makes what is below it depend on `name`.
#[must_use]
pub fn depends_on(name: &str) -> String {
    format!(": \"${{{name}}}\"")
}

/// A name that nothing in the file uses; `taken` are names that others are about to get.
#[must_use]
pub fn free_name(site: &Site<'_>, taken: &[String]) -> String {
    let text = site.dockerfile.text();
    let declared = |name: &str| {
        let all = site.dockerfile.instructions().into_iter();
        let inner = all.map(|instruction| instruction.onbuild().unwrap_or(instruction));
        inner.flat_map(|instruction| instruction.pairs()).any(|pair| pair.key() == name)
    };
    let used = |name: &str| taken.iter().any(|other| other == name) || names_variable(text, name) || declared(name);
    let numbered = (2..).map(|number| format!("{NAME}_{number}"));
    std::iter::once(NAME.to_owned()).chain(numbered).find(|name| !used(name)).unwrap_or_default()
}

/// The edit that writes a new point above `instruction`, with a comment that says how it is used.
#[must_use]
pub fn written_above(file: &str, instruction: &Instruction, name: &str, rebuild: &Rebuild<'_>, run: bool) -> Edit {
    let mut lines =
        vec![("#", format!("Run what follows again: {}", in_comment(rebuild, name))), ("arg", format!("{name}=1"))];
    if run {
        lines.push(("run", depends_on(name)));
    }
    instruction.insert_lines_above(file, &lines)
}

/// The lines that an edit inserts, for a title.
#[must_use]
pub fn shown(edit: &Edit) -> String {
    let mut text = String::new();
    for line in edit.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let _ = write!(text, "{}`{line}`", if text.is_empty() { "" } else { " and " });
    }
    text
}

/// The build argument that the fix of a finding declares, or makes something depend on.
#[must_use]
pub fn argument(finding: &Finding) -> Option<String> {
    let edits = &finding.fix.as_ref()?.edits;
    let written: Vec<Instruction> =
        edits.iter().flat_map(|(_, edit)| Dockerfile::parse(&*edit.text).instructions()).collect();
    let mut written = written.into_iter().map(|instruction| instruction.onbuild().unwrap_or(instruction));
    written.find_map(|instruction| match instruction.kind() {
        SyntaxKind::ArgInstruction => instruction.pairs().first().map(|pair| pair.key()),
        SyntaxKind::RunInstruction => {
            let text = instruction.logical_text();
            let (_, name) = text.text().split_once("${")?;
            name.split_once('}').map(|(name, _)| name.to_owned())
        }
        _ => None,
    })
}

/// The command for a comment. A name that would leave the comment is none of its own line.
fn in_comment(rebuild: &Rebuild<'_>, name: &str) -> String {
    let command = rebuild.command(Again::Below(name));
    if command.chars().any(char::is_control) { Rebuild::default().command(Again::Below(name)) } else { command }
}

/// The command that builds the stage of a step again without a point.
#[must_use]
pub fn without_a_point(model: &BuildModel, stage: usize, rebuild: &Rebuild<'_>) -> String {
    match &model.stages[stage].name {
        Some(name) => rebuild.command(Again::Stage(name)),
        None => format!("{} (`--no-cache-filter` is for stages with a name)", rebuild.command(Again::Everything)),
    }
}

/// Whether a RUN that does nothing works directly above the step at `id`.
///
/// It runs as whoever is the user there, in the shell that is set there; and where a stage has no RUN at all, nobody knows
/// whether the machine that builds it can run programs of its platform.
#[must_use]
pub fn idle_run(model: &BuildModel, id: StepId) -> Idle {
    let stage = &model.stages[id.stage];
    let scope = &model.step(id).scope;
    match scope.shell {
        _ if stage.windows => return Idle::Fails("it is an image for Windows".to_owned()),
        Shell::Missing => return Idle::Fails("the image has no shell".to_owned()),
        Shell::Foreign => return Idle::Fails("SHELL names no POSIX shell".to_owned()),
        Shell::Posix(..) => {}
    }
    let overridable = model.lineage(id.stage).first().is_some_and(|first| model.stages[*first].base_overridable);
    let shell = (scope.shell_known && !overridable) || runs(model, id).any(|before| same_shell(model, before, id));
    if !shell {
        return Idle::Likely("nothing in the file shows that the base image has a shell".to_owned());
    }
    match user(model, id) {
        Idle::Proven => {}
        other => return other,
    }
    let below = (id.step..stage.steps.len()).map(|step| StepId { stage: id.stage, step });
    if !runs(model, id).chain(below).any(|step| is_lasting_run(model, step)) {
        return Idle::Likely(
            "the stage has no other RUN, so nobody knows whether the machine that builds it can run its programs"
                .to_owned(),
        );
    }
    if stage.triggers {
        return Idle::Likely("it runs in another build, which ONBUILD is about".to_owned());
    }
    Idle::Proven
}

/// Whether the user in front of a step can run anything: USER does not ask whether there is such a user, and COPY does not
/// either.
fn user(model: &BuildModel, id: StepId) -> Idle {
    let scope = &model.step(id).scope;
    let User::Other(user) = &scope.user else { return Idle::Proven };
    let number = user.bytes().all(|byte| byte.is_ascii_digit());
    let acts = || runs(model, id).any(|before| model.step(before).scope.user_span == scope.user_span);
    if number || acts() {
        return Idle::Proven;
    }
    match model.accounts(id).user(user) {
        Known::Exists(_) => Idle::Proven,
        Known::Missing => Idle::Fails(format!("user `{user}` does not exist there")),
        Known::Likely(..) | Known::Unknown => {
            Idle::Likely(format!("nothing in the file shows that user `{user}` exists"))
        }
    }
}

/// The RUN instructions above a step that no rule takes out.
fn runs(model: &BuildModel, id: StepId) -> impl Iterator<Item = StepId> + '_ {
    let before = model.history(id.stage).into_iter().take_while(move |step| *step != id);
    before.filter(|step| is_lasting_run(model, *step))
}

/// Whether a step is a RUN of more than modes and owners, which a flag of a COPY may come to stand for.
fn is_lasting_run(model: &BuildModel, id: StepId) -> bool {
    let StepKind::Run(run) = &model.step(id).kind else { return false };
    !["chmod", "chown", "chgrp"].iter().any(|program| run.mentions(program))
}

fn same_shell(model: &BuildModel, before: StepId, id: StepId) -> bool {
    let StepKind::Run(run) = &model.step(before).kind else { return false };
    matches!(run.command, crate::model::RunCommand::Shell(_)) && run.shell() == model.step(id).scope.shell
}

/// Whether an instruction declares a point by ARG.
#[must_use]
pub fn is_point(instruction: &Instruction) -> bool {
    instruction.kind() == SyntaxKind::ArgInstruction && !bust::names(instruction).is_empty()
}
