//! Paths inside of an image: absolute, with `/`, without `.`, `..` and doubled slashes.

/// `path` seen from `directory`, which is absolute; a path that is absolute itself stays.
#[must_use]
pub fn absolute(directory: &str, path: &str) -> String {
    let start = if path.starts_with('/') { "" } else { directory };
    let mut result = String::with_capacity(start.len() + path.len() + 2);
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => result.truncate(result.rfind('/').unwrap_or(0)),
            _ => {
                result.push('/');
                result.push_str(part);
            }
        }
    }
    if result.is_empty() {
        result.push('/');
    }
    result
}

/// `name` below `directory`.
#[must_use]
pub fn join(directory: &str, name: &str) -> String {
    absolute(directory, name.trim_start_matches('/'))
}

/// What of `path` lies below `directory`; empty if they are the same. `None` if it lies elsewhere.
#[must_use]
pub fn below<'a>(directory: &str, path: &'a str) -> Option<&'a str> {
    if directory == "/" {
        return path.strip_prefix('/');
    }
    let rest = path.strip_prefix(directory)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The last part of a path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Everything but the last part; the root's parent is the root.
#[must_use]
pub fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

/// Whether `text` names `name`: as a word or a part of a path, and not only inside of a longer name.
#[must_use]
pub fn is_named(text: &str, name: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || "_-.".contains(character);
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_names() {
        for (text, name, expected) in [
            ("rm -rf a/venv/bin", "venv", true),
            ("venv", "venv", true),
            ("a.venv", "venv", false),
            ("venvs", "venv", false),
            ("\"venv\"", "venv", true),
            ("/opt/app.log", "app.log", true),
        ] {
            assert_eq!(is_named(text, name), expected, "{text} {name}");
        }
    }

    #[test]
    fn makes_paths_absolute() {
        for (directory, path, expected) in [
            ("/app", "run.sh", "/app/run.sh"),
            ("/app", "./bin/../run.sh", "/app/run.sh"),
            ("/app", "/run.sh", "/run.sh"),
            ("/", "../..", "/"),
            ("/app/", ".", "/app"),
        ] {
            assert_eq!(absolute(directory, path), expected);
        }
        assert_eq!(below("/app", "/app/a/b"), Some("a/b"));
        assert_eq!(below("/app", "/apple"), None);
        assert_eq!(below("/", "/a"), Some("a"));
        assert_eq!((file_name("/a/b/"), parent("/a"), parent("/a/b")), ("b", "/", "/a"));
    }
}
