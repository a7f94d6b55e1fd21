//! Who may do what with a copied file: which of its permission bits decide for the user of a process.

use std::rc::Rc;

use super::accounts::{Accounts, Known};
use super::{Copy, Scope, User, path};

/// The bit to run a file, of the three that each class has.
pub const EXECUTE: u32 = 1;
/// The bit to read it.
pub const READ: u32 = 4;

/// A process, as far as permissions care.
pub struct Process<'a> {
    /// Its user.
    pub user: User,
    /// The group that USER names behind the colon. Where it names one, the user has no other.
    pub group: Option<&'a str>,
    /// Who exists where it runs.
    pub accounts: Rc<Accounts>,
}

/// Who a file belongs to.
pub struct Ownership {
    /// `None` if it cannot be told.
    owner: Option<String>,
    /// `None` if it cannot be told.
    group: Option<String>,
    /// Whether `--chown` names a group: who chose one has it for somebody.
    chosen: bool,
}

/// Whose bits may decide. More than one where it cannot be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// Root, who reads everything, and runs what anybody may run.
    pub root: bool,
    /// The owner.
    pub owner: bool,
    /// The group.
    pub group: bool,
    /// Everybody else.
    pub other: bool,
}

impl Ownership {
    /// What nobody can tell.
    pub const UNKNOWN: Self = Self { owner: None, group: None, chosen: true };

    /// The owner and the group that a copy gives its files, whose instruction stands where `scope` holds.
    ///
    /// Measured on BuildKit, the classic builder and buildah: a number alone is the group as well, and a directory with the
    /// set-group-id bit does not hand its group on to files that are copied into it.
    #[must_use]
    pub fn of(copy: &Copy, scope: &Scope, escape: char) -> Self {
        let root = || "0".to_owned();
        let Some(text) = &copy.chown else {
            return Self { owner: Some(root()), group: Some(root()), chosen: false };
        };
        let Some(text) = scope.expand(text, escape).map(|expanded| expanded.value) else {
            return Self::UNKNOWN;
        };
        let (owner, group) = text.split_once(':').unwrap_or((&text, ""));
        let owner = if owner.is_empty() { root() } else { owner.to_owned() };
        let chosen = !group.is_empty();
        Self { group: Some(if chosen { group.to_owned() } else { owner.clone() }), owner: Some(owner), chosen }
    }
}

impl Classes {
    /// Any of them.
    pub const ANY: Self = Self { root: true, owner: true, group: true, other: true };

    /// Whose bits of a file of `ownership` decide for `process`.
    #[must_use]
    pub fn of(process: &Process<'_>, ownership: &Ownership) -> Self {
        let name = match &process.user {
            User::Root => return Self { root: true, ..Self::default() },
            User::Unknown => return Self::ANY,
            User::Other(name) => name,
        };
        let none = Self::default();
        let Some(owner) = &ownership.owner else { return Self { root: false, ..Self::ANY } };
        match process.is_user(name, owner) {
            Some(true) => Self { owner: true, ..none },
            // The file may be the user's own, so it counts as theirs.
            None => Self { root: false, ..Self::ANY },
            Some(false) => match ownership.group.as_deref().and_then(|group| process.is_member(name, group)) {
                Some(true) => Self { group: true, ..none },
                None if ownership.chosen || ownership.group.as_deref().is_some_and(is_root) => {
                    Self { group: true, other: true, ..none }
                }
                Some(false) | None => Self { other: true, ..none },
            },
        }
    }

    /// Whether a file of this mode lacks `bit` (of the last three) for all of them.
    #[must_use]
    pub const fn lack(self, mode: u32, bit: u32) -> bool {
        // The kernel lets root run what has an x bit for anybody.
        let root = self.root && (bit != EXECUTE || mode & 0o111 != 0);
        let owner = self.owner && mode >> 6 & bit != 0;
        let group = self.group && mode >> 3 & bit != 0;
        let other = self.other && mode & bit != 0;
        !(root || owner || group || other)
    }

    /// The bits of a mode that give `bit` to one of them: those that are the most likely to do.
    #[must_use]
    pub const fn wanted(self, bit: u32) -> u32 {
        if self.root || self.owner {
            bit << 6
        } else if self.group {
            bit << 3
        } else {
            bit
        }
    }
}

impl Process<'_> {
    /// Whether the user `name` is the one that `other` means.
    fn is_user(&self, name: &str, other: &str) -> Option<bool> {
        if same_id(name, other) {
            return Some(true);
        }
        if is_root(other) || is_root(name) {
            return Some(false);
        }
        if is_number(name) == is_number(other) {
            return Some(false);
        }
        let (number, name) = if is_number(name) { (name, other) } else { (other, name) };
        match self.accounts.user(name) {
            Known::Exists(user) | Known::Likely(user, _) => user.uid.map(|uid| same_id(&uid.to_string(), number)),
            Known::Missing | Known::Unknown => None,
        }
    }

    /// Whether the user `name` is in a group.
    fn is_member(&self, name: &str, group: &str) -> Option<bool> {
        match self.group {
            Some(own) => self.accounts.same_group(own, group),
            None => self.accounts.member(name, group),
        }
    }
}

/// Whether only root has business with a path, whoever runs the service: programs that read it refuse what belongs to
/// others (sshd, sudo, cron, logrotate), and nobody else has to read it.
#[must_use]
pub fn is_root_only(path: &str) -> bool {
    const DIRECTORIES: [&str; 8] = [
        "/root",
        "/etc/ssh",
        "/etc/ssl/private",
        "/etc/sudoers.d",
        "/etc/crontabs",
        "/etc/logrotate.d",
        "/etc/pam.d",
        "/var/spool/cron",
    ];
    let named = ["/etc/sudoers", "/etc/cron"].iter().any(|start| path.starts_with(start));
    named || DIRECTORIES.iter().any(|directory| path::below(directory, path).is_some())
}

pub(super) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a user or a group is root's.
pub(super) fn is_root(name: &str) -> bool {
    name == "root" || (is_number(name) && name.bytes().all(|byte| byte == b'0'))
}

/// Whether two names, or two numbers, are the same.
pub(super) fn same_id(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim_start_matches('0').to_owned();
    one == other || (is_number(one) && is_number(other) && plain(one) == plain(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BuildModel, StepKind};
    use crate::syntax::Dockerfile;

    /// The classes for a user and their group, of a file that comes with `--chown=CHOWN`; `-` for none.
    fn classes(user: &str, chown: &str) -> String {
        let flag = if chown == "-" { String::new() } else { format!("--chown={chown} ") };
        let model = BuildModel::new(&Dockerfile::parse(format!("FROM alpine\nCOPY {flag}a /a\n")));
        let step = &model.stages[0].steps[0];
        let StepKind::Copy(copy) = &step.kind else { unreachable!() };
        let group = User::group(user);
        let process = Process { user: User::parse(user), group: group.as_deref(), accounts: Rc::default() };
        let found = Classes::of(&process, &Ownership::of(copy, &step.scope, '\\'));
        let all = [('r', found.root), ('u', found.owner), ('g', found.group), ('o', found.other)];
        all.iter().filter(|(_, there)| *there).map(|(letter, _)| letter).collect()
    }

    #[test]
    fn tells_whose_bits_decide() {
        for (user, chown, expected) in [
            ("root", "app", "r"),
            ("app", "-", "o"),
            ("app:0", "-", "g"),
            ("app", "app", "u"),
            ("app", "app:web", "u"),
            ("app", "root:web", "go"),
            ("app:web", "root:web", "g"),
            ("app:app", "root:web", "o"),
            ("app", "node", "o"),
            ("app", "1001", "ugo"),
            ("1001", "1001", "u"),
            ("1001", "01001", "u"),
            ("1001", "1002", "o"),
            ("1001:1001", "0:1001", "g"),
            ("app", "$WHO", "ugo"),
        ] {
            assert_eq!(classes(user, chown), expected, "USER {user}, --chown={chown}");
        }
    }

    #[test]
    fn tells_what_a_mode_lacks() {
        let (root, any) = (Classes { root: true, ..Classes::default() }, Classes::ANY);
        let other = Classes { other: true, ..Classes::default() };
        assert!(root.lack(0o644, 1) && !root.lack(0o610, 1) && !root.lack(0, 4));
        assert!(other.lack(0o754, 1) && !other.lack(0o701, 1) && other.lack(0o711, 4));
        assert!(any.lack(0o666, 1) && !any.lack(0o100, 1));
        assert_eq!((root.wanted(1), other.wanted(5)), (0o100, 0o5));
    }
}
