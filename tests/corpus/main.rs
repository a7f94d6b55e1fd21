//! Zero harm on real Dockerfiles: everything below `DOCKFIX_CORPUS`, rewritten with all rules and judged.
//!
//! `DOCKFIX_CORPUS` names a directory of Dockerfiles, loose ones or whole repositories; nothing in it is changed, the work is
//! done on a copy below `target/corpus`. Without the variable the tests are ignored, by name. Totals for each rule are
//! printed, and every offender is written to `target/corpus/offenders-safe.txt` and `offenders-unsafe.txt`.
//! `tests/differential/setup.sh` brings BuildKit's parser, which has the last word on what is a Dockerfile.

mod copy;
mod judge;
#[path = "../differential/oracle.rs"]
mod oracle;
mod run;
#[allow(dead_code, reason = "only the verdicts of BuildKit's parser are used here")]
#[path = "../differential/view.rs"]
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use dockfix::syntax::Dockerfile;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::oracle::Oracle;
use crate::run::Report;

fn main() {
    let mut arguments = Arguments::from_args();
    // Each of the two is bound by the processor, and both would share one copy.
    arguments.test_threads = Some(1);
    let corpus = std::env::var_os("DOCKFIX_CORPUS").map(PathBuf::from);
    let trials = [("safe", false), ("unsafe", true)].map(|(name, not_safe)| {
        let corpus = corpus.clone();
        let ignored = corpus.is_none();
        let test = move || -> Result<(), Failed> {
            let corpus =
                corpus.as_deref().context("DOCKFIX_CORPUS names no directory").map_err(|error| error.to_string())?;
            check(corpus, name, not_safe).map_err(|error| Failed::from(format!("{error:#}")))
        };
        Trial::test(format!("corpus/{name}"), test).with_ignored_flag(ignored)
    });
    let python = oracle::python();
    let ignored = python.is_none();
    let test = move || judges_what_it_must(&mut Oracle::start(&python.ok_or("no Python with BuildKit's parser")?));
    let judged = Trial::test("judge_sees_harm", test).with_ignored_flag(ignored);
    libtest_mimic::run(&arguments, trials.into_iter().chain([judged]).collect()).exit();
}

/// A judge that finds nothing proves nothing.
fn judges_what_it_must(oracle: &mut Oracle) -> Result<(), Failed> {
    let mut check = |before: &str, after: &str, rules: &[&str], expected: &str| {
        let rules = rules.iter().copied().collect();
        let found = judge::judge(before, after, &rules, oracle).join("\n");
        assert!(if expected.is_empty() { found.is_empty() } else { found.contains(expected) }, "{after:?}: {found}");
    };
    let chmod = ["copy-without-chmod"];
    check("FROM a\nCOPY x /x\n", "FROM a\nCOPY --chmod=755 x /x\n", &chmod, "");
    check("FROM a\nCOPY x /x\n", "FROM a\nCOPY x /x\nRUN chmod +x /x\n", &chmod, "");
    check("FROM a\nCOPY x /x\n", "FROM a\nCOPY --chown=b x /x\n", &chmod, "lost or changed");
    check("FROM a\nCOPY x /x\n", "FROM a\nCOPY x /y\n", &chmod, "appeared");
    check("FROM a\nLABEL a=\"b\"\n", "FROM a\nLABEL a=b\n", &chmod, "lost or changed");
    check("FROM a\nLABEL a=b\n", "FROM a\nLABEL a=c\n", &chmod, "lost or changed");
    check("FROM a\n# b\nRUN c\n", "FROM a\nRUN c\n", &chmod, "lost the comment `# b`");
    check("FROM a\nRUN c \\\n # b\n d\n", "FROM a\nRUN c \\\n d\n", &chmod, "lost the comment `# b`");
    check("FROM a\n", "FROM a\nRUN b <<C\n", &chmod, "BuildKit refuses it");
    check("FROM a\nCMD b\n", "FROM a\nARG B\nCMD b\n", &chmod, "appeared");
    check("FROM a\nCMD b\n", "FROM a\nARG B\nCMD b\n", &["fetch-without-cache-bust"], "");
    Ok(())
}

/// Rewrites a copy of `corpus` and judges all of it.
fn check(corpus: &Path, name: &str, not_safe: bool) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/corpus");
    let work = folder.join(name);
    let python = oracle::python().context("run tests/differential/setup.sh first: BuildKit's parser is missing")?;
    let copied = copy::copy(corpus, &work)?;
    ensure!(!copied.is_empty(), "{} holds no Dockerfile", corpus.display());
    let first = run::apply(&work, not_safe)?;
    let second = run::would_change(&work, not_safe)?;
    let mut offenders: Vec<String> = second.into_iter().map(|path| format!("{path}: changes again")).collect();
    offenders.extend(first.iter().flat_map(|(path, file)| file.bugs.iter().map(move |bug| format!("{path}: {bug}"))));
    let changed = judge_all(&copied, &work, &first, &mut Oracle::start(&python), &mut offenders)?;
    println!("{name}: {} files, {changed} changed, {} offenders", copied.len(), offenders.len());
    print!("{}", totals(&first));
    let list = folder.join(format!("offenders-{name}.txt"));
    fs::write(&list, offenders.join("\n"))?;
    fs::remove_dir_all(&work)?;
    match offenders.first() {
        None => Ok(()),
        Some(offender) => bail!("{} offenders in {}, the first: {offender}", offenders.len(), list.display()),
    }
}

/// Judges every file of the corpus, and returns how many changed.
fn judge_all(
    copied: &BTreeMap<String, PathBuf>,
    work: &Path,
    reports: &BTreeMap<String, Report>,
    oracle: &mut Oracle,
    offenders: &mut Vec<String>,
) -> Result<usize> {
    let mut changed = 0;
    for (path, original) in copied {
        let before = fs::read(original)?;
        let after = fs::read(work.join(path)).with_context(|| format!("{path} is gone"))?;
        if let Ok(text) = std::str::from_utf8(&before)
            && Dockerfile::parse(text).text() != text
        {
            offenders.push(format!("{path}: the tree is not the text"));
        }
        if before == after {
            continue;
        }
        changed += 1;
        let rules: BTreeSet<&str> = reports.get(path).map(|report| report.applied()).unwrap_or_default();
        let found = match (String::from_utf8(before), String::from_utf8(after)) {
            (Ok(before), Ok(after)) => judge::judge(&before, &after, &rules, oracle),
            _ => vec!["changed, although it is no text".to_owned()],
        };
        offenders.extend(found.into_iter().map(|what| format!("{path}: {what}")));
    }
    Ok(changed)
}

/// Findings for each rule, by what became of them.
fn totals(reports: &BTreeMap<String, Report>) -> String {
    let mut counts = BTreeMap::<(&str, &str), usize>::new();
    for finding in reports.values().flat_map(|report| &report.findings) {
        *counts.entry((&finding.rule, &finding.status)).or_default() += 1;
    }
    counts.iter().fold(String::new(), |mut text, ((rule, status), count)| {
        let _ = writeln!(text, "{rule:32} {status:12} {count:7}");
        text
    })
}
