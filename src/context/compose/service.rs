//! One service of a compose file: the forms in which its keys may be written.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::interpolate::{Values, interpolate};
use super::{Setting, Written};

/// A service.
#[derive(Default, Deserialize)]
pub(super) struct Service {
    #[serde(default)]
    pub(super) build: Option<BuildKey>,
    #[serde(default)]
    pub(super) extends: Option<Extends>,
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
    pub(super) fn overrides(&self) -> Vec<&'static str> {
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

/// `build:`, in either form.
#[derive(Default)]
pub(super) struct BuildKey {
    context: Option<String>,
    dockerfile: Option<String>,
    pub(super) dockerfile_inline: Option<String>,
    target: Option<String>,
    args: Arguments,
    contexts: Arguments,
}

impl BuildKey {
    /// What it says, with variables looked up among `values`.
    pub(super) fn written(&self, values: &Values) -> Written {
        let mut assumed = false;
        let mut setting = |text: &Option<String>| match text {
            None => Setting::Unset,
            Some(text) => {
                let (setting, by_default) = interpolate(text, values);
                assumed |= by_default;
                setting
            }
        };
        let (context, dockerfile) = (setting(&self.context), setting(&self.dockerfile));
        let target = self.target.as_deref().map_or(Setting::Unset, |text| interpolate(text, values).0);
        // What `.env` gives to an argument may be a secret, and nothing here asks for it.
        let nothing = Values::default();
        let value =
            |value: &Option<String>| value.as_deref().map_or(Setting::Unknown, |text| interpolate(text, &nothing).0);
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

/// `extends:`, a service of this file, or of another one.
pub(super) struct Extends {
    pub(super) service: Option<String>,
    pub(super) file: Option<String>,
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
