//! One Dockerfile from its text to its findings and its new text. Reads the build context, writes nothing.

use std::path::{Path, PathBuf};

use crate::report::{Problem, ReportedFinding};
use crate::settings::Settings;

/// What there is to know about a Dockerfile before it is looked at.
pub struct Input<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it is, absolute and without links; `None` for standard input.
    pub path: Option<&'a Path>,
    /// The build context that the user named.
    pub context: Option<&'a Path>,
    /// What the user decided.
    pub settings: &'a Settings,
}

/// What came of it.
pub enum Analysis {
    /// It cannot be worked on.
    Problems(Vec<Problem>),
    /// It is a template for Dockerfiles; the number of the line that says so.
    Template(usize),
    /// It was understood.
    Done(Understood),
}

/// Findings and new texts.
pub struct Understood {
    /// The Dockerfile's new text.
    pub dockerfile: String,
    /// The ignore file: its path, its text before, its text after.
    pub dockerignore: Option<(PathBuf, Option<String>, String)>,
    /// What was found, with places in the text that was read.
    pub findings: Vec<ReportedFinding>,
    /// Fixes that were taken back, each a sentence that names its rule.
    pub bugs: Vec<String>,
    /// The build context, where one is known.
    pub context: Option<PathBuf>,
}

/// Looks at one Dockerfile.
#[must_use]
pub fn analyse(input: &Input<'_>) -> Analysis {
    Analysis::Done(Understood {
        dockerfile: input.text.to_owned(),
        dockerignore: None,
        findings: Vec::new(),
        bugs: Vec::new(),
        context: None,
    })
}

/// The syntax tree of `text`, for people, and what is wrong with its syntax.
#[must_use]
pub fn tree(text: &str) -> (String, Vec<Problem>) {
    let _ = text;
    (String::new(), Vec::new())
}
