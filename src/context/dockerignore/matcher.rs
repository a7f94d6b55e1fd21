//! All patterns of a file together: the last one that matches a path, or a directory above it, decides.

use super::Pattern;
use crate::context::path;
use crate::settings::Builder;

/// The patterns of an ignore file, in order.
#[derive(Clone, Debug, Default)]
pub struct PatternMatcher {
    patterns: Vec<Pattern>,
    negations: bool,
    /// A line that keeps something out stands behind one that takes something back.
    out_again: bool,
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
            out_again: patterns.iter().skip_while(|pattern| !pattern.negated()).any(|pattern| !pattern.negated()),
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

    /// Whether `builder` leaves out `path`, a clean path relative to the root of the context. The root is never left out.
    ///
    /// All builders walk the context from its root, and so does this, over the directories above `path`. They differ in
    /// what they remember from a directory ([`PatternMatcher::step`]) and in which excluded directories they enter
    /// ([`PatternMatcher::may_hold_exceptions`]).
    #[must_use]
    pub fn excludes(&self, path: &str, builder: Builder) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        let mut excluded = false;
        let mut parent = None;
        for prefix in path::prefixes(path) {
            if excluded && !self.may_hold_exceptions(path::split(prefix).0, builder) {
                return true;
            }
            let (found, matches) = self.step(prefix, parent.as_ref(), builder);
            excluded = found;
            parent = Some(matches);
        }
        excluded
    }

    /// Which pattern keeps `path` out, counted from 0: the last one that matches it, or the directory above it that is not entered.
    /// `None` if it is sent.
    #[must_use]
    pub fn decided_by(&self, path: &str, builder: Builder) -> Option<usize> {
        let mut parent: Option<ParentMatches> = None;
        let mut decided = None;
        for prefix in path::prefixes(path) {
            if decided.is_some() && !self.may_hold_exceptions(path::split(prefix).0, builder) {
                break;
            }
            let (excluded, matches) = self.step(prefix, parent.as_ref(), builder);
            decided = matches.0.iter().rposition(|matched| *matched).filter(|_| excluded);
            parent = Some(matches);
        }
        decided
    }

    /// Whether `builder` sends the file `path` without a byte of its content. BuildKit alone does.
    ///
    /// It asks twice: on the walk (`MatchesUsingParentResults`), and again when it opens the file
    /// (`MatchesOrParentMatches`), where every pattern is held against the directories above as well; what it may not open it sends as
    /// an empty file (`filter.go` and `send.go` of fsutil; measured: `a`, `!a/f`, `a` brings an empty `a/f` on BuildKit 26.1.5,
    /// the whole file on the classic builder and nothing on buildah 1.28). So no pattern may be written again behind a negation.
    /// Where all negations stand at the end, both looks come to the same.
    #[must_use]
    pub fn empties(&self, path: &str, builder: Builder) -> bool {
        if builder != Builder::Buildkit || !self.out_again || self.excludes(path, builder) {
            return false;
        }
        let mut excluded = false;
        for pattern in &self.patterns {
            if pattern.negated() == excluded && path::prefixes(path).any(|prefix| pattern.names(prefix, builder)) {
                excluded = !pattern.negated();
            }
        }
        excluded
    }

    /// Whether `path` is left out, given what matched the directory that it stands in (`None` at the root).
    ///
    /// BuildKit and the classic builder (`MatchesUsingParentResults`) do not look at a pattern that could not change the
    /// outcome, so it does not count as matched for what lies below: `a/f` then `!a` leaves `a/f` out, because `!a` had
    /// nothing to take back when `a` was visited. Buildah (`containers/storage/pkg/fileutils`) looks at every pattern.
    #[must_use]
    pub fn step(&self, path: &str, parent: Option<&ParentMatches>, builder: Builder) -> (bool, ParentMatches) {
        let mut excluded = false;
        let mut matches = vec![false; self.patterns.len()];
        for (index, pattern) in self.patterns.iter().enumerate() {
            let inherited = parent.is_some_and(|parent| parent.0[index]);
            let looked_at = pattern.negated() == excluded || builder == Builder::Buildah;
            let matched = inherited || (looked_at && pattern.names(path, builder));
            matches[index] = matched;
            if matched {
                excluded = !pattern.negated();
            }
        }
        (excluded, ParentMatches(matches))
    }

    /// Whether `builder` enters the excluded directory `path`, because a negation may take back something in it.
    ///
    /// Only BuildKit enters every directory when a negation has a wildcard (`filter.go` of fsutil). The others compare the
    /// text of the negation with the path, wildcards and all, so below a directory that they left out a negation like
    /// `!*/keep` or `!**/*.md` does nothing (`archive.go` of moby, `copier.go` of buildah; measured: `??`, then `!*/a`, sends
    /// `ab/a` on BuildKit 26.1.5 and not on the classic builder and buildah 1.28).
    #[must_use]
    pub fn may_hold_exceptions(&self, path: &str, builder: Builder) -> bool {
        let below = format!("{path}/");
        let leads_below = |pattern: &Pattern| match builder {
            Builder::Buildkit => format!("{}/", without_trailing_glob(pattern.text())).starts_with(&below),
            Builder::Classic => format!("{}/", pattern.text()).starts_with(&below),
            // Without a slash: `!ab` makes it enter `a`.
            Builder::Buildah => format!("{}/", pattern.text().trim_matches('/')).starts_with(path),
        };
        let all = builder == Builder::Buildkit && !self.literal_negations;
        self.negations && (all || self.patterns.iter().any(|pattern| pattern.negated() && leads_below(pattern)))
    }
}

fn without_trailing_glob(text: &str) -> &str {
    let text = text.strip_suffix("/**").unwrap_or(text);
    text.strip_suffix("/*").unwrap_or(text)
}
