//! The options of the programs that manage accounts, by their manual pages: useradd(8) and its kin of the shadow suite,
//! adduser(8) and addgroup(8) of Debian, and BusyBox's applets of the same names.

use super::options::Spec;

pub(super) const USERADD: Spec = Spec {
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
pub(super) const ADDUSER_OF_DEBIAN: Spec = Spec {
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

pub(super) const ADDUSER_OF_BUSYBOX: Spec = Spec {
    flags: "SDH",
    values: "hgsGuk",
    long_flags: &["system", "disabled-password", "empty-password", "no-create-home"],
    long_values: &["home", "gecos", "shell", "ingroup", "uid", "skel"],
    single_dash: false,
};

pub(super) const GROUPADD: Spec = Spec {
    flags: "for",
    values: "gKpRPU",
    long_flags: &["force", "non-unique", "system"],
    long_values: &["gid", "key", "password", "root", "prefix", "users"],
    single_dash: false,
};

pub(super) const ADDGROUP: Spec = Spec {
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

pub(super) const USERMOD: Spec = Spec {
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

pub(super) const GROUPMOD: Spec = Spec {
    flags: "oa",
    values: "gnpRPU",
    long_flags: &["non-unique", "append"],
    long_values: &["gid", "new-name", "password", "root", "prefix", "users"],
    single_dash: false,
};

pub(super) const REMOVE: Spec = Spec {
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
