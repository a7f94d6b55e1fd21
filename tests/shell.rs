//! Shell text against expected dumps, and properties that hold for any text.
//!
//! A case is a pair of files in `fixtures/shell`: the input and `<input>.txt`. The input's extension says how it
//! gets to the shell: `.run` is joined as the builder joins a `RUN` (continuations and comment lines removed) and read
//! by `/bin/sh`, `.sh` and `.bash` are read as they are, as the body of a heredoc is.
//! With `UPDATE_FIXTURES=1` the dumps are written instead of compared; read the difference before you commit it.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dockfix::shell::{
    Command, Dialect, Directory, Execution, Item, Part, Redirect, Script, SimpleCommand, Step, Word, parse,
};
use dockfix::text::{MappedText, Span};
use proptest::prelude::*;

/// The text that the shell gets, as the builder makes it of an instruction's lines.
fn join(text: &str) -> MappedText {
    let mut joined = MappedText::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.trim_start().starts_with('#') {
            let trimmed = content.trim_end_matches([' ', '\t']);
            joined.push(trimmed.strip_suffix('\\').unwrap_or(content), offset);
        }
        offset += line.len();
    }
    joined
}

fn whole(text: &str) -> MappedText {
    let mut mapped = MappedText::new();
    mapped.push(text, 0);
    mapped
}

fn dump_word(word: &Word) -> String {
    let mut line = format!("{:?} {}", word.raw, word.span);
    match word.literal() {
        Some(literal) if literal == word.raw => {}
        Some(literal) => write!(line, " = {literal:?}").unwrap(),
        None => {
            let parts: Vec<String> = word
                .parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => format!("{text:?}"),
                    Part::Variable { name, quoted: true } => format!("\"${name}\""),
                    Part::Variable { name, quoted: false } => format!("${name}"),
                    Part::Pattern(letter) => format!("{letter}"),
                    Part::Expansion => "…".to_owned(),
                })
                .collect();
            write!(line, " ~ {}", parts.join(" ")).unwrap();
        }
    }
    if !word.variables.is_empty() {
        write!(line, " uses {}", word.variables.join(" ")).unwrap();
    }
    line
}

fn dump_redirect(redirect: &Redirect, indent: &str, out: &mut String) {
    let descriptor = redirect.descriptor.map(|number| format!("{number} ")).unwrap_or_default();
    let target = dump_word(&redirect.target);
    writeln!(out, "{indent}redirect {descriptor}{:?} {} {target}", redirect.kind, redirect.span).unwrap();
    if let Some(heredoc) = &redirect.heredoc {
        let flags = (heredoc.expands, heredoc.strips_tabs);
        writeln!(out, "{indent}  heredoc {} {:?} expands, strips: {flags:?}", heredoc.span, heredoc.raw).unwrap();
    }
}

fn dump_simple(simple: &SimpleCommand, indent: &str, out: &mut String) {
    for assignment in &simple.assignments {
        let operator = if assignment.append { "+=" } else { "=" };
        let value = dump_word(&assignment.value);
        writeln!(out, "{indent}assign {} {operator} {value} in {}", assignment.name, assignment.span).unwrap();
    }
    for word in &simple.words {
        writeln!(out, "{indent}{}", dump_word(word)).unwrap();
    }
    simple.redirects.iter().for_each(|redirect| dump_redirect(redirect, indent, out));
}

fn dump_item(item: &Item, indent: &str, out: &mut String) {
    let flags = format!("{}{}", if item.negated { " !" } else { "" }, if item.background { " &" } else { "" });
    let inner = format!("{indent}  ");
    match &item.command {
        Command::Simple(simple) => {
            assert_eq!(simple.span, item.span);
            writeln!(out, "{indent}{:?}{flags} {}", item.connector, item.span).unwrap();
            dump_simple(simple, &inner, out);
        }
        Command::Compound(compound) => {
            let kind = match &compound.kind {
                dockfix::shell::CompoundKind::For { variable, words } => {
                    format!("For {variable} in [{}]", words.iter().map(dump_word).collect::<Vec<_>>().join(", "))
                }
                dockfix::shell::CompoundKind::Case { subject } => format!("Case {}", dump_word(subject)),
                kind => format!("{kind:?}"),
            };
            writeln!(out, "{indent}{:?}{flags} {} {kind}", item.connector, item.span).unwrap();
            for clause in &compound.clauses {
                let patterns: Vec<String> = clause.patterns.iter().map(dump_word).collect();
                writeln!(out, "{inner}{:?} {}", clause.role, patterns.join(" | ")).unwrap();
                clause.script.items.iter().for_each(|item| dump_item(item, &format!("{inner}  "), out));
            }
            compound.redirects.iter().for_each(|redirect| dump_redirect(redirect, &inner, out));
        }
    }
}

fn dump_step(step: &Step) -> String {
    let words: Vec<&str> = step.command.words.iter().map(|word| word.raw.as_str()).collect();
    let words = if words.is_empty() { format!("(no words) {}", step.command.span) } else { words.join(" ") };
    let mut facts = vec![if step.execution == Execution::Always { "always" } else { "perhaps" }.to_owned()];
    let flags = [(step.succeeds, "succeeds"), (step.in_subshell, "subshell"), (step.piped, "piped")];
    facts.extend(flags.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned()));
    match &step.directory {
        Directory::Known(path) if path.is_empty() => {}
        Directory::Known(path) => {
            facts.push(format!("in {}", path.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" + ")));
        }
        Directory::Unknown => facts.push("somewhere".to_owned()),
    }
    format!("{}: {words}", facts.join(", "))
}

fn dump(source: &MappedText, dialect: Dialect) -> String {
    match parse(source, dialect) {
        Err(error) => format!("error {}: {error}\n", error.span),
        Ok(script) => {
            let mut out = String::new();
            script.items.iter().for_each(|item| dump_item(item, "", &mut out));
            out.push_str("steps\n");
            script.commands().iter().for_each(|step| writeln!(out, "  {}", dump_step(step)).unwrap());
            out
        }
    }
}

#[test]
fn fixtures_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shell");
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let mut cases = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let text = fs::read_to_string(&path).unwrap();
        let found = match extension {
            "run" => dump(&join(&text), Dialect::Posix),
            "sh" => dump(&whole(&text), Dialect::Posix),
            "bash" => dump(&whole(&text), Dialect::Bash),
            "txt" => continue,
            _ => panic!("{} is no fixture", path.display()),
        };
        cases += 1;
        let expected = path.with_extension(format!("{extension}.txt"));
        if update {
            fs::write(&expected, &found).unwrap();
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(found.as_str()) {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 60, "only {cases} fixtures");
}

/// `command: facts`, one line for every simple command.
fn check_steps(text: &str, expected: &[&str]) {
    let script = parse(&whole(text), Dialect::Posix).unwrap_or_else(|error| panic!("{text}: {error}"));
    let found: Vec<String> = script.commands().iter().map(dump_step).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn knows_what_runs_always() {
    check_steps("a && b && c", &["always, succeeds: a", "always, succeeds: b", "always, succeeds: c"]);
    check_steps("a; b", &["always: a", "always, succeeds: b"]);
    check_steps("a && b; c", &["always: a", "perhaps: b", "always, succeeds: c"]);
    check_steps("a || b", &["always: a", "perhaps: b"]);
    check_steps("a || true; b", &["always: a", "perhaps: true", "always, succeeds: b"]);
    check_steps("a || b && c", &["always: a", "perhaps: b", "always, succeeds: c"]);
    check_steps("a && b || c", &["always: a", "perhaps: b", "perhaps: c"]);
    check_steps(
        "a && b || exit 1; c",
        &["always, succeeds: a", "always, succeeds: b", "perhaps: exit 1", "always, succeeds: c"],
    );
    check_steps(
        "a || { b; exit 2; }; c",
        &["always, succeeds: a", "perhaps: b", "perhaps: exit 2", "always, succeeds: c"],
    );
    check_steps("a || exit; c", &["always, succeeds: a", "perhaps: exit", "always, succeeds: c"]);
    check_steps("a || exit 0; c", &["always: a", "perhaps: exit 0", "perhaps, succeeds: c"]);
    check_steps("exit 0; c", &["always: exit 0", "perhaps, succeeds: c"]);
    check_steps("if a; then exit 0; fi; c", &["always: a", "perhaps: exit 0", "perhaps, succeeds: c"]);
    check_steps("if a; then exit 1; fi; c", &["always: a", "perhaps: exit 1", "always, succeeds: c"]);
    check_steps("exec a; b", &["always: exec a", "perhaps, succeeds: b"]);
    check_steps("exec >log; b", &["always: exec", "always, succeeds: b"]);
    check_steps("! a", &["always: a"]);
    check_steps("! a && b", &["always: a", "always, succeeds: b"]);
    check_steps("a & b", &["perhaps, subshell: a", "always, succeeds: b"]);
    check_steps("a | b", &["always, subshell, piped: a", "always, succeeds, subshell, piped: b"]);
    check_steps("(a; b)", &["always, subshell: a", "always, succeeds, subshell: b"]);
    check_steps("(exit 0); b", &["always, subshell: exit 0", "always, succeeds: b"]);
    check_steps("{ a && b; } && c", &["always, succeeds: a", "always, succeeds: b", "always, succeeds: c"]);
    check_steps("for x in a; do b; done", &["perhaps: b"]);
    check_steps("while a; do b; done", &["always: a", "perhaps: b"]);
    check_steps("f() { a; }; f", &["perhaps, somewhere: a", "always, succeeds: f"]);
    check_steps("f() { exit 0; }; f; a", &["perhaps, somewhere: exit 0", "always: f", "perhaps, succeeds: a"]);
    check_steps("case x in a) b;; *) c;; esac", &["perhaps, succeeds: b", "perhaps, succeeds: c"]);
    check_steps("trap 'exit 0' EXIT; a", &["always: trap 'exit 0' EXIT", "perhaps, succeeds: a"]);
}

#[test]
fn knows_errexit() {
    check_steps("set -e; a; b", &["always: set -e", "always, succeeds: a", "always, succeeds: b"]);
    check_steps("set -eux; a; b", &["always: set -eux", "always, succeeds: a", "always, succeeds: b"]);
    check_steps("set -o errexit; a; b", &["always: set -o errexit", "always, succeeds: a", "always, succeeds: b"]);
    check_steps(
        "set -euo pipefail; a | c; b",
        &[
            "always: set -euo pipefail",
            "always, succeeds, subshell, piped: a",
            "always, succeeds, subshell, piped: c",
            "always, succeeds: b",
        ],
    );
    check_steps("set -e; a && b; c", &["always: set -e", "always: a", "perhaps: b", "always, succeeds: c"]);
    check_steps("set -e; ! a; c", &["always: set -e", "always: a", "always, succeeds: c"]);
    check_steps(
        "set -e; set +e; a; b",
        &["always: set -e", "always, succeeds: set +e", "always: a", "always, succeeds: b"],
    );
    check_steps("set -x; a; b", &["always: set -x", "always: a", "always, succeeds: b"]);
    check_steps("set -- -e; a; b", &["always: set -- -e", "always: a", "always, succeeds: b"]);
    check_steps("x || set -e; a; b", &["always: x", "perhaps: set -e", "always: a", "always, succeeds: b"]);
    check_steps(
        "(set -e; a; b); c",
        &["always, subshell: set -e", "always, subshell: a", "always, subshell: b", "always, succeeds: c"],
    );
    check_steps("set -e; { a; b; } || c", &["always: set -e", "always: a", "always: b", "perhaps: c"]);
    check_steps(
        "set -e; if a; then b; c; fi; d",
        &["always: set -e", "always: a", "perhaps, succeeds: b", "perhaps, succeeds: c", "always, succeeds: d"],
    );
}

#[test]
fn follows_the_directory() {
    check_steps("cd /a && b", &["always, succeeds: cd /a", "always, succeeds, in /a: b"]);
    check_steps(
        "cd a && cd b && c",
        &["always, succeeds: cd a", "always, succeeds, in a: cd b", "always, succeeds, in a + b: c"],
    );
    check_steps(
        "cd a && cd /b && c",
        &["always, succeeds: cd a", "always, succeeds, in a: cd /b", "always, succeeds, in /b: c"],
    );
    check_steps("cd /a; b", &["always: cd /a", "always, succeeds, somewhere: b"]);
    check_steps("set -e; cd /a; b", &["always: set -e", "always, succeeds: cd /a", "always, succeeds, in /a: b"]);
    check_steps(
        "cd /a || exit 1; b",
        &["always, succeeds: cd /a", "perhaps, somewhere: exit 1", "always, succeeds, in /a: b"],
    );
    check_steps("cd /a || cd /b; c", &["always: cd /a", "perhaps, somewhere: cd /b", "always, succeeds, somewhere: c"]);
    check_steps(
        "x || y && cd a && c",
        &["always: x", "perhaps: y", "always, succeeds: cd a", "always, succeeds, in a: c"],
    );
    check_steps(
        "(cd /a && b) && c",
        &["always, succeeds, subshell: cd /a", "always, succeeds, subshell, in /a: b", "always, succeeds: c"],
    );
    check_steps(
        "cd /a | b; c",
        &["always, subshell, piped: cd /a", "always, subshell, piped: b", "always, succeeds: c"],
    );
    check_steps("cd \"$x\" && b", &["always, succeeds: cd \"$x\"", "always, succeeds, in \"$x\": b"]);
    check_steps("cd && b", &["always, succeeds: cd", "always, succeeds, somewhere: b"]);
    check_steps("cd - && b", &["always, succeeds: cd -", "always, succeeds, somewhere: b"]);
    check_steps("cd -P /a && b", &["always, succeeds: cd -P /a", "always, succeeds, in /a: b"]);
    check_steps("command cd /a && b", &["always, succeeds: command cd /a", "always, succeeds, in /a: b"]);
    check_steps(". ./x && b", &["always, succeeds: . ./x", "always, succeeds, somewhere: b"]);
    check_steps(
        "cd - && cd /a && b",
        &["always, succeeds: cd -", "always, succeeds, somewhere: cd /a", "always, succeeds, in /a: b"],
    );
    check_steps("for x in a b; do cd $x && c; done", &["perhaps, somewhere: cd $x", "perhaps, somewhere: c"]);
    check_steps(
        "for x in a b; do (cd $x && c); done && d",
        &["perhaps, subshell: cd $x", "perhaps, subshell, in $x: c", "always, succeeds: d"],
    );
    check_steps(
        "if a; then cd /b; fi && c",
        &["always: a", "perhaps, succeeds: cd /b", "always, succeeds, somewhere: c"],
    );
    check_steps(
        "f() { cd /a; }; f && b",
        &["perhaps, somewhere: cd /a", "always, succeeds: f", "always, succeeds, somewhere: b"],
    );
    check_steps(
        "{ cd /a && b; } && c",
        &["always, succeeds: cd /a", "always, succeeds, in /a: b", "always, succeeds, in /a: c"],
    );
}

/// The deepest nesting that is read without a stack of its own must fit the smallest stack in use, even unoptimized.
#[test]
fn shallow_text_fits_a_small_stack() {
    let work = || {
        for (open, close) in [
            ("$(", ")"),
            ("${a:-", "}"),
            ("\"$(", ")\""),
            ("{ ", "; }"),
            ("if a; then ", "; fi"),
            ("while ", "; do b; done"),
            ("coproc ", ""),
            ("[[ ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ! ", " ]]"),
        ] {
            for times in 1..=32 {
                let text = format!("{}a{}", open.repeat(times), close.repeat(times));
                for dialect in [Dialect::Posix, Dialect::Bash] {
                    let read = parse(&whole(&text), dialect).map(|script| script.commands().len());
                    assert!(times > 4 || read.is_ok() || open.starts_with("[["), "{text}: {read:?}");
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn turns_away_what_is_too_much() {
    let deep = |open: &str, close: &str, times: usize| format!("{}a{}", open.repeat(times), close.repeat(times));
    let long = "echo a; ".repeat(10_000);
    let cases = [
        long,
        deep("$(", ")", 5000),
        deep("$(", ")", 2000),
        deep("${a:-", "}", 2000),
        deep("(", ")", 1000),
        deep("((", "))", 1000),
        "(".repeat(40),
        deep("{ ", "; }", 2000),
        deep("if ", "; then b; fi", 2000),
        deep("if a; then ", "; fi", 2000),
        deep("while ", "; do b; done", 2000),
        deep("case a in b) ", " ; esac", 40),
        deep("case a in b) ", " ;; esac", 40),
        format!("[[ {}a{} ]]", "( ".repeat(2000), " )".repeat(2000)),
        format!("[[ {}a ]]", "! ".repeat(2000)),
        format!("[[ {}a ]]", "a && ".repeat(2000)),
        format!("{}a", "coproc ".repeat(2000)),
        "a[".repeat(2000),
        format!("cat {}\n", "<<E ".repeat(2000)),
        "99999999999>x".to_owned(),
        "a 999999\\\n99999>x".to_owned(),
        "[".repeat(60_000),
        format!("echo {}", "[".repeat(2000)),
        "cd a && ".repeat(8000) + "b",
        "f() { a; }; ".repeat(1000),
        "f() ".repeat(1000) + "{ a; }",
        "a || ".repeat(10_000) + "b",
        "a <<E\nE\n".repeat(500),
        "é' '\"$x\"".repeat(5000),
        // Memory without end, where it is not turned away.
        "a<<-'E'$(  f() # a))($((".to_owned(),
        "<<<x[1]=<<E\"{a,b}*|&for x in  in >&1while ]x+=; do ^'>$7  x+=; then coproc $((  ".to_owned(),
    ];
    for text in cases {
        for dialect in [Dialect::Posix, Dialect::Bash] {
            let start = std::time::Instant::now();
            // Either is fine; a panic, a full stack or a long wait is not.
            let read = parse(&whole(&text), dialect).map(|script| script.commands().len());
            let shown: String = text.chars().take(30).collect();
            assert!(start.elapsed().as_secs() < 5, "{shown} took {:?}: {read:?}", start.elapsed());
        }
    }
    assert!(parse(&whole(&deep("(", ")", 9)), Dialect::Posix).is_err());
    assert!(parse(&whole(&deep("( ", " )", 8)), Dialect::Posix).is_ok());
}

fn words(script: &Script) -> Vec<Word> {
    fn collect(items: &[Item], found: &mut Vec<Word>) {
        for item in items {
            match &item.command {
                Command::Simple(simple) => {
                    found.extend(simple.words.iter().cloned());
                    found.extend(simple.assignments.iter().map(|assignment| assignment.value.clone()));
                    found.extend(simple.redirects.iter().map(|redirect| redirect.target.clone()));
                }
                Command::Compound(compound) => {
                    for clause in &compound.clauses {
                        found.extend(clause.patterns.iter().cloned());
                        collect(&clause.script.items, found);
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    collect(&script.items, &mut found);
    found
}

/// Every word's place holds the word.
fn check_places(text: &str, source: &MappedText) {
    for dialect in [Dialect::Posix, Dialect::Bash] {
        match parse(source, dialect) {
            Ok(script) => {
                for word in words(&script) {
                    let Span { start, end } = word.span;
                    assert!(end <= text.len(), "{word:?}");
                    let place = text.get(start..end).unwrap_or_else(|| panic!("{word:?} splits a character"));
                    if end - start == word.raw.len() {
                        assert_eq!(place, word.raw, "in {text:?}");
                    } else {
                        assert!(end - start > word.raw.len(), "{word:?}");
                    }
                }
                for step in script.commands() {
                    assert!(step.command.span.end <= text.len());
                }
            }
            Err(error) => assert!(error.span.end <= text.len(), "{error:?}"),
        }
    }
}

/// Text that is close to shell.
fn shell_like() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "chmod ",
        "+x",
        " ",
        "  ",
        "\t",
        "\n",
        "\\\n",
        "\\",
        "'",
        "\"",
        "`",
        "$",
        "$x",
        "${x}",
        "${x:-",
        "}",
        "{",
        " { ",
        "; }",
        "(",
        ")",
        "$(",
        "$((",
        "))",
        "((",
        "[[ ",
        " ]]",
        "[",
        "]",
        "&&",
        " && ",
        "||",
        "|",
        "|&",
        "&",
        ";",
        ";;",
        "<",
        ">",
        ">>",
        "2>",
        ">&1",
        "&>",
        "<<E\n",
        "\nE\n",
        "<<-'E'\n",
        "<<<",
        "<(",
        "if ",
        "; then ",
        " else ",
        "; fi",
        "fi",
        "while ",
        "for x in ",
        "; do ",
        "; done",
        "case ",
        " in ",
        "a)",
        " esac",
        "function ",
        "f() ",
        "!",
        "! ",
        "# ",
        "#",
        "é",
        "ß\u{1F600}",
        "\r\n",
        "x=",
        "x+=",
        "a=(",
        "x[1]=",
        "~",
        "*",
        "?",
        "{a,b}",
        "=",
        "-",
        "7",
        "\0",
        "\u{feff}",
        "time ",
        "coproc ",
        "select x in ",
        "exec ",
        "cd /a",
        "set -e",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check_places(&text, &whole(&text));
        check_places(&text, &join(&text));
    }

    #[test]
    fn shell_like_text_keeps_its_places(text in shell_like()) {
        check_places(&text, &whole(&text));
        check_places(&text, &join(&text));
    }
}
