//! How the builder cuts the arguments of an instruction into words, before any variable is looked at.

use crate::text::Span;

/// The blanks of `reWhitespace` in BuildKit's `parser.go`.
pub(super) const BLANKS: [char; 5] = ['\t', '\x0b', '\x0c', '\r', ' '];

/// The white space that is one byte in UTF-8.
const ASCII_SPACES: [char; 6] = ['\t', '\n', '\x0b', '\x0c', '\r', ' '];

/// Words between blanks, as in FROM, EXPOSE, COPY and ADD. Quotes mean nothing here.
pub(super) fn blank_words(text: &str, within: Span) -> Vec<Span> {
    let mut words = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let rest = &text[at..within.end];
        let start = at + (rest.len() - rest.trim_start_matches(BLANKS).len());
        if start == within.end {
            break;
        }
        let end = text[start..within.end].find(BLANKS).map_or(within.end, |length| start + length);
        words.push(Span::new(start, end));
        at = end;
    }
    words
}

/// Words between white space outside of quotes, as in ENV, LABEL and ARG; the rule is `parseWords` in `line_parsers.go`.
pub(super) fn quoted_words(text: &str, within: Span, escape: char) -> Vec<Span> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut characters = text[within.start..within.end].char_indices();
    while let Some((offset, character)) = characters.next() {
        let at = within.start + offset;
        if start.is_none() {
            if character.is_whitespace() {
                continue;
            }
            start = Some(at);
        }
        match quote {
            None if character.is_whitespace() => words.extend(start.take().map(|start| Span::new(start, at))),
            None if character == '\'' || character == '"' => quote = Some(character),
            Some(open) if character == open => quote = None,
            // Nothing can be escaped between single quotes.
            _ if character == escape && quote != Some('\'') => {
                characters.next();
            }
            _ => {}
        }
    }
    words.extend(start.map(|start| Span::new(start, within.end)));
    // An escape character at the very end is dropped, and with it a word that is nothing else.
    words.retain(|word| !(word.end == within.end && text[word.start..word.end].chars().eq([escape])));
    words
}

/// The first flag in `within`: its place, and its text without quotes and escapes. `None` where the flags end.
///
/// The rule is `extractBuilderFlags` in BuildKit's `split_command.go`.
pub(super) fn flag(text: &str, within: Span, escape: char) -> Option<(Span, String)> {
    let rest = &text[within.start..within.end];
    // The builder looks at bytes here, so white space beyond ASCII ends the flags.
    let start = within.start + (rest.len() - rest.trim_start_matches(ASCII_SPACES).len());
    if !text[start..within.end].starts_with("--") {
        return None;
    }
    let mut value = String::new();
    let mut quote = None;
    let mut characters = text[start..within.end].char_indices();
    while let Some((offset, character)) = characters.next() {
        match quote {
            None if character.is_whitespace() => return Some((Span::new(start, start + offset), value)),
            None if character == '\'' || character == '"' => quote = Some(character),
            Some(open) if character == open => quote = None,
            _ if character == escape => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    Some((Span::new(start, within.end), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, spans: &[Span]) -> Vec<String> {
        spans.iter().map(|span| span.of(text).to_owned()).collect()
    }

    #[test]
    fn cuts_words() {
        let text = "a=\"b c\" d='e \\' f=g\\ h i";
        let words = quoted_words(text, Span::new(0, text.len()), '\\');
        assert_eq!(texts(text, &words), ["a=\"b c\"", "d='e \\'", "f=g\\ h", "i"]);
        let text = "  a \"b c\"  ";
        assert_eq!(texts(text, &blank_words(text, Span::new(0, text.len()))), ["a", "\"b", "c\""]);
    }

    #[test]
    fn reads_flags() {
        let text = " --mount=type=bind,source=\"a b\",target=/x rest";
        let (span, value) = flag(text, Span::new(0, text.len()), '\\').unwrap();
        assert_eq!(value, "--mount=type=bind,source=a b,target=/x");
        assert_eq!(span.end, text.len() - " rest".len());
        assert_eq!(flag(text, Span::new(span.end, text.len()), '\\'), None);
    }
}
