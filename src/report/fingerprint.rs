//! Names for findings that stay when other lines come and go, so that a service knows a finding again.

use std::collections::HashMap;
use std::path::Path;

use gix_hash::Kind;

use super::{Done, Reported};

/// The fingerprints of the findings of one file, in their order: 40 hexadecimal digits each.
///
/// One is made of the rule, the file and the words of the place, and not of its line or message, which may speak of the checkout.
/// Findings of which all of that is equal are counted in the order of the file.
pub fn of_all(place: &Path, done: &Done) -> Vec<String> {
    let mut met = HashMap::<String, usize>::new();
    done.findings
        .iter()
        .map(|reported| {
            let words = words(done, reported);
            let key = format!("{}\0{}\0{words}", reported.finding.rule, super::place::uri(place));
            let count = met.entry(key.clone()).and_modify(|count| *count += 1).or_default();
            hash(&format!("{key}\0{count}"))
        })
        .collect()
}

/// That of what is wrong with a whole file, the one with this number.
pub fn of_problem(place: &Path, message: &str, number: usize) -> String {
    hash(&format!("{}\0{message}\0{number}", super::place::uri(place)))
}

fn hash(text: &str) -> String {
    digest(text.as_bytes())
}

/// 40 hexadecimal digits that stand for `bytes`, the same on every machine.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let mut hasher = gix_hash::hasher(Kind::Sha1);
    hasher.update(bytes);
    // Only a text that was made to collide is refused.
    hasher.try_finalize().unwrap_or_else(|_| Kind::Sha1.null()).to_string()
}

fn words(done: &Done, reported: &Reported) -> String {
    let text = done.text.get(reported.finding.span.start..reported.finding.span.end).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
