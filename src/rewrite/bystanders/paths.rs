//! Whether the words of a command lead to a target.

use super::{Seen, Watcher};
use crate::model::landing::Landing;
use crate::model::{CopyFrom, StepId, StepKind, path};
use crate::shell::Word;

/// Variables that base images and builders set, and that never lead to a copied path.
const HARMLESS_VARIABLES: [&str; 16] = [
    "PATH",
    "HOSTNAME",
    "TARGETARCH",
    "TARGETOS",
    "TARGETPLATFORM",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDARCH",
    "PYTHON_VERSION",
    "NODE_VERSION",
    "GOLANG_VERSION",
    "PHP_INI_DIR",
    "PHP_VERSION",
    "RUBY_VERSION",
    "JAVA_HOME",
    "GOPATH",
];

impl Watcher<'_> {
    /// Whether a word names a target, something in it, or a directory that holds it.
    pub(super) fn speaks_of_any(&self, words: &[Word], at: Option<&str>) -> bool {
        words.iter().any(|word| {
            if self.targets.iter().any(|target| names_path(&word.raw, &target.path)) {
                return true;
            }
            let value = word.resolve(|name| self.scope.variable(name));
            let Some(value) = value else {
                let value_of = |name: &String| self.scope.variable(name).unwrap_or_default();
                let named = |value: &str| self.targets.iter().any(|target| names_path(value, &target.path));
                // A glob begins with a directory.
                let fixed = word.raw.split(['*', '?', '[', '$']).next().unwrap_or_default();
                let above = word.glob() && self.meets(fixed.rsplit_once('/').map_or(".", |(path, _)| path), at);
                return above || word.variables.iter().any(|name| named(&value_of(name)));
            };
            // `--prefix=/app`, `-C/app`, `NAME=/app`
            let parts = [value.as_str(), value.split_once('=').map_or("", |(_, value)| value)];
            parts.iter().any(|part| !part.is_empty() && !part.starts_with('-') && self.meets(part, at))
                || self.targets.iter().any(|target| names_path(&value, &target.path))
        })
    }

    /// Whether a word that cannot be resolved may mean a target: it speaks of one, or nothing says that it does not.
    pub(super) fn may_mean(&self, word: &Word, at: Option<&str>) -> bool {
        if self.speaks_of_any(std::slice::from_ref(word), at) {
            return true;
        }
        let known = |name: &String| self.scope.variable(name).is_some() || HARMLESS_VARIABLES.contains(&name.as_str());
        if word.variables.iter().all(known) && !word.raw.contains(['`', '(']) {
            return false;
        }
        // What begins with a directory stays in it.
        let fixed = word.raw.trim_matches('"').split(['$', '`']).next().unwrap_or_default();
        match fixed.rsplit_once('/') {
            Some((directory, _)) if fixed.starts_with('/') => {
                self.meets(if directory.is_empty() { "/" } else { directory }, at)
            }
            _ => true,
        }
    }

    pub(super) fn may_mean_any(&self, seen: &Seen<'_>) -> bool {
        let unknown = |word: &&Word| word.resolve(|name| self.scope.variable(name)).is_none();
        seen.arguments.iter().filter(unknown).any(|word| self.may_mean(word, seen.directory.as_deref()))
    }

    /// Whether a word that is written as a path names a target.
    pub(super) fn names_files(&self, seen: &Seen<'_>) -> bool {
        let paths = |word: &&Word| word.raw.contains('/') || word.raw.starts_with(['.', '$']);
        seen.arguments
            .iter()
            .filter(paths)
            .any(|word| self.speaks_of_any(std::slice::from_ref(word), seen.directory.as_deref()))
    }

    /// The package that a package manager installs and that may have files in a target, by its name: packages of a system
    /// have directories that are called like them where programs keep their data, and where vendors install.
    pub(super) fn package_of_a_target<'s>(&self, seen: &Seen<'s>) -> Option<&'s str> {
        const DIRECTORIES: [&str; 6] = ["/opt", "/srv", "/usr/src", "/var/lib", "/var/opt", "/var/www"];
        let trees = || self.targets.iter().filter(|target| target.recursive);
        let names = trees().flat_map(|target| DIRECTORIES.iter().filter_map(|above| path::below(above, &target.path)));
        let names: Vec<&str> = names.flat_map(|inside| inside.split('/')).filter(|name| name.len() > 2).collect();
        let alike = |word: &&Word| {
            let package = path::file_name(&word.raw);
            let package = package.split(['=', '<', '>', '~', '_', ':']).next().unwrap_or_default();
            // One that a variable names may be any.
            let any = word.literal().is_none() && !names.is_empty();
            any || (package.len() > 2 && names.iter().any(|name| name.contains(package) || package.contains(name)))
        };
        let operands = seen.arguments.iter().filter(|word| !word.raw.starts_with('-'));
        operands.skip(1).find(alike).map(|word| word.raw.as_str())
    }

    /// Whether a path is a target, lies in one, or holds one.
    pub(super) fn meets(&self, text: &str, at: Option<&str>) -> bool {
        let absolute = match at {
            _ if text.starts_with('/') => path::absolute("/", text),
            Some(at) => path::absolute(at, text),
            // The name of a file is enough where nobody knows the directory.
            None => return self.targets.iter().any(|target| path::file_name(&target.path) == path::file_name(text)),
        };
        self.targets.iter().any(|target| {
            path::below(&target.path, &absolute).is_some() || path::below(&absolute, &target.path).is_some()
        })
    }

    /// Whether a variable of the environment leads programs to a target.
    pub(super) fn environment_speaks(&self) -> bool {
        let value = |name: &str| self.scope.variable(name);
        self.scope.variables.keys().filter(|name| !matches!(name.as_str(), "PWD" | "OLDPWD")).any(|name| {
            let value = value(name).unwrap_or_default();
            let used = !self.scope.variables.get(name).is_some_and(|variable| variable.argument);
            used && value
                .split([':', ' ', ',', '='])
                .any(|part| part.starts_with('/') && self.is_inside(&path::absolute("/", part)))
        })
    }

    /// Whether it starts, or is given, something that was copied and may do anything.
    pub(super) fn is_copied(&self, words: &[Word], seen: &Seen<'_>) -> bool {
        let landing = Landing::new(self.site.model, self.site.build_context);
        // What comes from an image of others knows nothing of this one.
        let is_foreign = |copy: StepId| match &self.site.model.step(copy).kind {
            StepKind::Copy(copy) => copy.from == CopyFrom::Elsewhere,
            _ => false,
        };
        let copied = |path: &str| landing.writer(self.before, path).is_some_and(|landed| !is_foreign(landed.copy));
        let argument = |word: &Word| {
            let value = word.resolve(|name| self.scope.variable(name)).filter(|value| !value.starts_with('-'));
            let at = seen.directory.as_deref().or(self.scope.workdir.as_deref()).unwrap_or("/");
            value.is_some_and(|value| copied(&path::absolute(at, &value)))
        };
        let found = || self.scope.search_path().iter().any(|directory| copied(&path::join(directory, seen.program)));
        words.iter().any(argument) || found()
    }

    pub(super) fn resolve(&self, word: &Word, seen: &Seen<'_>) -> Option<String> {
        let value = word.resolve(|name| self.scope.variable(name))?;
        match &seen.directory {
            _ if value.starts_with('/') => Some(path::absolute("/", &value)),
            Some(at) => Some(path::absolute(at, &value)),
            None => None,
        }
    }

    pub(super) fn is_inside(&self, path: &str) -> bool {
        self.targets.iter().any(|target| path::below(&target.path, path).is_some())
    }
}

/// Whether a text names `path` or something below it, as a whole name.
pub(super) fn names_path(text: &str, path: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '-' | '.'));
    path != "/" && text.match_indices(path).any(|(at, _)| ends(&text[at + path.len()..]))
}
