//! Names and numbers as a RUN writes them: their value, whether a build argument decides it, and how the file spells it.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::model::{Variable, Variables};
use crate::shell::{Part, Word};

/// A text with variables: what it is by default, and how an instruction would write it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    /// The value, by default; `None` if nobody can tell from the file.
    pub(super) value: Option<Rc<str>>,
    /// Whether no build argument can change the value.
    pub(super) certain: bool,
    /// As an instruction would write it; `None` if there are no variables in it, or some that only the shell knows.
    pub(super) written: Option<Written>,
}

/// A text with variables of the file, and what these are: the same text means something else below another ENV or ARG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Variables are spelt `${NAME}`.
    pub(super) text: Rc<str>,
    bound: Rc<[(String, Variable)]>,
}

impl Written {
    /// Whether `text`, spelt the same way, means this where `variables` hold.
    pub(super) fn is(&self, text: &str, variables: &Variables) -> bool {
        *self.text == *text && self.bound.iter().all(|(name, variable)| variables.get(name) == Some(variable))
    }

    fn map(&self, change: impl FnOnce(&str) -> Option<String>) -> Option<Self> {
        Some(Self { text: change(&self.text)?.into(), bound: Rc::clone(&self.bound) })
    }
}

/// Variables that the shell itself set.
pub(super) type Locals = BTreeMap<String, Text>;

impl Text {
    /// A text without variables.
    pub(super) fn fixed(text: &str) -> Self {
        Self { value: Some(text.into()), certain: true, written: None }
    }

    /// A word of a RUN.
    pub(super) fn of(word: &Word, locals: &Locals, variables: &Variables) -> Self {
        if let Some(literal) = word.literal() {
            return Self::fixed(literal);
        }
        let mut result = Builder::default();
        for part in &word.parts {
            match part {
                Part::Text(text) => result.push_plain(text),
                Part::Variable { name, quoted } => result.push(&variable(name, locals, variables), *quoted),
                Part::Pattern(_) => return Self::default(),
                Part::Expansion => match with_default(&word.raw, locals, variables) {
                    Some(text) => return text,
                    None => return Self::default(),
                },
            }
        }
        result.finish()
    }

    /// The value that no build argument can change.
    pub(super) fn fixed_value(&self) -> Option<&str> {
        self.value.as_deref().filter(|_| self.certain)
    }

    /// Whether it names the same, whatever the build arguments are.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self.fixed_value(), other.fixed_value()) {
            (Some(one), Some(two)) => one == two,
            _ => self.written.is_some() && self.written == other.written,
        }
    }

    /// Without its first `length` bytes, which are plain text.
    pub(super) fn skip(&self, length: usize) -> Self {
        let cut = |text: &str| text.get(length..).map(str::to_owned);
        Self {
            value: self.value.as_deref().and_then(cut).map(Rc::from),
            certain: self.certain,
            written: self.written.as_ref().and_then(|written| written.map(cut)),
        }
    }

    /// The two sides of a text with one `separator`, or only the first one; empty sides are left out.
    #[allow(clippy::type_complexity, reason = "two halves, each of which may be missing")]
    pub(super) fn split(&self, separator: char) -> Option<(Option<Self>, Option<Self>)> {
        let half = |text: &str, second: bool| match text.split_once(separator) {
            Some((_, after)) if second => Some(after.to_owned()),
            Some((before, _)) => Some(before.to_owned()),
            None => (!second).then(|| text.to_owned()),
        };
        let side = |second: bool| {
            let value = self.value.as_deref().and_then(|text| half(text, second));
            let written = self.written.as_ref().and_then(|written| written.map(|text| half(text, second)));
            let side = Self { certain: self.certain && value.is_some(), value: value.map(Rc::from), written };
            let empty = side.value.as_deref() == Some("") || side.is_opaque();
            (!empty).then_some(side)
        };
        (!self.is_opaque()).then(|| (side(false), side(true)))
    }

    /// The parts between separators. `None` if the value and the text that is written have different numbers of them.
    pub(super) fn fields(&self, separator: char) -> Option<Vec<Self>> {
        let value: Option<Vec<&str>> = self.value.as_deref().map(|text| text.split(separator).collect());
        let written: Option<Vec<&str>> = self.written.as_ref().map(|written| written.text.split(separator).collect());
        let count = value.as_ref().or(written.as_ref())?.len();
        if value.as_ref().is_some_and(|parts| parts.len() != count)
            || written.as_ref().is_some_and(|parts| parts.len() != count)
        {
            return None;
        }
        let field = |at: usize| {
            let own = written.as_ref().map(|parts| parts[at]);
            // A part without a variable is what it is.
            match own {
                Some(plain) if !plain.contains('$') => Self::fixed(plain),
                _ => Self {
                    value: value.as_ref().map(|parts| Rc::from(parts[at])),
                    certain: self.certain,
                    written: self
                        .written
                        .as_ref()
                        .zip(own)
                        .and_then(|(written, own)| written.map(|_| Some(own.to_owned()))),
                },
            }
        };
        Some((0..count).map(field).collect())
    }

    /// The lines of a text for `echo` or `printf`: line ends, or `\\n`.
    pub(super) fn lines(&self) -> Vec<Self> {
        let ends = |text: &str| text.replace("\\n", "\n").trim_end_matches('\n').to_owned();
        let whole = Self {
            value: self.value.as_deref().map(|text| ends(text).into()),
            certain: self.certain,
            written: self.written.as_ref().and_then(|written| written.map(|text| Some(ends(text)))),
        };
        whole.fields('\n').unwrap_or_else(|| vec![Self::default()])
    }

    /// What stands between a first and a last letter.
    pub(super) fn cut(&self, first: char, last: char) -> Option<Self> {
        let inner = |text: &str| {
            let text = text.strip_prefix(first)?;
            let text = text.split_once(last).map(|(before, _)| before)?;
            Some(text.to_owned())
        };
        let value = self.value.as_deref().and_then(inner);
        let written = self.written.as_ref().and_then(|written| written.map(inner));
        let text = Self { certain: self.certain && value.is_some(), value: value.map(Rc::from), written };
        (!text.is_opaque()).then_some(text)
    }

    /// Whether nothing at all is known of it.
    pub(super) fn is_opaque(&self) -> bool {
        self.value.is_none() && self.written.is_none()
    }
}

/// Puts a text together.
struct Builder {
    value: Option<String>,
    certain: bool,
    written: Option<String>,
    bound: Vec<(String, Variable)>,
}

impl Default for Builder {
    fn default() -> Self {
        Self { value: Some(String::new()), certain: true, written: Some(String::new()), bound: Vec::new() }
    }
}

impl Builder {
    fn push_plain(&mut self, text: &str) {
        for whole in [&mut self.value, &mut self.written].into_iter().flatten() {
            whole.push_str(text);
        }
    }

    fn push(&mut self, text: &Text, quoted: bool) {
        // The shell splits a value, and leaves out an empty one, where no quotes stand around it.
        let splits =
            |value: &str| value.is_empty() || value.contains(|c: char| c.is_whitespace() || "*?[\\".contains(c));
        let value = text.value.as_deref().filter(|value| quoted || !splits(value));
        self.certain &= text.certain;
        self.value = self.value.take().zip(value).map(|(whole, value)| whole + value);
        let written = text.written.as_ref().map(|written| &*written.text).or(text.fixed_value());
        self.written = self.written.take().zip(written).map(|(whole, written)| whole + written);
        self.bound.extend(text.written.iter().flat_map(|written| written.bound.iter().cloned()));
    }

    fn finish(self) -> Text {
        let written = self.written.filter(|_| !self.bound.is_empty());
        let written = written.map(|text| Written { text: text.into(), bound: self.bound.into() });
        Text { certain: self.certain && self.value.is_some(), value: self.value.map(Rc::from), written }
    }
}

fn variable(name: &str, locals: &Locals, variables: &Variables) -> Text {
    if let Some(local) = locals.get(name) {
        return local.clone();
    }
    // What the file does not set may be set in the base image, or by the shell, which an instruction does not see.
    let Some(variable) = variables.get(name) else { return Text::default() };
    let value = variable.value.as_deref().map(Rc::from);
    let certain = !variable.overridable && value.is_some();
    let bound = Rc::from([(name.to_owned(), variable.clone())]);
    Text { value, certain, written: Some(Written { text: format!("${{{name}}}").into(), bound }) }
}

/// `${NAME:-default}` and `${NAME}` in a word of its own, where the variable is known.
fn with_default(raw: &str, locals: &Locals, variables: &Variables) -> Option<Text> {
    let inner = raw.trim_matches('"').strip_prefix("${")?.strip_suffix('}')?;
    let (name, default) = inner.split_once(":-")?;
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte));
    if !is_plain(name) || !is_plain(default) || default.is_empty() {
        return None;
    }
    let known = variable(name, locals, variables);
    match known.value.as_deref() {
        Some("") => Some(Text { written: None, ..Text::fixed(default) }),
        Some(_) => Some(Text { written: None, ..known }),
        // It may be set in the base image.
        None => Some(Text { value: Some(default.into()), certain: false, written: None }),
    }
}

/// How an instruction's text is compared with [`Text::written`]: `$NAME` and `${NAME}` are the same.
pub(super) fn normalized(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        let end = after.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(after.len());
        if end == 0 {
            result.push('$');
        } else {
            result.push_str(&format!("${{{}}}", &after[..end]));
        }
        rest = &after[end..];
    }
    result + rest
}
