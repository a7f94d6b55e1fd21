//! Which image an application runs on: `data/runtime-bases.toml`, which `build.rs` turns into a table.

use crate::model::ImageReference;

/// A line of the table.
struct Entry {
    builder: &'static str,
    tags: &'static [&'static str],
    versions: &'static [&'static str],
    minor: bool,
    links_nothing: bool,
    exec: bool,
    runtime: &'static str,
    shell: bool,
    zones: bool,
    programs: &'static [&'static str],
    obstacle: &'static str,
    reason: &'static str,
}

/// What the table says for an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuntimeBase {
    /// The image.
    pub(super) image: String,
    /// Whether it has `/bin/sh`.
    pub(super) shell: bool,
    /// Whether it has the time zones.
    pub(super) zones: bool,
    /// What a HEALTHCHECK may call there.
    pub(super) programs: &'static [&'static str],
    /// Why nothing is written all the same.
    pub(super) obstacle: Option<&'static str>,
    /// Why this image and no other.
    pub(super) reason: &'static str,
    /// Whether it is the same for every tag of the image that compiles.
    pub(super) any_tag: bool,
}

/// What the application and its start ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Whether the program provably links nothing.
    pub(super) links_nothing: bool,
    /// Whether a shell starts it.
    pub(super) shell: bool,
}

/// Whether images of this name compile applications.
pub(super) fn is_builder(name: &str) -> bool {
    TABLE.iter().any(|entry| entry.builder == name)
}

/// The image to run on; `None` where the table has none.
pub(super) fn runtime_base(builder: &ImageReference, asked: Asked) -> Option<RuntimeBase> {
    let fits = |entry: &&Entry| {
        entry.builder == builder.name && (!entry.links_nothing || asked.links_nothing) && (!entry.exec || !asked.shell)
    };
    TABLE.iter().filter(fits).find_map(|entry| {
        let kept = if entry.tags.is_empty() { Vec::new() } else { entry.kept(&builder.tag)? };
        let mut image = entry.runtime.to_owned();
        for (index, part) in kept.iter().enumerate() {
            image = image.replace(&format!("{{{}}}", index + 1), part);
        }
        Some(RuntimeBase {
            image,
            shell: entry.shell,
            zones: entry.zones,
            programs: entry.programs,
            obstacle: Some(entry.obstacle).filter(|text| !text.is_empty()),
            reason: entry.reason,
            any_tag: entry.tags.is_empty(),
        })
    })
}

impl Entry {
    /// The parts of the tag that the patterns keep, if one of them and the versions fit.
    fn kept(&self, tag: &str) -> Option<Vec<String>> {
        let mut kept = self.tags.iter().find_map(|pattern| kept(pattern, tag))?;
        let Some(first) = kept.first_mut() else { return Some(kept) };
        if self.minor {
            *first = minor(first)?;
        }
        let allowed = |version: &&str| match version.strip_suffix('*') {
            Some(start) => first.starts_with(start),
            None => first.as_str() == *version,
        };
        (self.versions.is_empty() || self.versions.iter().any(allowed)).then_some(kept)
    }
}

/// What a pattern keeps of a tag, part by part between the dashes.
fn kept(pattern: &str, tag: &str) -> Option<Vec<String>> {
    let (patterns, parts): (Vec<&str>, Vec<&str>) = (pattern.split('-').collect(), tag.split('-').collect());
    if patterns.len() != parts.len() {
        return None;
    }
    let mut kept = Vec::new();
    for (pattern, part) in patterns.into_iter().zip(parts) {
        if let Some(start) = pattern.strip_suffix("{}") {
            kept.push(part.strip_prefix(start).filter(|rest| !rest.is_empty())?.to_owned());
        } else if part.is_empty() || (pattern != "*" && pattern != part) {
            return None;
        }
    }
    Some(kept)
}

/// `8.0.404` becomes `8.0`.
fn minor(version: &str) -> Option<String> {
    let numbers: Vec<&str> = version.split('.').collect();
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.len() >= 2 && numbers.iter().all(is_number)).then(|| numbers[..2].join("."))
}

include!(concat!(env!("OUT_DIR"), "/runtime-bases.rs"));

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    #[test]
    fn every_entry_is_complete() {
        let document: DocumentMut = include_str!("../../../data/runtime-bases.toml").parse().unwrap();
        for base in document["base"].as_array_of_tables().unwrap() {
            for key in ["builder", "runtime", "shell", "zones", "programs", "reason", "source"] {
                assert!(base.contains_key(key), "{key} is missing: {base}");
            }
            for (key, _) in base {
                let known = ["builder", "runtime", "shell", "zones", "programs", "reason", "source"];
                let optional = ["tags", "versions", "version", "static", "exec", "obstacle"];
                assert!(known.contains(&key) || optional.contains(&key), "{key}: {base}");
            }
        }
    }

    #[test]
    fn the_page_shows_the_table() {
        let page = include_str!("../../../rules/builder-runtime/README.md");
        for entry in TABLE.iter().filter(|entry| entry.obstacle.is_empty()) {
            let tags = if entry.tags.is_empty() { "any".to_owned() } else { format!("`{}`", entry.tags.join("`, `")) };
            let row = format!("| `{}` | {tags} |", entry.builder);
            let found =
                page.lines().any(|line| line.starts_with(&row) && line.contains(&format!("| `{}` |", entry.runtime)));
            assert!(found, "{row} … `{}`", entry.runtime);
        }
        let rows =
            page.lines().filter(|line| line.starts_with("| `") && line.contains("` | `") || line.contains(" | any |"));
        assert_eq!(rows.count(), TABLE.iter().filter(|entry| entry.obstacle.is_empty()).count());
    }

    #[test]
    fn chooses_by_the_image_that_compiles() {
        let chosen = |image: &str, links_nothing, shell| {
            let base = runtime_base(&ImageReference::parse(image), Asked { links_nothing, shell });
            base.map(|base| if base.obstacle.is_some() { "-".to_owned() } else { base.image })
        };
        for (image, links_nothing, shell, expected) in [
            ("golang:1.22", true, false, Some("gcr.io/distroless/static-debian12")),
            ("golang:1.22", false, false, Some("-")),
            ("golang:1.22", true, true, Some("-")),
            ("golang", false, false, Some("-")),
            ("golang:1.22-bookworm", false, false, Some("gcr.io/distroless/base-debian12")),
            ("golang:1.22-alpine", false, true, Some("alpine:3")),
            ("golang:1.22-alpine", true, true, Some("alpine:3")),
            ("golang:alpine3.19", false, false, Some("alpine:3.19")),
            ("docker.io/library/rust:1.75-slim-bookworm", false, false, Some("gcr.io/distroless/cc-debian12")),
            ("rust:slim", false, false, Some("-")),
            ("maven:3.9-eclipse-temurin-17", false, true, Some("eclipse-temurin:17-jre")),
            ("maven:3.9.6-eclipse-temurin-21-alpine", false, true, Some("eclipse-temurin:21-jre-alpine")),
            ("maven:3.8-jdk-11-slim", false, true, Some("eclipse-temurin:11-jre")),
            ("maven:3.9-eclipse-temurin-19", false, true, None),
            ("maven:3", false, true, None),
            ("gradle:8.5-jdk17", false, true, Some("eclipse-temurin:17-jre")),
            ("gradle:8", false, true, None),
            ("mcr.microsoft.com/dotnet/sdk:8.0", false, true, Some("mcr.microsoft.com/dotnet/aspnet:8.0")),
            (
                "mcr.microsoft.com/dotnet/sdk:8.0.404-jammy",
                false,
                true,
                Some("mcr.microsoft.com/dotnet/aspnet:8.0-jammy"),
            ),
            ("mcr.microsoft.com/dotnet/sdk:8.0-alpine3.20", false, true, Some("-")),
            ("mcr.microsoft.com/dotnet/sdk:latest", false, true, None),
            ("python:3", false, true, None),
        ] {
            assert_eq!(chosen(image, links_nothing, shell).as_deref(), expected, "{image}");
        }
    }
}
