//! A folder that a test may do anything in, with the programs that it runs there.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The root of the repository.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The program that cargo has built for the tests.
pub const DOCKFIX: &str = env!("CARGO_BIN_EXE_dockfix");

/// Whether a program can be run.
pub fn is_there(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    program.contains('/') && Path::new(ROOT).join(program).exists()
        || std::env::split_paths(&folders).any(|folder| folder.join(program).exists())
}

/// A file of the repository.
pub fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// A YAML file, or the documents of one.
pub fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// A document has to be what a schema of tests/schemas says.
pub fn validate(schema: &str, document: &Value) {
    let schema: Value = serde_json::from_str(&read(&format!("tests/schemas/{schema}"))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

/// What a program has said, and how it ended.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    fn new(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Self { code: output.status.code().unwrap(), stdout, stderr }
    }

    /// Ends the test unless the program has ended like this.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// A folder with `bin`, in which stand-ins for programs are, and `work`, a git repository.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(place.path("bin")).unwrap();
        fs::create_dir_all(place.path("work")).unwrap();
        place.script("bin/dockfix", &format!("exec '{DOCKFIX}' \"$@\""));
        place.git(&["init", "--quiet", "--initial-branch=main"]);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a program for `sh`.
    pub fn script(&self, name: &str, text: &str) {
        self.write(name, &format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A program with the arguments, in `work`, of whose environment nothing is the developer's.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut path = self.path("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path("work")).stdin(Stdio::null());
        command.env_clear().env("PATH", path).env("HOME", self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
        }
        command
    }

    pub fn run(&self, program: &str, arguments: &[&str]) -> Said {
        say(&mut self.command(program, arguments))
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        self.run("git", arguments).expect(0).stdout.trim().to_owned()
    }

    /// Commits everything, and says which commit that is.
    pub fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "x"]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Runs a command to its end.
pub fn say(command: &mut Command) -> Said {
    Said::new(&command.output().unwrap())
}
