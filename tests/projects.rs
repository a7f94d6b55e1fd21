//! What `install-after-source` and `single-stage` make of the small projects in `fixtures/projects`, one for each package manager.
//!
//! Beside each project lies the diff that is expected, also of fixes that need `--unsafe`. `DOCKFIX_BLESS=1` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn projects_get_the_expected_diff() {
    let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
    let bless = std::env::var_os("DOCKFIX_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&projects).unwrap() {
        let project = entry.unwrap().path();
        let expected = project.with_extension("diff");
        // The others are for other tests.
        if !project.is_dir() || !expected.exists() {
            continue;
        }
        count += 1;
        let diff = diff(&project);
        if bless {
            fs::write(&expected, &diff).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != diff {
            wrong.push(format!("{}:\n{diff}", expected.display()));
        }
    }
    assert!(wrong.is_empty(), "these are not as expected:\n{}", wrong.join("\n"));
    assert!(count >= 16, "a project for each package manager");
}

/// The diff for a copy of a project that is in no repository, so that it does not matter what git knows of the original.
fn diff(project: &Path) -> String {
    let temp = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(project) {
        let entry = entry.unwrap();
        let target = temp.path().join(entry.path().strip_prefix(project).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(["--select", "cache", "--ignore", "builder-runtime", "--unsafe", "Dockerfile"])
        .current_dir(temp.path())
        .env("HOME", temp.path())
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
