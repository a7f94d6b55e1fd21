//! The cheapest way to make given instructions run again although nothing that they depend on is different.

use std::collections::BTreeSet;

use super::{Build, Builder, Change, NoSuchStage, Simulation, Verdict, simulate};
use crate::model::bust::is_bust;
use crate::model::rebuild::Again;
use crate::syntax::SyntaxKind;

/// How to make instructions run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// A new value of this argument.
    Argument(String),
    /// This stage without the cache.
    Stage(String),
    /// Everything without the cache.
    Everything,
}

impl Advice {
    /// It as what a command says.
    #[must_use]
    pub fn again(&self) -> Again<'_> {
        match self {
            Self::Argument(name) => Again::Below(name),
            Self::Stage(name) => Again::Stage(name),
            Self::Everything => Again::Everything,
        }
    }
}

/// The cheapest way to run the rows `missed` of `simulation` again, and how many steps run again with it.
///
/// # Errors
/// [`NoSuchStage`] if the target of `build` is none.
pub fn advice(build: &Build<'_>, simulation: &Simulation, missed: &[usize]) -> Result<(Advice, usize), NoSuchStage> {
    // What a stage begins with is not run.
    let runs = |row: &super::Row| row.step && row.instruction.kind() != SyntaxKind::FromInstruction;
    let steps = |rows: &BTreeSet<usize>| rows.iter().filter(|row| runs(&simulation.rows[**row])).count();
    let all: BTreeSet<usize> =
        (0..simulation.rows.len()).filter(|row| simulation.rows[*row].verdict != Verdict::NotBuilt).collect();
    let mut best: Option<(Advice, usize)> = None;
    let mut offer = |advice: Advice, rows: &BTreeSet<usize>| {
        let cost = steps(rows);
        if missed.iter().all(|row| rows.contains(row)) && best.as_ref().is_none_or(|(_, least)| cost < *least) {
            best = Some((advice, cost));
        }
    };
    for name in arguments(build) {
        let change = Change { arguments: [(name.clone(), None)].into(), ..Change::default() };
        let simulated = simulate(build, &change)?;
        let rows = simulated.rows.iter().enumerate().filter(|(_, row)| row.verdict == Verdict::Rebuilt);
        offer(Advice::Argument(name), &rows.map(|(index, _)| index).collect());
    }
    if build.builder == Builder::Buildkit {
        for (index, stage) in simulation.stages.iter().enumerate() {
            let Some(name) = &stage.name else { continue };
            offer(Advice::Stage(name.clone()), &without_cache(build, simulation, index));
        }
    }
    Ok(best.unwrap_or((Advice::Everything, steps(&all))))
}

/// The arguments that are there to be changed.
fn arguments(build: &Build<'_>) -> BTreeSet<String> {
    let lines = build.dockerfile.instructions();
    let lines = lines.iter().filter(|line| line.kind() == SyntaxKind::ArgInstruction);
    lines.flat_map(|line| line.pairs()).map(|pair| pair.key()).filter(|name| is_bust(name)).collect()
}

/// The rows that run again if `stage` is built without the cache: its own, and those of the stages that begin with it. What
/// only copies from it is left out, since the copy may bring the same bytes.
fn without_cache(build: &Build<'_>, simulation: &Simulation, stage: usize) -> BTreeSet<usize> {
    let stages = super::stages::Stages::new(build);
    let mut again = BTreeSet::from([stage]);
    for (index, other) in stages.all.iter().enumerate() {
        if other.base.is_some_and(|base| again.contains(&base)) {
            again.insert(index);
        }
    }
    let runs =
        |row: &super::Row| row.verdict != Verdict::NotBuilt && row.stage.is_some_and(|stage| again.contains(&stage));
    let rows = simulation.rows.iter().enumerate().filter(|(_, row)| runs(row));
    rows.map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BuildModel;
    use crate::syntax::Dockerfile;

    #[test]
    fn prefers_what_runs_least() {
        let check = |text: &str, builder: Builder, line: usize, expected: (Advice, usize)| {
            let dockerfile = Dockerfile::parse(text);
            let model = BuildModel::new(&dockerfile);
            let build = Build { dockerfile: &dockerfile, model: &model, context: None, builder, target: None };
            let simulation = simulate(&build, &Change::default()).unwrap();
            let row = simulation.rows.iter().position(|row| row.line == line).unwrap();
            assert_eq!(advice(&build, &simulation, &[row]).unwrap(), expected, "{text}");
        };
        let bust = "FROM a AS deps\nRUN x\nRUN y\nFROM deps AS app\nARG CACHE_BUST=1\nRUN git clone z\nCOPY . .\n";
        check(bust, Builder::Buildkit, 6, (Advice::Argument("CACHE_BUST".to_owned()), 2));
        check(bust, Builder::Buildkit, 2, (Advice::Stage("deps".to_owned()), 4));
        let inert = "FROM a AS deps\nRUN x\nFROM deps AS app\nARG CACHE_BUST=1\nCOPY . .\n";
        check(inert, Builder::Buildkit, 5, (Advice::Stage("app".to_owned()), 1));
        check(inert, Builder::Classic, 5, (Advice::Everything, 3));
        check("FROM a\nRUN x\n", Builder::Buildkit, 2, (Advice::Everything, 1));
        check("FROM a\nARG VERSION=1\nRUN x\n", Builder::Buildkit, 3, (Advice::Everything, 1));
    }
}
