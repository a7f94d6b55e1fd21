//! What keeps writes inside of the folder that they are meant for.

use std::fs;
use std::io;
use std::path::Path;

use gix_object::bstr::BStr;
use gix_validate::path::component::{Mode, Options};

use super::commit::Refusal;
use crate::files::FileError;

/// Whether `name` is one that a file of a repository can have on any system: not `..`, nothing that some file system takes for `.git`.
pub(super) fn is_plain_name(name: &[u8], is_link: bool) -> bool {
    let options = Options { protect_windows: cfg!(windows), protect_hfs: true, protect_ntfs: true };
    let mode = is_link.then_some(Mode::Symlink);
    !name.contains(&0) && gix_validate::path::component(BStr::new(name), mode, options).is_ok()
}

/// Refuses a repository whose objects or branches are kept elsewhere, or which another user owns: git would not work on that either
/// (`safe.directory`), and files of ours would be in its owner's way.
pub(super) fn check_writable(common: &Path, branch: &str) -> Result<(), Refusal> {
    let mut folders = vec![common.join("objects"), common.join("refs"), common.join("refs/heads")];
    let ends = branch.match_indices('/').map(|(end, _)| end).chain([branch.len()]);
    folders.extend(ends.map(|end| common.join("refs/heads").join(&branch[..end])));
    for folder in &folders {
        if fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink()) {
            let reason = format!("{} is a link, and links are not written through", folder.display());
            return Err(Refusal::new(reason, "make the commit with git"));
        }
    }
    check_owner(&folders[0])
}

fn check_owner(objects: &Path) -> Result<(), Refusal> {
    let failed = |error: io::Error| {
        let reason = format!("it cannot be written: {}", FileError::describe(&error));
        Refusal::new(reason, "make it writable for this user")
    };
    let probe = tempfile::Builder::new().prefix("tmp_obj_").tempfile_in(objects).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let own = probe.as_file().metadata().map_err(failed)?.uid();
        let owner = fs::metadata(objects).map_err(failed)?.uid();
        if own != owner {
            return Err(Refusal::new("it belongs to another user".to_owned(), "run as its owner"));
        }
    }
    drop(probe);
    Ok(())
}

/// Makes `folder`, which lies right in `above`, with the mode of that: in a repository that several people share, they need it.
pub(super) fn make_folder(above: &Path, folder: &Path) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => return Err(io::Error::other("a link or a file where a folder belongs")),
        Err(_) => {}
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) => return Ok(()),
        Ok(()) => {}
    }
    // The mode is a kindness; without it the commit is as whole.
    let _ = fs::metadata(above).and_then(|found| fs::set_permissions(folder, found.permissions()));
    Ok(())
}
