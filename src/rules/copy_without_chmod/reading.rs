//! Copied files that a non-root user has to read.

use super::archive::is_archive;
use super::names;
use super::needs::{Need, Use, copied_mode, missing_elsewhere};
use super::tree::{Tree, WholeCopy};
use crate::context::{BuildContext, Match};
use crate::model::effects::{Question, effects};
use crate::model::landing::{Landing, Origin};
use crate::model::{Copy, CopyFrom, Shell, Source, SourceKind, StepId, StepKind, User, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::text::Span;

/// More single paths than this in one copy are not named one by one.
const MOST_PATHS: usize = 12;

/// Directories of a base image, with everything below; a recursive chmod there would touch files of others.
const SYSTEM_DIRECTORIES: [&str; 20] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc/pam.d",
    "/etc/pki",
    "/etc/security",
    "/etc/ssh",
    "/etc/ssl",
    "/etc/sudoers.d",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/cache",
    "/var/lib",
    "/var/spool",
];

/// Whether a directory holds more than what was copied into it, in all likelihood: the base image has it.
fn is_shared(directory: &str) -> bool {
    let top = !directory.trim_start_matches('/').contains('/');
    let base = ["/etc", "/home", "/opt", "/root", "/srv", "/tmp", "/var", "/mnt", "/media", "/"];
    (top && base.contains(&directory))
        || SYSTEM_DIRECTORIES.iter().any(|system| path::below(system, directory).is_some())
}

/// A file that a copy brings, as this rule looks at it.
struct Candidate {
    path: String,
    /// Where it lies below the directory that was copied; its name for a file that the copy names.
    inside: String,
    named: bool,
    /// Why the file may lie elsewhere.
    doubt: Option<String>,
    origin: Origin,
}

/// What the final image of `stage` needs for its user to read.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let end = &ctx.model.stages[stage].end;
    let Some(user) = end.user.other() else { return Vec::new() };
    let history = ctx.model.history(stage);
    let in_root_group = in_root_group(ctx, user, end.user_group.as_deref(), &history);
    let reader = Reader {
        ctx,
        user: Some(user),
        in_root_group,
        user_span: end.user_span,
        always: false,
        single: false,
        history,
    };
    reader.all()
}

/// What every copy from the context needs, whoever reads it: the option `when = "always"`.
pub fn always(ctx: &RuleContext<'_>) -> Vec<Need> {
    let stages = (0..ctx.model.stages.len()).filter(|stage| {
        let stage = &ctx.model.stages[*stage];
        !stage.windows && stage.end.shell != Shell::Foreign
    });
    stages
        .flat_map(|stage| {
            let history = ctx.model.history(stage);
            let reader =
                Reader { ctx, user: None, in_root_group: false, user_span: None, always: true, single: false, history };
            reader.all().into_iter().filter(move |need| need.copy.stage == stage)
        })
        .collect()
}

/// Whether the user has root's group, which copied files have too: USER names it, or the user is a number that nothing in the
/// file gives a group (the engine then takes group 0).
fn in_root_group(ctx: &RuleContext<'_>, user: &str, group: Option<&str>, history: &[StepId]) -> bool {
    match group {
        Some(group) => group == "root" || group.bytes().all(|byte| byte == b'0'),
        None => {
            let mentioned = || {
                history.iter().any(|id| match &ctx.model.step(*id).kind {
                    StepKind::Run(run) => run.mentions(user),
                    _ => false,
                })
            };
            user.bytes().all(|byte| byte.is_ascii_digit()) && !mentioned()
        }
    }
}

struct Reader<'a> {
    ctx: &'a RuleContext<'a>,
    /// Who reads; `None` for anybody.
    user: Option<&'a str>,
    in_root_group: bool,
    user_span: Option<Span>,
    always: bool,
    /// Whether every file is named by itself, and no directory whole.
    single: bool,
    history: Vec<StepId>,
}

impl Reader<'_> {
    fn all(&self) -> Vec<Need> {
        let copies = self.history.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => Some((*id, copy)),
            _ => None,
        });
        copies.flat_map(|(id, copy)| self.copy(id, copy)).collect()
    }

    fn copy(&self, id: StepId, copy: &Copy) -> Vec<Need> {
        let open = copy.chmod.is_some() || copy.parents || !copy.excludes.is_empty() || self.owned(copy);
        if open || copy.destination.path.is_none() {
            return Vec::new();
        }
        match copy.from {
            CopyFrom::Context => {}
            CopyFrom::Stage(stage) => return self.through_stage(id, copy, stage),
            CopyFrom::Elsewhere => return Vec::new(),
        }
        let mut needs: Vec<Need> = copy.sources.iter().flat_map(|source| self.source(id, copy, source)).collect();
        if needs.iter().filter(|need| need.usage == Use::Read && !need.secret).count() > MOST_PATHS {
            for need in &mut needs {
                need.level = Applicability::Display;
                need.doubt =
                    Some(format!("more than {MOST_PATHS} files of this copy need it; mend the modes at their source"));
            }
        }
        needs
    }

    /// Files of the context that a stage hands on, each by its name: what else lies there is not known.
    fn through_stage(&self, id: StepId, copy: &Copy, stage: usize) -> Vec<Need> {
        let history = self.ctx.model.history(stage);
        let last_run =
            history.iter().rev().find(|id| matches!(self.ctx.model.step(**id).kind, StepKind::Run(_))).copied();
        let there = Reader { ctx: self.ctx, history, single: true, ..*self };
        let mut needs = Vec::new();
        for mut need in there.all() {
            let Some(path) = self.handed_on(id, copy, &need.path) else { continue };
            let question = Question { path: &path, old: need.mode.unwrap_or(0o600) & 0o700, wanted: 0o004 };
            if self.covered(id, &question) {
                continue;
            }
            if need.level == Applicability::Safe && last_run.is_some_and(|run| run > need.copy) {
                need.level = Applicability::Unsafe;
                need.doubt = Some("a RUN of the stage that it comes from may have changed or removed it".to_owned());
            }
            needs.push(Need { copy: id, path, ..need });
        }
        needs
    }

    /// Where a file of another stage lands.
    fn handed_on(&self, id: StepId, copy: &Copy, from: &str) -> Option<String> {
        copy.sources.iter().filter(|source| source.kind == SourceKind::Path).find_map(|source| {
            let inside = path::below(&path::absolute("/", &source.text), from)?;
            if inside.is_empty() {
                let (path, doubt) = self.target(id, copy, path::file_name(from));
                return doubt.is_none().then_some(path);
            }
            Some(path::join(copy.destination.path.as_deref()?, inside))
        })
    }

    /// Whether the copy gives the files to the user who reads them. Somebody who is not root and may be that user counts.
    fn owned(&self, copy: &Copy) -> bool {
        let Some(owner) = copy.chown.as_deref().map(User::parse) else { return false };
        let Some(reader) = self.user else { return false };
        match owner {
            User::Root => false,
            User::Unknown => true,
            User::Other(owner) => {
                let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
                // A name and a number may be the same user.
                owner == reader || is_number(&owner) != is_number(reader) || owner.contains('$')
            }
        }
    }

    /// Where a file named `name` lands, and why it may not.
    fn target(&self, id: StepId, copy: &Copy, name: &str) -> (String, Option<String>) {
        let destination = copy.destination.path.as_deref().unwrap_or("/");
        let landing = Landing::new(self.ctx.model, self.ctx.build_context);
        if copy.destination.directory || copy.sources.len() > 1 || landing.is_directory(id, &self.history, destination)
        {
            return (path::join(destination, name), None);
        }
        let last = path::file_name(destination);
        let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let file = last == name || (ending(last).is_some() && ending(last) == ending(name));
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
                named(name, name, Origin::Download).into_iter().collect()
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

    /// Whether the user of the final image cannot read a file of root's with this mode.
    fn cannot_read(&self, mode: u32) -> bool {
        let bits = if self.in_root_group { 0o044 } else { 0o004 };
        mode & bits == 0
    }

    fn file(&self, id: StepId, candidate: Candidate) -> Option<Need> {
        let mode = copied_mode(&candidate.origin);
        let unreadable = mode.is_some_and(|mode| self.cannot_read(mode));
        let name = path::file_name(&candidate.inside);
        let configuration = if candidate.named {
            names::is_configuration(name)
        } else {
            names::is_configuration_in_tree(&candidate.inside)
        };
        if !(unreadable || configuration || self.always) {
            return None;
        }
        let secret = names::is_secret(&candidate.inside) || self.holds_token(&candidate.origin, name);
        if secret && !unreadable {
            return None;
        }
        let question = Question { path: &candidate.path, old: mode.unwrap_or(0o600) & 0o700, wanted: 0o004 };
        if self.covered(id, &question) {
            return None;
        }
        let user = self.user.unwrap_or("anybody");
        let problem = match mode {
            Some(mode) if unreadable => format!("has mode {mode:03o}, which `{user}` cannot read"),
            _ if configuration => {
                format!("is configuration, and `{user}` can read it only if the checkout happens to allow it")
            }
            _ => "has whatever mode the checkout happens to have".to_owned(),
        };
        let (level, doubt) = level(&candidate, secret);
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

    fn related(&self) -> Option<(Span, String)> {
        self.user_span.map(|span| (span, format!("runs as `{}` from here on", self.user.unwrap_or("anybody"))))
    }

    /// Whether a package manager's configuration holds a token.
    fn holds_token(&self, origin: &Origin, name: &str) -> bool {
        const FILES: [&str; 7] =
            [".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "settings.xml", "nuget.config", "NuGet.Config"];
        const TOKENS: [&str; 5] = ["_authToken", "_password", "npmAuthToken", "<password>", "ClearTextPassword"];
        let (Origin::File(entry), Some(context)) = (origin, self.ctx.build_context) else { return false };
        FILES.contains(&name)
            && entry.size < 64 * 1024
            && std::fs::read_to_string(context.root().join(&entry.path))
                .is_ok_and(|text| TOKENS.iter().any(|token| text.contains(token)))
    }

    fn covered(&self, id: StepId, question: &Question<'_>) -> bool {
        let after: Vec<StepId> = self.history.iter().copied().filter(|step| *step > id).collect();
        let seen = effects(self.ctx.model, &after, question);
        let written_again = after.iter().any(|step| match &self.ctx.model.step(*step).kind {
            StepKind::Copy(copy) => brings(copy, question.path),
            _ => false,
        });
        seen.mode_given || seen.replaced || written_again || (seen.owner_changed && !self.always)
    }

    /// The files of a directory that was copied, as single needs, or as one for each directory that needs it whole.
    fn directory(&self, context: &BuildContext, id: StepId, found: &Match, destination: &str) -> Vec<Need> {
        let walk = context.walk(&found.entry.path);
        let root = format!("/{}", found.entry.path);
        let mut tree = Tree::default();
        for entry in walk.files() {
            let path = format!("/{}", entry.path);
            let inside = path::below(&root, &path).unwrap_or_default().to_owned();
            let name = path::file_name(&found.entry.path);
            let candidate = Candidate {
                path: path::join(destination, &inside),
                inside: if name.is_empty() { inside.clone() } else { format!("{name}/{inside}") },
                named: false,
                doubt: None,
                origin: Origin::File(Box::new(entry.clone())),
            };
            tree.files.push((inside, entry.clone()));
            tree.needs.extend(self.file(id, candidate));
        }
        if self.single || !walk.is_certain() {
            return tree.needs;
        }
        let whole = self.always || names::is_configuration_directory(path::file_name(&found.path));
        let own = |directory: &str| self.is_own(id, &path::join(destination, directory));
        let copy = WholeCopy { id, destination, whole, own: &own };
        tree.collapse(&copy, |directory, unreadable, bytes| self.tree_need(&copy, directory, unreadable, bytes))
    }

    /// Whether only this copy puts files into the directory, as far as the file shows, up to where a RUN would stand.
    fn is_own(&self, id: StepId, directory: &str) -> bool {
        if is_shared(directory) {
            return false;
        }
        let last = super::last_adjacent(self.ctx, id);
        let others = self
            .history
            .iter()
            .filter(|step| **step != id && (**step < id || (step.stage == id.stage && **step <= last)));
        !others.map(|step| self.ctx.model.step(*step)).any(|step| match &step.kind {
            StepKind::Copy(copy) => copy.destination.path.as_deref().is_none_or(|destination| {
                let below = path::below(directory, destination);
                let above = path::below(destination, directory).is_some();
                // A copy of files into a directory above does not reach down into this one.
                let reaches = copy.sources.iter().any(|source| !path::file_name(&source.text).contains('.'));
                let reaches =
                    reaches || copy.from != CopyFrom::Context || copy.sources.iter().any(|source| source.text == ".");
                below.is_some() || (above && reaches)
            }),
            StepKind::Run(run) => step.scope.workdir.as_deref() == Some(directory) || run.mentions(directory),
            _ => false,
        })
    }

    fn tree_need(&self, copy: &WholeCopy<'_>, directory: &str, unreadable: usize, bytes: u64) -> Need {
        let user = self.user.unwrap_or("anybody");
        let problem = if unreadable > 0 {
            format!("holds files that `{user}` cannot read")
        } else {
            format!("holds configuration that `{user}` can read only if the checkout happens to allow it")
        };
        Need {
            copy: copy.id,
            path: path::join(copy.destination, directory),
            usage: Use::ReadTree,
            problem,
            level: Applicability::Safe,
            doubt: None,
            bytes: Some(bytes),
            mode: None,
            related: self.related(),
            named: false,
            secret: false,
        }
    }
}

/// How sure a fix for a file is, and why it is not surer.
fn level(candidate: &Candidate, secret: bool) -> (Applicability, Option<String>) {
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
            Some(doubt) => (Applicability::Display, Some(doubt)),
            None => (Applicability::Safe, None),
        },
        Origin::Download => (Applicability::Safe, None),
        _ => {
            let doubt = "no build context is known, so the file may be of another kind than its name says";
            (Applicability::Unsafe, Some(doubt.to_owned()))
        }
    }
}

/// Whether a later copy brings the same path, so that its mode counts.
fn brings(copy: &Copy, target: &str) -> bool {
    let name = path::file_name(target);
    copy.destination.path.as_deref().is_some_and(|destination| {
        let same_name = || {
            path::join(destination, name) == target
                && copy.sources.iter().any(|source| path::file_name(&source.text) == name)
        };
        destination == target || same_name()
    })
}
