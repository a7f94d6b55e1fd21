//! The few paths that say where the bytes are.

use std::collections::BinaryHeap;

use super::{Node, Survey, Total};

/// A directory that is smaller than this part of the whole is not looked into.
const WORTH_A_LOOK: u64 = 200;

/// One path with all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The path, relative to the context.
    pub path: String,
    /// What it is.
    pub kind: RowKind,
    /// For each column.
    pub totals: Vec<Total>,
    /// The sources that bring something of it.
    pub sources: u128,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// A directory and everything in it.
    Directory,
    /// A file.
    File,
    /// The files of a directory that have no row of their own.
    OtherFiles,
}

/// The heaviest rows, and what is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The heaviest first.
    pub rows: Vec<Row>,
    /// Of each column: what is in none of the rows.
    pub rest: Vec<Total>,
    /// How many rows were left out.
    pub left_out: usize,
}

impl Survey {
    /// The `limit` paths that weigh most in column `weight`. `other` is a column that counts less: a directory of which it counts
    /// only a part is shown in parts.
    ///
    /// A directory is taken apart where one thing in it makes up half of it or more, so that `data/` is not said where
    /// `data/dump.sql` is meant, and where a directory of dependencies or caches lies deeper in it. These are never taken apart.
    #[must_use]
    pub fn rows(&self, weight: usize, other: usize, limit: usize) -> Rows {
        let children = self.children();
        let has_unit = self.has_unit_below();
        let all = self.total(weight).bytes;
        let mut open = BinaryHeap::from([(0, 0)]);
        let mut rows = Vec::new();
        while let Some((_, index)) = open.pop() {
            let Some(node) = self.nodes.get(index) else { break };
            let total = node.totals[weight];
            let parts = children[index].iter().map(|child| self.nodes[*child].totals[weight].bytes);
            let files = node.files.iter().filter(|file| file.whole & (1 << weight) != 0).map(|file| file.size);
            let largest = parts.chain(files).max().unwrap_or_default();
            let partly = node.totals[other].files > 0 && node.totals[other] != total;
            let worth = total.bytes.saturating_mul(WORTH_A_LOOK) >= all;
            let apart = worth && !node.unit && (largest.saturating_mul(2) >= total.bytes || has_unit[index] || partly);
            if index != 0 && !apart {
                rows.push(self.row(index));
                continue;
            }
            open.extend(children[index].iter().map(|child| (self.nodes[*child].totals[weight].bytes, *child)));
            self.file_rows(index, &mut rows);
        }
        rows.retain(|row| row.totals[weight].files > 0);
        rows.sort_by(|one, two| {
            let (one_total, two_total) = (one.totals[weight], two.totals[weight]);
            let by_weight = (two_total.bytes, two_total.files).cmp(&(one_total.bytes, one_total.files));
            by_weight.then_with(|| (&one.path, one.kind).cmp(&(&two.path, two.kind)))
        });
        let left_out = rows.split_off(limit.min(rows.len()));
        let mut rest = vec![Total::default(); self.nodes.first().map_or(0, |root| root.totals.len())];
        for row in &left_out {
            rest.iter_mut().zip(&row.totals).for_each(|(sum, total)| sum.add(*total));
        }
        Rows { rows, rest, left_out: left_out.len() }
    }

    fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate().skip(1) {
            children[node.parent].push(index);
        }
        children
    }

    /// Whether a unit that is worth a row lies below each directory.
    fn has_unit_below(&self) -> Vec<bool> {
        let mut found = vec![false; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate().skip(1).rev() {
            if node.unit || found[index] {
                found[node.parent] = true;
            }
        }
        found
    }

    fn row(&self, index: usize) -> Row {
        let node = &self.nodes[index];
        Row { path: self.path(index), kind: RowKind::Directory, totals: node.totals.clone(), sources: node.sources }
    }

    /// The files that stand directly in a directory: those that were kept, and all others together.
    fn file_rows(&self, index: usize, rows: &mut Vec<Row>) {
        let node: &Node = &self.nodes[index];
        let directory = self.path(index);
        let mut rest = node.own.clone();
        for file in &node.files {
            let mut totals = vec![Total::default(); rest.len()];
            for (column, total) in totals.iter_mut().enumerate() {
                if file.columns & (1 << column) != 0 {
                    let bytes = if file.whole & (1 << column) != 0 { file.size } else { 0 };
                    *total = Total { files: 1, bytes };
                    rest[column].files = rest[column].files.saturating_sub(1);
                    rest[column].bytes = rest[column].bytes.saturating_sub(bytes);
                }
            }
            let path = crate::context::path::join(&directory, &file.name);
            rows.push(Row { path, kind: RowKind::File, totals, sources: file.sources });
        }
        rows.push(Row { path: directory, kind: RowKind::OtherFiles, totals: rest, sources: node.own_sources });
    }

    fn path(&self, mut index: usize) -> String {
        let mut names = Vec::new();
        while index != 0 {
            names.push(self.nodes[index].name.as_str());
            index = self.nodes[index].parent;
        }
        names.reverse();
        names.join("/")
    }
}
