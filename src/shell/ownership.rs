//! What `chown` and `chgrp` are told to do.

use super::Word;
use super::permissions::{is_computed_option, is_flags};

/// Owner and group out of `OWNER[:[GROUP]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// Name or number; `None` leaves the owner.
    pub owner: Option<String>,
    /// The group.
    pub group: GroupChange,
}

/// What happens to the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// It stays.
    Unchanged,
    /// `OWNER:` gives it to the owner's login group.
    LoginGroup,
    /// Name or number.
    Named(String),
}

impl Ownership {
    /// Reads `OWNER`, `OWNER:`, `OWNER:GROUP` or `:GROUP`. `None` for anything else, also for the old `OWNER.GROUP`,
    /// which is a name where a user is called so.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-$@\\+".contains(&byte))
        };
        let Some((owner, group)) = text.split_once(':') else {
            let owner = is_name(text).then(|| text.to_owned())?;
            return Some(Self { owner: Some(owner), group: GroupChange::Unchanged });
        };
        // With a colon, dots are part of the names.
        let is_name = |name: &str| is_name(&name.replace('.', "_"));
        if !owner.is_empty() && !is_name(owner) || !group.is_empty() && !is_name(group) {
            return None;
        }
        let owner = (!owner.is_empty()).then(|| owner.to_owned());
        let group = match (group, &owner) {
            ("", None) => GroupChange::Unchanged,
            ("", Some(_)) => GroupChange::LoginGroup,
            (name, _) => GroupChange::Named(name.to_owned()),
        };
        Some(Self { owner, group })
    }
}

/// A call of `chown`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chown<'a> {
    /// `-R`
    pub recursive: bool,
    /// `-h`: links themselves are changed.
    pub no_dereference: bool,
    /// `OWNER[:[GROUP]]`, to be read by [`Ownership::new`] once its variables are known; `None` with `--reference`.
    pub ownership: Option<&'a Word>,
    /// What it is applied to.
    pub paths: Vec<&'a Word>,
}

impl<'a> Chown<'a> {
    /// Reads the arguments of `chown` (without the name). `None` if they are not understood.
    #[must_use]
    pub fn new(arguments: &'a [Word]) -> Option<Self> {
        let mut call = Self { recursive: false, no_dereference: false, ownership: None, paths: Vec::new() };
        let mut reference = false;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.literal() {
                Some("--") => call.paths.extend(words.by_ref()),
                Some("--recursive") => call.recursive = true,
                Some("--no-dereference") => call.no_dereference = true,
                Some(
                    "--changes" | "--silent" | "--quiet" | "--verbose" | "--dereference" | "--preserve-root"
                    | "--no-preserve-root",
                ) => {}
                Some("--reference") => {
                    reference = true;
                    words.next()?;
                }
                Some(option) if option.starts_with("--reference=") => reference = true,
                // `--from=` makes the change depend on the present owner, other options are not known.
                Some(option) if option.starts_with("--") => return None,
                Some(option) if option.len() > 1 && option.starts_with('-') => {
                    if !is_flags(option, "RcfvhHLP") {
                        return None;
                    }
                    call.recursive |= option.contains('R');
                    call.no_dereference |= option.contains('h');
                }
                None if is_computed_option(word) => return None,
                _ => call.paths.push(word),
            }
        }
        if !reference {
            call.ownership = (!call.paths.is_empty()).then(|| call.paths.remove(0));
            call.ownership?;
        }
        Some(call)
    }
}

/// A call of `chgrp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chgrp<'a> {
    /// `-R`
    pub recursive: bool,
    /// Name or number of the group; `None` with `--reference`.
    pub group: Option<&'a Word>,
    /// What it is applied to.
    pub paths: Vec<&'a Word>,
}

impl<'a> Chgrp<'a> {
    /// Reads the arguments of `chgrp` (without the name). `None` if they are not understood.
    #[must_use]
    pub fn new(arguments: &'a [Word]) -> Option<Self> {
        let Chown { recursive, ownership, paths, .. } = Chown::new(arguments)?;
        Some(Self { recursive, group: ownership, paths })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn check(command: &str, expected: &str) {
        let words: Vec<Word> = command.split(' ').map(|raw| Word::new(raw, Span::default())).collect();
        let found = Chown::new(&words).map_or("none".to_owned(), |chown| {
            let paths: Vec<&str> = chown.paths.iter().map(|path| path.raw.as_str()).collect();
            let owner = chown.ownership.map_or("reference", |word| &word.raw);
            format!("{}{owner} {}", if chown.recursive { "-R " } else { "" }, paths.join(" "))
        });
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn reads_options_and_paths() {
        check("app /a /b", "app /a /b");
        check("-R app:app /a", "-R app:app /a");
        check("app:app /a -R", "-R app:app /a");
        check("-hR 1000:1000 .", "-R 1000:1000 .");
        check("--recursive app: /a", "-R app: /a");
        check("-R -- app -x", "-R app -x");
        check("-R $U:$G /a", "-R $U:$G /a");
        check("--reference=x /a", "reference /a");
        check("--from=root app /a", "none");
        check("-q app /a", "none");
        check("-R", "none");
    }

    #[test]
    fn splits_owner_and_group() {
        let named = |owner: Option<&str>, group| Some(Ownership { owner: owner.map(str::to_owned), group });
        assert_eq!(Ownership::new("app"), named(Some("app"), GroupChange::Unchanged));
        assert_eq!(Ownership::new("app:"), named(Some("app"), GroupChange::LoginGroup));
        assert_eq!(Ownership::new("app:web"), named(Some("app"), GroupChange::Named("web".to_owned())));
        assert_eq!(Ownership::new(":web"), named(None, GroupChange::Named("web".to_owned())));
        assert_eq!(Ownership::new("1000:0"), named(Some("1000"), GroupChange::Named("0".to_owned())));
        assert_eq!(Ownership::new("j.doe:web"), named(Some("j.doe"), GroupChange::Named("web".to_owned())));
        assert_eq!(Ownership::new("app.app"), None);
        assert_eq!(Ownership::new(""), None);
        assert_eq!(Ownership::new("a b"), None);
    }
}
