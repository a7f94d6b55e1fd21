//! Which commands of a RUN install dependencies: package managers of languages, read by their arguments.
//!
//! Owns: the recognition by the command line alone, one module for each family. Which files such a command reads is
//! another question. Must not know what a rule makes of it. A program that is not known, and a subcommand that is
//! not known, is no install.

mod arguments;
mod go;
pub mod inputs;
mod java;
mod node;
mod others;
mod project;
mod python;

pub use arguments::Arguments;
pub use project::{Found, Project};

use super::effects::working_directory;
use super::{BuildModel, Run, RunCommand, Step, StepId, StepKind, path};
use crate::shell::{self, Directory, Execution, Word};
use crate::text::Span;

/// Who installs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// pip, also as `python -m pip` and `uv pip`
    Pip,
    /// pipenv
    Pipenv,
    /// Poetry
    Poetry,
    /// uv, as a project manager
    Uv,
    /// npm
    Npm,
    /// yarn, classic and berry
    Yarn,
    /// pnpm
    Pnpm,
    /// bun
    Bun,
    /// Go modules
    Go,
    /// cargo
    Cargo,
    /// Maven
    Maven,
    /// Gradle
    Gradle,
    /// Bundler
    Bundler,
    /// composer
    Composer,
    /// .NET
    Dotnet,
    /// mix
    Mix,
}

impl Ecosystem {
    /// The name of the program.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pip => "pip",
            Self::Pipenv => "pipenv",
            Self::Poetry => "poetry",
            Self::Uv => "uv",
            Self::Npm => "npm",
            Self::Yarn => "yarn",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
            Self::Go => "go",
            Self::Cargo => "cargo",
            Self::Maven => "mvn",
            Self::Gradle => "gradle",
            Self::Bundler => "bundle",
            Self::Composer => "composer",
            Self::Dotnet => "dotnet",
            Self::Mix => "mix",
        }
    }
}

/// How much of a project an install is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstallKind {
    /// Packages that the command line names: `npm install -g pm2`. It reads no manifest.
    Named,
    /// It downloads what manifests ask for, and installs or builds nothing: `go mod download`, `dotnet restore`.
    Resolve,
    /// It installs what manifests ask for, and nothing of the project itself: `npm ci`, `pip install -r requirements.txt`.
    Dependencies,
    /// It builds or installs the project as well: `pip install .`, `go build`, `mvn package`.
    Build,
}

/// A command that installs dependencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// The RUN that it stands in.
    pub step: StepId,
    /// Which of the commands of [`Run::steps`] it is; 0 for the exec form.
    pub command: usize,
    /// The command in the file, from its first word to its last.
    pub span: Span,
    /// Who installs.
    pub ecosystem: Ecosystem,
    /// How much of the project it is about.
    pub kind: InstallKind,
    /// The directory of the project in the image, absolute; `None` if it cannot be told.
    pub directory: Option<String>,
    /// The program as written, without its folders: `pip3`, `mvnw`.
    pub program: String,
    /// The folder in front of the program, as written.
    pub program_directory: Option<String>,
    /// The words behind the program (behind `python -m pip`, `corepack yarn`); `None` for one that is computed.
    pub arguments: Vec<Option<String>>,
    /// Whether it runs on every build, and the build fails if it does.
    pub certain: bool,
}

impl Install {
    /// Whether it asks for the dependencies of a project, and builds nothing that is worth more than they are.
    #[must_use]
    pub const fn is_of_dependencies(&self) -> bool {
        match self.kind {
            InstallKind::Dependencies | InstallKind::Resolve => true,
            // What these build is compiled, and a step that only resolves is another command.
            InstallKind::Build => !matches!(
                self.ecosystem,
                Ecosystem::Go
                    | Ecosystem::Cargo
                    | Ecosystem::Maven
                    | Ecosystem::Gradle
                    | Ecosystem::Dotnet
                    | Ecosystem::Mix
            ),
            InstallKind::Named => false,
        }
    }
}

/// What every command line that is recognised speaks of, for a cheap look at a whole RUN.
const PROGRAMS: [&str; 16] = [
    "pip", "poetry", "uv", "npm", "yarn", "bun", "go", "cargo", "mvn", "gradle", "bundle", "composer", "dotnet", "mix",
    "corepack", "pnpm",
];

impl BuildModel {
    /// The installs of a stage, in the order in which they are written.
    #[must_use]
    pub fn installs(&self, stage: usize) -> Vec<Install> {
        let steps = self.stages[stage].steps.iter().enumerate();
        steps.flat_map(|(step, found)| installs(StepId { stage, step }, found)).collect()
    }
}

/// The installs of one step.
#[must_use]
pub fn installs(id: StepId, step: &Step) -> Vec<Install> {
    let StepKind::Run(run) = &step.kind else { return Vec::new() };
    if !PROGRAMS.iter().any(|program| run.mentions(program)) {
        return Vec::new();
    }
    commands(run)
        .into_iter()
        .enumerate()
        .filter_map(|(index, command)| {
            let directory = working_directory(&step.scope, &command.directory);
            let recognised = recognise(command.words, |name| step.scope.variable(name))?;
            let directory = match recognised.directory {
                // An option such as `--prefix` names another one.
                Some(named) => named.and_then(|named| Some(path::absolute(&directory?, &named))),
                None => directory,
            };
            Some(Install {
                step: id,
                command: index,
                span: command.span,
                ecosystem: recognised.ecosystem,
                kind: recognised.kind,
                directory,
                program: recognised.program,
                program_directory: recognised.program_directory,
                arguments: recognised.arguments,
                certain: command.certain,
            })
        })
        .collect()
}

/// One command of a RUN.
struct Called<'a> {
    words: &'a [Word],
    span: Span,
    directory: Directory<'a>,
    certain: bool,
}

fn commands(run: &Run) -> Vec<Called<'_>> {
    if let RunCommand::Exec(words) = &run.command {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
        let span = first.span.cover(last.span);
        return vec![Called { words, span, directory: Directory::Known(Vec::new()), certain: true }];
    }
    let steps = run.steps().unwrap_or_default().into_iter();
    steps
        .map(|step| Called {
            words: &step.command.words,
            span: step.command.span,
            certain: step.execution == Execution::Always && step.succeeds,
            directory: step.directory,
        })
        .collect()
}

/// What a command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Recognised {
    ecosystem: Ecosystem,
    kind: InstallKind,
    program: String,
    program_directory: Option<String>,
    arguments: Vec<Option<String>>,
    /// The directory that an option names; `Some(None)` if one does and it is computed.
    directory: Option<Option<String>>,
}

/// What a family's reader finds in a command line.
struct Reading {
    kind: InstallKind,
    directory: Option<Option<String>>,
}

impl From<InstallKind> for Reading {
    fn from(kind: InstallKind) -> Self {
        Self { kind, directory: None }
    }
}

fn recognise(words: &[Word], lookup: impl Fn(&str) -> Option<String>) -> Option<Recognised> {
    let invocation = shell::invocation(words)?;
    // Who switches the user or the directory there does more than install.
    if invocation.directory.is_some() {
        return None;
    }
    let written = words[invocation.program].resolve(&lookup)?;
    let program_directory = written.rsplit_once('/').map(|(directory, _)| directory.to_owned());
    let mut program = path::file_name(&written).to_owned();
    let mut arguments: Vec<Option<String>> =
        words[invocation.program + 1..].iter().map(|word| argument(word, &lookup)).collect();
    while let Some((inner, skipped)) = launched(&program, &arguments) {
        program = inner;
        arguments.drain(..skipped);
    }
    let read = Arguments::new(&arguments);
    let (ecosystem, reading) = match program.as_str() {
        name if is_pip(name) => (Ecosystem::Pip, python::pip(read)?),
        "pipenv" => (Ecosystem::Pipenv, python::pipenv(read)?),
        "poetry" => (Ecosystem::Poetry, python::poetry(read)?),
        "uv" => python::uv(read)?,
        "npm" => (Ecosystem::Npm, node::npm(read)?),
        "yarn" | "yarnpkg" => (Ecosystem::Yarn, node::yarn(read)?),
        "pnpm" => (Ecosystem::Pnpm, node::pnpm(read)?),
        "bun" => (Ecosystem::Bun, node::bun(read)?),
        "go" => (Ecosystem::Go, go::go(read)?),
        "cargo" => (Ecosystem::Cargo, others::cargo(read)?),
        "mvn" | "mvnw" => (Ecosystem::Maven, java::maven(read)?),
        "gradle" | "gradlew" => (Ecosystem::Gradle, java::gradle(read)?),
        "bundle" | "bundler" => (Ecosystem::Bundler, others::bundler(read)?),
        "composer" | "composer.phar" => (Ecosystem::Composer, others::composer(read)?),
        "dotnet" => (Ecosystem::Dotnet, others::dotnet(read)?),
        "mix" => (Ecosystem::Mix, others::mix(read)?),
        _ => return None,
    };
    Some(Recognised {
        ecosystem,
        kind: reading.kind,
        program,
        program_directory,
        arguments,
        directory: reading.directory,
    })
}

/// What a word comes to. `.[dev]` is a pattern to the shell, and stays as it is where no file is called `.d`.
fn argument(word: &Word, lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
    let part = |part: &shell::Part| match part {
        shell::Part::Text(text) => Some(text.clone()),
        shell::Part::Pattern('[') => Some("[".to_owned()),
        _ => None,
    };
    word.resolve(lookup).or_else(|| word.parts.iter().map(part).collect())
}

/// The program that another one starts, and how many of the arguments stand in front of its own.
fn launched(program: &str, arguments: &[Option<String>]) -> Option<(String, usize)> {
    let word = |index: usize| arguments.get(index).and_then(Option::as_deref);
    match program {
        "python" | "python2" | "python3" => module_of(arguments),
        name if name.starts_with("python3.") => module_of(arguments),
        // Its own options and subcommands are no package manager.
        "corepack" if matches!(word(0), Some("npm" | "yarn" | "pnpm")) => Some((word(0)?.to_owned(), 1)),
        "php" if word(0).is_some_and(|file| file.ends_with("composer.phar") || file.ends_with("/composer")) => {
            Some(("composer".to_owned(), 1))
        }
        "sh" | "bash" if word(0).is_some_and(|file| matches!(file, "./mvnw" | "mvnw" | "./gradlew" | "gradlew")) => {
            Some((path::file_name(word(0)?).to_owned(), 1))
        }
        _ => None,
    }
}

/// `python -m pip …`, with options of Python's own in front.
fn module_of(arguments: &[Option<String>]) -> Option<(String, usize)> {
    let at =
        arguments.iter().take_while(|word| matches!(word.as_deref(), Some("-u" | "-I" | "-B" | "-s" | "-E"))).count();
    let word = |index: usize| arguments.get(index).and_then(Option::as_deref);
    let module = word(at + 1).filter(|_| word(at) == Some("-m"))?;
    matches!(module, "pip" | "pipenv" | "poetry" | "uv").then(|| (module.to_owned(), at + 2))
}

fn is_pip(program: &str) -> bool {
    let rest = program.strip_prefix("pip");
    rest.is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Dockerfile;

    /// What is found in `RUN command` below `WORKDIR /app`: program, kind and directory of each install.
    fn check(command: &str, expected: &[&str]) {
        let text = format!("FROM x\nENV DIR=sub\nWORKDIR /app\nRUN {command}\n");
        let model = BuildModel::new(&Dockerfile::parse(text.as_str()));
        let found: Vec<String> = model
            .installs(0)
            .iter()
            .map(|install| {
                let directory = install.directory.as_deref().unwrap_or("?");
                let doubt = if install.certain { "" } else { " perhaps" };
                format!("{} {:?} {directory}{doubt}", install.ecosystem.name(), install.kind)
            })
            .collect();
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn knows_installs_by_their_arguments() {
        check("pip install -r requirements.txt", &["pip Dependencies /app"]);
        check("pip3.11 install --no-cache-dir -rreq.txt && echo", &["pip Dependencies /app"]);
        check("python3 -u -m pip install --upgrade pip", &["pip Named /app"]);
        check("/opt/venv/bin/pip install git+https://x.org/y.git", &["pip Named /app"]);
        check("pip install .[dev]", &["pip Build /app"]);
        check("pip install -r r.txt -e .", &["pip Build /app"]);
        check("pip config list; pip --version", &[]);
        check("cd $DIR && pip install -r r.txt", &["pip Dependencies /app/sub"]);
        check("cd $OTHER && pip install -r r.txt", &["pip Dependencies ?"]);
        check("uv pip install --system -r r.txt", &["pip Dependencies /app"]);
        check("uv sync --frozen --no-install-project", &["uv Dependencies /app"]);
        check("uv sync --locked", &["uv Build /app"]);
        check("pipenv install --system --deploy", &["pipenv Dependencies /app"]);
        check("poetry install --no-root", &["poetry Dependencies /app"]);
        check("poetry install", &["poetry Build /app"]);
        check("npm ci && npm run build", &["npm Dependencies /app"]);
        check("npm --prefix web ci", &["npm Dependencies /app/web"]);
        check("npm install -g pm2", &["npm Named /app"]);
        check("npm i ./lib", &["npm Build /app"]);
        check("npm ci || npm install", &["npm Dependencies /app perhaps", "npm Dependencies /app perhaps"]);
        check("yarn", &["yarn Dependencies /app"]);
        check("yarn --frozen-lockfile && yarn build", &["yarn Dependencies /app"]);
        check("corepack enable && corepack pnpm fetch", &["pnpm Resolve /app"]);
        check("pnpm -C web install", &["pnpm Dependencies /app/web"]);
        check("bun install --frozen-lockfile", &["bun Dependencies /app"]);
        check("go mod download", &["go Resolve /app"]);
        check("CGO_ENABLED=0 go build -o /x ./cmd/x", &["go Build /app"]);
        check("go install example.org/tool@v1", &["go Named /app"]);
        check("cargo +nightly fetch --locked", &["cargo Resolve /app"]);
        check("cargo build --release", &["cargo Build /app"]);
        check("./mvnw -B -s settings.xml dependency:go-offline", &["mvn Resolve /app"]);
        check("mvn -q package -DskipTests", &["mvn Build /app"]);
        check("sh ./gradlew --no-daemon dependencies", &["gradle Resolve /app"]);
        check("gradle bootJar -x test", &["gradle Build /app"]);
        check("bundle config set path vendor && bundle install -j4", &["bundle Dependencies /app"]);
        check("composer install --no-dev", &["composer Dependencies /app"]);
        check("php /usr/bin/composer.phar install", &["composer Dependencies /app"]);
        check("dotnet restore \"App/App.csproj\"", &["dotnet Resolve /app"]);
        check("dotnet publish -c Release", &["dotnet Build /app"]);
        check("mix do deps.get, deps.compile", &["mix Dependencies /app"]);
        check("mix local.hex --force && mix local.rebar --force", &["mix Named /app", "mix Named /app"]);
        check("[\"npm\", \"ci\"]", &["npm Dependencies /app"]);
        check("echo npm ci; sudo -D /x npm ci", &[]);
    }
}
