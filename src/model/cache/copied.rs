//! What a COPY or ADD makes of a change: whether it has to run again for its own sake, and what lands where.

use super::keys::Own;
use super::paths::{Hit, Paths};
use super::reason::Reason;
use super::stages::{From, Stages};
use super::walk::End;
use super::worlds::Worlds;
use crate::model::path;
use crate::syntax::{AddInstruction, CopyInstruction, Heredoc, Instruction, PathWord};

/// A changed path of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Landed {
    /// Where it lies; one of these, where there are several.
    pub(super) places: Vec<String>,
    /// Whether a later copy may have put something else there.
    pub(super) covered: bool,
    /// What it was in the context.
    pub(super) source: String,
}

/// What is different in the files of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    /// These paths, and nothing else.
    Known(Vec<Landed>),
    /// Nobody can tell, since the step at this line runs again.
    Unknown(usize),
}

impl Contents {
    /// Another copy goes to `directory`, and may put its own files over those that are there.
    pub(super) fn may_be_covered(&mut self, directory: &str) {
        let Self::Known(all) = self else { return };
        for landed in all {
            let covers = |place: &String| path::below(directory, place).is_some();
            landed.covered |= landed.places.iter().any(covers);
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Known(all), Self::Known(more)) => all.extend(more),
            (Self::Known(_), unknown) => *self = unknown,
            (Self::Unknown(_), _) => {}
        }
    }
}

/// A COPY or ADD, with what is around it.
pub(super) struct Copied<'a> {
    pub(super) instruction: &'a Instruction,
    /// The heredocs; those of a trigger stand behind its ONBUILD.
    pub(super) heredocs: Vec<Heredoc>,
    pub(super) line: usize,
    pub(super) stage: usize,
    pub(super) stages: &'a Stages,
    /// What became of the stages in front.
    pub(super) ends: &'a [Option<End>],
    pub(super) paths: &'a Paths<'a>,
    pub(super) worlds: &'a Worlds,
    /// The working directory, where it is known.
    pub(super) workdir: Option<&'a str>,
}

impl Copied<'_> {
    /// What it does for its own sake, and what it changes in the image.
    pub(super) fn own(&self) -> (Own, Contents) {
        let (sources, destination) = self.words();
        let mut own = Own::Unchanged(Reason::Unchanged);
        let mut contents = Contents::Known(Vec::new());
        for text in self.flag_texts().chain(destination.as_ref().map(|word| word.text.clone())) {
            if let Some(name) = self.worlds.word(&text) {
                own.raise(Own::Changed(Reason::Word { name }));
                contents = Contents::Unknown(self.line);
            }
        }
        let filtered = self.instruction.flag("exclude").is_some() || self.instruction.flag("parents").is_some();
        let several = sources.len() > 1;
        for source in &sources {
            let (found, landed) = self.source(source, destination.as_ref(), several, filtered);
            own.raise(found);
            contents.add(landed);
        }
        if AddInstruction::cast(self.instruction).is_some() && matches!(own, Own::Changed(_)) {
            // What an archive holds is not looked at.
            contents = Contents::Unknown(self.line);
        }
        (own, contents)
    }

    /// Where it goes; `None` where that is not known.
    pub(super) fn directory(&self) -> Option<String> {
        self.words().1.and_then(|to| self.destination(&to))
    }

    pub(super) fn link(&self) -> bool {
        let copy = CopyInstruction::cast(self.instruction).is_some_and(|copy| copy.link());
        copy || AddInstruction::cast(self.instruction).is_some_and(|add| add.link())
    }

    fn words(&self) -> (Vec<PathWord>, Option<PathWord>) {
        match (CopyInstruction::cast(self.instruction), AddInstruction::cast(self.instruction)) {
            (Some(copy), _) => (copy.sources(), copy.destination()),
            (_, Some(add)) => (add.sources(), add.destination()),
            _ => (Vec::new(), None),
        }
    }

    fn flag_texts(&self) -> impl Iterator<Item = String> {
        let flags = self.instruction.flags().into_iter();
        flags
            .filter(|flag| ["chown", "chmod", "checksum", "exclude"].contains(&flag.name().as_str()))
            .filter_map(|flag| flag.value())
    }

    fn source(
        &self,
        word: &PathWord,
        destination: Option<&PathWord>,
        several: bool,
        filtered: bool,
    ) -> (Own, Contents) {
        let nothing = || Contents::Known(Vec::new());
        let unknown = || Contents::Unknown(self.line);
        let variable = self.worlds.word(&word.text);
        if word.heredoc {
            let body = self.heredocs.iter().filter(|heredoc| heredoc.expands());
            let differs = body.filter_map(|heredoc| self.worlds.word(heredoc.body().text())).next().or(variable);
            return match differs {
                Some(name) => (Own::Changed(Reason::Word { name }), unknown()),
                None => (Own::Unchanged(Reason::Unchanged), nothing()),
            };
        }
        let text = self.worlds.now(&word.text);
        if AddInstruction::cast(self.instruction).is_some() && is_remote(text.as_deref().unwrap_or(&word.text)) {
            return match variable {
                Some(name) => (Own::Depends(Reason::OtherDownload { name }), unknown()),
                None => (Own::Unchanged(Reason::Download), nothing()),
            };
        }
        if let Some(name) = variable {
            return (Own::Changed(Reason::Word { name }), unknown());
        }
        let from = CopyInstruction::cast(self.instruction).and_then(|copy| copy.from());
        let from = self.stages.from(from.as_deref(), self.stage);
        let Some(text) = text else {
            return match self.perhaps(&from, &word.text) {
                Some(reason) => (Own::Depends(reason), unknown()),
                None => (Own::Unchanged(Reason::Unchanged), nothing()),
            };
        };
        match from {
            From::Context => self.context_source(&text, destination, several, filtered),
            From::Stage(stage) => stage_source(self.ends[stage].as_ref(), &text, self.line),
            From::Elsewhere => (Own::Unchanged(Reason::Unchanged), nothing()),
        }
    }

    /// What a source may take that only the base image can tell.
    fn perhaps(&self, from: &From, written: &str) -> Option<Reason> {
        match from {
            From::Context => self.paths.hits(".").into_iter().next().map(|hit| Reason::Unknown { path: hit.path }),
            From::Stage(stage) => {
                let end = self.ends[*stage].as_ref().filter(|end| end.runs_again)?;
                Some(Reason::StageOutput { path: written.to_owned(), line: end.line })
            }
            From::Elsewhere => None,
        }
    }

    fn context_source(&self, text: &str, to: Option<&PathWord>, several: bool, filtered: bool) -> (Own, Contents) {
        let hits = self.paths.hits(&without_pivot(text));
        let mut own = Own::Unchanged(Reason::Unchanged);
        let mut landed = Vec::new();
        for hit in hits {
            if hit.unnoticed {
                own.raise(Own::Unchanged(Reason::DirectoryMode { path: hit.path }));
                continue;
            }
            if filtered {
                return (Own::Depends(Reason::Filter { path: hit.path }), Contents::Unknown(self.line));
            }
            if !hit.through_link {
                landed.extend(self.landed(&hit, to, several));
            }
            own.raise(Own::Changed(Reason::Path { path: hit.path, change: hit.change }));
        }
        let known = to.is_some_and(|to| self.destination(to).is_some());
        let contents = if known || landed.is_empty() && !matches!(own, Own::Changed(_)) {
            Contents::Known(landed)
        } else {
            Contents::Unknown(self.line)
        };
        (own, contents)
    }

    fn landed(&self, hit: &Hit, to: Option<&PathWord>, several: bool) -> Option<Landed> {
        let to = to?;
        let directory = self.destination(to)?;
        let written = self.worlds.now(&to.text)?;
        let into = several || matches!(written.rsplit('/').next(), Some("" | "." | ".."));
        let places = match () {
            // The contents of a directory go below the destination.
            () if !hit.inside.is_empty() => vec![path::join(&directory, &hit.inside)],
            () if into => vec![path::join(&directory, &hit.name)],
            // What is there may be a directory.
            () => vec![directory.clone(), path::join(&directory, &hit.name)],
        };
        Some(Landed { places, covered: false, source: hit.path.clone() })
    }

    fn destination(&self, to: &PathWord) -> Option<String> {
        let text = self.worlds.now(&to.text)?;
        let absolute = text.starts_with('/');
        if absolute { Some(path::absolute("/", &text)) } else { Some(path::absolute(self.workdir?, &text)) }
    }
}

/// What taking `text` out of a stage means.
pub(super) fn stage_source(end: Option<&End>, text: &str, line: usize) -> (Own, Contents) {
    let unchanged = |reason| (Own::Unchanged(reason), Contents::Known(Vec::new()));
    let Some(end) = end.filter(|end| end.runs_again) else { return unchanged(Reason::Unchanged) };
    let wanted = path::absolute("/", text);
    let all = match &end.contents {
        Contents::Unknown(cause) => {
            return (
                Own::Depends(Reason::StageOutput { path: text.to_owned(), line: *cause }),
                Contents::Unknown(line),
            );
        }
        Contents::Known(all) => all,
    };
    let glob = text.contains(['*', '?', '[']);
    // Up to the wildcard it is a path; below that anything may be meant.
    let fixed = wanted.split(['*', '?', '[']).next().unwrap_or_default();
    let takes = |place: &String| if glob { place.starts_with(fixed) } else { path::below(&wanted, place).is_some() };
    for landed in all {
        if landed.places.iter().all(takes) && !glob && !landed.covered {
            let reason = Reason::StagePath { path: text.to_owned(), changed: landed.source.clone(), line: end.line };
            return (Own::Changed(reason), Contents::Unknown(line));
        }
        if landed.places.iter().any(takes) {
            let reason = Reason::StageOutput { path: text.to_owned(), line: end.line };
            return (Own::Depends(reason), Contents::Unknown(line));
        }
    }
    unchanged(Reason::SameBytes { path: text.to_owned() })
}

/// `a/./b` of `--parents` without the point from which the directories are kept.
fn without_pivot(text: &str) -> String {
    text.replace("/./", "/")
}

fn is_remote(text: &str) -> bool {
    ["http://", "https://", "git://", "git@", "ssh://", "github.com/"].iter().any(|prefix| text.starts_with(prefix))
}
