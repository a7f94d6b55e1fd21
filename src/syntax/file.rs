//! The outer parser: physical lines, parser directives, comments, continuations and heredoc bodies.
//!
//! It follows `Parse` in BuildKit's `frontend/dockerfile/parser/parser.go` line by line.

use super::emitter::{Emitter, LogicalLine};
use super::error::SyntaxError;
use super::heredoc::Opener;
use super::instruction;
use super::kinds::SyntaxKind;
use crate::text::Span;

/// What parsing gives.
pub(super) struct Parsed {
    pub(super) green: rowan::GreenNode,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) escape: char,
}

/// How many bytes a thread parses before it forgets the tokens it has seen.
const MAX_SHARED_BYTES: usize = 128 * 1024;

/// Tokens and small nodes that the files of a thread share: keywords, blanks, and all that a fixed file has in common with
/// the file before.
#[derive(Default)]
struct Shared {
    cache: rowan::NodeCache,
    bytes: usize,
}

thread_local! {
    static SHARED: std::cell::Cell<Shared> = std::cell::Cell::default();
}

/// Parses a whole file.
pub(super) fn parse(source: &str) -> Parsed {
    let mut shared = SHARED.take();
    if shared.bytes > MAX_SHARED_BYTES {
        shared = Shared::default();
    }
    shared.bytes += source.len();
    let parsed = parse_with(source, &mut shared.cache);
    SHARED.set(shared);
    parsed
}

fn parse_with(source: &str, cache: &mut rowan::NodeCache) -> Parsed {
    let mut parser = Parser {
        source,
        at: 0,
        escape: '\\',
        directives: Some(Vec::new()),
        pending: Vec::new(),
        line: LogicalLine::default(),
        emitter: Emitter::new(source, cache),
        errors: Vec::new(),
        stages: StageCheck::default(),
    };
    parser.file();
    parser.check_stages();
    parser.errors.sort_by_key(|error| error.span.start);
    Parsed { green: parser.emitter.finish(), errors: parser.errors, escape: parser.escape }
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    escape: char,
    /// The names of the directives so far, as long as more may follow.
    directives: Option<Vec<String>>,
    /// Comment lines that belong to the next instruction if it follows directly.
    pending: Vec<(SyntaxKind, Span)>,
    line: LogicalLine,
    emitter: Emitter<'a>,
    errors: Vec<SyntaxError>,
    stages: StageCheck,
}

/// What has been seen of instructions and stages, to tell files that are no Dockerfile.
#[derive(Default)]
struct StageCheck {
    instructions: bool,
    from: bool,
}

/// A physical line: its text, and where its line end begins.
#[derive(Clone, Copy)]
struct PhysicalLine<'a> {
    text: &'a str,
    start: usize,
    /// Where the text ends; `\r` and `\n` stand behind it.
    text_end: usize,
    end: usize,
}

impl<'a> PhysicalLine<'a> {
    /// The text without white space in front of it.
    fn trimmed(&self) -> &'a str {
        self.text.trim_start()
    }

    /// Where the trimmed text begins.
    fn trimmed_start(&self) -> usize {
        self.text_end - self.trimmed().len()
    }
}

impl<'a> Parser<'a> {
    fn file(&mut self) {
        if self.source.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.emitter.raw_token(SyntaxKind::ByteOrderMark, self.at);
        }
        while let Some(line) = self.next_line() {
            let text = line.trimmed();
            if text.starts_with('#') {
                if !self.directive(&line) {
                    self.keep_comment(&line);
                }
                continue;
            }
            self.directives = None;
            if text.is_empty() {
                self.flush_pending();
                self.emitter.raw_token(SyntaxKind::Whitespace, line.text_end);
                self.emitter.raw_token(SyntaxKind::Newline, line.end);
                continue;
            }
            self.logical_line(line);
        }
        self.flush_pending();
    }

    fn next_line(&mut self) -> Option<PhysicalLine<'a>> {
        if self.at >= self.source.len() {
            return None;
        }
        let start = self.at;
        let rest = &self.source[start..];
        let end = rest.find('\n').map_or(self.source.len(), |newline| start + newline + 1);
        let text = self.source[start..end].trim_end_matches(['\r', '\n']);
        self.at = end;
        Some(PhysicalLine { text, start, text_end: start + text.len(), end })
    }

    fn keep_comment(&mut self, line: &PhysicalLine<'_>) {
        self.directives = None;
        self.pending.push((SyntaxKind::Whitespace, Span::new(line.start, line.trimmed_start())));
        self.pending.push((SyntaxKind::Comment, Span::new(line.trimmed_start(), line.text_end)));
        self.pending.push((SyntaxKind::Newline, Span::new(line.text_end, line.end)));
    }

    fn flush_pending(&mut self) {
        for (kind, span) in self.pending.drain(..) {
            self.emitter.raw_token(kind, span.end);
        }
    }

    /// Reads `# name=value` at the top of the file; false if the line is an ordinary comment.
    fn directive(&mut self, line: &PhysicalLine<'_>) -> bool {
        let Some(seen) = &mut self.directives else { return false };
        let Some(parts) = DirectiveParts::read(line.trimmed()) else { return false };
        let name = parts.name.to_ascii_lowercase();
        let span = Span::new(line.trimmed_start(), line.text_end);
        if seen.contains(&name) {
            self.errors.push(SyntaxError {
                span,
                message: format!("the parser directive `{name}` is written twice"),
                help: "remove one of the two lines",
            });
        } else if name == "escape" {
            match parts.value {
                "\\" => self.escape = '\\',
                "`" => self.escape = '`',
                _ => self.errors.push(SyntaxError {
                    span,
                    message: format!("`{}` cannot be the escape character", parts.value),
                    help: "write `# escape=\\` or `# escape=` followed by a backtick",
                }),
            }
        }
        seen.push(name);
        self.flush_pending();
        let base = line.trimmed_start();
        let offset = |part: &str| base + (part.as_ptr() as usize - line.trimmed().as_ptr() as usize);
        let emitter = &mut self.emitter;
        emitter.raw_token(SyntaxKind::Whitespace, base);
        emitter.start_raw(SyntaxKind::Directive);
        emitter.raw_token(SyntaxKind::Hash, base + 1);
        emitter.raw_token(SyntaxKind::Whitespace, offset(parts.name));
        emitter.raw_token(SyntaxKind::DirectiveName, offset(parts.name) + parts.name.len());
        emitter.raw_token(SyntaxKind::Whitespace, offset(parts.equals));
        emitter.raw_token(SyntaxKind::Equals, offset(parts.equals) + 1);
        emitter.raw_token(SyntaxKind::Whitespace, offset(parts.value));
        emitter.raw_token(SyntaxKind::DirectiveValue, offset(parts.value) + parts.value.len());
        emitter.raw_token(SyntaxKind::Whitespace, line.text_end);
        emitter.finish_node();
        emitter.raw_token(SyntaxKind::Newline, line.end);
        true
    }

    /// Gathers the lines of an instruction, has it parsed, and reads its heredocs.
    fn logical_line(&mut self, first: PhysicalLine<'a>) {
        self.line.clear();
        for (kind, span) in self.pending.drain(..) {
            self.line.push_trivia(kind, span);
        }
        self.line.push_trivia(SyntaxKind::Whitespace, Span::new(first.start, first.trimmed_start()));
        let mut current = first;
        let mut from = first.trimmed_start();
        loop {
            let text = &self.source[from..current.text_end];
            let Some(kept) = before_continuation(text, self.escape) else {
                self.line.push_text(self.source, Span::new(from, current.text_end));
                self.line.push_trivia(SyntaxKind::Newline, Span::new(current.text_end, current.end));
                break;
            };
            self.line.push_text(self.source, Span::new(from, from + kept));
            self.line.push_trivia(SyntaxKind::Continuation, Span::new(from + kept, current.end));
            let Some(next) = self.skip_dropped_lines() else { break };
            current = next;
            from = next.start;
        }
        let line = std::mem::take(&mut self.line);
        let instruction = instruction::parse(&mut self.emitter, &line, self.escape, &mut self.errors);
        self.emitter.flush_trivia(&line);
        for opener in &instruction.heredocs {
            if !self.heredoc(opener, &line) {
                break;
            }
        }
        self.emitter.finish_node();
        self.before_stage(&instruction);
        self.line = line;
    }

    /// Reports an instruction that stands before the first FROM; only ARG may.
    fn before_stage(&mut self, instruction: &instruction::Instruction) {
        let kind = instruction.kind;
        self.stages.instructions = true;
        if self.stages.from || matches!(kind, SyntaxKind::ArgInstruction | SyntaxKind::UnknownInstruction) {
            return;
        }
        // One error is enough: what follows is as much without a stage as this.
        self.stages.from = true;
        if kind != SyntaxKind::FromInstruction {
            let name = instruction.keyword.of(self.source).to_uppercase();
            self.errors.push(SyntaxError {
                span: instruction.keyword,
                message: format!("{name} stands before the first FROM"),
                help: "begin the file with FROM; only ARG may stand before it",
            });
        }
    }

    /// Reports a file that builds nothing.
    fn check_stages(&mut self) {
        let message = match self.stages {
            StageCheck { instructions: false, .. } => "the file has no instructions",
            StageCheck { from: false, .. } => "the file has no FROM",
            StageCheck { .. } => return,
        };
        // What is unknown may be a misspelt FROM, and has been reported.
        if self.errors.is_empty() {
            self.errors.push(SyntaxError {
                span: Span::empty(self.source.len()),
                message: message.to_owned(),
                help: "write `FROM` and the image to build on",
            });
        }
    }

    /// The next line of a continued instruction; comments and blank lines are dropped, as the builder does.
    fn skip_dropped_lines(&mut self) -> Option<PhysicalLine<'a>> {
        loop {
            let line = self.next_line()?;
            let text = line.trimmed();
            if !text.is_empty() && !text.starts_with('#') {
                return Some(line);
            }
            self.line.push_trivia(SyntaxKind::Whitespace, Span::new(line.start, line.trimmed_start()));
            self.line.push_trivia(SyntaxKind::Comment, Span::new(line.trimmed_start(), line.text_end));
            self.line.push_trivia(SyntaxKind::Newline, Span::new(line.text_end, line.end));
        }
    }

    /// Reads the lines of a heredoc; false if the file ends before it does.
    fn heredoc(&mut self, opener: &Opener, logical: &LogicalLine) -> bool {
        self.emitter.start_raw(SyntaxKind::Heredoc);
        while let Some(line) = self.next_line() {
            let candidate = if opener.chomp { line.text.trim_start_matches('\t') } else { line.text };
            if candidate == opener.name {
                self.emitter.raw_token(SyntaxKind::HeredocBody, line.start);
                self.emitter.raw_token(SyntaxKind::Whitespace, line.text_end - candidate.len());
                self.emitter.raw_token(SyntaxKind::HeredocEnd, line.text_end);
                self.emitter.raw_token(SyntaxKind::Newline, line.end);
                self.emitter.finish_node();
                return true;
            }
        }
        // Everything up to the end is its body, as for the builder, which refuses the file.
        self.emitter.raw_token(SyntaxKind::HeredocBody, self.source.len());
        self.emitter.finish_node();
        self.errors.push(SyntaxError {
            span: Emitter::file_span(logical, opener.span),
            message: format!("the heredoc `{}` is not ended", opener.name),
            help: "write its delimiter on a line of its own, without white space around it",
        });
        false
    }
}

/// How much of a line stands before the continuation at its end; `None` if the line is not continued.
///
/// An escape character that is escaped itself does not continue; the rule is BuildKit's `lineContinuationRegex`.
fn before_continuation(text: &str, escape: char) -> Option<usize> {
    let kept = text.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!kept.ends_with(escape)).then_some(kept.len())
}

struct DirectiveParts<'a> {
    name: &'a str,
    equals: &'a str,
    value: &'a str,
}

impl<'a> DirectiveParts<'a> {
    /// Reads `# name = value` as `directiveRegexp` in BuildKit's `directives.go` does.
    fn read(comment: &'a str) -> Option<Self> {
        let text = comment.strip_prefix('#')?.trim_start();
        let length = text.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (name, rest) = text.split_at(length);
        if !["syntax", "escape", "check"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return None;
        }
        let equals = rest.trim_start_matches(BLANKS);
        let rest = equals.strip_prefix('=')?;
        let mut value = rest.trim_matches(BLANKS);
        if value.is_empty() {
            // A value is at least one character, even if that is a blank: the expression gives the last one back.
            value = &rest[rest.len().checked_sub(1)?..];
        }
        Some(Self { name, equals, value })
    }
}

/// `\s` of Go's regular expressions.
const BLANKS: [char; 5] = [' ', '\t', '\n', '\x0c', '\r'];
