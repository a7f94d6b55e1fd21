//! What the programs that manage accounts are told to do: `useradd`, both kinds of `adduser`, and their kin.

use super::action::{Action, NewGroup, NewUser, PrimaryGroup, UserChange};
use super::base::Family;
use super::options::{Options, Spec, read};
use super::specs::{ADDGROUP, ADDUSER_OF_BUSYBOX, ADDUSER_OF_DEBIAN, GROUPADD, GROUPMOD, REMOVE, USERADD, USERMOD};
use super::text::{Locals, Text};
use crate::model::Variables;
use crate::shell::Word;

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
        "gpasswd" => call.gpasswd(),
        "newusers" | "vipw" | "vigr" => None,
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
            may_share: options.has(&["o", "non-unique"]),
        }))
    }

    /// Debian's `adduser`, a Perl program.
    fn adduser_of_debian(&self) -> Option<Action> {
        let options = self.read(&ADDUSER_OF_DEBIAN)?;
        let name = match options.operands.as_slice() {
            [name] => name,
            [user, group] => return Some(Action::Join { user: user.clone(), group: group.clone() }),
            _ => return None,
        };
        let system = options.has(&["system"]);
        if options.has(&["group"]) && !system {
            let gid = options.value(&["gid"]).cloned();
            let name = name.clone();
            return Some(Action::AddGroup(NewGroup {
                name,
                gid,
                system: false,
                may_exist: false,
                number_may_differ: false,
                may_share: false,
                members: Vec::new(),
            }));
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
            may_share: options.has(&["o", "non-unique"]),
        }))
    }

    /// `adduser` of BusyBox, Alpine's.
    fn adduser_of_busybox(&self) -> Option<Action> {
        let options = self.read(&ADDUSER_OF_BUSYBOX)?;
        let name = match options.operands.as_slice() {
            [user, group] if options.found.is_empty() => {
                return Some(Action::Join { user: user.clone(), group: group.clone() });
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
            may_share: false,
        }))
    }

    /// `adduser` where nobody knows which one it is. If all that can read the options agree that it makes a user of one
    /// name, then that is what it does; a group is told where all of them agree as well.
    fn adduser_of_anybody(&self) -> Option<Action> {
        let readings = [self.adduser_of_debian(), self.adduser_of_busybox(), self.useradd(Family::RedHat)];
        let mut users = readings.into_iter().flatten();
        let first = users.next()?;
        let rest: Vec<Action> = users.collect();
        let Action::AddUser(mut user) = first else {
            let alike = |other: &Action| matches!((&first, other), (Action::Join { .. }, Action::Join { .. }));
            return rest.iter().all(alike).then_some(first);
        };
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
            user.may_share |= other.may_share;
        }
        Some(Action::AddUser(user))
    }

    fn groupadd(&self) -> Option<Action> {
        let options = self.read(&GROUPADD)?;
        let [name] = options.operands.as_slice() else { return None };
        Some(Action::AddGroup(NewGroup {
            name: name.clone(),
            gid: options.value(&["g", "gid"]).cloned(),
            system: options.has(&["r", "system"]),
            may_exist: options.has(&["f", "force"]),
            number_may_differ: options.has(&["f", "force"]),
            may_share: options.has(&["o", "non-unique"]),
            members: options.value(&["U", "users"]).map(split).unwrap_or_default(),
        }))
    }

    fn addgroup(&self, family: Family) -> Option<Action> {
        let options = self.read(&ADDGROUP)?;
        match options.operands.as_slice() {
            [name] => {
                let system = options.has(&["S", "system"]);
                Some(Action::AddGroup(NewGroup {
                    name: name.clone(),
                    gid: options.value(&["g", "gid"]).cloned(),
                    system,
                    may_exist: system && !matches!(family, Family::Alpine | Family::Busybox),
                    number_may_differ: false,
                    may_share: false,
                    members: Vec::new(),
                }))
            }
            [user, group] => Some(Action::Join { user: user.clone(), group: group.clone() }),
            _ => None,
        }
    }

    fn usermod(&self) -> Option<Action> {
        let options = self.read(&USERMOD)?;
        let [name] = options.operands.as_slice() else { return None };
        Some(Action::ChangeUser(UserChange {
            name: name.clone(),
            new_name: options.value(&["l", "login"]).cloned(),
            uid: options.value(&["u", "uid"]).cloned(),
            group: options.value(&["g", "gid"]).cloned(),
            home: options.value(&["d", "home"]).cloned(),
            groups: options.value(&["G", "groups"]).map(split),
            appends: options.has(&["a", "append"]),
            may_share: options.has(&["o", "non-unique"]),
        }))
    }

    fn groupmod(&self) -> Option<Action> {
        let options = self.read(&GROUPMOD)?;
        let [name] = options.operands.as_slice() else { return None };
        Some(Action::ChangeGroup {
            name: name.clone(),
            new_name: options.value(&["n", "new-name"]).cloned(),
            gid: options.value(&["g", "gid"]).cloned(),
            may_share: options.has(&["o", "non-unique"]),
        })
    }

    fn remove_user(&self) -> Option<Action> {
        let options = self.read(&REMOVE)?;
        match options.operands.as_slice() {
            [name] if options.has(&["group"]) => Some(Action::RemoveGroup(name.clone())),
            [name] => Some(Action::RemoveUser(name.clone())),
            // `deluser USER GROUP` takes the user out of the group.
            [user, group] => Some(Action::Leave { user: user.clone(), group: group.clone() }),
            _ => None,
        }
    }

    /// `gpasswd -a USER GROUP` and `-d USER GROUP`; the rest is about passwords and administrators.
    fn gpasswd(&self) -> Option<Action> {
        let [option, user, group] = self.arguments else { return None };
        let [user, group] = [user, group].map(|word| Text::of(word, self.locals, self.variables));
        match option.literal()? {
            "-a" | "--add" => Some(Action::Join { user, group }),
            "-d" | "--delete" => Some(Action::Leave { user, group }),
            _ => None,
        }
    }

    fn remove_group(&self) -> Option<Action> {
        let options = self.read(&REMOVE)?;
        match options.operands.as_slice() {
            [name] => Some(Action::RemoveGroup(name.clone())),
            [user, group] => Some(Action::Leave { user: user.clone(), group: group.clone() }),
            _ => None,
        }
    }
}

/// The names of a list with commas; one that nobody knows if a variable hides them.
fn split(list: &Text) -> Vec<Text> {
    match list.fixed_value() {
        Some(list) => list.split(',').filter(|name| !name.is_empty()).map(Text::fixed).collect(),
        None => vec![Text::default()],
    }
}
