//! Answers what is known of one account.

use std::rc::Rc;

use super::state::{Entry, FIRST_REGULAR, LAST_REGULAR, Number, Status, Table};
use super::text::{Text, normalized};
use super::{Accounts, Group, Known, User};

const NAME_MAY_CHANGE: &str = "a build argument can change its name";
const NUMBER_MAY_CHANGE: &str = "a build argument can change its number";

/// How an account was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Its name.
    Name,
    /// Its number.
    Number(u32),
    /// A text with variables.
    Written,
}

impl Accounts {
    /// What is known of the user called `name`, who may be a number: then the one with that number, if there is one. With
    /// variables (`$NAME`), as the instruction writes it: the one whose name, or number, was given by the same text while
    /// the variables had the same meaning; the answer then is written the same way.
    #[must_use]
    pub fn user(&self, name: &str) -> Known<User> {
        find(&self.state.users, name, self).map(|(entry, by)| self.user_of(entry, by))
    }

    /// What is known of the group called `name`, which may be a number, or written with variables.
    #[must_use]
    pub fn group(&self, name: &str) -> Known<Group> {
        find(&self.state.groups, name, self).map(|(entry, by)| Group {
            name: self.spelt(&entry.name, by).unwrap_or_else(|| name.to_owned()),
            gid: number(entry, &entry.number, by),
            origin: entry.origin,
        })
    }

    fn user_of(&self, entry: &Entry, by: By) -> User {
        let certain = entry.exists();
        let group = entry.primary.as_ref().and_then(|primary| self.state.groups.find_number(primary, certain));
        User {
            name: self.spelt(&entry.name, by).unwrap_or_default(),
            uid: number(entry, &entry.number, by),
            gid: entry.primary.as_ref().and_then(|primary| number(entry, primary, By::Name)),
            group: group.and_then(|group| match by {
                By::Written => self.spelt(&group.name, by),
                _ => group.name.fixed_value().map(str::to_owned),
            }),
            home: entry.home.as_ref().and_then(Text::fixed_value).map(str::to_owned),
            origin: entry.origin,
        }
    }

    /// The name as the answer gives it.
    fn spelt(&self, name: &Text, by: By) -> Option<String> {
        if by == By::Written
            && let Some(written) = &name.written
            && written.is(&written.text, &self.variables)
        {
            return Some(written.text.to_string());
        }
        match by {
            // The group of a user whose name is certain need not be certain.
            By::Written => name.fixed_value().map(str::to_owned),
            _ => name.value.as_deref().map(str::to_owned),
        }
    }
}

/// A number that was asked for is the number. One that a build argument decides about is told only of an account that is
/// likely as a whole.
fn number(entry: &Entry, number: &Number, by: By) -> Option<u32> {
    match by {
        By::Number(asked) => Some(asked),
        By::Name | By::Written if matches!(entry.status, Status::Likely(_)) => number.value,
        By::Name | By::Written => number.fixed_value(),
    }
}

impl<T> Known<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Exists(found) => Known::Exists(change(found)),
            Self::Likely(found, why) => Known::Likely(change(found), why),
            Self::Missing => Known::Missing,
            Self::Unknown => Known::Unknown,
        }
    }
}

fn find<'t>(table: &'t Table, asked: &str, accounts: &Accounts) -> Known<(&'t Entry, By)> {
    if asked.contains('$') {
        return written(table, &normalized(asked), accounts);
    }
    match asked.parse::<u32>() {
        Ok(number) => numbered(table, number),
        Err(_) => named(table, asked),
    }
}

fn written<'t>(table: &'t Table, asked: &str, accounts: &Accounts) -> Known<(&'t Entry, By)> {
    let is = |text: &Option<super::text::Written>| {
        text.as_ref().is_some_and(|written| written.is(asked, &accounts.variables))
    };
    let by_name = table.entries.iter().find(|entry| is(&entry.name.written));
    let by_number = || table.entries.iter().find(|entry| is(&entry.number.written));
    match by_name.or_else(by_number) {
        Some(entry) => known(entry, By::Written),
        None => Known::Unknown,
    }
}

fn known(entry: &Entry, by: By) -> Known<(&Entry, By)> {
    match &entry.status {
        Status::Exists => Known::Exists((entry, by)),
        Status::Likely(why) => Known::Likely((entry, by), why.to_string()),
        Status::Missing => Known::Missing,
        Status::Unknown => Known::Unknown,
    }
}

fn named<'t>(table: &'t Table, name: &str) -> Known<(&'t Entry, By)> {
    let with_name = |entry: &&Rc<Entry>| entry.name.value.as_deref() == Some(name);
    if let Some(entry) = table.entries.iter().find(|entry| entry.name.certain && with_name(entry)) {
        return known(entry, By::Name);
    }
    match table.entries.iter().find(with_name) {
        Some(entry) => match known(entry, By::Name) {
            Known::Exists(found) => Known::Likely(found, NAME_MAY_CHANGE.to_owned()),
            other => other,
        },
        None if table.complete => Known::Missing,
        None => Known::Unknown,
    }
}

fn numbered(table: &Table, number: u32) -> Known<(&Entry, By)> {
    let by = By::Number(number);
    let there = || table.entries.iter().filter(|entry| entry.status != Status::Missing);
    let mut certain = there().filter(|entry| entry.exists() && entry.number.fixed_value() == Some(number));
    match (certain.next(), certain.next()) {
        (Some(only), None) => {
            let others =
                there().filter(|other| !std::ptr::eq(&***other, &**only) && other.number.may_be(number)).count();
            // Where several share the number, the first line of the file counts, which is not known here.
            if only.may_share && (others > 0 || !table.complete) {
                return Known::Unknown;
            }
            if only.name.certain {
                return known(only, by);
            }
            return Known::Likely((only, by), NAME_MAY_CHANGE.to_owned());
        }
        (Some(_), Some(_)) => return Known::Unknown,
        (None, _) => {}
    }
    if let Some(entry) = there().find(|entry| entry.number.value == Some(number)) {
        return match known(entry, by) {
            Known::Exists(found) => Known::Likely(found, NUMBER_MAY_CHANGE.to_owned()),
            other => other,
        };
    }
    let all_known = table.complete || (table.regular && (FIRST_REGULAR..=LAST_REGULAR).contains(&number));
    let taken = there().any(|entry| entry.number.may_be(number));
    if all_known && !taken { Known::Missing } else { Known::Unknown }
}
