//! What is said when all files are done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::names::Names;
use super::output::Output;
use super::process::Processed;
use super::work::Mode;
use crate::context::compose::Build;
use crate::model::bust;
use crate::model::rebuild::{Again, Rebuild, quoted};
use crate::report::json::Summary;
use crate::report::{Done, FileOutcome, Status, harmless};
use crate::rewrite::bust_point;
use crate::settings::Applicability;
use crate::syntax::{Dockerfile, SyntaxKind};

/// Changed files that are named in full, and for which commands are spelled out.
const NAMED_FILES: usize = 20;

/// What happened to all files so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// The numbers.
    pub summary: Summary,
    /// Findings by what becomes of them.
    statuses: BTreeMap<&'static str, usize>,
    /// The first files that changed.
    changed: Vec<Changed>,
    /// Folders other than the one dockfix was started in, in which a part of the diff is to be applied.
    bases: BTreeSet<PathBuf>,
}

/// A file that changed.
#[derive(Debug)]
struct Changed {
    name: String,
    path: Option<PathBuf>,
    rules: BTreeSet<&'static str>,
    context: Option<PathBuf>,
    builds: Vec<Arc<Build>>,
    /// The paths in the image that its findings are about.
    paths: Vec<String>,
    /// A build argument that now makes something run again.
    point: Option<String>,
    /// Whether it is an ignore file that changed, and no Dockerfile.
    ignore_file: bool,
}

impl Tally {
    /// Counts one more file.
    pub fn add(&mut self, processed: &Processed) {
        self.summary.add(&processed.report);
        let FileOutcome::Done(done) = &processed.report.outcome else { return };
        for reported in &done.findings {
            let kind = match (reported.status, reported.finding.applicability) {
                (Status::Applied, _) => "fixed",
                (Status::Suppressed, _) => "suppressed",
                (Status::Available, Applicability::Unsafe) => "unsafe",
                (Status::Available | Status::Display | Status::Failed, _) => "shown",
            };
            *self.statuses.entry(kind).or_default() += 1;
        }
        if done.changes.is_empty() {
            return;
        }
        if let Some(base) = &processed.base {
            self.bases.insert(base.clone());
        }
        if self.changed.len() < NAMED_FILES {
            let fixed = || done.findings.iter().filter(|reported| reported.status == Status::Applied);
            let own = processed.path.as_ref();
            let alone = done.changes.first().filter(|change| own.is_some_and(|own| *own != change.path));
            self.changed.push(Changed {
                name: alone.map_or_else(|| processed.report.shown.clone(), |change| change.name.display().to_string()),
                ignore_file: alone.is_some(),
                rules: fixed().map(|reported| reported.finding.rule).collect(),
                path: processed.path.clone(),
                context: processed.context.clone(),
                builds: processed.builds.clone(),
                paths: fixed().flat_map(|reported| reported.finding.paths.clone()).collect(),
                point: point(done),
            });
        }
    }

    /// Says how it went.
    pub fn tell(&self, mode: Mode, names: &Names, output: &mut Output) {
        if output.is_quiet() {
            return;
        }
        match mode {
            Mode::Diff => self.tell_diff(names, output),
            Mode::Apply | Mode::Interactive => self.tell_apply(names, output),
            Mode::Check => self.tell_check(output),
        }
    }

    fn count(&self, kind: &str) -> usize {
        self.statuses.get(kind).copied().unwrap_or_default()
    }

    fn tell_diff(&self, names: &Names, output: &mut Output) {
        let files = counted(self.summary.files, "file");
        let mut line = match self.summary.changed {
            0 => format!("{files}, nothing to change"),
            changed => format!("{changed} of {files} would change; `dockfix --apply` writes it"),
        };
        line.push_str(&self.rest("`dockfix check` shows"));
        line.push_str(&self.left_out());
        output.note(&line);
        for base in self.bases.iter().filter(|base| base.as_path() != names.folder()) {
            output.note(&format!("names in the diff are relative to {}; apply it there", base.display()));
        }
    }

    fn tell_check(&self, output: &mut Output) {
        let findings = counted(self.summary.findings, "finding");
        let mut line = format!("{findings} in {}", counted(self.summary.files, "file"));
        line.push_str(&match (self.count("fixed"), self.count("unsafe")) {
            (0, 0) => String::new(),
            (fixed, 0) => format!("; `dockfix --apply` mends {fixed}"),
            (0, not_safe) => format!("; `dockfix --apply --unsafe` mends {not_safe}"),
            (fixed, not_safe) => format!("; `dockfix --apply` mends {fixed}, and `--unsafe` {not_safe} more"),
        });
        line.push_str(&self.left_out());
        output.note(&line);
    }

    fn tell_apply(&self, names: &Names, output: &mut Output) {
        for Changed { name, rules, .. } in &self.changed {
            let rules: Vec<&str> = rules.iter().copied().collect();
            let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join(", ")) };
            output.note(&format!("changed {name}{rules}"));
        }
        let files = counted(self.summary.files, "file");
        let rest = self.rest("`dockfix check` shows") + &self.left_out();
        output.note(&format!("{} of {files} changed{rest}", self.summary.changed));
        if let Some(changed) = self.changed.first() {
            output.block(&rebuild(changed, names.folder()));
        }
    }

    /// Findings that are no part of the changes.
    fn rest(&self, how: &str) -> String {
        let rest = self.count("unsafe") + self.count("shown");
        if rest == 0 { String::new() } else { format!("; {how} {}", counted(rest, "more finding")) }
    }

    /// Files on which no work was done.
    fn left_out(&self) -> String {
        match (self.summary.errors, self.summary.skipped) {
            (0, 0) => String::new(),
            (0, skipped) => format!("; {skipped} skipped"),
            (errors, 0) => format!("; {errors} failed"),
            (errors, skipped) => format!("; {errors} failed, {skipped} skipped"),
        }
    }
}

/// How to see the change in the image. `ls -n` shows numbers, which mean the same on every machine; `docker create`
/// takes a command since an image may have none, and never runs it.
fn rebuild(changed: &Changed, folder: &Path) -> String {
    const MOST_PATHS: usize = 5;
    let paths = &changed.paths;
    if changed.ignore_file {
        let root = changed.context.as_deref().unwrap_or(folder);
        let root = if root == folder { String::new() } else { format!(" {}", quoted(&root.display().to_string())) };
        return format!("\nTo see what builders are sent now:\n    {}\n", harmless(&format!("dockfix context{root}")));
    }
    let (dockerfile, context) = (changed.path.as_deref(), changed.context.as_deref());
    let command = Rebuild { folder: Some(folder), ..Rebuild::new(dockerfile, context, &changed.builds) };
    if let (true, Some(name)) = (paths.is_empty(), &changed.point) {
        let command = harmless(&command.command(Again::Below(name)));
        return format!("\nTo run again what follows the point:\n    {command}\n");
    }
    let listed: Vec<String> = paths.iter().take(MOST_PATHS).map(|path| quoted(path)).collect();
    let listed = if listed.is_empty() { "PATH".to_owned() } else { listed.join(" ") };
    // The names in a tar stream have no slash in front.
    let searched = paths.first().map_or_else(|| "PATH".to_owned(), |path| quoted(path.trim_start_matches('/')));
    // A service may have volumes over what is in its image, and an image need not have a name there.
    let built = match command.build {
        Some(_) => format!("\nTo build it again:\n    {}\n", harmless(&command.command(Again::Nothing))),
        None => String::new(),
    };
    format!(
        "{built}\nTo see the change in the image:\n\
         \x20   {}\n\
         \x20   docker run --rm --entrypoint ls IMAGE -lnd {listed}\n\
         and where the image has no ls:\n\
         \x20   docker export \"$(docker create IMAGE x)\" | tar -tv | grep -F {searched}\n",
        harmless(&command.with_docker(Again::Nothing, "-t IMAGE"))
    )
}

/// A build argument of the new text that is there to miss the cache, and that was not there or did not do it.
fn point(done: &Done) -> Option<String> {
    let change = done.changes.first()?;
    let names = |text: &str| -> Vec<String> {
        let instructions = Dockerfile::parse(text).instructions();
        let arguments = instructions.iter().filter(|it| it.kind() == SyntaxKind::ArgInstruction);
        arguments.flat_map(bust::names).collect()
    };
    let (before, after) = (names(change.before.as_deref()?), names(&change.after));
    let uses = |text: &str, name: &str| text.matches(&bust_point::depends_on(name)).count();
    let works_now = |name: &&String| {
        !before.contains(name) || uses(&change.after, name) > uses(change.before.as_deref().unwrap_or_default(), name)
    };
    after.iter().find(works_now).cloned()
}

/// A number with its noun.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
