//! The hooks in `.pre-commit-hooks.yaml`, run by pre-commit itself.
//!
//! `tests/differential/setup.sh` brings pre-commit. Without it the tests are ignored by name; with `CI=true` its absence is a
//! failure. The hooks run the program that cargo has built for the tests: all else in them is as users get it.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;

const START: &str = "FROM node:22\nCOPY start.sh /\nCMD [\"/start.sh\"]\n";
const MENDED: &str = "FROM node:22\nCOPY start.sh /\nRUN chmod 755 /start.sh\nCMD [\"/start.sh\"]\n";

fn main() {
    let arguments = Arguments::from_args();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracle/bin/pre-commit");
    let is_there = program.exists();
    let in_ci = std::env::var("CI").as_deref() == Ok("true");
    assert!(is_there || !in_ci, "run tests/differential/setup.sh first: pre-commit is missing");
    let trial = |name: &str, run: fn(&Path) -> Result<(), Failed>| {
        let program = program.clone();
        Trial::test(name, move || run(&program)).with_ignored_flag(!is_there)
    };
    let trials = vec![
        trial("the_fix_is_written_and_the_next_commit_passes", the_fix_is_written),
        trial("findings_are_shown_and_nothing_is_written", findings_are_shown),
        trial("a_broken_dockerfile_stops_the_commit_and_says_where", a_broken_dockerfile),
        trial("every_name_of_a_dockerfile_is_taken_and_nothing_else", names),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}

/// A repository that uses one of the hooks, and the repository that the hook comes from.
struct Repository {
    folder: TempDir,
    pre_commit: PathBuf,
}

impl Repository {
    fn new(pre_commit: &Path, hook: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Self { folder, pre_commit: pre_commit.to_owned() };
        let hooks = fs::read_to_string(".pre-commit-hooks.yaml").unwrap();
        repository.write("hooks/.pre-commit-hooks.yaml", &hooks.replace("language: rust", "language: system"));
        repository.git("hooks", &["init", "--quiet"]);
        repository.commit("hooks");
        let config = format!(
            "repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: {hook}\n",
            repository.path("hooks").display(),
            repository.git("hooks", &["rev-parse", "HEAD"]).trim()
        );
        repository.write("work/.pre-commit-config.yaml", &config);
        for (name, text) in files {
            repository.write(&format!("work/{name}"), text);
        }
        repository.git("work", &["init", "--quiet"]);
        repository.git("work", &["add", "."]);
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path("work").join(name)).unwrap()
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).current_dir(self.path(folder)).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, folder: &str) {
        self.git(folder, &["add", "."]);
        self.git(folder, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "as it is"]);
    }

    /// Whether the hooks pass over what is staged, and what they print.
    fn run(&self) -> (bool, String) {
        let mut command = self.command(&self.pre_commit);
        let output = command.args(["run", "--color", "never"]).current_dir(self.path("work")).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// A command that knows our program, and no configuration of whoever runs the tests.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let ours = Path::new(env!("CARGO_BIN_EXE_dockfix")).parent().unwrap().to_owned();
        let inherited = std::env::var_os("PATH").unwrap();
        let path = std::env::join_paths([ours].into_iter().chain(std::env::split_paths(&inherited))).unwrap();
        let mut command = Command::new(program);
        command.env("PATH", path).env("HOME", self.folder.path()).env("PRE_COMMIT_HOME", self.path("cache"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env_remove("XDG_CONFIG_HOME");
        command
    }
}

fn the_fix_is_written(pre_commit: &Path) -> Result<(), Failed> {
    let repository = Repository::new(pre_commit, "dockfix", &[("Dockerfile", START), ("start.sh", "#!/bin/sh\n")]);
    let (passed, said) = repository.run();
    assert!(!passed && said.contains("files were modified by this hook"), "{said}");
    assert_eq!(repository.read("Dockerfile"), MENDED);
    repository.git("work", &["add", "."]);
    let (passed, said) = repository.run();
    assert!(passed && said.contains("Passed"), "{said}");
    Ok(())
}

fn findings_are_shown(pre_commit: &Path) -> Result<(), Failed> {
    let files = [("Dockerfile", START), ("start.sh", "#!/bin/sh\n")];
    let repository = Repository::new(pre_commit, "dockfix-check", &files);
    let (passed, said) = repository.run();
    assert!(!passed && said.contains("warning[copy-without-chmod]"), "{said}");
    assert_eq!(repository.read("Dockerfile"), START);
    Ok(())
}

fn a_broken_dockerfile(pre_commit: &Path) -> Result<(), Failed> {
    let repository = Repository::new(pre_commit, "dockfix", &[("Dockerfile", "FROM a\nRUNN x\n")]);
    let (passed, said) = repository.run();
    assert!(!passed && said.contains("Dockerfile:2:1: unknown instruction `RUNN`"), "{said}");
    assert_eq!(repository.read("Dockerfile"), "FROM a\nRUNN x\n");
    Ok(())
}

fn names(pre_commit: &Path) -> Result<(), Failed> {
    let taken =
        ["Dockerfile", "a/Dockerfile.dev", "web.Dockerfile", "api.dockerfile", "Containerfile", "Containerfile.arm"];
    let left = [
        "Dockerfile.dockerignore",
        "Dockerfiles.md",
        "notes.txt",
        "Containerfile.containerignore",
        "Dockerfile-notes/a",
    ];
    let files: Vec<_> = taken.iter().chain(&left).map(|name| (*name, "FROM a\nRUNN x\n")).collect();
    let (_, said) = Repository::new(pre_commit, "dockfix", &files).run();
    for name in taken {
        assert!(said.contains(&format!("{name}:2:1: ")), "{name}: {said}");
    }
    for name in left {
        assert!(!said.contains(&format!("{name}:")), "{name}: {said}");
    }
    Ok(())
}
