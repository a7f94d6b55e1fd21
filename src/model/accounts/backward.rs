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
    let mut replaced: Option<(Rc<Accounts>, Rc<Accounts>)> = None;
    for index in (0..steps.len()).rev() {
        let old = Rc::clone(&steps[index]);
        let new = match &replaced {
            Some((before, after)) if Rc::ptr_eq(before, &old) => Rc::clone(after),
            _ => {
                let mut new = (*old).clone();
                add(&mut new.state.users, &users);
                add(&mut new.state.groups, &groups);
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

/// What is there before the instruction by what is known behind it, and was not known yet.
fn proven(after: &Rc<Table>, before: &Rc<Table>) -> Vec<Rc<Entry>> {
    if Rc::ptr_eq(after, before) {
        return Vec::new();
    }
    let there = |entry: &&Rc<Entry>| before.find(&entry.name).is_some_and(|present| present.exists());
    after.entries.iter().filter(|entry| entry.exists() && entry.from_before && !there(entry)).cloned().collect()
}

fn add(table: &mut Rc<Table>, entries: &[Rc<Entry>]) {
    for entry in entries {
        if !table.find(&entry.name).is_some_and(|present| present.exists()) {
            Rc::make_mut(table).put((**entry).clone());
        }
    }
}
