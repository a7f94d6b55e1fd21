//! Whether the mode is written as a flag of the copy, and who could not read that.

use super::SLUG;
use crate::model::frontend::{ReadsChmod, reads_chmod};
use crate::rules::{RuleContext, is_selected};
use crate::settings::Builder;

/// Whether the user wants `--chmod` where a RUN would do as well.
pub fn prefers_flag(ctx: &RuleContext<'_>) -> bool {
    match style(ctx) {
        "auto" => needs_buildkit(ctx),
        style => style == "flag",
    }
}

/// What the user wants where both would do. Whoever has `RUN chmod` turned into flags wants no new one.
fn style<'a>(ctx: &RuleContext<'a>) -> &'a str {
    if is_selected(ctx.settings, "chmod-after-copy") {
        return "flag";
    }
    ctx.settings.text_option(SLUG, "style").unwrap_or("run")
}

/// Whether the file cannot be read by the classic builder anyway.
fn needs_buildkit(ctx: &RuleContext<'_>) -> bool {
    let instructions = ctx.dockerfile.instructions();
    ctx.dockerfile.directives().iter().any(|directive| directive.name == "syntax")
        || instructions.iter().any(|instruction| {
            let newer = ["mount", "link", "chmod", "network", "security", "parents", "exclude"];
            !instruction.heredocs().is_empty()
                || instruction.flags().iter().any(|flag| newer.contains(&flag.name().as_str()))
        })
}

/// Why not everyone who builds the file reads `--chmod`, each as a sentence.
pub fn unread(ctx: &RuleContext<'_>) -> Vec<String> {
    let classic = ctx.settings.builds_with(Builder::Classic);
    let classic =
        classic.then(|| "a RUN cannot do it there, and the classic builder does not know `--chmod`".to_owned());
    let frontend = match reads_chmod(ctx.dockerfile) {
        ReadsChmod::Yes => None,
        ReadsChmod::No(frontend) => Some(format!("`{frontend}` does not know `--chmod`")),
        ReadsChmod::Unknown(frontend) => Some(format!("whether `{frontend}` reads `--chmod` is not known")),
    };
    classic.into_iter().chain(frontend).collect()
}

/// Whether `# syntax=` names a frontend that cannot read `--chmod`.
pub fn frontend_is_too_old(ctx: &RuleContext<'_>) -> bool {
    matches!(reads_chmod(ctx.dockerfile), ReadsChmod::No(_))
}
