//! `.dockerignore` matching: what is documented and what Docker's own matcher does, and random patterns against a slow
//! reference that follows Docker's source word for word.

use std::path::Path;

use dockfix::context::IgnoreFile;
use dockfix::context::dockerignore::PatternMatcher;
use dockfix::settings::Builder;
use proptest::prelude::*;

/// Patterns (one string, lines separated by `\n`), a path, and whether Docker leaves it out.
const CASES: &[(&str, &str, bool)] = &[
    // Anchored at the root, unlike gitignore.
    ("a", "a", true),
    ("a", "b/a", false),
    ("a", "ab", false),
    ("a", "a/b/c", true),
    ("/a", "a", true),
    ("a/", "a", true),
    ("a/", "a/b", true),
    ("./a", "a", true),
    ("a/./b//c", "a/b/c", true),
    ("x/../a", "a", true),
    ("../a", "a", false),
    ("/", "a", false),
    (".", "a", false),
    // One star and question mark stop at a slash.
    ("*.pyc", "a.pyc", true),
    ("*.pyc", "b/a.pyc", false),
    ("*/*.pyc", "b/a.pyc", true),
    ("*/*.pyc", "c/b/a.pyc", false),
    ("*", "a", true),
    ("*", ".hidden", true),
    ("*", "a/b", true),
    ("a*", "abc/d", true),
    ("a?", "ab", true),
    ("a?", "a", false),
    ("?", "é", true),
    ("a?c", "a/c", false),
    ("temp?", "tempa", true),
    ("*/temp*", "some/temporary.txt", true),
    ("*/*/temp*", "some/sub/temporary.txt", true),
    ("*/temp*", "temporary.txt", false),
    // Two stars.
    ("**", "a", true),
    ("**", "a/b", true),
    ("**/", "a/b", true),
    ("**/*.pyc", "a.pyc", true),
    ("**/*.pyc", "c/b/a.pyc", true),
    ("**/__pycache__", "__pycache__", true),
    ("**/__pycache__", "a/b/__pycache__/c", true),
    ("**/__pycache__", "a/x__pycache__", false),
    ("__pycache__", "a/__pycache__", false),
    ("**/foo/bar", "foo/bar", true),
    ("**/foo/bar", "x/foo/bar", true),
    ("**/foo/bar", "xfoo/bar", false),
    ("a/**", "a", false),
    ("a/**", "a/b", true),
    ("a/**", "a/b/c", true),
    ("a/**/c", "a/c", true),
    ("a/**/c", "a/b/b/c", true),
    ("a/**/c", "a/bc", false),
    ("a/**/*.txt", "a/b/c.txt", true),
    ("a/*/**", "a/b", false),
    ("a/*/**", "a/b/c", true),
    ("a/b/**/**/c", "a/b/c", true),
    // Two stars that are not a whole part: Docker takes them for a bare prefix or suffix.
    ("a**", "abc/d", true),
    ("**a", "b/xa", true),
    ("**.txt", "b/x.txt", true),
    ("**.txt", "b/x.txtz", false),
    ("a**b", "axb", false),
    ("a**b", "ax/b", true),
    ("***", "a/b", true),
    ("**a**", "ba/c", false),
    ("**a**", "b/a/c", true),
    // Classes and escapes.
    ("[ab]x", "bx", true),
    ("[^a]x", "bx", true),
    ("[^a]x", "ax", false),
    ("[a-c]x", "bx", true),
    ("[a-c]x", "dx", false),
    ("[!a]x", "bx", false),
    ("[!a]x", "!x", true),
    ("a[^b]c", "a/c", true),
    ("\\*", "*", true),
    ("\\*", "a", false),
    ("a\\?", "a?", true),
    ("\\!a", "!a", true),
    ("\\#a", "#a", true),
    ("\\d", "7", true),
    ("\\d", "d", false),
    // `\b` is the boundary of a word: measured, Docker leaves out all of `a` here.
    ("a\\b", "a/b", true),
    ("dir\\build", "dir/build", false),
    ("dir\\build", "diruild", false),
    ("?\\b?", "a-", true),
    ("?\\b?", "ab", false),
    ("?\\B?", "ab", true),
    ("a*\\z", "ab", true),
    ("a\\A*", "ab", false),
    // Characters that mean something in regular expressions only.
    ("a.b", "axb", false),
    ("*.b", "axb", false),
    ("*(a)+{1}|$", "x(a)+{1}|$", true),
    ("^a", "^a", true),
    ("^a*", "ab", true),
    ("^a*", "^ab", false),
    // The last match wins.
    ("*\n!a", "a", false),
    ("*\n!a", "b", true),
    ("!a\n*", "a", true),
    ("*.md\n!README.md", "README.md", false),
    ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true),
    ("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false),
    ("a\n!a/b", "a", true),
    ("a\n!a/b", "a/b", false),
    ("a\n!a/b", "a/b/c", false),
    ("a\n!a/b", "a/c", true),
    ("a\n!a/b\na/b/c", "a/b/c", true),
    ("a/*\n!a/b", "a", false),
    ("a/*\n!a/b", "a/b", false),
    ("a/*\n!a/b", "a/c", true),
    ("**\n!a/**", "a", true),
    ("**\n!a/**", "a/b", false),
    ("**/node_modules\n!a/node_modules/keep", "a/node_modules/keep", false),
    ("**/node_modules\n!a/node_modules/keep", "b/node_modules/keep", true),
    ("*\n!**/*.go", "a/b/c.go", false),
    ("*\n!**/*.go", "a/b/c.rs", true),
    ("*\n! a", "a", false),
    ("*\n!/a", "a", false),
    // A negation that had nothing to undo for the directory does not hold below it.
    ("a/f\n!a", "a/f", true),
    // Lines.
    ("#a", "#a", false),
    (" #a", "#a", true),
    ("  a  ", "a", true),
    ("a b", "a b", true),
    ("\u{feff}a", "a", true),
    ("a\r\nb\r\n", "b", true),
    ("\n\n\t\n", "a", false),
    ("", "a", false),
    // The root is never left out.
    ("*", "", false),
];

fn matcher(text: &str) -> PatternMatcher {
    IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned()).matcher().clone()
}

#[test]
fn matches_as_docker_does() {
    let wrong: Vec<_> = CASES
        .iter()
        .filter(|(text, path, expected)| matcher(text).excludes(path, Builder::Buildkit) != *expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Where the builders differ: patterns, a path, and whether BuildKit, buildah and the classic builder leave it out.
const DIFFERENCES: &[(&str, &str, [bool; 3])] = &[
    // Only BuildKit enters a directory that is left out because of a negation with a wildcard.
    ("*\n!**/*.go", "a/b.go", [false, true, true]),
    ("*\n!**/*.go", "b.go", [false, false, false]),
    ("??\n!*/a", "ab/a", [false, true, true]),
    ("a\n!a/*.md", "a/x.md", [false, false, false]),
    ("a\n!a/b/*.md", "a/b/x.md", [false, false, false]),
    ("a\n!a*/x", "a/x", [false, false, true]),
    // Only buildah looks at a negation that has nothing to take back yet.
    ("a/f\n!a", "a/f", [true, false, true]),
    // Two stars that are no part of their own.
    ("**.txt", "b/x.txt", [true, false, true]),
    ("**.txt", "b/.txt", [true, true, true]),
    ("**", "a/b", [true, true, true]),
];

#[test]
fn builders_differ_in_corners() {
    for (text, path, expected) in DIFFERENCES {
        let found = Builder::ALL.map(|builder| matcher(text).excludes(path, builder));
        assert_eq!(found, *expected, "{text:?} on {path:?}");
    }
}

#[test]
fn a_pattern_written_again_behind_a_negation_empties_files() {
    for (text, path, expected) in [
        ("a\n!a/f\na", "a/f", true),
        ("a\n!a/f\na", "a/g", false),
        ("a\n!a/f", "a/f", false),
        ("a\n!a/f\na/*", "a/f", false),
        ("a*\n!a/f\na", "a/f", true),
    ] {
        let matcher = matcher(text);
        assert_eq!(matcher.empties(path, Builder::Buildkit), expected, "{text:?} on {path:?}");
        assert!(!matcher.empties(path, Builder::Classic) && !matcher.empties(path, Builder::Buildah));
    }
}

#[test]
fn hostile_patterns_stay_cheap() {
    let path = "a/".repeat(500) + "a";
    for pattern in ["**/a/".repeat(400) + "b", "*a".repeat(1000), "a*?".repeat(1000), "[^x]*".repeat(1000) + "x"] {
        let start = std::time::Instant::now();
        assert!(!matcher(&pattern).step(&path, None, Builder::Buildkit).0, "{pattern}");
        assert!(start.elapsed().as_secs() < 10, "{pattern}");
    }
}

/// The slow reference: what Docker's source says, without any of our structure.
mod reference {
    /// `patternmatcher.Pattern.match` for patterns made of letters, `/`, `*`, `?`, `.` and simple classes.
    pub fn names(pattern: &str, path: &str) -> bool {
        let special = |text: &str| text.contains(['*', '?', '[', ']', '\\']);
        if !special(pattern) {
            return pattern == path;
        }
        if let Some(prefix) = pattern.strip_suffix("**")
            && !special(prefix)
            && !prefix.is_empty()
        {
            return path.starts_with(prefix);
        }
        if let Some(suffix) = pattern.strip_prefix("**")
            && !special(suffix)
        {
            return path.ends_with(suffix) || suffix.strip_prefix('/') == Some(path);
        }
        let pattern: Vec<char> = pattern.chars().collect();
        let path: Vec<char> = path.chars().collect();
        backtrack(&pattern, &path)
    }

    fn backtrack(pattern: &[char], path: &[char]) -> bool {
        match pattern {
            [] => path.is_empty(),
            ['*', '*', rest @ ..] => {
                let rest = rest.strip_prefix(&['/']).unwrap_or(rest);
                rest.is_empty()
                    || backtrack(rest, path)
                    || (0..path.len()).any(|at| path[at] == '/' && backtrack(rest, &path[at + 1..]))
            }
            ['*', rest @ ..] => {
                let end = path.iter().position(|character| *character == '/').unwrap_or(path.len());
                (0..=end).any(|at| backtrack(rest, &path[at..]))
            }
            ['?', rest @ ..] => matches!(path, [first, left @ ..] if *first != '/' && backtrack(rest, left)),
            ['[', '^', member, ']', rest @ ..] => {
                matches!(path, [first, left @ ..] if first != member && backtrack(rest, left))
            }
            ['[', member, ']', rest @ ..] | ['\\', member, rest @ ..] | [member, rest @ ..] => {
                matches!(path, [first, left @ ..] if first == member && backtrack(rest, left))
            }
        }
    }

    /// `fsutil.filterFS.Walk` over one path: each directory above is visited first, and a directory that is left out
    /// and that no negation leads into is not entered.
    pub fn excludes(patterns: &[(bool, String)], path: &str) -> bool {
        let mut parents = vec![false; patterns.len()];
        let parts: Vec<&str> = path.split('/').collect();
        for depth in 1..=parts.len() {
            let here = parts[..depth].join("/");
            let mut matched = false;
            let mut info = vec![false; patterns.len()];
            for (index, (negated, pattern)) in patterns.iter().enumerate() {
                let mut matches = parents[index];
                if !matches {
                    if *negated != matched {
                        continue;
                    }
                    matches = names(pattern, &here);
                }
                info[index] = matches;
                if matches {
                    matched = !negated;
                }
            }
            parents = info;
            if depth == parts.len() || (matched && !enters(patterns, &here)) {
                return matched;
            }
        }
        unreachable!("a path has a last part")
    }

    fn enters(patterns: &[(bool, String)], directory: &str) -> bool {
        let trimmed = |pattern: &str| {
            let pattern = pattern.strip_suffix("/**").unwrap_or(pattern);
            pattern.strip_suffix("/*").unwrap_or(pattern).to_owned()
        };
        let negations = || patterns.iter().filter(|(negated, _)| *negated).map(|(_, pattern)| trimmed(pattern));
        let only_prefixes = negations().all(|pattern| !pattern.contains(['*', '[', ']', '?', '^', '\\']));
        !only_prefixes || negations().any(|pattern| format!("{pattern}/").starts_with(&format!("{directory}/")))
    }
}

fn pattern() -> impl Strategy<Value = String> {
    const FIXED: [&str; 11] = ["*", "**", "*a", "a*", "?", "a.b", "[a]", "[^a]b", "\\*", "**b", "a**"];
    let part = prop_oneof![1 => "[ab]{1,2}", 1 => prop::sample::select(&FIXED[..]).prop_map(str::to_owned)];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
}

fn path() -> impl Strategy<Value = String> {
    let part =
        prop_oneof![4 => "[ab]{1,2}", 1 => prop::sample::select(&["a.b", "axb", "*"][..]).prop_map(str::to_owned)];
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_reference(
        patterns in prop::collection::vec((prop::bool::weighted(0.4), pattern()), 1..6),
        path in path(),
    ) {
        let line = |(negated, pattern): &(bool, String)| format!("{}{pattern}\n", if *negated { "!" } else { "" });
        let text: String = patterns.iter().map(line).collect();
        let matcher = matcher(&text);
        prop_assert_eq!(matcher.patterns().len(), patterns.len(), "{}", text);
        prop_assert_eq!(matcher.excludes(&path, Builder::Buildkit), reference::excludes(&patterns, &path), "{:?} on {:?}", text, path);
    }

    #[test]
    fn reads_anything(text in any::<String>(), path in any::<String>()) {
        let file = IgnoreFile::parse(Path::new("x"), text.clone());
        prop_assert_eq!(file.text(), text.as_str());
        let _ = file.matcher().excludes(path.trim_matches('/'), Builder::Buildkit);
        for line in file.lines() {
            prop_assert!(!line.span.of(&text).contains('\n'));
        }
    }

    #[test]
    fn reads_anything_odd(text in "[\\[\\]*?!\\\\^/.a:d-]{0,20}", path in "[\\[\\]*?!\\\\^/.a:d-]{1,12}") {
        for builder in Builder::ALL {
            let _ = matcher(&text).excludes(&path, builder);
        }
    }
}
