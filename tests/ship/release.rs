//! A release: what its workflow says, what its archives hold, and which tag may be one.

use std::fs;

use serde_json::Value;

use crate::Test;
use crate::support::{Place, ROOT, read, yaml};

/// The tests.
pub const TESTS: &[Test] = &[
    (&[], "release_has_the_archives_that_the_action_asks_for", names_agree),
    (&["tar"], "release_packs_the_program_and_what_belongs_to_it", packs),
    (&["awk"], "release_takes_only_the_tag_of_the_version", tags),
    (&[], "workflows_pin_actions_and_keep_inputs_out_of_scripts", workflows_are_careful),
    (&["shellcheck"], "scripts_pass_shellcheck", scripts_pass_shellcheck),
];

/// The version in Cargo.toml.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const WORKFLOW: &str = ".github/workflows/release.yml";

fn names_agree() {
    let workflow = yaml(&read(WORKFLOW));
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().unwrap();
    let script = read(".github/action/run.sh");
    for entry in matrix {
        let target = entry["target"].as_str().unwrap();
        let end = if target.contains("windows") { "zip" } else { "tar.gz" };
        assert!(script.contains(&format!("echo dockfix-{target}.{end} ;;")), "the action does not know {target}");
    }
    assert_eq!(script.matches("echo dockfix-").count(), matrix.len());
    let count = format!("test \"$(wc -l < SHA256SUMS)\" = {}", matrix.len());
    assert!(read(WORKFLOW).contains(&count), "the checksums are not those of {} archives", matrix.len());
}

fn packs() {
    let place = Place::new();
    let target = "x86_64-unknown-linux-musl";
    pack(&place, target);
    let archive = place.path(&format!("dist/dockfix-{target}.tar.gz"));
    let listed = place.run("tar", &["-tzf", archive.to_str().unwrap()]).expect(0).stdout;
    let mut names: Vec<&str> = listed.lines().filter_map(|line| line.split_once('/')).map(|(_, name)| name).collect();
    names.retain(|name| !name.is_empty() && !name.ends_with('/') && !name.starts_with("man/dockfix-"));
    names.sort_unstable();
    let completions = ["_dockfix", "_dockfix.ps1", "dockfix.bash", "dockfix.elv", "dockfix.fish"];
    let mut expected = completions.map(|name| format!("completions/{name}")).to_vec();
    expected.extend(
        ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "dockfix", "man/dockfix.1"].map(str::to_owned),
    );
    expected.sort_unstable();
    assert_eq!(names, expected);
}

/// Makes a release for Linux on x86-64 in the folder `release`, and says at which address it is.
pub fn release(place: &Place) -> String {
    pack(place, "x86_64-unknown-linux-musl");
    let folder = format!("release/download/v{VERSION}");
    fs::create_dir_all(place.path("release/download")).unwrap();
    fs::rename(place.path("dist"), place.path(&folder)).unwrap();
    place.run("sh", &["-c", &format!("cd ../{folder} && sha256sum dockfix-* >SHA256SUMS")]).expect(0);
    format!("file://{}", place.path("release").display())
}

/// Makes an archive with the program that is tested, in the folder `dist`.
fn pack(place: &Place, target: &str) {
    let script = format!("{ROOT}/.github/release/package.sh");
    let (program, folder) = (place.path("bin/dockfix"), place.path("dist"));
    place.run("bash", &[&script, target, program.to_str().unwrap(), folder.to_str().unwrap()]).expect(0);
}

fn tags() {
    let place = Place::new();
    for path in [".github/release/check-tag.sh", "Cargo.toml"] {
        place.write(&format!("work/{path}"), &read(path));
    }
    let check = |tag: &str| place.run("bash", &[".github/release/check-tag.sh", tag]);
    let changelog = |text: &str| place.write("work/CHANGELOG.md", text);
    let tag = format!("v{VERSION}");
    changelog("# Changelog\n\n## [Unreleased]\n\n- new\n");
    assert!(check(&tag).expect(1).stderr.contains("has nothing under"));
    changelog(&format!("## [Unreleased]\n\n- new\n\n## [{VERSION}] - 2026-01-01\n\n- this\n\n## [0.0.1]\n\n- old\n"));
    assert_eq!(check(&tag).expect(0).stdout.trim(), "- this");
    for other in [VERSION.to_owned(), format!("{tag}.1"), "v9.9.9".to_owned()] {
        assert!(check(&other).expect(1).stderr.contains(&format!("tag {tag}, or change")), "{other}");
    }
}

fn workflows_are_careful() {
    for path in ["action.yml", WORKFLOW] {
        let text = read(path);
        for line in text.lines().filter(|line| line.trim_start().trim_start_matches("- ").starts_with("uses: ")) {
            let (_, commit) = line.split_once('@').unwrap();
            let (commit, tag) = commit.split_once(" # v").unwrap_or_else(|| panic!("{path}: {line} says no tag"));
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}: {line}");
            assert!(tag.split('.').count() == 3, "{path}: {line}");
        }
        scripts(&yaml(&text), &mut |script| assert!(!script.contains("${{"), "{path}: an expression in {script}"));
    }
    let workflow = yaml(&read(WORKFLOW));
    assert_eq!(workflow["permissions"], Value::Object(serde_json::Map::new()));
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        assert!(job["permissions"].is_object(), "{name} says no permissions");
        assert!(job["permissions"]["contents"] == "read" || name == "release", "{name} may write");
    }
}

/// Every `run` in a document.
fn scripts(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str() {
                    Some(script) if key == "run" => see(script),
                    _ => scripts(value, see),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| scripts(value, see)),
        _ => {}
    }
}

fn scripts_pass_shellcheck() {
    let place = Place::new();
    let mut found = Vec::new();
    for entry in [".github", "examples"].iter().flat_map(|folder| walkdir::WalkDir::new(format!("{ROOT}/{folder}"))) {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|end| end == "sh" || end == "sbatch") {
            assert!(fs::read_to_string(&path).unwrap().contains("\nset -"), "{} goes on after errors", path.display());
            found.push(path.to_str().unwrap().to_owned());
        }
    }
    assert!(found.len() >= 4, "{found:?}");
    let said = place.run("shellcheck", &found.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
}
