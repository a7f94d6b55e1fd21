//! Links that lead out of the repository, of every kind of file that is written. Nobody writes through them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use dockfix::files::{Change, write_all};

use super::{DOCKERFILE, LOOKS, Place, WRITES, contents, run};

/// What a repository may hold in place of its own files.
type Trap = fn(&Path, &Path);

const TRAPS: &[(&str, Trap)] = &[
    ("a Dockerfile", |here, out| link(&out.join("Dockerfile"), &here.join("Dockerfile"))),
    ("a relative Dockerfile", |here, _| link(Path::new("../outside/Dockerfile"), &here.join("Dockerfile"))),
    ("a Dockerfile by two links", |here, out| {
        link(&out.join("Dockerfile"), &here.join("hop"));
        link(Path::new("hop"), &here.join("Dockerfile"));
    }),
    ("a folder", |here, out| link(&out.join("sub"), &here.join("sub"))),
    ("an ignore file", |here, out| link(&ignore(out), &here.join(".dockerignore"))),
    ("an ignore file of one Dockerfile", |here, out| link(&ignore(out), &here.join("Dockerfile.dockerignore"))),
    ("an ignore file of buildah", |here, out| link(&ignore(out), &here.join(".containerignore"))),
    ("an ignore file that is not there yet", |here, out| link(&out.join("new"), &here.join(".dockerignore"))),
    ("a configuration", |here, out| {
        fs::write(out.join("dockfix.toml"), "preset = \"all\"\n").unwrap();
        link(&out.join("dockfix.toml"), &here.join("dockfix.toml"));
    }),
    ("a configuration that is not there yet", |here, out| link(&out.join("new"), &here.join("dockfix.toml"))),
    ("a configuration that is none", |here, out| {
        fs::write(out.join("secret"), "password is hunter2\n").unwrap();
        link(&out.join("secret"), &here.join("dockfix.toml"));
    }),
    ("a Dockerfile that is none", |here, out| {
        fs::write(out.join("secret"), "password is hunter2\n").unwrap();
        link(&out.join("secret"), &here.join("Dockerfile"));
        link(&out.join("secret"), &here.join("other.Dockerfile"));
    }),
    ("a build context by compose", |here, _| compose(here, "build: ../outside")),
    ("a Dockerfile by compose", |here, _| {
        compose(here, "build:\n      context: .\n      dockerfile: ../outside/Dockerfile");
    }),
    ("a build context by a link", |here, out| {
        link(out, &here.join("elsewhere"));
        compose(here, "build:\n      context: elsewhere\n      dockerfile: ../Dockerfile");
    }),
    ("a compose file", |here, out| {
        compose(out, "build: .");
        link(&out.join("compose.yaml"), &here.join("compose.yaml"));
    }),
    ("a hard link", |here, out| {
        fs::remove_file(here.join("Dockerfile")).unwrap();
        fs::hard_link(out.join("Dockerfile"), here.join("Dockerfile")).unwrap();
    }),
];

fn link(target: &Path, name: &Path) {
    match fs::symlink_metadata(name) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(name).unwrap(),
        Ok(_) => fs::remove_file(name).unwrap(),
        Err(_) => {}
    }
    symlink(target, name).unwrap();
}

/// An ignore file outside that has something to mend.
fn ignore(out: &Path) -> std::path::PathBuf {
    fs::write(out.join("ignore"), "__pycache__\n").unwrap();
    out.join("ignore")
}

fn compose(folder: &Path, build: &str) {
    fs::write(folder.join("compose.yaml"), format!("services:\n  web:\n    {build}\n")).unwrap();
}

#[test]
fn nothing_is_written_outside_whatever_leads_there() {
    for (what, set) in TRAPS {
        let place = Place::fresh();
        let (here, out) = (place.repository(), place.outside());
        set(&here, &out);
        let before = contents(&out);
        let named: [&[&str]; 2] = [&["--apply", "sub", "sub/Dockerfile"], &["--apply", "../repository"]];
        for arguments in named.iter().chain(WRITES) {
            let ran = run(&here, arguments);
            assert_eq!(contents(&out), before, "{what}: {arguments:?}: {}", ran.stderr);
        }
        // Those that show a file show the least of one that is none.
        for arguments in LOOKS.iter().filter(|_| what.ends_with("none")) {
            let ran = run(&here, arguments);
            let told = ran.stdout + &ran.stderr;
            assert!(!told.contains("hunter2"), "{what}: {arguments:?} shows what lies outside: {told}");
        }
        assert_eq!(contents(&out), before, "{what}");
    }
}

#[test]
fn a_link_that_leads_out_is_named_and_everything_else_is_done() {
    let check = |what: &str, arguments: &[&str], code: i32, expected: &str, written: bool| {
        let place = Place::fresh();
        let (here, out) = (place.repository(), place.outside());
        TRAPS.iter().find(|(name, _)| *name == what).unwrap().1(&here, &out);
        let ran = run(&here, arguments);
        assert_eq!(ran.code, Some(code), "{what}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{what}: {}", ran.stderr);
        let sub = fs::read_to_string(here.join("sub/Dockerfile")).unwrap();
        assert_eq!(sub != DOCKERFILE, written, "{what}");
    };
    check("a Dockerfile", &["--apply"], 0, "dockfix: Dockerfile: left out: a link to ", true);
    check("a Dockerfile", &["--apply", "Dockerfile", "sub"], 2, "dockfix: Dockerfile: a link that leads out of ", true);
    check("a folder", &["--apply", "sub/Dockerfile"], 2, "dockfix: sub/Dockerfile: a link that leads out of ", false);
    check("a folder", &["--apply", "sub"], 2, "dockfix: sub: a link that leads out of ", false);
    check("a configuration", &["rule", "enable", "single-stage"], 2, "dockfix.toml: a link that leads out of ", false);
    check("a configuration", &["--apply"], 2, "error: a link that leads out of ", false);
    check("a Dockerfile", &["cache"], 2, "dockfix: Dockerfile: a link that leads out of ", false);
    check("a Dockerfile", &["tree", "Dockerfile"], 2, "dockfix: Dockerfile: a link that leads out of ", false);
    check("a Dockerfile", &["context", "--file", "Dockerfile"], 2, "a link that leads out of ", false);
}

/// The other name of a file keeps the old text, as with every program that writes by renaming, and that is told.
#[test]
fn a_hard_link_stays_with_the_old_text() {
    let place = Place::fresh();
    let (here, out) = (place.repository(), place.outside());
    fs::remove_file(here.join("Dockerfile")).unwrap();
    fs::hard_link(out.join("Dockerfile"), here.join("Dockerfile")).unwrap();
    let ran = run(&here, &["--apply", "Dockerfile"]);
    assert!(ran.stderr.contains("1 other hard link(s) to this file keep the old text"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(out.join("Dockerfile")).unwrap(), DOCKERFILE);
    assert_ne!(fs::read_to_string(here.join("Dockerfile")).unwrap(), DOCKERFILE);
}

/// Between reading and writing, a file or a folder above it becomes a link, to the very same text.
#[test]
fn what_became_a_link_meanwhile_is_not_written() {
    for (what, new) in [("Dockerfile", false), ("sub", false), ("sub", true)] {
        let place = Place::fresh();
        let (here, out) = (place.repository(), place.outside());
        let path = if what == "sub" { here.join("sub/Dockerfile") } else { here.join("Dockerfile") };
        let change = if new {
            Change { path: here.join("sub/.dockerignore"), before: None, after: "*.log\n".to_owned() }
        } else {
            Change { path: path.clone(), before: Some(DOCKERFILE.to_owned()), after: "FROM scratch\n".to_owned() }
        };
        fs::write(&path, DOCKERFILE).unwrap();
        link(&out.join(what), &here.join(what));
        let before = contents(&out);
        let error = write_all(&[change]).unwrap_err();
        assert!(error.message.contains("link") || error.message.starts_with("changed while"), "{error}");
        assert_eq!(contents(&out), before, "{what}");
    }
}
