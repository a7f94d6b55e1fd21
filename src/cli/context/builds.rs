//! The Dockerfiles of a context, and what they take out of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::cli::engine::{self, Analysis, Input};
use crate::cli::names::Names;
use crate::cli::scope::Scope;
use crate::context::compose::{Build, BuildFiles};
use crate::context::{BuildContext, IgnoreFile, Repositories};
use crate::files;
use crate::model::BuildModel;
use crate::model::cache::{self, Builder, Change, Verdict, simulate};
use crate::rules::{MayChange, REGISTRY};
use crate::settings::{self, Settings};
use crate::syntax::Dockerfile;
use crate::text::LineIndex;

/// How many Dockerfiles of one context are shown.
const MOST: usize = 20;

/// What the work on every Dockerfile shares.
pub struct Desk<'a> {
    /// The context.
    pub context: &'a BuildContext,
    /// The repositories that were read so far.
    pub repositories: Repositories,
    /// The compose and bake files that were read so far.
    pub build_files: BuildFiles,
    /// What the user decided.
    pub settings: &'a Settings,
    /// How paths are shown.
    pub names: &'a Names,
    /// The ignore files that the fixes of the Dockerfiles leave, where that is known already.
    pub settled: Option<&'a [Settled]>,
}

/// An ignore file that the fixes of a Dockerfile change.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The Dockerfile, absolute and without links.
    pub dockerfile: PathBuf,
    /// The ignore file.
    pub ignore: PathBuf,
    /// Its new text.
    pub after: String,
}

/// A Dockerfile with what it takes out of the context.
pub struct Taken {
    /// Its name for people.
    pub shown: String,
    /// The context with the ignore files that count for it.
    pub context: BuildContext,
    /// The instructions that take something.
    pub takings: Vec<Taking>,
    /// The ignore file that the fixes leave, if they change one.
    pub after: Option<IgnoreFile>,
}

/// The Dockerfiles of a context.
pub struct Builds {
    /// Those that can be read.
    pub list: Vec<Taken>,
    /// Whether there are others, which builders refuse.
    pub refused: bool,
}

/// An instruction that takes something out of the context.
pub struct Taking {
    /// The number of its line.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The paths and globs.
    pub sources: Vec<String>,
}

impl Desk<'_> {
    /// The Dockerfiles that the user named, or those that are found.
    ///
    /// # Errors
    /// A file that was named is not there or is none; an ignore file cannot be read.
    pub fn builds(&self, named: &[PathBuf], notes: &mut Vec<String>) -> anyhow::Result<Builds> {
        if !named.is_empty() {
            let one = |file: &PathBuf| {
                let shown = file.display();
                if file.symlink_metadata().is_err() {
                    bail!("{shown}: there is no such file");
                }
                let (path, _) = files::real_file(file).with_context(|| shown.to_string())?;
                self.build(&path, true, notes)?.with_context(|| format!("{shown}: it is a template for Dockerfiles"))
            };
            let list = named.iter().take(MOST).map(one).collect::<anyhow::Result<_>>()?;
            return Ok(Builds { list, refused: false });
        }
        let (mut builds, mut refused) = (Vec::new(), false);
        for path in found(self.context) {
            match self.build(&path, false, notes) {
                Ok(Some(build)) if builds.len() == MOST => {
                    notes.push(format!("more than {MOST} Dockerfiles; {} and others are left out", build.shown));
                    break;
                }
                Ok(build) => builds.extend(build),
                // An ignore file that nobody can read concerns the whole context.
                Err(error) if error.is::<crate::context::ContextError>() => return Err(error),
                Err(error) => {
                    refused = true;
                    notes.push(format!("{error:#}; it is left out"));
                }
            }
        }
        Ok(Builds { list: builds, refused })
    }

    /// One Dockerfile; `None` if it is a template, or its build context is another one.
    fn build(&self, path: &Path, named: bool, notes: &mut Vec<String>) -> anyhow::Result<Option<Taken>> {
        let shown = self.names.shown(path);
        let text = files::real_file(path).and_then(|(real, _)| files::read_text(&real));
        let text = text.with_context(|| shown.clone())?;
        let dockerfile = Dockerfile::parse(text);
        let builds = self.build_files.of(path, &self.repositories);
        let model = BuildModel::new(&dockerfile);
        let mut input = Input {
            text: dockerfile.text(),
            path: Some(path),
            context: None,
            repositories: &self.repositories,
            build_files: &self.build_files,
            settings: self.settings,
            gains: false,
            scope: &Scope::Everything,
            interview: None,
        };
        if !named && !self.is_context_of(&input, &builds, &model) {
            return Ok(None);
        }
        if let Some(problem) = engine::syntax_problems(&dockerfile).first() {
            let (line, column) = problem.position.unwrap_or((1, 1));
            bail!("{shown}:{line}:{column}: {}; {}", problem.message, problem.help);
        }
        let both = [settings::Builder::Buildkit, settings::Builder::Classic];
        let context = BuildContext::open(self.context.root(), Some(path), &both, &self.repositories)?;
        let takings = takings(&dockerfile, &model, &context, &shown, notes);
        let after = match self.settled {
            Some(settled) => {
                let own = settled.iter().find(|settled| settled.dockerfile == path);
                own.map(|settled| (settled.ignore.clone(), settled.after.clone()))
            }
            None => {
                input.context = Some(self.context.root());
                let quiet = only_ignore_file_rules(self.settings);
                input.settings = &quiet;
                match engine::analyse(&input) {
                    Analysis::Done(understood) => understood.dockerignore.map(|(path, _, text)| (path, text)),
                    Analysis::Problems(_) => None,
                    Analysis::Template(_) => return Ok(None),
                }
            }
        };
        let after = after.map(|(path, text)| IgnoreFile::parse(&path, text));
        Ok(Some(Taken { shown, context, takings, after }))
    }

    /// Whether dockfix would take the directory for the context of the Dockerfile.
    fn is_context_of(&self, input: &Input<'_>, builds: &[Arc<Build>], model: &BuildModel) -> bool {
        match engine::build_context(input, builds, model) {
            Ok(Some((context, _))) => context.root() == self.context.root(),
            // It copies nothing: its own folder is as good as any.
            Ok(None) => input.path.and_then(Path::parent) == Some(self.context.root()),
            // The ignore file there cannot be read, which is told for this context only.
            Err(_) => input.path.and_then(Path::parent) == Some(self.context.root()),
        }
    }
}

/// The same settings with only those rules that may write the ignore file: nothing else is asked here.
fn only_ignore_file_rules(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    let others = REGISTRY.iter().filter(|rule| !rule.meta.may_change.contains(&MayChange::Dockerignore));
    settings.ignore.extend(others.map(|rule| rule.meta.slug.to_owned()));
    settings
}

/// The Dockerfiles below the root: those that stand in it first, and `Dockerfile` before all others.
fn found(context: &BuildContext) -> Vec<PathBuf> {
    let mut found: Vec<&String> = context.dockerfiles().paths.iter().collect();
    found.sort_by_key(|path| (path.matches('/').count(), !path.ends_with("Dockerfile"), path.as_str()));
    found.into_iter().map(|path| context.root().join(path)).collect()
}

/// What the stages that are built take out of the context.
fn takings(
    dockerfile: &Dockerfile,
    model: &BuildModel,
    context: &BuildContext,
    shown: &str,
    notes: &mut Vec<String>,
) -> Vec<Taking> {
    let build = cache::Build { dockerfile, model, context: Some(context), builder: Builder::Buildkit, target: None };
    let Ok(simulation) = simulate(&build, &Change::default()) else { return Vec::new() };
    let built = simulation.rows.iter().filter(|row| row.verdict != Verdict::NotBuilt);
    let built: BTreeSet<_> = built.map(|row| row.instruction.span()).collect();
    let index = LineIndex::new(dockerfile.text());
    let mut takings = Vec::new();
    for step in model.stages.iter().flat_map(|stage| &stage.steps) {
        if !built.contains(&step.instruction.span()) {
            continue;
        }
        let line = index.line(step.span().start);
        let taken = step.taken();
        if !taken.unknown.is_empty() {
            notes.push(format!("{shown}:{line}: what it takes depends on a variable, and is not counted"));
        }
        let sources = taken.sources;
        if !sources.is_empty() {
            let text = step.instruction.logical_text();
            let text = text.text().split_whitespace().collect::<Vec<_>>().join(" ");
            takings.push(Taking { line, text, sources });
        }
    }
    takings
}
