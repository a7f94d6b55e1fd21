//! Turning rules on and off in a `dockfix.toml`, while comments, order and layout stay the user's.

use std::path::Path;

use toml_edit::{Array, DocumentMut, Item, RawString, Value};

use super::read::{Config, ConfigError, parse};
use crate::rules::{self, REGISTRY};
use crate::settings::Settings;

/// What became of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text; equal to the old one where there was nothing to do.
    pub text: String,
    /// What was done, for the user: "removed from `ignore`".
    pub done: Vec<String>,
}

/// Makes rule `slug` run: takes it out of `ignore`, and adds it to `select` where it is needed there.
///
/// # Errors
/// The text is no valid configuration, or turns the rule off by its group.
pub fn enable(text: &str, slug: &str) -> Result<Edited, Vec<ConfigError>> {
    let config = parse(text, Path::new(super::FILE_NAME))?;
    let mut document = document(text)?;
    let mut done = Vec::new();
    if remove(&mut document, "ignore", slug) {
        done.push("took it out of `ignore`".to_owned());
    }
    let before = settings(&config, |name| !is_rule(name, slug));
    if rules::writes(&before, slug) {
        return Ok(Edited { text: document.to_string(), done });
    }
    if let Some(group) =
        before.ignore.iter().find(|name| rules::find(slug).is_some_and(|it| rules::names(&it.meta, name)))
    {
        return Err(vec![ConfigError {
            message: format!("`ignore` turns off the whole group `{group}`"),
            help: "name its other rules there instead".to_owned(),
            span: None,
        }]);
    }
    if before.select.is_empty() {
        // `select` replaces the rules of the preset, so that these have to be named with it.
        // One that is only shown would write once it is named.
        let running = rules::selected(&before).into_iter().filter(|registered| !registered.meta.shown);
        let running: Vec<&str> = running.map(|registered| registered.meta.slug).collect();
        running.iter().for_each(|slug| add(&mut document, "select", slug));
        done.push("named the rules that run already in `select`".to_owned());
    }
    add(&mut document, "select", slug);
    done.push("added it to `select`".to_owned());
    Ok(Edited { text: document.to_string(), done })
}

/// Keeps rule `slug` from running: takes it out of `select`, and adds it to `ignore` where it would still run.
///
/// # Errors
/// The text is no valid configuration.
pub fn disable(text: &str, slug: &str) -> Result<Edited, Vec<ConfigError>> {
    let config = parse(text, Path::new(super::FILE_NAME))?;
    let mut document = document(text)?;
    let mut done = Vec::new();
    let mut settings = settings(&config, |_| true);
    // An emptied `select` would bring back the preset; the entry then stays, and `ignore` turns the rule off.
    if settings.select.iter().any(|name| !is_rule(name, slug)) && remove(&mut document, "select", slug) {
        settings.select.retain(|name| !is_rule(name, slug));
        done.push("took it out of `select`".to_owned());
    }
    if runs(&settings, slug) {
        add(&mut document, "ignore", slug);
        done.push("added it to `ignore`".to_owned());
    }
    Ok(Edited { text: document.to_string(), done })
}

fn document(text: &str) -> Result<DocumentMut, Vec<ConfigError>> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let message = error.message().to_owned();
        vec![ConfigError { message, help: "see https://toml.io for the syntax".to_owned(), span: error.span() }]
    })
}

fn settings(config: &Config, keep_ignored: impl Fn(&str) -> bool) -> Settings {
    Settings {
        preset: config.preset.unwrap_or_default(),
        select: config.select.clone(),
        ignore: config.ignore.iter().filter(|name| keep_ignored(name)).cloned().collect(),
        ..Settings::default()
    }
}

fn runs(settings: &Settings, slug: &str) -> bool {
    rules::selected(settings).iter().any(|registered| registered.meta.slug == slug)
}

/// Whether `name` is the slug or an alias of the rule; a group is not.
fn is_rule(name: &str, slug: &str) -> bool {
    REGISTRY
        .iter()
        .any(|registered| registered.meta.slug == slug && (name == slug || registered.meta.aliases.contains(&name)))
}

fn remove(document: &mut DocumentMut, key: &str, slug: &str) -> bool {
    let Some(array) = document.get_mut(key).and_then(Item::as_array_mut) else { return false };
    let before = array.len();
    let first = prefix(array.get(0)).to_owned();
    let mut comments = String::new();
    let mut index = 0;
    while let Some(value) = array.get(index) {
        let own = prefix(Some(value));
        if value.as_str().is_some_and(|name| is_rule(name, slug)) {
            // The white space in front of an entry goes with it, a comment stays.
            comments.push_str(if own.contains('#') { own.trim_end() } else { "" });
            array.remove(index);
            continue;
        }
        // The new first entry takes the place of the old one in `[ "a", "b" ]`.
        let own = if index == 0 && own == " " { first.clone() } else { own.to_owned() };
        let own = std::mem::take(&mut comments) + &own;
        if let Some(value) = array.get_mut(index) {
            value.decor_mut().set_prefix(own);
        }
        index += 1;
    }
    if !comments.is_empty() {
        let trailing = comments + array.trailing().as_str().unwrap_or_default();
        array.set_trailing(trailing);
    }
    array.len() < before
}

/// What stands in front of an entry: white space and comments.
fn prefix(value: Option<&Value>) -> &str {
    value.and_then(|value| value.decor().prefix()).and_then(RawString::as_str).unwrap_or_default()
}

fn add(document: &mut DocumentMut, key: &str, slug: &str) {
    if !document.contains_key(key) {
        document.insert(key, Item::Value(Value::Array(Array::new())));
    }
    let Some(array) = document.get_mut(key).and_then(Item::as_array_mut) else { return };
    if array.iter().any(|value| value.as_str() == Some(slug)) {
        return;
    }
    // A list with one entry a line stays one: the new entry takes the layout of the one before it.
    let layout = array.iter().last().map(|value| value.decor().clone());
    array.push(slug);
    if let (Some(layout), Some(value)) = (layout, array.get_mut(array.len() - 1)) {
        let prefix = layout.prefix().and_then(RawString::as_str).unwrap_or_default();
        // Only the white space of it: a comment above the other entry is that entry's.
        let indent = prefix.rsplit_once('\n').map_or(prefix, |(_, indent)| indent);
        let prefix = if prefix.contains('\n') { format!("\n{indent}") } else { " ".to_owned() };
        value.decor_mut().set_prefix(prefix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLUG: &str = "copy-without-chmod";

    #[test]
    fn turns_a_rule_off_and_on_again() {
        let check = |before: &str, after: &str| {
            assert_eq!(disable(before, SLUG).unwrap().text, after);
            assert_eq!(disable(after, SLUG).unwrap().text, after, "a second time changes nothing");
            let back = enable(after, SLUG).unwrap().text;
            assert!(runs(&settings(&parse(&back, Path::new("x")).unwrap(), |_| true), SLUG), "{back}");
        };
        check("", "ignore = [\"copy-without-chmod\"]\n");
        check(
            "# ours\nunsafe = true # why\n\n[rules.copy-without-chmod]\nwhen = \"always\"\n",
            "# ours\nunsafe = true # why\nignore = [\"copy-without-chmod\"]\n\n[rules.copy-without-chmod]\nwhen = \"always\"\n",
        );
        check("select = [\"copy-without-chmod\", \"cache\"]\n", "select = [\"cache\"]\n");
        check("select = [\"correctness\"]\n", "select = [\"correctness\"]\nignore = [\"copy-without-chmod\"]\n");
    }

    #[test]
    fn a_rule_that_is_shown_writes_once_it_is_enabled() {
        let slug = "fetch-without-cache-bust";
        let writes = |text: &str| rules::writes(&settings(&parse(text, Path::new("x")).unwrap(), |_| true), slug);
        assert!(!writes("") && !writes("select = ['cache']") && !writes("preset = 'all'"));
        let enabled = enable("", slug).unwrap().text;
        assert!(writes(&enabled) && enabled.contains("copy-without-chmod"), "{enabled}");
        assert_eq!(enable(&enabled, slug).unwrap().text, enabled);
        let after = disable("", slug).unwrap().text;
        assert_eq!(after, "ignore = [\"fetch-without-cache-bust\"]\n");
        assert!(writes(&enable("select = ['cache']", slug).unwrap().text));
    }

    #[test]
    fn keeps_the_layout_of_a_list() {
        let before = "ignore = [\n    # slow\n    \"copy-without-chmod\", # really\n]\n";
        assert_eq!(disable(before, SLUG).unwrap().text, before);
        let before = "ignore = [\n    # why\n    \"cache\",\n]\n";
        let after = "ignore = [\n    # why\n    \"cache\",\n    \"copy-without-chmod\",\n]\n";
        assert_eq!(disable(before, SLUG).unwrap().text, after);
        assert_eq!(enable(after, SLUG).unwrap().text, before);
        let before = "ignore = [\n    # loud\n    \"copy-without-chmod\", # really\n    \"cache\",\n]\n";
        let after = "ignore = [\n    # loud # really\n    \"cache\",\n]\n";
        assert_eq!(enable(before, SLUG).unwrap().text, after);
        let before = "ignore = [\n    \"cache\",\n    # loud\n    \"copy-without-chmod\",\n]\n";
        assert_eq!(enable(before, SLUG).unwrap().text, "ignore = [\n    \"cache\",\n    # loud\n]\n");
    }

    #[test]
    fn turns_a_rule_on_that_the_selection_leaves_out() {
        let check = |before: &str, after: &str| assert_eq!(enable(before, SLUG).unwrap().text, after);
        check("", "");
        check("select = [\"cache\"]\n", "select = [\"cache\", \"copy-without-chmod\"]\n");
        check("ignore = [\"copy-without-chmod\"] # loud\n", "ignore = [] # loud\n");
        let error = enable("ignore = [\"correctness\"]\n", SLUG).unwrap_err();
        assert_eq!(error[0].message, "`ignore` turns off the whole group `correctness`");
    }
}
