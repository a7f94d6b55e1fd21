//! Takes one word apart: quotes, escapes, expansions. Linear, and without recursion.
//!
//! Follows POSIX.1-2017 Shell Command Language 2.2 and 2.6; what only bash expands (`{a,b}`, `$'…'`) counts as computed
//! in every dialect, because what `/bin/sh` is depends on the image.

use super::Part;

/// What a word consists of.
pub(super) struct Scanned {
    pub(super) parts: Vec<Part>,
    pub(super) variables: Vec<String>,
}

/// Takes `raw` apart.
pub(super) fn word(raw: &str) -> Scanned {
    if !raw.contains(|letter: char| "\\'\"$`*?[{~".contains(letter)) {
        let parts = if raw.is_empty() { Vec::new() } else { vec![Part::Text(raw.to_owned())] };
        return Scanned { parts, variables: Vec::new() };
    }
    let mut scanner = Scanner {
        raw,
        bytes: raw.as_bytes(),
        at: 0,
        quoted: false,
        parts: Vec::new(),
        unquoted: Vec::new(),
        bracket: Some(0),
    };
    scanner.run();
    let braces = expands_braces(&scanner.unquoted);
    let parts = if braces { vec![Part::Expansion] } else { scanner.parts };
    Scanned { parts, variables: variables(raw) }
}

struct Scanner<'a> {
    raw: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Whether double quotes are open.
    quoted: bool,
    parts: Vec<Part>,
    /// The unquoted bytes, with a NUL for what is quoted or computed; brace expansion looks only at these.
    unquoted: Vec<u8>,
    /// A place up to which a `[` is known to be closed; `None` when no unquoted `]` is left.
    bracket: Option<usize>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.escape(),
                b'\'' if !self.quoted => self.single_quotes(),
                b'"' => {
                    self.quoted = !self.quoted;
                    self.hide();
                    self.at += 1;
                }
                b'$' => self.dollar(),
                b'`' => self.expansion(skip_backquotes(self.bytes, self.at)),
                b'*' | b'?' if !self.quoted => self.pattern(char::from(byte)),
                b'[' if !self.quoted && self.closes_bracket() => self.pattern('['),
                b'~' if !self.quoted && self.starts_tilde() => self.expansion(self.at + 1),
                _ => self.plain(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn hide(&mut self) {
        if self.unquoted.last() != Some(&0) {
            self.unquoted.push(0);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }

    fn expansion(&mut self, end: usize) {
        self.hide();
        self.at = end;
        if self.parts.last() != Some(&Part::Expansion) {
            self.parts.push(Part::Expansion);
        }
    }

    fn pattern(&mut self, letter: char) {
        self.hide();
        self.at += 1;
        self.parts.push(Part::Pattern(letter));
    }

    /// One character that stands for itself, with all plain ones after it.
    fn plain(&mut self) {
        let raw = self.raw;
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(|byte| !b"\\'\"$`*?[~".contains(&byte)) {
            self.at += 1;
        }
        if self.quoted {
            self.hide();
        } else {
            self.unquoted.extend_from_slice(&self.bytes[start..self.at]);
        }
        self.text(&raw[start..self.at]);
    }

    fn escape(&mut self) {
        let raw = self.raw;
        self.hide();
        let Some(next) = raw[self.at + 1..].chars().next() else {
            self.at += 1;
            return self.text("\\");
        };
        let end = self.at + 1 + next.len_utf8();
        // Between double quotes a backslash stays unless it stands before one of five characters.
        let keeps_backslash = self.quoted && !"$`\"\\\n".contains(next);
        let start = if keeps_backslash { self.at } else { self.at + 1 };
        self.at = end;
        if next != '\n' || keeps_backslash {
            self.text(&raw[start..end]);
        }
    }

    fn single_quotes(&mut self) {
        let raw = self.raw;
        self.hide();
        let start = self.at + 1;
        let end = raw[start..].find('\'').map_or(raw.len(), |length| start + length);
        self.text(&raw[start..end]);
        self.at = (end + 1).min(raw.len());
    }

    fn dollar(&mut self) {
        match self.peek(1) {
            Some(b'{') => {
                let end = skip_nested(self.bytes, self.at + 1);
                match self.bytes.get(self.at + 2..end.saturating_sub(1)) {
                    Some(name) if is_name(name) => self.variable(self.at + 2, end - 1, end),
                    _ => self.expansion(end),
                }
            }
            Some(b'(' | b'[') => self.expansion(skip_nested(self.bytes, self.at + 1)),
            Some(b'\'' | b'"') if !self.quoted => self.expansion(skip_nested(self.bytes, self.at + 1)),
            Some(byte) if byte == b'_' || byte.is_ascii_alphabetic() => {
                let end = name_end(self.bytes, self.at + 1);
                self.variable(self.at + 1, end, end);
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?-$!".contains(&byte) => self.expansion(self.at + 2),
            _ => {
                self.hide();
                self.at += 1;
                self.text("$");
            }
        }
    }

    fn variable(&mut self, start: usize, name_end: usize, end: usize) {
        self.hide();
        self.parts.push(Part::Variable { name: self.raw[start..name_end].to_owned(), quoted: self.quoted });
        self.at = end;
    }

    /// Whether an unquoted `]` follows; a lone `[` is the name of a command. Remembers the answer, so that many
    /// brackets cost one look each.
    fn closes_bracket(&mut self) -> bool {
        let Some(known) = self.bracket else { return false };
        if known <= self.at {
            self.bracket = self.next_bracket();
        }
        self.bracket.is_some()
    }

    fn next_bracket(&self) -> Option<usize> {
        let mut at = self.at + 1;
        loop {
            match self.bytes.get(at)? {
                // An expansion may bring the `]`.
                b']' | b'$' | b'`' => return Some(at),
                b'\\' => at += 2,
                b'\'' | b'"' => at = skip_nested(self.bytes, at),
                _ => at += 1,
            }
        }
    }

    /// At the start of the word, or where a value begins that some shells expand too (`PATH=~/x:~/y`).
    fn starts_tilde(&self) -> bool {
        self.at == 0 || matches!(self.bytes[self.at - 1], b'=' | b':')
    }
}

/// Whether bash would expand braces: an unquoted pair with an unquoted `,` or `..` directly inside of it.
fn expands_braces(unquoted: &[u8]) -> bool {
    let mut open = Vec::new();
    for (at, byte) in unquoted.iter().enumerate() {
        match byte {
            b'{' => open.push(false),
            b'}' if open.pop() == Some(true) => return true,
            b',' => open.last_mut().into_iter().for_each(|several| *several = true),
            b'.' if unquoted.get(at + 1) == Some(&b'.') => {
                open.last_mut().into_iter().for_each(|several| *several = true)
            }
            _ => {}
        }
    }
    false
}

fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(|byte| !byte.is_ascii_digit()) && name_end(name, 0) == name.len()
}

/// The end of the name that starts at `at`.
fn name_end(bytes: &[u8], at: usize) -> usize {
    let length = bytes[at..].iter().take_while(|byte| **byte == b'_' || byte.is_ascii_alphanumeric()).count();
    at + length
}

/// The end of the backquoted command that starts at `at`.
fn skip_backquotes(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'`' => return end + 1,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    bytes.len()
}

/// The end of what starts at `at` with a bracket or a quote, everything nested in it included.
fn skip_nested(bytes: &[u8], at: usize) -> usize {
    let mut open: Vec<u8> = Vec::new();
    let mut end = at;
    while let Some(byte) = bytes.get(end).copied() {
        let inside = open.last().copied();
        let quoted = inside == Some(b'"');
        end += 1;
        match byte {
            b'\\' => end += 1,
            _ if Some(byte) == inside => {
                open.pop();
            }
            b'\'' if !quoted => {
                let rest = bytes.get(end..).unwrap_or_default();
                end += rest.iter().position(|other| *other == b'\'').map_or(rest.len(), |length| length + 1);
            }
            b'"' => open.push(b'"'),
            b'`' => end = skip_backquotes(bytes, end - 1),
            b'{' if end == at + 1 || follows_dollar(bytes, end) => open.push(b'}'),
            b'[' if end == at + 1 => open.push(b']'),
            b'(' if !quoted || end == at + 1 || follows_dollar(bytes, end) => open.push(b')'),
            _ => {}
        }
        if open.is_empty() {
            break;
        }
    }
    end.min(bytes.len())
}

/// Whether the byte before `end` stands directly after a `$`.
fn follows_dollar(bytes: &[u8], end: usize) -> bool {
    end >= 2 && bytes[end - 2] == b'$'
}

/// The names after `$` and `${`, wherever they are nested, outside of single quotes.
fn variables(raw: &str) -> Vec<String> {
    let bytes = raw.as_bytes();
    let mut names: Vec<String> = Vec::new();
    let (mut at, mut quoted) = (0, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => {
                quoted = !quoted;
                at += 1;
            }
            b'\'' if !quoted => {
                at += 1 + bytes[at + 1..]
                    .iter()
                    .position(|other| *other == b'\'')
                    .map_or(bytes.len(), |length| length + 1);
            }
            b'$' => {
                let start = if matches!(bytes.get(at + 1), Some(b'{')) { at + 2 } else { at + 1 };
                // `${#name}` and `${!name}` read the variable too.
                let start =
                    if start == at + 2 && matches!(bytes.get(start), Some(b'#' | b'!')) { start + 1 } else { start };
                let end = name_end(bytes, start.min(bytes.len()));
                let name = raw.get(start..end).unwrap_or_default();
                if is_name(name.as_bytes()) {
                    names.push(name.to_owned());
                }
                at = end.max(at + 1);
            }
            _ => at += 1,
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}
