//! `dockfix cache`: what runs again after a change, today and with the fixes.

mod image;
mod project;
mod question;

use std::path::Path;

use anyhow::{Context as _, bail};

use super::args::{CacheBuilder, CacheFormat, CacheOptions, GlobalOptions, RunOptions};
use super::engine::{self, Analysis, Input};
use super::names::Names;
use super::output::Output;
use super::settings::{Resolved, SettingsOf};
use super::work::tell_config_errors;
use super::{EXIT_FAILURE, EXIT_FOUND, EXIT_SUCCESS};
use crate::cli::scope::Scope;
use crate::config::Loaded;
use crate::context::IgnoreFile;
use crate::model::BuildModel;
use crate::model::cache::log::Log;
use crate::model::cache::{Build, Builder, Change, Simulation, simulate};
use crate::model::rebuild::quoted;
use crate::report::cache::{Document, Side, count, table};
use crate::report::harmless;
use crate::settings::Settings;
use crate::syntax::Dockerfile;
use image::Image;
use project::Project;
use question::Question;

/// Answers what `options` ask.
///
/// # Errors
/// Wrong usage, or a file that cannot be read.
pub fn run(options: &CacheOptions, global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    let names = Names::new(std::env::current_dir().context("the current folder is gone; go to another one")?);
    let log = options.log.as_deref().map(image::read).transpose()?;
    let project = Project::open(options, builder(options, log.as_ref())?)?;
    let question = Question::new(options, &project, names.folder())?;
    for note in &question.notes {
        output.note(note);
    }
    let before = project.simulate(&project.dockerfile, &project.model, &question.change, options)?;
    let mut document = Document {
        version: 1,
        path: names.shown(&project.path),
        builder: project.builder.in_settings().name(),
        changed: question.changed.clone(),
        added: options.added.clone(),
        mode_only: options.mode_only,
        build_args: options.build_arguments.clone(),
        before: Side::new(&before),
        after: None,
        image: None,
        notes: question.notes.clone(),
    };
    if let Some(log) = &log {
        let image = Image::new(log, &project, &before, options, names.folder())?;
        for note in &image.notes {
            output.note(note);
        }
        match options.format {
            CacheFormat::Text => output.data(&image.text(&question, &before)),
            CacheFormat::Json => {
                document.image = Some(image.summary(&question, &before));
                json(&document, output)?;
            }
        }
        return Ok(if image.missed.is_empty() { EXIT_SUCCESS } else { EXIT_FOUND });
    }
    let run_options = RunOptions::default();
    let mut settings = SettingsOf::new(&run_options, global.config.as_deref().map(Loaded::read));
    let settings = match settings.of(project.path.parent().unwrap_or(Path::new("/"))) {
        Resolved::Settings(settings, _) => settings,
        Resolved::Broken(loaded) => {
            tell_config_errors(output, &names, &loaded);
            return Ok(EXIT_FAILURE);
        }
    };
    let after = after(&project, &question.change, options, &settings)?;
    match options.format {
        CacheFormat::Text => output.data(&text(&document.path, &question, &before, after.as_ref())),
        CacheFormat::Json => {
            document.after = after.as_ref().map(Side::new);
            json(&document, output)?;
        }
    }
    Ok(EXIT_SUCCESS)
}

/// The builder that is asked about.
fn builder(options: &CacheOptions, log: Option<&Log>) -> anyhow::Result<Builder> {
    let asked = options.builder.map(|builder| match builder {
        CacheBuilder::Buildkit => Builder::Buildkit,
        CacheBuilder::Classic => Builder::Classic,
    });
    match (asked, log.map(|log| log.builder)) {
        (Some(asked), Some(logged)) if asked != logged => {
            bail!("the log is that of another builder; leave out `--builder`")
        }
        (asked, logged) => Ok(asked.or(logged).unwrap_or(Builder::Buildkit)),
    }
}

fn json(document: &Document, output: &mut Output) -> anyhow::Result<()> {
    output.json(&serde_json::to_string(document)?);
    output.data("\n");
    Ok(())
}

/// `change` without what the ignore file at `path` keeps out once it is `text`: the context on disk is read with the one that is there.
pub fn kept_out(change: &Change, path: &Path, text: &str, builder: Builder) -> Change {
    let ignore = IgnoreFile::parse(path, text.to_owned());
    let mut change = change.clone();
    change.paths.retain(|path, _| !ignore.matcher().excludes(path, builder.in_settings()));
    change
}

/// What runs again once the default fixes are in; `None` where there are none.
fn after(
    project: &Project,
    change: &Change,
    options: &CacheOptions,
    settings: &Settings,
) -> anyhow::Result<Option<Simulation>> {
    let input = Input {
        text: project.dockerfile.text(),
        path: Some(&project.path),
        context: project.explicit.as_deref(),
        repositories: &project.repositories,
        build_files: &project.build_files,
        settings,
        gains: false,
        scope: &Scope::Everything,
        interview: None,
    };
    let Analysis::Done(understood) = engine::analyse(&input) else { return Ok(None) };
    if understood.dockerfile == project.dockerfile.text() && understood.dockerignore.is_none() {
        return Ok(None);
    }
    let mut change = change.clone();
    if let Some((path, _, text)) = understood.dockerignore {
        change = kept_out(&change, &path, &text, project.builder);
    }
    let dockerfile = Dockerfile::parse(understood.dockerfile);
    let model = BuildModel::new(&dockerfile);
    project.simulate(&dockerfile, &model, &change, options).map(Some)
}

fn text(shown: &str, question: &Question, before: &Simulation, after: Option<&Simulation>) -> String {
    let (shown, what) = (harmless(&quoted(shown)), harmless(&question.sentence));
    let mut text = table(before);
    match after {
        None => text.push_str(&format!("\n{what} re-runs {}\n", count(before))),
        Some(after) if count(before) == count(after) => {
            text.push_str(&format!("\n{what} re-runs {}, with dockfix's fixes as well\n", count(before)));
        }
        Some(after) => {
            text.push_str(&format!("\nwith the fixes that `dockfix --apply {shown}` writes:\n\n{}", table(after)));
            text.push_str(&format!("\ntoday {what} re-runs {}; after: {}\n", count(before), count(after)));
        }
    }
    text
}

impl Project {
    fn simulate(
        &self,
        dockerfile: &Dockerfile,
        model: &BuildModel,
        change: &Change,
        options: &CacheOptions,
    ) -> anyhow::Result<Simulation> {
        let target = options.target.as_deref();
        let build = self.build(dockerfile, model, target);
        match simulate(&build, change) {
            Ok(simulation) => Ok(simulation),
            Err(error) => bail!("{error}; `--target` takes the name of a stage, or its number from 0"),
        }
    }

    fn build<'a>(&'a self, dockerfile: &'a Dockerfile, model: &'a BuildModel, target: Option<&'a str>) -> Build<'a> {
        Build { dockerfile, model, context: Some(&self.context), builder: self.builder, target }
    }
}
