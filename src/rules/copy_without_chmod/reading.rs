//! Copied files that a non-root user has to read.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::names;
use super::needs::{Need, Use, copied_mode, missing_elsewhere};
use super::people::{Place, classes, gives, runner};
use crate::context::BuildContext;
use crate::model::access::{Classes, Process, READ, is_root_only};
use crate::model::archive::is_archive;
use crate::model::directories::{Makes, makes_directory};
use crate::model::effects::{Question, effects};
use crate::model::landing::{Landing, Origin};
use crate::model::{Copy, CopyFrom, Source, SourceKind, StepId, StepKind, User, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::text::Span;

/// More single paths than this in one copy are not named one by one.
const MOST_PATHS: usize = 12;

/// Directories that hold programs.
pub(super) const SEARCHED: [&str; 6] = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// A file that a copy brings, as this rule looks at it.
pub(super) struct Candidate {
    pub(super) path: String,
    /// Where it lies below the directory that was copied; its name for a file that the copy names.
    pub(super) inside: String,
    pub(super) named: bool,
    /// Why the file may lie elsewhere.
    pub(super) doubt: Option<String>,
    pub(super) origin: Origin,
}

/// What the final image of `stage` needs for its user to read.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let end = &ctx.model.stages[stage].end;
    if end.user.other().is_none() {
        return Vec::new();
    }
    let history = ctx.model.history(stage);
    let process = runner(ctx, Place::End(stage), end, None);
    let reader = Reader { user_span: end.user_span, ..Reader::new(ctx, Some(&process), history) };
    reader.all()
}

/// What every copy from the context in `stage` needs, whoever reads it: the option `when = "always"`.
pub fn always(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let history = ctx.model.history(stage);
    let reader = Reader { always: true, ..Reader::new(ctx, None, history) };
    reader.all().into_iter().filter(|need| need.copy.stage == stage).collect()
}

/// Looks for what somebody has to read.
pub(super) struct Reader<'a> {
    pub(super) ctx: &'a RuleContext<'a>,
    /// Who reads; `None` for anybody.
    pub(super) process: Option<&'a Process<'a>>,
    pub(super) user_span: Option<Span>,
    pub(super) always: bool,
    /// Whether every file is named by itself, and no directory whole.
    pub(super) single: bool,
    pub(super) history: Vec<StepId>,
    /// What was found out of the copies.
    pub(super) classes: RefCell<BTreeMap<StepId, Classes>>,
}

impl<'a> Reader<'a> {
    /// Somebody who looks at the copies of `history`.
    pub(super) fn new(ctx: &'a RuleContext<'a>, process: Option<&'a Process<'a>>, history: Vec<StepId>) -> Self {
        let classes = RefCell::default();
        Self { ctx, process, user_span: None, always: false, single: false, history, classes }
    }

    pub(super) fn all(&self) -> Vec<Need> {
        let copies = self.history.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => Some((*id, copy)),
            _ => None,
        });
        copies.flat_map(|(id, copy)| self.copy(id, copy)).collect()
    }

    fn copy(&self, id: StepId, copy: &Copy) -> Vec<Need> {
        let open = copy.chmod.is_some() || copy.parents || !copy.excludes.is_empty() || self.owned(id, copy);
        if open || copy.destination.path.is_none() {
            return Vec::new();
        }
        match copy.from {
            CopyFrom::Context => {}
            CopyFrom::Stage(stage) => return self.through_stage(id, copy, stage),
            CopyFrom::Elsewhere => return Vec::new(),
        }
        let mut needs: Vec<Need> = copy.sources.iter().flat_map(|source| self.source(id, copy, source)).collect();
        if needs.iter().filter(|need| matches!(need.usage, Use::Read | Use::Enter) && !need.secret).count() > MOST_PATHS
        {
            for need in &mut needs {
                need.level = Applicability::Display;
                need.doubt =
                    Some(format!("more than {MOST_PATHS} paths of this copy need it; mend the modes at their source"));
            }
        }
        needs
    }

    /// Whether the copy gives the files to the user who reads them. Somebody who is not root and may be that user counts.
    fn owned(&self, id: StepId, copy: &Copy) -> bool {
        match self.process {
            Some(process) => (copy.chown.is_some() || gives(self.ctx, process, id)) && self.classes(id).owner,
            None => false,
        }
    }

    /// Whose bits decide for the user on the files of the copy at `id`.
    pub(super) fn classes(&self, id: StepId) -> Classes {
        let anybody = Classes { other: true, ..Classes::default() };
        let find = || self.process.and_then(|process| classes(self.ctx, process, id)).unwrap_or(anybody);
        *self.classes.borrow_mut().entry(id).or_insert_with(find)
    }

    /// Who reads, as a message names them.
    pub(super) fn user(&self) -> &str {
        self.process.and_then(|process| process.user.other()).unwrap_or("anybody")
    }

    /// Where a file named `name` lands, and why it may not.
    pub(super) fn target(&self, id: StepId, copy: &Copy, name: &str) -> (String, Option<String>) {
        let destination = copy.destination.path.as_deref().unwrap_or("/");
        let landing = Landing::new(self.ctx.model, self.ctx.build_context);
        if copy.destination.directory || copy.sources.len() > 1 || landing.is_directory(id, &self.history, destination)
        {
            return (path::join(destination, name), None);
        }
        let last = path::file_name(destination);
        let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let same = last == name || ending(last) == ending(name);
        let before = self.history.iter().take_while(|step| **step < id);
        let made = before.map(|step| self.ctx.model.step(*step)).any(|step| match &step.kind {
            StepKind::Run(run) => makes_directory(run, &step.scope, destination) != Makes::No,
            _ => false,
        });
        // Nobody keeps directories among the programs.
        let program = SEARCHED.contains(&path::parent(destination));
        let file = (program || (ending(last).is_some() && same)) && !made;
        let first = self.ctx.model.lineage(id.stage)[0];
        let empty = self.ctx.model.stages[first].is_scratch();
        let doubt = format!("`{destination}` may be a directory already, and the file then lies in it");
        (destination.to_owned(), (!file && !empty).then_some(doubt))
    }

    fn source(&self, id: StepId, copy: &Copy, source: &Source) -> Vec<Need> {
        let named = |name: &str, inside: &str, origin: Origin| {
            let (path, doubt) = self.target(id, copy, name);
            let inside = inside.to_owned();
            self.file(id, Candidate { path, inside, named: true, doubt, origin })
        };
        match (source.kind, self.ctx.context_of(id.stage)) {
            (SourceKind::Path, Some(context)) => self.matches(context, id, copy, source),
            (SourceKind::Path, None) => {
                let name = path::file_name(&source.text);
                let known = names::is_configuration(name) && !name.contains(['*', '?', '[']);
                let need = known.then(|| named(name, &source.text, Origin::Unseen)).flatten();
                need.into_iter().collect()
            }
            // A heredoc is 644 already. A download is 600, and root's.
            (SourceKind::Url, _) => {
                let address = source.text.split(['?', '#']).next().unwrap_or_default();
                let name = path::file_name(address);
                let known = !name.contains('%');
                known.then(|| named(name, name, Origin::Download)).flatten().into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a path or glob names in the context.
    fn matches(&self, context: &BuildContext, id: StepId, copy: &Copy, source: &Source) -> Vec<Need> {
        let matches = context.matches(&source.text);
        let several = matches.found.len() > 1;
        let destination = copy.destination.path.as_deref().unwrap_or("/");
        let mut needs = Vec::new();
        for found in &matches.found {
            if found.entry.is_directory() {
                needs.extend(self.directory(context, id, found, destination));
            } else if found.entry.is_file() && !is_archive(context, copy, &found.entry) {
                let name = path::file_name(&found.path);
                let (path, doubt) =
                    if several { (path::join(destination, name), None) } else { self.target(id, copy, name) };
                let origin = Origin::File(Box::new(found.entry.clone()));
                let inside = found.path.clone();
                needs.extend(self.file(id, Candidate { path, inside, named: true, doubt, origin }));
            }
        }
        needs
    }

    pub(super) fn file(&self, id: StepId, candidate: Candidate) -> Option<Need> {
        let mode = copied_mode(&candidate.origin);
        let classes = self.classes(id);
        let unreadable = mode.is_some_and(|mode| classes.lack(mode, READ));
        let name = path::file_name(&candidate.inside);
        // Who chose a group for the files knows why.
        let configuration = !self.has_chosen_group(id)
            && if candidate.named {
                names::is_configuration(name)
            } else {
                names::is_configuration_in_tree(&candidate.inside)
            };
        let dropped = (!candidate.named && names::is_version_control(&candidate.inside))
            || (!self.always && is_root_only(&candidate.path));
        if dropped || !(unreadable || configuration || self.always) {
            return None;
        }
        let secret = names::is_secret(&candidate.inside) || (unreadable && self.holds_secret(&candidate.origin));
        if secret && !unreadable {
            return None;
        }
        let question =
            Question { path: &candidate.path, old: mode.unwrap_or(0o600) & 0o700, wanted: classes.wanted(READ) };
        if self.covered(id, &question) {
            return None;
        }
        let user = self.user();
        let problem = match mode {
            Some(mode) if unreadable => format!("has mode {mode:03o}, which `{user}` cannot read"),
            _ if configuration => {
                format!("is configuration, and `{user}` can read it only if the checkout happens to allow it")
            }
            _ => "has whatever mode the checkout happens to have".to_owned(),
        };
        let private =
            unreadable && !configuration && mode.is_some_and(|mode| mode & 0o077 == 0) && !names::is_code(name);
        let (mut level, mut doubt) = level(&candidate, secret, private);
        if level == Applicability::Safe && self.given_to_root(id) && unreadable {
            level = Applicability::Unsafe;
            doubt = Some("the copy gives it to root on purpose".to_owned());
        }
        let executable = self.always && mode.is_some_and(|mode| mode & 0o100 != 0);
        Some(Need {
            copy: id,
            usage: if executable { Use::Execute } else { Use::Read },
            problem,
            level,
            doubt,
            bytes: match &candidate.origin {
                Origin::File(entry) => Some(entry.size),
                _ => None,
            },
            mode,
            related: self.related(),
            named: candidate.named,
            secret,
            path: candidate.path,
        })
    }

    pub(super) fn related(&self) -> Option<(Span, String)> {
        self.user_span.map(|span| (span, format!("runs as `{}` from here on", self.user())))
    }

    /// Whether `--chown` names a group other than root's.
    fn has_chosen_group(&self, id: StepId) -> bool {
        let StepKind::Copy(copy) = &self.ctx.model.step(id).kind else { return false };
        let group = copy.chown.as_deref().and_then(User::group);
        group.is_some_and(|group| User::parse(&group) != User::Root)
    }

    /// Whether `--chown` names root.
    fn given_to_root(&self, id: StepId) -> bool {
        match &self.ctx.model.step(id).kind {
            StepKind::Copy(copy) => copy.chown.as_deref().is_some_and(|owner| User::parse(owner) == User::Root),
            _ => false,
        }
    }

    /// Whether a file holds a key or a token by what stands in it. Only small files are read: a secret is one.
    fn holds_secret(&self, origin: &Origin) -> bool {
        const MARKS: [&str; 9] = [
            "PRIVATE KEY-----",
            "\"private_key\"",
            "PrivateKey =",
            "\"auths\"",
            "_authToken",
            "npmAuthToken",
            "aws_secret_access_key",
            "<password>",
            "ClearTextPassword",
        ];
        let (Origin::File(entry), Some(context)) = (origin, self.ctx.build_context) else { return false };
        context.small_file(entry).is_some_and(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            MARKS.iter().any(|mark| text.contains(mark))
        })
    }

    pub(super) fn covered(&self, id: StepId, question: &Question<'_>) -> bool {
        let after: Vec<StepId> = self.history.iter().copied().filter(|step| *step > id).collect();
        let seen = effects(self.ctx.model, &after, question);
        let written_again = after.iter().any(|step| match &self.ctx.model.step(*step).kind {
            StepKind::Copy(copy) => copy.names_target(question.path),
            _ => false,
        });
        seen.mode_given || seen.replaced || written_again || (seen.owner_changed && !self.always)
    }
}

/// How sure a fix for a file is, and why it is not surer.
fn level(candidate: &Candidate, secret: bool, private: bool) -> (Applicability, Option<String>) {
    if secret {
        let advice = "it looks like a secret, which stays closed: give it to the build with `RUN --mount=type=secret`, or to \
                      the container when it starts";
        return (Applicability::Display, Some(advice.to_owned()));
    }
    if let Some(doubt) = &candidate.doubt {
        return (Applicability::Display, Some(doubt.clone()));
    }
    match &candidate.origin {
        Origin::File(entry) => match missing_elsewhere(entry, candidate.named) {
            (Applicability::Safe, _) if private => {
                let doubt = "only its owner may read it, and nothing says what it is: it may be private on purpose";
                (Applicability::Unsafe, Some(doubt.to_owned()))
            }
            found => found,
        },
        Origin::Download => (Applicability::Safe, None),
        _ => {
            let doubt = "no build context is known, so the file may be of another kind than its name says";
            (Applicability::Unsafe, Some(doubt.to_owned()))
        }
    }
}
