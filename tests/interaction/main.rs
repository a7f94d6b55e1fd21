//! The rules together: whatever is selected, and in whatever order it is applied, files come to rest in the same text.
//!
//! One test per case folder of every rule, named `rule/case`, and some over Dockerfiles that are made up (`generated/…`).
//! Each asks, for every set of rules that have something to do in the file and on both levels:
//!
//! - a run comes to rest, takes no fix back, and a second run changes nothing;
//! - the order in which a run is given its rules does not matter;
//! - applying the rules one at a time ends in the text of applying them all at once, in every order ([`explore`]), but for
//!   rules that leave each other nothing to do;
//! - no rule brings back a text that another one changed;
//! - the result has no syntax error;
//! - what one rule wrote when it was selected alone does not keep a run of all rules from coming to rest.
//!
//! What the rules do on their own is the business of `tests/cases`, and whether the result builds that of `tests/engine`.

mod explore;
mod generate;
mod project;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tempfile::TempDir;

use dockfix::config;
use dockfix::settings::{Applicability, Settings};
use project::Project;
use support::case::{Case, Place, Side};

/// How many files are made up for each test; PROPTEST_CASES asks for another number.
const GENERATED: u32 = 150;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("interaction: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut trials = Vec::new();
    for case in Case::load_all(&rules)? {
        let case = Arc::new(case);
        trials.push(trial(format!("{}/{}", case.rule, case.name), move || check_case(&case)));
    }
    for (name, builders) in [("default-builders", ""), ("classic", "builders = ['buildkit', 'classic']")] {
        trials.push(trial(format!("generated/{name}"), move || check_generated(builders)));
    }
    Ok(trials)
}

fn trial(name: String, check: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    Trial::test(name, move || check().map_err(|error| Failed::from(format!("{error:#}"))))
}

fn check_case(case: &Case) -> Result<()> {
    let directory = TempDir::new()?;
    let prepared = case.prepare(&directory.path().join("project"), Side::Before, Place::InContext)?;
    let settings = match &case.settings.config {
        Some(config) => settings(&toml::to_string(config)?)?,
        None => Settings::default(),
    };
    let context = case.has_context().then_some(prepared.context_dir.as_path());
    let project = Project::open(context, &prepared.dockerfile, settings)?;
    [Applicability::Safe, Applicability::Unsafe]
        .iter()
        .try_for_each(|level| explore::check(&project, &case.before, *level))
}

/// Files of the grammar in [`generate`], all in one context.
fn check_generated(configuration: &str) -> Result<()> {
    let directory = TempDir::new()?;
    let dockerfile = generate::context(directory.path())?;
    let project = Project::open(Some(directory.path()), &dockerfile, settings(configuration)?)?;
    let asked_for = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: asked_for.unwrap_or(GENERATED),
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(FileFailurePersistence::SourceParallel("proptest-regressions"))),
        ..Config::default()
    };
    // The same files every time, so that a change is judged by what it changes; `PROPTEST_CASES` looks for new ones.
    let mut runner = match asked_for {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let checked = runner.run(&generate::dockerfile(), |text| {
        for level in [Applicability::Safe, Applicability::Unsafe] {
            explore::check(&project, &text, level)
                .map_err(|error| TestCaseError::fail(format!("{error:#}\nin the file\n{text}")))?;
        }
        Ok(())
    });
    checked.map_err(|error| anyhow::anyhow!("{error}"))
}

/// What a `dockfix.toml` with this text says.
fn settings(configuration: &str) -> Result<Settings> {
    let config = config::parse(configuration, Path::new("dockfix.toml"))
        .map_err(|errors| anyhow::anyhow!("dockfix.toml: {errors:?}"))
        .context("the case's configuration")?;
    let mut settings = Settings::default();
    ensure!(config.ignore.is_empty() && config.select.is_empty(), "rules are selected by the test");
    settings.builders = config.builders.unwrap_or(settings.builders);
    settings.options = config.options;
    Ok(settings)
}
