//! From failing RUNs to findings and fixes.

use super::extract::{Extracted, extract};
use super::flags::{flags, is_for_the_owner};
use super::give::{Given, give};
use super::owner::Target as Found;
use super::place::{Place, pair, place, root_text, user_follows};
use super::reading::Kind;
use super::{Job, SLUG};
use crate::finding::{Finding, Fix, Related, Target};
use crate::model::access::is_root_only;
use crate::model::{Step, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::rules::copy_without_chmod::proof;
use crate::settings::{Applicability, Builder};
use crate::shell::{Mode, apply_mode};
use crate::syntax::Instruction;
use crate::text::{Edit, Span};

/// More paths than this are only counted in a message.
const MOST_SHOWN: usize = 3;

/// What is to be written.
struct Rewrite {
    edits: Vec<(Target, Edit)>,
    title: String,
    /// What is not proven of it.
    doubts: Vec<String>,
}

impl Rewrite {
    fn new(edits: impl IntoIterator<Item = Edit>, title: String) -> Self {
        let edits = edits.into_iter().map(|edit| (Target::Dockerfile, edit)).collect();
        Self { edits, title, doubts: Vec::new() }
    }
}

/// How many of `jobs`, from the first, are mended by one fix: RUNs that move as a whole, one below the other.
pub fn together(ctx: &RuleContext<'_>, jobs: &[Job<'_>]) -> usize {
    if !moves(ctx, &jobs[0]) {
        return 1;
    }
    let follows = |pair: &[Job<'_>]| pair[0].id.step + 1 == pair[1].id.step && moves(ctx, &pair[1]);
    1 + jobs.windows(2).take_while(|pair| follows(pair)).count()
}

/// What there is to say of RUNs that are mended together.
pub fn finding(ctx: &RuleContext<'_>, jobs: &[Job<'_>], first: &Job<'_>) -> Finding {
    let mut doubts = doubts(ctx, jobs);
    let (fix, level) = match rewrite(ctx, jobs, first) {
        Ok(mut rewrite) => {
            doubts.append(&mut rewrite.doubts);
            let level = if doubts.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
            (Some(rewrite), level)
        }
        Err(obstacle) => {
            doubts.insert(0, obstacle);
            (None, Applicability::Display)
        }
    };
    if doubts.is_empty() {
        doubts.push(
            "a copy without `--chown` is root's whatever USER says, and only its owner or root may change that"
                .to_owned(),
        );
    }
    let copies: Vec<StepId> = jobs.iter().flat_map(Job::broken).map(|broken| broken.copy).collect();
    let reads = |id: &StepId| (Target::Dockerfile, ctx.model.step(*id).span());
    let mut read: Vec<_> = copies.iter().chain(jobs.iter().map(|job| &job.id)).map(reads).collect();
    read.extend(ctx.model.step(first.id).scope.user_span.map(|span| (Target::Dockerfile, span)));
    Finding {
        rule: SLUG,
        span: ctx.model.step(first.id).span(),
        message: message(jobs, first),
        reason: doubts.join("; "),
        applicability: level,
        paths: unique(jobs.iter().flat_map(Job::broken).map(|broken| broken.path.clone())),
        related: related(ctx, first, &copies),
        fix: fix.map(|rewrite| Fix { title: rewrite.title, edits: rewrite.edits, reads: read }),
    }
}

fn message(jobs: &[Job<'_>], first: &Job<'_>) -> String {
    let kinds = unique(jobs.iter().flat_map(Job::failing).map(|(_, change)| change.kind.noun().to_owned()));
    let paths = unique(jobs.iter().flat_map(Job::broken).map(|broken| format!("`{}`", broken.path)));
    let mut shown: Vec<String> = paths.iter().take(MOST_SHOWN).cloned().collect();
    if paths.len() > MOST_SHOWN {
        shown.push(format!("{} more", paths.len() - MOST_SHOWN));
    }
    let by = match jobs.iter().flat_map(Job::broken).all(|broken| broken.file.is_some()) {
        true => "which a COPY made root's",
        false => "where a COPY put files of root's",
    };
    format!(
        "`{}` may not change the {} of {}, {by}: the build fails here",
        first.user,
        kinds.join(" and "),
        shown.join(", ")
    )
}

fn related(ctx: &RuleContext<'_>, first: &Job<'_>, copies: &[StepId]) -> Vec<Related> {
    let mut related: Vec<Related> = Vec::new();
    let user = ctx.model.step(first.id).scope.user_span;
    let user = user.map(|span| Related { span, message: format!("runs as `{}` from here on", first.user) });
    let copies =
        copies.iter().map(|id| Related { span: ctx.model.step(*id).span(), message: "makes it root's".to_owned() });
    for place in copies.chain(user) {
        if !related.contains(&place) {
            related.push(place);
        }
    }
    related
}

/// What is not proven.
fn doubts(ctx: &RuleContext<'_>, jobs: &[Job<'_>]) -> Vec<String> {
    let mut doubts = Vec::new();
    for job in jobs {
        let step = ctx.model.step(job.id);
        let first = ctx.model.lineage(job.id.stage)[0];
        if step.scope.user_overridable {
            doubts.push("a build argument decides on the user".to_owned());
        }
        if step.scope.user_span.is_none() {
            doubts.push(if ctx.model.stages[first].base_overridable {
                "a build argument decides on the base image, which sets the user".to_owned()
            } else {
                format!("nothing but the base image sets the user, and other versions may not start as `{}`", job.user)
            });
        }
        if step.outer != step.instruction {
            doubts.push("ONBUILD takes the file from another context than the one at hand".to_owned());
        }
        doubts.extend(job.broken().flat_map(|broken| broken.doubts.iter().cloned()));
    }
    unique(doubts.into_iter())
}

/// Whether a command names something that is another thing for root.
fn asks_for_the_user(ctx: &RuleContext<'_>, job: &Job<'_>) -> bool {
    let scope = &ctx.model.step(job.id).scope;
    let of_user = |name: &str| matches!(name, "HOME" | "USER" | "LOGNAME") && scope.variable(name).is_none();
    let mut words = job.reading.changes.iter().flat_map(|change| change.words);
    words.any(|word| word.raw.starts_with('~') || word.variables.iter().any(|name| of_user(name)))
}

/// Whether a RUN is mended by moving it as a whole.
fn moves(ctx: &RuleContext<'_>, job: &Job<'_>) -> bool {
    job.reading.alone && !asks_for_the_user(ctx, job) && on_copies(ctx, job).is_none() && !is_meant_for_the_user(job)
}

/// Whether a `chmod` gives its owner what others do not get, and no `chown` of the same RUN makes the user that owner.
fn is_meant_for_the_user(job: &Job<'_>) -> bool {
    let for_the_owner = |mode: &Mode| match mode {
        Mode::Octal(bits) => is_for_the_owner(*bits),
        Mode::Symbolic(mode) => apply_mode(mode, 0o644, false).is_some_and(is_for_the_owner),
        Mode::Reference | Mode::Unknown => false,
    };
    let chowns = job.failing().any(|(_, change)| change.kind == Kind::Owner);
    let roots_own = |index: usize| {
        job.targets[index].iter().all(|target| match target {
            Found::Broken(broken) => is_root_only(&broken.path),
            Found::Other => true,
        })
    };
    let mut failing = job.failing();
    !chowns && failing.any(|(index, change)| change.mode.as_ref().is_some_and(for_the_owner) && !roots_own(index))
}

/// The first way that is proven, or why there is none.
fn rewrite(ctx: &RuleContext<'_>, jobs: &[Job<'_>], first: &Job<'_>) -> Result<Rewrite, String> {
    if let StepKind::Run(run) = &ctx.model.step(first.id).kind
        && proof::needs_root(run)
    {
        return Err("the RUN does other things as well that only root can do".to_owned());
    }
    if let Some(rewrite) = on_copies(ctx, first) {
        return Ok(rewrite);
    }
    let given = || {
        let Given { edits, title, doubts } = give(ctx, first)?;
        Ok::<_, String>(Rewrite { edits, title, doubts })
    };
    if is_meant_for_the_user(first) {
        return given();
    }
    if asks_for_the_user(ctx, first) {
        return given().map_err(|_| "the command names the user's own home or name, which would be root's".to_owned());
    }
    let moved = if first.reading.alone {
        place(ctx, jobs, None).map(|place| whole(ctx, jobs, &place))
    } else {
        extract(ctx, first).and_then(|extracted| {
            let place = match extracted.below {
                true => pair(ctx, first.id)?,
                false => place(ctx, &jobs[..1], Some(&extracted.changes))?,
            };
            Some(taken_out(ctx, first, &extracted, &place))
        })
    };
    let moved = moved.map(|mut moved| {
        moved.doubts.extend(below_volume(ctx, jobs));
        moved
    });
    let depends = || "the command depends on what stands before it in its RUN".to_owned();
    moved.ok_or_else(depends).or_else(|why| given().map_err(|_| why))
}

/// Buildah and the classic builder throw away what a RUN does below a VOLUME; a flag of the copy stays.
fn below_volume(ctx: &RuleContext<'_>, jobs: &[Job<'_>]) -> Option<String> {
    let others = ctx.settings.builds_with(Builder::Buildah) || ctx.settings.builds_with(Builder::Classic);
    let covered = jobs.iter().any(|job| {
        let before = ctx.model.history(job.id.stage).into_iter().filter(|id| *id < job.id);
        before.into_iter().any(|id| match &ctx.model.step(id).kind {
            StepKind::Volume(volumes) => job.broken().any(|broken| {
                volumes.iter().any(|volume| {
                    path::below(volume, &broken.path).is_some() || path::below(&broken.path, volume).is_some()
                })
            }),
            _ => false,
        })
    });
    (others && covered).then(|| "below a VOLUME only BuildKit keeps what a RUN does".to_owned())
}

/// The change goes onto the copies, and out of the RUN.
fn on_copies(ctx: &RuleContext<'_>, job: &Job<'_>) -> Option<Rewrite> {
    let (mut edits, title) = flags(ctx, job)?;
    let step = ctx.model.step(job.id);
    let all_fail = job.failing().count() == job.reading.changes.len();
    let what = if job.reading.alone && all_fail {
        step.outer.comments().is_empty().then_some(())?;
        edits.push(step.outer.removal(ctx.dockerfile.text()));
        "remove the RUN"
    } else {
        let extracted = extract(ctx, job)?;
        extracted.comments.is_empty().then_some(())?;
        edits.extend(extracted.cuts);
        "take the command out of the RUN"
    };
    Some(Rewrite::new(edits, format!("{title}, and {what}")))
}

/// RUNs that move as they are.
fn whole(ctx: &RuleContext<'_>, jobs: &[Job<'_>], place: &Place) -> Rewrite {
    let file = ctx.dockerfile.text();
    let steps: Vec<&Step> = jobs.iter().map(|job| ctx.model.step(job.id)).collect();
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    let edits = match place {
        Place::AboveUser(user) => {
            let moving: Vec<&Instruction> = steps.iter().map(|step| &step.outer).collect();
            ctx.model.step(*user).outer.move_above(file, &moving)
        }
        Place::UserBelow(user) => {
            let (span, text) = taken(file, &ctx.model.step(*user).outer);
            vec![Edit::delete(span), behind(file, &last.outer, &text)]
        }
        Place::Pair(user) => {
            let root = root_text(ctx, jobs[0].id);
            let mut edits = vec![first.outer.insert_lines_above(file, &[("USER", root)])];
            if !user_follows(ctx, jobs[jobs.len() - 1].id) {
                edits.push(last.outer.insert_below(file, &[("USER", user.clone())]));
            }
            edits
        }
    };
    Rewrite::new(edits, title(place))
}

fn title(place: &Place) -> String {
    match place {
        Place::AboveUser(_) => "move the command above the USER".to_owned(),
        Place::UserBelow(_) => "move the USER below the command".to_owned(),
        Place::Pair(user) => format!("run the command between `USER root` and `USER {user}`"),
    }
}

/// A command that gets a RUN of its own.
fn taken_out(ctx: &RuleContext<'_>, job: &Job<'_>, extracted: &Extracted, place: &Place) -> Rewrite {
    let file = ctx.dockerfile.text();
    let outer = &ctx.model.step(job.id).outer;
    let mut lines = outer.written_like(file, &[("RUN", extracted.command.clone())]);
    lines.splice(..0, extracted.comments.iter().cloned());
    let user_lines = |text: String| outer.written_like(file, &[("USER", text)]);
    let mut edits: Vec<Edit> = extracted.cuts.clone();
    let newline = outer.newline(file);
    let with_ends = |lines: &[String]| lines.iter().map(|line| format!("{line}{newline}")).collect::<String>();
    match place {
        Place::Pair(user) => {
            let mut all = user_lines(root_text(ctx, job.id));
            all.extend(lines);
            if extracted.below {
                if !user_follows(ctx, job.id) {
                    all.extend(user_lines(user.clone()));
                }
                edits.push(behind(file, outer, &with_ends(&all)));
            } else {
                all.extend(user_lines(user.clone()));
                edits.push(Edit::insert(outer.full_span().start, with_ends(&all)));
            }
        }
        Place::AboveUser(user) => {
            edits.push(Edit::insert(ctx.model.step(*user).outer.full_span().start, with_ends(&lines)));
        }
        Place::UserBelow(user) => {
            let (span, text) = taken(file, &ctx.model.step(*user).outer);
            let text = format!("{}{text}", with_ends(&lines));
            if span.end == outer.full_span().start {
                edits.push(Edit::replace(span, text));
            } else {
                edits.extend([Edit::delete(span), Edit::insert(outer.full_span().start, text)]);
            }
        }
    }
    Rewrite::new(edits, format!("give the command a RUN of its own, and {}", title(place)))
}

/// The lines of an instruction with the comments above it, to be deleted, and their text, to be written elsewhere. Where a
/// blank line stands on both sides, the one above belongs to it.
fn taken(file: &str, instruction: &Instruction) -> (Span, String) {
    let span = instruction.full_span();
    let newline = instruction.newline(file);
    let blank = format!("{newline}{newline}");
    let (above, below) = (&file[..span.start], &file[span.end..]);
    let mut start = span.start;
    let stands_alone = above.ends_with(&blank) && (below.starts_with(newline) || below.is_empty());
    if stands_alone || (below.is_empty() && !file.ends_with('\n') && above.ends_with(newline)) {
        start -= newline.len();
    }
    let text = Span::new(if stands_alone { start } else { span.start }, span.end).of(file).to_owned();
    (Span::new(start, span.end), text)
}

/// Whole lines behind an instruction, which may be the last one without a line end.
fn behind(file: &str, instruction: &Instruction, lines: &str) -> Edit {
    let end = instruction.full_span().end;
    if file[..end].ends_with('\n') {
        return Edit::insert(end, lines);
    }
    let newline = instruction.newline(file);
    Edit::insert(end, format!("{newline}{}", lines.strip_suffix(newline).unwrap_or(lines)))
}

fn unique(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}
