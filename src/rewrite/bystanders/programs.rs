//! What well-known programs do to files of others.
//!
//! The question is which files a program may write. Whether it may make users is another one (`model::accounts::harmless`,
//! where `git` and `sed` are harmless and a script is not), and whether it asks git a third (`copy_without_chown::risks`).

use crate::shell::Word;

/// What a program may do to a directory that it is not told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It writes no file.
    Nothing,
    /// It only reads.
    Reader,
    /// `mkdir`
    MakeDirectory,
    /// `chmod`
    Chmod,
    /// `chown`, `chgrp`
    Chown,
    /// `rm`, `rmdir`
    Remove,
    /// A package manager of the system: it writes where its packages belong.
    Packages,
    /// It makes or changes users and groups, and their homes.
    Accounts,
    /// `pip install`
    Pip,
    /// It writes elsewhere, also if it is started here.
    Elsewhere,
    /// `curl`, `wget`
    Download,
    /// It writes what it names.
    Touch,
    /// It handles files that it names, or those where it runs.
    Files,
    /// It builds what is there, and makes no users.
    Tool,
    /// Anything.
    Unknown,
}

impl Kind {
    /// Whether users and groups may be others behind it.
    pub(super) fn may_change_accounts(self, arguments: &[Word]) -> bool {
        match self {
            Self::Packages | Self::Accounts | Self::Unknown => true,
            Self::Touch | Self::Files | Self::Tool => arguments.iter().any(|word| word.raw.contains("etc")),
            _ => false,
        }
    }
}

/// Whether a program in `$(…)` does nothing but print.
pub(super) fn only_prints(program: &str) -> bool {
    let more = ["nproc", "arch", "uname", "dpkg", "getconf", "lsb_release", "cat", "(", "ldd", "tty", "awk", "sed"];
    more.contains(&program) || matches!(kind(program, &[]), Kind::Nothing | Kind::Reader)
}

/// What `program` is.
pub(super) fn kind(program: &str, arguments: &[Word]) -> Kind {
    let has = |words: &[&str]| arguments.iter().any(|word| word.literal().is_some_and(|text| words.contains(&text)));
    match program {
        ":" | "true" | "false" | "set" | "cd" | "echo" | "printf" | "export" | "unset" | "sleep" | "date" | "exit"
        | "pwd" | "umask" | "id" | "whoami" | "ulimit" | "trap" | "hash" | "command" | "which" | "type"
        | "readonly" | "local" | "sync" | "uname" | "nproc" | "hostname" | "shift" | "return" => Kind::Nothing,
        "cat" | "grep" | "egrep" | "fgrep" | "head" | "tail" | "ls" | "wc" | "stat" | "du" | "df" | "test" | "["
        | "file" | "basename" | "dirname" | "readlink" | "realpath" | "sha256sum" | "sha512sum" | "md5sum" | "cut"
        | "tr" | "diff" | "cmp" => Kind::Reader,
        "find" if !has(&["-exec", "-execdir", "-delete", "-ok", "-okdir", "-fprint", "-fls"]) => Kind::Reader,
        "mkdir" => Kind::MakeDirectory,
        "chmod" => Kind::Chmod,
        "chown" | "chgrp" => Kind::Chown,
        "rm" | "rmdir" => Kind::Remove,
        "apt-get" | "apt" | "apk" | "yum" | "dnf" if has(&["download", "source", "fetch"]) => Kind::Files,
        "apt-get"
        | "apt"
        | "apt-cache"
        | "apt-key"
        | "add-apt-repository"
        | "apk"
        | "yum"
        | "dnf"
        | "microdnf"
        | "zypper"
        | "pacman"
        | "tdnf"
        | "update-ca-certificates"
        | "ldconfig"
        | "locale-gen"
        | "dpkg-reconfigure"
        | "debconf-set-selections" => Kind::Packages,
        "useradd" | "adduser" | "groupadd" | "addgroup" => Kind::Accounts,
        "pip" | "pip3" if has(&["install"]) => Kind::Pip,
        "npm" if has(&["-g", "--global"]) && has(&["install", "i", "add"]) => Kind::Elsewhere,
        "npm" if has(&["config", "cache"]) => Kind::Elsewhere,
        "yarn" if has(&["global", "config", "cache"]) => Kind::Elsewhere,
        "corepack"
        | "a2enmod"
        | "a2dismod"
        | "a2ensite"
        | "docker-php-ext-install"
        | "docker-php-ext-enable"
        | "docker-php-ext-configure"
        | "pecl" => Kind::Elsewhere,
        "curl" | "wget" => Kind::Download,
        "touch" | "truncate" | "mkfifo" | "tee" => Kind::Touch,
        "cp" | "mv" | "ln" | "cpio" | "bsdtar" | "7z" | "yumdownloader" | "sed" | "awk" | "tar" | "unzip"
        | "gunzip" | "install" | "rsync" | "jar" | "split" | "dd" | "sort" | "gzip" | "xz" | "patch" | "setcap"
        | "openssl" => Kind::Files,
        "npm" | "npx" | "node" | "yarn" | "pnpm" | "bun" | "go" | "cargo" | "make" | "cmake" | "mvn" | "gradle"
        | "git" | "composer" | "bundle" | "gem" | "poetry" | "uv" | "pipenv" | "dotnet" | "python" | "python3"
        | "php" | "ruby" => Kind::Tool,
        _ => Kind::Unknown,
    }
}
