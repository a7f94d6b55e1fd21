//! Git repositories as units: made by git itself, read and written without it, and judged by git again.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(unix)]

mod bare;
mod commit;
mod damaged;
mod dirty;
mod discover;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with repositories in it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path below, with no links.
    fn at(&self, path: &str) -> PathBuf {
        let root = fs::canonicalize(self.folder.path()).unwrap();
        if path.is_empty() { root } else { root.join(path) }
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.at(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }

    /// What git says, run in the folder `at`; fails the test if git does.
    fn git(&self, at: &str, arguments: &[&str]) -> String {
        let output = self.try_git(at, arguments);
        assert!(output.status.success(), "git {arguments:?} in {at}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn try_git(&self, at: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new("git");
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.folder.path());
        // What these repositories hold need not survive a power cut.
        command.env("GIT_CONFIG_NOSYSTEM", "1").args(["-c", "protocol.file.allow=always", "-c", "core.fsync=none"]);
        command.args(["-c", "maintenance.auto=false"]);
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
            command.env(format!("GIT_{who}_DATE"), "1700000000 +0100");
        }
        command.current_dir(self.at(at)).args(arguments).output().unwrap()
    }

    /// A repository with one commit.
    fn repository(&self, path: &str) {
        fs::create_dir_all(self.at(path)).unwrap();
        self.git(path, &["init", "--quiet", "--template=", "--initial-branch=main"]);
        self.write(&format!("{path}/Dockerfile"), "FROM alpine:3.20\n");
        self.write(&format!("{path}/sub/a.txt"), "a\n");
        self.commit_all(path, "base");
    }

    fn commit_all(&self, path: &str, message: &str) {
        self.git(path, &["add", "--all"]);
        self.git(path, &["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    /// `path` as it is from the root.
    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.at("")).unwrap_or(path).display().to_string()
    }
}
