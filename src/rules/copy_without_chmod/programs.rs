//! What is started while an image is built, and in its containers: copied programs, and the scripts that start others.

use super::glance::Destinations;
use super::people::{Place, switched};
use super::scripts::{self, Text};
use crate::context::Entry;
use crate::model::effects::{Question, effects, working_directory};
use crate::model::landing::{Landed, Landing, Origin};
use crate::model::{Process, Run, RunCommand, Scope, StepId, path};
use crate::rules::RuleContext;
use crate::shell::{Script, Step, Word, invocation};
use crate::syntax::{Instruction, MountOption, RunInstruction};
use crate::text::Span;

/// So many scripts that start scripts are followed.
const MOST_SCRIPTS: usize = 16;

/// A copied program that something starts.
pub struct Program<'a> {
    /// The copy that brings it.
    pub landed: Landed,
    /// The word that names it in the text of `by`; `None` where a script starts it.
    pub word: Option<&'a Word>,
    /// What starts it, as a message says it: ENTRYPOINT, or a script.
    pub name: String,
    /// Whom a wrapper such as `gosu` switches to.
    pub user: Option<String>,
    /// Why it may not need the x bit.
    pub doubt: Option<String>,
    /// Whether it is the first process, with no shell and no wrapper in front.
    pub first: bool,
    /// The instruction that it stands in.
    pub by: &'a Starter<'a>,
}

/// An instruction that starts programs.
pub struct Starter<'a> {
    /// ENTRYPOINT, CMD, HEALTHCHECK or RUN.
    pub name: &'static str,
    /// Where it stands.
    pub span: Span,
    /// The commands among which a program stands, if a shell runs them.
    pub script: Commands<'a>,
    /// What holds there.
    pub scope: &'a Scope,
    /// Where that is, for those who ask who exists there.
    pub place: Place,
    /// The steps that have run when it is started.
    pub history: &'a [StepId],
    /// Where the copies among these put their files.
    pub destinations: &'a Destinations<'a>,
    /// Where `--mount` covers the files of the image.
    pub mounted: Vec<String>,
    /// Whether the kernel starts the program of the container's process, so that no shell takes a file that it refuses.
    pub by_kernel: bool,
}

/// The copied programs that a RUN starts.
pub fn of_run<'a>(ctx: &'a RuleContext<'_>, run: &'a Run, by: &'a Starter<'a>) -> Vec<Program<'a>> {
    let mut search = Search { ctx, by, read: Vec::new(), found: Vec::new() };
    match &run.command {
        RunCommand::Exec(words) => search.command(words, by.scope.workdir.as_deref()),
        RunCommand::Foreign => {}
        RunCommand::Shell(_) => {
            let defines = run.mentions("()");
            let is_function =
                |name: &str| defines && (run.mentions(&format!("{name}()")) || run.mentions(&format!("{name} ()")));
            let steps = run.steps().unwrap_or_default();
            search.steps(steps.into_iter().filter(|step| !step.command.name().is_some_and(is_function)));
        }
    }
    search.found
}

/// The commands of an instruction. Those of a RUN are read when somebody asks.
pub enum Commands<'a> {
    /// Those of a RUN.
    Run(&'a Run),
    /// Those of a process.
    Process(&'a Process),
}

impl<'a> Commands<'a> {
    /// The commands, if a shell runs them.
    pub fn script(&self) -> Option<&'a Script> {
        match self {
            Self::Run(run) => run.script(),
            Self::Process(process) => process.script(),
        }
    }
}

/// The copied programs that a process of the container starts.
pub fn of_process<'a>(ctx: &'a RuleContext<'_>, process: &'a Process, by: &'a Starter<'a>) -> Vec<Program<'a>> {
    let mut search = Search { ctx, by, read: Vec::new(), found: Vec::new() };
    match (&process.words, process.script()) {
        (Some(words), _) => search.command(words, by.scope.workdir.as_deref()),
        (None, Some(script)) => search.steps(script.commands().into_iter()),
        (None, None) => {}
    }
    search.found
}

/// Looks for copied programs, and goes on into those that are scripts.
struct Search<'a> {
    ctx: &'a RuleContext<'a>,
    by: &'a Starter<'a>,
    /// The scripts that were read on the way.
    read: Vec<String>,
    found: Vec<Program<'a>>,
}

impl<'a> Search<'a> {
    fn steps(&mut self, steps: impl Iterator<Item = Step<'a>>) {
        for step in steps {
            let directory = working_directory(self.by.scope, &step.directory);
            self.command(&step.command.words, directory.as_deref());
        }
    }

    /// What a command starts that runs in `directory`.
    fn command(&mut self, words: &'a [Word], directory: Option<&str>) {
        let Some(invocation) = invocation(words) else { return };
        let word = &words[invocation.program];
        let user = switched(words, &invocation);
        let user = user.as_deref();
        if let Some(landed) = self.landed(word, directory, false) {
            self.script(&landed, directory, user, false);
            let (name, user) = (self.by.name.to_owned(), user.map(str::to_owned));
            let first = self.by.script.script().is_none() && invocation.program == 0;
            self.found.push(Program { landed, word: Some(word), name, user, doubt: None, first, by: self.by });
        }
        match scripts::interpreted(word, &words[invocation.program + 1..]) {
            Some(Text::File(file)) => {
                if let Some(landed) = self.landed(file, directory, true) {
                    self.script(&landed, directory, user, true);
                }
            }
            Some(Text::Commands(text)) => self.text(text, self.by.name, directory, user),
            None => {}
        }
    }

    /// The copied file that a word names as a program, or, with `by_shell`, as a script for a shell.
    fn landed(&self, word: &Word, directory: Option<&str>, by_shell: bool) -> Option<Landed> {
        let bare = !by_shell && word.literal().is_some_and(|name| !name.contains('/'));
        if bare && !self.by.destinations.hold_programs() {
            return None;
        }
        let paths = candidates(word, self.by.scope, directory, by_shell)?;
        // What a mount covers is not the file that was copied.
        if paths.iter().any(|path| self.by.mounted.iter().any(|mount| path::below(mount, path).is_some())) {
            return None;
        }
        let landing = Landing::new(self.ctx.model, self.ctx.build_context);
        paths.iter().find_map(|path| landing.writer(self.by.history, path))
    }

    /// What a script starts. `by_shell` says that a shell is told to read it, whatever it begins with.
    fn script(&mut self, script: &Landed, directory: Option<&str>, user: Option<&str>, by_shell: bool) {
        if self.read.len() >= MOST_SCRIPTS || self.read.contains(&script.path) {
            return;
        }
        let Some(text) = text_of(self.ctx, self.by.history, script) else { return };
        if by_shell || scripts::is_for_a_shell(&text) {
            self.read.push(script.path.clone());
            self.text(&text, &format!("`{}`", script.path), directory, user);
        }
    }

    /// What the commands of a script start, which has the name `name`.
    fn text(&mut self, text: &str, name: &str, directory: Option<&str>, user: Option<&str>) {
        for started in scripts::started(text, directory) {
            let landing = Landing::new(self.ctx.model, self.ctx.build_context);
            let Some(landed) = landing.writer(self.by.history, &started.path) else { continue };
            let user = started.user.as_deref().or(user);
            self.script(&landed, started.directory.as_deref(), user, started.by_shell);
            if !started.by_shell {
                let (name, user) = (name.to_owned(), user.map(str::to_owned));
                self.found.push(Program {
                    landed,
                    word: None,
                    name,
                    user,
                    doubt: started.doubt,
                    first: false,
                    by: self.by,
                });
            }
        }
    }
}

/// The text of a copied file, if it is small, and no RUN writes it anew.
fn text_of(ctx: &RuleContext<'_>, history: &[StepId], landed: &Landed) -> Option<String> {
    let Origin::File(entry) = &landed.origin else { return None };
    let after: Vec<StepId> = history.iter().copied().filter(|id| *id > landed.copy).collect();
    let question = Question { path: &landed.path, old: 0, wanted: 0 };
    if effects(ctx.model, &after, &question).replaced { None } else { small_text(ctx, entry) }
}

/// The text of a file of the context. Only small files are read: a script is one.
pub fn small_text(ctx: &RuleContext<'_>, entry: &Entry) -> Option<String> {
    let bytes = ctx.build_context?.small_file(entry)?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// Where `--mount` puts something over the files of the image. A target that is not known covers everything.
pub fn mounted(instruction: &Instruction, scope: &Scope) -> Vec<String> {
    let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
    let target = |options: &Vec<MountOption>| {
        let target = options.iter().find(|option| matches!(option.key.as_str(), "target" | "dst" | "destination"))?;
        let value = scope.expand(target.value.as_deref()?, instruction.escape());
        Some(value.and_then(|value| scope.absolute(&value.value)).unwrap_or_else(|| "/".to_owned()))
    };
    mounts.iter().filter_map(target).collect()
}

/// What shells do themselves, whatever lies in the search path.
pub const BUILTINS: [&str; 24] = [
    ":", ".", "[", "alias", "cd", "command", "echo", "eval", "exec", "exit", "export", "false", "kill", "printf",
    "pwd", "read", "set", "shift", "source", "test", "true", "type", "umask", "wait",
];

/// Where the program of `word` may lie. A shell looks for its script in the working directory, whatever its name.
pub fn candidates(word: &Word, scope: &Scope, directory: Option<&str>, by_shell: bool) -> Option<Vec<String>> {
    let value = word.resolve(|name| scope.variable(name))?;
    if value.starts_with('/') {
        return Some(vec![path::absolute("/", &value)]);
    }
    if value.contains('/') || by_shell {
        return directory.map(|directory| vec![path::absolute(directory, &value)]);
    }
    if BUILTINS.contains(&value.as_str()) {
        return None;
    }
    Some(scope.search_path().iter().map(|directory| path::join(directory, &value)).collect())
}
