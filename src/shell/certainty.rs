//! What the success of a list says about its commands.

use super::state::exits_with_error;
use super::tree::{Command, Compound, CompoundKind, Connector, Item};
use super::walk::Context;

/// What is known of one pipeline of an and-or list.
pub(super) struct Certain {
    /// Whether it runs.
    pub(super) runs: bool,
    /// Whether it succeeds if it runs.
    pub(super) succeeds: bool,
    /// Whether the list up to and without this pipeline succeeded in the end.
    pub(super) left_succeeds: bool,
}

pub(super) struct Certainty {
    /// In the order of the list.
    pub(super) pipelines: Vec<Certain>,
    /// Whether the list as a whole is known to succeed.
    pub(super) whole: bool,
}

/// Goes from the last pipeline to the first: if the list succeeds, then so did both sides of its `&&`, and of `||`
/// either. `|| exit 1` is as good as success on its left.
pub(super) fn certainty(pipelines: &[&[Item]], mut known: bool, context: Context) -> Certainty {
    let mut result = Certainty { pipelines: Vec::new(), whole: known };
    for (index, pipeline) in pipelines.iter().enumerate().rev() {
        let (mut runs, mut succeeds) = (index == 0 || known, known);
        if index > 0 && pipeline[0].connector == Connector::Or {
            known = context.failure_counts && !pipeline[0].background && ends_with_error(pipeline);
            result.whole |= known && index + 1 == pipelines.len();
            (runs, succeeds) = (false, false);
        }
        result.pipelines.push(Certain { runs, succeeds, left_succeeds: known });
    }
    result.pipelines.reverse();
    result
}

/// Whether the pipeline ends the shell with an error: `exit 1`, or a brace group that ends so.
fn ends_with_error(pipeline: &[Item]) -> bool {
    let [item] = pipeline else { return false };
    match &item.command {
        Command::Simple(simple) => exits_with_error(simple, true),
        Command::Compound(Compound { kind: CompoundKind::BraceGroup, clauses, .. }) => {
            let items = clauses.last().map(|clause| clause.script.items.as_slice()).unwrap_or_default();
            // Only a command of its own is sure to be reached, and only `exit N` does not depend on the one before.
            matches!(items, [.., Item { connector: Connector::First | Connector::Sequence, command: Command::Simple(last), .. }]
                if exits_with_error(last, false))
                && items
                    .iter()
                    .all(|item| !item.background && !exits(item) || std::ptr::eq(item, &items[items.len() - 1]))
        }
        Command::Compound(_) => false,
    }
}
/// Whether an `exit` or something that replaces the shell stands anywhere in the item.
fn exits(item: &Item) -> bool {
    match &item.command {
        Command::Simple(simple) => matches!(simple.name(), Some("exit" | "return" | "exec" | "eval" | "." | "source")),
        Command::Compound(_) => true,
    }
}
