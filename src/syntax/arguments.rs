//! What stands behind a keyword: words, strings of the JSON form, and pairs.

use super::ast::{logical_text, span, tokens};
use super::json;
use super::kinds::{SyntaxKind, SyntaxNode};
use crate::text::{MappedText, Span};

/// A word of the arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    pub(super) node: SyntaxNode,
}

impl Word {
    /// Where it stands; continuations inside of it are part of it.
    #[must_use]
    pub fn span(&self) -> Span {
        span(&self.node)
    }

    /// As written, with quotes and variables, but without continuations. [`super::expand`] gives its value.
    #[must_use]
    pub fn text(&self) -> String {
        logical_text(&self.node).text().to_owned()
    }

    /// The same with its place in the file.
    #[must_use]
    pub fn mapped(&self) -> MappedText {
        logical_text(&self.node)
    }

    /// Whether it announces a heredoc.
    #[must_use]
    pub fn is_heredoc(&self) -> bool {
        self.node.kind() == SyntaxKind::HeredocOpener
    }

    /// The variables in it.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        let nodes = self.node.descendants().filter(|node| node.kind() == SyntaxKind::Variable);
        nodes
            .map(|node| {
                let names = tokens(&node).filter(|token| token.kind() == SyntaxKind::VariableName);
                Variable { name: names.map(|token| token.text().to_owned()).collect(), span: span(&node) }
            })
            .collect()
    }
}

/// A use of a variable: `$NAME`, `${NAME:-default}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where the use stands, the dollar included.
    pub span: Span,
}

/// A string of the JSON form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JsonString {
    pub(super) node: SyntaxNode,
}

impl JsonString {
    /// Where it stands, quotes included.
    #[must_use]
    pub fn span(&self) -> Span {
        span(&self.node)
    }

    /// Its value, escapes replaced.
    #[must_use]
    pub fn value(&self) -> String {
        json::string_value(logical_text(&self.node).text()).unwrap_or_default()
    }
}

/// A pair of ENV or LABEL, or a declaration of ARG.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyValue {
    pub(super) node: SyntaxNode,
}

impl KeyValue {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        span(&self.node)
    }

    /// The key as written.
    #[must_use]
    pub fn key(&self) -> String {
        let keys = tokens(&self.node).filter(|token| token.kind() == SyntaxKind::Key);
        keys.map(|token| token.text().to_owned()).collect()
    }

    /// The value; `None` if nothing stands behind the `=`, or there is no `=` (`ARG name`).
    #[must_use]
    pub fn value(&self) -> Option<Word> {
        self.node.children().find(|node| node.kind() == SyntaxKind::Word).map(|node| Word { node })
    }

    /// Whether an `=` stands there; not in the old form `ENV key value`, nor in `ARG name`.
    #[must_use]
    pub fn has_equals(&self) -> bool {
        tokens(&self.node).any(|token| token.kind() == SyntaxKind::Equals)
    }
}
