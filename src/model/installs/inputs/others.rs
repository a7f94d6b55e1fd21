//! mix, Maven, Gradle and cargo: <https://hexdocs.pm/mix/Mix.Tasks.Deps.Get.html>, <https://maven.apache.org/configure.html>,
//! <https://docs.gradle.org/current/userguide/build_lifecycle.html>, <https://doc.rust-lang.org/cargo/reference/manifest.html>.

use super::super::path;
use super::Question;

/// What in a `mix.exs` reads other files.
const MIX_READS: [&str; 8] =
    ["path:", "apps_path", "File.", "Code.", "System.cmd", "import_file", "in_umbrella", "Path.wildcard"];

/// What in a build script of Gradle reads other files.
const GRADLE_READS: [&str; 11] = [
    "apply from",
    "apply(from",
    "file(",
    "File(",
    "files(",
    "fileTree",
    "includeBuild",
    "readText",
    ".text",
    "exec",
    "Properties(",
];

/// More modules than this are not followed.
const MOST_MODULES: usize = 200;

impl Question<'_> {
    pub(super) fn mix(&mut self) {
        if !self.required("mix.exs") {
            return;
        }
        let text = self.read("mix.exs").unwrap_or_default();
        if let Some(read) = MIX_READS.iter().find(|read| text.contains(**read)) {
            self.inputs.stop(format!("`mix.exs` has `{read}`, which may read other files"));
        }
        if self.optional("mix.lock") {
            let gets = self.arguments().words().iter().flatten().any(|word| word.starts_with("deps.get"));
            if gets && !self.arguments().has("--check-locked") {
                self.inputs.doubt("without `--check-locked` it may write `mix.lock` anew");
            }
        } else {
            self.inputs.doubt("without `mix.lock` it writes one");
        }
        self.folder("config", 20);
        for name in self.project.names(&self.at("config")) {
            let text = self.read(&format!("config/{name}")).unwrap_or_default();
            if text.contains("File.") || text.contains("Code.") {
                self.inputs.stop(format!("`config/{name}` reads other files"));
            }
        }
        self.inputs.make(self.at("deps"), false);
        self.inputs.make(self.at("_build"), false);
    }

    pub(super) fn maven(&mut self) {
        for option in ["-s", "--settings", "-gs", "--global-settings"] {
            if let Some(file) = self.arguments().values(&[option]).into_iter().flatten().next().map(str::to_owned) {
                self.required(&file);
            }
        }
        if self.arguments().words().iter().flatten().any(|word| word.starts_with("-Dmaven.repo.local")) {
            self.inputs.stop("`-Dmaven.repo.local` says where the packages go, perhaps among the sources");
        }
        let named = self.arguments().values(&["-f", "--file"]).into_iter().flatten().next().map(str::to_owned);
        let pom = named.unwrap_or_else(|| "pom.xml".to_owned());
        if !self.required(&pom) {
            return;
        }
        self.program_files(".mvn", ".mvn/wrapper");
        let mut pending = vec![self.at(&pom)];
        let mut done: Vec<String> = Vec::new();
        while let Some(pom) = pending.pop() {
            if done.contains(&pom) || done.len() > MOST_MODULES {
                continue;
            }
            pending.extend(self.pom(&pom));
            done.push(pom);
        }
    }

    /// One `pom.xml`; gives its parent and its modules.
    fn pom(&mut self, file: &str) -> Vec<String> {
        let name = path::file_name(file).to_owned();
        let Some(text) = self.project.read(file) else {
            self.inputs.stop(format!("no COPY is known to bring `{file}`"));
            return Vec::new();
        };
        self.inputs.file(file.to_owned());
        if text.contains("<systemPath>") || text.contains("<url>file:") || text.contains("${basedir}/lib") {
            self.inputs.stop(format!("`{name}` has a dependency from a local path"));
        }
        let directory = path::parent(file);
        let mut found = Vec::new();
        if let Some(parent) = text.split("<parent>").nth(1).and_then(|rest| rest.split("</parent>").next()) {
            let relative = between(parent, "<relativePath>", "</relativePath>");
            let written = parent.contains("<relativePath");
            let relative = relative.unwrap_or(if written { "" } else { "../pom.xml" });
            let relative = if relative.is_empty() || relative.ends_with(".xml") {
                relative.to_owned()
            } else {
                format!("{relative}/pom.xml")
            };
            let above = path::absolute(directory, &relative);
            // Without such a file the parent comes from a repository.
            if !relative.is_empty() && self.project.has(&above) {
                found.push(above);
            }
        }
        for module in text.split("<module>").skip(1).filter_map(|rest| rest.split("</module>").next()) {
            let module = module.trim();
            let below = if module.ends_with(".xml") { module.to_owned() } else { format!("{module}/pom.xml") };
            found.push(path::absolute(directory, &below));
        }
        found
    }

    /// The wrapper and its settings.
    fn program_files(&mut self, settings: &str, wrapper: &str) {
        for folder in [settings, wrapper] {
            for name in self.project.names(&self.at(folder)) {
                let file = format!("{folder}/{name}");
                if self.project.find(&self.at(&file)).is_some_and(|found| found.entry.is_file()) {
                    self.optional(&file);
                }
            }
        }
    }

    pub(super) fn gradle(&mut self) {
        let settings = ["settings.gradle", "settings.gradle.kts"];
        let builds = ["build.gradle", "build.gradle.kts"];
        let mut texts = Vec::new();
        for file in settings.iter().chain(&builds).chain(&["gradle.properties", "gradle/libs.versions.toml"]) {
            if self.project.has(&self.at(file)) && self.optional(file) {
                texts.push(((*file).to_owned(), self.read(file).unwrap_or_default()));
            }
        }
        if !builds.iter().any(|build| self.project.has(&self.at(build))) {
            self.inputs.stop("no COPY is known to bring `build.gradle`");
            return;
        }
        for folder in ["buildSrc", "build-logic"] {
            if self.project.has(&self.at(folder)) {
                self.inputs.stop(format!("`{folder}` is part of the build"));
            }
        }
        for (file, text) in &texts {
            if let Some(read) = GRADLE_READS.iter().find(|read| text.contains(**read)) {
                self.inputs.stop(format!("`{file}` has `{read}`, which may read other files"));
            }
            if file.starts_with("settings") && text.lines().any(|line| line.trim_start().starts_with("include")) {
                self.inputs.stop(format!("`{file}` includes other projects"));
            }
        }
        self.folder("gradle/wrapper", 4);
        self.inputs.make(self.at(".gradle"), false);
        self.inputs.doubt("a build script of Gradle is a program, and may read the sources");
    }

    pub(super) fn cargo(&mut self) {
        if !self.required("Cargo.toml") {
            return;
        }
        let Some(manifest) = self.toml("Cargo.toml") else { return };
        if manifest.get("workspace").is_some() {
            self.inputs.stop("`Cargo.toml` has a workspace, whose members need their targets");
        }
        let mut above = self.root.as_str();
        while above != "/" {
            above = path::parent(above);
            if self.project.has(&path::join(above, "Cargo.toml")) {
                self.inputs.stop("a `Cargo.toml` above it may be that of a workspace");
                break;
            }
        }
        if manifest.get("build-dependencies").is_some()
            && manifest.get("package").and_then(|package| package.get("build")).is_none()
        {
            self.inputs.doubt("`build.rs` is missing while the packages are fetched");
        }
        let has_path = |name: &str| manifest.get(name).is_some_and(|item| item.to_string().contains("path"));
        let named = has_path("lib") || has_path("bin");
        if !named && self.finds_its_target(&manifest) {
            self.inputs.stub = true;
            self.inputs
                .doubt("`cargo fetch` fails without a target, so that it gets an empty program and loses it again");
        } else if !named {
            self.inputs.stop("`Cargo.toml` names no path of a target, so `cargo fetch` fails without the sources");
        } else {
            self.inputs.doubt("a target is missing while the packages are fetched");
        }
        if self.arguments().has("--manifest-path") {
            self.inputs.stop("`--manifest-path` names another project");
        }
        let groups = ["dependencies", "dev-dependencies", "build-dependencies", "patch", "replace", "target"];
        let texts = groups.iter().filter_map(|group| manifest.get(group).map(|item| (group, item.to_string())));
        for (group, text) in texts.collect::<Vec<_>>() {
            if text.contains("path =") || text.contains("path=") {
                self.inputs.stop(format!("`Cargo.toml` takes something in `{group}` from a local path"));
            }
        }
        if !self.optional("Cargo.lock") {
            self.inputs.doubt("without `Cargo.lock` it writes one");
        } else if !self.arguments().has_any(&["--locked", "--frozen"]) {
            self.inputs.doubt("without `--locked` it may write `Cargo.lock` anew");
        }
        for file in [".cargo/config.toml", ".cargo/config", "rust-toolchain", "rust-toolchain.toml"] {
            self.optional(file);
        }
    }

    /// Whether cargo looks for the target by itself, and takes `src/main.rs` for one: nothing in the manifest speaks of targets, of
    /// which it would miss the one that it knows by name.
    fn finds_its_target(&self, manifest: &toml_edit::DocumentMut) -> bool {
        let sections = ["lib", "bin", "example", "test", "bench"];
        let keys = ["default-run", "autobins", "autolib"];
        let package = manifest.get("package");
        let speaks = sections.iter().any(|section| manifest.get(section).is_some())
            || keys.iter().any(|key| package.is_some_and(|package| package.get(key).is_some()));
        let there = |file: &str| self.project.has(&self.at(file));
        package.is_some() && !speaks && (there("src/main.rs") || there("src/lib.rs"))
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split(start).nth(1)?.split(end).next().map(str::trim)
}
