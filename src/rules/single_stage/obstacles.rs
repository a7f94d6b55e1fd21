//! What would mean something else with a cut: triggers, a CMD that an ENTRYPOINT resets, numbers of stages.

use super::Job;
use super::names::references;
use crate::context::compose::Setting;
use crate::model::{Step, frontend};
use crate::syntax::SyntaxKind;

impl Job<'_> {
    /// What stands in the way.
    pub(super) fn obstacles(&self) -> Vec<String> {
        let mut all = Vec::new();
        let instructions = self.ctx.dockerfile.instructions();
        if instructions.iter().any(|it| it.kind() == SyntaxKind::OnbuildInstruction) {
            all.push(
                "an ONBUILD would run where the second stage begins, and no longer be a part of the image".to_owned(),
            );
        }
        if !frontend::is_dockers(self.ctx.dockerfile) {
            all.push("nobody knows how the frontend that `# syntax=` names reads stages".to_owned());
        }
        if self.fails_on_warnings() {
            all.push("`# check=error=true` makes errors of warnings, and builders may warn of a stage more".to_owned());
        }
        if self.loses_cmd() {
            all.push(
                "ENTRYPOINT resets a CMD that comes from another stage, so that the image would lose the CMD above it"
                    .to_owned(),
            );
        }
        all.extend(self.numbered());
        all.extend(self.targeted());
        all
    }

    fn fails_on_warnings(&self) -> bool {
        let directives = self.ctx.dockerfile.directives();
        directives.iter().any(|directive| directive.name == "check" && directive.value.contains("error"))
    }

    /// Whether CMD stands above the cut and ENTRYPOINT below it, without a CMD of its own: `dispatchEntrypoint` in BuildKit's
    /// `convert.go`.
    fn loses_cmd(&self) -> bool {
        let (above, below) = self.halves();
        let has = |steps: &[Step], wanted: SyntaxKind| steps.iter().any(|step| step.instruction.kind() == wanted);
        has(above, SyntaxKind::CmdInstruction)
            && has(below, SyntaxKind::EntrypointInstruction)
            && !has(below, SyntaxKind::CmdInstruction)
    }

    /// A number that means a stage.
    fn numbered(&self) -> Option<String> {
        let all = self.stage.steps.iter().flat_map(|step| references(&step.instruction));
        let number = all.into_iter().find(|name| name.parse::<usize>().is_ok())?;
        Some(format!("`from={number}` means a stage by its number"))
    }

    /// A build file that asks for the stage by its number, or for one that nobody can tell.
    fn targeted(&self) -> Option<String> {
        let named = self.from.stage_name().is_some();
        let other = self.ctx.builds.iter().find(|build| match &build.target {
            Setting::Known(target) => target.parse::<usize>().is_ok(),
            // The stage is found by its name as before; without one only its number can be meant.
            Setting::Unknown => !named,
            Setting::Unset => false,
        })?;
        let file = other.files.last().map(String::as_str).unwrap_or_default();
        Some(format!("`{}` in `{file}` builds the stage by its number", other.name))
    }
}
