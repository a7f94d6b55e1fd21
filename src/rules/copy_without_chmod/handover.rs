//! Copied files that reach the final image by way of another stage.

use super::needs::Need;
use super::reading::Reader;
use crate::model::access::READ;
use crate::model::effects::Question;
use crate::model::{Copy, SourceKind, StepId, StepKind, path};
use crate::settings::Applicability;

impl Reader<'_> {
    /// Files of the context that a stage hands on, each by its name: what else lies there is not known.
    pub(super) fn through_stage(&self, id: StepId, copy: &Copy, stage: usize) -> Vec<Need> {
        let history = self.ctx.model.history(stage);
        let last_run =
            history.iter().rev().find(|id| matches!(self.ctx.model.step(**id).kind, StepKind::Run(_))).copied();
        let there = Reader {
            user_span: self.user_span,
            always: self.always,
            single: true,
            ..Reader::new(self.ctx, self.process, history)
        };
        let mut needs = Vec::new();
        for mut need in there.all() {
            let Some((path, named)) = self.handed_on(id, copy, &need.path) else { continue };
            let question = Question {
                path: &path,
                old: need.mode.unwrap_or(0o600) & 0o700,
                wanted: self.classes(need.copy).wanted(READ),
            };
            if self.covered(id, &question) {
                continue;
            }
            if need.level == Applicability::Safe && last_run.is_some_and(|run| run > need.copy) {
                need.level = Applicability::Unsafe;
                need.doubt = Some("a RUN of the stage that it comes from may have changed or removed it".to_owned());
            }
            needs.push(Need { copy: id, path, named, ..need });
        }
        needs
    }

    /// Where a file of another stage lands, and whether the copy names that very file.
    fn handed_on(&self, id: StepId, copy: &Copy, from: &str) -> Option<(String, bool)> {
        copy.sources.iter().filter(|source| source.kind == SourceKind::Path).find_map(|source| {
            let inside = path::below(&path::absolute("/", &source.text), from)?;
            if inside.is_empty() {
                let (path, doubt) = self.target(id, copy, path::file_name(from));
                return doubt.is_none().then_some((path, true));
            }
            Some((path::join(copy.destination.path.as_deref()?, inside), false))
        })
    }
}
