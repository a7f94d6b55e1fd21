//! Bundler and composer: <https://bundler.io/man/gemfile.5.html>, <https://getcomposer.org/doc/>.

use serde_json::Value;

use super::Question;

/// What in a Gemfile reads other files; it is a Ruby program.
const READS: [&str; 14] = [
    "eval_gemfile",
    "instance_eval",
    "require",
    "load ",
    "File.",
    "IO.",
    "Dir",
    "gemspec",
    "path:",
    ":path",
    "path ",
    "plugin",
    "__dir__",
    "`",
];

impl Question<'_> {
    pub(super) fn bundler(&mut self) {
        let named = self.arguments().values(&["--gemfile"]).into_iter().flatten().next().map(str::to_owned);
        let gemfile = named.or_else(|| self.variable("BUNDLE_GEMFILE")).unwrap_or_else(|| "Gemfile".to_owned());
        if !self.required(&gemfile) {
            return;
        }
        let text = self.read(&gemfile).unwrap_or_default();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            let code = line.split(" #").next().unwrap_or(line);
            if let Some(file) = code.strip_prefix("ruby file:") {
                self.required(file.trim().trim_matches(['"', '\'']));
                continue;
            }
            // Options of `gem` that only look like one of these.
            let code = code.replace("require: false", "").replace("require: ", "").replace(":require", "");
            if let Some(read) = READS.iter().find(|read| code.contains(**read)) {
                self.inputs.stop(format!("`{gemfile}` has `{}`, which may read other files", read.trim()));
            }
        }
        self.optional(".bundle/config");
        if self.project.has(&self.at("vendor/cache")) {
            self.inputs.stop("the gems are in `vendor/cache`");
        }
        let lock = format!("{gemfile}.lock");
        if self.optional(&lock) {
            if self.read(&lock).is_some_and(|text| text.lines().any(|line| line == "PATH" || line == "PLUGIN SOURCE")) {
                self.inputs.stop(format!("`{lock}` has a gem from a local path"));
            }
            if !self.is_frozen() {
                self.inputs.doubt(format!("without `BUNDLE_FROZEN` or `--deployment` it may write `{lock}` anew"));
            }
        } else {
            self.inputs.doubt(format!("without `{lock}` it writes one"));
        }
        let local = self
            .variable("BUNDLE_PATH")
            .or_else(|| self.arguments().values(&["--path"]).into_iter().flatten().next().map(str::to_owned));
        let deploys = self.arguments().has("--deployment") || self.variable("BUNDLE_DEPLOYMENT").is_some();
        if let Some(place) =
            local.or_else(|| (deploys || self.mentioned("bundle config")).then(|| "vendor/bundle".to_owned()))
        {
            self.inputs.make(self.at(&place), false);
        }
        if self.mentioned("bundle config") || self.arguments().has_any(&["--deployment", "--path", "--without"]) {
            self.inputs.make(self.at(".bundle"), false);
        }
    }

    fn is_frozen(&self) -> bool {
        let set = |name: &str| self.variable(name).is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        let configured = self.mentioned("bundle config") && (self.mentioned("frozen") || self.mentioned("deployment"));
        self.arguments().has_any(&["--deployment", "--frozen"])
            || set("BUNDLE_FROZEN")
            || set("BUNDLE_DEPLOYMENT")
            || configured
    }

    pub(super) fn composer(&mut self) {
        let words = self.arguments();
        let installs = words.words().iter().flatten().any(|word| matches!(word.as_str(), "install" | "i"));
        if !installs {
            self.inputs.stop("it changes `composer.json` or `composer.lock`, which a later copy would write over");
            return;
        }
        let missing = ["--no-scripts", "--no-autoloader"].into_iter().find(|option| !words.has(option));
        if let Some(option) = missing {
            self.inputs.stop(format!("without `{option}` it reads the sources"));
        } else if !self.follows("dump-autoload") && !self.follows("dumpautoload") {
            self.inputs.stop("no `composer dump-autoload` follows");
        }
        let runs_plugins = !words.has("--no-plugins");
        self.optional("composer.phar");
        self.optional("auth.json");
        if !self.required("composer.json") {
            return;
        }
        let manifest: Option<Value> = self.read("composer.json").and_then(|text| serde_json::from_str(&text).ok());
        let Some(manifest) = manifest else {
            self.inputs.stop("`composer.json` cannot be read");
            return;
        };
        let repositories = manifest.get("repositories").map(Value::to_string).unwrap_or_default();
        if repositories.contains("\"path\"") || repositories.contains("\"artifact\"") {
            self.inputs.stop("`composer.json` has a repository on disk");
        }
        let config = |name: &str| manifest.get("config").and_then(|config| config.get(name)).and_then(Value::as_str);
        if config("bin-dir").is_some() {
            self.inputs.stop("`composer.json` sets `bin-dir`, among the sources");
        }
        self.inputs.make(self.at(config("vendor-dir").unwrap_or("vendor")), false);
        if !self.optional("composer.lock") {
            self.inputs.doubt("without `composer.lock` it writes one");
            return;
        }
        let lock: Option<Value> = self.read("composer.lock").and_then(|text| serde_json::from_str(&text).ok());
        let Some(lock) = lock else {
            self.inputs.stop("`composer.lock` cannot be read");
            return;
        };
        let packages = ["packages", "packages-dev"].iter().filter_map(|group| lock.get(group)?.as_array()).flatten();
        for package in packages {
            let text = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default();
            if text("type") == "composer-plugin" && runs_plugins {
                self.inputs
                    .stop(format!("`{}` in `composer.lock` is a plugin, which may read the sources", text("name")));
            }
            if package.get("dist").and_then(|dist| dist.get("type")).and_then(Value::as_str) == Some("path") {
                self.inputs.stop(format!("`composer.lock` takes `{}` from a local path", text("name")));
            }
        }
    }
}
