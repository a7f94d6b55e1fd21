//! Whether a RUN can start a copied file at all, by a look at its text: most cannot, and reading their commands takes longer than
//! everything else.

use super::scripts::SHELLS;
use crate::model::landing::Landing;
use crate::model::{CopyFrom, Run, RunCommand, Scope, SourceKind, StepId, StepKind, path};
use crate::rules::RuleContext;

/// Where the copies of a stage put their files.
pub struct Destinations<'a> {
    ctx: &'a RuleContext<'a>,
    history: &'a [StepId],
}

impl<'a> Destinations<'a> {
    /// Those of the copies in `history`.
    pub const fn new(ctx: &'a RuleContext<'a>, history: &'a [StepId]) -> Self {
        Self { ctx, history }
    }

    /// The paths that copies write to; `None` stands for one that cannot be told.
    fn paths(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.history.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => Some(copy.destination.path.as_deref()),
            _ => None,
        })
    }

    /// Whether a path may have been copied.
    fn may_hold(&self, candidate: &str) -> bool {
        self.paths().any(|destination| destination.is_none_or(|directory| path::below(directory, candidate).is_some()))
    }

    /// Whether a program that is named without a directory can be a copied file. Nearly never, and nearly all commands name
    /// theirs so.
    pub fn hold_programs(&self, scope: &Scope) -> bool {
        scope.search_path().iter().any(|directory| self.reach_into(directory))
    }

    /// Whether a copy may bring files into `directory`.
    fn reach_into(&self, directory: &str) -> bool {
        self.history.iter().any(|id| {
            let StepKind::Copy(copy) = &self.ctx.model.step(*id).kind else { return false };
            let Some(destination) = copy.destination.path.as_deref() else { return false };
            if path::below(directory, destination).is_some() {
                return true;
            }
            let from_context = copy.from == CopyFrom::Context
                && copy.sources.iter().all(|source| source.kind == SourceKind::Path)
                && !copy.parents
                && copy.excludes.is_empty();
            match path::below(destination, directory) {
                None => false,
                Some(inside) if from_context => {
                    Landing::new(self.ctx.model, self.ctx.build_context).may_bring(*id, copy, inside)
                }
                Some(_) => true,
            }
        })
    }
}

/// Whether `run` may start one of the copied files.
pub fn may_start(run: &Run, scope: &Scope, destinations: &Destinations<'_>) -> bool {
    let RunCommand::Shell(text) = &run.command else { return true };
    let text = text.text();
    // Elsewhere than in the working directory, a relative path may be anything.
    let moves = ["cd ", "cd\t", "pushd", "chdir", " -C", " -D"].iter().any(|word| text.contains(word));
    let directory = scope.workdir.as_deref().filter(|_| !moves);
    words(text).any(|word| may_be_started(&word, directory, destinations)) || destinations.hold_programs(scope)
}

/// What stands between blanks and the marks of the shell, without quotes.
fn words(text: &str) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    let parts = text.split(|letter: char| letter.is_whitespace() || ";&|(){}<>`".contains(letter));
    parts.filter(|part| !part.is_empty()).map(|part| {
        let quote = ['"', '\'', '\\'];
        if part.contains(quote) { part.replace(quote, "").into() } else { part.into() }
    })
}

fn may_be_started(word: &str, directory: Option<&str>, destinations: &Destinations<'_>) -> bool {
    if SHELLS.contains(&path::file_name(word)) {
        return true;
    }
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| !name.contains(['/', '$']));
    if word.starts_with('-') || is_assignment || word.contains("://") {
        return false;
    }
    if word.contains('$') {
        return true;
    }
    match directory {
        _ if !word.contains('/') => false,
        _ if word.starts_with('/') => destinations.may_hold(&path::absolute("/", word)),
        Some(directory) => destinations.may_hold(&path::absolute(directory, word)),
        None => true,
    }
}
