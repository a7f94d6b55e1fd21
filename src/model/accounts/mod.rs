//! Users and groups: who is known to exist at an instruction, with which numbers, and how that is known.
//!
//! `flow` goes through the instructions, `script` follows the shell of a RUN, `commands` reads what `useradd` and its kin
//! are told, `apply` says what that makes of the tables in `state`, `members` who is in which group, and `base`
//! knows what images begin with.

mod action;
mod apply;
mod backward;
mod base;
mod commands;
mod files;
mod flow;
mod harmless;
mod lookup;
mod members;
mod options;
mod rewrites;
mod script;
mod simple;
mod specs;
mod state;
mod text;

use std::rc::Rc;

pub use flow::Timeline;

use super::{BuildModel, StepId, Variables};
use state::State;

/// A user of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name; as it is written with variables if it was asked for so.
    pub name: String,
    /// The number; `None` if it cannot be told, or a build argument decides about it.
    pub uid: Option<u32>,
    /// The primary group's number; `None` if it cannot be told, or a build argument decides about it.
    pub gid: Option<u32>,
    /// The primary group's name, written as `name` is; `None` if it cannot be told, or the group has none.
    pub group: Option<String>,
    /// The home directory; `None` if it cannot be told.
    pub home: Option<String>,
    /// How it is known.
    pub origin: Origin,
}

/// A group of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name; as it is written with variables if it was asked for so.
    pub name: String,
    /// The number; `None` if it cannot be told, or a build argument decides about it.
    pub gid: Option<u32>,
    /// How it is known.
    pub origin: Origin,
}

/// How an account is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The base image has it: `data/base-users.toml`.
    Base,
    /// An instruction makes it, or could not succeed without it.
    Step(StepId),
}

/// What can be said of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is there on every build.
    Exists(T),
    /// It is there unless a build argument says otherwise, or in all likelihood; the sentence says what is not proven.
    Likely(T, String),
    /// It is certain that it is not there.
    Missing,
    /// Nobody can tell from the file.
    Unknown,
}

/// The accounts in front of an instruction.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    state: State,
    /// ENV and ARG at the instruction: what `$NAME` means there.
    variables: Rc<Variables>,
}

impl BuildModel {
    /// The accounts in front of the step at `id`.
    #[must_use]
    pub fn accounts(&self, id: StepId) -> Rc<Accounts> {
        self.timeline(id.stage).get(id.step).map(Rc::clone).unwrap_or_default()
    }

    /// The accounts in the image of a stage.
    #[must_use]
    pub fn final_accounts(&self, stage: usize) -> Rc<Accounts> {
        self.timeline(stage).last().map(Rc::clone).unwrap_or_default()
    }
}
