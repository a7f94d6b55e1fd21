//! Bare repositories, read into a folder of our own.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use dockfix::context::{GitState, Repositories};

use super::Place;

/// An entry of a tree: mode, name, and what it is.
type Raw<'r> = (&'r str, &'r [u8], &'r str);

impl Place {
    /// The tree of these entries, which need not be one that git would make.
    fn tree(&self, at: &str, entries: &[Raw<'_>]) -> String {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(format!("{mode} ").as_bytes());
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend((0..20).map(|at| u8::from_str_radix(&id[at * 2..at * 2 + 2], 16).unwrap()));
        }
        self.object(at, "tree", &bytes)
    }

    fn object(&self, at: &str, kind: &str, bytes: &[u8]) -> String {
        let mut command = Command::new("git");
        command.args(["hash-object", "-w", "--literally", "--stdin", "-t", kind]).current_dir(self.at(at));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A bare repository with just this tree.
    fn bare_of(&self, path: &str, tree: &str) {
        let commit = self.git(path, &["commit-tree", "-m", "x", tree]);
        self.git(path, &["update-ref", "refs/heads/main", &commit]);
    }
}

/// Every name below `folder` with what it is, its mode and its content.
fn listing(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    let entries = walk.filter_entry(|entry| entry.file_name() != ".git").map(Result::unwrap).map(|entry| {
        let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
        let found = entry.path().symlink_metadata().unwrap();
        let mode = found.permissions().mode() & 0o777;
        if found.is_symlink() {
            format!("{name} -> {}", fs::read_link(entry.path()).unwrap().display())
        } else if found.is_dir() {
            format!("{name}/")
        } else {
            format!("{name} {mode:o} {:?}", String::from_utf8_lossy(&fs::read(entry.path()).unwrap()))
        }
    });
    entries.collect()
}

#[test]
fn writes_what_git_would_check_out() {
    let place = Place::new();
    place.repository("origin");
    place.repository("module");
    place.write("origin/run.sh", "#!/bin/sh\n");
    fs::set_permissions(place.at("origin/run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../run.sh", place.at("origin/sub/link")).unwrap();
    symlink("/etc/passwd", place.at("origin/out")).unwrap();
    place.write("origin/names/ä \"x\"\n", "odd\n");
    place.write("origin/crlf", "a\r\n");
    place.write("origin/.gitignore", "*.log\n");
    place.git("origin", &["submodule", "--quiet", "add", "../module", "module"]);
    place.commit_all("origin", "more");
    place.git("", &["clone", "--quiet", "--bare", "origin", "bare.git"]);
    place.git("", &["clone", "--quiet", "origin", "clone"]);
    for _ in ["packed", "loose"] {
        let into = tempfile::tempdir().unwrap();
        place.unit("bare.git").checkout(into.path()).unwrap();
        let folder = fs::canonicalize(into.path()).unwrap();
        assert_eq!(listing(&folder), listing(&place.at("clone")));
        let at = folder.display().to_string();
        assert_eq!(place.git("", &["-C", &at, "status", "--porcelain"]), "");
        assert_eq!(place.git("", &["-C", &at, "log", "--format=%s"]), "more\nbase");
        assert_eq!(place.git("", &["-C", &at, "fsck", "--strict"]), "");
        // What asks git of a file takes it for any other work tree.
        let repositories = Repositories::new();
        let repository = repositories.of_directory(&folder).unwrap();
        let state = |path: &str| repository.state(path, false, &repositories);
        assert_eq!(state("run.sh"), GitState::Tracked { executable: true });
        assert_eq!(state("Dockerfile"), GitState::Tracked { executable: false });
        assert_eq!((state("x.log"), state("x")), (GitState::Ignored, GitState::Untracked));
        fs::remove_dir_all(place.at("bare.git")).unwrap();
        place.git("", &["clone", "--quiet", "--bare", "--no-hardlinks", "origin", "bare.git"]);
    }
}

#[test]
fn gives_large_files_their_length_alone() {
    let place = Place::new();
    place.repository("one");
    place.write("one/large", &"x".repeat((1 << 20) + 1));
    place.write("one/small", &"x".repeat(1 << 20));
    place.commit_all("one", "large");
    place.git("", &["clone", "--quiet", "--bare", "one", "bare.git"]);
    let into = tempfile::tempdir().unwrap();
    place.unit("bare.git").checkout(into.path()).unwrap();
    let read = |name: &str| fs::read(into.path().join(name)).unwrap();
    assert_eq!((read("large").len(), read("large")[0]), ((1 << 20) + 1, 0));
    assert_eq!(read("small"), vec![b'x'; 1 << 20]);
}

#[test]
fn never_writes_outside_of_its_folder() {
    let place = Place::new();
    fs::create_dir_all(place.at("evil.git")).unwrap();
    place.git("evil.git", &["init", "--quiet", "--bare", "--initial-branch=main"]);
    let file = place.object("evil.git", "blob", b"pwned\n");
    let up = place.object("evil.git", "blob", place.at("outside").display().to_string().as_bytes());
    fs::create_dir_all(place.at("outside")).unwrap();
    let inner = place.tree("evil.git", &[("100644", b"x", &file)]);
    let odd = "a name that git does not check out";
    let two = "two entries for one name";
    let cases: [(&[Raw<'_>], &str); 16] = [
        (&[("100644", b"..", &file)], odd),
        (&[("40000", b"..", &inner)], odd),
        (&[("40000", b".", &inner)], odd),
        (&[("100644", b"../outside/x", &file)], odd),
        (&[("100644", b"/etc/x", &file)], odd),
        (&[("100644", b"", &file)], odd),
        (&[("40000", b".git", &inner)], odd),
        (&[("40000", b".GiT", &inner)], odd),
        (&[("40000", b"git~1", &inner)], odd),
        (&[("40000", ".g\u{200c}it".as_bytes(), &inner)], odd),
        (&[("120000", b".gitmodules", &up)], odd),
        (&[("120000", b"a", &up), ("40000", b"a", &inner)], two),
        (&[("40000", b"a", &inner), ("120000", b"a", &up)], two),
        (&[("120000", b"a", &up), ("100644", b"a", &file)], two),
        (&[("100644", b"a", &file), ("40000", b"a", &inner)], two),
        (&[("40000", b"a", &inner), ("40000", b"a", &inner)], two),
    ];
    for (entries, expected) in cases {
        let tree = place.tree("evil.git", entries);
        place.bare_of("evil.git", &tree);
        let into = tempfile::tempdir_in(place.at("")).unwrap();
        let error = place.unit("evil.git").checkout(into.path()).unwrap_err();
        assert!(error.message.contains(expected), "{entries:?}: {error}");
        assert_eq!(fs::read_dir(place.at("outside")).unwrap().count(), 0, "{entries:?}");
        assert_eq!(fs::read_dir(into.path().join(".git")).unwrap().count(), 4, "{entries:?}");
        drop(into);
        let beside = listing(&place.at(""));
        assert_eq!(beside.iter().filter(|line| !line.starts_with("evil.git/")).collect::<Vec<_>>(), ["outside/"]);
    }
    // Ten folders with ten folders each, eight times over, are a few hundred bytes.
    let mut tree = inner;
    for _ in 0..8 {
        let names: Vec<String> = (0..10).map(|name| name.to_string()).collect();
        let entries: Vec<Raw<'_>> = names.iter().map(|name| ("40000", name.as_bytes(), tree.as_str())).collect();
        tree = place.tree("evil.git", &entries);
    }
    place.bare_of("evil.git", &tree);
    let into = tempfile::tempdir_in(place.at("")).unwrap();
    let error = place.unit("evil.git").checkout(into.path()).unwrap_err();
    assert!(error.message.contains("more than 1000000 files"), "{error}");
    assert_eq!(listing(into.path()), [""; 0]);
}

#[test]
fn says_why_a_bare_repository_cannot_be_read() {
    let place = Place::new();
    let check = |path: &str, expected: &str| {
        let into = tempfile::tempdir().unwrap();
        let error = place.unit(path).checkout(into.path()).unwrap_err();
        assert!(error.message.contains(expected), "{path}: {error}");
    };
    for (folder, option) in [("empty.git", "--quiet"), ("long.git", "--object-format=sha256")] {
        fs::create_dir_all(place.at(folder)).unwrap();
        place.git(folder, &["init", "--quiet", "--bare", option]);
    }
    let into = tempfile::tempdir().unwrap();
    place.unit("empty.git").checkout(into.path()).unwrap();
    assert_eq!(listing(into.path()), [""; 0], "before the first commit there is nothing, and nothing is wrong");
    check("long.git", "sha256 is not supported");
    place.repository("one");
    place.git("one", &["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", place.at("one").display());
    place.git("", &["clone", "--quiet", "--bare", "--filter=blob:none", &from, "partial.git"]);
    check("partial.git", "is missing, as in a shallow or partial clone");
    let into = tempfile::tempdir().unwrap();
    fs::create_dir(into.path().join(".git")).unwrap();
    assert!(place.unit("one").checkout(into.path()).is_err(), "a folder that is not empty");
}

#[test]
fn has_no_trouble_with_trees_without_a_bottom() {
    let place = Place::new();
    place.repository("one");
    let path = "d/".repeat(2000);
    let import = format!(
        "commit refs/heads/deep\ncommitter x <x@example.org> 1700000000 +0000\ndata 1\nx\n\
         M 100644 inline {path}f\ndata 1\nx\n"
    );
    place.write("import", &import);
    let import = fs::File::open(place.at("import")).unwrap();
    let made = Command::new("git").args(["fast-import", "--quiet"]).current_dir(place.at("one")).stdin(import).status();
    assert!(made.unwrap().success());
    place.git("one", &["symbolic-ref", "HEAD", "refs/heads/deep"]);
    let into = tempfile::tempdir().unwrap();
    for said in [place.unit("one").dirty(9).map(drop), place.unit("one").checkout(into.path())] {
        let said = said.unwrap_err();
        assert!(said.message.contains("nested too deeply"), "{said}");
    }
}
