//! Variables in two worlds: the build before, and the one now.

use std::collections::BTreeMap;

use super::Builder;
use crate::syntax::{Lookup, expand};

/// A value before and now; `None` is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Both {
    before: Option<String>,
    now: Option<String>,
}

impl Both {
    pub(super) fn same(value: Option<String>) -> Self {
        Self { before: value.clone(), now: value }
    }

    pub(super) const fn new(before: Option<String>, now: Option<String>) -> Self {
        Self { before, now }
    }

    /// The same before, and another value now.
    pub(super) fn with_now(self, now: Option<String>) -> Self {
        Self { now, ..self }
    }

    pub(super) fn differs(&self) -> bool {
        self.before != self.now
    }

    const fn is_unset(&self) -> bool {
        self.before.is_none() && self.now.is_none()
    }
}

/// The variables in scope.
#[derive(Clone, Debug)]
pub(super) struct Worlds {
    builder: Builder,
    escape: char,
    /// ENV, and on BuildKit ARG as well: whichever was written last counts there.
    environment: BTreeMap<String, Both>,
    /// ARG of the classic builder, which ENV wins over wherever the two stand.
    arguments: BTreeMap<String, Both>,
}

/// What stands for a value that only the base image knows: the same in both worlds.
fn of_the_base(name: &str) -> String {
    format!("\u{1}{name}\u{1}")
}

impl Worlds {
    pub(super) const fn new(builder: Builder, escape: char) -> Self {
        Self { builder, escape, environment: BTreeMap::new(), arguments: BTreeMap::new() }
    }

    /// What a stage that begins with this one sees.
    pub(super) fn inherited(&self) -> Self {
        Self { arguments: BTreeMap::new(), ..self.clone() }
    }

    fn get(&self, name: &str) -> Option<&Both> {
        self.environment.get(name).or_else(|| self.arguments.get(name))
    }

    /// The value of a variable; not set where it is none of this file.
    pub(super) fn value(&self, name: &str) -> Both {
        self.get(name).cloned().unwrap_or_else(|| Both::same(None))
    }

    pub(super) fn set_environment(&mut self, name: String, value: Both) {
        self.environment.insert(name, value);
    }

    pub(super) fn set_argument(&mut self, name: String, value: Both) {
        match self.builder {
            // Without a value, ARG leaves what was there.
            Builder::Buildkit if value.is_unset() => {}
            Builder::Buildkit => {
                let old = self.environment.remove(&name).unwrap_or_else(|| Both::same(None));
                let value = Both::new(value.before.or(old.before), value.now.or(old.now));
                self.environment.insert(name, value);
            }
            Builder::Classic => {
                self.arguments.insert(name, value);
            }
        }
    }

    /// A variable that every RUN sees and that is different.
    pub(super) fn changed(&self) -> Option<&str> {
        let hidden = |name: &String| self.environment.contains_key(name);
        let arguments = self.arguments.iter().filter(|(name, _)| !hidden(name));
        self.environment.iter().chain(arguments).find(|(_, both)| both.differs()).map(|(name, _)| name.as_str())
    }

    /// All variables with their values now.
    pub(super) fn all_now(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let all = self.environment.iter().chain(&self.arguments);
        all.map(|(name, both)| (name.as_str(), both.now.as_deref()))
    }

    /// The value of `text`, with variables replaced.
    pub(super) fn expand(&self, text: &str) -> Both {
        Both { before: self.in_world(text, |both| &both.before), now: self.in_world(text, |both| &both.now) }
    }

    fn in_world(&self, text: &str, world: fn(&Both) -> &Option<String>) -> Option<String> {
        let lookup = |name: &str| match self.get(name).map(world) {
            Some(Some(value)) => Lookup::Set(value.clone()),
            Some(None) => Lookup::Unset,
            None => Lookup::Set(of_the_base(name)),
        };
        expand(text, self.escape, &lookup).ok()
    }

    /// The variable for whose sake `text` comes to something else.
    pub(super) fn word(&self, text: &str) -> Option<String> {
        if !text.contains('$') {
            return None;
        }
        let value = self.expand(text);
        if value.before.is_some() && value.now.is_some() && !value.differs() {
            return None;
        }
        let names = self.environment.iter().chain(&self.arguments).filter(|(_, both)| both.differs());
        let mut names = names.map(|(name, _)| name);
        // A name that stands in the text as such; where one name begins like another one, the longer is meant.
        let written = |name: &&String| {
            ["$", "${"].iter().any(|sign| {
                text.match_indices(&format!("{sign}{name}")).any(|(at, found)| {
                    let next = text[at + found.len()..].chars().next();
                    next.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
                })
            })
        };
        names.find(written).cloned()
    }

    /// What `text` is now; `None` where only the base image or nobody knows.
    pub(super) fn now(&self, text: &str) -> Option<String> {
        self.expand(text).now.filter(|value| !value.contains('\u{1}'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(before: Option<&str>, now: Option<&str>) -> Both {
        Both::new(before.map(str::to_owned), now.map(str::to_owned))
    }

    #[test]
    fn finds_the_variable_in_a_word() {
        let mut worlds = Worlds::new(Builder::Buildkit, '\\');
        worlds.set_argument("X".to_owned(), value(Some("1"), Some("2")));
        worlds.set_argument("U".to_owned(), value(None, Some("2")));
        worlds.set_argument("S".to_owned(), value(Some("1"), Some("1")));
        for (text, expected) in [
            ("a$X", Some("X")),
            ("${X}b", Some("X")),
            ("${X:+set}", None),
            ("${U:+set}", Some("U")),
            ("${U:-2}", None),
            ("$S", None),
            ("$XY", None),
            ("$PATH", None),
            ("\\$X", None),
            ("x", None),
        ] {
            assert_eq!(worlds.word(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn who_wins_depends_on_the_builder() {
        for (builder, changed) in [(Builder::Buildkit, Some("X")), (Builder::Classic, None)] {
            let mut worlds = Worlds::new(builder, '\\');
            worlds.set_environment("X".to_owned(), value(Some("e"), Some("e")));
            worlds.set_argument("X".to_owned(), value(Some("1"), Some("2")));
            assert_eq!(worlds.changed(), changed, "{builder:?}");
            worlds.set_environment("X".to_owned(), value(Some("e"), Some("e")));
            assert_eq!(worlds.changed(), None, "{builder:?}");
        }
    }
}
