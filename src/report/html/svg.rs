//! A stage graph as a picture. Colours come from the style sheet of the page, so that it is right in the light and in the dark.

use std::fmt::Write as _;

use super::escape::escape;
use super::graph::{EdgeKind, Graph, NodeKind};
use super::layout::{Layout, Place};

const WIDTH: usize = 212;
const HEIGHT: usize = 66;
const GAP: usize = 64;
const ROW: usize = HEIGHT + 22;
const MARGIN: usize = 8;
/// How many characters of a text fit into a box.
const TITLE: usize = 22;
const TEXT: usize = 26;
/// A picture with more boxes than this helps nobody, and a list says the same.
const MOST_NODES: usize = 60;
const MOST_EDGES: usize = 200;

/// The picture of `graph`, called `title`. What does not stand in `before` is marked.
pub(super) fn picture(graph: &Graph, before: Option<&Graph>, title: &str) -> String {
    if graph.nodes.len() > MOST_NODES || graph.edges.len() > MOST_EDGES {
        return format!("<p class=\"note\">{}: too many stages for a picture.</p>", escape(title));
    }
    let layout = Layout::new(graph);
    let width = layout.columns * WIDTH + layout.columns.saturating_sub(1) * GAP + 2 * MARGIN;
    let height = (layout.rows.max(1) - 1) * ROW + HEIGHT + 2 * MARGIN;
    let mut svg = format!(
        "<svg class=\"graph\" role=\"img\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         aria-label=\"{}\">",
        escape(&format!("{title}: {}", spoken(graph)))
    );
    for (edge, way) in graph.edges.iter().zip(&layout.edges) {
        let class = match edge.kind {
            EdgeKind::From => "from",
            EdgeKind::Copy => "copy",
            EdgeKind::Mount => "mount",
        };
        let times = if edge.times > 1 { format!(", {} times", edge.times) } else { String::new() };
        // The last bit is straight, so that the arrow head points right.
        let _ = write!(
            svg,
            "<g class=\"edge {class}\"><title>{}</title><path d=\"{}\"/><path class=\"head\" d=\"{}\"/></g>",
            escape(&format!(
                "{}: {} takes from {}{times}",
                edge.kind.name(),
                graph.nodes[edge.to].title,
                graph.nodes[edge.from].title
            )),
            curve(way, edge.kind),
            head(way, edge.kind),
        );
    }
    for (index, (node, place)) in graph.nodes.iter().zip(&layout.nodes).enumerate() {
        let kind = match node.kind {
            NodeKind::Stage => "stage",
            NodeKind::Last => "stage last",
            NodeKind::Image => "image",
        };
        let is_new = before.is_some_and(|before| !graph.is_known(index, before));
        let class = if is_new { format!("{kind} new") } else { kind.to_owned() };
        let (x, y) = corner(*place);
        let _ = write!(
            svg,
            "<g class=\"{class}\" transform=\"translate({x} {y})\"><title>{}</title>\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\"/><text class=\"name\" x=\"12\" y=\"21\">{}</text>",
            escape(
                &[node.title.as_str(), ": ", &node.base, if node.user.is_empty() { "" } else { ", " }, &node.user]
                    .concat()
            ),
            escape(&cut(&node.title, TITLE)),
        );
        let _ = write!(svg, "<text class=\"base\" x=\"12\" y=\"39\">{}</text>", escape(&cut(&node.base, TEXT)));
        let user = if node.has_user { "user other" } else { "user" };
        let _ = write!(svg, "<text class=\"{user}\" x=\"12\" y=\"56\">{}</text></g>", escape(&cut(&node.user, TEXT)));
    }
    svg.push_str("</svg>");
    svg
}

/// What the arrows in these graphs mean, and the green of a box.
pub(super) fn legend(graphs: [Option<&Graph>; 2]) -> String {
    let mut html = String::new();
    for (kind, class, words) in [
        (EdgeKind::From, "from", "begins with it (FROM)"),
        (EdgeKind::Copy, "copy", "copies out of it (COPY --from)"),
        (EdgeKind::Mount, "mount", "mounts it for a RUN (--mount from)"),
    ] {
        if graphs.into_iter().flatten().flat_map(|graph| &graph.edges).any(|edge| edge.kind == kind) {
            let _ = write!(
                html,
                "<li><svg class=\"graph\" width=\"34\" height=\"10\" aria-hidden=\"true\"><g class=\"edge {class}\"><path d=\"M0 5H26\"/>\
                 <path class=\"head\" d=\"M34 5l-9 -4.5v9z\"/></g></svg> {words}</li>"
            );
        }
    }
    if graphs[1].is_some() {
        html.push_str(
            "<li><svg class=\"graph\" width=\"22\" height=\"12\" aria-hidden=\"true\"><g class=\"new\"><rect x=\"1\" y=\"1\" width=\"20\" height=\"10\" \
             rx=\"3\"/></g></svg> other than today</li>",
        );
    }
    if html.is_empty() { html } else { format!("<ul class=\"legend\">{html}</ul>") }
}

/// The graph in words.
fn spoken(graph: &Graph) -> String {
    let nodes = graph.nodes.iter().map(|node| match node.kind {
        NodeKind::Image => format!("image {}", node.base),
        _ => format!("{} begins with {}, {}", node.title, node.base, node.user),
    });
    let edges = graph.edges.iter().filter(|edge| edge.kind != EdgeKind::From).map(|edge| {
        let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
        let name = if from.kind == NodeKind::Image { &from.base } else { &from.title };
        format!("{} takes from {name} by {}", to.title, edge.kind.name())
    });
    nodes.chain(edges).collect::<Vec<_>>().join("; ")
}

fn corner(place: Place) -> (usize, usize) {
    (MARGIN + place.column * (WIDTH + GAP), MARGIN + place.half_row * ROW / 2)
}

/// Ways of different kinds between the same boxes run beside each other.
fn shift(kind: EdgeKind) -> usize {
    match kind {
        EdgeKind::From => 18,
        EdgeKind::Copy => 33,
        EdgeKind::Mount => 48,
    }
}

fn curve(way: &[Place], kind: EdgeKind) -> String {
    let mut path = String::new();
    for (index, pair) in way.windows(2).enumerate() {
        let ((left, top), (right, bottom)) = (corner(pair[0]), corner(pair[1]));
        let (x1, y1) = (left + WIDTH, top + shift(kind));
        let (x2, y2) = (right, bottom + shift(kind));
        let middle = (x1 + x2) / 2;
        if index == 0 {
            let _ = write!(path, "M{x1} {y1}");
        }
        let end = if index + 2 == way.len() { x2 - 7 } else { x2 };
        let _ = write!(path, "C{middle} {y1} {middle} {y2} {end} {y2}");
        if index + 2 < way.len() {
            // Through the column, where a box would stand.
            let _ = write!(path, "H{}", x2 + WIDTH);
        }
    }
    path
}

fn head(way: &[Place], kind: EdgeKind) -> String {
    let Some(last) = way.last() else { return String::new() };
    let (x, y) = corner(*last);
    let y = y + shift(kind);
    format!("M{x} {y}l-9 -4.5v9z")
}

/// The beginning and the end of a long text, since images are told apart by both.
fn cut(text: &str, most: usize) -> String {
    // What is visible of a control character takes more room than that does, and what is wide takes twice as much.
    let width = |one: char| match one {
        _ if one.is_control() => 6,
        '\u{1100}'.. => 2,
        _ => 1,
    };
    if text.chars().map(width).sum::<usize>() <= most {
        return text.to_owned();
    }
    let fitting = |letters: &mut dyn Iterator<Item = char>, mut room: usize| -> Vec<char> {
        let fits = |one: &char| {
            let left = room.checked_sub(width(*one));
            room = left.unwrap_or_default();
            left.is_some()
        };
        letters.take_while(fits).collect()
    };
    let head = fitting(&mut text.chars(), most / 2);
    let tail = fitting(&mut text.chars().rev(), most - most / 2 - 1);
    head.into_iter().chain(['…']).chain(tail.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BuildModel;
    use crate::syntax::Dockerfile;

    fn graph(text: &str) -> Graph {
        Graph::new(&BuildModel::new(&Dockerfile::parse(text)))
    }

    #[test]
    fn draws_boxes_arrows_and_what_is_new() {
        let before = graph("FROM go:1 AS a\nFROM scratch\nCOPY --from=a /x /x\n");
        let after = graph("FROM go:1 AS a\nFROM scratch\nCOPY --from=a /x /x\nUSER app\n");
        let svg = picture(&after, Some(&before), "after");
        for part in ["class=\"edge copy\"", "class=\"stage\"", "class=\"stage last new\"", "runs as app", "go:1"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert!(!picture(&before, Some(&before), "same").contains(" new"));
    }

    #[test]
    fn escapes_names() {
        let svg = picture(&graph("FROM a:</text><script> AS \"><b>\n"), None, "</svg>");
        assert!(!svg.contains("<script") && !svg.contains("<b>") && svg.matches("</svg>").count() == 1, "{svg}");
    }

    #[test]
    fn keeps_both_ends_of_a_long_name() {
        assert_eq!(cut("registry.example.com/team/image:1.2.3", 21), "registry.e…mage:1.2.3");
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("漢字漢字漢字", 9), "漢字…漢字");
        assert_eq!(cut("a\u{1b}b", 9), "a\u{1b}b");
    }
}
