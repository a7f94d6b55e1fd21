//! Walks over a script as the shell does: which commands run on every build, where, and whether a failure is noticed.
//!
//! Everything is said under the assumption that the instruction succeeds, since otherwise there is no image to talk of.
//! The rules are those of POSIX.1-2017 2.9.3 (lists) and of `set -e` in 2.15.

use super::certainty::certainty;
use super::state::{Effects, State};
use super::tree::{Clause, ClauseRole, Command, Compound, CompoundKind, Connector, Item, Script, SimpleCommand};
use super::word::Word;
/// Whether a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// On every run that ends in success, and to its end.
    Always,
    /// Perhaps: behind `||`, in a branch, loop, function or background job, or behind something that may end the shell.
    Conditional,
}

/// The working directory of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directory<'a> {
    /// The operands of the `cd`s that led here, to be applied one after the other to the instruction's own directory.
    /// The first may be absolute; the caller resolves variables in them.
    Known(Vec<&'a Word>),
    /// It cannot be told.
    Unknown,
}

/// Options that the shell starts with, as `SHELL ["/bin/bash", "-eo", "pipefail", "-c"]` sets them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShellFlags {
    /// `-e`
    pub errexit: bool,
    /// `-o pipefail`
    pub pipefail: bool,
}

/// A simple command with what is known about its run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The command.
    pub command: &'a SimpleCommand,
    /// Whether it runs.
    pub execution: Execution,
    /// Whether it succeeds whenever it runs, because the instruction would fail otherwise.
    pub succeeds: bool,
    /// Whether it runs in `( … )` or in a pipeline of several commands.
    pub in_subshell: bool,
    /// Whether it is one of several commands of a pipeline.
    pub piped: bool,
    /// Where it runs.
    pub directory: Directory<'a>,
}

impl Script {
    /// Every simple command in the order in which it is written, for a shell that starts without options. Commands
    /// inside of `$(…)`, backquotes and `<(…)` are not among them.
    #[must_use]
    pub fn commands(&self) -> Vec<Step<'_>> {
        self.commands_with(ShellFlags::default())
    }

    /// The same for a shell that starts with `flags`.
    #[must_use]
    pub fn commands_with(&self, flags: ShellFlags) -> Vec<Step<'_>> {
        let state = State { directory: Directory::Known(Vec::new()), flags, may_have_ended: false };
        let mut walker = Walker { steps: Vec::new(), state, functions: Vec::new() };
        walker.script(self, Context { known: true, failure_counts: true, ..Context::default() });
        walker.steps
    }
}
/// What the commands of a list share.
#[derive(Clone, Copy, Default)]
pub(super) struct Context {
    /// The list may not run at all.
    pub(super) conditional: bool,
    in_subshell: bool,
    piped: bool,
    /// `set -e` has no effect here: a condition, or left of `&&` and `||`, or behind `!`.
    errexit_ignored: bool,
    /// The list as a whole succeeds if it runs.
    known: bool,
    /// The instruction fails if the shell, or subshell, that runs the list ends with an error.
    pub(super) failure_counts: bool,
}
struct Walker<'a> {
    steps: Vec<Step<'a>>,
    state: State<'a>,
    /// The functions that were defined, in order.
    functions: Vec<(&'a str, Effects)>,
}

impl<'a> Walker<'a> {
    fn script(&mut self, script: &'a Script, context: Context) {
        let lists = split(&script.items, |connector| connector == Connector::Sequence);
        for (index, list) in lists.iter().enumerate() {
            self.and_or_list(list, context, index + 1 == lists.len());
        }
    }

    /// Pipelines joined by `&&` and `||`.
    fn and_or_list(&mut self, items: &'a [Item], context: Context, last: bool) {
        let pipelines = split(items, |connector| matches!(connector, Connector::And | Connector::Or));
        let Some(first) = items.first() else { return };
        let before = self.state.clone();
        let errexit = self.state.flags.errexit && !context.errexit_ignored && context.failure_counts;
        let stops = errexit && pipelines.len() == 1 && !first.negated;
        let known = !first.background && (last && context.known || stops);
        let certainty = certainty(&pipelines, known, context);
        for (index, (pipeline, certain)) in pipelines.iter().zip(&certainty.pipelines).enumerate() {
            let after_or = pipeline[0].connector == Connector::Or;
            let left = self.state.clone();
            if after_or && left.directory != before.directory {
                // Whether a `cd` on the left was what failed is not known.
                self.state.directory = Directory::Unknown;
            }
            let ignored = index + 1 < pipelines.len() || pipeline[0].negated;
            self.pipeline(
                pipeline,
                Context {
                    conditional: context.conditional || !certain.runs || first.background,
                    in_subshell: context.in_subshell || first.background,
                    errexit_ignored: context.errexit_ignored || ignored,
                    known: certain.succeeds && !pipeline[0].negated,
                    failure_counts: context.failure_counts && !first.background,
                    ..context
                },
            );
            if after_or && certain.left_succeeds {
                self.state = left;
            } else if after_or && (left.directory != before.directory || self.state.directory != before.directory) {
                self.state.directory = Directory::Unknown;
            }
        }
        if first.background {
            self.state = before;
        } else if !certainty.whole && self.state.directory != before.directory {
            self.state.directory = Directory::Unknown;
        }
    }

    /// Commands joined by `|`.
    fn pipeline(&mut self, items: &'a [Item], context: Context) {
        if let [item] = items {
            return self.command(&item.command, context);
        }
        for (index, item) in items.iter().enumerate() {
            let before = self.state.clone();
            let counts = index + 1 == items.len() || self.state.flags.pipefail;
            let known = context.known && counts;
            let context = Context {
                in_subshell: true,
                piped: true,
                known,
                failure_counts: known && context.failure_counts,
                ..context
            };
            self.command(&item.command, context);
            self.state = before;
        }
    }

    fn command(&mut self, command: &'a Command, context: Context) {
        match command {
            Command::Simple(simple) => {
                let conditional = context.conditional || self.state.may_have_ended;
                self.steps.push(Step {
                    command: simple,
                    execution: if conditional { Execution::Conditional } else { Execution::Always },
                    succeeds: context.known,
                    in_subshell: context.in_subshell,
                    piped: context.piped,
                    directory: self.state.directory.clone(),
                });
                self.apply(simple, context);
            }
            Command::Compound(compound) => self.compound(compound, context),
        }
    }

    fn compound(&mut self, compound: &'a Compound, context: Context) {
        let branch = Context { conditional: true, ..context };
        match &compound.kind {
            CompoundKind::BraceGroup => self.clauses(&compound.clauses, context),
            CompoundKind::Subshell => {
                let before = self.state.clone();
                let failure_counts = context.known && context.failure_counts;
                self.clauses(&compound.clauses, Context { in_subshell: true, piped: false, failure_counts, ..context });
                self.state = before;
            }
            CompoundKind::If | CompoundKind::Case { .. } => self.branches(compound, context),
            CompoundKind::While | CompoundKind::Until => self.repeat(compound, context),
            CompoundKind::For { .. } | CompoundKind::ArithmeticFor => self.repeat(compound, branch),
            CompoundKind::Function { name } => self.function(name, &compound.clauses, context),
            CompoundKind::Coprocess => {
                let before = self.state.clone();
                self.clauses(
                    &compound.clauses,
                    Context { in_subshell: true, known: false, failure_counts: false, ..branch },
                );
                self.state = before;
            }
            CompoundKind::Arithmetic | CompoundKind::ExtendedTest => {}
        }
    }

    fn clauses(&mut self, clauses: &'a [Clause], context: Context) {
        for clause in clauses {
            self.script(&clause.script, context);
        }
    }

    /// `if` and `case`: the first condition always runs, the rest perhaps.
    fn branches(&mut self, compound: &'a Compound, context: Context) {
        let mut first = true;
        let start = self.state.directory.clone();
        let mut entry = start.clone();
        let mut moved = false;
        for clause in &compound.clauses {
            let condition = clause.role == ClauseRole::Condition;
            let context = Context {
                conditional: context.conditional || !(condition && first),
                errexit_ignored: context.errexit_ignored || condition,
                known: context.known && !condition,
                ..context
            };
            first = false;
            self.state.directory = entry.clone();
            self.script(&clause.script, context);
            if condition {
                entry = self.state.directory.clone();
            }
            moved |= self.state.directory != start;
        }
        self.state.directory = if moved { Directory::Unknown } else { start };
    }

    /// Loops: a `cd` anywhere inside makes the directory of the next turn unknown.
    fn repeat(&mut self, compound: &'a Compound, context: Context) {
        let start = self.state.directory.clone();
        let first_step = self.steps.len();
        for clause in &compound.clauses {
            let condition = clause.role == ClauseRole::Condition;
            let context = Context {
                conditional: context.conditional || !condition,
                errexit_ignored: context.errexit_ignored || condition,
                known: false,
                ..context
            };
            self.script(&clause.script, context);
        }
        if self.state.directory != start {
            self.steps[first_step..].iter_mut().for_each(|step| step.directory = Directory::Unknown);
            self.state.directory = Directory::Unknown;
        }
    }

    /// A function's body does not run here; what a call of it may do is noted under its name.
    fn function(&mut self, name: &'a str, clauses: &'a [Clause], context: Context) {
        let before = self.state.clone();
        let first_step = self.steps.len();
        self.state.directory = Directory::Unknown;
        self.state.flags = ShellFlags::default();
        self.clauses(clauses, Context { conditional: true, known: false, failure_counts: false, ..context });
        let mut effects = Effects::default();
        for step in &self.steps[first_step..] {
            effects.include(step.command);
        }
        self.state = before;
        self.functions.push((name, effects));
    }

    /// What a command means for those behind it.
    fn apply(&mut self, command: &'a SimpleCommand, context: Context) {
        let called = command.name().and_then(|name| self.functions.iter().rfind(|(known, _)| *known == name));
        let Some((_, effects)) = called else { return self.state.apply(command, context) };
        if effects.moves {
            self.state.directory = Directory::Unknown;
        }
        if effects.sets {
            self.state.flags = ShellFlags::default();
        }
        self.state.may_have_ended |= effects.ends;
    }
}
/// Cuts a list in front of the items whose connector says so.
fn split(items: &[Item], starts: impl Fn(Connector) -> bool) -> Vec<&[Item]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, item) in items.iter().enumerate().skip(1) {
        if starts(item.connector) {
            parts.push(&items[start..index]);
            start = index;
        }
    }
    if start < items.len() {
        parts.push(&items[start..]);
    }
    parts
}
