//! The three builders: how each builds an image and lets it be read.
//!
//! Owns every command line. Must not know what an image is expected to be like.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::daemon::{self, Container};
use crate::snapshot::Snapshot;
use crate::spec::RunSpec;
use crate::support::case::Prepared;

/// No single command of a test takes longer than this, in seconds.
const TIME_LIMIT: &str = "600";

/// Looking for cached layers, buildah goes through every image of its store, and fails where another build takes one
/// away meanwhile. That says nothing about the Dockerfile, so the build begins again.
const LOST_LAYER: &str = "layer not known";
const LOST_LAYER_ATTEMPTS: usize = 5;

/// The machine's own, which needs no library; `bases.py` makes images of it.
const BUSYBOX: &str = "/bin/busybox:/busybox:ro";

/// The fields of an image's configuration that are compared. The others name
/// the build or the host, not what the Dockerfile says.
const CONFIG_FIELDS: [&str; 13] = [
    "User",
    "WorkingDir",
    "Env",
    "Cmd",
    "Entrypoint",
    "ExposedPorts",
    "Labels",
    "Volumes",
    "StopSignal",
    "StopTimeout",
    "Healthcheck",
    "OnBuild",
    "Shell",
];

/// A fields' name and its value; fields that are not set are left out.
pub type Config = BTreeMap<String, Value>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    Buildkit,
    /// Docker's builder before BuildKit, `DOCKER_BUILDKIT=0`.
    Classic,
    Buildah,
}

/// What a command came to.
#[derive(Debug)]
pub struct Outcome {
    pub status: i32,
    /// Standard output and standard error.
    pub output: String,
}

/// A built image; its name is removed when dropped.
pub struct Image {
    builder: Builder,
    name: String,
    /// What the builder said.
    pub log: String,
}

impl Builder {
    pub const ALL: [Self; 3] = [Self::Buildkit, Self::Classic, Self::Buildah];

    /// Builds under the name `name`. A failed build is no error but an outcome.
    pub fn build(self, prepared: &Prepared, name: &str, arguments: &[String]) -> Result<Result<Image, Outcome>> {
        let name = format!("localhost/dockfix-test:{name}");
        let mut command = match self {
            Self::Buildkit => buildx(),
            Self::Classic => limited("docker"),
            Self::Buildah => buildah(),
        };
        match self {
            Self::Buildkit => command.args(["build", "--network=none", "--progress=plain"]),
            Self::Classic => command.env("DOCKER_BUILDKIT", "0").args(["build", "--network=none", "--force-rm"]),
            // Chroot isolation has only the host's network.
            Self::Buildah => command.args(["bud", "--isolation=chroot", "--network=host", "--layers"]).args([
                "--format=docker",
                "--pull-never",
                "--force-rm",
            ]),
        };
        command.arg("--tag").arg(&name).args(arguments);
        command.arg("--file").arg(&prepared.dockerfile).arg(&prepared.context_dir);
        let mut outcome = Outcome::of(&command.output().context("cannot start the builder")?);
        for _ in 0..LOST_LAYER_ATTEMPTS {
            if !outcome.output.contains(LOST_LAYER) {
                break;
            }
            outcome = Outcome::of(&command.output().context("cannot start the builder")?);
        }
        let image = Image { builder: self, name, log: outcome.output.clone() };
        Ok(if outcome.status == 0 { Ok(image) } else { Err(outcome) })
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Buildkit => "buildkit",
            Self::Classic => "classic",
            Self::Buildah => "buildah",
        })
    }
}

impl Image {
    /// What a FROM calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the image's file system.
    pub fn snapshot(&self) -> Result<Snapshot> {
        match self.builder {
            Builder::Buildkit | Builder::Classic => {
                // An image without CMD needs a command; it is never run.
                let container = Container::create(&self.name, json!({"Cmd": ["x"]}))?;
                Snapshot::read(container.export()?)
            }
            Builder::Buildah => {
                let container = self.buildah_container()?;
                let root = checked(&buildah().args(["mount", &container.0]).output()?)?;
                stream(
                    Command::new("tar")
                        .args(["--create", "--numeric-owner", "--file=-", "--directory"])
                        .args([&root, "."]),
                )
            }
        }
    }

    /// Reads the image's configuration.
    pub fn config(&self) -> Result<Config> {
        let all = self.inspect()?;
        let place = match self.builder {
            Builder::Buildkit | Builder::Classic => "/Config",
            Builder::Buildah => "/Docker/config",
        };
        let all: Config = match all.pointer(place) {
            Some(config) => serde_json::from_value(config.clone())?,
            None => bail!("no {place} in {all}"),
        };
        let set = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => true,
        };
        let is_field = |name: &str| CONFIG_FIELDS.contains(&name);
        Ok(all.into_iter().filter(|(name, value)| is_field(name) && set(value)).collect())
    }

    /// The total size of the image's layers in bytes.
    pub fn size(&self) -> Result<i64> {
        let all = self.inspect()?;
        let size = match self.builder {
            Builder::Buildkit | Builder::Classic => all["Size"].as_i64(),
            // The manifest is a text of its own within.
            Builder::Buildah => {
                let manifest: Option<Value> = all["Manifest"].as_str().and_then(|text| serde_json::from_str(text).ok());
                let layers = manifest.as_ref().and_then(|manifest| manifest["layers"].as_array());
                layers.and_then(|layers| layers.iter().map(|layer| layer["size"].as_i64()).sum())
            }
        };
        size.with_context(|| format!("no size in {all}"))
    }

    fn inspect(&self) -> Result<Value> {
        match self.builder {
            Builder::Buildkit | Builder::Classic => daemon::image(&self.name),
            Builder::Buildah => {
                let output = buildah().args(["inspect", "--type=image", &self.name]).output()?;
                Ok(serde_json::from_str(&checked(&output)?)?)
            }
        }
    }

    /// Runs a command, or without one the image's own, as the image's user or
    /// the one that is named, and without a network.
    pub fn run(&self, entry: &RunSpec) -> Result<Outcome> {
        let user = entry.user.as_ref().map(|user| format!("--user={user}"));
        let busybox = entry.busybox.then_some(BUSYBOX);
        match (self.builder, &entry.stdin) {
            (Builder::Buildkit | Builder::Classic, None) => {
                let mut configuration = json!({"User": entry.user.as_deref().unwrap_or_default()});
                if let Some((program, arguments)) = entry.argv.split_first() {
                    configuration["Entrypoint"] = json!([program]);
                    configuration["Cmd"] = json!(arguments);
                }
                if entry.busybox {
                    configuration["HostConfig"]["Binds"] = json!([BUSYBOX]);
                }
                let ended = Container::create(&self.name, configuration)?.run()?;
                Ok(Outcome { status: ended.status, output: ended.output })
            }
            (Builder::Buildkit | Builder::Classic, Some(text)) => {
                let mut command = limited("docker");
                command.args(["run", "--rm", "--network=none", "--interactive"]).args(user);
                command.args(busybox.map(|volume| format!("--volume={volume}")));
                if let Some(program) = entry.argv.first() {
                    command.arg("--entrypoint").arg(program);
                }
                command.arg(&self.name).args(entry.argv.iter().skip(1));
                Ok(Outcome::of(&output(command, Some(text))?))
            }
            (Builder::Buildah, _) => {
                let container = self.buildah_container()?;
                let own = if entry.argv.is_empty() { self.own_command()? } else { Vec::new() };
                let mut command = buildah();
                command.args(["run", "--isolation=chroot"]).args(user);
                command.args(busybox.map(|volume| format!("--volume={volume}"))).args([&container.0, "--"]);
                command.args(&entry.argv).args(own);
                Ok(Outcome::of(&output(command, entry.stdin.as_deref())?).with_engine_status())
            }
        }
    }

    fn own_command(&self) -> Result<Vec<String>> {
        let config = self.config()?;
        let parts = ["Entrypoint", "Cmd"].into_iter().filter_map(|field| config.get(field));
        let words = parts.flat_map(|value| value.as_array().cloned().unwrap_or_default());
        Ok(words.filter_map(|word| word.as_str().map(str::to_owned)).collect())
    }

    fn buildah_container(&self) -> Result<Removed> {
        let from = buildah().args(["from", "--pull-never", &self.name]).output()?;
        Ok(Removed(checked(&from)?))
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        match self.builder {
            // Only the name goes: layers stay for the other tests' cache.
            Builder::Buildkit | Builder::Classic => {
                daemon::remove_name(&self.name);
            }
            // Buildah would take layers away that another test builds upon;
            // `setup.sh clean` removes what earlier runs left.
            Builder::Buildah => {}
        }
    }
}

impl Outcome {
    fn of(output: &Output) -> Self {
        let text = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
        Self { status: output.status.code().unwrap_or(-1), output: text.concat() }
    }

    /// Buildah says 1 for a program that cannot be started, where engines say
    /// 126 or 127.
    fn with_engine_status(mut self) -> Self {
        if self.output.contains("process failed to start") {
            self.status = if self.output.contains("permission denied") { 126 } else { 127 };
        }
        self
    }
}

/// A container of buildah that is removed when dropped.
struct Removed(String);

impl Drop for Removed {
    fn drop(&mut self) {
        drop(buildah().args(["rm", &self.0]).output());
    }
}

/// BuildKit's client. `docker build` would look for it, ask it what it is, and then start it.
pub fn buildx() -> Command {
    let folder = std::env::var_os("DOCKER_CONFIG").unwrap_or_default();
    limited(Path::new(&folder).join("cli-plugins/docker-buildx"))
}

fn buildah() -> Command {
    let mut command = limited("buildah");
    let flags = std::env::var("DOCKFIX_BUILDAH_FLAGS").unwrap_or_default();
    command.args(flags.split_whitespace());
    command
}

pub fn limited(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.arg(TIME_LIMIT).arg(program).stdin(Stdio::null()).current_dir(Path::new("/"));
    command
}

fn stream(command: &mut Command) -> Result<Snapshot> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("the stream has no output")?;
    let snapshot = Snapshot::read(std::io::BufReader::with_capacity(1 << 20, stdout));
    let status = child.wait()?;
    let snapshot = snapshot?;
    ensure!(status.success(), "the image's tar stream ended with {status}");
    Ok(snapshot)
}

/// Runs a command that reads `stdin`, or nothing.
fn output(mut command: Command, stdin: Option<&str>) -> Result<Output> {
    let Some(text) = stdin else { return Ok(command.output()?) };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    // Texts of cases are far shorter than a pipe's buffer, and a command that
    // ends without reading is no error of the harness.
    drop(child.stdin.take().map(|mut pipe| pipe.write_all(text.as_bytes())));
    Ok(child.wait_with_output()?)
}

fn checked(output: &Output) -> Result<String> {
    let outcome = Outcome::of(output);
    ensure!(outcome.status == 0, "status {}: {}", outcome.status, outcome.output);
    Ok(String::from_utf8(output.stdout.clone())?.trim().to_owned())
}
