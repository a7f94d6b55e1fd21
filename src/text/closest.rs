//! The name that somebody may have meant.

/// The candidate that differs from `name` in the fewest letters; `None` if all are too far away to be worth a hint.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    let scored = candidates.into_iter().map(|candidate| (distance(name, candidate), candidate));
    scored.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many letters have to be inserted, deleted or replaced.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, wanted) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *wanted);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["copy-without-chmod", "size", "security"];
        for (name, expected) in [
            ("copy-without-chmood", Some("copy-without-chmod")),
            ("copy-with-chmod", Some("copy-without-chmod")),
            ("sise", Some("size")),
            ("secure", None),
            ("", None),
        ] {
            assert_eq!(closest(name, names), expected, "{name}");
        }
    }
}
