//! Which words of a text mean that git is asked, or that its data is looked into.

use super::names::{has_word, line_at, of_name};

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

/// What a manifest names that asks git.
pub(super) fn asked_by_manifest(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    ASKS_GIT.into_iter().find(|name| has_word(&lower, name))
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
