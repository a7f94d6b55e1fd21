//! The files of the build context that are copied into the stage that builds, and what of them the application may read when
//! it runs.

use super::{Job, Language};
use crate::context::{BuildContext, Entry};
use crate::model::installs::{Install, InstallKind, Project};
use crate::model::{CopyFrom, SourceKind, StepKind, path};

/// A file of more bytes is no source that a person wrote.
const LARGEST: u64 = 1024 * 1024;

/// Directories whose content programs read when they run.
const DATA_DIRECTORIES: [&str; 38] = [
    "assets",
    "certs",
    "conf",
    "config",
    "configs",
    "data",
    "dist",
    "etc",
    "fixtures",
    "fonts",
    "frontend",
    "html",
    "i18n",
    "images",
    "keys",
    "lang",
    "locale",
    "locales",
    "migration",
    "migrations",
    "models",
    "plugins",
    "public",
    "queries",
    "resources",
    "rules",
    "schema",
    "schemas",
    "seeds",
    "sql",
    "static",
    "template",
    "templates",
    "translations",
    "ui",
    "views",
    "web",
    "www",
];

/// Directories of no concern to the application.
pub(super) const ASIDE: [&str; 22] = [
    ".git",
    ".github",
    ".gitlab",
    ".idea",
    ".vscode",
    ".cargo",
    ".circleci",
    ".mvn",
    "benches",
    "chart",
    "charts",
    "deploy",
    "deployment",
    "doc",
    "docs",
    "example",
    "examples",
    "helm",
    "k8s",
    "test",
    "testdata",
    "tests",
];

/// Files whose content programs read when they run, by what their name ends in.
const DATA_FILES: [&str; 28] = [
    ".cert",
    ".cfg",
    ".conf",
    ".crt",
    ".csv",
    ".db",
    ".env",
    ".gohtml",
    ".graphql",
    ".hbs",
    ".html",
    ".ini",
    ".json",
    ".key",
    ".pem",
    ".properties",
    ".so",
    ".sql",
    ".sqlite",
    ".sqlite3",
    ".tera",
    ".tmpl",
    ".toml",
    ".tpl",
    ".xml",
    ".yaml",
    ".yml",
    ".pb",
];

/// Files that look like the former and belong to tools.
const TOOL_FILES: [&str; 30] = [
    "Cargo.toml",
    "Cross.toml",
    "app.json",
    "bacon.toml",
    "buf.gen.yaml",
    "buf.lock",
    "buf.work.yaml",
    "buf.yaml",
    "clippy.toml",
    "cloudbuild.yaml",
    "codecov.yml",
    "codecov.yaml",
    "compose.yaml",
    "compose.yml",
    "deny.toml",
    "dockfix.toml",
    "fly.toml",
    "global.json",
    "mkdocs.yml",
    "package-lock.json",
    "package.json",
    "pom.xml",
    "renovate.json",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "skaffold.yaml",
    "sonar-project.properties",
    "gradle.properties",
    "Taskfile.yml",
    "cliff.toml",
];

/// The files of the image in front of the end of the stage that builds.
pub(super) struct Files<'a> {
    project: Option<Project<'a>>,
}

impl<'a> Files<'a> {
    pub(super) const fn new(project: Option<Project<'a>>) -> Self {
        Self { project }
    }

    /// The text of a file of the image.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        self.project.as_ref()?.read(path)
    }

    /// Whether a file stands there.
    pub(super) fn has(&self, path: &str) -> bool {
        self.project.as_ref().is_some_and(|project| project.has(path))
    }

    /// Whether a copy brings a directory there.
    pub(super) fn is_directory(&self, path: &str) -> bool {
        let found = self.project.as_ref().and_then(|project| project.find(path));
        found.is_some_and(|found| found.entry.is_directory())
    }

    /// The names in a directory.
    pub(super) fn names(&self, path: &str) -> Vec<String> {
        self.project.as_ref().map(|project| project.names(path)).unwrap_or_default()
    }

    /// Whether a copy brings a file there.
    fn has_file(&self, path: &str) -> bool {
        let found = self.project.as_ref().and_then(|project| project.find(path));
        found.is_some_and(|found| found.entry.is_file())
    }
}

/// A file that a copy brings.
pub(super) struct Brought {
    /// In the context.
    pub(super) entry: Entry,
    /// Where it lies below the directory that was copied, or its name.
    pub(super) inside: String,
}

impl Job<'_> {
    /// Looks at what is copied for what the application may read when it runs.
    pub(super) fn data(&mut self) {
        let mut brought = Vec::new();
        for step in 0..self.cut {
            let StepKind::Copy(copy) = &self.stage.steps[step].kind else { continue };
            let line = self.first_line(&self.stage.steps[step].outer);
            if copy.from != CopyFrom::Context || copy.sources.iter().any(|source| source.kind != SourceKind::Path) {
                self.stop(format!("`{line}` may bring what the application reads when it runs"));
                continue;
            }
            let Some(destination) = copy.destination.path.as_deref() else {
                self.stop(format!("nobody can tell where `{line}` goes"));
                continue;
            };
            if !self.is_source(destination) && !self.holds_sources(destination) {
                self.stop(format!("`{line}` brings something else than sources"));
                continue;
            }
            match self.ctx.context_of(self.id) {
                Some(context) => {
                    let sources = copy.sources.iter().map(|source| source.text.as_str());
                    sources.for_each(|source| collect(context, source, &mut brought));
                }
                None => self.stop("the build context is not known, and so not what the application reads when it runs"),
            }
        }
        let named = |install: &Install| install.kind == InstallKind::Named;
        if brought.is_empty() && self.obstacles.is_empty() && !self.compiles.iter().all(named) {
            self.stop("what is compiled is fetched, so nobody can see what it reads when it runs");
        }
        self.read_at_run_time(&brought);
        self.sources(&brought);
    }

    fn holds_sources(&self, destination: &str) -> bool {
        let compiles = self.compiles.iter().filter_map(|install| install.directory.as_deref());
        compiles.into_iter().any(|directory| destination != "/" && path::below(destination, directory).is_some())
            // A single source that is compiled where it was copied to: `COPY main.go /`.
            || destination.ends_with(".go")
            || self.compiles.iter().any(|install| {
                install.arguments.iter().flatten().any(|word| word.ends_with(".go") && path::parent(word) == destination)
            })
    }

    /// Files that look like what programs read.
    fn read_at_run_time(&mut self, brought: &[Brought]) {
        let embedded = if self.language == Language::Go { self.embedded(brought) } else { Vec::new() };
        let is_embedded = |file: &Brought| {
            let path = file.entry.path.as_str();
            embedded.iter().any(|prefix| {
                path.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let mut found: Vec<&str> = brought
            .iter()
            .filter(|file| file.entry.is_file() && is_data(self.language, &file.inside) && !is_embedded(file))
            .map(|file| file.entry.path.as_str())
            .collect();
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [] => {}
            [only] => self.stop(format!("the application may read `{only}` when it runs")),
            [one, other] => self.stop(format!("the application may read `{one}` and `{other}` when it runs")),
            [one, other, rest @ ..] => {
                let count = rest.len();
                self.stop(format!("the application may read `{one}`, `{other}` and {count} more when it runs"));
            }
        }
    }

    /// What `//go:embed` puts into the program, as paths of the context.
    fn embedded(&self, brought: &[Brought]) -> Vec<String> {
        let Some(context) = self.ctx.context_of(self.id) else { return Vec::new() };
        let mut embedded = Vec::new();
        for file in brought.iter().filter(|file| file.inside.ends_with(".go")) {
            let Some(text) = text(context, &file.entry) else { continue };
            let directory = file.entry.path.rsplit_once('/').map_or("", |(directory, _)| directory);
            for pattern in
                text.lines().filter_map(|line| line.strip_prefix("//go:embed ")).flat_map(str::split_whitespace)
            {
                let pattern = pattern.trim_matches(['"', '`']);
                let pattern = pattern.strip_prefix("all:").unwrap_or(pattern);
                let below = path::join(&format!("/{directory}"), pattern);
                if !pattern.contains(['?', '[']) && (!pattern.contains('*') || pattern.ends_with("/*")) {
                    embedded.push(below.trim_start_matches('/').trim_end_matches("/*").to_owned());
                } else if let Some(end) = pattern.strip_prefix('*') {
                    // `*.html`: the files of that directory.
                    let matches = |other: &&Brought| {
                        other.entry.path.ends_with(end)
                            && other.entry.path.rsplit_once('/').map_or("", |(parent, _)| parent) == directory
                    };
                    embedded.extend(brought.iter().filter(matches).map(|other| other.entry.path.clone()));
                }
            }
        }
        embedded
    }

    /// What of a text, as an argument or a variable has it, names a file that a copy brings, or a path among the sources.
    pub(super) fn names_a_file(&self, text: &str) -> Option<String> {
        let pieces = text.split([' ', '=', ',', ':', ';']).filter(|piece| !piece.is_empty());
        let directories = [self.stage.end.workdir.as_deref()];
        let mut named = pieces.filter_map(|piece| Some((piece, self.stage.end.absolute(piece)?)));
        let found = named.find(|(piece, path)| {
            let among = piece.contains('/') && (self.is_source(path) || self.files.is_directory(path));
            let known = directories.contains(&Some(path)) || path == "/" || self.starts(path);
            self.files.has_file(path) || (among && !known)
        });
        found.map(|(_, path)| path)
    }
}

/// What a source of a copy brings.
fn collect(context: &BuildContext, source: &str, brought: &mut Vec<Brought>) {
    for found in &context.matches(source).found {
        if found.entry.is_file() {
            brought.push(Brought { inside: path::file_name(&found.path).to_owned(), entry: found.entry.clone() });
            continue;
        }
        let walk = context.walk(&found.entry.path);
        let start = if found.entry.path.is_empty() { 0 } else { found.entry.path.len() + 1 };
        let inside = |entry: &Entry| entry.path.get(start..).unwrap_or_default().to_owned();
        brought.extend(walk.entries.iter().map(|entry| Brought { inside: inside(entry), entry: entry.clone() }));
    }
}

/// What a file holds, where that is a text of a size that people write.
pub(super) fn text(context: &BuildContext, entry: &Entry) -> Option<String> {
    match context.small_file(entry) {
        Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        None => context.read(&entry.path, LARGEST),
    }
}

/// Whether a file looks like what an application reads when it runs.
fn is_data(language: Language, inside: &str) -> bool {
    let mut parts: Vec<&str> = inside.split('/').collect();
    let Some(name) = parts.pop() else { return false };
    if parts.iter().any(|part| ASIDE.contains(part) || matches!(*part, "vendor" | "node_modules" | "target" | "build"))
    {
        return false;
    }
    let is_tool = TOOL_FILES.contains(&name)
        || name.starts_with("docker-compose")
        || name.starts_with("compose.")
        || name.starts_with("README")
        || (name.starts_with('.') && !name.starts_with(".env"))
        || name.ends_with(".example")
        || name.ends_with("Dockerfile");
    let is_data_file = name.starts_with(".env") || DATA_FILES.iter().any(|ending| name.ends_with(ending));
    match language {
        // Whatever belongs to the application is in what is published.
        Language::Dotnet => false,
        // Resources are in the jar; beside it Spring looks for `application.yml` and `config/`.
        Language::Maven | Language::Gradle => !is_tool && is_data_file && (parts.is_empty() || parts == ["config"]),
        Language::Go | Language::Rust => {
            let in_data = parts.iter().any(|part| DATA_DIRECTORIES.contains(part));
            let is_source = [".go", ".rs", ".s", ".h", ".c", ".proto", ".md", ".sum", ".mod", ".lock"]
                .iter()
                .any(|end| name.ends_with(end));
            !is_tool && !is_source && (is_data_file || in_data)
        }
    }
}
