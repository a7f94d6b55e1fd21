//! What changes without a word of it where a stage is cut in two: arguments that end with their stage, and the CMD that an
//! ENTRYPOINT resets unless both stand in one stage.
//!
//! Both kinds of builders are followed. On BuildKit a stage inherits the arguments of the one that it is based on
//! (`dispatchState.init`), but the environment of that image is set again on top of them (`dispatchStages`), and of ARG and
//! ENV the later one wins. On the classic builder and buildah arguments end with their stage, and ENV always wins.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use super::items::Item;
use crate::shell::names_variable;
use crate::syntax::SyntaxKind;

/// Names and what they come to, as far as the text says it.
type Values = BTreeMap<String, String>;

/// What `ARG name` comes to that has no default, in front of what it was before.
const GIVEN: &str = "as given, else ";

/// What holds at an instruction, on both kinds of builders.
#[derive(Clone, Debug, Default)]
pub(super) struct Inherited {
    /// On BuildKit.
    later: Variables,
    /// On the classic builder and buildah.
    separate: Variables,
    /// The CMD; that of the base image where it is empty.
    cmd: Option<String>,
    /// Whether this stage has a CMD.
    own_cmd: bool,
}

#[derive(Clone, Debug, Default)]
struct Variables {
    all: Values,
    environment: Values,
}

impl Inherited {
    /// What holds at the beginning of a stage that is based on this one.
    pub(super) fn at_next_stage(&self) -> Self {
        let mut next = self.clone();
        next.later.all.extend(self.later.environment.clone());
        next.separate.all.clone_from(&self.separate.environment);
        next.own_cmd = false;
        next
    }

    /// Adds what an instruction sets.
    pub(super) fn set(&mut self, item: &Item) {
        match item.kind {
            _ if item.onbuild => {}
            SyntaxKind::EnvInstruction => {
                self.later.set_environment(item);
                self.separate.set_environment(item);
            }
            SyntaxKind::ArgInstruction => {
                self.later.set_arguments(item, &Values::new());
                let environment = self.separate.environment.clone();
                self.separate.set_arguments(item, &environment);
            }
            SyntaxKind::CmdInstruction => {
                self.cmd = Some(item.describe());
                self.own_cmd = true;
            }
            SyntaxKind::EntrypointInstruction if !self.own_cmd => self.cmd = Some("none".to_owned()),
            _ => {}
        }
    }

    /// The variables that an item can see: a RUN all, and others those that they name.
    pub(super) fn mark(&self, item: &Item) -> String {
        let text = item.describe();
        let run = item.kind == SyntaxKind::RunInstruction;
        if !run && !text.contains('$') {
            return String::new();
        }
        let mut mark = String::new();
        for variables in [&self.later, &self.separate] {
            let seen = variables.all.iter().filter(|(name, _)| run || names_variable(&text, name));
            let seen: Vec<String> = seen.map(|(name, value)| format!("{name}={value}")).collect();
            mark.push_str(&format!(" with [{}]", seen.join(", ")));
        }
        mark
    }

    /// What the stage ends with.
    pub(super) fn end_mark(&self) -> String {
        format!("the end of the stage with {}", self.cmd.as_deref().unwrap_or("the CMD of its base"))
    }
}

impl Variables {
    fn set_environment(&mut self, item: &Item) {
        // All pairs of one instruction see the variables in front of it.
        let before = self.all.clone();
        for (name, value) in &item.pairs {
            let value = resolved(value.as_deref().unwrap_or_default(), &before);
            self.environment.insert(name.clone(), value.clone());
            self.all.insert(name.clone(), value);
        }
    }

    /// All names but those in `fixed`. Up to BuildKit 0.13 (measured) the defaults of one instruction do not see each other,
    /// and later (`dispatchArg`) they do, so that a value is what it comes to either way.
    fn set_arguments(&mut self, item: &Item, fixed: &Values) {
        let above = self.all.clone();
        for (name, value) in item.pairs.iter().filter(|(name, _)| !fixed.contains_key(name)) {
            let before = self.all.get(name);
            let value = match (value, before) {
                (Some(value), _) if value.contains('$') => {
                    format!("{} or {}", resolved(value, &above), resolved(value, &self.all))
                }
                (Some(value), _) => value.clone(),
                // To ask again for what was asked for gives the same.
                (None, Some(before)) if before.starts_with(GIVEN) => continue,
                (None, before) => format!("{GIVEN}{}", before.map_or("", String::as_str)),
            };
            self.all.insert(name.clone(), value);
        }
    }
}

/// A value with what the variables in it come to; short, however often they stand for each other.
fn resolved(value: &str, variables: &Values) -> String {
    if !value.contains('$') {
        return value.to_owned();
    }
    let mut hasher = DefaultHasher::new();
    let named = variables.iter().filter(|(name, _)| names_variable(value, name));
    named.for_each(|variable| variable.hash(&mut hasher));
    format!("{value} #{:x}", hasher.finish())
}
