//! Go's `filepath.Match` on Unix, which the builders use for the sources of COPY and to judge .dockerignore patterns.
//!
//! Written after the behaviour of Go's `path/filepath`, down to what it calls an error: that decides whether a build
//! starts at all. It never backtracks past a `*`, so the cost is at most pattern length times name length.

/// The pattern is malformed: an unclosed or empty class, or a backslash at the end. Go calls this `ErrBadPattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

/// Whether all of `name` matches `pattern`. `*` and `?` stop at `/`; a class does not.
///
/// # Errors
/// [`BadPattern`] where Go reports `ErrBadPattern`, whether or not the name could match.
pub(super) fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let mut pattern = pattern.as_bytes();
    let mut name = name.as_bytes();
    while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&b'/'));
        }
        match after_chunk(star, chunk, name, pattern.is_empty())? {
            Some(left) => name = left,
            None => return check_rest(pattern).map(|()| false),
        }
    }
    Ok(name.is_empty())
}

/// Whether `name` holds an unescaped `*`, `?` or `[`, which makes BuildKit expand it (`containsWildcards`).
#[must_use]
pub(super) fn is_glob(name: &str) -> bool {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' | b'?' | b'[' => return true,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    false
}

/// The stars in front, then everything up to the next star, then the rest.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|byte| **byte == b'*').count();
    let pattern = &pattern[stars..];
    let mut in_class = false;
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b'\\' if at + 1 < pattern.len() => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    (stars > 0, &pattern[..at], &pattern[at..])
}

/// What is left of `name` after `chunk`, tried at each place that a star before it allows.
fn after_chunk<'n>(star: bool, chunk: &[u8], name: &'n [u8], last: bool) -> Result<Option<&'n [u8]>, BadPattern> {
    // The last chunk has to reach the end of the name, or a star in front of it could not try a later place.
    let accepted = |left: &[u8]| left.is_empty() || !last;
    if let Some(left) = match_chunk(chunk, name)?
        && accepted(left)
    {
        return Ok(Some(left));
    }
    if !star {
        return Ok(None);
    }
    for skip in 0..name.len() {
        if name[skip] == b'/' {
            break;
        }
        if let Some(left) = match_chunk(chunk, &name[skip + 1..])?
            && accepted(left)
        {
            return Ok(Some(left));
        }
    }
    Ok(None)
}

fn check_rest(mut pattern: &[u8]) -> Result<(), BadPattern> {
    while !pattern.is_empty() {
        let (_, chunk, rest) = next_chunk(pattern);
        match_chunk(chunk, b"")?;
        pattern = rest;
    }
    Ok(())
}

/// Matches `chunk`, which has no star, at the start of `name`. Reads the whole chunk even after a mismatch, because it
/// may still turn out to be malformed.
fn match_chunk<'n>(mut chunk: &[u8], name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
    let mut left = Some(name);
    while let Some((first, rest)) = chunk.split_first() {
        left = left.filter(|left| !left.is_empty());
        match first {
            b'[' => {
                let (found, width) = left.map_or((0, 0), decode);
                let (matched, rest) = match_class(rest, found)?;
                left = left.filter(|_| matched).map(|left| &left[width..]);
                chunk = rest;
            }
            b'?' => {
                left = left.filter(|left| left[0] != b'/').map(|left| &left[decode(left).1..]);
                chunk = rest;
            }
            _ => {
                let (literal, rest) = match first {
                    b'\\' => rest.split_first().ok_or(BadPattern)?,
                    _ => (first, rest),
                };
                left = left.filter(|left| left[0] == *literal).map(|left| &left[1..]);
                chunk = rest;
            }
        }
    }
    Ok(left)
}

/// Whether `found` is in the class whose opening bracket was read, and what follows the class.
fn match_class(mut class: &[u8], found: u32) -> Result<(bool, &[u8]), BadPattern> {
    let negated = class.first() == Some(&b'^');
    if negated {
        class = &class[1..];
    }
    let mut matched = false;
    let mut ranges = 0;
    loop {
        if class.first() == Some(&b']') && ranges > 0 {
            return Ok((matched != negated, &class[1..]));
        }
        let (low, rest) = class_member(class)?;
        class = rest;
        let mut high = low;
        if class.first() == Some(&b'-') {
            (high, class) = class_member(&class[1..])?;
        }
        matched |= (low..=high).contains(&found);
        ranges += 1;
    }
}

fn class_member(class: &[u8]) -> Result<(u32, &[u8]), BadPattern> {
    let class = match class.first() {
        None | Some(b'-' | b']') => return Err(BadPattern),
        Some(b'\\') => &class[1..],
        Some(_) => class,
    };
    if class.is_empty() {
        return Err(BadPattern);
    }
    let (member, width) = decode(class);
    let rest = &class[width..];
    if rest.is_empty() { Err(BadPattern) } else { Ok((member, rest)) }
}

/// The first character and its length; as in Go, a byte that begins no character counts as U+FFFD of length 1.
fn decode(bytes: &[u8]) -> (u32, usize) {
    for width in 1..=bytes.len().min(4) {
        if let Some(character) = std::str::from_utf8(&bytes[..width]).ok().and_then(|text| text.chars().next()) {
            return (u32::from(character), width);
        }
    }
    (0xFFFD, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expected: Result<bool, BadPattern>) {
        assert_eq!(matches(pattern, name), expected, "pattern {pattern:?}, name {name:?}");
    }

    #[test]
    fn matches_as_go_does() {
        let yes = [
            ("abc", "abc"),
            ("*", "abc"),
            ("*c", "abc"),
            ("a*", "a"),
            ("a*/b", "abc/b"),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/f"),
            ("a*b?c*x", "abxbbxdbxebxczzx"),
            ("ab[c]", "abc"),
            ("ab[b-d]", "abc"),
            ("ab[^e-g]", "abc"),
            ("a\\*b", "a*b"),
            ("a?b", "a☺b"),
            ("a[^a]b", "a☺b"),
            ("[a-ζ]*", "α"),
            ("[\\]a]", "]"),
            ("[\\-x]", "-"),
            ("*x", "xxx"),
            ("[[]x]", "[x]"),
            (".*", ".hid"),
            ("*", ".hid"),
            ("a[^x]b", "a/b"),
        ];
        for (pattern, name) in yes {
            check(pattern, name, Ok(true));
        }
    }

    #[test]
    fn rejects_as_go_does() {
        for (pattern, name) in [
            ("a*", "ab/c"),
            ("a*/b", "a/c/b"),
            ("ab[e-g]", "abc"),
            ("ab[^c]", "abc"),
            ("a\\*b", "ab"),
            ("a???b", "a☺b"),
            ("a[^a][^a][^a]b", "a☺b"),
            ("*[a-ζ]", "A"),
            ("a?b", "a/b"),
            ("a*b", "a/b"),
            ("x*.go", ".go"),
            ("", "a"),
        ] {
            check(pattern, name, Ok(false));
        }
    }

    #[test]
    fn reports_what_go_reports() {
        for (pattern, name) in [
            ("[]a]", "]"),
            ("[-]", "-"),
            ("[x-]", "x"),
            ("[-x]", "x"),
            ("\\", "a"),
            ("[a-b-c]", "a"),
            ("[", "a"),
            ("[^", "a"),
            ("[^bc", "a"),
            ("a[", "a"),
            ("a[", "ab"),
            ("a[", "x"),
            ("a/b[", "x"),
            ("*[", "x"),
        ] {
            check(pattern, name, Err(BadPattern));
        }
    }

    #[test]
    fn many_stars_stay_cheap() {
        let pattern = "a*".repeat(2000) + "b";
        let name = "a".repeat(20_000);
        check(&pattern, &name, Ok(false));
    }

    #[test]
    fn knows_a_glob() {
        for (name, expected) in
            [("a*", true), ("a?", true), ("[a]", true), ("a\\*", false), ("a]", false), ("a", false)]
        {
            assert_eq!(is_glob(name), expected, "{name}");
        }
    }
}
