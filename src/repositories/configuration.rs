//! The few facts that a repository's configuration says of how it is stored, and never a program to run.
//!
//! No `include` is followed, and nothing that names a program is looked at.

use std::io;
use std::path::{Path, PathBuf};

use gix_config::File;
use gix_config::file::Metadata;
use gix_config::file::init::Options;

use crate::context::read_small_file;

/// No configuration that a person or git wrote comes near this.
const MOST_BYTES: u64 = 1024 * 1024;

/// What a repository may ask of its reader that changes nothing for us, or that is looked at here.
const EXTENSIONS: [&str; 8] = [
    "noop",
    "noop-v1",
    "objectFormat",
    "partialClone",
    "preciousObjects",
    "refStorage",
    "relativeWorktrees",
    "worktreeConfig",
];

/// What is asked of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Configuration {
    /// `core.bare`: there is no work tree.
    pub(super) bare: bool,
    /// `core.worktree`: where the work tree is, relative to the repository.
    pub(super) work_tree: Option<PathBuf>,
    /// `core.fileMode`: whether x bits on disk mean anything.
    pub(super) file_mode: bool,
    /// `core.symlinks`: whether links are checked out as links.
    pub(super) links: bool,
    /// `core.sparseCheckout`: only a part of the files is meant to be on disk.
    pub(super) sparse: bool,
    /// Why dockfix cannot read what is stored here.
    pub(super) unreadable: Option<String>,
}

impl Configuration {
    /// Reads the file `config` in `folder`, and `config.worktree` of `own` where that counts.
    pub(super) fn read(folder: &Path, own: &Path) -> Result<Self, String> {
        let shared = parse(&folder.join("config"))?;
        let mut configuration = Self {
            bare: flag(&shared, "core.bare", false),
            work_tree: text(&shared, "core.worktree").map(PathBuf::from),
            file_mode: flag(&shared, "core.fileMode", true),
            links: flag(&shared, "core.symlinks", true),
            sparse: flag(&shared, "core.sparseCheckout", false),
            unreadable: unreadable(&shared),
        };
        if folder != own {
            // They describe the main work tree, and this is another one.
            configuration.bare = false;
            configuration.work_tree = None;
        }
        if flag(&shared, "extensions.worktreeConfig", false) {
            let special = parse(&own.join("config.worktree"))?;
            configuration.bare = flag(&special, "core.bare", configuration.bare);
            configuration.work_tree = text(&special, "core.worktree").map(PathBuf::from).or(configuration.work_tree);
            configuration.file_mode = flag(&special, "core.fileMode", configuration.file_mode);
            configuration.links = flag(&special, "core.symlinks", configuration.links);
            configuration.sparse = flag(&special, "core.sparseCheckout", configuration.sparse);
        }
        Ok(configuration)
    }
}

/// The file at `path` as git reads it, without what it includes; one that is missing says nothing.
pub(super) fn parse(path: &Path) -> Result<File, String> {
    let bytes = match read_small_file(path, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
    };
    File::from_bytes_no_includes(&bytes, Metadata::api(), Options::default())
        .map_err(|_| format!("{} is no configuration that git would read", path.display()))
}

/// The value of `key` that counts: the last one.
pub(super) fn text(file: &File, key: &str) -> Option<String> {
    file.string(key).and_then(|value| String::from_utf8(value.into()).ok())
}

fn flag(file: &File, key: &str, otherwise: bool) -> bool {
    file.boolean(key).ok().flatten().unwrap_or(otherwise)
}

/// What git's own rules, or ours, say against reading objects and references: git stops at a format that it does not know, and so do we.
fn unreadable(file: &File) -> Option<String> {
    let version = file.integer("core.repositoryformatversion").ok().flatten().unwrap_or(0);
    if !(0..=1).contains(&version) {
        return Some(format!("its format version {version} is not supported"));
    }
    let named = |key: &str, usual: &str| text(file, key).filter(|value| !value.eq_ignore_ascii_case(usual));
    if let Some(format) = named("extensions.objectFormat", "sha1") {
        return Some(format!("its object format {} is not supported", format.escape_debug()));
    }
    if let Some(store) = named("extensions.refStorage", "files") {
        return Some(format!("it keeps its branches as {}, which is not supported", store.escape_debug()));
    }
    let sections = file.sections_by_name("extensions").into_iter().flatten();
    let mut names = sections.filter(|section| section.header().subsection_name().is_none()).flat_map(|section| {
        let names: Vec<String> = section.value_names().collect();
        names
    });
    // Only version 1 promises that a reader stops at what it does not know.
    let unknown = names.find(|name| version == 1 && !EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    unknown.map(|name| format!("it needs git's extension {}, which is not supported", name.escape_debug()))
}
