//! The `dockfix.toml` that `dockfix init` writes: everything that can be set, commented out, with its default.

use std::fmt::Write as _;

use crate::rules::{OptionKind, REGISTRY};

const HEAD: &str = r#"# Configuration of dockfix. Every line that is commented out shows the default.
# The dockfix.toml that stands nearest above a Dockerfile is the one that counts; the command line beats it.

# The builders that have to read the result: "buildkit", "buildah", "classic".
# With "classic", --chmod, --link and heredocs are no answer.
# builders = ["buildkit", "buildah"]

# Which rules run: "migrate" (those that are on by default), "review" (only what is broken or fragile today)
# or "all".
# preset = "migrate"

# Rules and groups that run instead of the preset's, and those that do not run.
# The groups are correctness, security, cache, size and maintenance.
# select = []
# ignore = []

# Whether fixes are written that rest on something that is not visible.
# unsafe = false

# Dockerfiles to leave alone: patterns as in .gitignore, seen from this folder.
# exclude = []
"#;

/// The text of a new `dockfix.toml`.
#[must_use]
pub fn template() -> String {
    let mut text = HEAD.to_owned();
    for registered in REGISTRY.iter().filter(|registered| !registered.meta.options.is_empty()) {
        let meta = &registered.meta;
        // Writing to a text cannot fail.
        let _ = write!(text, "\n# {}\n# [rules.{}]\n", meta.summary, meta.slug);
        for option in meta.options {
            let default = match option.kind {
                OptionKind::Enum(_) | OptionKind::Text => format!("{:?}", option.default),
                OptionKind::Flag | OptionKind::Number | OptionKind::List => option.default.to_owned(),
            };
            let review = option.review.map_or_else(String::new, |value| format!(" Preset `review` takes {value:?}."));
            let _ = write!(text, "# {}{review}\n# {} = {default}\n", option.meaning, option.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::parse;

    #[test]
    fn says_nothing_as_it_is_and_is_valid_when_all_of_it_is_taken() {
        let path = Path::new("dockfix.toml");
        assert!(parse(&template(), path).is_ok());
        let is_setting = |line: &str| {
            let line = line.trim_start_matches("# ");
            line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
        };
        let taken: Vec<String> = template()
            .lines()
            .filter(|line| is_setting(line))
            .map(|line| line.trim_start_matches("# ").to_owned())
            .collect();
        assert!(taken.len() > 7, "{taken:?}");
        let config = parse(&taken.join("\n"), path).unwrap();
        assert_eq!(config.builders.map(|builders| builders.len()), Some(2));
        assert!(config.options.contains_key("copy-without-chmod"));
    }
}
