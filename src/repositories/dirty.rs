//! Whether a work tree holds what its HEAD does, asked as git asks it: the stat information of the index first, the content
//! where that does not settle it.
//!
//! No filter is run. A file is clean if its bytes are those of the index, also with its CRLF line ends taken for LF, or if
//! the index has a Git LFS pointer to just these bytes. Whatever else a filter of `.gitattributes` makes of a file is
//! taken for a change once its stat information is stale, which is the careful way to be wrong.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::time::UNIX_EPOCH;

use gix_hash::ObjectId;
use gix_index::entry::{Flags, Mode, Stage, Stat, stat};
use gix_index::{Entry, State};
use gix_object::tree::EntryKind;

use super::content::{Content, LeadingFolders};
use super::objects::{Head, Objects, TreeEntry, exists};
use super::{Kind, Unit};
use crate::context::{WholeIndex, read_index};
use crate::files::FileError;

/// How deep trees may lie in each other, and how many there may be besides one for each file.
const DEEPEST: usize = 1_000;
const MOST_TREES: usize = 200_000;

/// Files of git's own that stand for something unfinished.
const UNFINISHED: [(&str, &str); 8] = [
    ("MERGE_HEAD", "a merge is in progress"),
    ("rebase-merge", "a rebase is in progress"),
    ("rebase-apply", "a rebase is in progress"),
    ("CHERRY_PICK_HEAD", "a cherry-pick is in progress"),
    ("REVERT_HEAD", "a revert is in progress"),
    ("sequencer", "a cherry-pick or revert is in progress"),
    ("BISECT_LOG", "a bisect is in progress"),
    ("index.lock", "another git process is at work, or left its `index.lock` behind"),
];

/// What keeps a work tree from being clean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dirt {
    /// What holds for the whole: an unfinished merge, no commit yet.
    pub reasons: Vec<String>,
    /// Tracked files that differ from the index, or in which the index differs from HEAD: the first ones, sorted, relative
    /// to the work tree. A name may hold any character.
    pub files: Vec<String>,
    /// Whether there are more of them.
    pub more: bool,
}

impl Dirt {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.reasons.is_empty() && self.files.is_empty()
    }
}

impl fmt::Display for Dirt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.reasons.clone();
        if !self.files.is_empty() {
            let names: Vec<String> = self.files.iter().map(|name| name.escape_debug().to_string()).collect();
            let more = if self.more { " and more" } else { "" };
            let verb = if self.more || self.files.len() > 1 { "differ" } else { "differs" };
            parts.push(format!("{}{more} {verb} from HEAD", names.join(", ")));
        }
        formatter.write_str(&parts.join("; "))
    }
}

impl Unit {
    /// What keeps the work tree from being clean, with the names of at most `most` files. What is not tracked does not count, nor
    /// does the state of submodules; a bare repository is always clean.
    ///
    /// # Errors
    /// It cannot be told: the repository is damaged, or of a kind that is not supported.
    pub fn dirty(&self, most: usize) -> Result<Dirt, FileError> {
        let failed = |reason| FileError::new(&self.path, reason, "see `git status` and `git fsck` there");
        if self.kind() == Kind::Bare { Ok(Dirt::default()) } else { self.find_dirt(most).map_err(failed) }
    }

    fn find_dirt(&self, most: usize) -> Result<Dirt, String> {
        let objects = Objects::open(&self.place)?;
        let mut dirt = Dirt::default();
        for (file, reason) in UNFINISHED {
            if exists(&self.place.own.join(file)) && !dirt.reasons.iter().any(|known| known == reason) {
                dirt.reasons.push(reason.to_owned());
            }
        }
        let Head::Commit(head) = objects.head()? else {
            dirt.reasons.push("nothing is committed yet".to_owned());
            return Ok(dirt);
        };
        let (tree, _) = objects.commit(&head)?;
        let file = self.place.own.join("index");
        // Taken before the index is read: if it is replaced meanwhile, more files are looked into, and not fewer.
        let written = fs::metadata(&file).ok().and_then(|found| found.modified().ok());
        let Some(index) = read_index(&file)? else {
            dirt.reasons.push("git's index is missing".to_owned());
            return Ok(dirt);
        };
        let mut found = Differing { names: BTreeSet::new(), most };
        let seconds = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |time| time.as_secs());
        self.compare_with_disk(&objects, &index.state, seconds, &mut found)?;
        if index.tree != Some(tree) {
            compare_with_tree(&objects, &index, tree, &mut found)?;
        }
        dirt.more = found.names.len() > most;
        dirt.files = found.names.into_iter().take(most).collect();
        Ok(dirt)
    }

    /// Notes the entries of the index that the work tree does not have like this.
    fn compare_with_disk(
        &self,
        objects: &Objects,
        index: &State,
        written: u64,
        found: &mut Differing,
    ) -> Result<(), String> {
        let mut folders = LeadingFolders::new(&self.path);
        for entry in index.entries() {
            if found.is_full() {
                break;
            }
            let path: &[u8] = entry.path(index);
            if entry.mode == Mode::DIR {
                self.compare_left_out(objects, &mut folders, &entry.id, path.to_vec(), DEEPEST, found)?;
                continue;
            }
            let looked = looked_at(entry, self.place.configuration.sparse);
            let differs = match looked {
                Looked::Never => false,
                Looked::Always => true,
                Looked::OnDisk | Looked::IfThere => {
                    let content = Content { unit: self, objects, mode: entry.mode, id: entry.id };
                    match folders.file(path) {
                        Some(file) if content.is_of_other_sort(&file) => true,
                        Some(file) => !is_known(&file, entry, written) && content.differs(&file),
                        None => matches!(looked, Looked::OnDisk),
                    }
                }
            };
            if differs {
                found.add(path);
            }
        }
        Ok(())
    }

    /// Notes the files in the folder `path` that are there and not as `tree` has them. A sparse index has one entry for a folder that is left
    /// out; git looks at what is there all the same.
    fn compare_left_out(
        &self,
        objects: &Objects,
        folders: &mut LeadingFolders<'_>,
        tree: &ObjectId,
        path: Vec<u8>,
        depth: usize,
        found: &mut Differing,
    ) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or_else(too_much)?;
        if found.is_full() || !folders.has(&path) {
            return Ok(());
        }
        for entry in objects.tree(tree)? {
            let mut path = [&path[..], &entry.name[..]].concat();
            if entry.mode.is_tree() {
                path.push(b'/');
                self.compare_left_out(objects, folders, &entry.id, path, depth, found)?;
                continue;
            }
            let content = Content { unit: self, objects, mode: mode_of(&entry), id: entry.id };
            let file = folders.file(&path).filter(|_| !entry.mode.is_commit());
            if file.is_some_and(|file| content.is_of_other_sort(&file) || content.differs(&file)) {
                found.add(&path);
            }
        }
        Ok(())
    }
}

fn too_much() -> String {
    "its trees are too many, or nested too deeply".to_owned()
}

/// The mode that an index has for what is no tree.
fn mode_of(entry: &TreeEntry) -> Mode {
    match entry.mode.kind() {
        EntryKind::Link => Mode::SYMLINK,
        EntryKind::Commit => Mode::COMMIT,
        EntryKind::BlobExecutable => Mode::FILE_EXECUTABLE,
        EntryKind::Blob | EntryKind::Tree => Mode::FILE,
    }
}

/// The names that were found, up to one more than are asked for.
struct Differing {
    names: BTreeSet<String>,
    most: usize,
}

impl Differing {
    fn is_full(&self) -> bool {
        self.names.len() > self.most
    }

    fn add(&mut self, path: &[u8]) {
        self.names.insert(String::from_utf8_lossy(path).into_owned());
    }
}

/// Where one has to look to see whether an entry of the index is as it should be.
enum Looked {
    Never,
    OnDisk,
    IfThere,
    Always,
}

fn looked_at(entry: &Entry, sparse: bool) -> Looked {
    if entry.flags.stage() != Stage::Unconflicted || entry.flags.contains(Flags::INTENT_TO_ADD) {
        Looked::Always
    } else if entry.flags.contains(Flags::ASSUME_VALID) || entry.mode == Mode::COMMIT {
        Looked::Never
    } else if entry.flags.contains(Flags::SKIP_WORKTREE) {
        // In a sparse checkout it says that the file is not there; git looks at one that is.
        if sparse { Looked::IfThere } else { Looked::Never }
    } else {
        Looked::OnDisk
    }
}

/// Whether the stat information alone says that a file is as the index has it. A file that was written in the second of
/// the index, or later, may have changed without a trace.
fn is_known(file: &super::content::OnDisk, entry: &Entry, written: u64) -> bool {
    let Ok(now) = Stat::from_fs(&file.metadata) else { return false };
    let options = stat::Options::default();
    // Git writes a size of zero for what it wants to be looked into.
    let smudged = entry.stat.size == 0 && entry.id != ObjectId::empty_blob(gix_hash::Kind::Sha1);
    !smudged && u64::from(entry.stat.mtime.secs) < written && entry.stat.matches(&now, options)
}

/// Notes the paths in which the index differs from `tree`.
fn compare_with_tree(
    objects: &Objects,
    index: &WholeIndex,
    tree: ObjectId,
    found: &mut Differing,
) -> Result<(), String> {
    let mut walk =
        Walk { objects, index: &index.state, next: 0, left: MOST_TREES + index.state.entries().len(), found };
    walk.below(&tree, &mut Vec::new(), DEEPEST)?;
    walk.skip_to(None);
    Ok(())
}

/// Goes through a tree and the index side by side; both are in the order of their whole paths.
struct Walk<'w> {
    objects: &'w Objects,
    index: &'w State,
    /// The entry of the index that is next.
    next: usize,
    /// How many trees may still be read.
    left: usize,
    found: &'w mut Differing,
}

impl Walk<'_> {
    fn below(&mut self, tree: &ObjectId, path: &mut Vec<u8>, depth: usize) -> Result<(), String> {
        self.left = self.left.checked_sub(1).ok_or_else(too_much)?;
        let depth = depth.checked_sub(1).ok_or_else(too_much)?;
        for entry in self.objects.tree(tree)? {
            if self.found.is_full() {
                return Ok(());
            }
            let start = path.len();
            path.extend_from_slice(&entry.name);
            if entry.mode.is_tree() {
                path.push(b'/');
                self.skip_to(Some(path));
                // A sparse index has one entry for a whole folder.
                if !self.takes(path, Mode::DIR, &entry.id) {
                    self.below(&entry.id, path, depth)?;
                }
            } else {
                self.skip_to(Some(path));
                if !self.takes(path, mode_of(&entry), &entry.id) {
                    self.found.add(path);
                }
            }
            path.truncate(start);
        }
        Ok(())
    }

    /// Whether the index has just this next, and goes on behind it.
    fn takes(&mut self, path: &[u8], mode: Mode, id: &ObjectId) -> bool {
        let entry = self.index.entries().get(self.next).filter(|entry| {
            let entry_path: &[u8] = entry.path(self.index);
            entry_path == path
        });
        let Some(entry) = entry else { return false };
        if mode == Mode::DIR && entry.mode != Mode::DIR {
            return false;
        }
        self.next += 1;
        let equal = entry.mode == mode && entry.id == *id && entry.flags.stage() == Stage::Unconflicted;
        if mode == Mode::DIR && !equal {
            self.found.add(path);
        }
        equal || mode == Mode::DIR
    }

    /// Notes what the index has before `path`, or to its end: the tree has none of it.
    fn skip_to(&mut self, path: Option<&[u8]>) {
        while let Some(entry) = self.index.entries().get(self.next)
            && !self.found.is_full()
        {
            let entry_path: &[u8] = entry.path(self.index);
            if path.is_some_and(|path| entry_path >= path) {
                return;
            }
            self.found.add(entry_path);
            self.next += 1;
        }
    }
}
