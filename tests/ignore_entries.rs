//! Several Dockerfiles that share a context: the entries of `dockerignore-missing-entries` are written once, whatever else is mended.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const DOCKERFILE: &str = "FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"index.js\"]\n";

const EXPECTED: &str = "# installed dependencies\n**/node_modules\n\n# operating systems\n**/.DS_Store\n";

fn project(dockerfiles: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let manifest = r#"{"name": "shop", "version": "1.0.0"}"#;
    let lock = r#"{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "shop", "version": "1.0.0"}}}"#;
    write("package.json", manifest);
    write("package-lock.json", lock);
    write("index.js", "1\n");
    write("node_modules/left/package.json", "{}\n");
    write("docs/.DS_Store", "x");
    for name in dockerfiles {
        write(name, DOCKERFILE);
    }
    folder
}

fn dockfix(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn dockerfiles_of_one_context_write_the_entries_once() {
    for more in [&[][..], &["--select", "dockerignore-missing-entries"]] {
        let folder = project(&["Dockerfile", "dev.Dockerfile", "ci.Dockerfile"]);
        dockfix(folder.path(), &[&["--apply"], more].concat());
        let written = fs::read_to_string(folder.path().join(".dockerignore")).unwrap();
        assert_eq!(written, EXPECTED, "{more:?}");
        assert_eq!(dockfix(folder.path(), more), "", "{more:?}: nothing is left to do");
    }
}

#[test]
fn the_diff_shows_a_new_file_once_and_git_takes_it() {
    let folder = project(&["Dockerfile", "dev.Dockerfile"]);
    let diff = dockfix(folder.path(), &["--select", "dockerignore-missing-entries"]);
    assert_eq!(diff.matches("--- /dev/null\n+++ b/.dockerignore\n").count(), 1, "{diff}");
    fs::write(folder.path().join("x.diff"), diff).unwrap();
    let status = Command::new("git").args(["apply", "x.diff"]).current_dir(folder.path()).status().unwrap();
    assert!(status.success());
    assert_eq!(fs::read_to_string(folder.path().join(".dockerignore")).unwrap(), EXPECTED);
}

#[test]
fn nothing_is_written_where_the_ignore_file_is_a_directory() {
    let folder = project(&["Dockerfile"]);
    fs::create_dir(folder.path().join(".dockerignore")).unwrap();
    let before = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    dockfix(folder.path(), &["--apply", "--unsafe", "--select", "dockerignore-missing-entries"]);
    assert_eq!(fs::read_to_string(folder.path().join("Dockerfile")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path().join(".dockerignore")).unwrap().count(), 0);
}
