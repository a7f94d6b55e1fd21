//! Reads the items of a fingerprint as lines to compare, in which what they depend on stands beside them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::as_root;
use super::commands;
use super::cut::Inherited;
use super::fingerprint::BaseUser;
use super::items::Item;
use super::state::{State, mark, place, without_user};
use super::stub;
use crate::rules::MayChange;
use crate::syntax::SyntaxKind;

/// Turns items into lines to compare, and knows the stages read so far.
pub(super) struct Reader<'a> {
    may: &'a [MayChange],
    base_user: BaseUser<'a>,
    /// What each stage ends with.
    ends: Vec<State>,
    /// What a stage inherits of each, where stages may appear.
    inherited: Vec<Inherited>,
    /// All that each stage is made of, with the stages it is built on.
    flat: Vec<Vec<String>>,
    names: HashMap<String, usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(may: &'a [MayChange], base_user: BaseUser<'a>) -> Self {
        let (ends, inherited, flat, names) = Default::default();
        Self { may, base_user, ends, inherited, flat, names }
    }

    /// What holds at the beginning of a stage beside its state.
    pub(super) fn inherited(&self, from: &Item) -> Inherited {
        let image = from.arguments.first().map(String::as_str).unwrap_or_default();
        let base = self.local(image).and_then(|stage| self.inherited.get(stage));
        base.map(Inherited::at_next_stage).unwrap_or_default()
    }

    /// The variables that an item can see, where stages may appear.
    pub(super) fn seen(&self, item: &Item, inherited: &Inherited) -> String {
        if self.may.contains(&MayChange::Stages) { inherited.mark(item) } else { String::new() }
    }

    fn local(&self, reference: &str) -> Option<usize> {
        self.names.get(&reference.to_ascii_lowercase()).copied()
    }

    /// What holds at the beginning of a stage.
    pub(super) fn initial(&self, from: &Item) -> State {
        let image = from.arguments.first().map(String::as_str).unwrap_or_default();
        if let Some(state) = self.local(image).and_then(|stage| self.ends.get(stage)) {
            return state.clone();
        }
        let user = (self.base_user)(image).unwrap_or_else(|| format!("the user of {image}"));
        State::from([("USER".to_owned(), user), ("WORKDIR".to_owned(), format!("that of {image}"))])
    }

    /// The lines for FROM itself: where stages may appear, all that stands behind a stage it is built on.
    pub(super) fn base(&self, from: &Item) -> Vec<String> {
        let image = from.arguments.first().map(String::as_str).unwrap_or_default();
        match self.local(image).and_then(|stage| self.flat.get(stage)) {
            // BuildKit looks for the name as written, among names in lower case.
            Some(lines) if self.may.contains(&MayChange::Stages) && from.flags.is_empty() && is_plain(image, lines) => {
                lines.clone()
            }
            _ => vec![Item { stage_name: None, ..from.clone() }.describe()],
        }
    }

    pub(super) fn finish(&mut self, from: &Item, lines: &[String], end: State, inherited: Inherited) {
        let number = self.ends.len();
        self.ends.push(end);
        self.inherited.push(inherited);
        self.flat.push(if self.may.contains(&MayChange::Stages) { lines.to_vec() } else { Vec::new() });
        if let Some(name) = &from.stage_name {
            self.names.insert(name.clone(), number);
        }
    }

    pub(super) fn line(&self, item: &Item, state: &State) -> String {
        let mut item = stripped(item, self.may);
        if self.may.contains(&MayChange::Stages) && item.flags.iter().any(|flag| self.taken_from(flag).is_some()) {
            // Numbers move when stages appear, and what is copied stays the same.
            for flag in &mut item.to_mut().flags {
                if let Some(content) = self.taken_from(flag) {
                    flag.1 = Some(content);
                }
            }
        }
        let mut line = item.describe();
        line.push_str(&self.marks(&item, state));
        line
    }

    /// What holds at an item, as far as it matters for what may change.
    pub(super) fn marks(&self, item: &Item, state: &State) -> String {
        let mut marks = String::new();
        let any_user = self.may.contains(&MayChange::AsRoot) && as_root::asks_for_no_user(item);
        if self.may.contains(&MayChange::User) && !any_user {
            marks.push_str(&mark(state, &["USER"]));
        }
        let depends = matches!(
            item.kind,
            SyntaxKind::RunInstruction
                | SyntaxKind::CopyInstruction
                | SyntaxKind::AddInstruction
                | SyntaxKind::WorkdirInstruction
        );
        if self.may.contains(&MayChange::Order) && (depends || item.describe().contains('$')) {
            let state = if any_user { without_user(state) } else { state.clone() };
            marks.push_str(&place(item, &state));
        }
        marks
    }

    /// `--from`, or a `--mount` with `from=`, with all that the stage is made of.
    fn taken_from(&self, (name, value): &(String, Option<String>)) -> Option<String> {
        let value = value.as_deref()?;
        match name.as_str() {
            "from" => self.content(value),
            "mount" => {
                let from = value.split(',').find_map(|option| option.strip_prefix("from="))?;
                Some(format!("{value} {}", self.content(from)?))
            }
            _ => None,
        }
    }

    /// All that the stage meant by `--from` is made of.
    fn content(&self, reference: &str) -> Option<String> {
        let stage = self.local(reference).or_else(|| reference.parse().ok())?;
        Some(format!("({})", self.flat.get(stage)?.join("; ")))
    }

    pub(super) fn end_mark(&self, state: &State, later: &State) -> String {
        if self.may.contains(&MayChange::Order) {
            return format!(" with {state:?} and ONBUILD {later:?}");
        }
        format!("{} and ONBUILD{}", mark(state, &["USER"]), mark(later, &["USER"]))
    }
}

/// Whether a stage that is based on these lines has nothing but them: its name is found, and no trigger fires.
fn is_plain(image: &str, lines: &[String]) -> bool {
    !image.chars().any(char::is_uppercase) && !lines.iter().any(|line| line.starts_with("ONBUILD "))
}

/// Whether an item is left out of the sequence because it may change.
pub(super) fn dropped(item: &Item, may: &[MayChange]) -> bool {
    match item.kind {
        SyntaxKind::RunInstruction => may.contains(&MayChange::Run),
        SyntaxKind::UserInstruction => may.contains(&MayChange::User),
        SyntaxKind::ArgInstruction => may.contains(&MayChange::Arg),
        _ => false,
    }
}

/// A RUN as one for each of its commands, where it may be split: commands joined by `&&` only, without heredocs.
pub(super) fn split(item: &Item, may: &[MayChange]) -> Vec<Item> {
    if item.kind != SyntaxKind::RunInstruction || !may.contains(&MayChange::RunSplit) {
        return vec![item.clone()];
    }
    let parts = match item.arguments.as_slice() {
        // The exec form is no shell text.
        [text] if !text.starts_with("[\"") => commands::joined_by_and(text),
        _ => None,
    };
    let part = |text: String| Item { arguments: vec![text], ..item.clone() };
    let stub = may.contains(&MayChange::RunStub);
    let parts = if stub { parts.map(stub::without_stub) } else { parts };
    parts.map_or_else(|| vec![item.clone()], |parts| parts.into_iter().map(part).collect())
}

/// The item without the parts that may change.
pub(super) fn stripped<'i>(item: &'i Item, may: &[MayChange]) -> Cow<'i, Item> {
    let mut stripped = Cow::Borrowed(item);
    if item.chmod.is_some() && may.contains(&MayChange::CopyChmod) {
        stripped.to_mut().chmod = None;
    }
    if item.chown.is_some() && may.contains(&MayChange::CopyChown) {
        stripped.to_mut().chown = None;
    }
    stripped
}
