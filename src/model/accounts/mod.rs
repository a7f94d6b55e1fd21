//! Users and groups: who is known to exist at an instruction, with which numbers, and how that is known.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{BuildModel, StepId};

/// A user of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The number; `None` if it cannot be told.
    pub uid: Option<u32>,
    /// The primary group's number; `None` if it cannot be told.
    pub gid: Option<u32>,
    /// The primary group's name; `None` if it cannot be told, or the group has none.
    pub group: Option<String>,
    /// The home directory; `None` if it cannot be told.
    pub home: Option<String>,
    /// How it is known.
    pub origin: Origin,
}

/// A group of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The number; `None` if it cannot be told.
    pub gid: Option<u32>,
    /// How it is known.
    pub origin: Origin,
}

/// How an account is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The base image has it: `data/base-users.toml`.
    Base,
    /// An instruction makes it.
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
    users: BTreeMap<String, Known<User>>,
    groups: BTreeMap<String, Known<Group>>,
}

impl Accounts {
    /// What is known of the user called `name`, who may be a number: then the one with that number, if there is one.
    #[must_use]
    pub fn user(&self, name: &str) -> Known<User> {
        self.users.get(name).cloned().unwrap_or(Known::Unknown)
    }

    /// What is known of the group called `name`, which may be a number.
    #[must_use]
    pub fn group(&self, name: &str) -> Known<Group> {
        self.groups.get(name).cloned().unwrap_or(Known::Unknown)
    }
}

impl BuildModel {
    /// The accounts in front of the step at `id`.
    #[must_use]
    pub fn accounts(&self, _id: StepId) -> Rc<Accounts> {
        Rc::default()
    }

    /// The accounts in the image of a stage.
    #[must_use]
    pub fn final_accounts(&self, _stage: usize) -> Rc<Accounts> {
        Rc::default()
    }
}
