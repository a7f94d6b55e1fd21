//! Which programs can make accounts besides those whose business it is.

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

/// Programs that leave the accounts alone, unless one of the files is among their arguments.
const HARMLESS: &[&str] = &[
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

/// What a call can do to the accounts.
pub(super) fn reach(name: &str, arguments: &[Word]) -> Reach {
    let first = || arguments.iter().filter_map(Word::literal).find(|word| !word.starts_with('-')).unwrap_or_default();
    if PACKAGES.contains(&name) {
        let idle = [
            "update",
            "upgrade",
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
        // An upgrade installs as well, what is there has its accounts already; `apk upgrade` may bring a new one.
        let idle = idle.contains(&first()) && first() != "upgrade";
        return if idle { Reach::Nothing } else { Reach::Packages };
    }
    let touches = |path: &str| {
        ["/", "/etc", "/etc/", "/.", "passwd", "group"].iter().any(|end| match *end {
            "passwd" | "group" => path.ends_with(end),
            _ => path == *end,
        })
    };
    let words = || arguments.iter().map(|word| word.literal().unwrap_or(&word.raw));
    match name {
        // Reading is no harm, and neither is the mode.
        "cat" | "grep" | "egrep" | "chmod" | "chown" | "chgrp" | "head" | "tail" | "cut" | "awk" | "ls" | "test"
        | "[" | "stat" | "getent" | "wc" | "diff" | "sort" => Reach::Nothing,
        "python" | "python2" | "python3" | "node" | "nodejs" | "java" if !is_known_module(arguments) => Reach::Anything,
        "npm" | "yarn" | "pnpm" | "bun" | "npx" | "make" if matches!(first(), "run" | "run-script") => Reach::Nothing,
        _ if MOVERS.contains(&name) => {
            if words().any(|word| touches(word) || word.contains("--directory=/") && word.len() < 15) {
                Reach::Anything
            } else {
                Reach::Nothing
            }
        }
        _ if HARMLESS.contains(&name) => {
            if words().any(|word| touches(word) && word.len() > 1) {
                Reach::Anything
            } else {
                Reach::Nothing
            }
        }
        _ => Reach::Anything,
    }
}

/// `python -m pip …`: modules that build or install packages of their language.
fn is_known_module(arguments: &[Word]) -> bool {
    let words: Vec<&str> = arguments.iter().filter_map(Word::literal).collect();
    let modules = ["pip", "venv", "virtualenv", "compileall", "build", "poetry", "pipx", "ensurepip", "site", "pytest"];
    match words.as_slice() {
        ["-m", module, ..] => modules.contains(module),
        [first, ..] => matches!(*first, "--version" | "-V" | "setup.py" | "manage.py"),
        [] => false,
    }
}
