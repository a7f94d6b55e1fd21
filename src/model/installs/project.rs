//! A directory of the image as the copies in front of a step made it, file by file, each with the file of the build
//! context that it is a copy of. What a RUN made there is not in it.

use super::super::landing::Landing;
use super::super::{BuildModel, CopyFrom, Source, SourceKind, StepId, StepKind, path};
use crate::context::{BuildContext, Entry};

/// How many bytes of a manifest or lock file are read; a larger one is taken for one that cannot be read.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// A view of the image in front of a step.
pub struct Project<'a> {
    /// The build context that the copies take their files from.
    pub context: &'a BuildContext,
    copies: Vec<Placed>,
}

/// A file of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The last copy that brings it.
    pub step: StepId,
    /// The file of the context, as the copy names it.
    pub source: String,
    /// What stands there.
    pub entry: Entry,
}

/// A copy from the context.
struct Placed {
    step: StepId,
    sources: Vec<Placement>,
    destination: String,
}

/// One source of a copy.
struct Placement {
    /// Its path in the context.
    source: String,
    /// Where it lands: a directory's content, or the file itself.
    target: String,
    directory: bool,
}

impl<'a> Project<'a> {
    /// The image in front of `step`. A copy whose paths cannot be told is left out: it brings nothing that is known.
    #[must_use]
    pub fn new(model: &'a BuildModel, context: &'a BuildContext, step: StepId) -> Self {
        let history = model.history(step.stage);
        let before = history.iter().copied().filter(|id| *id < step);
        let copies = before.filter_map(|id| placed(model, context, &history, id)).collect();
        Self { context, copies }
    }

    /// The file or directory at an absolute path of the image.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Found> {
        self.copies.iter().rev().find_map(|copy| self.brought(copy, path))
    }

    /// What one copy brings to `path`, whatever others do.
    #[must_use]
    pub fn brought_by(&self, step: StepId, path: &str) -> Option<Found> {
        self.copies.iter().filter(|copy| copy.step == step).find_map(|copy| self.brought(copy, path))
    }

    fn brought(&self, copy: &Placed, path: &str) -> Option<Found> {
        path::below(&copy.destination, path)?;
        // A later source wins over an earlier one.
        copy.sources.iter().rev().find_map(|placement| {
            let source = placement.source_of(path)?;
            let entry = self.context.entry(&source).filter(|_| self.context.is_sent(&source))?;
            Some(Found { step: copy.step, source, entry })
        })
    }

    /// Where `path` would be taken from by a copy, whether there is such a file or not.
    #[must_use]
    pub fn places(&self, step: StepId, path: &str) -> Vec<String> {
        let copies = self.copies.iter().filter(|copy| copy.step == step);
        let directories = copies.flat_map(|copy| &copy.sources).filter(|placement| placement.directory);
        directories.filter_map(|placement| placement.source_of(path)).collect()
    }

    /// Whether a file stands there.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// The text of a file.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<String> {
        self.context.read(&self.find(path)?.source, MOST_BYTES)
    }

    /// The names in a directory, sorted.
    #[must_use]
    pub fn names(&self, directory: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for placement in self.copies.iter().flat_map(|copy| &copy.sources) {
            if let Some(source) = placement.source_of(directory).filter(|_| placement.directory) {
                names.extend(self.context.names(&source));
            } else if path::parent(&placement.target) == directory {
                names.push(path::file_name(&placement.target).to_owned());
            }
        }
        names.sort();
        names.dedup();
        names.retain(|name| self.has(&path::join(directory, name)));
        names
    }

    /// The directories of the context that a copy brings whole, each with where it lands.
    pub fn directories(&self, step: StepId) -> impl Iterator<Item = (&str, &str)> {
        let copies = self.copies.iter().filter(move |copy| copy.step == step);
        let sources = copies.flat_map(|copy| &copy.sources).filter(|placement| placement.directory);
        sources.map(|placement| (placement.source.as_str(), placement.target.as_str()))
    }

    /// The copies that bring a directory whole, in order.
    pub fn whole(&self) -> impl Iterator<Item = StepId> {
        let whole = self.copies.iter().filter(|copy| copy.sources.iter().any(|placement| placement.directory));
        whole.map(|copy| copy.step)
    }
}

impl Placement {
    /// The path in the context that lands at `path`.
    fn source_of(&self, path: &str) -> Option<String> {
        if !self.directory {
            return (self.target == path).then(|| self.source.clone());
        }
        let inside = path::below(&self.target, path)?;
        Some(match (self.source.as_str(), inside) {
            ("", inside) => inside.to_owned(),
            (source, "") => source.to_owned(),
            (source, inside) => format!("{source}/{inside}"),
        })
    }
}

fn placed(model: &BuildModel, context: &BuildContext, history: &[StepId], id: StepId) -> Option<Placed> {
    let StepKind::Copy(copy) = &model.step(id).kind else { return None };
    if copy.from != CopyFrom::Context || copy.parents || !copy.excludes.is_empty() {
        return None;
    }
    let destination = copy.destination.path.clone()?;
    let found: Vec<_> = copy.sources.iter().flat_map(|source| found(context, source)).collect();
    let into = copy.destination.directory
        || copy.sources.len() > 1
        || found.len() > 1
        || Landing::new(model, Some(context)).is_directory(id, history, &destination);
    let sources = found.into_iter().map(|(source, directory)| {
        let target = match (directory, into) {
            (false, true) => path::join(&destination, path::file_name(&source)),
            _ => destination.clone(),
        };
        Placement { source, target, directory }
    });
    Some(Placed { step: id, sources: sources.collect(), destination })
}

/// The paths of the context that a source names, each with whether it is a directory.
fn found(context: &BuildContext, source: &Source) -> Vec<(String, bool)> {
    if source.kind != SourceKind::Path {
        return Vec::new();
    }
    let matches = context.matches(&source.text);
    matches.found.iter().map(|found| (found.path.clone(), found.entry.is_directory())).collect()
}
