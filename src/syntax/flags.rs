//! The inner parser, third part: flags, and what builders refuse about those that they know.

use super::duration;
use super::instruction::InstructionParser;
use super::kinds::SyntaxKind as Kind;
use super::words;
use crate::text::Span;

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Nothing, `true` or `false`, once.
    Boolean,
    /// A value, once.
    Value,
    /// A value, as often as wanted.
    Values,
}

/// What `flag` of `instruction` takes; `None` for a flag of a frontend newer than this.
///
/// The table follows `instructions/parse.go` and `instructions/commands_run*.go` of BuildKit.
fn known(instruction: Kind, flag: &str) -> Option<Takes> {
    let takes = match (instruction, flag) {
        (Kind::AddInstruction | Kind::CopyInstruction, "chown" | "chmod") => Takes::Value,
        (Kind::AddInstruction | Kind::CopyInstruction, "link") => Takes::Boolean,
        (Kind::AddInstruction | Kind::CopyInstruction, "exclude") => Takes::Values,
        (Kind::AddInstruction, "keep-git-dir" | "unpack") | (Kind::CopyInstruction, "parents") => Takes::Boolean,
        (Kind::AddInstruction, "checksum")
        | (Kind::CopyInstruction, "from")
        | (Kind::FromInstruction, "platform")
        | (Kind::RunInstruction, "network" | "security")
        | (
            Kind::HealthcheckInstruction,
            "interval" | "timeout" | "start-period" | "start-interval" | "retries",
        ) => Takes::Value,
        (Kind::RunInstruction, "mount" | "device") => Takes::Values,
        _ => return None,
    };
    Some(takes)
}

impl InstructionParser<'_, '_> {
    /// The flags in front of the arguments; returns where the arguments are.
    pub(super) fn flags(&mut self, kind: Kind, rest: Span) -> Span {
        let mut rest = rest;
        let mut seen = Vec::new();
        while let Some((span, value)) = words::flag(&self.line.text, rest, self.escape) {
            self.token(Kind::Whitespace, span.start);
            rest = Span::new(span.end, rest.end);
            if value == "--" {
                self.token(Kind::FlagEnd, span.end);
                break;
            }
            self.check_flag(kind, span, &value, &mut seen);
            self.flag(kind, span);
        }
        let arguments = self.trim(rest);
        self.token(Kind::Whitespace, arguments.start);
        arguments
    }

    fn check_flag(&mut self, instruction: Kind, span: Span, text: &str, seen: &mut Vec<String>) {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let Some(takes) = known(instruction, name.strip_prefix("--").unwrap_or(name)) else { return };
        if takes != Takes::Values {
            if seen.iter().any(|other| other == name) {
                self.error(span, format!("`{name}` is written twice"), "keep one of the two");
            }
            seen.push(name.to_owned());
        }
        match (takes, value) {
            (Takes::Value | Takes::Values, None) => {
                self.error(span, format!("`{name}` has no value"), "write `=` and the value directly behind it");
            }
            (Takes::Boolean, Some(value)) if !["true", "false"].iter().any(|it| it.eq_ignore_ascii_case(value)) => {
                self.error(span, format!("`{name}` is either true or false"), "write the flag without a value");
            }
            (_, Some(value)) => self.check_value(instruction, span, name, value),
            _ => {}
        }
    }

    fn check_value(&mut self, instruction: Kind, span: Span, name: &str, value: &str) {
        let refused = match (instruction, name) {
            (Kind::HealthcheckInstruction, "--retries") => {
                let number = value.is_empty() || value.parse::<i32>().is_ok_and(|number| number >= 0);
                (!number).then_some("write a whole number, 0 or more")
            }
            (Kind::HealthcheckInstruction, _) => {
                let duration = value.is_empty() || duration::is_duration(value);
                (!duration).then_some("write a duration like `30s` or `1m30s`, of one millisecond or more, or 0")
            }
            (Kind::RunInstruction, "--mount") => {
                let from = value.split(',').find_map(|option| option.strip_prefix("from="));
                let variable = from.and_then(|from| from.find('$').filter(|at| at + 1 < from.len()));
                let quoted = value.contains('"') && !value.starts_with('"') && !value.contains(",\"");
                if variable.is_some() {
                    Some("name a stage of its own: `FROM image:$VERSION AS name`, and then `from=name`")
                } else {
                    quoted.then_some("write the option without escaped quotes")
                }
            }
            _ => None,
        };
        if let Some(help) = refused {
            self.error(span, format!("`{name}` cannot be `{value}`"), help);
        }
    }

    fn flag(&mut self, instruction: Kind, span: Span) {
        self.start(Kind::Flag);
        match self.text(span).find('=') {
            None => self.token(Kind::FlagName, span.end),
            Some(equals) => {
                let equals = span.start + equals;
                self.token(Kind::FlagName, equals);
                self.token(Kind::Equals, equals + 1);
                let mounts =
                    instruction == Kind::RunInstruction && self.text(Span::new(span.start, equals)) == "--mount";
                if equals + 1 < span.end {
                    self.start(Kind::FlagValue);
                    if mounts {
                        self.mount_options(span.end);
                    } else {
                        self.word_parts(span.end);
                    }
                    self.finish();
                }
            }
        }
        self.finish();
    }

    /// `type=bind,source=a,target=b`; the builder has removed the quotes when it cuts at the commas.
    fn mount_options(&mut self, end: usize) {
        while self.emitter.at < end {
            let start = self.emitter.at;
            let rest = self.text(Span::new(start, end));
            let option_end = rest.find(',').map_or(end, |length| start + length);
            if start < option_end {
                let equals = self.text(Span::new(start, option_end)).find('=');
                self.start(Kind::MountOption);
                match equals {
                    Some(equals) => {
                        self.token(Kind::MountKey, start + equals);
                        self.token(Kind::Equals, start + equals + 1);
                        self.token(Kind::Text, option_end);
                    }
                    None => self.token(Kind::MountKey, option_end),
                }
                self.finish();
            }
            if option_end < end {
                self.token(Kind::Comma, option_end + 1);
            }
        }
    }
}
