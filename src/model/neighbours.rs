//! Other Dockerfiles that lie in a build context: whether they are built with it, or with a folder of it.

use std::path::Path;

use super::{BuildModel, CopyFrom, SourceKind, StepKind, path};
use crate::context::{BuildContext, holds_build_files};

/// Whether the Dockerfile `file` of the context is built from its own folder: its sources are there, and not all of them in the root as
/// well, unless the name of the folder says that it holds the files of builds.
#[must_use]
pub fn has_a_context_of_its_own(context: &BuildContext, file: &str, model: &BuildModel) -> bool {
    let Some((folder, _)) = file.rsplit_once('/') else { return false };
    let steps = model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps);
    let copies = steps.filter_map(|step| match &step.kind {
        StepKind::Copy(copy) if copy.from == CopyFrom::Context => Some(copy),
        _ => None,
    });
    let sources: Vec<&str> = copies
        .flat_map(|copy| &copy.sources)
        .filter(|source| source.kind == SourceKind::Path)
        .map(|source| source.text.as_str())
        .collect();
    let there = |folder: &str, source: &str| !context.matches(&path::join(folder, source)).is_empty();
    let told = sources.iter().any(|source| !there("", source));
    sources.iter().all(|source| there(folder, source)) && (told || !holds_build_files(Path::new(folder)))
}
