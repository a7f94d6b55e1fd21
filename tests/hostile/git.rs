//! `.git` folders that would run programs, lead elsewhere, or never end.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use super::{LOOKS, Place, WRITES, contents, git, run};

/// What git would run, each making the file MARKER.
const CONFIGURATION: &str = r#"
[core]
    fsmonitor = "touch MARKER; false"
    hooksPath = "HERE/hooks"
    sshCommand = "touch MARKER"
    pager = "touch MARKER"
    editor = "touch MARKER"
    askPass = "HERE/hooks/run"
    gitProxy = "HERE/hooks/run"
    attributesFile = "HERE/.gitattributes"
    excludesFile = "OUT/never"
    alternateRefsCommand = "touch MARKER; true"
[diff]
    external = "HERE/hooks/run"
[diff "evil"]
    command = "HERE/hooks/run"
    textconv = "touch MARKER; cat"
[filter "evil"]
    clean = "touch MARKER; cat"
    smudge = "touch MARKER; cat"
    process = "touch MARKER"
    required = true
[merge "evil"]
    driver = "touch MARKER"
[alias]
    status = "!touch MARKER"
    apply = "!touch MARKER"
    diff = "!touch MARKER"
[credential]
    helper = "!touch MARKER"
[gpg]
    program = "HERE/hooks/run"
[uploadpack]
    packObjectsHook = "HERE/hooks/run"
[include]
    path = "OUT/more"
[includeIf "gitdir:**"]
    path = "OUT/more"
[remote "origin"]
    url = "ext::sh -c touch% MARKER"
    promisor = true
    partialclonefilter = blob:none
    uploadpack = "touch MARKER; git-upload-pack"
[extensions]
    partialClone = origin
[safe]
    directory = *
"#;

type Trap = fn(&Path, &Path);

const TRAPS: &[(&str, Trap)] = &[
    ("programs", programs),
    ("a work tree elsewhere", |here, out| {
        append(&here.join(".git/config"), &format!("[core]\n\tworktree = {}\n", out.display()));
    }),
    ("a repository elsewhere", |here, out| {
        fs::rename(here.join(".git"), out.join("git")).unwrap();
        fs::write(here.join(".git"), format!("gitdir: {}\n", out.join("git").display())).unwrap();
    }),
    ("a repository by a link", |here, out| {
        fs::rename(here.join(".git"), out.join("git")).unwrap();
        symlink(out.join("git"), here.join(".git")).unwrap();
    }),
    ("a .git file without end", |here, _| {
        fs::remove_dir_all(here.join(".git")).unwrap();
        symlink("/dev/zero", here.join(".git")).unwrap();
    }),
    ("a missing object", |here, _| {
        let id = git(here, &["rev-parse", "HEAD~1:Dockerfile"]);
        fs::remove_file(here.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
        programs(here, &here.join("../outside"));
    }),
    ("an object without end", |here, _| {
        // All of them before git itself would wait for one.
        for id in ["HEAD", "HEAD~1", "HEAD:Dockerfile"].map(|revision| git(here, &["rev-parse", revision])) {
            replace(&here.join(".git/objects").join(&id[..2]).join(&id[2..]), true);
        }
    }),
    ("an index that leads out", |here, _| {
        let index = here.join(".git/index");
        let bytes = fs::read(&index).unwrap();
        let at = bytes.windows(8).position(|window| window == b"start.sh").unwrap();
        let mut bytes = bytes;
        bytes[at..at + 8].copy_from_slice(b"../../sh");
        fs::write(index, bytes).unwrap();
    }),
    ("a huge index", |here, _| {
        fs::File::create(here.join(".git/index")).unwrap().set_len(20 << 30).unwrap();
    }),
    ("a reference that leads out", |here, _| {
        fs::write(here.join(".git/HEAD"), "ref: ../../../etc/passwd\n").unwrap();
    }),
    ("references in a circle", |here, _| {
        fs::write(here.join(".git/refs/heads/main"), "ref: refs/heads/other\n").unwrap();
        fs::write(here.join(".git/refs/heads/other"), "ref: refs/heads/main\n").unwrap();
    }),
    ("alternates in a circle", |here, out| {
        fs::create_dir_all(here.join(".git/objects/info")).unwrap();
        fs::create_dir_all(out.join("info")).unwrap();
        fs::write(here.join(".git/objects/info/alternates"), format!("{}\n", out.display())).unwrap();
        fs::write(out.join("info/alternates"), format!("{}\n", here.join(".git/objects").display())).unwrap();
    }),
    ("a secret for a folder", |here, out| {
        fs::write(out.join("secret"), "one\npassword is hunter2\n").unwrap();
        symlink(out.join("secret"), here.join(".git/commondir")).unwrap();
    }),
];

/// Files that are read of a repository, and that may be a pipe or a device in a hostile one.
const READ: &[&str] = &[
    ".git/HEAD",
    ".git/index",
    ".git/config",
    ".git/commondir",
    ".git/packed-refs",
    ".git/refs/heads/main",
    ".git/info/exclude",
    ".git/objects/info/alternates",
    ".git/objects/pack/pack-0123456789012345678901234567890123456789.idx",
    ".gitignore",
    "sub/.gitignore",
    ".dockerignore",
    "Dockerfile",
    "dockfix.toml",
    "compose.yaml",
    "docker-bake.hcl",
    ".env",
    "start.sh",
    "package.json",
    "package-lock.json",
];

/// The commands that read most of it.
const READ_MOST: &[&[&str]] =
    &[&["check", "--unsafe", "--preset", "all", "--since", "HEAD~1"], &["--apply", "--staged"], &["context"]];

fn append(file: &Path, text: &str) {
    let before = fs::read_to_string(file).unwrap_or_default();
    fs::write(file, before + text).unwrap();
}

/// A pipe that nobody writes into, or a link to a device without end.
fn replace(file: &Path, pipe: bool) {
    let _ = fs::remove_file(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    if pipe {
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
    } else {
        symlink("/dev/zero", file).unwrap();
    }
}

fn programs(here: &Path, out: &Path) {
    let marker = out.join("marker");
    let fill = |text: &str| {
        let text = text.replace("HERE", &here.display().to_string()).replace("OUT", &out.display().to_string());
        text.replace("MARKER", &marker.display().to_string())
    };
    fs::create_dir_all(here.join("hooks")).unwrap();
    fs::create_dir_all(here.join(".git/hooks")).unwrap();
    for hook in
        ["run", "pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"]
    {
        for folder in ["hooks", ".git/hooks"] {
            let path = here.join(folder).join(hook);
            fs::write(&path, fill("#!/bin/sh\ntouch MARKER\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    fs::write(here.join(".gitattributes"), "* diff=evil filter=evil merge=evil\n").unwrap();
    fs::write(out.join("more"), fill("[core]\n\tfsmonitor = \"touch MARKER\"\n")).unwrap();
    append(&here.join(".git/config"), &fill(CONFIGURATION));
}

#[test]
fn nothing_of_a_repository_is_executed_and_nothing_outside_is_written() {
    for (what, set) in TRAPS {
        let place = Place::fresh();
        let (here, out) = (place.repository(), place.outside());
        set(&here, &out);
        let before = contents(&out);
        let all: Vec<&[&str]> = LOOKS.iter().chain(WRITES).copied().collect();
        for arguments in if *what == "programs" { &all } else { READ_MOST } {
            let ran = run(&here, arguments);
            let told = ran.stdout + &ran.stderr;
            assert!(!told.contains("hunter2") && !told.contains("root:x:"), "{what}: {arguments:?}: {told}");
        }
        assert!(!out.join("marker").exists(), "{what}: something was executed");
        assert_eq!(contents(&out), before, "{what}");
    }
}

#[test]
fn the_trap_would_catch_git() {
    let place = Place::fresh();
    programs(&place.repository(), &place.outside());
    let _ = Command::new("git").args(["status"]).current_dir(place.repository()).output();
    assert!(place.outside().join("marker").exists(), "git itself executes nothing of this, so it shows nothing");
}

#[test]
fn a_pipe_or_a_device_in_place_of_a_file_is_not_waited_for() {
    for file in READ {
        for pipe in [true, false] {
            let place = Place::fresh();
            replace(&place.repository().join(file), pipe);
            for arguments in READ_MOST {
                run(&place.repository(), arguments);
            }
            match *file {
                "Dockerfile" => drop(run(&place.repository(), &["cache", "--changed", "start.sh"])),
                "dockfix.toml" => drop(run(&place.repository(), &["rule", "disable", "single-stage"])),
                _ => {}
            }
        }
    }
}

/// A folder that cannot be searched is named, and all others are done.
#[test]
fn a_gitignore_without_end_costs_its_folder_only() {
    let place = Place::fresh();
    let here = place.repository();
    replace(&here.join("sub/.gitignore"), true);
    let ran = run(&here, &["--apply"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("dockfix: sub/.gitignore: not a regular file; remove it"), "{}", ran.stderr);
    assert!(ran.stderr.contains("changed Dockerfile ("), "{}", ran.stderr);
}

#[test]
fn dockfix_starts_no_program() {
    let place = Place::fresh();
    let here = place.repository();
    programs(&here, &place.outside());
    let log = place.outside().join("strace");
    for arguments in LOOKS.iter().chain(WRITES) {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=execve,execveat", "-o"]).arg(&log).arg(env!("CARGO_BIN_EXE_dockfix"));
        let traced = strace.args(*arguments).current_dir(&here).output();
        let calls = fs::read_to_string(&log).unwrap_or_default();
        if traced.is_err() || calls.is_empty() {
            eprintln!("strace is not there, or may not trace, so nobody counted the programs");
            return;
        }
        assert_eq!(calls.matches("exec").count(), 1, "{arguments:?}: {calls}");
    }
}
