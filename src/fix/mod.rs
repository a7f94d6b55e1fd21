//! The fix engine: accepts fixes in rounds, writes them into the texts, verifies each round, until nothing changes.
//!
//! It owns what "a fix is right" means in general: what may stand beside what ([`run`] and `plan`), what must not
//! move (`verify`, `fingerprint`), and which findings the user does not want to see (`suppress`). It must not know any
//! rule, nor files on disk: it works on [`Texts`] and asks a [`Checker`] what is wrong with them.

mod again;
mod as_root;
mod choice;
mod commands;
mod cut;
mod engine;
mod entries;
mod fingerprint;
mod items;
mod moved;
mod places;
mod plan;
mod reader;
mod runtime_stage;
mod state;
mod stub;
mod suppress;
mod verify;

pub use choice::Proposal;
pub use engine::{run, run_parsed};
pub use moved::Moved;
pub use plan::Plan;
pub use suppress::{Suppressions, Warning};

use std::collections::BTreeSet;

use crate::finding::{Finding, Target};
use crate::model::cache::Gain;
use crate::rules::{self, MayChange, REGISTRY, Turn};
use crate::settings::Group;
use crate::syntax::Dockerfile;

/// What the engine works on: the texts of a Dockerfile and of its ignore file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Texts {
    /// The Dockerfile.
    pub dockerfile: String,
    /// The ignore file; `None` where there is none yet. A fix that inserts into it creates it.
    pub dockerignore: Option<String>,
}

impl Texts {
    /// A Dockerfile without an ignore file.
    pub fn new(dockerfile: impl Into<String>) -> Self {
        Self { dockerfile: dockerfile.into(), dockerignore: None }
    }

    /// How many bytes they have together.
    fn len(&self) -> usize {
        self.dockerfile.len() + self.dockerignore.as_ref().map_or(0, String::len)
    }

    /// The text of one file; empty where the file does not exist.
    #[must_use]
    pub fn of(&self, target: Target) -> &str {
        match target {
            Target::Dockerfile => &self.dockerfile,
            Target::Dockerignore => self.dockerignore.as_deref().unwrap_or_default(),
        }
    }
}

/// Finds everything in a state of the texts. The caller builds the model and the context, and runs the selected rules.
///
/// Everything but [`Checker::check`] answers from the registry unless it is written otherwise.
pub trait Checker {
    /// What the selected rules find; `written` are those of which a fix was written in this run. Two calls with the same
    /// have to find the same.
    fn check(
        &self,
        dockerfile: &Dockerfile,
        dockerignore: Option<&str>,
        written: &BTreeSet<&'static str>,
    ) -> Vec<Finding>;

    /// Whether anybody asks for what is found at these places, which are those of the original text, or as near as that goes. What
    /// nobody asks for is neither reported nor mended.
    fn is_asked(&self, _finding: &Finding) -> bool {
        true
    }

    /// Whether [`Checker::is_asked`] looks at all.
    fn asks_by_place(&self) -> bool {
        false
    }

    /// Whether the fix is to be written. Asked once for each that would be, in the order in which they would be.
    fn is_wanted(&self, _proposal: &Proposal<'_>) -> bool {
        true
    }

    /// Whether [`Checker::is_wanted`] looks at all.
    fn asks_for_fixes(&self) -> bool {
        false
    }

    /// What the fix of `finding` gives, if it was found in these texts; asked once for a finding that is reported.
    fn gain(&self, _finding: &Finding, _dockerfile: &Dockerfile, _texts: &Texts) -> Option<Gain> {
        None
    }

    /// What the fixes of `rule` may change in the build; nothing for a rule that nobody knows.
    fn may_change(&self, rule: &str) -> &[MayChange] {
        rules::find(rule).map_or(&[], |registered| registered.meta.may_change)
    }

    /// When the fixes of `rule` are written.
    fn turn(&self, rule: &str) -> Turn {
        rules::find(rule).map_or(Turn::Usual, |registered| registered.meta.turn)
    }

    /// Whether `name` in an ignore comment means `rule`: its slug, an alias, or its group.
    fn means(&self, name: &str, rule: &str) -> bool {
        rules::find(rule).is_some_and(|registered| rules::names(&registered.meta, name))
    }

    /// Every name that an ignore comment may hold.
    fn names(&self) -> Vec<&str> {
        let rules = REGISTRY.iter().flat_map(|registered| {
            std::iter::once(registered.meta.slug).chain(registered.meta.aliases.iter().copied())
        });
        rules.chain(Group::ALL.into_iter().map(Group::name)).collect()
    }

    /// The user that `image` runs as, where that is known; it lets a fix write out a user that was inherited.
    fn base_user(&self, _image: &str) -> Option<String> {
        None
    }
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is mended: its fix was written, or what was written made the fix unnecessary.
    Applied,
    /// It has a fix, which waits for `--unsafe`, or could not be written beside the others.
    Available,
    /// It is shown and never written; so is everything in a file with syntax errors.
    Display,
    /// A comment in the file asks to ignore it.
    Suppressed,
    /// Its fix did not survive verification: see [`Outcome::bugs`].
    Failed,
}

/// A finding and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The finding. Its spans (not those of its fix) are in the original text, for later rounds as near as that goes.
    pub finding: Finding,
    /// What became of it.
    pub status: Status,
    /// The round in which it was found, from 1. The spans of its fix are in the text as that round began, which for
    /// round 1 is the original.
    pub round: usize,
    /// Whether its own fix is what the first round wrote, so that its edits are those of the original text and stand beside those
    /// of all other findings of which the same is true.
    pub written_first: bool,
    /// What its fix gives, where the checker knows.
    pub gain: Option<Gain>,
}

/// A fix that the engine took back, or a set of rules that do not come to rest. Always a bug of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixBug {
    /// The slug of the rule; several, joined by ` and `, where they undo each other.
    pub rule: String,
    /// The title of the fix, or what the rules did together.
    pub title: String,
    /// What is wrong with it, as one sentence without a full stop.
    pub message: String,
}

/// What a run of the engine gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The texts afterwards; the original ones where nothing was accepted, or where the rules do not come to rest.
    pub texts: Texts,
    /// Everything found in the original text, in file order; behind it what later rounds found and mended.
    pub findings: Vec<Reported>,
    /// Fixes that were taken back.
    pub bugs: Vec<FixBug>,
    /// Ignore comments that do nothing.
    pub warnings: Vec<Warning>,
    /// How many rounds wrote something.
    pub rounds: usize,
}
