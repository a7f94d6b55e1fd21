//! What a step has to do for its own sake: what is in the key of RUN and of what only changes the configuration. That of COPY and
//! ADD is in [`super::copied`].

use super::Builder;
use super::arguments::is_proxy;
use super::copied::stage_source;
use super::reason::Reason;
use super::stages::From;
use super::walk::{End, Walk};
use crate::syntax::{Instruction, MountOption, RunInstruction, SyntaxKind as Kind};

/// What a step has to do for its own sake, whatever became of the steps in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Unchanged(Reason),
    Depends(Reason),
    Changed(Reason),
}

impl Own {
    /// Takes `other` where it weighs more. A reason that says nothing gives way to one that does.
    pub(super) fn raise(&mut self, other: Self) {
        let weight = |own: &Self| match own {
            Self::Unchanged(Reason::Unchanged) => 0,
            Self::Unchanged(_) => 1,
            Self::Depends(_) => 2,
            Self::Changed(_) => 3,
        };
        if weight(&other) > weight(self) {
            *self = other;
        }
    }
}

impl Walk<'_> {
    /// RUN: what it sees besides the files.
    pub(super) fn run(&self, stage: usize, end: &End, instruction: &Instruction) -> Own {
        let mut own = Own::Unchanged(Reason::Unchanged);
        if let Some(name) = end.worlds.changed() {
            own.raise(Own::Changed(Reason::Environment { name: name.to_owned() }));
        }
        if let Some(name) = &end.user {
            own.raise(Own::Changed(Reason::User { name: name.clone() }));
        }
        for mount in RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default() {
            own.raise(self.mount(stage, end, &mount, self.line(instruction)));
        }
        let proxy = self.change.arguments.keys().find(|name| is_proxy(name));
        if let Some(name) = proxy.filter(|_| self.builder == Builder::Classic) {
            own.raise(Own::Depends(Reason::Proxy { name: name.clone() }));
        }
        own
    }

    fn mount(&self, stage: usize, end: &End, mount: &[MountOption], line: usize) -> Own {
        let option = |keys: &[&str]| {
            let found = mount.iter().find(|option| keys.contains(&option.key.as_str()));
            found.and_then(|option| option.value.clone())
        };
        let from = option(&["from"]);
        let kind = option(&["type"]).unwrap_or_else(|| "bind".to_owned());
        let reads = kind == "bind" || (kind == "cache" && from.is_some());
        if !reads {
            return Own::Unchanged(Reason::Unchanged);
        }
        let source = option(&["source", "src"]).unwrap_or_else(|| "/".to_owned());
        let source = end.worlds.now(&source).unwrap_or(source);
        match self.stages.from(from.as_deref(), stage) {
            From::Stage(from) => stage_source(self.ends[from].as_ref(), &source, line).0,
            From::Elsewhere => Own::Unchanged(Reason::Unchanged),
            From::Context => {
                let mut own = Own::Unchanged(Reason::Unchanged);
                for hit in self.paths.hits(&source) {
                    own.raise(if hit.unnoticed {
                        Own::Unchanged(Reason::DirectoryMode { path: hit.path })
                    } else {
                        Own::Changed(Reason::Path { path: hit.path, change: hit.change })
                    });
                }
                own
            }
        }
    }

    /// Everything but RUN, COPY and ADD: the words that the builder replaces variables in.
    pub(super) fn setting(&self, instruction: &Instruction, end: &End) -> Own {
        let pair_texts = || {
            instruction
                .pairs()
                .into_iter()
                .flat_map(|pair| [Some(pair.key()), pair.value().map(|word| word.text())])
                .flatten()
        };
        let texts: Vec<String> = match instruction.kind() {
            Kind::EnvInstruction | Kind::LabelInstruction | Kind::ArgInstruction => pair_texts().collect(),
            Kind::ExposeInstruction
            | Kind::StopsignalInstruction
            | Kind::UserInstruction
            | Kind::VolumeInstruction
            | Kind::WorkdirInstruction => {
                let json = instruction.json().unwrap_or_default();
                let words = instruction.words().into_iter().map(|word| word.text());
                words.chain(json.iter().map(|string| string.value())).collect()
            }
            _ => Vec::new(),
        };
        let mut own = Own::Unchanged(Reason::Unchanged);
        if let Some(name) = texts.iter().find_map(|text| end.worlds.word(text)) {
            own.raise(Own::Changed(Reason::Word { name }));
        }
        if let Some(name) = end.user.as_ref().filter(|_| instruction.kind() == Kind::WorkdirInstruction) {
            own.raise(Own::Changed(Reason::User { name: name.clone() }));
        }
        own
    }
}
