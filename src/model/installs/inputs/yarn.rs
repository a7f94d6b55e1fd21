//! yarn, classic and berry: <https://classic.yarnpkg.com/en/docs/yarnrc>, <https://yarnpkg.com/configuration/yarnrc>.

use super::Question;

/// Folders of berry that hold programs and patches.
const FOLDERS: [&str; 3] = [".yarn/releases", ".yarn/plugins", ".yarn/patches"];

/// More files than this are not copied one by one.
const MOST_FILES: usize = 12;

impl Question<'_> {
    pub(super) fn yarn(&mut self) {
        let npmrc = self.npmrc();
        let berry = self.optional(".yarnrc.yml");
        let settings = if berry { self.read(".yarnrc.yml").unwrap_or_default() } else { String::new() };
        let setting =
            |name: &str| settings.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim));
        let immutable = self.arguments().has_any(&["--frozen-lockfile", "--immutable", "--immutable-cache"]);
        let skipped = self.arguments().has("--mode=skip-build") || setting("enableScripts") == Some("false");
        let runs_scripts = !self.ignores_scripts(&npmrc) && !skipped;
        if self.packages(runs_scripts, None).is_none() {
            return;
        }
        if self.arguments().words().iter().flatten().any(|word| word == "add") {
            self.inputs.stop("the packages that it names go into `package.json`, which a later copy would write over");
        }
        if berry {
            self.berry(setting("nodeLinker"), setting("yarnPath"));
        } else {
            self.classic();
        }
        if !self.optional("yarn.lock") {
            self.inputs.doubt("without a lock file nobody knows which packages run scripts as they are installed");
            return;
        }
        let lock = self.read("yarn.lock").unwrap_or_default();
        let local = |line: &str| {
            let resolved = line.trim_start().starts_with("resolved") && line.contains("file:");
            resolved || line.contains("@portal:") || line.contains("@link:") || line.contains("@file:")
        };
        if let Some(line) = lock.lines().find(|line| local(line)) {
            self.inputs.stop(format!("`yarn.lock` has a package from a local path: `{}`", line.trim()));
        } else if lock.contains("patch:") && lock.contains(".yarn/patches") && !berry {
            self.inputs.stop("`yarn.lock` has patches");
        }
        if runs_scripts {
            self.inputs.doubt("`yarn.lock` does not say which packages run scripts as they are installed");
        } else if !immutable {
            self.inputs.doubt("without `--frozen-lockfile` or `--immutable` it may write `yarn.lock` anew");
        }
    }

    fn classic(&mut self) {
        if !self.optional(".yarnrc") {
            return;
        }
        let text = self.read(".yarnrc").unwrap_or_default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            match key {
                "yarn-path" => {
                    self.required(value.trim_matches(['"', '\'']).trim_start_matches("./"));
                }
                "registry" | "network-timeout" | "lastUpdateCheck" | "save-prefix" | "strict-ssl" => {}
                _ => self.inputs.stop(format!("`.yarnrc` sets `{key}`, which may name other files")),
            }
        }
    }

    fn berry(&mut self, linker: Option<&str>, program: Option<&str>) {
        if linker.is_none_or(|linker| linker.trim_matches(['"', '\'']) != "node-modules") {
            self.inputs.stop("yarn keeps its packages among the sources, in `.pnp.cjs` and `.yarn` (`nodeLinker`)");
        }
        if !self.project.names(&self.at(".yarn/cache")).is_empty() {
            self.inputs.stop("the packages are in `.yarn/cache`");
        }
        if let Some(program) = program {
            self.required(program.trim_matches(['"', '\'']).trim_start_matches("./"));
        }
        for folder in FOLDERS {
            self.folder(folder, MOST_FILES);
        }
        self.inputs.make(self.at(".yarn/install-state.gz"), false);
    }

    /// Takes every file of a folder.
    pub(super) fn folder(&mut self, folder: &str, most: usize) {
        let names = self.project.names(&self.at(folder));
        if names.len() > most {
            self.inputs.stop(format!("`{folder}` has too many files to copy them one by one"));
            return;
        }
        for name in names {
            let file = format!("{folder}/{name}");
            if self.project.find(&self.at(&file)).is_some_and(|found| found.entry.is_directory()) {
                self.inputs.stop(format!("`{file}` is a folder"));
            } else {
                self.optional(&file);
            }
        }
    }
}
