//! What the instructions in front of a `chown` or `chmod` do to the paths that it touches.
//!
//! A flag of the COPY sets owner or mode before they run, and reaches nothing that they make. So each of them has to be
//! known not to write there and not to mind; whatever is not known is an obstacle.

use super::base::{self, BaseHolds};
use super::call::{Call, Target};
use super::{Property, Site};
use crate::model::effects::working_directory;
use crate::model::{Run, RunCommand, Scope, StepId, StepKind, path};
use crate::shell::{self, Directory, Execution, RedirectKind, Word};
use crate::syntax::RunInstruction;

mod details;
mod paths;
mod programs;

use paths::names_path;
use programs::Kind;

/// What was seen in front of a command.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Why the flag cannot stand for the command; the first that was found.
    pub obstacle: Option<String>,
    /// Why it may not; the first that was found.
    pub doubt: Option<String>,
    /// Directories that WORKDIR, mkdir and the like make.
    pub made: Vec<Made>,
    /// Whether something behind the first of the COPYs may have made or changed users and groups.
    pub accounts_changed: bool,
    /// Whether buildah has to read the result, which makes a working directory only with what comes next.
    pub buildah: bool,
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
    let nothing = |target: &Target| base::holds(site, call.id.stage, &target.path) == BaseHolds::Nothing;
    let base_known = base::is_known(site, call.id.stage) || targets.iter().all(nothing);
    // What stood at the path of a file before the COPY is gone.
    let trees: Vec<Target> = targets.iter().filter(|target| target.recursive).cloned().collect();
    for (position, id) in history.iter().enumerate().take_while(|(_, id)| **id <= call.id) {
        let step = site.model.step(*id);
        if let Some(workdir) = &step.scope.workdir {
            observed.make(*id, workdir, true);
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
                    targets: if *id > first { targets } else { &trees },
                    property,
                    behind: *id > first,
                    base_known,
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

/// A directory that an instruction makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The instruction.
    pub by: StepId,
    /// Absolute.
    pub path: String,
    /// Whether the directories above it are made too.
    pub parents: bool,
}

impl Observed {
    fn stop(&mut self, obstacle: impl Into<String>) {
        self.obstacle.get_or_insert_with(|| obstacle.into());
    }

    fn make(&mut self, by: StepId, directory: &str, parents: bool) {
        if !self.made.iter().any(|made| made.path == directory && (made.parents || !parents)) {
            self.made.push(Made { by, path: directory.to_owned(), parents });
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
    /// Whether the base image is one of those whose working directory is never a target.
    base_known: bool,
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
    how: How,
}

/// How a command runs.
#[derive(Clone, Copy)]
struct How {
    /// Whether it runs on every build, to its end.
    certain: bool,
    /// Whether something takes up what it prints.
    listens: bool,
}

impl Watcher<'_> {
    fn run(&self, until: Option<&shell::SimpleCommand>, observed: &mut Observed) {
        match &self.run.command {
            RunCommand::Exec(words) => {
                let how = How { certain: true, listens: false };
                self.command(words, &Directory::Known(Vec::new()), how, observed);
            }
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
                    let how = How {
                        certain: step.execution == Execution::Always && step.succeeds,
                        listens: step.piped || !step.command.redirects.is_empty(),
                    };
                    self.command(&step.command.words, &step.directory, how, observed);
                    self.substitutions(&step, observed);
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

    fn command(&self, words: &[Word], directory: &Directory<'_>, how: How, observed: &mut Observed) {
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
            None => {
                let unknown = self.scope.workdir.is_some() || !self.base_known;
                unknown && self.targets.iter().any(|target| target.recursive)
            }
        };
        let speaks = self.speaks_of_any(arguments, at.as_deref());
        let seen = Seen { program: path::file_name(program), arguments, directory: at, inside, speaks, how };
        let kind = programs::kind(seen.program, arguments);
        observed.accounts_changed |= self.behind && kind.may_change_accounts(arguments);
        self.judge(kind, &seen, words, observed);
    }

    fn judge(&self, kind: Kind, seen: &Seen<'_>, words: &[Word], observed: &mut Observed) {
        let stops = match kind {
            Kind::Nothing => false,
            Kind::Reader => self.behind && (seen.inside || seen.speaks) && self.asks(seen),
            Kind::MakeDirectory => self.make_directories(seen, observed),
            Kind::Chmod => self.chmod(seen),
            Kind::Chown => self.property == Property::Owner && self.chown(seen),
            Kind::Remove => self.remove(seen, observed),
            // What stands there alone is the name of a package.
            Kind::Packages => {
                if let Some(package) = self.package_of_a_target(seen) {
                    let doubt = || format!("`{} {package}` above may have files there", seen.program);
                    observed.doubt.get_or_insert_with(doubt);
                }
                self.names_files(seen)
            }
            Kind::Accounts => self.home(seen, observed),
            Kind::Pip => (seen.inside || seen.speaks || self.environment_speaks()) && !self.pip(seen),
            Kind::Elsewhere => seen.speaks || self.environment_speaks(),
            Kind::Download => self.download(seen),
            Kind::Touch => seen.arguments.iter().any(|word| match self.resolve(word, seen) {
                Some(path) => self.is_inside(&path) && !word.raw.starts_with('-'),
                None => seen.inside || self.may_mean(word, seen.directory.as_deref()),
            }),
            Kind::Files => seen.inside || seen.speaks || self.may_mean_any(seen) || self.unpacks_above(seen),
            Kind::Tool => {
                seen.inside
                    || seen.speaks
                    || self.unpacks_above(seen)
                    || self.environment_speaks()
                    || self.is_copied(words, seen)
            }
            // Nobody can say what it does, wherever it runs.
            Kind::Unknown => {
                self.behind || seen.inside || seen.speaks || self.environment_speaks() || self.is_copied(words, seen)
            }
        };
        if stops {
            let shown = seen.arguments.first().and_then(Word::literal).filter(|word| !word.contains('\n'));
            let shown = shown.map_or_else(|| seen.program.to_owned(), |word| format!("{} {word}", seen.program));
            let mind = if self.property == Property::Mode { "write there, or mind the mode" } else { "write there" };
            observed.stop(format!("`{shown}` above may {mind}"));
        }
    }

    /// What a word computes by running something may write as well.
    fn substitutions(&self, step: &shell::Step<'_>, observed: &mut Observed) {
        let at = working_directory(self.scope, &step.directory);
        let inside = at.as_deref().map_or(self.scope.workdir.is_some(), |at| self.is_inside(at));
        let assigned = step.command.assignments.iter().map(|assignment| &assignment.value);
        for word in step.command.words.iter().chain(assigned) {
            let commands = word.raw.split("$(").skip(1).chain(word.raw.split('`').skip(1).step_by(2));
            let harmless = |command: &str| {
                let name = command.split([' ', ')', '\n']).next().unwrap_or_default();
                programs::only_prints(name)
            };
            let named = self.targets.iter().any(|target| names_path(&word.raw, &target.path));
            if let Some(command) = commands.into_iter().find(|command| (inside || named) && !harmless(command)) {
                observed
                    .stop(format!("`{}` above may write there", command.split([' ', ')']).next().unwrap_or_default()));
            }
        }
    }

    fn redirects(&self, step: &shell::Step<'_>, observed: &mut Observed) {
        let at = working_directory(self.scope, &step.directory);
        for redirect in &step.command.redirects {
            use RedirectKind as To;
            if !matches!(
                redirect.kind,
                To::Write | To::Append | To::Clobber | To::WriteBoth | To::AppendBoth | To::ReadWrite
            ) {
                continue;
            }
            let value = redirect.target.resolve(|name| self.scope.variable(name));
            let reached = match (value, at.as_deref()) {
                (Some(value), _) if value.starts_with('/') => self.is_inside(&path::absolute("/", &value)),
                (Some(value), Some(at)) => self.is_inside(&path::absolute(at, &value)),
                (Some(_), None) => self.scope.workdir.is_some(),
                (None, at) => at.is_some_and(|at| self.is_inside(at)) || self.may_mean(&redirect.target, at),
            };
            if reached {
                observed.stop(format!("a RUN above writes `{}`", redirect.target.raw));
            }
        }
    }
}
