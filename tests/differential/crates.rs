//! Compares with the crates `parse-dockerfile` and `dockerfile-parser`, on the files that they can read.
//!
//! Neither is the judge: where they differ from us, BuildKit decides, and `DEPARTURES` names what they get wrong.

use std::collections::BTreeMap;

use dockfix::syntax::{
    AddInstruction, CopyInstruction, Dockerfile, FromInstruction, Instruction, PathWord, SyntaxKind, UserInstruction,
    WorkdirInstruction,
};
use libtest_mimic::Failed;
use parse_dockerfile::{Command, Flag, Instruction as Theirs, JsonOrStringArray, Source};

/// What is known of one instruction: a name for each fact, and its value.
type Facts = BTreeMap<&'static str, String>;

/// A known departure of a crate from BuildKit; what follows it in a file is not compared.
struct Departure {
    parser: &'static str,
    reason: &'static str,
    /// Whether it explains that an instruction is `ours` for us and `theirs` for the crate; both are empty where the
    /// number of instructions differs.
    explains: fn(&Dockerfile, &Facts, &Facts) -> bool,
}

/// The table.
const DEPARTURES: &[Departure] = &[
    Departure {
        parser: "parse-dockerfile",
        reason: "it counts offsets from behind the byte order mark",
        explains: |file, ours, theirs| {
            let start = |facts: &Facts| facts.get("start").and_then(|start| start.parse::<usize>().ok());
            file.text().starts_with('\u{feff}') && start(ours) == start(theirs).map(|start| start + 3)
        },
    },
    Departure {
        parser: "parse-dockerfile",
        reason: "it knows no quotes and escapes in flags",
        explains: |_, ours, theirs| {
            ours.get("flags").is_some_and(|flags| flags.contains(' '))
                && theirs.get("flags").is_some_and(|flags| flags.contains(['"', '\\']))
        },
    },
    Departure {
        parser: "parse-dockerfile",
        reason: "it does not end the flags at `--`",
        explains: |_, _, theirs| {
            theirs.get("flags").is_some_and(|flags| flags.split(SEPARATOR).any(|flag| flag == "="))
        },
    },
    Departure {
        parser: "parse-dockerfile",
        reason: "it drops the tabs of `<<-` from the body already",
        explains: |_, ours, theirs| {
            let without_tabs = ours.get("heredocs").map(|body| body.replace('\t', ""));
            without_tabs.is_some() && without_tabs.as_ref() == theirs.get("heredocs")
        },
    },
    Departure {
        parser: "parse-dockerfile",
        reason: "an escaped escape character continues the line for it",
        explains: escaped_escape_ends_a_line,
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "an escaped escape character continues the line for it",
        explains: escaped_escape_ends_a_line,
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "it does not know the escape directive",
        explains: |file, _, _| file.escape() == '`',
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "it takes flags without a value, or over lines, for sources",
        explains: |_, _, theirs| theirs.get("sources").is_some_and(|sources| sources.contains("--")),
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "it knows no quotes and escapes in flags",
        explains: |_, ours, theirs| {
            ours.get("flags").is_some_and(|flags| flags.contains(' '))
                && theirs.get("flags").is_some_and(|flags| flags.contains(['"', '\\']))
        },
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "a continuation ends a word for it",
        explains: |_, ours, theirs| {
            let joined = theirs.get("sources").map(|sources| sources.replace(SEPARATOR, ""));
            joined.is_some() && joined.as_ref() == ours.get("sources")
        },
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "it does not know heredocs",
        explains: |file, _, _| file.instructions().iter().any(|instruction| !instruction.heredocs().is_empty()),
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "it ends a line at a carriage return",
        explains: |file, _, _| file.text().replace("\r\n", "").contains('\r'),
    },
    Departure {
        parser: "dockerfile-parser",
        reason: "it takes text that is almost JSON for JSON",
        explains: |_, ours, theirs| theirs.contains_key("exec") && !ours.contains_key("exec"),
    },
];

/// What stands between the values of one fact.
const SEPARATOR: char = '\u{1f}';

fn escaped_escape_ends_a_line(file: &Dockerfile, ours: &Facts, _: &Facts) -> bool {
    ours.is_empty() && file.text().contains("\\\\\n")
}

/// Checks every file with both crates; `files` are those that BuildKit takes.
pub fn compare(files: Vec<(String, String)>) -> Result<(), Failed> {
    let mut unexplained = Vec::new();
    let mut read = BTreeMap::<&str, usize>::new();
    let mut departures = BTreeMap::<(&str, &str), usize>::new();
    for (name, text) in files {
        let file = Dockerfile::parse(text);
        if !file.errors().is_empty() {
            continue;
        }
        *read.entry("all").or_default() += 1;
        let views = [
            ("parse-dockerfile", parse_dockerfile_view(file.text())),
            ("dockerfile-parser", dockerfile_parser_view(file.text())),
        ];
        for (parser, theirs) in views {
            let Some(theirs) = theirs else { continue };
            *read.entry(parser).or_default() += 1;
            match difference(parser, &file, &theirs) {
                Ok(reason) => {
                    reason.into_iter().for_each(|reason| *departures.entry((parser, reason)).or_default() += 1)
                }
                Err(difference) => unexplained.push(format!("{parser}: {name}\n  {difference}")),
            }
        }
    }
    println!("files read: {read:?}; known departures: {departures:?}");
    if !unexplained.is_empty() {
        let shown = unexplained.iter().take(30).cloned().collect::<Vec<_>>().join("\n");
        return Err(format!("{} unexplained differences, the first of them:\n{shown}", unexplained.len()).into());
    }
    // A crate that reads nothing would agree with everything.
    let enough = |parser| read.get(parser).is_some_and(|count| count * 4 > read["all"]);
    if enough("parse-dockerfile") && enough("dockerfile-parser") {
        Ok(())
    } else {
        Err("too few files were read".into())
    }
}

/// The reason of the known departure that the two views show, if any; or the first difference that none explains.
fn difference(parser: &str, file: &Dockerfile, theirs: &[Facts]) -> Result<Option<&'static str>, String> {
    let instructions = file.instructions();
    let views = instructions.iter().zip(theirs).map(|(instruction, theirs)| {
        let mut ours = facts(instruction);
        ours.retain(|name, _| theirs.contains_key(name));
        (ours, theirs.clone())
    });
    let mut first = views.into_iter().find(|(ours, theirs)| ours != theirs);
    if first.is_none() && instructions.len() != theirs.len() {
        first = Some((Facts::new(), Facts::new()));
    }
    let Some((ours, theirs)) = first else { return Ok(None) };
    let mut departures = DEPARTURES.iter().filter(|departure| departure.parser == parser);
    match departures.find(|departure| (departure.explains)(file, &ours, &theirs)) {
        Some(departure) => Ok(Some(departure.reason)),
        None => Err(format!("ours {ours:?}\n  theirs {theirs:?}\n  {:?}", file.text())),
    }
}

fn list(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(&SEPARATOR.to_string())
}

fn paths(words: &[PathWord]) -> String {
    list(words.iter().filter(|word| !word.heredoc).map(|word| word.text.clone()))
}

/// Our facts.
fn facts(instruction: &Instruction) -> Facts {
    let mut facts = Facts::new();
    facts.insert("keyword", instruction.kind().keyword().unwrap_or_default().to_owned());
    facts.insert("start", instruction.keyword_span().start.to_string());
    let flags = instruction.flags().into_iter();
    facts.insert("flags", list(flags.map(|flag| format!("{}={}", flag.name(), flag.value().unwrap_or_default()))));
    if let Some(from) = FromInstruction::cast(instruction) {
        facts.insert("image", from.image().map(|word| word.text()).unwrap_or_default());
        facts.insert("stage", from.stage_name().map(|word| word.text()).unwrap_or_default());
    }
    let copy = CopyInstruction::cast(instruction).map(|copy| (copy.sources(), copy.destination()));
    let add = || AddInstruction::cast(instruction).map(|add| (add.sources(), add.destination()));
    if let Some((sources, destination)) = copy.or_else(add) {
        facts.insert("sources", paths(&sources));
        facts.insert("destination", destination.map(|word| word.text).unwrap_or_default());
    }
    if let Some(strings) = instruction.json() {
        facts.insert("exec", list(strings.iter().map(|string| string.value())));
    }
    let heredocs = instruction.heredocs();
    let bodies = heredocs.iter().map(|it| format!("{} {}", it.expands(), it.body().text()));
    facts.insert("heredocs", list(bodies));
    let single = UserInstruction::cast(instruction).and_then(|user| user.value());
    let single = single.or_else(|| WorkdirInstruction::cast(instruction).and_then(|workdir| workdir.value()));
    if let Some(word) = single {
        facts.insert("argument", word.text());
    }
    if instruction.kind() == SyntaxKind::ExposeInstruction {
        facts.insert("ports", list(instruction.words().iter().map(|word| word.text())));
    }
    facts
}

fn flags(options: &[Flag<'_>]) -> String {
    let value = |flag: &Flag<'_>| flag.value.as_ref().map(|value| value.value.to_string()).unwrap_or_default();
    list(options.iter().map(|flag| format!("{}={}", flag.name.value, value(flag))))
}

fn sources(sources: &[Source<'_>]) -> String {
    list(sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.value.to_string()),
        _ => None,
    }))
}

fn parse_dockerfile_view(text: &str) -> Option<Vec<Facts>> {
    let file = parse_dockerfile::parse(text).ok()?;
    Some(file.instructions.iter().map(parse_dockerfile_facts).collect())
}

fn parse_dockerfile_facts(instruction: &Theirs<'_>) -> Facts {
    let mut facts = Facts::new();
    let exec = |facts: &mut Facts, command: &Command<'_>| {
        if let Command::Exec(strings) = command {
            facts.insert("exec", list(strings.value.iter().map(|string| string.value.to_string())));
        }
    };
    let (keyword, span) = match instruction {
        Theirs::Add(it) => {
            facts.insert("flags", flags(&it.options));
            facts.insert("sources", sources(&it.src));
            facts.insert("destination", it.dest.value.to_string());
            ("add", &it.add.span)
        }
        Theirs::Copy(it) => {
            facts.insert("flags", flags(&it.options));
            facts.insert("sources", sources(&it.src));
            facts.insert("destination", it.dest.value.to_string());
            ("copy", &it.copy.span)
        }
        Theirs::From(it) => {
            facts.insert("flags", flags(&it.options));
            facts.insert("image", it.image.value.to_string());
            facts.insert("stage", it.as_.as_ref().map(|(_, name)| name.value.to_string()).unwrap_or_default());
            ("from", &it.from.span)
        }
        Theirs::Run(it) => {
            facts.insert("flags", flags(&it.options));
            exec(&mut facts, &it.arguments);
            let bodies = it.here_docs.iter().map(|doc| format!("{} {}", doc.expand, doc.value));
            facts.insert("heredocs", list(bodies));
            ("run", &it.run.span)
        }
        Theirs::Cmd(it) => {
            exec(&mut facts, &it.arguments);
            ("cmd", &it.cmd.span)
        }
        Theirs::Entrypoint(it) => {
            exec(&mut facts, &it.arguments);
            ("entrypoint", &it.entrypoint.span)
        }
        Theirs::Volume(it) => {
            if let JsonOrStringArray::Json(strings) = &it.arguments {
                facts.insert("exec", list(strings.value.iter().map(|string| string.value.to_string())));
            }
            ("volume", &it.volume.span)
        }
        Theirs::Expose(it) => {
            facts.insert("ports", list(it.arguments.iter().map(|port| port.value.to_string())));
            ("expose", &it.expose.span)
        }
        Theirs::User(it) => {
            facts.insert("argument", it.arguments.value.to_string());
            ("user", &it.user.span)
        }
        Theirs::Workdir(it) => {
            facts.insert("argument", it.arguments.value.to_string());
            ("workdir", &it.workdir.span)
        }
        Theirs::Arg(it) => ("arg", &it.arg.span),
        Theirs::Env(it) => ("env", &it.env.span),
        Theirs::Healthcheck(it) => {
            facts.insert("flags", flags(&it.options));
            ("healthcheck", &it.healthcheck.span)
        }
        Theirs::Label(it) => ("label", &it.label.span),
        Theirs::Maintainer(it) => ("maintainer", &it.maintainer.span),
        Theirs::Onbuild(it) => ("onbuild", &it.onbuild.span),
        Theirs::Shell(it) => ("shell", &it.shell.span),
        Theirs::Stopsignal(it) => ("stopsignal", &it.stopsignal.span),
        _ => return facts,
    };
    facts.insert("keyword", keyword.to_owned());
    facts.insert("start", span.start.to_string());
    facts
}

fn dockerfile_parser_view(text: &str) -> Option<Vec<Facts>> {
    use dockerfile_parser::Instruction as Theirs;
    let file = dockerfile_parser::Dockerfile::parse(text).ok()?;
    let facts = |instruction: &Theirs| {
        let mut facts = Facts::new();
        let keyword = match instruction {
            Theirs::From(it) => {
                facts.insert("image", it.image.content.clone());
                facts.insert("stage", it.alias.as_ref().map(|name| name.content.clone()).unwrap_or_default());
                "from"
            }
            Theirs::Copy(it) => {
                let flags = it.flags.iter().map(|flag| format!("{}={}", flag.name.content, flag.value.content));
                facts.insert("flags", list(flags));
                facts.insert("sources", list(it.sources.iter().map(|source| source.content.clone())));
                facts.insert("destination", it.destination.content.clone());
                "copy"
            }
            Theirs::Run(it) => {
                it.as_exec().map(|exec| facts.insert("exec", list(exec.as_str_vec().into_iter().map(str::to_owned))));
                "run"
            }
            Theirs::Cmd(it) => {
                it.as_exec().map(|exec| facts.insert("exec", list(exec.as_str_vec().into_iter().map(str::to_owned))));
                "cmd"
            }
            Theirs::Entrypoint(it) => {
                it.as_exec().map(|exec| facts.insert("exec", list(exec.as_str_vec().into_iter().map(str::to_owned))));
                "entrypoint"
            }
            Theirs::Arg(_) => "arg",
            Theirs::Label(_) => "label",
            Theirs::Env(_) => "env",
            Theirs::Misc(it) => &it.instruction.content.to_ascii_lowercase(),
        };
        facts.insert("keyword", keyword.to_owned());
        facts.insert("start", instruction.span().start.to_string());
        facts
    };
    Some(file.instructions.iter().map(facts).collect())
}
