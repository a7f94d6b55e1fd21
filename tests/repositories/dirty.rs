//! Whether a work tree is clean, with git as the judge.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use dockfix::repositories::{Dirt, Unit, discover};

use super::Place;

impl Place {
    pub(crate) fn unit(&self, path: &str) -> Unit {
        let discovery = discover(&[self.at(path)], 1);
        let found = discovery.units.into_iter().find(|unit| unit.path() == self.at(path));
        found.unwrap_or_else(|| panic!("{path} is no unit: {:?}", discovery.problems))
    }

    fn dirt(&self, path: &str) -> Dirt {
        self.unit(path).dirty(1000).unwrap()
    }

    /// The files that git calls changed.
    fn status(&self, path: &str) -> Vec<String> {
        let status = self.git(path, &["status", "--porcelain", "-uno", "-z", "--no-renames", "--ignore-submodules"]);
        let mut names: Vec<String> = status.split_terminator('\0').map(|line| line[3..].to_owned()).collect();
        names.sort();
        names
    }

    /// Holds what is said of `one` against git.
    fn agree(&self, what: &str) -> Vec<String> {
        // Git's own look comes second, since it may write the index.
        let dirt = self.dirt("one");
        assert_eq!(dirt.reasons, [""; 0], "{what}");
        assert_eq!(dirt.files, self.status("one"), "{what}");
        dirt.files
    }
}

/// What is done to a repository, and what git then calls changed.
type Edit = (&'static str, fn(&Place), &'static [&'static str]);

const EDITS: [Edit; 18] = [
    ("nothing", |_| {}, &[]),
    ("an untracked file", |place| place.write("one/new", "x"), &[]),
    (
        "a staged new file",
        |place| {
            place.write("one/new", "x");
            place.git("one", &["add", "new"]);
        },
        &["new"],
    ),
    (
        "an intended file",
        |place| {
            place.write("one/new", "x");
            place.git("one", &["add", "-N", "new"]);
        },
        &["new"],
    ),
    ("other text", |place| place.write("one/Dockerfile", "FROM x\n"), &["Dockerfile"]),
    ("other text of the same length", |place| place.write("one/sub/a.txt", "b\n"), &["sub/a.txt"]),
    ("an emptied file", |place| place.write("one/sub/a.txt", ""), &["sub/a.txt"]),
    ("the same text again", |place| place.write("one/sub/a.txt", "a\n"), &[]),
    ("an x bit", |place| chmod(place, "one/Dockerfile", 0o755), &["Dockerfile"]),
    (
        "an x bit where none counts",
        |place| {
            place.git("one", &["config", "core.fileMode", "false"]);
            chmod(place, "one/Dockerfile", 0o755);
        },
        &[],
    ),
    ("a lost file", |place| fs::remove_file(place.at("one/sub/a.txt")).unwrap(), &["sub/a.txt"]),
    (
        "a staged removal",
        |place| {
            place.git("one", &["rm", "--cached", "--quiet", "Dockerfile"]);
        },
        &["Dockerfile"],
    ),
    (
        "staged and taken back on disk",
        |place| {
            place.write("one/Dockerfile", "FROM x\n");
            place.git("one", &["add", "."]);
            place.write("one/Dockerfile", "FROM alpine:3.20\n");
        },
        &["Dockerfile"],
    ),
    (
        "a link in place of a file",
        |place| {
            fs::remove_file(place.at("one/sub/a.txt")).unwrap();
            symlink("../Dockerfile", place.at("one/sub/a.txt")).unwrap();
        },
        &["sub/a.txt"],
    ),
    (
        "a link in place of a folder with the same files",
        |place| {
            fs::rename(place.at("one/sub"), place.at("elsewhere")).unwrap();
            symlink("../elsewhere", place.at("one/sub")).unwrap();
        },
        &["sub/a.txt"],
    ),
    (
        "a file that is assumed to be unchanged",
        |place| {
            place.git("one", &["update-index", "--assume-unchanged", "Dockerfile"]);
            place.write("one/Dockerfile", "FROM x\n");
        },
        &[],
    ),
    (
        "a file whose work tree is skipped",
        |place| {
            place.git("one", &["update-index", "--skip-worktree", "Dockerfile"]);
            place.write("one/Dockerfile", "FROM x\n");
        },
        &[],
    ),
    (
        "a move",
        |place| {
            place.git("one", &["mv", "Dockerfile", "Containerfile"]);
        },
        &["Containerfile", "Dockerfile"],
    ),
];

fn chmod(place: &Place, path: &str, mode: u32) {
    fs::set_permissions(place.at(path), fs::Permissions::from_mode(mode)).unwrap();
}

/// Makes the files of `one` as old as if they had been checked out yesterday, and git look at them again.
fn age(place: &Place) {
    let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
    for file in ["one/Dockerfile", "one/sub/a.txt"] {
        fs::File::options().write(true).open(place.at(file)).unwrap().set_modified(yesterday).unwrap();
    }
    place.git("one", &["update-index", "--refresh"]);
}

#[test]
fn finds_what_git_finds() {
    for (what, edit, changed) in EDITS {
        for old in [false, true] {
            let place = Place::new();
            place.repository("one");
            if old {
                age(&place);
            }
            edit(&place);
            assert_eq!(place.agree(what), changed, "{what}");
        }
    }
}

#[test]
fn knows_a_file_that_changed_in_the_second_of_the_index() {
    let place = Place::new();
    place.repository("one");
    for round in 0..10 {
        let text = ["b\n", "a\n"][round % 2];
        place.write("one/sub/a.txt", text);
        assert_eq!(place.agree(text).len(), 1 - round % 2, "round {round}");
        // The index, but not the file, gets a later time; git marked the entry when it wrote that.
        place.git("one", &["update-index", "--add", "Dockerfile"]);
    }
}

#[test]
fn reads_every_version_of_an_index() {
    for arguments in [&["--index-version", "2"][..], &["--index-version", "4"], &["--untracked-cache"]] {
        let place = Place::new();
        place.repository("one");
        place.write("one/intended", "x");
        place.git("one", &["add", "-N", "intended"]);
        place.git("one", &[&["update-index"], arguments].concat());
        assert_eq!(place.agree("an intended file"), ["intended"]);
        place.write("one/sub/b", "x");
        place.commit_all("one", "more");
        assert_eq!(place.agree("all committed"), [""; 0]);
        place.write("one/sub/b", "y");
        assert_eq!(place.agree("a change"), ["sub/b"]);
    }
}

#[test]
fn takes_line_ends_alone_for_no_change() {
    let place = Place::new();
    place.repository("one");
    place.git("one", &["config", "core.autocrlf", "true"]);
    place.write("one/Dockerfile", "FROM alpine:3.20\r\n");
    // Before the index knows its size on disk, git itself calls it changed without a look at the content.
    assert!(place.dirt("one").is_clean());
    place.git("one", &["add", "Dockerfile"]);
    place.write("one/Dockerfile", "FROM alpine:3.20\r\n");
    assert_eq!(place.agree("autocrlf"), [""; 0]);
    place.write("one/Dockerfile", "FROM alpine:3.21\r\n");
    assert_eq!(place.agree("autocrlf"), ["Dockerfile"]);
    // Bytes are not text.
    place.write("one/data", "\0\n");
    place.commit_all("one", "data");
    place.write("one/data", "\0\r\n");
    assert_eq!(place.agree("bytes"), ["data"]);
}

#[test]
fn knows_what_git_lfs_keeps_for_a_file() {
    let place = Place::new();
    place.repository("one");
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    place.write("one/big", &format!("version https://git-lfs.github.com/spec/v1\noid sha256:{hash}\nsize 5\n"));
    place.commit_all("one", "pointer");
    assert!(place.dirt("one").is_clean(), "the pointer itself, as where LFS is not installed");
    place.write("one/big", "hello");
    assert!(place.dirt("one").is_clean());
    place.write("one/big", "hallo");
    assert_eq!(place.dirt("one").files, ["big"]);
}

#[test]
fn looks_at_submodules_and_linked_work_trees_by_themselves() {
    let place = Place::new();
    place.repository("one");
    place.repository("origin");
    place.git("one", &["submodule", "--quiet", "add", "../origin", "module"]);
    place.commit_all("one", "module");
    place.git("one", &["worktree", "add", "--quiet", "../linked"]);
    place.write("one/module/Dockerfile", "FROM x\n");
    place.write("linked/sub/a.txt", "b\n");
    assert!(place.dirt("one").is_clean());
    assert_eq!(place.dirt("one/module").files, ["Dockerfile"]);
    assert_eq!(place.dirt("linked").files, ["sub/a.txt"]);
    place.git("one", &["sparse-checkout", "set", "--cone", "--sparse-index"]);
    assert!(!place.at("one/sub").exists());
    assert_eq!(place.agree("sparse"), [""; 0]);
    for (text, changed) in [("a\n", &[][..]), ("not what was left out\n", &["sub/a.txt"])] {
        place.write("one/sub/a.txt", text);
        assert_eq!(place.agree(text), changed);
    }
    fs::remove_dir_all(place.at("one/sub")).unwrap();
    place.git("one", &["sparse-checkout", "reapply", "--sparse-index"]);
    assert_eq!(place.agree("sparse again"), [""; 0]);
    assert!(place.git("one", &["ls-files", "--sparse"]).lines().any(|line| line == "sub/"), "the folder is one entry");
    for (text, changed) in [("a\n", &[][..]), ("other\n", &["sub/a.txt"])] {
        place.write("one/sub/a.txt", text);
        assert_eq!(place.dirt("one").files, changed);
        assert_eq!(place.agree(text), changed);
        place.git("one", &["checkout", "--quiet", "."]);
        fs::remove_dir_all(place.at("one/sub")).unwrap();
        place.git("one", &["sparse-checkout", "reapply", "--sparse-index"]);
    }
    place.write("one/Dockerfile", "FROM x\n");
    assert_eq!(place.agree("sparse"), ["Dockerfile"]);
    place.commit_all("one", "more");
    place.agree("sparse");
}

#[test]
fn names_what_is_not_finished() {
    let check = |expected: &str, prepare: fn(&Place)| {
        let place = Place::new();
        place.repository("one");
        place.git("one", &["switch", "--quiet", "-c", "topic"]);
        place.write("one/Dockerfile", "FROM topic\n");
        place.commit_all("one", "topic");
        place.git("one", &["switch", "--quiet", "main"]);
        place.write("one/Dockerfile", "FROM main\n");
        place.commit_all("one", "main");
        assert!(place.dirt("one").is_clean());
        prepare(&place);
        let dirt = place.dirt("one");
        assert_eq!(dirt.to_string(), expected);
    };
    check("a merge is in progress; Dockerfile differs from HEAD", |place| {
        assert!(!place.try_git("one", &["merge", "topic"]).status.success());
    });
    check("a rebase is in progress; Dockerfile differs from HEAD", |place| {
        assert!(!place.try_git("one", &["rebase", "topic"]).status.success());
    });
    check("a cherry-pick is in progress; Dockerfile differs from HEAD", |place| {
        assert!(!place.try_git("one", &["cherry-pick", "topic"]).status.success());
    });
    check("a bisect is in progress", |place| {
        place.git("one", &["bisect", "start"]);
    });
    check("another git process is at work, or left its `index.lock` behind", |place| {
        place.write("one/.git/index.lock", "");
    });
    check("git's index is missing", |place| fs::remove_file(place.at("one/.git/index")).unwrap());
    check("nothing is committed yet", |place| {
        place.git("one", &["switch", "--quiet", "--orphan", "new"]);
    });
}

#[test]
fn says_why_it_cannot_tell() {
    let check = |expected: &str, prepare: fn(&Place)| {
        let place = Place::new();
        place.repository("one");
        prepare(&place);
        let error = place.unit("one").dirty(5).unwrap_err();
        assert!(error.message.contains(expected), "{expected}: {error}");
    };
    check("sha256 is not supported", |place| {
        fs::remove_dir_all(place.at("one/.git")).unwrap();
        place.git("one", &["init", "--quiet", "--object-format=sha256"]);
        place.commit_all("one", "x");
    });
    check("reftable, which is not supported", |place| {
        fs::remove_dir_all(place.at("one/.git")).unwrap();
        place.git("one", &["init", "--quiet", "--ref-format=reftable"]);
        place.commit_all("one", "x");
    });
    check("extension newer, which is not supported", |place| {
        place.git("one", &["config", "core.repositoryformatversion", "1"]);
        place.git("one", &["config", "extensions.newer", "true"]);
    });
    check("format version 2 is not supported", |place| {
        place.git("one", &["config", "core.repositoryformatversion", "2"]);
    });
    check("it is split in two", |place| {
        place.git("one", &["update-index", "--split-index"]);
    });
    check("it does not begin as an index does", |place| place.write("one/.git/index", "hello"));
    check("is missing, as in a shallow or partial clone", |place| {
        fs::remove_dir_all(place.at("one/.git/objects")).unwrap();
        fs::create_dir(place.at("one/.git/objects")).unwrap();
    });
    check("HEAD cannot be read", |place| place.write("one/.git/HEAD", "what?\n"));
    // Whoever opens a pipe waits for ever.
    check("HEAD cannot be read", |place| pipe(place, "HEAD"));
    check("main cannot be read", |place| pipe(place, "refs/heads/main"));
    check("packed-refs is no file", |place| pipe(place, "packed-refs"));
    check("x.idx is no file", |place| pipe(place, "objects/pack/x.idx"));
    check("is no file", |place| {
        let head = place.git("one", &["rev-parse", "HEAD"]);
        pipe(place, &format!("objects/{}/{}", &head[..2], &head[2..]));
    });
}

/// Puts a pipe in the place of a file of git's.
fn pipe(place: &Place, path: &str) {
    let path = place.at("one/.git").join(path);
    let _ = fs::remove_file(&path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn reads_what_git_may_ask_of_a_reader() {
    let place = Place::new();
    place.repository("one");
    place.git("one", &["config", "core.repositoryformatversion", "1"]);
    for (name, value) in
        [("preciousObjects", "true"), ("partialClone", "x"), ("objectFormat", "sha1"), ("worktreeConfig", "true")]
    {
        place.git("one", &["config", &format!("extensions.{name}"), value]);
    }
    place.git("one", &["config", "--worktree", "core.fileMode", "false"]);
    chmod(&place, "one/Dockerfile", 0o755);
    assert_eq!(place.agree("extensions"), [""; 0]);
}

#[test]
fn stops_at_as_many_names_as_are_asked_for() {
    let place = Place::new();
    place.repository("one");
    for number in 0..9 {
        place.write(&format!("one/{number}"), "x");
    }
    place.git("one", &["add", "--all"]);
    let dirt = place.unit("one").dirty(2).unwrap();
    assert_eq!(dirt.to_string(), "0, 1 and more differ from HEAD");
}

/// A generator of numbers that are the same in each run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn agrees_with_git_after_many_edits() {
    let place = Place::new();
    place.repository("one");
    let mut numbers = Numbers(7);
    let names = ["a", "b", "sub/a.txt", "sub/b", "sub/deep/c", "sub.x", "sub-x/y", "Dockerfile", "x", "x y", "ä\n\"z"];
    for round in 0..80 {
        let name = names[numbers.below(names.len() as u64) as usize];
        let path = format!("one/{name}");
        let file = place.at(&path);
        let action = numbers.below(10);
        match action {
            0..=3 if !file.is_dir() => {
                let text = ["", "a\n", "b\n", "long\n", "FROM alpine:3.20\n"][numbers.below(5) as usize];
                let _ = fs::remove_file(&file);
                place.write(&path, text);
            }
            4 => drop(fs::remove_file(&file)),
            5 if file.is_file() => chmod(&place, &path, [0o644, 0o755][numbers.below(2) as usize]),
            6 if !file.exists() && file.parent().unwrap().is_dir() => drop(symlink("a", &file)),
            7 => {
                let _ = place.try_git("one", &["add", "--all", "--", name]);
            }
            8 => drop(place.git("one", &["add", "--all"])),
            9 if numbers.below(3) == 0 => place.commit_all("one", "x"),
            _ => drop(place.try_git("one", &["checkout", "--quiet", "--", name])),
        }
        place.agree(&format!("round {round}, action {action} on {name:?}"));
    }
}
