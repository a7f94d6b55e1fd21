//! Git's index: which paths are tracked, and with which x bit.
//!
//! The file is decoded by gix-index, after a look at its outline. The outline is checked first because the index of a foreign
//! repository may be hostile: decoding the cached-tree extension recurses as deep as the file says, which can overflow
//! the stack, and version 4 can write gigabytes of paths in a few kilobytes. So the extensions, of which none is needed, are
//! cut off, and the size of all paths is known before memory is asked for.

use std::io;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_index::decode::Options;
use gix_index::entry::{Flags, Mode, Stage};
use gix_index::hash::Kind;
use gix_index::{Entry, State};

use crate::context::tree::read_small_file;

/// An index with a million files has about 100 MB.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// How long all paths together may be.
const MOST_PATH_BYTES: usize = 256 * 1024 * 1024;

const HEADER: usize = 12;
const HASH: usize = 20;
/// Time stamps, device, owner, mode, size: ten numbers of four bytes in front of the hash.
const BEFORE_FLAGS: usize = 40 + HASH;
const EXTENDED: u16 = 0x4000;
const PATH_LENGTH: u16 = 0x0fff;

/// What the index says of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracked {
    File { executable: bool },
    Link,
    Submodule,
    Unmerged,
    IntentToAdd,
}

/// The paths of an index, sorted.
#[derive(Debug, Default)]
pub(super) struct Index {
    paths: Vec<u8>,
    rows: Vec<Row>,
    has_submodules: bool,
    has_collapsed_directories: bool,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    start: u32,
    length: u32,
    tracked: Tracked,
    id: ObjectId,
}

/// Reads the index at `file`. A repository that has none tracks nothing.
pub(super) fn read(file: PathBuf) -> Result<Index, String> {
    Ok(read_state(&file)?.map_or_else(Index::default, |whole| Index::new(&whole.state)))
}

/// All entries of an index.
pub(crate) struct WholeIndex {
    /// The entries, without any extension.
    pub(crate) state: State,
    /// The tree that the entries are known to come to, if nothing was staged since that was worked out.
    pub(crate) tree: Option<ObjectId>,
}

/// Reads the index at `file` with all that it says of each path; `None` if there is none.
pub(crate) fn read_state(file: &Path) -> Result<Option<WholeIndex>, String> {
    let bytes = match read_small_file(file, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("git's index {} cannot be read: {error}", file.display())),
    };
    decode(bytes).map(Some).map_err(|reason| format!("git's index {} cannot be read: {reason}", file.display()))
}

fn decode(mut bytes: Vec<u8>) -> Result<WholeIndex, String> {
    let outline = outline(&bytes)?;
    let tree = check_extensions(&bytes[outline.end..])?;
    bytes.truncate(outline.end);
    // Room for the hash that a reader expects at the end, and zeros before it where it looks for an end-of-entries mark.
    bytes.resize(outline.end + 32 + HASH, 0);
    let options = Options {
        thread_limit: Some(1),
        alloc_limit_bytes: Some(bytes.len().max(1024) * 4 + outline.path_bytes),
        ..Options::default()
    };
    let timestamp = State::new(Kind::Sha1).timestamp();
    // The outline leaves gix-index nothing to stumble over; should it all the same, one file is lost and not the run.
    let decoded = catch_unwind(|| State::from_bytes(&bytes, timestamp, Kind::Sha1, options));
    match decoded {
        Ok(Ok((state, _))) => Ok(WholeIndex { state, tree }),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it is corrupt".to_owned()),
    }
}

/// Where the entries end, and how long their paths are when written out.
struct Outline {
    end: usize,
    path_bytes: usize,
}

fn outline(bytes: &[u8]) -> Result<Outline, String> {
    let number = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)) };
    if bytes.get(..4) != Some(b"DIRC") {
        return Err("it does not begin as an index does".to_owned());
    }
    let truncated = || "it ends too early".to_owned();
    let version = number(4).ok_or_else(truncated)?;
    if !(2..=4).contains(&version) {
        return Err(format!("its version {version} is not supported"));
    }
    let count = number(8).ok_or_else(truncated)?;
    let mut outline = Outline { end: HEADER, path_bytes: 0 };
    let mut previous = 0;
    for _ in 0..count {
        let entry = entry_outline(&bytes[outline.end..], version, previous).ok_or_else(truncated)?;
        outline.end += entry.size;
        outline.path_bytes += entry.path;
        previous = entry.path;
        if outline.path_bytes > MOST_PATH_BYTES {
            return Err("its paths are too long".to_owned());
        }
    }
    if bytes.len() < outline.end + HASH {
        return Err(truncated());
    }
    Ok(outline)
}

struct EntryOutline {
    size: usize,
    path: usize,
}

/// The size of the entry at the start of `bytes`, where the path before it was `previous` bytes long.
fn entry_outline(bytes: &[u8], version: u32, previous: usize) -> Option<EntryOutline> {
    let flags = u16::from_be_bytes(bytes.get(BEFORE_FLAGS..BEFORE_FLAGS + 2)?.try_into().ok()?);
    let extended = version >= 3 && flags & EXTENDED != 0;
    let start = BEFORE_FLAGS + if extended { 4 } else { 2 };
    if version == 4 {
        let (strip, width) = variable_width(bytes.get(start..)?)?;
        let suffix = bytes.get(start + width..)?.iter().position(|byte| *byte == 0)?;
        return Some(EntryOutline { size: start + width + suffix + 1, path: previous.checked_sub(strip)? + suffix });
    }
    let path = match flags & PATH_LENGTH {
        PATH_LENGTH => bytes.get(start..)?.iter().position(|byte| *byte == 0)?,
        length => usize::from(length),
    };
    // Entries are padded with one to eight zeros to a multiple of eight.
    let size = (start + path + 8) & !7;
    bytes.get(..size)?;
    Some(EntryOutline { size, path })
}

/// Git's "offset" encoding of a number: seven bits a byte, the highest first, each continued byte counting one more.
fn variable_width(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = usize::from(bytes.first()? & 0x7f);
    let mut width = 1;
    while bytes[width - 1] & 0x80 != 0 {
        let next = *bytes.get(width)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(next & 0x7f))?;
        width += 1;
    }
    Some((value, width))
}

/// Extensions whose name begins with a small letter change what the entries mean. Returns what the one that remembers trees says
/// of the whole.
fn check_extensions(mut bytes: &[u8]) -> Result<Option<ObjectId>, String> {
    let mut tree = None;
    while bytes.len() >= HASH + 8 {
        let (name, rest) = bytes.split_at(4);
        let (size, rest) = rest.split_at(4);
        let size = u32::from_be_bytes([size[0], size[1], size[2], size[3]]) as usize;
        let content = rest.get(..size).ok_or("an extension ends too early")?;
        match name {
            b"sdir" => {}
            b"TREE" => tree = root_tree(content),
            b"link" => return Err("it is split in two (`git update-index --no-split-index` joins it)".to_owned()),
            [first, ..] if first.is_ascii_lowercase() => {
                return Err(format!("it needs the extension {}", String::from_utf8_lossy(name).escape_debug()));
            }
            _ => {}
        }
        bytes = &rest[size..];
    }
    Ok(tree)
}

/// The first tree of the extension that remembers them, which is the one of all entries: an empty path, how many entries it has, or -1 if
/// it is no longer known, how many trees are in it, and its id.
fn root_tree(content: &[u8]) -> Option<ObjectId> {
    let rest = content.strip_prefix(b"\0")?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (entries, _) = std::str::from_utf8(&rest[..end]).ok()?.split_once(' ')?;
    entries.parse::<u32>().ok()?;
    ObjectId::try_from(rest.get(end + 1..end + 1 + HASH)?).ok()
}

impl Index {
    fn new(state: &State) -> Self {
        let mut index = Self::default();
        for entry in state.entries() {
            let path: &[u8] = entry.path(state);
            let (Ok(start), Ok(length)) = (u32::try_from(index.paths.len()), u32::try_from(path.len())) else { break };
            if entry.mode == Mode::DIR {
                index.has_collapsed_directories = true;
            }
            let tracked = tracked(entry);
            index.has_submodules |= tracked == Tracked::Submodule;
            index.paths.extend_from_slice(path);
            index.rows.push(Row { start, length, tracked, id: entry.id });
        }
        let Self { paths, rows, .. } = &mut index;
        // They are sorted already, unless the file was made by something else than git.
        rows.sort_by(|one, other| one.path(paths).cmp(other.path(paths)));
        index
    }

    /// What the index says of exactly `path`.
    pub(super) fn get(&self, path: impl AsRef<[u8]>) -> Option<Tracked> {
        let row = self.rows.binary_search_by(|row| row.path(&self.paths).cmp(path.as_ref())).ok()?;
        Some(self.rows[row].tracked)
    }

    /// The content that is staged for the file `path`.
    pub(super) fn id(&self, path: &str) -> Option<ObjectId> {
        let row = self.rows.binary_search_by(|row| row.path(&self.paths).cmp(path.as_bytes())).ok()?;
        let row = self.rows[row];
        matches!(row.tracked, Tracked::File { .. }).then_some(row.id)
    }

    /// Whether a tracked path lies in the directory `path`.
    pub(super) fn has_below(&self, path: &str) -> bool {
        if path.is_empty() {
            return !self.rows.is_empty();
        }
        let below = format!("{path}/");
        let first = self.rows.partition_point(|row| row.path(&self.paths) < below.as_bytes());
        self.rows.get(first).is_some_and(|row| row.path(&self.paths).starts_with(below.as_bytes()))
    }

    /// The submodule that `path` lies in.
    pub(super) fn submodule_above<'p>(&self, path: &'p str) -> Option<&'p str> {
        if !self.has_submodules {
            return None;
        }
        let ends = path.match_indices('/').map(|(at, _)| at);
        ends.map(|end| &path[..end]).find(|above| self.get(above) == Some(Tracked::Submodule))
    }

    /// Whether `path` lies in, or is, a directory that a sparse index lists as a whole.
    pub(super) fn in_collapsed_directory(&self, path: &str) -> bool {
        let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        self.has_collapsed_directories && ends.any(|end| self.get(format!("{}/", &path[..end])).is_some())
    }
}

impl Row {
    fn path<'p>(&self, paths: &'p [u8]) -> &'p [u8] {
        &paths[self.start as usize..][..self.length as usize]
    }
}

fn tracked(entry: &Entry) -> Tracked {
    if entry.flags.stage() != Stage::Unconflicted {
        Tracked::Unmerged
    } else if entry.flags.contains(Flags::INTENT_TO_ADD) {
        Tracked::IntentToAdd
    } else if entry.mode.is_submodule() {
        Tracked::Submodule
    } else if entry.mode == Mode::SYMLINK {
        Tracked::Link
    } else {
        Tracked::File { executable: entry.mode == Mode::FILE_EXECUTABLE }
    }
}
