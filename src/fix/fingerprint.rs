//! What a build comes to, as far as the text says it, and how far a fix may move it.
//!
//! A fingerprint lists the instructions of each stage as the builder takes them ([`Item`]). To compare two, what a rule may
//! change is first taken out of both; everything that is left has to be equal, and in the same order. Where
//! instructions may go or change places, the rest is marked with what they set (`as app`), so that an order
//! that means something else, or another user at an instruction, does not go unnoticed.

use std::collections::HashMap;

use super::again::brought_again;
use super::as_root;
use super::commands::{self, commands_of};
use super::items::Item;
use super::reader::{Reader, dropped, split, stripped};
use super::runtime_stage;
use super::state::{State, mark, set};
use crate::rules::MayChange;
use crate::shell::names_variable;
use crate::syntax::{Dockerfile, SyntaxKind};

/// Knows the user that an image runs as, where anybody does.
pub(super) type BaseUser<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the build comes to.
#[derive(Debug)]
pub(super) struct Fingerprint {
    directives: Vec<String>,
    /// What stands above the first FROM.
    pub(super) global: Vec<Item>,
    pub(super) stages: Vec<Stage>,
    /// The comments directly above an instruction, each with the place of the instruction in the file.
    comments: Vec<(String, usize)>,
}

/// A stage as it is written.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) from: Item,
    pub(super) items: Vec<Item>,
}

impl Fingerprint {
    /// Reads a Dockerfile.
    pub(super) fn read(dockerfile: &Dockerfile) -> Self {
        let directives = dockerfile.directives();
        let directives = directives.iter().map(|directive| format!("{}={}", directive.name, directive.value)).collect();
        let (mut global, mut stages, mut comments) = (Vec::new(), Vec::<Stage>::new(), Vec::new());
        for (index, instruction) in dockerfile.instructions().iter().enumerate() {
            comments.extend(instruction.comments().into_iter().map(|(_, text)| (text, index)));
            let item = Item::read(instruction);
            match stages.last_mut() {
                _ if item.kind == SyntaxKind::FromInstruction && !item.onbuild => {
                    stages.push(Stage { from: item, items: Vec::new() });
                }
                Some(stage) => stage.items.push(item),
                None => global.push(item),
            }
        }
        Self { directives, global, stages, comments }
    }

    /// What `after` changed beyond what `may` allows, as a sentence; `None` if nothing.
    pub(super) fn forbidden_change(&self, after: &Self, may: &[MayChange], base_user: BaseUser<'_>) -> Option<String> {
        if self.directives != after.directives {
            return Some(first_difference("the parser directives", &self.directives, &after.directives));
        }
        let splits = may.contains(&MayChange::RuntimeStage) && self.stages.len() != after.stages.len();
        let problem = if splits { runtime_stage::forbidden(self, after) } else { None };
        let (before, after) = (Comparable::new(self, may, base_user), Comparable::new(after, may, base_user));
        if splits { problem.or_else(|| before.comment_moved(&after)) } else { before.difference(&after, may) }
    }
}

/// A fingerprint without what may change.
struct Comparable {
    global: Vec<String>,
    stages: Vec<ComparableStage>,
    /// Every RUN with what it runs as and where, and whether it may come to run as root, in order.
    runs: Vec<(String, String, bool)>,
    /// Every ARG, in order.
    arguments: Vec<(String, Option<String>)>,
    /// The names of all variables that instructions other than ARG could mean: their whole text.
    uses: Vec<String>,
    /// Each comment above an instruction with that instruction.
    comments: Vec<(String, String)>,
}

struct ComparableStage {
    name: Option<String>,
    items: Vec<String>,
}

impl Comparable {
    fn new(fingerprint: &Fingerprint, may: &[MayChange], base_user: BaseUser<'_>) -> Self {
        let mut reader = Reader::new(may, base_user);
        let mut result = Self {
            global: Vec::new(),
            stages: Vec::new(),
            runs: Vec::new(),
            arguments: Vec::new(),
            uses: Vec::new(),
            comments: Vec::new(),
        };
        let mut owners: Vec<String> = Vec::new();
        for item in &fingerprint.global {
            owners.push(result.remember(item, may, &State::new()));
            if !dropped(item, may) {
                result.global.push(reader.line(item, &State::new()));
            }
        }
        for stage in &fingerprint.stages {
            owners.push(result.remember(&stage.from, may, &State::new()));
            let mut state = reader.initial(&stage.from);
            // What stands behind ONBUILD runs later, in an image that is built on what this stage ends with.
            let mut later = reader.initial(&stage.from);
            stage.items.iter().filter(|item| !item.onbuild).for_each(|item| set(&mut later, item));
            let mut lines = reader.base(&stage.from);
            let mut inherited = reader.inherited(&stage.from);
            let again = if may.contains(&MayChange::CopyAgain) { brought_again(&stage.items) } else { Vec::new() };
            for (index, item) in stage.items.iter().enumerate() {
                let state = if item.onbuild { &mut later } else { &mut state };
                owners.push(result.remember(item, may, state));
                if let Some(commands) = commands_of(item, may, &reader.marks(item, state)) {
                    lines.extend(commands.lines);
                } else if !dropped(item, may) && !again.contains(&index) {
                    let seen = reader.seen(item, &inherited);
                    lines.extend(split(item, may).iter().map(|part| reader.line(part, state) + &seen));
                }
                set(state, item);
                inherited.set(item);
            }
            reader.finish(&stage.from, &lines, state.clone(), inherited.clone());
            if may.contains(&MayChange::Stages) {
                lines.push(inherited.end_mark());
            }
            if may.contains(&MayChange::Order) {
                lines.sort();
            }
            if may.contains(&MayChange::Order) || may.contains(&MayChange::User) {
                lines.push(format!("the end of the stage{}", reader.end_mark(&state, &later)));
            }
            result.stages.push(ComparableStage { name: stage.from.stage_name.clone(), items: lines });
        }
        let comments = fingerprint.comments.iter();
        result.comments =
            comments.map(|(text, index)| (text.clone(), owners.get(*index).cloned().unwrap_or_default())).collect();
        result
    }

    /// Notes what is compared apart from the sequence; returns how a comment above the item knows it.
    fn remember(&mut self, item: &Item, may: &[MayChange], state: &State) -> String {
        if item.kind == SyntaxKind::RunInstruction {
            let may_rise = may.contains(&MayChange::AsRoot) && as_root::changes_modes_only(item);
            self.runs.push((item.describe(), mark(state, &["USER", "WORKDIR", "SHELL"]), may_rise));
        }
        if item.kind == SyntaxKind::ArgInstruction {
            self.arguments.extend(item.pairs.iter().cloned());
        } else {
            self.uses.push(item.describe());
        }
        let stages = may.contains(&MayChange::Stages) || may.contains(&MayChange::RuntimeStage);
        if dropped(item, may) || (stages && item.kind == SyntaxKind::FromInstruction) {
            return item.kind.keyword().unwrap_or_default().to_owned();
        }
        let first = split(item, may).swap_remove(0);
        let item = &first;
        // A comment above a RUN that may go as a whole may move to the instruction that takes its place.
        commands_of(item, may, "").map_or_else(|| stripped(item, may).describe(), |commands| commands.rest)
    }

    fn difference(&self, after: &Self, may: &[MayChange]) -> Option<String> {
        if self.global != after.global {
            return Some(first_difference("what stands above the first FROM", &self.global, &after.global));
        }
        let stages = if may.contains(&MayChange::Stages) {
            self.stage_missing_from(after)
        } else {
            self.stage_different_from(after, may)
        };
        stages
            .or_else(|| self.run_elsewhere(after, may))
            .or_else(|| self.argument_lost_or_in_use(after, may))
            .or_else(|| self.comment_moved(after))
    }

    fn stage_different_from(&self, after: &Self, may: &[MayChange]) -> Option<String> {
        if self.stages.len() != after.stages.len() {
            return Some(format!(
                "it changes the number of stages from {} to {}",
                self.stages.len(),
                after.stages.len()
            ));
        }
        self.stages.iter().zip(&after.stages).enumerate().find_map(|(index, (before, after))| {
            if before.name != after.name {
                return Some(format!("it changes the name of stage {index}"));
            }
            let what = format!("stage {index}");
            if !commands::programs(may).is_empty() {
                let (before, after) = commands::difference(&before.items, &after.items)?;
                return Some(first_difference(&what, before.as_slice(), after.as_slice()));
            }
            (before.items != after.items).then(|| first_difference(&what, &before.items, &after.items))
        })
    }

    /// Every stage has to be there with its name and all that it is made of, the last one last. One that is new is the
    /// beginning of another one.
    fn stage_missing_from(&self, after: &Self) -> Option<String> {
        if let (Some(before), Some(after)) = (self.stages.last(), after.stages.last())
            && before.items != after.items
        {
            return Some(first_difference("the last stage", &before.items, &after.items));
        }
        // The last line of each says what holds at its end.
        let begins = |stage: &&ComparableStage| {
            let lines = stage.items.split_last().map_or(stage.items.as_slice(), |(_, lines)| lines);
            self.stages.iter().any(|before| before.items.starts_with(lines))
        };
        if let Some(added) = after.stages.iter().find(|stage| !begins(stage)) {
            return Some(format!("it adds a stage of its own: {}", added.items.join("; ")));
        }
        self.stages.iter().enumerate().find_map(|(index, before)| {
            let same = |after: &ComparableStage| {
                before.items == after.items && (before.name.is_none() || before.name == after.name)
            };
            (!after.stages.iter().any(same)).then(|| format!("it changes stage {index} or loses its name"))
        })
    }

    /// A RUN that stays has to stay with its user, directory and shell, also where RUN itself may change.
    fn run_elsewhere(&self, after: &Self, may: &[MayChange]) -> Option<String> {
        if !may.contains(&MayChange::Run) || may.contains(&MayChange::Stages) {
            return None;
        }
        let by_text = |comparable: &Self| {
            let mut map = HashMap::<String, Vec<String>>::new();
            for (text, place, _) in &comparable.runs {
                map.entry(text.clone()).or_default().push(place.clone());
            }
            map
        };
        let (before, after) = (by_text(self), by_text(after));
        self.runs.iter().find_map(|(text, _, may_rise)| {
            let (before, after) = (before.get(text)?, after.get(text)?);
            let kept = as_root::kept(before, after, *may_rise);
            (!kept).then(|| format!("it changes `{text}` from {before:?} to {after:?}"))
        })
    }

    /// ARG may only be added, and only under a name that nothing used before, or as it was declared elsewhere.
    fn argument_lost_or_in_use(&self, after: &Self, may: &[MayChange]) -> Option<String> {
        if !may.contains(&MayChange::Arg) {
            return None;
        }
        if !is_subsequence(&self.arguments, &after.arguments) {
            return Some("it removes or changes an ARG".to_owned());
        }
        let new = after.arguments.iter().filter(|argument| !self.arguments.contains(argument));
        let used = |name: &str| self.uses.iter().any(|text| names_variable(text, name));
        new.map(|(name, _)| name)
            .find(|name| used(name))
            .map(|name| format!("it declares ARG {name}, a name that is already in use"))
    }

    fn comment_moved(&self, after: &Self) -> Option<String> {
        let moved = commands::comment_without_place(&self.comments, &after.comments);
        moved.map(|(comment, owner)| format!("it takes the comment `{comment}` away from `{owner}`"))
    }
}

fn is_subsequence<T: PartialEq>(short: &[T], long: &[T]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|wanted| rest.any(|found| found == wanted))
}

fn first_difference(what: &str, before: &[String], after: &[String]) -> String {
    let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    let show = |line: Option<&String>| line.map_or_else(|| "nothing".to_owned(), |line| format!("`{line}`"));
    format!("it changes {what}: {} was {}", show(after.get(same)), show(before.get(same)))
}
