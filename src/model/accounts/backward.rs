//! Carries back what an instruction proves: an account without which it fails was there before, as far back as nothing
//! can have made it.

use std::rc::Rc;

use super::Accounts;
use super::flow::Barriers;
use super::state::{Entry, State, Table};

/// Puts what `after`, which holds behind the last of the steps, proves into the steps in front of it.
pub(super) fn prove(steps: &mut [Rc<Accounts>], after: &State, barriers: &mut Barriers<'_>) {
    let Some(last) = steps.last() else { return };
    let users = proven(&after.users, &last.state.users);
    let groups = proven(&after.groups, &last.state.groups);
    if users.is_empty() && groups.is_empty() {
        return;
    }
    // Neighbours that share their accounts go on sharing them.
    let (mut new_users, mut new_groups) = (Added::new(users), Added::new(groups));
    let mut replaced: Option<(Rc<Accounts>, Rc<Accounts>)> = None;
    for index in (0..steps.len()).rev() {
        let old = Rc::clone(&steps[index]);
        let new = match &replaced {
            Some((before, after)) if Rc::ptr_eq(before, &old) => Rc::clone(after),
            _ => {
                let mut new = (*old).clone();
                new.state.users = new_users.to(&old.state.users);
                new.state.groups = new_groups.to(&old.state.groups);
                Rc::new(new)
            }
        };
        steps[index] = Rc::clone(&new);
        replaced = Some((old, new));
        if index == 0 || barriers.may_make(index - 1) {
            break;
        }
    }
}

/// Adds entries to tables, of which neighbours are mostly the same.
struct Added {
    entries: Vec<Rc<Entry>>,
    last: Option<(Rc<Table>, Rc<Table>)>,
}

impl Added {
    const fn new(entries: Vec<Rc<Entry>>) -> Self {
        Self { entries, last: None }
    }

    fn to(&mut self, table: &Rc<Table>) -> Rc<Table> {
        if self.entries.is_empty() {
            return Rc::clone(table);
        }
        match &self.last {
            Some((before, after)) if Rc::ptr_eq(before, table) => Rc::clone(after),
            _ => {
                let mut added = (**table).clone();
                for entry in &self.entries {
                    if !table.find(&entry.name).is_some_and(|present| present.exists()) {
                        added.put((**entry).clone());
                    }
                }
                let added = Rc::new(added);
                self.last = Some((Rc::clone(table), Rc::clone(&added)));
                added
            }
        }
    }
}

/// What is there before the instruction by what is known behind it, and was not known yet.
fn proven(after: &Rc<Table>, before: &Rc<Table>) -> Vec<Rc<Entry>> {
    if Rc::ptr_eq(after, before) {
        return Vec::new();
    }
    // Most entries stay where they are.
    let same = |index: usize, entry: &Rc<Entry>| before.entries.get(index).is_some_and(|old| Rc::ptr_eq(old, entry));
    let there = |entry: &Rc<Entry>| before.find(&entry.name).is_some_and(|present| present.exists());
    let changed = after.entries.iter().enumerate().filter(|(index, entry)| !same(*index, entry));
    let new = changed.filter(|(_, entry)| entry.exists() && entry.from_before && !there(entry));
    new.map(|(_, entry)| Rc::clone(entry)).collect()
}
