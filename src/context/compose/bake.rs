//! Bake files in JSON: the targets. What comes of the HCL form is put together here as well.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Builds, Setting, Written};

/// How many targets are looked at for the ancestors of all: a file whose targets inherit from each other many times over
/// is not worth more.
const MOST_INHERITED: usize = 10_000;
/// How deep `inherits` may lead.
const DEEPEST: usize = 16;

/// A target before those that it inherits from are looked at.
#[derive(Debug, Default)]
pub(super) struct Target {
    pub written: Written,
    /// The names of the targets that it inherits from; `None` where they cannot be told.
    pub inherits: Option<Vec<String>>,
    /// Whether it is another file than one on disk that is built.
    pub inline: bool,
}

/// Reads a bake file in JSON.
pub(super) fn read(text: &str) -> Result<Builds, String> {
    let file: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let targets = file.get("target").and_then(Value::as_object);
    let targets = targets.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), target(value)?)));
    Ok(resolved(&targets.collect()))
}

/// The targets with all that they inherit. One whose ancestors cannot be told has nothing that is known but its own.
pub(super) fn resolved(targets: &BTreeMap<String, Target>) -> Builds {
    let mut inheritance = Inheritance { targets, left: MOST_INHERITED };
    let plain = targets.iter().filter(|(_, target)| !target.inline);
    plain.map(|(name, target)| (name.clone(), inheritance.of(target, DEEPEST))).collect()
}

/// Puts targets on top of those that they inherit from.
struct Inheritance<'a> {
    targets: &'a BTreeMap<String, Target>,
    left: usize,
}

impl Inheritance<'_> {
    fn of(&mut self, target: &Target, depth: usize) -> Written {
        self.below(target, depth).unwrap_or_else(unknown).overlaid(&target.written)
    }

    /// What `target` inherits; of several, the last one wins, as in bake.
    fn below(&mut self, target: &Target, depth: usize) -> Option<Written> {
        let mut below = Written::default();
        for name in target.inherits.as_ref()? {
            self.left = self.left.checked_sub(1)?;
            let base = self.of(self.targets.get(name)?, depth.checked_sub(1)?);
            below = below.overlaid(&base);
        }
        Some(below)
    }
}

fn unknown() -> Written {
    let (context, dockerfile, target) = (Setting::Unknown, Setting::Unknown, Setting::Unknown);
    Written { context, dockerfile, target, ..Written::default() }
}

fn target(value: &Value) -> Option<Target> {
    let target = value.as_object()?;
    let setting = |name: &str| target.get(name).map_or(Setting::Unset, text);
    let args = target.get("args").and_then(Value::as_object);
    let args = args.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect();
    let contexts = target.get("contexts").and_then(Value::as_object).into_iter().flatten();
    let names = |list: &Value| list.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect();
    Some(Target {
        written: Written {
            context: setting("context"),
            dockerfile: setting("dockerfile"),
            target: setting("target"),
            args,
            contexts: contexts.map(|(name, _)| name.clone()).collect(),
            assumed: false,
            ..Written::default()
        },
        inherits: target.get("inherits").map_or(Some(Vec::new()), names),
        inline: target.contains_key("dockerfile-inline"),
    })
}

fn text(value: &Value) -> Setting {
    match value {
        Value::String(text) => plain(text),
        Value::Number(number) => Setting::Known(number.to_string()),
        Value::Null => Setting::Unset,
        _ => Setting::Unknown,
    }
}

/// A text without a template in it; JSON bake files have those as well.
pub(super) fn plain(text: &str) -> Setting {
    if text.contains("${") || text.contains("%{") { Setting::Unknown } else { Setting::Known(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_targets_and_what_they_inherit() {
        let text = r#"{"target": {
            "base": {"context": "app", "args": {"A": "1", "N": 2}},
            "web": {"inherits": ["base"], "dockerfile": "web.Dockerfile", "target": "run"},
            "any": {"context": "${DIR}", "contexts": {"deps": "target:base"}},
            "lost": {"inherits": ["nobody"]},
            "round": {"inherits": ["round"]},
            "inline": {"dockerfile-inline": "FROM x"}
        }, "group": {"default": {"targets": ["web"]}}}"#;
        let builds = read(text).unwrap();
        assert_eq!(builds.keys().collect::<Vec<_>>(), ["any", "base", "lost", "round", "web"]);
        let web = &builds["web"];
        assert_eq!(web.context.known(), Some("app"));
        assert_eq!(web.dockerfile.known(), Some("web.Dockerfile"));
        assert_eq!(web.target.known(), Some("run"));
        assert_eq!(web.args["N"].known(), Some("2"));
        assert_eq!(builds["any"].context, Setting::Unknown);
        assert!(builds["any"].contexts.contains("deps"));
        assert_eq!(builds["lost"].context, Setting::Unknown);
        assert_eq!(builds["round"].context, Setting::Unknown);
    }

    #[test]
    fn says_what_is_no_json() {
        assert!(read("target \"x\" {}").is_err());
        assert_eq!(read("{\"target\": []}"), Ok(Builds::new()));
    }
}
