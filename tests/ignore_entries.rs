//! Several Dockerfiles that share a context: the entries of `dockerignore-missing-entries` are written once, whatever else is mended.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;
use std::process::Command;

use dockfix::context::{BuildContext, Repositories, leftovers};
use dockfix::settings::Builder;
use tempfile::TempDir;

const DOCKERFILE: &str = "FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"index.js\"]\n";

const EXPECTED: &str = "# installed dependencies\n**/node_modules\n\n# operating systems\n**/.DS_Store\n";

fn project(dockerfiles: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let manifest = r#"{"name": "shop", "version": "1.0.0"}"#;
    let lock = r#"{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "shop", "version": "1.0.0"}}}"#;
    write("package.json", manifest);
    write("package-lock.json", lock);
    write("index.js", "1\n");
    write("node_modules/left/package.json", "{}\n");
    write("docs/.DS_Store", "x");
    for name in dockerfiles {
        write(name, DOCKERFILE);
    }
    folder
}

fn dockfix(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn dockerfiles_of_one_context_write_the_entries_once() {
    // Alone, and with a rule that writes an entry of its own first, which then need not be written again.
    let with_others = EXPECTED.replace("# installed dependencies\n**/node_modules", "node_modules");
    for (more, expected) in [(&[][..], with_others.as_str()), (&["--select", "dockerignore-missing-entries"], EXPECTED)]
    {
        let folder = project(&["Dockerfile", "dev.Dockerfile", "ci.Dockerfile"]);
        dockfix(folder.path(), &[&["--apply"], more].concat());
        let written = fs::read_to_string(folder.path().join(".dockerignore")).unwrap();
        assert_eq!(written, expected, "{more:?}");
        assert_eq!(dockfix(folder.path(), more), "", "{more:?}: nothing is left to do");
    }
}

#[test]
fn the_diff_shows_a_new_file_once_and_git_takes_it() {
    let folder = project(&["Dockerfile", "dev.Dockerfile"]);
    let diff = dockfix(folder.path(), &["--select", "dockerignore-missing-entries"]);
    assert_eq!(diff.matches("--- /dev/null\n+++ b/.dockerignore\n").count(), 1, "{diff}");
    fs::write(folder.path().join("x.diff"), diff).unwrap();
    let status = Command::new("git").args(["apply", "x.diff"]).current_dir(folder.path()).status().unwrap();
    assert!(status.success());
    assert_eq!(fs::read_to_string(folder.path().join(".dockerignore")).unwrap(), EXPECTED);
}

#[test]
fn nothing_is_written_where_the_ignore_file_is_a_directory() {
    let folder = project(&["Dockerfile"]);
    fs::create_dir(folder.path().join(".dockerignore")).unwrap();
    let before = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    dockfix(folder.path(), &["--apply", "--unsafe", "--select", "dockerignore-missing-entries"]);
    assert_eq!(fs::read_to_string(folder.path().join("Dockerfile")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path().join(".dockerignore")).unwrap().count(), 0);
}

/// Random numbers that are the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

const DIRECTORIES: [&str; 16] = [
    "",
    "src",
    "web",
    "logs",
    "target",
    "build",
    "dist",
    "node_modules",
    "__pycache__",
    ".venv",
    "coverage",
    ".idea",
    "vendor",
    ".git",
    "src/logs",
    "web/node_modules",
];

const FILES: [(&str, &str); 14] = [
    ("main.py", "1\n"),
    ("a.log", "x\n"),
    (".env", "A=b\n"),
    ("server.pem", "-----BEGIN PRIVATE KEY-----\n"),
    ("db.sqlite3", "x"),
    ("package.json", "{}\n"),
    ("Cargo.toml", "[package]\n"),
    ("pom.xml", "<project/>\n"),
    (".DS_Store", "x"),
    ("lcov.info", "x"),
    ("pyvenv.cfg", "x"),
    ("HEAD", "ref: refs/heads/main\n"),
    ("x.pyc", "x"),
    ("Makefile", "all:\n\techo\n"),
];

const IGNORED: [&str; 12] = [
    "*.log",
    "logs",
    "!logs/a.log",
    "*",
    "!src",
    "!web/**",
    "**/node_modules",
    "node_modules",
    "!node_modules/main.py",
    "src/*",
    "!**/*.py",
    "coverage/",
];

/// What a source names: the files themselves, and what a directory holds.
fn named(root: &Path, source: &str) -> Vec<String> {
    let context = BuildContext::open(root, None, &Builder::ALL, &Repositories::new()).unwrap();
    context.matches(source).found.iter().map(|found| found.path.clone()).collect()
}

fn sent(root: &Path) -> Vec<String> {
    let context = BuildContext::open(root, None, &Builder::ALL, &Repositories::new()).unwrap();
    context.walk("").entries.iter().map(|entry| entry.path.clone()).collect()
}

/// Whatever lies in a context, and whatever its Dockerfiles ask for: what they ask for by its name still comes, and nothing goes but
/// what the rule has names for.
#[test]
fn random_contexts_keep_what_is_asked_for() {
    let mut written = 0;
    for seed in 0..120 {
        let random = &mut Random(seed * 7 + 1);
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let mut paths = Vec::new();
        for _ in 0..6 + random.below(14) {
            let directory = random.pick(&DIRECTORIES);
            let (name, text) = FILES[random.below(FILES.len())];
            let path = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
            write(&path, text);
            paths.push(path);
        }
        if random.below(2) == 0 {
            write(".gitignore", "*.log\n.env\nnode_modules\ncoverage\n*.sqlite3\ntarget\n");
        }
        if random.below(2) == 0 {
            let lines: Vec<&str> = (0..1 + random.below(4)).map(|_| random.pick(&IGNORED)).collect();
            write(".dockerignore", &lines.join("\n"));
        }
        let mut sources = Vec::new();
        for _ in 0..random.below(3) {
            let path = paths[random.below(paths.len())].clone();
            let directory = path.rsplit_once('/').map_or(String::new(), |(directory, _)| format!("{directory}/"));
            sources.push(match random.below(3) {
                0 => format!("{directory}*.log"),
                1 if !directory.is_empty() => directory,
                _ => path,
            });
        }
        let (own, other): (Vec<_>, Vec<_>) =
            sources.iter().map(|it| format!("COPY {it} /named/\n")).partition(|_| random.below(2) == 0);
        write("Dockerfile", &format!("FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n{}", own.concat()));
        write("other.Dockerfile", &format!("FROM node:20-slim\n{}", other.concat()));
        let before: Vec<Vec<String>> = sources.iter().map(|source| named(folder.path(), source)).collect();
        let everything = sent(folder.path());
        let arguments =
            ["--apply", "--unsafe", "--context", ".", "--select", "dockerignore-missing-entries", "Dockerfile"];
        dockfix(folder.path(), &arguments);
        let after: Vec<Vec<String>> = sources.iter().map(|source| named(folder.path(), source)).collect();
        assert_eq!(before, after, "seed {seed}: {sources:?}");
        let left = sent(folder.path());
        let new_file = |path: &String| path == ".dockerignore";
        let lost: Vec<&String> = everything.iter().filter(|path| !left.contains(path) && !new_file(path)).collect();
        written += usize::from(!lost.is_empty());
        for path in lost {
            let known = |part: &str| leftovers::table().iter().any(|candidate| candidate.names(part).is_some());
            assert!(path.split('/').any(known), "seed {seed}: {path} is lost");
        }
    }
    assert!(written > 36, "too few of the contexts had anything to keep out: {written}");
}
