//! The owner that a `chown` gives, as `--chown` has to say it.

use crate::context::{BuildContext, Entry};
use crate::model::accounts::{Accounts, Known};
use crate::model::archive::is_archive;
use crate::model::landing::Origin;
use crate::model::{Copy, CopyFrom, SourceKind, StepId, StepKind, path};
use crate::rewrite::brought::RootKind;
use crate::rewrite::call::Call;
use crate::rewrite::merge::{Flag, Merge, copy_of};
use crate::rewrite::touched::Covered;
use crate::rules::RuleContext;
use crate::settings::Builder;
use crate::shell::{GroupChange, Ownership, Word};

/// What a `chown` or `chgrp` gives.
pub struct Owner {
    /// With the values of its variables.
    ownership: Ownership,
    /// As written, where variables stand in it.
    written: Option<Ownership>,
    /// The variables.
    variables: Vec<String>,
    overridable: bool,
}

impl Owner {
    /// Reads the operand of `call`; `None` if it cannot be told.
    pub fn read(call: &Call<'_>, word: &Word) -> Option<Self> {
        let group_only = call.command.name().is_some_and(|name| name.ends_with("chgrp"));
        let read = |text: &str| {
            if group_only { Ownership::new(&format!(":{text}")) } else { Ownership::new(text) }
        };
        let value = call.value(word)?;
        // In single quotes the shell keeps it, and the builder would not.
        if word.variables.is_empty() && value.contains(['$', '\\']) {
            return None;
        }
        let value = without_plus(&value);
        let written = word.raw.replace(['"', '\''], "");
        let written = (!word.variables.is_empty()).then(|| braced(&written)).flatten();
        Some(Self {
            ownership: read(&value)?,
            written: match written {
                Some(text) => Some(read_loosely(&text, group_only)?),
                None if !word.variables.is_empty() => return None,
                None => None,
            },
            variables: word.variables.clone(),
            overridable: call.overridable(word),
        })
    }

    /// User and group, where both are given.
    pub fn given(&self) -> Option<(String, String)> {
        let user = self.ownership.owner.clone()?;
        match &self.ownership.group {
            GroupChange::Named(group) => Some((user, group.clone())),
            GroupChange::Unchanged | GroupChange::LoginGroup => None,
        }
    }

    /// What each COPY of `merge` is given.
    pub fn flags(&self, ctx: &RuleContext<'_>, merge: &mut Merge<'_>) -> Vec<(StepId, Flag)> {
        // Looking at every file of a context takes time, and would change nothing.
        if merge.is_stopped() {
            return Vec::new();
        }
        if self.overridable {
            merge.doubt("a build argument decides on the owner");
        }
        let copies = merge.copies.clone();
        copies.iter().filter_map(|covered| Some((covered.id, self.flag(ctx, merge, covered)?))).collect()
    }

    fn flag(&self, ctx: &RuleContext<'_>, merge: &mut Merge<'_>, covered: &Covered) -> Option<Flag> {
        let copy = copy_of(&ctx.site(), covered.id)?;
        let accounts = ctx.model.accounts(covered.id);
        self.check_names(ctx, merge, covered.id, &accounts);
        let text = self.text(merge, copy, &accounts)?;
        look_for_set_ids(ctx, merge, covered, copy);
        if ctx.settings.builds_with(Builder::Classic)
            && let Some(left) = left_to_root(merge, covered)
        {
            merge.stop(format!("the classic builder leaves `{left}`, which the copy makes, to root"));
        }
        match &copy.chown {
            Some(present) if *present == text => return Some(Flag::There),
            Some(_) => merge.stop("the copy has another `--chown`"),
            None => {}
        }
        if copy.link && !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
            merge.stop("the copy has `--link`, beside which only numbers work");
        }
        Some(Flag::Add(format!("--chown={text}")))
    }

    /// Whether user and group are there in front of the COPY.
    fn check_names(&self, ctx: &RuleContext<'_>, merge: &mut Merge<'_>, id: StepId, accounts: &Accounts) {
        for name in &self.variables {
            let now = &merge.request.call.scope.variables;
            let then = &ctx.model.step(id).scope.variables;
            if now.get(name) != then.get(name) {
                merge.stop(format!("`${name}` is not the same at the copy"));
            }
        }
        if let Some(user) = self.ownership.owner.as_deref().filter(|name| !is_number(name)) {
            let known = accounts.user(user);
            self.check(merge, "user", user, known);
        }
        if let GroupChange::Named(group) = &self.ownership.group
            && !is_number(group)
        {
            let known = accounts.group(group);
            self.check(merge, "group", group, known);
        }
    }

    fn check<T>(&self, merge: &mut Merge<'_>, what: &str, name: &str, known: Known<T>) {
        // The command itself fails without them, so they are there, unless something in between makes them.
        if !merge.accounts_changed && !matches!(known, Known::Missing) {
            return;
        }
        match known {
            Known::Exists(_) => {}
            Known::Likely(_, doubt) => merge.doubt(doubt),
            Known::Missing => merge.stop(format!("{what} `{name}` is not there yet in front of the copy")),
            Known::Unknown => merge.stop(format!("nothing shows that {what} `{name}` is there in front of the copy")),
        }
    }

    /// `OWNER:GROUP` for the flag.
    fn text(&self, merge: &mut Merge<'_>, copy: &Copy, accounts: &Accounts) -> Option<String> {
        let from_elsewhere = copy.from != CopyFrom::Context;
        let written = self.written.as_ref().unwrap_or(&self.ownership);
        let owner = match &written.owner {
            Some(owner) => owner.clone(),
            None => "0".to_owned(),
        };
        let group = match &written.group {
            GroupChange::Named(group) => group.clone(),
            GroupChange::Unchanged => "0".to_owned(),
            GroupChange::LoginGroup => {
                let user = match accounts.user(self.ownership.owner.as_deref()?) {
                    Known::Exists(user) | Known::Likely(user, _) => Some(user),
                    Known::Missing | Known::Unknown => None,
                };
                let group = user.and_then(|user| user.group.or_else(|| user.gid.map(|gid| gid.to_string())));
                match group {
                    Some(group) => group,
                    None => {
                        merge.stop("the group of that user is not known");
                        return None;
                    }
                }
            }
        };
        let half = written.owner.is_none() || written.group == GroupChange::Unchanged;
        if half && from_elsewhere {
            merge.stop("files from a stage or an image keep the other half of their owner from there");
        }
        Some(format!("{owner}:{group}"))
    }
}

/// A directory that the COPY of a directory makes above its destination, and that the command gives away.
fn left_to_root(merge: &Merge<'_>, covered: &Covered) -> Option<String> {
    let directories = covered.roots.iter().filter(|root| !matches!(root.kind, RootKind::File(_)));
    let mut above = directories.map(|root| path::parent(&root.path));
    let given =
        |path: &&str| merge.targets.iter().any(|target| target.recursive && path::below(&target.path, path).is_some());
    above.find(given).map(str::to_owned)
}

/// A setuid file loses the bit by `chown`, and keeps it on BuildKit by `--chown`.
fn look_for_set_ids(ctx: &RuleContext<'_>, merge: &mut Merge<'_>, covered: &Covered, copy: &Copy) {
    let set_ids = |entry: &Entry| entry.is_file() && entry.mode.is_some_and(|mode| mode & 0o6000 != 0);
    if copy.chmod.as_deref().is_some_and(|mode| mode.trim_start_matches('0').len() > 3) {
        merge.stop("the copy makes files setuid or setgid, which a chown takes away again");
    }
    match &copy.from {
        CopyFrom::Context => {}
        CopyFrom::Stage(stage) => {
            let history = ctx.model.history(*stage);
            if history.iter().any(|id| matches!(ctx.model.step(*id).kind, StepKind::Run(_))) {
                merge.doubt("a RUN of the stage that it comes from may have made a file setuid");
            }
            return;
        }
        CopyFrom::Elsewhere => return merge.doubt("a file of the image that it comes from may be setuid"),
    }
    if copy.add && copy.sources.iter().any(|source| source.kind == SourceKind::Git) {
        merge.doubt("of the repository that it fetches nothing is known");
    }
    for root in &covered.roots {
        match (&root.kind, ctx.context_of(covered.id.stage)) {
            (RootKind::File(Origin::File(entry)), Some(context)) => {
                if set_ids(entry) {
                    merge.stop(format!("`{}` is setuid or setgid, which a chown takes away", entry.path));
                }
                if is_archive(context, copy, entry) {
                    merge.stop("ADD unpacks the archive, and keeps the owners in it");
                }
            }
            (RootKind::File(_), _) => {}
            (RootKind::Tree(Some(directory)), Some(context)) => tree(context, merge, directory, set_ids),
            _ if covered.id.stage < ctx.model.stages.len() => {
                merge.doubt("no build context is known, so a file in it may be setuid");
            }
            _ => {}
        }
    }
}

fn tree(context: &BuildContext, merge: &mut Merge<'_>, directory: &str, set_ids: impl Fn(&Entry) -> bool) {
    let walk = context.walk(directory);
    if let Some(entry) = walk.files().find(|entry| set_ids(entry)) {
        merge.stop(format!("`{}` is setuid or setgid, which a chown takes away", entry.path));
    }
    if !walk.is_certain() {
        merge.doubt("not every file of the directory can be looked at");
    }
}

/// `+1000` is a number for chown, whatever users are called; builders take numbers as such.
fn without_plus(text: &str) -> String {
    let part = |name: &str| name.strip_prefix('+').filter(|rest| is_number(rest)).unwrap_or(name).to_owned();
    text.split(':').map(part).collect::<Vec<_>>().join(":")
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text with `$NAME` only as the builder reads it too: names and braces, no operators.
fn braced(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:${}".contains(&byte);
    (text.bytes().all(plain) && !text.contains(":-") && !text.contains("${:")).then(|| text.to_owned())
}

/// `OWNER:GROUP` where names may be variables.
fn read_loosely(text: &str, group_only: bool) -> Option<Ownership> {
    let text = if group_only { format!(":{text}") } else { text.to_owned() };
    let owner = |owner: &str| (!owner.is_empty()).then(|| owner.to_owned());
    Some(match text.split_once(':') {
        // A variable may hold the colon itself.
        None => Ownership { owner: Some(text), group: GroupChange::Unchanged },
        Some((user, "")) => Ownership { owner: owner(user), group: GroupChange::LoginGroup },
        Some((user, group)) if !group.contains(':') => {
            Ownership { owner: owner(user), group: GroupChange::Named(group.to_owned()) }
        }
        Some(_) => return None,
    })
}
