//! The build context on real directories and real repositories. Git is started here to make them, never by the library.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use dockfix::context::{BuildContext, Certainty, ContextError, EntryKind, GitState, Repositories, locate};
use dockfix::settings::Builder;
use tempfile::TempDir;

const TRACKED: GitState = GitState::Tracked { executable: false };
const EXECUTABLE: GitState = GitState::Tracked { executable: true };

struct Project {
    /// Removes the directory at the end.
    _guard: TempDir,
    root: PathBuf,
}

impl Project {
    /// A directory with these files; a path that ends in a slash is a directory.
    fn new(files: &[&str]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(guard.path()).unwrap();
        let project = Self { _guard: guard, root };
        for file in files {
            project.write(file, "content\n");
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        if path.ends_with('/') {
            fs::create_dir_all(file).unwrap();
        } else {
            fs::write(file, text).unwrap();
        }
    }

    #[cfg(unix)]
    fn mode(&self, path: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(unix)]
    fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        git(&self.root, arguments);
    }

    fn open(&self) -> BuildContext {
        self.open_below("")
    }

    fn open_below(&self, directory: &str) -> BuildContext {
        BuildContext::open(&self.path(directory), None, &[Builder::Buildkit], &Repositories::new()).unwrap()
    }

    fn check_git(&self, expected: &[(&str, GitState)]) {
        check_git(&self.open(), expected);
    }
}

fn git(directory: &Path, arguments: &[&str]) {
    let output = git_command(directory, arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Git without anything that the machine or the user configured.
fn git_command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"])
        .args(["-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", "-c", "core.hooksPath=/dev/null"])
        .args(arguments);
    command
}

fn check_git(context: &BuildContext, expected: &[(&str, GitState)]) {
    for (path, state) in expected {
        let entry = context.entry(path).unwrap_or_else(|| panic!("{path} is missing"));
        assert_eq!(entry.git, *state, "{path}");
    }
}

fn is_unknown(project: &Project, path: &str, reason: &str) {
    match project.open().entry(path).unwrap().git {
        GitState::Unknown(found) => assert!(found.contains(reason), "{found:?} does not say {reason:?}"),
        other => panic!("{path}: {other:?}"),
    }
}

#[cfg(unix)]
#[test]
fn knows_modes_on_disk_and_in_the_index() {
    let project = Project::new(&["run.sh", "lib.sh", "secret", "both.sh", "dir/in.sh"]);
    project.mode("run.sh", 0o644);
    project.mode("both.sh", 0o755);
    project.mode("lib.sh", 0o644);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["update-index", "--chmod=+x", "run.sh"]);
    project.mode("lib.sh", 0o4755);
    project.mode("secret", 0o600);
    let context = project.open();
    let modes = [
        ("run.sh", 0o644, EXECUTABLE, true),
        ("lib.sh", 0o4755, TRACKED, true),
        ("both.sh", 0o755, EXECUTABLE, false),
        ("secret", 0o600, TRACKED, false),
    ];
    for (path, mode, git, differs) in modes {
        let entry = context.entry(path).unwrap();
        assert_eq!((entry.mode, &entry.git, entry.executable_differs()), (Some(mode), &git, differs), "{path}");
        assert_eq!((entry.size, entry.is_file()), (8, true));
    }
    let directory = context.entry("dir").unwrap();
    assert!(directory.is_directory() && directory.git == TRACKED && directory.executable_in_git().is_none());
    assert!(!directory.executable_differs());
}

#[test]
fn knows_untracked_and_ignored() {
    let project =
        Project::new(&["a", "new", "x.log", "keep.log", "build/out", "sub/x.tmp", "sub/y.log", "local", "dist/a"]);
    project.write(".gitignore", "\u{feff}*.log\r\n!keep.log\r\n/build/\r\n");
    project.write("sub/.gitignore", "*.tmp\n!y.log\n");
    project.git(&["init", "-q"]);
    project.git(&["add", "a", "dist/a"]);
    project.write(".git/info/exclude", "local\n");
    project.write("build/.gitignore", "!out\n");
    project.write(".gitignore", "*.log\n!keep.log\n/build/\ndist\n");
    project.write("dist/new", "x");
    project.check_git(&[
        ("a", TRACKED),
        ("new", GitState::Untracked),
        ("x.log", GitState::Ignored),
        ("keep.log", GitState::Untracked),
        ("build", GitState::Ignored),
        ("build/out", GitState::Ignored),
        ("sub", GitState::Untracked),
        ("sub/x.tmp", GitState::Ignored),
        ("sub/y.log", GitState::Untracked),
        ("local", GitState::Ignored),
        // Git goes on tracking what it tracks.
        ("dist/a", TRACKED),
        ("dist", TRACKED),
        ("dist/new", GitState::Ignored),
        ("", TRACKED),
    ]);
}

#[test]
fn a_context_below_the_repository_root_has_the_rules_from_above() {
    let project = Project::new(&["app/a", "app/x.log", "app/new", "other"]);
    project.write(".gitignore", "*.log\n");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["rm", "-q", "--cached", "app/new"]);
    check_git(
        &project.open_below("app"),
        &[("a", TRACKED), ("x.log", GitState::Ignored), ("new", GitState::Untracked), ("", TRACKED)],
    );
}

#[test]
fn agrees_with_git_on_what_is_ignored() {
    let rules = "*.o\n/top\nd/\n!d/keep\ne/*\n!e/keep\n**/deep\nx/**/y\n\\#h\n a\nq?r\n[mn]z\n# c\ntrail \n";
    let files = [
        "a.o",
        "s/a.o",
        "top",
        "s/top",
        "d/keep",
        "s/d/f",
        "e/keep",
        "e/drop",
        "p/deep/f",
        "x/1/2/y",
        "x/y",
        "#h",
        "qar",
        "mz",
        "oz",
        "trail",
        "f/d",
        "e/keep2/keep",
        "s/e/drop",
        " a",
    ];
    let project = Project::new(&files);
    project.write(".gitignore", rules);
    project.git(&["init", "-q"]);
    let context = project.open();
    for file in files {
        let status = git_command(&project.root, &["check-ignore", "-q", "--", file]).status().unwrap();
        let expected = if status.success() { GitState::Ignored } else { GitState::Untracked };
        assert_eq!(context.entry(file).unwrap().git, expected, "{file:?}");
    }
}

#[test]
fn without_a_repository() {
    let project = Project::new(&["a", "empty/.git/", "empty/b"]);
    project.check_git(&[("a", GitState::NoRepository), ("empty/b", GitState::NoRepository)]);
}

#[test]
fn a_repository_without_an_index_tracks_nothing() {
    let project = Project::new(&["a"]);
    project.git(&["init", "-q"]);
    project.check_git(&[("a", GitState::Untracked), ("", GitState::Untracked)]);
}

#[test]
fn a_context_above_repositories_asks_each() {
    let project = Project::new(&["one/a", "two/b", "c"]);
    git(&project.path("one"), &["init", "-q"]);
    git(&project.path("one"), &["add", "."]);
    git(&project.path("two"), &["init", "-q"]);
    project.check_git(&[
        ("one/a", TRACKED),
        ("one", TRACKED),
        ("two/b", GitState::Untracked),
        ("c", GitState::NoRepository),
    ]);
}

#[test]
fn submodules_count_and_nested_repositories_do_not() {
    let inner = Project::new(&["lib.sh", "notes"]);
    inner.git(&["init", "-q"]);
    inner.git(&["add", "lib.sh", "notes"]);
    inner.git(&["update-index", "--chmod=+x", "lib.sh"]);
    inner.git(&["commit", "-qm", "one"]);
    let project = Project::new(&["a", "nested/b"]);
    project.git(&["init", "-q"]);
    project.git(&["submodule", "--quiet", "add", inner.root.to_str().unwrap(), "vendor/lib"]);
    git(&project.path("nested"), &["init", "-q"]);
    git(&project.path("nested"), &["add", "."]);
    project.write("vendor/lib/new", "x");
    assert!(project.path("vendor/lib/.git").is_file());
    project.check_git(&[
        ("vendor/lib", TRACKED),
        ("vendor/lib/lib.sh", EXECUTABLE),
        ("vendor/lib/notes", TRACKED),
        ("vendor/lib/new", GitState::Untracked),
        ("nested/b", GitState::Untracked),
    ]);
    // Asked for itself, the submodule is a repository like any other.
    check_git(&project.open_below("vendor/lib"), &[("lib.sh", EXECUTABLE)]);
    fs::remove_file(project.path("vendor/lib/.git")).unwrap();
    is_unknown(&project, "vendor/lib/notes", "submodule");
}

#[test]
fn worktrees_have_their_own_index_and_the_common_excludes() {
    let project = Project::new(&["main/a", "main/b"]);
    let main = project.path("main");
    git(&main, &["init", "-q"]);
    git(&main, &["add", "."]);
    git(&main, &["commit", "-qm", "one"]);
    git(&main, &["worktree", "add", "-q", "../other"]);
    git(&project.path("other"), &["update-index", "--chmod=+x", "a"]);
    git(&project.path("other"), &["rm", "-q", "--cached", "b"]);
    project.write("main/.git/info/exclude", "x\n");
    project.write("other/x", "");
    assert!(project.path("other/.git").is_file());
    check_git(&project.open_below("other"), &[("a", EXECUTABLE), ("b", GitState::Untracked), ("x", GitState::Ignored)]);
    check_git(&project.open_below("main"), &[("a", TRACKED), ("b", TRACKED)]);
}

#[test]
fn reads_every_index_version() {
    for version in ["2", "3", "4"] {
        let project = Project::new(&["a", "dir/sub/long-name-1", "dir/sub/long-name-2", "dir/x.sh", "later", "é"]);
        project.git(&["init", "-q"]);
        project.git(&["add", "a", "dir", "é"]);
        project.git(&["add", "--intent-to-add", "later"]);
        project.git(&["update-index", "--chmod=+x", "dir/x.sh"]);
        project.git(&["update-index", "--index-version", version]);
        project.check_git(&[
            ("a", TRACKED),
            ("dir/sub/long-name-1", TRACKED),
            ("dir/sub/long-name-2", TRACKED),
            ("dir/x.sh", EXECUTABLE),
            ("é", TRACKED),
            ("later", GitState::Untracked),
        ]);
    }
}

#[test]
fn says_why_an_index_is_unknown() {
    let project = Project::new(&["a", "b"]);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    let index = fs::read(project.path(".git/index")).unwrap();

    project.git(&["update-index", "--split-index"]);
    is_unknown(&project, "a", "--no-split-index");

    for (bytes, reason) in [
        (&b""[..], "begin"),
        (&b"DIRC\0\0\0\x02\xff\xff\xff\xff"[..], "too early"),
        (&b"DIRC\0\0\0\x07\0\0\0\0"[..], "version 7"),
        (&index[..index.len() / 2], "too early"),
        (&b"not an index at all, but long enough to be read as one"[..], "begin"),
    ] {
        fs::write(project.path(".git/index"), bytes).unwrap();
        is_unknown(&project, "a", reason);
    }
    fs::remove_file(project.path(".git/index")).unwrap();
    fs::create_dir(project.path(".git/index")).unwrap();
    is_unknown(&project, "a", "not a regular file");
}

#[test]
fn a_conflict_is_unknown_for_that_file_alone() {
    let project = Project::new(&["a", "b"]);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "one"]);
    project.git(&["checkout", "-qb", "side"]);
    project.write("a", "side\n");
    project.git(&["commit", "-qam", "side"]);
    project.git(&["checkout", "-q", "main"]);
    project.write("a", "main\n");
    project.git(&["commit", "-qam", "main"]);
    assert!(!git_command(&project.root, &["merge", "-q", "side"]).output().unwrap().status.success());
    is_unknown(&project, "a", "conflict");
    project.check_git(&[("b", TRACKED)]);
}

#[test]
fn a_damaged_index_never_panics() {
    let project = Project::new(&["a", "dir/b", "dir/c", "dir/sub/d"]);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "one"]);
    for version in ["2", "4"] {
        project.git(&["update-index", "--index-version", version]);
        let index = fs::read(project.path(".git/index")).unwrap();
        for at in 0..index.len() {
            for value in [0, 0x7f, 0xff, index[at] ^ 1] {
                let mut damaged = index.clone();
                damaged[at] = value;
                fs::write(project.path(".git/index"), &damaged).unwrap();
                let context = project.open();
                for path in ["a", "dir", "dir/sub/d"] {
                    assert!(context.entry(path).is_some());
                }
            }
        }
        fs::write(project.path(".git/index"), &index).unwrap();
    }
}

#[test]
fn a_hostile_index_costs_neither_stack_nor_memory() {
    let project = Project::new(&["a"]);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    let mut index = fs::read(project.path(".git/index")).unwrap();
    // A cached tree, nested as deep as ten megabytes allow.
    index.truncate(index.len() - 20);
    let tree = b"x\0-1 1\n".repeat(1_400_000);
    index.extend_from_slice(b"TREE");
    index.extend_from_slice(&u32::try_from(tree.len()).unwrap().to_be_bytes());
    index.extend_from_slice(&tree);
    index.extend_from_slice(&[0; 20]);
    fs::write(project.path(".git/index"), &index).unwrap();
    project.check_git(&[("a", TRACKED)]);

    // Version 4: each entry repeats the megabyte of path before it and adds a byte.
    let mut index = b"DIRC\0\0\0\x04".to_vec();
    index.extend_from_slice(&100_000_u32.to_be_bytes());
    for number in 0..100_000 {
        index.extend_from_slice(&[0; 62]);
        index.push(0);
        index.extend_from_slice(&if number == 0 { vec![b'a'; 1 << 20] } else { vec![b'a'] });
        index.push(0);
    }
    index.extend_from_slice(&[0; 20]);
    fs::write(project.path(".git/index"), &index).unwrap();
    is_unknown(&project, "a", "too long");
}

#[test]
fn a_repository_of_another_hash_is_unknown() {
    let project = Project::new(&["a"]);
    project.git(&["init", "-q", "--object-format=sha256"]);
    project.git(&["add", "."]);
    is_unknown(&project, "a", "sha256");
}

#[test]
fn a_broken_git_file_is_unknown() {
    for (text, reason) in [("nonsense", "gitdir"), ("gitdir: nowhere\n", "no repository"), ("gitdir:", "gitdir")] {
        let project = Project::new(&["a"]);
        project.write(".git", text);
        is_unknown(&project, "a", reason);
    }
}

#[test]
fn reads_an_index_once_for_all_contexts_and_threads() {
    let project = Project::new(&["one/a", "two/b"]);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    let repositories = Repositories::new();
    let open = |path: &str| BuildContext::open(&project.path(path), None, &[Builder::Buildkit], &repositories).unwrap();
    check_git(&open("one"), &[("a", TRACKED)]);
    fs::remove_file(project.path(".git/index")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| check_git(&open("two"), &[("b", TRACKED)]));
        }
    });
    check_git(&project.open(), &[("two/b", GitState::Untracked)]);
}

#[cfg(unix)]
#[test]
fn follows_links_inside_the_root_only() {
    let project = Project::new(&["c/real/file", "c/d/", "outside/secret"]);
    let links = [
        ("real/file", "link"),
        ("real", "dirlink"),
        ("/real/file", "abslink"),
        ("../../../real/file", "uplink"),
        ("../real/file", "d/inner"),
        ("nowhere", "dangling"),
        ("/etc/hostname", "outlink"),
        ("../outside", "outdir"),
        ("loop2", "loop1"),
        ("loop1", "loop2"),
        ("self", "self"),
    ];
    for (target, path) in links {
        project.link(target, &format!("c/{path}"));
    }
    let context = project.open_below("c");
    for (target, path) in links {
        let kind = EntryKind::Symlink { target: Some(target.to_owned()) };
        assert_eq!(context.entry(path).unwrap().kind, kind, "{path}");
    }
    assert_eq!(context.entry("dirlink/file").unwrap().path, "real/file");
    for path in ["outdir/secret", "loop1/x", "self/x", "link/x", "dangling/x", "nothing", "d/inner/x"] {
        assert_eq!(context.entry(path), None, "{path}");
    }
    let sources: [(&str, &[(&str, &str)]); 14] = [
        ("link", &[("link", "real/file")]),
        ("abslink", &[("abslink", "real/file")]),
        ("uplink", &[("uplink", "real/file")]),
        ("dirlink", &[("dirlink", "real")]),
        ("dirlink/file", &[("dirlink/file", "real/file")]),
        ("dirlink/f*", &[("real/file", "real/file")]),
        ("l*nk", &[("link", "real/file")]),
        ("*link/file", &[]),
        ("d/*", &[("d/inner", "real/file")]),
        ("dangling", &[]),
        ("outlink", &[]),
        ("outdir/secret", &[]),
        ("loop1", &[]),
        ("../outside/secret", &[]),
    ];
    for (source, expected) in sources {
        let matches = context.matches(source);
        let found: Vec<_> =
            matches.found.iter().map(|found| (found.path.as_str(), found.entry.path.as_str())).collect();
        assert_eq!(found, expected, "{source}");
        assert!(matches.found.iter().all(|found| !matches!(found.entry.kind, EntryKind::Symlink { .. })));
    }
    let walked: Vec<_> = context.walk("").entries.iter().map(|entry| entry.path.clone()).collect();
    assert!(walked.contains(&"d/inner".to_owned()) && !walked.iter().any(|path| path.starts_with("dirlink/")));
    assert_eq!(context.walk("dirlink").entries.len(), 1);
    assert!(context.walk("outdir").entries.is_empty());
}

#[test]
fn sources_name_what_docker_says() {
    let project =
        Project::new(&["a.txt", "b.txt", ".hid.txt", "g/[x]", "g/x", "s/t/f", "s/u/f", "star*", "ex/in", "ex/out"]);
    project.write(".dockerignore", "b.txt\nex\n!ex/in\nnode_modules\n");
    project.write("node_modules/m", "");
    let context = project.open();
    let sources: [(&str, &[&str], &[&str]); 22] = [
        ("a.txt", &["a.txt"], &[]),
        ("/a.txt", &["a.txt"], &[]),
        ("./a.txt", &["a.txt"], &[]),
        ("../../a.txt", &["a.txt"], &[]),
        ("a.txt/", &["a.txt"], &[]),
        ("s/../a.txt", &["a.txt"], &[]),
        ("*.txt", &[".hid.txt", "a.txt"], &["b.txt"]),
        ("?.txt", &["a.txt"], &["b.txt"]),
        ("b.txt", &[], &["b.txt"]),
        ("[ac].txt", &["a.txt"], &[]),
        ("g/[[]x]", &["g/[x]"], &[]),
        ("g/[x]", &["g/x"], &[]),
        ("s/*/f", &["s/t/f", "s/u/f"], &[]),
        ("./s/[!u]*/../t", &["s/t"], &[]),
        ("*/f", &[], &[]),
        ("none*", &[], &[]),
        ("star\\*", &[], &[]),
        ("star[*]", &["star*"], &[]),
        (".", &[""], &[]),
        ("ex", &["ex"], &[]),
        ("node_modules", &[], &["node_modules"]),
        ("missing", &[], &[]),
    ];
    for (source, found, hidden) in sources {
        let matches = context.matches(source);
        let names: Vec<_> = matches.found.iter().map(|found| found.path.as_str()).collect();
        assert_eq!((names.as_slice(), matches.hidden.len()), (found, hidden.len()), "{source}: {matches:?}");
        assert_eq!(matches.hidden, hidden, "{source}");
        assert!(matches.complete && matches.error.is_none());
        assert_eq!(matches.is_empty(), found.is_empty() && hidden.is_empty());
    }
    assert!(context.matches("a[").error.is_some());
    assert!(context.matches("*.txt").glob && context.matches("*.txt").single().is_none());
    assert!(context.matches("s/").trailing_slash && context.matches("a.txt").single().is_some());
}

#[test]
fn walks_what_is_sent() {
    let project = Project::new(&["a/keep/x", "a/drop/y", "a/z", "b/.hid", "b/c/d", "node_modules/m/i", "e/"]);
    project.write(".dockerignore", "a\n!a/keep\n**/node_modules\nb/c/d\n");
    let context = project.open();
    let check = |directory: &str, expected: &[&str]| {
        let walk = context.walk(directory);
        let paths: Vec<_> = walk.entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, expected, "{directory}");
        assert!(walk.is_certain());
    };
    check("", &[".dockerignore", "a", "a/keep", "a/keep/x", "b", "b/.hid", "b/c", "e"]);
    check("a", &["a/keep", "a/keep/x"]);
    check("a/drop", &[]);
    check("b/", &["b/.hid", "b/c"]);
    check("node_modules", &[]);
    check("missing", &[]);
    check("b/.hid", &[]);
    assert_eq!(context.walk("b").files().count(), 1);
}

#[test]
fn dockerfiles_of_one_context_share_a_walk_until_something_is_written() {
    let names: Vec<String> = (0..100).map(|number| format!("f{number}")).collect();
    let project = Project::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let repositories = Repositories::new();
    let walk = || {
        let context = BuildContext::open(&project.root, None, &[Builder::Buildkit], &repositories).unwrap();
        context.walk("")
    };
    let first = walk();
    assert_eq!(first.entries.len(), 100);
    assert!(Arc::ptr_eq(&first, &walk()));
    // Another ignore file is another question, even before anybody says that it was written.
    project.write(".dockerignore", "f1*\n");
    repositories.written_into(&project.root);
    assert_eq!(walk().entries.len(), 101 - 11);
    project.write("more", "");
    repositories.written_into(&project.root);
    assert_eq!(walk().entries.len(), 102 - 11);
}

#[cfg(target_os = "linux")]
#[test]
fn counts_names_that_are_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let project = Project::new(&["a"]);
    fs::write(project.root.join(OsStr::from_bytes(b"\xff.txt")), "").unwrap();
    fs::create_dir(project.root.join(OsStr::from_bytes(b"\xfe"))).unwrap();
    fs::write(project.root.join(OsStr::from_bytes(b"\xfe/in")), "").unwrap();
    let context = project.open();
    let walk = context.walk("");
    assert_eq!((walk.entries.len(), walk.not_utf8, walk.is_certain()), (1, 2, false));
    let matches = context.matches("*");
    assert_eq!((matches.found.len(), matches.not_utf8), (1, 2));
    assert!(matches.single().is_none());
}

#[test]
fn a_huge_directory_is_cut_short() {
    let project = Project::new(&[]);
    for number in 0..10_050 {
        fs::write(project.path(&format!("f{number}")), "").unwrap();
    }
    let context = project.open();
    let matches = context.matches("f*");
    assert!(!matches.complete && matches.found.len() == 10_000);
    assert!(context.walk("").complete);
    assert!(context.matches("f10049").single().is_some());
}

#[test]
fn picks_the_ignore_file_of_each_builder() {
    let project = Project::new(&["a", "b", "c", "d", "e"]);
    project.write(".dockerignore", "a\n");
    project.write("docker/app.Dockerfile.dockerignore", "b\n");
    project.write("docker/Containerfile.containerignore", "c\n");
    project.write("docker/Dockerfile", "");
    let check = |file: &str, builders: &[Builder], hidden: &[&str]| {
        let context =
            BuildContext::open(&project.root, Some(&project.path(file)), builders, &Repositories::new()).unwrap();
        let found: Vec<_> = ["a", "b", "c", "d", "e"].into_iter().filter(|path| !context.is_sent(path)).collect();
        assert_eq!(found, hidden, "{file} {builders:?}");
    };
    check("docker/Dockerfile", &Builder::ALL, &["a"]);
    check("docker/app.Dockerfile", &[Builder::Buildkit], &["b"]);
    check("docker/app.Dockerfile", &[Builder::Buildkit, Builder::Buildah], &["b"]);
    check("docker/app.Dockerfile", &Builder::ALL, &["a", "b"]);
    check("docker/Containerfile", &[Builder::Buildkit], &["a"]);
    check("docker/Containerfile", &[Builder::Buildah], &["c"]);
    project.write(".containerignore", "d\n");
    check("docker/Dockerfile", &[Builder::Buildah], &["d"]);
    check("docker/Dockerfile", &[Builder::Buildkit, Builder::Buildah], &["a", "d"]);
    check("docker/Dockerfile", &[Builder::Classic], &["a"]);
}

#[test]
fn refuses_what_is_no_ignore_file() {
    let check = |project: &Project, expected: &str| {
        let error = BuildContext::open(&project.root, None, &[Builder::Buildkit], &Repositories::new()).unwrap_err();
        assert!(matches!(error, ContextError::IgnoreFile { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(&Project::new(&[".dockerignore/"]), "directory");
    let project = Project::new(&[]);
    fs::write(project.path(".dockerignore"), b"a\xff").unwrap();
    check(&project, "UTF-8");
    fs::write(project.path(".dockerignore"), vec![b'a'; 1024 * 1024 + 1]).unwrap();
    check(&project, "larger");
    #[cfg(unix)]
    {
        for target in ["/etc/hostname", "../x", ".dockerignore", "missing"] {
            let project = Project::new(&[]);
            project.link(target, ".dockerignore");
            check(&project, "link");
        }
        let project = Project::new(&["a"]);
        project.write("config/ignore", "a\n");
        project.link("config/ignore", ".dockerignore");
        assert!(!project.open().is_sent("a"));
        let project = Project::new(&[]);
        assert!(Command::new("mkfifo").arg(project.path(".dockerignore")).status().unwrap().success());
        check(&project, "not a regular file");
    }
}

#[test]
fn a_missing_root_is_an_error() {
    let project = Project::new(&["file"]);
    for path in ["missing", "file"] {
        let error =
            BuildContext::open(&project.path(path), None, &[Builder::Buildkit], &Repositories::new()).unwrap_err();
        assert!(error.to_string().contains("--context"), "{error}");
    }
}

#[test]
fn finds_the_context_of_a_dockerfile() {
    let project =
        Project::new(&["top", "shared", "app/shared", "app/docker/Dockerfile", "app/docker/own", "app/src/m.py"]);
    project.git(&["init", "-q"]);
    let check = |sources: &[&str], expected: Option<(&str, Certainty)>| {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        let found = locate(&project.path("app/docker/Dockerfile"), &sources, None, &[], &Repositories::new());
        let found = found.map(|found| (found.root, found.certainty));
        let expected = expected.map(|(path, certainty)| (project.root.join(path), certainty));
        let expected = expected.map(|(path, certainty)| (fs::canonicalize(path).unwrap(), certainty));
        assert_eq!(found, expected, "{sources:?}");
    };
    check(&[], Some(("app/docker", Certainty::Nearest)));
    check(&["."], Some(("app/docker", Certainty::Nearest)));
    check(&["own"], Some(("app/docker", Certainty::Unique)));
    check(&["shared"], Some(("app", Certainty::Nearest)));
    check(&["shared", "src/*.py"], Some(("app", Certainty::Unique)));
    check(&["docker/own", "/src/"], Some(("app", Certainty::Unique)));
    check(&["app/src", "top"], Some(("", Certainty::Unique)));
    check(&["top", "src/m.py"], None);
    check(&["*.none"], None);
    check(
        &["https://example.com/x", "git@example.com:x.git", "$VERSION/x", "own"],
        Some(("app/docker", Certainty::Unique)),
    );
}

#[test]
fn without_a_repository_only_the_own_directory_is_a_context() {
    let project = Project::new(&["top", "sub/Dockerfile", "sub/own"]);
    let find = |source: &str, explicit: Option<&Path>| {
        locate(&project.path("sub/Dockerfile"), &[source.to_owned()], explicit, &[], &Repositories::new())
    };
    assert_eq!(find("own", None).unwrap().root, project.path("sub"));
    assert!(find("top", None).is_none());
    let explicit = find("anything", Some(Path::new("there"))).unwrap();
    assert_eq!((explicit.root.as_path(), explicit.certainty), (Path::new("there"), Certainty::Explicit));
}
