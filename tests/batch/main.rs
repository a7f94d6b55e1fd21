//! `dockfix batch`: what becomes of each repository, whatever is wrong with the others; kills and resumes; two batches at once; shards;
//! patches. Repositories are made by git, which also says what changed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod farm;
mod interrupted;
mod kinds;
#[path = "../support/user.rs"]
mod user;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use farm::{FINE, Farm, NEW, OLD};

const SCRIPTED: &[&str] = &["Dockerfile", "start.sh"];

/// A farm with one repository of every kind that there is.
fn every_kind() -> Farm {
    let fine = format!("Dockerfile={FINE}");
    let farm = Farm::with(&[
        ("clean", SCRIPTED),
        ("deep/er/clean", &["a/Dockerfile", "a/start.sh", "b/Dockerfile", "b/start.sh"]),
        ("dirty", SCRIPTED),
        ("dirty-but-fine", &[&fine]),
        ("empty", &[]),
        ("half", &["Dockerfile", "start.sh", "bad/Dockerfile=RUN x\n"]),
        ("bad", &["Dockerfile=FORM x\n"]),
        ("configured", &["Dockerfile", "start.sh", "dockfix.toml=ignore = [\"correctness\"]\n"]),
        ("misconfigured", &["Dockerfile", "start.sh", "dockfix.toml=ignroe = []\n"]),
        ("none", &["README=x"]),
        ("template", &["Dockerfile=FROM {{ base }}\n"]),
        ("untracked", &["README=x"]),
    ]);
    farm.write("dirty", &["start.sh=#!/bin/sh\nexit 1\n"]);
    farm.write("dirty-but-fine", &["Dockerfile=FROM alpine:3.20\nRUN false\n"]);
    farm.write("empty", SCRIPTED);
    farm.write("untracked", SCRIPTED);
    // What stands above a repository does not count.
    fs::write(farm.root().join("dockfix.toml"), "exclude = ['*']\n").unwrap();
    fs::create_dir(farm.root().join("broken")).unwrap();
    fs::write(farm.root().join("broken/.git"), "gitdir: nowhere\n").unwrap();
    farm
}

/// What is the same in every mode.
const COMMON: [&str; 8] = [
    "bad: failed",
    "broken: failed",
    "configured: unchanged",
    "dirty-but-fine: unchanged",
    "half: partial",
    "misconfigured: failed",
    "none: unchanged",
    "template: unchanged",
];

#[test]
fn every_repository_has_its_own_outcome() {
    let check = |options: &[&str], code: i32, own: &[&str]| {
        let farm = every_kind();
        let before = farm.files();
        let told = farm.batch(&[options, &["."]].concat());
        let mut expected = [&COMMON[..], own].concat();
        expected.sort_unstable();
        assert_eq!(told.outcomes(), expected, "{options:?}: {}", told.stderr);
        assert_eq!(told.code, Some(code), "{options:?}: {}", told.stderr);
        let after = farm.files();
        let changed: Vec<&str> = after
            .iter()
            .filter(|(path, text)| before.get(*path) != Some(text))
            .map(|it| it.0.to_str().unwrap())
            .collect();
        let recorded: Vec<String> = told
            .records
            .iter()
            .filter(|record| record["outcome"] != "would-change")
            .flat_map(|record| {
                let repository = record["repository"].as_str().unwrap();
                record["changed"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(move |it| format!("{repository}/{}", it["path"].as_str().unwrap()))
            })
            .collect();
        if options.contains(&"--apply") {
            let mut recorded = recorded;
            recorded.sort();
            assert_eq!(changed, recorded, "{options:?}");
            assert!(changed.iter().all(|path| farm.text(path) == NEW));
        } else {
            assert_eq!(changed, [""; 0], "{options:?}");
        }
        farm
    };
    let would = [
        "clean: would-change",
        "deep/er/clean: would-change",
        "dirty: would-change",
        "empty: would-change",
        "untracked: would-change",
    ];
    check(&[], 2, &would);
    let farm = check(
        &["--apply"],
        2,
        &["clean: changed", "deep/er/clean: changed", "dirty: refused", "empty: refused", "untracked: failed"],
    );
    let again = farm.batch(&["--apply", "clean", "deep", "dirty-but-fine"]);
    assert_eq!(
        (again.code, again.outcomes().join(", ").as_str()),
        (Some(0), "clean: unchanged, deep/er/clean: unchanged, dirty-but-fine: unchanged")
    );
    check(
        &["--apply", "--allow-dirty"],
        2,
        &["clean: changed", "deep/er/clean: changed", "dirty: changed", "empty: changed", "untracked: changed"],
    );
}

#[test]
fn commits_onto_a_branch_and_leaves_the_work_tree_alone() {
    let farm = Farm::with(&[("a", SCRIPTED), ("b", SCRIPTED), ("c", SCRIPTED), ("d", &["README=x"]), ("e", SCRIPTED)]);
    farm.write("e", &["new.Dockerfile"]);
    farm.git(&farm.root().join("b"), &["branch", "fix"]);
    farm.write("c", &["start.sh=#!/bin/sh\nexit 1\n"]);
    let options = ["--commit", "-b", "fix", "-m", "Mend the Dockerfiles", "."];
    let before = farm.files();
    let check = || {
        let told = farm.batch(&options);
        assert_eq!(
            told.outcomes(),
            ["a: changed", "b: refused", "c: refused", "d: unchanged", "e: partial"],
            "{}",
            told.stderr
        );
        assert_eq!(told.code, Some(2));
        assert_eq!(farm.files(), before);
        told.record("a").clone()
    };
    let record = check();
    let a = farm.root().join("a");
    let commit = record["commit"].as_str().unwrap();
    assert_eq!(farm.git(&a, &["rev-parse", "fix"]).trim(), commit);
    assert_eq!(farm.git(&a, &["show", "fix:Dockerfile"]), NEW);
    assert_eq!(farm.git(&a, &["log", "--format=%s %an", "-1", "fix"]), "Mend the Dockerfiles x\n");
    assert_eq!(farm.git(&a, &["status", "--porcelain"]), "");
    farm.git(&a, &["fsck", "--strict"]);
    assert_eq!(check(), record, "a second run finds its own commit");
}

#[test]
fn a_line_says_what_was_found_and_changed() {
    let farm = Farm::with(&[(
        "a",
        &["Dockerfile", "start.sh", "x/Dockerfile=FROM {{ base }}\n", "dockfix.toml=nonsense = 1\n"],
    )]);
    let line = |options: &[&str]| farm.batch(&[options, &["a"]].concat()).record("a").to_string();
    let broken = line(&[]);
    assert!(broken.contains(r#""errors":[{"help":"#) && broken.contains("dockfix.toml"), "{broken}");
    fs::remove_file(farm.root().join("a/dockfix.toml")).unwrap();
    let record = farm.batch(&["a"]).record("a").clone();
    assert_eq!(record["files"], 2);
    assert_eq!(record["kind"], "work-tree");
    assert_eq!(record["root"], farm.root().join("a").to_str().unwrap());
    assert_eq!(record["changed"].to_string(), r#"[{"path":"Dockerfile","rules":["copy-without-chmod"]}]"#);
    assert_eq!(record["findings"].to_string(), r#"{"copy-without-chmod":{"applied":1,"shown":0,"unsafe":0}}"#);
    assert_eq!(record["skipped"][0]["path"], "x/Dockerfile");
}

#[test]
fn says_what_is_wrong_with_the_question() {
    let farm = Farm::with(&[("a", &["README=x"])]);
    fs::create_dir(farm.root().join("plain")).unwrap();
    fs::write(farm.root().join("list"), "# none\n\n").unwrap();
    let check = |arguments: &[&str], expected: &str| {
        let told = farm.batch(arguments);
        assert_eq!(told.code, Some(2), "{arguments:?}");
        assert!(told.stderr.contains(expected), "{arguments:?}: {}", told.stderr);
    };
    check(&[], "name a folder with git repositories");
    check(&["--apply", "--patch-dir", "x", "a"], "cannot be used with");
    check(&["--resume", "a"], "--results <FILE>");
    check(&["--shard", "3/2", "a"], "write it as K/N, with K from 1 to N");
    check(&["-b", "x", "a"], "--commit");
    check(&["--commit", "-b", "x", "a"], "--message <TEXT>");
    check(&["--repos", "gone"], "give a file with one repository a line");
    check(&["--repos", "list"], "names no repository; write one path a line");
    check(&["--select", "nonsense", "a"], "unknown rule or group");
    check(&["--results", "gone/file", "a"], "name a file in a folder that is there");
    check(&["gone"], "gone: failed: no such file or directory; check the path");
    check(&["plain"], "plain: failed: no git repository");
}

#[test]
fn a_quiet_run_says_nothing_but_its_lines() {
    let farm = Farm::with(&[("a", SCRIPTED)]);
    let told = farm.batch(&["-q", "."]);
    assert_eq!((told.code, told.stderr.as_str(), told.records.len()), (Some(1), "", 1));
    let told = farm.batch(&["-q", "--results", "../results", "."]);
    assert_eq!((told.code, told.stderr.as_str(), told.records.len()), (Some(1), "", 0));
    assert_eq!(farm::records(&fs::read_to_string(farm.beside("results")).unwrap()).len(), 1);
    let told = farm.batch(&["."]);
    assert!(told.stderr.contains("1  would-change") && told.stderr.contains("copy-without-chmod"), "{}", told.stderr);
}

#[test]
fn what_cannot_be_read_stops_nothing_else() {
    let farm =
        Farm::with(&[("a", &["Dockerfile", "start.sh", "closed/Dockerfile"]), ("b", SCRIPTED), ("closed", SCRIPTED)]);
    let close = |mode: u32| {
        for folder in ["a/closed", "closed"] {
            fs::set_permissions(farm.root().join(folder), Permissions::from_mode(mode)).unwrap();
        }
    };
    fs::set_permissions(farm.beside(""), Permissions::from_mode(0o755)).unwrap();
    close(0o000);
    let told = farm::Told::of(user::as_another_user(&farm.root(), &["batch", "."]));
    close(0o755);
    assert_eq!(told.outcomes(), ["a: partial", "b: would-change", "closed: failed"], "{}", told.stderr);
    assert_eq!(told.record("a")["errors"][0]["path"], "closed");
    assert_eq!(told.code, Some(2));
}

#[test]
fn nothing_is_written_through_a_link_that_leads_out() {
    let farm = Farm::with(&[
        ("a", &["start.sh", "one/start.sh", "two/start.sh", "two/Dockerfile", ".git-is-no-place=x"]),
        ("b", &["start.sh", "Dockerfile"]),
        ("c", &["Dockerfile=FROM alpine\nCOPY . /app\n", "app/__pycache__/x.pyc=x", "kept=x\n"]),
    ]);
    symlink("kept", farm.root().join("c/.dockerignore")).unwrap();
    let a = farm.root().join("a");
    fs::create_dir(farm.beside("outside")).unwrap();
    fs::write(farm.beside("outside/Dockerfile"), OLD).unwrap();
    fs::write(farm.beside("outside/.dockerignore"), "x\n").unwrap();
    fs::write(a.join(".git/hidden"), OLD).unwrap();
    symlink("../../outside/Dockerfile", a.join("Dockerfile")).unwrap();
    symlink("../../b/Dockerfile", a.join("one/Dockerfile")).unwrap();
    symlink("../../../outside/.dockerignore", a.join("two/.dockerignore")).unwrap();
    symlink(".git/hidden", a.join("hidden.Dockerfile")).unwrap();
    symlink("../../outside", a.join("linked")).unwrap();
    let told = farm.batch(&["--apply", "--allow-dirty", "--unsafe", "--preset", "all", "a"]);
    let record = told.record("a");
    assert_eq!(record["skipped"].as_array().unwrap().len(), 3, "{record}");
    assert_eq!(fs::read_to_string(farm.beside("outside/Dockerfile")).unwrap(), OLD);
    assert_eq!(fs::read_to_string(farm.beside("outside/.dockerignore")).unwrap(), "x\n");
    assert_eq!(fs::read_to_string(a.join(".git/hidden")).unwrap(), OLD);
    assert_eq!(farm.text("b/Dockerfile"), OLD);
    assert!(fs::symlink_metadata(a.join("two/.dockerignore")).unwrap().is_symlink());
    for options in [&["--patch-dir", "../patches"][..], &["--apply", "--allow-dirty"]] {
        let told = farm.batch(&[options, &["c"]].concat());
        assert_eq!(told.outcomes(), ["c: unchanged"], "{}", told.stderr);
        assert_eq!(farm.text("c/kept"), "x\n");
    }
}
