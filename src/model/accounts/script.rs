//! Follows a RUN as the shell does, with what is known of the accounts after each command that succeeded or failed.
//!
//! The instruction as a whole succeeds, since otherwise there is no image: what holds at the end is what holds on every
//! way on which the shell ends without an error.

use std::rc::Rc;

use super::Origin;
use super::simple;
use super::state::State;
use super::text::{Locals, Text};
use crate::model::Scope;
use crate::shell::{
    Clause, ClauseRole, Command, Compound, CompoundKind, Connector, Item, Script, ShellFlags, SimpleCommand, Word,
};

/// How many words of a `for` are gone through one by one.
const MAX_TURNS: usize = 8;
/// How deep calls of functions and loops are followed.
const MAX_DEPTH: usize = 4;

/// What holds in front of a command.
#[derive(Clone)]
pub(super) struct Here {
    pub(super) state: State,
    pub(super) locals: Rc<Locals>,
    /// Whether variables may have been set that nobody knows of (`. FILE`).
    pub(super) variables_unknown: bool,
    pub(super) flags: ShellFlags,
}

impl Here {
    fn join(&self, other: &Self) -> Self {
        let locals = if Rc::ptr_eq(&self.locals, &other.locals) {
            Rc::clone(&self.locals)
        } else {
            let names = self.locals.keys().chain(other.locals.keys());
            let both = |name: &String| match (self.locals.get(name), other.locals.get(name)) {
                (Some(one), Some(two)) if one == two => one.clone(),
                _ => Text::default(),
            };
            Rc::new(names.map(|name| (name.clone(), both(name))).collect())
        };
        Self {
            state: self.state.join(&other.state),
            locals,
            variables_unknown: self.variables_unknown || other.variables_unknown,
            flags: ShellFlags {
                errexit: self.flags.errexit && other.flags.errexit,
                pipefail: self.flags.pipefail && other.flags.pipefail,
            },
        }
    }

    pub(super) fn set(&mut self, name: &str, value: Text) {
        Rc::make_mut(&mut self.locals).insert(name.to_owned(), value);
    }

    /// Variables may have any value from here on.
    fn forget_locals(&mut self) {
        if !self.locals.is_empty() {
            Rc::make_mut(&mut self.locals).values_mut().for_each(|value| *value = Text::default());
        }
    }
}

/// One of two ways, or both.
fn either(one: Option<Here>, two: Option<Here>) -> Option<Here> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.join(&two)),
        (one, two) => one.or(two),
    }
}

/// What holds behind a command; `None` where that way cannot be taken.
#[derive(Clone, Default)]
pub(super) struct Outcome {
    pub(super) ok: Option<Here>,
    pub(super) fail: Option<Here>,
}

impl Outcome {
    /// It may succeed or fail, and changes nothing.
    pub(super) fn any(here: Here) -> Self {
        Self { ok: Some(here.clone()), fail: Some(here) }
    }

    pub(super) fn ok(here: Here) -> Self {
        Self { ok: Some(here), fail: None }
    }

    fn all(self) -> Option<Here> {
        either(self.ok, self.fail)
    }

    /// What the next command finds.
    fn next(self, optimistic: bool) -> Option<Here> {
        if optimistic { self.ok.or(self.fail) } else { self.all() }
    }

    fn or(self, other: Self) -> Self {
        Self { ok: either(self.ok, other.ok), fail: either(self.fail, other.fail) }
    }
}

/// Follows one script.
pub(super) struct Evaluator<'a> {
    pub(super) scope: &'a Scope,
    pub(super) origin: Origin,
    functions: Vec<(&'a str, &'a [Clause])>,
    /// How the shell, or the subshell or function that is followed, may have ended before its last command.
    ended: Outcome,
    depth: usize,
    /// Whether every command is taken to succeed that can.
    optimistic: bool,
    /// Whether a trap runs programs that manage accounts when the shell ends.
    pub(super) trapped: bool,
}

/// Why an account is likely only.
const UNNOTICED: &str = "the RUN that makes it goes on where a command fails";

/// What a RUN makes of the accounts. `None` if no way leads to its end, so that something was misunderstood.
pub(super) fn run(script: &Script, state: State, flags: ShellFlags, scope: &Scope, origin: Origin) -> Option<State> {
    let follow = |optimistic| -> Option<State> {
        let mut evaluator = Evaluator::new(scope, origin, optimistic);
        let here = Here { state: state.clone(), locals: Rc::default(), variables_unknown: false, flags };
        let end = evaluator.script(script, here, false);
        let mut state = either(end.ok, evaluator.ended.ok).map(|here| here.state)?;
        if evaluator.trapped {
            state.doubt("a trap of the RUN manages accounts");
        }
        Some(state)
    };
    let mut certain = follow(false)?;
    if certain.has_unknown(origin)
        && let Some(likely) = follow(true)
    {
        certain.hope(&likely, origin, UNNOTICED);
    }
    Some(certain)
}

/// What a RUN in exec form makes of the accounts.
pub(super) fn exec(words: &[Word], state: State, scope: &Scope, origin: Origin) -> Option<State> {
    let mut evaluator = Evaluator::new(scope, origin, false);
    let here = Here { state, locals: Rc::default(), variables_unknown: false, flags: ShellFlags::default() };
    simple::program(&mut evaluator, words, here).ok.map(|here| here.state)
}

impl<'a> Evaluator<'a> {
    fn new(scope: &'a Scope, origin: Origin, optimistic: bool) -> Self {
        Self { scope, origin, functions: Vec::new(), ended: Outcome::default(), depth: 0, optimistic, trapped: false }
    }

    fn script(&mut self, script: &'a Script, here: Here, ignored: bool) -> Outcome {
        let mut outcome = Outcome::ok(here);
        for list in parts(&script.items, |connector| connector == Connector::Sequence) {
            let Some(here) = outcome.next(self.optimistic) else { return Outcome::default() };
            outcome = self.and_or_list(list, here, ignored);
        }
        outcome
    }

    /// Pipelines joined by `&&` and `||`. `ignored`: `set -e` has no effect here.
    fn and_or_list(&mut self, items: &'a [Item], here: Here, ignored: bool) -> Outcome {
        let pipelines = parts(items, |connector| matches!(connector, Connector::And | Connector::Or));
        let background = items.first().is_some_and(|item| item.background);
        let before = background.then(|| here.clone());
        let mut left = Outcome::ok(here);
        for (index, pipeline) in pipelines.iter().enumerate() {
            let last = index + 1 == pipelines.len();
            let or = pipeline[0].connector == Connector::Or && index > 0;
            let (entry, passed) = if or {
                (left.fail, Outcome { ok: left.ok, fail: None })
            } else {
                (left.ok, Outcome { ok: None, fail: left.fail })
            };
            let Some(entry) = entry.filter(|_| !(or && self.optimistic && passed.ok.is_some())) else {
                left = passed;
                continue;
            };
            let ignored = ignored || !last || pipeline[0].negated || background;
            let mut outcome = self.pipeline(pipeline, entry, ignored);
            if pipeline[0].negated {
                std::mem::swap(&mut outcome.ok, &mut outcome.fail);
            }
            if last && !ignored && outcome.fail.as_ref().is_some_and(|here| here.flags.errexit) {
                self.ended.fail = either(self.ended.fail.take(), outcome.fail.take());
            }
            left = passed.or(outcome);
        }
        match before {
            Some(before) => Outcome { ok: either(Some(before), left.all()), fail: None },
            None => left,
        }
    }

    /// Commands joined by `|`; all of them run, each in a shell of its own.
    fn pipeline(&mut self, items: &'a [Item], here: Here, ignored: bool) -> Outcome {
        if let [item] = items {
            return self.command(&item.command, here, ignored);
        }
        if let Some(outcome) = simple::written_through_tee(self, items, &here) {
            return outcome;
        }
        let mut failed = None;
        let mut entry = here.clone();
        for (index, item) in items.iter().enumerate() {
            let outcome = self.subshell(entry.clone(), |evaluator, here| evaluator.command(&item.command, here, true));
            if index + 1 == items.len() {
                return outcome.or(Outcome { ok: None, fail: failed });
            }
            let next = if here.flags.pipefail {
                failed = either(failed, outcome.fail);
                outcome.ok
            } else {
                outcome.next(self.optimistic)
            };
            let Some(next) = next else { return Outcome { ok: None, fail: failed } };
            entry = next;
        }
        Outcome::default()
    }

    /// What is followed in a shell of its own keeps its variables and options for itself.
    fn subshell(&mut self, here: Here, follow: impl FnOnce(&mut Self, Here) -> Outcome) -> Outcome {
        let around = here.clone();
        let ended = std::mem::take(&mut self.ended);
        let outcome = follow(self, here);
        let inner = std::mem::replace(&mut self.ended, ended);
        let back = |here: Here| Here { state: here.state, ..around.clone() };
        let outcome = outcome.or(inner);
        Outcome { ok: outcome.ok.map(back), fail: outcome.fail.map(back) }
    }

    fn command(&mut self, command: &'a Command, here: Here, ignored: bool) -> Outcome {
        match command {
            Command::Simple(simple) => self.simple(simple, here),
            Command::Compound(compound) => {
                let mut outcome = self.compound(compound, here, ignored);
                if simple::writes_accounts(&compound.redirects, self.scope) {
                    for here in [&mut outcome.ok, &mut outcome.fail].into_iter().flatten() {
                        here.state.doubt(simple::REWRITTEN);
                    }
                }
                outcome
            }
        }
    }

    fn compound(&mut self, compound: &'a Compound, here: Here, ignored: bool) -> Outcome {
        match &compound.kind {
            CompoundKind::BraceGroup => self.clauses(&compound.clauses, here, ignored),
            CompoundKind::Subshell => {
                self.subshell(here, |evaluator, here| evaluator.clauses(&compound.clauses, here, ignored))
            }
            CompoundKind::If => self.branches(&compound.clauses, here, ignored),
            CompoundKind::Case { .. } => {
                let mut outcome = Outcome::default();
                let any = |clause: &Clause| clause.patterns.iter().any(|pattern| pattern.raw == "*");
                if !compound.clauses.iter().any(any) {
                    outcome.ok = Some(here.clone());
                }
                for clause in &compound.clauses {
                    outcome = outcome.or(self.script(&clause.script, here.clone(), ignored));
                }
                outcome
            }
            CompoundKind::For { variable, words } => self.for_loop(variable, words, &compound.clauses, here, ignored),
            CompoundKind::While | CompoundKind::Until | CompoundKind::ArithmeticFor => {
                self.repeated(&compound.clauses, here, ignored)
            }
            CompoundKind::Function { name } => {
                self.functions.push((name, &compound.clauses));
                Outcome::ok(here)
            }
            CompoundKind::Coprocess => {
                let outcome =
                    self.subshell(here.clone(), |evaluator, here| evaluator.clauses(&compound.clauses, here, true));
                Outcome { ok: either(Some(here), outcome.all()), fail: None }
            }
            CompoundKind::Arithmetic | CompoundKind::ExtendedTest => Outcome::any(here),
        }
    }

    fn clauses(&mut self, clauses: &'a [Clause], here: Here, ignored: bool) -> Outcome {
        let mut outcome = Outcome::ok(here);
        for clause in clauses {
            let Some(here) = outcome.next(self.optimistic) else { return Outcome::default() };
            outcome = self.script(&clause.script, here, ignored);
        }
        outcome
    }

    fn branches(&mut self, clauses: &'a [Clause], here: Here, ignored: bool) -> Outcome {
        let mut result = Outcome::default();
        // What holds in front of the next condition, and of the body behind the last one.
        let (mut next, mut body) = (Some(here), None);
        for (index, clause) in clauses.iter().enumerate() {
            let is_else =
                clause.role == ClauseRole::Body && (index == 0 || clauses[index - 1].role == ClauseRole::Body);
            if clause.role == ClauseRole::Condition {
                let outcome = next.take().map(|here| self.script(&clause.script, here, true)).unwrap_or_default();
                (body, next) = (outcome.ok, outcome.fail);
                continue;
            }
            let entry = if is_else { next.take() } else { body.take() };
            if let Some(entry) = entry {
                result = result.or(self.script(&clause.script, entry, ignored));
            }
        }
        result.or(Outcome { ok: next, fail: None })
    }

    fn for_loop(
        &mut self,
        variable: &'a str,
        words: &'a [Word],
        clauses: &'a [Clause],
        here: Here,
        ignored: bool,
    ) -> Outcome {
        let values: Option<Vec<Text>> = words.iter().map(|word| word.literal().map(Text::fixed)).collect();
        let jumps = || clauses.iter().any(|clause| simple::mentions(&clause.script, &["break", "continue", "return"]));
        match values {
            Some(values) if (1..=MAX_TURNS).contains(&values.len()) && self.depth < MAX_DEPTH / 2 && !jumps() => {
                self.depth += 1;
                let mut outcome = Outcome::ok(here);
                for value in values {
                    outcome = match outcome.next(self.optimistic) {
                        Some(mut here) => {
                            here.set(variable, value);
                            self.clauses(clauses, here, ignored)
                        }
                        None => Outcome::default(),
                    };
                }
                self.depth -= 1;
                outcome
            }
            _ => {
                let mut here = here;
                here.set(variable, Text::default());
                self.repeated(clauses, here, ignored)
            }
        }
    }

    /// A loop that runs any number of times.
    fn repeated(&mut self, clauses: &'a [Clause], mut here: Here, ignored: bool) -> Outcome {
        // Its variables have other values in the next turn.
        here.forget_locals();
        let mut whole = Some(here.clone());
        let mut entry = here;
        for clause in clauses {
            let condition = clause.role == ClauseRole::Condition;
            let outcome = self.script(&clause.script, entry, ignored || condition);
            let Some(mut after) = outcome.all() else { break };
            after.forget_locals();
            whole = either(whole, Some(after.clone()));
            entry = after;
        }
        whole.map_or_else(Outcome::default, Outcome::any)
    }

    fn simple(&mut self, command: &'a SimpleCommand, here: Here) -> Outcome {
        let called = command.name().and_then(|name| self.functions.iter().rfind(|(known, _)| *known == name));
        match called {
            Some((_, clauses)) if self.depth < MAX_DEPTH => {
                let clauses = *clauses;
                self.depth += 1;
                let ended = std::mem::take(&mut self.ended);
                let outcome = self.clauses(clauses, here, false);
                let inner = std::mem::replace(&mut self.ended, ended);
                self.depth -= 1;
                // Whether it was `return` or `exit` that ended it is not told apart: the way may end or lead on.
                if clauses.iter().any(|clause| simple::mentions(&clause.script, &["exit", "exec"])) {
                    self.ended = std::mem::take(&mut self.ended).or(inner.clone());
                }
                outcome.or(inner)
            }
            Some(_) => {
                let mut here = here;
                here.state.forget_absent(true);
                Outcome::any(here)
            }
            None => simple::follow(self, command, here),
        }
    }

    /// The shell ends here, with success or with an error.
    pub(super) fn end(&mut self, outcome: Outcome) -> Outcome {
        let ended = std::mem::take(&mut self.ended);
        self.ended = ended.or(outcome);
        Outcome::default()
    }
}

/// Cuts a list in front of the items whose connector says so.
fn parts(items: &[Item], starts: impl Fn(Connector) -> bool) -> Vec<&[Item]> {
    let cuts = items.iter().enumerate().skip(1).filter(|(_, item)| starts(item.connector)).map(|(index, _)| index);
    let bounds: Vec<usize> = std::iter::once(0).chain(cuts).chain([items.len()]).collect();
    bounds.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| &items[pair[0]..pair[1]]).collect()
}
