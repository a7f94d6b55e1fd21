//! Copied files that a non-root user has to read.

use super::names;
use super::needs::{Need, Use, copied_mode, missing_elsewhere};
use crate::context::{BuildContext, Entry, GitState, Match};
use crate::model::effects::{Question, effects};
use crate::model::landing::Origin;
use crate::model::{Copy, CopyFrom, Source, SourceKind, Step, StepId, StepKind, User, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::text::Span;

/// More single paths than this in one copy are not named one by one.
const MOST_PATHS: usize = 12;

/// So many files of one directory, if they are all there is, are named as the directory.
const ENOUGH_FOR_TREE: usize = 4;

/// Directories that hold more than what was copied; a recursive chmod there would touch other files.
const SHARED_DIRECTORIES: [&str; 20] = [
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/var",
];

/// A file that a copy brings, as this rule looks at it.
struct Candidate {
    source: usize,
    path: String,
    /// Where it lies below the directory that was copied; its name for a file that the copy names.
    inside: String,
    named: bool,
    alone: bool,
    origin: Origin,
}

/// What the final image of `stage` needs for its user to read.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let end = &ctx.model.stages[stage].end;
    let Some(user) = end.user.other() else { return Vec::new() };
    let reader = Reader { ctx, stage, user: Some(user), user_span: end.user_span, always: false };
    reader.all()
}

/// What every copy from the context needs, whoever reads it: the option `when = "always"`.
pub fn always(ctx: &RuleContext<'_>) -> Vec<Need> {
    let readers = (0..ctx.model.stages.len()).filter(|stage| {
        let stage = &ctx.model.stages[*stage];
        !stage.windows && stage.end.shell != crate::model::Shell::Foreign
    });
    readers
        .flat_map(|stage| {
            let reader = Reader { ctx, stage, user: None, user_span: None, always: true };
            reader.all().into_iter().filter(move |need| need.copy.stage == stage)
        })
        .collect()
}

struct Reader<'a> {
    ctx: &'a RuleContext<'a>,
    stage: usize,
    /// Who reads; `None` for anybody.
    user: Option<&'a str>,
    user_span: Option<Span>,
    always: bool,
}

impl Reader<'_> {
    fn all(&self) -> Vec<Need> {
        let history = self.ctx.model.history(self.stage);
        let copies = history.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => Some((*id, copy)),
            _ => None,
        });
        copies.flat_map(|(id, copy)| self.copy(id, copy, &history)).collect()
    }

    fn copy(&self, id: StepId, copy: &Copy, history: &[StepId]) -> Vec<Need> {
        if copy.chmod.is_some() || copy.parents || !copy.excludes.is_empty() || self.owned(copy) {
            return Vec::new();
        }
        let Some(destination) = copy.destination.path.as_deref() else { return Vec::new() };
        if copy.from != CopyFrom::Context {
            return Vec::new();
        }
        let mut needs = Vec::new();
        for (index, source) in copy.sources.iter().enumerate() {
            needs.extend(self.source(id, copy, index, source, destination, history));
        }
        if needs.iter().filter(|need| need.usage == Use::Read && !need.secret).count() > MOST_PATHS {
            for need in &mut needs {
                need.level = Applicability::Display;
                need.doubt =
                    Some(format!("more than {MOST_PATHS} files of this copy need it; mend the modes at their source"));
            }
        }
        needs
    }

    /// Whether the copy gives the files to the user who reads them. An owner that is not root and not known to be somebody
    /// else counts.
    fn owned(&self, copy: &Copy) -> bool {
        copy.chown.as_deref().is_some_and(|owner| User::parse(owner) != User::Root) && !self.always
    }

    fn source(
        &self,
        id: StepId,
        copy: &Copy,
        index: usize,
        source: &Source,
        destination: &str,
        history: &[StepId],
    ) -> Vec<Need> {
        let into = copy.destination.directory || copy.sources.len() > 1;
        let target = |name: &str| {
            let into = into
                || crate::model::landing::Landing::new(self.ctx.model, self.ctx.build_context).is_directory(
                    id,
                    history,
                    destination,
                );
            if into { path::join(destination, name) } else { destination.to_owned() }
        };
        match (source.kind, self.ctx.build_context) {
            (SourceKind::Path, Some(context)) => {
                let matches = context.matches(&source.text);
                let several = matches.found.len() > 1;
                let mut needs = Vec::new();
                for found in &matches.found {
                    if found.entry.is_directory() {
                        needs.extend(self.directory(context, id, index, found, destination, history));
                    } else if found.entry.is_file() && !is_archive(context, copy, &found.entry) {
                        let name = path::file_name(&found.path);
                        let candidate = Candidate {
                            source: index,
                            path: if several { path::join(destination, name) } else { target(name) },
                            inside: found.path.clone(),
                            named: true,
                            alone: copy.sources.len() == 1 && !matches.glob,
                            origin: Origin::File(Box::new(found.entry.clone())),
                        };
                        needs.extend(self.file(id, candidate, history));
                    }
                }
                needs
            }
            (SourceKind::Path, None) => {
                let name = path::file_name(&source.text);
                if !names::is_configuration(name) || name.contains(['*', '?', '[']) {
                    return Vec::new();
                }
                let candidate = Candidate {
                    source: index,
                    path: target(name),
                    inside: source.text.clone(),
                    named: true,
                    alone: copy.sources.len() == 1,
                    origin: Origin::Unseen,
                };
                self.file(id, candidate, history).into_iter().collect()
            }
            // A heredoc is 644 already. A download is 600, and root's.
            (SourceKind::Url, _) => {
                let address = source.text.split(['?', '#']).next().unwrap_or_default();
                let name = path::file_name(address);
                let candidate = Candidate {
                    source: index,
                    path: target(name),
                    inside: name.to_owned(),
                    named: true,
                    alone: copy.sources.len() == 1,
                    origin: Origin::Download,
                };
                self.file(id, candidate, history).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn file(&self, id: StepId, candidate: Candidate, history: &[StepId]) -> Option<Need> {
        let mode = copied_mode(&candidate.origin);
        let unreadable = mode.is_some_and(|mode| mode & 0o004 == 0);
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
        if self.covered(id, history, &question) {
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
        let (level, doubt) = self.level(&candidate, secret);
        let executable = self.always && mode.is_some_and(|mode| mode & 0o100 != 0);
        Some(Need {
            copy: id,
            source: candidate.source,
            path: candidate.path,
            usage: if executable { Use::Execute } else { Use::Read },
            problem,
            level,
            doubt,
            bytes: match &candidate.origin {
                Origin::File(entry) => Some(entry.size),
                _ => None,
            },
            mode,
            related: self.user_span.map(|span| (span, format!("runs as `{user}` from here on"))),
            alone: candidate.alone,
            secret,
        })
    }

    fn level(&self, candidate: &Candidate, secret: bool) -> (Applicability, Option<String>) {
        if secret {
            let advice = "it looks like a secret, which stays closed: give it to the build with `RUN --mount=type=secret`, or to the \
                          container when it starts";
            return (Applicability::Display, Some(advice.to_owned()));
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

    /// Whether a package manager's configuration holds a token.
    fn holds_token(&self, origin: &Origin, name: &str) -> bool {
        let (Origin::File(entry), Some(context)) = (origin, self.ctx.build_context) else { return false };
        let may_hold = matches!(
            name,
            ".npmrc" | ".yarnrc" | ".yarnrc.yml" | "pip.conf" | "settings.xml" | "nuget.config" | "NuGet.Config"
        );
        may_hold
            && entry.size < 64 * 1024
            && std::fs::read_to_string(context.root().join(&entry.path)).is_ok_and(|text| {
                ["_authToken", "_password", "npmAuthToken", "<password>", "ClearTextPassword"]
                    .iter()
                    .any(|word| text.contains(word))
            })
    }

    fn covered(&self, id: StepId, history: &[StepId], question: &Question<'_>) -> bool {
        let after: Vec<StepId> = history.iter().copied().filter(|step| *step > id).collect();
        let seen = effects(self.ctx.model, &after, question);
        let written_again = after.iter().any(|step| match &self.ctx.model.step(*step).kind {
            StepKind::Copy(copy) => self.brings(copy, question.path),
            _ => false,
        });
        seen.mode_given || seen.replaced || written_again || (seen.owner_changed && !self.always)
    }

    /// Whether a later copy brings the same path, so that its mode counts.
    fn brings(&self, copy: &Copy, target: &str) -> bool {
        let name = path::file_name(target);
        copy.destination.path.as_deref().is_some_and(|destination| {
            let same_file = destination == target;
            let same_name = path::join(destination, name) == target
                && copy.sources.iter().any(|source| path::file_name(&source.text) == name);
            same_file || same_name
        })
    }

    /// The files of a directory that was copied, as single needs or as one for the whole directory.
    fn directory(
        &self,
        context: &BuildContext,
        id: StepId,
        source: usize,
        found: &Match,
        destination: &str,
        history: &[StepId],
    ) -> Vec<Need> {
        let walk = context.walk(&found.entry.path);
        let files: Vec<&Entry> = walk.files().collect();
        let inside = |entry: &Entry| {
            let path = format!("/{}", entry.path);
            path::below(&format!("/{}", found.entry.path), &path).unwrap_or_default().to_owned()
        };
        let whole = self.always || names::is_configuration_directory(path::file_name(&found.path));
        let mut needs: Vec<Need> = Vec::new();
        for entry in &files {
            let inside = inside(entry);
            let candidate = Candidate {
                source,
                path: path::join(destination, &inside),
                inside: if found.entry.path.is_empty() {
                    inside
                } else {
                    format!("{}/{inside}", path::file_name(&found.path))
                },
                named: false,
                alone: false,
                origin: Origin::File(Box::new((*entry).clone())),
            };
            needs.extend(self.file(id, candidate, history));
        }
        let plain = needs.iter().filter(|need| !need.secret).count();
        let any_secret = files.iter().any(|entry| names::is_secret(&entry.path));
        let all = plain == files.len() && plain >= ENOUGH_FOR_TREE;
        let every_checkout = files.iter().any(|entry| entry.git != GitState::Ignored);
        if plain > 0
            && (whole || all)
            && !any_secret
            && walk.is_certain()
            && every_checkout
            && !SHARED_DIRECTORIES.contains(&destination)
        {
            let tree = self.tree(id, source, destination, &needs, files.iter().map(|entry| entry.size).sum());
            return if self.tree_is_own(id, destination, history) { vec![tree] } else { needs };
        }
        needs
    }

    /// Whether only this copy put files into the directory, as far as the file shows.
    fn tree_is_own(&self, id: StepId, destination: &str, history: &[StepId]) -> bool {
        let before = history.iter().take_while(|step| **step < id);
        let mut others = before.filter(|step| match &self.ctx.model.step(**step).kind {
            StepKind::Copy(copy) => copy.destination.path.as_deref().is_some_and(|path| {
                path::below(destination, path)
                    .is_some_and(|inside| !inside.is_empty() || copy.from != CopyFrom::Context)
            }),
            _ => false,
        });
        others.next().is_none()
    }

    fn tree(&self, copy: StepId, source: usize, destination: &str, needs: &[Need], bytes: u64) -> Need {
        let user = self.user.unwrap_or("anybody");
        let unreadable = needs.iter().filter(|need| need.mode.is_some_and(|mode| mode & 0o004 == 0)).count();
        let problem = if unreadable > 0 {
            format!("holds {unreadable} files that `{user}` cannot read")
        } else {
            format!("holds configuration that `{user}` can read only if the checkout happens to allow it")
        };
        Need {
            copy,
            source,
            path: destination.to_owned(),
            usage: Use::ReadTree,
            problem,
            level: Applicability::Safe,
            doubt: None,
            bytes: Some(bytes),
            mode: None,
            related: self.user_span.map(|span| (span, format!("runs as `{user}` from here on"))),
            alone: false,
            secret: false,
        }
    }
}

/// Whether ADD would unpack a file: by its first bytes, as the builder looks at it, or by its name.
fn is_archive(context: &BuildContext, copy: &Copy, entry: &Entry) -> bool {
    if !copy.add {
        return false;
    }
    let name = entry.path.to_ascii_lowercase();
    let by_name = [".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".gz", ".bz2", ".xz"];
    by_name.iter().any(|ending| name.ends_with(ending)) || starts_like_archive(&context.root().join(&entry.path))
}

fn starts_like_archive(file: &std::path::Path) -> bool {
    use std::io::Read as _;
    let mut start = [0; 262];
    let read = std::fs::File::open(file).and_then(|mut file| file.read(&mut start));
    let start = &start[..read.unwrap_or_default()];
    let magic: [&[u8]; 4] = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"];
    magic.iter().any(|magic| start.starts_with(magic)) || start.get(257..262) == Some(b"ustar")
}

/// Whether the instruction stands in an ONBUILD.
pub fn is_trigger(step: &Step) -> bool {
    step.outer != step.instruction
}
