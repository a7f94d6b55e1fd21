//! Every case with an `image.toml`, built on real builders.
//!
//! One test per case and builder, named `rule/case/builder`. Building the text
//! that a rule changed, and the one that it was, is the only proof that a fix
//! does what it says. README.md beside this file tells how to run it and how to
//! write an `image.toml`; `setup.sh` brings the engine.
//!
//! Without an engine (`DOCKFIX_ENGINE` is not set) the tests are ignored, by
//! name; where one is required they fail.

mod builder;
mod cache;
mod check;
mod daemon;
mod ignored;
mod installs;
#[path = "../cache/pair.rs"]
mod pair;
mod projects;
mod snapshot;
mod spec;
#[path = "../support/mod.rs"]
mod support;
mod web;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};

use builder::Builder;
use spec::ImageSpec;
use support::case::{Case, Expect};

const MISSING: &str = "no engine: run `tests/engine/run.sh`, or `tests/engine/setup.sh install`, \
     `start` and `bases`, and then source target/engine/env";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A build is bound by processes and disk more than by this process.
    arguments.test_threads.get_or_insert(2);
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("engine: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>> {
    let available = std::env::var_os("DOCKFIX_ENGINE").is_some_and(|dir| !dir.is_empty());
    if available {
        web::serve();
    }
    let mut trials = Vec::new();
    let mut never_run = Vec::new();
    for (case, spec) in built_cases()? {
        if case.expect() == Expect::Fix && !spec.runs_after() && about_access(&case)? {
            never_run.push(format!("{}/{}", case.rule, case.name));
        }
        let shared = Arc::new((case, spec));
        let built_on = |builder: &Builder| shared.1.builders.is_empty() || shared.1.builders.contains(builder);
        for builder in Builder::ALL.into_iter().filter(built_on) {
            let test = Arc::clone(&shared);
            let name = format!("{}/{}/{builder}", test.0.rule, test.0.name);
            trials.push(trial(name, available, move || {
                let (case, spec) = &*test;
                judge(case, check::check(case, spec, builder)?)
            }));
        }
    }
    for project in &installs::PROJECTS {
        for &builder in project.builders {
            let trial = Trial::test(format!("installs/{}/{builder}", project.name), move || {
                if !available {
                    return Err(Failed::from(MISSING));
                }
                installs::check(project, builder).map_err(|error| Failed::from(format!("{error:#}")))
            });
            trials.push(trial.with_ignored_flag(installs::is_offline() || (!available && !required())));
        }
    }
    for project in projects::PROJECTS {
        trials.push(trial(format!("projects/{project}/buildkit"), available, move || projects::check(project)));
    }
    for (topic, case, step, builder) in cache::pairs()? {
        let name = cache::name(&topic, &case, &step, builder);
        trials.push(trial(name, available, move || {
            let found = cache::check(&case, &step, builder)?;
            ensure!(found.is_empty(), "{}", found.join("\n"));
            Ok(())
        }));
    }
    for (builder, number) in ignored::BUILDS {
        trials.push(trial(format!("ignored/random/{builder}"), available, move || ignored::check(builder, number)));
    }
    trials.push(Trial::test("every_fix_of_modes_and_owners_is_run", move || match never_run.as_slice() {
        [] => Ok(()),
        names => Err(Failed::from(format!("no [[run]] with `after` in image.toml:\n{}", names.join("\n")))),
    }));
    Ok(trials)
}

/// A test that needs the engine.
fn trial(name: String, available: bool, test: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    let trial = Trial::test(name, move || {
        if !available {
            return Err(Failed::from(MISSING));
        }
        test().map_err(|error| Failed::from(format!("{error:#}")))
    });
    trial.with_ignored_flag(!available && !required())
}

/// Every case with an `image.toml`, of the rules and of `traps/`.
fn built_cases() -> Result<Vec<(Case, ImageSpec)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = Case::load_all(&root.join("rules"))?;
    cases.extend(Case::load_all(&root.join("tests/engine"))?);
    let built = cases.into_iter().map(|case| Ok(ImageSpec::load(&case.dir)?.map(|spec| (case, spec))));
    built.filter_map(Result::transpose).collect()
}

/// Whether the case's rule changes modes or owners: then somebody has to read, run or write what it is about.
fn about_access(case: &Case) -> Result<bool> {
    let file = case.dir.join("../../rule.toml");
    let Ok(text) = fs::read_to_string(file) else { return Ok(false) };
    let rule: toml::Table = toml::from_str(&text)?;
    let changes = rule.get("may-change").and_then(toml::Value::as_array).into_iter().flatten();
    Ok(changes.filter_map(toml::Value::as_str).any(|what| matches!(what, "copy-chmod" | "copy-chown")))
}

/// A case passes without departures; one of `traps/` passes if exactly those
/// that its `departures.txt` names were found.
fn judge(case: &Case, found: Vec<String>) -> Result<()> {
    let Ok(text) = fs::read_to_string(case.dir.join("departures.txt")) else {
        ensure!(found.is_empty(), "{}", found.join("\n"));
        return Ok(());
    };
    let expected: Vec<&str> = text.lines().collect();
    for line in &expected {
        let reported = found.iter().any(|departure| departure.contains(line));
        ensure!(reported, "`{line}` was not reported, but:\n{}", found.join("\n"));
    }
    ensure!(
        found.len() == expected.len(),
        "{} departures instead of {}:\n{}",
        found.len(),
        expected.len(),
        found.join("\n")
    );
    Ok(())
}

/// In CI an engine is required; `DOCKFIX_ENGINE_REQUIRED` says otherwise for a
/// stage that runs without (`0`), or the same for a machine that is no CI (`1`).
fn required() -> bool {
    match std::env::var("DOCKFIX_ENGINE_REQUIRED").as_deref() {
        Ok("0" | "false") => false,
        Ok(value) => !value.is_empty(),
        Err(_) => std::env::var("CI").is_ok_and(|ci| ci == "true"),
    }
}
