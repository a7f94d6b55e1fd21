//! Which of some paths git's latest commits changed: from the commits and trees alone, without the content of any file.
//!
//! The objects are read by gix-odb. Work is bounded by the number of commits, of objects, and of bytes of one object, not by
//! time, so that the same repository always gives the same answer.

use std::collections::BTreeMap;

use gix_hash::ObjectId;
use gix_object::bstr::BString;
use gix_object::{CommitRefIter, Find as _, Kind, TreeRefIter};

use super::objects::Objects;
use super::{GitDirectory, Repository};

/// How many commits are looked at, each against its first parent.
const MOST_COMMITS: usize = 200;
/// How many commits and trees are read.
const MOST_OBJECTS: usize = 20_000;
/// References that name another reference.
const MOST_HOPS: usize = 5;

/// How often paths changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// How many commits were looked at: the latest ones, along first parents.
    pub commits: usize,
    /// For each path that was asked about: how many of these changed it, or something in it.
    pub changed: Vec<usize>,
}

impl Repository {
    /// How often the latest commits changed each of `paths`, relative to the working tree. A change below two of them counts for the deeper
    /// one only. `None` if there is no commit, or it cannot be read.
    pub(in crate::context) fn history(&self, paths: &[String]) -> Option<History> {
        let git = self.git.as_ref().ok()?;
        let odb = Objects::open(git).ok()?;
        let mut reader = Reader { odb, paths, left: MOST_OBJECTS };
        let mut history = History { commits: 0, changed: vec![0; paths.len()] };
        let mut next = head(git);
        let mut known: Option<Commit> = None;
        while let Some(id) = next
            && history.commits < MOST_COMMITS
        {
            let Some(commit) = known.take().or_else(|| reader.commit(&id)) else { break };
            // The first commit brings everything, which is no change; in a shallow clone the parent of the last one is missing.
            let Some(parent) = commit.parent.and_then(|parent| reader.commit(&parent)) else { break };
            let mut changed = vec![false; paths.len()];
            if reader.compare(Some(parent.tree), Some(commit.tree), "", &mut changed).is_none() {
                break;
            }
            history.commits += 1;
            history.changed.iter_mut().zip(&changed).for_each(|(count, changed)| *count += usize::from(*changed));
            next = commit.parent;
            known = Some(parent);
        }
        (history.commits > 0).then_some(history)
    }
}

/// The commit that HEAD stands on.
pub(super) fn head(git: &GitDirectory) -> Option<ObjectId> {
    follow(git, "HEAD")
}

/// The object that a reference names, or the one that this names.
pub(super) fn follow(git: &GitDirectory, name: &str) -> Option<ObjectId> {
    let mut text = git.reference(name)?;
    for _ in 0..MOST_HOPS {
        let Some(name) = text.trim().strip_prefix("ref:").map(str::trim) else { break };
        if !name.starts_with("refs/") || name.split('/').any(|part| part == "..") {
            return None;
        }
        text = git.reference(name)?;
    }
    // In FETCH_HEAD, what was fetched stands behind the id.
    ObjectId::from_hex(text.split_whitespace().next()?.as_bytes()).ok()
}

struct Commit {
    tree: ObjectId,
    parent: Option<ObjectId>,
}

/// What a tree says of a name: what it is, and which content it has.
type Named = BTreeMap<BString, (bool, u16, ObjectId)>;

struct Reader<'a> {
    odb: Objects,
    paths: &'a [String],
    /// How many objects may still be read.
    left: usize,
}

impl Reader<'_> {
    fn read(&mut self, id: &ObjectId, kind: Kind) -> Option<Vec<u8>> {
        self.left = self.left.checked_sub(1)?;
        let mut buffer = Vec::new();
        let found = self.odb.try_find(id, &mut buffer).ok()??.kind;
        (found == kind).then_some(buffer)
    }

    fn commit(&mut self, id: &ObjectId) -> Option<Commit> {
        let data = self.read(id, Kind::Commit)?;
        let mut commit = CommitRefIter::from_bytes(&data, gix_hash::Kind::Sha1);
        let tree = commit.tree_id().ok()?;
        Some(Commit { tree, parent: commit.parent_ids().next() })
    }

    fn tree(&mut self, id: Option<ObjectId>) -> Option<Named> {
        let Some(id) = id else { return Some(Named::new()) };
        let data = self.read(&id, Kind::Tree)?;
        TreeRefIter::from_bytes(&data, gix_hash::Kind::Sha1)
            .map(|entry| {
                let entry = entry.ok()?;
                let what = (entry.mode.is_tree(), entry.mode.value(), entry.oid.to_owned());
                Some((entry.filename.to_owned(), what))
            })
            .collect()
    }

    /// Notes the paths in which two trees at `at` differ; `None` if that cannot be told.
    fn compare(
        &mut self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        at: &str,
        changed: &mut [bool],
    ) -> Option<()> {
        if before == after {
            return Some(());
        }
        let (before, after) = (self.tree(before)?, self.tree(after)?);
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        for name in names {
            let (old, new) = (before.get(name), after.get(name));
            if old == new {
                continue;
            }
            let path = crate::context::path::join(at, &name.to_string());
            // The deepest path that it lies in, and whether one that was asked about lies in it.
            let deepest = (0..self.paths.len())
                .filter(|index| crate::context::below(&self.paths[*index], &path).is_some())
                .max_by_key(|index| self.paths[*index].len());
            let deeper = self.paths.iter().any(|asked| *asked != path && crate::context::below(&path, asked).is_some());
            let tree = |side: Option<&(bool, u16, ObjectId)>| side.filter(|(tree, ..)| *tree).map(|(_, _, id)| *id);
            if deeper && (tree(old).is_some() || tree(new).is_some()) {
                self.compare(tree(old), tree(new), &path, changed)?;
            } else if let Some(index) = deepest {
                changed[index] = true;
            }
        }
        Some(())
    }
}
