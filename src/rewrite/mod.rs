//! What a `chown` or `chmod` in a RUN does to copied files that a flag of the COPY could do as well.
//!
//! And the points at which the cache is missed ([`bust_point`]).
//!
//! Owns: which command touches exactly what which COPY brings ([`touched`]), whether anything in between minds
//! ([`bystanders`]), and how a command is taken out of its RUN ([`removal`]). Must not know which rule asks, nor
//! what a finding says. When in doubt it names the obstacle.

pub mod base;
pub mod brought;
pub mod bust_point;
pub mod bystanders;
pub mod call;
pub mod merge;
pub mod removal;
mod sandwich;
pub mod touched;

use crate::context::BuildContext;
use crate::model::BuildModel;
use crate::syntax::Dockerfile;

/// What a rewrite looks at.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The Dockerfile as it is written.
    pub dockerfile: &'a Dockerfile,
    /// What the build means.
    pub model: &'a BuildModel,
    /// The build context, if it is known.
    pub build_context: Option<&'a BuildContext>,
}

impl<'a> Site<'a> {
    /// The context that a stage copies from; that of ONBUILD triggers is never at hand.
    #[must_use]
    pub fn context_of(&self, stage: usize) -> Option<&'a BuildContext> {
        self.build_context.filter(|_| !self.model.stages[stage].triggers)
    }
}

/// Which property of a file a command changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Owner and group.
    Owner,
    /// The permission bits.
    Mode,
}
