//! Build contexts that nobody can read as they should be read: every rule that looks at ignore files, and `dockfix context`, says so and
//! writes nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

#[path = "support/user.rs"]
mod user;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use dockfix::rules::{MayChange, REGISTRY};
use tempfile::TempDir;
use user::as_another_user;

/// Copies everything of a Python project, of which there are caches further down.
const DOCKERFILE: &str = "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n";

/// A project whose ignore file is to be mended. Anybody can read it.
fn project() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let root = folder.path().join("project");
    fs::create_dir_all(root.join("app/__pycache__")).unwrap();
    fs::write(root.join("Dockerfile"), DOCKERFILE).unwrap();
    fs::write(root.join(".dockerignore"), "__pycache__\n").unwrap();
    fs::write(root.join("app/main.py"), "").unwrap();
    fs::write(root.join("app/__pycache__/main.cpython-311.pyc"), "").unwrap();
    (folder, root)
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockfix"));
    command.current_dir(root).args(arguments).env_clear().stdin(Stdio::null()).output().unwrap()
}

/// The exit code, and what is said on standard error.
fn told(output: &Output) -> (Option<i32>, String) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!error.contains("panicked") && !error.contains("bug"), "{error}");
    (output.status.code(), error)
}

/// Every rule that looks at ignore files.
fn rules() -> String {
    let of_ignore_files = REGISTRY.iter().filter(|rule| {
        rule.meta.slug.starts_with("dockerignore") || rule.meta.may_change.contains(&MayChange::Dockerignore)
    });
    of_ignore_files.map(|rule| rule.meta.slug).collect::<Vec<_>>().join(",")
}

/// Makes the user who looks the owner, who may write everything else.
fn give_away(root: &Path) {
    if fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        for path in all_of(root).keys() {
            chown(path, Some(user::NOBODY), Some(user::NOBODY)).unwrap();
        }
    }
}

/// Every path below `root` with what is there.
fn all_of(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let each = entries.map(|entry| {
        let content = match entry.file_type() {
            kind if kind.is_symlink() => fs::read_link(entry.path()).unwrap().into_os_string().as_bytes().to_vec(),
            kind if kind.is_file() => fs::read(entry.path()).unwrap(),
            _ => Vec::new(),
        };
        (entry.path().to_owned(), content)
    });
    each.collect()
}

#[test]
fn an_ignore_file_that_is_none_is_named_and_nothing_is_written() {
    for (what, reason) in [
        ("a directory", "it is a directory; remove it or write a file"),
        ("a link out", "it is a link to nothing inside the build context; write a file in its place"),
        ("an absolute link out", "it is a link to nothing inside the build context; write a file in its place"),
        ("a link to nothing", "it is a link to nothing inside the build context; write a file in its place"),
        ("a link to itself", "it is a link to nothing inside the build context; write a file in its place"),
        ("a link to a directory", "it is a directory; remove it or write a file"),
        ("a pipe", "it is not a regular file"),
        ("Latin-1", "it is not UTF-8; convert it"),
        ("two megabytes", "it is larger than 1048576 bytes"),
    ] {
        let (folder, root) = project();
        let file = root.join(".dockerignore");
        fs::remove_file(&file).unwrap();
        let outside = folder.path().join("outside");
        fs::write(&outside, "__pycache__\n").unwrap();
        match what {
            "a directory" => fs::create_dir(&file).unwrap(),
            "a link out" => symlink("../outside", &file).unwrap(),
            "an absolute link out" => symlink(&outside, &file).unwrap(),
            "a link to nothing" => symlink("nothing", &file).unwrap(),
            "a link to itself" => symlink(".dockerignore", &file).unwrap(),
            "a link to a directory" => symlink("app", &file).unwrap(),
            "a pipe" => assert!(Command::new("mkfifo").arg(&file).status().unwrap().success()),
            "Latin-1" => fs::write(&file, b"__pycache__\n\xe9\n").unwrap(),
            _ => fs::write(&file, "__pycache__\n".repeat(200_000)).unwrap(),
        }
        let before = all_of(folder.path());
        let (code, error) = told(&run(&root, &["context", "--format", "json"]));
        assert_eq!(code, Some(2), "{what}: {error}");
        assert!(error.contains(".dockerignore cannot be read") && error.contains(reason), "{what}: {error}");
        for arguments in [&["--apply", "--unsafe"][..], &["--apply", "--unsafe", "--select", &rules()]] {
            let (_, error) = told(&run(&root, arguments));
            assert!(error.contains(".dockerignore cannot be read") && error.contains(reason), "{what}: {error}");
        }
        assert_eq!(all_of(folder.path()), before, "{what}");
    }
}

#[test]
fn an_ignore_file_that_is_a_link_inside_is_read_and_not_written_through() {
    let (_folder, root) = project();
    fs::rename(root.join(".dockerignore"), root.join("docker.ignore")).unwrap();
    symlink("docker.ignore", root.join(".dockerignore")).unwrap();
    let before = all_of(&root);
    let (code, error) = told(&run(&root, &["--apply", "--select", "dockerignore-shallow-pattern"]));
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains(".dockerignore: cannot be written: a link, and links are not written through"), "{error}");
    assert_eq!(all_of(&root), before);
}

#[test]
fn a_directory_that_cannot_be_read_is_named_and_nothing_is_written() {
    let (_folder, root) = project();
    fs::create_dir(root.join("closed")).unwrap();
    fs::write(root.join("closed/file"), "").unwrap();
    give_away(&root);
    let before = all_of(&root);
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o000)).unwrap();
    let (code, error) = told(&as_another_user(&root, &["context"]));
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("closed: cannot be read; a build that is sent it fails"), "{error}");
    let checked = as_another_user(&root, &["check", "--select", "dockerignore-shallow-pattern"]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("`closed` cannot be read"), "{said}");
    told(&as_another_user(&root, &["--apply", "--unsafe", "--select", "dockerignore-shallow-pattern"]));
    told(&as_another_user(&root, &["--apply", "--unsafe", "--select", &rules()]));
    let ignored = fs::read_to_string(root.join(".dockerignore")).unwrap();
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o755)).unwrap();
    assert!(!ignored.contains("**/__pycache__"), "{ignored}");
    assert_eq!(fs::read_to_string(root.join("Dockerfile")).unwrap(), DOCKERFILE);
    assert!(all_of(&root).keys().all(|path| before.contains_key(path)), "nothing is left behind");
    // One that is kept out is not entered.
    fs::write(root.join(".dockerignore"), "__pycache__\nclosed\n").unwrap();
    give_away(&root);
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o000)).unwrap();
    let (code, error) = told(&as_another_user(&root, &["context"]));
    assert_eq!(code, Some(0), "{error}");
    told(&as_another_user(&root, &["--apply", "--select", "dockerignore-shallow-pattern"]));
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(fs::read_to_string(root.join(".dockerignore")).unwrap(), "**/__pycache__\nclosed\n");
}

#[test]
fn links_that_go_in_circles_are_not_followed() {
    let (folder, root) = project();
    symlink(".", root.join("here")).unwrap();
    symlink("../app", root.join("app/again")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    symlink("/", root.join("app/out")).unwrap();
    symlink(folder.path(), root.join("above")).unwrap();
    assert_eq!(told(&run(&root, &["context"])).0, Some(0));
    told(&run(&root, &["--apply", "--unsafe", "--select", "dockerignore-shallow-pattern"]));
    assert_eq!(fs::read_to_string(root.join(".dockerignore")).unwrap(), "**/__pycache__\n");
    told(&run(&root, &["--apply", "--unsafe", "--select", &rules()]));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_counted_and_nothing_is_written() {
    let (_folder, root) = project();
    fs::write(root.join("app").join(OsStr::from_bytes(b"n\xff.pyc")), "").unwrap();
    let (code, error) = told(&run(&root, &["context"]));
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("1 of the names are not UTF-8"), "{error}");
    let checked = run(&root, &["check", "--select", "dockerignore-shallow-pattern"]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("names that are not UTF-8") && said.contains("shown, never written"), "{said}");
    told(&run(&root, &["--apply", "--unsafe", "--select", "dockerignore-shallow-pattern"]));
    assert_eq!(fs::read_to_string(root.join(".dockerignore")).unwrap(), "__pycache__\n");
    told(&run(&root, &["--apply", "--unsafe", "--select", &rules()]));
}
