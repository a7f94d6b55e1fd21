//! Takes the changes out of a RUN that does other things as well.

use super::Job;
use super::owner::Target;
use super::reading::Change;
use crate::model::{Scope, StepKind, path};
use crate::rules::RuleContext;
use crate::shell::{Command, CompoundKind, Connector, Directory, Item};
use crate::text::{Edit, Span};

/// The changes of a RUN, taken out of it.
pub struct Extracted {
    /// The edits that take them out.
    pub cuts: Vec<Edit>,
    /// The commands for a RUN of their own.
    pub command: String,
    /// Comments that stood between them.
    pub comments: Vec<String>,
    /// Whether that RUN has to stand below what is left.
    pub below: bool,
    /// Which changes they are.
    pub changes: Vec<usize>,
}

/// Commands that say or set something, and neither make nor read files.
const IDLE: [&str; 5] = ["set", "cd", "echo", "true", ":"];

/// Takes the failing changes of `job` out of its RUN. `None` if they do not stand on their own.
pub fn extract(ctx: &RuleContext<'_>, job: &Job<'_>) -> Option<Extracted> {
    let step = ctx.model.step(job.id);
    let StepKind::Run(run) = &step.kind else { return None };
    let file = ctx.dockerfile.text();
    (step.outer.heredocs().is_empty() && !job.reading.masked).then_some(())?;
    let items = &run.script()?.items;
    let changes: Vec<usize> = job.failing().map(|(index, _)| index).collect();
    let places: Vec<usize> =
        changes.iter().map(|index| item_of(items, &job.reading.changes[*index])).collect::<Option<_>>()?;
    let joined = |item: &Item| {
        matches!(item.connector, Connector::First | Connector::And | Connector::Sequence)
            && !item.negated
            && !item.background
    };
    items.iter().all(joined).then_some(())?;
    let below = if may_go_first(job, items, &changes, &places, file) {
        false
    } else {
        let last = *places.iter().min()?;
        let behind = items.iter().enumerate().skip(last).filter(|(at, _)| !places.contains(at));
        behind.map(|(_, item)| item).all(is_idle).then_some(())?;
        true
    };
    let spans = cuts(items, &places);
    let written = as_written(job, &step.scope, items, &changes, &places);
    let command = match written {
        Some(span) => span.of(file).to_owned(),
        None => {
            let render = |index: &usize| rendered(ctx, job, &job.reading.changes[*index], file);
            changes.iter().map(render).collect::<Option<Vec<_>>>()?.join(" && ")
        }
    };
    let kept_inside = written.map_or("", |span| span.of(file));
    let mut comments: Vec<String> = spans.iter().flat_map(|span| comments(span.of(file))).collect();
    comments.retain(|comment| !kept_inside.contains(comment.as_str()));
    let cuts = spans.into_iter().map(Edit::delete).collect();
    Some(Extracted { cuts, command, comments, below, changes })
}

/// The item that a change is, if it stands at the top of the script without anything of its own around it.
fn item_of(items: &[Item], change: &Change<'_>) -> Option<usize> {
    let command = change.command?;
    let plain = command.assignments.is_empty() && command.redirects.is_empty();
    let is_it = |item: &Item| matches!(&item.command, Command::Simple(simple) if std::ptr::eq(simple, command));
    items.iter().position(is_it).filter(|_| plain)
}

fn is_idle(item: &Item) -> bool {
    match &item.command {
        Command::Simple(simple) => {
            simple.name().is_some_and(|name| IDLE.contains(&name)) && simple.redirects.is_empty()
        }
        Command::Compound(compound) => matches!(compound.kind, CompoundKind::ExtendedTest | CompoundKind::Arithmetic),
    }
}

/// Whether the changes may run before everything else: what stands in front of each neither makes nor reads its files.
fn may_go_first(job: &Job<'_>, items: &[Item], changes: &[usize], places: &[usize], file: &str) -> bool {
    changes.iter().zip(places).all(|(index, place)| {
        let change = &job.reading.changes[*index];
        let before = items[..*place].iter().enumerate().filter(|(at, _)| !places.contains(at)).map(|(_, item)| item);
        let files: Option<Vec<&str>> = job.targets[*index]
            .iter()
            .map(|target| match target {
                Target::Broken(broken) if broken.file.is_some() => Some(path::file_name(&broken.path)),
                _ => None,
            })
            .collect();
        let files = files.filter(|_| !change.recursive && change.paths.iter().all(|word| !word.glob()));
        before.into_iter().all(|item| {
            is_idle(item)
                || files.as_ref().is_some_and(|names| names.iter().all(|name| !item.span.of(file).contains(name)))
        })
    })
}

/// Whether no word of a change depends on what the script does before.
fn stay(job: &Job<'_>, change: &Change<'_>, scope: &Scope) -> bool {
    change.words.iter().all(|word| word.variables.is_empty() || job.reading.value(word, scope).is_some())
}

/// All of the commands with what stands between them, if they follow one another and mean the same in a RUN of their own.
fn as_written(job: &Job<'_>, scope: &Scope, items: &[Item], changes: &[usize], places: &[usize]) -> Option<Span> {
    let (first, last) = (*places.first()?, *places.last()?);
    let together = last - first + 1 == places.len();
    let joined = items[first + 1..=last].iter().all(|item| item.connector == Connector::And);
    let plain = |index: &usize| {
        let change = &job.reading.changes[*index];
        stay(job, change, scope) && matches!(&change.directory, Directory::Known(changes) if changes.is_empty())
    };
    let all_plain = changes.iter().all(plain);
    (together && joined && all_plain).then(|| Span::new(items[first].span.start, items[last].span.end))
}

/// The command as it is to stand in a RUN of its own: as written, with whole paths where a `cd` came before it.
fn rendered(ctx: &RuleContext<'_>, job: &Job<'_>, change: &Change<'_>, file: &str) -> Option<String> {
    let scope = &ctx.model.step(job.id).scope;
    stay(job, change, scope).then_some(())?;
    let Directory::Known(changes) = &change.directory else { return None };
    let command = change.command?;
    if changes.is_empty() {
        return Some(command.span.of(file).to_owned());
    }
    let mut words = Vec::new();
    for word in change.words {
        if !change.paths.iter().any(|path| std::ptr::eq(*path, word)) {
            words.push(word.raw.clone());
        } else if let Some(path) = job.reading.path(word, &change.directory, scope) {
            words.push(quoted(&path));
        } else {
            let (directory, pattern) = job.reading.pattern(word, &change.directory, scope)?;
            words.push(format!("{}/{pattern}", quoted(directory.trim_end_matches('/'))));
        }
    }
    Some(words.join(" "))
}

/// What is deleted: each command with the operator that joined it to the rest.
fn cuts(items: &[Item], places: &[usize]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    while at < items.len() {
        if !places.contains(&at) {
            at += 1;
            continue;
        }
        let start = at;
        while places.contains(&at) {
            at += 1;
        }
        let span = if start > 0 {
            Span::new(items[start - 1].span.end, items[at - 1].span.end)
        } else {
            let end = items.get(at).map_or(items[at - 1].span.end, |next| next.span.start);
            Span::new(items[start].span.start, end)
        };
        spans.push(span);
    }
    spans
}

/// The comment lines in a piece of the file.
fn comments(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned)
}

/// A path for the shell, in single quotes if it has to be.
fn quoted(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte);
    if path.bytes().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
