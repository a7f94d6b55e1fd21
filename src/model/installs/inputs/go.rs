//! Go modules: <https://go.dev/ref/mod#go-mod-file>, <https://go.dev/ref/mod#workspaces>.

use super::super::path;
use super::Question;

impl Question<'_> {
    pub(super) fn go(&mut self) {
        let flags = self.variable("GOFLAGS").unwrap_or_default();
        if flags.contains("-modfile") || flags.contains("-C") || self.variable("GOENV").is_some() {
            self.inputs.stop("GOFLAGS or GOENV names another file");
        }
        for name in ["GOPATH", "GOMODCACHE"] {
            if let Some(place) = self.variable(name) {
                self.inputs.make(self.at(&place), false);
            }
        }
        let Some(module) = self.upward("go.mod") else {
            self.inputs.stop("no COPY is known to bring `go.mod`");
            return;
        };
        self.module(&module);
        let off = self.variable("GOWORK").is_some_and(|work| work == "off");
        if let Some(work) = self.upward("go.work").filter(|_| !off) {
            self.workspace(&work);
        }
    }

    /// The directory, the project's own or one above it, that has the file.
    fn upward(&self, name: &str) -> Option<String> {
        let mut directory = self.root.as_str();
        loop {
            if self.project.has(&path::join(directory, name)) {
                return Some(directory.to_owned());
            }
            if directory == "/" {
                return None;
            }
            directory = path::parent(directory);
        }
    }

    /// `go.mod` and `go.sum` of the module in a directory, and the `go.mod` of those that it replaces by directories.
    fn module(&mut self, directory: &str) {
        let file = path::join(directory, "go.mod");
        self.inputs.file(file.clone());
        let sum = path::join(directory, "go.sum");
        if self.project.has(&sum) {
            self.inputs.file(sum);
        } else {
            self.inputs.absent.push(sum);
        }
        let Some(text) = self.project.read(&file) else {
            self.inputs.stop("`go.mod` cannot be read");
            return;
        };
        for place in replaced(&text) {
            let other = path::join(&path::absolute(directory, &place), "go.mod");
            if self.project.has(&other) {
                self.inputs.file(other);
            } else {
                self.inputs.stop(format!("`go.mod` takes a module from `{place}`, and no COPY is known to bring it"));
            }
        }
    }

    fn workspace(&mut self, directory: &str) {
        let file = path::join(directory, "go.work");
        self.inputs.file(file.clone());
        let sum = path::join(directory, "go.work.sum");
        if self.project.has(&sum) {
            self.inputs.file(sum);
        }
        let text = self.project.read(&file).unwrap_or_default();
        for used in directives(&text, "use") {
            let other = path::absolute(directory, &used);
            if self.project.has(&path::join(&other, "go.mod")) {
                self.module(&other);
            } else {
                self.inputs.stop(format!("`go.work` uses `{used}`, and no COPY is known to bring it"));
            }
        }
        for place in replaced(&text) {
            self.inputs.stop(format!("`go.work` takes a module from `{place}`"));
        }
    }
}

/// The arguments of a directive, in blocks and on lines of their own, without comments.
fn directives(text: &str, name: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        if inside && line == ")" {
            inside = false;
        } else if inside && !line.is_empty() {
            found.push(line.to_owned());
        } else if let Some(rest) = line.strip_prefix(name).filter(|rest| rest.starts_with([' ', '\t', '('])) {
            match rest.trim() {
                "(" => inside = true,
                rest => found.push(rest.to_owned()),
            }
        }
    }
    found.into_iter().map(|argument| argument.trim_matches('"').to_owned()).collect()
}

/// The directories that modules are replaced by.
fn replaced(text: &str) -> Vec<String> {
    // `//` begins a comment, so that the path behind the arrow is cut by none of its own.
    let targets = directives(text, "replace").into_iter();
    let targets = targets.filter_map(|line| Some(line.split_once("=>")?.1.trim().trim_matches('"').to_owned()));
    targets.filter(|target| target.starts_with(['.', '/'])).collect()
}
