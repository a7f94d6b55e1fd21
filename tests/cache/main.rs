//! The cache simulator, held against the pairs of file and change in `pairs/`, each one measured: `tests/engine` builds them on
//! real builders and compares instruction by instruction. Here no engine is needed.

mod pair;

use anyhow::{Context as _, Result, ensure};
use dockfix::model::cache::Builder;
use libtest_mimic::{Arguments, Failed, Trial};

use pair::{Case, Step};

/// No build is made here, so any text will do.
const TOKEN: &str = "0123456789abcdef";

const BUILDERS: [(Builder, &str); 2] = [(Builder::Buildkit, "buildkit"), (Builder::Classic, "classic")];

fn main() {
    if std::env::var_os("DOCKFIX_BLESS").is_some() {
        bless().expect("the pairs can be written");
    }
    let arguments = Arguments::from_args();
    let cases = pair::load().expect("the pairs can be read");
    let mut trials = Vec::new();
    for (topic, case) in cases {
        for step in case.change.clone() {
            for (builder, name) in BUILDERS {
                if step.expected(builder).is_none() {
                    continue;
                }
                let (case, step) = (case.clone(), step.clone());
                let name = format!("{topic}: {}: {}: {name}", case.name, step.name());
                let trial = move || check(&case, &step, builder).map_err(|error| Failed::from(format!("{error:#}")));
                trials.push(Trial::test(name, trial));
            }
        }
    }
    assert!(trials.len() > 100, "only {} trials", trials.len());
    libtest_mimic::run(&arguments, trials).exit();
}

/// Writes what the simulator says into the pairs. Only `tests/engine` can tell whether it is right.
fn bless() -> Result<()> {
    for path in pair::files()? {
        let mut document: toml_edit::DocumentMut = std::fs::read_to_string(&path)?.parse()?;
        let tables = document["case"].as_array_of_tables_mut().context("cases")?;
        for (case, table) in pair::read(&path)?.iter().zip(tables.iter_mut()) {
            let changes = table["change"].as_array_of_tables_mut().context("changes")?;
            for (step, change) in case.change.iter().zip(changes.iter_mut()) {
                for (builder, key) in BUILDERS {
                    let Some(old) = step.expected(builder) else { continue };
                    let folder = tempfile::tempdir()?;
                    case.lay_out(folder.path(), TOKEN)?;
                    let found = pair::written(&case.simulate(step, folder.path(), builder, TOKEN)?);
                    if found != pair::expected(old) {
                        change[key] = toml_edit::value(found);
                    }
                }
            }
        }
        std::fs::write(path, document.to_string())?;
    }
    Ok(())
}

fn check(case: &Case, step: &Step, builder: Builder) -> Result<()> {
    let folder = tempfile::tempdir()?;
    case.lay_out(folder.path(), TOKEN)?;
    let simulation = case.simulate(step, folder.path(), builder, TOKEN)?;
    let (found, expected) = (pair::written(&simulation), pair::expected(step.expected(builder).unwrap_or_default()));
    let reasons: Vec<String> = simulation
        .rows
        .iter()
        .map(|row| format!("{} {}: {}", row.line, row.verdict.name(), row.reason.sentence()))
        .collect();
    ensure!(found == expected, "`{found}` instead of `{expected}`\n{}", reasons.join("\n"));
    Ok(())
}
