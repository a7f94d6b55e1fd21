//! Text from a repository as text of a page: it can neither become markup nor steer the eye.

use std::fmt::Write as _;

use crate::report::{grouped, is_steering};

/// `text` for an element or an attribute in quotes. Control characters and marks that turn the direction are made visible.
pub(super) fn escape(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&#39;"),
            '\t' => result.push('\t'),
            // A parser of HTML takes these for errors, and some of them for the end of a line.
            '\u{2028}' | '\u{2029}' | '\u{feff}' => drop(write!(result, "\\u{{{:x}}}", u32::from(character))),
            _ if is_steering(character) => result.extend(character.escape_default()),
            _ => result.push(character),
        }
    }
    result
}

/// A sentence: what stands between backticks is code.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut result = String::new();
    for (index, part) in parts.iter().enumerate() {
        // The last backtick of an odd number has no partner.
        let alone = index + 1 == parts.len() && index % 2 == 1;
        let part = escape(part);
        let _ = match (index % 2 == 1, alone) {
            (true, false) => write!(result, "<code>{part}</code>"),
            (true, true) => write!(result, "`{part}"),
            (false, _) => write!(result, "{part}"),
        };
    }
    result
}

/// `number` with the noun behind it.
pub(super) fn counted(number: usize, noun: &str) -> String {
    let digits = grouped(number as u64);
    if number == 1 { format!("{digits} {noun}") } else { format!("{digits} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_nothing_that_is_markup_or_steers() {
        for (text, expected) in [
            ("</script><img onerror='x'>", "&lt;/script&gt;&lt;img onerror=&#39;x&#39;&gt;"),
            ("\" autofocus onfocus=\"x", "&quot; autofocus onfocus=&quot;x"),
            ("a&lt;b", "a&amp;lt;b"),
            ("a\u{0}\u{1b}[31m\r\nb\tc", "a\\u{0}\\u{1b}[31m\\r\\nb\tc"),
            ("a\u{202e}b\u{2066}c\u{2028}\u{feff}", "a\\u{202e}b\\u{2066}c\\u{2028}\\u{feff}"),
            ("é 漢 🐳", "é 漢 🐳"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn sets_code_in_sentences() {
        assert_eq!(prose("run `a < b` and `c`"), "run <code>a &lt; b</code> and <code>c</code>");
        assert_eq!(prose("one ` alone"), "one ` alone");
        assert_eq!(prose("`a`, `b"), "<code>a</code>, `b");
    }
}
