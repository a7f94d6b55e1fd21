//! The inner parser: one instruction, on its joined text.

use super::emitter::{Emitter, LogicalLine};
use super::error::SyntaxError;
use super::heredoc::{self, Opener};
use super::json::{self, JsonForm};
use super::kinds::SyntaxKind as Kind;
use super::{shlex, words};
use crate::text::Span;

/// What the outer parser needs to know of an instruction.
pub(super) struct Instruction {
    pub(super) kind: Kind,
    /// Where the keyword stands in the file.
    pub(super) keyword: Span,
    /// The heredocs whose lines follow.
    pub(super) heredocs: Vec<Opener>,
}

/// Parses one instruction and leaves its node open, for the heredocs.
pub(super) fn parse(
    emitter: &mut Emitter<'_>,
    line: &LogicalLine,
    escape: char,
    errors: &mut Vec<SyntaxError>,
) -> Instruction {
    let mut parser = InstructionParser { emitter, line, escape, errors, openers: Vec::new() };
    let whole = Span::new(0, line.text.len());
    let (keyword, _) = parser.split_keyword(whole);
    let kind = Kind::instruction(keyword.of(&line.text));
    parser.emitter.start_line(kind);
    let reads_heredocs = parser.instruction(kind, whole, false);
    let heredocs = if reads_heredocs { parser.openers } else { Vec::new() };
    Instruction { kind, keyword: Emitter::file_span(line, keyword), heredocs }
}

pub(super) struct InstructionParser<'p, 's> {
    pub(super) emitter: &'p mut Emitter<'s>,
    pub(super) line: &'p LogicalLine,
    pub(super) escape: char,
    errors: &'p mut Vec<SyntaxError>,
    openers: Vec<Opener>,
}

impl InstructionParser<'_, '_> {
    pub(super) fn text(&self, span: Span) -> &str {
        span.of(&self.line.text)
    }

    pub(super) fn error(&mut self, span: Span, message: impl Into<String>, help: &'static str) {
        let span = Emitter::file_span(self.line, span);
        self.errors.push(SyntaxError { span, message: message.into(), help });
    }

    pub(super) fn token(&mut self, kind: Kind, end: usize) {
        self.emitter.token(self.line, kind, end);
    }

    pub(super) fn start(&mut self, kind: Kind) {
        self.emitter.start(self.line, kind);
    }

    pub(super) fn finish(&mut self) {
        self.emitter.finish_node();
    }

    pub(super) fn trim(&self, span: Span) -> Span {
        let text = self.text(span);
        let start = span.start + (text.len() - text.trim_start().len());
        Span::new(start, start + self.text(Span::new(start, span.end)).trim_end().len())
    }

    /// The keyword and what stands behind it. White space beyond ASCII ends no keyword, and hides a flag behind it.
    fn split_keyword(&self, within: Span) -> (Span, Span) {
        let within = self.trim(within);
        let text = self.text(within);
        let end = within.start + text.find(words::BLANKS).unwrap_or(text.len());
        let rest = &self.line.text[end..within.end];
        let rest_start = within.end - rest.trim_start_matches(words::BLANKS).len();
        (Span::new(within.start, end), Span::new(rest_start, within.end))
    }

    /// Parses the instruction in `within` into the open node; returns whether heredocs may follow it.
    fn instruction(&mut self, kind: Kind, within: Span, nested: bool) -> bool {
        let (keyword, rest) = self.split_keyword(within);
        self.token(Kind::Whitespace, keyword.start);
        self.token(Kind::Keyword, keyword.end);
        self.token(Kind::Whitespace, rest.start);
        let arguments = if kind == Kind::UnknownInstruction { rest } else { self.flags(kind, rest) };
        let mut heredocs = false;
        if matches!(kind, Kind::RunInstruction | Kind::CopyInstruction | Kind::AddInstruction) {
            heredocs = json::array(self.text(arguments)) == JsonForm::No;
            if heredocs {
                self.openers = heredoc::openers(&self.line.text);
            }
        }
        if kind == Kind::OnbuildInstruction {
            heredocs = self.onbuild(keyword, arguments, nested);
        } else {
            self.arguments(kind, keyword, arguments);
        }
        // An escape character at the very end of ENV, LABEL or ARG stands before nothing and is dropped.
        let dropped = self.text(Span::new(self.emitter.at, within.end));
        let start = self.emitter.at + (dropped.len() - dropped.trim_start().len());
        let end = start + dropped.trim().len();
        self.token(Kind::Whitespace, start);
        self.token(Kind::Escape, end);
        self.token(Kind::Whitespace, within.end);
        heredocs
    }

    fn arguments(&mut self, kind: Kind, keyword: Span, arguments: Span) {
        if kind == Kind::UnknownInstruction {
            return self.unknown(keyword, arguments);
        }
        if arguments.is_empty()
            && !matches!(kind, Kind::RunInstruction | Kind::CmdInstruction | Kind::EntrypointInstruction)
        {
            return self.no_argument(keyword);
        }
        match kind {
            Kind::FromInstruction => self.from(keyword, arguments),
            Kind::RunInstruction | Kind::CmdInstruction | Kind::EntrypointInstruction => {
                self.maybe_json(arguments, false);
            }
            Kind::VolumeInstruction => self.volume(arguments),
            Kind::ShellInstruction => self.shell(arguments),
            Kind::HealthcheckInstruction => self.healthcheck(arguments),
            Kind::AddInstruction | Kind::CopyInstruction => self.copy(keyword, arguments),
            Kind::ExposeInstruction => {
                for word in words::blank_words(&self.line.text, arguments) {
                    self.token(Kind::Whitespace, word.start);
                    self.word(word);
                }
            }
            Kind::EnvInstruction | Kind::LabelInstruction => self.pairs(keyword, arguments),
            Kind::ArgInstruction => self.declarations(keyword, arguments),
            // The builder takes the rest of the line as the name, quotes and all, and never expands it.
            Kind::MaintainerInstruction => self.plain_word(arguments),
            _ => self.word(arguments),
        }
    }

    pub(super) fn no_argument(&mut self, keyword: Span) {
        let name = self.text(keyword).to_uppercase();
        self.error(keyword, format!("{name} has no argument"), "write its arguments on the same line");
    }

    fn unknown(&mut self, keyword: Span, arguments: Span) {
        let name: String = self.text(keyword).chars().take(40).collect();
        let known =
            if name.is_empty() { "an empty instruction".into() } else { format!("unknown instruction `{name}`") };
        self.error(
            keyword,
            known,
            "write one of the instructions of the Dockerfile reference, or end the line before with a continuation",
        );
        if !arguments.is_empty() {
            self.start(Kind::Error);
            self.token(Kind::Text, arguments.end);
            self.finish();
        }
    }

    fn onbuild(&mut self, keyword: Span, arguments: Span, nested: bool) -> bool {
        if arguments.is_empty() {
            self.error(
                keyword,
                "ONBUILD has no instruction",
                "write the instruction to run in the images built on this one",
            );
            return false;
        }
        let (inner, _) = self.split_keyword(arguments);
        let kind = Kind::instruction(self.text(inner));
        let refused = matches!(kind, Kind::OnbuildInstruction | Kind::FromInstruction | Kind::MaintainerInstruction);
        if refused {
            let name = self.text(inner).to_uppercase();
            self.error(inner, format!("{name} cannot stand behind ONBUILD"), "write another instruction there");
        }
        if nested || kind == Kind::OnbuildInstruction {
            self.start(Kind::Error);
            self.token(Kind::Text, arguments.end);
            self.finish();
            return false;
        }
        self.start(kind);
        let heredocs = self.instruction(kind, arguments, true);
        self.finish();
        heredocs
    }

    fn shell(&mut self, arguments: Span) {
        let message = match json::array(self.text(arguments)) {
            JsonForm::No => Some("SHELL is not in JSON form"),
            JsonForm::Strings(strings) if strings.is_empty() => Some("SHELL names no shell"),
            _ => None,
        };
        if let Some(message) = message {
            self.error(arguments, message, "write it as `SHELL [\"/bin/bash\", \"-c\"]`");
        }
        self.maybe_json(arguments, false);
    }

    fn healthcheck(&mut self, arguments: Span) {
        let text = self.text(arguments);
        // The builder looks for the end of the first word byte by byte.
        let end = arguments.start + text.find(char::is_whitespace).unwrap_or(text.len());
        let form = self.text(Span::new(arguments.start, end)).to_ascii_uppercase();
        let rest = self.trim(Span::new(end, arguments.end));
        self.token(Kind::HealthcheckKind, end);
        self.token(Kind::Whitespace, rest.start);
        let empty = rest.is_empty() || matches!(json::array(self.text(rest)), JsonForm::Strings(s) if s.is_empty());
        match form.as_str() {
            "NONE" if !empty => {
                self.error(rest, "HEALTHCHECK NONE takes no arguments", "remove what stands behind NONE");
            }
            "CMD" if empty => {
                self.error(arguments, "HEALTHCHECK CMD has no command", "write the command behind CMD");
            }
            "NONE" | "CMD" => {}
            _ => self.error(
                Span::new(arguments.start, end),
                "HEALTHCHECK takes NONE or CMD",
                "write `HEALTHCHECK CMD` in front of the command",
            ),
        }
        self.maybe_json(rest, false);
    }

    fn copy(&mut self, keyword: Span, arguments: Span) {
        let (count, last) = match json::array(self.text(arguments)) {
            JsonForm::Strings(strings) => {
                (strings.len(), strings.last().and_then(|last| self.json_value(arguments, *last)))
            }
            JsonForm::NotOnlyStrings => (usize::MAX, None),
            JsonForm::No => {
                let words = words::blank_words(&self.line.text, arguments);
                (words.len(), words.last().map(|word| self.text(*word).to_owned()))
            }
        };
        if last.is_some_and(|last| heredoc::opener(&last, Span::empty(0)).is_some()) {
            let name = self.text(keyword).to_uppercase();
            self.error(
                arguments,
                format!("the destination of {name} is a heredoc"),
                "write the path of the file behind the heredoc",
            );
        }
        if count < 2 {
            let name = self.text(keyword).to_uppercase();
            self.error(arguments, format!("{name} has no destination"), "write the source and then the destination");
        }
        self.maybe_json(arguments, true);
    }

    fn json_value(&self, arguments: Span, relative: Span) -> Option<String> {
        json::string_value(relative.of(self.text(arguments)))
    }

    fn volume(&mut self, arguments: Span) {
        if let JsonForm::Strings(strings) = json::array(self.text(arguments)) {
            let is_empty = |path: &Span| self.json_value(arguments, *path).is_some_and(|path| path.trim().is_empty());
            if strings.is_empty() || strings.iter().any(is_empty) {
                self.error(arguments, "VOLUME has an empty path", "write the path of a directory");
            }
        }
        self.maybe_json(arguments, true);
    }

    /// JSON form, or words, or text for a shell.
    fn maybe_json(&mut self, arguments: Span, as_words: bool) {
        match json::array(self.text(arguments)) {
            JsonForm::Strings(strings) => self.json(arguments, &strings),
            JsonForm::NotOnlyStrings => {
                self.error(arguments, "a JSON array here may only hold strings", "put each element in double quotes");
                self.start(Kind::Error);
                self.token(Kind::Text, arguments.end);
                self.finish();
            }
            JsonForm::No if as_words => {
                let openers: Vec<usize> = self.openers.iter().map(|opener| opener.span.start).collect();
                for word in words::blank_words(&self.line.text, arguments) {
                    self.token(Kind::Whitespace, word.start);
                    // Openers are in the order of the line.
                    if openers.binary_search(&word.start).is_ok() {
                        self.start(Kind::HeredocOpener);
                        self.token(Kind::Text, word.end);
                        self.finish();
                    } else {
                        self.word(word);
                    }
                }
            }
            JsonForm::No => self.shell_text(arguments),
        }
    }

    fn shell_text(&mut self, arguments: Span) {
        if arguments.is_empty() {
            return;
        }
        self.start(Kind::ShellText);
        let openers: Vec<Span> = self.openers.iter().map(|opener| opener.span).collect();
        for opener in openers.into_iter().filter(|opener| arguments.contains(*opener)) {
            self.token(Kind::Text, opener.start);
            self.start(Kind::HeredocOpener);
            self.token(Kind::Text, opener.end);
            self.finish();
        }
        self.token(Kind::Text, arguments.end);
        self.finish();
    }

    fn json(&mut self, arguments: Span, strings: &[Span]) {
        self.start(Kind::JsonArray);
        self.token(Kind::LeftBracket, arguments.start + 1);
        for (index, relative) in strings.iter().enumerate() {
            let string = Span::new(arguments.start + relative.start, arguments.start + relative.end);
            if index > 0 {
                let at = self.emitter.at;
                let comma = at + self.text(Span::new(at, string.start)).find(',').unwrap_or(0);
                self.token(Kind::Whitespace, comma);
                self.token(Kind::Comma, comma + 1);
            }
            self.token(Kind::Whitespace, string.start);
            self.start(Kind::JsonString);
            self.token(Kind::JsonText, string.end);
            self.finish();
        }
        self.token(Kind::Whitespace, arguments.end - 1);
        self.token(Kind::RightBracket, arguments.end);
        self.finish();
    }

    /// A word whose variables the builder replaces.
    pub(super) fn word(&mut self, span: Span) {
        self.check_word(span);
        self.unchecked_word(span);
    }

    pub(super) fn unchecked_word(&mut self, span: Span) {
        self.start(Kind::Word);
        self.word_parts(span.end);
        self.finish();
    }

    fn plain_word(&mut self, span: Span) {
        self.start(Kind::Word);
        self.token(Kind::Text, span.end);
        self.finish();
    }

    /// Reports a word that the builder's lexer refuses.
    pub(super) fn check_word(&mut self, span: Span) {
        let text = self.text(span);
        if !text.contains(['\'', '"', '$']) {
            return;
        }
        if let Some(message) = shlex::refused(text, self.escape) {
            self.error(span, message, "close the quote or the brace, or escape the character");
        }
    }
}
