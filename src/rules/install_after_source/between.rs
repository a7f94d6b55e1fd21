//! What stands between the copy and the install: whether the copy can go below it.

use super::Job;
use super::harmless::Site;
use crate::model::{Copy, CopyFrom, RunCommand, Step, StepId, StepKind, path};
use crate::shell::Directory;
use crate::syntax::{RunInstruction, SyntaxKind};

impl Job<'_> {
    /// Looks at every instruction between the copy and the RUN, and for volumes at those above.
    pub(super) fn between(&mut self) {
        let model = self.ctx.model;
        let run = self.run;
        for id in model.history(run.stage).into_iter().filter(|id| *id < run) {
            if let StepKind::Volume(volumes) = &model.step(id).kind
                && volumes.iter().any(|volume| super::related(volume, self.destination))
            {
                self.stop("a VOLUME above covers the sources, and some builders throw away what a RUN does there");
            }
        }
        for index in self.copy_id.step + 1..self.run.step {
            let id = StepId { stage: self.run.stage, step: index };
            let step = model.step(id);
            if let Some(reason) = self.objects(step) {
                self.stop(reason);
            }
        }
    }

    /// Why the copy cannot go below a step.
    fn objects(&self, step: &Step) -> Option<String> {
        match &step.kind {
            StepKind::Run(_) => (!self.is_harmless(step)).then(|| {
                let line = step.instruction.logical_text();
                let shown: String = line.text().chars().take(40).collect();
                format!("`{}` stands in between and may read the sources", shown.trim())
            }),
            StepKind::Copy(copy) => self.overlaps(copy),
            _ => match step.instruction.kind() {
                SyntaxKind::WorkdirInstruction if !self.copy.destination.written.starts_with('/') => {
                    Some("a WORKDIR in between changes where the COPY goes".to_owned())
                }
                SyntaxKind::WorkdirInstruction if self.copy.chown.is_some() && !self.is_destination(step) => {
                    Some("a WORKDIR in between would make a directory with another owner".to_owned())
                }
                SyntaxKind::UserInstruction => Some("the user changes in between".to_owned()),
                _ => None,
            },
        }
    }

    /// Whether a WORKDIR is the directory that the copy goes to.
    fn is_destination(&self, step: &Step) -> bool {
        let word = step.instruction.words().first().map(|word| word.text()).unwrap_or_default();
        step.scope.absolute(&word).as_deref() == Some(self.destination)
    }

    /// Whether every command of a RUN leaves the sources alone.
    fn is_harmless(&self, step: &Step) -> bool {
        let StepKind::Run(run) = &step.kind else { return false };
        if binds(step) {
            return false;
        }
        let site = Site { sources: self.destination, scope: &step.scope };
        match &run.command {
            RunCommand::Exec(words) => {
                let command = crate::shell::SimpleCommand {
                    assignments: Vec::new(),
                    words: words.clone(),
                    redirects: Vec::new(),
                    span: step.span(),
                };
                site.is_harmless(&command, &Directory::Known(Vec::new()))
            }
            RunCommand::Foreign => false,
            RunCommand::Shell(_) => run
                .steps()
                .is_some_and(|steps| steps.iter().all(|step| site.is_harmless(step.command, &step.directory))),
        }
    }

    /// Why two copies cannot change places.
    fn overlaps(&self, copy: &Copy) -> Option<String> {
        let Some(destination) = copy.destination.path.as_deref() else {
            return Some("a COPY in between goes to a place that is not known".to_owned());
        };
        if path::below(self.destination, destination).is_none() && path::below(destination, self.destination).is_none()
        {
            return None;
        }
        let reason = || Some("a COPY in between writes to the same place".to_owned());
        if copy.from != CopyFrom::Context || copy.excludes.len() + usize::from(copy.parents) > 0 {
            let inside = path::below(self.destination, destination).is_some_and(|inside| !inside.is_empty());
            let apart = inside && self.project.brought_by(self.copy_id, destination).is_none();
            return if apart { None } else { reason() };
        }
        for source in &copy.sources {
            for found in &self.context.matches(&source.text).found {
                let target = path::join(destination, path::file_name(&found.path));
                let taken = |path: &str| self.project.brought_by(self.copy_id, path).is_some();
                if found.entry.is_directory() || taken(&target) || taken(destination) && !copy.destination.directory {
                    return reason();
                }
            }
        }
        None
    }
}

/// Whether a RUN mounts files from elsewhere.
pub(super) fn binds(step: &Step) -> bool {
    let mounts = RunInstruction::cast(&step.instruction).map(|run| run.mounts()).unwrap_or_default();
    mounts.iter().any(|options| {
        let kind = options.iter().find(|option| option.key == "type").and_then(|option| option.value.as_deref());
        !matches!(kind, Some("cache" | "secret" | "ssh" | "tmpfs"))
    })
}
