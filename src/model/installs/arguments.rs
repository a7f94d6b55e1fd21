//! Command lines of package managers: options, their values, and what is left.

/// The words behind a program's name; one that is computed is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'a> {
    words: &'a [Option<String>],
}

impl<'a> Arguments<'a> {
    /// Reads `words`.
    #[must_use]
    pub const fn new(words: &'a [Option<String>]) -> Self {
        Self { words }
    }

    /// The words as they stand.
    #[must_use]
    pub const fn words(&self) -> &'a [Option<String>] {
        self.words
    }

    /// Whether one of them is computed, so that nobody knows what it says.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.words.iter().any(Option::is_none)
    }

    /// Whether the option stands there, alone or with a value behind `=`.
    #[must_use]
    pub fn has(&self, option: &str) -> bool {
        let mut words = self.words.iter().flatten();
        words.any(|word| word.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
    }

    /// Whether one of the options stands there.
    #[must_use]
    pub fn has_any(&self, options: &[&str]) -> bool {
        options.iter().any(|option| self.has(option))
    }

    /// The values of an option: `--name value` and `--name=value`, for a short one also `-nvalue`. A value that is computed
    /// is `None`.
    #[must_use]
    pub fn values(&self, options: &[&str]) -> Vec<Option<&'a str>> {
        let mut found = Vec::new();
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            let Some(word) = word.as_deref() else { continue };
            if options.contains(&word) {
                found.extend(words.next().map(Option::as_deref));
                continue;
            }
            let inline = options.iter().find_map(|option| {
                let rest = word.strip_prefix(option)?;
                let short = option.len() == 2 && !option.starts_with("--");
                rest.strip_prefix('=').or_else(|| Some(rest).filter(|rest| short && !rest.is_empty()))
            });
            found.extend(inline.map(Some));
        }
        found
    }

    /// The words that are neither options nor the values of those in `valued`. A computed one is `None`.
    #[must_use]
    pub fn operands(&self, valued: &[&str]) -> Vec<Option<&'a str>> {
        let mut found = Vec::new();
        let mut words = self.words.iter().map(Option::as_deref);
        while let Some(word) = words.next() {
            match word {
                Some("--") => {
                    found.extend(words);
                    return found;
                }
                Some(option) if option.len() > 1 && option.starts_with('-') => {
                    if valued.contains(&option) {
                        words.next();
                    }
                }
                _ => found.push(word),
            }
        }
        found
    }

    /// The first operand and the words behind it: a subcommand with its arguments.
    #[must_use]
    pub fn subcommand(&self, valued: &[&str]) -> Option<(&'a str, Self)> {
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            let word = word.as_deref()?;
            if word.len() < 2 || !word.starts_with('-') {
                return Some((word, Self { words: &self.words[at + 1..] }));
            }
            at += if valued.contains(&word) { 2 } else { 1 };
        }
        None
    }
}
