//! The parts of an instruction: flags, words, pairs, strings, heredocs; each a view of a node of the tree.

use rowan::{GreenNodeData, NodeOrToken};

use super::emitter::mapped_text;
use super::heredoc::Opener;
use super::kinds::{SyntaxKind, SyntaxNode, SyntaxToken};
use super::{json, words};
use crate::text::{MappedText, Span};

/// A flag: `--chown=app:app`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flag {
    pub(super) node: SyntaxNode,
    pub(super) escape: char,
}

impl Flag {
    /// Where it stands, dashes included.
    #[must_use]
    pub fn span(&self) -> Span {
        span(&self.node)
    }

    /// The name without the dashes.
    #[must_use]
    pub fn name(&self) -> String {
        let (name, _) = self.parts();
        name.strip_prefix("--").unwrap_or(&name).to_owned()
    }

    /// The value without quotes and escapes; `None` for a bare flag. Variables are as written.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        self.parts().1
    }

    fn parts(&self) -> (String, Option<String>) {
        let text = logical_text(&self.node);
        let whole = Span::new(0, text.text().len());
        let text = words::flag(text.text(), whole, self.escape).map(|(_, text)| text).unwrap_or_default();
        match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (text, None),
        }
    }

    /// Where the value stands, quotes included; `None` where there is none.
    #[must_use]
    pub fn value_span(&self) -> Option<Span> {
        self.node.children().find(|node| node.kind() == SyntaxKind::FlagValue).map(|node| span(&node))
    }

    /// The options of a `--mount`.
    #[must_use]
    pub fn mount_options(&self) -> Vec<MountOption> {
        let nodes = self.node.descendants().filter(|node| node.kind() == SyntaxKind::MountOption);
        let mut spans = nodes.map(|node| span(&node));
        let (_, value) = self.parts();
        // The cuts are at the same commas, since a comma cannot be escaped or quoted here.
        let written = logical_text(&self.node);
        let (_, written) = written.text().split_once('=').unwrap_or_default();
        let value = value.unwrap_or_default();
        let options = written.split(',').zip(value.split(',')).filter(|(written, _)| !written.is_empty());
        options
            .filter_map(|(_, option)| {
                let span = spans.next()?;
                Some(match option.split_once('=') {
                    Some((key, value)) => {
                        MountOption { key: key.to_ascii_lowercase(), value: Some(value.to_owned()), span }
                    }
                    None => MountOption { key: option.to_ascii_lowercase(), value: None, span },
                })
            })
            .collect()
    }
}

/// One option of `RUN --mount`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountOption {
    /// The key in lower case: `type`, `source`, `target` …
    pub key: String,
    /// The value; `None` for a bare option like `readonly`.
    pub value: Option<String>,
    /// Where it stands.
    pub span: Span,
}

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

/// A heredoc of RUN, COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    pub(super) opener: Opener,
    pub(super) source: MappedText,
    pub(super) node: SyntaxNode,
}

impl Heredoc {
    /// The word that announces it, as written: `<<-'EOF'`.
    #[must_use]
    pub fn opener(&self) -> &MappedText {
        &self.source
    }

    /// The delimiter without quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.opener.name
    }

    /// The number in front of `<<`, as in `3<<EOF`.
    #[must_use]
    pub fn file_descriptor(&self) -> Option<u32> {
        let digits = self.source.text().split('<').next().unwrap_or_default();
        digits.parse().ok()
    }

    /// Whether leading tabs are dropped (`<<-`).
    #[must_use]
    pub const fn chomp(&self) -> bool {
        self.opener.chomp
    }

    /// Whether variables in the body are replaced; not if the delimiter is quoted.
    #[must_use]
    pub const fn expands(&self) -> bool {
        self.opener.expand
    }

    /// The lines between, with their ends, as they stand in the file.
    #[must_use]
    pub fn body(&self) -> MappedText {
        let bodies: Vec<_> = tokens(&self.node).filter(|token| token.kind() == SyntaxKind::HeredocBody).collect();
        mapped_text(bodies.iter().map(|token| (token.text(), token_span(token).start)))
    }

    /// The body and the line that ends it, with their ends.
    #[must_use]
    pub fn lines(&self) -> MappedText {
        let all: Vec<_> = tokens(&self.node).collect();
        mapped_text(all.iter().map(|token| (token.text(), token_span(token).start)))
    }

    /// The body and the line that ends it.
    #[must_use]
    pub fn span(&self) -> Span {
        span(&self.node)
    }
}

/// The place of a node.
pub(super) fn span(node: &SyntaxNode) -> Span {
    Span::new(node.text_range().start().into(), node.text_range().end().into())
}

pub(super) fn token_span(token: &SyntaxToken) -> Span {
    Span::new(token.text_range().start().into(), token.text_range().end().into())
}

pub(super) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens().filter_map(NodeOrToken::into_token)
}

/// The text of a node without continuations and what else the builder drops, mapped to the file.
pub(super) fn logical_text(node: &SyntaxNode) -> MappedText {
    let mut text = MappedText::new();
    push_logical(node.green(), span(node).start, &mut text);
    text
}

/// Adds the text of a node that begins at `start`. Walks the green tree: this is asked for nearly every word of a file, and the
/// red one allocates for each node and token that is looked at.
fn push_logical(node: &GreenNodeData, start: usize, text: &mut MappedText) {
    let mut start = start;
    for child in node.children() {
        match child {
            NodeOrToken::Node(node) => push_logical(node, start, text),
            NodeOrToken::Token(token) if !SyntaxKind::from_raw(token.kind().0).is_trivia() => {
                text.push(token.text(), start)
            }
            NodeOrToken::Token(_) => {}
        }
        start += usize::from(child.text_len());
    }
}
