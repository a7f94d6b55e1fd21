//! What else is in the RUN of an install: nothing that reads the sources, or something that can be a RUN of its own.

use super::Job;
use super::between::binds;
use super::harmless::Site;
use crate::model::{RunCommand, StepKind};
use crate::shell::{Command, Connector, Item};
use crate::text::Span;

/// How the copy gets below the install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The whole RUN stays above it.
    Whole,
    /// What stands between two commands becomes the end of one RUN, the copy, and the beginning of another one.
    Split(Span),
}

/// Commands that prepare the shell for those behind them.
const PREPARES: [&str; 12] =
    ["cd", "export", "trap", "set", "umask", "unset", "alias", "source", ".", "eval", "exec", "pushd"];

impl Job<'_> {
    /// How the copy gets below the install; says so where it cannot.
    pub(super) fn shape(&mut self) -> Shape {
        let step = self.ctx.model.step(self.run);
        if binds(step) {
            self.stop("the RUN mounts files that it may read");
        }
        let StepKind::Run(run) = &step.kind else { return Shape::Whole };
        let (Some(script), Some(steps)) = (run.script(), run.steps()) else {
            if !matches!(run.command, RunCommand::Exec(_)) {
                self.stop("the RUN is not understood");
            }
            return Shape::Whole;
        };
        let site = Site { sources: self.destination, scope: &step.scope };
        let reads: Vec<bool> = steps
            .iter()
            .enumerate()
            .map(|(index, step)| {
                let install = self.installs.iter().any(|install| install.command == index);
                !install && !site.is_harmless(step.command, &step.directory)
            })
            .collect();
        let Some(at) = reads.iter().position(|reads| *reads) else { return Shape::Whole };
        let shown = steps[at].command.words.first().map(|word| word.raw.clone()).unwrap_or_default();
        if self.installs.first().is_none_or(|install| install.command >= at) {
            self.stop(format!("`{shown}` stands in front of it in the same RUN and may read the sources"));
            return Shape::Whole;
        }
        let unsplit = || format!("`{shown}` in the same RUN may read the sources, and the RUN cannot be split there");
        let text = self.ctx.dockerfile.text();
        let gap = if script.items.len() == steps.len() { gap(&script.items, at, text) } else { None };
        match gap.filter(|_| step.outer.heredocs().is_empty()) {
            Some(gap) => Shape::Split(gap),
            None => {
                let reason = unsplit();
                self.stop(reason);
                Shape::Whole
            }
        }
    }
}

/// What stands in front of the command at `at`, if the list can be cut there: nothing but `&&` joins it, and nothing in front
/// prepares the shell.
fn gap(items: &[Item], at: usize, text: &str) -> Option<Span> {
    let plain = |item: &Item| {
        let joined = matches!(item.connector, Connector::First | Connector::And);
        joined && !item.negated && !item.background && matches!(item.command, Command::Simple(_))
    };
    let prepares = |item: &Item| match &item.command {
        Command::Simple(command) => {
            command.words.is_empty() || command.name().is_none_or(|name| PREPARES.contains(&name))
        }
        Command::Compound(_) => true,
    };
    if at == 0 || !items.iter().all(plain) || items[..at].iter().any(prepares) {
        return None;
    }
    let gap = Span::new(items[at - 1].span.end, items[at].span.start);
    let joint: String = gap.of(text).chars().filter(|character| !character.is_whitespace()).collect();
    (joint.trim_matches(['\\', '`']) == "&&").then_some(gap)
}
