//! `image.toml`: what the images of a case's two Dockerfiles must be like.
//!
//! Owns the schema; README.md beside this file describes it for whoever writes a
//! case. Must not know how an image is built or read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::builder::Builder;
use crate::support::case::Side;

/// The whole file. An unknown key is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImageSpec {
    /// The builders that it is built on; all if empty. Where the builders do not differ in what the case is about, one is
    /// enough: a build costs more than all other checks of a case together.
    pub builders: Vec<Builder>,
    /// Builders that cannot read one of the two files, with the reason.
    pub unsupported: BTreeMap<Builder, Unsupported>,
    pub before: BuildSpec,
    pub after: BuildSpec,
    /// More arguments for every build, such as `--build-arg=X=1`.
    pub build_args: Vec<String>,
    /// Another image is built on this one, with the same context and nothing
    /// but a FROM, so that ONBUILD fires; that image is the one to look at.
    pub child: bool,
    /// Builders on which every step of `after` comes from the cache, once `before` is built.
    pub cached: Vec<Builder>,
    /// What the fix keeps out of the image, as patterns of an ignore file in its root: `app/**/__pycache__`. Only `before` has them.
    pub gone: Vec<String>,
    /// The only paths that may differ.
    pub path: Vec<PathSpec>,
    /// The only fields of the image's configuration that may differ.
    pub config: BTreeMap<String, ConfigSpec>,
    /// Commands to run in both images.
    pub run: Vec<RunSpec>,
    /// How large the images are; not looked at without it.
    pub size: Option<SizeSpec>,
}

/// A builder that does not know what a file is written with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsupported {
    #[serde(default)]
    pub side: UnsupportedSide,
    pub reason: String,
    /// Text that the failed build's output must contain.
    #[serde(default)]
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnsupportedSide {
    Before,
    #[default]
    After,
    Both,
}

/// Whether one side builds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BuildSpec {
    pub builds: bool,
    /// Builders on which it does not build although `builds` is true.
    pub fails_on: Vec<Builder>,
    /// Text that a failed build's output must contain.
    pub error: Option<String>,
}

impl Default for BuildSpec {
    fn default() -> Self {
        Self { builds: true, fails_on: Vec::new(), error: None }
    }
}

/// A path that may differ, and what it must be on either side.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathSpec {
    /// Absolute; `/dir/**` stands for everything below `/dir`.
    pub path: String,
    #[serde(default)]
    pub before: Option<NodeSpec>,
    #[serde(default)]
    pub after: Option<NodeSpec>,
    /// The builders it is about; all if empty.
    #[serde(default)]
    pub builders: Vec<Builder>,
}

/// Any part of what a path must be; what is left out is not checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeSpec {
    /// `file`, `dir`, `link` or `absent`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Octal, as in `"0644"`.
    pub mode: Option<String>,
    pub uid: Option<u64>,
    pub gid: Option<u64>,
    pub size: Option<u64>,
    /// Where a symbolic link leads.
    pub target: Option<String>,
}

/// A configuration field that may differ, and what it must be on either side.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigSpec {
    #[serde(default)]
    pub before: Option<serde_json::Value>,
    #[serde(default)]
    pub after: Option<serde_json::Value>,
}

/// A command and its exit status in a container of each image.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Without it the image's own ENTRYPOINT and CMD run.
    #[serde(default)]
    pub argv: Vec<String>,
    #[serde(default)]
    pub before: Option<i32>,
    #[serde(default)]
    pub after: Option<i32>,
    /// Text that the output must contain on the `after` side.
    #[serde(default)]
    pub output: Option<String>,
    /// Another user than the image's own.
    #[serde(default)]
    pub user: Option<String>,
    /// What the command reads; nothing without it.
    #[serde(default)]
    pub stdin: Option<String>,
    /// Whether `/busybox` is mounted: for an image that has no program of its own.
    #[serde(default)]
    pub busybox: bool,
    /// The builders it is about; all if empty.
    #[serde(default)]
    pub builders: Vec<Builder>,
}

/// The total size of an image's layers in bytes, as the builder counts them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeSpec {
    #[serde(default)]
    pub before: Option<Bounds>,
    #[serde(default)]
    pub after: Option<Bounds>,
    /// How much less `after` has than `before`.
    #[serde(default)]
    pub saved: Option<Bounds>,
    /// The builders it is about; all if empty.
    #[serde(default)]
    pub builders: Vec<Builder>,
}

/// Both ends count as inside.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    #[serde(default)]
    pub min: Option<i64>,
    #[serde(default)]
    pub max: Option<i64>,
}

/// What a build of one side by one builder must come to.
#[derive(Debug, PartialEq, Eq)]
pub enum Expected<'a> {
    Builds,
    /// Fails, with this text in the output.
    Fails(Option<&'a str>),
}

impl ImageSpec {
    /// Reads the `image.toml` of a case folder, if there is one.
    pub fn load(case_dir: &Path) -> Result<Option<Self>> {
        let file = case_dir.join("image.toml");
        if !file.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file)?;
        let parsed = toml::from_str::<Self>(&text).map_err(anyhow::Error::from);
        let spec = parsed.and_then(|spec| spec.check().map(|()| spec));
        spec.map(Some).with_context(|| format!("{}", file.display()))
    }

    /// What `builder` must make of one side.
    pub fn expected(&self, builder: Builder, side: Side) -> Expected<'_> {
        if let Some(unsupported) = self.unsupported.get(&builder)
            && unsupported.side.covers(side)
        {
            return Expected::Fails(unsupported.error.as_deref());
        }
        let build = match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        };
        if build.builds && !build.fails_on.contains(&builder) {
            Expected::Builds
        } else {
            Expected::Fails(build.error.as_deref())
        }
    }

    /// The `[[path]]` entries that are about `builder`.
    pub fn paths(&self, builder: Builder) -> impl Iterator<Item = &PathSpec> {
        self.path.iter().filter(move |entry| about(&entry.builders, builder))
    }

    /// Whether something is run in the image that the fix leads to.
    pub fn runs_after(&self) -> bool {
        self.run.iter().any(|entry| entry.after.is_some())
    }

    /// The `[[run]]` entries that are about `builder`.
    pub fn runs(&self, builder: Builder) -> impl Iterator<Item = &RunSpec> {
        self.run.iter().filter(move |entry| about(&entry.builders, builder))
    }

    /// What the images' sizes must be with `builder`.
    pub fn size(&self, builder: Builder) -> Option<&SizeSpec> {
        self.size.as_ref().filter(|size| about(&size.builders, builder))
    }

    fn check(&self) -> Result<()> {
        if let Some(size) = &self.size {
            let bounds = [size.before, size.after, size.saved];
            let says_nothing = |bounds: Bounds| bounds.min.is_none() && bounds.max.is_none();
            ensure!(bounds.iter().any(Option::is_some), "[size] says nothing");
            ensure!(!bounds.into_iter().flatten().any(says_nothing), "[size]: bounds need `min` or `max`");
        }
        for (builder, unsupported) in &self.unsupported {
            ensure!(!unsupported.reason.trim().is_empty(), "unsupported.{builder}: needs a reason");
        }
        for entry in &self.path {
            ensure!(entry.path.starts_with('/'), "[[path]] `{}` must be absolute", entry.path);
            ensure!(
                entry.below().is_none() || (entry.before.is_none() && entry.after.is_none()),
                "[[path]] `{}`: what stands for several paths cannot say what they are like",
                entry.path
            );
            for node in [&entry.before, &entry.after].into_iter().flatten() {
                node.check().with_context(|| format!("[[path]] `{}`", entry.path))?;
            }
        }
        Ok(())
    }
}

impl UnsupportedSide {
    fn covers(self, side: Side) -> bool {
        match self {
            Self::Both => true,
            Self::Before => side == Side::Before,
            Self::After => side == Side::After,
        }
    }
}

impl PathSpec {
    /// Whether `path` may differ because of this entry.
    pub fn allows(&self, path: &str) -> bool {
        match self.below() {
            Some(dir) => path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/')),
            None => self.path == path,
        }
    }

    fn below(&self) -> Option<&str> {
        self.path.strip_suffix("/**")
    }
}

impl Bounds {
    pub fn contain(self, bytes: i64) -> bool {
        self.min.is_none_or(|min| min <= bytes) && self.max.is_none_or(|max| bytes <= max)
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |end: Option<i64>| end.map(|bytes| bytes.to_string()).unwrap_or_default();
        write!(f, "{}..{}", end(self.min), end(self.max))
    }
}

impl NodeSpec {
    fn check(&self) -> Result<()> {
        if let Some(kind) = &self.kind {
            let known = ["file", "dir", "link", "absent"].contains(&kind.as_str());
            ensure!(known, "type `{kind}` is none of file, dir, link, absent");
        }
        if let Some(mode) = &self.mode {
            ensure!(u32::from_str_radix(mode, 8).is_ok(), "`{mode}` is no octal mode");
        }
        Ok(())
    }
}

fn about(builders: &[Builder], builder: Builder) -> bool {
    builders.is_empty() || builders.contains(&builder)
}
