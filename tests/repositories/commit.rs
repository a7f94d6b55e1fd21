//! Commits on a new branch, with git as the judge.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use dockfix::repositories::{Author, Committed, NewText, check_branch};

use super::Place;

const OLD: &str = "FROM alpine:3.20\n";
const NEW: &str = "FROM alpine:3.20\nUSER app\n";
/// The usual change.
const CHANGE: NewText<'static> = NewText { path: "Dockerfile", before: Some(OLD), after: NEW };

pub(crate) fn author() -> Author {
    let variables = [
        ("GIT_AUTHOR_NAME", "Ann <x>"),
        ("GIT_AUTHOR_EMAIL", "ann@example.org"),
        ("SOURCE_DATE_EPOCH", "1700000000"),
        ("GIT_CONFIG_GLOBAL", "/nowhere"),
    ];
    let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Author::from_variables(find).unwrap()
}

impl Place {
    fn commit(&self, path: &str, branch: &str, changes: &[NewText<'_>]) -> Result<Committed, String> {
        let made = self.unit(path).commit(branch, "Mend the Dockerfile\n\nWhy.\n\n", &author(), changes);
        made.map_err(|error| error.to_string())
    }

    /// Commits the usual change and has git look at everything: the change, and nothing else happened.
    fn check_commit(&self, path: &str, branch: &str) {
        let quiet = |arguments: &[&str]| self.try_git(path, arguments).stdout;
        let state = |place: &Self| {
            let index = fs::read(place.at(path).join(".git/index")).ok();
            (quiet(&["status", "--porcelain"]), quiet(&["reflog"]), quiet(&["rev-parse", "HEAD"]), index)
        };
        let before = state(self);
        let made = self.commit(path, branch, &[CHANGE]).unwrap();
        assert!(matches!(made, Committed::Created(_)), "{path}");
        assert_eq!(state(self), before, "{path}");
        let again = self.commit(path, branch, &[CHANGE]).unwrap();
        let id = self.git(path, &["rev-parse", branch]);
        assert_eq!((made, again), (Committed::Created(id.clone()), Committed::Unchanged(id)), "{path}");
        assert_eq!(self.git(path, &["fsck", "--strict", "--no-dangling"]), "", "{path}");
        assert_eq!(self.git(path, &["diff", "--name-status", "HEAD", branch]), "M\tDockerfile", "{path}");
        assert_eq!(self.git(path, &["show", &format!("{branch}:Dockerfile")]), NEW.trim_end(), "{path}");
        assert_eq!(self.git(path, &["rev-parse", &format!("{branch}^@")]), self.git(path, &["rev-parse", "HEAD"]));
    }

    fn check_refused(&self, path: &str, branch: &str, expected: &str) {
        let objects = |place: &Self| place.try_git(path, &["count-objects", "-v"]).stdout;
        let before = objects(self);
        let error = self.commit(path, branch, &[CHANGE]).unwrap_err();
        assert!(error.contains(expected), "{path}, {branch}: {error}");
        assert_eq!(objects(self), before, "{path}: something was written all the same");
    }
}

#[test]
fn commits_in_every_sort_of_repository() {
    let place = Place::new();
    place.repository("one");
    place.check_commit("one", "dockfix");
    let made = place.git("one", &["cat-file", "-p", "dockfix"]);
    let who = "Ann x <ann@example.org> 1700000000 +0000";
    assert!(made.ends_with(&format!("author {who}\ncommitter {who}\n\nMend the Dockerfile\n\nWhy.")), "{made}");
    assert!(!place.at("one/.git/logs/refs/heads/dockfix").exists());
    place.git("one", &["worktree", "add", "--quiet", "../linked"]);
    place.check_commit("linked", "from/linked");
    place.git("one", &["rev-parse", "from/linked"]);
    place.git("one", &["pack-refs", "--all"]);
    place.git("one", &["gc", "--quiet"]);
    place.check_commit("one", "packed/deep");
    assert!(matches!(place.commit("one", "dockfix", &[CHANGE]), Ok(Committed::Unchanged(_))), "a packed branch");
    place.git("", &["clone", "--quiet", "--shared", "one", "borrowing"]);
    place.check_commit("borrowing", "dockfix");
    place.git("", &["clone", "--quiet", "--bare", "one", "bare.git"]);
    place.check_commit("bare.git", "more");
    place.git("", &["clone", "--quiet", "--depth=1", &format!("file://{}", place.at("one").display()), "shallow"]);
    place.check_commit("shallow", "dockfix");
    place.git("one", &["switch", "--quiet", "--detach"]);
    place.check_commit("one", "detached");
    place.repository("super");
    place.git("super", &["submodule", "--quiet", "add", "../one", "module"]);
    place.check_commit("super/module", "dockfix");
}

#[test]
fn keeps_modes_and_everything_else() {
    let place = Place::new();
    place.repository("one");
    place.write("one/sub/run.sh", "#!/bin/sh\n");
    fs::set_permissions(place.at("one/sub/run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run.sh", place.at("one/sub/link")).unwrap();
    place.write("one/sub.x/y", "");
    place.write("one/sub-x/y", "");
    place.commit_all("one", "more");
    let changes = [
        NewText { path: "sub/run.sh", before: Some("#!/bin/sh\n"), after: "#!/bin/sh -e\n" },
        NewText { path: "sub/.dockerignore", before: None, after: ".git\n" },
        NewText { path: "new/er/.dockerignore", before: None, after: ".git\n" },
        CHANGE,
    ];
    assert!(matches!(place.commit("one", "dockfix", &changes), Ok(Committed::Created(_))));
    assert_eq!(place.git("one", &["fsck", "--strict"]), "");
    let raw = place.git("one", &["diff", "--raw", "HEAD", "dockfix"]);
    let fields = raw.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let found: Vec<String> = fields.map(|fields| [fields[0], fields[1], fields[4], fields[5]].join(" ")).collect();
    let expected = [
        ":100644 100644 M Dockerfile",
        ":000000 100644 A new/er/.dockerignore",
        ":000000 100644 A sub/.dockerignore",
        ":100755 100755 M sub/run.sh",
    ];
    assert_eq!(found, expected);
    // It is a branch like any other: git checks it out, and finds nothing to say.
    place.git("one", &["switch", "--quiet", "dockfix"]);
    assert_eq!(place.git("one", &["status", "--porcelain"]), "");
    let (made, own) = (place.at("one/.git/refs/heads/dockfix"), place.at("one/.git/refs/heads/main"));
    assert_eq!(fs::metadata(made).unwrap().mode(), fs::metadata(own).unwrap().mode());
}

#[test]
fn makes_the_trees_that_git_makes() {
    let place = Place::new();
    place.repository("one");
    // Names in an order that is another one for files than for folders.
    let names = ["a", "a.b/x", "a-b/x", "a0", "b/c/d", "b/c.d", "b/c-d/e/f", "sub/b", "ä/ö"];
    for (at, _) in names.iter().enumerate() {
        let changes: Vec<NewText<'_>> =
            names[at..].iter().map(|path| NewText { path, before: None, after: path }).collect();
        let branch = format!("round{at}");
        assert!(matches!(place.commit("one", &branch, &changes), Ok(Committed::Created(_))));
        for name in &names[at..] {
            place.write(&format!("one/{name}"), name);
        }
        place.git("one", &["add", "--all"]);
        let expected = place.git("one", &["write-tree"]);
        assert_eq!(place.git("one", &["rev-parse", &format!("{branch}^{{tree}}")]), expected, "{names:?} from {at} on");
        place.git("one", &["reset", "--quiet", "--hard"]);
        place.git("one", &["clean", "-fdq"]);
    }
    assert_eq!(place.git("one", &["fsck", "--strict"]), "");
}

#[test]
fn makes_one_branch_where_many_try_at_once() {
    let place = Place::new();
    place.repository("one");
    let unit = place.unit("one");
    let made: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|number| {
                let unit = &unit;
                // Half of them want something else.
                let after = if number % 2 == 0 { NEW } else { "FROM other\n" };
                scope.spawn(move || unit.commit("dockfix", "x", &author(), &[NewText { after, ..CHANGE }]))
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let tip = place.git("one", &["rev-parse", "dockfix"]);
    for (number, made) in made.iter().enumerate() {
        match made {
            Ok(Committed::Created(id) | Committed::Unchanged(id)) => assert_eq!(*id, tip, "{number}"),
            Ok(Committed::Nothing) => panic!("{number} found nothing to do"),
            Err(error) => assert!(error.message.contains("exists, and is not just these changes"), "{number}: {error}"),
        }
    }
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 4);
    assert_eq!(place.git("one", &["fsck", "--strict", "--no-dangling"]), "");
    assert_eq!(
        place.git("one", &["count-objects", "-v"]).lines().find(|line| line.starts_with("garbage")),
        Some("garbage: 0")
    );
}

#[test]
fn commits_lf_where_the_checkout_made_crlf() {
    let place = Place::new();
    place.repository("one");
    let (old, new) = (OLD.replace('\n', "\r\n"), NEW.replace('\n', "\r\n"));
    let ignore = NewText { path: ".dockerignore", before: None, after: ".git\r\n" };
    let change = NewText { path: "Dockerfile", before: Some(&old), after: &new };
    assert!(matches!(place.commit("one", "lf", &[ignore, change]), Ok(Committed::Created(_))));
    assert_eq!(place.git("one", &["show", "lf:Dockerfile"]), NEW.trim_end());
    assert_eq!(place.git("one", &["cat-file", "-s", "lf:.dockerignore"]), "5");
    // What HEAD has with CRLF keeps it.
    place.write("one/Dockerfile", &old);
    place.commit_all("one", "crlf");
    assert!(matches!(place.commit("one", "crlf", &[change]), Ok(Committed::Created(_))));
    assert_eq!(place.git("one", &["cat-file", "-s", "crlf:Dockerfile"]), new.len().to_string());
    let nothing = NewText { path: "Dockerfile", before: Some(&old), after: &old };
    assert_eq!(place.commit("one", "nothing", &[nothing]), Ok(Committed::Nothing));
    assert_eq!(place.git("one", &["branch", "--list", "nothing"]), "");
}

#[test]
fn refuses_what_would_lose_something() {
    let place = Place::new();
    place.repository("one");
    place.git("one", &["branch", "taken"]);
    place.git("one", &["branch", "above/below"]);
    place.git("one", &["symbolic-ref", "refs/heads/symbolic", "refs/heads/main"]);
    for _ in ["loose", "packed"] {
        place.check_refused(
            "one",
            "main",
            "the branch `main` exists, and is not just these changes on top of HEAD; merge it",
        );
        place.check_refused("one", "taken", "delete it (`git branch -D taken`), or choose another name");
        place.check_refused("one", "symbolic", "exists");
        place.check_refused(
            "one",
            "taken/deeper",
            "the branch `taken` exists, beside which there cannot be a branch `taken/deeper`",
        );
        place.check_refused(
            "one",
            "above",
            "the branch `above/below` exists, beside which there cannot be a branch `above`",
        );
        place.git("one", &["pack-refs", "--all"]);
    }
    place.write("one/.git/refs/heads/locked.lock", "");
    let error = place.commit("one", "locked", &[CHANGE]).unwrap_err();
    assert!(error.contains("the branch cannot be made") && error.contains("`.lock`"), "{error}");
    place.check_refused("one", "a..b", "`a..b` cannot be the name of a branch: it cannot contain repeated dots");
    let refused = |change: NewText<'_>, expected: &str| {
        let error = place.commit("one", "dockfix", &[change]).unwrap_err();
        assert!(error.contains(expected), "{error}");
    };
    refused(
        NewText { before: Some("FROM other\n"), ..CHANGE },
        "Dockerfile is not what HEAD has; commit or stash it first",
    );
    refused(NewText { path: "untracked", ..CHANGE }, "untracked is not in HEAD; commit it first");
    refused(NewText { before: None, ..CHANGE }, "Dockerfile is not what HEAD has");
    refused(NewText { path: "Dockerfile/x", before: None, ..CHANGE }, "Dockerfile/x is not what HEAD has");
    refused(NewText { path: "sub", before: Some(""), ..CHANGE }, "sub is not what HEAD has");
    for path in ["../x", "/x", "sub//x", ".git/config", "sub/.GIT/x", "", "git~1/x"] {
        refused(NewText { path, before: None, ..CHANGE }, "git has no name for");
    }
    fs::create_dir_all(place.at("unborn")).unwrap();
    place.git("unborn", &["init", "--quiet"]);
    place.check_refused("unborn", "dockfix", "nothing is committed yet; commit what there is first");
    for (folder, option, said) in
        [("long", "--object-format=sha256", "sha256"), ("table", "--ref-format=reftable", "reftable")]
    {
        fs::create_dir_all(place.at(folder)).unwrap();
        place.git(folder, &["init", "--quiet", option]);
        place.write(&format!("{folder}/Dockerfile"), OLD);
        place.commit_all(folder, "x");
        place.check_refused(folder, "dockfix", said);
    }
}

#[test]
fn knows_the_names_that_git_takes_for_a_branch() {
    let names = [
        "a",
        "a/b",
        "dockfix/2026-01",
        "ä",
        "a.b",
        "a@b",
        "@",
        "a@{b",
        "-a",
        "HEAD",
        "head",
        "a..b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a b",
        "a~b",
        "a^b",
        "a:b",
        "a?b",
        "a*b",
        "a[b",
        "a\\b",
        "/a",
        "a/",
        "a//b",
        "a.",
        "",
        "a\tb",
        "a\u{7f}b",
    ];
    let place = Place::new();
    for name in names {
        // What only looks like an earlier branch to git is none here.
        let git = place.try_git("", &["check-ref-format", "--branch", name]).status.success();
        assert_eq!(check_branch(name).is_ok(), git, "{name:?}: {:?}", check_branch(name));
    }
    assert!(check_branch("refs/heads/a").unwrap_err().contains("puts in front by itself"));
}

/// Has `one` keep something at the same place as `victim` does.
fn by_link(place: &Place, inside: &str) {
    let (own, other) = (place.at("one/.git").join(inside), place.at("victim/.git").join(inside));
    if own.is_dir() {
        // What was there is there as well, so that only the link is wrong.
        let copied = Command::new("cp").arg("-r").arg(own.join(".")).arg(&other).status().unwrap();
        assert!(copied.success());
        fs::remove_dir_all(&own).unwrap();
    }
    symlink(other, own).unwrap();
}

/// Has `one` name another repository for its own.
fn points(place: &Place, target: &str) {
    fs::remove_dir_all(place.at("one/.git")).unwrap();
    place.write("one/.git", &format!("gitdir: {target}\n"));
}

#[test]
fn writes_nothing_outside_of_the_repository() {
    let check = |expected: &str, prepare: fn(&Place)| {
        let place = Place::new();
        place.repository("one");
        place.repository("victim");
        prepare(&place);
        let before = files(&place.at("victim"));
        let error = place.commit("one", "dockfix", &[CHANGE]).unwrap_err();
        assert!(error.contains(expected), "{expected}: {error}");
        assert_eq!(files(&place.at("victim")), before);
    };
    check("refs is a link, and links are not written through", |place| by_link(place, "refs"));
    check("refs/heads is a link", |place| by_link(place, "refs/heads"));
    check("objects is a link", |place| by_link(place, "objects"));
    check("refs/heads/dockfix is a link", |place| by_link(place, "refs/heads/dockfix"));
    check("a link or a file where a folder belongs", |place| {
        for number in 0..256 {
            let folder = format!("one/.git/objects/{number:02x}");
            if !place.at(&folder).exists() {
                symlink(place.at("victim"), place.at(&folder)).unwrap();
            }
        }
    });
    check("its `.git` is a link", |place| {
        fs::remove_dir_all(place.at("one/.git")).unwrap();
        symlink("../victim/.git", place.at("one/.git")).unwrap();
    });
    check("which does not name this folder in turn", |place| points(place, "../victim/.git"));
    check("which does not name this folder in turn", |place| {
        place.git("victim", &["worktree", "add", "--quiet", "../linked"]);
        points(place, "../victim/.git/worktrees/linked");
    });
    check("its `commondir` leads to another repository", |place| {
        place.write("one/.git/commondir", "../../victim/.git\n")
    });
    check("which does not name this folder in turn", |place| {
        // A made-up work tree of the victim's, which would name us.
        for (name, text) in
            [("HEAD", "ref: refs/heads/main\n"), ("commondir", "../../../victim/.git\n"), ("gitdir", "../../.git\n")]
        {
            place.write(&format!("made-up/worktrees/x/{name}"), text);
        }
        points(place, "../made-up/worktrees/x");
    });
}

fn files(folder: &Path) -> Vec<String> {
    let found = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    found.map(|entry| entry.unwrap().path().display().to_string()).collect()
}

#[test]
fn leaves_the_repositories_of_others_alone() {
    let place = Place::new();
    place.repository("one");
    // Only root can give files away; for anybody else there is nothing to show.
    if std::os::unix::fs::chown(place.at("one/.git/objects"), Some(4321), None).is_ok() {
        let error = place.commit("one", "dockfix", &[CHANGE]).unwrap_err();
        assert_eq!(error, "it belongs to another user; run as its owner");
    }
}

#[test]
fn executes_nothing_of_a_repository() {
    let place = Place::new();
    place.repository("one");
    place.write("evil.sh", &format!("#!/bin/sh\ntouch {}\ncat\n", place.at("executed").display()));
    let evil = place.at("evil.sh");
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(place.at("hooks")).unwrap();
    for hook in
        ["post-index-change", "pre-commit", "commit-msg", "post-commit", "post-checkout", "reference-transaction"]
    {
        fs::copy(&evil, place.at("hooks").join(hook)).unwrap();
        fs::create_dir_all(place.at("one/.git/hooks")).unwrap();
        fs::copy(&evil, place.at("one/.git/hooks").join(hook)).unwrap();
    }
    place.write("more.config", &format!("[core]\n\tfsmonitor = {}\n", evil.display()));
    place.write("one/.gitattributes", "* diff=evil filter=evil merge=evil\n");
    let config = "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = EVIL\n\thooksPath = HOOKS\n\teditor = EVIL\n\tsshCommand = EVIL\n\
                  \talternateRefsCommand = EVIL\n[include]\n\tpath = MORE\n[diff]\n\texternal = EVIL\n[diff \"evil\"]\n\tcommand = EVIL\n\
                  \ttextconv = EVIL\n[filter \"evil\"]\n\tclean = EVIL\n\tsmudge = EVIL\n\tprocess = EVIL\n\trequired = true\n\
                  [commit]\n\tgpgSign = true\n[gpg]\n\tprogram = EVIL\n[user]\n\tname = evil\n\temail = evil@example.org\n[safe]\n\tdirectory = nowhere\n\
                  [extensions]\n\tpartialClone = evil\n[remote \"evil\"]\n\turl = ext::EVIL\n\tpromisor = true\n";
    let config =
        config.replace("EVIL", &evil.display().to_string()).replace("HOOKS", &place.at("hooks").display().to_string());
    place.write("one/.git/config", &config.replace("MORE", &place.at("more.config").display().to_string()));
    place.write("one/sub/a.txt", "changed\n");
    assert_eq!(place.unit("one").dirty(9).unwrap().files, ["sub/a.txt"]);
    assert!(matches!(place.commit("one", "dockfix", &[CHANGE]), Ok(Committed::Created(_))));
    assert!(!place.at("executed").exists(), "something of the repository was executed");
    // The traps are set: git itself walks into them.
    let _ = place.try_git("one", &["status"]);
    assert!(place.at("executed").exists(), "git does not walk into these traps, so they show nothing");
    place.write("one/.git/config", "");
    let who = place.git("one", &["log", "-1", "--format=%an", "dockfix"]);
    assert_eq!(who, "Ann x");
}

#[test]
fn knows_who_the_author_is() {
    let place = Place::new();
    let check = |variables: &[(&str, &str)], expected: Result<&str, &str>| {
        let home = place.at("").display().to_string();
        let find = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            found.or_else(|| (name == "HOME").then(|| home.clone()))
        };
        let known = Author::from_variables(find);
        match expected {
            Ok(expected) => {
                let text = format!("{known:?}");
                assert!(expected.split(' ').all(|part| text.contains(part)), "{text}");
            }
            Err(expected) => assert!(known.as_ref().is_err_and(|error| error.contains(expected)), "{known:?}"),
        }
    };
    check(&[], Err("set GIT_AUTHOR_NAME, or run `git config --global user.name`"));
    check(&[("GIT_AUTHOR_NAME", "ann")], Err("set GIT_AUTHOR_EMAIL"));
    place.write(".config/git/config", "[user]\n\tname = ann\n\temail = ann@x\n");
    check(&[], Ok("ann ann@x"));
    place.write(".gitconfig", "[include]\n\tpath = more\n[user]\n\tname = bob\n[committer]\n\temail = \"carl@x\"\n");
    place.write("more", "[user]\n\tname = zoe\n");
    check(&[], Ok("bob ann@x carl@x"));
    check(&[("GIT_COMMITTER_NAME", "dan"), ("EMAIL", "no@x")], Ok("bob dan ann@x"));
    check(&[("GIT_AUTHOR_DATE", "1600000000 +0200")], Ok("1600000000 7200"));
    check(&[("GIT_AUTHOR_DATE", "2024-02-03T04:05:06+01:00")], Ok("1706929506 3600"));
    check(&[("GIT_COMMITTER_DATE", "whenever")], Err("GIT_COMMITTER_DATE is no date that is understood"));
    place.write(".gitconfig", "[user\n");
    check(&[], Err(".gitconfig is no configuration that git would read"));
}
