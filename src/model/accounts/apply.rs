//! What a call that succeeds makes of the accounts.

use std::rc::Rc;

use super::Origin;
use super::action::{Action, NewGroup, NewUser, PrimaryGroup, UserChange};
use super::base::Family;
use super::members::Joined;
use super::state::{Entry, FIRST_REGULAR, LAST_REGULAR, Number, Range, State, Status, Table};
use super::text::Text;

/// The accounts behind a call that succeeded. `None` if it cannot succeed.
pub(super) fn succeeded(action: &Action, state: &State, origin: Origin) -> Option<State> {
    let mut after = Change { state: state.clone(), origin };
    after.state.touched |= action.makes_accounts();
    match action {
        Action::AddUser(user) => after.add_user(user)?,
        Action::AddGroup(group) => after.add_group(group)?,
        Action::ChangeUser(change) => after.change_user(change)?,
        Action::ChangeGroup { name, new_name, gid, may_share } => {
            after.change_group(name, new_name.as_ref(), gid.as_ref(), *may_share)?;
        }
        Action::RemoveUser(name) => after.remove_user(name)?,
        Action::RemoveGroup(name) => {
            after.use_group(name)?;
            after.set_group_status(name, Status::Missing);
        }
        Action::Join { user, group } => {
            after.change_member(user, group, |joined| joined.add(std::slice::from_ref(group)))?
        }
        Action::Leave { user, group } => after.change_member(user, group, |joined| joined.remove(group))?,
        Action::Uses { users, groups } => {
            users.iter().try_for_each(|user| after.use_user(user))?;
            groups.iter().try_for_each(|group| after.use_group(group))?;
        }
        Action::Opaque(words) => after.opaque(words),
    }
    Some(after.state)
}

/// The accounts behind a call that failed: no account vanishes or appears by it, as far as it is understood.
pub(super) fn failed(action: &Action, state: &State, origin: Origin) -> State {
    let mut after = Change { state: state.clone(), origin };
    after.state.touched |= action.makes_accounts();
    if let Action::Opaque(words) = action {
        after.opaque(words);
    }
    after.state
}

struct Change {
    state: State,
    origin: Origin,
}

impl Change {
    fn add_user(&mut self, user: &NewUser) -> Option<()> {
        user.groups.iter().try_for_each(|group| self.use_group(group))?;
        let present = self.state.users.find(&user.name).map(|entry| entry.status.clone());
        let was_missing = present.as_ref().map_or(self.state.users.complete, |status| *status == Status::Missing);
        match present {
            Some(Status::Exists) => return user.may_exist.then_some(()),
            _ if user.may_exist && !was_missing => {
                // Whether it is the one that was asked for, or another one that was there, is not known.
                if let PrimaryGroup::Given(group) = &user.group {
                    self.use_group(group)?;
                }
                return self.use_user(&user.name);
            }
            _ => {}
        }
        let regular = !user.system;
        let uid = match &user.uid {
            Some(uid) => self.state.users.number(uid),
            None => self.next_number(regular, matches!(user.group, PrimaryGroup::Own)),
        };
        let primary = match &user.group {
            PrimaryGroup::Own => Some(self.own_group(user, &uid)?),
            PrimaryGroup::Given(group) => self.given_group(group)?,
            PrimaryGroup::Unknown => None,
        };
        let entry = Entry {
            name: user.name.clone(),
            number: uid,
            primary,
            home: user.home.clone(),
            joined: self.joined(&user.groups),
            status: Status::Exists,
            origin: self.origin,
            from_before: false,
            may_share: user.may_share,
        };
        self.state.users().put(entry);
        Some(())
    }

    /// Makes a group with the name of the user.
    fn own_group(&mut self, user: &NewUser, uid: &Number) -> Option<Number> {
        if let Some(present) = self.state.groups.find(&user.name)
            && present.exists()
        {
            // Debian's `adduser --system --group` takes a group that is there; the others fail.
            return (user.may_exist && user.system).then(|| present.number.clone());
        }
        let number = match uid.fixed_value() {
            _ if user.strict_numbers => uid.clone(),
            Some(value) if !user.system && self.is_free(value) => Number::fixed(value),
            // As likely as not the same; a number that is taken is passed over. `useradd -r` takes one of those for
            // services whatever the user's is, `adduser --system` does not.
            _ if user.uid.is_some() => Number::unknown(Range::Any).guess(uid.value),
            _ => Number::unknown(self.range(!user.system)),
        };
        let entry = self.group(&user.name, number.clone());
        self.state.groups().put(entry);
        Some(number)
    }

    /// Whether no group has the number, which is in the range for people.
    fn is_free(&self, number: u32) -> bool {
        let groups = &self.state.groups;
        (FIRST_REGULAR..=LAST_REGULAR).contains(&number)
            && groups.regular
            && !groups.entries.iter().any(|entry| entry.status != Status::Missing && entry.number.may_be(number))
    }

    fn group(&self, name: &Text, number: Number) -> Entry {
        Entry::new(name.clone(), number, self.origin)
    }

    /// The range of a number that a program chooses.
    fn range(&self, regular: bool) -> Range {
        match (regular, self.state.family) {
            (_, Family::Unknown | Family::RedHat) => Range::Any,
            (true, _) => Range::Regular,
            (false, _) => Range::System,
        }
    }

    /// The number that a program chooses by itself. `useradd` takes the one behind the highest user, `adduser` the first
    /// that is free among users and groups: where these are the same, it is known.
    fn next_number(&self, regular: bool, with_group: bool) -> Number {
        let first = next_free(&self.state.users);
        let same = !with_group || first.is_some() && first == next_free(&self.state.groups);
        self.chosen(first.filter(|_| same), regular)
    }

    /// `number` if the program knows its range.
    fn chosen(&self, number: Option<u32>, regular: bool) -> Number {
        let known = number.filter(|_| regular && self.state.family != Family::Unknown);
        known.map_or_else(|| Number::unknown(self.range(regular)), Number::fixed)
    }

    fn add_group(&mut self, group: &NewGroup) -> Option<()> {
        let present = self.state.groups.find(&group.name).map(|entry| entry.status.clone());
        let was_missing = present.as_ref().map_or(self.state.groups.complete, |status| *status == Status::Missing);
        match present {
            Some(Status::Exists) => return group.may_exist.then_some(()),
            _ if group.may_exist && !was_missing => return self.use_group(&group.name),
            _ => {}
        }
        let number = match &group.gid {
            Some(_) if group.number_may_differ => Number::unknown(Range::Any),
            Some(gid) => self.state.groups.number(gid),
            None => self.chosen(next_free(&self.state.groups), !group.system),
        };
        let entry = Entry { may_share: group.may_share, ..self.group(&group.name, number) };
        self.state.groups().put(entry);
        group.members.iter().try_for_each(|user| {
            self.change_member(user, &group.name, |joined| joined.add(std::slice::from_ref(&group.name)))
        })
    }

    fn change_user(&mut self, change: &UserChange) -> Option<()> {
        self.use_user(&change.name)?;
        change.groups.iter().flatten().try_for_each(|group| self.use_group(group))?;
        let primary = match &change.group {
            Some(group) => Some(self.given_group(group)?),
            None => None,
        };
        let mut entry = (**self.state.users.find(&change.name)?).clone();
        if let Some(uid) = &change.uid {
            entry.number = self.state.users.number(uid);
            entry.may_share |= change.may_share;
        }
        if let Some(primary) = primary {
            entry.primary = primary;
        }
        entry.home = change.home.clone().or(entry.home);
        match &change.groups {
            Some(groups) if change.appends => entry.joined.add(groups),
            Some(groups) => entry.joined.set(groups),
            None => {}
        }
        self.rename_user(&change.name, change.new_name.as_ref(), entry);
        Some(())
    }

    /// The other groups of a new user.
    fn joined(&self, groups: &[Text]) -> Joined {
        let mut joined = Joined::default();
        joined.add(groups);
        if self.state.strays {
            joined.open();
        }
        joined
    }

    /// Changes the groups of a user, both of whom have to be there.
    fn change_member(&mut self, user: &Text, group: &Text, change: impl FnOnce(&mut Joined)) -> Option<()> {
        self.use_user(user)?;
        self.use_group(group)?;
        let Some(entry) = self.state.users.find(user).cloned() else {
            // Whoever it is may be in the group.
            self.state.strays = true;
            self.state.users().entries.iter_mut().for_each(|entry| Rc::make_mut(entry).joined.open());
            return Some(());
        };
        let mut entry = (*entry).clone();
        change(&mut entry.joined);
        self.state.users().put(entry);
        Some(())
    }

    /// The group of `-g NAME` or `-g NUMBER`, which has to be there. The outer `None` if it is not.
    #[allow(clippy::option_option, reason = "the outer one says that the call fails")]
    fn given_group(&mut self, group: &Text) -> Option<Option<Number>> {
        if group.is_opaque() {
            return Some(None);
        }
        let is_number = |text: &str| text.parse::<u32>().is_ok();
        let number = self.state.groups.number(group);
        if let Some(named) = self.state.groups.find(group).cloned() {
            self.use_group(group)?;
            return Some(Some(named.number.clone()));
        }
        if let Some(numbered) = self.state.groups.find_number(&number, true) {
            return Some(Some(numbered.number.clone()));
        }
        if group.value.as_deref().is_none_or(is_number) {
            return Some(Some(number).filter(|number| number.value.is_some() || number.written.is_some()));
        }
        self.use_group(group)?;
        Some(self.state.groups.find(group).map(|entry| entry.number.clone()))
    }

    /// The user is there, or the call fails.
    fn use_user(&mut self, name: &Text) -> Option<()> {
        let from_before = !self.state.touched;
        let entry = used(name, &self.state.users, self.origin)?;
        entry.into_iter().for_each(|entry| self.state.users().put(Entry { from_before, ..entry }));
        Some(())
    }

    /// The group is there, or the call fails.
    fn use_group(&mut self, name: &Text) -> Option<()> {
        let from_before = !self.state.touched;
        let entry = used(name, &self.state.groups, self.origin)?;
        entry.into_iter().for_each(|entry| self.state.groups().put(Entry { from_before, ..entry }));
        Some(())
    }

    fn rename_user(&mut self, name: &Text, new_name: Option<&Text>, entry: Entry) {
        if let Some(new_name) = new_name {
            let old = Entry { status: Status::Missing, ..entry.clone() };
            self.state.users().put(old);
            self.state.users().put(Entry { name: new_name.clone(), origin: self.origin, from_before: false, ..entry });
        } else {
            self.state.users().put(Entry { name: name.clone(), ..entry });
        }
    }

    fn change_group(
        &mut self,
        name: &Text,
        new_name: Option<&Text>,
        gid: Option<&Text>,
        may_share: bool,
    ) -> Option<()> {
        self.use_group(name)?;
        let old = (**self.state.groups.find(name)?).clone();
        let mut new = old.clone();
        if let Some(gid) = gid {
            new.number = self.state.groups.number(gid);
            new.may_share |= may_share;
            // `groupmod -g` changes the users whose primary group it is.
            let users = self.state.users();
            for user in &mut users.entries {
                if user.primary.as_ref().is_some_and(|primary| primary.same(&old.number)) {
                    Rc::make_mut(user).primary = Some(new.number.clone());
                }
            }
        }
        if let Some(new_name) = new_name {
            self.state.groups().put(Entry { status: Status::Missing, ..old });
            new.name = new_name.clone();
            (new.origin, new.from_before) = (self.origin, false);
        }
        self.state.groups().put(new);
        Some(())
    }

    fn remove_user(&mut self, name: &Text) -> Option<()> {
        self.use_user(name)?;
        let entry = self.state.users.find(name)?;
        let removed = Entry { status: Status::Missing, ..(**entry).clone() };
        self.state.users().put(removed);
        // The group of the same name goes as well, unless somebody else is in it.
        if self.state.groups.find(name).is_some_and(|group| group.status != Status::Missing) {
            self.set_group_status(name, Status::Unknown);
        }
        Some(())
    }

    fn set_group_status(&mut self, name: &Text, status: Status) {
        if let Some(entry) = self.state.groups.find(name) {
            let entry = Entry { status, ..(**entry).clone() };
            self.state.groups().put(entry);
        }
    }

    /// Something with these words was done that is not understood.
    fn opaque(&mut self, words: &[Text]) {
        self.state.forget_absent(true);
        for name in words {
            for table in [&mut self.state.users, &mut self.state.groups] {
                if table.find(name).is_some() {
                    let table = Rc::make_mut(table);
                    for entry in table.entries.iter_mut().filter(|entry| entry.name.same(name)) {
                        let entry = Rc::make_mut(entry);
                        entry.status = Status::Unknown;
                        entry.joined.open();
                    }
                }
            }
        }
    }
}

/// The first free number for people, if all those below are taken and none above is.
fn next_free(table: &Table) -> Option<u32> {
    let mut taken = Vec::new();
    let there = table.entries.iter().filter(|entry| entry.status != Status::Missing);
    for entry in there {
        match entry.number.fixed_value() {
            Some(value) if !(FIRST_REGULAR..=LAST_REGULAR).contains(&value) => {}
            Some(value) if entry.exists() => taken.push(value),
            None if entry.number.range == Range::System => {}
            _ => return None,
        }
    }
    taken.sort_unstable();
    taken.dedup();
    let gapless = taken.iter().zip(FIRST_REGULAR..).all(|(value, expected)| *value == expected);
    (table.regular && gapless).then(|| (FIRST_REGULAR..).nth(taken.len())).flatten()
}

/// The entry that a table has to have for a call with `name` to succeed, if it has it not yet; a number needs none. The
/// outer `None` if it is missing for certain.
#[allow(clippy::option_option, reason = "the outer one says that the call fails")]
fn used(name: &Text, table: &Table, origin: Origin) -> Option<Option<Entry>> {
    if name.is_opaque()
        || name.value.as_deref().is_none_or(|name| name.parse::<u32>().is_ok()) && name.written.is_none()
    {
        return Some(None);
    }
    if name.value.as_deref().is_some_and(|name| name.parse::<u32>().is_ok()) {
        return Some(None);
    }
    match table.find(name) {
        Some(entry) if entry.exists() => Some(None),
        Some(entry) if entry.status == Status::Missing => None,
        // It is there, but whether it is the one that was thought of is not known.
        Some(entry) => {
            let guess = |number: &Number| Number::unknown(Range::Any).guess(number.value);
            let primary = entry.primary.as_ref().map(guess);
            let number = guess(&entry.number);
            Some(Some(Entry { number, primary, home: None, status: Status::Exists, ..(**entry).clone() }))
        }
        None if table.complete && name.fixed_value().is_some() => None,
        None => Some(Some(Entry::new(name.clone(), Number::unknown(Range::Any), origin))),
    }
}
