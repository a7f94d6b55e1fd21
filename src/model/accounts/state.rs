//! The accounts at one point of a build, and how two ways to get there are joined.

use std::rc::Rc;

use super::Origin;
use super::base::Family;
use super::members::Joined;
use super::text::{Text, Written};

/// How sure it is that an account is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Exists,
    Likely(Rc<str>),
    Unknown,
    Missing,
}

/// The number of an account. Two of them are the same where their certain values are, or where they share their token.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) token: Rc<()>,
    /// The number, by default; `None` if it cannot be told.
    pub(super) value: Option<u32>,
    /// Whether no build argument can change it.
    pub(super) certain: bool,
    /// As an instruction would write it, see [`Text::written`].
    pub(super) written: Option<Written>,
    /// Which numbers it can be.
    pub(super) range: Range,
}

/// What numbers there are: programs give out those of people and those of services from ranges of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// Any.
    Any,
    /// Below 1000.
    System,
    /// From 1000 on.
    Regular,
}

/// The first number that is given to people; `UID_MIN` of Debian, Alpine and Red Hat.
pub(super) const FIRST_REGULAR: u32 = 1000;
/// The last one; `UID_MAX`.
pub(super) const LAST_REGULAR: u32 = 59_999;

impl Number {
    pub(super) fn fixed(value: u32) -> Self {
        Self { token: Rc::new(()), value: Some(value), certain: true, written: None, range: Range::Any }
    }

    /// A number that nobody can tell.
    pub(super) fn unknown(range: Range) -> Self {
        Self { token: Rc::new(()), value: None, certain: false, written: None, range }
    }

    /// A number out of a RUN.
    pub(super) fn of(text: &Text) -> Self {
        let value = text.value.as_deref().and_then(|value| value.parse().ok());
        Self {
            token: Rc::new(()),
            certain: text.certain && value.is_some(),
            value,
            written: text.written.clone(),
            range: Range::Any,
        }
    }

    /// The same, with what it is in all likelihood.
    pub(super) fn guess(self, value: Option<u32>) -> Self {
        Self { value, ..self }
    }

    /// The number where no build argument can change it.
    pub(super) fn fixed_value(&self) -> Option<u32> {
        self.value.filter(|_| self.certain)
    }

    /// Whether it is the same number on every build.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self.fixed_value(), other.fixed_value()) {
            (Some(one), Some(two)) => one == two,
            _ => Rc::ptr_eq(&self.token, &other.token) || (self.written.is_some() && self.written == other.written),
        }
    }

    /// Whether it may be `wanted`.
    pub(super) fn may_be(&self, wanted: u32) -> bool {
        match (self.fixed_value(), self.range) {
            (Some(value), _) => value == wanted,
            (None, Range::Any) => true,
            (None, Range::System) => wanted < FIRST_REGULAR,
            (None, Range::Regular) => wanted >= FIRST_REGULAR,
        }
    }
}

/// A user or a group.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: Text,
    pub(super) number: Number,
    /// The primary group of a user; `None` for a group, and where it cannot be told.
    pub(super) primary: Option<Number>,
    pub(super) home: Option<Text>,
    /// The other groups of a user.
    pub(super) joined: Joined,
    pub(super) status: Status,
    pub(super) origin: Origin,
    /// Whether it must have been there in front of the instruction that it was found out from.
    pub(super) from_before: bool,
    /// Whether another account may have the same number.
    pub(super) may_share: bool,
}

impl Entry {
    /// An account that is there from `origin` on, of which no more than this is known.
    pub(super) fn new(name: Text, number: Number, origin: Origin) -> Self {
        let (primary, home, joined) = (None, None, Joined::in_base());
        let (from_before, may_share) = (false, false);
        Self { name, number, primary, home, joined, status: Status::Exists, origin, from_before, may_share }
    }

    pub(super) fn exists(&self) -> bool {
        self.status == Status::Exists
    }

    fn same(&self, other: &Self) -> bool {
        self.name.same(&other.name)
    }

    /// Whether one of its numbers cannot be told, so that only the token says which other is the same.
    fn has_open_number(&self) -> bool {
        [Some(&self.number), self.primary.as_ref()].into_iter().flatten().any(|number| number.fixed_value().is_none())
    }

    /// The same, which is likely only: neither are its numbers certain.
    pub(super) fn likely(&self, why: &Rc<str>) -> Self {
        let guess = |number: &Number| Number { certain: false, range: Range::Any, ..number.clone() };
        Self {
            status: Status::Likely(Rc::clone(why)),
            number: guess(&self.number),
            primary: self.primary.as_ref().map(guess),
            ..self.clone()
        }
    }
}

/// Users, or groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) entries: Vec<Rc<Entry>>,
    /// Whether every name that is not among the entries is certain to be missing.
    pub(super) complete: bool,
    /// Whether every number from 1000 to 59999 that is not among the entries is certain to be free.
    pub(super) regular: bool,
}

/// How many accounts are kept. No image has as many, and every change costs a look at all of them.
const MAX_ENTRIES: usize = 512;

impl Table {
    pub(super) fn find(&self, name: &Text) -> Option<&Rc<Entry>> {
        self.entries.iter().find(|entry| entry.name.same(name))
    }

    /// The account with a number, which is there for certain, or likely if not `certain`.
    pub(super) fn find_number(&self, number: &Number, certain: bool) -> Option<&Rc<Entry>> {
        let is = |entry: &&Rc<Entry>| entry.exists() || (!certain && matches!(entry.status, Status::Likely(_)));
        self.entries.iter().find(|entry| is(entry) && entry.number.same(number))
    }

    /// Puts an entry in, in place of one with the same name.
    pub(super) fn put(&mut self, entry: Entry) {
        if entry.name.is_opaque() || self.entries.len() >= MAX_ENTRIES {
            (self.complete, self.regular) = (false, false);
            return;
        }
        if entry.name.fixed_value().is_none() {
            // Whatever the build argument says can be there.
            self.complete = false;
        }
        match self.entries.iter().position(|present| present.name.same(&entry.name)) {
            Some(at) => self.entries[at] = Rc::new(entry),
            None => self.entries.push(Rc::new(entry)),
        }
    }

    /// A number that is written like one that is there is that one.
    pub(super) fn number(&self, text: &Text) -> Number {
        let number = Number::of(text);
        let present =
            self.entries.iter().find(|entry| number.written.is_some() && entry.number.written == number.written);
        present.map_or(number, |entry| entry.number.clone())
    }

    /// What holds whichever of the two holds.
    fn join(&self, other: &Self) -> Self {
        let mut joined = Self {
            entries: Vec::new(),
            complete: self.complete && other.complete,
            regular: self.regular && other.regular,
        };
        for entry in &self.entries {
            let entry = match other.find(&entry.name) {
                Some(there) if Rc::ptr_eq(there, entry) => Rc::clone(entry),
                Some(there) => Rc::new(join_entries(entry, there)),
                None => perhaps(entry, other.complete),
            };
            joined.entries.push(entry);
        }
        for entry in &other.entries {
            if !self.entries.iter().any(|present| present.same(entry)) {
                joined.entries.push(perhaps(entry, self.complete));
            }
        }
        joined
    }
}

/// An entry that is on one of two ways only.
fn perhaps(entry: &Rc<Entry>, missing_there: bool) -> Rc<Entry> {
    if entry.status == Status::Missing && missing_there {
        return Rc::clone(entry);
    }
    Rc::new(Entry { status: Status::Unknown, ..(**entry).clone() })
}

fn join_entries(one: &Entry, two: &Entry) -> Entry {
    let status = match (&one.status, &two.status) {
        (same, other) if same == other => same.clone(),
        (Status::Likely(why), Status::Exists | Status::Likely(_)) | (Status::Exists, Status::Likely(why)) => {
            Status::Likely(Rc::clone(why))
        }
        _ => Status::Unknown,
    };
    let primary = match (&one.primary, &two.primary) {
        (Some(first), Some(second)) if first.same(second) => Some(first.clone()),
        _ => None,
    };
    let number = if one.number.same(&two.number) { one.number.clone() } else { Number::unknown(Range::Any) };
    let home = one.home.clone().filter(|home| two.home.as_ref().is_some_and(|other| home.same(other)));
    let joined = one.joined.join(&two.joined);
    let from_before = one.from_before && two.from_before;
    let may_share = one.may_share || two.may_share;
    Entry { name: one.name.clone(), number, primary, home, joined, status, origin: one.origin, from_before, may_share }
}

/// All accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) users: Rc<Table>,
    pub(super) groups: Rc<Table>,
    pub(super) family: Family,
    /// Whether something that may make accounts ran since the instruction began.
    pub(super) touched: bool,
    /// Whether /etc/group may name users that are not there yet.
    pub(super) strays: bool,
}

impl State {
    pub(super) fn users(&mut self) -> &mut Table {
        Rc::make_mut(&mut self.users)
    }

    pub(super) fn groups(&mut self) -> &mut Table {
        Rc::make_mut(&mut self.groups)
    }

    /// The same accounts somewhere else: a number that cannot be told need not be the same one there.
    pub(super) fn with_numbers_of_its_own(&self) -> Self {
        let mut state = self.clone();
        for table in [&mut state.users, &mut state.groups] {
            if table.entries.iter().any(|entry| entry.has_open_number()) {
                for entry in &mut Rc::make_mut(table).entries {
                    if entry.has_open_number() {
                        let entry = Rc::make_mut(entry);
                        entry.number.token = Rc::new(());
                        entry.primary.iter_mut().for_each(|primary| primary.token = Rc::new(()));
                    }
                }
            }
        }
        state
    }

    /// What holds whichever of the two holds.
    pub(super) fn join(&self, other: &Self) -> Self {
        let table = |one: &Rc<Table>, two: &Rc<Table>| {
            if Rc::ptr_eq(one, two) { Rc::clone(one) } else { Rc::new(one.join(two)) }
        };
        let family = if self.family == other.family { self.family } else { Family::Unknown };
        let (touched, strays) = (self.touched || other.touched, self.strays || other.strays);
        let (users, groups) = (table(&self.users, &other.users), table(&self.groups, &other.groups));
        Self { users, groups, family, touched, strays }
    }

    /// What holds here, as far as it holds there as well; where it does not, it is likely.
    pub(super) fn join_likely(&self, other: &Self) -> Self {
        let table = |one: &Table, two: &Table| {
            let mut joined = one.join(two);
            let why: Rc<str> = "a build argument can change the tag of the base image".into();
            for entry in &mut joined.entries {
                let here = one.find(&entry.name);
                if let Some(here) = here.filter(|here| here.exists() && entry.status == Status::Unknown) {
                    *entry = Rc::new(here.likely(&why));
                }
            }
            Rc::new(joined)
        };
        let family = if self.family == other.family { self.family } else { Family::Unknown };
        let (touched, strays) = (self.touched || other.touched, self.strays || other.strays);
        let (users, groups) = (table(&self.users, &other.users), table(&self.groups, &other.groups));
        Self { users, groups, family, touched, strays }
    }

    /// Whether something about it was found out from `origin` that is not certain.
    pub(super) fn has_unknown(&self, origin: Origin) -> bool {
        let entries = self.users.entries.iter().chain(&self.groups.entries);
        entries.into_iter().any(|entry| entry.status == Status::Unknown && entry.origin == origin)
    }

    /// What is unknown because of `origin` is likely if it is there in `likely`.
    pub(super) fn hope(&mut self, likely: &Self, origin: Origin, why: &str) {
        for (table, hoped) in [(&mut self.users, &likely.users), (&mut self.groups, &likely.groups)] {
            for entry in &mut Rc::make_mut(table).entries {
                let doubtful = entry.status == Status::Unknown && entry.origin == origin;
                if let Some(there) = hoped.find(&entry.name).filter(|there| doubtful && there.exists()) {
                    *entry = Rc::new(there.likely(&why.into()));
                }
            }
        }
    }

    /// Whether it is known of some name or number that nobody has it.
    pub(super) fn knows_absence(&self) -> bool {
        [&self.users, &self.groups].into_iter().any(|table| {
            table.complete || table.regular || table.entries.iter().any(|entry| entry.status == Status::Missing)
        })
    }

    /// A program, or a file, may have brought accounts that nobody knows of; those of people only if `regular_too`.
    pub(super) fn forget_absent(&mut self, regular_too: bool) {
        self.touched = true;
        let forgets = |table: &Table| {
            let removed = table.entries.iter().any(|entry| entry.status == Status::Missing);
            table.complete || removed || (table.regular && regular_too)
        };
        for table in [&mut self.users, &mut self.groups] {
            if forgets(table) {
                let table = Rc::make_mut(table);
                table.complete = false;
                table.regular &= !regular_too;
                // What was removed may be back.
                table.entries.retain(|entry| entry.status != Status::Missing);
            }
        }
    }

    /// Nothing is certain any more, though nothing speaks against it either.
    pub(super) fn doubt(&mut self, why: &str) {
        self.forget_absent(true);
        self.users().doubt(why);
        self.groups().doubt(why);
    }
}

impl Table {
    /// What is there is there in all likelihood only.
    pub(super) fn doubt(&mut self, why: &str) {
        (self.complete, self.regular) = (false, false);
        let why: Rc<str> = why.into();
        for entry in &mut self.entries {
            if entry.exists() {
                *entry = Rc::new(entry.likely(&why));
            }
        }
    }

    /// Nobody can tell what is there.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
