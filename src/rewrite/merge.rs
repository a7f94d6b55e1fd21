//! One command that the flags of COPYs can stand for, with all that has to be known of it.

use std::collections::BTreeSet;

use super::brought::RootKind;
use super::call::{Call, Target};
use super::removal::{self, Removal};
use super::sandwich::sandwich;
use super::touched::{Covered, left, touched};
use super::{Property, Site, bystanders};
use crate::finding::{Finding, Fix, Related, Target as File};
use crate::model::archive::{is_archive, unpacks_by_name};
use crate::model::effects::working_directory;
use crate::model::{Copy, CopyFrom, SourceKind, Step, StepId, StepKind, User, path};
use crate::settings::Applicability;
use crate::shell::Word;
use crate::text::{Edit, Span};

/// What a command is asked for.
pub struct Request<'a> {
    /// The slug of the rule that asks.
    pub rule: &'static str,
    /// The command.
    pub call: &'a Call<'a>,
    /// What it changes.
    pub property: Property,
    /// The words that name its paths.
    pub paths: Vec<&'a Word>,
    /// `-R`
    pub recursive: bool,
    /// Whether buildah has to read the result.
    pub buildah: bool,
    /// Whether the build context is the right one beyond doubt.
    pub context_is_certain: bool,
    /// The command for people: `chown -R app /app`.
    pub shown: String,
    /// The operand of a `chown`, with the user and group that it means.
    pub owner: Option<(&'a Word, (String, String))>,
    /// Whether it leaves a directory that a builder or `mkdir` has just made as it is, so that such a one needs no command.
    pub keeps_directories: bool,
}

/// A command, and the COPYs whose flag would stand for it.
pub struct Merge<'a> {
    /// What was asked for.
    pub request: Request<'a>,
    /// The paths that it touches and these COPYs bring.
    pub targets: Vec<Target>,
    /// The COPYs, in file order.
    pub copies: Vec<Covered>,
    /// Whether something behind the first of them may have made or changed users and groups.
    pub accounts_changed: bool,
    obstacle: Option<String>,
    doubts: Vec<String>,
    edits: Vec<Edit>,
    gone: Option<Removal>,
}

/// What a COPY is given.
pub enum Flag {
    /// It has the right flag already.
    There,
    /// This one.
    Add(String),
}

impl<'a> Merge<'a> {
    /// What can be said of a command; `None` if it touches nothing that a COPY brings, or that is the business of others.
    #[must_use]
    pub fn new(site: &Site<'a>, request: Request<'a>) -> Option<Self> {
        let call = request.call;
        let stage = &site.model.stages[call.id.stage];
        if stage.windows || matches!(call.scope.user, User::Other(_)) {
            return None;
        }
        let all = call.targets(&request.paths, request.recursive)?;
        let found = touched(site, call, &all);
        let Some(first) = found.copies.first().map(|copy| copy.id) else {
            let (copy, other) = found.partly?;
            let obstacle = format!("the copy brings `{other}` as well, which the command does not touch");
            return Some(Self::only_shown(request, all, copy, obstacle));
        };
        let targets: Vec<Target> =
            all.iter().zip(&found.reached).filter(|(_, reached)| **reached).map(|(target, _)| target.clone()).collect();
        let owner = request.owner.as_ref().map(|(word, given)| (*word, given));
        let mut observed = bystanders::observe(site, call, &targets, first, request.property, owner);
        observed.buildah = request.buildah;
        let doubt = observed.doubt.clone();
        let mut merge = Self {
            targets,
            copies: found.copies,
            accounts_changed: observed.accounts_changed,
            obstacle: observed.obstacle.clone(),
            doubts: Vec::new(),
            edits: Vec::new(),
            gone: None,
            request,
        };
        if merge.is_changed_twice() {
            merge.stop("the same RUN changes owner and mode of it, so every file is stored a second time all the same");
        }
        doubt.into_iter().for_each(|doubt| merge.doubt(doubt));
        merge.look_at_the_copies(site);
        merge.plan_edits(site, &all, &found.reached, &observed);
        if stage.triggers {
            merge.doubt("the instruction stands in an ONBUILD, and what image it will run in is not known");
        }
        if merge.request.call.place_overridable(&merge.request.paths) {
            merge.doubt("a build argument decides on the path");
        }
        Some(merge)
    }

    fn only_shown(request: Request<'a>, targets: Vec<Target>, copy: StepId, obstacle: String) -> Self {
        Self {
            request,
            targets,
            copies: vec![Covered { id: copy, roots: Vec::new(), as_file: false }],
            accounts_changed: false,
            obstacle: Some(obstacle),
            doubts: Vec::new(),
            edits: Vec::new(),
            gone: None,
        }
    }

    /// Notes a reason not to write; the first one counts.
    pub fn stop(&mut self, obstacle: impl Into<String>) {
        self.obstacle.get_or_insert_with(|| obstacle.into());
    }

    /// Whether there is a reason not to write.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.obstacle.is_some()
    }

    /// Notes why it is not certain.
    pub fn doubt(&mut self, doubt: impl Into<String>) {
        let doubt = doubt.into();
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// Whether the RUN changes the other property of the same files as well.
    fn is_changed_twice(&self) -> bool {
        // Where the mode can go into a flag, the owner is next.
        if self.request.property == Property::Mode {
            return false;
        }
        let steps = self.request.call.run.steps().unwrap_or_default();
        let mut others = steps.iter().filter(|step| step.command.name() == Some("chmod"));
        others.any(|step| {
            let directory =
                working_directory(self.request.call.scope, &step.directory).unwrap_or_else(|| "/".to_owned());
            let recursive = step.command.words.iter().any(|word| {
                word.literal().is_some_and(|text| text == "--recursive" || text.starts_with('-') && text.contains('R'))
            });
            step.command.arguments().iter().any(|word| {
                let value = word.resolve(|name| self.request.call.scope.variable(name)).unwrap_or_default();
                let path = path::absolute(&directory, &value);
                self.targets.iter().any(|target| {
                    if recursive {
                        path::below(&path, &target.path).is_some()
                    } else {
                        path == target.path && !target.recursive
                    }
                })
            })
        })
    }

    fn look_at_the_copies(&mut self, site: &Site<'_>) {
        for covered in self.copies.clone() {
            let Some(copy) = copy_of(site, covered.id) else { continue };
            if covered.id.stage != self.request.call.id.stage {
                self.stop("the copy stands in another stage, which others may build on as well");
            }
            let named = covered.roots.iter().all(|root| matches!(root.kind, RootKind::File(_)));
            let from_context = copy.from == CopyFrom::Context && site.context_of(covered.id.stage).is_some();
            if from_context && !named && !self.request.context_is_certain {
                self.doubt("other directories may be the build context as well; name it with --context");
            }
            if unpacks(site, covered.id, copy) {
                self.stop("ADD unpacks the archive, and keeps what is recorded in it");
            }
            if copy.parents {
                self.stop("the copy has `--parents`, and makes directories of its own");
            }
            if covered.as_file {
                self.doubt("nobody can tell from here whether the copy brings a file or a directory");
            }
            let overridable = |text: &str| {
                let step = site.model.step(covered.id);
                let relative = !text.starts_with('/') && step.scope.workdir_overridable;
                relative || step.scope.expand(text, step.instruction.escape()).is_none_or(|value| value.overridable)
            };
            if overridable(&copy.destination.written) {
                self.doubt("a build argument decides on the destination");
            }
        }
    }

    /// What becomes of the command.
    fn plan_edits(&mut self, site: &Site<'_>, all: &[Target], reached: &[bool], observed: &bystanders::Observed) {
        let call = self.request.call;
        let (mut gone, mut more) = (Vec::new(), Vec::new());
        let mut directories_left = false;
        for ((target, word), reached) in all.iter().zip(&self.request.paths.clone()).zip(reached) {
            if !reached {
                continue;
            }
            let mut left = left(site, call, target, &self.copies, observed, self.request.property);
            if self.request.keeps_directories && left.doubt.is_none() && !observed.odd_modes {
                left.directories.clear();
            }
            left.obstacle.into_iter().for_each(|obstacle| self.stop(obstacle));
            left.doubt.into_iter().for_each(|doubt| self.doubt(doubt));
            if left.directories.is_empty() {
                gone.push(*word);
            } else {
                directories_left = true;
                more.extend(left.directories.into_iter().filter(|path| *path != target.path));
            }
        }
        let others = reached.iter().any(|reached| !reached);
        if !others && !directories_left {
            match removal::removal(site, call) {
                Ok(removal) => self.gone = Some(removal),
                Err(obstacle) => self.stop(obstacle),
            }
            return;
        }
        if others && directories_left {
            self.stop("a directory of it has to be named without -R, and another path with it");
        }
        match removal::reduce(site, call, &gone, !directories_left, &more) {
            Some(edits) => self.edits = edits,
            None => self.stop("the command is not written plainly"),
        }
    }

    /// The finding, where each COPY gets what `flags` says.
    #[must_use]
    pub fn finding(mut self, site: &Site<'_>, flags: &[(StepId, Flag)]) -> Finding {
        let heir = self.copies.last().map(|covered| covered.id);
        if self.gone == Some(Removal::Run) && self.comments_speak(site) {
            self.stop("a comment above it speaks to a linter, and would move");
        }
        let fix = match (&self.obstacle, heir) {
            (None, Some(heir)) => Some(self.fix(site, flags, heir)),
            _ => None,
        };
        let (applicability, reason) = match &self.obstacle {
            Some(obstacle) => (Applicability::Display, obstacle.clone()),
            None if self.doubts.is_empty() => (Applicability::Safe, self.proof()),
            None => (Applicability::Unsafe, self.doubts.join("; ")),
        };
        let related = self
            .copies
            .iter()
            .map(|covered| Related { span: site.model.step(covered.id).span(), message: "brings it".to_owned() });
        let paths: BTreeSet<String> = self.targets.iter().map(|target| target.path.clone()).collect();
        Finding {
            rule: self.request.rule,
            span: self.request.call.command.span,
            message: format!("`{}` stores what was copied a second time", self.request.shown),
            reason,
            applicability,
            paths: paths.into_iter().collect(),
            related: related.collect(),
            fix,
        }
    }

    fn proof(&self) -> String {
        let what = if self.request.property == Property::Owner { "owner" } else { "mode" };
        format!("it changes nothing but what was copied, and nothing in between depends on the {what}")
    }

    fn comments_speak(&self, site: &Site<'_>) -> bool {
        let whole = site.model.step(self.request.call.id).outer.full_span();
        let comments = site.dockerfile.comments();
        comments.iter().filter(|(span, _)| whole.contains(*span)).any(|(_, text)| is_for_a_linter(text))
    }

    fn fix(&self, site: &Site<'_>, flags: &[(StepId, Flag)], heir: StepId) -> Fix {
        let step = |id: StepId| -> &Step { site.model.step(id) };
        let mut edits: Vec<Edit> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (id, flag) in flags {
            let Flag::Add(flag) = flag else { continue };
            edits.push(step(*id).instruction.insert_flag(flag));
            if !names.contains(flag) {
                names.push(flag.clone());
            }
        }
        match &self.gone {
            Some(removal) => edits.extend(removal::edits(site, self.request.call, removal, &step(heir).outer)),
            None => edits.extend(self.edits.iter().cloned()),
        }
        let first = self.copies.first().map_or(heir, |covered| covered.id);
        let read = Span::new(step(first).outer.full_span().start, step(self.request.call.id).outer.full_span().end);
        let mut reads = vec![(File::Dockerfile, read)];
        if self.gone == Some(Removal::Run)
            && let Some(sandwich) = sandwich(site, self.request.call.id)
        {
            reads.extend([sandwich.whole, sandwich.earlier].map(|span| (File::Dockerfile, span)));
        }
        let what = if self.gone.is_some() { "take" } else { "take files from" };
        let title = match names.as_slice() {
            [] => format!("{what} `{}` out: the copy has the flag", self.request.shown),
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("give the copy {}, and {what} `{}` away", names.join(" and "), self.request.shown)
            }
        };
        let edits = edits.into_iter().map(|edit| (File::Dockerfile, edit)).collect();
        Fix { title, edits, reads }
    }
}

/// Whether an ADD unpacks one of its sources.
fn unpacks(site: &Site<'_>, id: StepId, copy: &Copy) -> bool {
    copy.add
        && copy.sources.iter().filter(|source| source.kind != SourceKind::Url).any(|source| {
            site.context_of(id.stage).map_or_else(
                || unpacks_by_name(copy, &source.text),
                |context| {
                    context.matches(&source.text).found.iter().any(|found| is_archive(context, copy, &found.entry))
                },
            )
        })
}

/// The COPY at `id`.
#[must_use]
pub fn copy_of<'a>(site: &Site<'a>, id: StepId) -> Option<&'a Copy> {
    match &site.model.step(id).kind {
        StepKind::Copy(copy) => Some(copy),
        _ => None,
    }
}

/// Whether a comment tells a linter something about the instruction below.
fn is_for_a_linter(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim_start();
    ["dockfix:", "hadolint", "checkov:", "kics-", "trivy:", "nosemgrep", "semgrep", "snyk"]
        .iter()
        .any(|name| text.starts_with(name))
}
