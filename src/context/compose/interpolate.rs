//! Variables in the values of compose files: `$X`, `${X}`, `${X:-default}`, `$$`.
//!
//! The environment is not asked, since it is another one wherever somebody builds. A default is taken for what it says, and so is
//! the value that a `.env` beside the file gives; either way it is only assumed.

use std::collections::BTreeMap;

use super::Setting;

/// The values of a `.env`.
pub(super) type Values = BTreeMap<String, String>;

/// Reads a `.env`: `NAME=value`, with quotes around the value or not. What is more than that is left out.
pub(super) fn values(text: &str) -> Values {
    let read = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let (name, value) = line.split_once('=')?;
        let (name, value) = (name.trim_end(), value.trim());
        let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) || !plain(name) {
            return None;
        }
        let value = match value.bytes().next() {
            Some(quote @ (b'"' | b'\'')) => value[1..].split_once(char::from(quote))?.0,
            _ => value.split(" #").next().unwrap_or_default().trim_end(),
        };
        (!value.contains(['$', '\\'])).then(|| (name.to_owned(), value.to_owned()))
    };
    text.lines().filter_map(read).collect()
}

/// A text with its variables replaced, and whether that rests on a default or a `.env`.
pub(super) fn interpolate(text: &str, values: &Values) -> (Setting, bool) {
    let mut assumed = false;
    match replaced(text, values, &mut assumed) {
        Some(text) => (Setting::Known(text), assumed),
        None => (Setting::Unknown, assumed),
    }
}

fn replaced(text: &str, values: &Values, assumed: &mut bool) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let end = closing(after)?;
            result.push_str(&value(&after[..end], values)?);
            *assumed = true;
            rest = &after[end + 1..];
        } else if rest.starts_with(|next: char| next.is_ascii_alphabetic() || next == '_') {
            let end = rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(rest.len());
            result.push_str(values.get(&rest[..end])?);
            *assumed = true;
            rest = &rest[end..];
        } else {
            // Compose refuses such a file; there is nothing to replace.
            result.push('$');
        }
    }
    result.push_str(rest);
    Some(result)
}

/// The place of the brace that closes what `text` stands in.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The value of the variable; else what stands behind `:-` or `-`, if it holds no variable itself.
fn value(inside: &str, values: &Values) -> Option<String> {
    let end = inside.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(inside.len());
    let behind = &inside[end..];
    // `${X:+y}` is something else where X is set, and an empty value is none for `:-` and `:?`.
    let takes = |value: &&String| !behind.contains('+') && (!behind.starts_with(':') || !value.is_empty());
    if let Some(value) = values.get(&inside[..end]).filter(takes) {
        return Some(value.clone());
    }
    let default = behind.strip_prefix(":-").or_else(|| behind.strip_prefix('-'))?;
    (!default.contains('$')).then(|| default.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_defaults_and_nothing_else() {
        let known = |text: &str| Setting::Known(text.to_owned());
        for (text, expected) in [
            ("./web", (known("./web"), false)),
            ("${DIR:-web}/api", (known("web/api"), true)),
            ("${DIR-web}", (known("web"), true)),
            ("${DIR:-}", (known(""), true)),
            ("${DIR}", (Setting::Unknown, false)),
            ("$DIR/x", (Setting::Unknown, false)),
            ("${DIR:?say}", (Setting::Unknown, false)),
            ("${DIR:+x}", (Setting::Unknown, false)),
            ("${DIR:-$OTHER}", (Setting::Unknown, false)),
            ("${DIR:-${OTHER:-x}}", (Setting::Unknown, false)),
            ("${DIR", (Setting::Unknown, false)),
            ("a$$b", (known("a$b"), false)),
            ("cost 5$", (known("cost 5$"), false)),
        ] {
            assert_eq!(interpolate(text, &Values::default()), expected, "{text}");
        }
    }

    #[test]
    fn takes_values_of_an_env_file() {
        let text =
            "# comment\nDIR=web\nexport QUOTED=\"a b\" # x\nEMPTY=\nOPEN=\"x\nVAR=$DIR\n1 = 2\nNOTE=x # y\nno line\n";
        let values = values(text);
        let names: Vec<&str> = values.keys().map(String::as_str).collect();
        assert_eq!(names, ["DIR", "EMPTY", "NOTE", "QUOTED"]);
        let known = |text: &str| (Setting::Known(text.to_owned()), true);
        for (text, expected) in [
            ("$DIR/x", known("web/x")),
            ("${DIR}", known("web")),
            ("${DIR:-other}", known("web")),
            ("${DIR:?say}", known("web")),
            ("${EMPTY:-other}", known("other")),
            ("${EMPTY-other}", known("")),
            ("${QUOTED}$NOTE", known("a bx")),
            ("${DIR:+x}", (Setting::Unknown, false)),
            ("$VAR", (Setting::Unknown, false)),
        ] {
            assert_eq!(interpolate(text, &values), expected, "{text}");
        }
    }
}
