//! The accounts that base images bring: `data/base-users.toml`, which `build.rs` turns into a table.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Origin;
use super::members::Joined;
use super::state::{Entry, Number, Range, State, Status};
use super::text::Text;
use crate::model::base_images::{ImagePattern, ImageReference};

/// Whose programs manage the accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Family {
    Debian,
    Alpine,
    /// BusyBox's own programs, without Alpine's table of users.
    Busybox,
    RedHat,
    #[default]
    Unknown,
}

/// An account of the table.
#[derive(Clone, Debug)]
struct Listed {
    name: &'static str,
    number: Option<u32>,
    primary: Option<u32>,
    home: Option<&'static str>,
}

/// A list of accounts, as several images share it.
#[derive(Debug)]
struct List {
    users: &'static [Listed],
    groups: &'static [Listed],
    /// Accounts that some of the images have, and others do not.
    perhaps: &'static [Listed],
}

/// What an image has.
#[derive(Debug)]
struct Image {
    pattern: ImagePattern,
    lists: &'static [&'static List],
    family: Family,
    unlisted: Unlisted,
}

/// Which accounts an image may have besides those that are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unlisted {
    None,
    /// Those of services, with numbers below 1000.
    Services,
    Any,
}

/// The accounts of an image; nothing is known of one that the table does not have. `tag_may_change`: a build argument
/// decides about the tag, so that only what all images of the name have is certain.
pub(super) fn accounts(reference: &ImageReference, tag_may_change: bool) -> State {
    let Some(index) = IMAGES.iter().position(|image| image.pattern.fits(reference)) else { return State::default() };
    if reference.is_windows() {
        return State::default();
    }
    // Which others there are by that name depends on the name, as a pattern may stand for several.
    let name = tag_may_change.then(|| reference.name.clone());
    MADE.with_borrow_mut(|made| {
        let state = made.entry((index, name)).or_insert_with_key(|(_, name)| match name {
            Some(name) => IMAGES[index].joined(name),
            None => IMAGES[index].state(),
        });
        state.with_numbers_of_its_own()
    })
}

thread_local! {
    /// What was made of the table so far, since a run over many files asks for the same few images all the time. The
    /// states share their entries by counting, which is done without locks, so each thread has its own.
    static MADE: RefCell<HashMap<(usize, Option<String>), State>> = RefCell::default();
}

impl Image {
    /// What is likely, as far as another tag of the image `name` may be meant.
    fn joined(&self, name: &str) -> State {
        let others = IMAGES.iter().filter(|other| other.pattern.is_named(name));
        others.fold(self.state(), |joined, other| joined.join_likely(&other.state()))
    }

    fn state(&self) -> State {
        let mut state = State { family: self.family, ..State::default() };
        for list in self.lists {
            for user in list.users {
                state.users().entries.push(user.entry());
            }
            for group in list.groups {
                state.groups().entries.push(group.entry());
            }
            for account in list.perhaps {
                let mut entry = account.entry();
                Rc::make_mut(&mut entry).status = Status::Unknown;
                state.users().entries.push(Rc::clone(&entry));
                state.groups().entries.push(entry);
            }
        }
        for table in [&mut state.users, &mut state.groups] {
            let table = Rc::make_mut(table);
            table.complete = self.unlisted == Unlisted::None;
            table.regular = self.unlisted != Unlisted::Any;
        }
        state
    }
}

impl Listed {
    fn entry(&self) -> Rc<Entry> {
        let number = |value: Option<u32>| value.map_or_else(|| Number::unknown(Range::System), Number::fixed);
        Rc::new(Entry {
            name: Text::fixed(self.name),
            number: number(self.number),
            primary: self.primary.map(Number::fixed),
            home: self.home.map(Text::fixed),
            joined: Joined::in_base(),
            status: Status::Exists,
            origin: Origin::Base,
            from_before: true,
            may_share: false,
        })
    }
}

include!(concat!(env!("OUT_DIR"), "/base-users.rs"));

#[cfg(test)]
mod tests {
    use toml_edit::{DocumentMut, Item, TableLike};

    use super::*;

    fn text_of(table: &dyn TableLike, key: &str) -> String {
        table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned()
    }

    fn texts(table: &dyn TableLike, key: &str) -> Vec<String> {
        let array = table.get(key).and_then(Item::as_array);
        array.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// The keys that an entry may have, and those that it must have.
    fn check(entry: &toml_edit::Table, allowed: &[&str], needed: &[&str]) {
        for (key, _) in entry {
            assert!(allowed.contains(&key), "{key}: {entry}");
        }
        for key in needed {
            assert!(entry.contains_key(key), "{key} is missing: {entry}");
        }
    }

    #[test]
    fn every_entry_is_complete() {
        let document: DocumentMut = include_str!("../../../data/base-users.toml").parse().unwrap();
        let mut lists = Vec::new();
        for list in document["list"].as_array_of_tables().unwrap() {
            check(list, &["name", "users", "groups", "perhaps", "source"], &["name", "users", "groups", "source"]);
            lists.push(text_of(list, "name"));
        }
        let keys = [
            "name", "names", "tag", "tags", "since", "lists", "users", "groups", "perhaps", "unlisted", "family",
            "source",
        ];
        for image in document["image"].as_array_of_tables().unwrap() {
            check(image, &keys, &["source"]);
            assert!(image.contains_key("name") != image.contains_key("names"), "{image}");
            assert!(texts(image, "lists").iter().all(|list| lists.contains(list)), "{image}");
            let known = |key: &str, values: &[&str]| values.contains(&text_of(image, key).as_str());
            assert!(known("unlisted", &["", "none", "services", "any"]), "{image}");
            assert!(known("family", &["", "debian", "alpine", "busybox", "red-hat"]), "{image}");
        }
    }

    #[test]
    fn the_primary_group_of_a_listed_user_is_listed() {
        for image in IMAGES {
            let groups: Vec<u32> =
                image.lists.iter().flat_map(|list| list.groups).filter_map(|group| group.number).collect();
            for user in image.lists.iter().flat_map(|list| list.users) {
                assert!(user.primary.is_none_or(|group| groups.contains(&group) || group == 65_534), "{user:?}");
            }
        }
    }
}
