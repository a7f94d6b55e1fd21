//! Every case folder is well-formed, and a prepared case has the state that its
//! `case.toml` names.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use support::case::{Case, Expect, Place, Side, Variant};

fn write(file: &Path, content: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn every_case_of_the_rules_loads() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let cases = Case::load_all(&rules).unwrap();
    for case in &cases {
        let dest = tempfile::tempdir().unwrap();
        case.prepare(dest.path(), Side::Before, Place::InContext).unwrap();
    }
}

#[test]
fn a_prepared_case_has_the_named_state() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("rule/cases/name");
    write(&dir.join("before.Dockerfile"), "FROM scratch\n");
    write(&dir.join("context/config/a.json"), "{}\n");
    write(&dir.join("context/local.json"), "{}\n");
    write(&dir.join("context/run.sh"), "#!/bin/sh\n");
    let run = dir.join("context/run.sh");
    fs::set_permissions(run, fs::Permissions::from_mode(0o775)).unwrap();
    write(
        &dir.join("case.toml"),
        r#"
args = ["--unsafe"]
skip_variants = { onbuild = "no" }
[config]
builders = ["classic"]
[config.rules.copy-without-chmod]
when = "always"
[modes]
"config" = "0500"
"config/a.json" = "0400"
[links]
"latest" = "config"
[git]
untracked = ["local.json"]
index_modes = { "run.sh" = "100644" }
[files]
".gitignore" = "*.log\n"
"x.log" = ""
[filled]
"data/big.log" = 70000
"#,
    );
    let case = Case::load(&dir).unwrap();
    assert_eq!(case.expect(), Expect::Silent);
    assert_eq!(case.variants(), [Variant::Crlf, Variant::Lower]);
    let dest = temp.path().join("work");
    let prepared = case.prepare(&dest, Side::Before, Place::InContext).unwrap();
    let root = &prepared.context_dir;
    assert_eq!(mode(&root.join("config")), 0o500);
    assert_eq!(mode(&root.join("config/a.json")), 0o400);
    assert_eq!(mode(&root.join("run.sh")), 0o755);
    assert_eq!(mode(&root.join("Dockerfile")), 0o644);
    assert_eq!(fs::metadata(root.join("data/big.log")).unwrap().len(), 70_000);
    assert_eq!(fs::read_link(root.join("latest")).unwrap(), Path::new("config"));
    let config = fs::read_to_string(root.join("dockfix.toml")).unwrap();
    assert!(config.contains("when = \"always\""), "{config}");
    let index = Command::new("git").args(["ls-files", "--stage"]).current_dir(root).output().unwrap();
    let index = String::from_utf8(index.stdout).unwrap();
    let entries: Vec<_> = index
        .lines()
        .map(|line| {
            let (entry, path) = line.split_once('\t').unwrap();
            (path, &entry[..6])
        })
        .collect();
    assert_eq!(
        entries,
        [
            (".gitignore", "100644"),
            ("Dockerfile", "100644"),
            ("config/a.json", "100644"),
            ("dockfix.toml", "100644"),
            ("latest", "120000"),
            ("run.sh", "100644"),
        ]
    );
}

#[test]
fn a_typing_mistake_is_an_error() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("rule/cases/name");
    write(&dir.join("before.Dockerfile"), "FROM scratch\n");
    for (toml, message) in [
        ("mode = {}\n", "unknown field `mode`"),
        ("expect = \"fix\"\n", "contradicts the files"),
        ("context = \"dir\"\n", "there is no context/"),
        ("[modes]\n\"a\" = \"rw\"\n", "is no octal mode"),
        ("[files]\n\"../a\" = \"\"\n", "stay below the context"),
    ] {
        write(&dir.join("case.toml"), toml);
        let dest = temp.path().join("work");
        let result = Case::load(&dir).and_then(|case| case.prepare(&dest, Side::Before, Place::InContext));
        let error = format!("{:#}", result.expect_err(toml));
        assert!(error.contains(message), "{toml}: {error}");
    }
}
