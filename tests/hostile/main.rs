//! Repositories that mean harm: links that lead out, `.git` folders that would run programs or never end, names that would steer a
//! terminal, a log or a reviewer. Whatever the command, nothing is executed, nothing outside is written, and it ends.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may fail loudly")]

mod git;
mod links;
mod names;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Debug;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Every way to look at a repository. A new command is a new row.
pub const LOOKS: &[&[&str]] = &[
    &[],
    &["check"],
    &["--unsafe", "--preset", "all"],
    &["--format", "json"],
    &["--format", "sarif"],
    &["--format", "rdjson"],
    &["--format", "gitlab"],
    &["check", "--format", "github"],
    &["check", "--format", "github-review", "--diff-base", "HEAD~1"],
    &["check", "--since", "HEAD~1"],
    &["check", "--staged"],
    &["context"],
    &["context", "--format", "json"],
    &["cache", "--changed", "start.sh"],
    &["tree", "Dockerfile"],
    &["batch", "."],
    &["report", "--html", "-"],
];

/// Every way to write into one.
pub const WRITES: &[&[&str]] = &[
    &["--apply"],
    &["--apply", "--unsafe", "--preset", "all"],
    &["--apply", "Dockerfile"],
    &["rule", "enable", "builder-runtime"],
    &["rule", "disable", "single-stage"],
    &["init"],
    &["batch", "--apply", "--allow-dirty", "."],
];

/// What dockfix mends in every project here.
pub const DOCKERFILE: &str =
    "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCOPY start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n";

/// The longest that any run may take; without a bug it is a small part of a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a run came to.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs dockfix in `folder`. It has to end by itself, in time, and without taking all the memory.
pub fn run<S: AsRef<OsStr> + Debug>(folder: &Path, arguments: &[S]) -> Ran {
    feed(folder, arguments, "")
}

/// The same, with `input` on standard input.
pub fn feed<S: AsRef<OsStr> + Debug>(folder: &Path, arguments: &[S], input: &str) -> Ran {
    let place = tempfile::tempdir().unwrap();
    let (stdout, stderr) = (place.path().join("stdout"), place.path().join("stderr"));
    // A device that never ends would fill the memory of the machine before the time is up.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 8000000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_dockfix")]).args(arguments);
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let stdin = place.path().join("stdin");
    fs::write(&stdin, input).unwrap();
    command.stdin(fs::File::open(stdin).unwrap());
    command.stdout(fs::File::create(&stdout).unwrap()).stderr(fs::File::create(&stderr).unwrap());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begun.elapsed() > PATIENCE => {
                child.kill().unwrap();
                panic!("{arguments:?} does not end");
            }
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    };
    let text = |path: &Path| String::from_utf8(fs::read(path).unwrap());
    let told = text(&stderr).unwrap_or_else(|_| panic!("{arguments:?}: standard error is no text"));
    assert!(status.code().is_some_and(|code| code <= 2), "{arguments:?}: {status}: {told}");
    assert!(!told.contains("panicked") && !told.contains("has a bug"), "{arguments:?}: {told}");
    let stdout = text(&stdout).unwrap_or_else(|_| panic!("{arguments:?}: standard output is no text"));
    Ran { code: status.code(), stdout, stderr: told }
}

/// A folder for a project, `repository`, and one beside it, `outside`.
pub struct Place(TempDir);

impl Place {
    /// Both, with a project that has something to mend and two commits, and the same project outside.
    pub fn fresh() -> Self {
        static MADE: LazyLock<Place> = LazyLock::new(Place::make);
        let place = Self(tempfile::tempdir().unwrap());
        for entry in walkdir::WalkDir::new(MADE.0.path()).into_iter().map(Result::unwrap) {
            let copy = place.0.path().join(entry.path().strip_prefix(MADE.0.path()).unwrap());
            match entry.file_type().is_dir() {
                true => fs::create_dir_all(copy).unwrap(),
                false => drop(fs::copy(entry.path(), copy).unwrap()),
            }
        }
        place
    }

    fn make() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for folder in [place.repository(), place.outside()] {
            fs::create_dir_all(folder.join("sub")).unwrap();
            write_project(&folder);
            write_project(&folder.join("sub"));
        }
        let git = |arguments: &[&str]| git(&place.repository(), arguments);
        git(&["init", "--quiet", "--template=", "--initial-branch=main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "-m", "base"]);
        fs::write(place.repository().join("Dockerfile"), format!("{DOCKERFILE}LABEL a=b\n")).unwrap();
        git(&["commit", "--quiet", "--all", "-m", "second"]);
        place
    }

    pub fn repository(&self) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap().join("repository")
    }

    pub fn outside(&self) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap().join("outside")
    }
}

pub fn write_project(folder: &Path) {
    fs::write(folder.join("Dockerfile"), DOCKERFILE).unwrap();
    fs::write(folder.join("start.sh"), "#!/bin/sh\n").unwrap();
    fs::write(folder.join("package.json"), "{\"name\": \"x\"}\n").unwrap();
    fs::write(folder.join("package-lock.json"), "{\"lockfileVersion\": 3}\n").unwrap();
    fs::write(folder.join("debug.log"), "x\n").unwrap();
}

/// Runs git without anybody's configuration.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
    }
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Everything below `folder`, with what it holds, where it leads, and its mode.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    use std::os::unix::fs::PermissionsExt as _;
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let each = entries.map(|entry| {
        let content = match entry.file_type() {
            kind if kind.is_symlink() => fs::read_link(entry.path()).unwrap().into_os_string().as_bytes().to_vec(),
            kind if kind.is_file() => fs::read(entry.path()).unwrap(),
            _ => Vec::new(),
        };
        let mode = fs::symlink_metadata(entry.path()).unwrap().permissions().mode();
        (entry.path().to_owned(), (mode, content))
    });
    each.collect()
}
