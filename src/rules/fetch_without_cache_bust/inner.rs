//! The commands inside of `$(…)` and backquotes: what they print decides on what the command around them does.

use crate::shell::{self, Dialect, Script, SimpleCommand};
use crate::text::MappedText;

/// The lists of commands inside of the words of a command. What is not understood is left out.
pub(super) fn scripts(command: &SimpleCommand, dialect: Dialect) -> Vec<Script> {
    let words = command.words.iter().chain(command.assignments.iter().map(|assignment| &assignment.value));
    words
        .flat_map(|word| substitutions(&word.raw).into_iter().map(|text| (text, word.span.start)))
        .filter_map(|(text, start)| {
            let mut mapped = MappedText::new();
            mapped.push(text, start);
            shell::parse(&mapped, dialect).ok()
        })
        .collect()
}

/// What stands in `$(…)` and between backquotes, those inside of others not on their own.
fn substitutions(raw: &str) -> Vec<&str> {
    let bytes = raw.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut quoted) = (0, false);
    while at < bytes.len() {
        let begin = match bytes[at] {
            b'\\' => {
                at += 2;
                continue;
            }
            b'\'' if !quoted => {
                at = raw[at + 1..].find('\'').map_or(bytes.len(), |end| at + end + 2);
                continue;
            }
            b'"' => {
                quoted = !quoted;
                at += 1;
                continue;
            }
            b'`' => at + 1,
            b'$' if bytes.get(at + 1) == Some(&b'(') && bytes.get(at + 2) != Some(&b'(') => at + 2,
            _ => {
                at += 1;
                continue;
            }
        };
        let end = if bytes[at] == b'`' { raw[begin..].find('`').map(|end| begin + end) } else { closing(raw, begin) };
        let Some(end) = end else { break };
        found.push(&raw[begin..end]);
        at = end + 1;
    }
    found
}

/// The bracket that closes what begins at `from`.
fn closing(raw: &str, from: usize) -> Option<usize> {
    let bytes = raw.as_bytes();
    let (mut at, mut depth) = (from, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' => at += 1 + raw[at + 1..].find('\'')?,
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_the_shell_runs_first() {
        for (raw, expected) in [
            ("x", &[][..]),
            ("$(a)", &["a"]),
            ("\"v$(a | sed 's/)/x/')\"", &["a | sed 's/)/x/'"]),
            ("$(a $(b))-$(c)", &["a $(b)", "c"]),
            ("`a`/x", &["a"]),
            ("'$(a)'", &[]),
            ("\\$(a)", &[]),
            ("$((1 + 2))", &[]),
            ("\"it's $(a)\"", &["a"]),
            ("$(a", &[]),
            ("é$(é)", &["é"]),
            ("\\é\\", &[]),
        ] {
            assert_eq!(substitutions(raw), expected, "{raw}");
        }
    }
}
