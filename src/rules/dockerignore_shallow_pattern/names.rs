//! What people mean by a name in an ignore file. Knows no context and no Dockerfile.

/// What a pattern is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What a program or a system writes for itself, by a name that nothing else has.
    Cache,
    /// Python's compiled files, which stand for their source where there is none.
    Bytecode,
    /// Reports, logs and the files of editors: nobody builds from them, but their names could be those of something else.
    Litter,
    /// `node_modules`.
    Modules,
    /// What a build makes or a machine needs, and what may be wanted in the image.
    Made,
}

/// Names that need no look at what they are the names of.
const CACHES: [&str; 18] = [
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".pytype",
    ".hypothesis",
    ".tox",
    ".nox",
    ".ipynb_checkpoints",
    ".DS_Store",
    ".DS_Store?",
    "._*",
    "Thumbs.db",
    "desktop.ini",
    ".eslintcache",
    ".stylelintcache",
    ".nyc_output",
    ".sass-cache",
];

const BYTECODE: [&str; 8] =
    ["*.pyc", "*.pyo", "*.py[co]", "*.py[oc]", "*.py[cod]", "*.py[cdo]", "*$py.class", "*.pyc*"];

const LITTER: [&str; 30] = [
    "*.log",
    "npm-debug.log",
    "npm-debug.log*",
    "yarn-debug.log*",
    "yarn-error.log",
    "yarn-error.log*",
    "pnpm-debug.log*",
    "lerna-debug.log*",
    "*.swp",
    "*.swo",
    "*.sw?",
    "*~",
    ".idea",
    "*.iml",
    ".vscode",
    ".vs",
    "*.suo",
    "*.user",
    ".project",
    ".classpath",
    ".coverage",
    ".coverage.*",
    "coverage",
    "htmlcov",
    ".hg",
    ".svn",
    ".terraform",
    ".scannerwork",
    ".vagrant",
    "*.tsbuildinfo",
];

const MADE: [&str; 34] = [
    ".venv",
    "venv",
    "bower_components",
    "jspm_packages",
    "target",
    "dist",
    "build",
    "bin",
    "obj",
    "out",
    ".next",
    ".nuxt",
    ".output",
    ".svelte-kit",
    ".turbo",
    ".parcel-cache",
    ".cache",
    ".gradle",
    ".eggs",
    "*.egg-info",
    "*.egg",
    "*.class",
    "*.o",
    "*.so",
    ".env",
    ".env.*",
    ".env.local",
    ".env*.local",
    "*.pem",
    "*.key",
    "*.sqlite3",
    "*.tmp",
    "*.bak",
    "logs",
];

impl Kind {
    /// What `name` is about, a pattern without slashes; `None` for one that may well be meant for the top directory alone.
    pub(super) fn of(name: &str) -> Option<Self> {
        let kinds = [
            (Self::Cache, &CACHES[..]),
            (Self::Bytecode, &BYTECODE[..]),
            (Self::Litter, &LITTER[..]),
            (Self::Modules, &["node_modules"][..]),
            (Self::Made, &MADE[..]),
        ];
        kinds.into_iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| kind)
    }
}
