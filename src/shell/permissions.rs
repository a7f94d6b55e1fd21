//! What `chmod` is told to do.

use super::{Part, Word, mode};

/// The mode argument of `chmod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Digits.
    Octal(u32),
    /// Such as `+x` or `u=rwX,go=rX`; to be computed by [`super::apply_mode`].
    Symbolic(String),
    /// `--reference=FILE`
    Reference,
    /// The shell computes it.
    Unknown,
}

/// A call of `chmod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chmod<'a> {
    /// `-R`
    pub recursive: bool,
    /// The new mode.
    pub mode: Mode,
    /// The mode's word; `None` with `--reference`, and where the mode consists of several options.
    pub mode_word: Option<&'a Word>,
    /// What it is applied to.
    pub paths: Vec<&'a Word>,
}

impl<'a> Chmod<'a> {
    /// Reads the arguments of `chmod` (without the name). `None` if they are not understood; the call may then do anything.
    ///
    /// Options stand anywhere before `--`, as getopt of glibc and musl takes them. A word such as `-x` is a mode.
    #[must_use]
    pub fn new(arguments: &'a [Word]) -> Option<Self> {
        let mut recursive = false;
        let mut removed: Vec<&'a Word> = Vec::new();
        let mut operands = Vec::new();
        let mut reference = false;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.literal() {
                Some("--") => operands.extend(words.by_ref()),
                Some("--recursive") => recursive = true,
                Some("--changes" | "--silent" | "--quiet" | "--verbose" | "--preserve-root" | "--no-preserve-root") => {
                }
                Some("--reference") => {
                    reference = true;
                    words.next()?;
                }
                Some(option) if option.starts_with("--reference=") => reference = true,
                Some(option) if option.starts_with("--") => return None,
                Some(option) if is_flags(option, "Rcfv") => recursive |= option.contains('R'),
                Some(option) if option.len() > 1 && option.starts_with('-') => {
                    if !mode::is_symbolic(option) {
                        return None;
                    }
                    removed.push(word);
                }
                Some(_) => operands.push(word),
                None if is_computed_option(word) => return None,
                None => operands.push(word),
            }
        }
        if reference {
            return Some(Self { recursive, mode: Mode::Reference, mode_word: None, paths: operands });
        }
        let (mode, mode_word) = match removed.as_slice() {
            [] => {
                let word = (!operands.is_empty()).then(|| operands.remove(0))?;
                (Mode::new(word)?, Some(word))
            }
            [word] => (Mode::new(word)?, Some(*word)),
            several => {
                let modes: Vec<&str> = several.iter().filter_map(|word| word.literal()).collect();
                (Mode::Symbolic(modes.join(",")), None)
            }
        };
        Some(Self { recursive, mode, mode_word, paths: operands })
    }
}

impl Mode {
    /// `None` if the word is no mode.
    fn new(word: &Word) -> Option<Self> {
        let Some(text) = word.literal() else { return Some(Self::Unknown) };
        if let Some(bits) = mode::octal(text) {
            return Some(Self::Octal(bits));
        }
        mode::is_symbolic(text).then(|| Self::Symbolic(text.to_owned()))
    }
}

/// Whether `option` is a dash and letters out of `letters`.
pub(super) fn is_flags(option: &str, letters: &str) -> bool {
    option.strip_prefix('-').is_some_and(|flags| !flags.is_empty() && flags.chars().all(|flag| letters.contains(flag)))
}

/// Whether a word that is not literal is an option all the same, such as `--reference=$x`. A word that begins with a
/// variable counts as operand: nobody keeps options of these programs in variables.
pub(super) fn is_computed_option(word: &Word) -> bool {
    matches!(word.parts.first(), Some(Part::Text(text)) if text.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn check(command: &str, expected: &str) {
        let words: Vec<Word> = command.split(' ').map(|raw| Word::new(raw, Span::default())).collect();
        let found = Chmod::new(&words).map_or("none".to_owned(), |chmod| {
            let mode = match chmod.mode {
                Mode::Octal(bits) => format!("{bits:o}"),
                Mode::Symbolic(mode) => mode,
                Mode::Reference => "reference".to_owned(),
                Mode::Unknown => "?".to_owned(),
            };
            let paths: Vec<&str> = chmod.paths.iter().map(|path| path.raw.as_str()).collect();
            format!("{}{mode} {}", if chmod.recursive { "-R " } else { "" }, paths.join(" "))
        });
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn reads_options_modes_and_paths() {
        check("755 a b", "755 a b");
        check("+x a", "+x a");
        check("-R 0755 /a", "-R 755 /a");
        check("755 /a -R", "-R 755 /a");
        check("--recursive a+rX /a", "-R a+rX /a");
        check("-vR 755 /a", "-R 755 /a");
        check("-Rf -- 755 -a", "-R 755 -a");
        check("-x a", "-x a");
        check("-x -w a", "-x,-w a");
        check("-R -x a", "-R -x a");
        check("-rwx a b", "-rwx a b");
        check("-- -x a", "-x a");
        check("--reference=x a", "reference a");
        check("--reference x a", "reference a");
        check("u=rwx,go=rx $HOME/x", "u=rwx,go=rx $HOME/x");
        check("$mode a", "? a");
        check("'755' \"a\"", "755 \"a\"");
        check("755 -$x", "none");
        check("-Z 755 a", "none");
        check("--strange 755 a", "none");
        check("rwx a", "none");
        check("755", "755 ");
    }
}
