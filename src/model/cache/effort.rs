//! How much runs again: what people want to know of a simulation, in a few words.

use super::{Row, Simulation, Verdict};
use crate::syntax::SyntaxKind;

/// Commands that people wait for, by the words that start them.
const INSTALLS: [&str; 31] = [
    "pip install",
    "pip3 install",
    "pipenv install",
    "pipenv sync",
    "poetry install",
    "uv sync",
    "uv pip",
    "conda install",
    "npm ci",
    "npm install",
    "yarn install",
    "yarn --",
    "pnpm install",
    "pnpm i",
    "bun install",
    "bundle install",
    "composer install",
    "go mod download",
    "go build",
    "cargo fetch",
    "cargo build",
    "mvn ",
    "mvnw ",
    "gradlew",
    "gradle ",
    "dotnet restore",
    "mix deps.get",
    "apt-get install",
    "apk add",
    "dnf install",
    "yum install",
];

/// Those of them that install packages of the system.
const SYSTEM: [&str; 4] = ["apt-get install", "apk add", "dnf install", "yum install"];

/// Commands longer than this are cut where they are quoted.
const LONGEST: usize = 60;

/// What a change makes run again.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Effort {
    /// The steps that run again for certain.
    pub steps: usize,
    /// The steps that may run again.
    pub perhaps: usize,
    /// The first command among them that installs something or compiles it.
    pub install: Option<String>,
}

impl Effort {
    /// What of `simulation` runs again.
    #[must_use]
    pub fn of(simulation: &Simulation) -> Self {
        Self {
            steps: simulation.rebuilt().count(),
            perhaps: simulation.rows.iter().filter(|row| row.verdict == Verdict::Depends).count(),
            install: first_install(simulation),
        }
    }

    /// How many steps, and the install among them.
    #[must_use]
    pub fn sentence(&self) -> String {
        let steps = |number: usize| format!("{number} step{}", if number == 1 { "" } else { "s" });
        let number = match (self.steps, self.perhaps) {
            (0, 0) => "no step".to_owned(),
            (0, perhaps) => format!("perhaps {}", steps(perhaps)),
            (certain, 0) => steps(certain),
            (certain, perhaps) => format!("{} and perhaps {perhaps} more", steps(certain)),
        };
        match &self.install {
            Some(install) => format!("{number}, `{install}` among them"),
            None => number,
        }
    }
}

/// The first install of dependencies, else that of packages of the system.
fn first_install(simulation: &Simulation) -> Option<String> {
    let (system, own): (Vec<String>, Vec<String>) = simulation
        .rebuilt()
        .filter_map(install)
        .partition(|command| SYSTEM.iter().any(|words| command.starts_with(words)));
    own.into_iter().chain(system).next()
}

/// The command of a RUN that installs something, on one line and without what follows it.
fn install(row: &Row) -> Option<String> {
    if row.instruction.kind() != SyntaxKind::RunInstruction {
        return None;
    }
    let text = row.instruction.logical_text();
    let found = INSTALLS.iter().filter_map(|words| Some((text.text().find(words)?, words)));
    let (at, words) = found.min()?;
    // `./mvnw` is one word with what stands in front of its known end.
    let before = text.text()[..at].rfind([' ', '\t', '\n', '/', '"', '\'', '(', '&', ';', '|']).map_or(0, |at| at + 1);
    let start = if text.text()[before..at].chars().all(char::is_alphanumeric) { before } else { at };
    let rest = &text.text()[start..];
    let from = at - start + words.len();
    let command: Vec<&str> = rest[..from + end(&rest[from..], words.chars().last())].split_whitespace().collect();
    let command = command.join(" ");
    Some(match command.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", command[..cut].trim_end()),
        None => command,
    })
}

/// Where a command ends: at an operator, or at a quote that was opened in front of it.
fn end(text: &str, first: Option<char>) -> usize {
    let mut quote = None;
    let mut before = first.unwrap_or(' ');
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('"' | '\'', Some(open)) if open == letter => quote = None,
            ('"' | '\'', None) if before.is_whitespace() || before == '=' => quote = Some(letter),
            ('"' | '\'' | '&' | ';' | '|' | '\n' | ')', None) => return at,
            _ => {}
        }
        before = letter;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BuildModel;
    use crate::model::cache::{Build, Builder, Change, PathChange, simulate};
    use crate::syntax::Dockerfile;

    #[test]
    fn names_the_command_and_not_what_is_around_it() {
        for (run, expected) in [
            ("pip install -r requirements.txt", "1 step, `pip install -r requirements.txt` among them"),
            ("apt-get update && apt-get install -y \\\n  curl && rm x", "1 step, `apt-get install -y curl` among them"),
            ("./mvnw -B package; ls", "1 step, `mvnw -B package` among them"),
            ("[\"npm\", \"ci\"]", "1 step"),
            ("sh -c 'npm ci' && x", "1 step, `npm ci` among them"),
            ("pip install \"a[b]\" 'c;d' ; x", "1 step, `pip install \"a[b]\" 'c;d'` among them"),
            ("apk add git && npm ci", "1 step, `apk add git` among them"),
            ("make", "1 step"),
        ] {
            let dockerfile = Dockerfile::parse(format!("FROM a\nARG X\nRUN {run}\n"));
            let model = BuildModel::new(&dockerfile);
            let build = Build {
                dockerfile: &dockerfile,
                model: &model,
                context: None,
                builder: Builder::Buildkit,
                target: None,
            };
            let change = Change { arguments: [("X".to_owned(), None)].into(), ..Change::default() };
            assert_eq!(Effort::of(&simulate(&build, &change).unwrap()).sentence(), expected, "{run}");
            let elsewhere = Change { paths: [("x".to_owned(), PathChange::Content)].into(), ..Change::default() };
            assert_eq!(Effort::of(&simulate(&build, &elsewhere).unwrap()).sentence(), "no step", "{run}");
        }
    }
}
