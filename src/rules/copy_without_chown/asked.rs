//! Commands below a copy that ask whose its files are, and accounts that may run something as root.

use super::commands::{Commands, program, resolve};
use super::landed::Landed;
use super::look::Doubt;
use crate::model::{BuildModel, Run, Scope, StepId, StepKind, path};
use crate::settings::Applicability;
use crate::shell::{Directory, Word};

/// Words of `find` that look at the owner.
const BY_OWNER: [&str; 8] = ["-user", "-group", "-nouser", "-nogroup", "-uid", "-gid", "-printf", "-ls"];

/// Why another owner would change what the build does.
pub fn doubts(model: &BuildModel, id: StepId, history: &[StepId], landed: &[&Landed]) -> Vec<Doubt> {
    let mut found = Vec::new();
    let commands = Commands::below(model, id);
    let asks = |words: &[Word], scope: &Scope, directory: &Directory<'_>| {
        asks_for_owner(words) && landed.iter().any(|landed| may_mean(words, scope, directory, &landed.path))
    };
    if let Some(program) = commands.first(asks) {
        let why = format!("`{program}` below asks whose the files are, and would do something else");
        found.push((Applicability::Display, why));
    }
    if commands.runs().any(lists_owners) {
        found.push((Applicability::Unsafe, "`ls` below writes down whose the files are".to_owned()));
    }
    if commands.runs().any(computes_from_owner) {
        let why = "a `$(…)` below asks whose files are, and may do something else".to_owned();
        found.push((Applicability::Unsafe, why));
    }
    let runs = history.iter().filter_map(|id| match &model.step(*id).kind {
        StepKind::Run(run) => Some(run),
        _ => None,
    });
    if runs.into_iter().any(allows_some_programs) {
        let why = "sudo or doas lets somebody run some programs as root, which may well use the files".to_owned();
        found.push((Applicability::Unsafe, why));
    }
    found
}

fn asks_for_owner(words: &[Word]) -> bool {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.raw.as_str()));
    match program(words) {
        Some("stat") => true,
        Some("find") => has(&BY_OWNER),
        Some("test" | "[") => has(&["-O", "-G"]),
        _ => false,
    }
}

/// Whether one of the words is the path, something in it, or a directory that holds it. What cannot be told counts.
fn may_mean(words: &[Word], scope: &Scope, directory: &Directory<'_>, path: &str) -> bool {
    let related = |target: &str| path::below(target, path).is_some() || path::below(path, target).is_some();
    let operands = words.iter().skip(1).filter(|word| !word.raw.starts_with('-'));
    operands.map(|word| resolve(word, scope, directory)).any(|target| target.is_none_or(|target| related(&target)))
        || resolve(&Word::plain(".", words[0].span), scope, directory).is_none_or(|here| related(&here))
}

/// Whether a RUN may write a long listing somewhere.
fn lists_owners(run: &Run) -> bool {
    let long = ["ls -l", "ls -al", "ls -Rl", "ls -lR", "ls -n", "ls -la"].iter().any(|text| run.mentions(text));
    long && (run.mentions(">") || run.mentions("|") || run.mentions("$("))
}

/// Whether a RUN uses what `stat` or `find -user` prints.
fn computes_from_owner(run: &Run) -> bool {
    let inside = |program: &str| ["$(", "$( ", "`"].iter().any(|open| run.mentions(&format!("{open}{program} ")));
    inside("stat") || (inside("find") && BY_OWNER.iter().any(|word| run.mentions(word)))
}

/// Whether a RUN writes a rule for sudo or doas that names programs. Who may run everything gains nothing by a file.
fn allows_some_programs(run: &Run) -> bool {
    let sudo = run.mentions("NOPASSWD")
        && !["NOPASSWD:ALL", "NOPASSWD: ALL", "NOPASSWD:  ALL"].iter().any(|all| run.mentions(all));
    sudo || (run.mentions("doas") && run.mentions("permit") && run.mentions(" cmd "))
}
