//! A view of the tree in the terms of the Dockerfile reference.

use rowan::NodeOrToken;

use super::heredoc;
use super::kinds::{Language, SyntaxKind, SyntaxNode, SyntaxToken};
use super::parts::{Flag, Heredoc, JsonString, KeyValue, Word, logical_text, span, token_span, tokens};
use crate::text::{MappedText, Span};

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
        let is_outside = |element: &rowan::SyntaxElement<Language>| {
            element.kind().is_trivia() || element.kind() == SyntaxKind::Heredoc
        };
        let backwards = std::iter::successors(self.node.last_child_or_token(), |last| last.prev_sibling_or_token());
        let last = backwards.into_iter().find(|element| !is_outside(element));
        let keyword = self.keyword_span();
        let end = last.map_or(keyword.end, |element| element.text_range().end().into());
        let start = keyword.start;
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
        let nodes = self.node.children().filter(|node| node.kind() == SyntaxKind::Flag);
        nodes.map(|node| Flag { node, escape: self.escape }).find(|flag| flag.name() == name)
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
        let openers = heredoc::openers(text.text());
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
