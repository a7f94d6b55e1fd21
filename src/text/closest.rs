//! The name that somebody meant who misspelled one.

/// The one of `known` that is closest to `name`, if any is close, or else the only one that holds it.
#[must_use]
pub fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let close = similar::get_close_matches(name, known, 1, 0.6).first().copied();
    close.or_else(|| {
        let mut holding = known.iter().filter(|candidate| name.len() > 2 && candidate.contains(name));
        holding.next().copied().filter(|_| holding.next().is_none())
    })
}
