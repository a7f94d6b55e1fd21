//! Which instructions run again after a change, today and with the fixes: one table out of two simulations.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::escape::{counted, escape, prose};
use crate::model::cache::{Effort, Reason, Row, Simulation, Verdict};

/// Rows that are shown at most.
const MOST_ROWS: usize = 200;
/// Characters of an instruction that are shown at most.
const SHOWN: usize = 120;

/// What one change makes run again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheTable {
    /// The file of the context that changes.
    pub path: String,
    /// The builder.
    pub builder: &'static str,
    /// How much runs again today, in words.
    pub today: String,
    /// The same with the fixes; `None` where there are none.
    pub then: Option<String>,
    /// The instructions, but for those of stages that are not built.
    pub rows: Vec<CacheRow>,
    /// How many instructions are of stages that are not built.
    pub not_built: usize,
}

/// One instruction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheRow {
    /// The number of its line: in the file as it is, or the one that it gets where a fix brings it.
    pub line: usize,
    /// Its text on one line.
    pub text: String,
    /// What becomes of it today; `None` where a fix brings it.
    pub today: Option<Seen>,
    /// What becomes of it with the fixes; `None` where a fix takes it away, or there are none.
    pub then: Option<Seen>,
}

/// What becomes of an instruction, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The word for it.
    pub verdict: &'static str,
    /// Why, where that does not go without saying.
    pub reason: String,
}

impl CacheTable {
    /// The table of a change in `path`.
    #[must_use]
    pub fn new(path: &str, builder: &'static str, before: &Simulation, after: Option<&Simulation>) -> Self {
        let words = |simulation: &Simulation| Effort::of(simulation).sentence();
        let mut rows = match after {
            Some(after) => aligned(before, after),
            None => before.rows.iter().map(|row| side(row, Some(row), None)).collect(),
        };
        let all = rows.len();
        rows.retain(|row| !row.is_not_built());
        let not_built = all - rows.len();
        Self { path: path.to_owned(), builder, today: words(before), then: after.map(words), rows, not_built }
    }

    /// The section of the page.
    pub(super) fn html(&self) -> String {
        let path = escape(&self.path);
        let mut html = format!(
            "<section class=\"cache\"><h3>What runs again</h3><p>Today a change in <code>{path}</code> re-runs {}",
            prose(&self.today)
        );
        match &self.then {
            Some(then) if *then == self.today => html.push_str(", with the fixes as well"),
            Some(then) => drop(write!(html, "; <strong>with the fixes</strong> {}", prose(then))),
            None => {}
        }
        let _ = write!(html, " ({}).</p>", self.builder);
        let both = self.then.is_some();
        html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"What runs again\"><table>");
        html.push_str("<thead><tr><th scope=\"col\" class=\"number\">Line</th><th scope=\"col\">Instruction</th><th scope=\"col\">Today</th>");
        html.push_str(if both {
            "<th scope=\"col\">With the fixes</th></tr></thead><tbody>"
        } else {
            "</tr></thead><tbody>"
        });
        for row in self.rows.iter().take(MOST_ROWS) {
            row.html(both, &mut html);
        }
        html.push_str("</tbody></table></div>");
        if self.rows.len() > MOST_ROWS {
            let _ =
                write!(html, "<p class=\"note\">{} more instructions are left out.</p>", self.rows.len() - MOST_ROWS);
        }
        if self.not_built > 0 {
            let number = counted(self.not_built, "instruction");
            let _ =
                write!(html, "<p class=\"note\">{number} of stages that the last one does not need are not built.</p>");
        }
        html.push_str("</section>");
        html
    }
}

impl CacheRow {
    fn is_not_built(&self) -> bool {
        self.today.iter().chain(&self.then).all(|seen| seen.verdict == Verdict::NotBuilt.name())
    }

    fn html(&self, both: bool, html: &mut String) {
        let class = match (both, &self.today, &self.then) {
            (true, None, _) => " class=\"added\"",
            (true, _, None) => " class=\"removed\"",
            _ => "",
        };
        let mark = match (both, &self.today, &self.then) {
            (true, None, _) => "<span class=\"mark\" title=\"a fix brings it\">+ </span>",
            (true, _, None) => "<span class=\"mark\" title=\"a fix takes it away\">− </span>",
            _ => "",
        };
        let _ = write!(
            html,
            "<tr{class}><td class=\"number\">{}</td><td>{mark}<code>{}</code></td>",
            self.line,
            escape(&self.text)
        );
        let sides = if both { vec![&self.today, &self.then] } else { vec![&self.today] };
        for seen in sides {
            match seen {
                Some(seen) => {
                    let class = seen.verdict.replace(' ', "-");
                    let _ = write!(html, "<td><span class=\"verdict {class}\">{}</span>", seen.verdict);
                    if !seen.reason.is_empty() {
                        let _ = write!(html, " <small>{}</small>", prose(&seen.reason));
                    }
                    html.push_str("</td>");
                }
                None => html.push_str("<td><span class=\"nothing\">–</span></td>"),
            }
        }
        html.push_str("</tr>");
    }
}

/// The rows of both sides, those of equal instructions beside each other.
fn aligned(before: &Simulation, after: &Simulation) -> Vec<CacheRow> {
    let keys = |simulation: &Simulation| -> Vec<String> { simulation.rows.iter().map(text).collect() };
    let (old, new) = (keys(before), keys(after));
    let (old_rows, new_rows) = (&before.rows, &after.rows);
    let mut rows = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        match operation {
            DiffOp::Equal { old_index, new_index, len } => {
                let pairs = old_rows[old_index..old_index + len].iter().zip(&new_rows[new_index..new_index + len]);
                rows.extend(pairs.map(|(old, new)| side(old, Some(old), Some(new))));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                rows.extend(old_rows[old_index..old_index + old_len].iter().map(|old| side(old, Some(old), None)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                rows.extend(new_rows[new_index..new_index + new_len].iter().map(|new| side(new, None, Some(new))));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                rows.extend(old_rows[old_index..old_index + old_len].iter().map(|old| side(old, Some(old), None)));
                rows.extend(new_rows[new_index..new_index + new_len].iter().map(|new| side(new, None, Some(new))));
            }
        }
    }
    rows
}

fn side(row: &Row, today: Option<&Row>, then: Option<&Row>) -> CacheRow {
    let mut shown = text(row);
    if let Some((at, _)) = shown.char_indices().nth(SHOWN) {
        shown.truncate(at);
        shown.push('…');
    }
    CacheRow { line: row.line, text: shown, today: today.map(seen), then: then.map(seen) }
}

fn text(row: &Row) -> String {
    let logical = row.instruction.logical_text();
    let words: Vec<&str> = logical.text().split_whitespace().collect();
    let text = words.join(" ");
    if row.trigger { format!("{text} (ONBUILD)") } else { text }
}

fn seen(row: &Row) -> Seen {
    let silent = matches!(row.reason, Reason::Unchanged | Reason::Setting) || row.verdict == Verdict::Cached;
    let reason = if silent { String::new() } else { row.reason.sentence() };
    Seen { verdict: row.verdict.name(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BuildModel;
    use crate::model::cache::{Build, Builder, Change, PathChange, simulate};
    use crate::syntax::Dockerfile;

    fn simulation(text: &str) -> Simulation {
        let dockerfile = Dockerfile::parse(text);
        let model = BuildModel::new(&dockerfile);
        let (context, target, builder) = (None, None, Builder::Buildkit);
        let build = Build { dockerfile: &dockerfile, model: &model, context, builder, target };
        simulate(&build, &Change { paths: [("a.py".to_owned(), PathChange::Content)].into(), ..Change::default() })
            .unwrap()
    }

    #[test]
    fn puts_equal_instructions_beside_each_other() {
        let before = simulation("FROM a\nCOPY . .\nRUN pip install -r r.txt\n");
        let after = simulation("FROM a\nCOPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\n");
        let table = CacheTable::new("a.py", "buildkit", &before, Some(&after));
        let word = |seen: &Option<Seen>| seen.as_ref().map_or("-", |seen| seen.verdict);
        let rows: Vec<String> =
            table.rows.iter().map(|row| format!("{} {} {}", row.text, word(&row.today), word(&row.then))).collect();
        assert_eq!(
            rows,
            [
                "FROM a cached cached",
                "COPY . . rebuilt -",
                "COPY r.txt . - cached",
                "RUN pip install -r r.txt rebuilt cached",
                "COPY . . - rebuilt",
            ]
        );
        let html = table.html();
        assert!(html.contains("<strong>with the fixes</strong> 1 step"), "{html}");
        assert_eq!(html.matches("<tr").count(), 6);
    }
}
