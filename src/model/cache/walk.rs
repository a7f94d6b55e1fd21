//! Goes through the stages and decides on each instruction.

use std::collections::HashMap;

use super::copied::{Contents, Copied};
use super::identity;
use super::keys::Own;
use super::paths::Paths;
use super::reason::Reason;
use super::stages::Stages;
use super::worlds::{Both, Worlds};
use super::{Build, Builder, Change, Row, Verdict};
use crate::model::path;
use crate::syntax::{FromInstruction, Heredoc, Instruction, SyntaxKind as Kind};
use crate::text::LineIndex;

/// What became of the steps so far.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Chain {
    Cached,
    /// The step at this line may run again.
    Depends(usize),
    /// The step at this line runs again.
    Rebuilt(usize),
}

/// What holds at the end of a stage.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) worlds: Worlds,
    chain: Chain,
    /// The variable in USER that is different.
    pub(super) user: Option<String>,
    /// What USER says now.
    pub(super) user_now: String,
    pub(super) workdir: Option<String>,
    /// What the steps so far are, so that equal steps of two stages are known.
    pub(super) identity: u64,
    /// Whether any step of it runs again, or may.
    pub(super) runs_again: bool,
    pub(super) contents: Contents,
    /// The line of its FROM.
    pub(super) line: usize,
}

/// The rows of all instructions.
pub(super) fn rows(build: &Build<'_>, change: &Change, stages: &Stages, target: usize, lines: &LineIndex) -> Vec<Row> {
    let needed = stages.needed(target, build.builder);
    let paths = Paths::new(build.context, build.builder, change);
    let mut walk = Walk {
        builder: build.builder,
        change,
        stages,
        lines,
        paths,
        global: Worlds::new(build.builder, build.dockerfile.escape()),
        ends: stages.all.iter().map(|_| None).collect(),
        rows: Vec::new(),
        steps: HashMap::new(),
    };
    walk.global_arguments();
    for stage in 0..stages.all.len() {
        if needed.contains(&stage) {
            walk.stage(stage);
        } else {
            walk.left_out(stage);
        }
    }
    walk.rows
}

pub(super) struct Walk<'a> {
    pub(super) builder: Builder,
    pub(super) change: &'a Change,
    pub(super) stages: &'a Stages,
    lines: &'a LineIndex,
    pub(super) paths: Paths<'a>,
    global: Worlds,
    pub(super) ends: Vec<Option<End>>,
    rows: Vec<Row>,
    /// The rows of the steps so far, by what they are.
    steps: HashMap<u64, usize>,
}

impl Walk<'_> {
    pub(super) fn line(&self, instruction: &Instruction) -> usize {
        self.lines.line(instruction.span().start)
    }

    fn row(&mut self, instruction: &Instruction, stage: Option<usize>, verdict: Verdict, reason: Reason) {
        let line = self.line(instruction);
        let step = verdict != Verdict::NoStep;
        let (instruction, same_as) = (instruction.clone(), None);
        self.rows.push(Row { instruction, line, stage, trigger: false, step, same_as, verdict, reason });
    }

    fn left_out(&mut self, stage: usize) {
        let stages = self.stages;
        let all = std::iter::once(&stages.all[stage].from).chain(&stages.all[stage].body);
        for instruction in all {
            self.row(instruction, Some(stage), Verdict::NotBuilt, Reason::NotNeeded);
            if let Some(row) = self.rows.last_mut() {
                row.step = self.builder == Builder::Classic || is_buildkit_step(instruction);
            }
        }
    }

    fn global_arguments(&mut self) {
        let stages = self.stages;
        for instruction in &stages.global {
            for pair in instruction.pairs() {
                let default = pair.has_equals().then(|| pair.value().map_or_else(String::new, |word| word.text()));
                let default = default.map_or_else(|| Both::same(None), |text| self.global.expand(&text));
                let value = self.given(&pair.key(), default);
                self.global.set_argument(pair.key(), value);
            }
            self.row(instruction, None, Verdict::NoStep, Reason::Setting);
        }
    }

    /// The value of an argument, which without `--build-arg` is `default`.
    fn given(&self, name: &str, default: Both) -> Both {
        match self.change.arguments.get(name) {
            None => default,
            // Any value but the one before: nothing in a file can be equal to this.
            Some(value) => default.with_now(Some(value.clone().unwrap_or_else(|| format!("\u{2}{name}\u{2}")))),
        }
    }

    fn stage(&mut self, index: usize) {
        let stages = self.stages;
        let stage = &stages.all[index];
        let line = self.line(&stage.from);
        let mut end = self.begin(index, line);
        for outer in stages.triggers(index) {
            let Some(inner) = outer.onbuild() else { continue };
            self.step(index, &mut end, &inner, &outer.heredocs());
            if let Some(row) = self.rows.last_mut() {
                (row.trigger, row.line) = (true, self.lines.line(outer.span().start));
            }
        }
        for instruction in &stage.body {
            self.step(index, &mut end, instruction, &instruction.heredocs());
        }
        self.ends[index] = Some(end);
    }

    /// The row of one instruction. What two stages have in common from the start on is one step.
    fn step(&mut self, stage: usize, end: &mut End, instruction: &Instruction, heredocs: &[Heredoc]) {
        let is_step = self.is_step(instruction, end);
        if is_step {
            end.identity = identity::of(instruction, heredocs, end, self.stages, stage, &self.ends);
        }
        let (mut verdict, mut reason) = self.instruction(stage, end, instruction, heredocs);
        let same_as = self.steps.get(&end.identity).copied().filter(|_| is_step);
        if let Some(first) = same_as
            && self.builder == Builder::Classic
            && verdict == Verdict::Rebuilt
        {
            // It finds what it has just made.
            (verdict, reason) = (Verdict::Cached, Reason::SameStep { line: self.rows[first].line });
        } else if is_step && same_as.is_none() {
            self.steps.insert(end.identity, self.rows.len());
        }
        self.row(instruction, Some(stage), verdict, reason);
        if let Some(row) = self.rows.last_mut() {
            row.same_as = same_as;
        }
    }

    /// What holds behind FROM.
    fn begin(&mut self, index: usize, line: usize) -> End {
        let stages = self.stages;
        let stage = &stages.all[index];
        let mut end = match stage.base.and_then(|base| self.ends[base].clone()) {
            Some(base) => End {
                worlds: if self.builder == Builder::Classic { base.worlds.inherited() } else { base.worlds.clone() },
                line,
                ..base
            },
            None => End {
                worlds: Worlds::new(self.builder, stage.from.escape()),
                chain: Chain::Cached,
                user: None,
                user_now: String::new(),
                workdir: None,
                identity: 0,
                runs_again: false,
                contents: Contents::Known(Vec::new()),
                line,
            },
        };
        let from = FromInstruction::cast(&stage.from);
        let platform = from.as_ref().and_then(FromInstruction::platform);
        let image = from.and_then(|from| from.image()).map(|word| word.text());
        let texts = image.clone().into_iter().chain(platform.clone());
        let other = texts.filter_map(|text| self.global.word(&text)).next();
        let (verdict, reason) = match other {
            Some(name) => {
                end.chain = Chain::Depends(line);
                end.runs_again = true;
                end.contents = Contents::Unknown(line);
                (Verdict::Depends, Reason::Base { name })
            }
            // FROM itself does nothing, also where the stage that it begins with runs again.
            None => (Verdict::Cached, Reason::Unchanged),
        };
        let image = self.global.now(&image.unwrap_or_default());
        if stage.base.is_none() {
            end.identity = identity::of_image(image.as_deref(), platform.as_deref(), index);
        }
        self.row(&stage.from, Some(index), verdict, reason);
        if let Some(row) = self.rows.last_mut() {
            // BuildKit shows the image that it begins with, but nothing for a stage or for `scratch`.
            row.step =
                self.builder == Builder::Classic || (stage.base.is_none() && image.as_deref() != Some("scratch"));
        }
        end
    }

    /// What becomes of one instruction, and of what holds behind it.
    fn instruction(
        &self,
        stage: usize,
        end: &mut End,
        instruction: &Instruction,
        heredocs: &[Heredoc],
    ) -> (Verdict, Reason) {
        let line = self.line(instruction);
        let mut link = false;
        let (own, contents) = match instruction.kind() {
            Kind::RunInstruction => (self.run(stage, end, instruction), Contents::Unknown(line)),
            Kind::CopyInstruction | Kind::AddInstruction => {
                let copied = Copied {
                    instruction,
                    heredocs: heredocs.to_vec(),
                    line,
                    stage,
                    stages: self.stages,
                    ends: &self.ends,
                    paths: &self.paths,
                    worlds: &end.worlds,
                    workdir: end.workdir.as_deref(),
                };
                link = copied.link() && self.builder == Builder::Buildkit;
                if let Some(directory) = copied.directory() {
                    end.contents.may_be_covered(&directory);
                }
                copied.own()
            }
            _ => (self.setting(instruction, end), Contents::Known(Vec::new())),
        };
        let own = self.with_argument_in_scope(own, instruction, end);
        let is_step = self.is_step(instruction, end);
        let moved = instruction.kind() == Kind::WorkdirInstruction && matches!(own, Own::Changed(_));
        let changes = if moved { Contents::Unknown(line) } else { contents };
        self.change_scope(instruction, end);
        if !is_step {
            return (Verdict::NoStep, Reason::Setting);
        }
        let decided = decide(own, &end.chain, link);
        match decided.0 {
            Verdict::Rebuilt if !matches!(end.chain, Chain::Rebuilt(_)) => end.chain = Chain::Rebuilt(line),
            Verdict::Depends if end.chain == Chain::Cached => end.chain = Chain::Depends(line),
            _ => {}
        }
        if decided.0 >= Verdict::Depends {
            end.runs_again = true;
            end.contents.add(changes);
        }
        decided
    }

    /// Whether the builder makes a step of it.
    fn is_step(&self, instruction: &Instruction, end: &End) -> bool {
        match (self.builder, instruction.kind()) {
            (Builder::Classic, _) => true,
            // The root is always there.
            (_, Kind::WorkdirInstruction) => directory_of(instruction, end).is_none_or(|directory| directory != "/"),
            _ => is_buildkit_step(instruction),
        }
    }

    /// Says of a step that stays cached that an argument above it is no part of its key, which many believe.
    fn with_argument_in_scope(&self, own: Own, instruction: &Instruction, end: &End) -> Own {
        let copies = matches!(instruction.kind(), Kind::CopyInstruction | Kind::AddInstruction);
        match (own, end.worlds.changed()) {
            (Own::Unchanged(Reason::Unchanged), Some(name)) if copies => {
                Own::Unchanged(Reason::NotInKey { name: name.to_owned() })
            }
            (own, _) => own,
        }
    }

    fn change_scope(&self, instruction: &Instruction, end: &mut End) {
        match instruction.kind() {
            Kind::EnvInstruction => {
                let before = end.worlds.clone();
                for pair in instruction.pairs() {
                    let text = pair.value().map_or_else(String::new, |word| word.text());
                    end.worlds.set_environment(pair.key(), before.expand(&text));
                }
            }
            Kind::ArgInstruction => {
                for pair in instruction.pairs() {
                    let name = pair.key();
                    let default = if pair.has_equals() {
                        end.worlds.expand(&pair.value().map_or_else(String::new, |word| word.text()))
                    } else {
                        self.global.value(&name)
                    };
                    let value = self.given(&name, default);
                    end.worlds.set_argument(name, value);
                }
            }
            Kind::UserInstruction => {
                let text = instruction.words().first().map(|word| word.text()).unwrap_or_default();
                end.user = end.worlds.word(&text);
                end.user_now = end.worlds.now(&text).unwrap_or(text);
            }
            Kind::WorkdirInstruction => end.workdir = directory_of(instruction, end),
            _ => {}
        }
    }
}

/// Whether BuildKit makes a step of it; WORKDIR of the root is none.
fn is_buildkit_step(instruction: &Instruction) -> bool {
    let kinds = [Kind::FromInstruction, Kind::RunInstruction, Kind::CopyInstruction, Kind::AddInstruction];
    kinds.contains(&instruction.kind()) || instruction.kind() == Kind::WorkdirInstruction
}

/// The directory that WORKDIR comes to.
fn directory_of(instruction: &Instruction, end: &End) -> Option<String> {
    let text = instruction.words().first().map(|word| word.text()).unwrap_or_default();
    let directory = end.worlds.now(&text)?;
    if directory.starts_with('/') {
        return Some(path::absolute("/", &directory));
    }
    end.workdir.as_ref().map(|above| path::absolute(above, &directory))
}

/// The verdict on a step with an own reason, below a chain of others.
fn decide(own: Own, chain: &Chain, link: bool) -> (Verdict, Reason) {
    match (own, chain) {
        (Own::Changed(reason), _) => (Verdict::Rebuilt, reason),
        (Own::Unchanged(_), Chain::Rebuilt(line) | Chain::Depends(line)) if link => {
            (Verdict::Depends, Reason::Link { line: *line })
        }
        (_, Chain::Rebuilt(line)) => (Verdict::Rebuilt, Reason::Above { line: *line, certain: true }),
        (Own::Depends(reason), _) => (Verdict::Depends, reason),
        (Own::Unchanged(_), Chain::Depends(line)) => (Verdict::Depends, Reason::Above { line: *line, certain: false }),
        (Own::Unchanged(reason), Chain::Cached) => (Verdict::Cached, reason),
    }
}
