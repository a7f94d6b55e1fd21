//! What counts for a file: the command line first, then its `dockfix.toml`, then the defaults.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::RunOptions;
use crate::config::{self, Loaded};
use crate::settings::{OptionValue, Settings};

/// Finds the settings of files.
pub struct SettingsOf<'a> {
    options: &'a RunOptions,
    given: Option<Arc<Loaded>>,
    cache: config::Cache,
    made: HashMap<Option<PathBuf>, Arc<Settings>>,
}

/// What a file's configuration comes to.
pub enum Resolved {
    /// It counts.
    Settings(Arc<Settings>, Option<Arc<Loaded>>),
    /// It has errors.
    Broken(Arc<Loaded>),
}

impl<'a> SettingsOf<'a> {
    /// Settings out of the command line's `options` and the configuration that it names, if it names one.
    #[must_use]
    pub fn new(options: &'a RunOptions, given: Option<Loaded>) -> Self {
        Self { options, given: given.map(Arc::new), cache: config::Cache::default(), made: HashMap::new() }
    }

    /// The settings for files in `folder`, an absolute path.
    pub fn of(&mut self, folder: &Path) -> Resolved {
        let loaded = self.given.clone().or_else(|| self.cache.nearest(folder));
        let config = match &loaded {
            Some(loaded) => match &loaded.config {
                Ok(config) => Some(config),
                Err(_) => return Resolved::Broken(Arc::clone(loaded)),
            },
            None => None,
        };
        let key = loaded.as_ref().map(|loaded| loaded.path.clone());
        let options = self.options;
        let settings = self.made.entry(key).or_insert_with(|| Arc::new(merge(options, config)));
        Resolved::Settings(Arc::clone(settings), loaded.clone())
    }
}

/// `--select` says all about which rules run, so that it takes the place of `select` and `ignore`; `--preset` takes the
/// place of `select`, which would hide it; `--ignore` adds to `ignore`.
fn merge(options: &RunOptions, config: Option<&config::Config>) -> Settings {
    let mut settings = Settings::default();
    if let Some(config) = config {
        settings.builders = config.builders.clone().unwrap_or(settings.builders);
        settings.preset = config.preset.unwrap_or_default();
        settings.select.clone_from(&config.select);
        settings.ignore.clone_from(&config.ignore);
        settings.unsafe_fixes = config.unsafe_fixes;
        settings.options.clone_from(&config.options);
    }
    if let Some(preset) = options.rules.preset {
        settings.preset = preset.into();
        settings.select.clear();
    }
    if !options.rules.select.is_empty() {
        settings.select.clone_from(&options.rules.select);
        settings.ignore.clear();
    }
    settings.ignore.extend(options.rules.ignore.iter().cloned());
    settings.unsafe_fixes |= options.rules.unsafe_fixes;
    if let Some(place) = &options.bust_before {
        bust_before(&mut settings, place, !options.rules.select.is_empty());
    }
    settings
}

/// `--bust-before` is a wish of its own, and not one to mend everything else as well.
fn bust_before(settings: &mut Settings, place: &str, selected: bool) {
    const SLUG: &str = "bust-before";
    if !selected {
        settings.select.clear();
    }
    settings.select.push(SLUG.to_owned());
    settings.ignore.retain(|name| name != SLUG && name != "cache");
    let options = settings.options.entry(SLUG.to_owned()).or_default();
    options.insert("at".to_owned(), OptionValue::Text(place.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{PresetName, RuleOptions};
    use crate::settings::Preset;

    #[test]
    fn lets_the_command_line_beat_the_file() {
        let text = "preset = 'review'\nselect = ['cache']\nignore = ['size']\nbuilders = ['classic']";
        let config = config::parse(text, Path::new("dockfix.toml")).unwrap();
        let check = |rules: RuleOptions, preset: Preset, select: &[&str], ignore: &[&str]| {
            let settings = merge(&RunOptions { rules, ..RunOptions::default() }, Some(&config));
            assert_eq!(settings.preset, preset);
            assert_eq!(settings.select, select);
            assert_eq!(settings.ignore, ignore);
            assert_eq!(settings.builders, [crate::settings::Builder::Classic]);
        };
        let names = |name: &str| vec![name.to_owned()];
        check(RuleOptions::default(), Preset::Review, &["cache"], &["size"]);
        let ignore = RuleOptions { ignore: names("security"), ..RuleOptions::default() };
        check(ignore, Preset::Review, &["cache"], &["size", "security"]);
        let select = RuleOptions { select: names("size"), ..RuleOptions::default() };
        check(select, Preset::Review, &["size"], &[]);
        let preset = RuleOptions { preset: Some(PresetName::All), ..RuleOptions::default() };
        check(preset, Preset::All, &[], &["size"]);
    }
}
