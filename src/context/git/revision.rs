//! A file as a commit or the index has it.
//!
//! Objects are read by gix-odb. No configuration is followed but the object format: no `include`, no filter, no hook, no program.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gix_hash::ObjectId;
use gix_object::{CommitRefIter, Find as _, Kind, TagRefIter, TreeRefIter};
use gix_revision::Graph;

use super::history::head;
use super::objects::Objects;
use super::{GitDirectory, Repositories, Repository};

/// Trees that are read to find what is gone, and how deep.
const MOST_TREES: usize = 20_000;
const DEEPEST: usize = 100;
/// Files that are gone, and their bytes, in which a renamed file is looked for.
const MOST_GONE: (usize, usize) = (500, 16 << 20);
/// Tags that name another tag.
const MOST_HOPS: usize = 5;

/// Which state of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revision<'r> {
    /// The commit that is checked out.
    Head,
    /// Where the branch that is checked out and this revision part: the best common ancestor of both.
    Fork(&'r str),
    /// The index.
    Staged,
}

/// The trees that were found so far, by the revision that was named.
pub(super) type Trees = Mutex<HashMap<String, Result<Option<ObjectId>, Arc<str>>>>;

/// Files that are gone, by the revision that had them; `None` where there are too many.
pub(super) type KnownGone = Mutex<HashMap<String, Option<Arc<[Vec<u8>]>>>>;

impl Repositories {
    /// The bytes of the file at `path`, absolute and without links, in a state of its repository; `None` if that has no such file.
    ///
    /// # Errors
    /// There is no repository, or no such revision, or something of it cannot be read; as a sentence.
    pub fn file_at(&self, path: &Path, revision: &Revision<'_>) -> Result<Option<Vec<u8>>, String> {
        let folder = path.parent().unwrap_or(path);
        let repository = self.of_directory(folder).ok_or("it lies in no git repository")?;
        let inside = super::relative(repository.work_tree(), path).ok_or("git has no name for it")?;
        repository.file_at(&inside, revision)
    }
}

impl Repositories {
    /// The files of the repository that holds `path` which were there where the branch left `revision`, and are not where HEAD stands: what a
    /// new file may have been before. `None` if they are too many to look at, or cannot be read.
    #[must_use]
    pub fn gone_since(&self, path: &Path, revision: &str) -> Option<Arc<[Vec<u8>]>> {
        self.of_directory(path.parent()?)?.gone_since(revision)
    }
}

impl Repository {
    fn gone_since(&self, revision: &str) -> Option<Arc<[Vec<u8>]>> {
        let mut known = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(revision.to_owned()).or_insert_with(|| self.find_gone(revision)).clone()
    }

    fn find_gone(&self, revision: &str) -> Option<Arc<[Vec<u8>]>> {
        let git = self.git.as_ref().ok()?;
        let store = Store::open(git).ok()?;
        let before = self.tree(git, &store, &Revision::Fork(revision)).ok()?;
        let after = self.tree(git, &store, &Revision::Head).ok()?;
        let mut gone = Gone { store: &store, files: Vec::new(), left: MOST_TREES };
        gone.below(before, after, DEEPEST)?;
        let mut bytes = 0;
        let contents = gone.files.iter().map(|id| {
            let content = store.read(id, Kind::Blob).ok()?;
            bytes += content.len();
            (bytes <= MOST_GONE.1).then_some(content)
        });
        contents.collect::<Option<Vec<_>>>().map(Arc::from)
    }

    fn file_at(&self, path: &str, revision: &Revision<'_>) -> Result<Option<Vec<u8>>, String> {
        let git = self.git.as_ref().map_err(|reason| reason.to_string())?;
        let store = Store::open(git)?;
        if *revision == Revision::Staged {
            let index = self.index().map_err(|reason| reason.to_string())?;
            return index.id(path).map(|id| store.read(&id, Kind::Blob)).transpose();
        }
        match self.tree(git, &store, revision)? {
            Some(tree) => store.blob_below(tree, path),
            None => Ok(None),
        }
    }

    /// The tree of a revision, looked up once.
    fn tree(&self, git: &GitDirectory, store: &Store, revision: &Revision<'_>) -> Result<Option<ObjectId>, String> {
        // No name has a zero in it, so the commit that is checked out has a key of its own.
        let name = if let Revision::Fork(name) = revision { name } else { "\0" };
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let known = trees.entry(name.to_owned()).or_insert_with(|| {
            let found = match revision {
                // Before the first commit there is no file.
                Revision::Head | Revision::Staged => head(git).map(|head| store.tree_of(head)).transpose(),
                Revision::Fork(name) => fork(git, store, name).and_then(|id| store.tree_of(id)).map(Some),
            };
            found.map_err(Arc::from)
        });
        known.clone().map_err(|reason| reason.to_string())
    }
}

/// The best common ancestor of what is checked out and `name`.
fn fork(git: &GitDirectory, store: &Store, name: &str) -> Result<ObjectId, String> {
    let other = resolve(git, store, name)?;
    let head = head(git).ok_or("nothing is checked out that was committed")?;
    let mut graph = Graph::new(&store.odb, None);
    let base = gix_revision::merge_base(head, &[other], &mut graph).map_err(|_| {
        format!("the history between HEAD and `{name}` is not all there, as in a shallow clone; fetch it")
    })?;
    base.map(|bases| *bases.first())
        .ok_or_else(|| format!("HEAD and `{name}` have no commit in common, as in a shallow clone"))
}

/// The commit that `name` means: a whole id, a reference, or the start of an id; behind it may stand `~N` and `^`.
fn resolve(git: &GitDirectory, store: &Store, name: &str) -> Result<ObjectId, String> {
    let end = name.find(['~', '^']).unwrap_or(name.len());
    let (plain, steps) = name.split_at(end);
    let unknown = || format!("`{name}` is no commit, branch or tag here");
    let id = reference(git, plain).or_else(|| store.by_prefix(plain)).ok_or_else(unknown)?;
    let mut commit = store.peeled(id).ok_or_else(unknown)?;
    let mut rest = steps;
    while !rest.is_empty() {
        let (mark, after) = rest.split_at(1);
        let digits = after.len() - after.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        let number = if digits == 0 { 1 } else { after[..digits].parse::<usize>().map_err(|_| unknown())? };
        rest = &after[digits..];
        let parents = |id: &ObjectId| store.parents(id).ok_or_else(unknown);
        match mark {
            "~" => {
                for _ in 0..number {
                    commit = *parents(&commit)?.first().ok_or_else(unknown)?;
                }
            }
            "^" if number > 0 => commit = *parents(&commit)?.get(number - 1).ok_or_else(unknown)?,
            "^" => {}
            _ => return Err(unknown()),
        }
    }
    Ok(commit)
}

/// What a name says in the order in which git looks it up.
fn reference(git: &GitDirectory, name: &str) -> Option<ObjectId> {
    let name = if name == "@" { "HEAD" } else { name };
    let is_safe = !name.is_empty()
        && !name.starts_with('/')
        && name.split('/').all(|part| !part.is_empty() && part != ".." && part != ".");
    if !is_safe || name.contains('\0') {
        return None;
    }
    if let Some(id) = ObjectId::from_hex(name.as_bytes()).ok().filter(|_| name.len() == 40) {
        return Some(id);
    }
    let candidates = [
        name.to_owned(),
        format!("refs/{name}"),
        format!("refs/tags/{name}"),
        format!("refs/heads/{name}"),
        format!("refs/remotes/{name}"),
        format!("refs/remotes/{name}/HEAD"),
    ];
    // Other files of `.git` are no references.
    let is_reference = |name: &&String| name.starts_with("refs/") || name.ends_with("HEAD") && !name.contains('/');
    candidates.iter().filter(is_reference).find_map(|name| super::history::follow(git, name))
}

/// The objects of a repository.
struct Store {
    odb: Objects,
}

impl Store {
    fn open(git: &GitDirectory) -> Result<Self, String> {
        Objects::open(git).map(|odb| Self { odb })
    }

    fn object(&self, id: &ObjectId) -> Option<(Kind, Vec<u8>)> {
        let mut buffer = Vec::new();
        let kind = self.odb.try_find(id, &mut buffer).ok()??.kind;
        Some((kind, buffer))
    }

    fn read(&self, id: &ObjectId, kind: Kind) -> Result<Vec<u8>, String> {
        let found = self.object(id).filter(|(found, _)| *found == kind);
        found
            .map(|(_, bytes)| bytes)
            .ok_or_else(|| format!("git's object {id} is missing, as in a shallow or partial clone"))
    }

    /// The commit that an object is, or that a tag names.
    fn peeled(&self, mut id: ObjectId) -> Option<ObjectId> {
        for _ in 0..MOST_HOPS {
            let (kind, bytes) = self.object(&id)?;
            match kind {
                Kind::Commit => return Some(id),
                Kind::Tag => id = TagRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1).target_id().ok()?,
                Kind::Tree | Kind::Blob => return None,
            }
        }
        None
    }

    fn by_prefix(&self, text: &str) -> Option<ObjectId> {
        let prefix = gix_hash::Prefix::from_hex(text).ok().filter(|_| text.len() >= 4)?;
        self.odb.by_prefix(prefix)
    }

    fn parents(&self, commit: &ObjectId) -> Option<Vec<ObjectId>> {
        let bytes = self.read(commit, Kind::Commit).ok()?;
        Some(CommitRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1).parent_ids().collect())
    }

    fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, String> {
        let bytes = self.read(&commit, Kind::Commit)?;
        let tree = CommitRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1).tree_id();
        tree.map_err(|_| format!("git's commit {commit} is damaged"))
    }

    /// The file at `path` below `tree`; links and submodules are no files.
    fn blob_below(&self, tree: ObjectId, path: &str) -> Result<Option<Vec<u8>>, String> {
        let mut tree = tree;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let bytes = self.read(&tree, Kind::Tree)?;
            let entries = TreeRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1).filter_map(Result::ok);
            let Some(entry) = entries.into_iter().find(|entry| entry.filename == part) else { return Ok(None) };
            let (id, mode) = (entry.oid.to_owned(), entry.mode);
            match parts.peek() {
                Some(_) if mode.is_tree() => tree = id,
                None if mode.is_blob() => return self.read(&id, Kind::Blob).map(Some),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// Looks for files that one tree has and another one has not.
struct Gone<'s> {
    store: &'s Store,
    files: Vec<ObjectId>,
    /// How many trees may still be read.
    left: usize,
}

impl Gone<'_> {
    /// Adds the files below `before` that are not below `after`; `None` if they are too many, or something cannot be read.
    fn below(&mut self, before: Option<ObjectId>, after: Option<ObjectId>, depth: usize) -> Option<()> {
        let Some(tree) = before.filter(|_| before != after) else { return Some(()) };
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let bytes = self.store.read(&tree, Kind::Tree).ok()?;
        let other = after.map(|after| self.store.read(&after, Kind::Tree)).transpose().ok()?.unwrap_or_default();
        let mut kept = HashMap::new();
        for entry in TreeRefIter::from_bytes(&other, gix_hash::Kind::Sha1) {
            let entry = entry.ok()?;
            kept.insert(entry.filename, (entry.mode, entry.oid));
        }
        for entry in TreeRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1) {
            let entry = entry.ok()?;
            let now = kept.get(entry.filename);
            if entry.mode.is_tree() {
                let now = now.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| (*id).to_owned());
                self.below(Some(entry.oid.to_owned()), now, depth)?;
            } else if entry.mode.is_blob() && now.is_none_or(|(mode, _)| !mode.is_blob()) {
                self.files.push(entry.oid.to_owned());
                (self.files.len() <= MOST_GONE.0).then_some(())?;
            }
        }
        Some(())
    }
}
