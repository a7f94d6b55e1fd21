//! Every case folder of every rule, run through the real binary.
//!
//! One test per case and variant, named `rule/case/variant`: `plain` is the text as written, the others are made from it
//! ([`variants`]). Each asserts what `dockfix check --format json` reports, what `dockfix --apply` writes, and that a
//! second run writes nothing. Whether the written text then builds is the business of `tests/engine`.

mod binary;
#[path = "../support/mod.rs"]
mod support;
mod variants;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;

use crate::binary::{Dockfix, Finding};
use support::case::{Applicability, Case, Expect, Place, Side, Variant};

/// The rules that say what their fixes give.
const GAINS: [&str; 4] = ["bust-before", "fetch-without-cache-bust", "inert-cache-bust", "install-after-source"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("cases: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut trials = variants::trials();
    let cases = Case::load_all(&rules)?;
    let unproven = unproven(&cases);
    trials.push(Trial::test("every_fix_is_built", move || match unproven.as_slice() {
        [] => Ok(()),
        names => Err(Failed::from(format!("neither image.toml nor `not_built` in case.toml:\n{}", names.join("\n")))),
    }));
    for case in cases {
        let case = Arc::new(case);
        for variant in std::iter::once(None).chain(case.variants().into_iter().map(Some)) {
            let name = format!("{}/{}/{}", case.rule, case.name, variants::name(variant));
            let case = Arc::clone(&case);
            trials.push(Trial::test(name, move || {
                Test::new(&case, variant).run().map_err(|error| Failed::from(format!("{error:#}")))
            }));
        }
    }
    Ok(trials)
}

/// The cases with a fix that no builder is asked about, and that do not say why.
fn unproven(cases: &[Case]) -> Vec<String> {
    let fixes = cases.iter().filter(|case| case.expect() == Expect::Fix);
    let without = fixes.filter(|case| !case.is_built() && case.settings.not_built.is_none());
    without.map(|case| format!("  {}/{}", case.rule, case.name)).collect()
}

/// A case in one of its variants.
struct Test<'a> {
    case: &'a Case,
    before: String,
    after: String,
    /// The level that the finding must have; `None` where there must be none.
    level: Option<Applicability>,
    /// Whether the fix needs `--unsafe`.
    needs_unsafe: bool,
    /// Whether everything runs in another build, of which nobody knows what it runs again.
    is_onbuild: bool,
}

impl<'a> Test<'a> {
    fn new(case: &'a Case, variant: Option<Variant>) -> Self {
        let level = level(case, variant);
        Self {
            before: variants::apply(variant, case.dockerfile(Side::Before)),
            after: variants::apply(variant, case.dockerfile(Side::After)),
            level,
            needs_unsafe: level == Some(Applicability::Unsafe) || variant == Some(Variant::Onbuild),
            is_onbuild: variant == Some(Variant::Onbuild),
            case,
        }
    }

    fn run(&self) -> Result<()> {
        let directory = TempDir::new()?;
        let mut dockfix = self.prepare(&directory)?;
        let findings = dockfix.check()?;
        self.check_findings(&findings)?;
        self.check_gains(&findings)?;
        if self.case.expect() != Expect::Fix {
            return self.check_result(&mut dockfix, &["--unsafe"], Side::Before);
        }
        if !self.needs_unsafe {
            return self.check_result(&mut dockfix, &[], Side::After);
        }
        let given = self.case.settings.args.iter().any(|it| it == "--unsafe");
        if self.level == Some(Applicability::Unsafe) && !given {
            self.check_result(&mut dockfix, &[], Side::Before)?;
        }
        self.check_result(&mut dockfix, if given { &[] } else { &["--unsafe"] }, Side::After)
    }

    /// What `dockfix check` reports.
    fn check_findings(&self, findings: &[Finding]) -> Result<()> {
        let shown = || findings.iter().map(|it| format!("\n  {it}")).collect::<String>();
        match self.case.expect() {
            Expect::Silent => ensure!(findings.is_empty(), "must be silent, but reports:{}", shown()),
            Expect::Display => {
                ensure!(!findings.is_empty(), "reports nothing, but must show a finding");
                ensure!(
                    findings.iter().all(|it| it.applicability == "display"),
                    "must only show, but reports:{}",
                    shown()
                );
            }
            Expect::Fix => ensure!(findings.iter().any(|it| it.has_fix), "there is no fix, but:{}", shown()),
        }
        let Some(level) = self.level else { return Ok(()) };
        let reason = self.case.settings.reason.as_deref().unwrap_or_default();
        ensure!(
            findings.iter().any(|it| it.applicability == name(level) && it.says(reason)),
            "no {} finding says `{reason}`, but:{}",
            name(level),
            shown()
        );
        Ok(())
    }

    /// Whether each fix of a rule of the layer cache does what it is for, as the cache simulator sees it.
    fn check_gains(&self, findings: &[Finding]) -> Result<()> {
        let settings = &self.case.settings;
        let fixes = || findings.iter().filter(|finding| finding.has_fix);
        if !GAINS.contains(&self.case.rule.as_str()) || self.is_onbuild {
            return Ok(());
        }
        if settings.no_gain.is_some() {
            ensure!(fixes().all(|it| it.gain.is_null()), "`no_gain` says why there is no gain, but there is one");
            return Ok(());
        }
        for finding in fixes() {
            // What the simulator sees no difference in is null.
            ensure!(!finding.gain.is_null(), "the fix gives nothing: {finding}");
        }
        let Some(text) = &settings.gain else { return Ok(()) };
        let said = |it: &Finding| it.gain["text"].as_str().is_some_and(|gain| gain.contains(text.as_str()));
        let gains: Vec<String> = fixes().map(|it| it.gain["text"].to_string()).collect();
        ensure!(fixes().any(said), "no gain says `{text}`, but: {}", gains.join("\n"));
        Ok(())
    }

    /// What `dockfix --apply` writes, and that a second run writes nothing more.
    fn check_result(&self, dockfix: &mut Dockfix, arguments: &[&str], expected: Side) -> Result<()> {
        let wanted = if expected == Side::After { &self.after } else { &self.before };
        let runs: &[&str] = if expected == Side::After { &["the first run", "the second run"] } else { &["a run"] };
        for what in runs {
            let (dockerfile, dockerignore) = dockfix.apply(arguments)?;
            if let Some(difference) = difference(wanted, &dockerfile) {
                bail!("{what} with {arguments:?} leaves another Dockerfile than expected:\n{difference}");
            }
            if let Some(wanted) = self.case.dockerignore(expected) {
                let found = dockerignore.unwrap_or_default();
                if let Some(difference) = difference(wanted, &found) {
                    bail!("{what} with {arguments:?} leaves another .dockerignore than expected:\n{difference}");
                }
            }
        }
        Ok(())
    }

    fn prepare(&self, directory: &TempDir) -> Result<Dockfix> {
        let root = directory.path().join("project");
        let dockerignore = self.case.dockerignore(Side::Before);
        let prepared = self.case.prepare_text(&root, &self.before, dockerignore, Place::InContext)?;
        Ok(Dockfix::new(self.case, prepared, &self.before))
    }
}

/// The level that a variant's finding must have. The context of an ONBUILD is that of another build, so no fix is safe there.
fn level(case: &Case, variant: Option<Variant>) -> Option<Applicability> {
    let plain = match (case.settings.applicability, case.expect()) {
        (Some(level), _) => Some(level),
        (None, Expect::Fix) => Some(Applicability::Safe),
        (None, Expect::Display) => Some(Applicability::Display),
        (None, Expect::Silent) => None,
    };
    match (variant, plain) {
        (Some(Variant::Onbuild), Some(Applicability::Safe)) => Some(Applicability::Unsafe),
        _ => plain,
    }
}

const fn name(level: Applicability) -> &'static str {
    match level {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Display => "display",
    }
}

/// The lines that differ, with line ends made visible; `None` if the texts are equal.
fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let visible = |text: &str| text.replace('\r', "␍").replace('\t', "␉");
    let (expected, found) = (visible(expected), visible(found));
    let diff = similar::TextDiff::from_lines(&expected, &found);
    Some(diff.unified_diff().header("expected", "found").to_string())
}

impl Finding {
    /// Whether its message or its reason contains `text`.
    fn says(&self, text: &str) -> bool {
        self.message.contains(text) || self.reason.contains(text)
    }
}
