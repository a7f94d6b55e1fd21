//! A view of the tree in the terms of the Dockerfile reference.

use rowan::NodeOrToken;

use super::emitter::mapped_text;
use super::kinds::{SyntaxKind, SyntaxNode, SyntaxToken};
use super::{json, words};
use crate::text::{MappedText, Span};

/// The place of a node.
pub(super) fn span(node: &SyntaxNode) -> Span {
    Span::new(node.text_range().start().into(), node.text_range().end().into())
}

fn token_span(token: &SyntaxToken) -> Span {
    Span::new(token.text_range().start().into(), token.text_range().end().into())
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens().filter_map(NodeOrToken::into_token)
}

/// The text of a node without continuations and what else the builder drops, mapped to the file.
fn logical_text(node: &SyntaxNode) -> MappedText {
    let tokens: Vec<_> = node
        .descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| !token.kind().is_trivia())
        .collect();
    mapped_text(tokens.iter().map(|token| (token.text(), token_span(token).start)))
}

/// An instruction, known or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instruction {
    node: SyntaxNode,
    escape: char,
}

impl Instruction {
    pub(super) fn new(node: SyntaxNode, escape: char) -> Option<Self> {
        node.kind().is_instruction().then_some(Self { node, escape })
    }

    /// Which instruction it is.
    #[must_use]
    pub fn kind(&self) -> SyntaxKind {
        self.node.kind()
    }

    /// The keyword as written.
    #[must_use]
    pub fn keyword(&self) -> String {
        self.keyword_tokens().map(|token| token.text().to_owned()).collect()
    }

    /// The escape character of its file.
    #[must_use]
    pub const fn escape(&self) -> char {
        self.escape
    }

    fn keyword_tokens(&self) -> impl Iterator<Item = SyntaxToken> {
        tokens(&self.node).filter(|token| token.kind() == SyntaxKind::Keyword)
    }

    /// The keyword, or the beginning of the node where it is empty.
    #[must_use]
    pub fn keyword_span(&self) -> Span {
        let mut spans = self.keyword_tokens().map(|token| token_span(&token));
        let first = spans.next().unwrap_or_else(|| Span::empty(span(&self.node).start));
        spans.fold(first, Span::cover)
    }

    /// From the keyword to the last byte of its arguments; no comments above, no line end, no heredoc lines.
    #[must_use]
    pub fn span(&self) -> Span {
        let last = self
            .node
            .children_with_tokens()
            .filter(|element| !element.kind().is_trivia() && element.kind() != SyntaxKind::Heredoc)
            .last();
        let end = last.map_or_else(|| self.keyword_span().end, |element| element.text_range().end().into());
        let start = self.keyword_span().start;
        Span::new(start, end.max(start))
    }

    /// Everything that belongs to it: the comments directly above, its lines with their ends, its heredocs.
    #[must_use]
    pub fn full_span(&self) -> Span {
        span(&self.node)
    }

    /// The comments directly above it.
    #[must_use]
    pub fn comments(&self) -> Vec<(Span, String)> {
        tokens(&self.node)
            .take_while(|token| token.kind().is_trivia())
            .filter(|token| token.kind() == SyntaxKind::Comment)
            .map(|token| (token_span(&token), token.text().to_owned()))
            .collect()
    }

    /// The flags in order.
    #[must_use]
    pub fn flags(&self) -> Vec<Flag> {
        let nodes = self.node.children().filter(|node| node.kind() == SyntaxKind::Flag);
        nodes.map(|node| Flag { node, escape: self.escape }).collect()
    }

    /// The first flag named `name` (without the dashes).
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<Flag> {
        self.flags().into_iter().find(|flag| flag.name() == name)
    }

    /// The arguments as words: of FROM, COPY, ADD, EXPOSE, VOLUME in their plain form, and the one of USER, WORKDIR,
    /// STOPSIGNAL, MAINTAINER. Empty for the JSON form.
    #[must_use]
    pub fn words(&self) -> Vec<Word> {
        let is_word = |node: &SyntaxNode| matches!(node.kind(), SyntaxKind::Word | SyntaxKind::HeredocOpener);
        self.node.children().filter(is_word).map(|node| Word { node }).collect()
    }

    /// The arguments in JSON form; `None` if they are not.
    #[must_use]
    pub fn json(&self) -> Option<Vec<JsonString>> {
        let array = self.node.children().find(|node| node.kind() == SyntaxKind::JsonArray)?;
        let strings = array.children().filter(|node| node.kind() == SyntaxKind::JsonString);
        Some(strings.map(|node| JsonString { node }).collect())
    }

    /// The text for the shell: of RUN, CMD, ENTRYPOINT, HEALTHCHECK CMD in shell form.
    #[must_use]
    pub fn shell_text(&self) -> Option<MappedText> {
        let node = self.node.children().find(|node| node.kind() == SyntaxKind::ShellText)?;
        Some(logical_text(&node))
    }

    /// The key-value pairs of ENV, LABEL and ARG.
    #[must_use]
    pub fn pairs(&self) -> Vec<KeyValue> {
        let nodes = self.node.children().filter(|node| node.kind() == SyntaxKind::KeyValue);
        nodes.map(|node| KeyValue { node }).collect()
    }

    /// The heredocs whose lines follow it.
    #[must_use]
    pub fn heredocs(&self) -> Vec<Heredoc> {
        let bodies: Vec<_> = self.node.children().filter(|node| node.kind() == SyntaxKind::Heredoc).collect();
        if bodies.is_empty() {
            return Vec::new();
        }
        // Not every opener is a word of the arguments, so the builder's way of finding them is gone again.
        let text = self.logical_text();
        let openers = super::heredoc::openers(text.text());
        let bodies = openers.into_iter().zip(bodies);
        bodies.map(|(opener, node)| Heredoc { source: text.slice(opener.span), opener, node }).collect()
    }

    /// The instruction that an ONBUILD holds.
    #[must_use]
    pub fn onbuild(&self) -> Option<Instruction> {
        if self.kind() != SyntaxKind::OnbuildInstruction {
            return None;
        }
        self.node.children().find_map(|node| Instruction::new(node, self.escape))
    }

    /// `CMD` or `NONE` of a HEALTHCHECK, in upper case.
    #[must_use]
    pub fn healthcheck_kind(&self) -> Option<String> {
        let words = tokens(&self.node).filter(|token| token.kind() == SyntaxKind::HealthcheckKind);
        let kind: String = words.map(|token| token.text().to_ascii_uppercase()).collect();
        (!kind.is_empty()).then_some(kind)
    }

    /// Whether a node of its own could not be understood.
    #[must_use]
    pub fn has_error(&self) -> bool {
        self.kind() == SyntaxKind::UnknownInstruction
            || self.node.children().any(|node| node.kind() == SyntaxKind::Error)
    }

    /// Its whole text as the builder joins it, keyword included, heredocs not.
    #[must_use]
    pub fn logical_text(&self) -> MappedText {
        let mut mapped = MappedText::new();
        let mut previous = None;
        let mut leaves = self.leaves().peekable();
        while let Some(token) = leaves.next() {
            // White space between words is text; in front of a dropped comment, or alone on a line, it is not.
            let next = leaves.peek().map(SyntaxToken::kind);
            let blank_line = next == Some(SyntaxKind::Newline)
                && matches!(previous, Some(SyntaxKind::Continuation | SyntaxKind::Newline));
            let space = token.kind() == SyntaxKind::Whitespace
                && !mapped.text().is_empty()
                && next != Some(SyntaxKind::Comment)
                && !blank_line;
            if space || !token.kind().is_trivia() {
                mapped.push(token.text(), token_span(&token).start);
            }
            previous = Some(token.kind());
        }
        mapped
    }

    pub(super) fn has_token(&self, kind: SyntaxKind) -> bool {
        tokens(&self.node).any(|token| token.kind() == kind)
    }

    /// Its tokens, heredocs not.
    fn leaves(&self) -> impl Iterator<Item = SyntaxToken> {
        let mut heredoc = false;
        self.node.preorder_with_tokens().filter_map(move |event| match event {
            rowan::WalkEvent::Enter(NodeOrToken::Token(token)) if !heredoc => Some(token),
            rowan::WalkEvent::Enter(NodeOrToken::Node(node)) => {
                heredoc |= node.kind() == SyntaxKind::Heredoc;
                None
            }
            _ => None,
        })
    }
}

/// A flag: `--chown=app:app`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flag {
    node: SyntaxNode,
    escape: char,
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
    node: SyntaxNode,
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
    node: SyntaxNode,
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
    node: SyntaxNode,
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
    opener: super::heredoc::Opener,
    source: MappedText,
    node: SyntaxNode,
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

    /// The body and the line that ends it.
    #[must_use]
    pub fn span(&self) -> Span {
        span(&self.node)
    }
}
