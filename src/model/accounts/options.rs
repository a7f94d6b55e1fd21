//! Takes the arguments of a program apart into options and operands, as `getopt_long` and Perl's `Getopt::Long` do.

use super::text::{Locals, Text};
use crate::model::Variables;
use crate::shell::{Part, Word};

/// Which options a program has.
pub(super) struct Spec {
    /// Short options without a value.
    pub(super) flags: &'static str,
    /// Short options with a value, in the same word or the next.
    pub(super) values: &'static str,
    /// Long options without a value, with the short one that means the same or a name of their own.
    pub(super) long_flags: &'static [&'static str],
    /// Long options with a value.
    pub(super) long_values: &'static [&'static str],
    /// Whether a long option may have one dash only (Perl).
    pub(super) single_dash: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// The options by name without dashes, with their value.
    pub(super) found: Vec<(String, Option<Text>)>,
    /// The rest.
    pub(super) operands: Vec<Text>,
}

impl Options {
    /// Whether one of the options is there.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.found.iter().any(|(name, _)| names.contains(&name.as_str()))
    }

    /// The value of the last of the options.
    pub(super) fn value(&self, names: &[&str]) -> Option<&Text> {
        self.found.iter().rev().find(|(name, _)| names.contains(&name.as_str())).and_then(|(_, value)| value.as_ref())
    }
}

/// Reads the arguments. `None` if an option is not known, or may be hidden in a variable.
pub(super) fn read(arguments: &[Word], spec: &Spec, locals: &Locals, variables: &Variables) -> Option<Options> {
    let mut options = Options::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = Text::of(word, locals, variables);
        let leading = match word.parts.first() {
            Some(Part::Text(leading)) => leading.as_str(),
            // An empty word in quotes.
            None => "",
            Some(_) => {
                let hidden = text.value.as_deref().is_some_and(|value| value.starts_with('-'));
                // `$OPTIONS` without quotes may be any number of words.
                let split = text.value.is_none() && text.written.is_none() && !word.raw.starts_with('"');
                if hidden || split {
                    return None;
                }
                options.operands.push(text);
                continue;
            }
        };
        if leading == "--" && word.parts.len() == 1 {
            options.operands.extend(words.by_ref().map(|word| Text::of(word, locals, variables)));
            break;
        }
        if leading.len() < 2 || !leading.starts_with('-') {
            options.operands.push(text);
            continue;
        }
        let mut next = || words.next().map(|word| Text::of(word, locals, variables));
        if let Some(long) = leading.strip_prefix("--") {
            long_option(&mut options, spec, long, 2, &text, &mut next)?;
        } else if !spec.single_dash || long_option(&mut options, spec, &leading[1..], 1, &text, &mut next).is_none() {
            short_options(&mut options, spec, leading, &text, &mut next)?;
        }
    }
    Some(options)
}

fn long_option(
    options: &mut Options,
    spec: &Spec,
    long: &str,
    dashes: usize,
    text: &Text,
    next: &mut dyn FnMut() -> Option<Text>,
) -> Option<()> {
    let (written, inline) = match long.split_once('=') {
        Some((name, _)) => (name, Some(text.skip(dashes + name.len() + 1))),
        None => (long, None),
    };
    let (name, takes_value) = resolve(spec, written)?;
    let value = match (takes_value, inline) {
        (true, Some(value)) => Some(value),
        (true, None) => Some(next()?),
        (false, None) => None,
        (false, Some(_)) => return None,
    };
    options.found.push((name.to_owned(), value));
    Some(())
}

/// The option that is meant: by its name, or by a beginning that fits only one.
fn resolve(spec: &Spec, written: &str) -> Option<(&'static str, bool)> {
    let flags = spec.long_flags.iter().map(|name| (*name, false));
    let all: Vec<(&'static str, bool)> = flags.chain(spec.long_values.iter().map(|name| (*name, true))).collect();
    if let Some(exact) = all.iter().find(|(name, _)| *name == written) {
        return Some(*exact);
    }
    let mut begun = all.iter().filter(|(name, _)| !written.is_empty() && name.starts_with(written));
    let only = begun.next()?;
    begun.next().is_none().then_some(*only)
}

fn short_options(
    options: &mut Options,
    spec: &Spec,
    leading: &str,
    text: &Text,
    next: &mut dyn FnMut() -> Option<Text>,
) -> Option<()> {
    for (at, letter) in leading.char_indices().skip(1) {
        let end = at + letter.len_utf8();
        if spec.flags.contains(letter) {
            options.found.push((letter.to_string(), None));
        } else if spec.values.contains(letter) {
            let rest = text.skip(end);
            let in_this_word = end < leading.len() || rest.value.as_deref() != Some("");
            let value = if in_this_word { rest } else { next()? };
            options.found.push((letter.to_string(), Some(value)));
            return Some(());
        } else {
            return None;
        }
    }
    Some(())
}
