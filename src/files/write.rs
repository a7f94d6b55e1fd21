//! Writing files so that nobody ever sees half of one.
//!
//! The new text goes to a temporary file in the same folder, reaches the disk, takes over mode and owner, and then
//! the name of the old one. A kill at any moment leaves the old or the new file, whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::FileError;

/// How the names of temporary files begin and end.
const PREFIX: &str = ".dockfix-";
const SUFFIX: &str = ".tmp";

/// New text for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, absolute and without links.
    pub path: PathBuf,
    /// The text on which `after` rests; `None` where there was no such file.
    pub before: Option<String>,
    /// The text to write.
    pub after: String,
}

/// Writes all of `changes` or none, as far as a file system lets us: everything that can fail early is done for all
/// before the first file takes its name, and what was renamed is put back when a later one fails. A kill between two
/// renames leaves each file whole, but the first one new and the second one old.
///
/// Returns notes for the user. Extended attributes and access lists are not carried over.
///
/// # Errors
/// A file changed since it was read, became a link, is read-only, cannot keep its owner, or the disk refused.
pub fn write_all(changes: &[Change]) -> Result<Vec<String>, FileError> {
    let mut notes = Vec::new();
    let mut prepared = Vec::with_capacity(changes.len());
    for change in changes {
        stands_still(&change.path)?;
        prepared.push(prepare(change, &mut notes)?);
    }
    for change in changes {
        unchanged(change)?;
    }
    for (index, (change, temporary)) in changes.iter().zip(prepared).enumerate() {
        // Looked at a second time, since writing the files before took a while.
        if let Err(error) = unchanged(change).and_then(|()| put_in_place(change, temporary)) {
            return Err(changes[..index].iter().rev().fold(error, put_back));
        }
    }
    Ok(notes)
}

fn prepare(change: &Change, notes: &mut Vec<String>) -> Result<NamedTempFile, FileError> {
    let path = &change.path;
    let failed = |error: io::Error| write_error(path, &error);
    let folder = folder_of(path);
    let metadata = match change.before {
        Some(_) => Some(writable(path, notes)?),
        None => None,
    };
    let mut temporary = create(folder, metadata.is_none()).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => FileError::new(
            path,
            format!("cannot be written: no file can be made in {}", folder.display()),
            "make the folder writable for this user",
        ),
        _ => write_error(path, &error),
    })?;
    temporary.write_all(change.after.as_bytes()).map_err(failed)?;
    if let Some(metadata) = metadata {
        keep_owner(path, &metadata, temporary.as_file())?;
        // After the owner, since a change of owner clears the set-user-id bit.
        temporary.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    Ok(temporary)
}

fn create(folder: &Path, new: bool) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if new {
            // The mode that any program gives a new file; the umask is taken off by the system.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let temporary = builder.tempfile_in(folder)?;
        // Says that somebody is at work on it. Where a file system has no locks, it is not said.
        let _ = temporary.as_file().try_lock();
        Ok(temporary)
    }
    #[cfg(not(unix))]
    {
        let _ = new;
        builder.tempfile_in(folder)
    }
}

/// Removes the temporary files from `folder` that writers left there who were killed. Those of writers at work stay, and what
/// cannot be removed does, too.
pub fn remove_leftovers(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_ours = |name: &[u8]| name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes());
    for entry in entries.filter(|entry| is_ours(entry.file_name().as_encoded_bytes())) {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let unused = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_file && unused() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file that another user may write. The user is not to be led to `chmod`, which is not theirs to run.
fn not_for_this_user(path: &Path, error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            let message = "cannot be written: it is not this user's to write";
            FileError::new(path, message, "run dockfix as the owner of the file")
        }
        _ => write_error(path, error),
    }
}

/// A rename needs no right to write the file itself, so that right is asked for separately: whoever made a file
/// read-only meant it.
fn writable(path: &Path, notes: &mut Vec<String>) -> Result<fs::Metadata, FileError> {
    let metadata = fs::symlink_metadata(path).map_err(|error| write_error(path, &error))?;
    if metadata.is_symlink() {
        let message = "cannot be written: a link, and links are not written through";
        return Err(FileError::new(path, message, "edit the file that it leads to"));
    }
    if !metadata.is_file() {
        return Err(changed(path));
    }
    if metadata.permissions().readonly() {
        return Err(FileError::new(path, "cannot be written: the file is read-only", "run `chmod u+w` on it"));
    }
    if let Err(error) = OpenOptions::new().write(true).open(path) {
        return Err(not_for_this_user(path, &error));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if metadata.nlink() > 1 {
            let others = metadata.nlink() - 1;
            notes.push(format!("{}: {others} other hard link(s) to this file keep the old text", path.display()));
        }
    }
    let _ = notes;
    Ok(metadata)
}

#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata, temporary: &File) -> Result<(), FileError> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let own = temporary.metadata().map_err(|error| write_error(path, &error))?;
    let (user, group) = (metadata.uid(), metadata.gid());
    if (own.uid(), own.gid()) == (user, group) {
        return Ok(());
    }
    let user_to_set = (own.uid() != user).then_some(user);
    fchown(temporary, user_to_set, Some(group)).map_err(|_| {
        let message = format!("cannot be written: this user cannot keep its owner {user}:{group}");
        FileError::new(path, message, "run as the owner of the file")
    })
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata, _: &File) -> Result<(), FileError> {
    Ok(())
}

/// Refuses a file that is no longer what the change rests on. Between this look and the rename lies a moment that no
/// system call closes.
fn unchanged(change: &Change) -> Result<(), FileError> {
    let path = &change.path;
    stands_still(path)?;
    let now = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Some(fs::read(path).map_err(|error| write_error(path, &error))?),
        Ok(_) => return Err(changed(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(write_error(path, &error)),
    };
    if now.as_deref() == change.before.as_deref().map(str::as_bytes) { Ok(()) } else { Err(changed(path)) }
}

/// Refuses a file above which a folder has become a link to another place, which may hold the very same text.
fn stands_still(path: &Path) -> Result<(), FileError> {
    let folder = folder_of(path);
    let real = fs::canonicalize(folder).map_err(|error| write_error(path, &error))?;
    if real == folder { Ok(()) } else { Err(changed(path)) }
}

fn put_in_place(change: &Change, temporary: NamedTempFile) -> Result<(), FileError> {
    let path = &change.path;
    let renamed = match change.before {
        Some(_) => temporary.persist(path),
        None => temporary.persist_noclobber(path),
    };
    renamed.map_err(|error| write_error(path, &error.error))?;
    // The name itself reaches the disk with its folder. Some file systems refuse to sync a folder; the file is whole
    // all the same.
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Undoes `change` after `error`; where that fails too, the error says so.
fn put_back(error: FileError, change: &Change) -> FileError {
    let undone = match &change.before {
        Some(before) => {
            let back = Change { path: change.path.clone(), before: Some(change.after.clone()), after: before.clone() };
            prepare(&back, &mut Vec::new()).and_then(|temporary| put_in_place(&back, temporary))
        }
        None => fs::remove_file(&change.path).map_err(|error| write_error(&change.path, &error)),
    };
    match undone {
        Ok(()) => error,
        Err(undo) => FileError {
            help: format!("{}; {} was changed and could not be put back: {undo}", error.help, change.path.display()),
            ..error
        },
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn changed(path: &Path) -> FileError {
    FileError::new(path, "changed while dockfix was at work, so it was left alone", "run dockfix again")
}

fn write_error(path: &Path, error: &io::Error) -> FileError {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on the disk",
        io::ErrorKind::PermissionDenied => "make it writable for this user",
        _ => "the file is as it was",
    };
    FileError::new(path, format!("cannot be written: {}", FileError::describe(error)), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &Path, before: Option<&str>, after: &str) -> Change {
        Change { path: path.to_owned(), before: before.map(str::to_owned), after: after.to_owned() }
    }

    /// The folder without links, which temporary folders are reached by on some systems.
    fn real(folder: &tempfile::TempDir) -> PathBuf {
        fs::canonicalize(folder.path()).unwrap()
    }

    /// The names in `folder`, to see that no temporary file is left.
    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    #[test]
    fn keeps_mode_and_owner() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let folder = tempfile::tempdir().unwrap();
        let path = real(&folder).join("Dockerfile");
        for mode in [0o600, 0o640, 0o755, 0o664] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            // Only root may give files away; as another user this shows that the own owner stays.
            let _ = std::os::unix::fs::chown(&path, Some(4321), Some(1234));
            let before = fs::metadata(&path).unwrap();
            assert_eq!(write_all(&[change(&path, Some("old"), "new")]), Ok(vec![]));
            let after = fs::metadata(&path).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "new");
            assert_eq!(after.mode(), before.mode());
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
            assert_eq!(names(&real(&folder)), ["Dockerfile"]);
        }
    }

    #[test]
    fn refuses_a_file_that_changed_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = real(&folder).join("Dockerfile");
        fs::write(&path, "theirs").unwrap();
        for before in [Some("old"), None] {
            let error = write_all(&[change(&path, before, "new")]).unwrap_err();
            assert_eq!(error.help, "run dockfix again");
            assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        }
        assert_eq!(names(&real(&folder)), ["Dockerfile"]);
    }

    #[test]
    fn writes_both_files_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (real(&folder).join("Dockerfile"), real(&folder).join(".dockerignore"));
        fs::write(&first, "old").unwrap();
        let both = [change(&first, Some("old"), "new"), change(&second, None, ".git\n")];
        assert_eq!(write_all(&both), Ok(vec![]));
        assert_eq!(fs::read_to_string(&first).unwrap(), "new");
        assert_eq!(fs::read_to_string(&second).unwrap(), ".git\n");
        let stale = [change(&first, Some("new"), "newer"), change(&second, Some("theirs"), "x")];
        assert!(write_all(&stale).is_err());
        assert_eq!(fs::read_to_string(&first).unwrap(), "new");
        assert_eq!(names(&real(&folder)), [".dockerignore", "Dockerfile"]);
    }

    #[test]
    fn puts_the_first_file_back_when_the_second_cannot_take_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let first = real(&folder).join("Dockerfile");
        fs::write(&first, "new").unwrap();
        let error = FileError::new(Path::new("second"), "cannot be written", "make room");
        let told = put_back(error.clone(), &change(&first, Some("old"), "new"));
        assert_eq!(told, error);
        assert_eq!(fs::read_to_string(&first).unwrap(), "old");
        let made = real(&folder).join(".dockerignore");
        fs::write(&made, "new").unwrap();
        assert_eq!(put_back(error.clone(), &change(&made, None, "new")), error);
        assert_eq!(names(&real(&folder)), ["Dockerfile"]);
    }

    #[cfg(unix)]
    #[test]
    fn respects_read_only_files_and_never_writes_through_a_link() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (real(&folder).join("Dockerfile"), real(&folder).join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        symlink("Dockerfile", &link).unwrap();
        let error = write_all(&[change(&file, Some("old"), "new")]).unwrap_err();
        assert_eq!(error.message, "cannot be written: the file is read-only");
        assert!(write_all(&[change(&link, Some("old"), "new")]).is_err());
        assert!(write_all(&[change(&link, None, "new")]).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn removes_what_is_left_of_writers_that_were_killed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "old").unwrap();
        fs::write(folder.path().join(".dockfix-x.tmp"), "half").unwrap();
        fs::write(folder.path().join(".dockfix-theirs"), "whole").unwrap();
        let at_work = prepare(&change(&path, Some("old"), "new"), &mut Vec::new()).unwrap();
        remove_leftovers(folder.path());
        let temporary = at_work.path().file_name().unwrap().to_str().unwrap();
        let mut expected = [temporary, ".dockfix-theirs", "Dockerfile"];
        expected.sort_unstable();
        assert_eq!(names(folder.path()), expected);
    }

    #[cfg(unix)]
    #[test]
    fn tells_of_other_hard_links() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (real(&folder).join("Dockerfile"), real(&folder).join("other"));
        fs::write(&file, "old").unwrap();
        fs::hard_link(&file, &other).unwrap();
        let notes = write_all(&[change(&file, Some("old"), "new")]).unwrap();
        assert!(notes[0].ends_with("1 other hard link(s) to this file keep the old text"), "{notes:?}");
        assert_eq!(fs::read_to_string(&other).unwrap(), "old");
    }
}
