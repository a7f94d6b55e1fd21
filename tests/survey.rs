//! What `dockfix context` counts: random trees and ignore files, held against the walk that rules go by, which real builders have been
//! held against (`tests/engine/ignored.rs`); what there may be in a directory besides files; and what git says of its history.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dockfix::context::survey::{Column, Filter, Questions, Source, Total, survey};
use dockfix::context::{BuildContext, Entry, IgnoreFile, Repositories};
use dockfix::settings::Builder;
use proptest::prelude::*;

fn tree() -> impl Strategy<Value = Vec<(String, usize)>> {
    let part = prop::sample::select(&["a", "b", "ab", ".a", "a.b", "node_modules", "é"][..]);
    let path = prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("/"));
    prop::collection::vec((path, 0..9_000_usize), 0..25)
}

fn ignore_file() -> impl Strategy<Value = String> {
    const PATTERNS: [&str; 14] =
        ["a", "b", "*", "**", "**/a", "a/*", "*.b", "**/node_modules", "!a", "!a/b", "!**/b", "!ab", "ab/**", "!*/a.b"];
    prop::collection::vec(prop::sample::select(&PATTERNS[..]), 0..6).prop_map(|lines| lines.join("\n"))
}

/// Writes what can be written: a path below a file is left out.
fn write(root: &Path, files: &[(String, usize)]) {
    for (path, size) in files {
        let path = root.join(path);
        if path.parent().is_some_and(|parent| fs::create_dir_all(parent).is_ok()) && !path.is_dir() {
            let _ = fs::write(&path, vec![b'x'; *size]);
        }
    }
}

fn filter(text: &str, builder: Builder) -> Filter {
    let matcher = IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned()).matcher().clone();
    Filter { matcher, builder }
}

fn walked(context: &BuildContext, wanted: impl Fn(&str) -> bool) -> Total {
    let walk = context.walk("");
    assert!(walk.is_certain());
    let sent = walk.entries.iter().filter(|entry| !entry.is_directory() && wanted(&entry.path));
    let empties = |path: &str| context.ignore_files().any(|(builder, file)| file.matcher().empties(path, builder));
    let bytes = |entry: &Entry| if empties(&entry.path) { 0 } else { entry.size };
    sent.fold(Total::default(), |sum, entry| Total { files: sum.files + 1, bytes: sum.bytes + bytes(entry) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_what_is_sent(files in tree(), now in ignore_file(), after in ignore_file()) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files);
        for builder in [Builder::Buildkit, Builder::Classic] {
            fs::write(folder.path().join(".dockerignore"), &now).unwrap();
            let context = BuildContext::open(folder.path(), None, &[builder], &Repositories::new()).unwrap();
            let questions = Questions {
                filters: vec![filter(&now, builder), filter(&after, builder)],
                sources: Source::of(&context, "a", 0, 0),
                builds: 1,
                columns: vec![
                    Column::Sent(0),
                    Column::Sent(1),
                    Column::Named { filter: 0, build: 0 },
                    Column::Any(vec![0, 1]),
                ],
                most: None,
            };
            let found = survey(context.root(), &questions);
            let stopped = |most| survey(context.root(), &Questions { most: Some(most), ..questions.clone() }).stopped;
            prop_assert_eq!((found.stopped, stopped(0), stopped(u64::MAX)), (false, true, false));
            prop_assert_eq!(found.total(0), walked(&context, |_| true));
            let below_a = |path: &str| path == "a" || path.starts_with("a/");
            prop_assert_eq!(found.total(2), walked(&context, below_a));
            prop_assert!(found.total(3).files >= found.total(0).files.max(found.total(1).files));
            // Nothing is lost between the rows and the rest, and nothing is told twice.
            for limit in [0, 1, 3, 100] {
                let rows = found.rows(0, 1, limit);
                prop_assert!(rows.rows.len() <= limit);
                for column in 0..4 {
                    let sum = rows.rows.iter().map(|row| row.totals[column].bytes).sum::<u64>() + rows.rest[column].bytes;
                    if column == 0 {
                        prop_assert_eq!(sum, found.total(column).bytes);
                    } else {
                        prop_assert!(sum <= found.total(column).bytes);
                    }
                }
            }
            // The same ignore file as the other builder's walk would have it.
            let real = fs::canonicalize(folder.path()).unwrap();
            prop_assert_eq!(context.root(), real.as_path());
        }
    }
}

/// A folder with a Dockerfile that copies everything.
fn project() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(root.join("Dockerfile"), "FROM scratch\nCOPY . /x\n").unwrap();
    fs::write(root.join("src/main"), "main").unwrap();
    (folder, root)
}

/// `dockfix context --format json`: its exit code, its document, and what it says on standard error.
fn ask(root: &Path) -> (i32, serde_json::Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(["context", "--format", "json", "."])
        .current_dir(root)
        .output()
        .unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), document, String::from_utf8(output.stderr).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn counts_names_that_are_not_utf8_and_what_is_no_file() {
    use std::os::unix::ffi::OsStrExt as _;
    let (_folder, root) = project();
    let odd = root.join("src").join(std::ffi::OsStr::from_bytes(b"n\xff\xfe"));
    fs::write(odd, "12345").unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.join("src/socket")).unwrap();
    assert!(Command::new("mkfifo").arg(root.join("src/pipe")).status().unwrap().success());
    std::os::unix::fs::symlink("loop", root.join("src/loop")).unwrap();
    std::os::unix::fs::symlink("..", root.join("src/above")).unwrap();
    std::os::unix::fs::symlink("/", root.join("src/out")).unwrap();
    let (code, document, error) = ask(&root);
    assert_eq!(code, 0, "{error}");
    // Dockerfile, main, the odd name, socket, pipe, and three links that are not followed.
    assert_eq!(document["buildkit"]["now"]["files"], 8, "{document}");
    assert_eq!(document["buildkit"]["now"]["bytes"], 23 + 4 + 5);
    assert_eq!(document["not_utf8"], 1);
    assert_eq!(document["special"], serde_json::json!(["src/pipe", "src/socket"]));
    assert!(error.contains("1 of the names are not UTF-8"), "{error}");
    // A pattern meets a byte that begins no character as it does a character.
    fs::write(root.join(".dockerignore"), "src/n??\nsrc/pipe\nsrc/socket\n").unwrap();
    let (_, document, _) = ask(&root);
    assert_eq!(document["not_utf8"], 0, "{document}");
    assert_eq!(document["buildkit"]["now"]["files"], 6, "with the ignore file itself: {document}");
}

/// A line behind its own `!`: the file comes to BuildKit by its name alone.
#[test]
fn counts_no_byte_that_buildkit_does_not_send() {
    let (_folder, root) = project();
    fs::write(root.join("src/other"), "other").unwrap();
    for (ignored, buildkit, classic) in [
        ("Dockerfile\n.dockerignore\n", (2, 9), (2, 9)),
        ("Dockerfile\n.dockerignore\nsrc\n!src/main\n", (1, 4), (1, 4)),
        ("Dockerfile\n.dockerignore\nsrc\n!src/main\nsrc\n", (1, 0), (1, 4)),
    ] {
        fs::write(root.join(".dockerignore"), ignored).unwrap();
        let (code, document, error) = ask(&root);
        assert_eq!(code, 0, "{error}");
        for (builder, (files, bytes)) in [("buildkit", buildkit), ("classic", classic)] {
            let now = &document[builder]["now"];
            assert_eq!(
                (&now["files"], &now["bytes"]),
                (&files.into(), &bytes.into()),
                "{builder} {ignored:?}: {document}"
            );
        }
    }
}

#[test]
fn tells_what_changes_often() {
    let (_folder, root) = project();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]).args(arguments);
        let output = command.current_dir(&root).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let commit = |path: &str, text: &str| {
        fs::write(root.join(path), text).unwrap();
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "x"]);
    };
    let changed = |directory: &Path| {
        let (code, document, error) = ask(directory);
        assert_eq!(code, 0, "{error}");
        let commits = document["paths"].as_array().unwrap().iter();
        let of = |name: &str| commits.clone().find(|path| path["path"] == name).map(|path| path["commits"].clone());
        (document["commits"].clone(), of("src/main"), of("main"), of("Dockerfile"))
    };
    let number = |number: u64| Some(serde_json::Value::from(number));
    git(&["init", "--quiet"]);
    fs::write(root.join(".dockerignore"), ".git\n").unwrap();
    commit("src/main", "one");
    assert_eq!(changed(&root).0, serde_json::Value::Null, "the first commit brings everything, and changes nothing");
    commit("src/main", "two");
    commit("src/other", "1");
    commit("src/main", "three");
    let expected = (3.into(), number(2), None, number(0));
    assert_eq!(changed(&root), expected, "in loose objects");
    git(&["gc", "--quiet"]);
    git(&["pack-refs", "--all"]);
    assert_eq!(changed(&root), expected, "in a pack");
    // The context is a folder of the repository.
    fs::write(root.join("src/Dockerfile"), "FROM scratch\nCOPY . /x\n").unwrap();
    assert_eq!(changed(&root.join("src")), (3.into(), None, number(2), number(0)));
    let elsewhere = root.parent().unwrap().join("worktree");
    git(&["worktree", "add", "--quiet", "-b", "other", elsewhere.to_str().unwrap()]);
    assert_eq!(changed(&elsewhere), expected, "in a worktree");
    let shallow = root.parent().unwrap().join("shallow");
    let url = format!("file://{}", root.display());
    git(&["clone", "--quiet", "--depth", "2", &url, shallow.to_str().unwrap()]);
    assert_eq!(changed(&shallow).0, 1, "a shallow clone ends where it ends");
    fs::write(root.join(".git/HEAD"), "ref: ../../etc/passwd\n").unwrap();
    assert_eq!(changed(&root).0, serde_json::Value::Null);
}
