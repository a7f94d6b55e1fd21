//! A case folder of a rule: `rules/<rule>/cases/<name>/`.
//!
//! Owns the schema of `case.toml` and how a case's `context/` becomes a real
//! directory. Git keeps no file mode but the x bit, no untracked file and no
//! `.git` below its own, so `case.toml` names that state and [`Case::prepare`]
//! makes it in a copy. Must not know what `dockfix` or a builder does with it.
//!
//! ```text
//! before.Dockerfile        what the user wrote
//! after.Dockerfile         what the rule makes of it; absent: the rule changes nothing
//! context/                 the build context; absent: the file is seen without one
//! dockerignore.before      the context's .dockerignore
//! dockerignore.after       what the rule makes of it; absent: it stays as it was
//! case.toml                everything else, see `Settings`; absent: all defaults
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// One case folder, read but not yet prepared.
#[derive(Debug)]
pub struct Case {
    /// The slug of the rule the case belongs to.
    pub rule: String,
    /// The folder's own name.
    pub name: String,
    pub dir: PathBuf,
    pub before: String,
    pub after: Option<String>,
    pub dockerignore_before: Option<String>,
    pub dockerignore_after: Option<String>,
    pub settings: Settings,
}

/// `case.toml`. An unknown key is an error, so that a typing mistake cannot
/// quietly weaken a case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Extra arguments for `dockfix`.
    pub args: Vec<String>,
    /// What the rule must do; see [`Case::expect`] for the default.
    pub expect: Option<Expect>,
    /// The level the finding must have.
    pub applicability: Option<Applicability>,
    /// Text that the finding's message must contain.
    pub reason: Option<String>,
    /// Text that what is said of the fix's gain must contain, for the rules of the layer cache.
    pub gain: Option<String>,
    /// Why nothing is said of the gain of a fix of such a rule.
    pub no_gain: Option<String>,
    /// Whether the file is seen with its context; see [`Case::has_context`].
    pub context: Option<ContextKind>,
    /// The automatic variants to run; all of them by default.
    pub variants: Option<Vec<Variant>>,
    /// Variants that do not run, each with the reason.
    pub skip_variants: BTreeMap<Variant, String>,
    /// Becomes `dockfix.toml` beside the Dockerfile.
    pub config: Option<toml::Table>,
    /// File modes on disk, octal, by path below the context.
    pub modes: BTreeMap<String, String>,
    /// Symbolic links to make: path = target.
    pub links: BTreeMap<String, String>,
    pub git: Git,
    /// More files to write: path = content. For names that this repository
    /// itself would obey, such as `.gitignore`.
    pub files: BTreeMap<String, String>,
    /// Files of that many bytes to write, for what depends on size: path = bytes.
    pub filled: BTreeMap<String, u64>,
    /// Why no builder of `tests/engine` can build this case. A case with a fix
    /// has this or an `image.toml`.
    pub not_built: Option<String>,
}

/// The git state of the prepared context.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Git {
    /// Whether the context is a git repository with every file in the index.
    pub repo: bool,
    /// Paths that are not added to the index.
    pub untracked: Vec<String>,
    /// Modes in the index that differ from the disk: `100644` or `100755`.
    pub index_modes: BTreeMap<String, String>,
}

impl Default for Git {
    fn default() -> Self {
        Self { repo: true, untracked: Vec::new(), index_modes: BTreeMap::new() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// The file becomes `after.Dockerfile`.
    Fix,
    /// There is a finding, and nothing is written.
    Display,
    /// There is no finding.
    Silent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    Safe,
    Unsafe,
    Display,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextKind {
    Dir,
    None,
}

/// A rewriting of the case's input under which the rule must do the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    /// Every line end is CRLF.
    Crlf,
    /// Every keyword is in lower case.
    Lower,
    /// Every instruction that may be is under ONBUILD.
    Onbuild,
}

impl Variant {
    pub const ALL: [Self; 3] = [Self::Crlf, Self::Lower, Self::Onbuild];
}

/// Which Dockerfile and .dockerignore of a case is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// Where the Dockerfile of a prepared case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the context's root, as `Dockerfile`, with `dockfix.toml` and `.git`:
    /// what a user's repository looks like.
    InContext,
    /// Beside the context, so that `COPY . .` does not bring it into the image;
    /// without `dockfix.toml` and `.git`, which are no builder's business.
    Outside,
}

/// A case on disk.
#[derive(Debug)]
pub struct Prepared {
    /// The directory that was given.
    pub root: PathBuf,
    pub context_dir: PathBuf,
    pub dockerfile: PathBuf,
}

impl Case {
    /// Reads one case folder and checks it for contradictions.
    pub fn load(dir: &Path) -> Result<Self> {
        Self::read(dir).with_context(|| format!("case {}", dir.display()))
    }

    /// Every case of every rule, ordered by rule and name. Takes the `rules` directory.
    pub fn load_all(rules: &Path) -> Result<Vec<Self>> {
        let mut cases = Vec::new();
        for rule in sorted_dirs(rules)? {
            let folder = rule.join("cases");
            if folder.is_dir() {
                for dir in sorted_dirs(&folder)? {
                    cases.push(Self::load(&dir)?);
                }
            }
        }
        Ok(cases)
    }

    /// What the rule must do: as `case.toml` says, else a fix if there is an
    /// `after.Dockerfile`, else nothing.
    pub fn expect(&self) -> Expect {
        self.settings.expect.unwrap_or(if self.after.is_some() { Expect::Fix } else { Expect::Silent })
    }

    /// Whether the Dockerfile is seen with a context.
    pub fn has_context(&self) -> bool {
        match self.settings.context {
            Some(kind) => kind == ContextKind::Dir,
            None => self.dir.join("context").is_dir(),
        }
    }

    /// Whether real builders build it: `tests/engine` takes every case with an
    /// `image.toml`.
    pub fn is_built(&self) -> bool {
        self.dir.join("image.toml").is_file()
    }

    /// The variants that this case runs in, beside its text as written.
    pub fn variants(&self) -> Vec<Variant> {
        let listed = self.settings.variants.as_deref().unwrap_or(&Variant::ALL);
        let skipped = &self.settings.skip_variants;
        let mut variants = listed.to_vec();
        variants.retain(|variant| !skipped.contains_key(variant));
        variants
    }

    /// The Dockerfile of one side; without an `after.Dockerfile` nothing changes.
    pub fn dockerfile(&self, side: Side) -> &str {
        match (side, &self.after) {
            (Side::After, Some(after)) => after,
            _ => &self.before,
        }
    }

    /// The .dockerignore of one side, if the case has one as a file of its own.
    pub fn dockerignore(&self, side: Side) -> Option<&str> {
        let before = self.dockerignore_before.as_deref();
        match side {
            Side::Before => before,
            Side::After => self.dockerignore_after.as_deref().or(before),
        }
    }

    /// Makes one side of the case in `dest`, which must be empty or missing.
    pub fn prepare(&self, dest: &Path, side: Side, place: Place) -> Result<Prepared> {
        let text = self.dockerfile(side);
        self.prepare_text(dest, text, self.dockerignore(side), place)
    }

    /// Makes the case in `dest` with the given texts: for variants and for
    /// files that `dockfix` wrote.
    pub fn prepare_text(
        &self,
        dest: &Path,
        dockerfile: &str,
        dockerignore: Option<&str>,
        place: Place,
    ) -> Result<Prepared> {
        self.make(dest, dockerfile, dockerignore, place)
            .with_context(|| format!("cannot prepare case {}", self.dir.display()))
    }

    fn read(dir: &Path) -> Result<Self> {
        let name = file_name(dir)?;
        let rule_dir = dir.parent().and_then(Path::parent);
        let rule = file_name(rule_dir.context("not below rules/<rule>/cases")?)?;
        let settings = match read_optional(&dir.join("case.toml"))? {
            Some(text) => toml::from_str(&text).context("case.toml")?,
            None => Settings::default(),
        };
        let case = Self {
            rule,
            name,
            before: read_optional(&dir.join("before.Dockerfile"))?.context("before.Dockerfile is missing")?,
            after: read_optional(&dir.join("after.Dockerfile"))?,
            dockerignore_before: read_optional(&dir.join("dockerignore.before"))?,
            dockerignore_after: read_optional(&dir.join("dockerignore.after"))?,
            settings,
            dir: dir.to_path_buf(),
        };
        case.check()?;
        Ok(case)
    }

    fn check(&self) -> Result<()> {
        let changes = self.after.is_some() || self.dockerignore_after.is_some();
        ensure!(
            (self.expect() == Expect::Fix) == changes,
            "expect = {:?} contradicts the files: an after.Dockerfile or dockerignore.after is there exactly for a fix",
            self.expect()
        );
        ensure!(
            self.settings.context != Some(ContextKind::Dir) || self.dir.join("context").is_dir(),
            "context = \"dir\", but there is no context/"
        );
        for (variant, why) in &self.settings.skip_variants {
            ensure!(!why.trim().is_empty(), "skip_variants: {variant:?} needs a reason");
        }
        if let Some(why) = &self.settings.not_built {
            ensure!(!why.trim().is_empty(), "not_built needs a reason");
            ensure!(!self.is_built(), "not_built contradicts the image.toml");
        }
        Ok(())
    }
}

fn read_optional(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
    }
}

fn file_name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.context("folder names are UTF-8")?.to_owned())
}

fn sorted_dirs(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut dirs = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            dirs.push(path);
        }
    }
    dirs.sort();
    Ok(dirs)
}
