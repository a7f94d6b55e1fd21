//! What is wrong with a Dockerfile. Errors stand beside the tree, which always holds the whole file.

use crate::text::Span;

/// One thing that a builder refuses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}
