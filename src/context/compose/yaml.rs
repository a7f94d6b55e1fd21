//! Compose files: the `build` of each service.
//!
//! Read with anchors and merge keys, which compose files are full of. What else a service says is left unread.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::interpolate::interpolate;
use super::{Builds, Setting, Written};

/// How many events of the parser may come from aliases.
const MOST_REPLAYED: usize = 200_000;
/// How deep `extends` may lead within a file.
const MOST_EXTENDS: usize = 8;

/// Reads a compose file.
pub(super) fn read(text: &str) -> Result<Builds, String> {
    // Services share their anchors by the hundred; what a bomb of aliases costs is limited by the events that it comes to.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { enforce_alias_anchor_ratio: false },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPLAYED },
        with_snippet: false,
    };
    let file: File = match serde_saphyr::from_str_with_options::<Option<File>>(text, options) {
        Ok(file) => file.unwrap_or_default(),
        Err(error) => return Err(first_line(&error.to_string())),
    };
    let services: BTreeMap<String, Service> =
        file.services.unwrap_or_default().into_iter().map(|(name, it)| (name, it.unwrap_or_default())).collect();
    let names = services.keys().cloned().collect::<BTreeSet<_>>();
    let builds = names.into_iter().filter_map(|name| Some((name.clone(), written(&services, &name, MOST_EXTENDS)?)));
    Ok(builds.collect())
}

/// The first line of an error; the others show the place in a file that is not the user's concern here.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("it is no YAML").trim_start_matches("error:").trim().to_owned()
}

fn written(services: &BTreeMap<String, Service>, name: &str, depth: usize) -> Option<Written> {
    let service = services.get(name)?;
    let own = match &service.build {
        None => None,
        Some(build) if build.dockerfile_inline.is_some() => return None,
        Some(build) => Some(build.written()),
    };
    let extended = match &service.extends {
        Some(Extends { service: Some(base), file: None }) if depth > 0 => written(services, base, depth - 1),
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

#[derive(Default, Deserialize)]
struct File {
    #[serde(default)]
    services: Option<BTreeMap<String, Option<Service>>>,
}

#[derive(Default, Deserialize)]
struct Service {
    #[serde(default)]
    build: Option<BuildKey>,
    #[serde(default)]
    extends: Option<Extends>,
    #[serde(default)]
    command: Option<IgnoredAny>,
    #[serde(default)]
    entrypoint: Option<IgnoredAny>,
    #[serde(default)]
    healthcheck: Option<IgnoredAny>,
    #[serde(default)]
    working_dir: Option<IgnoredAny>,
    #[serde(default)]
    user: Option<IgnoredAny>,
    #[serde(default)]
    develop: Option<IgnoredAny>,
    #[serde(default)]
    volumes: Option<Volumes>,
}

impl Service {
    /// What it says of how the container runs.
    fn overrides(&self) -> Vec<&'static str> {
        let said = [
            ("command", self.command.is_some()),
            ("entrypoint", self.entrypoint.is_some()),
            ("healthcheck", self.healthcheck.is_some()),
            ("working_dir", self.working_dir.is_some()),
            ("user", self.user.is_some()),
            ("develop", self.develop.is_some()),
            ("volumes", self.volumes.as_ref().is_some_and(|volumes| volumes.0)),
        ];
        said.into_iter().filter(|(_, said)| *said).map(|(key, _)| key).collect()
    }
}

/// `volumes:`, and whether one of them is a directory of the host.
#[derive(Default)]
struct Volumes(bool);

impl<'de> Deserialize<'de> for Volumes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Volumes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of volumes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Volumes, A::Error> {
                let mut bound = false;
                while let Some(volume) = list.next_element::<Volume>()? {
                    bound |= volume.0;
                }
                Ok(Volumes(bound))
            }

            // Not what compose takes; nobody can tell what it means.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Volumes, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Volumes(true))
            }

            fn visit_str<E>(self, _: &str) -> Result<Volumes, E> {
                Ok(Volumes(true))
            }

            fn visit_unit<E>(self) -> Result<Volumes, E> {
                Ok(Volumes(false))
            }
        }
        deserializer.deserialize_any(Form)
    }
}

/// One volume, and whether it is a directory of the host: `./src:/app`, or a mapping that does not name another type.
struct Volume(bool);

impl<'de> Deserialize<'de> for Volume {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Volume;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a volume")
            }

            fn visit_str<E>(self, text: &str) -> Result<Volume, E> {
                // A path alone is a volume without a name.
                let source = text.split_once(':').map(|(source, _)| source);
                Ok(Volume(source.is_some_and(|source| source.starts_with(['.', '/', '~', '$']))))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Volume, A::Error> {
                let mut bound = true;
                while let Some(key) = map.next_key::<String>()? {
                    if key == "type" {
                        bound = !matches!(map.next_value::<String>()?.as_str(), "volume" | "tmpfs");
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Volume(bound))
            }
        }
        deserializer.deserialize_any(Form)
    }
}

#[derive(Default)]
struct BuildKey {
    context: Option<String>,
    dockerfile: Option<String>,
    dockerfile_inline: Option<String>,
    target: Option<String>,
    args: Arguments,
    contexts: Arguments,
}

impl BuildKey {
    fn written(&self) -> Written {
        let mut assumed = false;
        let mut setting = |text: &Option<String>| match text {
            None => Setting::Unset,
            Some(text) => {
                let (setting, by_default) = interpolate(text);
                assumed |= by_default;
                setting
            }
        };
        let (context, dockerfile) = (setting(&self.context), setting(&self.dockerfile));
        let target = self.target.as_deref().map_or(Setting::Unset, |text| interpolate(text).0);
        let value = |value: &Option<String>| value.as_deref().map_or(Setting::Unknown, |text| interpolate(text).0);
        let args = self.args.0.iter().map(|(name, text)| (name.clone(), value(text))).collect();
        let contexts = self.contexts.0.keys().cloned().collect();
        Written { context, dockerfile, target, args, contexts, assumed, ..Written::default() }
    }
}

/// `build:` in its long form.
#[derive(Deserialize)]
struct LongBuild {
    #[serde(default)]
    context: Option<String>,
    #[serde(default)]
    dockerfile: Option<String>,
    #[serde(default)]
    dockerfile_inline: Option<String>,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    args: Option<Arguments>,
    #[serde(default)]
    additional_contexts: Option<Arguments>,
}

impl<'de> Deserialize<'de> for BuildKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = BuildKey;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a path or a mapping")
            }

            fn visit_str<E>(self, context: &str) -> Result<BuildKey, E> {
                Ok(BuildKey { context: Some(context.to_owned()), ..BuildKey::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BuildKey, A::Error> {
                let long = LongBuild::deserialize(MapAccessDeserializer::new(map))?;
                Ok(BuildKey {
                    context: long.context,
                    dockerfile: long.dockerfile,
                    dockerfile_inline: long.dockerfile_inline,
                    target: long.target,
                    args: long.args.unwrap_or_default(),
                    contexts: long.additional_contexts.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_any(Form)
    }
}

/// `args:`, a mapping or a list of `NAME=value`; without a value it comes from the environment.
#[derive(Default)]
struct Arguments(BTreeMap<String, Option<String>>);

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Arguments;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a mapping or a list of arguments")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Arguments, A::Error> {
                let mut all = BTreeMap::new();
                while let Some(text) = list.next_element::<String>()? {
                    match text.split_once('=') {
                        Some((name, value)) => all.insert(name.to_owned(), Some(value.to_owned())),
                        None => all.insert(text, None),
                    };
                }
                Ok(Arguments(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Arguments, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Option<String>>()? {
                    all.insert(name, value);
                }
                Ok(Arguments(all))
            }
        }
        deserializer.deserialize_any(Form)
    }
}

/// `extends:`, a service of this file, or of another one, which is not read.
struct Extends {
    service: Option<String>,
    file: Option<String>,
}

impl<'de> Deserialize<'de> for Extends {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Extends;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a service or a mapping")
            }

            fn visit_str<E>(self, service: &str) -> Result<Extends, E> {
                Ok(Extends { service: Some(service.to_owned()), file: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Extends, A::Error> {
                let mut extends = Extends { service: None, file: None };
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "service" => extends.service = map.next_value()?,
                        "file" => extends.file = map.next_value()?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(extends)
            }
        }
        deserializer.deserialize_any(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        read(text).unwrap().iter().map(line).collect()
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
            assert!(read(&text).unwrap()["web"].contexts.iter().eq(["deps", "other"]), "{contexts}");
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
            assert_eq!(read(text).unwrap_err().lines().count(), 1, "{text}");
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
