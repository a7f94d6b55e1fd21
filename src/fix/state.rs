//! What holds at an instruction, as the fingerprint notes it.

use std::collections::BTreeMap;

use super::items::Item;
use crate::shell::{makes_accounts_only, names_variable};
use crate::syntax::SyntaxKind;

/// What instructions set, by what they set: `USER`, `WORKDIR`, `SHELL`, `CMD`, `ENV name` …
pub(super) type State = BTreeMap<String, String>;

/// The part of a state whose names begin with one of `names`.
pub(super) fn mark(state: &State, names: &[&str]) -> String {
    let chosen = state.iter().filter(|(key, _)| names.contains(&key.split(' ').next().unwrap_or(key)));
    let mut text = String::new();
    for (key, value) in chosen {
        for part in [" with ", key, " ", value] {
            text.push_str(part);
        }
    }
    text
}

/// A state without the user.
pub(super) fn without_user(state: &State) -> State {
    state.iter().filter(|(key, _)| *key != "USER").map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The part of a state that an item may depend on. Commands that do nothing but make accounts read no directory, and of
/// the variables only those that they name, and `PATH`.
pub(super) fn place(item: &Item, state: &State) -> String {
    let all = mark(state, &["USER", "WORKDIR", "SHELL", "ENV", "ARG"]);
    if matches!(item.kind, SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction) && !item.describe().contains('$') {
        // Without a variable in it, a copy depends on where it goes only.
        let absolute = item.arguments.last().is_some_and(|destination| destination.starts_with('/'));
        return mark(state, if absolute { &["USER"] } else { &["USER", "WORKDIR"] });
    }
    let [command] = item.arguments.as_slice() else { return all };
    if item.kind != SyntaxKind::RunInstruction || !item.flags.is_empty() || !makes_accounts_only(command) {
        return all;
    }
    let named = |key: &String| match key.split_once(' ') {
        Some(("ENV" | "ARG", name)) => name == "PATH" || names_variable(command, name),
        _ => key == "USER" || key == "SHELL",
    };
    state.iter().filter(|(key, _)| named(key)).map(|(key, value)| format!(" with {key} {value}")).collect()
}

/// Adds what an instruction sets.
pub(super) fn set(state: &mut State, item: &Item) {
    if matches!(item.kind, SyntaxKind::RunInstruction | SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction) {
        return;
    }
    let name = item.kind.keyword().unwrap_or_default().to_ascii_uppercase();
    match item.kind {
        SyntaxKind::EnvInstruction | SyntaxKind::LabelInstruction | SyntaxKind::ArgInstruction => {
            for (key, value) in &item.pairs {
                state.insert(format!("{name} {key}"), format!("{value:?}"));
            }
        }
        SyntaxKind::WorkdirInstruction => {
            let path = item.arguments.join(" ");
            let before = state.get(&name).filter(|_| !path.starts_with('/')).cloned();
            state.insert(name, before.map_or_else(|| path.clone(), |before| format!("{before}/{path}")));
        }
        SyntaxKind::ExposeInstruction | SyntaxKind::VolumeInstruction => {
            for argument in &item.arguments {
                state.insert(format!("{name} {argument}"), String::new());
            }
        }
        SyntaxKind::UserInstruction => {
            state.insert(name, item.arguments.join(" "));
        }
        _ => {
            state.insert(name, item.describe());
        }
    }
}
