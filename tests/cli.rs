//! The command line, as data: each `fixtures/cli/*.toml` is one run of `dockfix` in a copy of the folder `*.in` beside it,
//! with what it prints, its exit code, and in `*.out` what the folder holds afterwards.
//!
//! What needs a git repository stands here, since no fixture can hold a `.git`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn prints_and_writes_what_its_cases_say() {
    trycmd::TestCases::new().case("fixtures/cli/*.toml");
}

fn run(program: &str, root: &Path, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.env_clear().env("PATH", path).env("HOME", root).current_dir(root).args(arguments);
    let output = command.output().expect("the program starts");
    assert!(output.status.code().is_some_and(|code| code <= 1), "{program} {arguments:?}: {output:?}");
    output
}

/// `COPY . .` of `FOLDER/Dockerfile` may mean FOLDER or what lies above it. Where FOLDER is named like one
/// for the files of a build, no fix that rests on what it holds is safe; where it is a component of its own, it is.
#[test]
fn the_context_of_a_support_directory_is_in_doubt() {
    let dockerfile = "FROM alpine:3.20\nRUN adduser -D app\nWORKDIR /app\nCOPY . .\nUSER app\n";
    let fix = "+RUN chmod 644 /app/config/settings.json\n";
    for (folder, repository, arguments, written) in [
        ("docker", true, [].as_slice(), false),
        ("docker", false, &[], false),
        (".devcontainer", true, &[], false),
        ("docker", true, &["--unsafe"], true),
        ("docker", true, &["--context", "docker"], true),
        ("api", true, &[], true),
        ("api", false, &[], true),
    ] {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path();
        for (file, text) in [
            ("src/app.py".to_owned(), "print()\n"),
            (format!("{folder}/Dockerfile"), dockerfile),
            (format!("{folder}/config/settings.json"), "{}\n"),
        ] {
            let file = root.join(file);
            fs::create_dir_all(file.parent().expect("below the root")).expect("a directory");
            fs::write(file, text).expect("a file");
        }
        if repository {
            run("git", root, &["init", "--quiet"]);
            run("git", root, &["add", "--all"]);
        }
        let arguments = [&["--select", "copy-without-chmod"], arguments].concat();
        let output = run(env!("CARGO_BIN_EXE_dockfix"), root, &arguments);
        let diff = String::from_utf8_lossy(&output.stdout);
        assert_eq!(diff.contains(fix), written, "{folder} {repository} {arguments:?}: {output:?}");
    }
}
