//! Which files of a context a build may run or read, by their names, and what it takes to run them.

use super::Runs;

/// Directories of what no build runs of its own accord.
pub(super) const ASIDE: [&str; 19] = [
    ".git-hooks",
    ".githooks",
    ".git",
    ".github",
    ".gitlab",
    ".circleci",
    ".husky",
    ".claude",
    ".cursor",
    ".devcontainer",
    ".woodpecker",
    ".buildkite",
    ".drone",
    ".azure-pipelines",
    ".tekton",
    ".changeset",
    ".vscode",
    "node_modules",
    "docs",
];

/// What it takes for a text to be run.
pub(super) fn runs(name: &str) -> Runs {
    let programs = [
        ("make", &["Makefile", "makefile", "GNUmakefile", "*.mk"][..]),
        ("just", &["justfile", "Justfile", ".justfile"]),
        ("rake", &["Rakefile", "*.rake"]),
        ("task", &["Taskfile.yml", "Taskfile.yaml"]),
        ("tox", &["tox.ini"]),
        ("nox", &["noxfile.py"]),
        ("fab", &["fabfile.py"]),
        ("invoke", &["tasks.py"]),
    ];
    let program =
        programs.into_iter().find(|(_, names)| names.iter().any(|called| super::super::is_called(called, name)));
    match program {
        Some((program, _)) => Runs::By(program),
        None if [".sh", ".bash", ".ps1", ".bat", ".cmd", ".fish"].iter().any(|end| name.ends_with(end)) => Runs::Named,
        None => Runs::Anyhow,
    }
}

/// Whether a file asks for packages or says how the project is built.
pub(super) fn is_manifest(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "package.json",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "Pipfile",
        "Cargo.toml",
        "build.rs",
        "composer.json",
        "Gemfile",
        "go.mod",
        "mix.exs",
        "pom.xml",
        "Makefile",
        "Rakefile",
        "tox.ini",
        "Directory.Build.props",
        "justfile",
    ];
    const ENDS: [&str; 9] =
        [".gradle", ".gradle.kts", ".csproj", ".fsproj", ".gemspec", ".props", ".targets", ".txt", ".in"];
    NAMES.contains(&name) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a build may run or read a file of that name: no prose, no lock file, no picture.
pub(super) fn is_read_by_builds(name: &str) -> bool {
    const ENDS: [&str; 40] = [
        ".md", ".rst", ".adoc", ".html", ".css", ".scss", ".less", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".ico",
        ".webp", ".woff", ".woff2", ".ttf", ".eot", ".pdf", ".csv", ".po", ".mo", ".lock", ".sum", ".map", ".zip",
        ".gz", ".jar", ".mp4", ".mp3", ".wasm", ".so", ".snap", ".ipynb", ".parquet", ".geojson", ".min.js", ".diff",
        ".patch", ".xlsx",
    ];
    const NAMES: [&str; 14] = [
        "package-lock.json",
        "pnpm-lock.yaml",
        "npm-shrinkwrap.json",
        ".gitignore",
        ".gitattributes",
        ".gitmodules",
        ".dockerignore",
        ".prettierignore",
        ".eslintignore",
        ".npmignore",
        ".pre-commit-config.yaml",
        ".travis.yml",
        ".gitlab-ci.yml",
        "Jenkinsfile",
    ];
    const BEGINS: [&str; 15] = [
        ".env.",
        "README",
        "CHANGELOG",
        "CHANGES",
        "HISTORY",
        "LICENSE",
        "COPYING",
        "NOTICE",
        "NEWS",
        "AUTHORS",
        "MAINTAINERS",
        "CODEOWNERS",
        "CONTRIBUTING",
        "Dockerfile",
        ".git-blame",
    ];
    // What configures services that build elsewhere.
    let hidden = name.starts_with('.') && (name.ends_with(".yml") || name.ends_with(".yaml"));
    !hidden
        && !ENDS.iter().any(|end| name.ends_with(end))
        && !NAMES.contains(&name)
        && !BEGINS.iter().any(|begin| name.starts_with(begin))
}
