//! The inner parser, second part: FROM, key-value pairs, and what stands inside of words.

use super::instruction::InstructionParser;
use super::kinds::SyntaxKind as Kind;
use super::{shlex, words};
use crate::text::Span;

/// How deep `${a:-${b:-…}}` may nest in the tree; what is deeper is plain text.
const MAX_DEPTH: usize = 32;

impl InstructionParser<'_, '_> {
    pub(super) fn from(&mut self, keyword: Span, arguments: Span) {
        let parts = words::blank_words(&self.line.text, arguments);
        let named = parts.len() == 3 && self.text(parts[1]).eq_ignore_ascii_case("as");
        if parts.len() != 1 && !named {
            self.error(keyword, "FROM takes one image, or an image, AS and a name", "write `FROM image AS name`");
        }
        for (index, part) in parts.iter().enumerate() {
            self.token(Kind::Whitespace, part.start);
            if index == 1 && named {
                self.token(Kind::AsKeyword, part.end);
            } else {
                self.word(*part);
            }
        }
        if named && !is_stage_name(self.text(parts[2])) {
            let name = self.text(parts[2]).to_owned();
            self.error(
                parts[2],
                format!("`{name}` cannot be the name of a stage"),
                "begin with a letter, and use letters, digits, `-`, `_` and `.` only",
            );
        }
    }

    /// ENV and LABEL: `key=value …`, or the old `key value`.
    pub(super) fn pairs(&mut self, keyword: Span, arguments: Span) {
        let parts = words::quoted_words(&self.line.text, arguments, self.escape);
        if parts.is_empty() {
            return self.no_argument(keyword);
        }
        if parts.first().is_some_and(|first| !self.text(*first).contains('=')) {
            return self.legacy_pair(keyword, arguments);
        }
        for part in parts {
            self.token(Kind::Whitespace, part.start);
            let Some(equals) = self.text(part).find('=') else {
                let word: String = self.text(part).chars().take(40).collect();
                self.error(part, format!("`{word}` has no `=`"), "put quotes around a value with blanks in it");
                self.start(Kind::Error);
                self.token(Kind::Text, part.end);
                self.finish();
                continue;
            };
            if equals == 0 {
                self.error(part, "a name in front of `=` is missing", "write `name=value`");
            }
            self.pair(part, equals);
        }
    }

    fn legacy_pair(&mut self, keyword: Span, arguments: Span) {
        let text = self.text(arguments);
        let Some(length) = text.find(words::BLANKS) else {
            let name = self.text(keyword).to_uppercase();
            self.error(arguments, format!("{name} has no value"), "write `name=value`");
            self.start(Kind::Error);
            self.token(Kind::Text, arguments.end);
            return self.finish();
        };
        let key_end = arguments.start + length;
        let rest = &text[length..];
        let value = Span::new(key_end + (rest.len() - rest.trim_start_matches(words::BLANKS).len()), arguments.end);
        self.start(Kind::KeyValue);
        self.token(Kind::Key, key_end);
        self.token(Kind::Whitespace, value.start);
        self.word(value);
        self.finish();
    }

    /// ARG: `name` or `name=value`, several times.
    pub(super) fn declarations(&mut self, keyword: Span, arguments: Span) {
        let parts = words::quoted_words(&self.line.text, arguments, self.escape);
        if parts.is_empty() {
            return self.no_argument(keyword);
        }
        for part in parts {
            self.token(Kind::Whitespace, part.start);
            match self.text(part).find('=') {
                Some(equals) => {
                    if equals == 0 {
                        self.error(part, "a name in front of `=` is missing", "write `ARG name=value`");
                    }
                    self.pair(part, equals);
                }
                None => {
                    self.check_word(part);
                    self.start(Kind::KeyValue);
                    self.token(Kind::Key, part.end);
                    self.finish();
                }
            }
        }
    }

    fn pair(&mut self, span: Span, equals: usize) {
        let equals = span.start + equals;
        // The builder cuts at the first `=` even inside of quotes, and then lexes the name and the value one by one.
        let refused = shlex::refused(self.text(Span::new(span.start, equals)), self.escape);
        if let Some(message) = refused {
            self.error(span, message, "put quotes around the value only: `name=\"value\"`");
        }
        self.start(Kind::KeyValue);
        self.token(Kind::Key, equals);
        self.token(Kind::Equals, equals + 1);
        if equals + 1 < span.end {
            let value = Span::new(equals + 1, span.end);
            if refused.is_none() {
                self.check_word(value);
            }
            self.unchecked_word(value);
        }
        self.finish();
    }

    /// The text, quotes, escapes and variables up to `end`.
    pub(super) fn word_parts(&mut self, end: usize) {
        self.parts(end, None, 0);
    }

    /// Parts up to `end`, or up to the byte `stop`, which is left where it is.
    fn parts(&mut self, end: usize, stop: Option<char>, depth: usize) {
        while self.emitter.at < end {
            let at = self.emitter.at;
            let rest = self.text(Span::new(at, end));
            let escape = self.escape;
            let special = |character: char| {
                matches!(character, '\'' | '"' | '$') || character == escape || Some(character) == stop
            };
            let plain = rest.find(special).unwrap_or(rest.len());
            if plain > 0 {
                self.token(Kind::Text, at + plain);
                continue;
            }
            let Some(character) = rest.chars().next() else { return };
            if Some(character) == stop {
                return;
            }
            match character {
                '$' => self.variable(end, depth),
                // Between double quotes a single quote is an ordinary character.
                '\'' if stop == Some('"') => self.token(Kind::Text, at + 1),
                '\'' | '"' => self.quoted(character, end, depth),
                _ => match rest[character.len_utf8()..].chars().next() {
                    // Between double quotes only these can be escaped.
                    Some(next) if stop == Some('"') && !(matches!(next, '"' | '$') || next == escape) => {
                        self.token(Kind::Text, at + character.len_utf8());
                    }
                    next => {
                        let escaped = next.map_or(0, char::len_utf8);
                        self.token(Kind::Escape, at + character.len_utf8() + escaped);
                    }
                },
            }
        }
    }

    fn quoted(&mut self, quote: char, end: usize, depth: usize) {
        let at = self.emitter.at;
        self.token(Kind::Quote, at + 1);
        if quote == '\'' {
            let length = self.text(Span::new(at + 1, end)).find('\'');
            self.token(Kind::Text, length.map_or(end, |length| at + 1 + length));
        } else if depth < MAX_DEPTH {
            self.parts(end, Some('"'), depth + 1);
        } else {
            self.token(Kind::Text, end);
        }
        if self.emitter.at < end {
            let close = self.emitter.at + 1;
            self.token(Kind::Quote, close);
        }
    }

    /// `$name`, `${name}` or `${name:-word}`.
    fn variable(&mut self, end: usize, depth: usize) {
        let at = self.emitter.at;
        let rest = self.text(Span::new(at + 1, end));
        let braced = rest.starts_with('{');
        let name_start = at + 1 + usize::from(braced);
        let name = self.text(Span::new(name_start, end));
        let length = shlex::name_length(name);
        if length == 0 || depth >= MAX_DEPTH {
            return self.token(Kind::Text, at + 1);
        }
        self.start(Kind::Variable);
        self.token(Kind::Dollar, at + 1);
        if braced {
            self.token(Kind::LeftBrace, at + 2);
        }
        self.token(Kind::VariableName, name_start + length);
        if braced {
            let operator = self.text(Span::new(self.emitter.at, end));
            let operator = operator.find(|character| !matches!(character, ':' | '-' | '+' | '?' | '#' | '%' | '/'));
            let operator_end = operator.map_or(end, |length| self.emitter.at + length);
            self.token(Kind::VariableOperator, operator_end);
            self.parts(end, Some('}'), depth + 1);
            if self.emitter.at < end {
                let close = self.emitter.at + 1;
                self.token(Kind::RightBrace, close);
            }
        }
        self.finish();
    }
}

/// `validStageName` in BuildKit's `instructions/parse.go`; the builder compares names in lower case.
fn is_stage_name(name: &str) -> bool {
    let mut characters = name.chars().flat_map(char::to_lowercase);
    characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.'))
}
