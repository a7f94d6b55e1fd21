//! Finds where BuildKit's view of a file and ours differ.

use std::fmt;

use dockfix::syntax::Dockerfile;

use crate::view::{self, Command, Verdict};

/// One difference between the two views of a file.
pub enum Difference {
    /// BuildKit refuses the file, and we find no error.
    MissedError(String),
    /// BuildKit takes the file, and we find an error that its parser would have found.
    FalseError(String),
    /// The instructions are not the same in number.
    Count { theirs: usize, ours: usize },
    /// An instruction is read in another way.
    Instruction { index: usize, theirs: Box<Command>, ours: Box<Command> },
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissedError(error) => write!(formatter, "BuildKit refuses it, we do not: {error}"),
            Self::FalseError(error) => write!(formatter, "BuildKit takes it, we do not: {error}"),
            Self::Count { theirs, ours } => write!(formatter, "BuildKit reads {theirs} instructions, we {ours}"),
            Self::Instruction { index, theirs, ours } => {
                write!(formatter, "instruction {index}: BuildKit reads {theirs:?}\n  and we {ours:?}")
            }
        }
    }
}

/// The errors of BuildKit's first stage, by what our messages hold; the others are of its second stage or its lexer.
const FIRST_STAGE: [&str; 8] = [
    "has no `=`",
    " has no value",
    "a JSON array here may only hold strings",
    "is not ended",
    "is written twice",
    "cannot be the escape character",
    "the file has no instructions",
    "the parser directive",
];

/// Every difference between `verdict` and our reading of `file`, those of instructions first and in their order.
pub fn differences(file: &Dockerfile, verdict: &Verdict) -> Vec<Difference> {
    let Some(accepted) = verdict.ok else { return Vec::new() };
    let errors = file.errors();
    if !accepted || verdict.instr_ok == Some(false) {
        let error = verdict.error.iter().chain(&verdict.instr_error).find(|error| !error.is_empty());
        let missed = errors.is_empty().then(|| Difference::MissedError(error.cloned().unwrap_or_default()));
        return missed.into_iter().collect();
    }
    // An ONBUILD is judged when it fires, so what we say of it early is not an error for the parser.
    let onbuild: Vec<_> = file.instructions().iter().filter_map(|it| Some(it.onbuild()?.full_span())).collect();
    let is_false = |message: &str| {
        verdict.instr_ok == Some(true)
            || (FIRST_STAGE.iter().any(|part| message.contains(part)) && !message.starts_with("`--"))
    };
    let mut differences = Vec::new();
    let theirs = verdict.commands.as_deref().unwrap_or_default();
    let ours = view::ours(file);
    let lengths = (theirs.len(), ours.len());
    for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
        let (theirs, ours) = (normal(theirs, verdict.instr_ok.is_some()), normal(&ours, false));
        let mut comparable = theirs.clone();
        if theirs.sub_cmd.is_some() {
            // The binding does not show the heredocs of an ONBUILD.
            comparable.heredocs.clone_from(&ours.heredocs);
        }
        if comparable != ours {
            differences.push(Difference::Instruction { index, theirs: Box::new(theirs), ours: Box::new(ours) });
        }
    }
    if lengths.0 != lengths.1 {
        differences.push(Difference::Count { theirs: lengths.0, ours: lengths.1 });
    }
    let errors = errors.iter().filter(|error| !onbuild.iter().any(|span| span.contains(error.span)));
    let errors = errors.filter(|error| is_false(&error.message));
    differences.extend(errors.map(|error| Difference::FalseError(error.message.clone())));
    differences
}

/// The command with what means the same written in one way.
fn normal(command: &Command, separators: bool) -> Command {
    let mut command = command.clone();
    let keyword = command.sub_cmd.as_ref().unwrap_or(&command.cmd).to_ascii_lowercase();
    match keyword.as_str() {
        "from" if command.value.len() == 3 && command.value[1].eq_ignore_ascii_case("as") => {
            "AS".clone_into(&mut command.value[1]);
        }
        "healthcheck" => {
            if let Some(kind) = command.value.first_mut() {
                kind.make_ascii_uppercase();
            }
        }
        // Newer parsers add the separator of a pair as a third value.
        "env" | "label" if separators => {
            command.value = command.value.chunks(3).flat_map(|pair| pair[..pair.len().min(2)].to_vec()).collect();
        }
        _ => {}
    }
    command
}
