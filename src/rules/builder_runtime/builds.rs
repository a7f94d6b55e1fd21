//! Which commands compile the application, and what of it the container starts: the artefact.

use super::entry::Entry;
use super::{Job, Language};
use crate::model::installs::{Arguments, Ecosystem, Install, InstallKind};
use crate::model::{StepKind, path};

/// What the runtime stage takes out of the one that builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Artefact {
    /// Where it is, absolute.
    pub(super) from: String,
    /// Where it goes, absolute.
    pub(super) to: String,
    /// Whether it is a directory.
    pub(super) directory: bool,
}

impl Artefact {
    pub(super) fn file(path: impl Into<String>) -> Self {
        let from = path.into();
        Self { to: from.clone(), from, directory: false }
    }
}

/// The language that a command compiles; `None` if it compiles nothing.
pub(super) fn language(install: &Install) -> Option<Language> {
    let words = Arguments::new(&install.arguments);
    let first = || words.subcommand(&["-C", "--config", "--color"]).map(|(word, _)| word);
    let builds = install.kind == InstallKind::Build;
    match install.ecosystem {
        Ecosystem::Go if builds || install.kind == InstallKind::Named => {
            matches!(first(), Some("build" | "install")).then_some(Language::Go)
        }
        Ecosystem::Cargo if builds => matches!(first(), Some("build" | "b" | "install")).then_some(Language::Rust),
        Ecosystem::Maven if builds => {
            let goals = ["package", "install", "verify"];
            words.words().iter().flatten().any(|word| goals.contains(&word.as_str())).then_some(Language::Maven)
        }
        Ecosystem::Gradle if builds => {
            let task = |word: &str| {
                let name = word.rsplit(':').next().unwrap_or_default();
                matches!(name, "build" | "bootJar" | "shadowJar" | "jar" | "assemble")
            };
            words.words().iter().flatten().any(|word| task(word)).then_some(Language::Gradle)
        }
        Ecosystem::Dotnet if builds => (first() == Some("publish")).then_some(Language::Dotnet),
        _ => None,
    }
}

impl Job<'_> {
    /// What the container starts of what is compiled, or why that is not evident.
    pub(super) fn artefact(&self, entry: &Entry) -> Result<Artefact, String> {
        if let Some(install) = self.compiles.iter().find(|install| !install.certain) {
            return Err(format!("`{}` runs only under a condition", self.quoted(install.span)));
        }
        match self.language {
            Language::Go => self.go(entry),
            Language::Rust => self.rust(entry),
            Language::Maven | Language::Gradle => self.java(entry),
            Language::Dotnet => self.dotnet(entry),
        }
    }

    /// Where the program may be: as written against the working directory, or where it is searched for, first of all in the
    /// directory into which the tool chain installs, which the runtime image does not search.
    fn programs(&self, entry: &Entry, installed: &str) -> Result<Vec<Artefact>, String> {
        let written = entry.program.as_str();
        if written.contains('/') {
            let found = self.stage.end.absolute(written).map(|path| vec![Artefact::file(path)]);
            return found.ok_or_else(|| format!("`{written}` depends on the working directory of the base image"));
        }
        let from = path::join(installed, written);
        let first = Artefact { from, to: path::join("/usr/local/bin", written), directory: false };
        let searched = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let others = searched.into_iter().map(|directory| Artefact::file(path::join(directory, written)));
        Ok(std::iter::once(first).chain(others).collect())
    }

    fn go(&self, entry: &Entry) -> Result<Artefact, String> {
        let mut made = None;
        for artefact in self.programs(entry, "/go/bin")? {
            let compiled = self.copied_from(&artefact.from).unwrap_or(&artefact.from);
            for install in &self.compiles {
                if self.go_output(install, compiled)? && made.is_none() {
                    made = Some(artefact.clone());
                }
            }
        }
        self.only(entry, made)
    }

    /// Whether a command makes the program at `wanted`; an error where nobody can tell.
    fn go_output(&self, install: &Install, wanted: &str) -> Result<bool, String> {
        let unclear = |why: &str| Err(format!("`{}` {why}", self.quoted(install.span)));
        let named = install.kind == InstallKind::Named;
        let Some(directory) = install.directory.as_deref().or(named.then_some("/")) else {
            return unclear("runs in a directory that is not known");
        };
        let words = Arguments::new(&install.arguments);
        let Some((subcommand, rest)) = words.subcommand(&["-C"]) else { return unclear("is not understood") };
        let packages = rest.operands(&[
            "-o",
            "-ldflags",
            "-tags",
            "-gcflags",
            "-asmflags",
            "-installsuffix",
            "-mod",
            "-p",
            "-buildmode",
            "-pkgdir",
            "-toolexec",
            "-overlay",
            "-modfile",
            "-C",
            "-pgo",
            "-compiler",
            "-gccgoflags",
            "-coverpkg",
            "-covermode",
        ]);
        if rest.values(&["-buildmode"]).iter().any(|mode| !matches!(mode, Some("exe" | "pie" | "default"))) {
            return unclear("builds no program");
        }
        let packages: Option<Vec<&str>> = packages.into_iter().collect();
        let Some(packages) = packages else { return unclear("names its packages by variables that are not known") };
        let name = || self.go_name(directory, &packages);
        if subcommand == "install" {
            if self.sets("GOBIN") || self.sets("GOPATH") {
                return unclear("installs where GOBIN or GOPATH says");
            }
            return match name() {
                Some(name) => Ok(path::join("/go/bin", &name) == wanted),
                None => unclear("does not say what its program is called"),
            };
        }
        match rest.values(&["-o"]).last() {
            Some(None) => unclear("computes where its program goes"),
            Some(Some(output)) => {
                let output_path = path::absolute(directory, output);
                if output.ends_with('/') || self.makes_directory(&output_path) {
                    return match name() {
                        Some(name) => Ok(path::join(&output_path, &name) == wanted),
                        None => unclear("does not say what its program is called"),
                    };
                }
                Ok(output_path == wanted)
            }
            None => match name() {
                Some(name) => Ok(path::join(directory, &name) == wanted),
                None => unclear("does not say what its program is called"),
            },
        }
    }

    /// What go calls the program of these packages.
    fn go_name(&self, directory: &str, packages: &[&str]) -> Option<String> {
        let plain = |name: &str| {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            (plain && !name.is_empty() && name != "..").then(|| name.to_owned())
        };
        // The last part of an import path; `/v2` is a version of the part in front of it.
        let of_import = |import: &str| {
            let mut parts = import.rsplit('/');
            let last = parts.next()?;
            let is_version = last.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
            plain(if is_version { parts.next()? } else { last })
        };
        match packages {
            [] | ["." | "./"] => {
                let module = self.files.read(&path::join(directory, "go.mod"));
                let line = module
                    .as_deref()
                    .and_then(|text| text.lines().find_map(|line| line.trim().strip_prefix("module ")));
                match line {
                    Some(name) => of_import(name.split("//").next()?.trim().trim_matches('"')),
                    None => {
                        plain(path::file_name(directory)).filter(|_| module.is_none() && !self.has_module(directory))
                    }
                }
            }
            [file, others @ ..] if file.ends_with(".go") => others
                .iter()
                .all(|other| other.ends_with(".go"))
                .then(|| plain(path::file_name(file).trim_end_matches(".go")))?,
            [only] if only.contains("...") => None,
            [only] if only.starts_with('.') || only.starts_with('/') => {
                plain(path::file_name(&path::absolute(directory, only)))
            }
            [only] => of_import(only.split_once('@').map_or(*only, |(import, _)| import)),
            _ => None,
        }
    }

    /// Whether a module stands in a directory or above it.
    fn has_module(&self, directory: &str) -> bool {
        let mut at = directory;
        while at != "/" {
            if self.files.has(&path::join(at, "go.mod")) {
                return true;
            }
            at = path::parent(at);
        }
        false
    }

    /// The artefact, if it is all that is compiled.
    fn only(&self, entry: &Entry, made: Option<Artefact>) -> Result<Artefact, String> {
        if self.compiles.len() > 1 {
            return Err("it compiles more than one program".to_owned());
        }
        made.ok_or_else(|| format!("nothing shows that `{}` is what is compiled", entry.program))
    }

    fn rust(&self, entry: &Entry) -> Result<Artefact, String> {
        let candidates = self.programs(entry, "/usr/local/cargo/bin")?;
        let [install] = self.compiles.as_slice() else { return Err("it compiles more than one program".to_owned()) };
        let unclear = |why: &str| Err(format!("`{}` {why}", self.quoted(install.span)));
        let Some(directory) = &install.directory else { return unclear("runs in a directory that is not known") };
        if self.sets("CARGO_TARGET_DIR") || self.sets("CARGO_HOME") || self.sets("CARGO_INSTALL_ROOT") {
            return unclear("builds where a variable says");
        }
        let words = Arguments::new(&install.arguments);
        if words.has_any(&[
            "--target-dir",
            "--manifest-path",
            "--root",
            "--profile",
            "--example",
            "--examples",
            "--config",
        ]) {
            return unclear("builds elsewhere than by default");
        }
        let installs = words.words().iter().flatten().any(|word| word == "install");
        let directory = match words.values(&["--path"]).first() {
            Some(Some(named)) => path::absolute(directory, named),
            Some(None) => return unclear("computes what it builds"),
            None => directory.clone(),
        };
        let programs = self.cargo_programs(&directory);
        if let [one, other, ..] = programs.as_slice() {
            return Err(format!("it compiles more than one program: `{one}` and `{other}`"));
        }
        let output = if installs {
            "/usr/local/cargo/bin".to_owned()
        } else {
            let profile = if words.has_any(&["--release", "-r"]) { "release" } else { "debug" };
            path::join(
                &directory,
                &match words.values(&["--target"]).first().copied() {
                    Some(Some(target)) => format!("target/{target}/{profile}"),
                    Some(None) => return unclear("computes its target"),
                    None => format!("target/{profile}"),
                },
            )
        };
        let is_made = |artefact: &Artefact| {
            let copied = self.copied_from(&artefact.from);
            let compiled = copied.unwrap_or(&artefact.from);
            // Without a manifest that says so, who names the directory that cargo writes says it.
            let named = programs.first().is_some_and(|program| program == path::file_name(compiled));
            let written = !installs && (copied.is_some() || entry.program.contains("target/"));
            path::parent(compiled) == output && (named || (programs.is_empty() && written))
        };
        self.only(entry, candidates.into_iter().find(is_made))
    }

    /// The programs of the package in a directory, as its manifest and the usual places say.
    fn cargo_programs(&self, directory: &str) -> Vec<String> {
        let Some(text) = self.files.read(&path::join(directory, "Cargo.toml")) else { return Vec::new() };
        let mut programs = Vec::new();
        let (mut section, mut package) = (String::new(), None);
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']).to_owned();
            } else if let Some(value) =
                line.strip_prefix("name").map(str::trim_start).and_then(|rest| rest.strip_prefix('='))
            {
                let value = value.split('#').next().unwrap_or_default().trim().trim_matches('"').to_owned();
                match section.as_str() {
                    "package" => package = Some(value),
                    "bin" => programs.push(value),
                    _ => {}
                }
            }
        }
        let source = path::join(directory, "src");
        let own = self.files.names(&path::join(&source, "bin"));
        programs.extend(own.into_iter().map(|name| name.trim_end_matches(".rs").to_owned()));
        if programs.is_empty() || self.files.has(&path::join(&source, "main.rs")) {
            programs.extend(package.filter(|package| !programs.contains(package)));
        }
        programs.sort();
        programs.dedup();
        programs
    }

    /// What a `cp`, `mv` or `install` with one source puts at a path.
    pub(super) fn copied_from(&self, target: &str) -> Option<&str> {
        self.copied.iter().rev().find(|(_, copied)| copied == target).map(|(source, _)| source.as_str())
    }

    /// Whether ENV sets a variable.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.stage.end.variables.get(name).is_some_and(|variable| !variable.argument)
    }

    /// Whether a RUN or a WORKDIR makes a directory.
    fn makes_directory(&self, directory: &str) -> bool {
        self.stage.steps.iter().any(|step| {
            let made =
                |run: &crate::model::Run| crate::model::directories::makes_directory(run, &step.scope, directory);
            step.scope.workdir.as_deref().is_some_and(|workdir| path::below(directory, workdir).is_some())
                || matches!(&step.kind, StepKind::Run(run) if made(run) == crate::model::directories::Makes::Yes)
        }) || self.files.is_directory(directory)
    }
}
