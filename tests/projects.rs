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

/// Nothing but an order that was mended, or somebody who asks, cuts a file in two.
#[test]
fn a_file_in_order_is_cut_where_somebody_asks() {
    let in_order = "FROM python:3.11-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n";
    let out_of_order = "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n";
    for (text, arguments, configuration, cut) in [
        (in_order, &[][..], "", false),
        (in_order, &["--select", "cache"], "", false),
        (in_order, &["--preset", "all"], "", false),
        (in_order, &["--select", "single-stage"], "", true),
        (in_order, &[], "[rules.single-stage]\nwhen = \"always\"\n", true),
        (in_order, &["--preset", "review"], "[rules.single-stage]\nwhen = \"always\"\n", false),
        (out_of_order, &[], "", true),
        (out_of_order, &["--preset", "review"], "", false),
        (out_of_order, &["--ignore", "single-stage"], "", false),
        (out_of_order, &["--select", "install-after-source"], "", false),
        (out_of_order, &["--select", "single-stage"], "", false),
    ] {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("Dockerfile"), text).unwrap();
        fs::write(temp.path().join("requirements.txt"), "flask==3.0.3\n").unwrap();
        fs::write(temp.path().join("app.py"), "\n").unwrap();
        fs::write(temp.path().join("dockfix.toml"), configuration).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
            .args(arguments)
            .arg("Dockerfile")
            .current_dir(temp.path())
            .env("HOME", temp.path())
            .output()
            .unwrap();
        let diff = String::from_utf8(output.stdout).unwrap();
        assert_eq!(diff.contains("+FROM deps AS app"), cut, "{arguments:?} {configuration}\n{text}\n{diff}");
    }
}
