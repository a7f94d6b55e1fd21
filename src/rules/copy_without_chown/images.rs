//! The images that somebody runs, and as whom.

use crate::model::accounts::Known;
use crate::model::{Base, BuildModel, CopyFrom, Stage, StepId, StepKind, User};
use crate::syntax::{Instruction, RunInstruction};
use crate::text::Span;

/// An image.
pub struct Image<'a> {
    /// Its stage.
    pub stage: usize,
    /// The user: a name or a number.
    pub user: &'a str,
    /// The group that USER names.
    pub group: Option<&'a str>,
    /// Where USER stands; `None` if the base image says it.
    pub user_span: Option<Span>,
    /// The steps that the image is made of.
    pub history: Vec<StepId>,
}

impl Image<'_> {
    /// Whether it runs as root, as far as can be told.
    pub fn is_of_root(&self) -> bool {
        self.user == ROOT
    }
}

/// The user of images that run as root, or as nobody knows whom.
const ROOT: &str = "root";

/// The images of a file, as far as it says who runs them.
pub fn all(model: &BuildModel) -> Vec<Image<'_>> {
    ends(model).into_iter().filter_map(|stage| image(model, stage)).collect()
}

fn image(model: &BuildModel, stage: usize) -> Option<Image<'_>> {
    let Stage { end, windows, .. } = &model.stages[stage];
    let user = match &end.user {
        User::Other(user) if is_root_by_another_name(model, stage, user) => ROOT,
        User::Other(user) => user.as_str(),
        User::Root => ROOT,
        User::Unknown => return None,
    };
    // These users are there on Windows only.
    if *windows || matches!(user, "ContainerAdministrator" | "ContainerUser") {
        return None;
    }
    Some(Image {
        stage,
        user,
        group: end.user_group.as_deref(),
        user_span: end.user_span,
        history: model.history(stage),
    })
}

/// Whether the user has number 0 under a name of its own.
fn is_root_by_another_name(model: &BuildModel, stage: usize, user: &str) -> bool {
    matches!(model.final_accounts(stage).user(user), Known::Exists(user) | Known::Likely(user, _) if user.uid == Some(0))
}

/// The stages whose images somebody may run: the last one with its triggers, and every other one that no stage is made
/// of, since nothing but `--target` reaches it.
fn ends(model: &BuildModel) -> Vec<usize> {
    let mut ends = model.final_stages();
    let used: Vec<usize> = model.stages.iter().flat_map(|stage| uses(model, stage)).collect();
    ends.extend((0..model.stages.len()).filter(|stage| {
        let alone = !model.stages[*stage].triggers && !used.contains(stage);
        alone && !model.stages[*stage].steps.is_empty()
    }));
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// The stages that a stage takes something from.
fn uses(model: &BuildModel, stage: &Stage) -> Vec<usize> {
    let base = match stage.base {
        Base::Stage(base) => Some(base),
        _ => None,
    };
    let taken = stage.steps.iter().flat_map(|step| match &step.kind {
        StepKind::Copy(copy) => match copy.from {
            CopyFrom::Stage(stage) => vec![stage],
            _ => Vec::new(),
        },
        StepKind::Run(_) => mounted(model, &step.instruction),
        _ => Vec::new(),
    });
    base.into_iter().chain(taken).collect()
}

/// The stages that `RUN --mount=from=` names.
fn mounted(model: &BuildModel, instruction: &Instruction) -> Vec<usize> {
    let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
    let names = mounts.iter().flatten().filter(|option| option.key == "from").filter_map(|option| option.value.clone());
    let stages = || model.stages.iter().enumerate().filter(|(_, stage)| !stage.triggers);
    names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let named = stages().rfind(|(_, stage)| stage.name.as_deref() == Some(lower.as_str()));
            let numbered = || name.parse::<usize>().ok().and_then(|number| stages().nth(number));
            named.or_else(numbered).map(|(index, _)| index)
        })
        .collect()
}
