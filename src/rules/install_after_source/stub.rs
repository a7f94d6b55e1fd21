//! A program that does nothing, which `cargo fetch` is given for as long as it runs: it fails where a package has no target.
//!
//! The stub is gone before the RUN ends, so nothing of it is in the image, and nothing is ever built from it: cargo compares times,
//! and would take a stub that was built for newer than the sources of an old checkout.

use super::{Job, related};
use crate::model::installs::Install;
use crate::model::{StepKind, User, path};
use crate::shell::{Command, Connector};
use crate::text::Span;

/// What stands in front of the command.
pub(super) const BEFORE: &str = "mkdir src && echo 'fn main() {}' > src/main.rs && ";
/// What stands behind it.
pub(super) const BEHIND: &str = " && rm -r src";

impl Job<'_> {
    /// The command that gets a stub; says so where that does not work.
    pub(super) fn stub(&mut self, install: &Install) -> Option<Span> {
        let model = self.ctx.model;
        let step = model.step(self.run);
        if let User::Other(user) = &step.scope.user {
            self.stop(format!("`cargo fetch` needs a target, and `{user}` may not be allowed to write a stub of one"));
            return None;
        }
        let directory = path::absolute(install.directory.as_deref()?, "src");
        let above = model.history(self.run.stage).into_iter().filter(|id| *id < self.run && *id != self.copy_id);
        for id in above {
            let StepKind::Copy(copy) = &model.step(id).kind else { continue };
            let Some(destination) = copy.destination.path.as_deref() else { continue };
            let inside = path::below(&directory, destination).is_some();
            let brings = ["main.rs", "lib.rs"].iter().any(|file| {
                related(destination, &directory)
                    && self.project.brought_by(id, &format!("{directory}/{file}")).is_some()
            });
            if inside || brings {
                self.stop(
                    "`cargo fetch` needs a target, and another COPY brings files to where a stub of one would stand",
                );
                return None;
            }
        }
        let StepKind::Run(run) = &step.kind else { return None };
        let items = run.script().map(|script| script.items.as_slice()).unwrap_or_default();
        let joined = items.iter().all(|item| {
            let and = matches!(item.connector, Connector::First | Connector::And);
            and && !item.negated && !item.background && matches!(item.command, Command::Simple(_))
        });
        let item = items.iter().find(|item| item.span.conflicts(install.span)).filter(|_| joined);
        if item.is_none() || !step.outer.heredocs().is_empty() {
            self.stop("`cargo fetch` needs a target, and there is no place in the RUN for a stub of one");
            return None;
        }
        item.map(|item| item.span)
    }
}
