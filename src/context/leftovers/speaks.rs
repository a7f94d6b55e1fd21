//! Which texts of a context speak of git, of `.env`, or of a file by its name.
//!
//! The texts are those that a build could run or read: sources, scripts and configuration. Prose, lock files and what only
//! other tools read (CI, hooks of git) say nothing of a build.

use std::fs;
use std::sync::Arc;

use super::Leftovers;
use crate::context::tree::read_small_file;
use crate::context::{BuildContext, path};

/// How many texts are read, and how many bytes of them all.
const MOST_FILES: usize = 4_000;
const MOST_BYTES: usize = 24 << 20;
const MOST_OF_ONE: u64 = 256 * 1024;

/// Subcommands of git that ask nothing of a repository that is there.
const HARMLESS_GIT: [&str; 8] = ["clone", "init", "ls-remote", "lfs", "--version", "version", "help", "credential"];

/// Names of what asks git for a version, a date or a list of files, by itself or in the manifests that ask for it.
const ASKS_GIT: [&str; 44] = [
    "setuptools_scm",
    "setuptools-scm",
    "versioneer",
    "hatch-vcs",
    "hatch_vcs",
    "poetry-dynamic-versioning",
    "poetry_dynamic_versioning",
    "poetry-version-plugin",
    "dunamai",
    "miniver",
    "versioningit",
    "pbr",
    "setuptools-git",
    "setuptools_git",
    "gitpython",
    "pygit2",
    "dulwich",
    "git2",
    "gix",
    "vergen",
    "shadow-rs",
    "git-version",
    "gitversion",
    "minver",
    "nerdbank",
    "sourcelink",
    "grgit",
    "jgit",
    "axion-release",
    "gradle-git",
    "git-commit-id",
    "buildnumber-maven",
    "git-revision",
    "git-rev-sync",
    "git-describe",
    "simple-git",
    "isomorphic-git",
    "nodegit",
    "husky",
    "lefthook",
    "yorkie",
    "go-git",
    "sentry-cli",
    "semantic-release",
];

/// What reads `.env` without being told.
const READS_ENV: [&str; 16] = [
    "dotenv",
    "decouple",
    "environs",
    "pydantic_settings",
    "pydantic-settings",
    "BaseSettings",
    "django-environ",
    "\"next\"",
    "\"nuxt\"",
    "\"vite\"",
    "react-scripts",
    "@vue/cli",
    "symfony/",
    "laravel/",
    "@nestjs/config",
    "envy",
];

/// A text that speaks of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Which file it is.
    pub file: String,
    /// The words.
    pub words: String,
}

/// What the texts of a context speak of.
#[derive(Debug, Default)]
pub struct Speaks {
    /// Of git's own data, or of programs that read it.
    pub git: Option<Spoken>,
    /// Of what the Go linker knows of git.
    pub stamp: Option<Spoken>,
    /// Of `.env`, or of programs that read it.
    pub env: Option<Spoken>,
    /// Of something that was found, by its name.
    names: Vec<(String, Spoken)>,
    /// False if there is too much to read.
    pub complete: bool,
}

impl Speaks {
    /// Who speaks of something that is called `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Spoken> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, spoken)| spoken)
    }
}

impl BuildContext {
    /// What the texts of the context speak of, read once for all builds of it.
    #[must_use]
    pub fn speaks(&self) -> Arc<Speaks> {
        self.remember(|| {
            let leftovers = self.leftovers();
            let mut reader =
                Reader { context: self, leftovers: &leftovers, files: 0, bytes: 0, speaks: Speaks::default() };
            reader.speaks.complete = reader.read("", 0) && leftovers.complete;
            reader.speaks
        })
    }
}

struct Reader<'a> {
    context: &'a BuildContext,
    leftovers: &'a Leftovers,
    files: usize,
    bytes: usize,
    speaks: Speaks,
}

impl Reader<'_> {
    /// Reads everything below a directory that is no leftover; false where there is too much.
    fn read(&mut self, directory: &str, depth: usize) -> bool {
        const DEEPEST: usize = 64;
        let Ok(entries) = fs::read_dir(self.context.root().join(directory)) else { return false };
        let mut names: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?)))
            .collect();
        names.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, kind) in names {
            let path = path::join(directory, &name);
            if self.leftovers.found.iter().any(|found| found.path == path) {
                continue;
            }
            if kind.is_dir() {
                // What no build runs of its own accord.
                let aside = [".git", ".github", ".gitlab", ".circleci", ".husky", "node_modules", "docs"];
                if !aside.contains(&name.as_str()) && (depth == DEEPEST || !self.read(&path, depth + 1)) {
                    return false;
                }
            } else if kind.is_file() && is_read_by_builds(&name) && self.context.is_sent(&path) {
                self.files += 1;
                if self.files > MOST_FILES || self.bytes > MOST_BYTES {
                    return false;
                }
                if let Ok(bytes) = read_small_file(&self.context.root().join(&path), MOST_OF_ONE) {
                    self.bytes += bytes.len();
                    self.text(&path, &String::from_utf8_lossy(&bytes));
                }
            }
        }
        true
    }

    fn text(&mut self, file: &str, text: &str) {
        if text.contains('\0') {
            return;
        }
        let spoken = |words: &str| Some(Spoken { file: file.to_owned(), words: words.to_owned() });
        let manifest = is_manifest(path::split(file).1);
        if self.speaks.git.is_none() {
            let lower = if manifest { text.to_lowercase() } else { String::new() };
            let asks = ASKS_GIT.iter().find(|name| manifest && has_word(&lower, name));
            self.speaks.git = asks.copied().or_else(|| speaks_of_git(text)).and_then(spoken);
        }
        if self.speaks.stamp.is_none() {
            self.speaks.stamp = ["ReadBuildInfo", "vcs.revision", "buildinfo.Read"]
                .into_iter()
                .find(|it| text.contains(it))
                .and_then(spoken);
        }
        if self.speaks.env.is_none() {
            let reads = READS_ENV.into_iter().find(|name| text.contains(name));
            let named = || of_name(text, ".env").then_some(".env");
            self.speaks.env = reads.or_else(named).and_then(spoken);
        }
        for found in &self.leftovers.found {
            let name = path::split(&found.path).1;
            if self.speaks.of(name).is_none() && of_name(text, name) {
                self.speaks.names.extend(spoken(name).map(|spoken| (name.to_owned(), spoken)));
            }
        }
    }
}

/// Whether a text names a file, and not to leave it out: a list of what is ignored speaks of it too.
fn of_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        let inside = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
        let apart = !before.is_some_and(|it| inside(it) || it == '.' || it == ')')
            && !after.is_some_and(|it| inside(it) || (it == '.' && name.starts_with('.')));
        apart && !leaves_out(line_at(text, at), name)
    })
}

/// Whether a line says what is to be left out.
fn leaves_out(line: &str, name: &str) -> bool {
    const NEIGHBOURS: [&str; 9] =
        ["exclude", "ignore", "skip", "prune", "__pycache__", "node_modules", ".hg", ".svn", ".tox"];
    let bare = line.trim().trim_matches(|character: char| "-\"',/* []".contains(character));
    bare == name.trim_matches('/') || {
        let lower = line.to_lowercase();
        NEIGHBOURS.iter().any(|word| *word != name && lower.contains(word))
    }
}

fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    &text[start..end]
}

/// Whether a text runs git or looks into `.git`: the words that say so.
#[must_use]
pub(crate) fn speaks_of_git(text: &str) -> Option<&'static str> {
    if of_name(text, ".git") {
        return Some(".git");
    }
    text.match_indices("git").find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '@' | ':' | '+')) {
            // The path of the program is the program.
            if !text[..at].ends_with("bin/") {
                return None;
            }
        }
        let line = line_at(text, at);
        let comment = ["#", "//", "*", "--", "<!--"].iter().any(|mark| line.trim_start().starts_with(mark));
        let rest = &text[at + 3..];
        let quoted = before.is_some_and(|it| matches!(it, '"' | '\'')) && rest.starts_with(['"', '\'']);
        if quoted {
            let typed = line[..line.len().min(line.find("git").unwrap_or_default())].contains("type");
            return (!typed && !comment).then_some("git");
        }
        let word = rest.strip_prefix([' ', '\t'])?.split_whitespace().next()?;
        let word = word.trim_matches(|it: char| !it.is_alphanumeric() && it != '-');
        (!comment && is_subcommand(word) && !HARMLESS_GIT.contains(&word)).then_some("git")
    })
}

/// Whether a word is something that git is asked for; in prose, other words follow.
fn is_subcommand(word: &str) -> bool {
    const SUBCOMMANDS: [&str; 27] = [
        "describe",
        "rev-parse",
        "rev-list",
        "log",
        "show",
        "status",
        "diff",
        "branch",
        "symbolic-ref",
        "tag",
        "remote",
        "ls-files",
        "ls-tree",
        "submodule",
        "archive",
        "name-rev",
        "shortlog",
        "for-each-ref",
        "cat-file",
        "show-ref",
        "worktree",
        "fetch",
        "pull",
        "checkout",
        "hash-object",
        "reset",
        "update-index",
    ];
    SUBCOMMANDS.contains(&word) || word.starts_with("-C") || word.starts_with("--git-dir")
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let inside = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

/// Whether a file asks for packages or says how the project is built.
fn is_manifest(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "package.json",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "Pipfile",
        "Cargo.toml",
        "build.rs",
        "composer.json",
        "Gemfile",
        "go.mod",
        "mix.exs",
        "pom.xml",
        "Makefile",
        "Rakefile",
        "tox.ini",
        "Directory.Build.props",
        "justfile",
    ];
    const ENDS: [&str; 9] =
        [".gradle", ".gradle.kts", ".csproj", ".fsproj", ".gemspec", ".props", ".targets", ".txt", ".in"];
    NAMES.contains(&name) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a build may run or read a file of that name: no prose, no lock file, no picture.
fn is_read_by_builds(name: &str) -> bool {
    const ENDS: [&str; 40] = [
        ".md", ".rst", ".adoc", ".html", ".css", ".scss", ".less", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".ico",
        ".webp", ".woff", ".woff2", ".ttf", ".eot", ".pdf", ".csv", ".po", ".mo", ".lock", ".sum", ".map", ".zip",
        ".gz", ".jar", ".mp4", ".mp3", ".wasm", ".so", ".snap", ".ipynb", ".parquet", ".geojson", ".min.js", ".diff",
        ".patch", ".xlsx",
    ];
    const NAMES: [&str; 14] = [
        "package-lock.json",
        "pnpm-lock.yaml",
        "npm-shrinkwrap.json",
        ".gitignore",
        ".gitattributes",
        ".gitmodules",
        ".dockerignore",
        ".prettierignore",
        ".eslintignore",
        ".npmignore",
        ".pre-commit-config.yaml",
        ".travis.yml",
        ".gitlab-ci.yml",
        "Jenkinsfile",
    ];
    const BEGINS: [&str; 8] =
        ["README", "CHANGELOG", "LICENSE", "CONTRIBUTING", "Dockerfile", "docker-compose", "compose.", ".git-blame"];
    !ENDS.iter().any(|end| name.ends_with(end))
        && !NAMES.contains(&name)
        && !BEGINS.iter().any(|begin| name.starts_with(begin))
}
