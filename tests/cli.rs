//! The command line, as data: each `fixtures/cli/*.toml` is one run of `dockfix` in a copy of the folder `*.in` beside it,
//! with what it prints, its exit code, and in `*.out` what the folder holds afterwards.
//!
//! What needs a git repository stands here, since no fixture can hold a `.git`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn prints_and_writes_what_its_cases_say() {
    trycmd::TestCases::new().case("fixtures/cli/*.toml");
}

fn run(program: &str, root: &Path, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.env_clear().env("PATH", path).env("HOME", root).current_dir(root).args(arguments);
    let output = command.output().expect("the program starts");
    assert!(output.status.code().is_some_and(|code| code <= 1), "{program} {arguments:?}: {output:?}");
    output
}

/// `COPY . .` of `FOLDER/Dockerfile` may mean FOLDER or what lies above it. Where FOLDER is named like one
/// for the files of a build, no fix that rests on what it holds is safe; where it is a component of its own, it is.
#[test]
fn the_context_of_a_support_directory_is_in_doubt() {
    let dockerfile = "FROM alpine:3.20\nRUN adduser -D app\nWORKDIR /app\nCOPY . .\nUSER app\n";
    let fix = "+RUN chmod 644 /app/config/settings.json\n";
    for (folder, repository, arguments, written) in [
        ("docker", true, [].as_slice(), false),
        ("docker", false, &[], false),
        (".devcontainer", true, &[], false),
        ("docker", true, &["--unsafe"], true),
        ("docker", true, &["--context", "docker"], true),
        ("api", true, &[], true),
        ("api", false, &[], true),
    ] {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path();
        for (file, text) in [
            ("src/app.py".to_owned(), "print()\n"),
            (format!("{folder}/Dockerfile"), dockerfile),
            (format!("{folder}/config/settings.json"), "{}\n"),
        ] {
            let file = root.join(file);
            fs::create_dir_all(file.parent().expect("below the root")).expect("a directory");
            fs::write(file, text).expect("a file");
        }
        if repository {
            run("git", root, &["init", "--quiet"]);
            run("git", root, &["add", "--all"]);
        }
        let arguments = [&["--select", "copy-without-chmod"], arguments].concat();
        let output = run(env!("CARGO_BIN_EXE_dockfix"), root, &arguments);
        let diff = String::from_utf8_lossy(&output.stdout);
        assert_eq!(diff.contains(fix), written, "{folder} {repository} {arguments:?}: {output:?}");
    }
}

/// The commands and flags in what `--help` prints, in their order.
fn words_of_help(root: &Path, command: &[&str]) -> (Vec<String>, Vec<String>) {
    let help = run(env!("CARGO_BIN_EXE_dockfix"), root, &[command, &["--help"]].concat());
    let help = String::from_utf8(help.stdout).expect("text");
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    let flags = help.lines().filter_map(|line| line.trim_start().split("--").nth(1).filter(|_| line.contains("  -")));
    let flags = flags.map(|flag| flag.split([' ', '=']).next().unwrap_or(flag).to_owned()).collect();
    (names, flags)
}

/// Checks the pages of `command` and of what is below it, and gives how many there are.
fn check_pages(root: &Path, command: &[&str]) -> usize {
    let name = [&["dockfix"], command].concat().join("-");
    let page = fs::read_to_string(root.join(format!("man/{name}.1"))).unwrap_or_else(|_| panic!("no page for {name}"));
    let (below, flags) = words_of_help(root, command);
    for flag in flags {
        let written = format!("\\-\\-{}", flag.replace('-', "\\-"));
        assert!(page.contains(&written), "{name} does not tell of --{flag}");
    }
    1 + below.iter().map(|next| check_pages(root, &[command, &[next.as_str()]].concat())).sum::<usize>()
}

#[test]
fn every_command_has_a_manual_page_that_groff_takes() {
    let root = tempfile::tempdir().expect("a directory");
    let (root, dockfix) = (root.path(), env!("CARGO_BIN_EXE_dockfix"));
    fs::create_dir(root.join("man")).expect("a directory");
    // The second time, there is nothing new to write.
    for _ in 0..2 {
        run(dockfix, root, &["man", "--dir", "man"]);
    }
    let pages: Vec<_> =
        fs::read_dir(root.join("man")).expect("a directory").map(|it| it.expect("a file").path()).collect();
    assert_eq!(check_pages(root, &[]), pages.len());
    let printed = run(dockfix, root, &["man"]).stdout;
    assert_eq!(printed, fs::read(root.join("man/dockfix.1")).expect("a page"));
    for page in pages {
        let mut groff = Command::new("groff");
        let Ok(shown) = groff.args(["-man", "-Tutf8", "-ww", "-rCHECKSTYLE=3"]).arg(&page).output() else {
            eprintln!("groff is not there, so nobody checked the pages");
            return;
        };
        let warnings = String::from_utf8_lossy(&shown.stderr);
        assert!(shown.status.success() && warnings.is_empty(), "{}: {warnings}", page.display());
    }
}

#[test]
fn completions_load_in_their_shells() {
    let root = tempfile::tempdir().expect("a directory");
    let root = root.path();
    for (shell, program, arguments) in [
        ("bash", "bash", ["--norc", "-c", "source ./it && complete -p dockfix"].as_slice()),
        ("zsh", "zsh", &["-f", "-c", "autoload -U compinit && compinit -D && source ./it && whence _dockfix"]),
        ("fish", "fish", &["-N", "-c", "source ./it; and complete -C 'dockfix ch' | grep check"]),
        (
            "powershell",
            "pwsh",
            &["-NoProfile", "-Command", "$ErrorActionPreference = 'Stop'; Get-Content -Raw ./it | Invoke-Expression"],
        ),
        ("elvish", "elvish", &["-norc", "-compileonly", "./it"]),
    ] {
        let script = run(env!("CARGO_BIN_EXE_dockfix"), root, &["completions", shell]).stdout;
        assert!(String::from_utf8_lossy(&script).contains("interactive"), "{shell} does not know all flags");
        fs::write(root.join("it"), script).expect("a file");
        match Command::new(program).args(arguments).current_dir(root).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {output:?}"),
            Err(_) => eprintln!("{shell} is not there, so nobody loaded its completions"),
        }
    }
}
