//! What a rule says about a Dockerfile: findings, and the fixes that they carry.

use crate::settings::Applicability;
use crate::text::{Edit, Span};

/// The files that a fix may touch. One fix may edit both; then both are written or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The Dockerfile itself.
    Dockerfile,
    /// The ignore file that its builds read.
    Dockerignore,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: "insert `RUN chmod 755 /app/run.sh`".
    pub title: String,
    /// The replacements, none overlapping another in the same file.
    pub edits: Vec<(Target, Edit)>,
    /// What the fix relies on besides the bytes that it replaces. Another fix that writes there waits a round.
    pub reads: Vec<(Target, Span)>,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where, in the Dockerfile.
    pub span: Span,
    /// What is there: "runs as `app` from here on".
    pub message: String,
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The slug of the rule.
    pub rule: &'static str,
    /// Where, in the Dockerfile.
    pub span: Span,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Why it is so, and why the fix has the level that it has, in words.
    pub reason: String,
    /// How sure the fix is; `Display` where there is none to write.
    pub applicability: Applicability,
    /// The paths in the image that it is about, where there are such; what to look at once the image is built.
    pub paths: Vec<String>,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// How to mend it. A display finding may carry one, which is shown and never written.
    pub fix: Option<Fix>,
}
