//! Copied files that are run directly.

use super::glance::{self, Destinations};
use super::names;
use super::needs::{Need, Use, bytes, copied_mode, missing_elsewhere};
use super::people::{Place, classes, runner};
use super::processes::processes;
use super::programs::{self, Commands, Program, Starter};
use crate::context::Entry;
use crate::model::access::{Classes, EXECUTE, READ};
use crate::model::effects::{Effects, Question, effects, effects_before};
use crate::model::landing::Origin;
use crate::model::{Copy, CopyFrom, Shell, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;

/// Measured with `docker run`; buildah refuses.
const DOCKER_RUNS_IT: &str = "Docker runs it all the same, because it starts the first process before it gives up what root \
                              may; other runtimes do not";

/// Files that stage `stage` runs, or that its containers run.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let mut found = Vec::new();
    let history = ctx.model.history(stage);
    // What a RUN starts can only be a copied file if a copy stands in front of it; the others need not be parsed.
    let is_copy = |id: &StepId| matches!(ctx.model.step(*id).kind, StepKind::Copy(_));
    let Some(first_copy) = history.iter().position(is_copy) else { return found };
    for (position, id) in history.iter().enumerate().skip(first_copy) {
        let step = ctx.model.step(*id);
        if let StepKind::Run(run) = &step.kind
            && id.stage == stage
        {
            let history = &history[..position];
            let destinations = Destinations::new(ctx, history, &step.scope);
            if !glance::run_names_copied(run, &destinations) {
                continue;
            }
            let by = Starter {
                name: "RUN",
                span: step.span(),
                script: Commands::Run(run),
                scope: &step.scope,
                place: Place::Step(*id),
                history,
                destinations: &destinations,
                mounted: programs::mounted(&step.instruction, &step.scope),
                by_kernel: false,
            };
            found.extend(programs::of_run(ctx, run, &by).iter().filter_map(|program| need(ctx, program)));
        }
    }
    let scope = &ctx.model.stages[stage].end;
    let destinations = Destinations::new(ctx, &history, scope);
    for process in processes(ctx, stage, &history) {
        if process.words.is_none() && !glance::names_copied(process.text(), &destinations) {
            continue;
        }
        let by = Starter {
            name: process.kind.name(),
            span: process.span,
            script: Commands::Process(process),
            scope,
            place: Place::End(stage),
            history: &history,
            destinations: &destinations,
            mounted: Vec::new(),
            by_kernel: process.words.is_some(),
        };
        found.extend(programs::of_process(ctx, process, &by).iter().filter_map(|program| need(ctx, program)));
    }
    found
}

fn need(ctx: &RuleContext<'_>, program: &Program<'_>) -> Option<Need> {
    let (by, landed) = (program.by, &program.landed);
    let step = ctx.model.step(landed.copy);
    let StepKind::Copy(copy) = &step.kind else { return None };
    if copy.chmod.is_some() || step.scope.shell == Shell::Foreign {
        return None;
    }
    let start = Start::of(ctx, &landed.origin);
    let process = runner(ctx, by.place, by.scope, program.user.as_deref());
    let classes = classes(ctx, &process, landed.copy)?;
    let mode = copied_mode(&landed.origin);
    let lacks = |bit: u32| mode.is_some_and(|mode| classes.lack(mode, bit));
    let unreadable = start == Start::Script && !lacks(EXECUTE) && lacks(READ);
    let look = Look { ctx, program, copy, classes };
    let mut lacking = look.lacking().or_else(|| unreadable.then(|| Lacking::readable(mode)))?;
    if by.by_kernel && program.word.is_some() && lacking.level != Applicability::Display && start == Start::Other {
        lacking.lower("it begins with no `#!` line, so the x bit alone does not make it run", Applicability::Display);
    }
    if let Some(doubt) = &program.doubt {
        lacking.lower(doubt, Applicability::Unsafe);
    }
    // Somebody who is not root and runs a script has to read it, too.
    let bits = match start {
        _ if unreadable => READ,
        Start::Script if !classes.root => EXECUTE | READ,
        _ => EXECUTE,
    };
    let old = mode.map_or(0o644, |mode| mode & 0o666);
    let question = Question { path: &landed.path, old, wanted: classes.wanted(bits) };
    let runs_for_somebody = look.unless_covered(&question)?;
    if program.first && runs_for_somebody && !(start == Start::Script && lacks(READ)) {
        lacking.lower(DOCKER_RUNS_IT, Applicability::Unsafe);
    }
    Some(Need {
        copy: landed.copy,
        problem: format!("is run directly by {}, and {}", program.name, lacking.problem),
        usage: if unreadable { Use::Read } else { Use::Execute },
        level: lacking.level,
        doubt: lacking.doubt,
        bytes: bytes(landed),
        mode,
        related: Some((by.span, "run here".to_owned())),
        named: landed.named,
        secret: false,
        path: landed.path.clone(),
    })
}

const fn covers(seen: Effects) -> bool {
    seen.mode_given || seen.replaced
}

/// What a file begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// `#!`
    Script,
    /// The mark of a binary.
    Binary,
    /// Neither of these.
    Other,
    /// It cannot be looked at.
    Unknown,
}

impl Start {
    fn of(ctx: &RuleContext<'_>, origin: &Origin) -> Self {
        let (Origin::File(entry), Some(context)) = (origin, ctx.build_context) else { return Self::Unknown };
        match context.first_bytes(entry) {
            None => Self::Unknown,
            Some(start) if start.starts_with(b"#!") => Self::Script,
            Some(start) if start == *b"\x7fELF" => Self::Binary,
            Some(_) => Self::Other,
        }
    }
}

/// Why a file lacks the x bit.
struct Lacking {
    problem: String,
    level: Applicability,
    doubt: Option<String>,
}

impl Lacking {
    /// A script that the kernel runs, and its interpreter cannot read.
    fn readable(mode: Option<u32>) -> Self {
        let problem = format!("its interpreter cannot read a file of mode {:03o}", mode.unwrap_or_default());
        Self { problem, level: Applicability::Safe, doubt: None }
    }

    /// Makes it as sure as `level` at most.
    fn lower(&mut self, doubt: &str, level: Applicability) {
        self.level = self.level.min(level);
        self.doubt = Some(match self.doubt.take() {
            Some(present) => format!("{present}; {doubt}"),
            None => doubt.to_owned(),
        });
    }
}

/// A program, and the copy that brings it.
struct Look<'a> {
    ctx: &'a RuleContext<'a>,
    program: &'a Program<'a>,
    copy: &'a Copy,
    classes: Classes,
}

impl Look<'_> {
    fn lacking(&self) -> Option<Lacking> {
        let sure =
            |problem: &str| Some(Lacking { problem: problem.to_owned(), level: Applicability::Safe, doubt: None });
        let guess = |level: Applicability, doubt: &str| {
            let problem = "nothing says that it has the x bit".to_owned();
            Some(Lacking { problem, level, doubt: Some(doubt.to_owned()) })
        };
        let landed = &self.program.landed;
        match &landed.origin {
            Origin::Heredoc => sure("a heredoc makes a file of mode 644"),
            Origin::Download => sure("a file that ADD downloads has mode 600"),
            Origin::File(entry) if self.copy.from != CopyFrom::Elsewhere => self.file(entry),
            Origin::File(_) | Origin::Elsewhere => None,
            Origin::Unseen if self.copy.from == CopyFrom::Context => {
                guess(Applicability::Unsafe, "no build context is known, so the mode of the file is a guess")
            }
            Origin::Perhaps if self.copy.from == CopyFrom::Context && names::looks_like_script(&landed.path) => guess(
                Applicability::Display,
                "no build context is known, so nobody can tell whether this copy brings it",
            ),
            Origin::Unseen | Origin::Perhaps => None,
        }
    }

    /// Whether somebody may run the file at least. `None` if whoever does so may, in all likelihood.
    fn unless_covered(&self, question: &Question<'_>) -> Option<bool> {
        let (by, landed) = (self.program.by, &self.program.landed);
        let after: Vec<StepId> = by.history.iter().copied().filter(|id| *id > landed.copy).collect();
        let mut seen = effects(self.ctx.model, &after, question);
        if let (Some(script), Some(word)) = (by.script.script(), self.program.word) {
            seen = seen.and(effects_before(script, word, by.scope, question));
        }
        // Root and its owner need no more than an x bit of their own.
        let by_somebody = Question { wanted: EXECUTE << 6, ..*question };
        let runs = self.has_x_everywhere() || covers(effects(self.ctx.model, &after, &by_somebody));
        let covered = covers(seen) || (seen.owner_changed && runs);
        (!covered).then_some(runs)
    }

    /// Whether somebody may run the file, in every checkout.
    fn has_x_everywhere(&self) -> bool {
        let Origin::File(entry) = &self.program.landed.origin else { return false };
        entry.mode.is_some_and(|mode| mode & 0o111 != 0) && entry.executable_in_git() != Some(false)
    }

    fn file(&self, entry: &Entry) -> Option<Lacking> {
        let octal = || entry.mode.map_or_else(|| "unknown".to_owned(), |mode| format!("{mode:03o}"));
        let closed = entry.mode.is_some_and(|mode| self.classes.lack(mode, EXECUTE));
        let problem = match (entry.mode.map(|mode| mode & 0o111 != 0), entry.executable_in_git()) {
            (Some(false), Some(true)) => {
                format!("lacks the x bit on disk (mode {}), though git records 100755", octal())
            }
            (Some(false), _) => format!("lacks the x bit (mode {} on disk)", octal()),
            (Some(true), Some(false)) => {
                "is executable here, but git records 100644: a checkout elsewhere loses the x bit".to_owned()
            }
            (Some(true), _) if closed => {
                let user = self.program.user.as_deref().or(self.program.by.scope.user.other());
                format!("`{}` may not run a file of mode {}", user.unwrap_or("its user"), octal())
            }
            (None, Some(false)) => "git records 100644, so a checkout has no x bit".to_owned(),
            _ => return None,
        };
        let (mut level, mut doubt) = missing_elsewhere(entry, self.program.landed.named);
        if let CopyFrom::Stage(stage) = self.copy.from {
            if self.may_have_changed_in(stage) {
                return None;
            }
            let is_run = |id: &StepId| matches!(self.ctx.model.step(*id).kind, StepKind::Run(_));
            if level == Applicability::Safe && self.ctx.model.history(stage).iter().any(is_run) {
                level = Applicability::Unsafe;
                doubt = Some("a RUN of the stage that it comes from may have changed or removed it".to_owned());
            }
        }
        Some(Lacking { problem, level, doubt })
    }

    /// Whether the file may have got another mode in the stage that it comes from; only what provably arrives without x
    /// counts.
    fn may_have_changed_in(&self, stage: usize) -> bool {
        let name = path::file_name(&self.program.landed.path);
        self.ctx.model.history(stage).iter().any(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Run(run) => run.mentions("chmod") || run.mentions(name),
            StepKind::Copy(copy) => copy.chmod.is_some(),
            _ => false,
        })
    }
}
