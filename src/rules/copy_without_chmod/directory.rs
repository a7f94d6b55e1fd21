//! A directory that is copied, and the directories of the image that it must leave alone.

use super::names;
use super::needs::{Need, Use, missing_elsewhere};
use super::reading::{Candidate, Reader};
use super::tree::{Tree, WholeCopy};
use crate::context::{BuildContext, Entry, Match, Walk};
use crate::model::access::{EXECUTE, is_root_only};
use crate::model::effects::Question;
use crate::model::landing::Origin;
use crate::model::{Base, Copy, CopyFrom, SourceKind, StepId, StepKind, path};
use crate::settings::Applicability;

/// Directories of a base image, with everything below; a recursive chmod there would touch files of others. Of those
/// that images have (`model::layout`) it leaves out what is empty in them (`/opt/x`, `/srv/x`, `/var/www`).
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

/// The files below a directory of a walk.
fn files_below<'w>(walk: &'w Walk, directory: &Entry) -> Vec<&'w Entry> {
    let prefix = format!("{}/", directory.path);
    // They are sorted by path, so those of one directory stand together.
    let start = walk.entries.partition_point(|entry| entry.path < prefix);
    let below = walk.entries[start..].iter().take_while(|entry| entry.path.starts_with(&prefix));
    below.filter(|entry| entry.is_file()).collect()
}

/// How sure it is that a directory with these files is there to be entered, though its mode is closed, and why not surer.
fn closed_level(directory: &Entry, files: &[&Entry], mode: u32) -> (Applicability, Option<String>) {
    let (level, doubt) = missing_elsewhere(directory, false);
    let known = |file: &&Entry| -> bool {
        let name = path::file_name(&file.path);
        names::is_code(name) || names::is_configuration(name)
    };
    if level == Applicability::Safe && mode & 0o077 == 0 && !files.iter().any(known) {
        let doubt = "only its owner may enter it, and nothing says what it holds: it may be private on purpose";
        return (Applicability::Unsafe, Some(doubt.to_owned()));
    }
    (level, doubt)
}

impl Reader<'_> {
    /// The files of a directory that was copied, as single needs, or as one for each directory that needs it whole.
    pub(super) fn directory(&self, context: &BuildContext, id: StepId, found: &Match, destination: &str) -> Vec<Need> {
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
        let closed = self.closed(id, &walk, &root, destination);
        if self.single || !walk.is_certain() {
            tree.needs.extend(closed);
            return tree.needs;
        }
        let whole = self.always || names::is_configuration_directory(path::file_name(&found.path));
        let own = |directory: &str| self.is_own(id, &path::join(destination, directory));
        let copy = WholeCopy { id, destination, whole, own: &own };
        let mut needs =
            tree.collapse(&copy, |directory, unreadable, bytes| self.tree_need(&copy, directory, unreadable, bytes));
        let opened: Vec<String> =
            needs.iter().filter(|need| need.usage == Use::ReadTree).map(|need| need.path.clone()).collect();
        let is_opened = |need: &Need| opened.iter().any(|tree| path::below(tree, &need.path).is_some());
        needs.extend(closed.into_iter().filter(|need| !is_opened(need)));
        needs
    }

    /// The directories below the one that is copied which the user cannot enter. The builder gives them the mode that they
    /// have in the context; the directory that is copied itself leaves its mode behind.
    fn closed(&self, id: StepId, walk: &Walk, root: &str, destination: &str) -> Vec<Need> {
        let classes = self.classes(id);
        let directories = walk.entries.iter().filter(|entry| entry.is_directory());
        let closed = directories.filter_map(|entry| {
            let mode = entry.mode.filter(|mode| classes.lack(*mode, EXECUTE))?;
            let source = format!("/{}", entry.path);
            let inside = path::below(root, &source)?;
            let target = path::join(destination, inside);
            let files = files_below(walk, entry);
            let question = Question { path: &target, old: mode & 0o700, wanted: classes.wanted(EXECUTE) };
            let left_alone = files.is_empty()
                || files.iter().any(|file| names::is_secret(&file.path))
                || names::is_version_control(&format!("{inside}/"))
                || (!self.always && is_root_only(&target));
            if left_alone || self.covered(id, &question) {
                return None;
            }
            let (level, doubt) = closed_level(entry, &files, mode);
            Some(Need {
                copy: id,
                usage: Use::Enter,
                problem: format!("has mode {mode:03o}, so `{}` cannot enter it", self.user()),
                level,
                doubt,
                bytes: None,
                mode: Some(mode),
                related: self.related(),
                named: false,
                secret: false,
                path: target,
            })
        });
        closed.collect()
    }

    /// Whether only this copy puts files into the directory, as far as the file shows, up to where a RUN would stand.
    fn is_own(&self, id: StepId, directory: &str) -> bool {
        if is_shared(directory) || self.is_of_base(id, directory) {
            return false;
        }
        let last = super::last_adjacent(self.ctx, id);
        let others = self
            .history
            .iter()
            .filter(|step| **step != id && (**step < id || (step.stage == id.stage && **step <= last)));
        !others.map(|step| self.ctx.model.step(*step)).any(|step| match &step.kind {
            StepKind::Copy(copy) => copy.destination.path.as_deref().is_none_or(|destination| {
                let below = path::below(directory, destination).is_some();
                let above = path::below(destination, directory).is_some();
                below || (above && self.may_bring_directory(copy))
            }),
            StepKind::Run(run) => {
                let installs = ["apt-get", "apt ", "apk ", "yum ", "dnf "].iter().any(|manager| run.mentions(manager));
                let system = ["/etc", "/opt"].iter().any(|system| path::below(system, directory).is_some());
                step.scope.workdir.as_deref() == Some(directory)
                    || run.mentions(path::file_name(directory))
                    || (installs && system)
            }
            _ => false,
        })
    }

    /// Whether a copy may bring directories, and not files alone.
    fn may_bring_directory(&self, copy: &Copy) -> bool {
        copy.sources.iter().any(|source| match (source.kind, &copy.from, self.ctx.build_context) {
            (SourceKind::Heredoc | SourceKind::Url, _, _) => false,
            (SourceKind::Path, CopyFrom::Context, Some(context)) => {
                let matches = context.matches(&source.text);
                !matches.complete || matches.found.iter().any(|found| !found.entry.is_file())
            }
            _ => true,
        })
    }

    /// Whether the base image has the directory, as far as its name tells: `/etc/nginx` of `nginx`.
    fn is_of_base(&self, id: StepId, directory: &str) -> bool {
        match &self.ctx.model.stages[self.ctx.model.lineage(id.stage)[0]].base {
            Base::Image(reference) => directory.split('/').any(|part| {
                let name = path::file_name(&reference.name);
                !part.is_empty() && (part == name || (part.len() > 3 && name.contains(part)))
            }),
            Base::Unknown => true,
            Base::Stage(_) | Base::Scratch => false,
        }
    }

    fn tree_need(&self, copy: &WholeCopy<'_>, directory: &str, unreadable: usize, bytes: u64) -> Need {
        let user = self.user();
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
