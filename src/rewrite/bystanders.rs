//! What the instructions in front of a `chown` or `chmod` do to the paths that it touches.
//!
//! A flag of the COPY sets owner or mode before they run, and reaches nothing that they make. So each of them has to be
//! known not to write there and not to mind; whatever is not known is an obstacle.

use super::call::{Call, Target};
use super::{Property, Site};
use crate::model::accounts::Known;
use crate::model::effects::working_directory;
use crate::model::landing::Landing;
use crate::model::{Run, RunCommand, Scope, StepId, StepKind, path};
use crate::shell::{self, Chmod, Chown, Directory, Mode, RedirectKind, Word};
use crate::syntax::RunInstruction;

mod programs;

use programs::Kind;

/// What was seen in front of a command.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Why the flag cannot stand for the command; the first that was found.
    pub obstacle: Option<String>,
    /// Directories that WORKDIR or mkdir make, absolute.
    pub made: Vec<String>,
    /// The same with the instruction that does.
    pub made_at: Vec<(StepId, String)>,
    /// Whether something behind the first of the COPYs may have made or changed users and groups.
    pub accounts_changed: bool,
    /// Whether a directory may have been made with another mode than 755.
    pub odd_modes: bool,
}

/// Looks at everything in front of `call`; `first` is the first COPY that would get the flag, `owner` the operand of a
/// `chown` with the user and group that it means.
#[must_use]
pub fn observe(
    site: &Site<'_>,
    call: &Call<'_>,
    targets: &[Target],
    first: StepId,
    property: Property,
    owner: Option<(&Word, &(String, String))>,
) -> Observed {
    let mut observed = Observed::default();
    let history = site.model.history(call.id.stage);
    for (position, id) in history.iter().enumerate().take_while(|(_, id)| **id <= call.id) {
        let step = site.model.step(*id);
        if let Some(workdir) = &step.scope.workdir {
            observed.make(*id, workdir);
        }
        match &step.kind {
            StepKind::Volume(volumes) => {
                let covers = |volume: &String, target: &Target| {
                    path::below(volume, &target.path).is_some() || path::below(&target.path, volume).is_some()
                };
                if volumes.iter().any(|volume| targets.iter().any(|target| covers(volume, target))) {
                    observed.stop("a VOLUME above covers the path, and some builders throw away what a RUN does there");
                }
            }
            StepKind::Run(run) => {
                let watcher = Watcher {
                    site,
                    scope: &step.scope,
                    run,
                    id: *id,
                    before: &history[..position],
                    targets,
                    property,
                    behind: *id > first,
                    owner: owner.map(|(word, _)| word),
                    given: owner.map(|(_, given)| given),
                };
                if *id != call.id && watcher.is_mounted_over() {
                    observed.stop("a RUN above mounts something there, which leaves a directory behind");
                }
                watcher.run((*id == call.id).then_some(call.command), &mut observed);
            }
            StepKind::Copy(copy) if *id > first => {
                let accounts = ["/etc/passwd", "/etc/group"];
                let destination = copy.destination.path.as_deref();
                observed.accounts_changed |= destination
                    .is_none_or(|destination| accounts.iter().any(|file| path::below(destination, file).is_some()));
            }
            _ => {}
        }
    }
    observed
}

impl Observed {
    fn stop(&mut self, obstacle: impl Into<String>) {
        self.obstacle.get_or_insert_with(|| obstacle.into());
    }

    fn make(&mut self, id: StepId, directory: &str) {
        if !self.made.iter().any(|made| made == directory) {
            self.made.push(directory.to_owned());
            self.made_at.push((id, directory.to_owned()));
        }
    }
}

/// Looks at one RUN.
struct Watcher<'a> {
    site: &'a Site<'a>,
    scope: &'a Scope,
    run: &'a Run,
    id: StepId,
    /// The steps in front of it.
    before: &'a [StepId],
    targets: &'a [Target],
    property: Property,
    /// Whether it stands behind the first COPY.
    behind: bool,
    /// The operand of the `chown` that is looked at.
    owner: Option<&'a Word>,
    /// User and group that it gives, by name or number.
    given: Option<&'a (String, String)>,
}

/// A command, and how it lies to the targets.
struct Seen<'a> {
    program: &'a str,
    arguments: &'a [Word],
    directory: Option<String>,
    /// It runs in a target.
    inside: bool,
    /// It names a target, something below, or a directory above.
    speaks: bool,
}

impl Watcher<'_> {
    fn run(&self, until: Option<&shell::SimpleCommand>, observed: &mut Observed) {
        match &self.run.command {
            RunCommand::Exec(words) => self.command(words, &Directory::Known(Vec::new()), observed),
            RunCommand::Foreign => observed.stop("a RUN above is not understood"),
            RunCommand::Shell(text) => {
                observed.odd_modes |= text.text().contains("umask");
                let Some(steps) = self.run.steps() else {
                    let inside = self.scope.workdir.as_deref().is_some_and(|workdir| self.is_inside(workdir));
                    if inside || self.targets.iter().any(|target| names_path(text.text(), &target.path)) {
                        observed.stop("a RUN above is not understood, and may write there");
                    }
                    observed.accounts_changed |= self.behind;
                    return;
                };
                for step in steps {
                    if until.is_some_and(|until| std::ptr::eq(until, step.command)) {
                        return;
                    }
                    self.command(&step.command.words, &step.directory, observed);
                    self.redirects(&step, observed);
                }
            }
        }
    }

    /// Whether a mount of the RUN lies at or below a target.
    fn is_mounted_over(&self) -> bool {
        let instruction = &self.site.model.step(self.id).instruction;
        let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
        mounts.iter().any(|options| {
            let option = options.iter().find(|option| matches!(option.key.as_str(), "target" | "dst" | "destination"));
            let Some(text) = option.and_then(|option| option.value.as_deref()) else { return false };
            let value = self.scope.expand(text, instruction.escape());
            value.and_then(|value| self.scope.absolute(&value.value)).is_none_or(|target| self.is_inside(&target))
        })
    }

    fn is_inside(&self, path: &str) -> bool {
        self.targets.iter().any(|target| path::below(&target.path, path).is_some())
    }

    fn command(&self, words: &[Word], directory: &Directory<'_>, observed: &mut Observed) {
        if words.is_empty() {
            return;
        }
        let program = shell::invocation(words).and_then(|found| Some((found.program, words[found.program].literal()?)));
        let Some((index, program)) = program else {
            // `exec` alone and the like run nothing; a computed name may be anything.
            observed.accounts_changed |= self.behind;
            if self.speaks_of_any(words, None) {
                observed.stop(format!("`{}` above may write there", words[0].raw));
            }
            return;
        };
        let arguments = &words[index + 1..];
        let at = working_directory(self.scope, directory);
        let inside = match &at {
            Some(at) => self.is_inside(at),
            // Without a WORKDIR it is where the base image says.
            None => self.scope.workdir.is_some(),
        };
        let speaks = self.speaks_of_any(arguments, at.as_deref());
        let seen = Seen { program: path::file_name(program), arguments, directory: at, inside, speaks };
        let kind = programs::kind(seen.program, arguments);
        observed.accounts_changed |= self.behind && kind.may_change_accounts(arguments);
        self.judge(kind, &seen, words, observed);
    }

    fn judge(&self, kind: Kind, seen: &Seen<'_>, words: &[Word], observed: &mut Observed) {
        let stops = match kind {
            Kind::Nothing => false,
            Kind::Reader => self.property == Property::Mode && self.behind && (seen.inside || seen.speaks),
            Kind::MakeDirectory => self.make_directories(seen, observed),
            Kind::Chmod => self.chmod(seen),
            Kind::Chown => self.property == Property::Owner && self.chown(seen),
            Kind::Remove => self.remove(seen, observed),
            // What stands there alone is the name of a package.
            Kind::Packages => self.names_files(seen),
            Kind::Accounts => self.home(seen, observed),
            Kind::Pip => (seen.inside || seen.speaks || self.environment_speaks()) && !self.pip(seen),
            Kind::Elsewhere => seen.speaks || self.environment_speaks(),
            Kind::Download => self.download(seen),
            Kind::Touch => seen.arguments.iter().any(|word| match self.resolve(word, seen) {
                Some(path) => self.is_inside(&path) && !word.raw.starts_with('-'),
                None => seen.inside || seen.speaks,
            }),
            Kind::Files => seen.inside || seen.speaks,
            Kind::Tool => seen.inside || seen.speaks || self.environment_speaks() || self.is_copied(words, seen),
            Kind::Unknown => seen.inside || seen.speaks || self.environment_speaks() || self.is_copied(words, seen),
        };
        if stops {
            let shown = seen.arguments.first().and_then(Word::literal).filter(|word| !word.contains('\n'));
            let shown = shown.map_or_else(|| seen.program.to_owned(), |word| format!("{} {word}", seen.program));
            let mind = if self.property == Property::Mode { "write there, or mind the mode" } else { "write there" };
            observed.stop(format!("`{shown}` above may {mind}"));
        }
    }

    /// Whether a word names a target, something in it, or a directory that holds it.
    fn speaks_of_any(&self, words: &[Word], at: Option<&str>) -> bool {
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

    /// Whether a word that is written as a path names a target.
    fn names_files(&self, seen: &Seen<'_>) -> bool {
        let paths = |word: &&Word| word.raw.contains('/') || word.raw.starts_with(['.', '$']);
        seen.arguments
            .iter()
            .filter(paths)
            .any(|word| self.speaks_of_any(std::slice::from_ref(word), seen.directory.as_deref()))
    }

    /// Whether a path is a target, lies in one, or holds one.
    fn meets(&self, text: &str, at: Option<&str>) -> bool {
        let absolute = match at {
            _ if text.starts_with('/') => path::absolute("/", text),
            Some(at) => path::absolute(at, text),
            None => return false,
        };
        self.targets.iter().any(|target| {
            path::below(&target.path, &absolute).is_some() || path::below(&absolute, &target.path).is_some()
        })
    }

    /// Whether a variable of the environment leads programs to a target.
    fn environment_speaks(&self) -> bool {
        let value = |name: &str| self.scope.variable(name);
        self.scope.variables.keys().filter(|name| !matches!(name.as_str(), "PWD" | "OLDPWD")).any(|name| {
            let value = value(name).unwrap_or_default();
            let used = !self.scope.variables.get(name).is_some_and(|variable| variable.argument);
            used && value.split([':', ' ', ',', '=']).any(|part| part.starts_with('/') && self.is_inside(&path::absolute("/", part)))
        })
    }

    /// Whether it starts, or is given, something that was copied and may do anything.
    fn is_copied(&self, words: &[Word], seen: &Seen<'_>) -> bool {
        let landing = Landing::new(self.site.model, self.site.build_context);
        let copied = |path: &str| landing.writer(self.before, path).is_some();
        let argument = |word: &Word| {
            let value = word.resolve(|name| self.scope.variable(name)).filter(|value| !value.starts_with('-'));
            let at = seen.directory.as_deref().or(self.scope.workdir.as_deref()).unwrap_or("/");
            value.is_some_and(|value| copied(&path::absolute(at, &value)))
        };
        let found = || self.scope.search_path().iter().any(|directory| copied(&path::join(directory, seen.program)));
        words.iter().any(argument) || found()
    }

    fn resolve(&self, word: &Word, seen: &Seen<'_>) -> Option<String> {
        let value = word.resolve(|name| self.scope.variable(name))?;
        match &seen.directory {
            _ if value.starts_with('/') => Some(path::absolute("/", &value)),
            Some(at) => Some(path::absolute(at, &value)),
            None => None,
        }
    }

    fn redirects(&self, step: &shell::Step<'_>, observed: &mut Observed) {
        let at = working_directory(self.scope, &step.directory);
        for redirect in &step.command.redirects {
            use RedirectKind as To;
            if !matches!(redirect.kind, To::Write | To::Append | To::Clobber | To::WriteBoth | To::AppendBoth | To::ReadWrite) {
                continue;
            }
            let value = redirect.target.resolve(|name| self.scope.variable(name));
            let reached = match (value, at.as_deref()) {
                (Some(value), _) if value.starts_with('/') => self.is_inside(&path::absolute("/", &value)),
                (Some(value), Some(at)) => self.is_inside(&path::absolute(at, &value)),
                (Some(_), None) => self.scope.workdir.is_some(),
                (None, at) => {
                    at.is_some_and(|at| self.is_inside(at))
                        || self.speaks_of_any(std::slice::from_ref(&redirect.target), at)
                }
            };
            if reached {
                observed.stop(format!("a RUN above writes `{}`", redirect.target.raw));
            }
        }
    }

    /// Notes what mkdir makes; whether it may make something there that cannot be told.
    fn make_directories(&self, seen: &Seen<'_>, observed: &mut Observed) -> bool {
        let mut mode = false;
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
                Some(directory) => observed.make(self.id, &directory),
                // Behind a known beginning, as in `/app/{a,b}`, it may lie in a target.
                None if seen.inside || self.speaks_of_any(std::slice::from_ref(word), seen.directory.as_deref()) => {
                    return true;
                }
                None => {}
            }
        }
        false
    }

    fn chmod(&self, seen: &Seen<'_>) -> bool {
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

    fn chown(&self, seen: &Seen<'_>) -> bool {
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
    fn remove(&self, seen: &Seen<'_>, observed: &Observed) -> bool {
        seen.arguments.iter().filter(|word| !word.literal().unwrap_or_default().starts_with('-')).any(|word| {
            match self.resolve(word, seen) {
                Some(path) => {
                    observed.made.iter().any(|made| path::below(&path, made).is_some() && self.is_inside(made))
                }
                None => seen.inside || self.speaks_of_any(std::slice::from_ref(word), seen.directory.as_deref()),
            }
        })
    }

    /// Whether the home directory of a new account may lie there, and belong to somebody else than the command says.
    fn home(&self, seen: &Seen<'_>, observed: &mut Observed) -> bool {
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
        met.into_iter().for_each(|home| observed.make(self.id, home));
        false
    }

    /// Whether `group` is the user's own group.
    fn is_of(&self, user: &str, group: &str) -> bool {
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
    fn option(&self, seen: &Seen<'_>, names: &[&str]) -> Option<Option<String>> {
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

    fn value(&self, word: &Word) -> Option<String> {
        word.resolve(|name| self.scope.variable(name)).filter(|value| !value.starts_with('-'))
    }

    /// Whether pip is known to write nothing where it runs.
    fn pip(&self, seen: &Seen<'_>) -> bool {
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
                "--no-cache-dir" | "--upgrade" | "-U" | "-q" | "--quiet" | "install" | "--no-deps" | "--user"
                | "--disable-pip-version-check" | "--prefer-binary" | "--no-compile" | "--pre" | "--root-user-action=ignore"
                | "--break-system-packages" | "--ignore-installed" | "-I" | "--require-hashes" => {}
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
    fn plain_requirements(&self, file: &str) -> bool {
        use crate::model::landing::Origin;
        let landing = Landing::new(self.site.model, self.site.build_context);
        let Some(landed) = landing.writer(self.before, file) else { return false };
        let (Origin::File(entry), Some(context)) = (&landed.origin, self.site.context_of(landed.copy.stage)) else {
            return false;
        };
        let Ok(text) = std::fs::read_to_string(context.root().join(&entry.path)) else { return false };
        text.lines().map(str::trim).all(|line| {
            line.is_empty() || line.starts_with(|first: char| first == '#' || first.is_ascii_alphanumeric()) && !line.contains("file:")
        })
    }

    /// Whether curl or wget may write there.
    fn download(&self, seen: &Seen<'_>) -> bool {
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

/// Whether a text names `path` or something below it, as a whole name.
fn names_path(text: &str, path: &str) -> bool {
    let ends = |rest: &str| {
        !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '-' | '.'))
    };
    path != "/" && text.match_indices(path).any(|(at, _)| ends(&text[at + path.len()..]))
}
