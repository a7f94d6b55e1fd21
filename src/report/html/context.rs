//! What a build context comes to, as a section of the page.

use std::fmt::Write as _;

use super::escape::{counted, escape, prose};
use crate::report::context::{Document, Numbers, Path, Sides, bytes};
use crate::report::grouped;

/// How many paths are shown.
const MOST_PATHS: usize = 12;
/// How long the longest bar is.
const BAR: u128 = 120;

/// The section of the context `name`, which nobody could count.
pub(super) fn unknown(name: &str, reason: &str, id: usize) -> String {
    format!(
        "<details class=\"context\" id=\"context-{id}\"><summary><span class=\"kind\">build context</span> \
         <span class=\"path\">{}</span> <span class=\"facts\">not counted</span></summary><div class=\"body\"><p>{}</p></div></details>",
        escape(name),
        prose(reason)
    )
}

/// The section of the context `name`, which is number `id` on the page.
pub(super) fn section(name: &str, document: &Document, id: usize) -> String {
    let weight = document.buildkit.unwrap_or(document.classic);
    let ignore = document.ignore_file.as_deref().map_or_else(|| "no .dockerignore".to_owned(), escape);
    let mut html = format!(
        "<details class=\"context\" id=\"context-{id}\"><summary><span class=\"kind\">build context</span> \
         <span class=\"path\">{}</span> <span class=\"facts\">{}</span></summary><div class=\"body\"><p>Ignore file: <code>{ignore}</code></p>",
        escape(name),
        change(weight),
    );
    totals(document, &mut html);
    paths(document, &mut html);
    for note in &document.notes {
        let _ = write!(html, "<p class=\"note\">{}</p>", escape(note));
    }
    html.push_str("</div></details>");
    html
}

/// Numbers today, and with the fixes where that differs.
fn change(sides: Sides) -> String {
    let now = numbers(sides.now);
    if sides.now == sides.after { now } else { format!("{now} → {} with the fixes", numbers(sides.after)) }
}

fn numbers(numbers: Numbers) -> String {
    format!("{}, {}", counted(numbers.files as usize, "file"), bytes(numbers.bytes))
}

fn totals(document: &Document, html: &mut String) {
    let mut rows: Vec<(String, Sides)> = Vec::new();
    for build in &document.dockerfiles {
        rows.push((format!("BuildKit, for <code>{}</code>", escape(&build.path)), build.buildkit));
    }
    if let Some(all) = document.buildkit.filter(|_| document.dockerfiles.len() > 1) {
        rows.push(("BuildKit, for all of them".to_owned(), all));
    }
    rows.push(("the classic builder".to_owned(), document.classic));
    html.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"What builders are sent\"><table><thead><tr>\
         <th scope=\"col\">Sent to</th><th scope=\"col\" class=\"number\">Files</th><th scope=\"col\" class=\"number\">Bytes</th>\
         <th scope=\"col\" class=\"number\">Files with the fixes</th><th scope=\"col\" class=\"number\">Bytes with the fixes</th></tr></thead><tbody>",
    );
    for (name, sides) in rows {
        let class = if sides.now == sides.after { "" } else { " better" };
        let _ = write!(
            html,
            "<tr><td>{name}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number{class}\">{}</td>\
             <td class=\"number{class}\">{}</td></tr>",
            grouped(sides.now.files),
            bytes(sides.now.bytes),
            grouped(sides.after.files),
            bytes(sides.after.bytes)
        );
    }
    html.push_str("</tbody></table></div>");
}

fn paths(document: &Document, html: &mut String) {
    let weight = |path: &Path| path.buildkit.unwrap_or(path.classic);
    let Some(most) = document.paths.iter().map(|path| weight(path).now.bytes).max() else {
        html.push_str("<p class=\"note\">Nothing is sent.</p>");
        return;
    };
    html.push_str(
        "<h3>Heaviest of what is sent</h3><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Heaviest paths\"><table><thead>\
         <tr><th scope=\"col\">Path</th><th scope=\"col\" class=\"number\">Bytes</th><th scope=\"col\"><span class=\"unseen\">Share</span></th>\
         <th scope=\"col\" class=\"number\">Files</th><th scope=\"col\">Remarks</th></tr></thead><tbody>",
    );
    for path in document.paths.iter().take(MOST_PATHS) {
        let sides = weight(path);
        let bar = u128::from(sides.now.bytes) * BAR / u128::from(most.max(1));
        let _ = write!(
            html,
            "<tr><td><code>{}</code></td><td class=\"number\">{}</td><td><svg class=\"bar\" width=\"{BAR}\" height=\"10\" aria-hidden=\"true\">\
             <rect width=\"{bar}\" height=\"10\" rx=\"2\"/></svg></td><td class=\"number\">{}</td><td>{}</td></tr>",
            escape(&path.name()),
            bytes(sides.now.bytes),
            grouped(sides.now.files),
            escape(&document.remarks(path, sides).join("; ")),
        );
    }
    html.push_str("</tbody></table></div>");
    let hidden = document.paths.iter().skip(MOST_PATHS);
    let rest = hidden.fold(document.left_out.total.bytes, |sum, path| sum.saturating_add(weight(path).now.bytes));
    let number = document.left_out.paths + document.paths.len().saturating_sub(MOST_PATHS);
    if number > 0 {
        let _ = write!(html, "<p class=\"note\">and {}: {}</p>", counted(number, "other path"), bytes(rest));
    }
}
