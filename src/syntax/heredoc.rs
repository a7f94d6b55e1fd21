//! Which words of an instruction announce a heredoc, by the rules of BuildKit's `parser.go`.

use super::shlex;
use crate::text::Span;

/// A heredoc that an instruction announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opener {
    /// Where the word stands in the logical line.
    pub(super) span: Span,
    /// The line that ends the heredoc.
    pub(super) name: String,
    /// `<<-`: leading tabs are dropped.
    pub(super) chomp: bool,
    /// Whether variables in the body are replaced: not if the delimiter is quoted.
    pub(super) expand: bool,
}

/// The heredocs that a logical line announces, in order.
///
/// The builder looks through the whole line with its own lexer, whatever the shell would make of it; a line that the lexer
/// refuses (an open quote) announces none.
pub(super) fn openers(line: &str) -> Vec<Opener> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let Some(words) = shlex::raw_words(line) else { return Vec::new() };
    words.into_iter().filter_map(|(word, span)| opener(&word, span)).collect()
}

/// The heredoc that one word announces.
pub(super) fn opener(word: &str, span: Span) -> Option<Opener> {
    let rest = word.trim_start_matches(|character: char| character.is_ascii_digit()).strip_prefix("<<")?;
    let (chomp, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\x0c', '\r']);
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let words = shlex::plain_words(rest)?;
    let [(name, _)] = words.as_slice() else { return None };
    let quotes = |text: &str| text.bytes().filter(|byte| matches!(byte, b'\'' | b'"')).count();
    Some(Opener { span, name: name.clone(), chomp, expand: quotes(name) == quotes(rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::type_complexity, reason = "a table of cases")]
    fn finds_openers() {
        let cases: [(&str, &[(&str, bool, bool)]); 9] = [
            ("RUN <<EOF", &[("EOF", false, true)]),
            ("RUN cat <<-'A' <<\"B\"", &[("A", true, false), ("B", false, false)]),
            ("COPY <<a <<b /x/", &[("a", false, true), ("b", false, true)]),
            ("RUN python3 3<< EOF", &[("EOF", false, true)]),
            ("RUN cat <<<word", &[]),
            ("RUN x=$((1<<2))", &[]),
            ("RUN echo '<<EOF'", &[]),
            ("RUN echo it's <<EOF", &[]),
            ("RUN a<<EOF", &[]),
        ];
        for (line, expected) in cases {
            let found = openers(line);
            let found: Vec<_> =
                found.iter().map(|opener| (opener.name.as_str(), opener.chomp, opener.expand)).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
