//! Variables in the values of compose files: `$X`, `${X}`, `${X:-default}`, `$$`.
//!
//! No value is known, since it comes from the environment or from `.env`. A default is taken for what it says.

use super::Setting;

/// A text with its variables replaced, and whether that rests on a default.
pub(super) fn interpolate(text: &str) -> (Setting, bool) {
    let mut assumed = false;
    match replaced(text, &mut assumed) {
        Some(text) => (Setting::Known(text), assumed),
        None => (Setting::Unknown, assumed),
    }
}

fn replaced(text: &str, assumed: &mut bool) -> Option<String> {
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
            result.push_str(&default(&after[..end])?);
            *assumed = true;
            rest = &after[end + 1..];
        } else if rest.starts_with(|next: char| next.is_ascii_alphabetic() || next == '_') {
            return None;
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

/// What stands behind `:-` or `-`, if it holds no variable itself.
fn default(inside: &str) -> Option<String> {
    let end = inside.find(|next: char| !next.is_ascii_alphanumeric() && next != '_')?;
    let behind = &inside[end..];
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
            assert_eq!(interpolate(text), expected, "{text}");
        }
    }
}
