//! Running `dockfix` as somebody without rights: root reads everything, so what cannot be read is shown by another user.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Who that is.
pub const NOBODY: u32 = 65534;

/// Runs `dockfix` as a user without rights if this one is root, and as this one otherwise. The user must be able to reach `folder`.
pub fn as_another_user(folder: &Path, arguments: &[&str]) -> Output {
    let run = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
        command
    };
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root {
        return run(Path::new(env!("CARGO_BIN_EXE_dockfix"))).output().unwrap();
    }
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let program = place.path().join("dockfix");
    // By another process: a child that another test starts meanwhile would inherit this one's open file, and nothing that is
    // open for writing can be started.
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_dockfix")).arg(&program).status().unwrap().success());
    run(&program).uid(NOBODY).gid(NOBODY).output().unwrap()
}
