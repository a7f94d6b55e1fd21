//! BuildKit's word lexer: quotes, escapes and variables in the words of an instruction.
//!
//! This follows `frontend/dockerfile/shell/lex.go` rule for rule, with its oddities, because the builder's view decides
//! where a heredoc begins and what a path expands to.

use crate::text::Span;

/// How deep `${a:-${b:-…}}` may nest before a word counts as not understood.
const MAX_DEPTH: usize = 64;

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It has this value.
    Set(String),
    /// It is not set.
    Unset,
    /// Its value is decided outside of the file, by a build argument or the base image.
    Unknown,
}

/// Why a word has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// The builder refuses the word.
    #[error("{0}")]
    Syntax(&'static str),
    /// A variable in it is not known.
    #[error("the value of `{0}` is not known")]
    Unknown(String),
}

/// The value of `text` after quotes, escapes and variables were processed, as the builder does for a `COPY` path.
///
/// # Errors
/// The word is malformed, or a variable's value is not known.
pub fn expand(text: &str, escape: char, lookup: &dyn Fn(&str) -> Lookup) -> Result<String, ExpandError> {
    // Most words have nothing to process.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:@,+=".contains(&byte)) {
        return Ok(text.to_owned());
    }
    Lexer::new(text, escape, lookup).process_until(None, &mut Words::default())
}

/// Why the builder refuses `text` as a word, whatever its variables are; `None` if it takes it.
pub(super) fn refused(text: &str, escape: char) -> Option<&'static str> {
    // Only these can be left open or stand in the wrong place.
    if !text.contains(['$', '\'', '"', '\\', escape]) {
        return None;
    }
    let lookup = |_: &str| Lookup::Unset;
    let mut lexer = Lexer { keep_unset: true, ..Lexer::new(text, escape, &lookup) };
    match lexer.process_until(None, &mut Words::default()) {
        Err(ExpandError::Syntax(message)) => Some(message),
        _ => None,
    }
}

/// The words of `text` with quotes and escapes kept, as the builder looks for heredocs; `None` if it gives up.
pub(super) fn raw_words(text: &str) -> Option<Vec<(String, Span)>> {
    split(text, true)
}

/// The words of `text` with quotes and escapes removed; `None` if the builder refuses it.
pub(super) fn plain_words(text: &str) -> Option<Vec<(String, Span)>> {
    split(text, false)
}

fn split(text: &str, raw: bool) -> Option<Vec<(String, Span)>> {
    let lookup = |_: &str| Lookup::Unset;
    let mut lexer = Lexer { raw_quotes: raw, raw_escapes: raw, keep_unset: true, ..Lexer::new(text, '\\', &lookup) };
    let mut words = Words::default();
    lexer.process_until(None, &mut words).ok()?;
    words.end_word();
    Some(words.finished)
}

/// Go's scanner, which the builder reads words with, drops a byte order mark at the beginning of every one.
fn mark_length(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// How long the name of a variable at the beginning of `text` is: letters, digits and `_`; or digits; or one sign.
pub(super) fn name_length(text: &str) -> usize {
    match text.chars().next() {
        None => 0,
        Some(first) if first.is_numeric() => text.find(|character: char| !character.is_numeric()).unwrap_or(text.len()),
        Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
        Some(_) => text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len()),
    }
}

/// Words in the making; white space outside of quotes ends one.
#[derive(Default)]
struct Words {
    finished: Vec<(String, Span)>,
    current: String,
    start: usize,
    end: usize,
}

impl Words {
    fn add(&mut self, text: &str, raw: bool, span: Span) {
        for character in text.chars() {
            if !raw && character.is_whitespace() {
                self.end_word();
            } else {
                if self.current.is_empty() {
                    self.start = span.start;
                }
                self.current.push(character);
                self.end = span.end;
            }
        }
    }

    fn end_word(&mut self) {
        if !self.current.is_empty() {
            self.finished.push((std::mem::take(&mut self.current), Span::new(self.start, self.end)));
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    escape: char,
    raw_quotes: bool,
    raw_escapes: bool,
    /// Whether `$unset` stays as it is written, instead of becoming nothing.
    keep_unset: bool,
    lookup: &'a dyn Fn(&str) -> Lookup,
    depth: usize,
}

impl<'a> Lexer<'a> {
    /// At the beginning of `text`, taking quotes and escapes away and every variable for what `lookup` says.
    fn new(text: &'a str, escape: char, lookup: &'a dyn Fn(&str) -> Lookup) -> Self {
        Self {
            text,
            at: mark_length(text),
            escape,
            raw_quotes: false,
            raw_escapes: false,
            keep_unset: false,
            lookup,
            depth: 0,
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn process_until(&mut self, stop: Option<char>, words: &mut Words) -> Result<String, ExpandError> {
        let mut result = String::new();
        while let Some(character) = self.peek() {
            let start = self.at;
            if stop == Some(character) {
                self.next();
                return Ok(result);
            }
            match character {
                '\'' | '"' => {
                    let quoted = if character == '"' { self.double_quoted()? } else { self.single_quoted()? };
                    words.add(&quoted, true, Span::new(start, self.at));
                    result.push_str(&quoted);
                }
                '$' => {
                    let value = self.dollar()?;
                    words.add(&value, false, Span::new(start, self.at));
                    result.push_str(&value);
                }
                '<' => {
                    let opener = self.possible_heredoc();
                    words.add(&opener, true, Span::new(start, self.at));
                    result.push_str(&opener);
                }
                _ => self.plain(words, &mut result),
            }
        }
        match stop {
            Some(_) => Err(ExpandError::Syntax("unexpected end of the word inside `${…}`")),
            None => Ok(result),
        }
    }

    fn plain(&mut self, words: &mut Words, result: &mut String) {
        let start = self.at;
        let Some(character) = self.next() else { return };
        let mut buffer = [0; 4];
        if character != self.escape {
            words.add(character.encode_utf8(&mut buffer), false, Span::new(start, self.at));
            result.push(character);
            return;
        }
        if self.raw_escapes {
            words.add(character.encode_utf8(&mut buffer), true, Span::new(start, self.at));
            result.push(character);
        }
        if let Some(escaped) = self.next() {
            words.add(escaped.encode_utf8(&mut buffer), true, Span::new(start, self.at));
            result.push(escaped);
        }
    }

    fn single_quoted(&mut self) -> Result<String, ExpandError> {
        let start = self.at;
        self.next();
        let inner = self.at;
        match self.text[inner..].find('\'') {
            Some(length) => {
                self.at = inner + length + 1;
                Ok(if self.raw_quotes { &self.text[start..self.at] } else { &self.text[inner..inner + length] }
                    .to_owned())
            }
            None => Err(ExpandError::Syntax("a single quote is not closed")),
        }
    }

    fn double_quoted(&mut self) -> Result<String, ExpandError> {
        let mut result = String::new();
        self.next();
        if self.raw_quotes {
            result.push('"');
        }
        loop {
            match self.peek() {
                None => return Err(ExpandError::Syntax("a double quote is not closed")),
                Some('"') => {
                    self.next();
                    if self.raw_quotes {
                        result.push('"');
                    }
                    return Ok(result);
                }
                Some('$') => result.push_str(&self.dollar()?),
                Some(character) => {
                    self.next();
                    if character != self.escape {
                        result.push(character);
                        continue;
                    }
                    if self.raw_escapes {
                        result.push(character);
                    }
                    match self.peek() {
                        None => {}
                        // Only these can be escaped; before others the escape character stays.
                        Some(escaped) if escaped == '"' || escaped == '$' || escaped == self.escape => {
                            self.next();
                            result.push(escaped);
                        }
                        Some(_) => result.push(character),
                    }
                }
            }
        }
    }

    fn possible_heredoc(&mut self) -> String {
        self.next();
        if self.peek() != Some('<') {
            return "<".to_owned();
        }
        self.next();
        let mut opener = "<<".to_owned();
        // White space may stand between `<<` and the delimiter since BuildKit 0.12.
        while let Some(character @ (' ' | '\t' | '\r' | '\n')) = self.peek() {
            opener.push(character);
            self.next();
        }
        opener
    }

    fn dollar(&mut self) -> Result<String, ExpandError> {
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return self.value(&name).map(|value| match value {
                Some(value) => value,
                None if self.keep_unset => format!("${name}"),
                None => String::new(),
            });
        }
        self.next();
        if matches!(self.peek(), None | Some('{' | '}' | ':')) {
            return Err(ExpandError::Syntax("bad substitution after `${`"));
        }
        if self.depth >= MAX_DEPTH {
            return Err(ExpandError::Syntax("`${…}` is nested too deeply"));
        }
        self.depth += 1;
        let result = self.braced();
        self.depth -= 1;
        result
    }

    fn braced(&mut self) -> Result<String, ExpandError> {
        let name = self.name();
        let mut operator = self.next().ok_or(ExpandError::Syntax("a `}` is missing"))?;
        let mut null_is_unset = false;
        let modifier_start = self.at - operator.len_utf8();
        match operator {
            '}' => {
                let value = self.value(&name)?;
                return Ok(
                    value.unwrap_or_else(|| if self.keep_unset { format!("${{{name}}}") } else { String::new() })
                );
            }
            ':' => {
                null_is_unset = true;
                operator = self.next().ok_or(ExpandError::Syntax("a `}` is missing"))?;
                if matches!(operator, '#' | '%') {
                    return Err(ExpandError::Syntax("unsupported modifier in a substitution"));
                }
            }
            '+' | '-' | '?' | '#' | '%' | '/' => {}
            _ => return Err(ExpandError::Syntax("unsupported modifier in a substitution")),
        }
        let pattern = matches!(operator, '#' | '%' | '/');
        let modifier = Span::new(modifier_start, self.at).of(self.text).to_owned();
        let word = if operator == '/' {
            self.replacement()?
        } else {
            let saved = std::mem::replace(&mut self.raw_escapes, pattern);
            let word = self.process_until(Some('}'), &mut Words::default());
            self.raw_escapes = saved;
            word?
        };
        let value = self.value(&name)?;
        if value.is_none() && self.keep_unset {
            return Ok(format!("${{{name}{modifier}{word}}}"));
        }
        let present = value.as_ref().is_some_and(|value| !(null_is_unset && value.is_empty()));
        match operator {
            '-' => Ok(if present { value.unwrap_or_default() } else { word }),
            '+' => Ok(if present { word } else { String::new() }),
            '?' if present => Ok(value.unwrap_or_default()),
            '?' => Err(ExpandError::Syntax("a variable that must be set is not")),
            // Cutting patterns off is left to the builder; what depends on it is not known.
            _ if pattern => Err(ExpandError::Unknown(name)),
            _ => Err(ExpandError::Syntax("unsupported modifier in a substitution")),
        }
    }

    /// The two parts of `${name/pattern/replacement}`.
    fn replacement(&mut self) -> Result<String, ExpandError> {
        if self.peek() == Some('/') {
            self.next();
        }
        let saved = std::mem::replace(&mut self.raw_escapes, true);
        let parts = self.process_until(Some('/'), &mut Words::default()).and_then(|pattern| {
            let replacement = self.process_until(Some('}'), &mut Words::default())?;
            Ok(format!("{pattern}/{replacement}"))
        });
        self.raw_escapes = saved;
        parts
    }

    fn name(&mut self) -> String {
        let rest = &self.text[self.at..];
        let length = name_length(rest);
        self.at += length;
        rest[..length].to_owned()
    }

    fn value(&self, name: &str) -> Result<Option<String>, ExpandError> {
        match (self.lookup)(name) {
            Lookup::Set(value) => Ok(Some(value)),
            Lookup::Unset => Ok(None),
            Lookup::Unknown => Err(ExpandError::Unknown(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<String, ExpandError> {
        expand(text, '\\', &|name| match name {
            "SET" => Lookup::Set("value".to_owned()),
            "EMPTY" => Lookup::Set(String::new()),
            "BASE" => Lookup::Unknown,
            _ => Lookup::Unset,
        })
    }

    #[test]
    fn expands_as_the_builder_does() {
        let cases = [
            ("plain", "plain"),
            ("$SET/x", "value/x"),
            ("${SET}x", "valuex"),
            ("${UNSET:-a b}", "a b"),
            ("${EMPTY:-full}", "full"),
            ("${EMPTY-full}", ""),
            ("${SET:+yes}${UNSET:+no}", "yes"),
            ("${UNSET:-${SET}}", "value"),
            ("'$SET'", "$SET"),
            ("\"$SET \\\" \\n\"", "value \" \\n"),
            ("\\$SET", "$SET"),
            ("a$", "a$"),
            ("é$SET", "évalue"),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_the_builder_refuses_and_admits_what_it_does_not_know() {
        for text in ["'open", "\"open", "${", "${}", "${SET", "${SET^^}", "${UNSET:?must be set}"] {
            assert!(matches!(value(text), Err(ExpandError::Syntax(_))), "{text}");
        }
        assert_eq!(value("a/$BASE"), Err(ExpandError::Unknown("BASE".to_owned())));
        assert!(value(&"${a:-".repeat(100_000)).is_err());
    }

    #[test]
    fn splits_raw_words_with_their_place() {
        let words = raw_words("RUN cat <<'E F' >/x ${a:-b}").unwrap();
        let texts: Vec<_> = words.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["RUN", "cat", "<<'E F'", ">/x", "${a:-b}"]);
        assert_eq!(words[2].1, Span::new(8, 15));
    }
}
