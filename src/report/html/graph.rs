//! The stages of a Dockerfile as a graph: what each begins with, who it runs as, and what it takes from which.

use std::collections::BTreeMap;

use crate::model::{Base, BuildModel, CopyFrom, Stage, Step, StepKind, User};
use crate::syntax::{CopyInstruction, RunInstruction};

/// Stages, and the images that they copy from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The stages in file order, and behind them the images.
    pub nodes: Vec<Node>,
    /// What leads from one to another, ordered.
    pub edges: Vec<Edge>,
}

/// A stage or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub title: String,
    /// What it begins with.
    pub base: String,
    /// Who runs what is in it, in words; empty for an image.
    pub user: String,
    /// Whether that is somebody else than root for certain.
    pub has_user: bool,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A stage that others are made of.
    Stage,
    /// The stage that is built where no other one is asked for.
    Last,
    /// An image that is no stage.
    Image,
}

/// What one node takes from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Index of the node that is taken from.
    pub from: usize,
    /// Index of the node that takes.
    pub to: usize,
    /// How.
    pub kind: EdgeKind,
    /// How often.
    pub times: usize,
}

/// How one node takes from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// It begins with it.
    From,
    /// It copies out of it.
    Copy,
    /// It mounts it for a RUN.
    Mount,
}

impl EdgeKind {
    /// The words of a Dockerfile.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "FROM",
            Self::Copy => "COPY --from",
            Self::Mount => "RUN --mount from",
        }
    }
}

impl Graph {
    /// The graph of `model`. Triggers of ONBUILD belong to another build and are no part of it.
    #[must_use]
    pub fn new(model: &BuildModel) -> Self {
        // The model has further stages for triggers between those that are written.
        let written: Vec<usize> = (0..model.stages.len()).filter(|index| !model.stages[*index].triggers).collect();
        let mut numbers = vec![None; model.stages.len()];
        written.iter().enumerate().for_each(|(number, index)| numbers[*index] = Some(number));
        let number = |index: usize| numbers.get(index).copied().flatten();
        let last = written.len().saturating_sub(1);
        let mut builder = Builder { graph: Self::default(), edges: BTreeMap::new(), stages: written.len() };
        for (at, index) in written.iter().enumerate() {
            let stage = &model.stages[*index];
            let base = match &stage.base {
                Base::Stage(base) => title(&model.stages[*base], number(*base).unwrap_or_default()),
                Base::Scratch => "scratch".to_owned(),
                Base::Image(image) if image.tag.is_empty() => image.name.clone(),
                Base::Image(image) => format!("{}:{}", image.name, image.tag),
                Base::Unknown => "image of a build argument".to_owned(),
            };
            let kind = if at == last { NodeKind::Last } else { NodeKind::Stage };
            builder.graph.nodes.push(Node {
                title: title(stage, at),
                base,
                user: user(&stage.end.user),
                has_user: stage.end.user.other().is_some(),
                kind,
            });
        }
        for (at, index) in written.iter().enumerate() {
            let stage = &model.stages[*index];
            if let Base::Stage(base) = stage.base {
                builder.edge(number(base), at, EdgeKind::From);
            }
            stage.steps.iter().for_each(|step| builder.step(step, model, &number, at));
        }
        builder.finish()
    }

    /// Whether node `index` stands in `before` as well, and takes the same from the same.
    #[must_use]
    pub fn is_known(&self, index: usize, before: &Self) -> bool {
        let node = &self.nodes[index];
        let Some(old) = before.nodes.iter().position(|other| other == node) else { return false };
        let taken = |graph: &Self, index: usize| -> Vec<(String, EdgeKind)> {
            let edges = graph.edges.iter().filter(|edge| edge.to == index);
            edges.map(|edge| (graph.nodes[edge.from].title.clone(), edge.kind)).collect()
        };
        taken(self, index) == taken(before, old)
    }
}

struct Builder {
    graph: Graph,
    edges: BTreeMap<(usize, usize, EdgeKind), usize>,
    stages: usize,
}

impl Builder {
    fn step(&mut self, step: &Step, model: &BuildModel, number: &impl Fn(usize) -> Option<usize>, at: usize) {
        match &step.kind {
            StepKind::Copy(copy) => match copy.from {
                CopyFrom::Context => {}
                CopyFrom::Stage(from) => self.edge(number(from), at, EdgeKind::Copy),
                CopyFrom::Elsewhere => {
                    let name = CopyInstruction::cast(&step.instruction).and_then(|copy| copy.from());
                    let image = name.map(|name| self.image(&name));
                    self.edge(image, at, EdgeKind::Copy);
                }
            },
            StepKind::Run(_) => {
                let mounts = RunInstruction::cast(&step.instruction).map(|run| run.mounts()).unwrap_or_default();
                let names = mounts.into_iter().flatten().filter(|option| option.key == "from");
                for name in names.filter_map(|option| option.value) {
                    let from = self.named(&name, model, number, at).unwrap_or_else(|| self.image(&name));
                    self.edge(Some(from), at, EdgeKind::Mount);
                }
            }
            _ => {}
        }
    }

    /// The stage above `at` of this name or number.
    fn named(
        &self,
        name: &str,
        model: &BuildModel,
        number: &impl Fn(usize) -> Option<usize>,
        at: usize,
    ) -> Option<usize> {
        let lower = name.to_lowercase();
        let is_named = |stage: &Stage| !stage.triggers && stage.name.as_deref() == Some(lower.as_str());
        let by_name = model.stages.iter().rposition(is_named).and_then(number).filter(|index| *index < at);
        by_name.or_else(|| name.parse().ok().filter(|index| *index < at))
    }

    fn image(&mut self, name: &str) -> usize {
        let known = self.graph.nodes.iter().skip(self.stages).position(|node| node.base == name);
        known.map(|index| index + self.stages).unwrap_or_else(|| {
            self.graph.nodes.push(Node {
                title: "image".to_owned(),
                base: name.to_owned(),
                user: String::new(),
                has_user: false,
                kind: NodeKind::Image,
            });
            self.graph.nodes.len() - 1
        })
    }

    fn edge(&mut self, from: Option<usize>, to: usize, kind: EdgeKind) {
        if let Some(from) = from {
            *self.edges.entry((from, to, kind)).or_default() += 1;
        }
    }

    fn finish(mut self) -> Graph {
        let edges = self.edges.into_iter();
        self.graph.edges = edges.map(|((from, to, kind), times)| Edge { from, to, kind, times }).collect();
        self.graph
    }
}

fn title(stage: &Stage, number: usize) -> String {
    stage.name.clone().unwrap_or_else(|| format!("stage {number}"))
}

fn user(user: &User) -> String {
    match user {
        User::Root => "runs as root".to_owned(),
        User::Other(name) => format!("runs as {name}"),
        User::Unknown => "user of its image".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Dockerfile;

    #[test]
    fn knows_what_takes_from_what() {
        let text = "FROM golang:1 AS Build\nRUN x\nFROM build AS test\nUSER app\nFROM scratch\n\
            COPY --from=build /a /a\nCOPY --from=0 /b /b\nCOPY --from=busybox:1 /c /c\n\
            RUN --mount=type=bind,from=test,target=/t x\n";
        let graph = Graph::new(&BuildModel::new(&Dockerfile::parse(text)));
        let nodes: Vec<String> =
            graph.nodes.iter().map(|node| format!("{} < {}, {}", node.title, node.base, node.user)).collect();
        assert_eq!(
            nodes,
            [
                "build < golang:1, runs as root",
                "test < build, runs as app",
                "stage 2 < scratch, runs as root",
                "image < busybox:1, "
            ]
        );
        let edges: Vec<(usize, usize, &str, usize)> =
            graph.edges.iter().map(|edge| (edge.from, edge.to, edge.kind.name(), edge.times)).collect();
        assert_eq!(
            edges,
            [(0, 1, "FROM", 1), (0, 2, "COPY --from", 2), (1, 2, "RUN --mount from", 1), (3, 2, "COPY --from", 1)]
        );
    }
}
