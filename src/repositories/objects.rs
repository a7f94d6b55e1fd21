//! The objects and references of one repository, read by gix.

use std::fs;
use std::path::Path;

use gix_hash::ObjectId;
use gix_object::bstr::BString;
use gix_object::{CommitRefIter, Find as _, Kind, TreeRefIter};
use gix_odb::Header as _;
use gix_odb::store::init::Options;
use gix_ref::file::Store as References;
use gix_ref::store::WriteReflog;
use gix_ref::{FullName, Target};

use super::place::Place;

/// An object of more bytes is not read.
const LARGEST_OBJECT: usize = 64 << 20;
/// References that name another reference.
const MOST_HOPS: usize = 5;

/// Where HEAD stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// On a branch without a commit.
    Unborn,
    /// On this commit.
    Commit(ObjectId),
}

/// A repository that is open for reading.
pub(super) struct Objects {
    odb: gix_odb::Handle,
    loose: gix_odb::loose::Store,
    references: References,
}

impl Objects {
    pub(super) fn open(place: &Place) -> Result<Self, String> {
        if let Some(reason) = &place.configuration.unreadable {
            return Err(reason.clone());
        }
        check_files(&place.common)?;
        let options = Options { alloc_limit_bytes: Some(LARGEST_OBJECT), ..Options::default() };
        let odb = gix_odb::at_opts(place.common.join("objects"), gix_hash::Kind::Sha1, None, options)
            .map_err(|error| format!("git's objects cannot be read: {error}"))?;
        // A log is only kept where the configuration asks for one, and that is not asked.
        let options = gix_ref::store::init::Options { write_reflog: WriteReflog::Disable, ..Default::default() };
        let (own, common, hash) = (place.own.clone(), place.common.clone(), gix_hash::Kind::Sha1);
        let references = if own == common {
            References::at_opts(own, hash, options)
        } else {
            References::for_linked_worktree_opts(own, common, hash, options)
        };
        let loose = gix_odb::loose::Store::at(place.common.join("objects"), hash);
        Ok(Self { odb, loose, references })
    }

    pub(super) fn database(&self) -> &gix_odb::Handle {
        &self.odb
    }

    pub(super) fn references(&self) -> &References {
        &self.references
    }

    /// What the reference of exactly this name says; `None` if there is none.
    pub(super) fn reference(&self, name: &str) -> Result<Option<Target>, String> {
        let broken = || format!("git's reference {} cannot be read", name.escape_debug());
        let full = FullName::try_from(name).map_err(|_| broken())?;
        for file in [self.references.git_dir(), self.references.common_dir_resolved()] {
            if is_odd(&file.join(name)) {
                return Err(broken());
            }
        }
        let found = self.references.try_find(full.as_ref().as_partial_name()).map_err(|_| broken())?;
        Ok(found.filter(|found| found.name == full).map(|found| found.target))
    }

    /// The first reference whose name begins with `prefix`, which ends with a slash.
    pub(super) fn first_below(&self, prefix: &str) -> Result<Option<String>, String> {
        let failed = || "git's references cannot be read".to_owned();
        let all = self.references.iter().map_err(|_| failed())?;
        let below = prefix.try_into().map_err(|_| "not every system can have a branch of this name".to_owned())?;
        let mut found = all.prefixed(below).map_err(|_| failed())?;
        found.next().transpose().map(|found| found.map(|found| found.name.as_bstr().to_string())).map_err(|_| failed())
    }

    pub(super) fn head(&self) -> Result<Head, String> {
        let mut target = self.reference("HEAD")?.ok_or("it has no HEAD")?;
        for _ in 0..MOST_HOPS {
            match target {
                Target::Object(id) => return Ok(Head::Commit(id)),
                Target::Symbolic(name) => match self.reference(&name.as_bstr().to_string())? {
                    Some(next) => target = next,
                    None => return Ok(Head::Unborn),
                },
            }
        }
        Err("its HEAD leads from name to name".to_owned())
    }

    /// The bytes of an object.
    pub(super) fn read(&self, id: &ObjectId, kind: Kind) -> Result<Vec<u8>, String> {
        if is_odd(&self.loose.object_path(id)) {
            return Err(format!("git's object {id} is no file"));
        }
        let mut buffer = Vec::new();
        let found = self.odb.try_find(id, &mut buffer).map_err(|error| format!("git's object {id}: {error}"))?;
        match found.map(|found| found.kind) {
            Some(found) if found == kind => Ok(buffer),
            Some(_) => Err(format!("git's object {id} is no {kind}")),
            None => Err(format!("git's object {id} is missing, as in a shallow or partial clone")),
        }
    }

    /// How many bytes an object has.
    pub(super) fn size(&self, id: &ObjectId) -> Result<u64, String> {
        let found = self.odb.try_header(id).map_err(|error| format!("git's object {id}: {error}"))?;
        let found = found.ok_or_else(|| format!("git's object {id} is missing, as in a shallow or partial clone"))?;
        Ok(found.size())
    }

    /// The tree and the parents of a commit.
    pub(super) fn commit(&self, id: &ObjectId) -> Result<(ObjectId, Vec<ObjectId>), String> {
        let bytes = self.read(id, Kind::Commit)?;
        let mut commit = CommitRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1);
        let tree = commit.tree_id().map_err(|_| format!("git's commit {id} is damaged"))?;
        Ok((tree, commit.parent_ids().collect()))
    }

    /// What a tree holds, in its order.
    pub(super) fn tree(&self, id: &ObjectId) -> Result<Vec<TreeEntry>, String> {
        let bytes = self.read(id, Kind::Tree)?;
        let entries = TreeRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1).map(|entry| {
            let entry = entry.map_err(|_| format!("git's tree {id} is damaged"))?;
            Ok(TreeEntry { name: entry.filename.to_owned(), mode: entry.mode, id: entry.oid.to_owned() })
        });
        entries.collect()
    }
}

/// Whether `path` is neither a file nor a folder: opening a pipe would wait for ever.
fn is_odd(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Refuses a repository with something else than files among those that are read as a whole.
fn check_files(common: &Path) -> Result<(), String> {
    let objects = common.join("objects");
    let packs = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten();
    // The kind of an entry costs nothing; a link among packs is rare enough to be followed.
    let packs = packs.filter(|entry| !entry.file_type().is_ok_and(|kind| kind.is_file())).map(|entry| entry.path());
    let others = [common.join("packed-refs"), objects.join("info/alternates")];
    match packs.chain(others).find(|path| is_odd(path)) {
        Some(path) => Err(format!("{} is no file", path.display())),
        None => Ok(()),
    }
}

/// One name in a tree.
#[derive(Clone, Debug)]
pub(super) struct TreeEntry {
    pub(super) name: BString,
    pub(super) mode: gix_object::tree::EntryMode,
    pub(super) id: ObjectId,
}

/// Whether `path` is there, whatever it is.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
