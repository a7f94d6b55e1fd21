//! From verdicts to entries, and to the findings that carry them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::context::dockerignore::Group;
use crate::context::leftovers::{self, Candidate, Kind, Leftover};
use crate::context::{GitState, IgnoreFile, below};
use crate::finding::{Finding, Fix, Target};
use crate::model::path;
use crate::rules::RuleContext;
use crate::settings::{Applicability, Builder};
use crate::text::{Edit, Span};

use super::SLUG;
use super::judge::{Court, Verdict};
use super::user::Reach;

/// How many entries of one name are written one by one; with more, somebody has to think of a pattern.
const MOST_LITERAL: usize = 12;

/// How many paths a message names.
const NAMED: usize = 4;

/// Something with what is said of it.
type Judged<'a> = (&'a Leftover, Verdict);

/// The entries of one level.
#[derive(Default)]
struct Entries {
    /// By kind, each with the paths that it is for.
    groups: BTreeMap<Kind, Vec<String>>,
    paths: Vec<String>,
    reasons: Vec<String>,
}

pub(super) fn findings(
    ctx: &RuleContext<'_>,
    court: &Court<'_>,
    current: &IgnoreFile,
    is_sent: impl Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    let sent = court.leftovers.found.iter().filter(|found| is_sent(&found.path));
    let sent = sent.filter(|found| !is_meant(ctx, current, found));
    let judged: Vec<Judged<'_>> = sent.filter_map(|found| Some((found, court.judge(found)?))).collect();
    let Some(span) = anchor(ctx, court, &judged) else { return };
    let obstacle = obstacle(ctx, court, current);
    let mut shown: Vec<(String, String)> = Vec::new();
    let mut levels = [(Applicability::Safe, Entries::default()), (Applicability::Unsafe, Entries::default())];
    for ((kind, name), group) in grouped(&judged) {
        for (level, entries) in &mut levels {
            let fitting: Vec<&Judged<'_>> =
                group.iter().copied().filter(|(_, verdict)| verdict.level == *level).collect();
            if fitting.is_empty() {
                continue;
            }
            match patterns(court, current, name, &fitting, group.len() == fitting.len()) {
                Ok(patterns) => entries.add(kind, patterns, &fitting),
                Err(reason) => shown.push((listed(&fitting), reason)),
            }
        }
        let fitting: Vec<&Judged<'_>> =
            group.iter().copied().filter(|(_, verdict)| verdict.level == Applicability::Display).collect();
        if let Some((_, verdict)) = fitting.first() {
            shown.push((listed(&fitting), verdict.reason.clone()));
        }
    }
    let [(_, safe), _] = &mut levels;
    if !safe.paths.is_empty() {
        certain(court, current, &is_sent, safe);
    }
    for (level, entries) in levels.into_iter().filter(|(_, entries)| !entries.paths.is_empty()) {
        findings.push(written(ctx, span, level, entries, current, obstacle.as_deref()));
    }
    for (what, reason) in shown {
        findings.push(Finding {
            rule: SLUG,
            span,
            message: format!("this copy brings {what} along"),
            reason,
            applicability: Applicability::Display,
            paths: Vec::new(),
            related: Vec::new(),
            fix: None,
        });
    }
}

/// Whether a line of the file means it and misses it, which is the business of another rule.
fn is_meant(ctx: &RuleContext<'_>, current: &IgnoreFile, found: &Leftover) -> bool {
    let name = path::file_name(&found.path);
    let mut lines = current.patterns().filter(|line| !line.negated && !line.cleaned.contains('/'));
    let matches = |text: &str| {
        let file = IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned());
        file.matcher().excludes(name, Builder::Buildkit)
    };
    let selected = || crate::rules::is_selected(ctx.settings, "dockerignore-shallow-pattern");
    found.path.contains('/') && selected() && lines.any(|line| matches(&line.cleaned))
}

/// The first copy that brings any of it.
fn anchor(ctx: &RuleContext<'_>, court: &Court<'_>, judged: &[Judged<'_>]) -> Option<Span> {
    let copies = judged.iter().flat_map(|(found, _)| court.own.brings(found).map(|(broad, _)| broad.step));
    let first = copies.min()?;
    Some(ctx.model.step(first).instruction.span())
}

/// What was found by its kind and name, in the order of the table.
fn grouped<'j>(judged: &'j [Judged<'_>]) -> BTreeMap<(Kind, &'static str), Vec<&'j Judged<'j>>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in judged {
        groups.entry((one.0.candidate.kind, one.0.name)).or_default().push(one);
    }
    groups
}

/// Why no entry can be written, whatever it is.
fn obstacle(ctx: &RuleContext<'_>, court: &Court<'_>, current: &IgnoreFile) -> Option<String> {
    let context = court.context;
    let files: Vec<Option<&Path>> = ctx
        .settings
        .builders
        .iter()
        .map(|builder| context.ignore_files().find(|(of, _)| of == builder).map(|(_, file)| file.path()))
        .collect();
    if files.windows(2).any(|pair| pair[0] != pair[1]) {
        return Some("the builders read different ignore files, so there is not one to write to".to_owned());
    }
    let file = files.first().copied().flatten();
    let is_link = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    if file.is_some_and(is_link) {
        return Some("the ignore file is a link, and what it leads to may be meant for others".to_owned());
    }
    current.errors().next().map(|_| "the ignore file has a line that builders refuse".to_owned())
}

/// The entries for things of one name; an error says why there are none.
fn patterns(
    court: &Court<'_>,
    current: &IgnoreFile,
    name: &str,
    fitting: &[&Judged<'_>],
    all: bool,
) -> Result<Vec<String>, String> {
    let candidate = fitting[0].0.candidate;
    let nested = fitting.iter().any(|(found, _)| found.path.contains('/'));
    let anywhere = all && court.leftovers.complete && is_free(court, candidate, name);
    let patterns: Vec<String> = match candidate.kind {
        // A repository has one of them, and what lies below belongs to others.
        Kind::Vcs if !nested => vec![name.to_owned()],
        Kind::Vcs if all => vec![format!("**/{name}")],
        _ if anywhere => vec![format!("**/{name}")],
        _ if fitting.len() <= MOST_LITERAL => fitting.iter().map(|(found, _)| found.path.clone()).collect(),
        _ => return Err("there are many of them, and others of the same name are needed".to_owned()),
    };
    for pattern in &patterns {
        if current.repeats(pattern) {
            return Err(format!("the ignore file takes something back from `{pattern}`"));
        }
        if let Some(line) = taken_back(current, pattern, fitting) {
            return Err(format!("the ignore file takes it back with `{line}`"));
        }
        let entry = IgnoreFile::parse(Path::new(".dockerignore"), pattern.clone());
        for (file, user) in court.users() {
            let keeps_out = |source: &str| entry.matcher().excludes(source, Builder::Buildkit);
            if let Some(source) = user.takes(keeps_out) {
                return Err(format!("{file} copies `{source}`, which `{pattern}` would keep out"));
            }
        }
    }
    Ok(patterns)
}

/// Whether an entry for the name at any depth keeps nothing else out.
fn is_free(court: &Court<'_>, candidate: &Candidate, name: &str) -> bool {
    let sources = court.leftovers.sources.iter();
    let in_git =
        sources.clone().any(|(path, _)| candidate.names(path::file_name(path)) == Some(name_of(candidate, name)));
    // What lies in a directory of dependencies was not looked at; only a plain name is never one of theirs.
    let unseen =
        || court.leftovers.found.iter().any(|found| matches!(found.candidate.kind, Kind::Dependencies | Kind::Build));
    let generic = name.starts_with('*') && candidate.kind == Kind::Log && !unseen();
    !in_git && (candidate.plain || generic)
}

fn name_of(candidate: &Candidate, name: &str) -> &'static str {
    candidate.names.iter().copied().find(|known| *known == name).unwrap_or_default()
}

/// The line with `!` that speaks of what was found, or of something in it.
fn taken_back<'f>(current: &'f IgnoreFile, pattern: &str, fitting: &[&Judged<'_>]) -> Option<&'f str> {
    let name = path::file_name(pattern);
    let negations = current.patterns().filter(|line| line.negated);
    let mut meant = negations.filter(|line| {
        let inside = fitting.iter().any(|(found, _)| below(&found.path, &line.cleaned).is_some());
        inside
            || line
                .cleaned
                .split('/')
                .any(|part| part == name || fitting.iter().any(|(found, _)| part == path::file_name(&found.path)))
    });
    meant.next().map(|line| line.span.of(current.text()))
}

/// Entries for what is not there yet and will be, as soon as somebody works on the project.
fn certain(court: &Court<'_>, current: &IgnoreFile, is_sent: impl Fn(&str) -> bool, safe: &mut Entries) {
    for candidate in leftovers::table().iter().filter(|candidate| !candidate.certain.is_empty()) {
        let name = candidate.names[0];
        let found = court.leftovers.found.iter().any(|found| found.name == name);
        let asked = candidate.certain.iter().any(|file| court.context.entry(file).is_some_and(|entry| entry.is_file()));
        // In git, they are part of the sources.
        let in_git = court.leftovers.sources.iter().any(|(path, _)| candidate.names(path::file_name(path)).is_some());
        let below = format!("somewhere/{name}");
        if found || in_git || !asked || !is_sent(name) || !is_sent(&below) {
            continue;
        }
        let expected = Leftover { path: name.to_owned(), candidate, name, is_directory: true, git: GitState::Ignored };
        let reached = court.own.reaches(&expected) == Reach::Broad;
        let Some(verdict) = court.judge(&expected).filter(|verdict| reached && verdict.level == Applicability::Safe)
        else {
            continue;
        };
        let judged = (&expected, verdict);
        if let Ok(patterns) = patterns(court, current, name, &[&judged], true) {
            safe.groups.entry(candidate.kind).or_default().extend(patterns);
        }
    }
}

impl Entries {
    fn add(&mut self, kind: Kind, patterns: Vec<String>, fitting: &[&Judged<'_>]) {
        self.groups.entry(kind).or_default().extend(patterns);
        self.paths.extend(fitting.iter().map(|(found, _)| found.path.clone()));
        for (found, verdict) in fitting {
            let reason = format!("`{}`: {}", path::file_name(&found.path), verdict.reason);
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
    }
}

fn written(
    ctx: &RuleContext<'_>,
    span: Span,
    level: Applicability,
    entries: Entries,
    current: &IgnoreFile,
    obstacle: Option<&str>,
) -> Finding {
    let groups: Vec<Group> = entries
        .groups
        .iter()
        .map(|(kind, patterns)| Group { comment: kind.title().to_owned(), patterns: patterns.clone() })
        .collect();
    let all: Vec<String> = entries.groups.values().flatten().map(|pattern| format!("`{pattern}`")).collect();
    let what = names(&entries.paths);
    let reason = entries.reasons.join("; ");
    let edit = current.append(&groups);
    let unproven = edit.as_ref().and_then(|edit| unproven(ctx, &entries, current, edit));
    let obstacle = obstacle.or(unproven);
    let edit = edit.filter(|_| obstacle.is_none());
    let file = ctx.build_context.and_then(|context| context.ignore_file());
    let name =
        file.and_then(|file| file.path().file_name()).map_or(".dockerignore".into(), |name| name.to_string_lossy());
    let fix = edit.map(|edit| Fix {
        title: format!("{} {} {name}", if current.text().is_empty() { "write" } else { "add" }, all.join(", "))
            .replacen(&format!(" {name}"), &format!(" to {name}"), 1),
        edits: vec![(Target::Dockerignore, edit)],
        reads: Vec::new(),
    });
    let applicability = if fix.is_some() { level } else { Applicability::Display };
    Finding {
        rule: SLUG,
        span,
        message: format!("this copy brings {what} along, which the image does not need"),
        reason: obstacle.map_or(reason.clone(), |obstacle| format!("{obstacle}; {reason}")),
        applicability,
        paths: Vec::new(),
        related: Vec::new(),
        fix,
    }
}

/// Why the entries are not written after all: what the builders would lose besides what was weighed.
fn unproven(ctx: &RuleContext<'_>, entries: &Entries, current: &IgnoreFile, edit: &Edit) -> Option<&'static str> {
    let mut text = current.text().to_owned();
    text.insert_str(edit.span.start, &edit.text);
    let after = IgnoreFile::parse(current.path(), text);
    let lost = ctx.build_context?.lost(current, &after, &ctx.settings.builders);
    let patterns = || entries.groups.values().flatten();
    let weighed = |path: &str| {
        let found = entries.paths.iter().any(|found| below(found, path).is_some());
        // What lies in a directory of dependencies was not looked at, but its name says enough.
        found || patterns().any(|pattern| pattern.strip_prefix("**/") == Some(path::file_name(path)))
    };
    if lost.roots.iter().any(|root| !weighed(&root.path)) {
        return Some("the entries would keep out more than that");
    }
    (!lost.gained.is_empty() || !lost.emptied.is_empty()).then_some("a line with `!` would come to mean something else")
}

fn listed(fitting: &[&Judged<'_>]) -> String {
    let paths: Vec<String> = fitting.iter().map(|(found, _)| found.path.clone()).collect();
    names(&paths)
}

/// The first paths, and how many more there are.
fn names(paths: &[String]) -> String {
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
    match paths.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{} and {more} more", named.join(", ")),
        _ => named.join(", "),
    }
}
