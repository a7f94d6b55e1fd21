//! The house rules that a machine can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// How long the code of a file may be; its unit tests do not count.
const LONGEST: usize = 450;

/// The sections of a rule's page, in order.
const SECTIONS: [&str; 7] =
    ["What it does", "Why", "Example", "When it does not fix", "Fix safety", "What builders do", "Options"];

/// A text file of the project, by its path from the root.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The lines of code with their numbers: no comments, and nothing from the unit tests on.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn has_extension(&self, extensions: &[&str]) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
    }
}

/// Every text file below `folder`, in order; what is built or belongs to git is not looked at.
fn files(folder: &str) -> Vec<File> {
    let skipped = |name: &str| matches!(name, ".git" | "target" | "mutants.out" | "Cargo.lock");
    let walk = walkdir::WalkDir::new(Path::new(ROOT).join(folder)).sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| !skipped(&entry.file_name().to_string_lossy()));
    entries
        .filter_map(|entry| {
            let entry = entry.expect("the project can be read");
            let path =
                entry.path().strip_prefix(ROOT).expect("it lies below the root").to_string_lossy().replace('\\', "/");
            let text = entry.file_type().is_file().then(|| fs::read(entry.path()).expect("the project can be read"))?;
            String::from_utf8(text).ok().map(|text| File { path, text })
        })
        .collect()
}

fn rust(folder: &str) -> Vec<File> {
    let files: Vec<File> = files(folder).into_iter().filter(|file| file.has_extension(&["rs"])).collect();
    assert!(!files.is_empty(), "no Rust in {folder}");
    files
}

fn expect_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The modules in the order of the line in the documentation of lib.rs.
fn order() -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).expect("src/lib.rs can be read");
    let line = text.lines().find(|line| line.starts_with("//! text -> ")).expect("lib.rs says the order");
    line.trim_start_matches("//!").split("->").map(|name| name.trim().to_owned()).collect()
}

/// The modules of this crate that a file names: `crate::text`, and each of `use crate::{text, syntax::x}`.
fn modules_named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        // `$crate::` and the end of another word, as in `subcrate::`, do not count.
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_names(group)),
            None => names.extend(first_name(rest)),
        }
    }
    names
}

fn first_name(text: &str) -> Option<String> {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// The first part of each path in a group, up to the brace that ends it.
fn first_names(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.extend(first_name(group[start..at].trim_start()));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn finds_the_modules_that_a_file_names() {
    let found =
        modules_named("use crate::text::{a, b};\nuse crate::{syntax::{c, d}, finding::e,\n rules};\ncrate::fix();");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["finding", "fix", "rules", "syntax", "text"]);
}

#[test]
fn a_module_uses_only_what_stands_to_its_left() {
    let order = order();
    let declared: BTreeSet<String> = fs::read_to_string(Path::new(ROOT).join("src/lib.rs"))
        .unwrap()
        .lines()
        .filter_map(|line| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned()))
        .collect();
    assert_eq!(order.iter().cloned().collect::<BTreeSet<_>>(), declared, "lib.rs names every module in its order");
    let place = |name: &str| order.iter().position(|module| module == name);
    let mut wrong = Vec::new();
    for file in rust("src") {
        let inside = file.path.trim_start_matches("src/");
        let own = inside.split('/').next().unwrap().trim_end_matches(".rs");
        let Some(own) = place(own) else {
            assert!(matches!(own, "lib" | "main"), "{} belongs to no module of lib.rs", file.path);
            continue;
        };
        let used = modules_named(&file.text).into_iter().filter(|name| place(name).is_none_or(|used| used > own));
        wrong.extend(used.map(|name| format!("{} uses {name}", file.path)));
    }
    expect_none("these go against the order in lib.rs", wrong);
}

#[test]
fn every_file_says_what_it_owns() {
    let silent = ["src", "tests", "benches"].into_iter().filter(|folder| Path::new(ROOT).join(folder).exists());
    let silent = silent.flat_map(rust).filter(|file| !file.text.starts_with("//! ")).map(|file| file.path);
    expect_none("these do not begin with `//!`", silent.collect());
}

#[test]
fn no_file_is_too_long_to_read() {
    let long = rust("src").into_iter().filter_map(|file| {
        let lines = file.text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        (lines >= LONGEST).then(|| format!("{}: {lines} lines", file.path))
    });
    expect_none("split these", long.collect());
}

#[test]
fn only_syntax_knows_rowan() {
    let knowing = rust("src").into_iter().filter(|file| !file.path.starts_with("src/syntax/"));
    let knowing = knowing.filter(|file| file.code().any(|(_, line)| line.contains("rowan"))).map(|file| file.path);
    expect_none("these name rowan", knowing.collect());
}

#[test]
fn nothing_panics_on_purpose_and_nothing_is_left_over() {
    let mut found = Vec::new();
    for file in rust("src") {
        for (number, line) in file.code() {
            for word in [".unwrap()", "todo!", "unimplemented!", "dbg!", "panic!"] {
                if line.contains(word) {
                    found.push(format!("{}:{number}: {word}", file.path));
                }
            }
        }
    }
    expect_none("not in code that ships", found);
}

/// Folders at the root that Dockerfiles and examples speak of anywhere.
const USUAL_FOLDERS: [&str; 26] = [
    "app",
    "bin",
    "build",
    "builds",
    "code",
    "data",
    "etc",
    "github",
    "go",
    "lib",
    "mnt",
    "opt",
    "project",
    "repo",
    "root",
    "run",
    "source",
    "sources",
    "src",
    "srv",
    "tmp",
    "usr",
    "var",
    "work",
    "workdir",
    "workspace",
];

/// Names that examples give to people and services.
const USUAL_PEOPLE: [&str; 14] = [
    "alice", "app", "appuser", "bob", "coder", "dev", "me", "nobody", "node", "runner", "ubuntu", "user", "vscode",
    "you",
];

/// Whether a folder is one that nothing but this machine has: longer than a word, and none that examples speak of.
fn is_of_one_machine(folder: &str) -> bool {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] | [_] => false,
        ["home" | "Users", person, ..] => !USUAL_PEOPLE.contains(person),
        [top, ..] => !USUAL_FOLDERS.contains(top),
    }
}

/// The folders of this machine: its user's, that of the checkout and the one around it, as far as nobody else has them, and
/// those that the variable `DOCKFIX_PRIVATE_FOLDERS` lists with a colon between them.
fn folders_of_this_machine() -> Vec<String> {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let around = Path::new(ROOT).parent().map(|parent| parent.to_string_lossy().into_owned());
    let found = [Some(variable("HOME")), Some(ROOT.to_owned()), around].into_iter().flatten();
    let listed = variable("DOCKFIX_PRIVATE_FOLDERS");
    let listed = listed.split(':').filter(|folder| !folder.is_empty()).map(str::to_owned);
    found.filter(|folder| is_of_one_machine(folder)).chain(listed).collect()
}

/// Whether `text` speaks of a folder, and not of one whose name only begins like it.
fn speaks_of(text: &str, folder: &str) -> bool {
    let continues = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    text.match_indices(folder).any(|(at, _)| !text[at + folder.len()..].starts_with(continues))
}

#[test]
fn nothing_speaks_of_the_machine_it_was_written_on() {
    let folders = folders_of_this_machine();
    let found = files("").into_iter().flat_map(|file| {
        let hit = |folder: &String| speaks_of(&file.text, folder).then(|| format!("{}: {folder}", file.path));
        folders.iter().filter_map(hit).collect::<Vec<_>>()
    });
    expect_none("these paths mean nothing elsewhere", found.collect());
}

#[test]
fn tells_the_folders_of_one_machine_from_those_of_everybody() {
    for folder in ["/", "/app", "/root", "/home/user/src", "/usr/src", "/home/runner/work/dockfix", "/opt/dockfix"] {
        assert!(!is_of_one_machine(folder), "{folder}");
    }
    for folder in ["/home/w.nowhere", "/Users/nowhere/src/dockfix", "/volume7/checkouts"] {
        assert!(is_of_one_machine(folder), "{folder}");
    }
    assert!(speaks_of("see /volume7/checkouts/notes.md", "/volume7/checkouts"));
    assert!(!speaks_of("see /volume7/checkouts2 and /volume7", "/volume7/checkouts"));
}

#[test]
fn text_files_are_plain() {
    let mut found = Vec::new();
    for file in files("").iter().filter(|file| file.has_extension(&["rs", "toml", "md"])) {
        let mut complain = |what: &str| found.push(format!("{}: {what}", file.path));
        if file.text.contains('\r') {
            complain("a carriage return");
        }
        if file.text.lines().any(|line| line.ends_with([' ', '\t'])) {
            complain("blanks at the end of a line");
        }
        if !file.text.ends_with('\n') || file.text.ends_with("\n\n") {
            complain("does not end with one line end");
        }
    }
    expect_none("mend these", found);
}

/// The folders below `rules/`.
fn rule_folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(ROOT).join("rules")).expect("rules/ can be read");
    let entries = entries.map(|entry| entry.expect("rules/ can be read").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

#[test]
fn every_rule_has_its_page_and_cases() {
    for folder in rule_folders() {
        let slug = folder.file_name().unwrap().to_string_lossy().into_owned();
        let page = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(page.starts_with(&format!("# {slug}\n")), "the page of {slug} begins with its name");
        let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(sections, SECTIONS, "the sections of {slug}");
        let empty =
            page.split("\n## ").skip(1).find(|section| section.lines().skip(1).all(|line| line.trim().is_empty()));
        assert_eq!(empty, None, "an empty section in the page of {slug}");
        let cases = fs::read_dir(folder.join("cases")).map_or(0, |cases| {
            cases.filter(|case| case.as_ref().unwrap().path().join("before.Dockerfile").is_file()).count()
        });
        assert!(cases > 0, "{slug} has no case");
    }
}
