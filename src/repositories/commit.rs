//! A commit on a new branch, made from new texts for some files of HEAD. Neither the work tree nor the index nor HEAD is
//! touched.
//!
//! All objects are worked out in memory first, so that a refused commit leaves nothing behind. Then they are written, and
//! the branch is created last, with a lock: whoever looks sees no branch, or a whole one.

use std::path::Path;
use std::time::Duration;

use gix_hash::ObjectId;
use gix_lock::acquire::Fail;
use gix_object::tree::{Editor, EntryKind};
use gix_object::{Commit, Kind, Tree, TreeRef, Write as _};
use gix_odb::memory::Proxy;
use gix_ref::transaction::{PreviousValue, RefEdit};
use gix_ref::{FullName, Target};

use super::content::without_crlf;
use super::objects::{Head, Objects, TreeEntry};
use super::{Author, Unit};
use crate::files::FileError;

/// How long to wait for a lock that another process holds.
const PATIENCE: Fail = Fail::AfterDurationWithBackoff(Duration::from_secs(1));

/// New text for one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewText<'t> {
    /// The file, relative to the unit, with `/` between its parts.
    pub path: &'t str,
    /// The text on which `after` rests, as it was read from the work tree; `None` where there was no such file.
    pub before: Option<&'t str>,
    /// The text to commit.
    pub after: &'t str,
}

/// What became of a commit; the text is its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// The branch was made.
    Created(String),
    /// The branch was there, with just these changes on top of HEAD.
    Unchanged(String),
    /// The changes come to what HEAD has; there is no branch.
    Nothing,
}

/// Whether `branch` can be the name of a branch.
///
/// # Errors
/// It cannot; as a sentence.
pub fn check_branch(branch: &str) -> Result<(), String> {
    let reason = match gix_validate::reference::branch_name(format!("refs/heads/{branch}").as_str().into()) {
        Ok(_) if branch.starts_with('-') => "it begins with a dash".to_owned(),
        Ok(_) if branch == "HEAD" => "it means what is checked out".to_owned(),
        Ok(_) if branch.starts_with("refs/") => "it begins with `refs/`, which git puts in front by itself".to_owned(),
        Ok(_) => return Ok(()),
        Err(error) => {
            let text = error.to_string();
            text.strip_prefix("Reference name ").map_or(text.clone(), |rest| format!("it {rest}"))
        }
    };
    Err(format!("`{}` cannot be the name of a branch: {reason}", branch.escape_debug()))
}

impl Unit {
    /// Commits `changes` on top of HEAD, as the new branch `branch`. A file keeps its mode; a new one is an ordinary file. Where
    /// a checkout made CRLF of line ends, LF is committed. No hook runs, nothing is signed, and no log is written.
    ///
    /// # Errors
    /// A file is not what HEAD has; the branch exists and holds something else; nothing is committed yet; or the repository cannot
    /// be read, or must not be written: parts of it are links or lie elsewhere, or it belongs to another user.
    pub fn commit(
        &self,
        branch: &str,
        message: &str,
        author: &Author,
        changes: &[NewText<'_>],
    ) -> Result<Committed, FileError> {
        let refused = |refusal: Refusal| FileError::new(&self.path, refusal.reason, refusal.help);
        self.try_commit(branch, message, author, changes).map_err(refused)
    }

    fn try_commit(
        &self,
        branch: &str,
        message: &str,
        author: &Author,
        changes: &[NewText<'_>],
    ) -> Result<Committed, Refusal> {
        check_branch(branch).map_err(|reason| Refusal::new(reason, "choose another name"))?;
        let message = check_message(message)?;
        if let Some(reason) = &self.place.distrust {
            return Err(Refusal::new(
                reason.clone(),
                "if it was moved, run `git worktree repair` there; else make the commit with git",
            ));
        }
        let objects = Objects::open(&self.place)?;
        let Head::Commit(head) = objects.head()? else {
            return Err(Refusal::new("nothing is committed yet".to_owned(), "commit what there is first"));
        };
        let (old_tree, _) = objects.commit(&head)?;
        let mut draft = Draft::new(&objects, old_tree, changes)?;
        if draft.tree == old_tree {
            return Ok(Committed::Nothing);
        }
        let tree = draft.tree;
        let found = |tip: Option<ObjectId>| match tip {
            Some(tip) if is_just(&objects, &tip, tree, head) => Some(Ok(Committed::Unchanged(tip.to_string()))),
            Some(_) => Some(Err(occupied(branch))),
            None => None,
        };
        if let Some(known) = found(existing(&objects, branch)?) {
            return known;
        }
        let commit = Commit {
            tree: draft.tree,
            parents: [head].into_iter().collect(),
            author: author.author.clone(),
            committer: author.committer.clone(),
            encoding: None,
            message: message.into(),
            extra_headers: Vec::new(),
        };
        let id = draft.memory.write(&commit).map_err(|error| error.to_string())?;
        super::guard::check_writable(&self.place.common, branch)?;
        draft.store(&self.place.common)?;
        match create(&objects, &format!("refs/heads/{branch}"), id) {
            Ok(()) => Ok(Committed::Created(id.to_string())),
            // Somebody else may have made the branch meanwhile, even the same one.
            Err(refusal) => found(existing(&objects, branch)?).unwrap_or(Err(refusal)),
        }
    }
}

/// Whether `commit` is `tree` on top of `parent` alone.
fn is_just(objects: &Objects, commit: &ObjectId, tree: ObjectId, parent: ObjectId) -> bool {
    objects.commit(commit).is_ok_and(|found| found == (tree, vec![parent]))
}

/// Why there is no commit, and what to do.
#[derive(Debug)]
pub(super) struct Refusal {
    reason: String,
    help: String,
}

impl Refusal {
    pub(super) fn new(reason: String, help: &str) -> Self {
        Self { reason, help: help.to_owned() }
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::new(reason, "see `git fsck` there")
    }
}

fn check_message(message: &str) -> Result<String, Refusal> {
    let text = message.trim_matches(|character: char| character.is_whitespace());
    if text.is_empty() || text.contains('\0') {
        return Err(Refusal::new("the message of the commit is empty, or no text".to_owned(), "give another one"));
    }
    Ok(format!("{text}\n"))
}

/// The commit that `branch` stands on, if there is such a branch.
fn existing(objects: &Objects, branch: &str) -> Result<Option<ObjectId>, Refusal> {
    match objects.reference(&format!("refs/heads/{branch}"))? {
        Some(Target::Object(id)) => return Ok(Some(id)),
        Some(Target::Symbolic(_)) => return Err(occupied(branch)),
        None => {}
    }
    // Of `a` and `a/b`, git can have only one.
    let in_the_way = |other: &str| {
        let reason = format!("the branch `{other}` exists, beside which there cannot be a branch `{branch}`");
        Refusal::new(reason, "choose another name")
    };
    for (end, _) in branch.match_indices('/') {
        if objects.reference(&format!("refs/heads/{}", &branch[..end]))?.is_some() {
            return Err(in_the_way(&branch[..end]));
        }
    }
    match objects.first_below(&format!("refs/heads/{branch}/"))? {
        Some(other) => Err(in_the_way(other.strip_prefix("refs/heads/").unwrap_or(&other))),
        None => Ok(None),
    }
}

fn occupied(branch: &str) -> Refusal {
    let reason = format!("the branch `{branch}` exists, and is not just these changes on top of HEAD");
    Refusal { reason, help: format!("merge it, delete it (`git branch -D {branch}`), or choose another name") }
}

fn create(objects: &Objects, name: &str, id: ObjectId) -> Result<(), Refusal> {
    let help = "see whether another git process is at work, or left a `.lock` behind";
    let full = FullName::try_from(name).map_err(|error| error.to_string())?;
    let edit = RefEdit::update(full, Target::Object(id), PreviousValue::MustNotExist, "");
    let prepared = objects.references().transaction().prepare([edit], PATIENCE, PATIENCE);
    let done = prepared.and_then(|prepared| prepared.commit(None));
    done.map(|_| ()).map_err(|error| Refusal::new(format!("the branch cannot be made: {error}"), help))
}

/// New blobs and trees, in memory.
struct Draft {
    tree: ObjectId,
    memory: Proxy<gix_odb::Handle>,
}

impl Draft {
    fn new(objects: &Objects, old_tree: ObjectId, changes: &[NewText<'_>]) -> Result<Self, Refusal> {
        let memory = Proxy::new(objects.database().clone(), gix_hash::Kind::Sha1);
        let bytes = objects.read(&old_tree, Kind::Tree)?;
        let root = TreeRef::from_bytes(&bytes, gix_hash::Kind::Sha1).map_err(|_| "its tree is damaged".to_owned())?;
        let mut editor = Editor::new(Tree::from(root), &memory, gix_hash::Kind::Sha1);
        let mut converted = false;
        // Files that are new come last, since what was checked out tells which line ends they need.
        let (known, new): (Vec<&NewText>, Vec<&NewText>) = changes.iter().partition(|change| change.before.is_some());
        for change in known.into_iter().chain(new) {
            check_path(change.path)?;
            let old = find(objects, old_tree, change.path)?;
            let kind = match (&old, change.before) {
                (Some(old), Some(before)) => {
                    converted |= is_converted(objects, old, change.path, before)?;
                    old.mode.kind()
                }
                (None, None) => EntryKind::Blob,
                (None, Some(_)) => {
                    let reason = format!("{} is not in HEAD", change.path.escape_debug());
                    return Err(Refusal::new(reason, "commit it first"));
                }
                (Some(_), None) => return Err(not_head(change.path)),
            };
            let text = without_crlf(change.after.as_bytes()).filter(|_| converted);
            let id = memory.write_buf(Kind::Blob, text.as_deref().unwrap_or(change.after.as_bytes()));
            let id = id.map_err(|error| error.to_string())?;
            editor
                .upsert(change.path.split('/').map(gix_object::bstr::BStr::new), kind, id)
                .map_err(|error| error.to_string())?;
        }
        let tree = editor.write(|tree| memory.write(tree)).map_err(|error| error.to_string())?;
        drop(editor);
        Ok(Self { tree, memory })
    }

    /// Writes what the repository does not have yet.
    fn store(&mut self, common: &Path) -> Result<(), Refusal> {
        let folder = common.join("objects");
        let store = gix_odb::loose::Store::at(&folder, gix_hash::Kind::Sha1);
        let made = self.memory.take_object_memory().unwrap_or_default();
        for (id, (kind, bytes)) in made.iter() {
            let failed = |error: String| Refusal::new(format!("an object cannot be written: {error}"), "see the disk");
            if gix_object::Exists::exists(&self.memory, id) {
                continue;
            }
            let path = store.object_path(id);
            super::guard::make_folder(&folder, path.parent().unwrap_or(&folder))
                .map_err(|error| failed(error.to_string()))?;
            store.write_buf_with_known_id(*kind, bytes, *id).map_err(|error| failed(error.to_string()))?;
        }
        Ok(())
    }
}

/// Whether the work tree has `old` with other line ends.
fn is_converted(objects: &Objects, old: &TreeEntry, path: &str, before: &str) -> Result<bool, Refusal> {
    if !matches!(old.mode.kind(), EntryKind::Blob | EntryKind::BlobExecutable) {
        return Err(not_head(path));
    }
    let head = objects.read(&old.id, Kind::Blob)?;
    if head == before.as_bytes() {
        return Ok(false);
    }
    let same = without_crlf(before.as_bytes()).is_some_and(|text| text == head);
    if same { Ok(true) } else { Err(not_head(path)) }
}

fn not_head(path: &str) -> Refusal {
    let reason = format!("{} is not what HEAD has", path.escape_debug());
    Refusal::new(reason, "commit or stash it first; what a filter makes of a file cannot be committed")
}

/// What `tree` has at `path`; an error where something that is no folder stands in the way.
fn find(objects: &Objects, tree: ObjectId, path: &str) -> Result<Option<TreeEntry>, Refusal> {
    let mut tree = tree;
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let found = objects.tree(&tree)?.into_iter().find(|entry| entry.name == part);
        match found {
            Some(entry) if parts.peek().is_none() => return Ok(Some(entry)),
            Some(entry) if entry.mode.is_tree() => tree = entry.id,
            Some(_) => return Err(not_head(path)),
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn check_path(path: &str) -> Result<(), Refusal> {
    let valid = path.split('/').all(|part| super::guard::is_plain_name(part.as_bytes(), false));
    if valid { Ok(()) } else { Err(Refusal::new(format!("git has no name for {}", path.escape_debug()), "rename it")) }
}
