//! Which files of a project say what it depends on, by their names. What an install reads beside them is known from the context.

use crate::model::path;

/// Names that package managers look for.
const FILES: [&str; 58] = [
    ".mvn",
    ".npmrc",
    ".python-version",
    ".ruby-version",
    ".yarn",
    ".yarnrc",
    ".yarnrc.yml",
    "Cargo.lock",
    "Cargo.toml",
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "Gemfile",
    "Gemfile.lock",
    "NuGet.Config",
    "Pipfile",
    "Pipfile.lock",
    "bower.json",
    "build.gradle",
    "build.gradle.kts",
    "bun.lock",
    "bun.lockb",
    "bunfig.toml",
    "composer.json",
    "composer.lock",
    "constraints",
    "environment.yaml",
    "environment.yml",
    "global.json",
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    "gradle",
    "gradle.properties",
    "gradlew",
    "lerna.json",
    "mix.exs",
    "mix.lock",
    "mvnw",
    "npm-shrinkwrap.json",
    "nuget.config",
    "package-lock.json",
    "package.json",
    "patches",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "poetry.lock",
    "poetry.toml",
    "pom.xml",
    "pyproject.toml",
    "requirements",
    "settings.gradle",
    "settings.gradle.kts",
    "setup.cfg",
    "setup.py",
    "uv.lock",
    "yarn.lock",
];

/// How such names end.
const ENDS: [&str; 7] = [".csproj", ".fsproj", ".vbproj", ".sln", ".slnx", ".gemspec", ".whl"];

/// Whether a path, as a copy names it, is that of a file or directory that an install reads. A glob counts by what is
/// written around it.
pub(super) fn is_manifest(written: &str) -> bool {
    let name = path::file_name(written.trim_end_matches('/'));
    // `package*.json` and `yarn.lock*` are how people copy what may not be there.
    let plain = name.replace(['*', '?'], "");
    let known = |name: &str| FILES.contains(&name) || ENDS.iter().any(|end| name.ends_with(end));
    // Build tools read the title page of a package as well.
    let read = |name: &str| name.starts_with("README") || name.starts_with("LICENSE");
    let requirements = |name: &str| {
        let lists = ["requirements", "constraints", "reqs", "pip-requirements"];
        (name.ends_with(".txt") || name.ends_with(".in")) && lists.iter().any(|list| name.contains(list))
    };
    // What begins with little may be anything: `*.json`, `r*`.
    let told = name.find('*').is_some_and(|at| at > 2);
    let wild = || told && FILES.iter().any(|file| glob(name, file));
    known(name) || known(&plain) || read(name) || requirements(name) || wild()
}

/// Whether `pattern`, in which `*` stands for any text, is that of a whole name.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || pattern.ends_with('*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_manifests_by_their_names() {
        for name in [
            "package.json",
            "package*.json",
            "./package-lock.json*",
            "yarn.lock*",
            "app/requirements-dev.txt",
            "requirements/",
            "requirements*.txt",
            "pyproject.toml",
            "*.csproj",
            "src/Shop/Shop.csproj",
            "Gemfile*",
            "README.md",
            "go.*",
        ] {
            assert!(is_manifest(name), "{name}");
        }
        for name in [".", "*", "**", "src", "app.py", "*.py", "*.json", "server.js", "config", "r*"] {
            assert!(!is_manifest(name), "{name}");
        }
    }
}
