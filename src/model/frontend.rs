//! What the frontend that a file asks for (`# syntax=`) can read.
//!
//! BuildKit hands the whole file to that image. Only Docker's own are known: `docker/dockerfile`, and
//! `docker/dockerfile-upstream` with what is not released yet. They read `--chmod` of `COPY` and `ADD` since 1.2
//! (<https://docs.docker.com/reference/dockerfile/#copy>), and the `experimental` ones ended before that. `--chown` is older
//! than frontends are, so all of them read it.

use crate::syntax::Dockerfile;

/// Whether `COPY --chmod` is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadsChmod {
    /// It is, where BuildKit builds.
    Yes,
    /// The frontend, as written, is too old.
    No(String),
    /// Of the frontend, as written, nothing is known.
    Unknown(String),
}

/// Whether the frontend of a file reads `--chmod`. Without `# syntax=` it is BuildKit's own, which does since Docker 20.10.
#[must_use]
pub fn reads_chmod(dockerfile: &Dockerfile) -> ReadsChmod {
    let directives = dockerfile.directives();
    let Some(directive) = directives.iter().find(|directive| directive.name == "syntax") else {
        return ReadsChmod::Yes;
    };
    match since_1_2(&directive.value) {
        Some(true) => ReadsChmod::Yes,
        Some(false) => ReadsChmod::No(directive.value.clone()),
        None => ReadsChmod::Unknown(directive.value.clone()),
    }
}

/// Whether the frontend of a file is Docker's own, of whatever version.
#[must_use]
pub fn is_dockers(dockerfile: &Dockerfile) -> bool {
    let directives = dockerfile.directives();
    let Some(directive) = directives.iter().find(|directive| directive.name == "syntax") else { return true };
    let written = directive.value.split_whitespace().next().unwrap_or_default();
    let reference = written.split(['@']).next().unwrap_or_default();
    let reference = without_host(reference);
    matches!(reference.split(':').next(), Some("docker/dockerfile" | "docker/dockerfile-upstream"))
}

/// A reference without the host that stands for none.
fn without_host(reference: &str) -> &str {
    let hosts = ["docker.io/", "index.docker.io/"];
    hosts.iter().find_map(|host| reference.strip_prefix(host)).unwrap_or(reference)
}

/// Whether a frontend is version 1.2 of Docker's or newer; `None` if nobody can tell.
fn since_1_2(frontend: &str) -> Option<bool> {
    let written = frontend.split_whitespace().next().unwrap_or_default();
    let (reference, digest) = written.split_once('@').map_or((written, false), |(reference, _)| (reference, true));
    let reference = without_host(reference);
    let (name, tag) = reference.split_once(':').unwrap_or((reference, ""));
    if !matches!(name, "docker/dockerfile" | "docker/dockerfile-upstream") || (tag.is_empty() && digest) {
        return None;
    }
    if tag.contains("experimental") {
        return Some(false);
    }
    let version = tag.split('-').next().unwrap_or_default();
    if matches!(version, "" | "latest" | "labs" | "master") {
        return Some(true);
    }
    let mut numbers = version.split('.').map(str::parse::<u32>);
    match (numbers.next()?.ok()?, numbers.next().transpose().ok()?) {
        (0, _) | (1, Some(0 | 1)) => Some(false),
        _ => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_dockers_own() {
        for (frontend, expected) in [
            ("docker/dockerfile", Some(true)),
            ("docker/dockerfile:1", Some(true)),
            ("docker/dockerfile:1-labs", Some(true)),
            ("docker/dockerfile:1.2", Some(true)),
            ("docker.io/docker/dockerfile:1.4.3@sha256:0123", Some(true)),
            ("docker/dockerfile:latest", Some(true)),
            ("docker/dockerfile-upstream:master-labs", Some(true)),
            ("docker/dockerfile:2", Some(true)),
            ("docker/dockerfile:1.0", Some(false)),
            ("docker/dockerfile:1.1.7", Some(false)),
            ("docker/dockerfile:1.1-experimental", Some(false)),
            ("docker/dockerfile:experimental", Some(false)),
            ("docker/dockerfile-upstream:master-experimental", Some(false)),
            ("docker/dockerfile@sha256:0123", None),
            ("docker/dockerfile:nightly", None),
            ("registry.example.com/docker/dockerfile:1.4", None),
            ("docker/dockerfile-plus", None),
            ("tonistiigi/dockerfile:runmount20180828", None),
            ("", None),
        ] {
            assert_eq!(since_1_2(frontend), expected, "{frontend}");
        }
    }
}
