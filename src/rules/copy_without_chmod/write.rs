//! From needs to findings: which form a fix takes, how sure it is, and what it says.

use std::collections::BTreeMap;

use super::SLUG;
use super::modes::{mode, operator, order, quoted};
use super::needs::{Need, Use};
use super::proof::{self, Runs};
use super::style;
use crate::finding::{Finding, Fix, Related, Target};
use crate::model::{Copy, CopyFrom, SourceKind, Step, StepId, StepKind, User, path};
use crate::rules::RuleContext;
use crate::settings::{Applicability, Builder};
use crate::syntax::SyntaxKind;
use crate::text::Edit;

/// More paths than this are only counted in a message.
const MOST_SHOWN: usize = 6;

/// A need, and why its fix is not surer.
type Doubted = (Need, Option<String>);

/// Variables that shells set themselves, whatever ENV says.
const SHELL_VARIABLES: [&str; 14] = [
    "UID", "EUID", "PPID", "GROUPS", "HOSTNAME", "RANDOM", "SECONDS", "PWD", "OLDPWD", "SHLVL", "LINENO", "OPTIND",
    "_", "IFS",
];

/// How the modes get into the image.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// `RUN chmod` below the copies.
    Run,
    /// `--chmod` on the copies.
    Flag,
    /// `RUN chmod` between `USER root` and the user that was.
    RunAsRoot,
}

/// Findings for the needs of one run of adjacent copies; `last` is the last of these.
pub fn findings(ctx: &RuleContext<'_>, last: StepId, needs: Vec<Need>, findings: &mut Vec<Finding>) {
    let (anchor, place) = place(ctx, last);
    let all = needs.clone();
    let mut sorted: BTreeMap<(Applicability, Form), Vec<Doubted>> = BTreeMap::new();
    for need in needs {
        let mut group = Group { ctx, last, anchor, place: &place, form: Form::Flag, all: &all };
        let form = group.form_for(&need);
        group.form = form;
        let (level, doubt) = group.level(&need);
        sorted.entry((level, form)).or_default().push((need, doubt));
    }
    for ((level, form), needs) in sorted {
        let group = Group { ctx, last, anchor, place: &place, form, all: &all };
        findings.extend(group.finding(level, &needs));
    }
}

/// Below which step a RUN would stand, and whether it works there: below the copies, or below the `USER root` that follows.
fn place(ctx: &RuleContext<'_>, last: StepId) -> (StepId, Runs) {
    let place = proof::below(ctx.model, last);
    let next = StepId { step: last.step + 1, ..last };
    let following = ctx.model.stages[last.stage].steps.get(next.step);
    let is_user = following.is_some_and(|step| step.instruction.kind() == SyntaxKind::UserInstruction);
    if is_user && matches!(place, Runs::NotRoot(_)) {
        let there = proof::below(ctx.model, next);
        if matches!(there, Runs::Proven | Runs::Likely(_)) {
            return (next, there);
        }
    }
    (last, place)
}

fn form(ctx: &RuleContext<'_>, place: &Runs, last: StepId, need: &Need) -> Form {
    let unread = !style::unread(ctx).is_empty();
    match place {
        // Buildah and the classic builder throw away what a RUN does below a volume.
        _ if below_volume(ctx, last, &need.path) => Form::Flag,
        Runs::NoShell => Form::Flag,
        Runs::NotRoot(_) if unread => Form::RunAsRoot,
        Runs::NotRoot(_) => Form::Flag,
        _ if unread => Form::Run,
        _ if style::prefers_flag(ctx) => Form::Flag,
        _ => Form::Run,
    }
}

/// Whether a VOLUME above covers the path.
fn below_volume(ctx: &RuleContext<'_>, last: StepId, path: &str) -> bool {
    let before = ctx.model.history(last.stage).into_iter().take_while(|step| *step < last);
    before.into_iter().any(|step| match &ctx.model.step(step).kind {
        StepKind::Volume(volumes) => volumes.iter().any(|volume| path::below(volume, path).is_some()),
        _ => false,
    })
}

/// A run of adjacent copies, and what is known of the place below them.
struct Group<'a> {
    ctx: &'a RuleContext<'a>,
    last: StepId,
    /// The step below which a RUN stands.
    anchor: StepId,
    place: &'a Runs,
    form: Form,
    /// The needs of all the copies, whatever their level.
    all: &'a [Need],
}

impl Group<'_> {
    fn step(&self, id: StepId) -> &Step {
        self.ctx.model.step(id)
    }

    fn copy(&self, id: StepId) -> Option<&Copy> {
        match &self.step(id).kind {
            StepKind::Copy(copy) => Some(copy),
            _ => None,
        }
    }

    /// The form of a fix for `need`. Where a flag would reach too much, root changes the mode between two USERs.
    fn form_for(&self, need: &Need) -> Form {
        let form = form(self.ctx, self.place, self.last, need);
        let below_a_user = matches!(self.place, Runs::NotRoot(_)) && !below_volume(self.ctx, self.last, &need.path);
        if form == Form::Flag && below_a_user && self.flag_obstacle(need).is_some() && self.user_text().is_some() {
            return Form::RunAsRoot;
        }
        form
    }

    /// How sure a fix for `need` is, and why it is not surer.
    fn level(&self, need: &Need) -> (Applicability, Option<String>) {
        if need.level == Applicability::Display {
            return (need.level, need.doubt.clone());
        }
        let display = |doubt: &str| (Applicability::Display, Some(doubt.to_owned()));
        if self.path_text(need).is_none() {
            return display("the destination is written in a way that a shell may read differently");
        }
        if self.form == Form::Flag
            && let Some(doubt) = self.flag_obstacle(need)
        {
            return display(doubt);
        }
        if self.form == Form::Flag && style::frontend_is_too_old(self.ctx) {
            return display("a RUN cannot do it there, and the frontend of `# syntax=` does not know `--chmod`");
        }
        let trigger = is_trigger(self.step(need.copy));
        let destination = self.copy(need.copy).and_then(|copy| copy.destination.path.as_deref());
        let is_destination = need.usage == Use::ReadTree && destination == Some(need.path.as_str());
        if trigger && !need.named && !is_destination {
            return display(
                "ONBUILD copies a directory of another context than the one at hand, which may lack the file",
            );
        }
        let unread = if self.form == Form::Flag { style::unread(self.ctx) } else { Vec::new() };
        let doubts = [
            need.doubt.clone(),
            match self.place {
                Runs::Likely(doubt) if self.form == Form::Run => Some(doubt.clone()),
                _ if self.form == Form::RunAsRoot => proof::no_shell(self.ctx.model, self.last),
                _ => None,
            },
            self.relative_to_argument(need.copy)
                .then(|| "a build argument decides on the working directory".to_owned()),
            (!self.ctx.context_is_certain && !need.named && !trigger)
                .then(|| "other directories may be the build context as well; name it with --context".to_owned()),
            trigger.then(|| "ONBUILD takes the file from another context than the one at hand".to_owned()),
        ];
        let doubts: Vec<String> = doubts.into_iter().flatten().chain(unread).collect();
        if doubts.is_empty() { (Applicability::Safe, None) } else { (Applicability::Unsafe, Some(doubts.join("; "))) }
    }

    /// Whether the destination is seen from a directory that a build argument can change.
    fn relative_to_argument(&self, id: StepId) -> bool {
        let relative = self.copy(id).is_some_and(|copy| !copy.destination.written.starts_with('/'));
        relative && self.step(id).scope.workdir_overridable
    }

    /// Why `--chmod` on the copy would not do.
    fn flag_obstacle(&self, need: &Need) -> Option<&'static str> {
        let alike = |other: &&Need| {
            other.copy == need.copy && !matches!(other.usage, Use::ReadTree | Use::Enter) && mode(other) == mode(need)
        };
        let files = self.copy(need.copy).and_then(|copy| self.files_brought(copy, need));
        let all = files == Some(self.all.iter().filter(alike).count());
        (matches!(need.usage, Use::ReadTree | Use::Enter) || !all)
            .then_some("`--chmod` on the copy would change the mode of its other files, and a RUN cannot do it there")
    }

    /// How many files a copy brings; `None` if it brings a directory, or nobody can tell.
    fn files_brought(&self, copy: &Copy, need: &Need) -> Option<usize> {
        if copy.from != CopyFrom::Context {
            return (need.named && copy.sources.len() == 1).then_some(1);
        }
        let mut files = 0;
        for source in &copy.sources {
            files += match (source.kind, self.ctx.context_of(self.last.stage)) {
                (SourceKind::Heredoc | SourceKind::Url, _) => 1,
                (SourceKind::Path, Some(context)) => {
                    let matches = context.matches(&source.text);
                    let plain = matches.found.iter().all(|found| found.entry.is_file()) && matches.complete;
                    plain.then_some(matches.found.len())?
                }
                (SourceKind::Path, _) if !source.text.contains(['*', '?', '[']) => 1,
                _ => return None,
            };
        }
        Some(files)
    }

    /// The path as the shell has to read it.
    fn path_text(&self, need: &Need) -> Option<String> {
        let copy = self.copy(need.copy)?;
        if !copy.destination.has_variables {
            return Some(quoted(&need.path));
        }
        let written = copy.destination.written.as_str();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./${}-".contains(&byte);
        if !written.bytes().all(plain)
            || self.step(need.copy).instruction_variables().iter().any(|name| SHELL_VARIABLES.contains(&name.as_str()))
        {
            return None;
        }
        let inside = path::below(copy.destination.path.as_deref()?, &need.path)?;
        if inside.bytes().any(|byte| b"\"$`\\".contains(&byte)) {
            return None;
        }
        let separator = if written.ends_with('/') || inside.is_empty() { "" } else { "/" };
        Some(format!("\"{written}{separator}{inside}\""))
    }

    fn finding(&self, level: Applicability, needs: &[Doubted]) -> Option<Finding> {
        let (first, _) = needs.first()?;
        let mut reasons: Vec<String> = Vec::new();
        for reason in needs.iter().filter_map(|(_, doubt)| doubt.clone()) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        if level == Applicability::Safe {
            reasons.push(self.proof());
        }
        let bytes: u64 = needs.iter().filter_map(|(need, _)| need.bytes).sum();
        if bytes > 0 && self.form != Form::Flag && level != Applicability::Display {
            reasons.push(format!("the new layer stores {bytes} bytes a second time"));
        }
        let mut related: Vec<Related> = Vec::new();
        for (need, _) in needs {
            for (span, message) in need.related.iter().cloned() {
                if !related.iter().any(|present| present.span == span) {
                    related.push(Related { span, message });
                }
            }
        }
        let fix = (!needs.iter().all(|(need, _)| need.secret)).then(|| self.fix(needs)).flatten();
        Some(Finding {
            rule: SLUG,
            span: self.step(first.copy).span(),
            message: message(needs),
            reason: reasons.join("; "),
            applicability: level,
            paths: needs.iter().map(|(need, _)| need.path.clone()).collect(),
            related,
            fix: fix.filter(|_| level != Applicability::Display),
        })
    }

    fn proof(&self) -> String {
        match self.form {
            Form::Run => "a shell and root are there, and every checkout has the path".to_owned(),
            Form::Flag if *self.place == Runs::NoShell => {
                "the image has no shell for a RUN, so the copy sets the mode".to_owned()
            }
            Form::Flag => match self.place {
                Runs::NotRoot(user) => {
                    format!("`{user}` could not change the mode of root's file in a RUN, so the copy sets it")
                }
                _ => "the copy brings this file alone, so its flag reaches nothing else".to_owned(),
            },
            Form::RunAsRoot if self.ctx.settings.builds_with(Builder::Classic) => {
                "the classic builder does not know `--chmod`, and only root may change the mode".to_owned()
            }
            Form::RunAsRoot if !style::unread(self.ctx).is_empty() => {
                "the frontend may not know `--chmod`, and only root may change the mode".to_owned()
            }
            Form::RunAsRoot => {
                "`--chmod` on the copy would change its other files, and only root may change the mode".to_owned()
            }
        }
    }

    fn fix(&self, needs: &[Doubted]) -> Option<Fix> {
        let reads = needs.iter().map(|(need, _)| (Target::Dockerfile, self.step(need.copy).span())).collect();
        if self.form == Form::Flag {
            let mut edits: Vec<(Target, Edit)> = Vec::new();
            for (need, _) in needs {
                let flag = format!("--chmod={:o}", mode(need));
                let edit = (Target::Dockerfile, self.step(need.copy).instruction.insert_flag(&flag));
                if !edits.contains(&edit) {
                    edits.push(edit);
                }
            }
            let title = format!("give the copy {}", titles(needs, |need| format!("--chmod={:o}", mode(need))));
            return Some(Fix { title, edits, reads: Vec::new() });
        }
        let command = self.command(needs)?;
        let title = format!("insert `RUN {command}`");
        let run = ("RUN", command);
        let lines = match (&self.form, self.place) {
            (Form::RunAsRoot, Runs::NotRoot(_)) => {
                let user = self.user_text()?;
                vec![("USER", "root".to_owned()), run, ("USER", user)]
            }
            _ => vec![run],
        };
        let edit: Edit = self.step(self.anchor).outer.insert_below(self.ctx.dockerfile.text(), &lines);
        Some(Fix { title, edits: vec![(Target::Dockerfile, edit)], reads })
    }

    /// The argument of the USER instruction that holds, as written.
    fn user_text(&self) -> Option<String> {
        let span = self.step(self.last).scope.user_span?;
        let mut steps = self.ctx.model.stages.iter().flat_map(|stage| &stage.steps);
        let user = steps.find(|step| step.instruction.span() == span)?;
        let text = user.instruction.words().first().map(|word| word.text())?;
        // Variables may mean something else by now.
        let scope = &self.step(self.last).scope;
        let value = scope.expand(&text, user.instruction.escape())?.value;
        (!text.contains('$') || (User::parse(&value) == scope.user && User::group(&value) == scope.user_group))
            .then_some(text)
    }

    /// `chmod 755 /a && chmod 644 /b`
    fn command(&self, needs: &[Doubted]) -> Option<String> {
        let mut parts: Vec<(String, Vec<String>)> = Vec::new();
        let mut sorted: Vec<&Need> = needs.iter().map(|(need, _)| need).filter(|need| !need.secret).collect();
        sorted.sort_by_key(|need| (order(need), need.copy, need.path.clone()));
        for need in sorted {
            let operator = operator(need);
            let path = self.path_text(need)?;
            match parts.iter_mut().find(|(present, _)| *present == operator) {
                Some((_, paths)) => paths.push(path),
                None => parts.push((operator, vec![path])),
            }
        }
        let commands = parts.iter().map(|(operator, paths)| format!("chmod {operator} {}", paths.join(" ")));
        Some(commands.collect::<Vec<_>>().join(" && "))
    }
}

fn titles(needs: &[Doubted], text: impl Fn(&Need) -> String) -> String {
    let mut texts: Vec<String> = needs.iter().map(|(need, _)| format!("`{}`", text(need))).collect();
    texts.dedup();
    texts.join(" and ")
}

fn message(needs: &[Doubted]) -> String {
    match needs {
        [(need, _)] => format!("`{}` {}", need.path, need.problem),
        _ => {
            let shown = needs.iter().take(MOST_SHOWN);
            let mut list: Vec<String> = shown.map(|(need, _)| format!("`{}` {}", need.path, need.problem)).collect();
            if needs.len() > MOST_SHOWN {
                list.push(format!("and {} more", needs.len() - MOST_SHOWN));
            }
            format!("{} copied paths lack the mode that their use needs: {}", needs.len(), list.join("; "))
        }
    }
}

/// Whether the instruction stands in an ONBUILD.
fn is_trigger(step: &Step) -> bool {
    step.outer != step.instruction
}
