//! What the flag says, and how sure it is that its names mean something where the copy runs.

use super::commands::{Commands, program};
use super::creation::{self, Perhaps};
use super::images::Image;
use crate::model::accounts::{Accounts, Known, User as Account};
use crate::model::{StepId, StepKind};
use crate::rules::RuleContext;
use crate::settings::Builder;
use crate::syntax::Word;

/// The last number of the range that rootless builders have as a rule (`/etc/subuid`: 65536 numbers).
const LAST_ROOTLESS: u32 = 65535;

fn beyond_rootless() -> String {
    format!("a rootless builder has no numbers above {LAST_ROOTLESS}, as a rule")
}

/// What can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// This flag, and why it is not surer.
    Text {
        /// The value of `--chown`.
        owner: String,
        /// Why not surer.
        doubts: Vec<String>,
    },
    /// The user is made below the copy, or is not known there; the sentence says so.
    NotYet(String),
    /// No flag would do; the sentence says why.
    Nothing(String),
}

/// What the flag of the copy at `id` says, so that its files belong to the user of `image`.
pub fn flag(ctx: &RuleContext<'_>, id: StepId, image: &Image<'_>) -> Flag {
    flag_with(ctx, id, image, &ctx.model.accounts(id))
}

/// The same with the accounts that are there in front of the copy.
pub fn flag_with(ctx: &RuleContext<'_>, id: StepId, image: &Image<'_>, accounts: &Accounts) -> Flag {
    let chooser = Chooser { ctx, id, image, accounts, doubts: Vec::new() };
    if is_number(image.user) { chooser.numeric() } else { chooser.named() }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

struct Chooser<'a> {
    ctx: &'a RuleContext<'a>,
    id: StepId,
    image: &'a Image<'a>,
    accounts: &'a Accounts,
    doubts: Vec<String>,
}

/// How the flag names the user.
enum Written {
    /// As USER does, with the same variables.
    Variable { user: String, group: Option<String> },
    /// By its value.
    Value,
}

impl Chooser<'_> {
    fn link(&self) -> bool {
        matches!(&self.ctx.model.step(self.id).kind, StepKind::Copy(copy) if copy.link)
    }

    /// A number exists whatever /etc/passwd says, and so does its group.
    fn numeric(mut self) -> Flag {
        let user = self.image.user;
        let written = self.written();
        let group = match (self.image.group, &written) {
            (Some(_), Written::Variable { group: Some(group), .. }) => group.clone(),
            (Some(group), _) if is_number(group) => group.to_owned(),
            (Some(group), _) => match self.accounts.group(group) {
                Known::Exists(_) if !self.link() => group.to_owned(),
                Known::Exists(found) | Known::Likely(found, _) => match found.gid {
                    Some(gid) => gid.to_string(),
                    None => return Flag::Nothing(format!("nothing says which number the group `{group}` has")),
                },
                Known::Missing | Known::Unknown => {
                    return Flag::NotYet(format!("nothing says that the group `{group}` is there when the copy runs"));
                }
            },
            // What /etc/passwd says in the end is the group of the process; without an entry it is root's.
            (None, _) => match self.ctx.model.final_accounts(self.image.stage).user(user) {
                Known::Exists(found) | Known::Likely(found, _) => match (found.gid, &written) {
                    (Some(gid), Written::Variable { user: variable, .. }) if gid.to_string() == user => {
                        variable.clone()
                    }
                    (gid, _) => gid.unwrap_or_default().to_string(),
                },
                Known::Missing => "0".to_owned(),
                Known::Unknown => {
                    if self.passwd_is_copied() {
                        self.doubts.push(format!("a copy brings /etc/passwd, which may give `{user}` another group"));
                    }
                    "0".to_owned()
                }
            },
        };
        let user = match &written {
            Written::Variable { user, .. } => user.clone(),
            Written::Value => user.to_owned(),
        };
        let owner = self.as_others_write(format!("{user}:{group}"));
        self.text(owner)
    }

    fn named(mut self) -> Flag {
        let written = self.written();
        // Asked for as USER writes it, an account answers in the same way, whatever a build argument says.
        let (user, group) = match written {
            Written::Variable { user, group } => (user, group),
            Written::Value => (self.image.user.to_owned(), self.image.group.map(str::to_owned)),
        };
        let account = match self.account(&user) {
            Ok(account) => account,
            Err(flag) => return flag,
        };
        if self.link() {
            return self.linked(account.as_ref());
        }
        if let Some(group) = group.as_deref().filter(|group| !is_number(group)) {
            match self.accounts.group(group) {
                Known::Exists(_) => {}
                Known::Likely(_, why) => self.doubts.push(why),
                Known::Missing => {
                    return Flag::NotYet(format!("the group `{group}` is created after this COPY"));
                }
                Known::Unknown => self.doubts.push(format!("nothing says that the group `{group}` is there")),
            }
        }
        let own = || {
            let group = account.and_then(|account| account.group)?;
            // The same variable is written in the same way.
            Some(if plain(&group) == plain(&user) { user.clone() } else { group })
        };
        let group = group.or_else(own);
        if group.is_none() && self.ctx.settings.builds_with(Builder::Classic) {
            self.doubts.push(format!(
                "nothing says that `{user}` has a group of that name, which the classic builder asks for"
            ));
        }
        let owner = self.as_others_write(group.map_or_else(|| user.clone(), |group| format!("{user}:{group}")));
        self.text(owner)
    }

    /// The user's account in front of the copy; none where it is only likely that there is one.
    fn account(&mut self, user: &str) -> Result<Option<Account>, Flag> {
        let name = self.image.user;
        let last = self.ctx.model.final_accounts(self.image.stage);
        let not_yet = || Err(Flag::NotYet(format!("`{name}` is created after this COPY")));
        let account = match self.known(user) {
            Known::Exists(account) => account,
            Known::Likely(account, why) => {
                self.doubts.push(why);
                account
            }
            Known::Missing => return not_yet(),
            Known::Unknown => {
                if made_below(&last.user(name), self.id) {
                    return not_yet();
                }
                self.doubts.push(match creation::perhaps_made(self.ctx, self.id, self.image) {
                    Some(Perhaps::Below(obstacle)) => return Err(Flag::Nothing(obstacle)),
                    Some(Perhaps::Above(why)) => why,
                    None => {
                        format!(
                            "no instruction makes `{name}`, so the base image must have it, and nobody can look there"
                        )
                    }
                });
                return Ok(None);
            }
        };
        if account.uid.is_some_and(|number| number > LAST_ROOTLESS) {
            self.doubts.push(beyond_rootless());
        }
        let differs =
            |here: Option<u32>, there: Option<u32>| here.zip(there).is_some_and(|(here, there)| here != there);
        match last.user(name) {
            Known::Exists(last) | Known::Likely(last, _)
                if differs(account.uid, last.uid) || differs(account.gid, last.gid) =>
            {
                return Err(Flag::Nothing(format!("`{name}` gets another number or group below the copy")));
            }
            Known::Missing | Known::Unknown => {
                self.doubts.push(format!("a RUN below the copy may give `{name}` another number"));
            }
            _ if self.passwd_is_edited() => {
                self.doubts
                    .push(format!("a RUN below the copy edits /etc/passwd, where `{name}` may get another number"));
            }
            Known::Exists(_) | Known::Likely(..) => {}
        }
        Ok(Some(account))
    }

    /// Whether a copy of the image brings an /etc/passwd.
    fn passwd_is_copied(&self) -> bool {
        self.image.history.iter().any(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => copy.destination.path.as_deref().is_none_or(|destination| {
                matches!(destination, "/etc/passwd" | "/etc" | "/")
                    && copy.sources.iter().any(|source| !source.text.contains('.') || source.text.ends_with('.'))
            }),
            _ => false,
        })
    }

    /// Whether a command below the copy edits /etc/passwd.
    fn passwd_is_edited(&self) -> bool {
        let edits = |words: &[crate::shell::Word]| {
            matches!(program(words), Some("sed" | "awk" | "perl" | "cp" | "mv" | "tee" | "python3"))
                && words.iter().any(|word| word.raw.contains("/etc/passwd"))
        };
        Commands::below(self.ctx.model, self.id).first(|words, _, _| edits(words)).is_some()
    }

    /// The account under the text that the flag would have, else under the name that it comes to.
    fn known(&self, user: &str) -> Known<Account> {
        match self.accounts.user(user) {
            Known::Unknown if user.contains('$') => match self.accounts.user(self.image.user) {
                // Its own group may have another name where a build argument gives it one.
                Known::Exists(account) => Known::Exists(Account { group: None, ..account }),
                Known::Likely(account, why) => Known::Likely(Account { group: None, ..account }, why),
                other => other,
            },
            found => found,
        }
    }

    /// `--link` copies into nothing, so it looks names up in no /etc/passwd.
    fn linked(self, account: Option<&Account>) -> Flag {
        let name = self.image.user;
        let uid = account.and_then(|account| account.uid);
        let gid = match self.image.group {
            Some(group) if is_number(group) => group.parse().ok(),
            Some(group) => match self.accounts.group(group) {
                Known::Exists(group) | Known::Likely(group, _) => group.gid,
                Known::Missing | Known::Unknown => None,
            },
            None => account.and_then(|account| account.gid),
        };
        match (uid, gid) {
            (Some(uid), Some(gid)) => self.text(format!("{uid}:{gid}")),
            _ => Flag::Nothing(format!(
                "`--link` takes numbers only, and nothing in the file says which numbers `{name}` has"
            )),
        }
    }

    /// How the flag can name the user. Notes a doubt where a build argument decides and the copy cannot follow it.
    fn written(&mut self) -> Written {
        let Some(word) = self.user_word() else { return Written::Value };
        let text = word.text();
        if !text.contains('$') {
            return Written::Value;
        }
        let here = &self.ctx.model.step(self.id).scope.variables;
        let there = &self.ctx.model.stages[self.image.stage].end;
        let at_user = self.user_scope_variables();
        let same = |name: &str| {
            here.get(name).is_some_and(|variable| at_user.as_ref().and_then(|all| all.get(name)) == Some(variable))
        };
        if word.variables().iter().all(|variable| same(&variable.name)) && !text.contains(['"', '\'', ' ']) {
            let (user, group) = match split_at_colon(&text) {
                Some((user, group)) => (user.to_owned(), Some(group.to_owned())),
                None => (text, None),
            };
            return Written::Variable { user, group };
        }
        if there.user_overridable {
            let doubt = "a build argument decides on the user, and the copy cannot follow it".to_owned();
            if !self.doubts.contains(&doubt) {
                self.doubts.push(doubt);
            }
        }
        Written::Value
    }

    /// The argument of the USER instruction, if one in the file says who runs the image.
    fn user_word(&self) -> Option<Word> {
        let span = self.image.user_span?;
        let mut steps = self.ctx.model.stages.iter().flat_map(|stage| &stage.steps);
        steps.find(|step| step.instruction.span() == span)?.instruction.words().first().cloned()
    }

    fn user_scope_variables(&self) -> Option<std::rc::Rc<crate::model::Variables>> {
        let span = self.image.user_span?;
        let mut steps = self.ctx.model.stages.iter().flat_map(|stage| &stage.steps);
        steps.find(|step| step.instruction.span() == span).map(|step| std::rc::Rc::clone(&step.scope.variables))
    }

    fn text(mut self, owner: String) -> Flag {
        let number = owner.split(':').next().and_then(|user| user.parse::<u32>().ok());
        if number.is_some_and(|number| number > LAST_ROOTLESS) {
            self.doubts.push(beyond_rootless());
        }
        Flag::Text { owner, doubts: self.doubts }
    }

    /// How the other copies of the image name the same owner, if they agree and the group is there.
    fn as_others_write(&self, owner: String) -> String {
        if self.link() {
            return owner;
        }
        let (user, _) = split_at_colon(&owner).unwrap_or((&owner, ""));
        let copies = self.image.history.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => copy.chown.as_deref(),
            _ => None,
        });
        let mut alike = copies.filter(|other| split_at_colon(other).map_or(*other, |(user, _)| user) == user);
        let Some(first) = alike.next() else { return owner };
        let group = split_at_colon(first).map(|(_, group)| group);
        let known = group.is_none_or(|group| {
            is_number(group) || matches!(self.accounts.group(group), Known::Exists(_) | Known::Likely(..))
        });
        if known && alike.all(|other| other == first) { first.to_owned() } else { owner }
    }
}

/// A text with `${NAME}` written as `$NAME`.
fn plain(text: &str) -> String {
    text.replace(['{', '}'], "")
}

/// Whether a step below the copy at `id` makes the account.
fn made_below(account: &Known<Account>, id: StepId) -> bool {
    use crate::model::accounts::Origin;
    match account {
        Known::Exists(account) | Known::Likely(account, _) => {
            matches!(account.origin, Origin::Step(step) if step > id)
        }
        Known::Missing | Known::Unknown => false,
    }
}

/// Cuts `$A:$B` at the colon; one inside of braces is no separator.
fn split_at_colon(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}
