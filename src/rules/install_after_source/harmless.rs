//! Commands that read nothing of the sources and write nothing there: installs of named packages, and what people write
//! around them.

use crate::model::effects::working_directory;
use crate::model::{Scope, path};
use crate::shell::{self, Directory, Part, RedirectKind, SimpleCommand, Word};

/// Where the sources are, and what holds at the command.
pub struct Site<'a> {
    /// Where the copy goes.
    pub sources: &'a str,
    /// What holds at the RUN.
    pub scope: &'a Scope,
}

impl Site<'_> {
    /// Whether a command neither reads nor writes what the copy brings.
    pub fn is_harmless(&self, command: &SimpleCommand, directory: &Directory<'_>) -> bool {
        let computed = command.words.iter().chain(command.assignments.iter().map(|assignment| &assignment.value));
        if computed.into_iter().any(is_computed) || !command.redirects.iter().all(|redirect| self.leads_away(redirect))
        {
            return false;
        }
        if command.words.is_empty() {
            return true;
        }
        let Some(invocation) = shell::invocation(&command.words) else { return false };
        let Some(written) = command.words[invocation.program].literal() else { return false };
        // A program of the sources' own is not one of these.
        if written.contains('/') && (!written.starts_with('/') || path::below(self.sources, written).is_some()) {
            return false;
        }
        let arguments = &command.words[invocation.program + 1..];
        self.by_name(path::file_name(written), arguments, directory)
    }

    fn by_name(&self, program: &str, arguments: &[Word], directory: &Directory<'_>) -> bool {
        let word = |index: usize| arguments.get(index).and_then(Word::literal).unwrap_or_default();
        let asks = arguments.len() == 1 && matches!(word(0), "--version" | "-v" | "-V" | "version" | "--help");
        match program {
            "echo" | "printf" | "true" | ":" | "set" | "cd" | "export" | "umask" | "sleep" | "date" | "uname"
            | "whoami" => true,
            "locale-gen" | "ldconfig" | "update-ca-certificates" | "id" | "hash" | "dpkg-reconfigure" => true,
            "apt-get" | "apt" | "apk" | "yum" | "dnf" | "microdnf" | "zypper" => {
                arguments.iter().all(|word| !is_file(word))
            }
            "useradd" | "groupadd" | "adduser" | "addgroup" | "usermod" => {
                arguments.iter().all(|word| self.is_away(word, directory))
            }
            "mkdir" | "rm" | "rmdir" | "touch" | "ln" | "chmod" | "chown" => {
                let mut operands = arguments.iter().filter(|word| !word.raw.starts_with('-'));
                operands.all(|word| self.is_away_or_plain(program, word, directory))
            }
            "curl" | "wget" => arguments.iter().all(|word| self.is_option_or_away(word, directory)),
            "corepack" => {
                word(0) == "enable" || (word(0) == "prepare" && arguments.len() > 1 && !word(1).starts_with('-'))
            }
            "npm" | "pnpm" | "yarn" => match word(0) {
                "cache" | "config" => !matches!(word(1), "list" | "ls"),
                "set" | "ping" => true,
                "install" | "i" | "add" | "global" => self.names_packages(program, arguments),
                _ => asks,
            },
            "pip" | "pip3" => match word(0) {
                "cache" | "config" => true,
                "install" => self.names_packages(program, arguments),
                _ => asks,
            },
            "python" | "python3" => match (word(0), word(1)) {
                ("-m", "pip") => self.by_name("pip", &arguments[2..], directory),
                ("-m", "venv") => arguments[2..].iter().all(|word| self.is_away(word, directory)),
                _ => asks,
            },
            "poetry" => word(0) == "config" || (word(0) == "self" && word(1) == "add") || asks,
            "uv" => word(0) == "cache" || asks,
            "bundle" => word(0) == "config",
            "gem" => matches!(word(0), "install" | "update") && arguments[1..].iter().all(|word| !is_file(word)),
            "composer" => matches!(word(0), "clear-cache" | "clearcache" | "self-update") || asks,
            "mix" => matches!(word(0), "local.hex" | "local.rebar"),
            "go" => word(0) == "env" || asks,
            "rustup" => matches!(word(0), "target" | "component" | "default" | "toolchain"),
            "node" | "cargo" | "dotnet" | "mvn" | "gradle" | "java" | "ruby" | "php" | "git" => asks,
            _ => false,
        }
    }

    /// Whether packages are named, for everybody, and no place on disk is.
    fn names_packages(&self, program: &str, arguments: &[Word]) -> bool {
        let global = arguments.iter().any(|word| matches!(word.literal(), Some("-g" | "--global" | "global")));
        let pip = program.starts_with("pip");
        let files =
            ["-r", "-c", "-e", "-t", "-f", "--requirement", "--constraint", "--editable", "--target", "--find-links"];
        let names_file = |word: &Word| {
            is_file(word)
                || files.iter().any(|option| word.raw == *option || word.raw.starts_with(&format!("{option}=")))
        };
        (global || pip) && !arguments.iter().any(names_file)
    }

    /// Whether a word is an absolute path away from the sources, or no path at all.
    fn is_away(&self, word: &Word, directory: &Directory<'_>) -> bool {
        if word.raw.starts_with('-') && !word.raw.contains('/') {
            return true;
        }
        let Some(value) = word.resolve(|name| self.scope.variable(name)) else { return self.begins_away(word) };
        let value = value.rsplit('=').next().unwrap_or_default().to_owned();
        if !value.contains('/') {
            return !matches!(value.as_str(), "." | "..");
        }
        let at = if value.starts_with('/') { Some("/".to_owned()) } else { working_directory(self.scope, directory) };
        at.is_some_and(|at| {
            let target = path::absolute(&at, &value);
            path::below(self.sources, &target).is_none() && path::below(&target, self.sources).is_none()
        })
    }

    /// The same for a command whose plain words are paths too: all but modes, owners and the like.
    fn is_away_or_plain(&self, program: &str, word: &Word, directory: &Directory<'_>) -> bool {
        let path = word.raw.contains('/') || word.raw.starts_with(['~', '$']);
        if path {
            self.is_away(word, directory)
        } else {
            matches!(program, "chmod" | "chown") && is_mode_or_owner(&word.raw)
        }
    }

    /// What the shell computes still begins somewhere: `/var/lib/apt/lists/*`, `~/.cache`.
    fn begins_away(&self, word: &Word) -> bool {
        let raw = word.raw.trim_start_matches('"');
        if ["~/.", "$HOME/.", "${HOME}/."].iter().any(|start| raw.starts_with(start)) {
            return true;
        }
        let fixed = raw.split(['$', '*', '?', '[', '{', '~']).next().unwrap_or_default();
        let directory = fixed.rsplit_once('/').map_or("", |(directory, _)| directory);
        let away = path::below(self.sources, directory).is_none() && path::below(directory, self.sources).is_none();
        directory.starts_with('/') && !directory.contains("..") && away
    }

    fn is_option_or_away(&self, word: &Word, directory: &Directory<'_>) -> bool {
        let url = word.raw.contains("://");
        // `-O` alone writes into the working directory, under the name that the server gives.
        url || (!matches!(word.raw.as_str(), "-O" | "-OL" | "-LO" | "-sLO" | "-sO" | "--remote-name" | "-T" | "-d")
            && word.raw.starts_with('-'))
            || (word.raw.starts_with(['/', '~']) && self.is_away(word, directory))
    }

    fn leads_away(&self, redirect: &shell::Redirect) -> bool {
        match redirect.kind {
            RedirectKind::DuplicateInput
            | RedirectKind::DuplicateOutput
            | RedirectKind::Heredoc
            | RedirectKind::HereString => true,
            _ => {
                let target = redirect.target.literal().unwrap_or_default();
                target.starts_with('/') && path::below(self.sources, &path::absolute("/", target)).is_none()
            }
        }
    }
}

/// Whether a command runs to compute a word.
fn is_computed(word: &Word) -> bool {
    word.raw.contains("$(")
        || word.raw.contains('`')
        || word.raw.contains("<(")
        || word.parts.iter().any(|part| matches!(part, Part::Expansion))
            && !word.raw.starts_with('~')
            && !word.raw.contains("${")
}

/// Whether a word of a package manager is a file: `./x.deb`, `/tmp/x.rpm`, `file:…`.
fn is_file(word: &Word) -> bool {
    let raw = word.raw.trim_start_matches(['"', '\'']);
    let option = raw.starts_with('-');
    !option && (raw.starts_with(['.', '/', '~']) || raw.starts_with("file:"))
        || [".deb", ".rpm", ".apk", ".whl", ".tgz", ".gem"].iter().any(|ending| raw.ends_with(ending))
}

fn is_mode_or_owner(raw: &str) -> bool {
    raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-=,:_".contains(&byte))
}
