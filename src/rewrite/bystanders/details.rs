//! What one call of a well-known program does to the targets, by its arguments.

use super::{Observed, Seen, Watcher};
use crate::model::accounts::Known;
use crate::model::landing::{Landing, Origin};
use crate::model::{StepId, path};
use crate::rewrite::Property;
use crate::rewrite::call::Target;
use crate::shell::{Chmod, Chown, Mode, Word};

impl Watcher<'_> {
    fn lies_below_a_target(&self, directory: &str) -> bool {
        self.is_inside(directory) && !self.targets.iter().any(|target| target.path == directory)
    }

    /// Whether a program that reads a target goes by what is changed.
    pub(super) fn asks(&self, seen: &Seen<'_>) -> bool {
        let has = |wanted: &dyn Fn(&str) -> bool| seen.arguments.iter().filter_map(Word::literal).any(wanted);
        match (self.property, seen.program) {
            (Property::Mode, _) | (Property::Owner, "stat") => true,
            (Property::Owner, "ls") => {
                let long = |text: &str| text.starts_with('-') && text.contains(['l', 'n', 'g', 'o']);
                seen.how.listens && has(&long)
            }
            (Property::Owner, "find") => {
                let by_owner = ["-user", "-group", "-nouser", "-nogroup", "-uid", "-gid", "-printf", "-ls"];
                has(&|text| by_owner.contains(&text))
            }
            (Property::Owner, "test" | "[") => has(&|text| matches!(text, "-O" | "-G")),
            (Property::Owner, _) => false,
        }
    }

    /// Whether an archive is unpacked into a directory that holds a target.
    pub(super) fn unpacks_above(&self, seen: &Seen<'_>) -> bool {
        let unpacks = matches!(seen.program, "tar" | "bsdtar" | "unzip" | "cpio" | "7z" | "jar");
        let elsewhere = |text: &str| text == "-d" || text.starts_with("-C") || text.starts_with("--directory");
        let named = seen.arguments.iter().filter_map(Word::literal).any(elsewhere);
        let clones = seen.program == "git" && seen.arguments.iter().any(|word| word.literal() == Some("clone"));
        (unpacks && !named || clones) && self.meets(".", Some(seen.directory.as_deref().unwrap_or("/")))
    }

    /// Notes what mkdir makes; whether it may make something there that cannot be told.
    pub(super) fn make_directories(&self, seen: &Seen<'_>, observed: &mut Observed) -> bool {
        let mut mode = false;
        let is_parents = |word: &Word| {
            let text = word.literal().unwrap_or_default();
            text == "--parents" || (text.starts_with('-') && !text.starts_with("--") && text.contains('p'))
        };
        let parents = seen.arguments.iter().any(is_parents);
        for word in seen.arguments {
            let literal = word.literal().unwrap_or_default();
            if std::mem::take(&mut mode) {
                continue;
            }
            if literal.starts_with('-') {
                observed.odd_modes |= literal.contains('m');
                mode = matches!(literal, "-m" | "--mode" | "-pm");
                continue;
            }
            match self.resolve(word, seen) {
                // The command could not name a directory that may not be there.
                Some(directory) if !seen.how.certain && self.lies_below_a_target(&directory) => return true,
                Some(_) if !seen.how.certain => {}
                Some(directory) => observed.make(self.id, &directory, parents),
                // Behind a known beginning, as in `/app/{a,b}`, it may lie in a target.
                None if seen.inside || self.may_mean(word, seen.directory.as_deref()) => return true,
                None => {}
            }
        }
        false
    }

    pub(super) fn chmod(&self, seen: &Seen<'_>) -> bool {
        let Some(chmod) = Chmod::new(seen.arguments) else { return seen.inside || seen.speaks };
        if self.property == Property::Mode {
            return seen.inside || seen.speaks;
        }
        // A chown takes the set-id bits away again, which a flag does not.
        let sets_id = match &chmod.mode {
            Mode::Octal(bits) => bits & 0o6000 != 0,
            Mode::Symbolic(mode) => mode.contains('s'),
            Mode::Reference | Mode::Unknown => true,
        };
        sets_id && (seen.inside || seen.speaks)
    }

    pub(super) fn chown(&self, seen: &Seen<'_>) -> bool {
        // What was given away before the COPY came is given away again by the command, or is a directory that it keeps.
        if !self.behind {
            return false;
        }
        let Some(chown) = Chown::new(seen.arguments) else { return seen.inside || seen.speaks };
        // Who gets the same owner from it had it from the flag already.
        let same = |word: &Word| self.owner.is_some_and(|owner| owner.raw == word.raw);
        if seen.program == "chown" && chown.ownership.is_some_and(same) {
            return false;
        }
        chown.paths.iter().any(|word| match self.resolve(word, seen) {
            Some(path) => {
                self.is_inside(&path)
                    || (chown.recursive && self.targets.iter().any(|target| path::below(&path, &target.path).is_some()))
            }
            None => seen.inside || seen.speaks,
        })
    }

    /// Whether rm may remove a directory that the command would have to name.
    pub(super) fn remove(&self, seen: &Seen<'_>, observed: &Observed) -> bool {
        seen.arguments.iter().filter(|word| !word.literal().unwrap_or_default().starts_with('-')).any(|word| match self
            .resolve(word, seen)
        {
            Some(path) => {
                observed.made.iter().any(|made| path::below(&path, &made.path).is_some() && self.is_inside(&made.path))
            }
            None => seen.inside || self.speaks_of_any(std::slice::from_ref(word), seen.directory.as_deref()),
        })
    }

    /// Whether the home directory of a new account may lie there, and belong to somebody else than the command says.
    pub(super) fn home(&self, seen: &Seen<'_>, observed: &mut Observed) -> bool {
        let meets = |home: &str| {
            let holds = |target: &Target| home == target.path || path::below(&target.path, home).is_some();
            self.targets.iter().any(holds)
        };
        let homes: Vec<String> = match self.option(seen, &["-d", "-h", "--home", "--home-dir"]) {
            Some(Some(home)) => vec![home],
            Some(None) => return true,
            None if seen.program.contains("group") => Vec::new(),
            None => seen.arguments.iter().filter_map(|word| Some(format!("/home/{}", self.value(word)?))).collect(),
        };
        let met: Vec<&String> = homes.iter().filter(|home| meets(home)).collect();
        if met.is_empty() {
            return false;
        }
        let named = |user: &String| seen.arguments.iter().any(|word| self.value(word).as_ref() == Some(user));
        if !self.given.is_some_and(|(user, group)| named(user) && self.is_of(user, group)) {
            return true;
        }
        met.into_iter().for_each(|home| observed.make(self.id, home, true));
        false
    }

    /// Whether `group` is the user's own group.
    pub(super) fn is_of(&self, user: &str, group: &str) -> bool {
        let next = StepId { step: self.id.step + 1, ..self.id };
        if next.step >= self.site.model.stages[self.id.stage].steps.len() {
            return false;
        }
        match self.site.model.accounts(next).user(user) {
            Known::Exists(user) => {
                user.group.as_deref() == Some(group) || user.gid.is_some_and(|gid| gid.to_string() == group)
            }
            _ => false,
        }
    }

    /// The path that an option has; the outer `None` if it is not there, the inner if it cannot be told.
    pub(super) fn option(&self, seen: &Seen<'_>, names: &[&str]) -> Option<Option<String>> {
        let mut words = seen.arguments.iter();
        while let Some(word) = words.next() {
            let Some(text) = word.literal() else { continue };
            if names.contains(&text) {
                return words.next().map(|word| self.resolve(word, seen));
            }
            if let Some(value) = names.iter().find_map(|name| text.strip_prefix(name)?.strip_prefix('=')) {
                return Some(Some(path::absolute("/", value)));
            }
        }
        None
    }

    pub(super) fn value(&self, word: &Word) -> Option<String> {
        word.resolve(|name| self.scope.variable(name)).filter(|value| !value.starts_with('-'))
    }

    /// Whether pip is known to write nothing where it runs.
    pub(super) fn pip(&self, seen: &Seen<'_>) -> bool {
        if self.environment_speaks() {
            return false;
        }
        let mut words = seen.arguments.iter();
        while let Some(word) = words.next() {
            let Some(text) = word.literal() else { return false };
            match text {
                "-r" | "--requirement" | "-c" | "--constraint" => {
                    let Some(file) = words.next().and_then(|word| self.resolve(word, seen)) else { return false };
                    if !self.plain_requirements(&file) {
                        return false;
                    }
                }
                "--no-cache-dir"
                | "--upgrade"
                | "-U"
                | "-q"
                | "--quiet"
                | "install"
                | "--no-deps"
                | "--user"
                | "--disable-pip-version-check"
                | "--prefer-binary"
                | "--no-compile"
                | "--pre"
                | "--root-user-action=ignore"
                | "--break-system-packages"
                | "--ignore-installed"
                | "-I"
                | "--require-hashes" => {}
                "-i" | "--index-url" | "--extra-index-url" | "--trusted-host" | "--timeout" | "--default-timeout" => {
                    words.next();
                }
                _ if text.starts_with("--index-url=") || text.starts_with("--extra-index-url=") => {}
                _ if text.starts_with("--trusted-host=") || text.starts_with("--default-timeout=") => {}
                _ if text.starts_with("--timeout=") => {}
                // A package by its name, and nothing that may be a directory.
                _ if !text.starts_with(['-', '.', '/']) && !text.contains('/') => {}
                _ => return false,
            }
        }
        true
    }

    /// Whether a copied requirements file names packages only, nothing to be built in place.
    pub(super) fn plain_requirements(&self, file: &str) -> bool {
        let landing = Landing::new(self.site.model, self.site.build_context);
        let Some(landed) = landing.writer(self.before, file) else { return false };
        let (Origin::File(entry), Some(context)) = (&landed.origin, self.site.context_of(landed.copy.stage)) else {
            return false;
        };
        let Some(text) = context.read(&entry.path, 1024 * 1024) else { return false };
        text.lines().map(str::trim).all(|line| {
            line.is_empty()
                || line.starts_with(|first: char| first == '#' || first.is_ascii_alphanumeric())
                    && !line.contains("file:")
        })
    }

    /// Whether curl or wget may write there.
    pub(super) fn download(&self, seen: &Seen<'_>) -> bool {
        let option = if seen.program == "curl" { "-o" } else { "-O" };
        let mut words = seen.arguments.iter();
        let mut named = false;
        while let Some(word) = words.next() {
            let Some(text) = word.literal() else { continue };
            let short = text.starts_with('-') && !text.starts_with("--");
            let output = (short && text.ends_with(&option[1..])) || matches!(text, "--output" | "--output-document");
            if output {
                named = true;
                let target = words.next().map(|word| (word.literal() == Some("-"), self.resolve(word, seen)));
                if !target.is_some_and(|(stdout, path)| stdout || path.is_some_and(|path| !self.is_inside(&path))) {
                    return seen.inside || seen.speaks;
                }
            } else if short && seen.program == "curl" && text.contains('O') || text.starts_with("--remote-name") {
                return seen.inside || seen.speaks;
            }
        }
        !named && seen.program == "wget" && (seen.inside || seen.speaks)
    }
}
