//! Reading `dockfix.toml`. All its errors are found in one go.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml_edit::{Document, Item, Key, TableLike};

use super::names::{check_name, suggestion_text};
use crate::rules::{self, OptionKind, OptionMeta};
use crate::settings::{Builder, OptionValue, Preset, RuleOptions};

const KEYS: [&str; 7] = ["builders", "preset", "select", "ignore", "unsafe", "exclude", "rules"];
const PRESETS: [(&str, Preset); 3] = [("migrate", Preset::Migrate), ("review", Preset::Review), ("all", Preset::All)];

/// What one `dockfix.toml` says. What it leaves out is `None` or empty.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file.
    pub path: PathBuf,
    /// The builders that have to read the result.
    pub builders: Option<Vec<Builder>>,
    /// Which rules run.
    pub preset: Option<Preset>,
    /// Slugs, aliases and groups that run instead of the preset's.
    pub select: Vec<String>,
    /// Slugs, aliases and groups that do not run.
    pub ignore: Vec<String>,
    /// Whether unsafe fixes are written.
    pub unsafe_fixes: bool,
    /// Options by the slug of their rule.
    pub options: BTreeMap<String, RuleOptions>,
    exclude: Gitignore,
}

impl Config {
    /// Whether `exclude` leaves out `path`, an absolute path. Patterns are those of `.gitignore`, seen from the folder
    /// of `dockfix.toml`.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        path.starts_with(self.exclude.path()) && self.exclude.matched_path_or_any_parents(path, false).is_ignore()
    }
}

/// Something in a `dockfix.toml` that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct ConfigError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Where, in bytes; `None` where it is the whole file.
    pub span: Option<Range<usize>>,
}

/// Reads `text`, which stands in the file at `path`.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file; at least one.
pub fn parse(text: &str, path: &Path) -> Result<Config, Vec<ConfigError>> {
    let document = Document::parse(text).map_err(|error| {
        vec![ConfigError {
            message: error.message().lines().collect::<Vec<_>>().join(", "),
            help: "see https://toml.io for the syntax".to_owned(),
            span: error.span(),
        }]
    })?;
    let mut reader = Reader { errors: Vec::new() };
    let config = reader.config(document.as_table(), path);
    if reader.errors.is_empty() {
        return Ok(config);
    }
    reader.errors.sort_by_key(|error| error.span.as_ref().map(|span| span.start));
    Err(reader.errors)
}

/// Collects errors on the way, so that one run shows them all.
struct Reader {
    errors: Vec<ConfigError>,
}

impl Reader {
    fn config(&mut self, table: &dyn TableLike, path: &Path) -> Config {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut config = Config {
            path: path.to_owned(),
            builders: None,
            preset: None,
            select: Vec::new(),
            ignore: Vec::new(),
            unsafe_fixes: false,
            options: BTreeMap::new(),
            exclude: Gitignore::empty(),
        };
        for (key, item) in entries(table) {
            match key.get() {
                "builders" => config.builders = self.builders(item),
                "preset" => config.preset = self.word(item, "preset", &PRESETS),
                "select" => config.select = self.rule_names(item, "select"),
                "ignore" => config.ignore = self.rule_names(item, "ignore"),
                "unsafe" => config.unsafe_fixes = self.flag(item, "unsafe").unwrap_or_default(),
                "exclude" => config.exclude = self.patterns(item, folder),
                "rules" => config.options = self.rules(item),
                other => {
                    let known = "the keys are builders, preset, select, ignore, unsafe, exclude and rules";
                    self.error(key.span(), format!("unknown key `{other}`"), suggestion_text(other, &KEYS, known));
                }
            }
        }
        config
    }

    fn error(&mut self, span: Option<Range<usize>>, message: impl Into<String>, help: impl Into<String>) {
        self.errors.push(ConfigError { message: message.into(), help: help.into(), span });
    }

    fn wrong_type(&mut self, item: &Item, key: &str, expected: &str, example: &str) {
        let found = match item.type_name() {
            "string" => "a text",
            "integer" | "float" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "table" | "inline table" | "array of tables" => "a table",
            _ => "something else",
        };
        let message = format!("`{key}` takes {expected}, this is {found}");
        self.error(item.span(), message, format!("write it as `{example}`"));
    }

    fn flag(&mut self, item: &Item, key: &str) -> Option<bool> {
        let value = item.as_bool();
        if value.is_none() {
            self.wrong_type(item, key, "true or false", &format!("{key} = true"));
        }
        value
    }

    /// Texts with their places. What is no text is reported.
    fn texts(&mut self, item: &Item, key: &str) -> Vec<(String, Option<Range<usize>>)> {
        let Some(array) = item.as_array() else {
            self.wrong_type(item, key, "a list of texts", &format!("{key} = [\"...\"]"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for value in array {
            match value.as_str() {
                Some(text) => texts.push((text.to_owned(), value.span())),
                None => {
                    let message = format!("`{key}` takes a list of texts, this is no text");
                    self.error(value.span(), message, "put it in quotes");
                }
            }
        }
        texts
    }

    fn word<T: Copy>(&mut self, item: &Item, key: &str, words: &[(&str, T)]) -> Option<T> {
        let Some(text) = item.as_str() else {
            self.wrong_type(item, key, "a text", &format!("{key} = \"{}\"", words[0].0));
            return None;
        };
        self.one_of(text, item.span(), key, words)
    }

    fn one_of<T: Copy>(&mut self, text: &str, span: Option<Range<usize>>, key: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let otherwise = format!("it takes {}", listed(&names));
            self.error(span, format!("`{key}` cannot be `{text}`"), suggestion_text(text, &names, &otherwise));
        }
        found
    }

    fn builders(&mut self, item: &Item) -> Option<Vec<Builder>> {
        let words = Builder::ALL.map(|builder| (builder.name(), builder));
        let texts = self.texts(item, "builders");
        if texts.is_empty() && item.as_array().is_some_and(|array| array.is_empty()) {
            self.error(item.span(), "`builders` is empty", "name at least one, such as \"buildkit\"");
        }
        Some(texts.into_iter().filter_map(|(text, span)| self.one_of(&text, span, "builders", &words)).collect())
    }

    fn rule_names(&mut self, item: &Item, key: &str) -> Vec<String> {
        let mut names = Vec::new();
        for (name, span) in self.texts(item, key) {
            match check_name(&name) {
                Ok(()) => names.push(name),
                Err(error) => {
                    let (message, help) = error.split_once("; ").unwrap_or((&error, ""));
                    self.error(span, message, help);
                }
            }
        }
        names
    }

    fn patterns(&mut self, item: &Item, folder: &Path) -> Gitignore {
        let mut builder = GitignoreBuilder::new(folder);
        for (pattern, span) in self.texts(item, "exclude") {
            if let Err(error) = builder.add_line(None, &pattern) {
                let help = "patterns are those of .gitignore, such as \"vendor/\" or \"**/*.tmpl.Dockerfile\"";
                self.error(span, format!("`{pattern}` is no pattern: {error}"), help);
            }
        }
        builder.build().unwrap_or_else(|error| {
            self.error(item.span(), format!("these patterns cannot be used: {error}"), "simplify them");
            Gitignore::empty()
        })
    }

    fn rules(&mut self, item: &Item) -> BTreeMap<String, RuleOptions> {
        let mut options = BTreeMap::new();
        let Some(table) = item.as_table_like() else {
            self.wrong_type(item, "rules", "tables of options", "[rules.copy-without-chmod]");
            return options;
        };
        for (key, item) in entries(table) {
            let Some(registered) = rules::find(key.get()) else {
                let slugs: Vec<&str> = rules::REGISTRY.iter().map(|registered| registered.meta.slug).collect();
                let help = suggestion_text(key.get(), &slugs, "`dockfix rules` lists them");
                self.error(key.span(), format!("unknown rule `{}`", key.get()), help);
                continue;
            };
            let slug = registered.meta.slug;
            match item.as_table_like() {
                Some(table) => {
                    drop(options.insert(slug.to_owned(), self.options(table, slug, registered.meta.options)))
                }
                None => self.wrong_type(item, slug, "a table of options", &format!("[rules.{slug}]")),
            }
        }
        options
    }

    fn options(&mut self, table: &dyn TableLike, slug: &str, known: &[OptionMeta]) -> RuleOptions {
        let mut options = RuleOptions::new();
        for (key, item) in entries(table) {
            let Some(meta) = known.iter().find(|meta| meta.name == key.get()) else {
                let names: Vec<&str> = known.iter().map(|meta| meta.name).collect();
                let otherwise =
                    if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", listed(&names)) };
                let help = suggestion_text(key.get(), &names, &otherwise);
                self.error(key.span(), format!("rule `{slug}` has no option `{}`", key.get()), help);
                continue;
            };
            if let Some(value) = self.option(item, meta) {
                options.insert(meta.name.to_owned(), value);
            }
        }
        options
    }

    fn option(&mut self, item: &Item, meta: &OptionMeta) -> Option<OptionValue> {
        let name = meta.name;
        match meta.kind {
            OptionKind::Enum(values) => {
                let words: Vec<(&str, &str)> = values.iter().map(|value| (*value, *value)).collect();
                self.word(item, name, &words).map(|word| OptionValue::Text(word.to_owned()))
            }
            OptionKind::Text => {
                let text = item.as_str().map(|text| OptionValue::Text(text.to_owned()));
                if text.is_none() {
                    self.wrong_type(item, name, "a text", &format!("{name} = \"...\""));
                }
                text
            }
            OptionKind::Flag => self.flag(item, name).map(OptionValue::Flag),
            OptionKind::Number => {
                let number = item.as_integer().map(OptionValue::Number);
                if number.is_none() {
                    self.wrong_type(item, name, "a whole number", &format!("{name} = 1"));
                }
                number
            }
            OptionKind::List => {
                Some(OptionValue::List(self.texts(item, name).into_iter().map(|(text, _)| text).collect()))
            }
        }
    }
}

/// Keys and values with the places of both.
fn entries(table: &dyn TableLike) -> Vec<(&Key, &Item)> {
    table.iter().filter_map(|(name, _)| table.get_key_value(name)).collect()
}

/// `a`, `b` or `c`.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_key() {
        let text = r#"
            builders = ["buildkit", "classic"]
            preset = "review"
            select = ["correctness"]
            ignore = ["copy-without-chmod"]
            unsafe = true
            exclude = ["vendor/", "/top.Dockerfile"]
            [rules.copy-without-chmod]
            when = "always"
        "#;
        let config = parse(text, Path::new("/repo/dockfix.toml")).unwrap();
        assert_eq!(config.builders, Some(vec![Builder::Buildkit, Builder::Classic]));
        assert_eq!(config.preset, Some(Preset::Review));
        assert_eq!(config.select, ["correctness"]);
        assert_eq!(config.ignore, ["copy-without-chmod"]);
        assert!(config.unsafe_fixes);
        assert_eq!(config.options["copy-without-chmod"]["when"], OptionValue::Text("always".to_owned()));
        let check = |path: &str, expected: bool| assert_eq!(config.excludes(Path::new(path)), expected, "{path}");
        check("/repo/a/vendor/b/Dockerfile", true);
        check("/repo/top.Dockerfile", true);
        check("/repo/a/top.Dockerfile", false);
        check("/elsewhere/vendor/Dockerfile", false);
    }

    #[test]
    fn points_at_what_is_wrong() {
        let check = |text: &str, place: &str, message: &str, help: &str| {
            let errors = parse(text, Path::new("dockfix.toml")).unwrap_err();
            let found: Vec<(&str, &str, &str)> = errors
                .iter()
                .map(|error| (&text[error.span.clone().unwrap()], error.message.as_str(), error.help.as_str()))
                .collect();
            assert_eq!(found, [(place, message, help)]);
        };
        check("unsave = true", "unsave", "unknown key `unsave`", "did you mean `unsafe`?");
        check("unsafe = 1", "1", "`unsafe` takes true or false, this is a number", "write it as `unsafe = true`");
        check("preset = 'al'", "'al'", "`preset` cannot be `al`", "did you mean `all`?");
        check(
            "builders = ['kaniko']",
            "'kaniko'",
            "`builders` cannot be `kaniko`",
            "it takes `buildkit`, `buildah` or `classic`",
        );
        check("builders = []", "[]", "`builders` is empty", "name at least one, such as \"buildkit\"");
        check(
            "select = 'x'",
            "'x'",
            "`select` takes a list of texts, this is a text",
            "write it as `select = [\"...\"]`",
        );
        check("ignore = ['securty']", "'securty'", "unknown rule or group `securty`", "did you mean `security`?");
        check("[rules.nope]", "nope", "unknown rule `nope`", "`dockfix rules` lists them");
        check(
            "[rules.copy-without-chmod]\nwhne = 'always'",
            "whne",
            "rule `copy-without-chmod` has no option `whne`",
            "did you mean `when`?",
        );
        check(
            "rules.copy-without-chmod.style = 'flags'",
            "'flags'",
            "`style` cannot be `flags`",
            "did you mean `flag`?",
        );
    }

    #[test]
    fn finds_all_errors_in_one_go_and_syntax_errors_with_their_place() {
        let errors = parse("ignore = ['nope']\nunsafe = 'yes'\n", Path::new("dockfix.toml")).unwrap_err();
        assert_eq!(errors.len(), 2);
        let errors = parse("preset = \"all\"\nselect = [\n", Path::new("dockfix.toml")).unwrap_err();
        assert!(errors[0].span.is_some(), "{errors:?}");
    }
}
