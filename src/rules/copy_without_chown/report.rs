//! From a decision to a finding: what is said.

use super::SLUG;
use super::decision::{Decision, decide};
use super::images::Image;
use super::landed::{Landed, is_there_before};
use super::look::{Look, Open};
use crate::finding::{Finding, Fix, Related, Target};
use crate::model::{StepId, path};
use crate::rules::RuleContext;

/// More paths than this are only counted in a message.
const MOST_SHOWN: usize = 4;

/// What is to be said of the copy at `id`, which reaches all of `images`; `None` if nothing.
pub fn finding(ctx: &RuleContext<'_>, id: StepId, images: &[&Image<'_>]) -> Option<Finding> {
    let look = Look::new(ctx, id)?;
    let others = images.iter().filter(|image| !image.is_of_root());
    let open: Vec<Open<'_>> = others.filter_map(|image| look.open(image)).collect();
    let first = open.first()?;
    let decision = decide(&look, &open, images.iter().any(|image| image.is_of_root()));
    Some(Finding {
        rule: SLUG,
        span: look.step.span(),
        message: message(first),
        reason: reason(&look, first, &decision),
        applicability: decision.level,
        paths: first.landed.iter().flatten().map(|landed| to_look_at(ctx, id, landed)).collect(),
        related: related(&open),
        fix: fix(decision),
    })
}

/// What shows the new owner: of a directory that may stay root's, the first file that is copied into it.
fn to_look_at(ctx: &RuleContext<'_>, id: StepId, landed: &Landed) -> String {
    let file = landed.in_context.as_deref().filter(|_| landed.directory == Some(true)).and_then(|directory| {
        let walk = ctx.context_of(id.stage)?.walk(directory);
        // Neither `.git` nor an ignore file: they may be kept out by the same run.
        let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
        let is_plain = |path: &str| !is_hidden(path) && !path::file_name(path).contains("ockerfile");
        let first = walk.files().find(|file| is_plain(&file.path))?;
        Some(first.path.strip_prefix(directory)?.trim_start_matches('/').to_owned())
    });
    file.map_or_else(|| landed.path.clone(), |file| path::join(&landed.path, &file))
}

fn fix(decision: Decision) -> Option<Fix> {
    let owner = decision.owner?;
    let moves = decision.edits.len() > 1;
    let above = if moves { ", and make the user above it" } else { "" };
    let edits = decision.edits.into_iter().map(|edit| (Target::Dockerfile, edit)).collect();
    Some(Fix { title: format!("give the copy `--chown={owner}`{above}"), edits, reads: Vec::new() })
}

fn message(first: &Open<'_>) -> String {
    let user = first.image.user;
    let written = first.evidence.as_ref().map_or_else(String::new, |evidence| format!(": {evidence}"));
    let Some(landed) = &first.landed else {
        return format!("the files stay root's, and the image runs as `{user}`{written}");
    };
    let mut paths: Vec<String> = landed.iter().map(|landed| format!("`{}`", landed.path)).collect();
    paths.dedup();
    let contents = landed.iter().any(|landed| landed.directory != Some(false));
    let more = paths.len().saturating_sub(MOST_SHOWN);
    paths.truncate(MOST_SHOWN);
    let mut shown = paths.join(", ");
    if more > 0 {
        shown = format!("{shown} and {more} more");
    }
    let what = if contents { format!("what the copy puts into {shown}") } else { shown };
    let stays = if contents || landed.len() == 1 { "stays" } else { "stay" };
    format!("{what} {stays} root's, and the image runs as `{user}`{written}")
}

fn reason(look: &Look<'_>, first: &Open<'_>, decision: &Decision) -> String {
    let mut reasons = decision.doubts.clone();
    if decision.owner.is_some() {
        let user = first.image.user;
        if reasons.is_empty() {
            reasons.push(if user.bytes().all(|byte| byte.is_ascii_digit()) {
                "a number needs no entry in /etc/passwd".to_owned()
            } else {
                format!("`{user}` is there when the copy runs")
            });
        }
        if let Some(directory) = kept_directory(look, first) {
            reasons
                .push(format!("{directory} stays root's, since it was there before (buildah gives it away as well)"));
        }
    }
    reasons.join("; ")
}

/// The directory that the copy fills, if it was there before: it keeps its owner.
fn kept_directory<'o>(look: &Look<'_>, open: &'o Open<'_>) -> Option<&'o str> {
    let directory = open.landed.iter().flatten().find(|landed| landed.directory == Some(true))?;
    is_there_before(look.ctx, look.id, &directory.path, &open.image.history).then_some(directory.path.as_str())
}

/// Where it says who runs the images.
fn related(open: &[Open<'_>]) -> Vec<Related> {
    let mut related: Vec<Related> = Vec::new();
    for image in open.iter().map(|open| open.image) {
        if let Some(span) = image.user_span
            && !related.iter().any(|present| present.span == span)
        {
            related.push(Related { span, message: format!("runs as `{}` from here on", image.user) });
        }
    }
    related
}
