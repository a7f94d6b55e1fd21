//! Which programs can make accounts besides those whose business it is.

use crate::model::path;
use crate::shell::Word;

/// What a program can do to the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing.
    Nothing,
    /// It installs packages, whose scripts make accounts for services: numbers below 1000, as Debian's policy 9.2.2 and
    /// Fedora's packaging guidelines say.
    Packages,
    /// Anything: a script, or a program that nobody here knows.
    Anything,
}

/// Programs that leave the accounts alone, whatever else they write (`rewrite::bystanders` asks for that, and
/// `copy_without_chown::risks` who asks git), unless one of the files is among their arguments.
const HARMLESS: &[&str] = &[
    ":",
    "cd",
    "export",
    "exit",
    "set",
    "unset",
    "umask",
    "pushd",
    "popd",
    "read",
    "shift",
    "wait",
    "for",
    "type",
    "-v",
    "ulimit",
    "local",
    "return",
    "break",
    "continue",
    "[",
    "ar",
    "as",
    "awk",
    "base64",
    "basename",
    "bun",
    "bundle",
    "bundler",
    "c++",
    "cargo",
    "cat",
    "cc",
    "chgrp",
    "chmod",
    "chown",
    "cmake",
    "cmp",
    "comm",
    "composer",
    "cut",
    "curl",
    "date",
    "deno",
    "df",
    "diff",
    "dirname",
    "dotnet",
    "du",
    "echo",
    "egrep",
    "env",
    "envsubst",
    "expr",
    "false",
    "fc-cache",
    "fgrep",
    "file",
    "find",
    "g++",
    "gcc",
    "gem",
    "getent",
    "getconf",
    "git",
    "go",
    "gofmt",
    "gpg",
    "gpgconf",
    "gradle",
    "grep",
    "groups",
    "gunzip",
    "gzip",
    "head",
    "hostname",
    "id",
    "install",
    "java",
    "javac",
    "jq",
    "ldconfig",
    "ldd",
    "ln",
    "locale-gen",
    "localedef",
    "ls",
    "lsb_release",
    "md5sum",
    "mkdir",
    "mkfifo",
    "mktemp",
    "mvn",
    "nodejs",
    "node",
    "npm",
    "npx",
    "nproc",
    "openssl",
    "passwd",
    "patch",
    "pip",
    "pip2",
    "pip3",
    "pipenv",
    "pnpm",
    "poetry",
    "printf",
    "pwd",
    "python",
    "python2",
    "python3",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "rustc",
    "rustup",
    "sed",
    "seq",
    "setcap",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "sleep",
    "sort",
    "stat",
    "strip",
    "tail",
    "tee",
    "test",
    "touch",
    "tr",
    "true",
    "tsc",
    "tty",
    "uname",
    "uniq",
    "unzip",
    "update-ca-certificates",
    "uv",
    "virtualenv",
    "wc",
    "wget",
    "which",
    "xz",
    "yarn",
    "zip",
    "chpasswd",
    "chsh",
    "chage",
    "apt-key",
    "apt-mark",
    "dpkg-architecture",
    "dpkg-reconfigure",
    "update-alternatives",
    "a2enmod",
    "a2dismod",
    "a2ensite",
    "a2dissite",
    "docker-php-ext-install",
    "docker-php-ext-configure",
    "docker-php-ext-enable",
    "pecl",
    "corepack",
    "nvm",
    "asdf",
    "add-apt-repository",
    "printenv",
    "gosu",
    "su-exec",
    "tini",
    "tzselect",
    "cpanm",
    "conda",
    "mamba",
    "micromamba",
    "luarocks",
    "mix",
    "rebar3",
    "stack",
    "cabal",
];

/// Programs that put files where their arguments say.
const MOVERS: &[&str] = &["cp", "mv", "rsync", "tar", "dd", "bsdtar", "ditto"];

/// Programs that install packages.
const PACKAGES: &[&str] = &[
    "apk",
    "apt",
    "apt-get",
    "aptitude",
    "dnf",
    "dpkg",
    "gdebi",
    "microdnf",
    "opkg",
    "pacman",
    "rpm",
    "tdnf",
    "yum",
    "zypper",
    "yum-config-manager",
    "xbps-install",
    "emerge",
    "docker-php-ext-install",
];

impl Reach {
    /// What two calls can do.
    fn max(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, _) | (_, Self::Anything) => Self::Anything,
            (Self::Packages, _) | (_, Self::Packages) => Self::Packages,
            _ => Self::Nothing,
        }
    }
}

/// What a call with these words can do to the accounts.
pub(super) fn reach_of_words(words: &[Word]) -> Reach {
    let words: Vec<&str> = words.iter().map(|word| word.literal().unwrap_or(&word.raw)).collect();
    words.split_first().map_or(Reach::Nothing, |(name, arguments)| reach(path::file_name(name), arguments))
}

/// What shell text can do to the accounts, without reading it as shell: everything that may be the first word of a
/// command is taken for one, so that more may be said than is there, and never less.
pub(super) fn scan(text: &str) -> Reach {
    let mut reach = Reach::Nothing;
    for command in text.split(['&', '|', ';', '\n', '(', ')', '`', '{', '}']) {
        let mut words = command.split_ascii_whitespace().skip_while(|word| is_keyword(word) || is_assignment(word));
        let Some(name) = words.next().filter(|name| !name.starts_with('#')) else { continue };
        let arguments: Vec<&str> = words.map(|word| word.trim_matches(['\'', '"'])).collect();
        reach = reach.max(self::reach(path::file_name(name.trim_matches(['\'', '"'])), &arguments));
        if reach == Reach::Anything {
            break;
        }
    }
    reach
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "elif"
            | "else"
            | "fi"
            | "do"
            | "done"
            | "while"
            | "until"
            | "!"
            | "time"
            | "esac"
            | "exec"
            | "env"
            | "sudo"
            | "command"
            | "nice"
    )
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What a call can do to the accounts.
pub(super) fn reach(name: &str, arguments: &[&str]) -> Reach {
    let first = || arguments.iter().copied().find(|word| !word.starts_with('-')).unwrap_or_default();
    let touches = |path: &str| {
        matches!(path, "/etc" | "/etc/" | "/." | "/*") || path.ends_with("passwd") || path.ends_with("/group")
    };
    let names_accounts = || arguments.iter().any(|word| touches(word));
    match name {
        _ if PACKAGES.contains(&name) => {
            let idle = [
                "update",
                "clean",
                "autoclean",
                "autoremove",
                "remove",
                "purge",
                "cache",
                "makecache",
                "info",
                "search",
                "list",
                "del",
                "--print-architecture",
                "download",
                "source",
                "repolist",
                "config-manager",
            ];
            if idle.contains(&first()) { Reach::Nothing } else { Reach::Packages }
        }
        // Reading is no harm, and neither is the mode.
        "cat" | "grep" | "egrep" | "chmod" | "chown" | "chgrp" | "head" | "tail" | "cut" | "awk" | "ls" | "test"
        | "[" | "stat" | "getent" | "wc" | "diff" | "sort" => Reach::Nothing,
        "find" => match arguments.iter().position(|word| word.starts_with("-exec") || word.starts_with("-ok")) {
            Some(at) => self::reach(arguments.get(at + 1).copied().unwrap_or_default(), &arguments[at + 1..]),
            None => Reach::Nothing,
        },
        "xargs" => match arguments.iter().position(|word| !word.starts_with('-')) {
            Some(at) => self::reach(arguments[at], &arguments[at + 1..]),
            None => Reach::Nothing,
        },
        "python" | "python2" | "python3" | "node" | "nodejs" | "java" if !is_known_module(arguments) => Reach::Anything,
        _ if MOVERS.contains(&name) => {
            let root = |word: &str| matches!(word, "/" | "--directory=/" | "-C/");
            let reaches = names_accounts() || arguments.iter().any(|word| root(word));
            if reaches { Reach::Anything } else { Reach::Nothing }
        }
        _ if HARMLESS.contains(&name) && !names_accounts() => Reach::Nothing,
        _ => Reach::Anything,
    }
}

/// `python -m pip …`: modules that build or install packages of their language.
fn is_known_module(arguments: &[&str]) -> bool {
    let modules = ["pip", "venv", "virtualenv", "compileall", "build", "poetry", "pipx", "ensurepip", "site", "pytest"];
    match arguments {
        ["-m", module, ..] => modules.contains(module),
        [first, ..] => matches!(*first, "--version" | "-V" | "setup.py" | "manage.py"),
        [] => false,
    }
}
