//! The large walks that were made last, for the next Dockerfile of the same context: a repository with a hundred services is
//! walked over once and not a hundred times.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::Walk;
use crate::settings::Builder;

/// Walks with fewer entries are made again, which costs less than looking for them.
const FEWEST: usize = 64;

/// How many entries are kept, of all walks together. An entry takes about 150 bytes.
const MOST: usize = 50_000;

/// What a walk depends on, besides the disk.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The directory that is walked over, absolute and without links.
    pub(super) directory: PathBuf,
    /// What paths are relative to.
    pub(super) root: PathBuf,
    /// The texts of the ignore files that were heeded.
    pub(super) ignore_files: Vec<(Builder, String)>,
}

/// The walks that are remembered.
#[derive(Debug, Default)]
pub(super) struct RecentWalks(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How often all was forgotten.
    time: Time,
    /// The oldest first.
    walks: VecDeque<(Question, Arc<Walk>)>,
}

/// When a walk began, counted in writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Time(u64);

impl RecentWalks {
    /// The walk that answers the question, or the time at which it was not known.
    pub(super) fn find(&self, question: &Question) -> Result<Arc<Walk>, Time> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = state.walks.iter().find(|(known, _)| known == question);
        known.map(|(_, walk)| Arc::clone(walk)).ok_or(state.time)
    }

    /// Remembers a walk that is worth it, unless something was written since it `began`, and forgets the oldest.
    pub(super) fn keep(&self, question: Question, walk: &Arc<Walk>, began: Time) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !(FEWEST..=MOST).contains(&walk.entries.len()) || state.time != began {
            return;
        }
        state.walks.push_back((question, Arc::clone(walk)));
        while state.walks.iter().map(|(_, walk)| walk.entries.len()).sum::<usize>() > MOST {
            state.walks.pop_front();
        }
    }

    /// Forgets all: something was written.
    pub(super) fn forget(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.time.0 += 1;
        state.walks.clear();
    }
}
