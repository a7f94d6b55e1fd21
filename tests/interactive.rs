//! `dockfix --interactive` at a real terminal: what is asked, and what the answers come to.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/folder.rs"]
mod folder;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use folder::folder;
use rexpect::ReadUntil;
use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

const PROMPT: &str = "]? ";
const SECONDS: u64 = 60;

/// A file with a safe fix, and what it becomes.
const SAFE: &str = "FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nENTRYPOINT [\"./start.sh\"]\n";
const SAFE_FIXED: &str =
    "FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nRUN chmod 755 /app/start.sh\nENTRYPOINT [\"./start.sh\"]\n";

fn dockfix(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockfix"));
    command.current_dir(folder).args(arguments).env_clear().env("TERM", "xterm");
    command
}

/// Everything in `folder`, by name.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|it| it.file_type().is_file());
    files.map(|it| (it.path().strip_prefix(folder).unwrap().to_owned(), fs::read(it.path()).unwrap())).collect()
}

/// A run at a terminal, with all that was on the screen.
struct Screen {
    session: PtySession,
    text: String,
}

impl Screen {
    fn new(folder: &Path, arguments: &[&str]) -> Self {
        let arguments = [&["--interactive"], arguments].concat();
        let session = spawn_command(dockfix(folder, &arguments), Some(SECONDS * 1000)).unwrap();
        Self { session, text: String::new() }
    }

    /// What was printed up to the next prompt; `None` where there is none any more.
    fn prompt(&mut self) -> Option<String> {
        let (before, found) = self.session.exp_any(vec![ReadUntil::String(PROMPT.to_owned()), ReadUntil::EOF]).unwrap();
        let shown = before.replace("\r\n", "\n");
        self.text.push_str(&shown);
        // At the end, all that was left is what was found.
        self.text.push_str(&found.replace("\r\n", "\n"));
        (found == PROMPT).then_some(shown)
    }

    fn answer(&mut self, key: &str) {
        match key {
            "^D" => self.session.send_control('d').unwrap(),
            "^C" => self.session.send_control('c').unwrap(),
            key => drop(self.session.send_line(key).unwrap()),
        }
    }

    /// How it ended, `0`, `2` or `signal`, and all that was on the screen.
    fn end(self) -> (String, String) {
        // The type of the status is that of a crate behind rexpect: `Exited(Pid(7), 0)`, `Signaled(Pid(7), SIGINT, false)`.
        let status = format!("{:?}", self.session.process().wait().unwrap());
        let code = status.strip_suffix(')').and_then(|rest| rest.rsplit_once(", ")).map(|(_, code)| code.to_owned());
        (if status.starts_with("Signaled") { "signal".to_owned() } else { code.unwrap() }, self.text)
    }
}

/// Runs with one answer after the other; every question has to have one, and every answer its question.
fn run(folder: &Path, arguments: &[&str], answers: &[&str]) -> (String, String) {
    let mut screen = Screen::new(folder, arguments);
    for key in answers {
        assert!(screen.prompt().is_some(), "{key} is not asked for: {}", screen.text);
        screen.answer(key);
    }
    assert_eq!(screen.prompt(), None, "one more answer is asked for");
    screen.end()
}

/// Two files, each with a safe fix.
fn two() -> TempDir {
    folder(&[
        ("a/Dockerfile", SAFE),
        ("a/start.sh", "#!/bin/sh\n"),
        ("b/Dockerfile", SAFE),
        ("b/start.sh", "#!/bin/sh\n"),
    ])
}

#[test]
fn answers_decide_what_is_written() {
    // Which of the files are changed, and what has to be on the screen.
    let check = |answers: &[&str], changed: &[&str], screen: &[&str]| {
        let folder = two();
        let (status, text) = run(folder.path(), &["--color", "never"], answers);
        for name in ["a", "b"] {
            let now = fs::read_to_string(folder.path().join(name).join("Dockerfile")).unwrap();
            assert_eq!(now == SAFE_FIXED, changed.contains(&name), "{answers:?} {name}: {now}");
            assert!(now == SAFE || now == SAFE_FIXED);
        }
        for expected in screen {
            assert!(text.contains(expected), "{answers:?}: no {expected:?} in {text}");
        }
        assert_eq!(status, "0", "{text}");
    };
    let first = "a/Dockerfile:3: `/app/start.sh` is run directly by ENTRYPOINT, and lacks the x bit (mode 644 on disk) [copy-without-chmod]\n";
    let hunk = "--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -1,4 +1,5 @@\n FROM alpine:3.20\n WORKDIR /app\n COPY start.sh .\n\
                +RUN chmod 755 /app/start.sh\n";
    check(
        &["y", "y"],
        &["a", "b"],
        &[first, "  why: ", "  fix, safe: insert ", hunk, "(1/1) Take this fix [y,n,q,a,d,p,?]? "],
    );
    check(&["n", "y"], &["b"], &["dockfix: 1 of 2 files changed; `dockfix check` shows 1 more finding\n"]);
    check(&["n", "n"], &[], &["dockfix: 0 of 2 files changed"]);
    check(&["a", "d"], &["a"], &[]);
    check(&["d", "a"], &["b"], &[]);
    check(&["y", "q"], &["a"], &["dockfix: changed a/Dockerfile (copy-without-chmod)\n"]);
    check(&["q"], &[], &[]);
    check(&["^D"], &[], &["dockfix: 0 of 1 file changed"]);
    check(&["y", "^D"], &["a"], &[]);
    check(&["?", "x", "", "Y", "NO"], &["a"], &["y - take this fix\n", "q - quit: leave this fix and all that follow"]);
    check(&["p", "k", "y", "n"], &["a"], &["There is no fix before this one.\n"]);
}

#[test]
fn unsafe_fixes_are_offered_as_such_and_never_taken_with_the_others() {
    let check = |arguments: &[&str], answers: &[&str], safe: bool, not: bool, screen: &[&str]| {
        let folder = folder(&[
            ("Dockerfile", "FROM alpine:3.20\nCOPY . /app/\nENTRYPOINT [\"/app/start.sh\"]\n"),
            ("start.sh", "#!/bin/sh\n"),
            ("debug.log", "x\n"),
        ]);
        let arguments = [&["--color", "never"], arguments].concat();
        let (_, text) = run(folder.path(), &arguments, answers);
        let now = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
        let found = (now.contains("chmod 755"), folder.path().join(".dockerignore").exists());
        assert_eq!(found, (safe, not), "{answers:?}: {text}");
        for expected in screen {
            assert!(text.contains(expected), "{answers:?}: no {expected:?} in {text}");
        }
    };
    let warning = "  UNSAFE: right only if what cannot be seen here is as supposed; the reason is above\n";
    check(&[], &["y", "y"], true, true, &[warning, "Take this unsafe fix [", "(2/2)"]);
    check(&[], &["a", "n"], true, false, &[]);
    check(&[], &["n", "a"], false, true, &[]);
    check(&["--unsafe"], &["a"], true, true, &[]);
    check(&[], &["n", "k", "y", "y"], true, true, &["(1/2)"]);
    check(&[], &["n", "k", "k", "n", "q"], false, false, &[]);
    check(&["--select", "cache"], &["y"], false, true, &["(1/1)"]);
}

#[test]
fn a_fix_that_was_refused_is_not_asked_about_again_when_another_one_moves_it() {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/slow-rebuild"), folder.path());
    // The second one is asked because of the first, and moves the copy that the refused one is about.
    let (_, text) = run(folder.path(), &["--color", "never"], &["y", "n", "y"]);
    assert_eq!(text.matches("[dockerignore-missing-entries]").count(), 1, "{text}");
    assert!(text.contains("[single-stage]") && text.contains("(3/3)"), "{text}");
    assert!(!folder.path().join(".dockerignore").exists());
    assert!(text.contains("dockfix: 1 of 1 file changed; `dockfix check` shows 1 more finding\n"), "{text}");
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in contents(from) {
        fs::create_dir_all(to.join(&name).parent().unwrap()).unwrap();
        fs::write(to.join(&name), bytes).unwrap();
    }
}

/// Answers each question by whether the fix is safe.
fn run_with(folder: &Path, arguments: &[&str], safe: &str, not: &str) -> String {
    let mut screen = Screen::new(folder, arguments);
    while let Some(shown) = screen.prompt() {
        let last = shown.lines().last().unwrap_or_default();
        screen.answer(if last.contains("unsafe") { not } else { safe });
    }
    screen.end().1
}

#[test]
fn taking_all_is_apply_and_leaving_all_is_nothing() {
    let projects = tempfile::tempdir().unwrap();
    for name in ["incident", "npm", "slow-rebuild", "uv"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects").join(name), &projects.path().join(name));
    }
    let copied = || {
        let folder = tempfile::tempdir().unwrap();
        copy(projects.path(), folder.path());
        folder
    };
    let applied = |arguments: &[&str]| {
        let folder = copied();
        let arguments = [&["--apply", "-q"], arguments].concat();
        assert!(dockfix(folder.path(), &arguments).stdin(Stdio::null()).status().unwrap().success());
        contents(folder.path())
    };
    let asked = |arguments: &[&str], safe: &str, not: &str| {
        let folder = copied();
        let screen = run_with(folder.path(), arguments, safe, not);
        assert!(screen.contains("Take this"), "{screen}");
        contents(folder.path())
    };
    let before = contents(projects.path());
    let (safe, all) = (applied(&[]), applied(&["--unsafe"]));
    assert!(before != safe && safe != all, "these projects show nothing");
    assert!(asked(&[], "a", "n") == safe);
    assert!(asked(&["--unsafe"], "a", "a") == all);
    assert!(asked(&["--unsafe"], "y", "y") == all);
    assert!(asked(&[], "d", "d") == before);
}

#[test]
fn a_file_that_changes_meanwhile_stays_and_the_others_are_done() {
    let folder = two();
    let mut screen = Screen::new(folder.path(), &["--color", "never"]);
    screen.prompt().unwrap();
    let theirs = format!("{SAFE}# theirs\n");
    fs::write(folder.path().join("a/Dockerfile"), &theirs).unwrap();
    screen.answer("y");
    screen.prompt().unwrap();
    screen.answer("y");
    assert_eq!(screen.prompt(), None);
    let (status, text) = screen.end();
    assert_eq!(status, "2", "{text}");
    assert!(text.contains("dockfix: a/Dockerfile: changed while dockfix was at work, so it was left alone"), "{text}");
    assert_eq!(fs::read_to_string(folder.path().join("a/Dockerfile")).unwrap(), theirs);
    assert_eq!(fs::read_to_string(folder.path().join("b/Dockerfile")).unwrap(), SAFE_FIXED);
}

#[test]
fn an_interrupt_writes_nothing_of_the_file_at_hand() {
    let folder = folder(&[
        ("Dockerfile", "FROM alpine:3.20\nCOPY . /app/\nENTRYPOINT [\"/app/start.sh\"]\n"),
        ("start.sh", "#!/bin/sh\n"),
        ("debug.log", "x\n"),
    ]);
    let before = contents(folder.path());
    let (status, text) = run(folder.path(), &[], &["y", "^C"]);
    assert_eq!(status, "signal", "{text}");
    assert_eq!(contents(folder.path()), before);
}

#[test]
fn colours_are_ours_and_escapes_of_the_file_are_shown() {
    let text = SAFE.replace("WORKDIR", "# \u{1b}]0;evil\u{7}\u{202e}\nWORKDIR");
    let folder = folder(&[("Dockerfile", text.as_str()), ("start.sh", "#!/bin/sh\n")]);
    let (_, plain) = run(folder.path(), &["--color", "never"], &["n"]);
    assert!(plain.contains("# \\u{1b}]0;evil\\u{7}\\u{202e}\n"), "{plain}");
    assert!(!plain.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{plain:?}");
    let (_, coloured) = run(folder.path(), &[], &["n"]);
    assert!(coloured.contains("\u{1b}[32m+RUN chmod 755 /app/start.sh\u{1b}[0m\n"), "{coloured:?}");
    assert!(!coloured.contains(['\u{7}', '\u{202e}']), "{coloured:?}");
    assert!(coloured.contains("]? \u{1b}[0m"), "the colour of the prompt ends with it: {coloured:?}");
}

#[test]
fn what_does_not_go_with_questions_is_refused() {
    let check = |arguments: &[&str], expected: &str| {
        let folder = two();
        let before = contents(folder.path());
        let output = dockfix(folder.path(), arguments).stdin(Stdio::null()).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
        assert_eq!(contents(folder.path()), before);
    };
    check(
        &["--interactive"],
        "standard input is no terminal; `dockfix` prints the changes, and `dockfix --apply` writes",
    );
    check(&["-i", "-"], "so `-` cannot be the Dockerfile; give it as a file");
    check(&["-i", "--apply"], "'--interactive' cannot be used with '--apply'");
    check(&["-i", "--format", "json"], "'--interactive' cannot be used with '--format <FORMAT>'");
    check(&["-i", "check"], "`--interactive` cannot stand before a command");
    check(&["check", "-i"], "unexpected argument '-i'");
}
