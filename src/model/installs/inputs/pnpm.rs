//! pnpm and bun: <https://pnpm.io/pnpm-workspace_yaml>, <https://bun.sh/docs/install/lockfile>.

use super::super::InstallKind;
use super::Question;
use super::node::is_self_contained;

impl Question<'_> {
    pub(super) fn pnpm(&mut self) {
        let npmrc = self.npmrc();
        let runs_scripts = !self.ignores_scripts(&npmrc);
        let workspace = self.optional("pnpm-workspace.yaml");
        let text = if workspace { self.read("pnpm-workspace.yaml").unwrap_or_default() } else { String::new() };
        let keys = ["patchedDependencies", "configDependencies", "overrides", "pnpmfile", "globalPnpmfile"];
        if let Some(key) = keys.iter().find(|key| text.lines().any(|line| line.starts_with(**key))) {
            self.inputs.stop(format!("`pnpm-workspace.yaml` sets `{key}`"));
        }
        for file in [".pnpmfile.cjs", "pnpmfile.js", ".pnpmfile.mjs"] {
            if self.project.has(&self.at(file)) {
                self.inputs.stop(format!("`{file}` is a program that may read the sources"));
            }
        }
        let fetches = self.install.kind == InstallKind::Resolve;
        if fetches {
            self.optional("package.json");
            self.required("pnpm-lock.yaml");
            self.inputs.make(self.at("node_modules"), false);
        } else {
            if self.packages(runs_scripts, workspace.then(|| listed(&text))).is_none() {
                return;
            }
            if self.arguments().words().iter().flatten().any(|word| word == "add") {
                self.inputs
                    .stop("the packages that it names go into `package.json`, which a later copy would write over");
            }
            if !self.optional("pnpm-lock.yaml") {
                self.inputs.doubt("without a lock file nobody knows which packages run scripts as they are installed");
                return;
            }
        }
        self.pnpm_lock(runs_scripts && !fetches);
        if !fetches && !self.arguments().has("--frozen-lockfile") {
            self.inputs.doubt("without `--frozen-lockfile` it may write `pnpm-lock.yaml` anew");
        }
    }

    fn pnpm_lock(&mut self, runs_scripts: bool) {
        let text = self.read("pnpm-lock.yaml").unwrap_or_default();
        let version = text.lines().find_map(|line| line.strip_prefix("lockfileVersion:")).unwrap_or_default();
        let version = version.trim().trim_matches(['\'', '"']);
        if text.contains("directory: ") || text.contains("tarball: file:") || text.contains("patchedDependencies:") {
            self.inputs.stop("`pnpm-lock.yaml` has a package from a local path, or a patch");
        }
        if !runs_scripts {
            return;
        }
        if !version.starts_with(['5', '6']) {
            self.inputs.doubt("`pnpm-lock.yaml` does not say which packages run scripts as they are installed");
            return;
        }
        let mut name = String::new();
        for line in text.lines() {
            if let Some(key) = line.strip_prefix("  /").filter(|key| key.ends_with(':')) {
                let key = key.trim_matches(['\'', '"', ':']);
                let end = key[1..].find(['@', '(']).map_or(key.len(), |at| at + 1);
                name = key[..end].to_owned();
            } else if line.trim() == "requiresBuild: true" && !is_self_contained(&name) {
                self.inputs
                    .stop(format!("`{name}` in `pnpm-lock.yaml` has an install script, which may read the sources"));
            }
        }
    }

    pub(super) fn bun(&mut self) {
        let npmrc = self.npmrc();
        let runs_scripts = !self.ignores_scripts(&npmrc);
        if self.packages(runs_scripts, None).is_none() {
            return;
        }
        if self.arguments().operands(&["--cwd", "-c", "--config", "--filter", "--omit"]).len() > 1 {
            self.inputs.stop("the packages that it names go into `package.json`, which a later copy would write over");
        }
        self.optional("bunfig.toml");
        let locks = ["bun.lock", "bun.lockb"];
        let lock = locks.into_iter().find(|lock| self.project.has(&self.at(lock)));
        match lock {
            Some(lock) => {
                self.optional(lock);
                let text = self.read(lock).unwrap_or_default();
                if text.contains("@file:") || text.contains("@link:") || text.contains("\"patchedDependencies\"") {
                    self.inputs.stop(format!("`{lock}` has a package from a local path, or a patch"));
                }
            }
            None => self.inputs.doubt("there is no lock file"),
        }
        if runs_scripts {
            self.inputs.doubt("which packages run scripts as they are installed is decided by a list inside of bun");
        } else if !self.arguments().has("--frozen-lockfile") {
            self.inputs.doubt("without `--frozen-lockfile` it may write the lock file anew");
        }
    }
}

/// The patterns below `packages:`.
fn listed(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut patterns = Vec::new();
    for line in text.lines() {
        let item = line.trim_start().strip_prefix("- ");
        match item {
            Some(item) if inside => {
                let item = item.split(" #").next().unwrap_or(item).trim().trim_matches(['\'', '"']);
                patterns.push(item.to_owned());
            }
            _ if !line.trim().is_empty() && !line.starts_with([' ', '#']) => inside = line.starts_with("packages:"),
            _ => {}
        }
    }
    patterns
}
