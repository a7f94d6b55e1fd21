//! One file, directory or link of a context.

use std::fs::{self, Metadata};

use super::{BuildContext, GitState};

/// What stands at a path of a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it really is, links in the directories above followed.
    pub path: String,
    /// File, directory or link.
    pub kind: EntryKind,
    /// The permission bits on disk with set-user-id, set-group-id and sticky (0 to 0o7777); `None` where the system has none
    /// (Windows).
    pub mode: Option<u32>,
    /// Bytes of a file; of little meaning for anything else.
    pub size: u64,
    /// What git knows of it. Git keeps no mode but the x bit, so this is what another checkout has.
    pub git: GitState,
}

/// What kind of thing an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink {
        /// Where it points, as written; `None` if that is not UTF-8 or cannot be read.
        target: Option<String>,
    },
    /// A pipe, socket or device.
    Other,
}

impl Entry {
    /// Whether it is a regular file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.kind == EntryKind::File
    }

    /// Whether it is a directory.
    #[must_use]
    pub fn is_directory(&self) -> bool {
        self.kind == EntryKind::Directory
    }

    /// Whether its owner may execute it on this disk; `None` where the system has no such bit.
    #[must_use]
    pub fn executable_on_disk(&self) -> Option<bool> {
        self.mode.map(|mode| mode & 0o100 != 0)
    }

    /// Whether a fresh checkout would have it executable; `None` if git does not track it or cannot say.
    #[must_use]
    pub fn executable_in_git(&self) -> Option<bool> {
        match (&self.kind, &self.git) {
            (EntryKind::File, GitState::Tracked { executable }) => Some(*executable),
            _ => None,
        }
    }

    /// Whether the x bit on this disk is another than the one a fresh checkout gets: "executable here, but git records
    /// 100644". This compares the two and does not care whether git was told to ignore modes (`core.fileMode`).
    #[must_use]
    pub fn executable_differs(&self) -> bool {
        matches!((self.executable_on_disk(), self.executable_in_git()), (Some(disk), Some(git)) if disk != git)
    }
}

impl BuildContext {
    /// The entry at `real`, which has no links in its directories, from what `lstat` said.
    pub(super) fn entry_of(&self, real: String, found: &Metadata) -> Entry {
        let kind = if found.is_symlink() {
            let target = fs::read_link(self.tree.on_disk(&real)).ok();
            EntryKind::Symlink { target: target.and_then(|target| target.into_os_string().into_string().ok()) }
        } else if found.is_dir() {
            EntryKind::Directory
        } else if found.is_file() {
            EntryKind::File
        } else {
            EntryKind::Other
        };
        let git = self.git_state(&real, kind == EntryKind::Directory);
        Entry { path: real, kind, mode: permissions(found), size: found.len(), git }
    }
}

#[cfg(unix)]
fn permissions(found: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(found.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn permissions(_: &Metadata) -> Option<u32> {
    None
}
