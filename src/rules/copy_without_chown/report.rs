//! From a copy to a finding: how sure the flag is, and what is said.

use super::SLUG;
use super::images::Image;
use super::landed::{Landed, is_there_before, landed};
use super::owner::{self, Flag};
use super::risks::risks;
use super::settled;
use super::sources::{Owned, owned};
use super::written;
use crate::finding::{Finding, Fix, Related, Target};
use crate::model::{Copy, Step, StepId, StepKind};
use crate::rules::RuleContext;
use crate::settings::{Applicability, OptionValue};

/// More paths than this are only counted in a message.
const MOST_SHOWN: usize = 4;

/// What is to be said of the copy at `id`, which reaches all of `images`; `None` if nothing.
pub fn finding(ctx: &RuleContext<'_>, id: StepId, images: &[&Image<'_>]) -> Option<Finding> {
    let step = ctx.model.step(id);
    let StepKind::Copy(copy) = &step.kind else { return None };
    if settled::unpacks(ctx, id, copy) {
        return None;
    }
    let look = Look { ctx, id, step, copy };
    let open: Vec<Open<'_>> = images.iter().filter_map(|image| look.open(image)).collect();
    look.finding(&open)
}

/// A copy.
struct Look<'a> {
    ctx: &'a RuleContext<'a>,
    id: StepId,
    step: &'a Step,
    copy: &'a Copy,
}

/// An image in which nobody decided on the owner of what the copy brings.
struct Open<'a> {
    image: &'a Image<'a>,
    /// What it brings; `None` if it cannot be told where to.
    landed: Option<Vec<Landed>>,
    doubts: Vec<String>,
    /// What shows that the program writes there, where that is asked for.
    evidence: Option<String>,
}

impl<'a> Look<'a> {
    fn open(&self, image: &'a Image<'a>) -> Option<Open<'a>> {
        let mut doubts = Vec::new();
        match owned(self.ctx.model, self.copy, image.user) {
            Owned::ByRoot => {}
            Owned::Doubtful(why) => doubts.push(why),
            Owned::Decided => return None,
        }
        let Some(all) = landed(self.ctx, self.id, self.copy, &image.history) else {
            if self.only_written() {
                return None;
            }
            doubts.push("nobody can tell from the file where the copy goes".to_owned());
            return Some(Open { image, landed: None, doubts, evidence: None });
        };
        let give_system = matches!(self.option("system-paths"), Some(OptionValue::Flag(true)));
        if !give_system && all.iter().any(|landed| settled::is_system(&landed.path)) {
            return None;
        }
        let (open, partly) = settled::open(self.ctx, self.id, &all, image);
        if open.is_empty() {
            return None;
        }
        if partly || open.len() < all.len() {
            doubts
                .push("a chown below gives a part of it to somebody, so the rest may be root's on purpose".to_owned());
        }
        let mut evidence = None;
        if self.only_written() {
            evidence = open.iter().find_map(|landed| written::evidence(self.ctx, self.id, landed, image));
            evidence.as_ref()?;
        }
        doubts.extend(risks(self.ctx, self.id, self.copy, &open));
        let landed = Some(open.into_iter().cloned().collect());
        Some(Open { image, landed, doubts, evidence })
    }

    fn option(&self, name: &str) -> Option<&OptionValue> {
        self.ctx.settings.options.get(SLUG)?.get(name)
    }

    fn only_written(&self) -> bool {
        self.ctx.settings.text_option(SLUG, "when") == Some("written")
    }

    fn finding(&self, open: &[Open<'_>]) -> Option<Finding> {
        let first = open.first()?;
        let flags: Vec<Flag> = open.iter().map(|open| owner::flag(self.ctx, self.id, open.image)).collect();
        let mut doubts: Vec<String> = Vec::new();
        let mut add = |why: &String| {
            if !doubts.contains(why) {
                doubts.push(why.clone());
            }
        };
        let decided = self.one_flag(open, &flags);
        let owner = match decided {
            Ok((owner, level, why)) => {
                why.iter().for_each(&mut add);
                Some((owner, level))
            }
            Err(why) => {
                add(&why);
                None
            }
        };
        open.iter().flat_map(|open| &open.doubts).for_each(&mut add);
        if self.is_trigger() {
            add(&"ONBUILD copies into another image, which may run as somebody else".to_owned());
        }
        let level = match &owner {
            None => Applicability::Display,
            Some(_) if !doubts.is_empty() => Applicability::Unsafe,
            Some((_, level)) => *level,
        };
        let fix = owner.as_ref().map(|(owner, _)| self.fix(owner));
        Some(Finding {
            rule: SLUG,
            span: self.step.span(),
            message: self.message(first),
            reason: self.reason(first, owner.as_ref().map(|(owner, _)| owner.as_str()), doubts),
            applicability: level,
            paths: first.landed.iter().flatten().map(|landed| landed.path.clone()).collect(),
            related: related(open),
            fix,
        })
    }

    /// The one flag that serves all images, or why there is none.
    fn one_flag(&self, open: &[Open<'_>], flags: &[Flag]) -> Result<(String, Applicability, Vec<String>), String> {
        let mut one: Option<(String, Applicability, Vec<String>)> = None;
        for (open, flag) in open.iter().zip(flags) {
            let (owner, level, doubts) = match flag {
                Flag::Text { owner, level, doubts } => (owner, level, doubts),
                Flag::NotYet(why) | Flag::Nothing(why) => return Err(why.clone()),
            };
            match &mut one {
                None => one = Some((owner.clone(), *level, doubts.clone())),
                Some((present, lowest, all)) if present == owner => {
                    *lowest = (*lowest).min(*level);
                    all.extend(doubts.iter().cloned());
                }
                Some((present, ..)) => {
                    return Err(format!(
                        "the images that the copy reaches run as different users, and it has one owner: `{present}` or \
                         `{}`",
                        open.image.user
                    ));
                }
            }
        }
        one.ok_or_else(|| "no image runs as somebody else".to_owned())
    }

    fn is_trigger(&self) -> bool {
        self.step.outer != self.step.instruction
    }

    fn fix(&self, owner: &str) -> Fix {
        let flag = format!("--chown={owner}");
        let edit = self.step.instruction.insert_flag(&flag);
        Fix { title: format!("give the copy `{flag}`"), edits: vec![(Target::Dockerfile, edit)], reads: Vec::new() }
    }

    fn message(&self, first: &Open<'_>) -> String {
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

    fn reason(&self, first: &Open<'_>, owner: Option<&str>, mut doubts: Vec<String>) -> String {
        if owner.is_some() && doubts.is_empty() {
            let user = first.image.user;
            doubts.push(if user.bytes().all(|byte| byte.is_ascii_digit()) {
                "a number needs no entry in /etc/passwd".to_owned()
            } else {
                format!("`{user}` is there when the copy runs")
            });
        }
        if owner.is_some()
            && let Some(directory) = self.kept_directory(first)
        {
            doubts.push(format!("`{directory}` itself was there before, and stays root's but for buildah"));
        }
        doubts.join("; ")
    }

    /// The directory that the copy fills, if it was there before: it keeps its owner.
    fn kept_directory<'o>(&self, open: &'o Open<'_>) -> Option<&'o str> {
        let directory = open.landed.iter().flatten().find(|landed| landed.directory == Some(true))?;
        is_there_before(self.ctx, self.id, &directory.path, &open.image.history).then_some(directory.path.as_str())
    }
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
