//! The lossless syntax tree of a Dockerfile. The only module that knows rowan.
//!
//! [`Dockerfile::parse`] never fails: what cannot be understood stands in the tree as an error node, and what is wrong
//! is in [`Dockerfile::errors`]. The tree always holds every byte of the file. What a line means follows BuildKit's parser.

mod ast;
mod duration;
mod emitter;
mod error;
mod file;
mod flags;
mod heredoc;
mod insert;
mod instruction;
mod json;
mod kinds;
mod pairs;
mod parts;
mod shlex;
mod typed;
mod words;

pub use ast::Instruction;
pub use error::SyntaxError;
pub use kinds::SyntaxKind;
pub use parts::{Flag, Heredoc, JsonString, KeyValue, MountOption, Variable, Word};
pub use shlex::{ExpandError, Lookup, expand};
pub use typed::{
    AddInstruction, ArgInstruction, CmdInstruction, CopyInstruction, EntrypointInstruction, EnvInstruction,
    ExposeInstruction, FromInstruction, HealthcheckInstruction, LabelInstruction, MaintainerInstruction,
    OnbuildInstruction, PathWord, RunInstruction, ShellInstruction, StopsignalInstruction, UserInstruction,
    VolumeInstruction, WorkdirInstruction,
};

use std::fmt::Write as _;

use kinds::SyntaxNode;

/// A parsed Dockerfile.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    text: String,
    green: rowan::GreenNode,
    errors: Vec<SyntaxError>,
    escape: char,
}

/// A parser directive: `# escape=\``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The name in lower case: `syntax`, `escape` or `check`.
    pub name: String,
    /// The value as written, without blanks around it.
    pub value: String,
    /// Where the line stands.
    pub span: crate::text::Span,
}

impl Dockerfile {
    /// Parses `text`, whatever it is.
    #[must_use]
    pub fn parse(text: impl Into<String>) -> Self {
        let text = text.into();
        let parsed = file::parse(&text);
        Self { green: parsed.green, errors: parsed.errors, escape: parsed.escape, text }
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What builders refuse, in file order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The escape character: a backslash, or what the `escape` directive says.
    #[must_use]
    pub const fn escape(&self) -> char {
        self.escape
    }

    /// The instructions in file order, unknown ones included.
    #[must_use]
    pub fn instructions(&self) -> Vec<Instruction> {
        self.root().children().filter_map(|node| Instruction::new(node, self.escape)).collect()
    }

    /// The parser directives at the top.
    #[must_use]
    pub fn directives(&self) -> Vec<Directive> {
        let token = |node: &SyntaxNode, kind| {
            let mut tokens = node.children_with_tokens().filter_map(rowan::NodeOrToken::into_token);
            tokens.find(|token| token.kind() == kind).map(|token| token.text().to_owned()).unwrap_or_default()
        };
        let nodes = self.root().children().take_while(|node| node.kind() == SyntaxKind::Directive);
        nodes
            .map(|node| Directive {
                name: token(&node, SyntaxKind::DirectiveName).to_ascii_lowercase(),
                value: token(&node, SyntaxKind::DirectiveValue),
                span: parts::span(&node),
            })
            .collect()
    }

    /// Every comment in file order, also those inside of continued instructions; no directives, no line ends.
    #[must_use]
    pub fn comments(&self) -> Vec<(crate::text::Span, String)> {
        let tokens = self.root().descendants_with_tokens().filter_map(rowan::NodeOrToken::into_token);
        tokens
            .filter(|token| token.kind() == SyntaxKind::Comment)
            .map(|token| {
                let range = token.text_range();
                (crate::text::Span::new(range.start().into(), range.end().into()), token.text().to_owned())
            })
            .collect()
    }

    /// The text of the tree; always equal to [`Dockerfile::text`].
    #[must_use]
    pub fn tree_text(&self) -> String {
        self.root().text().to_string()
    }

    /// The tree, a node or token a line, with the errors below.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut dump = String::new();
        let mut depth = 0;
        for event in self.root().preorder_with_tokens() {
            match event {
                rowan::WalkEvent::Enter(element) => {
                    let range = element.text_range();
                    let _ = write!(dump, "{:indent$}{:?}@{range:?}", "", element.kind(), indent = depth * 2);
                    if let Some(token) = element.as_token() {
                        let _ = write!(dump, " {:?}", token.text());
                    }
                    dump.push('\n');
                    depth += 1;
                }
                rowan::WalkEvent::Leave(_) => depth -= 1,
            }
        }
        for error in &self.errors {
            let _ = writeln!(dump, "error {}: {} ({})", error.span, error.message, error.help);
        }
        dump
    }

    fn root(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }
}
