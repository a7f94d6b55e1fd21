//! A file whose change shows what a layer cache is worth: one of those that people change every day, as far as names tell.

use super::{BuildContext, Entry, GitState};

/// How many files are looked at.
const MOST_LOOKED_AT: usize = 20_000;

/// What sources end with.
const SOURCES: [&str; 31] = [
    "py", "js", "mjs", "cjs", "ts", "jsx", "tsx", "go", "rs", "java", "kt", "scala", "groovy", "clj", "rb", "php",
    "ex", "exs", "erl", "cs", "fs", "vb", "vue", "svelte", "c", "cc", "cpp", "h", "swift", "dart", "pl",
];

/// What people look at first.
const FIRST: [&str; 14] = [
    "app",
    "main",
    "index",
    "server",
    "lib",
    "program",
    "manage",
    "application",
    "views",
    "routes",
    "models",
    "startup",
    "api",
    "bot",
];

/// Directories that sources are in.
const OF_SOURCES: [&str; 9] = ["src", "app", "lib", "server", "cmd", "internal", "pkg", "web", "api"];

/// Directories of what changes seldom, or is no part of the program.
const ASIDE: [&str; 18] = [
    "test",
    "tests",
    "spec",
    "specs",
    "__tests__",
    "docs",
    "doc",
    "examples",
    "example",
    "migrations",
    "scripts",
    "bench",
    "benches",
    "fixtures",
    "vendor",
    "dist",
    "build",
    "node_modules",
];

impl BuildContext {
    /// The files that `sources`, paths and globs as a COPY has them, bring of this context.
    #[must_use]
    pub fn files_of<'a>(&self, sources: impl IntoIterator<Item = &'a str>) -> Vec<Entry> {
        let mut files = Vec::new();
        for source in sources {
            for found in &self.matches(source).found {
                if found.entry.is_directory() {
                    files.extend(self.walk(&found.entry.path).files().take(MOST_LOOKED_AT).cloned());
                } else {
                    files.push(found.entry.clone());
                }
            }
        }
        files
    }
}

impl Entry {
    /// How likely it is that somebody changes a file.
    #[must_use]
    pub fn likelihood(&self) -> i32 {
        let parts: Vec<String> = self.path.split('/').map(str::to_lowercase).collect();
        let name = self.path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let mut points = match extension {
            _ if SOURCES.contains(&extension) => 16,
            "html" | "css" | "scss" | "sass" | "less" => 10,
            "sh" => 8,
            _ => 0,
        };
        if FIRST.contains(&stem) {
            points += 4;
        }
        // `vite.config.js`, `setup.py`, `conftest.py`, `main_test.go`
        let configures =
            ["config", "setup", "test", "spec"].iter().any(|word| stem.contains(word)) || stem.contains('.');
        if configures {
            points -= 8;
        }
        let directories = &parts[..parts.len() - 1];
        points += if directories.first().is_some_and(|first| OF_SOURCES.contains(&first.as_str())) { 3 } else { 0 };
        points -= if parts.iter().any(|part| ASIDE.contains(&part.as_str()) || part.starts_with('.')) { 12 } else { 0 };
        points -= match self.git {
            GitState::Ignored => 24,
            GitState::Untracked => 6,
            _ => 0,
        };
        points - i32::try_from(directories.len().min(4)).unwrap_or_default()
    }
}
