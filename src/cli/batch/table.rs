//! What is said when a batch is done: by outcome, by rule, and the repositories that somebody has to look at.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::record::{Counts, Outcome, Record};
use crate::cli::args::BatchOptions;
use crate::cli::output::Output;
use crate::report::harmless;

/// Repositories that are named, of each kind.
const NAMED: usize = 10;

/// What became of all repositories so far.
pub struct Table {
    total: usize,
    /// How many were done by an earlier run.
    earlier: usize,
    outcomes: BTreeMap<Outcome, usize>,
    rules: BTreeMap<String, (Counts, usize)>,
    files: usize,
    changed_files: usize,
    /// The first that are not well, with the reason.
    unwell: Vec<(String, Outcome, String)>,
    /// Those with the most changes.
    busiest: Vec<(usize, String, String)>,
}

impl Table {
    /// Nothing of `total` repositories is done.
    #[must_use]
    pub fn new(total: usize) -> Self {
        let (outcomes, rules, unwell, busiest) = Default::default();
        Self { total, earlier: 0, outcomes, rules, files: 0, changed_files: 0, unwell, busiest }
    }

    /// Counts one more repository, done by an `earlier` run or by this one.
    pub fn add(&mut self, record: &Record, earlier: bool) {
        self.earlier += usize::from(earlier);
        *self.outcomes.entry(record.outcome).or_default() += 1;
        self.files += record.part.files;
        self.changed_files += record.part.changed.len();
        for (rule, counts) in &record.part.findings {
            let (sum, repositories) = self.rules.entry(rule.clone()).or_default();
            sum.add(*counts);
            *repositories += 1;
        }
        if !record.outcome.is_well() && self.unwell.len() < NAMED {
            let place = |error: &super::record::Failure| match error.name.path.as_str() {
                "" => String::new(),
                path => format!("{path}: "),
            };
            let first = record.part.errors.first();
            let why = first.map(|error| format!("{}{}; {}", place(error), error.message, error.help));
            self.unwell.push((record.repository.clone(), record.outcome, why.unwrap_or_default()));
        }
        if record.part.changed.len() > 1 {
            let rules: std::collections::BTreeSet<&str> =
                record.part.changed.iter().flat_map(|changed| &changed.rules).map(String::as_str).collect();
            let rules = rules.into_iter().collect::<Vec<_>>().join(", ");
            self.busiest.push((record.part.changed.len(), record.repository.clone(), rules));
            self.busiest.sort_by(|left, right| (Reverse(left.0), &left.1).cmp(&(Reverse(right.0), &right.1)));
            self.busiest.truncate(NAMED);
        }
    }

    /// How many repositories had this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    /// Whether everything was done.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.outcomes.keys().all(|outcome| outcome.is_well())
    }

    fn unwell_count(&self) -> usize {
        self.outcomes.iter().filter(|(outcome, _)| !outcome.is_well()).map(|(_, count)| count).sum()
    }

    /// Says how it went.
    pub fn tell(&self, options: &BatchOptions, output: &mut Output) {
        if output.is_quiet() {
            return;
        }
        output.block(&self.text());
        output.note(&self.next(options));
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        for (outcome, count) in &self.outcomes {
            writeln!(text, "{:>8}  {}", count, outcome.name())?;
        }
        let earlier = if self.earlier > 0 { format!(", {} of them done before", self.earlier) } else { String::new() };
        writeln!(text, "{:>8}  repositories in all, with {} Dockerfiles{earlier}", self.total, self.files)?;
        if !self.rules.is_empty() {
            let width = self.rules.keys().map(String::len).max().unwrap_or_default();
            writeln!(text, "\n{:width$}  repositories  changes  with --unsafe  only shown", "rule")?;
            for (rule, (counts, repositories)) in &self.rules {
                let Counts { applied, not_safe, shown } = counts;
                writeln!(text, "{rule:width$}  {repositories:>12}  {applied:>7}  {not_safe:>13}  {shown:>10}")?;
            }
        }
        if !self.busiest.is_empty() {
            writeln!(text, "\nmost changed files:")?;
            for (files, name, rules) in &self.busiest {
                writeln!(text, "{files:>8}  {} ({rules})", harmless(name))?;
            }
        }
        if !self.unwell.is_empty() {
            writeln!(text, "\nto be looked at:")?;
            for (name, outcome, why) in &self.unwell {
                writeln!(text, "  {}: {}: {}", harmless(name), outcome.name(), harmless(why))?;
            }
            let more = self.unwell_count() - self.unwell.len();
            if more > 0 {
                writeln!(text, "  and {more} more; their lines of JSON say why")?;
            }
        }
        writeln!(text)
    }

    /// What to do now.
    fn next(&self, options: &BatchOptions) -> String {
        let (would, changed) = (self.changed_files, self.count(Outcome::Changed));
        if self.total == 0 {
            return "no repository is in this part".to_owned();
        }
        if options.apply {
            return match changed {
                0 => "nothing to change".to_owned(),
                _ => "written; look at it with `git diff` in the repositories, and build the images".to_owned(),
            };
        }
        if let (Some(branch), true) = (&options.branch, changed > 0) {
            return format!("committed; look at it with `git show {branch}` in the repositories, and push it");
        }
        match (&options.patch_dir, would) {
            (_, 0) => "nothing to change".to_owned(),
            (Some(folder), _) => {
                format!("patches are in {}; `git apply` takes each in its repository", folder.display())
            }
            (None, _) => {
                "nothing was written; `--apply` writes into the work trees, `--patch-dir DIR` writes patches, and \
                 `--commit -b BRANCH -m TEXT` commits to a branch"
                    .to_owned()
            }
        }
    }
}
