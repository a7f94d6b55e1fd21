//! A Dockerfile in the terms of BuildKit's parser, from its verdict and from our tree.

use dockfix::syntax::{Dockerfile, Flag, FromInstruction, Instruction, SyntaxKind};
use dockfix::text::LineIndex;
use serde::Deserialize;

/// What a parser says of a file.
#[derive(Debug, Deserialize)]
pub struct Verdict {
    pub ok: Option<bool>,
    pub error: Option<String>,
    /// Whether the second stage accepts the file too, where the oracle has one.
    pub instr_ok: Option<bool>,
    pub instr_error: Option<String>,
    pub commands: Option<Vec<Command>>,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Command {
    pub cmd: String,
    #[serde(default)]
    pub sub_cmd: Option<String>,
    pub json: bool,
    pub start_line: usize,
    pub end_line: usize,
    pub flags: Vec<String>,
    pub value: Vec<String>,
    #[serde(default)]
    pub heredocs: Vec<Heredoc>,
}

/// A heredoc with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Heredoc {
    pub name: String,
    #[serde(default)]
    pub fd: u32,
    pub content: String,
}

/// Our view of `file`.
pub fn ours(file: &Dockerfile) -> Vec<Command> {
    let lines = LineIndex::new(file.text());
    file.instructions().iter().map(|instruction| command(instruction, file.text(), &lines)).collect()
}

fn command(instruction: &Instruction, text: &str, lines: &LineIndex) -> Command {
    let inner = instruction.onbuild();
    let shown = inner.as_ref().unwrap_or(instruction);
    let full = instruction.full_span();
    // The comments above belong to the instruction for us, and not for BuildKit.
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let comments = text[full.start..].split_inclusive('\n').take_while(is_comment).map(str::len).sum::<usize>();
    let last = text[..full.end].char_indices().next_back().map_or(0, |(at, _)| at);
    let heredocs = instruction.heredocs();
    Command {
        cmd: instruction.keyword(),
        sub_cmd: inner.as_ref().map(Instruction::keyword),
        json: shown.json().is_some(),
        start_line: lines.position(text, full.start + comments).line,
        end_line: lines.position(text, last).line,
        flags: instruction.flags().iter().map(flag).collect(),
        value: values(shown),
        heredocs: heredocs
            .iter()
            .map(|heredoc| Heredoc {
                name: heredoc.name().to_owned(),
                fd: heredoc.file_descriptor().unwrap_or(0),
                content: heredoc.body().text().to_owned(),
            })
            .collect(),
    }
}

fn flag(flag: &Flag) -> String {
    match flag.value() {
        Some(value) => format!("--{}={value}", flag.name()),
        None => format!("--{}", flag.name()),
    }
}

fn values(instruction: &Instruction) -> Vec<String> {
    if let Some(strings) = instruction.json() {
        let strings = strings.iter().map(dockfix::syntax::JsonString::value);
        return instruction.healthcheck_kind().into_iter().chain(strings).collect();
    }
    match instruction.kind() {
        SyntaxKind::UnknownInstruction => vec![String::new()],
        SyntaxKind::FromInstruction => {
            let words = instruction.words();
            let mut values: Vec<String> = words.iter().map(|word| word.text()).collect();
            let named = FromInstruction::cast(instruction).and_then(|from| from.stage_name()).is_some();
            if named && values.len() == 2 {
                values.insert(1, "AS".to_owned());
            }
            values
        }
        SyntaxKind::EnvInstruction | SyntaxKind::LabelInstruction => {
            let value = |pair: &dockfix::syntax::KeyValue| pair.value().map(|word| word.text()).unwrap_or_default();
            instruction.pairs().iter().flat_map(|pair| [pair.key(), value(pair)]).collect()
        }
        SyntaxKind::ArgInstruction => instruction
            .pairs()
            .iter()
            .map(|pair| match pair.value() {
                Some(value) => format!("{}={}", pair.key(), value.text()),
                None if pair.has_equals() => format!("{}=", pair.key()),
                None => pair.key(),
            })
            .collect(),
        _ => {
            let words = instruction.words().into_iter().map(|word| word.text());
            let shell = instruction.shell_text().map(|text| text.text().to_owned());
            instruction.healthcheck_kind().into_iter().chain(words).chain(shell).collect()
        }
    }
}
