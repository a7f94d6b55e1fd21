//! From a folder to where its repository keeps its files, and whether these may be written.
//!
//! A `.git` file can name any folder of the machine, and whoever packed an archive may have written it. So what it names is
//! only written if that names this folder in turn, as git itself makes it for linked work trees and submodules.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Kind;
use super::configuration::Configuration;
use crate::context::read_small_file;

/// No `.git` file, `commondir` or `gitdir` that git wrote comes near this.
const MOST_BYTES: u64 = 64 * 1024;

/// Where a repository keeps its own files.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) kind: Kind,
    /// This work tree's own: its index and HEAD.
    pub(super) own: PathBuf,
    /// What all work trees share: objects, branches, configuration.
    pub(super) common: PathBuf,
    pub(super) configuration: Configuration,
    /// Why nothing is written into the repository.
    pub(super) distrust: Option<String>,
}

/// What `.git` in `folder`, an absolute path without links, leads to; `None` if that is no repository.
pub(super) fn of_work_tree(folder: &Path) -> Result<Option<Place>, String> {
    let dot_git = folder.join(".git");
    let Ok(found) = fs::symlink_metadata(&dot_git) else { return Ok(None) };
    let real =
        if found.is_symlink() { fs::metadata(&dot_git).map_err(|error| error.to_string())? } else { found.clone() };
    if real.is_dir() {
        // Git itself does not take an empty `.git` for a repository.
        if fs::symlink_metadata(dot_git.join("HEAD")).is_err() {
            return Ok(None);
        }
        let mut place = open(&dot_git)?;
        let link = found.is_symlink().then(|| "its `.git` is a link".to_owned());
        place.distrust = link.or(place.distrust);
        return in_folder(place, folder).map(Some);
    }
    let own = named_by(folder, &dot_git)?;
    let mut place = open(&own)?;
    place.distrust = distrust(&place, folder, &dot_git);
    place.kind = if place.common != place.own {
        Kind::LinkedWorkTree
    } else if own.iter().any(|part| part == "modules") {
        Kind::Submodule
    } else {
        Kind::WorkTree
    };
    in_folder(place, folder).map(Some)
}

/// The repository that `folder` itself is; `None` if it is none.
pub(super) fn of_bare(folder: &Path) -> Result<Option<Place>, String> {
    if !looks_bare(folder) {
        return Ok(None);
    }
    Ok(Some(Place { kind: Kind::Bare, ..open(folder)? }))
}

/// Whether `folder` has the outline of a repository.
pub(super) fn looks_bare(folder: &Path) -> bool {
    let is_folder = |name: &str| fs::metadata(folder.join(name)).is_ok_and(|found| found.is_dir());
    fs::symlink_metadata(folder.join("HEAD")).is_ok() && is_folder("objects") && is_folder("refs")
}

/// A `.git` file holds one line: `gitdir: PATH`, relative to the folder that it stands in.
fn named_by(folder: &Path, dot_git: &Path) -> Result<PathBuf, String> {
    let text = read(dot_git).map_err(|error| format!("its `.git` cannot be read: {error}"))?;
    let target = text
        .strip_prefix("gitdir:")
        .map(str::trim)
        .filter(|target| !target.is_empty())
        .ok_or("its `.git` does not say `gitdir: PATH`")?;
    let own = folder.join(target);
    if fs::symlink_metadata(own.join("HEAD")).is_err() {
        return Err(format!("its `.git` names {}, which is no repository", target.escape_debug()));
    }
    Ok(own)
}

fn open(own: &Path) -> Result<Place, String> {
    let cannot = |path: &Path, error: io::Error| format!("{} cannot be read: {error}", path.display());
    let own = fs::canonicalize(own).map_err(|error| cannot(own, error))?;
    let file = own.join("commondir");
    let common = match read(&file) {
        Ok(text) => fs::canonicalize(own.join(text.trim())).map_err(|error| cannot(&file, error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => own.clone(),
        Err(error) => return Err(cannot(&file, error)),
    };
    let configuration = Configuration::read(&common, &own)?;
    // Only a linked work tree has a reason to share, and that is looked at where one is.
    let distrust = (common != own).then(|| "its `commondir` leads to another repository".to_owned());
    Ok(Place { kind: Kind::WorkTree, own, common, configuration, distrust })
}

/// Holds `place` against what its configuration says of its work tree.
fn in_folder(place: Place, folder: &Path) -> Result<Place, String> {
    let Some(work_tree) = &place.configuration.work_tree else { return Ok(place) };
    if fs::canonicalize(place.own.join(work_tree)).is_ok_and(|real| real == folder) {
        return Ok(place);
    }
    Err(format!("its configuration says that its work tree is {}", work_tree.display().to_string().escape_debug()))
}

/// Why what the `.git` file names may not be written: it does not name this folder in turn.
fn distrust(place: &Place, folder: &Path, dot_git: &Path) -> Option<String> {
    let agrees = if place.common == place.own {
        // `in_folder` has the value compared.
        place.configuration.work_tree.is_some()
    } else {
        let named = read(&place.own.join("gitdir")).ok();
        let named = named.and_then(|text| fs::canonicalize(place.own.join(text.trim())).ok());
        let mut above = place.own.ancestors().skip(1);
        let beside = above.next().is_some_and(|folder| folder.ends_with("worktrees"));
        beside && above.next() == Some(&place.common) && named.as_deref() == Some(dot_git)
    };
    let reason = format!("its `.git` names {}, which does not name this folder in turn", place.own.display());
    (!agrees && !place.own.starts_with(folder)).then_some(reason)
}

fn read(path: &Path) -> io::Result<String> {
    read_small_file(path, MOST_BYTES).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
