//! Points at which the cache is to be missed: build arguments and variables that stand there for nothing else.
//!
//! What they make run again was measured: a `RUN` below an `ARG` depends on its value whether it names it or not, and so
//! does all that is below the `RUN`; a `COPY` does not. Must not know what a rule makes of that.

use super::{BuildModel, Copy, Run, SourceKind, Step, StepId, StepKind};
use crate::shell::{self, names_variable};
use crate::syntax::{Instruction, SyntaxKind};

/// What the names of such variables contain, in capitals and without underscores. `NOCACHE` is not among them, since
/// programs read it (`PIP_NO_CACHE_DIR`), and neither is `BUILDDATE`, which is a label as a rule.
const PARTS: [&str; 9] = [
    "CACHEBUST",
    "BUSTCACHE",
    "CACHEBREAK",
    "BREAKCACHE",
    "CACHEDATE",
    "CACHEINVALID",
    "INVALIDATECACHE",
    "CACHEREFRESH",
    "REFRESHCACHE",
];

/// What they are as a whole, or behind something else: `DOCKERFILE_REFRESHED_AT`.
const ENDS: [&str; 7] = [
    "REFRESHEDAT",
    "FORCEREBUILD",
    "TRIGGERREBUILD",
    "REBUILDTRIGGER",
    "LASTFULLREBUILD",
    "LASTSOURCEREBUILD",
    "FORCEREFRESH",
];

/// Whether a variable of this name is there to miss the cache.
#[must_use]
pub fn is_bust(name: &str) -> bool {
    // Nearly no name gets past this, and a new text for every variable would cost more than all else.
    let may_be = |part: &str| name.len() >= part.len();
    if !may_be("CACHEDATE") || !name.contains(['C', 'c', 'R', 'r']) {
        return false;
    }
    let plain: String = name.chars().filter(|character| *character != '_').collect::<String>().to_ascii_uppercase();
    PARTS.iter().any(|part| plain.contains(part)) || ENDS.iter().any(|end| plain.ends_with(end))
}

/// The variables of ARG or ENV whose names say that they are there to miss the cache.
#[must_use]
pub fn names(instruction: &Instruction) -> Vec<String> {
    if !matches!(instruction.kind(), SyntaxKind::ArgInstruction | SyntaxKind::EnvInstruction) {
        return Vec::new();
    }
    instruction.pairs().iter().map(|pair| pair.key()).filter(|name| is_bust(name)).collect()
}

/// What a point makes run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What is below it.
    Works,
    /// Nothing, since nothing is built below it in its stage.
    Nothing,
    /// Not the COPY or ADD at this place, which is the first thing below it that is built.
    Misses {
        /// The copy.
        copy: StepId,
        /// Whether the copy runs again on the classic builder, which asks for the configuration of the image as well.
        classic: bool,
    },
}

/// What the variable `name`, declared by the ARG or ENV at `id`, makes run again. `file` is the text of the Dockerfile.
#[must_use]
pub fn reach(model: &BuildModel, id: StepId, name: &str, file: &str) -> Reach {
    let steps = &model.stages[id.stage].steps;
    let mut classic = steps[id.step].instruction.kind() == SyntaxKind::EnvInstruction;
    for (index, step) in steps.iter().enumerate().skip(id.step + 1) {
        let uses = names_variable(step.span().of(file), name);
        match &step.kind {
            StepKind::Run(_) => return Reach::Works,
            StepKind::Copy(_) if uses => return Reach::Works,
            // It is fetched at every build whatever is above it.
            StepKind::Copy(copy) if is_fetched(copy) => {}
            StepKind::Copy(_) => return Reach::Misses { copy: StepId { stage: id.stage, step: index }, classic },
            _ if uses && step.instruction.kind() == SyntaxKind::WorkdirInstruction => return Reach::Works,
            _ => classic |= uses,
        }
    }
    Reach::Nothing
}

/// Whether all that it brings is looked up at every build: `ADD https://…`, `ADD` of a git repository.
#[must_use]
pub fn is_fetched(copy: &Copy) -> bool {
    let remote = |kind: SourceKind| matches!(kind, SourceKind::Url | SourceKind::Git);
    !copy.sources.is_empty() && copy.sources.iter().all(|source| remote(source.kind))
}

/// The nearest point above a step that makes it run again, if it is a RUN: the name of its variable.
#[must_use]
pub fn above(model: &BuildModel, id: StepId) -> Option<String> {
    let before = model.history(id.stage).into_iter().take_while(|step| *step != id);
    before.filter_map(|step| names(&model.step(step).instruction).pop()).last()
}

/// Whether a RUN does nothing but depend on something: `RUN : "${CACHE_BUST}"`, `RUN echo $CACHE_BUST`.
#[must_use]
pub fn is_idle(run: &Run) -> bool {
    let names = |name: &str| matches!(name, ":" | "true" | "echo");
    ["BUST", "CACHE", "REFRESH", "REBUILD", "bust", "cache"].iter().any(|part| run.mentions(part))
        && run.steps().is_some_and(|steps| {
            let idle = |step: &shell::Step<'_>| {
                step.command.name().is_some_and(names) && step.command.redirects.is_empty() && !step.piped
            };
            !steps.is_empty() && steps.iter().all(idle)
        })
}

/// The point directly above a step: only what builds nothing stands between. The ARG, and the RUN where there is one.
#[must_use]
pub fn directly_above(model: &BuildModel, id: StepId) -> Option<(&Step, Option<&Step>)> {
    let steps = &model.stages[id.stage].steps[..id.step];
    let mut run = None;
    for step in steps.iter().rev() {
        match &step.kind {
            StepKind::Run(command) if run.is_none() && is_idle(command) => run = Some(step),
            StepKind::Run(_) | StepKind::Copy(_) => return None,
            _ if names(&step.instruction).is_empty() => {}
            _ => return Some((step, run)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Dockerfile;

    #[test]
    fn knows_the_names() {
        for name in [
            "CACHE_BUST",
            "CACHEBUST",
            "cache_bust_2",
            "APP_CACHE_BUSTER",
            "BUST_CACHE",
            "CACHE_DATE",
            "CACHEBREAKER",
            "REFRESHED_AT",
            "DOCKERFILE_REFRESHED_AT",
            "TRIGGER_REBUILD",
        ] {
            assert!(is_bust(name), "{name}");
        }
        for name in ["PIP_NO_CACHE_DIR", "NO_CACHE", "BUILD_DATE", "CACHE_DIR", "REFRESH_RATE", "VERSION", "REBUILD"] {
            assert!(!is_bust(name), "{name}");
        }
    }

    #[test]
    fn says_what_a_point_reaches() {
        for (below, expected) in [
            ("RUN x", "works"),
            ("LABEL a=b\nRUN x", "works"),
            ("RUN [\"x\"]\nCOPY a /", "works"),
            ("COPY a /", "misses"),
            ("WORKDIR /x\nUSER x\nCOPY a /\nRUN x", "misses"),
            ("ENV A=$CACHE_BUST\nCOPY a /", "misses, not on classic"),
            ("LABEL a=${CACHE_BUST:-1}\nCOPY a /", "misses, not on classic"),
            ("ENV A=$CACHE_BUST_2\nCOPY a /", "misses"),
            ("COPY a-$CACHE_BUST /", "works"),
            ("WORKDIR /$CACHE_BUST\nCOPY a /", "works"),
            ("ADD https://example.com/x /\nRUN x", "works"),
            ("ADD https://example.com/x /", "nothing"),
            ("CMD x", "nothing"),
        ] {
            let text = format!("FROM a\nARG CACHE_BUST\n{below}\n");
            let model = BuildModel::new(&Dockerfile::parse(text.as_str()));
            let found = match reach(&model, StepId { stage: 0, step: 0 }, "CACHE_BUST", &text) {
                Reach::Works => "works",
                Reach::Nothing => "nothing",
                Reach::Misses { classic: true, .. } => "misses, not on classic",
                Reach::Misses { classic: false, .. } => "misses",
            };
            assert_eq!(found, expected, "{below}");
        }
    }
}
