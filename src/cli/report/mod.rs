//! `dockfix report`: everything that is known of the Dockerfiles, on one page to look at.

pub mod sheet;

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{GlobalOptions, ReportOptions, RunOptions};
use super::context::{self, Question, Settled};
use super::names::Names;
use super::output::Output;
use super::print::Printer;
use super::process::{Desk, Processed};
use super::run::{check_names, context_folder, many_from_disk};
use super::scope::Scope;
use super::settings::{Resolved, SettingsOf};
use super::summary::counted;
use super::work::{Mode, Work, tell_config_errors};
use super::{EXIT_FAILURE, EXIT_SUCCESS};
use crate::config::Loaded;
use crate::context::Repositories;
use crate::context::compose::BuildFiles;
use crate::files::{self, Change, FileError};
use crate::report::FileOutcome;
use crate::report::diff::Style;
use crate::report::html::{Page, is_report};
use crate::report::json::Summary;

/// How many build contexts are counted; reading one may take as long as everything else.
const MOST_CONTEXTS: usize = 100;
/// A context with more names than this is not counted.
const MOST_NAMES: u64 = 300_000;
/// How many names are read in all contexts together.
const MOST_NAMES_OF_ALL: u64 = 1_000_000;

/// Writes the page that `options` ask for. Findings are no failure; what could not be worked on is, and the page says what.
///
/// # Errors
/// Wrong usage, or the page cannot be written.
pub fn run(options: &ReportOptions, global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    check_options(options)?;
    let target = Target::new(&options.html, options.force)?;
    let names = Names::new(std::env::current_dir().context("the current folder is gone; go to another one")?);
    let given = global.config.as_deref().map(Loaded::read);
    if let Some(loaded) = given.as_ref().filter(|loaded| loaded.config.is_err()) {
        tell_config_errors(output, &names, loaded);
        return Ok(EXIT_FAILURE);
    }
    let run = run_options(options);
    let explicit = run.context.as_deref().map(context_folder).transpose()?;
    let mut settings = SettingsOf::new(&run, given);
    let desk = Desk {
        names: &names,
        gains: true,
        context: explicit.as_deref(),
        sheets: true,
        scope: Scope::new(&run),
        places: false,
        reviewed: None,
        interview: None,
        repositories: Repositories::new(),
        build_files: BuildFiles::new(),
    };
    let mut gathered = Gathered { desk: &desk, page: Page::default(), contexts: Vec::new(), numbers: HashMap::new() };
    let summary = gathered.files(&mut settings, &options.paths, &run, output)?;
    for (path, problem) in desk.build_files.problems() {
        output.note(&format!("{}: not understood, so it counts for nothing: {problem}", names.shown(&path)));
    }
    gathered.add_contexts(&mut settings);
    let is_file = matches!(target, Target::File { .. });
    target.write(&gathered.page.finish(), output)?;
    if is_file {
        let (files, findings) = (summary.files, summary.findings);
        let page = options.html.display();
        output.note(&format!("wrote {page}: {} in {}", counted(findings, "finding"), counted(files, "file")));
    }
    Ok(if summary.errors > 0 { EXIT_FAILURE } else { EXIT_SUCCESS })
}

fn check_options(options: &ReportOptions) -> anyhow::Result<()> {
    check_names(&options.rules)?;
    if options.paths.iter().any(|path| path == Path::new("-")) {
        bail!("a report is about files on disk; give files and folders instead of `-`");
    }
    Ok(())
}

/// The options as all commands know them that run rules.
fn run_options(options: &ReportOptions) -> RunOptions {
    RunOptions {
        rules: options.rules.clone(),
        context: options.context.clone(),
        since: options.since.clone(),
        staged: options.staged,
        jobs: options.jobs,
        ..RunOptions::default()
    }
}

/// What the page is made of, while the files come in.
struct Gathered<'a> {
    desk: &'a Desk<'a>,
    page: Page,
    /// The build contexts in the order in which they were met, as many as there is room for.
    contexts: Vec<Met>,
    numbers: HashMap<PathBuf, usize>,
}

/// A build context.
struct Met {
    root: PathBuf,
    repository: Option<String>,
    /// The Dockerfiles that are built with it.
    dockerfiles: Vec<PathBuf>,
    /// What their fixes make of ignore files.
    settled: Vec<Settled>,
}

impl Gathered<'_> {
    /// Looks at all files.
    fn files(
        &mut self,
        settings: &mut SettingsOf<'_>,
        paths: &[PathBuf],
        options: &RunOptions,
        output: &mut Output,
    ) -> anyhow::Result<Summary> {
        let desk = self.desk;
        let style = Style { color: false, harmless: false };
        let printer = Printer { format: None, style, service: None, commit: None };
        let (tally, gathered) = Default::default();
        let mut watch = |processed: &Processed| self.add(processed);
        let mut work = Work { mode: Mode::Diff, printer, desk, output, tally, gathered, watch: Some(&mut watch) };
        many_from_disk(&mut work, settings, paths, options)?;
        Ok(work.tally.summary)
    }

    fn add(&mut self, processed: &Processed) {
        let folder = processed.path.as_deref().and_then(Path::parent);
        let repository = folder.and_then(|folder| self.desk.repositories.of_directory(folder));
        let repository = repository.map(|repository| self.name(repository.work_tree()));
        let context =
            processed.context.as_deref().and_then(|root| self.context(root, repository.as_deref(), processed));
        self.page.add(repository.as_deref(), &processed.report, processed.sheet.as_deref(), context);
    }

    /// The name of a folder for people; that in which dockfix was started has one as well.
    fn name(&self, folder: &Path) -> String {
        let shown = self.desk.names.shown(folder);
        let own = || folder.file_name().map(|name| name.to_string_lossy().into_owned());
        if shown.is_empty() { own().unwrap_or_else(|| ".".to_owned()) } else { shown }
    }

    /// The number of a build context; `None` for those that there is no room for.
    fn context(&mut self, root: &Path, repository: Option<&str>, processed: &Processed) -> Option<usize> {
        let number = match self.numbers.get(root) {
            Some(number) => *number,
            None => {
                let number = self.numbers.len();
                self.numbers.insert(root.to_owned(), number);
                if number < MOST_CONTEXTS {
                    let (dockerfiles, settled) = Default::default();
                    let repository = repository.map(str::to_owned);
                    self.contexts.push(Met { root: root.to_owned(), repository, dockerfiles, settled });
                }
                number
            }
        };
        let met = self.contexts.get_mut(number)?;
        let dockerfile = processed.path.clone()?;
        if let FileOutcome::Done(done) = &processed.report.outcome {
            let ignored = done.changes.iter().filter(|change| change.path != dockerfile);
            met.settled.extend(ignored.map(|change| Settled {
                dockerfile: dockerfile.clone(),
                ignore: change.path.clone(),
                after: change.after.clone(),
            }));
        }
        met.dockerfiles.push(dockerfile);
        Some(number)
    }

    fn add_contexts(&mut self, settings: &mut SettingsOf<'_>) {
        let desk = self.desk;
        let mut left = MOST_NAMES_OF_ALL;
        for (number, met) in std::mem::take(&mut self.contexts).into_iter().enumerate() {
            let Resolved::Settings(settings, _) = settings.of(&met.root) else { continue };
            let (root, files, settled) = (met.root.as_path(), met.dockerfiles.as_slice(), Some(met.settled.as_slice()));
            let question = Question { root, files, settled, most: Some(left.min(MOST_NAMES)) };
            let counted = context::document(&question, &settings, desk.names, &desk.repositories, &desk.build_files);
            // A limit of names and not of time, so that the page is the same each time.
            left = left.saturating_sub(counted.as_ref().map_or(MOST_NAMES, |counted| counted.read));
            let counted = counted.map(|counted| counted.document).map_err(|error| format!("{error:#}"));
            self.page.add_context(met.repository.as_deref(), &self.name(root), counted.as_ref(), number);
        }
        let more = self.numbers.len().saturating_sub(MOST_CONTEXTS);
        if more > 0 {
            self.page.note(format!(
                "The sizes of {more} build contexts are left out; `dockfix context DIR` counts any of them."
            ));
        }
    }
}

/// Where the page goes.
enum Target {
    Stdout,
    File {
        /// The file, absolute; the last part of it may be new.
        path: PathBuf,
        /// What is there.
        before: Option<String>,
    },
}

impl Target {
    /// Looks before the work begins whether `file` can be written.
    fn new(file: &Path, force: bool) -> anyhow::Result<Self> {
        if file == Path::new("-") {
            return Ok(Self::Stdout);
        }
        let shown = file.display();
        match fs::symlink_metadata(file) {
            Ok(metadata) if metadata.is_symlink() => {
                bail!("{shown} is a link, and links are not written through; name the file, or `-` for standard output")
            }
            Ok(metadata) if metadata.is_dir() => {
                bail!("{shown} is a folder; name a file in it, as `{shown}/report.html`")
            }
            Ok(metadata) if !metadata.is_file() => {
                bail!("{shown} is no ordinary file; `--html -` writes to standard output")
            }
            Ok(_) => {
                let path = fs::canonicalize(file).with_context(|| format!("{shown} cannot be found again"))?;
                let mut start = Vec::new();
                let opened = fs::File::open(&path).and_then(|file| file.take(256).read_to_end(&mut start));
                opened.with_context(|| format!("{shown} cannot be read; make it readable, or name another file"))?;
                if !start.is_empty() && !is_report(&start) && !force {
                    bail!(
                        "{shown} is there, and no report of dockfix; name another file, or give `--force` to lose it"
                    );
                }
                let before = fs::read_to_string(&path);
                let before =
                    before.with_context(|| format!("{shown} is no text; name another file, or take it away"))?;
                Ok(Self::File { path, before: Some(before) })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let folder = fs::canonicalize(folder)
                    .with_context(|| format!("{}: there is no such folder; make it first", folder.display()))?;
                let name = file.file_name().with_context(|| format!("{shown} names no file"))?;
                Ok(Self::File { path: folder.join(name), before: None })
            }
            Err(error) => bail!("{shown} cannot be written: {}; name another file", FileError::describe(&error)),
        }
    }
}

impl Target {
    fn write(self, text: &str, output: &mut Output) -> anyhow::Result<()> {
        match self {
            Self::Stdout => output.data(text),
            Self::File { path, before } => {
                for note in files::write_all(&[Change { path, before, after: text.to_owned() }])? {
                    output.note(&note);
                }
            }
        }
        Ok(())
    }
}
