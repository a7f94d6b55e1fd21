//! What the programs that manage accounts are told to do: `useradd`, both kinds of `adduser`, and their kin.

use super::base::Family;
use super::options::{Options, Spec, read};
use super::text::{Locals, Text};
use crate::model::Variables;
use crate::shell::Word;

/// What a call does to the accounts if it succeeds.
#[derive(Debug)]
pub(super) enum Action {
    /// Makes a user.
    AddUser(NewUser),
    /// Makes a group.
    AddGroup {
        name: Text,
        gid: Option<Text>,
        /// Its number comes from the range for services.
        system: bool,
        /// It is no error that the group is there.
        may_exist: bool,
        /// Another number is taken if that one is not free (`groupadd -f`).
        number_may_differ: bool,
    },
    /// Changes a user.
    ChangeUser {
        name: Text,
        new_name: Option<Text>,
        uid: Option<Text>,
        group: Option<Text>,
        home: Option<Text>,
        groups: Vec<Text>,
    },
    /// Changes a group.
    ChangeGroup { name: Text, new_name: Option<Text>, gid: Option<Text> },
    /// Removes a user.
    RemoveUser(Text),
    /// Removes a group.
    RemoveGroup(Text),
    /// Succeeds only if these are there.
    Uses { users: Vec<Text>, groups: Vec<Text> },
    /// Makes or changes accounts in a way that is not understood; the words that may be their names.
    Opaque(Vec<Text>),
}

/// A user in the making.
#[derive(Debug)]
pub(super) struct NewUser {
    pub(super) name: Text,
    pub(super) uid: Option<Text>,
    pub(super) group: PrimaryGroup,
    pub(super) home: Option<Text>,
    /// Its number comes from the range for services.
    pub(super) system: bool,
    /// It is no error that the user is there.
    pub(super) may_exist: bool,
    /// Other groups that have to be there.
    pub(super) groups: Vec<Text>,
    /// Whether the program gives a new group the user's number, or fails; else it looks for another one.
    pub(super) strict_numbers: bool,
}

/// The primary group of a new user.
#[derive(Debug)]
pub(super) enum PrimaryGroup {
    /// A new one with the user's name.
    Own,
    /// The one with this name or number.
    Given(Text),
    /// Nobody can tell.
    Unknown,
}

/// Reads a call of `program`. `None` if it has nothing to do with accounts.
pub(super) fn action(
    program: &str,
    arguments: &[Word],
    family: Family,
    locals: &Locals,
    variables: &Variables,
) -> Option<Action> {
    let call = Call { arguments, locals, variables };
    let action = match program {
        "useradd" => call.useradd(family),
        "adduser" => match family {
            Family::Debian => call.adduser_of_debian(),
            Family::Alpine | Family::Busybox => call.adduser_of_busybox(),
            Family::RedHat => call.useradd(family),
            Family::Unknown => call.adduser_of_anybody(),
        },
        "groupadd" => call.groupadd(),
        "addgroup" => call.addgroup(family),
        "usermod" => call.usermod(),
        "groupmod" => call.groupmod(),
        "userdel" | "deluser" => call.remove_user(),
        "groupdel" | "delgroup" => call.remove_group(),
        "gpasswd" | "newusers" | "vipw" | "vigr" => None,
        _ => return None,
    };
    Some(action.unwrap_or_else(|| Action::Opaque(call.all())))
}

/// Programs whose calls [`action`] reads.
pub(super) const PROGRAMS: [&str; 12] = [
    "useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "userdel", "deluser", "groupdel", "delgroup",
    "gpasswd", "newusers",
];

struct Call<'a> {
    arguments: &'a [Word],
    locals: &'a Locals,
    variables: &'a Variables,
}

const USERADD: Spec = Spec {
    flags: "DFlmMNorU",
    values: "bcdefgGkKpRPsuZ",
    long_flags: &[
        "badname",
        "defaults",
        "no-log-init",
        "create-home",
        "no-create-home",
        "no-user-group",
        "non-unique",
        "system",
        "user-group",
        "add-subids-for-system",
        "btrfs-subvolume-home",
    ],
    long_values: &[
        "base-dir",
        "comment",
        "home-dir",
        "home",
        "expiredate",
        "inactive",
        "gid",
        "groups",
        "skel",
        "key",
        "password",
        "root",
        "prefix",
        "shell",
        "uid",
        "selinux-user",
        "selinux-range",
    ],
    single_dash: false,
};

/// Perl's own reading of the options: one dash will do, and so does the beginning of a name.
const ADDUSER_OF_DEBIAN: Spec = Spec {
    flags: "qhd",
    values: "",
    long_flags: &[
        "system",
        "group",
        "disabled-password",
        "disabled-login",
        "no-create-home",
        "quiet",
        "force-badname",
        "debug",
        "encrypt-home",
        "add-extra-groups",
        "add_extra_groups",
        "allow-badname",
        "allow-bad-names",
        "allow-all-names",
        "verbose",
        "help",
        "version",
        "stdoutmsglevel",
        "stderrmsglevel",
        "logmsglevel",
    ],
    long_values: &[
        "home", "shell", "uid", "gid", "ingroup", "gecos", "comment", "conf", "firstuid", "lastuid", "firstgid",
        "lastgid",
    ],
    single_dash: true,
};

const ADDUSER_OF_BUSYBOX: Spec = Spec {
    flags: "SDH",
    values: "hgsGuk",
    long_flags: &["system", "disabled-password", "empty-password", "no-create-home"],
    long_values: &["home", "gecos", "shell", "ingroup", "uid", "skel"],
    single_dash: false,
};

const GROUPADD: Spec = Spec {
    flags: "for",
    values: "gKpRPU",
    long_flags: &["force", "non-unique", "system"],
    long_values: &["gid", "key", "password", "root", "prefix", "users"],
    single_dash: false,
};

const ADDGROUP: Spec = Spec {
    flags: "Sq",
    values: "g",
    long_flags: &[
        "system",
        "group",
        "quiet",
        "force-badname",
        "debug",
        "allow-badname",
        "allow-bad-names",
        "allow-all-names",
        "verbose",
    ],
    long_values: &["gid", "conf", "firstgid", "lastgid", "shell"],
    single_dash: true,
};

const USERMOD: Spec = Spec {
    flags: "abLmoUr",
    values: "cdefgGlpRPsuvVwWZ",
    long_flags: &["append", "badname", "lock", "move-home", "non-unique", "unlock", "remove"],
    long_values: &[
        "comment",
        "home",
        "expiredate",
        "inactive",
        "gid",
        "groups",
        "login",
        "password",
        "root",
        "prefix",
        "shell",
        "uid",
        "add-subuids",
        "del-subuids",
        "add-subgids",
        "del-subgids",
        "selinux-user",
    ],
    single_dash: false,
};

const GROUPMOD: Spec = Spec {
    flags: "oa",
    values: "gnpRPU",
    long_flags: &["non-unique", "append"],
    long_values: &["gid", "new-name", "password", "root", "prefix", "users"],
    single_dash: false,
};

const REMOVE: Spec = Spec {
    flags: "frqZ",
    values: "RP",
    long_flags: &[
        "force",
        "remove",
        "remove-home",
        "remove-all-files",
        "quiet",
        "system",
        "only-if-empty",
        "backup",
        "selinux-user",
        "group",
    ],
    long_values: &["root", "prefix", "conf", "backup-to"],
    single_dash: true,
};

impl Call<'_> {
    fn read(&self, spec: &Spec) -> Option<Options> {
        let options = read(self.arguments, spec, self.locals, self.variables)?;
        // Another root directory has accounts of its own.
        let elsewhere = options.value(&["R", "P", "root", "prefix"]).is_some();
        (!elsewhere).then_some(options)
    }

    fn all(&self) -> Vec<Text> {
        self.arguments.iter().map(|word| Text::of(word, self.locals, self.variables)).collect()
    }

    /// `useradd` of the shadow suite. The group of the user's own is what `USERGROUPS_ENAB yes` says in the login.defs
    /// of Debian, Red Hat and Alpine; `/etc/login.defs` of others may say no.
    fn useradd(&self, family: Family) -> Option<Action> {
        let options = self.read(&USERADD)?;
        let [name] = options.operands.as_slice() else { return None };
        let own = options.has(&["U", "user-group"]) || family != Family::Unknown;
        let group = match options.value(&["g", "gid"]) {
            Some(group) => PrimaryGroup::Given(group.clone()),
            None if options.has(&["N", "no-user-group"]) || !own => PrimaryGroup::Unknown,
            None => PrimaryGroup::Own,
        };
        let base = options.value(&["b", "base-dir"]);
        let home = options.value(&["d", "home-dir", "home"]).cloned();
        let default_home = || match base {
            Some(_) => None,
            None => name.fixed_value().map(|name| Text::fixed(&format!("/home/{name}"))),
        };
        if options.has(&["D", "defaults"]) || options.has(&["K", "key"]) && options.value(&["u", "uid"]).is_none() {
            return None;
        }
        Some(Action::AddUser(NewUser {
            name: name.clone(),
            uid: options.value(&["u", "uid"]).cloned(),
            group,
            home: home.or_else(default_home),
            system: options.has(&["r", "system"]),
            may_exist: false,
            groups: options.value(&["G", "groups"]).map(split).unwrap_or_default(),
            strict_numbers: false,
        }))
    }

    /// Debian's `adduser`, a Perl program.
    fn adduser_of_debian(&self) -> Option<Action> {
        let options = self.read(&ADDUSER_OF_DEBIAN)?;
        let name = match options.operands.as_slice() {
            [name] => name,
            [user, group] => return Some(Action::Uses { users: vec![user.clone()], groups: vec![group.clone()] }),
            _ => return None,
        };
        let system = options.has(&["system"]);
        if options.has(&["group"]) && !system {
            let gid = options.value(&["gid"]).cloned();
            let name = name.clone();
            return Some(Action::AddGroup { name, gid, system: false, may_exist: false, number_may_differ: false });
        }
        let given = options.value(&["ingroup"]).or(options.value(&["gid"]).filter(|_| !options.has(&["group"])));
        let group = match given {
            Some(group) => PrimaryGroup::Given(group.clone()),
            None if system && !options.has(&["group"]) => PrimaryGroup::Given(Text::fixed("nogroup")),
            None => PrimaryGroup::Own,
        };
        let home = options.value(&["home"]).cloned();
        // The home of a system user was /home/NAME before it was /nonexistent.
        let default_home = || name.fixed_value().filter(|_| !system).map(|name| Text::fixed(&format!("/home/{name}")));
        Some(Action::AddUser(NewUser {
            name: name.clone(),
            uid: options.value(&["uid"]).cloned(),
            group,
            home: home.or_else(default_home),
            system,
            may_exist: system,
            groups: Vec::new(),
            strict_numbers: false,
        }))
    }

    /// `adduser` of BusyBox, Alpine's.
    fn adduser_of_busybox(&self) -> Option<Action> {
        let options = self.read(&ADDUSER_OF_BUSYBOX)?;
        let name = match options.operands.as_slice() {
            [user, group] if options.found.is_empty() => {
                return Some(Action::Uses { users: vec![user.clone()], groups: vec![group.clone()] });
            }
            // With an option, what stands behind the name is not looked at.
            [name, ..] => name,
            [] => return None,
        };
        let system = options.has(&["S", "system"]);
        let group = match options.value(&["G", "ingroup"]) {
            Some(group) => PrimaryGroup::Given(group.clone()),
            None if system => PrimaryGroup::Given(Text::fixed("nogroup")),
            None => PrimaryGroup::Own,
        };
        let default_home = || name.fixed_value().map(|name| Text::fixed(&format!("/home/{name}")));
        Some(Action::AddUser(NewUser {
            name: name.clone(),
            uid: options.value(&["u", "uid"]).cloned(),
            group,
            home: options.value(&["h", "home"]).cloned().or_else(default_home),
            system,
            may_exist: false,
            groups: Vec::new(),
            strict_numbers: true,
        }))
    }

    /// `adduser` where nobody knows which one it is. If all that can read the options agree that it makes a user of one
    /// name, then that is what it does; a group is told where all of them agree as well.
    fn adduser_of_anybody(&self) -> Option<Action> {
        let readings = [self.adduser_of_debian(), self.adduser_of_busybox(), self.useradd(Family::RedHat)];
        let mut users = readings.into_iter().flatten();
        let first = users.next()?;
        let rest: Vec<Action> = users.collect();
        let Action::AddUser(mut user) = first else { return rest.is_empty().then_some(first) };
        for other in rest {
            let Action::AddUser(other) = other else { return None };
            if !other.name.same(&user.name) {
                return None;
            }
            let agreed = match (&user.group, &other.group) {
                (PrimaryGroup::Own, PrimaryGroup::Own) => true,
                (PrimaryGroup::Given(one), PrimaryGroup::Given(two)) => one.same(two),
                _ => false,
            };
            if !agreed {
                user.group = PrimaryGroup::Unknown;
            }
            let same = |one: &Option<Text>, two: &Option<Text>| {
                one.as_ref().zip(two.as_ref()).is_some_and(|(one, two)| one.same(two))
            };
            if !same(&user.uid, &other.uid) && (user.uid.is_some() || other.uid.is_some()) {
                user.uid = Some(Text::default());
            }
            if !same(&user.home, &other.home) {
                user.home = None;
            }
            user.may_exist |= other.may_exist;
            user.strict_numbers = false;
        }
        Some(Action::AddUser(user))
    }

    fn groupadd(&self) -> Option<Action> {
        let options = self.read(&GROUPADD)?;
        let [name] = options.operands.as_slice() else { return None };
        Some(Action::AddGroup {
            name: name.clone(),
            gid: options.value(&["g", "gid"]).cloned(),
            system: options.has(&["r", "system"]),
            may_exist: options.has(&["f", "force"]),
            number_may_differ: options.has(&["f", "force"]),
        })
    }

    fn addgroup(&self, family: Family) -> Option<Action> {
        let options = self.read(&ADDGROUP)?;
        match options.operands.as_slice() {
            [name] => {
                let system = options.has(&["S", "system"]);
                Some(Action::AddGroup {
                    name: name.clone(),
                    gid: options.value(&["g", "gid"]).cloned(),
                    system,
                    may_exist: system && !matches!(family, Family::Alpine | Family::Busybox),
                    number_may_differ: false,
                })
            }
            [user, group] => Some(Action::Uses { users: vec![user.clone()], groups: vec![group.clone()] }),
            _ => None,
        }
    }

    fn usermod(&self) -> Option<Action> {
        let options = self.read(&USERMOD)?;
        let [name] = options.operands.as_slice() else { return None };
        Some(Action::ChangeUser {
            name: name.clone(),
            new_name: options.value(&["l", "login"]).cloned(),
            uid: options.value(&["u", "uid"]).cloned(),
            group: options.value(&["g", "gid"]).cloned(),
            home: options.value(&["d", "home"]).cloned(),
            groups: options.value(&["G", "groups"]).map(split).unwrap_or_default(),
        })
    }

    fn groupmod(&self) -> Option<Action> {
        let options = self.read(&GROUPMOD)?;
        let [name] = options.operands.as_slice() else { return None };
        Some(Action::ChangeGroup {
            name: name.clone(),
            new_name: options.value(&["n", "new-name"]).cloned(),
            gid: options.value(&["g", "gid"]).cloned(),
        })
    }

    fn remove_user(&self) -> Option<Action> {
        let options = self.read(&REMOVE)?;
        match options.operands.as_slice() {
            [name] if options.has(&["group"]) => Some(Action::RemoveGroup(name.clone())),
            [name] => Some(Action::RemoveUser(name.clone())),
            // `deluser USER GROUP` takes the user out of the group.
            [user, group] => Some(Action::Uses { users: vec![user.clone()], groups: vec![group.clone()] }),
            _ => None,
        }
    }

    fn remove_group(&self) -> Option<Action> {
        let options = self.read(&REMOVE)?;
        match options.operands.as_slice() {
            [name] => Some(Action::RemoveGroup(name.clone())),
            [user, group] => Some(Action::Uses { users: vec![user.clone()], groups: vec![group.clone()] }),
            _ => None,
        }
    }
}

/// The names of a list with commas; none if a variable hides them.
fn split(list: &Text) -> Vec<Text> {
    match list.fixed_value() {
        Some(list) => list.split(',').filter(|name| !name.is_empty()).map(Text::fixed).collect(),
        None => Vec::new(),
    }
}
