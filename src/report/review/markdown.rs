//! Markdown of which nothing that comes from a repository can make more than text.

use crate::report::harmless;

/// Prose in which what stands between backticks is code, as messages of rules are written.
pub fn prose(text: &str) -> String {
    let text = harmless(text);
    let parts: Vec<&str> = text.split('`').collect();
    // Without a partner, a backtick is one like any other character.
    if parts.len().is_multiple_of(2) {
        return plain(&text);
    }
    let shown = parts.iter().enumerate().map(|(index, part)| match index % 2 {
        0 => plain(part),
        _ if part.is_empty() => String::new(),
        _ => code(part),
    });
    shown.collect()
}

/// Nothing in it means anything to Markdown, names nobody, and links nowhere.
fn plain(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '&' => result.push_str("&amp;"),
            '@' => result.push_str("&#64;"),
            '#' => result.push_str("&#35;"),
            '!' => result.push_str("&#33;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                result.push('\\');
                result.push(character);
            }
            _ => result.push(character),
        }
    }
    result.replace("://", "&#58;//")
}

/// A span of code, whatever the text holds.
pub fn code(text: &str) -> String {
    let text = harmless(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A block of code behind `info`, with `text` as it is: whole lines, or nothing.
pub fn fenced(info: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{info}\n{text}{end}{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_nothing_but_code_spans_through() {
        assert_eq!(prose("`/x` lacks <b>@you</b> *x*"), "`/x` lacks &lt;b&gt;&#64;you&lt;/b&gt; \\*x\\*");
        assert_eq!(prose("a ` b ![x](http://y)"), "a \\` b &#33;\\[x\\](http&#58;//y)");
        assert_eq!(prose("one\ntwo\u{1b}[2J"), "one\\\\ntwo\\\\u{1b}\\[2J");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("``"), "``` `` ```");
    }

    #[test]
    fn fences_hold_what_has_fences() {
        assert_eq!(fenced("suggestion", "RUN x\n"), "```suggestion\nRUN x\n```\n");
        assert_eq!(fenced("suggestion", ""), "```suggestion\n```\n");
        assert_eq!(fenced("suggestion", "# ````\n"), "`````suggestion\n# ````\n`````\n");
    }
}
