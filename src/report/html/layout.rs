//! Where the boxes of a stage graph stand: in columns, so that what is taken from stands to the left of what takes.
//!
//! A column is the longest way to it. An edge over several columns holds a place in each of them, so that it runs between boxes
//! and not behind them. The order in a column is improved a few times by the middle of the neighbours, as Sugiyama does it.
//! (`layout-rs` writes whole pictures in fixed colours, which a dark page and a content policy have no use for, and
//! `rust-sugiyama` gives places of nodes but no ways of edges.)

use super::graph::Graph;

/// How often the order is improved.
const SWEEPS: usize = 6;

/// The places of nodes and edges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Of each node its column and its row.
    pub nodes: Vec<Place>,
    /// Of each edge the places from its beginning to its end, both included.
    pub edges: Vec<Vec<Place>>,
    /// How many columns there are.
    pub columns: usize,
    /// How many rows the highest column has.
    pub rows: usize,
}

/// A column and a row. Rows are counted in halves, so that a column can stand in the middle of a higher one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub column: usize,
    pub half_row: usize,
}

/// A node, or the place that an edge holds in a column between its ends.
#[derive(Clone, Debug)]
struct Point {
    column: usize,
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Layout {
    /// Lays out `graph`, whose edges are free of circles: a stage takes from earlier ones and from images.
    pub(super) fn new(graph: &Graph) -> Self {
        let columns = columns(graph);
        let mut points: Vec<Point> =
            columns.iter().map(|column| Point { column: *column, left: Vec::new(), right: Vec::new() }).collect();
        let mut ways = Vec::with_capacity(graph.edges.len());
        for edge in &graph.edges {
            let mut way = vec![edge.from];
            for column in columns[edge.from] + 1..columns[edge.to] {
                points.push(Point { column, left: Vec::new(), right: Vec::new() });
                way.push(points.len() - 1);
            }
            way.push(edge.to);
            for pair in way.windows(2) {
                points[pair[0]].right.push(pair[1]);
                points[pair[1]].left.push(pair[0]);
            }
            ways.push(way);
        }
        let count = points.iter().map(|point| point.column + 1).max().unwrap_or_default();
        let mut order: Vec<Vec<usize>> = vec![Vec::new(); count];
        points.iter().enumerate().for_each(|(index, point)| order[point.column].push(index));
        improve(&mut order, &points);
        let rows = order.iter().map(Vec::len).max().unwrap_or_default();
        let mut places = vec![Place::default(); points.len()];
        for (column, members) in order.iter().enumerate() {
            let top = rows - members.len();
            for (row, index) in members.iter().enumerate() {
                places[*index] = Place { column, half_row: top + 2 * row };
            }
        }
        let edges = ways.iter().map(|way| way.iter().map(|index| places[*index]).collect()).collect();
        places.truncate(graph.nodes.len());
        Self { nodes: places, edges, columns: count, rows }
    }
}

/// The longest way to each node. What nothing leads to stands beside the first that takes from it.
fn columns(graph: &Graph) -> Vec<usize> {
    let mut columns = vec![0; graph.nodes.len()];
    // Every pass settles at least one more node of the longest way.
    for _ in 0..graph.nodes.len() {
        let mut moved = false;
        for edge in &graph.edges {
            if columns[edge.to] <= columns[edge.from] {
                columns[edge.to] = columns[edge.from] + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    for index in 0..graph.nodes.len() {
        let is_source = !graph.edges.iter().any(|edge| edge.to == index);
        let first: Option<usize> =
            graph.edges.iter().filter(|edge| edge.from == index).map(|edge| columns[edge.to]).min();
        if let (true, Some(first)) = (is_source, first) {
            columns[index] = first.saturating_sub(1);
        }
    }
    columns
}

/// Sorts columns by the middle of what their members are connected with, from the left and from the right in turn, and keeps
/// the best order that was seen.
fn improve(order: &mut Vec<Vec<usize>>, points: &[Point]) {
    let mut best = (crossings(order, points), order.clone());
    for sweep in 0..SWEEPS {
        let from_left = sweep % 2 == 0;
        let count = order.len();
        for step in 1..count {
            let column = if from_left { step } else { count - 1 - step };
            let mut rank = vec![0; points.len()];
            order.iter().flat_map(|members| members.iter().enumerate()).for_each(|(row, index)| rank[*index] = row);
            let middle = |index: &usize| {
                let near = if from_left { &points[*index].left } else { &points[*index].right };
                let sum: usize = near.iter().map(|other| rank[*other]).sum();
                // Thousandths, since a sort wants whole numbers.
                if near.is_empty() { rank[*index] * 1000 } else { sum * 1000 / near.len() }
            };
            order[column].sort_by_key(middle);
        }
        let found = crossings(order, points);
        if found < best.0 {
            best = (found, order.clone());
        }
    }
    *order = best.1;
}

/// How many pairs of edges between neighbouring columns cross.
fn crossings(order: &[Vec<usize>], points: &[Point]) -> usize {
    let mut rank = vec![0; points.len()];
    order.iter().flat_map(|members| members.iter().enumerate()).for_each(|(row, index)| rank[*index] = row);
    let mut found = 0;
    for members in order {
        let mut seen: Vec<usize> = Vec::new();
        for index in members {
            let mut ends: Vec<usize> = points[*index].right.iter().map(|other| rank[*other]).collect();
            ends.sort_unstable();
            found += ends.iter().map(|end| seen.iter().filter(|other| *other > end).count()).sum::<usize>();
            seen.append(&mut ends);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html::graph::{Edge, EdgeKind, Node, NodeKind};

    fn graph(nodes: usize, edges: &[(usize, usize)]) -> Graph {
        let node = Node {
            title: String::new(),
            base: String::new(),
            user: String::new(),
            has_user: false,
            kind: NodeKind::Stage,
        };
        let edges = edges.iter().map(|(from, to)| Edge { from: *from, to: *to, kind: EdgeKind::Copy, times: 1 });
        Graph { nodes: vec![node; nodes], edges: edges.collect() }
    }

    #[test]
    fn puts_what_is_taken_from_to_the_left() {
        let graph = graph(6, &[(0, 1), (1, 2), (0, 2), (3, 4), (4, 2), (5, 2)]);
        let layout = Layout::new(&graph);
        for (edge, way) in graph.edges.iter().zip(&layout.edges) {
            assert_eq!((way[0], way[way.len() - 1]), (layout.nodes[edge.from], layout.nodes[edge.to]));
            assert!(way.windows(2).all(|pair| pair[0].column + 1 == pair[1].column), "{way:?}");
        }
        // No two boxes at one place, nor a way through a box.
        let mut places: Vec<Place> = layout.nodes.clone();
        places.extend(layout.edges.iter().flat_map(|way| &way[1..way.len() - 1]));
        for (index, place) in places.iter().enumerate() {
            assert!(!places[..index].contains(place), "{places:?}");
        }
        assert_eq!((layout.columns, layout.nodes[5].column), (3, 1));
    }

    #[test]
    fn uncrosses_edges() {
        let layout = Layout::new(&graph(6, &[(0, 5), (1, 4), (2, 3)]));
        let rows = |index: usize| layout.nodes[index].half_row;
        for (from, to) in [(0, 5), (1, 4), (2, 3)] {
            assert_eq!(rows(from), rows(to));
        }
    }

    #[test]
    fn takes_any_size() {
        assert_eq!(Layout::new(&graph(0, &[])), Layout::default());
        let chain: Vec<(usize, usize)> = (1..60).map(|index| (index - 1, index)).collect();
        assert_eq!(Layout::new(&graph(60, &chain)).columns, 60);
    }
}
