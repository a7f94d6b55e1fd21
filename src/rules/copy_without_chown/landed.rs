//! What a copy brings, and where it lands.

use crate::context::BuildContext;
use crate::model::landing::Landing;
use crate::model::{Copy, CopyFrom, Source, SourceKind, StepId, path};
use crate::rules::RuleContext;

/// One thing that a copy brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// Where it lies in the image. For a directory whose contents are copied, the directory that they are copied into.
    pub path: String,
    /// Whether it is a directory; `None` if nobody can tell.
    pub directory: Option<bool>,
    /// Where it lies in the context, if it comes from one that is known.
    pub in_context: Option<String>,
}

/// What the copy at `id` brings; `None` if it cannot be told where to.
pub fn landed(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, history: &[StepId]) -> Option<Vec<Landed>> {
    let destination = copy.destination.path.as_deref()?;
    let landing = Landing::new(ctx.model, ctx.build_context);
    let into = copy.destination.directory
        || copy.sources.len() > 1
        || copy.parents
        || landing.is_directory(id, history, destination);
    let place = Place { destination, into, context: ctx.context_of(id.stage) };
    Some(copy.sources.iter().flat_map(|source| place.source(copy, source)).collect())
}

/// Whether the directory was there before the copy.
pub fn is_there_before(ctx: &RuleContext<'_>, id: StepId, directory: &str, history: &[StepId]) -> bool {
    Landing::new(ctx.model, ctx.build_context).is_directory(id, history, directory)
}

struct Place<'a> {
    destination: &'a str,
    /// Whether the destination is a directory, so that a file lies in it under its own name.
    into: bool,
    context: Option<&'a BuildContext>,
}

impl Place<'_> {
    fn source(&self, copy: &Copy, source: &Source) -> Vec<Landed> {
        let unknown = || vec![Landed { path: self.destination.to_owned(), directory: None, in_context: None }];
        match source.kind {
            SourceKind::Heredoc => vec![self.file(&source.text, None)],
            SourceKind::Url => {
                let address = source.text.split(['?', '#']).next().unwrap_or_default();
                vec![self.file(path::file_name(address), None)]
            }
            SourceKind::Git => vec![self.directory(None)],
            SourceKind::Unknown => unknown(),
            SourceKind::Path if copy.parents => unknown(),
            SourceKind::Path => match self.context.filter(|_| copy.from == CopyFrom::Context) {
                Some(context) => self.in_context(context, source),
                None => vec![self.by_name(&source.text)],
            },
        }
    }

    fn in_context(&self, context: &BuildContext, source: &Source) -> Vec<Landed> {
        let matches = context.matches(&source.text);
        if matches.found.is_empty() {
            return vec![self.by_name(&source.text)];
        }
        let several = matches.found.len() > 1;
        let one = |found: &crate::context::Match| {
            let in_context = Some(found.entry.path.clone());
            if found.entry.is_directory() {
                return self.directory(in_context);
            }
            let name = path::file_name(&found.path);
            if several {
                let path = path::join(self.destination, name);
                return Landed { path, directory: Some(false), in_context };
            }
            self.file(name, in_context)
        };
        let mut landed: Vec<Landed> = matches.found.iter().map(one).collect();
        // Where very many files lie in one directory, it stands for them.
        if landed.len() > MOST_FILES {
            landed = vec![self.directory(None)];
        }
        landed
    }

    /// What can be said by a name alone.
    fn by_name(&self, text: &str) -> Landed {
        let name = path::file_name(text);
        let whole = matches!(text, "." | "./" | "/" | "") || text.ends_with('/') || name.contains(['*', '?', '[']);
        if whole {
            return self.directory(None);
        }
        let hidden = name.strip_prefix('.').unwrap_or(name);
        if hidden.contains('.') || (!self.into && path::file_name(self.destination).contains('.')) {
            return self.file(name, None);
        }
        // `COPY app /app/`: a file lands in the directory, a directory's contents do too.
        Landed { path: self.destination.to_owned(), directory: None, in_context: None }
    }

    fn file(&self, name: &str, in_context: Option<String>) -> Landed {
        let path = if self.into { path::join(self.destination, name) } else { self.destination.to_owned() };
        Landed { path, directory: Some(false), in_context }
    }

    fn directory(&self, in_context: Option<String>) -> Landed {
        Landed { path: self.destination.to_owned(), directory: Some(true), in_context }
    }
}

/// More files than this are not looked at one by one.
const MOST_FILES: usize = 50;
