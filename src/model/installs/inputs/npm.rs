//! npm: `package.json`, its lock file and `.npmrc`.

use serde_json::{Map, Value};

use super::Question;
use super::node::{Members, is_self_contained};

impl Question<'_> {
    pub(super) fn npm(&mut self) {
        let npmrc = self.npmrc();
        let runs_scripts = !self.ignores_scripts(&npmrc);
        let Some((manifest, members)) = self.packages(runs_scripts, None) else { return };
        if self.names_packages() {
            self.inputs.stop("the packages that it names go into `package.json`, which a later copy would write over");
        }
        let clean = self.install.arguments.iter().flatten().any(|word| matches!(word.as_str(), "ci" | "clean-install"));
        // A shrinkwrap wins over a lock file: https://docs.npmjs.com/cli/v10/configuring-npm/npm-shrinkwrap-json
        let lock =
            ["npm-shrinkwrap.json", "package-lock.json"].into_iter().find(|lock| self.project.has(&self.at(lock)));
        match lock {
            Some(lock) => {
                self.optional(lock);
                self.npm_lock(lock, &manifest, &members, runs_scripts, clean);
            }
            None if clean => self.inputs.stop("no COPY is known to bring `package-lock.json`, without which it fails"),
            None => {
                self.optional("package-lock.json");
                if runs_scripts {
                    self.inputs
                        .doubt("without a lock file nobody knows which packages run scripts as they are installed");
                }
            }
        }
    }

    /// Whether the command line names packages.
    fn names_packages(&self) -> bool {
        let valued = [
            "--prefix",
            "-C",
            "--registry",
            "--omit",
            "--include",
            "--only",
            "--loglevel",
            "--cache",
            "-w",
            "--workspace",
        ];
        self.arguments().operands(&valued).len() > 1
    }

    fn npm_lock(&mut self, file: &str, manifest: &Value, members: &Members, runs_scripts: bool, clean: bool) {
        let text = self.read(file).unwrap_or_default();
        let Ok(lock) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
            self.inputs.stop(format!("`{file}` cannot be read"));
            return;
        };
        let Some(packages) = lock.get("packages").and_then(Value::as_object) else {
            // Version 1, of npm 6 and before.
            let local = text.contains("\"version\": \"file:") || text.contains("\"resolved\": \"file:");
            if local {
                self.inputs.stop(format!("`{file}` has a package from a local path"));
            } else if runs_scripts {
                self.inputs.doubt(format!("`{file}` has version 1, which does not say what runs install scripts"));
            }
            return;
        };
        let omits = self.omits_development();
        for (place, package) in packages {
            let flag = |name: &str| package.get(name).and_then(Value::as_bool) == Some(true);
            let resolved = package.get("resolved").and_then(Value::as_str).unwrap_or_default();
            let name = place.rsplit("node_modules/").next().unwrap_or(place);
            if place.is_empty() || members.contains(place) {
                continue;
            }
            if (flag("link") && !members.contains(resolved)) || resolved.starts_with("file:") {
                self.inputs.stop(format!("`{file}` takes `{name}` from `{resolved}`"));
            } else if !place.contains("node_modules/") {
                self.inputs.stop(format!("`{file}` takes a package from `{place}`"));
            }
            let skipped = omits && flag("dev");
            if flag("hasInstallScript") && runs_scripts && !skipped && !is_self_contained(name) {
                self.inputs.stop(format!("`{name}` in `{file}` has an install script, which may read the sources"));
            }
        }
        if !clean && !in_step(manifest, packages) {
            self.inputs.doubt(format!("`{file}` does not match `package.json`, so `npm install` writes it anew"));
        }
    }
}

/// Whether the lock file records what the manifest asks for, so that `npm install` leaves it as it is.
fn in_step(manifest: &Value, packages: &Map<String, Value>) -> bool {
    let empty = Value::Object(Map::new());
    let Some(root) = packages.get("") else { return false };
    ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"].iter().all(|group| {
        let of = |value: &Value| value.get(group).cloned().unwrap_or_else(|| empty.clone());
        of(manifest) == of(root)
    })
}
