//! What the commands of a RUN fetch, and whether it can change under the same text.
//!
//! When in doubt it does not: a finding that a reader takes for noise is worse than one that is missing.

use super::address::{self, last};
use super::inner;
use super::reference::{has_version, is_commit, is_fixed, is_moving_name};
use crate::model::{Run, Shell, path};
use crate::shell::{SimpleCommand, Step, Word, invocation};
use crate::text::Span;

/// Commands in `$(…)` are looked at so deep.
const DEEPEST: usize = 3;

/// Quoted addresses are not longer than this.
const LONGEST_QUOTE: usize = 80;

/// Programs that compare what was fetched with what it has to be.
const VERIFIERS: [&str; 9] = [
    "sha256sum -c",
    "sha512sum -c",
    "sha1sum -c",
    "md5sum -c",
    "shasum -a",
    "sha256sum --c",
    "sha512sum --c",
    "gpg --verify",
    "gpgv ",
];

/// Where scripts that add a source of packages come from. What they add is asked at every installation.
const PACKAGE_SOURCES: [&str; 3] = ["packagecloud.io", "deb.nodesource.com", "rpm.nodesource.com"];

/// Something that a RUN fetches.
pub(super) struct Fetch {
    /// The command, shortened.
    pub(super) what: String,
    /// Why it can change, as the beginning of a sentence.
    pub(super) why: String,
    /// Where it stands.
    pub(super) span: Span,
}

/// The first thing that a RUN fetches and that can change under the same text.
pub(super) fn moving(run: &Run) -> Option<Fetch> {
    in_list(run, &run.steps()?, 0)
}

/// The same for a list of commands, which stands in so many others.
fn in_list(run: &Run, steps: &[Step<'_>], depth: usize) -> Option<Fetch> {
    let whole = Whole { run, steps, inner: depth > 0 };
    let of_its_own = |index: usize, command: &SimpleCommand| {
        let found = invocation(&command.words)?;
        let (program, arguments) = command.words[found.program..].split_first()?;
        let program = path::file_name(program.literal()?);
        let why = whole.fetched(program, arguments, index)?;
        Some(Fetch { what: quoted(program, arguments), why, span: command.span })
    };
    steps.iter().enumerate().find_map(|(index, step)| {
        let inside = || {
            let Shell::Posix(dialect, _) = run.shell() else { return None };
            let scripts = inner::scripts(step.command, dialect);
            let found = scripts.iter().find_map(|script| in_list(run, &script.commands(), depth + 1))?;
            Some(Fetch { span: step.command.span, ..found })
        };
        of_its_own(index, step.command).or_else(|| if depth < DEEPEST { inside() } else { None })
    })
}

/// All commands of a RUN.
struct Whole<'a> {
    run: &'a Run,
    steps: &'a [Step<'a>],
    /// Whether they stand in `$(…)`.
    inner: bool,
}

impl Whole<'_> {
    fn fetched(&self, program: &str, arguments: &[Word], index: usize) -> Option<String> {
        match program {
            "git" => self.cloned(arguments),
            "curl" | "wget" => self.downloaded(program, arguments, index),
            "pip" | "pip3" | "pip2" | "pipx" | "uv" | "poetry" => from_repository(arguments),
            _ if program.starts_with("python") || program.starts_with("pip3.") => from_repository(arguments),
            "npm" | "yarn" | "pnpm" | "bun" => from_shorthand(arguments),
            "go" => go(arguments),
            "cargo" => cargo(arguments),
            _ => None,
        }
    }

    /// `git clone` of a branch, where the RUN does not go on to a commit or a release.
    fn cloned(&self, arguments: &[Word]) -> Option<String> {
        let clone = arguments.iter().position(|word| word.literal() == Some("clone"))?;
        // `-c`, `-C` and the like may stand in front, with a value.
        if clone > 2 {
            return None;
        }
        let arguments = &arguments[clone + 1..];
        let address = arguments.iter().find(|word| is_remote(&word.raw))?;
        if names_a_version(&address.raw) || self.goes_to_a_fixed_reference() {
            return None;
        }
        match branch(arguments) {
            Branch::Fixed => None,
            Branch::Named(branch) => Some(format!("the branch `{branch}` moves")),
            Branch::Default => Some("it takes the newest commit of the default branch".to_owned()),
        }
    }

    /// Whether any other git command of the RUN names a commit, a release, or a variable.
    fn goes_to_a_fixed_reference(&self) -> bool {
        const MOVERS: [&str; 7] = ["checkout", "reset", "switch", "fetch", "submodule", "apply", "worktree"];
        self.steps.iter().any(|step| {
            let Some(found) = invocation(&step.command.words) else { return false };
            let words = &step.command.words[found.program..];
            let is_git = words.first().and_then(Word::literal).is_some_and(|name| path::file_name(name) == "git");
            let Some(mover) = words.iter().position(|word| word.literal().is_some_and(|it| MOVERS.contains(&it)))
            else {
                return false;
            };
            is_git && words[mover + 1..].iter().any(|word| !word.raw.starts_with('-') && is_fixed(bare(&word.raw)))
        }) || self.run.mentions("--revision")
    }

    /// `curl` and `wget` of an address that names no version.
    fn downloaded(&self, program: &str, arguments: &[Word], index: usize) -> Option<String> {
        if self.is_verified() || is_request(program, arguments) {
            return None;
        }
        let address = arguments.iter().map(|word| bare(&word.raw)).find(|raw| is_remote(raw))?;
        let (host, rest) = address.split_once("://")?.1.split_once('/').unwrap_or((address.split_once("://")?.1, ""));
        let own = host.is_empty() || host.starts_with("localhost") || host.starts_with("127.");
        if own || PACKAGE_SOURCES.contains(&host) {
            return None;
        }
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        if is_key(path) || names_a_version(rest) || rest.contains("version=") {
            return None;
        }
        if let Some(why) = address::moving(path) {
            return Some(why);
        }
        let unversioned = !address.contains('$') && !has_version(path) && !has_version(host_without_domain(host));
        match () {
            () if !unversioned => None,
            () if self.is_run(index) => Some("it runs a script from an address that names no version".to_owned()),
            () if self.inner => Some("what the address answers decides on what the command around it does".to_owned()),
            () => None,
        }
    }

    /// Whether the RUN compares what it fetches with what it has to be.
    fn is_verified(&self) -> bool {
        VERIFIERS.iter().any(|verifier| self.run.mentions(verifier))
    }

    /// Whether a download goes into a shell, without an argument that names a version.
    fn is_run(&self, index: usize) -> bool {
        let Some(next) = self.steps.get(index + 1) else { return false };
        let words = &next.command.words;
        let shell = invocation(words).and_then(|found| words.get(found.program)).and_then(Word::literal);
        let is_shell =
            shell.is_some_and(|name| matches!(path::file_name(name), "sh" | "bash" | "dash" | "ash" | "zsh"));
        let versioned = |word: &Word| word.raw.contains('$') || has_version(&word.raw);
        let assigned = next.command.assignments.iter().any(|it| versioned(&it.value));
        self.steps[index].piped && next.piped && is_shell && !assigned && !words.iter().skip(1).any(versioned)
    }
}

enum Branch {
    Default,
    Named(String),
    Fixed,
}

/// What `git clone` takes out of the repository.
fn branch(arguments: &[Word]) -> Branch {
    for (index, word) in arguments.iter().enumerate() {
        let value = match word.raw.as_str() {
            "-b" | "--branch" => arguments.get(index + 1).map(|word| bare(&word.raw)),
            raw if raw.starts_with("--revision") => return Branch::Fixed,
            raw => raw.strip_prefix("--branch=").map(bare),
        };
        match value {
            Some(value) if is_fixed(value) => return Branch::Fixed,
            Some(value) => return Branch::Named(value.to_owned()),
            None => {}
        }
    }
    Branch::Default
}

/// `pip install git+https://…` without a commit or a release.
fn from_repository(arguments: &[Word]) -> Option<String> {
    let installs = |word: &Word| matches!(word.literal(), Some("install" | "add" | "wheel" | "download" | "sync"));
    if !arguments.iter().any(installs) {
        return None;
    }
    arguments.iter().find_map(|word| {
        let raw = bare(&word.raw);
        if let Some(at) = raw.find("git+") {
            return moving_repository(&raw[at + "git+".len()..]);
        }
        let archive = raw.find("https://").map(|at| &raw[at..]).filter(|it| it.contains("/archive/"))?;
        let name = archive.split('/').next_back()?;
        let branch = name.split('.').next().unwrap_or_default();
        is_moving_name(branch).then(|| format!("the branch `{branch}` moves"))
    })
}

/// Whether an address of a repository names a commit or a release behind `@`.
fn moving_repository(address: &str) -> Option<String> {
    if names_a_version(address) {
        return None;
    }
    let address = address.split(['#', ' ', '"', '\'']).next().unwrap_or_default();
    match last(address).split_once('@') {
        None => Some("it takes the newest commit of the default branch".to_owned()),
        Some((_, reference)) if is_fixed(reference) => None,
        Some((_, reference)) => Some(format!("the branch `{reference}` moves")),
    }
}

/// `npm install github:user/repository`, and addresses of repositories.
fn from_shorthand(arguments: &[Word]) -> Option<String> {
    let installs = |word: &Word| matches!(word.literal(), Some("install" | "i" | "add" | "global"));
    if !arguments.iter().any(installs) {
        return None;
    }
    arguments.iter().find_map(|word| {
        let raw = bare(&word.raw);
        let repository =
            ["github:", "gitlab:", "bitbucket:", "git+https://", "git+ssh://", "git://"].iter().find_map(|prefix| {
                raw.strip_prefix(prefix).or_else(|| raw.split_once(&format!("@{prefix}")).map(|(_, it)| it))
            })?;
        match repository.split_once('#') {
            _ if repository.contains('$') => None,
            None => Some("it takes the newest commit of the default branch".to_owned()),
            Some((_, reference)) if is_fixed(reference) => None,
            Some((_, reference)) => Some(format!("the branch `{reference}` moves")),
        }
    })
}

/// `go install module@latest`
fn go(arguments: &[Word]) -> Option<String> {
    if !matches!(arguments.first()?.literal(), Some("install" | "get" | "run")) {
        return None;
    }
    arguments.iter().find_map(|word| {
        let (_, version) = bare(&word.raw).rsplit_once('@')?;
        is_moving_name(version).then(|| format!("`@{version}` is another version from time to time"))
    })
}

/// `cargo install --git ADDRESS` without a commit or a release.
fn cargo(arguments: &[Word]) -> Option<String> {
    if arguments.iter().all(|word| word.literal() != Some("install")) {
        return None;
    }
    let starts = |option: &str| arguments.iter().any(|word| word.raw.starts_with(option));
    let fetches = starts("--git") && !starts("--rev") && !starts("--tag");
    let address = arguments.iter().find(|word| word.raw.contains("://"))?;
    (fetches && !names_a_version(&address.raw)).then(|| "it takes the newest commit of a branch".to_owned())
}

/// A request that is no download.
fn is_request(program: &str, arguments: &[Word]) -> bool {
    let asks = |word: &Word| match program {
        "curl" => {
            matches!(word.raw.as_str(), "-I" | "--head" | "-X" | "--request" | "-d" | "--data" | "-F" | "--form" | "-T")
                || word.raw.starts_with("--data")
        }
        _ => matches!(word.raw.as_str(), "--spider") || word.raw.starts_with("--post"),
    };
    arguments.iter().any(asks)
}

/// Keys and lists of package sources change so that what they are for still works.
fn is_key(path: &str) -> bool {
    let name = last(path).to_ascii_lowercase();
    let ends =
        [".asc", ".sig", ".gpg", ".key", ".pub", ".pem", ".crt", ".list", ".repo", ".sources", ".sha256", ".md5"];
    ends.iter().any(|end| name.ends_with(end)) || name.contains("gpg") || name.contains("key")
}

/// Whether a variable in a text is there to be given a version: its name says so.
fn names_a_version(text: &str) -> bool {
    let names = ["VERSION", "VER", "TAG", "REF", "COMMIT", "SHA", "REV", "RELEASE", "HASH", "BRANCH"];
    let upper = text.to_ascii_uppercase();
    let in_variable = |name: &str| upper.split('$').skip(1).any(|rest| variable(rest).contains(name));
    upper.contains('$') && names.iter().any(|name| in_variable(name))
        || text.split(['/', '@', '#', '=']).any(is_full_commit)
}

/// The name at the beginning of what stands behind a `$`.
fn variable(rest: &str) -> &str {
    let rest = rest.trim_start_matches(['{', '(']);
    let end = rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(rest.len());
    &rest[..end]
}

fn is_full_commit(part: &str) -> bool {
    part.len() >= 12 && is_commit(part)
}

/// Whether a word is an address on another machine, whose beginning is written out.
fn is_remote(raw: &str) -> bool {
    let raw = bare(raw);
    ["http://", "https://", "git://", "ssh://", "git@", "ftp://"].iter().any(|scheme| raw.starts_with(scheme))
}

/// A host without the numbers that machines have: `download2.example.com`.
fn host_without_domain(host: &str) -> &str {
    host.split('.').next().filter(|first| first.starts_with('v')).unwrap_or_default()
}

/// A word without the quotes around it.
fn bare(raw: &str) -> &str {
    raw.trim_matches(['"', '\''])
}

/// The command for a message: its program, what it does, and its address.
fn quoted(program: &str, arguments: &[Word]) -> String {
    let telling = |word: &&Word| {
        let raw = bare(&word.raw);
        raw.contains("://")
            || raw.contains('@')
            || raw.contains(':')
            || matches!(raw, "clone" | "install" | "add" | "get")
    };
    let mut text = program.to_owned();
    for word in arguments.iter().filter(telling) {
        text.push(' ');
        text.push_str(bare(&word.raw));
    }
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
