//! COPY and ADD: what comes from where, and where it goes.

use super::{Base, Scope, Stage, path};
use crate::syntax::{AddInstruction, CopyInstruction, Instruction, PathWord};
use crate::text::Span;

/// Where a COPY takes its sources from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// An earlier stage, by its index.
    Stage(usize),
    /// Another image, a named context, or what nobody can tell.
    Elsewhere,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A path or a glob.
    Path,
    /// The lines of a heredoc; the copy is a file with mode 644.
    Heredoc,
    /// A download by ADD; the copy is a file with mode 600.
    Url,
    /// A git repository fetched by ADD.
    Git,
    /// A text with a variable that is not known.
    Unknown,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Its text with variables replaced where they are known; the name of a heredoc.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Where the sources go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// As written.
    pub written: String,
    /// Absolute, with variables replaced by what they are by default; `None` if nobody can tell.
    pub path: Option<String>,
    /// Whether variables stand in it, so that a build argument or the base image may change it.
    pub has_variables: bool,
    /// Whether it is a directory for certain: it ends in a slash or a dot.
    pub directory: bool,
}

/// A COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Whether it is an ADD.
    pub add: bool,
    /// Where the sources are.
    pub from: CopyFrom,
    /// The sources in order.
    pub sources: Vec<Source>,
    /// Where they go.
    pub destination: Destination,
    /// `--chown`, as written.
    pub chown: Option<String>,
    /// `--chmod`, as written.
    pub chmod: Option<String>,
    /// `--link`
    pub link: bool,
    /// `--parents`
    pub parents: bool,
    /// The patterns of `--exclude`.
    pub excludes: Vec<String>,
    /// Whether the arguments are in JSON form.
    pub json: bool,
}

impl Copy {
    /// Whether it brings a file to `target` by name: its destination is that path, or a directory for a source of that
    /// name. What a directory among its sources holds is not looked at.
    #[must_use]
    pub fn names_target(&self, target: &str) -> bool {
        let name = path::file_name(target);
        self.destination.path.as_deref().is_some_and(|destination| {
            let same_name = || {
                path::join(destination, name) == target
                    && self.sources.iter().any(|source| path::file_name(&source.text) == name)
            };
            destination == target || same_name()
        })
    }

    pub(super) fn new(instruction: &Instruction, scope: &Scope, stages: &[Stage]) -> Self {
        let (copy, add) = (CopyInstruction::cast(instruction), AddInstruction::cast(instruction));
        let (sources, destination) = match (&copy, &add) {
            (Some(copy), _) => (copy.sources(), copy.destination()),
            (_, Some(add)) => (add.sources(), add.destination()),
            _ => (Vec::new(), None),
        };
        let flag = |name: &str| instruction.flag(name).and_then(|flag| flag.value());
        let is_add = add.is_some();
        Self {
            add: is_add,
            from: from(copy.as_ref().and_then(CopyInstruction::from), stages),
            sources: sources.iter().map(|word| source(word, scope, instruction.escape(), is_add)).collect(),
            destination: destination_of(destination.as_ref(), scope, instruction.escape()),
            chown: flag("chown"),
            chmod: flag("chmod"),
            link: copy.as_ref().is_some_and(CopyInstruction::link) || add.as_ref().is_some_and(AddInstruction::link),
            parents: copy.as_ref().is_some_and(CopyInstruction::parents),
            excludes: copy
                .as_ref()
                .map(CopyInstruction::excludes)
                .or_else(|| add.as_ref().map(AddInstruction::excludes))
                .unwrap_or_default(),
            json: instruction.json().is_some(),
        }
    }
}

/// `--from` names a stage by name or by its number among the FROM instructions.
fn from(flag: Option<String>, stages: &[Stage]) -> CopyFrom {
    let Some(name) = flag else { return CopyFrom::Context };
    let named = |stage: &Stage| !stage.triggers && stage.name.as_deref() == Some(name.to_lowercase().as_str());
    if let Some(index) = stages.iter().rposition(named) {
        return CopyFrom::Stage(index);
    }
    let mut written = stages.iter().enumerate().filter(|(_, stage)| !stage.triggers);
    match name.parse::<usize>().ok().and_then(|number| written.nth(number)) {
        Some((index, _)) => CopyFrom::Stage(index),
        None => CopyFrom::Elsewhere,
    }
}

fn source(word: &PathWord, scope: &Scope, escape: char, add: bool) -> Source {
    let span = word.span;
    if word.heredoc {
        let name = word.text.trim_start_matches(|character: char| character.is_ascii_digit());
        let name = name.trim_start_matches("<<").trim_start_matches('-').trim();
        return Source { kind: SourceKind::Heredoc, text: name.replace(['\'', '"'], ""), span };
    }
    let Some(expanded) = scope.expand(&word.text, escape) else {
        return Source { kind: SourceKind::Unknown, text: word.text.clone(), span };
    };
    let text = expanded.value;
    let kind = match () {
        () if add && is_git(&text) => SourceKind::Git,
        () if add && (text.starts_with("http://") || text.starts_with("https://")) => SourceKind::Url,
        () if expanded.overridable => SourceKind::Unknown,
        () => SourceKind::Path,
    };
    Source { kind, text, span }
}

/// Whether ADD fetches a git repository; the rule is `ParseGitRef` in BuildKit's `util/gitutil`.
fn is_git(text: &str) -> bool {
    let without_fragment = text.split_once('#').map_or(text, |(url, _)| url);
    ["git://", "git@", "ssh://"].iter().any(|prefix| text.starts_with(prefix))
        || text.starts_with("github.com/")
        || (text.starts_with("http") && without_fragment.ends_with(".git"))
}

fn destination_of(word: Option<&PathWord>, scope: &Scope, escape: char) -> Destination {
    let written = word.map(|word| word.text.clone()).unwrap_or_default();
    let expanded = scope.expand(&written, escape);
    let value = expanded.as_ref().map_or(written.as_str(), |expanded| expanded.value.as_str());
    let last = value.rsplit('/').next().unwrap_or_default();
    Destination {
        has_variables: written.contains('$'),
        directory: matches!(last, "" | "." | "..") && !value.is_empty(),
        path: expanded.as_ref().and_then(|expanded| scope.absolute(&expanded.value)),
        written,
    }
}

impl Stage {
    /// Whether it begins with nothing.
    #[must_use]
    pub fn is_scratch(&self) -> bool {
        self.base == Base::Scratch
    }
}
