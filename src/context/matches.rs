//! What one source of a COPY or ADD names.

use std::sync::{Arc, PoisonError};

use super::{BadPattern, BuildContext, Entry, glob, path};

/// How many files a glob may name before the answer is cut short.
const MATCH_LIMIT: usize = 10_000;

/// What a source of a COPY or ADD names in the context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// What is copied, sorted by name.
    pub found: Vec<Match>,
    /// What the source names on disk and an ignore file keeps out, sorted.
    pub hidden: Vec<String>,
    /// Whether the source has an unescaped wildcard. On BuildKit a glob that matches nothing copies nothing and the build goes
    /// on, if the directory before the first wildcard is there (measured on 26.1.5); a plain source has to exist.
    pub glob: bool,
    /// Whether the source ends in a slash. BuildKit does not care: `COPY file/ /o/` copies the file (measured on 26.1.5).
    pub trailing_slash: bool,
    /// How many names in the directories that a glob looked at were not UTF-8. They could match too.
    pub not_utf8: usize,
    /// False if there were too many to list.
    pub complete: bool,
    /// The glob is malformed, which fails the build.
    pub error: Option<BadPattern>,
}

/// One thing that a source names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The path as the source names it; the last part is the name that the copy gets.
    pub path: String,
    /// What is copied. BuildKit follows a link that a source names, inside the root, and copies what it leads to under the
    /// link's name, or for a directory its contents; links inside a copied directory stay links (`FollowSymlinks` in
    /// `dockerfile2llb/convert_copy.go`, measured on 26.1.5). So this is never a link.
    pub entry: Entry,
}

impl Matches {
    /// Whether the source names nothing at all, hidden or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.hidden.is_empty()
    }

    /// The one thing that the source names, if it is exactly one and surely so.
    #[must_use]
    pub fn single(&self) -> Option<&Match> {
        match self.found.as_slice() {
            [only] if self.hidden.is_empty() && self.not_utf8 == 0 && self.complete => Some(only),
            _ => None,
        }
    }
}

/// What `source`, a path or a glob as a COPY has it, takes of `path`, which need not be there: the path or directory that the
/// source names, and what of `path` lies below that. `None` if it takes none of it. Links are not followed.
#[must_use]
pub fn named_by(source: &str, path: &str) -> Option<(String, String)> {
    if !glob::is_glob(source) {
        let named = path::inside(source);
        return below(&named, path).map(|inside| (named.clone(), inside.to_owned()));
    }
    let pattern = path::inside(source);
    let named = path::prefixes(path).find(|prefix| glob::matches(&pattern, prefix) == Ok(true))?;
    Some((named.to_owned(), path[named.len()..].trim_start_matches('/').to_owned()))
}

/// What of `path` lies below `directory`, both inside of the context; empty if they are the same.
#[must_use]
pub fn below<'p>(directory: &str, path: &'p str) -> Option<&'p str> {
    if directory.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(directory)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

impl BuildContext {
    /// What `source` names: a path or a glob as a COPY has it, after quotes and variables. A slash or `..` in front stays
    /// inside the root. Costs nothing when it is asked for again.
    #[must_use]
    pub fn matches(&self, source: &str) -> Arc<Matches> {
        if let Some(known) = self.matched.read().unwrap_or_else(PoisonError::into_inner).get(source) {
            return Arc::clone(known);
        }
        let matches = Arc::new(self.match_on_disk(source));
        let mut matched = self.matched.write().unwrap_or_else(PoisonError::into_inner);
        matched.insert(source.to_owned(), Arc::clone(&matches));
        matches
    }

    fn match_on_disk(&self, source: &str) -> Matches {
        let mut matches = Matches {
            glob: glob::is_glob(source),
            trailing_slash: source.ends_with('/'),
            complete: true,
            ..Matches::default()
        };
        let names = if matches.glob {
            match self.tree.expand(source, MATCH_LIMIT) {
                Ok(expansion) => {
                    matches.not_utf8 = expansion.not_utf8;
                    matches.complete = !expansion.cut;
                    expansion.paths
                }
                Err(error) => {
                    matches.error = Some(error);
                    Vec::new()
                }
            }
        } else {
            vec![path::inside(source)]
        };
        for name in names {
            let Some((real, found)) = self.tree.follow(&name) else { continue };
            // Both the link and what it leads to have to be sent.
            if self.reaches_builder(&name, found.is_dir()) && self.reaches_builder(&real, found.is_dir()) {
                let entry = self.entry_of(real, &found);
                matches.found.push(Match { path: name, entry });
            } else {
                matches.hidden.push(name);
            }
        }
        matches
    }

    /// Whether a path is sent, for a directory also for the sake of something in it.
    fn reaches_builder(&self, path: &str, is_directory: bool) -> bool {
        if self.is_sent(path) {
            return true;
        }
        let mut files = self.ignore_files();
        is_directory
            && files.any(|(builder, file)| file.matcher().may_hold_exceptions(path, builder))
            && !self.walk(path).entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_source_takes_of_a_path() {
        for (source, path, expected) in [
            (".", "a/b", Some(("", "a/b"))),
            ("./a/", "a/b", Some(("a", "b"))),
            ("/a", "a", Some(("a", ""))),
            ("a", "ab", None),
            ("*.py", "x.py", Some(("x.py", ""))),
            ("*.py", "d/x.py", None),
            ("s*", "src/x.py", Some(("src", "x.py"))),
            ("a/b", "a", None),
        ] {
            let found = named_by(source, path);
            assert_eq!(found.as_ref().map(|(one, two)| (one.as_str(), two.as_str())), expected, "{source} {path}");
        }
    }
}
