//! The cache simulator against real builders: each pair of `tests/cache/pairs` is built, changed and built again, and what the
//! builder says of each step is compared with what was foretold.

use std::process::Output;

use anyhow::{Context as _, Result, bail, ensure};
use dockfix::model::cache::Builder;
use dockfix::model::cache::Verdict;
use dockfix::model::cache::log::{Log, Outcome};

use crate::builder::{buildx, limited};
use crate::daemon;
use crate::pair::{self, Case, Step};

/// Builds before and after the change, and returns where the simulator was wrong.
pub fn check(case: &Case, step: &Step, builder: Builder) -> Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let (before, now) = (token(), token());
    // BuildKit remembers what it was sent by the name of the directory.
    let context = folder.path().join(format!("context-{before}"));
    let dockerfile = case.lay_out(&context, &before)?;
    let simulation = case.simulate(step, &context, builder, &before)?;
    let build = |arguments: &[String]| -> Result<String> {
        let mut command = match builder {
            Builder::Buildkit => buildx(),
            Builder::Classic => limited("docker"),
        };
        command.args(["build", "--network=none", "--tag", &format!("localhost/dockfix-test:cache-{before}")]);
        match builder {
            Builder::Buildkit => command.arg("--progress=plain"),
            Builder::Classic => command.env("DOCKER_BUILDKIT", "0").arg("--force-rm"),
        };
        command.args(step.target.iter().map(|target| format!("--target={target}")));
        let output = command.args(arguments).arg("--file").arg(&dockerfile).arg(&context).output()?;
        let text = text(&output);
        ensure!(output.status.success(), "does not build:\n{text}");
        Ok(text)
    };
    let found = build(&[]).context("before the change").and_then(|_| {
        step.make(case, &context, &now)?;
        let output = build(&step.build_arguments(&now)).context("after the change")?;
        compare(&output, &simulation, step.expected(builder).unwrap_or_default())
    });
    daemon::remove_name(&format!("localhost/dockfix-test:cache-{before}"));
    found
}

fn compare(output: &str, simulation: &dockfix::model::cache::Simulation, expected: &str) -> Result<Vec<String>> {
    let log = Log::parse(output)?;
    let (outcomes, strange) = log.outcomes(simulation);
    ensure!(strange.is_empty(), "no row belongs to {strange:?}\n{output}");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (index, row) in simulation.rows.iter().enumerate() {
        // What a stage begins with runs in no case.
        if row.instruction.keyword().eq_ignore_ascii_case("from") {
            continue;
        }
        let measured = |sign: char| expected.split_whitespace().any(|word| word == format!("?{}{sign}", row.line));
        let right = match (row.verdict, outcomes.get(&index)) {
            (_, Some(Outcome::Failed)) => bail!("line {} failed\n{output}", row.line),
            (Verdict::Rebuilt, Some(Outcome::Ran)) | (Verdict::Cached, Some(Outcome::Cached)) => true,
            (Verdict::Depends, Some(Outcome::Ran)) => !measured('-'),
            (Verdict::Depends, Some(Outcome::Cached)) => !measured('+'),
            (Verdict::NotBuilt | Verdict::NoStep, None) => true,
            // The classic builder does not number triggers.
            (_, None) => row.trigger,
            _ => false,
        };
        compared += usize::from(outcomes.contains_key(&index));
        if !right {
            let found = outcomes.get(&index);
            let reason = row.reason.sentence();
            wrong.push(format!("line {}: {} ({reason}), but {found:?}", row.line, row.verdict.name()));
        }
    }
    ensure!(compared > 0, "nothing was compared\n{output}");
    if !wrong.is_empty() {
        wrong.push(output.to_owned());
    }
    Ok(wrong)
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part)).concat()
}

/// Sixteen letters that nobody has used before.
fn token() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    format!("{:016x}", RandomState::new().hash_one(std::time::SystemTime::now()))
}

/// The name of a test.
pub fn name(topic: &str, case: &Case, step: &Step, builder: Builder) -> String {
    let builder = match builder {
        Builder::Buildkit => "buildkit",
        Builder::Classic => "classic",
    };
    let name = format!("{}/{}", case.name, step.name()).replace(' ', "-");
    format!("cache-{topic}/{name}/{builder}")
}

/// The pairs with their builders.
pub fn pairs() -> Result<Vec<(String, Case, Step, Builder)>> {
    let mut all = Vec::new();
    for (topic, case) in pair::load()? {
        for step in &case.change {
            for builder in [Builder::Buildkit, Builder::Classic] {
                if step.expected(builder).is_some() {
                    all.push((topic.clone(), case.clone(), step.clone(), builder));
                }
            }
        }
    }
    Ok(all)
}
