//! Hands text to brush-parser, within limits, and says in one place which reading of the text is tried.

use brush_parser::{ParseError, ParserOptions, TokenizerError, parse_tokens, uncached_tokenize_str};

use super::convert::convert;
use super::limits::{self, Cost};
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
    let readings: &[(bool, bool)] =
        if posix { &[(true, false), (false, false)] } else { &[(false, false), (false, true)] };
    let mut first = None;
    for (sh_mode, enable_extended_globbing) in readings {
        let options = ParserOptions {
            sh_mode: *sh_mode,
            enable_extended_globbing: *enable_extended_globbing,
            ..ParserOptions::default()
        };
        match parse_once(source, &options) {
            Ok(script) => return Ok(script),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_else(|| source.error(None, "no way to read the shell text")))
}

fn parse_once(source: &Source, options: &ParserOptions) -> Result<Script, ShellError> {
    let tokens = uncached_tokenize_str(source.text(), &options.tokenizer_options())
        .map_err(|error| tokenizer_error(source, &error))?;
    limits::check_tokens(&tokens).map_err(|message| source.error(None, message))?;
    let program = parse_tokens(&tokens, options).map_err(|error| match error {
        ParseError::ParsingNear(position) => source.error(Some(position.index), "the shell cannot read this"),
        ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. } => {
            source.error(None, "the shell text ends too early, or a word stands where none can")
        }
    })?;
    convert(source, &tokens, &program)
}

/// In our words, since brush-parser counts lines of the joined text.
fn tokenizer_error(source: &Source, error: &TokenizerError) -> ShellError {
    match error {
        TokenizerError::UnterminatedSingleQuote(at) | TokenizerError::UnterminatedAnsiCQuote(at) => {
            source.error(Some(at.index), "a single quote is never closed")
        }
        TokenizerError::UnterminatedDoubleQuote(at) => source.error(Some(at.index), "a double quote is never closed"),
        TokenizerError::UnterminatedBackquote(at) => source.error(Some(at.index), "a backquote is never closed"),
        TokenizerError::UnterminatedHereDocuments(..) => source.error(None, "a heredoc has no end"),
        TokenizerError::UnterminatedEscapeSequence => source.error(None, "the shell text ends in a backslash"),
        _ => source.error(None, "a bracket of the shell text is never closed"),
    }
}
