//! All patterns of a file together: the last one that matches a path, or a directory above it, decides.

use super::Pattern;
use crate::context::path;

/// The patterns of an ignore file, in order.
#[derive(Clone, Debug, Default)]
pub struct PatternMatcher {
    patterns: Vec<Pattern>,
    negations: bool,
    /// Every negation names a literal place, so a directory that none of them lies in need not be walked.
    literal_negations: bool,
}

/// Which patterns matched a directory; what lies in it need not be compared with them again.
#[derive(Clone, Debug)]
pub struct ParentMatches(Vec<bool>);

impl PatternMatcher {
    /// Takes the patterns in file order.
    #[must_use]
    pub fn new(patterns: Vec<Pattern>) -> Self {
        let literal =
            |pattern: &Pattern| !without_trailing_glob(pattern.text()).contains(['*', '[', ']', '?', '^', '\\']);
        Self {
            negations: patterns.iter().any(Pattern::negated),
            literal_negations: patterns.iter().filter(|pattern| pattern.negated()).all(literal),
            patterns,
        }
    }

    /// The patterns in order.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Whether any pattern re-includes, so that an excluded directory may still hold something that is sent.
    #[must_use]
    pub const fn has_negations(&self) -> bool {
        self.negations
    }

    /// Whether Docker leaves out `path`, a clean path relative to the root of the context. The root is never left out.
    ///
    /// BuildKit and the classic builder walk the context from its root and remember for each directory which patterns
    /// matched it; this does the same for the directories above `path`. That differs from `MatchesOrParentMatches` of the
    /// same library in a corner: a negation that had nothing to undo for a directory does not hold for what lies in it
    /// (`a/f` then `!a` leaves `a/f` out).
    #[must_use]
    pub fn excludes(&self, path: &str) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        let mut excluded = false;
        let mut parent = None;
        for prefix in path::prefixes(path) {
            let (found, matches) = self.step(prefix, parent.as_ref());
            excluded = found;
            parent = Some(matches);
        }
        excluded
    }

    /// Whether `path` is left out, given what matched the directory that it stands in (`None` at the root).
    #[must_use]
    pub fn step(&self, path: &str, parent: Option<&ParentMatches>) -> (bool, ParentMatches) {
        let mut excluded = false;
        let mut matches = vec![false; self.patterns.len()];
        for (index, pattern) in self.patterns.iter().enumerate() {
            let inherited = parent.is_some_and(|parent| parent.0[index]);
            // A pattern that could not change the outcome is not even looked at, so it does not count as matched
            // for what lies below. Docker's users depend on the result, so it is kept.
            let matched = inherited || (pattern.negated() == excluded && pattern.names(path));
            matches[index] = matched;
            if matched {
                excluded = !pattern.negated();
            }
        }
        (excluded, ParentMatches(matches))
    }

    /// Whether something below the excluded directory `path` may be sent, so that a walk has to enter it.
    #[must_use]
    pub fn may_hold_exceptions(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let leads_below = |pattern: &Pattern| format!("{}/", without_trailing_glob(pattern.text())).starts_with(&below);
        self.negations
            && (!self.literal_negations
                || self.patterns.iter().any(|pattern| pattern.negated() && leads_below(pattern)))
    }
}

fn without_trailing_glob(text: &str) -> &str {
    let text = text.strip_suffix("/**").unwrap_or(text);
    text.strip_suffix("/*").unwrap_or(text)
}
