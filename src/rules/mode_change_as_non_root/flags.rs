//! The change as `--chmod` and `--chown` of the copies.

use std::collections::BTreeMap;

use super::Job;
use super::owner::{Broken, Target};
use super::reading::{Change, Kind};
use crate::context::BuildContext;
use crate::model::accounts::Known;
use crate::model::frontend::{ReadsChmod, reads_chmod};
use crate::model::landing::Origin;
use crate::model::{Copy, CopyFrom, SourceKind, StepId, StepKind};
use crate::rules::RuleContext;
use crate::settings::Builder;
use crate::shell::{GroupChange, Mode, Ownership, apply_mode};
use crate::text::Edit;

/// What a copy gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Flags {
    mode: Option<String>,
    owner: Option<String>,
}

/// The flags that do all that the failing changes of a RUN do, as edits of the copies and a title.
pub fn flags(ctx: &RuleContext<'_>, job: &Job<'_>) -> Option<(Vec<Edit>, String)> {
    // What `+x` gives depends on the umask.
    if job.reading.masked {
        return None;
    }
    let mut files: BTreeMap<(StepId, String), Flags> = BTreeMap::new();
    let mut modes: BTreeMap<(StepId, String), u32> = BTreeMap::new();
    for (index, change) in job.failing() {
        for target in &job.targets[index] {
            let Target::Broken(broken) = target else { return None };
            let key = (broken.copy, broken.path.clone());
            let flags = files.entry(key.clone()).or_default();
            match change.kind {
                Kind::Mode => {
                    let (bits, text) = mode(ctx, change, broken, modes.get(&key).copied())?;
                    modes.insert(key, bits);
                    flags.mode = Some(text);
                }
                Kind::Owner => flags.owner = Some(owner(ctx, job, change, broken)?),
                Kind::Group => return None,
            }
        }
    }
    let mut copies: BTreeMap<StepId, (usize, Flags)> = BTreeMap::new();
    for ((copy, path), flags) in files {
        let private = modes.get(&(copy, path)).is_some_and(|mode| is_for_the_owner(*mode));
        if private && flags.owner.is_none() {
            return None;
        }
        let (count, present) = copies.entry(copy).or_insert((0, flags.clone()));
        *count += 1;
        (*present == flags).then_some(())?;
    }
    let mut edits = Vec::new();
    let mut titles = Vec::new();
    for (copy, (count, flags)) in copies {
        let text = on_copy(ctx, job, copy, count, &flags)?;
        edits.push(ctx.model.step(copy).instruction.insert_flag(&text));
        titles.push(format!("`{text}`"));
    }
    titles.dedup();
    Some((edits, format!("give the copy {}", titles.join(" and "))))
}

/// Whether a mode gives more to the owner than to others, so that it matters who that is.
pub const fn is_for_the_owner(mode: u32) -> bool {
    ((mode >> 6) & 0o5) & !(mode & 0o7) != 0
}

/// The mode that the file gets, and its text.
fn mode(ctx: &RuleContext<'_>, change: &Change<'_>, broken: &Broken, before: Option<u32>) -> Option<(u32, String)> {
    let landed = broken.file.as_ref().filter(|landed| landed.named)?;
    let on_disk = match &landed.origin {
        Origin::File(entry) => entry.mode,
        Origin::Heredoc => Some(0o644),
        Origin::Download => Some(0o600),
        _ => return None,
    };
    let (bits, text) = match change.mode.as_ref()? {
        Mode::Octal(bits) => (*bits, change.operand.and_then(|word| word.literal()).map(str::to_owned)?),
        Mode::Symbolic(mode) => {
            (ctx.context_is_certain || !matches!(landed.origin, Origin::File(_))).then_some(())?;
            let bits = apply_mode(mode, before.or(on_disk)?, false)?;
            (bits, format!("{bits:o}"))
        }
        Mode::Reference | Mode::Unknown => return None,
    };
    (bits <= 0o777).then_some((bits, text))
}

/// The value of `--chown` that does what `chown` asks for.
fn owner(ctx: &RuleContext<'_>, job: &Job<'_>, change: &Change<'_>, broken: &Broken) -> Option<String> {
    broken.file.as_ref().filter(|landed| {
        landed.named && matches!(landed.origin, Origin::File(_) | Origin::Heredoc | Origin::Download)
    })?;
    let text = change.operand?.literal()?;
    let ownership = Ownership::new(text)?;
    let (Some(user), GroupChange::Named(group)) = (&ownership.owner, &ownership.group) else { return None };
    let accounts = ctx.model.accounts(broken.copy);
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let user_exists = is_number(user) || matches!(accounts.user(user), Known::Exists(_));
    let group_exists = is_number(group) || matches!(accounts.group(group), Known::Exists(_));
    (user_exists && group_exists && job.id.stage == broken.copy.stage).then(|| text.to_owned())
}

/// The flags as they stand on the copy, if it may have them: it brings `count` files and no others.
fn on_copy(ctx: &RuleContext<'_>, job: &Job<'_>, id: StepId, count: usize, flags: &Flags) -> Option<String> {
    let step = ctx.model.step(id);
    let StepKind::Copy(copy) = &step.kind else { return None };
    let commented = step.outer.comments().iter().any(|(_, text)| text.contains("dockfix:"));
    let occupied = (flags.mode.is_some() && copy.chmod.is_some()) || (flags.owner.is_some() && copy.chown.is_some());
    let unread = ctx.settings.builds_with(Builder::Classic) || reads_chmod(ctx.dockerfile) != ReadsChmod::Yes;
    let unread = flags.mode.is_some() && unread;
    let named_link = copy.link;
    if id.stage != job.id.stage || commented || occupied || unread || named_link {
        return None;
    }
    (files_brought(ctx.context_of(id.stage), copy)? == count).then_some(())?;
    let owner = flags.owner.as_ref().map(|owner| format!("--chown={owner}"));
    let mode = flags.mode.as_ref().map(|mode| format!("--chmod={mode}"));
    Some(owner.into_iter().chain(mode).collect::<Vec<_>>().join(" "))
}

/// How many files a copy brings; `None` if it brings a directory, or nobody can tell.
pub fn files_brought(context: Option<&BuildContext>, copy: &Copy) -> Option<usize> {
    (copy.from == CopyFrom::Context && !copy.parents && copy.excludes.is_empty()).then_some(())?;
    let mut files = 0;
    for source in &copy.sources {
        files += match source.kind {
            SourceKind::Heredoc | SourceKind::Url => 1,
            SourceKind::Path => {
                let matches = context?.matches(&source.text);
                let plain = !matches.glob && matches.complete && matches.found.iter().all(|it| it.entry.is_file());
                plain.then_some(matches.found.len())?
            }
            SourceKind::Git | SourceKind::Unknown => return None,
        };
    }
    Some(files)
}
