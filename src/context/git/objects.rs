//! Git's objects, read by gix-odb, which opens whatever it finds: what would be waited for, or never ends, is looked for before.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use gix_hash::{ObjectId, oid};
use gix_object::{Data, Find};
use gix_odb::store::init::Options;

use super::GitDirectory;
use crate::context::tree::read_small_file;

/// An object of more bytes is not read.
const LARGEST_OBJECT: usize = 16 << 20;
/// No list of alternates comes near this.
const MOST_BYTES: u64 = 1024 * 1024;
/// Folders with objects, and packs in each.
const MOST: (usize, usize) = (100, 100_000);

/// The objects of a repository and of those that it borrows from.
pub(super) struct Objects {
    odb: gix_odb::Handle,
    folders: Vec<PathBuf>,
}

impl Objects {
    /// Opens what is there.
    ///
    /// # Errors
    /// It cannot be read, as a sentence.
    pub(super) fn open(git: &GitDirectory) -> Result<Self, String> {
        let folders = folders(git.objects())?;
        let options = Options { alloc_limit_bytes: Some(LARGEST_OBJECT), ..Options::default() };
        let odb = gix_odb::at_opts(git.objects(), gix_hash::Kind::Sha1, None, options);
        let odb = odb.map_err(|error| format!("git's objects cannot be read: {error}"))?;
        Ok(Self { odb, folders })
    }

    /// The id that begins so, if there is one alone.
    pub(super) fn by_prefix(&self, prefix: gix_hash::Prefix) -> Option<ObjectId> {
        self.odb.lookup_prefix(prefix, None).ok()??.ok()
    }
}

impl Find for Objects {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> gix_error::Result<Option<Data<'a>>> {
        let name = id.to_string();
        let (folder, file) = name.split_at(2);
        let loose =
            |objects: &PathBuf| fs::metadata(objects.join(folder).join(file)).is_ok_and(|found| !found.is_file());
        if self.folders.iter().any(loose) {
            return Ok(None);
        }
        Find::try_find(&self.odb, id, buffer)
    }
}

/// The folder `objects` and those that it and they borrow from, once nothing in them is found that cannot be read.
fn folders(objects: PathBuf) -> Result<Vec<PathBuf>, String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), VecDeque::from([objects]));
    let mut folders = Vec::new();
    while let Some(folder) = waiting.pop_front() {
        let Ok(real) = fs::canonicalize(&folder) else { continue };
        if !seen.insert(real.clone()) {
            continue;
        }
        if seen.len() > MOST.0 {
            return Err("git's objects are borrowed from too many places".to_owned());
        }
        check_packs(&real.join("pack"))?;
        let alternates = real.join("info/alternates");
        if fs::symlink_metadata(&alternates).is_ok() {
            let text = read_small_file(&alternates, MOST_BYTES)
                .map_err(|error| format!("{} cannot be read: {error}", alternates.display()))?;
            let text = String::from_utf8_lossy(&text).into_owned();
            let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            for line in lines {
                if line.starts_with('"') {
                    return Err(format!("{} has a quoted name, which is not supported", alternates.display()));
                }
                waiting.push_back(real.join(line));
            }
        }
        folders.push(real);
    }
    Ok(folders)
}

fn check_packs(folder: &Path) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for (count, entry) in entries.enumerate() {
        let Ok(entry) = entry else { continue };
        let is_odd = fs::metadata(entry.path()).is_ok_and(|found| !found.is_file() && !found.is_dir());
        if is_odd || count > MOST.1 {
            return Err(format!("{} holds more than packs", folder.display()));
        }
    }
    Ok(())
}
