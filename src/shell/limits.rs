//! What is too much for brush-parser 0.4, measured, and turned away before it sees it.
//!
//! * Its tokenizer copies nested expansions once per level, and its parser recurses: text that is not tiny runs on a
//!   thread with a stack of its own, and the number of openers is limited.
//! * Its grammar reads a `case` whose last clause has no `;;` twice, and twice again for each `case` inside of it (20
//!   levels: 2 s), and the same happens with open parentheses in bash (24: 0.3 s): both are limited to 8 levels.
//! * It panics on a redirection of a descriptor beyond 2^31.
//! * Several heredocs on one line cost the square of their number.
//! * A substitution in the word that ends a heredoc can make its tokenizer go on forever, with ever more memory
//!   (`a<<-'E'$(  f() # a))($((`, `a<<E"$((`): that word has to be plain.
//!
//! The limits are far from what real files hold (the longest of 81,000 `RUN` bodies has 13 kB).

use brush_parser::Token;

/// The longest text that is read, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The most words and signs that can open something.
const MAX_OPENERS: usize = 2048;
/// As many fit on any thread's stack.
const MAX_SHALLOW_OPENERS: usize = 32;
/// The most heredocs.
const MAX_HEREDOCS: usize = 512;
/// How deep `case` and parentheses may be nested.
const MAX_DEPTH: usize = 8;
/// The stack for the rest, in bytes; reserved, not used, by most.
const DEEP_STACK: usize = 256 * 1024 * 1024;

/// How much stack a text may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// What every thread has.
    Shallow,
    /// More.
    Deep,
}

const TOO_LONG: &str = "the shell text is too long to analyse";
const TOO_DEEP: &str = "the shell text is nested too deeply to analyse";

/// Looks at the text before anything is read.
pub(super) fn measure(text: &str) -> Result<Cost, &'static str> {
    if text.len() > MAX_BYTES {
        return Err(TOO_LONG);
    }
    let mut openers = 0;
    let mut heredocs = 0;
    let has_test = text.contains("[[");
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'(' | b'[' | b'{' | b'!' => openers += 1,
            b'<' if next == Some(b'<') => {
                heredocs += 1;
                // `<<<` is followed by a text, and the `<<` in it is none of its own.
                let is_text = bytes.get(at + 2) == Some(&b'<') || (at > 0 && bytes[at - 1] == b'<');
                if !is_text && !has_plain_end(&bytes[at + 2..]) {
                    return Err("the word that ends a heredoc is not plain");
                }
            }
            // Inside of `[[ … ]]` these build a tree that is as deep as they are many.
            b'&' | b'|' if has_test && next == Some(*byte) => openers += 1,
            b'i' | b'w' | b'u' | b'f' | b'c' | b's' => openers += usize::from(starts_keyword(text, at)),
            _ => {}
        }
    }
    match openers {
        _ if heredocs > MAX_HEREDOCS => Err(TOO_LONG),
        0..=MAX_SHALLOW_OPENERS => Ok(Cost::Shallow),
        _ if openers > MAX_OPENERS => Err(TOO_DEEP),
        _ => Ok(Cost::Deep),
    }
}

/// Whether the word behind `<<` is a name, in quotes or not, and nothing else.
fn has_plain_end(behind: &[u8]) -> bool {
    let behind = behind.strip_prefix(b"-").unwrap_or(behind).trim_ascii_start();
    let (rest, quote) = match behind.first() {
        Some(quote @ (b'\'' | b'"')) => (&behind[1..], Some(*quote)),
        Some(b'\\') => (&behind[1..], None),
        _ => (behind, None),
    };
    let is_plain = |byte: &u8| match quote {
        Some(quote) => *byte != quote && !b"$`\\\n".contains(byte),
        None => byte.is_ascii_alphanumeric() || *byte >= 0x80 || b"_-./!@%+=:".contains(byte),
    };
    let rest = &rest[rest.iter().take_while(|byte| is_plain(byte)).count()..];
    let rest = match (quote, rest.split_first()) {
        (None, _) => rest,
        (Some(quote), Some((closing, rest))) if *closing == quote => rest,
        _ => return false,
    };
    rest.first().is_none_or(|byte| b" \t\r\n;&|<>)".contains(byte))
}

/// Whether a word that opens a compound command stands at `at`.
fn starts_keyword(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let separate = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"_-./".contains(byte));
    let keywords = ["if", "while", "until", "for", "case", "coproc", "select", "function"];
    separate(before)
        && keywords
            .iter()
            .any(|keyword| bytes[at..].starts_with(keyword.as_bytes()) && separate(bytes.get(at + keyword.len())))
}

/// Looks at the tokens before the grammar does.
///
/// An `esac` closes a level only where it can be nothing else: right behind an operator, and not as a pattern.
pub(super) fn check_tokens(tokens: &[Token]) -> Result<(), &'static str> {
    let (mut parentheses, mut cases) = (0_usize, 0_usize);
    let mut before = "";
    for (at, token) in tokens.iter().enumerate() {
        let text = match token {
            Token::Operator(operator, _) => operator.as_str(),
            Token::Word(..) => "",
        };
        match token {
            Token::Operator(..) if text.starts_with(['<', '>']) && at > 0 && is_long_number(&tokens[at - 1]) => {
                return Err("the descriptor of a redirection is out of range");
            }
            Token::Operator(..) if text == "(" => parentheses += 1,
            Token::Operator(..) if text == ")" => parentheses = parentheses.saturating_sub(1),
            Token::Word(word, _) if word == "case" => cases += 1,
            Token::Word(word, _) if word == "esac" && !["", "(", "|"].contains(&before) => {
                let pattern = tokens.get(at + 1).is_some_and(|next| matches!(next.to_str(), ")" | "|"));
                cases -= usize::from(!pattern && cases > 0);
            }
            _ => {}
        }
        if parentheses > MAX_DEPTH || cases > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        before = text;
    }
    Ok(())
}

/// Whether the token may be a descriptor that does not fit 31 bits. Its text counts, since a continuation can stand in it.
fn is_long_number(token: &Token) -> bool {
    matches!(token, Token::Word(word, _) if word.len() > 9 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Runs `work` with a large stack. `None` if there is no thread to be had.
pub(super) fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("shell".to_owned()).stack_size(DEEP_STACK);
        thread.spawn_scoped(scope, work).ok()?.join().ok()
    })
}
