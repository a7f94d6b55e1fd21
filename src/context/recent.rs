//! What was worked out last for a context, for its next Dockerfile: a repository with a hundred services is walked over once and
//! not a hundred times. Files come in the order of their paths, so that what was asked for long ago is not asked for again.

use std::any::{Any, TypeId};
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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

/// How many answers are kept, of all types together; a context has about five.
const MOST_ANSWERS: usize = 128;

/// An answer of any type, once somebody has worked it out.
type Answer = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

type AnswerKey = (PathBuf, TypeId);

/// What else was worked out for a directory, by the type of the answer.
#[derive(Debug, Default)]
pub(super) struct RecentAnswers(Mutex<Answers>);

#[derive(Debug, Default)]
struct Answers {
    known: HashMap<AnswerKey, Answer>,
    /// The oldest first.
    order: VecDeque<AnswerKey>,
}

impl RecentAnswers {
    /// The answer for `directory`, worked out at most once for those who ask at the same time.
    pub(super) fn of<T: Any + Send + Sync>(&self, directory: &Path, make: impl FnOnce() -> T) -> Arc<T> {
        let cell = self.cell((directory.to_owned(), TypeId::of::<T>()));
        let known = cell.get_or_init(|| Arc::new(make()));
        let Ok(known) = Arc::clone(known).downcast::<T>() else { unreachable!("the type is a part of the key") };
        known
    }

    fn cell(&self, key: AnswerKey) -> Answer {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = answers.known.get(&key) {
            return Arc::clone(known);
        }
        if answers.order.len() == MOST_ANSWERS
            && let Some(oldest) = answers.order.pop_front()
        {
            answers.known.remove(&oldest);
        }
        answers.order.push_back(key.clone());
        Arc::clone(answers.known.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_worked_out_once_and_the_oldest_are_forgotten() {
        let answers = RecentAnswers::default();
        let ask = |number: usize, answer: usize| *answers.of(&PathBuf::from(number.to_string()), || answer);
        for number in 0..MOST_ANSWERS {
            assert_eq!(ask(number, number), number);
        }
        assert_eq!(ask(0, 1000), 0);
        // Another type is another answer.
        assert_eq!(*answers.of(Path::new("1"), || "other"), "other");
        assert_eq!(ask(0, 1000), 1000);
        assert_eq!(ask(MOST_ANSWERS - 1, 1000), MOST_ANSWERS - 1);
        let state = answers.0.lock().unwrap();
        assert_eq!((state.known.len(), state.order.len()), (MOST_ANSWERS, MOST_ANSWERS));
    }
}
