//! One pattern, compiled as `Pattern.compile` of moby/patternmatcher does. Knows no files and no other patterns.

use super::program::{Problem, Program};
use crate::context::glob;
use crate::settings::Builder;

/// What is wrong with a pattern. Docker refuses all but [`PatternError::Unsupported`], and with it every build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing stands after the `!`.
    #[error("`!` needs a pattern after it")]
    EmptyNegation,
    /// A class is not closed, or a backslash has nothing, or something that is no escape, after it.
    #[error("syntax error in pattern: close the `[`, or write a literal character after the `\\`")]
    Syntax,
    /// Docker takes the escape for one of a regular expression, in a way that dockfix does not follow.
    #[error("the backslash is read as part of a regular expression; write a literal character after it")]
    Unsupported,
    /// The line has 64 KiB or more.
    #[error("the line is too long: Docker reads lines up to 64 KiB")]
    LineTooLong,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    negated: bool,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Exact,
    /// `a**`: everything that begins with what stands before the stars, even in the middle of a name.
    Prefix,
    /// `**a`: everything that ends with what stands after the stars, even in the middle of a name.
    Suffix,
    Program(Program),
    Unsupported,
}

impl Pattern {
    /// Compiles `cleaned`, a pattern without `!`, leading slash and needless parts.
    ///
    /// # Errors
    /// [`PatternError`] where Docker fails the build.
    pub fn new(cleaned: &str, negated: bool) -> Result<Self, PatternError> {
        if cleaned.is_empty() {
            return Err(PatternError::EmptyNegation);
        }
        glob::matches(cleaned, ".").map_err(|_| PatternError::Syntax)?;
        let kind = match translate(cleaned) {
            Translation::Exact => Kind::Exact,
            Translation::Prefix => Kind::Prefix,
            Translation::Suffix => Kind::Suffix,
            Translation::Regex(regex) => match Program::parse(&regex) {
                Ok(program) => Kind::Program(program),
                Err(Problem::Unsupported) => Kind::Unsupported,
                Err(Problem::Invalid) => return Err(PatternError::Syntax),
            },
        };
        Ok(Self { text: cleaned.to_owned(), negated, kind })
    }

    /// Whether it re-includes.
    #[must_use]
    pub const fn negated(&self) -> bool {
        self.negated
    }

    /// The pattern without `!`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether its meaning is not known. It then leaves out everything, and takes back nothing.
    #[must_use]
    pub const fn is_unsupported(&self) -> bool {
        matches!(self.kind, Kind::Unsupported)
    }

    /// Whether the pattern names `path` itself; what it says of the directories above is not looked at.
    ///
    /// Builders differ on `**x`, where the stars are no part of their own: to Docker it is every path that ends in `x`, to
    /// buildah every part that is `x`.
    #[must_use]
    pub fn names(&self, path: &str, builder: Builder) -> bool {
        match &self.kind {
            Kind::Exact => path == self.text,
            Kind::Prefix => path.starts_with(&self.text[..self.text.len() - "**".len()]),
            Kind::Suffix => {
                let suffix = &self.text["**".len()..];
                let part = suffix.strip_prefix('/').unwrap_or(suffix);
                let bare = part.len() == suffix.len() && (builder != Builder::Buildah || suffix.is_empty());
                path.strip_suffix(part).is_some_and(|rest| bare || rest.is_empty() || rest.ends_with('/'))
            }
            Kind::Program(program) => program.matches(path),
            // Whatever it means, nothing may be taken for sent that is not.
            Kind::Unsupported => !self.negated,
        }
    }
}

enum Translation {
    Exact,
    Prefix,
    Suffix,
    Regex(String),
}

/// Docker turns a pattern into one of three simple kinds or a regular expression. The expression is built here exactly as
/// there, odd corners included (a `*` inside of a class becomes `[^/]*` and so closes the class), so that what it means
/// need not be thought out twice. The `^` and `$` around it are left out: [`Program`] always matches whole paths.
fn translate(pattern: &str) -> Translation {
    let mut regex = String::new();
    let mut kind = Translation::Exact;
    let mut characters = pattern.chars().peekable();
    let mut first = true;
    let mut is_regex = false;
    while let Some(character) = characters.next() {
        match character {
            '*' if characters.peek() == Some(&'*') => {
                characters.next();
                // `**/` is the same as `**`, so eat the slash.
                characters.next_if_eq(&'/');
                if characters.peek().is_some() {
                    regex.push_str("(.*/)?");
                    is_regex = true;
                } else if matches!(kind, Translation::Exact) && !is_regex {
                    kind = Translation::Prefix;
                } else {
                    regex.push_str(".*");
                    is_regex = true;
                }
                if first {
                    kind = Translation::Suffix;
                    is_regex = false;
                }
            }
            '*' => {
                regex.push_str("[^/]*");
                is_regex = true;
            }
            '?' => {
                regex.push_str("[^/]");
                is_regex = true;
            }
            '.' | '+' | '(' | ')' | '|' | '{' | '}' | '$' => {
                regex.push('\\');
                regex.push(character);
            }
            '\\' => {
                regex.push('\\');
                if let Some(next) = characters.next() {
                    regex.push(next);
                    is_regex = true;
                }
            }
            '[' | ']' => {
                regex.push(character);
                is_regex = true;
            }
            character => regex.push(character),
        }
        first = false;
    }
    if is_regex { Translation::Regex(regex) } else { kind }
}
