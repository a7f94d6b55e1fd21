//! Compares our parser with BuildKit's own, and with two crates on what they can read.
//!
//! `tests/differential/setup.sh` makes the Python environment that holds BuildKit's parser. Without it the tests are
//! ignored by name; with `CI=true` its absence is a failure. `DOCKFIX_VERDICTS` may name a file of verdicts made elsewhere,
//! a JSON object a line with the `path` of the file that it is about.

mod compare;
mod crates;
mod gaps;
#[path = "../../benches/support/generate.rs"]
mod generate;
mod oracle;
mod view;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use dockfix::syntax::Dockerfile;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::oracle::Oracle;
use crate::view::Verdict;

/// How many mutations of each fixture, and how many generated files of each sort, are compared.
const MUTATIONS: u64 = 40;
const GENERATED: u64 = 6_000;

/// The name and the text of a file.
type Input = (String, String);

/// Where files come from.
type Source = fn() -> Vec<Input>;

fn main() {
    let arguments = Arguments::from_args();
    let python = oracle::python();
    assert!(
        python.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "run tests/differential/setup.sh first: BuildKit's parser is missing"
    );
    let ignored = python.is_none();
    let mut trials = Vec::new();
    if let Some(verdicts) = std::env::var_os("DOCKFIX_VERDICTS") {
        trials.push(Trial::test("buildkit::verdicts", move || stored_verdicts(Path::new(&verdicts))));
    }
    let oracle = Arc::new(Mutex::new(None));
    let sources: [(&str, Source); 4] = [
        ("fixtures", fixtures),
        ("mutated_fixtures", mutated_fixtures),
        ("ordinary_files", ordinary_files),
        ("hostile_files", hostile_files),
    ];
    for (name, source) in sources {
        let (oracle, python) = (Arc::clone(&oracle), python.clone());
        let run = move || {
            let mut oracle = oracle.lock().map_err(|error| error.to_string())?;
            let python = python.as_deref().ok_or("no Python with BuildKit's parser")?;
            let oracle = oracle.get_or_insert_with(|| Oracle::start(python));
            let files = source().into_iter().filter(|(_, text)| !text.contains('\0'));
            compare_all(files.map(|(name, text)| {
                let verdict = oracle.verdict(&text);
                (name, text, verdict)
            }))
        };
        trials.push(Trial::test(format!("buildkit::{name}"), run).with_ignored_flag(ignored));
    }
    trials.push(Trial::test("crates::fixtures_and_ordinary_files", || {
        let ordinary = (0..500).map(|seed| (format!("ordinary seed {seed}"), generate::average_file(seed)));
        crates::compare(fixtures().into_iter().chain(ordinary).collect())
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

/// Compares every file with its verdict, and reports what no gap explains.
fn compare_all(files: impl Iterator<Item = (String, String, Verdict)>) -> Result<(), Failed> {
    let mut explained: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let (mut total, mut accepted) = (0, 0);
    for (name, text, verdict) in files {
        let file = Dockerfile::parse(text);
        let newest = verdict.instr_ok.is_some();
        total += 1;
        accepted += usize::from(verdict.ok == Some(true));
        for difference in compare::differences(&file, &verdict) {
            match gaps::explained(&file, &difference, newest) {
                Some(gap) => {
                    *explained.entry(gap.name).or_default() += 1;
                    if gap.derails {
                        break;
                    }
                }
                None => {
                    unexplained.push(format!("{name}\n  {difference}\n  {:?}", shortened(file.text())));
                    break;
                }
            }
        }
    }
    println!("{total} files, {accepted} accepted by BuildKit");
    for gap in gaps::GAPS.iter().filter(|gap| explained.contains_key(gap.name)) {
        println!("  {} times {}: {}", explained[gap.name], gap.name, gap.reason);
    }
    if unexplained.is_empty() {
        return Ok(());
    }
    let shown = unexplained.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    Err(format!("{} unexplained differences, the first of them:\n{shown}", unexplained.len()).into())
}

fn shortened(text: &str) -> String {
    text.chars().take(600).collect()
}

fn fixtures() -> Vec<Input> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
        let name = entry.path().to_string_lossy().into_owned();
        if name.contains("Dockerfile")
            && let Ok(text) = std::fs::read_to_string(entry.path())
        {
            files.push((name, text));
        }
    }
    assert!(files.len() > 100, "the fixtures are missing");
    files
}

fn mutated_fixtures() -> Vec<Input> {
    let mutate = |(name, text): Input| {
        // The seeds come from the text, so that a new fixture changes nothing for the others.
        let base = text.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        (0..MUTATIONS).map(move |number| {
            let seed = base.wrapping_add(number);
            (format!("{name} seed {seed}"), generate::mutated_file(&text, seed))
        })
    };
    fixtures().into_iter().flat_map(mutate).collect()
}

fn ordinary_files() -> Vec<Input> {
    let file = |seed| {
        let text = generate::average_file(seed);
        (format!("ordinary seed {seed}"), if seed % 4 == 0 { text } else { generate::mutated_file(&text, seed) })
    };
    (0..GENERATED).map(file).collect()
}

fn hostile_files() -> Vec<Input> {
    (0..GENERATED).map(|seed| (format!("hostile seed {seed}"), generate::hostile_file(seed))).collect()
}

/// Verdicts made elsewhere, for instance over a large number of real files.
fn stored_verdicts(path: &Path) -> Result<(), Failed> {
    #[derive(serde::Deserialize)]
    struct Stored {
        path: String,
        #[serde(flatten)]
        verdict: Verdict,
    }
    let lines = std::fs::read_to_string(path)?;
    compare_all(lines.lines().filter_map(|line| {
        let stored: Stored = serde_json::from_str(line).ok()?;
        let text = std::fs::read_to_string(&stored.path).ok()?;
        Some((stored.path, text, stored.verdict))
    }))
}
