//! Making a case real on disk: the copy of `context/` with its modes, links and
//! git state. Owns nothing of the schema, which is in [`super::case`].

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::case::{Case, Place, Prepared};

impl Case {
    pub(super) fn make(
        &self,
        dest: &Path,
        dockerfile_text: &str,
        dockerignore: Option<&str>,
        place: Place,
    ) -> Result<Prepared> {
        let (context_dir, dockerfile) = match place {
            Place::InContext => (dest.to_path_buf(), dest.join("Dockerfile")),
            Place::Outside => (dest.join(outside_context_name(dest)), dest.join("Dockerfile")),
        };
        make_dir(dest)?;
        make_dir(&context_dir)?;
        if self.has_context() {
            copy_tree(&self.dir.join("context"), &context_dir)?;
        }
        for (path, content) in &self.settings.files {
            write(&inside(&context_dir, path)?, content)?;
        }
        for (path, bytes) in &self.settings.filled {
            fill(&inside(&context_dir, path)?, *bytes).with_context(|| format!("[filled] {path}"))?;
        }
        if let Some(text) = dockerignore {
            write(&context_dir.join(".dockerignore"), text)?;
        }
        for (path, target) in &self.settings.links {
            let link = inside(&context_dir, path)?;
            make_parents(&link)?;
            symlink(target, &link).with_context(|| format!("link {path}"))?;
        }
        // `<Dockerfile>.dockerignore` belongs beside the Dockerfile.
        let own_ignore = context_dir.join("Dockerfile.dockerignore");
        if place == Place::Outside && own_ignore.exists() {
            fs::rename(own_ignore, dest.join("Dockerfile.dockerignore"))?;
        }
        write(&dockerfile, dockerfile_text)?;
        if let (Place::InContext, Some(config)) = (place, &self.settings.config) {
            write(&context_dir.join("dockfix.toml"), &toml::to_string(config)?)?;
        }

        // The index takes the x bit from the disk, and git must be able to
        // read every file, so modes that lock the owner out come last.
        self.apply_modes(&context_dir, true)?;
        if place == Place::InContext && self.settings.git.repo {
            self.make_repository(&context_dir)?;
        }
        self.apply_modes(&context_dir, false)?;
        Ok(Prepared { root: dest.to_path_buf(), context_dir, dockerfile })
    }

    /// Sets `[modes]`; if `readable`, the owner may read all of it nevertheless.
    fn apply_modes(&self, context_dir: &Path, readable: bool) -> Result<()> {
        // In reverse order, so that what is inside a directory comes before it.
        for (path, octal) in self.settings.modes.iter().rev() {
            let file = inside(context_dir, path)?;
            let mode = u32::from_str_radix(octal, 8)
                .ok()
                .filter(|mode| *mode <= 0o7777)
                .with_context(|| format!("[modes] {path}: `{octal}` is no octal mode"))?;
            let owner = match (readable, file.is_dir()) {
                (true, true) => 0o700,
                (true, false) => 0o600,
                (false, _) => 0,
            };
            set_mode(&file, mode | owner).with_context(|| format!("[modes] {path}"))?;
        }
        Ok(())
    }

    fn make_repository(&self, root: &Path) -> Result<()> {
        let git = &self.settings.git;
        run_git(root, &["init", "--quiet", "--template=", "--initial-branch=main"])?;
        run_git(root, &["add", "--all"])?;
        if !git.untracked.is_empty() {
            let mut args = vec!["rm", "--quiet", "-r", "--cached", "--"];
            args.extend(git.untracked.iter().map(String::as_str));
            run_git(root, &args).context("[git] untracked")?;
        }
        for (path, mode) in &git.index_modes {
            let flag = match mode.as_str() {
                "100644" => "--chmod=-x",
                "100755" => "--chmod=+x",
                _ => bail!("[git] index_modes: {path}: `{mode}` is neither 100644 nor 100755"),
            };
            run_git(root, &["update-index", flag, "--", path])?;
        }
        Ok(())
    }
}

/// A name that no other context has. BuildKit keeps the files that it was sent
/// under the directory's base name and compares the next ones with them; a
/// directory of which only the mode differs it then takes for the same
/// (moby/buildkit#7176), also if it is another case's.
fn outside_context_name(dest: &Path) -> String {
    let unique = dest.file_name().unwrap_or_default().to_string_lossy();
    format!("context-{}", unique.trim_start_matches('.'))
}

/// Runs git so that neither the machine's nor the user's settings, nor a hook,
/// nor an enclosing repository has a say.
fn run_git(root: &Path, args: &[&str]) -> Result<()> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    let output = command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["-c", "core.fileMode=true", "-c", "core.autocrlf=false"])
        .args(["-c", "core.excludesFile=", "-c", "safe.directory=*"])
        .args(args)
        .current_dir(root)
        .output()
        .context("cannot start git, which the tests need")?;
    ensure!(output.status.success(), "git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Copies a tree with modes that depend on nothing but the x bit: 0755 or 0644.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    make_dir(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("read {}", from.display()))? {
        let entry = entry?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_tree(&source, &copy)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &copy)?;
        } else {
            fs::copy(&source, &copy).with_context(|| format!("copy {}", source.display()))?;
            let executable = entry.metadata()?.permissions().mode() & 0o111 != 0;
            set_mode(&copy, if executable { 0o755 } else { 0o644 })?;
        }
    }
    Ok(())
}

fn make_dir(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("make {}", dir.display()))?;
    set_mode(dir, 0o755)
}

fn make_parents(file: &Path) -> Result<()> {
    let mut missing: Vec<&Path> = Vec::new();
    for parent in file.ancestors().skip(1).take_while(|parent| !parent.exists()) {
        missing.push(parent);
    }
    missing.into_iter().rev().try_for_each(make_dir)
}

fn write(file: &Path, content: &str) -> Result<()> {
    make_parents(file)?;
    fs::write(file, content).with_context(|| format!("write {}", file.display()))?;
    set_mode(file, 0o644)
}

/// Writes `bytes` bytes that are no hole, so that every builder counts them.
fn fill(file: &Path, bytes: u64) -> Result<()> {
    write(file, "")?;
    io::copy(&mut io::repeat(b'x').take(bytes), &mut fs::File::create(file)?)?;
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("set the mode of {}", path.display()))
}

/// `path` below `root`, refused if it would leave it.
fn inside(root: &Path, path: &str) -> Result<PathBuf> {
    let relative = Path::new(path);
    ensure!(
        relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)),
        "`{path}` must be relative and stay below the context"
    );
    Ok(root.join(relative))
}
