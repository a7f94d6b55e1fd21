//! Thousands of git repositories, made cheaply: git makes some, and the others are copies.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// How many different repositories there are.
const TEMPLATES: u64 = 20;

/// Makes `repositories` below `root`, half of them with two Dockerfiles. `write` writes what a folder holds, by a number.
pub fn make(root: &Path, repositories: u64, write: impl Fn(&Path, u64) -> io::Result<()>) -> io::Result<()> {
    let templates = root.join("templates");
    for number in 0..TEMPLATES {
        let template = templates.join(number.to_string());
        fs::create_dir_all(&template)?;
        write(&template, 2 * number)?;
        if number % 2 == 1 {
            fs::create_dir(template.join("worker"))?;
            write(&template.join("worker"), 2 * number + 1)?;
        }
        git(&template, &["init", "--quiet", "--template="])?;
        git(&template, &["add", "--all"])?;
        git(&template, &["commit", "--quiet", "-m", "all"])?;
        // One file for all objects, as in a clone.
        git(&template, &["gc", "--quiet"])?;
    }
    for number in 0..repositories {
        let template = templates.join((number % TEMPLATES).to_string());
        copy(&template, &root.join(format!("team-{}/repository-{number}", number / 100)))?;
    }
    fs::remove_dir_all(templates)
}

fn git(folder: &Path, arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "x").env(format!("GIT_{who}_EMAIL"), "x@example.org");
    }
    let status = command.args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("git {arguments:?} ended with {status}"))) }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
