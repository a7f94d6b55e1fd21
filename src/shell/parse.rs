//! Hands text to brush-parser, within limits, and says in one place which reading of the text is tried.

use super::convert::convert;
use super::limits::{self, Cost};
use super::reading::{self, Grammar};
use super::source::Source;
use super::tree::Script;
use crate::text::{MappedText, Span};

/// Which shell reads the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `/bin/sh`: dash, busybox or bash, depending on the image. The text is read as POSIX shell, and where it is none,
    /// as bash, since an image that builds has a shell which reads it.
    Posix,
    /// `bash`, or another shell that reads its language.
    Bash,
}

/// Why a text could not be understood as shell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ShellError {
    /// The place in the file where reading stopped.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// Reads shell text. Linear in its length; see `limits.rs` for what is too long to read.
///
/// # Errors
/// The text is not valid shell, is cut short (an open quote), or is beyond the limits. Its meaning is then unknown.
pub fn parse(source: &MappedText, dialect: Dialect) -> Result<Script, ShellError> {
    let source = Source::new(source);
    let cost = limits::measure(source.text()).map_err(|message| source.error(None, message))?;
    // brush-parser unwraps in places. What is known to make it panic is turned away by the limits; should more turn up,
    // then this text is not understood, and everything else still is.
    let read = match cost {
        Cost::Shallow => std::panic::catch_unwind(|| parse_any(&source, dialect)).ok(),
        Cost::Deep => limits::with_deep_stack(|| parse_any(&source, dialect)),
    };
    read.unwrap_or_else(|| Err(source.error(None, "the shell text could not be analysed")))
}

/// The readings of a dialect, the first that fits wins. In bash, extended patterns are off unless a script turns them
/// on, so that `!(cmd)` is a negation; `[[ x == +(a|b) ]]` has them always.
fn parse_any(source: &Source, dialect: Dialect) -> Result<Script, ShellError> {
    // dash takes `[[` for a program, but nobody writes it for dash.
    let posix = dialect == Dialect::Posix && !source.text().contains("[[");
    let grammars = if posix { [Grammar::Posix, Grammar::Bash] } else { [Grammar::Bash, Grammar::BashWithPatterns] };
    let mut first = None;
    for grammar in grammars {
        match parse_once(source, grammar) {
            Ok(script) => return Ok(script),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_else(|| source.error(None, "no way to read the shell text")))
}

fn parse_once(source: &Source, grammar: Grammar) -> Result<Script, ShellError> {
    let reading = reading::read(source, grammar)?;
    convert(source, &reading.tokens, &reading.program)
}
