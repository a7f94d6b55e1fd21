//! What npm, yarn, pnpm and bun have in common: `package.json`, its scripts, workspaces and local dependencies.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::path;
use super::Question;

/// Scripts that an install in the project's own directory runs: <https://docs.npmjs.com/cli/v10/using-npm/scripts>.
const LIFECYCLE: [&str; 10] = [
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "dependencies",
    "predependencies",
    "postdependencies",
];

/// Packages whose install scripts fetch or compile what belongs to them, and read nothing of the project.
const SELF_CONTAINED: [&str; 27] = [
    "@parcel/watcher",
    "@swc/core",
    "argon2",
    "aws-sdk",
    "bcrypt",
    "better-sqlite3",
    "bufferutil",
    "canvas",
    "classic-level",
    "core-js",
    "core-js-pure",
    "cpu-features",
    "es5-ext",
    "esbuild",
    "fsevents",
    "leveldown",
    "lmdb",
    "msgpackr-extract",
    "node-sass",
    "protobufjs",
    "re2",
    "sharp",
    "sqlite3",
    "ssh2",
    "unrs-resolver",
    "utf-8-validate",
    "@nestjs/core",
];

/// Whether the install script of a package is known to read nothing of the project.
pub(super) fn is_self_contained(package: &str) -> bool {
    SELF_CONTAINED.contains(&package)
}

/// The members of a workspace, as directories relative to the project.
pub(super) type Members = BTreeSet<String>;

impl Question<'_> {
    /// The `package.json` of the project and those of its workspace; gives the project's own.
    pub(super) fn packages(&mut self, runs_scripts: bool, members_of: Option<Vec<String>>) -> Option<(Value, Members)> {
        if !self.required("package.json") {
            return None;
        }
        let manifest = self.manifest("package.json")?;
        self.manifest_obstacles("package.json", &manifest, runs_scripts);
        if runs_scripts && self.project.has(&self.at("binding.gyp")) {
            self.inputs.stop("`binding.gyp` has the install compile the sources");
        }
        self.inputs.make(self.at("node_modules"), false);
        let patterns = members_of.unwrap_or_else(|| workspaces(&manifest));
        let members = self.members(&patterns)?;
        for member in &members {
            let file = format!("{member}/package.json");
            self.required(&file);
            let manifest = self.manifest(&file)?;
            self.manifest_obstacles(&file, &manifest, runs_scripts);
            if manifest.get("bin").is_some() {
                self.inputs.stop(format!("`{file}` has a `bin`, which the install links"));
            }
            if runs_scripts && self.project.has(&self.at(&format!("{member}/binding.gyp"))) {
                self.inputs.stop(format!("`{member}/binding.gyp` has the install compile the sources"));
            }
            self.inputs.make(self.at(&format!("{member}/node_modules")), true);
        }
        self.parents();
        Some((manifest, members))
    }

    /// A workspace above the project takes it in.
    fn parents(&mut self) {
        let mut directory = self.root.clone();
        while directory != "/" {
            directory = path::parent(&directory).to_owned();
            let file = path::join(&directory, "package.json");
            let text = self.project.read(&file).unwrap_or_default();
            if text.contains("\"workspaces\"") || self.project.has(&path::join(&directory, "pnpm-workspace.yaml")) {
                self.inputs.stop(format!("`{file}` has a workspace that the project belongs to"));
            }
        }
    }

    fn manifest(&mut self, file: &str) -> Option<Value> {
        let value = self.read(file).and_then(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok());
        if value.is_none() {
            self.inputs.stop(format!("`{file}` cannot be read"));
        }
        value
    }

    fn manifest_obstacles(&mut self, file: &str, manifest: &Value, runs_scripts: bool) {
        let script = |name: &&&str| manifest.get("scripts").and_then(|scripts| scripts.get(**name)).is_some();
        if let Some(name) = LIFECYCLE.iter().find(script).filter(|_| runs_scripts) {
            self.inputs.stop(format!("`{file}` has the script `{name}`, which the install runs"));
        }
        let groups = ["dependencies", "devDependencies", "optionalDependencies", "resolutions", "overrides"];
        for (name, place) in groups.iter().filter_map(|group| manifest.get(group)?.as_object()).flatten() {
            let Some(place) = place.as_str() else { continue };
            let local = ["file:", "link:", "portal:", "patch:", "./", "../", "/", "~/"];
            if local.iter().any(|start| place.starts_with(start)) {
                self.inputs.stop(format!("`{file}` takes `{name}` from `{place}`"));
            }
        }
        if manifest.get("pnpm").and_then(|pnpm| pnpm.get("patchedDependencies")).is_some()
            || manifest.get("patchedDependencies").is_some()
        {
            self.inputs.stop(format!("`{file}` has patches for dependencies"));
        }
    }

    /// The directories that the patterns of a workspace mean; `None` for a pattern that is not understood.
    fn members(&mut self, patterns: &[String]) -> Option<Members> {
        let mut members = Members::new();
        for pattern in patterns {
            let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
            let (directory, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
            if directory.contains(['*', '?', '[', '{', '!'])
                || (last != "*" && last.contains(['*', '?', '[', '{', '!']))
            {
                self.inputs.stop(format!("the workspace `{pattern}` is not understood"));
                return None;
            }
            let named = if last == "*" {
                let names = self.project.names(&self.at(directory));
                names.iter().map(|name| format!("{directory}/{name}").trim_start_matches('/').to_owned()).collect()
            } else {
                vec![pattern.to_owned()]
            };
            members.extend(
                named.into_iter().filter(|member| self.project.has(&self.at(&format!("{member}/package.json")))),
            );
        }
        Some(members)
    }

    /// Whether the command line or the environment keeps scripts from being run.
    pub(super) fn ignores_scripts(&self, configuration: &str) -> bool {
        let arguments = self.arguments();
        let set = ["npm_config_ignore_scripts", "NPM_CONFIG_IGNORE_SCRIPTS"];
        let by_variable = set.iter().any(|name| self.variable(name).as_deref() == Some("true"));
        let by_file = configuration.lines().any(|line| line.replace(' ', "") == "ignore-scripts=true");
        (arguments.has("--ignore-scripts") && !arguments.has("--no-ignore-scripts")) || by_variable || by_file
    }

    /// Whether dependencies for development are left out.
    pub(super) fn omits_development(&self) -> bool {
        let arguments = self.arguments();
        let omitted = arguments.values(&["--omit", "--only"]).into_iter().flatten();
        let production = self.variable("NODE_ENV").as_deref() == Some("production");
        arguments.has_any(&["--production", "--prod", "-P"])
            || omitted.into_iter().any(|what| matches!(what, "dev" | "prod" | "production"))
            || (production && !arguments.has("--include"))
    }

    /// The project's `.npmrc`, which may send the install to other files.
    pub(super) fn npmrc(&mut self) -> String {
        if !self.optional(".npmrc") {
            return String::new();
        }
        let Some(text) = self.read(".npmrc") else {
            self.inputs.stop("`.npmrc` cannot be read");
            return String::new();
        };
        let reads = [
            "cafile",
            "node-options",
            "script-shell",
            "userconfig",
            "globalconfig",
            "prefix",
            "cache",
            "patches-dir",
            "store-dir",
            "virtual-store-dir",
            "modules-dir",
        ];
        let key = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
        if let Some(name) = text.lines().map(key).find(|key| reads.contains(&key.as_str())) {
            self.inputs.stop(format!("`.npmrc` sets `{name}`, which may name another file"));
        }
        text
    }
}

/// What `workspaces` of a manifest names.
pub(super) fn workspaces(manifest: &Value) -> Vec<String> {
    let list = manifest.get("workspaces").map(|list| list.get("packages").unwrap_or(list));
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
