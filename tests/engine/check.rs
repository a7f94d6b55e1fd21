//! One test: a case on one builder. Builds both sides and compares everything.
//!
//! Collects every departure instead of failing at the first, so that one run
//! tells all.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use dockfix::context::IgnoreFile;
use dockfix::model::cache::log::{Log, Outcome};
use dockfix::settings::Builder::Buildkit;
use serde_json::Value;
use tempfile::TempDir;

use crate::builder::{Builder, Config, Image};
use crate::snapshot::{Snapshot, departure};
use crate::spec::{Expected, ImageSpec};
use crate::support::case::{Case, Place, Side};

/// Builds the case's two Dockerfiles with `builder` and checks them against
/// `image.toml`. Returns every departure from it; an error is a test that could
/// not be done.
pub fn check(case: &Case, spec: &ImageSpec, builder: Builder) -> Result<Vec<String>> {
    let mut test = Test { case, spec, builder, departures: Vec::new() };
    let before = test.build(Side::Before)?;
    let after = test.build(Side::After)?;
    let before = before.map(|image| Built::read(image, "before")).transpose()?;
    let after = after.map(|image| Built::read(image, "after")).transpose()?;
    if let (Some(before), Some(after)) = (&before, &after) {
        test.compare_paths(before, after)?;
        test.compare_config(&before.config, &after.config);
        test.check_sizes(&before.image, &after.image)?;
        test.check_cached(&after.image.log)?;
    }
    for (built, side) in [(&before, Side::Before), (&after, Side::After)] {
        if let Some(built) = built {
            test.check_named(built, side);
            test.check_runs(&built.image, side)?;
        }
    }
    Ok(test.departures)
}

struct Built {
    image: Image,
    snapshot: Snapshot,
    config: Config,
}

impl Built {
    fn read(image: Image, what: &str) -> Result<Self> {
        let snapshot = image.snapshot().with_context(|| format!("read the image of {what}"))?;
        let config = image.config().with_context(|| format!("inspect the image of {what}"))?;
        Ok(Self { image, snapshot, config })
    }
}

struct Test<'a> {
    case: &'a Case,
    spec: &'a ImageSpec,
    builder: Builder,
    departures: Vec<String>,
}

impl Test<'_> {
    /// Builds one side; no image if it failed, as expected or not.
    fn build(&mut self, side: Side) -> Result<Option<Image>> {
        let name = side_name(side);
        let built = self.build_with(side, &[])?;
        match (self.spec.expected(self.builder, side), built) {
            (Expected::Builds, Ok(image)) => Ok(Some(image)),
            (Expected::Builds, Err(output)) => {
                self.departures.push(format!("{name} does not build:\n{}", tail(&output)));
                Ok(None)
            }
            (Expected::Fails(_), Ok(_)) => {
                self.departures.push(format!("{name} builds, but was expected to fail"));
                Ok(None)
            }
            (Expected::Fails(text), Err(output)) => {
                if let Some(text) = text.filter(|text| !output.contains(text)) {
                    let tail = tail(&output);
                    self.departures.push(format!("{name} fails as expected, but without `{text}`:\n{tail}"));
                }
                Ok(None)
            }
        }
    }

    /// Looks for steps that did not come from the cache. What a stage begins with runs in no build.
    fn check_cached(&mut self, log: &str) -> Result<()> {
        if !self.spec.cached.contains(&self.builder) {
            return Ok(());
        }
        let log = Log::parse(log)?;
        let steps = log.steps.iter().filter(|step| !step.text.to_ascii_uppercase().starts_with("FROM "));
        let (cached, ran): (Vec<_>, Vec<_>) = steps.partition(|step| step.outcome == Some(Outcome::Cached));
        if cached.is_empty() {
            bail!("the builder names no step that comes from the cache");
        }
        self.departures.extend(ran.iter().map(|step| format!("`{}` does not come from the cache", step.text)));
        Ok(())
    }

    fn build_with(&self, side: Side, more: &[&str]) -> Result<Result<Image, String>> {
        let temp = TempDir::new()?;
        let prepared = self.case.prepare(temp.path(), side, Place::Outside)?;
        let mut arguments = self.spec.build_args.clone();
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        let mut built = self.builder.build(&prepared, &unique_name(), &arguments)?;
        if let (true, Ok(parent)) = (self.spec.child, &built) {
            fs::write(&prepared.dockerfile, format!("FROM {}\n", parent.name()))?;
            built = self.builder.build(&prepared, &unique_name(), &arguments)?;
        }
        Ok(built.map_err(|outcome| outcome.output))
    }

    /// Reports every path that differs and is not named.
    fn compare_paths(&mut self, before: &Built, after: &Built) -> Result<()> {
        let mut unexpected: Vec<&str> = before.snapshot.differences(&after.snapshot);
        unexpected.retain(|path| !self.spec.paths(self.builder).any(|entry| entry.allows(path)));
        let gone = self.check_gone(before, after);
        unexpected.retain(|path| !gone.contains(path));
        if !unexpected.is_empty() {
            // Some builds are not reproducible (logs, compiled Python): what
            // also differs between two builds of the original does not count.
            let noise = self.noise(&before.snapshot)?;
            unexpected.retain(|path| !noise.contains(*path));
        }
        for path in unexpected {
            let show =
                |built: &Built| built.snapshot.get(path).map_or_else(|| "absent".to_owned(), ToString::to_string);
            self.departures.push(format!(
                "{path} differs and is not named in image.toml: before {}, after {}",
                show(before),
                show(after)
            ));
        }
        Ok(())
    }

    /// Looks for what the fix was to keep out of the image, and returns that.
    fn check_gone<'b>(&mut self, before: &'b Built, after: &Built) -> BTreeSet<&'b str> {
        let mut gone = BTreeSet::new();
        for pattern in &self.spec.gone {
            let file = IgnoreFile::parse(Path::new(".dockerignore"), pattern.clone());
            let is_meant = |path: &str| file.matcher().excludes(path.trim_start_matches('/'), Buildkit);
            let meant: Vec<&str> =
                before.snapshot.nodes().map(|(path, _)| path).filter(|path| is_meant(path)).collect();
            if meant.is_empty() {
                self.departures.push(format!("gone: `{pattern}` is not in the image of before"));
            }
            for path in meant {
                if after.snapshot.get(path).is_some() {
                    self.departures.push(format!("gone: {path} is in the image of after as well"));
                }
                gone.insert(path);
            }
        }
        // `COPY . .` brings the ignore file itself, which is what the fix writes to.
        if self.case.dockerignore_after.is_some() {
            gone.extend(before.snapshot.nodes().map(|(path, _)| path).filter(|path| path.ends_with("/.dockerignore")));
        }
        gone
    }

    fn noise(&self, first: &Snapshot) -> Result<BTreeSet<String>> {
        match self.build_with(Side::Before, &["--no-cache"])? {
            Ok(image) => {
                let second = image.snapshot()?;
                Ok(first.differences(&second).into_iter().map(str::to_owned).collect())
            }
            Err(output) => bail!("before does not build a second time:\n{}", tail(&output)),
        }
    }

    fn compare_config(&mut self, before: &Config, after: &Config) {
        let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for field in fields {
            let (old, new) = (before.get(field), after.get(field));
            if old != new && !self.spec.config.contains_key(field) {
                self.departures.push(format!(
                    "config {field} differs and is not named in image.toml: before {}, after {}",
                    show(old),
                    show(new)
                ));
            }
        }
    }

    /// Checks what image.toml says of the paths and fields on one side.
    fn check_named(&mut self, built: &Built, side: Side) {
        let name = side_name(side);
        for entry in self.spec.paths(self.builder) {
            let wanted = if side == Side::Before { &entry.before } else { &entry.after };
            if let Some(wanted) = wanted
                && let Some(what) = departure(built.snapshot.get(&entry.path), wanted)
            {
                self.departures.push(format!("{name}: {}: {what}", entry.path));
            }
        }
        for (field, entry) in &self.spec.config {
            let wanted = if side == Side::Before { &entry.before } else { &entry.after };
            let found = built.config.get(field);
            if let Some(wanted) = wanted
                && found != Some(wanted)
            {
                let found = show(found);
                self.departures.push(format!("{name}: config {field}: expected {wanted}, found {found}"));
            }
        }
    }

    /// Checks what image.toml says of the images' sizes.
    fn check_sizes(&mut self, before: &Image, after: &Image) -> Result<()> {
        let Some(wanted) = self.spec.size(self.builder) else { return Ok(()) };
        let (before, after) = (before.size()?, after.size()?);
        let sizes = [
            ("before", wanted.before, before),
            ("after", wanted.after, after),
            ("saved", wanted.saved, before - after),
        ];
        for (what, bounds, found) in sizes {
            if let Some(bounds) = bounds.filter(|bounds| !bounds.contain(found)) {
                self.departures.push(format!("size: {what}: expected {bounds} bytes, found {found}"));
            }
        }
        Ok(())
    }

    fn check_runs(&mut self, image: &Image, side: Side) -> Result<()> {
        let name = side_name(side);
        for entry in self.spec.runs(self.builder) {
            let wanted = if side == Side::Before { entry.before } else { entry.after };
            let Some(wanted) = wanted else { continue };
            let outcome = image.run(entry)?;
            let user = entry.user.as_ref().map(|user| format!(" as {user}")).unwrap_or_default();
            let what = format!("{name}: run {:?}{user}", entry.argv);
            let (found, tail) = (outcome.status, tail(&outcome.output));
            if found != wanted {
                self.departures.push(format!("{what}: expected status {wanted}, found {found}:\n{tail}"));
            } else if let Some(text) = &entry.output
                && side == Side::After
                && !outcome.output.contains(text.as_str())
            {
                self.departures.push(format!("{what}: the output lacks `{text}`:\n{tail}"));
            }
        }
        Ok(())
    }
}

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Before => "before",
        Side::After => "after",
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "not set".to_owned(), ToString::to_string)
}

/// The end of a build's output, where the error stands.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let shown = &lines[lines.len().saturating_sub(25)..];
    shown.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

pub fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
