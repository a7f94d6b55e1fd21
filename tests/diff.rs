//! What `dockfix` prints as a diff is taken by the programs that apply diffs, byte for byte; and what it reads of a diff is what stands there.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dockfix::report::FileChange;
use dockfix::report::diff::{Style, unified};
use dockfix::text::{DiffLines, patch};
use proptest::prelude::*;

const PLAIN: Style = Style { color: false, harmless: false };

/// One change of each kind that has tripped a patch program: name, text before, text after.
const CHANGES: &[(&str, Option<&str>, &str)] = &[
    ("Dockerfile", Some("FROM a\nCOPY x /x\nCMD x\n"), "FROM a\nCOPY x /x\nRUN chmod 755 /x\nCMD x\n"),
    ("my app/Dockerfile", Some("FROM a\n"), "FROM b\n"),
    ("quo\"te/back\\slash.Dockerfile", Some("FROM a\n"), "FROM b\n"),
    ("tab\there/Dockerfile", Some("FROM a\n"), "FROM b\n"),
    ("grüße/Dockerfile", Some("FROM a\n"), "FROM b\n"),
    ("mixed.Dockerfile", Some("FROM a\r\nCOPY x /x\nRUN y\r\n"), "FROM a\r\nCOPY x /z\nRUN y\r\n"),
    ("return.Dockerfile", Some("FROM a\nRUN a\rb\n"), "FROM a\nRUN a\rc\n"),
    ("no-end.Dockerfile", Some("FROM a\nCMD x"), "FROM a\nCMD y"),
    ("end-added.Dockerfile", Some("FROM a"), "FROM a\nCMD y\n"),
    ("bom.Dockerfile", Some("\u{feff}FROM a\n"), "\u{feff}FROM b\n"),
    ("escape.Dockerfile", Some("FROM a\nRUN echo \u{1b}[31m\n"), "FROM a\nUSER u\nRUN echo \u{1b}[31m\n"),
    ("looks-like.Dockerfile", Some("FROM a\n-- x\n++ y\n@@ z\n"), "FROM b\n-- x\n++ z\n@@ z\n"),
    ("new/.dockerignore", None, ".git\n**/node_modules\n"),
    ("crlf.Dockerfile", Some("FROM a\r\nCOPY x /x\r\n"), "FROM a\r\nCOPY x /x\r\nRUN y\r\n"),
    ("no-end-crlf.Dockerfile", Some("FROM a\r\nCMD x"), "FROM a\r\nUSER u\r\nCMD x"),
];

fn change((name, before, after): (&str, Option<&str>, &str)) -> FileChange {
    FileChange {
        path: PathBuf::from("/").join(name),
        name: PathBuf::from(name),
        before: before.map(str::to_owned),
        after: after.to_owned(),
    }
}

/// Applies all changes at once with `program` in a folder that holds the old texts, and compares what is there then.
fn check(program: &str, arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut diff = String::new();
    for given in CHANGES {
        let change = change(*given);
        diff.push_str(&unified(&change, PLAIN));
        let path = folder.path().join(&change.name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(before) = change.before {
            fs::write(path, before).unwrap();
        }
    }
    let output = run(program, arguments, folder.path(), diff.as_bytes());
    assert!(output.status.success(), "{program}: {output:?}\n{diff}");
    for (name, _, after) in CHANGES {
        let written = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(written, *after, "{name:?} after {program}");
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path, input: &[u8]) -> std::process::Output {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn git_apply_takes_the_diff() {
    check("git", &["apply", "-"]);
}

#[test]
fn patch_takes_the_diff() {
    check("patch", &["-p1"]);
}

/// Lines of few letters, so that programs have a choice which of them they call new.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("a\n"),
        Just("b\n"),
        Just("c\r\n"),
        Just("-- d\n"),
        Just("++ e\n"),
        Just("@@ -1 +1 @@\n"),
        Just("\n")
    ];
    (proptest::collection::vec(line, 0..30), prop_oneof![Just(""), Just("f")])
        .prop_map(|(lines, last)| lines.concat() + last)
}

proptest! {
    /// A diff that is read again leads to the new text, and shows every line that each diff has to show.
    #[test]
    fn a_diff_shows_what_every_diff_shows(before in text(), after in text()) {
        let diff = unified(&change(("Dockerfile", Some(&before), &after)), PLAIN);
        let files = patch::parse(diff.as_bytes()).unwrap();
        let certain = DiffLines::between(&[&before], &after);
        let count = after.split_inclusive('\n').count();
        match files.as_slice() {
            [] => prop_assert_eq!(&before, &after),
            [file] => {
                prop_assert!(file.leads_to(&after));
                for first in 1..=count {
                    for last in first..=count {
                        prop_assert!(!certain.shows(first, last) || file.lines.shows(first, last), "{first}..{last} of {diff}");
                    }
                    let added = |lines: &DiffLines| lines.added_in(first, first).is_some();
                    prop_assert!(!added(&certain) || added(&file.lines));
                }
            }
            _ => prop_assert!(false, "several files"),
        }
    }

    #[test]
    fn no_patch_is_too_much(patch in proptest::collection::vec(any::<u8>(), 0..200), head in "(--- a/x\n\\+\\+\\+ b/x\n)?(@@ -[0-9]{1,20}(,[0-9]{1,20})? \\+[0-9]{1,20}(,[0-9]{1,20})? @@\n)?") {
        let whole = [head.as_bytes(), &patch].concat();
        if let Ok(files) = patch::parse(&whole) {
            for file in files {
                let _ = file.leads_to("a\nb\n");
            }
        }
    }
}
