//! What the two stages are called.

use std::collections::BTreeSet;

use super::{Job, SLUG};
use crate::rules::text_option;
use crate::syntax::{Instruction, RunInstruction};

/// The names of the two stages.
pub(super) struct Names {
    /// Of the one with the dependencies.
    pub(super) first: String,
    /// Of the last one: the name that the stage had, so that `--target` goes on building the whole image.
    pub(super) last: String,
}

impl Names {
    /// Chooses names that mean nothing yet.
    ///
    /// # Errors
    /// There are none.
    pub(super) fn choose(job: &Job<'_>) -> Result<Self, String> {
        let option = |name: &str| text_option(job.ctx.settings, SLUG, name).to_owned();
        let (first, last) = (option("deps"), option("app"));
        for (option, name) in [("deps", &first), ("app", &last)] {
            if !is_valid(name) {
                return Err(format!(
                    "`{option} = \"{name}\"` is no name for a stage: small letters, digits, `-`, `_` and `.`, and a letter first"
                ));
            }
        }
        let mut taken = taken(job);
        let own = job.from.stage_name().map(|word| word.text());
        if own.as_ref().is_some_and(|own| !taken.insert(own.to_lowercase())) {
            return Err("the stage is used by its own instructions".to_owned());
        }
        let last = match own {
            Some(own) => own,
            None => {
                free(&taken, &last, "final").ok_or("the names for the last stage are in use; set the option `app`")?
            }
        };
        taken.insert(last.to_lowercase());
        let first =
            free(&taken, &first, "base").ok_or("the names for the first stage are in use; set the option `deps`")?;
        Ok(Self { first, last })
    }
}

/// `validStageName` in BuildKit's `instructions/parse.go`, for a name that FROM looks for as it is written. `scratch` and
/// `context` mean something else.
fn is_valid(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(plain)
        && !matches!(name, "scratch" | "context")
}

/// The name, or one that says as much.
fn free(taken: &BTreeSet<String>, name: &str, role: &str) -> Option<String> {
    [name.to_owned(), format!("{name}-{role}")].into_iter().find(|name| !taken.contains(name))
}

/// What names of images, stages and contexts the file and its builds use, in lower case.
fn taken(job: &Job<'_>) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    taken.extend(job.from.image().map(|image| image.text().to_lowercase()));
    for step in &job.stage.steps {
        taken.extend(references(&step.instruction).into_iter().map(|name| name.to_lowercase()));
    }
    for build in job.ctx.builds {
        taken.extend(build.contexts.iter().map(|name| name.to_lowercase()));
    }
    taken
}

/// What an instruction takes files from beside the build context.
pub(super) fn references(instruction: &Instruction) -> Vec<String> {
    let flag = instruction.flag("from").and_then(|flag| flag.value());
    let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
    let from = |options: Vec<crate::syntax::MountOption>| {
        options.into_iter().find(|option| option.key == "from").and_then(|option| option.value)
    };
    flag.into_iter().chain(mounts.into_iter().filter_map(from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_of_stages() {
        for (name, expected) in [
            ("deps", true),
            ("d-1_2.x", true),
            ("", false),
            ("Deps", false),
            ("1deps", false),
            ("a b", false),
            ("scratch", false),
        ] {
            assert_eq!(is_valid(name), expected, "{name}");
        }
    }
}
