//! Whether a file on disk has the content that git's index has for it.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_index::entry::Mode;
use gix_object::Kind;
use sha2::{Digest as _, Sha256};

use super::Unit;
use super::objects::Objects;

/// A larger file is hashed piece by piece, and only as it is.
const MOST_BYTES: u64 = 16 << 20;
/// How a Git LFS pointer begins, and how long one may be.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
const LONGEST_POINTER: u64 = 1024;

/// A file of a work tree, not followed if it is a link.
pub(super) struct OnDisk {
    path: PathBuf,
    pub(super) metadata: gix_index::fs::Metadata,
}

/// Looks files up below a work tree, and none through a link: what lies behind a link is no file of the repository.
pub(super) struct LeadingFolders<'u> {
    root: &'u Path,
    /// The last folder that was looked up, as bytes with a `/` at its end, and whether it is one.
    last: (Vec<u8>, bool),
}

impl<'u> LeadingFolders<'u> {
    pub(super) fn new(root: &'u Path) -> Self {
        Self { root, last: (Vec::new(), true) }
    }

    /// What is at `path`.
    pub(super) fn file(&mut self, path: &[u8]) -> Option<OnDisk> {
        let folder = &path[..path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)];
        if !self.has(folder) {
            return None;
        }
        let path = self.root.join(relative(path)?);
        gix_index::fs::Metadata::from_path_no_follow(&path).ok().map(|metadata| OnDisk { path, metadata })
    }

    /// Whether `folder`, which ends with a slash unless it is the work tree itself, is one.
    pub(super) fn has(&mut self, folder: &[u8]) -> bool {
        if self.last.0 != folder {
            self.last = (folder.to_vec(), self.is_folder(folder).unwrap_or(false));
        }
        self.last.1
    }

    fn is_folder(&self, folder: &[u8]) -> Option<bool> {
        let ends = folder.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        for end in ends {
            let above = self.root.join(relative(&folder[..end])?);
            if !fs::symlink_metadata(above).is_ok_and(|found| found.is_dir()) {
                return Some(false);
            }
        }
        Some(true)
    }
}

/// A path of git as one of the system; `None` if it would lead out of the folder that it is joined to.
fn relative(path: &[u8]) -> Option<PathBuf> {
    let path = Path::new(os_text(path)?);
    let inside = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    inside.then(|| path.to_owned())
}

#[cfg(unix)]
pub(super) fn os_text(bytes: &[u8]) -> Option<&OsStr> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn os_text(bytes: &[u8]) -> Option<&OsStr> {
    std::str::from_utf8(bytes).ok().map(OsStr::new)
}

/// What git has for a file that has to be looked into.
pub(super) struct Content<'c> {
    pub(super) unit: &'c Unit,
    pub(super) objects: &'c Objects,
    pub(super) mode: Mode,
    pub(super) id: ObjectId,
}

impl Content<'_> {
    /// Whether `file` is of another sort than the entry says: the one thing that a look at the disk tells without its content.
    pub(super) fn is_of_other_sort(&self, file: &OnDisk) -> bool {
        let configuration = &self.unit.place.configuration;
        if self.mode == Mode::SYMLINK {
            // Where links cannot be made, git writes their targets into files.
            return !file.metadata.is_symlink() && (configuration.links || !file.metadata.is_file());
        }
        let executable = self.mode == Mode::FILE_EXECUTABLE;
        let modes_count = cfg!(unix) && configuration.file_mode;
        !file.metadata.is_file() || (modes_count && file.metadata.is_executable() != executable)
    }

    /// Whether `file`, which is of the right sort, holds something else than the entry says, or cannot be read.
    pub(super) fn differs(&self, file: &OnDisk) -> bool {
        if file.metadata.is_symlink() {
            return fs::read_link(&file.path)
                .map_or(true, |target| !self.is_blob(target.as_os_str().as_encoded_bytes()));
        }
        self.has_other_bytes(file).unwrap_or(true)
    }

    fn is_blob(&self, bytes: &[u8]) -> bool {
        gix_object::compute_hash(gix_hash::Kind::Sha1, Kind::Blob, bytes).is_ok_and(|id| id == self.id)
    }

    fn has_other_bytes(&self, file: &OnDisk) -> io::Result<bool> {
        let mut opened = fs::File::open(&file.path)?;
        let size = opened.metadata()?.len();
        if size > MOST_BYTES {
            let mut hasher = gix_hash::hasher(gix_hash::Kind::Sha1);
            hasher.update(&gix_object::encode::loose_header(Kind::Blob, size));
            let mut piece = vec![0; 1 << 20];
            loop {
                match opened.read(&mut piece)? {
                    0 => break,
                    length => hasher.update(&piece[..length]),
                }
            }
            return Ok(hasher.try_finalize().map_or(true, |id| id != self.id));
        }
        let bytes = fs::read(&file.path)?;
        let with_lf = || without_crlf(&bytes).is_some_and(|text| self.is_blob(&text));
        Ok(!self.is_blob(&bytes) && !with_lf() && !self.is_pointer_to(&bytes))
    }

    /// Whether the entry is the pointer that Git LFS keeps in place of `bytes`.
    fn is_pointer_to(&self, bytes: &[u8]) -> bool {
        let is_short = self.objects.size(&self.id).is_ok_and(|size| size <= LONGEST_POINTER);
        let Some(pointer) = is_short.then(|| self.objects.read(&self.id, Kind::Blob).ok()).flatten() else {
            return false;
        };
        let Some(fields) = pointer.strip_prefix(POINTER).and_then(|rest| std::str::from_utf8(rest).ok()) else {
            return false;
        };
        let field = |name: &str| fields.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let hash = field("oid").and_then(|oid| oid.strip_prefix("sha256:"));
        let size = field("size").and_then(|size| size.parse().ok());
        size == Some(bytes.len()) && hash.is_some_and(|hash| hash == hex(&Sha256::digest(bytes)))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `bytes` with LF for each CRLF; `None` if they are no text, or have none.
pub(super) fn without_crlf(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.contains(&0) || !bytes.windows(2).any(|pair| pair == b"\r\n") {
        return None;
    }
    let mut text = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            text.push(*byte);
        }
    }
    Some(text)
}
