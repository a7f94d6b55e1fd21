//! A directory that was copied: which of its directories are better named whole.

use super::names;
use super::needs::Need;
use crate::context::{Entry, GitState};
use crate::model::{StepId, path};

/// So many files of one directory, if they are all there is, are named as the directory.
const ENOUGH: usize = 4;

/// A source of a copy that is a directory.
pub struct WholeCopy<'a> {
    /// The copy.
    pub id: StepId,
    /// Where the directory lands.
    pub destination: &'a str,
    /// Whether it is named whole however few files need it: a directory for configuration, by its name.
    pub whole: bool,
    /// Whether nothing else puts files into a directory below the destination.
    pub own: &'a dyn Fn(&str) -> bool,
}

/// The files of the directory, and which of them need a mode.
#[derive(Default)]
pub struct Tree {
    /// Every file: where it lies in the directory, and what it is.
    pub files: Vec<(String, Entry)>,
    /// The files that need a mode.
    pub needs: Vec<Need>,
}

impl Tree {
    /// The needs, with those of a whole directory as one. `whole` makes a need of a directory below the destination, the number
    /// of unreadable files in it, and its size in bytes.
    pub fn collapse(self, copy: &WholeCopy<'_>, whole: impl Fn(&str, usize, u64) -> Need) -> Vec<Need> {
        if self.needs.iter().all(|need| need.secret) {
            return self.needs;
        }
        let mut directories: Vec<&str> = self.files.iter().flat_map(|(inside, _)| parents(inside)).collect();
        directories.sort_unstable();
        directories.dedup();
        let mut chosen: Vec<&str> = Vec::new();
        // Sorted, a directory stands in front of those in it, so the topmost is taken.
        for directory in directories {
            let inside_of_chosen = chosen.iter().any(|outer| is_below(outer, directory));
            if !inside_of_chosen && self.is_whole(copy, directory) {
                chosen.push(directory);
            }
        }
        let mut needs: Vec<Need> = Vec::new();
        for directory in &chosen {
            let files = || self.files.iter().filter(|(inside, _)| is_below(directory, inside));
            let unreadable = files().filter(|(_, entry)| entry.mode.is_some_and(|mode| mode & 0o004 == 0)).count();
            needs.push(whole(directory, unreadable, files().map(|(_, entry)| entry.size).sum()));
        }
        let covered = |need: &Need| {
            let inside = path::below(copy.destination, &need.path).unwrap_or_default();
            chosen.iter().any(|directory| is_below(directory, inside))
        };
        needs.extend(self.needs.iter().filter(|need| !covered(need)).cloned());
        needs
    }

    fn is_whole(&self, copy: &WholeCopy<'_>, directory: &str) -> bool {
        let files: Vec<&(String, Entry)> =
            self.files.iter().filter(|(inside, _)| is_below(directory, inside)).collect();
        // A file that git does not know is not for every checkout, and nobody but its owner decided on its mode.
        if files.iter().any(|(inside, _)| names::is_secret(inside))
            || files.iter().any(|(_, entry)| matches!(entry.git, GitState::Ignored | GitState::Untracked))
        {
            return false;
        }
        let in_directory =
            |need: &&Need| path::below(copy.destination, &need.path).is_some_and(|inside| is_below(directory, inside));
        let needed = self.needs.iter().filter(in_directory).count();
        let whole = directory.is_empty() && copy.whole && needed > 0;
        (whole || (needed >= ENOUGH && needed == files.len())) && (copy.own)(directory)
    }
}

/// The directories that hold a path, the empty one for the root first.
fn parents(inside: &str) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(inside.match_indices('/').map(|(slash, _)| &inside[..slash]))
}

fn is_below(directory: &str, path: &str) -> bool {
    directory.is_empty() || path == directory || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}
