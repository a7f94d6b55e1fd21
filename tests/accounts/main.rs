//! What is known of users and groups: every `[[case]]` of the TOML files beside this one is a Dockerfile and what has to be
//! known in it.
//!
//! `users` and `groups` map what is asked for (a name, a number, a text with variables) to the answer: `exists UID:GID GROUP
//! HOME` (or `exists GID`), with `?` for what cannot be told, `likely …` with the same, `missing` or `unknown`. The answer
//! holds at the end of the last stage, and so does what `members` says of `USER GROUP` (`yes`, `no` or `unknown`), or in front of the first instruction that contains the text `at`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dockfix::model::BuildModel;
use dockfix::model::accounts::{Accounts, Group, Known, User};
use dockfix::syntax::Dockerfile;
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    dockerfile: String,
    at: Option<String>,
    #[serde(default)]
    users: BTreeMap<String, String>,
    #[serde(default)]
    groups: BTreeMap<String, String>,
    #[serde(default)]
    members: BTreeMap<String, String>,
}

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accounts");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    files.sort();
    let tables = files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let mut trials = Vec::new();
    for path in tables {
        let text = std::fs::read_to_string(path).expect("it can be read");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let topic = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        trials.extend(
            file.case.into_iter().map(|case| Trial::test(format!("{topic}: {}", case.name), move || check(&case))),
        );
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(case: &Case) -> Result<(), Failed> {
    let dockerfile = Dockerfile::parse(case.dockerfile.as_str());
    let model = BuildModel::new(&dockerfile);
    let accounts = match &case.at {
        Some(text) => {
            let stages = 0..model.stages.len();
            let steps = stages.flat_map(|stage| model.history(stage));
            let written = |id| {
                let span = model.step(id).span();
                case.dockerfile[span.start..span.end].contains(text.as_str())
            };
            let step = steps.into_iter().find(|id| written(*id));
            model.accounts(step.ok_or("no instruction contains the text of `at`")?)
        }
        None => model.final_accounts(model.stages.len() - 1),
    };
    let found = answers(&accounts, case);
    if found.is_empty() { Ok(()) } else { Err(Failed::from(found.join("\n"))) }
}

/// The answers that differ from what is expected.
fn answers(accounts: &Accounts, case: &Case) -> Vec<String> {
    let users = case.users.iter().map(|(name, expected)| (name, expected, describe(accounts.user(name), user)));
    let groups = case.groups.iter().map(|(name, expected)| (name, expected, describe(accounts.group(name), group)));
    let member = |pair: &str| match pair.split_once(' ').and_then(|(user, group)| accounts.member(user, group)) {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => "unknown".to_owned(),
    };
    let members = case.members.iter().map(|(pair, expected)| (pair, expected, member(pair)));
    let wrong = users.chain(groups).chain(members).filter(|(_, expected, found)| !found.starts_with(expected.as_str()));
    wrong.map(|(name, expected, found)| format!("{name}: expected `{expected}`, found `{found}`")).collect()
}

fn describe<T>(known: Known<T>, account: impl Fn(T) -> String) -> String {
    match known {
        Known::Exists(found) => format!("exists {}", account(found)),
        Known::Likely(found, why) => format!("likely {} ({why})", account(found)),
        Known::Missing => "missing".to_owned(),
        Known::Unknown => "unknown".to_owned(),
    }
}

fn user(user: User) -> String {
    let number = |number: Option<u32>| number.map_or("?".to_owned(), |number| number.to_string());
    let text = |text: Option<String>| text.unwrap_or_else(|| "?".to_owned());
    format!("{}:{} {} {}", number(user.uid), number(user.gid), text(user.group), text(user.home))
}

fn group(group: Group) -> String {
    group.gid.map_or("?".to_owned(), |number| number.to_string())
}
