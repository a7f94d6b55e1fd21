//! Words as the shell reads them: quotes removed where the result is the same on every run.

use super::scan;
use crate::text::Span;

/// A piece of a word after quote removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands for itself.
    Text(String),
    /// `$NAME` or `${NAME}`, without any operator.
    Variable {
        /// The variable's name.
        name: String,
        /// Whether double quotes keep the value in one piece.
        quoted: bool,
    },
    /// An unquoted `*` or `?`, or the `[` that opens a bracket expression (the rest of the expression follows as text).
    Pattern(char),
    /// Anything else that the shell computes: `$(…)`, backquotes, `${x:-y}`, `$1`, `~`, `{a,b}`, `$'…'`, `<(…)`.
    Expansion,
}

/// A word, as written and as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it stands in the joined text.
    pub raw: String,
    /// Its place in the file. It may cover continuations that are not in `raw`.
    pub span: Span,
    /// What it consists of; neighbouring text is one part.
    pub parts: Vec<Part>,
    /// Names of the variables that occur as `$NAME` or `${NAME…}` anywhere in it outside of single quotes, each once.
    /// Names inside of an arithmetic expansion without `$` are not found.
    pub variables: Vec<String>,
}

impl Word {
    /// Reads shell text that is one word.
    #[must_use]
    pub fn new(raw: &str, span: Span) -> Self {
        let scan::Scanned { parts, variables } = scan::word(raw);
        Self { raw: raw.to_owned(), span, parts, variables }
    }

    /// A word that stands for itself whatever is in it, as an element of the exec form does.
    #[must_use]
    pub fn plain(text: &str, span: Span) -> Self {
        let parts = if text.is_empty() { Vec::new() } else { vec![Part::Text(text.to_owned())] };
        Self { raw: text.to_owned(), span, parts, variables: Vec::new() }
    }

    /// A word that the shell computes.
    #[must_use]
    pub(super) fn computed(raw: &str, span: Span) -> Self {
        Self { raw: raw.to_owned(), span, parts: vec![Part::Expansion], variables: scan::word(raw).variables }
    }

    /// The value if it is the same on every run and in every directory.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the word is matched against file names.
    #[must_use]
    pub fn glob(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Pattern(_)))
    }

    /// The value with the variables that `lookup` knows. `None` if something else has to be computed, a variable is
    /// not known, or an unquoted value would be split or matched against file names.
    #[must_use]
    pub fn resolve(&self, lookup: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut result = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => result.push_str(text),
                Part::Variable { name, quoted } => {
                    let value = lookup(name)?;
                    let splits = value.is_empty()
                        || value.contains(|letter: char| letter.is_whitespace() || "*?[\\".contains(letter));
                    if !quoted && splits {
                        return None;
                    }
                    result.push_str(&value);
                }
                Part::Pattern(_) | Part::Expansion => return None,
            }
        }
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, literal: Option<&str>, glob: bool, variables: &[&str]) {
        let word = Word::new(raw, Span::new(0, raw.len()));
        assert_eq!(word.literal(), literal, "{raw}");
        assert_eq!(word.glob(), glob, "{raw}");
        assert_eq!(word.variables, variables, "{raw}");
    }

    #[test]
    fn removes_quotes_only_where_nothing_is_computed() {
        check("abc", Some("abc"), false, &[]);
        check("", Some(""), false, &[]);
        check("''", Some(""), false, &[]);
        check("'a b'\"c d\"e", Some("a bc de"), false, &[]);
        check("a\\ b\\\\", Some("a b\\"), false, &[]);
        check("\"a\\b\\\"\\$\\`\\\\\"", Some("a\\b\"$`\\"), false, &[]);
        check("a\\\nb", Some("ab"), false, &[]);
        check("\"a\\\nb\"", Some("ab"), false, &[]);
        check("'a\\\nb'", Some("a\\\nb"), false, &[]);
        check("é\\é'ß'", Some("ééß"), false, &[]);
        check("a$", Some("a$"), false, &[]);
        check("\"$\"", Some("$"), false, &[]);
        check("\"a$'b'\"", Some("a$'b'"), false, &[]);
        check("'$x*'", Some("$x*"), false, &[]);
        check("\"*\"", Some("*"), false, &[]);
        check("\\*", Some("*"), false, &[]);
    }

    #[test]
    fn sees_what_the_shell_computes() {
        check("$a", None, false, &["a"]);
        check("\"${a}/b\"", None, false, &["a"]);
        check("${a:-$b}", None, false, &["a", "b"]);
        check("$(echo $a '$b')", None, false, &["a"]);
        check("`x $c`", None, false, &["c"]);
        check("$1$@$#$?", None, false, &[]);
        check("$'a\\n'", None, false, &[]);
        check("$((1+2))", None, false, &[]);
        check("~/x", None, false, &[]);
        check("a~", Some("a~"), false, &[]);
        check("PATH=~/x", None, false, &[]);
        check("'~'/x", Some("~/x"), false, &[]);
        check("{a,b}", None, false, &[]);
        check("{1..3}", None, false, &[]);
        check("{}", Some("{}"), false, &[]);
        check("{a}", Some("{a}"), false, &[]);
        check("'{a,b}'", Some("{a,b}"), false, &[]);
        check("${a/b,/c}", None, false, &["a"]);
        check("*.sh", None, true, &[]);
        check("a?", None, true, &[]);
        check("[ab]c", None, true, &[]);
        check("[", Some("["), false, &[]);
        check("[[", Some("[["), false, &[]);
        check("]", Some("]"), false, &[]);
        check("a['b]'", Some("a[b]"), false, &[]);
    }

    #[test]
    fn resolves_known_variables() {
        let lookup = |name: &str| match name {
            "home" => Some("/app".to_owned()),
            "two" => Some("a b".to_owned()),
            _ => None,
        };
        let resolve = |raw: &str| Word::new(raw, Span::default()).resolve(lookup);
        assert_eq!(resolve("$home/run.sh").as_deref(), Some("/app/run.sh"));
        assert_eq!(resolve("\"${two}\"/x").as_deref(), Some("a b/x"));
        assert_eq!(resolve("$two"), None);
        assert_eq!(resolve("$other"), None);
        assert_eq!(resolve("$home/*"), None);
        assert_eq!(resolve("${home:-x}"), None);
    }
}
