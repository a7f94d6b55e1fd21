//! The Dockerfile and its build context, read for one question.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::cli::args::CacheOptions;
use crate::cli::engine::{self, Input};
use crate::cli::scope::Scope;
use crate::context::compose::{Build, BuildFiles};
use crate::context::{BuildContext, Repositories};
use crate::files;
use crate::model::BuildModel;
use crate::model::cache::Builder;
use crate::settings::Settings;
use crate::syntax::Dockerfile;

/// A Dockerfile with what belongs to it.
pub struct Project {
    /// Where it is, absolute and without links.
    pub path: PathBuf,
    /// Its tree.
    pub dockerfile: Dockerfile,
    /// What it means.
    pub model: BuildModel,
    /// The builder of the question.
    pub builder: Builder,
    /// The build context, with the ignore file that this builder reads.
    pub context: BuildContext,
    /// The build context that the user named, absolute and without links.
    pub explicit: Option<PathBuf>,
    /// The repositories that were read so far.
    pub repositories: Repositories,
    /// The build files that were read so far.
    pub build_files: BuildFiles,
    /// The builds that name the file.
    pub builds: Vec<Arc<Build>>,
}

impl Project {
    /// Reads what `options` name, for `builder`.
    ///
    /// # Errors
    /// A file or folder is not there, or the Dockerfile is none.
    pub fn open(options: &CacheOptions, builder: Builder) -> anyhow::Result<Self> {
        let shown = options.file.display();
        if options.file.is_dir() {
            bail!("{shown}: a folder; name the Dockerfile in it");
        }
        if options.file.symlink_metadata().is_err() {
            bail!("{shown}: there is no such file; name the Dockerfile");
        }
        let (path, _) = files::real_file(&options.file).with_context(|| shown.to_string())?;
        let text = files::read_text(&path).with_context(|| shown.to_string())?;
        let dockerfile = Dockerfile::parse(text);
        if let Some(problem) = engine::syntax_problems(&dockerfile).first() {
            let (line, column) = problem.position.unwrap_or((1, 1));
            bail!("{shown}:{line}:{column}: {}; {}", problem.message, problem.help);
        }
        let model = BuildModel::new(&dockerfile);
        let explicit = options.context.as_deref().map(folder).transpose()?;
        let repositories = Repositories::new();
        let build_files = BuildFiles::new();
        let builds = build_files.of(&path, &repositories);
        let settings = Settings { builders: vec![builder.in_settings()], ..Settings::default() };
        let input = Input {
            text: dockerfile.text(),
            path: Some(&path),
            context: explicit.as_deref(),
            repositories: &repositories,
            build_files: &build_files,
            settings: &settings,
            gains: false,
            scope: &Scope::Everything,
            interview: None,
        };
        let context = context(&input, &path, &builds, &model)?;
        Ok(Self { path, dockerfile, model, builder, context, explicit, repositories, build_files, builds })
    }
}

fn folder(folder: &Path) -> anyhow::Result<PathBuf> {
    let real = std::fs::canonicalize(folder).ok().filter(|real| real.is_dir());
    real.with_context(|| format!("`--context {}` is no folder; give the build context", folder.display()))
}

/// The context that dockfix finds for the file, or the file's own folder.
fn context(input: &Input<'_>, path: &Path, builds: &[Arc<Build>], model: &BuildModel) -> anyhow::Result<BuildContext> {
    let found = match engine::build_context(input, builds, model) {
        Ok(found) => found,
        Err(problem) => bail!("{}; {}", problem.message, problem.help),
    };
    if let Some((context, _)) = found {
        return Ok(context);
    }
    let root = input.context.or_else(|| path.parent()).unwrap_or(Path::new("/"));
    Ok(BuildContext::open(root, Some(path), &input.settings.builders, input.repositories)?)
}
