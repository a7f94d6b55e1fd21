//! Who takes what would be lost: this Dockerfile, and all others that are built with the same context.

use std::sync::Arc;

use super::Job;
use super::names::Kind;
use crate::context::{self, LostPath};
use crate::model::taken::{Sharers, Taken};
use crate::model::{BuildModel, CopyFrom, StepKind, path};
use crate::syntax::{Dockerfile, SyntaxKind};
use crate::text::LineIndex;

/// Someone who builds with the context.
pub(super) struct Builds<'a> {
    /// Its name; `None` for the Dockerfile that is looked at.
    pub(super) path: Option<&'a str>,
    pub(super) dockerfile: &'a Dockerfile,
    pub(super) model: &'a BuildModel,
}

impl Builds<'_> {
    /// Its name for people.
    pub(super) fn name(&self) -> String {
        self.path.map_or_else(|| "this Dockerfile".to_owned(), |path| format!("`{path}`"))
    }
}

impl Job<'_> {
    pub(super) fn judge_needs(&mut self) {
        let own = Builds { path: None, dockerfile: self.ctx.dockerfile, model: self.ctx.model };
        self.judge_needs_of(&own);
        let sharers = self.sharers();
        if !sharers.complete {
            self.doubt(
                "not all Dockerfiles that are built with this context can be read, and one may need something of it",
            );
        }
        for other in &sharers.list {
            let builds = Builds { path: Some(&other.path), dockerfile: &other.dockerfile, model: &other.model };
            self.judge_needs_of(&builds);
        }
    }

    /// The other Dockerfiles that the ignore file counts for: none, where it is named after this one.
    pub(super) fn sharers(&self) -> Sharers {
        let shared = self.file.path().file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if shared {
            Sharers::of(self.context, self.ctx.sharing, self.ctx.dockerfile.text())
        } else {
            Sharers { list: Vec::new(), complete: true }
        }
    }

    fn judge_needs_of(&mut self, builds: &Builds<'_>) {
        let lost = Arc::clone(&self.lost);
        let steps = builds.model.stages.iter().flat_map(|stage| &stage.steps);
        for taken in steps.map(crate::model::Step::taken) {
            for root in &lost.roots {
                if let Some(source) = taken.sources.iter().find(|source| self.names(source, root)) {
                    return self.stop(format!("{} takes `{source}`", builds.name()));
                }
                if taken.may_name(&root.path) {
                    let written = taken.unknown.join("`, `");
                    self.doubt(format!("{} takes `{written}`, which may be `{}`", builds.name(), root.path));
                }
            }
        }
        if let Some(reason) = self.mentioned(builds) {
            self.doubt(reason);
        }
    }

    /// Whether a source is about a path that is lost, or something in it, and not about a directory around it.
    fn names(&self, source: &str, root: &LostPath) -> bool {
        let inside = Taken { sources: vec![root.path.clone()], ..Taken::default() };
        let plain = source.trim_start_matches("./").trim_matches('/');
        if inside.covers(plain) {
            return true;
        }
        // A wildcard further down: `*/node_modules/x/*.js`.
        let depth = root.path.matches('/').count();
        let parts: Vec<&str> = plain.split('/').collect();
        if parts.len() > depth + 1 {
            let start = parts[..=depth].join("/");
            return context::named_by(&start, &root.path).is_some_and(|(_, rest)| rest.is_empty());
        }
        let Some((_, rest)) = context::named_by(source, &root.path) else { return false };
        if !rest.is_empty() || parts.is_empty() || plain.is_empty() {
            return false;
        }
        // `*` means all that is there, as long as something is.
        let anything = parts.last().is_some_and(|last| last.chars().all(|character| character == '*'));
        let matches = self.context.matches(source);
        let is_lost = |path: &str| self.lost.roots.iter().any(|root| context::below(&root.path, path).is_some());
        !anything || matches.found.iter().all(|found| is_lost(&found.path))
    }

    /// Where the name of something that is lost stands in what is run. `node_modules` stands for what an install makes as well.
    fn mentioned(&self, builds: &Builds<'_>) -> Option<String> {
        if self.kind == Kind::Modules {
            return None;
        }
        let text = builds.dockerfile.text();
        let mut names: Vec<&str> =
            self.lost.roots.iter().map(|root| root.path.rsplit('/').next().unwrap_or_default()).collect();
        names.sort_unstable();
        names.dedup();
        for step in builds.model.stages.iter().flat_map(|stage| &stage.steps) {
            let silent = matches!(step.instruction.kind(), SyntaxKind::LabelInstruction | SyntaxKind::ArgInstruction);
            let of_context = matches!(&step.kind, StepKind::Copy(copy) if copy.from == CopyFrom::Context);
            if silent || of_context {
                continue;
            }
            let said = step.instruction.logical_text();
            let said = said.text();
            if let Some(name) = names.iter().find(|name| path::is_named(said, name)) {
                let line = LineIndex::new(text).line(step.span().start);
                return Some(format!("{} speaks of `{name}` in line {line}", builds.name()));
            }
        }
        None
    }
}
