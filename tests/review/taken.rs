//! What becomes of a text when a suggestion is taken, by what the formats say of themselves: written apart from the code that makes them.

use serde_json::Value;

/// A replacement of bytes.
pub type Replacement = (std::ops::Range<usize>, String);

/// All replacements at once; they must not overlap.
pub fn replaced(text: &str, replacements: &[Replacement]) -> String {
    let mut sorted = replacements.to_vec();
    sorted.sort_by_key(|(range, _)| (range.start, range.end));
    let mut result = String::new();
    let mut at = 0;
    for (range, new) in sorted {
        assert!(at <= range.start, "two suggestions overlap at {range:?} of {text:?}");
        result.push_str(&text[at..range.start]);
        result.push_str(&new);
        at = range.end;
    }
    result + &text[at..]
}

/// Where each line begins, and where the last one ends.
fn starts(text: &str) -> Vec<usize> {
    let mut starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    starts.push(text.len());
    starts
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("not too large")
}

/// The suggestion of a `Diagnostic` of reviewdog.
pub fn rdjson(text: &str, suggestion: &Value) -> Replacement {
    let starts = starts(text);
    let (start, end) = (&suggestion["range"]["start"], &suggestion["range"]["end"]);
    let offset = |position: &Value| starts[number(&position["line"]) - 1] + number(&position["column"]) - 1;
    let range = if start["column"].is_null() {
        // The lines without the end of the last one.
        let (first, last) = (number(&start["line"]) - 1, number(&end["line"]) - 1);
        let whole = &text[starts[first]..starts[last + 1]];
        let kept = whole.strip_suffix('\n').map_or(whole, |line| line.strip_suffix('\r').unwrap_or(line));
        starts[first]..starts[first] + kept.len()
    } else {
        offset(start)..offset(end)
    };
    (range, suggestion["text"].as_str().expect("a text").to_owned())
}

/// One of the `replacements` of an artifact change of SARIF, with columns in UTF-16 code units and without a byte order mark.
pub fn sarif(text: &str, replacement: &Value) -> Replacement {
    let starts = starts(text);
    let region = &replacement["deletedRegion"];
    let offset = |line: &str, column: &str| {
        let start = starts[number(&region[line]) - 1];
        let mut left = number(&region[column]) - 1;
        let mark = if start == 0 && text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut at = start + mark;
        for character in text[at..].chars() {
            if left == 0 {
                break;
            }
            left -= character.len_utf16();
            at += character.len_utf8();
        }
        if at == start + mark && number(&region[column]) == 1 && mark > 0 { start + mark } else { at }
    };
    let range = offset("startLine", "startColumn")..offset("endLine", "endColumn");
    (range, replacement["insertedContent"]["text"].as_str().expect("a text").to_owned())
}

/// The block of a comment whose info string begins with `suggestion`: what stands behind this word, and the lines inside.
pub fn block(body: &str) -> Option<(String, String)> {
    let mut lines = body.split_inclusive('\n');
    let (fence, info) = lines.find_map(|line| {
        let line = line.trim_end();
        let rest = line.trim_start_matches('`');
        let fence = &line[..line.len() - rest.len()];
        (fence.len() >= 3).then(|| (fence.to_owned(), rest.to_owned()))
    })?;
    let inside = lines.take_while(|line| {
        let line = line.trim_end();
        !(line.starts_with(&fence) && line.chars().all(|character| character == '`'))
    });
    Some((info.strip_prefix("suggestion")?.to_owned(), inside.collect()))
}

/// Whole lines, from 1, and what takes their place.
pub fn lines(text: &str, first: usize, last: usize, new: String) -> Replacement {
    let starts = starts(text);
    (starts[first - 1]..starts[last], new)
}

/// A comment of GitHub.
pub fn github(text: &str, comment: &Value) -> Option<Replacement> {
    let (info, new) = block(comment["body"].as_str()?)?;
    assert_eq!(info, "");
    let last = number(&comment["line"]);
    let first = if comment["start_line"].is_null() { last } else { number(&comment["start_line"]) };
    Some(lines(text, first, last, new))
}

/// A thread of GitLab.
pub fn gitlab(text: &str, thread: &Value) -> Option<Replacement> {
    let (info, new) = block(thread["body"].as_str()?)?;
    let (above, below) = info.strip_prefix(":-")?.split_once('+')?;
    let (above, below): (usize, usize) = (above.parse().ok()?, below.parse().ok()?);
    assert!(above <= 100 && below <= 100, "GitLab takes a hundred lines up and down");
    let at = number(&thread["position"]["new_line"]);
    Some(lines(text, at - above, at + below, new))
}
