//! Slash-separated paths as Go's `path` package and the builders treat them. Knows nothing of the disk.

/// The shortest equal path, as Go's `path.Clean` makes it: no empty and no `.` part, `..` resolved where a part stands
/// before it, `.` for nothing.
#[must_use]
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." => {
                    parts.pop();
                }
                None if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A path inside the context as this module writes them: relative to the root, without `.` and `..`; the root is `""`.
///
/// The root is the top: a `..` above it stays there, as BuildKit joins every source with `/` before it cleans it
/// (`system.NormalizePath("/", src, …)` in `dockerfile2llb/convert_copy.go`; measured on 26.1.5: `COPY ../g/vis` copies `g/vis`).
#[must_use]
pub(super) fn inside(path: &str) -> String {
    clean(&format!("/{path}")).split_off(1)
}

/// The directory of a path and its last part; the directory is `""` for the root.
#[must_use]
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `directory/name`, where the directory may be the root.
#[must_use]
pub(super) fn join(directory: &str, name: &str) -> String {
    match (directory, name) {
        ("", name) => name.to_owned(),
        (directory, "") => directory.to_owned(),
        (directory, name) => format!("{directory}/{name}"),
    }
}

/// Every directory above `path`, the topmost first, and `path` itself last. The root is not among them.
pub(super) fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.map(|end| &path[..end]).filter(|prefix| !prefix.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_as_go_does() {
        let cases = [
            ("", "."),
            ("a", "a"),
            ("a/", "a"),
            ("./a//b/.", "a/b"),
            ("a/../b", "b"),
            ("a/..", "."),
            ("..", ".."),
            ("../../a", "../../a"),
            ("a/../../b", "../b"),
            ("/", "/"),
            ("/..", "/"),
            ("/../a", "/a"),
            ("//a", "/a"),
            ("!a/../..", ".."),
        ];
        for (input, expected) in cases {
            assert_eq!(clean(input), expected, "{input:?}");
        }
    }

    #[test]
    fn clamps_at_the_root() {
        for (input, expected) in [("../g/vis", "g/vis"), ("/a/./b/", "a/b"), (".", ""), ("a/../../..", ""), ("", "")] {
            assert_eq!(inside(input), expected, "{input:?}");
        }
    }

    #[test]
    fn lists_parents_first() {
        assert_eq!(prefixes("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
        assert_eq!(prefixes("").count(), 0);
    }
}
