//! pip: requirements files with what they include.

use super::super::python::{PIP_VALUED, is_local};
use super::super::{InstallKind, path};
use super::Question;

/// Options in a requirements file or on a command line that name a place on disk to look for packages.
const FINDS: [&str; 4] = ["-f", "--find-links", "-i", "--index-url"];

/// Options that say where packages go.
const TARGETS: [&str; 6] = ["-t", "--target", "--prefix", "--root", "--src", "-b"];

impl Question<'_> {
    pub(super) fn pip(&mut self) {
        if self.install.kind == InstallKind::Build {
            self.inputs.stop("it installs the project itself, which reads the sources");
            return;
        }
        let owned = self.install.arguments.clone();
        let arguments = super::super::Arguments::new(&owned);
        let set: Vec<String> = self.scope.variables.keys().filter(|name| reads_files(name)).cloned().collect();
        if let Some(name) = set.first() {
            self.inputs.stop(format!("the variable {name} names a file that it reads"));
        }
        if let Some(option) = TARGETS.iter().find(|option| !arguments.values(&[option]).is_empty()) {
            self.inputs.stop(format!("`{option}` says where the packages go, perhaps among the sources"));
        }
        for place in arguments.values(&FINDS).into_iter().flatten().filter(|place| !place.contains("://")) {
            self.inputs.stop(format!("it looks for packages in `{place}`"));
        }
        if arguments.values(&["-e", "--editable"]).into_iter().flatten().next().is_some() {
            self.inputs.stop("`-e` puts a checkout among the sources");
        }
        let sync = arguments.words().iter().flatten().any(|word| word == "sync");
        let operands = arguments.operands(&PIP_VALUED).into_iter().flatten();
        let files = ["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"];
        let mut listed: Vec<String> = arguments.values(&files).into_iter().flatten().map(str::to_owned).collect();
        // The operands of `uv pip sync` are requirements files.
        listed.extend(operands.skip(2).filter(|_| sync).map(str::to_owned));
        for file in listed {
            self.requirements(&file, 0);
        }
        if self.install.program == "uv" {
            self.uv_settings();
        }
        self.virtual_environment();
    }

    /// One requirements or constraints file, named relative to the project.
    fn requirements(&mut self, file: &str, depth: usize) {
        if file.contains("://") {
            return;
        }
        let at = self.at(file);
        if self.inputs.files.contains(&at) {
            return;
        }
        let name = path::file_name(file).to_owned();
        if matches!(name.as_str(), "pyproject.toml" | "setup.py" | "setup.cfg") || name.starts_with('-') || depth > 16 {
            self.inputs.stop(format!("`{file}` is more than a list of packages"));
            return;
        }
        if !self.required(file) {
            return;
        }
        let Some(text) = self.read(file) else {
            self.inputs.stop(format!("`{file}` cannot be read"));
            return;
        };
        let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
        for line in logical_lines(&text) {
            self.requirement(&line, file, directory, depth);
        }
    }

    fn requirement(&mut self, line: &str, file: &str, directory: &str, depth: usize) {
        let (first, rest) = line.split_once([' ', '\t', '=']).unwrap_or((line, ""));
        let rest = rest.trim().trim_start_matches('=').trim();
        let included = |short: &str| line.strip_prefix(short).map(str::trim).filter(|rest| !rest.starts_with('-'));
        match first {
            "--requirement" | "--constraint" => self.requirements(&beside(directory, rest), depth + 1),
            _ if line.starts_with("-r") || line.starts_with("-c") => {
                let name = included("-r").or_else(|| included("-c")).unwrap_or_default();
                self.requirements(&beside(directory, name), depth + 1);
            }
            "-e" | "--editable" => self.inputs.stop(format!("`{file}` installs `{rest}` as editable")),
            "-f" | "--find-links" if !rest.contains("://") => {
                self.inputs.stop(format!("`{file}` looks for packages in `{rest}`"));
            }
            _ if line.starts_with('-') => {}
            _ => {
                let name = line.split([';', '#']).next().unwrap_or_default().trim();
                // `name @ URL`
                let place = name.split_once('@').filter(|_| !name.contains("://") || name.contains("file:"));
                let local = match place {
                    Some((_, place)) => !place.trim().is_empty() && (place.contains("file:") || is_path(place.trim())),
                    None => is_path(name),
                };
                if local {
                    self.inputs.stop(format!("`{file}` installs `{name}`, which is a local path"));
                }
            }
        }
    }

    /// uv takes settings from the project, also for `uv pip`: <https://docs.astral.sh/uv/concepts/configuration-files/>.
    fn uv_settings(&mut self) {
        self.optional("uv.toml");
        if self.read("pyproject.toml").is_some_and(|text| text.contains("[tool.uv")) {
            self.optional("pyproject.toml");
        }
    }

    /// A virtual environment inside of the project.
    fn virtual_environment(&mut self) {
        let mut directories: Vec<String> = self.variable("VIRTUAL_ENV").into_iter().collect();
        let search = self.variable("PATH").unwrap_or_default();
        directories.extend(search.split(':').filter_map(|part| part.strip_suffix("/bin")).map(str::to_owned));
        directories.retain(|directory| !directory.is_empty());
        directories.extend(
            self.install.program_directory.as_deref().and_then(|bin| bin.strip_suffix("/bin")).map(str::to_owned),
        );
        for directory in directories {
            let directory = self.at(&directory);
            if !matches!(directory.as_str(), "/" | "/usr" | "/usr/local") {
                self.inputs.make(directory, false);
            }
        }
    }
}

/// Variables that name files to pip: <https://pip.pypa.io/en/stable/topics/configuration/#environment-variables>.
fn reads_files(variable: &str) -> bool {
    const NAMES: [&str; 8] = [
        "PIP_REQUIREMENT",
        "PIP_CONSTRAINT",
        "PIP_FIND_LINKS",
        "PIP_CONFIG_FILE",
        "PIP_TARGET",
        "PIP_PREFIX",
        "UV_CONSTRAINT",
        "UV_CONFIG_FILE",
    ];
    NAMES.contains(&variable)
}

fn is_path(text: &str) -> bool {
    !text.contains("git+") && is_local(text)
}

/// A file named in another one: relative to that one's directory.
fn beside(directory: &str, file: &str) -> String {
    if directory.is_empty() || file.starts_with('/') { file.to_owned() } else { format!("{directory}/{file}") }
}

/// The lines of a requirements file: continuations joined, comments and blank lines gone.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = match line.trim_start().strip_prefix('#') {
            Some(_) => "",
            None => line.find(" #").map_or(line, |at| &line[..at]),
        };
        if let Some(start) = line.trim_end().strip_suffix('\\') {
            open.push_str(start);
            continue;
        }
        open.push_str(line);
        let whole = std::mem::take(&mut open);
        if !whole.trim().is_empty() {
            lines.push(whole.trim().to_owned());
        }
    }
    let rest = open.trim();
    lines.extend((!rest.is_empty()).then(|| rest.to_owned()));
    lines
}
