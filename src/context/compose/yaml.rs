//! Compose files: the `build` of each service of one file; `service` has the forms of its keys, and `linked` follows the files that
//! it names.
//!
//! Read with anchors and merge keys, which compose files are full of. What else a service says is left unread.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::interpolate::Values;
use super::service::{Extends, Service};
use super::{Builds, Written};

/// How many events of the parser may come from aliases.
const MOST_REPLAYED: usize = 200_000;
/// How deep `extends` may lead within a file.
pub(super) const MOST_EXTENDS: usize = 8;

/// Reads a compose file, and none that it names.
pub(super) fn read(text: &str) -> Result<File, String> {
    // Services share their anchors by the hundred; what a bomb of aliases costs is limited by the events that it comes to.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { enforce_alias_anchor_ratio: false },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPLAYED },
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Option<File>>(text, options) {
        Ok(file) => Ok(file.unwrap_or_default()),
        Err(error) => Err(first_line(&error.to_string())),
    }
}

/// The first line of an error; the others show the place in a file that is not the user's concern here.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("it is no YAML").trim_start_matches("error:").trim().to_owned()
}

#[derive(Default, Deserialize)]
pub(super) struct File {
    #[serde(default)]
    services: Option<BTreeMap<String, Option<Service>>>,
    #[serde(default)]
    include: Option<Vec<Include>>,
}

/// One entry of `include:`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Include {
    File(String),
    Long {
        path: Paths,
        project_directory: Option<String>,
    },
    /// What compose does not take either.
    Other(IgnoredAny),
}

/// One path or several, of which the later ones go on top.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Paths {
    One(String),
    Many(Vec<String>),
}

impl Include {
    /// The files, and the directory from which their paths count, where it is not that of the first one.
    pub(super) fn parts(&self) -> (Vec<&str>, Option<&str>) {
        match self {
            Self::File(path) | Self::Long { path: Paths::One(path), project_directory: None } => (vec![path], None),
            Self::Long { path: Paths::One(path), project_directory } => (vec![path], project_directory.as_deref()),
            Self::Long { path: Paths::Many(paths), project_directory } => {
                (paths.iter().map(String::as_str).collect(), project_directory.as_deref())
            }
            Self::Other(_) => (Vec::new(), None),
        }
    }
}

/// Gives what a service of another file is written as: the file and the service.
pub(super) type Elsewhere<'e> = &'e mut dyn FnMut(&str, &str) -> Option<Written>;

impl File {
    /// The entries of `include:`.
    pub(super) fn includes(&self) -> &[Include] {
        self.include.as_deref().unwrap_or_default()
    }

    /// The services that build something, or say how a container runs. Variables are looked up among `values`.
    pub(super) fn builds(&self, values: &Values, elsewhere: Elsewhere<'_>) -> Builds {
        let names: Vec<&String> = self.services.iter().flatten().map(|(name, _)| name).collect();
        let build = |name: &String| Some((name.clone(), self.written(name, values, elsewhere, MOST_EXTENDS)?));
        names.into_iter().filter_map(build).collect()
    }

    /// What is written of one service.
    pub(super) fn written(
        &self,
        name: &str,
        values: &Values,
        elsewhere: Elsewhere<'_>,
        depth: usize,
    ) -> Option<Written> {
        let nothing = Service::default();
        let service = self.services.as_ref()?.get(name)?.as_ref().unwrap_or(&nothing);
        let own = match &service.build {
            None => None,
            Some(build) if build.dockerfile_inline.is_some() => return None,
            Some(build) => Some(build.written(values)),
        };
        let extended = match &service.extends {
            Some(Extends { service: Some(base), file: None }) if depth > 0 => {
                self.written(base, values, elsewhere, depth - 1)
            }
            Some(Extends { service: Some(base), file: Some(file) }) => elsewhere(file, base),
            _ => None,
        };
        let overrides = service.overrides();
        let own = own.or_else(|| (!overrides.is_empty()).then(|| Written { unbuilt: true, ..Written::default() }));
        let own = own.map(|own| Written { overrides, ..own });
        match (extended, own) {
            (Some(below), Some(above)) => Some(below.overlaid(&above)),
            (below, above) => above.or(below),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Setting;
    use super::*;

    fn builds(text: &str) -> Builds {
        read(text).unwrap().builds(&Values::default(), &mut |_, _| None)
    }

    /// Each build as `service: context | dockerfile | target | args`.
    fn shown(text: &str) -> Vec<String> {
        let text_of = |setting: &Setting| match setting {
            Setting::Unset => "-".to_owned(),
            Setting::Known(text) => text.clone(),
            Setting::Unknown => "?".to_owned(),
        };
        let line = |(name, it): (&String, &Written)| {
            if it.unbuilt {
                return format!("{name}: {}", it.overrides.join(","));
            }
            let args: Vec<String> = it.args.iter().map(|(name, value)| format!("{name}={}", text_of(value))).collect();
            let (context, dockerfile, target) = (text_of(&it.context), text_of(&it.dockerfile), text_of(&it.target));
            let assumed = if it.assumed { " assumed".to_owned() } else { String::new() };
            let assumed = it.overrides.iter().fold(assumed, |text, key| format!("{text} {key}"));
            format!("{name}: {context} {dockerfile} {target} {}{assumed}", args.join(",")).trim_end().to_owned()
        };
        builds(text).iter().map(line).collect()
    }

    #[test]
    fn reads_the_forms_of_build() {
        assert_eq!(shown("services:\n  web:\n    build: ./web\n  db:\n    image: postgres\n"), ["web: ./web - -"]);
        let long = "services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/web.Dockerfile\n      target: dev\n      args:\n        VERSION: 1.10\n        USER:\n        MODE: ${MODE:-fast}\n";
        assert_eq!(shown(long), ["web: . docker/web.Dockerfile dev MODE=fast,USER=?,VERSION=1.10"]);
        let list = "services:\n  web:\n    build:\n      context: ${DIR:-app}\n      args: [A=1, 'B=x=y', C]\n";
        assert_eq!(shown(list), ["web: app - - A=1,B=x=y,C=? assumed"]);
        assert_eq!(shown("services: {web: {build: {dockerfile: a, target: $T}}}"), ["web: - a ?"]);
    }

    #[test]
    fn sees_what_is_said_of_the_container() {
        assert_eq!(
            shown("services: {a: {build: ., command: x, healthcheck: {test: y}}}"),
            ["a: . - -  command healthcheck"]
        );
        assert_eq!(
            shown("services: {a: {build: ., volumes: ['db:/db', '/x', {type: volume, target: /y}]}}"),
            ["a: . - -"]
        );
        assert_eq!(shown("services: {a: {build: ., volumes: ['.:/app']}}"), ["a: . - -  volumes"]);
        assert_eq!(shown("services: {a: {volumes: [{source: ., target: /app}]}, b: {image: c}}"), ["a: volumes"]);
    }

    #[test]
    fn names_further_contexts() {
        for contexts in ["{deps: ../deps, other: 'docker-image://x'}", "[deps=../deps, other=docker-image://x]"] {
            let text = format!("services: {{web: {{build: {{context: ., additional_contexts: {contexts}}}}}}}");
            assert!(builds(&text)["web"].contexts.iter().eq(["deps", "other"]), "{contexts}");
        }
    }

    #[test]
    fn follows_anchors_and_extends() {
        let merged = "x-build: &build\n  context: .\n  target: base\nservices:\n  a:\n    build:\n      <<: *build\n      target: a\n  b: {build: *build}\n";
        assert_eq!(shown(merged), ["a: . - a", "b: . - base"]);
        let extended = "services:\n  a: {build: {context: ., target: x}}\n  b: {extends: a}\n  c: {extends: {service: a}, build: {target: y}}\n  d: {extends: {service: a, file: other.yml}}\n  e: {extends: f}\n  f: {extends: e}\n";
        assert_eq!(shown(extended), ["a: . - x", "b: . - x", "c: . - y"]);
    }

    #[test]
    fn leaves_out_what_builds_no_file() {
        assert_eq!(shown("services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM x\n"), [""; 0]);
        assert_eq!(shown("services:\n  a:\n  b: {build: }\n"), [""; 0]);
        assert_eq!(shown(""), [""; 0]);
        assert_eq!(shown("version: '3'\n"), [""; 0]);
        assert_eq!(shown("services:\n  a: {build: !reset null}\n"), [""; 0]);
    }

    #[test]
    fn says_what_is_wrong_in_one_line() {
        for text in ["services: [", "services:\n\tweb: x\n", "a: 1\na: 2\n", "services:\n  a: {build: [1]}\n", "- a\n"]
        {
            assert_eq!(read(text).err().unwrap().lines().count(), 1, "{text}");
        }
    }

    #[test]
    fn lets_many_services_share_an_anchor() {
        let services: String = (0..500).map(|number| format!("  s{number}: {{build: *it}}\n")).collect();
        assert_eq!(shown(&format!("x-it: &it {{context: a}}\nservices:\n{services}")).len(), 500);
    }

    #[test]
    fn is_not_led_astray_by_aliases_of_aliases() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        assert!(read(&text).is_err());
    }
}
