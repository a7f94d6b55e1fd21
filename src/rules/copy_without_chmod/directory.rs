//! A directory that is copied, and the directories of the image that it must leave alone.

use super::names;
use super::needs::{Need, Use};
use super::reading::{Candidate, Reader};
use super::tree::{Tree, WholeCopy};
use crate::context::{BuildContext, Match};
use crate::model::landing::Origin;
use crate::model::{CopyFrom, StepId, StepKind, path};
use crate::settings::Applicability;

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
