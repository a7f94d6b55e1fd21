//! Folders full of small repositories, made by git.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

/// A Dockerfile that is changed where `start.sh` is not executable, and what it becomes.
pub const OLD: &str = "FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nENTRYPOINT [\"./start.sh\"]\n";
pub const NEW: &str =
    "FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nRUN chmod 755 /app/start.sh\nENTRYPOINT [\"./start.sh\"]\n";
pub const FINE: &str = "FROM alpine:3.20\nRUN true\n";

/// A folder with repositories, gone with this value.
pub struct Farm(tempfile::TempDir);

/// What a run of `dockfix batch` said.
pub struct Told {
    pub code: Option<i32>,
    pub records: Vec<Value>,
    pub stderr: String,
}

impl Farm {
    pub fn new() -> Self {
        let farm = Self(tempfile::tempdir().unwrap());
        // Nothing of this machine counts, and no repository lies above.
        fs::create_dir(farm.path().join("home")).unwrap();
        fs::create_dir(farm.path().join("all")).unwrap();
        farm
    }

    /// As [`Farm::new`], with these repositories of these files. A path with `=` has the text behind it, else a Dockerfile is
    /// [`OLD`] and anything else a script without the x bit.
    pub fn with(repositories: &[(&str, &[&str])]) -> Self {
        let farm = Self::new();
        for (name, files) in repositories {
            farm.repository(name, files);
        }
        farm
    }

    /// The same once more, elsewhere.
    pub fn copy(&self) -> Self {
        let copy = tempfile::tempdir().unwrap();
        let status = Command::new("cp").arg("-a").arg(self.path().join(".")).arg(copy.path()).status().unwrap();
        assert!(status.success());
        Self(copy)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The folder with the repositories, without links.
    pub fn root(&self) -> PathBuf {
        fs::canonicalize(self.path()).unwrap().join("all")
    }

    /// A folder beside the repositories.
    pub fn beside(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.path()).unwrap().join(name)
    }

    pub fn repository(&self, name: &str, files: &[&str]) -> PathBuf {
        let folder = self.root().join(name);
        fs::create_dir_all(&folder).unwrap();
        self.git(&folder, &["init", "--quiet", "--template=", "--initial-branch=main"]);
        self.write(name, files);
        if !files.is_empty() {
            self.git(&folder, &["add", "--all"]);
            self.git(&folder, &["commit", "--quiet", "-m", "base"]);
        }
        folder
    }

    /// Writes files, described as in [`Farm::with`].
    pub fn write(&self, name: &str, files: &[&str]) {
        for file in files {
            let of_name = |name: &str| if name.contains("Dockerfile") { OLD } else { "#!/bin/sh\n" }.to_owned();
            let (path, text) =
                file.split_once('=').map_or_else(|| (*file, of_name(file)), |(path, text)| (path, text.to_owned()));
            let path = self.root().join(name).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        }
    }

    pub fn git(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.command("git", folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// `program` with nothing of this machine's environment.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.path().join("home")).env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
            command.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
        }
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    /// `dockfix batch` in the folder with the repositories.
    pub fn batch_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_dockfix"), &self.root());
        command.arg("batch").args(arguments);
        command
    }

    pub fn batch(&self, arguments: &[&str]) -> Told {
        Told::of(self.batch_command(arguments).output().unwrap())
    }

    /// Every file of the repositories but git's own, to see what changed.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let walk = walkdir::WalkDir::new(self.root()).into_iter().filter_entry(|entry| entry.file_name() != ".git");
        let files = walk.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        let root = self.root();
        files.map(|it| (it.path().strip_prefix(&root).unwrap().to_owned(), fs::read(it.path()).unwrap())).collect()
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }
}

impl Told {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let stderr = text(output.stderr);
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self { code: output.status.code(), records: records(&text(output.stdout)), stderr }
    }

    /// The outcome of each repository, as `NAME: OUTCOME`.
    pub fn outcomes(&self) -> Vec<String> {
        outcomes(&self.records)
    }

    pub fn record(&self, repository: &str) -> &Value {
        self.records
            .iter()
            .find(|record| record["repository"] == repository)
            .unwrap_or_else(|| panic!("no line of {repository}: {:?} {}", self.outcomes(), self.stderr))
    }
}

pub fn outcomes(records: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut outcomes: Vec<String> =
        records.iter().map(|it| format!("{}: {}", text(&it["repository"]), text(&it["outcome"]))).collect();
    outcomes.sort();
    outcomes
}

/// The lines of results, each held against the schema.
pub fn records(lines: &str) -> Vec<Value> {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/dockfix-batch.json");
        let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    let record = |line: &str| {
        assert!(!line.chars().any(char::is_control), "{line:?} would steer a terminal");
        let record: Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> =
            SCHEMA.iter_errors(&record).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(errors.is_empty(), "{line}: {errors:#?}");
        record
    };
    assert!(lines.is_empty() || lines.ends_with('\n'), "{lines:?} is cut off");
    lines.lines().map(record).collect()
}
