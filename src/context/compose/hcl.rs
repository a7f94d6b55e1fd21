//! Bake files in HCL, as far as they are plain: `target "name" { context = "dir" … }`.
//!
//! Anything but a text, and any text with a template in it, is unknown. So are functions, variables and matrices.

use std::collections::BTreeMap;

use super::bake::{Target, plain, resolved};
use super::{Builds, Setting};

/// Reads a bake file in HCL.
pub(super) fn read(text: &str) -> Result<Builds, String> {
    let tokens = tokens(text).ok_or_else(|| "it is no HCL".to_owned())?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let mut targets = BTreeMap::new();
    while let Some(token) = parser.next() {
        if let (Token::Name("target"), Some(Token::Text(name)), Some(Token::Mark('{'))) =
            (token, parser.peek(0), parser.peek(1))
        {
            let name = name.clone();
            parser.at += 2;
            targets.insert(name, parser.target());
        } else if matches!(token, Token::Mark('{')) {
            parser.skip_block();
        }
    }
    Ok(resolved(&targets))
}

#[derive(Clone, Debug, PartialEq)]
enum Token<'t> {
    Name(&'t str),
    /// A text between quotes.
    Text(String),
    /// A heredoc, a number, an operator.
    Other,
    Mark(char),
    Newline,
}

struct Parser<'p> {
    tokens: &'p [Token<'p>],
    at: usize,
}

impl<'p> Parser<'p> {
    fn peek(&self, ahead: usize) -> Option<&'p Token<'p>> {
        self.tokens.get(self.at + ahead)
    }

    fn next(&mut self) -> Option<&'p Token<'p>> {
        self.at += 1;
        self.tokens.get(self.at - 1)
    }

    /// Goes behind the brace that closes the block, whose opening brace was read.
    fn skip_block(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Some(Token::Mark('{' | '[' | '(')) => depth += 1,
                Some(Token::Mark('}' | ']' | ')')) => depth -= 1,
                None => return,
                _ => {}
            }
        }
    }

    /// A target, whose opening brace was read.
    fn target(&mut self) -> Target {
        let mut target = Target { inherits: Some(Vec::new()), ..Target::default() };
        while let Some(token) = self.next() {
            let name = match token {
                Token::Mark('}') => break,
                Token::Mark('{') => {
                    self.skip_block();
                    continue;
                }
                Token::Name(name) => *name,
                Token::Text(name) => name,
                _ => continue,
            };
            if self.peek(0) != Some(&Token::Mark('=')) {
                continue;
            }
            self.at += 1;
            match name {
                "context" => target.written.context = self.setting(),
                "dockerfile" => target.written.dockerfile = self.setting(),
                "target" => target.written.target = self.setting(),
                "dockerfile-inline" => target.inline = true,
                "inherits" => target.inherits = self.list(),
                "args" => target.written.args = self.arguments(),
                "contexts" => target.written.contexts = self.arguments().into_keys().collect(),
                _ => {}
            }
            self.skip_value();
        }
        target
    }

    /// A value that is a text and nothing else.
    fn setting(&self) -> Setting {
        match (self.peek(0), self.peek(1)) {
            (Some(Token::Text(text)), Some(Token::Newline | Token::Mark('}' | ',')) | None) => plain(text),
            (Some(Token::Name("null")), _) => Setting::Unset,
            _ => Setting::Unknown,
        }
    }

    /// A list of texts.
    fn list(&self) -> Option<Vec<String>> {
        let mut rest = self.tokens[self.at.min(self.tokens.len())..].iter();
        (rest.next() == Some(&Token::Mark('['))).then_some(())?;
        let mut names = Vec::new();
        loop {
            match rest.next()? {
                Token::Text(name) if plain(name) != Setting::Unknown => names.push(name.clone()),
                Token::Mark(',') | Token::Newline => {}
                Token::Mark(']') => return Some(names),
                _ => return None,
            }
        }
    }

    /// `{ NAME = "value" … }`; the braces are read, and what is behind them is not.
    fn arguments(&mut self) -> BTreeMap<String, Setting> {
        let mut all = BTreeMap::new();
        if self.peek(0) != Some(&Token::Mark('{')) {
            return all;
        }
        self.at += 1;
        while let Some(token) = self.next() {
            let name = match token {
                Token::Mark('}') => break,
                Token::Name(name) => (*name).to_owned(),
                Token::Text(name) => name.clone(),
                _ => continue,
            };
            if matches!(self.peek(0), Some(Token::Mark('=' | ':'))) {
                self.at += 1;
                all.insert(name, self.setting());
                self.skip_value();
            }
        }
        all
    }

    /// Goes to the end of the value: a line end, a comma, or the brace that closes what it stands in.
    fn skip_value(&mut self) {
        loop {
            match self.peek(0) {
                Some(Token::Mark('{' | '[' | '(')) => {
                    self.at += 1;
                    self.skip_block();
                }
                None | Some(Token::Newline | Token::Mark('}' | ']' | ')' | ',')) => return,
                _ => self.at += 1,
            }
        }
    }
}

/// The tokens of `text`; `None` where a text or a comment does not end.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with('#') || rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = &comment[comment.find("*/")? + 2..];
        } else if rest.starts_with("<<") {
            rest = behind_heredoc(rest)?;
            tokens.push(Token::Other);
        } else if first == '"' {
            let (token, behind) = quoted(rest)?;
            tokens.push(token);
            rest = behind;
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|next: char| !next.is_alphanumeric() && !"_-.".contains(next)).unwrap_or(rest.len());
            tokens.push(Token::Name(&rest[..end]));
            rest = &rest[end..];
        } else {
            match first {
                '\n' => tokens.push(Token::Newline),
                '{' | '}' | '[' | ']' | '(' | ')' | '=' | ',' | ':' => tokens.push(Token::Mark(first)),
                _ if first.is_whitespace() => {}
                _ => tokens.push(Token::Other),
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(tokens)
}

/// The text that `rest` begins with, and what is behind it. A quote within a template does not end it.
fn quoted(rest: &str) -> Option<(Token<'_>, &str)> {
    let mut text = String::new();
    let mut depth = 0;
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' if depth == 0 => return Some((Token::Text(text), &rest[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            '\n' => return None,
            '$' | '%' if matches!(characters.peek(), Some((_, '{'))) => {
                depth += 1;
                characters.next();
                text.push_str(if character == '$' { "${" } else { "%{" });
            }
            '}' if depth > 0 => depth -= 1,
            other => text.push(other),
        }
    }
    None
}

/// What comes behind the heredoc that `rest` begins with.
fn behind_heredoc(rest: &str) -> Option<&str> {
    let line = rest.find('\n')?;
    let name = rest[2..line].trim_start_matches('-').trim();
    let mut behind = &rest[line + 1..];
    loop {
        let (line, next) = behind.split_once('\n').unwrap_or((behind, ""));
        if line.trim() == name {
            return Some(&behind[line.len()..]);
        }
        if next.is_empty() {
            return None;
        }
        behind = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
# comment with { a brace
variable "TAG" { default = "1" }
group "default" { targets = ["web", "api"] }
function "f" {
  params = [a]
  result = "${a}-x"
}
target "_common" {
  context = "." // here
  args = { VERSION = "1.0", OTHER = TAG
    QUOTED = "x" }
  contexts = { deps = "target:base", "app" = TAG }
}
target "web" {
  inherits   = ["_common"]
  dockerfile = "docker/web.Dockerfile"
  target     = "run"
  labels     = { "a" = "}" }
  output     = [{ type = "docker" }]
}
target "api" { context = "api" }
target "any" {
  context = "${TAG}/x"
  dockerfile = TAG
  target = "a" == "b" ? "c" : "d"
}
target "matrix" {
  name = "m-${tgt}"
  matrix = { tgt = ["a", "b"] }
  target = tgt
}
target "inline" {
  dockerfile-inline = <<EOT
FROM x
}
EOT
}
target "last" { inherits = [TAG] }
"#;

    #[test]
    fn reads_what_is_plain() {
        let builds = read(FILE).unwrap();
        assert_eq!(builds.keys().collect::<Vec<_>>(), ["_common", "any", "api", "last", "matrix", "web"]);
        let web = &builds["web"];
        assert_eq!(web.context.known(), Some("."));
        assert_eq!(web.dockerfile.known(), Some("docker/web.Dockerfile"));
        assert_eq!(web.target.known(), Some("run"));
        let args: Vec<_> = web.args.iter().map(|(name, value)| (name.as_str(), value.known())).collect();
        assert_eq!(args, [("OTHER", None), ("QUOTED", Some("x")), ("VERSION", Some("1.0"))]);
        assert!(web.contexts.iter().eq(["app", "deps"]));
        assert_eq!(builds["api"].context.known(), Some("api"));
        let any = &builds["any"];
        assert_eq!([&any.context, &any.dockerfile, &any.target], [&Setting::Unknown; 3]);
        assert_eq!(builds["matrix"].target, Setting::Unknown);
        assert_eq!(builds["last"].context, Setting::Unknown);
    }

    #[test]
    fn comes_to_an_end_with_anything() {
        for text in ["target \"x\" {", "target \"x\" { context = ", "{{{[((", "}", "\"", "/*", "x = <<E\na", "target"] {
            let _ = read(text);
        }
    }
}
