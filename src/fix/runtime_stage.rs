//! One stage that becomes two: the one that builds, and behind it the one that runs.
//!
//! What is asked is as much as can be asked of another base: everything that builds stays as it was, the image says of itself
//! what it said before, and what the second stage is made of stood in the first one, or comes out of it by `COPY --from`.

use super::fingerprint::{Fingerprint, Stage};
use super::items::Item;
use super::state::{State, set};
use crate::shell::is_tool_variable;
use crate::syntax::SyntaxKind;

/// What the image says of itself, and a stage that only builds need not.
const OF_THE_IMAGE: [SyntaxKind; 8] = [
    SyntaxKind::LabelInstruction,
    SyntaxKind::MaintainerInstruction,
    SyntaxKind::ExposeInstruction,
    SyntaxKind::VolumeInstruction,
    SyntaxKind::HealthcheckInstruction,
    SyntaxKind::StopsignalInstruction,
    SyntaxKind::EntrypointInstruction,
    SyntaxKind::CmdInstruction,
];

/// What `after` changed beyond the second stage, as a sentence.
pub(super) fn forbidden(before: &Fingerprint, after: &Fingerprint) -> Option<String> {
    let ([old], [build, run]) = (before.stages.as_slice(), after.stages.as_slice()) else {
        return Some("it makes other stages than one that builds and one that runs".to_owned());
    };
    if before.global != after.global {
        return Some("it changes what stands above the first FROM".to_owned());
    }
    build_stage(old, build).or_else(|| run_stage(old, build, run)).or_else(|| configuration(old, run))
}

/// The first stage: the same base, and of the instructions only what the image says of itself may be gone.
fn build_stage(old: &Stage, build: &Stage) -> Option<String> {
    let base = |stage: &Stage| Item { stage_name: None, ..stage.from.clone() };
    if base(old) != base(build) || (old.from.stage_name.is_some() && old.from.stage_name != build.from.stage_name) {
        return Some("it changes the base of the stage that builds, or its name".to_owned());
    }
    // Everything up to the last RUN stays; what stands below it has nothing more to do with the build.
    let Some(last) = old.items.iter().rposition(|item| item.kind == SyntaxKind::RunInstruction) else {
        return Some("nothing is built in the stage".to_owned());
    };
    let stays = |item: &&Item| !OF_THE_IMAGE.contains(&item.kind) || item.onbuild;
    let wanted: Vec<&Item> = old.items[..=last].iter().filter(stays).collect();
    let kept: Vec<&Item> = build.items.iter().filter(stays).collect();
    (wanted != kept).then(|| "it changes the instructions of the stage that builds".to_owned())
}

/// The second stage: a base of its own, instructions of the old one in their order, and what is copied out of the first.
fn run_stage(old: &Stage, build: &Stage, run: &Stage) -> Option<String> {
    let image = run.from.arguments.first().map(String::as_str).unwrap_or_default();
    let name = build.from.stage_name.as_deref().unwrap_or_default();
    if name.is_empty()
        || run.from.stage_name.is_some()
        || image.eq_ignore_ascii_case(name)
        || run.from.flags != old.from.flags
    {
        return Some(format!("`{}` is not the base of a stage that only runs", run.from.describe()));
    }
    let taken = |item: &&Item| {
        item.kind == SyntaxKind::CopyInstruction
            && item.flag("from") == Some(name)
            && item.flags.len() == 1
            && item.chown.is_none()
            && item.chmod.is_none()
            && item.arguments.len() == 2
            && item.arguments.iter().all(|path| path.starts_with('/') && !path.contains('$'))
    };
    if !run.items.iter().any(|item| taken(&item)) {
        return Some("the second stage takes nothing out of the first one".to_owned());
    }
    let last = old.items.iter().rposition(|item| item.kind == SyntaxKind::RunInstruction).unwrap_or_default();
    let below = &old.items[last..];
    let stranger = run.items.iter().find(|item| match item.kind {
        _ if taken(item) => false,
        SyntaxKind::RunInstruction => true,
        // Files come from below the last RUN only: what stands above it was there to be built.
        SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction => !below.contains(item),
        SyntaxKind::WorkdirInstruction => false,
        _ => !old.items.contains(item),
    });
    stranger.map(|item| format!("`{}` is new in the second stage", item.describe())).or_else(|| {
        let copies = |item: &&Item| matches!(item.kind, SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction);
        let wanted: Vec<&Item> = below.iter().filter(copies).collect();
        let kept: Vec<&Item> = run.items.iter().filter(copies).filter(|item| !taken(item)).collect();
        (wanted != kept).then(|| "it loses a copy, or changes the order of two".to_owned())
    })
}

/// What the image says of itself.
fn configuration(old: &Stage, run: &Stage) -> Option<String> {
    let (before, after) = (end(old), end(run));
    // A program that was compiled does not ask for what compilers read.
    let of_tools = |key: &str| key.strip_prefix("ENV ").is_some_and(is_tool_variable);
    let differs = |(key, value): &(&String, &String)| match after.get(*key) {
        Some(now) => now != *value,
        None => !of_tools(key),
    };
    let lost = before.iter().find(differs);
    if let Some((key, value)) = lost {
        return Some(format!("it changes {key}, which was {value}"));
    }
    after.keys().find(|key| !before.contains_key(*key)).map(|key| format!("it adds {key}"))
}

/// What holds at the end of a stage, apart from arguments and the shell of RUN, which the image has no use for.
fn end(stage: &Stage) -> State {
    let mut state = State::new();
    stage.items.iter().filter(|item| !item.onbuild).for_each(|item| set(&mut state, item));
    state.retain(|key, _| !key.starts_with("ARG ") && key != "SHELL");
    if let Some(directory) = state.get_mut("WORKDIR") {
        *directory = clean(directory);
    }
    state
}

/// A path without doubled slashes and `.` parts.
fn clean(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}
