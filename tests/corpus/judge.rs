//! What must hold between a file and what the rules made of it, told from BuildKit's reading of both and from their lines.
//!
//! Knows nothing of how the fixes are made: each rule's `may-change` says what it may move, and all else has to be there as it was.

use std::collections::{BTreeMap, BTreeSet};

use dockfix::rules::{self, MayChange};

use crate::oracle::Oracle;
use crate::view::{Command, Verdict};

/// How often each thing is there.
type Counts = BTreeMap<String, isize>;

/// What is wrong with `after`, which `rules` made of `before`; nothing if all is well.
pub fn judge(before: &str, after: &str, rules: &BTreeSet<&str>, oracle: &mut Oracle) -> Vec<String> {
    let mut found: Vec<String> = missing(comments(before), comments(after))
        .into_iter()
        .map(|line| format!("lost the comment `{line}`"))
        .collect();
    // The binding takes C strings.
    if before.contains('\0') {
        return found;
    }
    let (old, new) = (oracle.verdict(before), oracle.verdict(after));
    if old.ok == Some(true) && new.ok != Some(true) {
        found.push(format!("BuildKit refuses it now: {}", new.error.clone().unwrap_or_default()));
        return found;
    }
    let may: BTreeSet<String> = rules
        .iter()
        .filter_map(|rule| rules::find(rule))
        .flat_map(|registered| registered.meta.may_change)
        .map(|what| format!("{what:?}"))
        .collect();
    let may = |what: MayChange| may.contains(&format!("{what:?}"));
    let (old, new) = (instructions(old, &may), instructions(new, &may));
    let gone = missing(old.clone(), new.clone()).into_iter().filter(|text| !may_go(text, &may));
    found.extend(gone.map(|text| format!("lost or changed without being declared: {text}")));
    let come = missing(new, old.clone()).into_iter().filter(|text| !may_come(text, &old, &may));
    found.extend(come.map(|text| format!("appeared without being declared: {text}")));
    found
}

/// Lines that are comments to the builder or to a shell, wherever they stand.
fn comments(text: &str) -> Counts {
    counted(text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned))
}

fn counted(all: impl Iterator<Item = String>) -> Counts {
    all.fold(Counts::new(), |mut counts, text| {
        *counts.entry(text).or_default() += 1;
        counts
    })
}

/// What is there less often in `after`.
fn missing(before: Counts, after: Counts) -> Vec<String> {
    before
        .into_iter()
        .filter(|(text, count)| after.get(text).copied().unwrap_or(0) < *count)
        .map(|(text, _)| text)
        .collect()
}

/// The instructions as BuildKit reads them, without the flags that may change.
fn instructions(verdict: Verdict, may: &impl Fn(MayChange) -> bool) -> Counts {
    let shown = |command: Command| {
        let keeps = |flag: &&String| {
            !((may(MayChange::CopyChmod) && flag.starts_with("--chmod="))
                || (may(MayChange::CopyChown) && flag.starts_with("--chown=")))
        };
        let flags: Vec<&String> = command.flags.iter().filter(keeps).collect();
        let sub = command.sub_cmd.map(|sub| format!(" {sub}")).unwrap_or_default();
        let documents: Vec<(&str, &str)> =
            command.heredocs.iter().map(|heredoc| (heredoc.name.as_str(), heredoc.content.as_str())).collect();
        format!("{}{sub} {flags:?} {:?} {documents:?}", command.cmd.to_ascii_uppercase(), command.value)
    };
    counted(verdict.commands.unwrap_or_default().into_iter().map(shown))
}

fn keyword(text: &str) -> &str {
    let mut words = text.split(' ');
    match words.next() {
        Some("ONBUILD") => words.next().unwrap_or_default(),
        word => word.unwrap_or_default(),
    }
}

/// Whether `text` may be there no more.
fn may_go(text: &str, may: &impl Fn(MayChange) -> bool) -> bool {
    match keyword(text).to_ascii_uppercase().as_str() {
        "RUN" => [MayChange::Run, MayChange::RunSplit, MayChange::RunStub, MayChange::RunChown, MayChange::RunChmod]
            .map(may)
            .contains(&true),
        "USER" => may(MayChange::User),
        "FROM" => may(MayChange::Stages) || may(MayChange::RuntimeStage),
        _ => false,
    }
}

/// Whether `text` may be new where `old` was there.
fn may_come(text: &str, old: &Counts, may: &impl Fn(MayChange) -> bool) -> bool {
    let again = old.contains_key(text);
    match keyword(text).to_ascii_uppercase().as_str() {
        "ARG" => may(MayChange::Arg) || (again && (may(MayChange::Stages) || may(MayChange::RuntimeStage))),
        "COPY" | "ADD" => may(MayChange::CopyAgain) || may(MayChange::RuntimeStage),
        // The stage that runs says again what the one that builds says.
        "ENV" | "LABEL" | "WORKDIR" | "SHELL" | "EXPOSE" | "VOLUME" | "STOPSIGNAL" => {
            again && may(MayChange::RuntimeStage)
        }
        _ => may_go(text, may),
    }
}
