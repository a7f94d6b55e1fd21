//! Names that would steer a terminal, a log, a reviewer or a shell. Every format prints them so that nothing happens, and those for
//! programs give them back.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::{contents, feed, git, run};

const NAMES: &[&[u8]] = &[
    b"plain",
    b"two words ",
    b" before",
    b"line\nbreak",
    b"line\n::error::injected",
    b"::error file=x::injected",
    b"::stop-commands::x",
    b"return\r::error::injected",
    b"tab\there",
    b"quote\"and'quote",
    b"back\\slash\\n",
    b"-rf",
    b"--apply",
    b"--config=x",
    b"colour\x1b[31mred\x1b[0m",
    b"title\x1b]0;evil\x07",
    b"link\x1b]8;;http:evil\x1b\\text\x1b]8;;\x1b\\",
    b"clipboard\x1b]52;c;AAAA\x07",
    "one byte\u{9b}31m\u{90}evil\u{9c}".as_bytes(),
    "bidi\u{202e}txt.exe\u{202c}".as_bytes(),
    "isolate\u{2066}x\u{2069}\u{61c}".as_bytes(),
    "separator\u{2028}x\u{2029}".as_bytes(),
    b"delete\x7f\x08\x08",
    b"no text \xff\xfe",
    "\u{e9}t\u{e9} \u{1f600}".as_bytes(),
    b"percent%0A%3A::error::x,y:z",
    b"<img src=x onerror=alert(1)>",
    b"[text](javascript:alert(1)) @everyone `x` **b** #1",
    b"$(touch marker)`touch marker`;touch marker",
    b"{{ x }} <% y %>",
    b"##[error]injected",
    b"~",
];

/// One Dockerfile to mend for each name, in a folder that is called so, with a file of that name to tell of.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        let root = tree.root();
        git(&root, &["init", "--quiet", "--template=", "--initial-branch=main"]);
        git(&root, &["commit", "--quiet", "--allow-empty", "-m", "base"]);
        for name in NAMES {
            let folder = root.join(OsStr::from_bytes(name));
            fs::create_dir(&folder).unwrap();
            let copy = "FROM alpine:3.20\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"/app/start.sh\"]\n";
            fs::write(folder.join("Dockerfile"), copy).unwrap();
            fs::write(folder.join("start.sh"), "#!/bin/sh\n").unwrap();
            fs::write(folder.join(OsStr::from_bytes(&[name, b".log".as_slice()].concat())), "x\n").unwrap();
        }
        git(&root, &["add", "--all"]);
        git(&root, &["commit", "--quiet", "-m", "all"]);
        tree
    }

    fn root(&self) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap()
    }
}

/// The paths of the Dockerfiles; what is no text with marks in its place, or left out.
fn paths(lossy: bool) -> BTreeSet<String> {
    let all = NAMES.iter().map(|name| [name, b"/Dockerfile".as_slice()].concat());
    all.filter(|path| lossy || std::str::from_utf8(path).is_ok())
        .map(|path| String::from_utf8_lossy(&path).into_owned())
        .collect()
}

/// Whether a character does something instead of being shown. A line end does what it should.
fn steers(character: char) -> bool {
    let bidi =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line = matches!(character, '\u{2028}' | '\u{2029}');
    (character.is_control() && character != '\n') || bidi || line
}

/// Nothing in `text` steers a terminal, and no line of it is a command of GitHub Actions.
fn check_harmless(what: &str, text: &str) {
    for line in text.lines() {
        // In a diff, a tab behind a name with blanks keeps `patch` from taking the rest for a date.
        let line =
            if line.starts_with("--- ") || line.starts_with("+++ ") { line.trim_end_matches('\t') } else { line };
        assert!(!line.contains(steers), "{what}: {line:?}");
        assert!(!line.trim_start().starts_with("::"), "{what}: {line:?}");
        // The diff and what programs read have to give the name back; a log shows it.
        assert!(
            !line.contains("##[") || line.contains("/##[") || line.starts_with(['{', ',', '[', ']']),
            "{what}: {line:?}"
        );
    }
}

/// `text` without the colours that dockfix itself puts on, which begin and end on one line.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|it: char| !it.is_ascii_digit() && it != ';').unwrap_or(part.len());
        assert!(part[end..].starts_with('m'), "no colour: {part:?}");
        result.push_str(&part[end + 1..]);
    }
    result
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Every text at `path`, in which `*` is each element of a list.
fn texts(value: &Value, path: &[&str]) -> BTreeSet<String> {
    match (path, value) {
        ([], Value::String(text)) => BTreeSet::from([text.clone()]),
        (["*", rest @ ..], Value::Array(list)) => list.iter().flat_map(|value| texts(value, rest)).collect(),
        ([key, rest @ ..], Value::Object(map)) => map.get(*key).map(|value| texts(value, rest)).unwrap_or_default(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn people_and_logs_are_shown_names_and_nothing_happens() {
    let tree = Tree::new();
    // One more command is one more row.
    let commands: &[&[&str]] = &[
        &["check", "--unsafe", "--preset", "all"],
        &["check", "-v"],
        &["--unsafe", "--format", "text"],
        &["--apply", "--unsafe", "--format", "text", "-v"],
        &["check", "--since", "HEAD~1"],
        &["--since", "gone"],
        &["context"],
    ];
    for arguments in commands {
        let ran = run(&tree.root(), arguments);
        check_harmless(&format!("{arguments:?}"), &ran.stdout);
        check_harmless(&format!("{arguments:?}, standard error"), &ran.stderr);
        let coloured = run(&tree.root(), &[*arguments, &["--color", "always"]].concat());
        check_harmless(&format!("{arguments:?} in colour"), &without_colours(&coloured.stdout));
    }
}

#[test]
fn commands_for_one_file_take_and_show_every_name() {
    let tree = Tree::new();
    for name in NAMES {
        let folder = Path::new(".").join(OsStr::from_bytes(name));
        let file = folder.join("Dockerfile").into_os_string();
        let word = |text: &str| OsString::from(text);
        let commands = [
            vec![word("context"), folder.clone().into_os_string()],
            vec![word("context"), word("--format=json"), folder.into_os_string()],
            vec![word("cache"), file, word("--changed"), word("start.sh")],
        ];
        for (index, arguments) in commands.iter().enumerate() {
            let ran = run(&tree.root(), arguments);
            assert!(ran.code.is_some_and(|code| code < 2), "{arguments:?}: {}", ran.stderr);
            check_harmless(&format!("{arguments:?}"), &ran.stdout);
            check_harmless(&format!("{arguments:?}, standard error"), &ran.stderr);
            if index == 1 {
                json(&ran.stdout);
            }
        }
    }
    assert!(!tree.root().join("marker").exists());
}

#[test]
fn what_programs_read_gives_the_names_back() {
    let tree = Tree::new();
    let head = git(&tree.root(), &["rev-parse", "HEAD"]);
    let base = git(&tree.root(), &["rev-parse", "HEAD~1"]);
    let review = ["--diff-base", &base, "--head-sha", &head];
    // The format, what it needs, where the names are, and whether what is no text has marks in its place, or is left out.
    let formats: &[(&str, &[&str], &[&str], bool)] = &[
        ("json", &[], &["files", "*", "path"], true),
        ("rdjson", &[], &["diagnostics", "*", "location", "path"], true),
        ("gitlab", &[], &["*", "location", "path"], true),
        ("github-review", &review, &["comments", "*", "path"], false),
        ("gitlab-review", &review, &["discussions", "*", "position", "new_path"], false),
    ];
    for (format, more, place, lossy) in formats {
        let arguments = [&["check", "--unsafe", "--format", format], *more].concat();
        let ran = run(&tree.root(), &arguments);
        check_harmless(format, &ran.stdout);
        check_harmless(format, &ran.stderr);
        let found = texts(&json(&ran.stdout), place);
        assert_eq!(found, paths(*lossy), "{format}: {}", ran.stderr);
    }
}

#[test]
fn sarif_keeps_every_byte_of_a_name() {
    let tree = Tree::new();
    let ran = run(&tree.root(), &["check", "--unsafe", "--format", "sarif"]);
    check_harmless("sarif", &ran.stdout);
    let place = ["runs", "*", "results", "*", "locations", "*", "physicalLocation", "artifactLocation", "uri"];
    let found: BTreeSet<Vec<u8>> = texts(&json(&ran.stdout), &place).iter().map(|uri| decoded(uri)).collect();
    assert_eq!(found, NAMES.iter().map(|name| [name, b"/Dockerfile".as_slice()].concat()).collect());
}

/// A text without its percent signs.
fn decoded(text: &str) -> Vec<u8> {
    let (mut bytes, mut result) = (text.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits: String = bytes.by_ref().take(2).map(char::from).collect();
            result.push(u8::from_str_radix(&digits, 16).unwrap());
        } else {
            result.push(byte);
        }
    }
    result
}

/// Every line is a command of ours about a file of ours, as the runner reads it.
#[test]
fn no_name_becomes_a_workflow_command() {
    let tree = Tree::new();
    let ran = run(&tree.root(), &["check", "--unsafe", "--format", "github"]);
    check_harmless("github, standard error", &ran.stderr);
    let mut files = BTreeSet::new();
    for line in ran.stdout.lines() {
        assert!(!line.contains(steers), "{line:?}");
        let command = line.strip_prefix("::").unwrap_or_else(|| panic!("{line}"));
        let (head, message) = command.split_once("::").unwrap();
        let (kind, properties) = head.split_once(' ').unwrap();
        assert!(["warning", "notice", "error"].contains(&kind), "{line}");
        let keys: Vec<&str> = properties.split(',').map(|it| it.split_once('=').unwrap().0).collect();
        assert_eq!(keys, ["file", "line", "endLine", "title"], "{line}");
        assert!(!message.is_empty());
        let file = properties.split(',').next().unwrap().strip_prefix("file=").unwrap();
        files.insert(String::from_utf8(decoded(file)).unwrap());
    }
    // What steers is shown in words, since GitHub writes the name into its log.
    assert_eq!(files, paths(true).iter().map(|path| path.chars().map(in_words).collect()).collect());
}

/// A character of a name in an annotation; the end of a line has an escape of its own.
fn in_words(character: char) -> String {
    if steers(character) && character != '\r' { character.escape_default().to_string() } else { character.to_string() }
}

/// In Markdown, a name is text: nothing is drawn, linked or mentioned.
#[test]
fn no_name_becomes_markdown() {
    let tree = Tree::new();
    let base = git(&tree.root(), &["rev-parse", "HEAD~1"]);
    // Without a line in the diff, everything is told in the body.
    fs::write(tree.root().join("empty.diff"), "").unwrap();
    for more in [["--diff-base", &base], ["--patch", "empty.diff"]] {
        let arguments = [&["check", "--unsafe", "--format", "github-review"], more.as_slice()].concat();
        let ran = run(&tree.root(), &arguments);
        let value = json(&ran.stdout);
        let bodies = texts(&value, &["comments", "*", "body"]).into_iter().chain(texts(&value, &["body"]));
        for body in bodies {
            check_harmless("a body", &body);
            for line in without_code(&body).lines() {
                for bad in ["<img", "](", "@everyone", "::error"] {
                    assert!(!line.contains(bad), "{bad} in {line}");
                }
            }
        }
    }
}

/// Markdown without its spans and blocks of code, in which nothing means anything.
fn without_code(text: &str) -> String {
    let (mut result, mut rest) = (String::new(), text);
    while let Some(start) = rest.find('`') {
        result.push_str(&rest[..start]);
        if rest[..start].ends_with('\\') {
            rest = &rest[start + 1..];
            continue;
        }
        let length = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let fence = "`".repeat(length);
        let inner = &rest[start + length..];
        // The end is a run of the same length.
        let end = inner
            .match_indices(&fence)
            .map(|(at, _)| at)
            .find(|at| !inner[..*at].ends_with('`') && !inner[at + length..].starts_with('`'));
        let end = end.unwrap_or_else(|| panic!("a span of code without end: {text}"));
        rest = &inner[end + length..];
    }
    result + rest
}

#[test]
fn the_diff_is_taken_by_git_whatever_the_name() {
    let (tree, other) = (Tree::new(), Tree::new());
    let ran = run(&tree.root(), &["--unsafe"]);
    check_harmless("the diff", &ran.stdout);
    check_harmless("the summary", &ran.stderr);
    fs::write(tree.root().join(".git/it.diff"), &ran.stdout).unwrap();
    git(&tree.root(), &["apply", ".git/it.diff"]);
    run(&other.root(), &["--apply", "--unsafe"]);
    let all = |root: &Path| {
        let files =
            contents(root).into_iter().map(|(path, (_, bytes))| (path.strip_prefix(root).unwrap().to_owned(), bytes));
        files.filter(|(path, _)| !path.starts_with(".git")).collect::<Vec<_>>()
    };
    assert!(ran.stdout.matches("\n+++ ").count() >= NAMES.len(), "{}", ran.stdout);
    assert!(all(&tree.root()) == all(&other.root()), "the diff and `--apply` differ");
}

#[test]
fn pipe_answers_with_the_names_that_it_was_given() {
    let questions = paths(false).into_iter().map(|path| {
        let question = serde_json::json!({"id": path, "path": path, "text": "FROM a\nRUM x\n"});
        format!("{question}\n")
    });
    let folder = tempfile::tempdir().unwrap();
    let ran = feed(folder.path(), &["pipe"], &questions.collect::<String>());
    check_harmless("pipe", &ran.stdout);
    let answers: Vec<Value> = ran.stdout.lines().map(json).collect();
    for place in ["id", "path"] {
        let found: BTreeSet<String> = answers.iter().flat_map(|answer| texts(answer, &[place])).collect();
        assert_eq!(found, paths(false), "{place}");
    }
}
