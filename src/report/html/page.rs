//! The frame of the page: head, numbers, filters, and the files.

use std::fmt::Write as _;

use super::escape::{counted, escape, prose};
use super::{Group, Outcome, Page, Section};
use crate::report::grouped;
use crate::rules;

/// What every report begins with.
const MARK: &str = "<!doctype html>\n<!-- A report of dockfix. -->\n";
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// The SHA-256 of the two, as the content policy names them; a test says what they are.
const STYLE_HASH: &str = "sha256-p5LbhBNW0SrMl0rR2A4MRvpJ7m9AckkdLRA70INe30I=";
const SCRIPT_HASH: &str = "sha256-mTytBKnfRf0y9iHFnmVrBGjw3Y7VWoZgEMN0eDgsEpw=";

/// Whether a file that begins with `start` is a page of dockfix.
#[must_use]
pub fn is_report(start: &[u8]) -> bool {
    start.starts_with(MARK.as_bytes())
}

/// The text of `page`.
pub(super) fn page(page: &Page) -> String {
    let mut html = String::with_capacity(page.size + page.size / 8 + STYLE.len() + SCRIPT.len() + 8192);
    let _ = write!(
        html,
        "{MARK}<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src '{STYLE_HASH}'; script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"dockfix {}\">\n<title>dockfix report</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n",
        env!("CARGO_PKG_VERSION")
    );
    header(page, &mut html);
    filters(page, &mut html);
    html.push_str("<main id=\"files\" tabindex=\"-1\">\n");
    let alone = page.groups.iter().map(|group| group.files.len()).sum::<usize>() == 1;
    for (index, group) in page.groups.iter().enumerate() {
        repository(group, index, alone, &mut html);
    }
    if page.files == 0 {
        html.push_str("<p class=\"note\">No Dockerfile was found.</p>\n");
    }
    html.push_str("<p id=\"none\" class=\"note\" hidden>No Dockerfile passes these filters.</p>\n</main>\n");
    footer(page, &mut html);
    let _ = write!(html, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
    html
}

fn header(page: &Page, html: &mut String) {
    let repositories = page.groups.iter().filter(|group| group.name.is_some()).count();
    let findings: usize = page.rules.values().sum();
    let where_from = match repositories {
        0 => String::new(),
        number => format!(" in {}", counted(number, "repository").replace("repositorys", "repositories")),
    };
    let _ = write!(
        html,
        "<a class=\"skip\" href=\"#files\">Skip to the files</a>\n<header class=\"top\"><div class=\"title\"><h1>dockfix report</h1>\
         <button type=\"button\" id=\"theme\" hidden>Dark</button></div>\n<p class=\"lead\">{}{where_from}: {} in {}.</p>\n<ul class=\"tiles\">",
        counted(page.files, "Dockerfile"),
        counted(findings, "finding"),
        match page.found {
            all if all == page.files && all > 1 => "all of them".to_owned(),
            some => counted(some, "file"),
        },
    );
    for outcome in Outcome::ALL {
        let number = page.outcomes.get(&outcome).copied().unwrap_or_default();
        let _ = write!(
            html,
            "<li class=\"tile {}\"><b>{}</b> <span>{}</span><small>{}</small></li>",
            outcome.slug(),
            grouped(number as u64),
            outcome.label(),
            prose(outcome.meaning())
        );
    }
    html.push_str("</ul>\n");
    if page.failed > 0 {
        let _ = writeln!(html, "<p class=\"problem\">{} cannot be worked on.</p>", counted(page.failed, "Dockerfile"));
    }
    if page.skipped > 0 {
        let _ = writeln!(html, "<p class=\"note\">{} left alone on purpose.</p>", counted(page.skipped, "file"));
    }
    for note in &page.notes {
        let _ = writeln!(html, "<p class=\"note\">{}</p>", prose(note));
    }
    html.push_str("</header>\n");
}

/// What narrows the list. It stays hidden where no script runs.
fn filters(page: &Page, html: &mut String) {
    html.push_str(
        "<form id=\"filters\" role=\"search\" aria-label=\"Filters\" hidden>\n<label class=\"field\">File name <input type=\"search\" id=\"search\" \
         placeholder=\"part of a path\" autocomplete=\"off\" spellcheck=\"false\"></label>\n<label class=\"field\">Rule <select id=\"rule\"><option value=\"\">all rules</option>",
    );
    for (rule, number) in &page.rules {
        let rule = escape(rule);
        let _ = write!(html, "<option value=\"{rule}\">{rule} ({})</option>", grouped(*number as u64));
    }
    html.push_str("</select></label>\n<fieldset class=\"outcomes\"><legend>Outcome</legend>");
    for outcome in Outcome::ALL {
        let number = page.outcomes.get(&outcome).copied().unwrap_or_default();
        let _ = write!(
            html,
            "<label class=\"chip {0}\"><input type=\"checkbox\" name=\"outcome\" value=\"{0}\" checked> {1} ({2})</label>",
            outcome.slug(),
            outcome.label(),
            grouped(number as u64)
        );
    }
    html.push_str(
        "</fieldset>\n<label class=\"chip\"><input type=\"checkbox\" id=\"quiet\" checked> files without findings</label>\n\
         <span class=\"buttons\"><button type=\"button\" id=\"open\">Open all</button> <button type=\"button\" id=\"close\">Close all</button> \
         <button type=\"reset\">Reset</button></span>\n<p id=\"status\" role=\"status\" aria-live=\"polite\"></p>\n</form>\n",
    );
}

fn repository(group: &Group, index: usize, alone: bool, html: &mut String) {
    let name = match &group.name {
        Some(name) => format!("<span class=\"path\">{}</span>", escape(name)),
        None => "Files outside of a repository".to_owned(),
    };
    let _ = writeln!(
        html,
        "<section class=\"repository\" aria-labelledby=\"repository-{index}\"><h2 id=\"repository-{index}\">{name} \
         <small>{}, {} with findings</small></h2>",
        counted(group.files.len(), "Dockerfile"),
        grouped(group.found as u64)
    );
    for section in &group.files {
        file(section, alone, html);
    }
    if !group.contexts.is_empty() {
        let _ = writeln!(html, "<div class=\"contexts\">{}</div>", group.contexts);
    }
    html.push_str("</section>\n");
}

fn file(section: &Section, open: bool, html: &mut String) {
    let Section { head, findings, extras, quiet, left } = section;
    let quiet = if *quiet { " quiet" } else { "" };
    let left = if left.is_empty() { String::new() } else { format!(" data-left=\"{}\"", escape(left)) };
    let open = if open { " open" } else { "" };
    let _ = write!(html, "<details class=\"file{quiet}\"{left}{open}>{head}<div class=\"body\">");
    if findings.is_empty() && extras.is_empty() {
        let what = if quiet.is_empty() { "What was found" } else { "Nothing was found; what there is to show" };
        let _ = write!(html, "<p class=\"note\">{what} is left out, since this run is large.</p>");
    } else {
        let _ = write!(html, "<div class=\"findings\">{findings}</div>{extras}");
    }
    html.push_str("</div></details>\n");
}

/// The rules that found something.
fn footer(page: &Page, html: &mut String) {
    html.push_str("<footer>\n");
    if !page.rules.is_empty() {
        html.push_str("<h2>Rules</h2>\n<dl class=\"rules\">");
        for rule in page.rules.keys() {
            let summary = rules::find(rule).map_or("", |registered| registered.meta.summary);
            let rule = escape(rule);
            let _ = write!(
                html,
                "<dt id=\"rule-{rule}\"><code>{rule}</code></dt><dd>{} <code>dockfix explain {rule}</code> says more.</dd>",
                prose(summary)
            );
        }
        html.push_str("</dl>\n");
    }
    let _ = write!(
        html,
        "<p class=\"note\">Made by dockfix {}. Nothing on this page is loaded from elsewhere.</p>\n</footer>\n",
        env!("CARGO_PKG_VERSION")
    );
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    /// Bytes as a content policy has them.
    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let number = (0..3).fold(0_usize, |sum, at| sum << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
            for at in 0..4 {
                let digit = char::from(DIGITS[number >> (18 - 6 * at) & 63]);
                text.push(if at <= chunk.len() { digit } else { '=' });
            }
        }
        text
    }

    #[test]
    fn names_the_script_and_the_style_sheet_by_their_hashes() {
        assert_eq!(base64(b"light w"), "bGlnaHQgdw==");
        for (text, known) in [(STYLE, STYLE_HASH), (SCRIPT, SCRIPT_HASH)] {
            // What would end the element early is in neither.
            assert!(!text.contains("</"));
            assert_eq!(format!("sha256-{}", base64(&Sha256::digest(text))), known, "write the left one into this file");
        }
    }
}
