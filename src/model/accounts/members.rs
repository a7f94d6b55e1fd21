//! Who is in which group, besides the primary one.

use super::state::Entry;
use super::text::Text;
use super::{Accounts, Known, Origin};
use crate::model::access::{is_number, is_root, same_id};

/// The groups of a user besides the primary one.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined {
    /// Those that an instruction put the user into, by name or number.
    groups: Vec<Text>,
    more: More,
}

/// Whether there may be others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum More {
    #[default]
    No,
    /// Those that the base image put the user into; of root's group the table of images would tell.
    OfTheBase,
    /// Any.
    Perhaps,
}

impl Joined {
    /// What is known of a user whom the base image has.
    pub(super) const fn in_base() -> Self {
        Self { groups: Vec::new(), more: More::OfTheBase }
    }

    /// The user may be in any group.
    pub(super) const fn open(&mut self) {
        self.more = More::Perhaps;
    }

    /// The user is put into these as well.
    pub(super) fn add(&mut self, groups: &[Text]) {
        for group in groups {
            if group.is_opaque() {
                self.open();
            } else if !self.groups.iter().any(|present| present.same(group)) {
                self.groups.push(group.clone());
            }
        }
    }

    /// The user is put into these, and out of all others.
    pub(super) fn set(&mut self, groups: &[Text]) {
        *self = Self::default();
        self.add(groups);
    }

    /// The user is put out of one, which may be meant by the number of one that is known by its name.
    pub(super) fn remove(&mut self, group: &Text) {
        let before = self.groups.len();
        self.groups.retain(|present| !present.same(group));
        if before == self.groups.len() && before > 0 {
            self.open();
        }
    }

    /// What holds whichever of the two holds.
    pub(super) fn join(&self, other: &Self) -> Self {
        let both = |group: &&Text| other.groups.iter().any(|there| there.same(group));
        let groups: Vec<Text> = self.groups.iter().filter(both).cloned().collect();
        let same = groups.len() == self.groups.len() && groups.len() == other.groups.len();
        let more = if same { self.more.max(other.more) } else { More::Perhaps };
        Self { groups, more }
    }
}

impl Accounts {
    /// Whether the user is in a group, both by name or number; `None` if nobody can tell.
    #[must_use]
    pub fn member(&self, user: &str, group: &str) -> Option<bool> {
        let account = match self.user(user) {
            Known::Exists(account) | Known::Likely(account, _) => Some(account),
            Known::Missing | Known::Unknown => None,
        };
        let primary =
            account.as_ref().and_then(|user| user.gid.map(|gid| gid.to_string()).or_else(|| user.group.clone()));
        let is_primary = primary.as_ref().map(|primary| self.same_group(primary, group));
        let found = self.entry_of(user);
        let none = Joined::default();
        let joined = found.map_or(&none, |entry| &entry.joined);
        let others = joined.groups.iter().map(|other| self.same_group(other.value.as_deref()?, group));
        let all: Vec<Option<bool>> = others.chain(is_primary).collect();
        if all.contains(&Some(true)) {
            return Some(true);
        }
        match (found, joined.more) {
            (Some(_), More::Perhaps) => None,
            (Some(_), More::OfTheBase) | (None, _) if !is_root(group) => None,
            (Some(_), _) if is_root(group) => Some(false),
            (Some(_), _) => (is_primary.is_some() && !all.contains(&None)).then_some(false),
            // Measured: the engine gives group 0 to a number that /etc/passwd does not know.
            (None, _) => Some(is_number(user) && !self.is_made_here(user)),
        }
    }

    /// The entry of a user, whether it is certain to be there or not.
    fn entry_of(&self, user: &str) -> Option<&Entry> {
        let users = || self.state.users.entries.iter().map(std::convert::AsRef::as_ref);
        let number: Option<u32> = user.parse().ok();
        match number {
            Some(number) => users().find(|entry: &&Entry| entry.exists() && entry.number.value == Some(number)),
            None => users().find(|entry: &&Entry| entry.name.value.as_deref() == Some(user)),
        }
    }

    /// Whether an instruction may have made a user with this number.
    fn is_made_here(&self, number: &str) -> bool {
        let Ok(number) = number.parse() else { return true };
        let mut made = self.state.users.entries.iter().filter(|entry| matches!(entry.origin, Origin::Step(_)));
        made.any(|entry| entry.number.may_be(number))
    }

    /// Whether two groups are the same, each by name or number; `None` if nobody can tell.
    pub(in crate::model) fn same_group(&self, one: &str, other: &str) -> Option<bool> {
        if same_id(one, other) || (is_root(one) && is_root(other)) {
            return Some(true);
        }
        if is_root(one) || is_root(other) || is_number(one) == is_number(other) {
            return Some(false);
        }
        let (number, name) = if is_number(one) { (one, other) } else { (other, one) };
        match self.group(name) {
            Known::Exists(found) | Known::Likely(found, _) => found.gid.map(|gid| same_id(&gid.to_string(), number)),
            Known::Missing | Known::Unknown => None,
        }
    }
}
