//! pipenv, Poetry and uv: <https://python-poetry.org/docs/pyproject/>, <https://docs.astral.sh/uv/concepts/projects/>,
//! <https://pipenv.pypa.io/en/stable/pipfile.html>.

use toml_edit::{DocumentMut, Item, Table};

use super::super::InstallKind;
use super::Question;

impl Question<'_> {
    pub(super) fn pipenv(&mut self) {
        if self.install.kind == InstallKind::Build {
            self.inputs.stop("it installs the project itself, which reads the sources");
            return;
        }
        if self.arguments().operands(&["--python", "-i", "--index", "--extra-pip-args", "--categories"]).len() > 1 {
            self.inputs.stop("the packages that it names go into `Pipfile`, which a later copy would write over");
        }
        if !self.required("Pipfile") {
            return;
        }
        if let Some(pipfile) = self.toml("Pipfile") {
            self.local_sources("Pipfile", pipfile.as_table());
        }
        let locked = self.optional("Pipfile.lock");
        let lock = self.read("Pipfile.lock").unwrap_or_default();
        if lock.contains("\"path\":") || lock.contains("\"file\": \"./") || lock.contains("\"file\": \"file:") {
            self.inputs.stop("`Pipfile.lock` has a package from a local path");
        }
        let sync = self.arguments().words().iter().flatten().any(|word| word == "sync");
        if !locked {
            self.inputs.doubt("without `Pipfile.lock` it writes one");
        } else if !sync && !self.arguments().has_any(&["--deploy", "--ignore-pipfile"]) {
            self.inputs.doubt("without `--deploy` it may write `Pipfile.lock` anew");
        }
        if self.variable("PIPENV_VENV_IN_PROJECT").is_some() {
            self.inputs.make(self.at(".venv"), false);
        }
    }

    pub(super) fn poetry(&mut self) {
        if self.install.kind == InstallKind::Build {
            self.inputs.stop("it installs the project itself, which reads the sources; `--no-root` leaves it out");
            return;
        }
        if !self.required("pyproject.toml") {
            return;
        }
        let Some(project) = self.toml("pyproject.toml") else { return };
        self.local_sources("pyproject.toml", project.as_table());
        if self.optional("poetry.lock") {
            let lock = self.read("poetry.lock").unwrap_or_default();
            if lock.contains("type = \"directory\"") || lock.contains("type = \"file\"") {
                self.inputs.stop("`poetry.lock` has a package from a local path");
            }
        } else {
            self.inputs.doubt("without `poetry.lock` it writes one");
        }
        let mut in_project = self.variable("POETRY_VIRTUALENVS_IN_PROJECT").is_some_and(|value| value != "false");
        if self.optional("poetry.toml") {
            in_project |= self.read("poetry.toml").is_some_and(|text| text.contains("in-project"));
        }
        if in_project || self.mentioned("virtualenvs.in-project") {
            self.inputs.make(self.at(".venv"), false);
        }
    }

    pub(super) fn uv(&mut self) {
        if self.install.kind == InstallKind::Build {
            self.inputs
                .stop("it installs the project itself, which reads the sources; `--no-install-project` leaves it out");
            return;
        }
        if !self.required("pyproject.toml") {
            return;
        }
        let Some(project) = self.toml("pyproject.toml") else { return };
        self.local_sources("pyproject.toml", project.as_table());
        let tool = project.get("tool").and_then(|tool| tool.get("uv"));
        if tool.and_then(|uv| uv.get("workspace")).is_some() {
            self.inputs.stop("`pyproject.toml` has a workspace");
        }
        let (frozen, locked) = (self.arguments().has("--frozen"), self.arguments().has("--locked"));
        let dynamic = project.get("project").and_then(|project| project.get("dynamic")).is_some();
        if dynamic && !frozen {
            self.inputs.stop("`pyproject.toml` has `dynamic` fields, so that the project is built to lock it");
        }
        self.optional("uv.toml");
        self.optional(".python-version");
        if self.optional("uv.lock") {
            let lock = self.read("uv.lock").unwrap_or_default();
            let local = |line: &str| {
                let place = line.strip_prefix("source = { ").unwrap_or_default();
                let kinds = ["editable", "directory", "path", "virtual"];
                kinds.iter().any(|kind| place.starts_with(kind)) && !line.contains("= \".\"")
            };
            if let Some(line) = lock.lines().find(|line| local(line)) {
                self.inputs.stop(format!("`uv.lock` has a package from a local path: `{line}`"));
            }
            if !frozen && !locked {
                self.inputs.doubt("without `--frozen` or `--locked` it may write `uv.lock` anew");
            }
        } else if frozen || locked {
            self.inputs.stop("no COPY is known to bring `uv.lock`, without which it fails");
        } else {
            self.inputs.doubt("without `uv.lock` it writes one");
        }
        let environment = self.variable("UV_PROJECT_ENVIRONMENT").unwrap_or_else(|| ".venv".to_owned());
        let environment = self.at(&environment);
        if !matches!(environment.as_str(), "/usr" | "/usr/local") {
            self.inputs.make(environment, false);
        }
    }

    pub(super) fn toml(&mut self, file: &str) -> Option<DocumentMut> {
        let document = self.read(file).and_then(|text| text.parse().ok());
        if document.is_none() {
            self.inputs.stop(format!("`{file}` cannot be read"));
        }
        document
    }

    /// `{ path = "…" }`, `{ workspace = true }`, `{ editable = true, file = "…" }`, and PEP 508 with `file:`, wherever they stand.
    fn local_sources(&mut self, file: &str, table: &Table) {
        let mut pending: Vec<(String, &Item)> = table.iter().map(|(key, item)| (key.to_owned(), item)).collect();
        while let Some((name, item)) = pending.pop() {
            if let Some(inner) = item.as_table_like() {
                let dependency = ["version", "path", "workspace", "file"];
                let named = |key: &str| inner.get(key).is_some_and(|value| value.is_str() || value.is_bool());
                let local = ["path", "workspace", "file"].iter().any(|key| named(key));
                if local && dependency.iter().any(|key| named(key)) && !name.contains("include") {
                    self.inputs.stop(format!("`{file}` takes `{name}` from a local path"));
                }
                pending.extend(inner.iter().map(|(key, item)| (key.to_owned(), item)));
            }
            if let Some(list) = item.as_array() {
                let local = list.iter().filter_map(|value| value.as_str()).find(|text| text.contains("@ file:"));
                if let Some(local) = local {
                    self.inputs.stop(format!("`{file}` takes `{local}` from a local path"));
                }
            }
        }
    }
}
