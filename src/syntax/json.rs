//! The JSON (exec) form of instructions, with the strictness of Go's `encoding/json` that decides what is JSON at all.

use crate::text::Span;

/// What the arguments of an instruction are, seen as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonForm {
    /// An array of strings: the place of each with its quotes.
    Strings(Vec<Span>),
    /// An array with other things in it, which the builder refuses.
    NotOnlyStrings,
    /// Not JSON; the builder takes it as shell form or as words.
    No,
}

/// Reads `text`, which the builder has trimmed.
pub(super) fn array(text: &str) -> JsonForm {
    if !text.starts_with('[') {
        return JsonForm::No;
    }
    match strings(text) {
        Some(strings) => JsonForm::Strings(strings),
        None if serde_json::from_str::<Vec<serde::de::IgnoredAny>>(text).is_ok() => JsonForm::NotOnlyStrings,
        None => JsonForm::No,
    }
}

/// The value of a JSON string with its quotes; `None` if it is malformed.
pub(super) fn string_value(quoted: &str) -> Option<String> {
    let mut value = String::new();
    let end = string(quoted, 0, &mut value)?;
    (end == quoted.len()).then_some(value)
}

fn strings(text: &str) -> Option<Vec<Span>> {
    let mut elements = Vec::new();
    let mut value = String::new();
    let mut at = skip_blanks(text, 1);
    if text.as_bytes().get(at) == Some(&b']') {
        return (skip_blanks(text, at + 1) == text.len()).then_some(elements);
    }
    loop {
        value.clear();
        let end = string(text, at, &mut value)?;
        elements.push(Span::new(at, end));
        at = skip_blanks(text, end);
        match text.as_bytes().get(at)? {
            b',' => at = skip_blanks(text, at + 1),
            b']' => return (skip_blanks(text, at + 1) == text.len()).then_some(elements),
            _ => return None,
        }
    }
}

fn skip_blanks(text: &str, from: usize) -> usize {
    let blanks = text.as_bytes()[from..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    from + blanks
}

/// Appends the string that begins at `start` to `value`; returns where it ends.
fn string(text: &str, start: usize, value: &mut String) -> Option<usize> {
    if text.as_bytes().get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        let rest = &text[at..];
        let plain = rest.find(|character| matches!(character, '"' | '\\' | '\0'..='\u{1f}'))?;
        value.push_str(&rest[..plain]);
        at += plain;
        match text.as_bytes()[at] {
            b'"' => return Some(at + 1),
            b'\\' => at = escape(text, at, value)?,
            _ => return None,
        }
    }
}

/// Reads the escape sequence at `at`; returns where it ends.
fn escape(text: &str, at: usize, value: &mut String) -> Option<usize> {
    let character = match text.as_bytes().get(at + 1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(text, at, value),
        _ => return None,
    };
    value.push(character);
    Some(at + 2)
}

fn unicode_escape(text: &str, at: usize, value: &mut String) -> Option<usize> {
    let unit = |at: usize| {
        let digits = text.get(at + 2..at + 6).filter(|_| text[at..].starts_with("\\u"))?;
        // `from_str_radix` would take a sign.
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let first = unit(at)?;
    if (0xd800..0xdc00).contains(&first)
        && let Some(second @ 0xdc00..0xe000) = unit(at + 6)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return Some(at + 12);
    }
    // Go puts the replacement character for half of a surrogate pair, and so do we.
    value.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(at + 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_arrays_of_strings() {
        for (text, expected) in [
            (r#"["a", "b c"]"#, vec!["a", "b c"]),
            ("[]", vec![]),
            ("[ \"\\u00e9\\n\" ]", vec!["é\n"]),
            (r#"["\ud83d\ude00","\ud800"]"#, vec!["😀", "\u{fffd}"]),
        ] {
            let JsonForm::Strings(elements) = array(text) else { panic!("{text}") };
            let values = elements.iter().filter_map(|span| string_value(span.of(text))).collect::<Vec<_>>();
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn tells_refused_arrays_from_what_is_no_json() {
        for text in ["[1]", "[\"a\", null]", "[[\"a\"]]", "[{\"a\": 1}]"] {
            assert_eq!(array(text), JsonForm::NotOnlyStrings, "{text}");
        }
        for text in ["", "a", "[ -f x ] && y", "['a']", "[\"a\",]", "[\"a\"] x", "[\"\\x\"]", "[\"a\"", "[\"\\u+123\"]"]
        {
            assert_eq!(array(text), JsonForm::No, "{text}");
        }
    }
}
