//! What changes: the words of the command line, checked against the context and the file.

use std::path::{Component, Path, PathBuf};

use anyhow::bail;

use super::project::Project;
use crate::cli::args::CacheOptions;
use crate::model::cache::{Change, Declared, PathChange, declared};
use crate::syntax::{Dockerfile, SyntaxKind};

/// A change that makes sense.
#[derive(Debug)]
pub struct Question {
    /// The change.
    pub change: Change,
    /// It as what happens: "a change in src/app.py".
    pub sentence: String,
    /// It as a thing: "the change in src/app.py".
    pub subject: String,
    /// The paths of `--changed`, as the context names them.
    pub changed: Vec<String>,
    /// What the user should know besides.
    pub notes: Vec<String>,
}

impl Question {
    /// Checks what `options` say. Paths are those of the context; one that only exists from `folder`, where dockfix was
    /// started, is taken from there.
    ///
    /// # Errors
    /// Nothing changes, or a path or an argument means nothing.
    pub fn new(options: &CacheOptions, project: &Project, folder: &Path) -> anyhow::Result<Self> {
        let nothing = options.changed.is_empty() && options.added.is_empty() && options.build_arguments.is_empty();
        if nothing && options.log.is_none() {
            bail!("say what changes: `--changed PATH`, `--added PATH` or `--build-arg NAME`");
        }
        let mut question = Self {
            change: Change::default(),
            sentence: String::new(),
            subject: String::new(),
            changed: Vec::new(),
            notes: Vec::new(),
        };
        for written in &options.changed {
            question.changed(written, options.mode_only, project, folder)?;
        }
        for written in &options.added {
            question.added(written, project, folder)?;
        }
        for written in &options.build_arguments {
            question.argument(written, project)?;
        }
        question.sentence = question.words(options, ["a change in", "another mode of", "adding", ""]);
        question.subject = question.words(options, ["the change in", "the new mode of", "the new", "the value of "]);
        Ok(question)
    }

    /// Whether nothing was said to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sentence.is_empty()
    }

    fn changed(&mut self, written: &str, mode_only: bool, project: &Project, folder: &Path) -> anyhow::Result<()> {
        let root = project.context.root().display();
        let Some(path) = inside(written, project, folder) else {
            bail!(
                "`{written}` is not in the build context {root}; `--context` names another one, and `--added` a file that is new"
            );
        };
        let is_directory = path.is_empty() || project.context.entry(&path).is_some_and(|entry| entry.is_directory());
        let kind = if mode_only { PathChange::Mode } else { PathChange::Content };
        let paths = if is_directory && !mode_only {
            let walk = project.context.walk(&path);
            walk.entries.iter().filter(|entry| entry.is_file()).map(|entry| entry.path.clone()).collect()
        } else {
            vec![path.clone()]
        };
        let sent: Vec<String> = paths.into_iter().filter(|path| project.context.is_sent(path)).collect();
        if sent.is_empty() {
            self.notes.push(match project.context.ignore_file() {
                Some(file) if !project.context.is_sent(&path) => {
                    let name = file.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
                    format!("`{written}` is kept out by {name}, so no build sees it")
                }
                _ => format!("there is no file in `{written}` that a build sees"),
            });
        }
        self.change.paths.extend(sent.into_iter().map(|path| (path, kind)));
        self.changed.push(if path.is_empty() { ".".to_owned() } else { path });
        Ok(())
    }

    fn added(&mut self, written: &str, project: &Project, folder: &Path) -> anyhow::Result<()> {
        if inside(written, project, folder).is_some() {
            bail!("`{written}` is there already; `--changed` names a file that changes");
        }
        let path = relative(Path::new(written)).filter(|path| !path.is_empty());
        let Some(path) = path else { bail!("`--added {written}` names no file below the build context") };
        if !project.context.is_sent(&path) {
            self.notes.push(format!("`{written}` would be kept out by the ignore file, so no build would see it"));
        }
        self.change.paths.insert(path, PathChange::Added);
        Ok(())
    }

    fn argument(&mut self, written: &str, project: &Project) -> anyhow::Result<()> {
        let (name, value) = match written.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (written, None),
        };
        match declared(&project.dockerfile, name) {
            Declared::Stage(_) => {}
            Declared::Global(line) => self.notes.push(format!(
                "`{name}` is declared above the first FROM only (line {line}), so it counts in FROM and nowhere else"
            )),
            Declared::Proxy => self.notes.push(format!("`{name}` is a proxy that every builder knows without an ARG")),
            Declared::Nowhere => {
                let known = arguments(&project.dockerfile);
                let known = if known.is_empty() {
                    "it declares none".to_owned()
                } else {
                    format!("it declares {}", known.join(", "))
                };
                bail!("the file has no `ARG {name}`, so a value for it changes nothing; {known}");
            }
        }
        self.change.arguments.insert(name.to_owned(), value);
        Ok(())
    }

    /// The change in words: in front of changed paths, of changed modes, of new paths, and of arguments.
    fn words(&self, options: &CacheOptions, [change, mode, new, value]: [&str; 4]) -> String {
        let mut parts = Vec::new();
        if !self.changed.is_empty() {
            parts.push(format!("{} {}", if options.mode_only { mode } else { change }, some(&self.changed)));
        }
        if !options.added.is_empty() {
            parts.push(format!("{new} {}", some(&options.added)));
        }
        if !options.build_arguments.is_empty() {
            parts.push(format!("{value}--build-arg {}", options.build_arguments.join(" --build-arg ")));
        }
        parts.join(" with ")
    }
}

/// The first few of a list.
fn some(all: &[String]) -> String {
    match all {
        [one, two, rest @ ..] if rest.len() > 1 => format!("{one}, {two} and {} more", rest.len()),
        _ => all.join(", "),
    }
}

/// The arguments that the file declares.
fn arguments(dockerfile: &Dockerfile) -> Vec<String> {
    let declarations = dockerfile.instructions().into_iter().filter(|line| line.kind() == SyntaxKind::ArgInstruction);
    let mut names: Vec<String> = declarations.flat_map(|line| line.pairs()).map(|pair| pair.key()).collect();
    names.sort();
    names.dedup();
    names
}

/// `written` as a path of the context, if it is there.
fn inside(written: &str, project: &Project, folder: &Path) -> Option<String> {
    let root = project.context.root();
    let path = Path::new(written);
    let of_context = if path.is_absolute() { None } else { relative(path) };
    let exists = |path: &String| path.is_empty() || project.context.entry(path).is_some();
    of_context.filter(exists).or_else(|| {
        // The folder may be reached by a link, but a link at the end is what is meant.
        let absolute = folder.join(path);
        let real = std::fs::canonicalize(absolute.parent()?).ok()?.join(absolute.file_name()?);
        relative(real.strip_prefix(root).ok()?).filter(exists)
    })
}

/// A path without `.`; `None` if it leads upward or is not UTF-8.
fn relative(path: &Path) -> Option<String> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => clean.push(name),
            _ => return None,
        }
    }
    clean.into_os_string().into_string().ok()
}
