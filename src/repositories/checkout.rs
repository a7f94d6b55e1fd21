//! The tree of HEAD as files in a folder of our own, for repositories without a work tree.
//!
//! A tree is made by anybody, so it is written as if by an enemy: a name is one that git itself would check out, every folder and
//! file is made new or not at all, and links come last, so that nothing is ever written through one.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use gix_hash::ObjectId;
use gix_index::entry::{Flags, Mode, Stat};
use gix_index::{State, write};
use gix_object::Kind;
use gix_object::bstr::BStr;
use gix_object::tree::EntryKind;

use super::Unit;
use super::content::os_text;
use super::guard::is_plain_name;
use super::objects::{Head, Objects, TreeEntry};
use crate::files::FileError;

/// A larger file gets its length, and no content: nothing that is read has that much.
const LARGEST_FILE: u64 = 1 << 20;
/// How many files there may be, and how many bytes of content.
const MOST_FILES: u64 = 1_000_000;
const MOST_BYTES: u64 = 4 << 30;
/// How deep trees may lie in each other.
const DEEPEST: usize = 500;
/// How long the target of a link may be.
const LONGEST_TARGET: u64 = 4096;

impl Unit {
    /// Writes what HEAD has, nothing before the first commit, into the empty folder `into`, with a `.git` that borrows the objects of this repository, so that it can be
    /// read like any work tree. Files of more than 1 MiB have their length and no content. Meant for bare repositories and for
    /// a temporary folder.
    ///
    /// # Errors
    /// Something cannot be read or written, or the tree has names that git would not check out or more
    /// than there is room for; then what was written so far is of no use.
    pub fn checkout(&self, into: &Path) -> Result<(), FileError> {
        let failed = |reason| FileError::new(&self.path, reason, "see `git fsck` there");
        self.try_checkout(into).map_err(failed)
    }

    fn try_checkout(&self, into: &Path) -> Result<(), String> {
        let objects = Objects::open(&self.place)?;
        let Head::Commit(head) = objects.head()? else { return Ok(()) };
        let (tree, _) = objects.commit(&head)?;
        if count(&objects, &tree, &mut HashMap::new(), DEEPEST)? > MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files"));
        }
        let cannot = |error: io::Error| format!("it cannot be written to {}: {error}", into.display());
        make_repository(&into.join(".git"), &self.place.common.join("objects"), &head).map_err(cannot)?;
        let state = State::new(gix_hash::Kind::Sha1);
        let mut writer = Writer { objects: &objects, into, state, links: Vec::new(), bytes: 0 };
        writer.below(&tree, &mut Vec::new(), DEEPEST)?;
        writer.make_links()?;
        writer.state.sort_entries();
        let mut index = gix_index::File::from_state(writer.state, into.join(".git/index"));
        index.write(write::Options::default()).map_err(|error| format!("its index cannot be written: {error}"))
    }
}

fn make_repository(folder: &Path, objects: &Path, head: &ObjectId) -> io::Result<()> {
    fs::create_dir(folder)?;
    fs::create_dir(folder.join("refs"))?;
    fs::create_dir_all(folder.join("objects/info"))?;
    fs::write(folder.join("HEAD"), format!("{head}\n"))?;
    fs::write(folder.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")?;
    let borrowed = objects.as_os_str().as_encoded_bytes();
    if borrowed.contains(&b'\n') {
        return Err(io::Error::other("git cannot borrow from a folder with a line end in its name"));
    }
    fs::write(folder.join("objects/info/alternates"), [borrowed, b"\n"].concat())
}

/// How many entries `tree` has with all that is below. Each tree is read once, wherever else it stands: a few trees in each other
/// many times over are more files than any disk has.
fn count(objects: &Objects, tree: &ObjectId, known: &mut HashMap<ObjectId, u64>, depth: usize) -> Result<u64, String> {
    if let Some(known) = known.get(tree) {
        return Ok(*known);
    }
    let depth = depth.checked_sub(1).ok_or("its trees are nested too deeply")?;
    let mut sum = 0_u64;
    for entry in objects.tree(tree)? {
        let below = if entry.mode.is_tree() { count(objects, &entry.id, known, depth)? } else { 0 };
        sum = sum.saturating_add(below).saturating_add(1);
    }
    known.insert(*tree, sum);
    Ok(sum)
}

struct Writer<'w> {
    objects: &'w Objects,
    into: &'w Path,
    state: State,
    /// Paths and what they lead to.
    links: Vec<(Vec<u8>, ObjectId)>,
    bytes: u64,
}

impl Writer<'_> {
    /// Writes what `tree` has into the folder `path`, which is there and is ours.
    fn below(&mut self, tree: &ObjectId, path: &mut Vec<u8>, depth: usize) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("its trees are nested too deeply")?;
        for entry in self.objects.tree(tree)? {
            let start = path.len();
            path.extend_from_slice(&entry.name);
            self.entry(&entry, path, depth)?;
            path.truncate(start);
        }
        Ok(())
    }

    fn entry(&mut self, entry: &TreeEntry, path: &mut Vec<u8>, depth: usize) -> Result<(), String> {
        let kind = entry.mode.kind();
        if !is_plain_name(&entry.name, kind == EntryKind::Link) {
            return Err(format!("its tree has a name that git does not check out: {}", shown(path)));
        }
        match kind {
            EntryKind::Tree => {
                self.make_folder(path)?;
                path.push(b'/');
                self.below(&entry.id, path, depth)
            }
            EntryKind::Commit => {
                self.make_folder(path)?;
                self.add(path, entry.id, Mode::COMMIT)
            }
            EntryKind::Link => {
                self.links.push((path.clone(), entry.id));
                Ok(())
            }
            EntryKind::Blob | EntryKind::BlobExecutable => {
                let executable = kind == EntryKind::BlobExecutable;
                let mode = if executable { Mode::FILE_EXECUTABLE } else { Mode::FILE };
                self.make_file(path, &entry.id, executable)?;
                self.add(path, entry.id, mode)
            }
        }
    }

    fn make_folder(&self, path: &[u8]) -> Result<(), String> {
        let folder = self.place(path)?;
        fs::create_dir(&folder).and_then(|()| set_mode(&folder, 0o755)).map_err(|error| not_made(path, &error))
    }

    fn make_file(&mut self, path: &[u8], id: &ObjectId, executable: bool) -> Result<(), String> {
        let size = self.objects.size(id)?;
        let content = if size > LARGEST_FILE { Vec::new() } else { self.objects.read(id, Kind::Blob)? };
        self.bytes += content.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(format!("its files have more than {} GiB", MOST_BYTES >> 30));
        }
        let place = self.place(path)?;
        let written = make_new(&place).and_then(|mut file| {
            file.write_all(&content)?;
            if size > LARGEST_FILE {
                file.set_len(size)?;
            }
            // What the mode is must not depend on who runs this.
            set_mode(&place, if executable { 0o755 } else { 0o644 })
        });
        written.map_err(|error| not_made(path, &error))
    }

    fn make_links(&mut self) -> Result<(), String> {
        for (path, id) in std::mem::take(&mut self.links) {
            if self.objects.size(&id)? > LONGEST_TARGET {
                return Err(format!("a link is longer than any can be: {}", shown(&path)));
            }
            let target = self.objects.read(&id, Kind::Blob)?;
            make_link(&target, &self.place(&path)?).map_err(|error| not_made(&path, &error))?;
            self.add(&path, id, Mode::SYMLINK)?;
        }
        Ok(())
    }

    /// Where `path` is on disk. Every part of it is a plain name, so it lies in the folder.
    fn place(&self, path: &[u8]) -> Result<std::path::PathBuf, String> {
        let name = os_text(path).ok_or_else(|| format!("this system has no name for {}", shown(path)))?;
        Ok(self.into.join(name))
    }

    fn add(&mut self, path: &[u8], id: ObjectId, mode: Mode) -> Result<(), String> {
        let found = gix_index::fs::Metadata::from_path_no_follow(&self.place(path)?);
        let found = found.map_err(|error| not_made(path, &error))?;
        let stat = Stat::from_fs(&found).unwrap_or_default();
        self.state.dangerously_push_entry(stat, id, Flags::empty(), mode, BStr::new(path));
        Ok(())
    }
}

/// A new file; an error if anything has its name, a link included.
fn make_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn make_link(target: &[u8], path: &Path) -> io::Result<()> {
    let target = os_text(target).unwrap_or_default();
    std::os::unix::fs::symlink(target, path)
}

/// As git does where links cannot be made: a file with the target in it.
#[cfg(not(unix))]
fn make_link(target: &[u8], path: &Path) -> io::Result<()> {
    make_new(path)?.write_all(target)
}

fn not_made(path: &[u8], error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => format!("its tree has two entries for one name: {}", shown(path)),
        _ => format!("{} cannot be written: {}", shown(path), FileError::describe(error)),
    }
}

fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).escape_debug().to_string()
}
