//! What is known of images that Dockerfiles begin with: `data/base-images.toml`, which `build.rs` turns into a table.

/// What is known of a base image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseImage {
    pattern: ImagePattern,
    /// The user it starts as, as USER would say it.
    pub user: &'static str,
    /// Whether it has a POSIX shell at `/bin/sh`.
    pub shell: bool,
    /// Whether its ENTRYPOINT is an interpreter, which takes CMD as the name of a program and does not run it directly.
    pub interpreter: bool,
}

/// The parts of an image reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference {
    /// The repository, without `docker.io/library/` and the like in front.
    pub name: String,
    /// The tag; empty if there is none.
    pub tag: String,
}

/// Registries that carry Docker's official images under their own names.
const OFFICIAL: [&str; 15] = [
    "docker.io/library/",
    "index.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
    "library/",
    "docker.io/",
    // The same images for one architecture: https://github.com/docker-library/official-images#architectures-other-than-amd64
    "amd64/",
    "arm32v5/",
    "arm32v6/",
    "arm32v7/",
    "arm64v8/",
    "i386/",
    "ppc64le/",
    "riscv64/",
    "s390x/",
];

impl ImageReference {
    /// Takes a reference apart; a digest is left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let without_digest = text.split_once('@').map_or(text, |(name, _)| name);
        let (name, tag) = match without_digest.rsplit_once(':') {
            // A colon in front of a slash belongs to a port.
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            _ => (without_digest, ""),
        };
        let short = OFFICIAL.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        Self { name: short.to_owned(), tag: tag.to_owned() }
    }

    /// Whether it is an image for Windows, by its name or tag.
    #[must_use]
    pub fn is_windows(&self) -> bool {
        let words = ["windows", "nanoserver", "servercore", "dotnet/framework"];
        let is_windows = |text: &str| words.iter().any(|word| text.contains(word));
        is_windows(&self.tag) || self.name.starts_with("mcr.microsoft.com/windows") || is_windows(&self.name)
    }

    /// Whether images of this name differ by their tag in what is known of them.
    #[must_use]
    pub fn tag_decides(&self) -> bool {
        TABLE.iter().any(|image| image.pattern.tag.is_some() && image.pattern.is_named(&self.name))
    }

    /// Whether an image of the table has bash: those on Debian and its kind do, those on Alpine and BusyBox do not.
    #[must_use]
    pub fn has_bash(&self) -> bool {
        const WITHOUT: [&str; 5] = ["alpine", "busybox", "caddy", "composer", "docker"];
        !WITHOUT.contains(&self.name.as_str()) && !self.tag.contains("alpine") && !self.tag.contains("busybox")
    }

    /// What is known of the image.
    #[must_use]
    pub fn known(&self) -> Option<&'static BaseImage> {
        if self.is_windows() {
            return None;
        }
        TABLE.iter().find(|image| image.pattern.fits(self))
    }
}

/// Which images an entry of a table is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImagePattern {
    /// The repository; `*` at the end stands for any rest.
    pub(super) name: &'static str,
    /// A part that the tag must have; `*` at the end stands for any rest of the part.
    pub(super) tag: Option<&'static str>,
    /// The first version that it is about. A tag without a number stands for the newest version.
    pub(super) since: Option<&'static [u32]>,
}

impl ImagePattern {
    /// Whether it is about images of this name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == self.name,
        }
    }

    /// Whether it is about this image.
    pub(super) fn fits(&self, reference: &ImageReference) -> bool {
        self.is_named(&reference.name)
            && self.tag.is_none_or(|part| match part.strip_suffix('*') {
                Some(start) => reference.tag.split(['-', '.']).any(|tag| tag.starts_with(start)),
                None => {
                    reference.tag.contains(part)
                        && (part.contains('-') || reference.tag.split(['-', '.']).any(|tag| tag == part))
                }
            })
            && self.since.is_none_or(|since| {
                // `3` moves along with the newest 3.x.
                let of_tag = version(&reference.tag);
                of_tag.is_none_or(|tag| tag.as_slice() >= since || since.starts_with(&tag))
            })
    }
}

/// The numbers that a tag begins with: `8.0.3-jammy` is 8, 0, 3, and so is `v8.0.3`.
fn version(text: &str) -> Option<Vec<u32>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let numbers: Option<Vec<u32>> =
        text[..end].trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

include!(concat!(env!("OUT_DIR"), "/base-images.rs"));

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    #[test]
    fn every_entry_is_complete() {
        let document: DocumentMut = include_str!("../../data/base-images.toml").parse().unwrap();
        for image in document["image"].as_array_of_tables().unwrap() {
            assert!(image.contains_key("name") != image.contains_key("names"), "{image}");
            for key in ["user", "shell", "source"] {
                assert!(image.contains_key(key), "{key} is missing: {image}");
            }
            for (key, _) in image {
                assert!(
                    ["name", "names", "tag", "tags", "since", "user", "shell", "interpreter", "source"].contains(&key),
                    "{key}: {image}"
                );
            }
        }
    }

    #[test]
    fn knows_users_and_shells() {
        for (reference, expected) in [
            ("python:3.11-slim", Some(("root", true))),
            ("docker.io/library/node:20@sha256:0123", Some(("root", true))),
            ("localhost:5000/python", None),
            ("gcr.io/distroless/static-debian12:nonroot", Some(("65532", false))),
            ("gcr.io/distroless/java17-debian12", Some(("root", false))),
            ("mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", Some(("1654", false))),
            ("mcr.microsoft.com/dotnet/aspnet:8.0", Some(("root", true))),
            ("mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809", None),
            ("varnish:stable", Some(("root", true))),
            ("varnish:7.4", Some(("varnish", true))),
            ("grafana/grafana-image-renderer:3.11", None),
            ("nginxinc/nginx-unprivileged:1.16", None),
            ("prom/alertmanager:v0.15.2", None),
            ("prom/alertmanager:v0.27.0", Some(("nobody", true))),
            ("example.com/team/base:1", None),
        ] {
            let known = ImageReference::parse(reference).known();
            assert_eq!(known.map(|image| (image.user, image.shell)), expected, "{reference}");
        }
    }
}
