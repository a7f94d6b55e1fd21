//! `dockfix --apply` and the file system: kills, links, owners, closed pipes. What needs modes, links, processes or odd
//! bytes in names stands here and not in `fixtures/cli`, since git keeps none of these.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/folder.rs"]
mod folder;
#[path = "support/user.rs"]
mod user;

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use dockfix::files::{Change, write_all};
use folder::folder;
use tempfile::TempDir;
use user::as_another_user;

const FINE: &str = "FROM alpine:3.20\nRUN true\n";
/// A Dockerfile that `dockfix` changes when `start.sh` beside it is not executable, and what it becomes.
const OLD: &str = "FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nENTRYPOINT [\"./start.sh\"]\n";
const NEW: &str =
    "FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nRUN chmod 755 /app/start.sh\nENTRYPOINT [\"./start.sh\"]\n";

/// `dockfix` in `folder`, with nothing of this machine's environment.
fn dockfix(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockfix"));
    command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    told(dockfix(folder, arguments).output().unwrap())
}

fn told(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The texts between which the writer below goes back and forth: large, so that a kill finds it at work.
fn two_texts() -> [String; 2] {
    ["old", "new"].map(|word| format!("FROM alpine\n{}", format!("# {word}\n").repeat(40_000)))
}

/// The writer that the test below starts and kills; it does nothing when it is run as a test.
#[test]
fn writer_that_is_killed() {
    let Some(path) = std::env::var_os("DOCKFIX_TEST_WRITES").map(PathBuf::from) else { return };
    let [old, new] = two_texts();
    for round in 0.. {
        let (before, after) = if round % 2 == 0 { (&old, &new) } else { (&new, &old) };
        let change = Change { path: path.clone(), before: Some(before.clone()), after: after.clone() };
        write_all(&[change]).unwrap();
    }
}

#[test]
fn a_kill_leaves_the_old_file_or_the_new_one_whole() {
    let [old, new] = two_texts();
    let mut seen = [0, 0];
    for round in 0..60 {
        let folder = folder(&[("Dockerfile", &old)]);
        let path = folder.path().join("Dockerfile");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer_that_is_killed"])
            .env("DOCKFIX_TEST_WRITES", &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Not before the writer is at work, however slow this machine is today; then at a moment of its own.
        let inode = || fs::metadata(&path).unwrap().ino();
        let (first, deadline) = (inode(), Instant::now() + Duration::from_secs(60));
        while inode() == first {
            assert!(Instant::now() < deadline, "the writer wrote nothing");
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(round * 731));
        assert!(child.try_wait().unwrap().is_none(), "the writer ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        let left = fs::read_to_string(&path).unwrap();
        let which = [&old, &new].iter().position(|text| **text == left);
        seen[which.unwrap_or_else(|| panic!("round {round}: half a file of {} bytes", left.len()))] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "the kills came at the same moment each time: {seen:?}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..200 {
        fs::write(folder.path().join(format!("{index}.Dockerfile")), FINE).unwrap();
    }
    for arguments in [&["--format", "json"][..], &["check", "--format", "json"], &["rules"], &["completions", "bash"]] {
        let mut child =
            dockfix(folder.path(), arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (code, _, stderr) = told(child.wait_with_output().unwrap());
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("pipe"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let folder = folder(&[("Dockerfile", FINE)]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = dockfix(folder.path(), &["rules"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    let (code, _, stderr) = told(output);
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("dockfix: cannot write to standard output: no space left on device"), "{stderr}");
}

#[test]
fn an_unreadable_file_does_not_stop_the_others() {
    let folder = folder(&[("a.Dockerfile", FINE), ("b.Dockerfile", FINE), ("closed/Dockerfile", FINE)]);
    // Root reads everything, so that another user has to look; this user must then reach program and folder.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(folder.path().join("a.Dockerfile"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(folder.path().join("closed"), Permissions::from_mode(0o000)).unwrap();
    let output = as_another_user(folder.path(), &["--format", "json"]);
    fs::set_permissions(folder.path().join("closed"), Permissions::from_mode(0o755)).unwrap();
    let (code, stdout, stderr) = told(output);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("dockfix: a.Dockerfile: cannot be read: permission denied; make it"), "{stderr}");
    assert!(stderr.contains("dockfix: closed: permission denied; make the folder readable"), "{stderr}");
    assert!(stdout.contains(r#"{"path":"b.Dockerfile","skipped":null,"errors":[],"#), "{stdout}");
}

#[test]
fn a_link_is_followed_inside_its_repository_only() {
    let folder = folder(&[("in/.git/HEAD", ""), ("in/real.txt", FINE), ("out/Dockerfile", FINE), ("in/a/x", "")]);
    symlink("../real.txt", folder.path().join("in/a/Dockerfile")).unwrap();
    symlink("../../out/Dockerfile", folder.path().join("in/a/Dockerfile.out")).unwrap();
    let (code, stdout, _) = run(&folder.path().join("in"), &["--format", "json", "a/Dockerfile"]);
    assert_eq!(code, Some(0));
    assert!(stdout.contains(r#"{"path":"real.txt","#), "{stdout}");
    let (code, _, stderr) = run(&folder.path().join("in"), &["a/Dockerfile.out"]);
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("dockfix: a/Dockerfile.out: a link that leads out of "), "{stderr}");
    let (code, _, stderr) = run(&folder.path().join("in"), &["."]);
    assert_eq!(code, Some(0));
    assert!(stderr.contains("a/Dockerfile.out: left out: a link to "), "{stderr}");
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let folder = folder(&[("Dockerfile", FINE)]);
    let (code, _, stderr) = run(folder.path(), &["/dev/null"]);
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("dockfix: /dev/null: not a regular file; "), "{stderr}");
}

#[test]
fn names_and_texts_from_a_repository_do_not_steer_the_terminal() {
    let folder = folder(&[("\u{1b}[31m.Dockerfile", "FROM alpine\nR\u{1b}[2JUM x\n")]);
    let (code, stdout, stderr) = run(folder.path(), &[]);
    assert_eq!(code, Some(2));
    assert!(!stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'), "{stderr:?}");
    assert!(stderr.contains("\\u{1b}[31m.Dockerfile:2:1"), "{stderr}");
}

#[test]
fn one_line_of_ten_megabytes_is_read_like_any_other() {
    let line = format!("FROM alpine\nRUN echo {}\n", "x".repeat(10 << 20));
    let folder = folder(&[("Dockerfile", &line), ("broken.Dockerfile", &line.replace("RUN", "RUM"))]);
    let (code, _, stderr) = run(folder.path(), &["Dockerfile"]);
    assert_eq!((code, stderr.as_str()), (Some(0), "dockfix: 1 file, nothing to change\n"));
    let (code, _, stderr) = run(folder.path(), &["check", "broken.Dockerfile"]);
    assert_eq!(code, Some(2));
    assert!(stderr.len() < 1000, "{} bytes", stderr.len());
}

#[test]
fn standard_input_is_taken_whole_and_refused_whole() {
    let check = |input: &[u8], code: i32, expected: &str| {
        let folder = folder(&[]);
        let mut child = dockfix(folder.path(), &["--apply", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let (found, stdout, stderr) = told(child.wait_with_output().unwrap());
        assert_eq!((found, stdout.as_str()), (Some(code), expected), "{stderr}");
    };
    check(FINE.as_bytes(), 0, FINE);
    check("\u{feff}FROM alpine\r\nRUN x".as_bytes(), 0, "\u{feff}FROM alpine\r\nRUN x");
    check(b"FROM \xff\n", 2, "");
    check(b"FROM a\0\n", 2, "");
}

/// A folder with `count` projects that `dockfix` changes.
fn projects(count: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..count {
        let project = folder.path().join(format!("{index:03}"));
        fs::create_dir(&project).unwrap();
        fs::write(project.join("start.sh"), "#!/bin/sh\n").unwrap();
        fs::write(project.join("Dockerfile"), OLD).unwrap();
    }
    folder
}

/// How many Dockerfiles in `folder` are old and how many are new. Anything else fails.
fn old_and_new(folder: &Path) -> [usize; 2] {
    let mut seen = [0, 0];
    for project in fs::read_dir(folder).unwrap() {
        let path = project.unwrap().path().join("Dockerfile");
        let text = fs::read_to_string(&path).unwrap();
        let which = [OLD, NEW].iter().position(|known| **known == text);
        seen[which.unwrap_or_else(|| panic!("{}: {text:?}", path.display()))] += 1;
    }
    seen
}

#[test]
fn a_kill_of_the_program_leaves_every_file_whole() {
    let mut interrupted = 0;
    for round in 0..10 {
        let folder = projects(60);
        let mut child = dockfix(folder.path(), &["--apply", "-j", "2"]).stderr(Stdio::null()).spawn().unwrap();
        // Not before it writes; then at a moment of its own.
        let deadline = Instant::now() + Duration::from_secs(60);
        while old_and_new(folder.path())[1] == 0 && child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "nothing was written");
        }
        std::thread::sleep(Duration::from_micros(round * 311));
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += usize::from(old_and_new(folder.path())[0] > 0);
        let (code, _, stderr) = run(folder.path(), &["--apply", "-q"]);
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "what a kill leaves does not disturb the next run");
        assert_eq!(old_and_new(folder.path()), [0, 60]);
    }
    assert!(interrupted > 0, "every kill came too late to show anything");
}

#[test]
fn a_closed_pipe_stops_the_diff_but_not_the_writing() {
    let run = |arguments: &[&str]| {
        let folder = projects(100);
        let mut child =
            dockfix(folder.path(), arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (code, _, stderr) = told(child.wait_with_output().unwrap());
        assert!(!stderr.contains("panicked") && !stderr.contains("pipe"), "{arguments:?}: {stderr}");
        (code, old_and_new(folder.path()))
    };
    // There are changes and findings, and the exit code says so, whether somebody reads on or not.
    assert_eq!(run(&[]), (Some(1), [100, 0]));
    assert_eq!(run(&["check"]), (Some(1), [100, 0]));
    assert_eq!(run(&["--apply", "--format", "diff"]), (Some(0), [0, 100]));
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let folder = projects(300);
    fs::write(folder.path().join("007/Dockerfile"), "RUM x\n").unwrap();
    for arguments in [&["-j", "1"][..], &["check", "-j", "1"], &["--format", "json", "-j", "1"]] {
        let expected = run(folder.path(), arguments);
        assert_eq!(expected.0, Some(2));
        let more: Vec<&str> = arguments.iter().map(|argument| if *argument == "1" { "7" } else { argument }).collect();
        assert_eq!(run(folder.path(), &more), expected);
    }
}

#[test]
fn what_cannot_be_written_is_told_and_everything_else_is_done() {
    let folder = projects(3);
    let locked = folder.path().join("001/Dockerfile");
    fs::set_permissions(&locked, Permissions::from_mode(0o444)).unwrap();
    let (code, _, stderr) = run(folder.path(), &["--apply"]);
    assert_eq!(code, Some(2));
    let expected = "dockfix: 001/Dockerfile: cannot be written: the file is read-only; run `chmod u+w` on it\n";
    assert!(stderr.starts_with(expected), "{stderr}");
    assert!(stderr.contains("dockfix: 2 of 3 files changed; 1 failed\n"), "{stderr}");
    assert_eq!(old_and_new(folder.path()), [1, 2]);
}

#[test]
fn a_folder_without_the_right_to_write_is_told_once_and_nothing_is_left_in_it() {
    let folder = projects(1);
    let project = folder.path().join("000");
    for path in [folder.path(), project.as_path()] {
        fs::set_permissions(path, Permissions::from_mode(0o555)).unwrap();
    }
    fs::set_permissions(project.join("Dockerfile"), Permissions::from_mode(0o666)).unwrap();
    let (code, _, stderr) = told(as_another_user(folder.path(), &["--apply", "-q"]));
    for path in [folder.path(), project.as_path()] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.starts_with("dockfix: 000/Dockerfile: cannot be written: no file can be made in "), "{stderr}");
    assert_eq!(old_and_new(folder.path()), [1, 0]);
    assert_eq!(fs::read_dir(&project).unwrap().count(), 2);
}

#[test]
fn a_link_stays_a_link_and_its_target_is_written_with_its_mode() {
    let folder = projects(1);
    let (link, file) = (folder.path().join("Dockerfile"), folder.path().join("000/Dockerfile"));
    symlink("000/Dockerfile", &link).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let (code, _, stderr) = run(folder.path(), &["--apply", "Dockerfile"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.starts_with("dockfix: changed 000/Dockerfile"), "{stderr}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), NEW);
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o640);
}

#[test]
fn git_and_patch_apply_the_diff_where_dockfix_was_started() {
    let apply = |program: &str, arguments: &[&str], below: &str, path: &str| {
        let folder = projects(2);
        fs::create_dir(folder.path().join(".git")).unwrap();
        let (code, diff, _) = run(&folder.path().join(below), &["-q", path]);
        assert_eq!(code, Some(1));
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder.path().join(below))
            .env("GIT_CEILING_DIRECTORIES", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
        assert!(child.wait_with_output().unwrap().status.success(), "{program} in {below:?}: {diff}");
        old_and_new_of(folder.path())
    };
    for (program, arguments) in [("git", &["apply", "-"][..]), ("patch", &["-p1"])] {
        assert_eq!(apply(program, arguments, "", "."), [0, 2]);
        assert_eq!(apply(program, arguments, "000", "."), [1, 1]);
        assert_eq!(apply(program, arguments, "000", "Dockerfile"), [1, 1]);
    }
}

/// As above, in a folder that also holds `.git`.
fn old_and_new_of(folder: &Path) -> [usize; 2] {
    fs::remove_dir(folder.join(".git")).unwrap();
    old_and_new(folder)
}

#[test]
fn a_diff_of_files_elsewhere_says_where_it_applies() {
    let (here, folder) = (tempfile::tempdir().unwrap(), projects(1));
    let real = fs::canonicalize(folder.path()).unwrap();
    let (code, diff, stderr) = run(here.path(), &[real.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(diff.starts_with("--- a/000/Dockerfile\n+++ b/000/Dockerfile\n"), "{diff}");
    assert!(
        stderr.contains(&format!("names in the diff are relative to {}; apply it there", real.display())),
        "{stderr}"
    );
}

/// With `.git` kept out of the image, the owner of what comes out of the first stage is one that everybody can live with.
#[test]
fn what_an_ignore_file_changes_counts_in_the_run_that_writes_it() {
    const DOCKERFILE: &str = "FROM python:3.13-slim AS builder\nCOPY . /opt/app/\nRUN rm -rf /opt/app/stuff\n\n\
        FROM python:3.13-slim\nRUN useradd --system app\nWORKDIR /opt/app\nCOPY --from=builder /opt/app/ /opt/app/\n\
        COPY status.py /opt/app/\nRUN ./manage.py compress\nUSER app\nCMD [\"./manage.py\"]\n";
    let folder = folder(&[("Dockerfile", DOCKERFILE), ("manage.py", "#!/usr/bin/env python3\n"), ("status.py", "")]);
    fs::set_permissions(folder.path().join("manage.py"), Permissions::from_mode(0o755)).unwrap();
    for arguments in [&["init", "-q"][..], &["add", "."]] {
        assert!(Command::new("git").args(arguments).current_dir(folder.path()).status().unwrap().success());
    }
    let (code, _, told) = run(folder.path(), &["--apply"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(folder.path().join(".dockerignore").exists(), "{told}");
    let changed = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    assert_eq!(changed.matches("--chown=app:app").count(), 2, "{changed}");
    let (code, diff, _) = run(folder.path(), &[]);
    assert_eq!((code, diff.as_str()), (Some(0), ""));
}
