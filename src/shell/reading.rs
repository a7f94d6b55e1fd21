//! Remembers what brush-parser made of a text, per thread.
//!
//! Repositories of one owner repeat their `RUN` lines, a service's files repeat each other's, and a file that is mended is
//! looked at again with nearly every line as before. What is remembered knows no file: places are put in afterwards.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use brush_parser::{
    ParseError, ParserOptions, Token, TokenizerError, ast::Program, parse_tokens, uncached_tokenize_str,
};

use super::limits;
use super::parse::ShellError;
use super::source::Source;

/// How many bytes of text a thread remembers before it forgets all of it.
const MAX_BYTES: usize = 64 * 1024;

/// One of the ways in which brush-parser can read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Grammar {
    /// As dash does.
    Posix,
    /// As bash does.
    Bash,
    /// As bash does after `shopt -s extglob`.
    BashWithPatterns,
}

/// What a text is, without its place in a file.
pub(super) struct Reading {
    pub(super) tokens: Vec<Token>,
    pub(super) program: Program,
}

/// What one thread remembers, a table for each grammar.
#[derive(Default)]
struct Memory {
    bytes: usize,
    tables: [HashMap<Box<str>, Rc<Reading>>; 3],
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Reads a text, or remembers how it was read.
///
/// # Errors
/// The text is not valid in this grammar, or beyond the limits.
pub(super) fn read(source: &Source, grammar: Grammar) -> Result<Rc<Reading>, ShellError> {
    let text = source.text();
    if let Some(reading) = MEMORY.with_borrow(|memory| memory.tables[grammar as usize].get(text).cloned()) {
        return Ok(reading);
    }
    let reading = Rc::new(read_anew(source, grammar)?);
    MEMORY.with_borrow_mut(|memory| {
        if memory.bytes + text.len() > MAX_BYTES {
            *memory = Memory::default();
        }
        memory.bytes += text.len();
        memory.tables[grammar as usize].insert(text.into(), Rc::clone(&reading));
    });
    Ok(reading)
}

fn read_anew(source: &Source, grammar: Grammar) -> Result<Reading, ShellError> {
    let options = ParserOptions {
        sh_mode: grammar == Grammar::Posix,
        enable_extended_globbing: grammar == Grammar::BashWithPatterns,
        ..ParserOptions::default()
    };
    let tokens = uncached_tokenize_str(source.text(), &options.tokenizer_options())
        .map_err(|error| tokenizer_error(source, &error))?;
    limits::check_tokens(&tokens).map_err(|message| source.error(None, message))?;
    let program = parse_tokens(&tokens, &options).map_err(|error| parser_error(source, &error))?;
    Ok(Reading { tokens, program })
}

fn parser_error(source: &Source, error: &ParseError) -> ShellError {
    match error {
        ParseError::ParsingNear(position) => source.error(Some(position.index), "the shell cannot read this"),
        ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. } => {
            source.error(None, "the shell text ends too early, or a word stands where none can")
        }
    }
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
