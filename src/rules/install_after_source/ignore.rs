//! What an install fills must not come out of the context again: an entry for the ignore file, where it lacks one.

use std::path::Path;

use super::Job;
use crate::context::dockerignore::Group;
use crate::context::{GitState, IgnoreFile};
use crate::finding::Target;
use crate::model::installs::inputs::Inputs;
use crate::model::taken::Sharers;
use crate::model::{BuildModel, CopyFrom, StepKind, path};
use crate::text::Edit;

impl Job<'_> {
    /// The entries that the ignore file lacks.
    pub(super) fn entries(&mut self, inputs: &Inputs) -> Vec<String> {
        let mut entries: Vec<String> = Vec::new();
        for made in &inputs.made {
            for place in self.project.places(self.copy_id, &made.path) {
                if place.is_empty() {
                    self.stop("the install fills the directory that the COPY goes to");
                    continue;
                }
                if self.is_kept_out(&place) {
                    continue;
                }
                if let GitState::Tracked { .. } = self.context.git_of_file(&place) {
                    self.stop(format!("`{place}` is in git, and the COPY would bring it over what was installed"));
                }
                self.others_need(&place);
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
                if !place.bytes().all(plain) {
                    self.stop(format!("`{place}` would have to be quoted in the ignore file"));
                }
                let entry = if made.nested { format!("**/{}", path::file_name(&place)) } else { place };
                if !entries.contains(&entry) {
                    entries.push(entry);
                }
            }
        }
        // `**/x` keeps out `x` as well.
        let all = entries.clone();
        entries.retain(|entry| !all.contains(&format!("**/{entry}")));
        let current = self.ctx.dockerignore.unwrap_or_default().to_owned();
        let current = IgnoreFile::parse(Path::new(".dockerignore"), current);
        for entry in entries.iter().filter(|entry| current.repeats(entry)) {
            self.stop(format!("the ignore file takes something back from `{entry}`"));
        }
        if !entries.is_empty() && !self.has_one_ignore_file() {
            self.stop("the builders read different ignore files, and not all keep out what is installed");
        }
        entries
    }

    /// Whether every builder keeps a directory of the context out, whole.
    fn is_kept_out(&self, place: &str) -> bool {
        let text = self.ctx.dockerignore.unwrap_or_default();
        let current = IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned());
        let inside = format!("{place}/package");
        self.ctx.settings.builders.iter().all(|builder| {
            let own = self.context.ignore_files().find(|(of, _)| of == builder).map(|(_, file)| file);
            let is_first = match (own, self.context.ignore_file()) {
                (Some(own), Some(first)) => own.path() == first.path(),
                (None, None) => true,
                _ => false,
            };
            // The first one may have been written to since it was read.
            let matcher = if is_first { Some(current.matcher()) } else { own.map(IgnoreFile::matcher) };
            matcher.is_some_and(|matcher| {
                let out = matcher.excludes(place, *builder) && matcher.excludes(&inside, *builder);
                out && !matcher.may_hold_exceptions(place, *builder)
            })
        })
    }

    fn has_one_ignore_file(&self) -> bool {
        let paths: Vec<Option<&Path>> = self
            .ctx
            .settings
            .builders
            .iter()
            .map(|builder| self.context.ignore_files().find(|(of, _)| of == builder).map(|(_, file)| file.path()))
            .collect();
        paths.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Looks for others that copy what the entry would keep out: other stages, and other Dockerfiles of the context.
    fn others_need(&mut self, place: &str) {
        let mut reasons: Vec<String> =
            needs(self.ctx.model, place).map(|reason| format!("this file {reason}")).into_iter().collect();
        let others = Sharers::of(self.context, self.ctx.sharing, self.ctx.dockerfile.text());
        if !others.complete {
            reasons.push(
                "the build context is too big to look for other Dockerfiles in it, which may need the directory"
                    .to_owned(),
            );
        }
        for other in &others.list {
            reasons.extend(needs(&other.model, place).map(|reason| format!("`{}` {reason}", other.path)));
        }
        for reason in reasons {
            self.doubt(reason);
        }
    }
}

/// Whether a build takes `place` out of the context and does not install it itself.
fn needs(model: &BuildModel, place: &str) -> Option<String> {
    for (stage, found) in model.stages.iter().enumerate().filter(|(_, stage)| !stage.triggers) {
        for step in &found.steps {
            let StepKind::Copy(copy) = &step.kind else { continue };
            if copy.from != CopyFrom::Context {
                continue;
            }
            let source = |text: &str| path::absolute("/", text).trim_start_matches('/').to_owned();
            let names = |text: &str| path::below(&format!("/{place}"), &format!("/{}", source(text))).is_some();
            let covers = |text: &str| path::below(&format!("/{}", source(text)), &format!("/{place}")).is_some();
            if copy.sources.iter().any(|found| names(&found.text)) {
                return Some(format!("copies `{place}` out of the build context"));
            }
            let installs = || model.lineage(stage).iter().any(|stage| !model.installs(*stage).is_empty());
            let brought = || {
                found
                    .steps
                    .iter()
                    .any(|step| matches!(&step.kind, StepKind::Copy(copy) if copy.from != CopyFrom::Context))
            };
            if copy.sources.iter().any(|found| covers(&found.text)) && !installs() && !brought() {
                return Some(format!("copies the directory around `{place}` and installs nothing, so it may need it"));
            }
        }
    }
    None
}

/// The edit that adds `entries` at the end of the ignore file, where nothing takes them back.
pub(super) fn edit(text: &str, entries: &[String]) -> Option<(Target, Edit)> {
    let file = IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned());
    let group = Group { comment: String::new(), patterns: entries.to_vec() };
    file.append(&[group]).map(|edit| (Target::Dockerignore, edit))
}
