//! Every text that some order of the rules can lead to.
//!
//! One rule at a time is applied until nothing changes, from every text that was reached, so that all orders and all
//! repetitions are seen, but each text only once.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result, bail, ensure};
use dockfix::fix::{Outcome, Texts};
use dockfix::rules::{REGISTRY, Registered, Turn};
use dockfix::settings::Applicability;
use dockfix::syntax::Dockerfile;

use crate::project::{Project, Rules};

/// More texts than this come only from rules that never rest.
const TEXTS: usize = 500;

/// Rules of which the first leaves the second nothing to do, so that it matters which comes first when they are applied one
/// at a time: either text is right, and they come to rest in any case.
const EITHER: [(&str, &str); 5] = [
    // What belongs to the user, the user may change: the RUN no longer fails.
    ("copy-without-chown", "mode-change-as-non-root"),
    // Once the RUN works as root, it covers what another RUN would have been inserted for.
    ("copy-without-chmod", "mode-change-as-non-root"),
    // A mode that stands in a flag is what somebody decided; one in a RUN is looked at.
    ("chmod-after-copy", "copy-without-chmod"),
    // Both keep out the host's `node_modules`, the one where it is, the other one everywhere.
    ("dockerignore-shallow-pattern", "install-after-source"),
    // Both add to the ignore file, and what one has written the other need not.
    ("dockerignore-missing-entries", "install-after-source"),
];

/// Checks what the module `main` says about all sets of rules that have something to do in `dockerfile`.
///
/// # Errors
/// What does not hold, with the texts that show it.
pub fn check(project: &Project, dockerfile: &str, level: Applicability) -> Result<()> {
    if !Dockerfile::parse(dockerfile).errors().is_empty() {
        return Ok(());
    }
    let texts = project.texts(dockerfile);
    let all: Rules = REGISTRY.iter().collect();
    let mut busy = check_selected(project, &texts, &all, level)?;
    check_all(project, &texts, &all, level)?;
    // A rule that has to be asked for may change what others do just by being selected.
    busy.extend(REGISTRY.iter().filter(|registered| !registered.meta.default).map(|registered| registered.meta.slug));
    for count in 0..1_u32 << busy.len() {
        let is_chosen = |slug| busy.iter().position(|it| *it == slug).is_some_and(|at| count & (1 << at) != 0);
        let selected: Rules = REGISTRY.iter().filter(|registered| is_chosen(registered.meta.slug)).collect();
        check_selected(project, &texts, &selected, level)?;
    }
    Ok(())
}

/// The same for one set of rules; gives those that had something to do.
fn check_selected(
    project: &Project,
    texts: &Texts,
    selected: &Rules,
    level: Applicability,
) -> Result<BTreeSet<&'static str>> {
    let what = || format!("{} of {}", level.name(), names(selected));
    let together = run(project, texts, selected, selected, level).with_context(what)?;
    let mut graph = Graph { project, selected, level, changes: HashMap::new(), busy: BTreeSet::new() };
    graph.visit(texts, &mut Vec::new()).with_context(what)?;
    let is_selected = |slug| selected.iter().any(|rule| rule.meta.slug == slug);
    let either = EITHER.iter().any(|(one, other)| is_selected(*one) && is_selected(*other));
    for (end, changes) in &graph.changes {
        ensure!(
            *changes || *end == together || either,
            "{}: one at a time, they may end in another text than together:\n{}",
            what(),
            show(&[&together, end])
        );
    }
    Ok(graph.busy)
}

/// Runs all rules in another order of their list, and behind one of them alone: as somebody does it who selects one rule
/// first, and all of them later.
fn check_all(project: &Project, texts: &Texts, all: &Rules, level: Applicability) -> Result<()> {
    let together = run(project, texts, all, all, level)?;
    let backwards = all.iter().rev().copied().collect();
    let reversed = run(project, texts, &backwards, all, level)?;
    let level_name = level.name();
    ensure!(
        together == reversed,
        "{level_name}: another order of the list gives another text:\n{}",
        show(&[&together, &reversed])
    );
    for rule in all {
        let slug = rule.meta.slug;
        let alone = run(project, texts, &vec![*rule], &vec![*rule], level).with_context(|| slug.to_owned())?;
        if alone != *texts {
            run(project, &alone, all, all, level).with_context(|| format!("{level_name}, after {slug} alone"))?;
        }
    }
    Ok(())
}

/// Runs rules, and once more, which must change nothing.
fn run(project: &Project, texts: &Texts, running: &Rules, selected: &Rules, level: Applicability) -> Result<Texts> {
    let Outcome { texts: after, bugs, .. } = project.run(texts, running, selected, level);
    ensure!(bugs.is_empty(), "fixes were taken back: {bugs:#?}\nin\n{}", texts.dockerfile);
    let errors = Dockerfile::parse(after.dockerfile.as_str()).errors().len();
    ensure!(errors == 0, "the result has {errors} syntax errors:\n{}", after.dockerfile);
    let again = project.run(&after, running, selected, level);
    ensure!(again.rounds == 0, "a second run changes the text:\n{}", show(&[&after, &again.texts]));
    Ok(after)
}

/// A walk over all texts that the rules can make.
struct Graph<'a> {
    project: &'a Project,
    selected: &'a Rules,
    level: Applicability,
    /// The texts that were reached, and whether a rule changes them further.
    changes: HashMap<Texts, bool>,
    busy: BTreeSet<&'static str>,
}

impl Graph<'_> {
    /// Goes to every text behind `texts`. `path` holds those on the way here.
    fn visit(&mut self, here: &Texts, path: &mut Vec<Texts>) -> Result<()> {
        if path.contains(here) {
            bail!("rules undo each other:\n{}", show(&path.iter().collect::<Vec<_>>()));
        }
        if self.changes.contains_key(here) {
            return Ok(());
        }
        self.changes.insert(here.clone(), false);
        ensure!(self.changes.len() <= TEXTS, "the rules never come to rest");
        path.push(here.clone());
        // What goes first is not waited for by others, and what goes last waits for all, as in a run of all together.
        for turn in [Turn::First, Turn::Usual, Turn::Last] {
            if self.changes[here] {
                break;
            }
            for rule in self.selected.iter().filter(|rule| rule.meta.turn == turn) {
                let after = run(self.project, here, &vec![*rule], self.selected, self.level)
                    .with_context(|| rule.meta.slug.to_owned())?;
                if after != *here {
                    self.busy.insert(rule.meta.slug);
                    self.changes.insert(here.clone(), true);
                    self.visit(&after, path)?;
                }
            }
        }
        path.pop();
        Ok(())
    }
}

fn names(rules: &[&Registered]) -> String {
    rules.iter().map(|registered| registered.meta.slug).collect::<Vec<_>>().join(", ")
}

fn show(texts: &[&Texts]) -> String {
    texts.iter().map(|texts| texts.dockerfile.as_str()).collect::<Vec<_>>().join("\n--- and\n")
}
