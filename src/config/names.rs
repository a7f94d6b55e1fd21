//! Names of rules and groups, and what somebody meant who misspelled one.

use crate::rules::{self, REGISTRY};
use crate::settings::Group;
pub use crate::text::closest as suggestion;

/// Whether `name` is a slug, an alias or a group.
///
/// # Errors
/// It is none of these; the message names what is closest.
pub fn check_name(name: &str) -> Result<(), String> {
    let is_group = Group::ALL.iter().any(|group| group.name() == name);
    if is_group || rules::find(name).is_some() {
        return Ok(());
    }
    let known = REGISTRY
        .iter()
        .flat_map(|registered| std::iter::once(registered.meta.slug).chain(registered.meta.aliases.iter().copied()));
    let known: Vec<&str> = known.chain(Group::ALL.iter().map(|group| group.name())).collect();
    Err(format!("unknown rule or group `{name}`; {}", suggestion_text(name, &known, "`dockfix rules` lists them")))
}

/// "did you mean `x`?", or `otherwise` where nothing is close.
#[must_use]
pub fn suggestion_text(name: &str, known: &[&str], otherwise: &str) -> String {
    suggestion(name, known).map_or_else(|| otherwise.to_owned(), |close| format!("did you mean `{close}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_close() {
        let check = |name: &str, expected: Result<(), &str>| {
            assert_eq!(check_name(name).as_ref().copied().map_err(String::as_str), expected);
        };
        check("copy-without-chmod", Ok(()));
        check("security", Ok(()));
        check(
            "copy-witout-chmod",
            Err("unknown rule or group `copy-witout-chmod`; did you mean `copy-without-chmod`?"),
        );
        check("securty", Err("unknown rule or group `securty`; did you mean `security`?"));
        check("without-chmod", Err("unknown rule or group `without-chmod`; did you mean `copy-without-chmod`?"));
        check("chmod", Err("unknown rule or group `chmod`; `dockfix rules` lists them"));
        check("DL3008", Err("unknown rule or group `DL3008`; `dockfix rules` lists them"));
    }
}
