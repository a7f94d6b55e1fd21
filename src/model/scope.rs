//! What holds at an instruction: variables, user, directory and shell.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::path;
use crate::shell::{Dialect, ShellFlags};
use crate::syntax::{Lookup, expand};
use crate::text::Span;

/// A variable of ENV or ARG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its value; `None` if it is decided outside of the file.
    pub value: Option<String>,
    /// Whether a build argument can change it.
    pub overridable: bool,
    /// Whether it is an ARG, which ENV wins over.
    pub argument: bool,
}

/// What every image searches for programs. What a base image adds in front is not known.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Variables by name.
pub type Variables = BTreeMap<String, Variable>;

/// A text with its variables replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// The value.
    pub value: String,
    /// Whether a build argument can change it.
    pub overridable: bool,
}

/// Who runs the instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// Root, by name or number.
    Root,
    /// Somebody else: what stands in front of the colon.
    Other(String),
    /// Nobody can tell from the file.
    Unknown,
}

impl User {
    /// Reads the argument of USER: `name`, `name:group`, numbers.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let name = text.split_once(':').map_or(text, |(name, _)| name).trim();
        match name {
            "" => Self::Unknown,
            "root" => Self::Root,
            // Leading zeros do not make another number.
            _ if name.bytes().all(|byte| byte == b'0') => Self::Root,
            _ => Self::Other(name.to_owned()),
        }
    }

    /// What stands behind the colon of USER's argument.
    #[must_use]
    pub fn group(text: &str) -> Option<String> {
        text.split_once(':').map(|(_, group)| group.trim().to_owned()).filter(|group| !group.is_empty())
    }

    /// The name of somebody who is not root.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        match self {
            Self::Other(name) => Some(name),
            _ => None,
        }
    }
}

/// What runs the shell form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// A POSIX shell, with the options it is started with.
    Posix(Dialect, ShellFlags),
    /// None is in the image.
    Missing,
    /// PowerShell, `cmd`, or something else that is no POSIX shell.
    Foreign,
}

/// What holds in front of an instruction.
#[derive(Clone, Debug)]
pub struct Scope {
    /// ENV and ARG.
    pub variables: Rc<Variables>,
    /// The user.
    pub user: User,
    /// The group that USER names behind the colon, as written there; `None` where it names none.
    pub user_group: Option<String>,
    /// Where the user was set in this file; `None` if it comes from the base image.
    pub user_span: Option<Span>,
    /// Whether a build argument can change the user.
    pub user_overridable: bool,
    /// The working directory; `None` if nobody can tell.
    pub workdir: Option<String>,
    /// Whether a build argument can change the working directory.
    pub workdir_overridable: bool,
    /// What runs the shell form.
    pub shell: Shell,
    /// Whether the shell is known to be there: from the table of base images.
    pub shell_known: bool,
    /// Whether bash is known to be there as well.
    pub bash_known: bool,
}

impl Scope {
    /// `text` with its variables replaced.
    ///
    /// What is not set in this file may be set in the base image, so it is unknown, not empty.
    #[must_use]
    pub fn expand(&self, text: &str, escape: char) -> Option<Expanded> {
        let overridable = Cell::new(false);
        let lookup = |name: &str| match self.variables.get(name) {
            Some(Variable { value: Some(value), overridable: may_change, .. }) => {
                overridable.set(overridable.get() | may_change);
                Lookup::Set(value.clone())
            }
            _ => Lookup::Unknown,
        };
        let value = expand(text, escape, &lookup).ok()?;
        Some(Expanded { value, overridable: overridable.get() })
    }

    /// The value of a variable, for the shell; `None` if it is not known.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name)?.value.clone()
    }

    /// `path` as an absolute path; `None` if it is relative and the working directory is not known.
    #[must_use]
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(path::absolute("/", path));
        }
        self.workdir.as_ref().map(|directory| path::absolute(directory, path))
    }

    /// The directories in which a program is looked for.
    #[must_use]
    pub fn search_path(&self) -> Vec<&str> {
        let own = self.variables.get("PATH").and_then(|path| path.value.as_deref()).unwrap_or_default();
        let mut directories = Vec::new();
        for part in own.split(':').chain(DEFAULT_PATH.split(':')) {
            if part.starts_with('/') && !directories.contains(&part) {
                directories.push(part);
            }
        }
        directories
    }

    /// The value of `ENV PATH=…`, in which `$PATH` stands for what the base image has.
    pub(super) fn expand_search_path(&self, text: &str, escape: char) -> Option<Expanded> {
        if self.variables.contains_key("PATH") {
            return self.expand(text, escape);
        }
        let mut with_default = self.clone();
        let default = Expanded { value: DEFAULT_PATH.to_owned(), overridable: true };
        with_default.set_environment("PATH", Some(default));
        with_default.expand(text, escape)
    }

    pub(super) fn set_environment(&mut self, name: &str, value: Option<Expanded>) {
        let (value, overridable) = value.map_or((None, true), |value| (Some(value.value), value.overridable));
        let variable = Variable { value, overridable, argument: false };
        Rc::make_mut(&mut self.variables).insert(name.to_owned(), variable);
    }

    pub(super) fn set_argument(&mut self, name: &str, value: Option<String>) {
        // ENV wins over an ARG of the same name, wherever the two stand.
        if self.variables.get(name).is_some_and(|present| !present.argument) {
            return;
        }
        let variable = Variable { value, overridable: true, argument: true };
        Rc::make_mut(&mut self.variables).insert(name.to_owned(), variable);
    }
}

/// The shell that `SHELL [...]` or the base image names.
#[must_use]
pub fn shell_of(command: &[String]) -> Shell {
    let Some(program) = command.first() else { return Shell::Foreign };
    let dialect = match path::file_name(program) {
        "sh" | "ash" | "dash" => Dialect::Posix,
        "bash" => Dialect::Bash,
        _ => return Shell::Foreign,
    };
    if command.len() < 2 || command.last().is_none_or(|last| !last.starts_with('-') || !last.ends_with('c')) {
        return Shell::Foreign;
    }
    let short = |letter| command[1..].iter().any(|word| is_short_options(word) && word.contains(letter));
    let pipefail = command.iter().any(|word| word == "pipefail");
    Shell::Posix(dialect, ShellFlags { errexit: short('e'), pipefail })
}

fn is_short_options(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_users() {
        for (text, expected) in [
            ("root", User::Root),
            ("0:0", User::Root),
            ("app", User::Other("app".to_owned())),
            ("1000:1000", User::Other("1000".to_owned())),
            (":1", User::Unknown),
        ] {
            assert_eq!(User::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_shells() {
        let shell = |words: &[&str]| shell_of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        let flags = ShellFlags { errexit: true, pipefail: true };
        assert_eq!(shell(&["/bin/bash", "-eo", "pipefail", "-c"]), Shell::Posix(Dialect::Bash, flags));
        assert_eq!(shell(&["/bin/sh", "-c"]), Shell::Posix(Dialect::Posix, ShellFlags::default()));
        assert_eq!(shell(&["powershell", "-Command"]), Shell::Foreign);
        assert_eq!(shell(&["/busybox/sh"]), Shell::Foreign);
    }
}
