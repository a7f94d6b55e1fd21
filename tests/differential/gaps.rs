//! The differences that are known, each with its reason. Whatever is not named here fails the test.

use dockfix::syntax::{Dockerfile, Instruction, SyntaxKind};

use crate::compare::Difference;
use crate::view::Command;

/// A known difference.
pub struct Gap {
    pub name: &'static str,
    pub reason: &'static str,
    /// Whether only the parser of BuildKit 0.12.5 differs, and today's agrees with us.
    old_parser_only: bool,
    /// Whether the files are read differently from there on, so that what follows cannot be compared.
    pub derails: bool,
    /// Whether it explains this difference; as narrow as can be, since it swallows what it explains.
    explains: fn(&Dockerfile, &Difference) -> bool,
}

/// The table.
pub const GAPS: &[Gap] = &[
    Gap {
        name: "text behind a JSON array",
        reason: "0.12.5 drops what follows the array; today `[\"a\"] b` is no JSON, and so is shell form",
        old_parser_only: true,
        derails: true,
        explains: text_behind_json,
    },
    Gap {
        name: "a pattern in a substitution",
        reason: "0.12.5 refuses `${a#b}`, `${a%b}` and `${a/b/c}`, and looks no further for heredocs in such a line",
        old_parser_only: true,
        derails: true,
        explains: pattern_substitution,
    },
    Gap {
        name: "the escape character in flags",
        reason: "0.12.5 knows the backslash only, whatever `# escape=` says",
        old_parser_only: true,
        derails: false,
        explains: |file, difference| {
            instructions(file, difference).is_some_and(|(instruction, theirs, ours)| {
                let text = instruction.logical_text();
                file.escape() == '`' && text.text().contains(['\\', '`']) && theirs.flags != ours.flags
            })
        },
    },
    Gap {
        name: "NUL in JSON",
        reason: "the Python binding hands over C strings, which end at the NUL that `\\u0000` makes",
        old_parser_only: true,
        derails: false,
        explains: |file, difference| {
            instructions(file, difference).is_some_and(|(_, theirs, ours)| {
                let cut = ours.value.iter().map(|value| value.split('\0').next().unwrap_or_default().to_owned());
                ours.value.iter().any(|value| value.contains('\0')) && cut.eq(theirs.value.iter().cloned())
            })
        },
    },
    Gap {
        name: "blank before the delimiter of a heredoc",
        reason: "`<< EOF` announces a heredoc for today's parser and not for that of 0.12.5",
        old_parser_only: true,
        derails: true,
        explains: blank_before_delimiter,
    },
    Gap {
        name: "the check directive",
        reason: "0.12.5 does not know `# check=`: for it the directives end there",
        old_parser_only: true,
        derails: true,
        explains: |file, _| file.directives().iter().any(|directive| directive.name == "check"),
    },
    Gap {
        name: "unknown flag",
        reason: "a newer frontend may know it, so it is no error for us",
        old_parser_only: false,
        derails: false,
        explains: |_, difference| matches!(difference, Difference::MissedError(it) if it.contains("unknown flag: --")),
    },
    Gap {
        name: "flags of an unknown instruction",
        reason: "nobody knows what its arguments are, so we cut none of them off",
        old_parser_only: false,
        derails: false,
        explains: |file, difference| {
            instructions(file, difference).is_some_and(|(instruction, theirs, ours)| {
                innermost(&instruction).kind() == SyntaxKind::UnknownInstruction
                    && *theirs == Command { flags: theirs.flags.clone(), ..ours.clone() }
            })
        },
    },
    Gap {
        name: "ONBUILD behind ONBUILD",
        reason: "it is refused in any case; the tree holds it as an error, so that nesting has no depth",
        old_parser_only: false,
        derails: false,
        explains: |file, difference| {
            instructions(file, difference).is_some_and(|(_, theirs, ours)| {
                let nested = theirs.sub_cmd.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("onbuild"));
                nested
                    && ours.sub_cmd.is_none()
                    && (theirs.start_line, theirs.end_line) == (ours.start_line, ours.end_line)
            })
        },
    },
    Gap {
        name: "the builder's third stage",
        reason: "an open quote or brace, or a file without any stage, is refused when it is built, which no oracle does",
        old_parser_only: false,
        derails: false,
        explains: |_, difference| {
            let messages = [
                "a single quote is not closed",
                "a double quote is not closed",
                "substitution",
                "`}` is missing",
                "unexpected end of the word",
                "the file has no FROM",
            ];
            matches!(difference, Difference::FalseError(it) if messages.iter().any(|message| it.contains(message)))
        },
    },
    Gap {
        name: "letters beyond ASCII in flags",
        reason: "BuildKit reads flags byte by byte, which garbles such letters and may cut them in two",
        old_parser_only: false,
        derails: false,
        explains: |file, difference| {
            instructions(file, difference).is_some_and(|(instruction, theirs, _)| {
                let inner = innermost(&instruction);
                let beyond_ascii = instruction.flags().into_iter().chain(inner.flags()).any(|flag| {
                    // White space beyond ASCII ends a flag for us, and leaves its first byte in it for BuildKit.
                    let next = file.text()[flag.span().end..].chars().next();
                    !flag.span().of(file.text()).is_ascii() || next.is_some_and(|next| !next.is_ascii())
                });
                beyond_ascii && theirs.flags.iter().any(|flag| !flag.is_ascii() || flag.is_empty())
            })
        },
    },
    Gap {
        name: "an escape character at the very end",
        reason: "BuildKit drops it from the last word of ENV, LABEL and ARG; the tree keeps every byte",
        old_parser_only: false,
        derails: false,
        explains: |file, difference| {
            instructions(file, difference).is_some_and(|(_, theirs, ours)| {
                let mut shorter = ours.clone();
                let last = shorter.value.last_mut();
                last.is_some_and(|last| last.pop() == Some(file.escape())) && shorter == *theirs
            })
        },
    },
];

/// The gap that explains `difference`.
pub fn explained(file: &Dockerfile, difference: &Difference, newest: bool) -> Option<&'static Gap> {
    GAPS.iter().filter(|gap| !(newest && gap.old_parser_only)).find(|gap| (gap.explains)(file, difference))
}

fn instructions<'d>(file: &Dockerfile, difference: &'d Difference) -> Option<(Instruction, &'d Command, &'d Command)> {
    let Difference::Instruction { index, theirs, ours } = difference else { return None };
    Some((file.instructions().into_iter().nth(*index)?, theirs, ours))
}

fn innermost(instruction: &Instruction) -> Instruction {
    instruction.onbuild().unwrap_or_else(|| instruction.clone())
}

/// The JSON arrays in the text of `instruction` that something else follows.
fn arrays_before_text(instruction: &Instruction) -> Vec<Vec<serde_json::Value>> {
    let text = innermost(instruction).logical_text();
    let arrays = text.text().match_indices('[').filter_map(|(start, _)| {
        let array = &text.text()[start..];
        let mut values = serde_json::Deserializer::from_str(array).into_iter::<Vec<serde_json::Value>>();
        let value = values.next()?.ok()?;
        (!array[values.byte_offset()..].trim().is_empty()).then_some(value)
    });
    arrays.collect()
}

fn text_behind_json(file: &Dockerfile, difference: &Difference) -> bool {
    match difference {
        Difference::Instruction { theirs, .. } => {
            let Some((instruction, ..)) = instructions(file, difference) else { return false };
            let kind = usize::from(innermost(&instruction).healthcheck_kind().is_some());
            let read: Vec<_> =
                theirs.value.iter().skip(kind).map(|value| serde_json::Value::from(value.as_str())).collect();
            theirs.json && arrays_before_text(&instruction).contains(&read)
        }
        Difference::MissedError(error) => {
            let arrays = file.instructions().iter().flat_map(arrays_before_text).collect::<Vec<_>>();
            error.contains("comprised of strings only") && arrays.iter().flatten().any(|value| !value.is_string())
        }
        _ => false,
    }
}

fn blank_before_delimiter(file: &Dockerfile, difference: &Difference) -> bool {
    heredoc_gap(file, difference, |instruction| {
        let text = instruction.logical_text();
        let mut behind = text.text().split("<<").skip(1);
        behind.any(|rest| rest.strip_prefix('-').unwrap_or(rest).starts_with(char::is_whitespace))
    })
}

fn pattern_substitution(file: &Dockerfile, difference: &Difference) -> bool {
    heredoc_gap(file, difference, |instruction| {
        let text = instruction.logical_text();
        let mut variables = text.text().split("${").skip(1);
        text.text().contains("<<")
            && variables.any(|rest| {
                let operator = rest.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_');
                operator.starts_with(['#', '%', '/'])
            })
    })
}

/// Whether a heredoc that only one of us sees, in an instruction that is `special`, explains `difference`.
fn heredoc_gap(file: &Dockerfile, difference: &Difference, special: impl Fn(&Instruction) -> bool) -> bool {
    match difference {
        Difference::Instruction { .. } => instructions(file, difference).is_some_and(|(instruction, theirs, ours)| {
            let same = Command { heredocs: ours.heredocs.clone(), end_line: ours.end_line, ..theirs.clone() };
            let differ = theirs.heredocs != ours.heredocs || theirs.end_line != ours.end_line;
            special(&instruction) && differ && same == *ours
        }),
        // Where one of the two refuses the file, there is nothing to compare; the reason has to be there.
        _ => file.instructions().iter().any(special),
    }
}
