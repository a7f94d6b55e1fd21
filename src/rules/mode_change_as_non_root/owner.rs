//! Whether a path is root's because a COPY brought it, and what speaks against it.

use super::reading::{Change, Reading, read};
use crate::context::BuildContext;
use crate::model::effects::{Question, effects, effects_before, working_directory};
use crate::model::landing::{Landed, Landing, Origin};
use crate::model::{Copy, CopyFrom, Run, RunCommand, SourceKind, StepId, StepKind, User, path};
use crate::rules::RuleContext;
use crate::rules::copy_without_chown::sources::{Owned, owned};
use crate::shell::Word;
use crate::syntax::{MountOption, RunInstruction};

/// A path that a change cannot succeed with.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The path as the command names it; for a pattern the first file that it names.
    pub path: String,
    /// The copy that brings it, or something below it.
    pub copy: StepId,
    /// The file, where the command names one.
    pub file: Option<Landed>,
    /// Whether it is a guess that the copy brings it.
    pub guessed: bool,
    /// What is not proven, as sentences.
    pub doubts: Vec<String>,
}

/// What can be said of one path word of a change.
#[derive(Clone, Debug)]
pub enum Target {
    /// It fails there.
    Broken(Box<Broken>),
    /// Something else is there, or nobody can tell.
    Other,
}

/// Looks at one RUN.
pub struct Owners<'a> {
    ctx: &'a RuleContext<'a>,
    landing: Landing<'a>,
    run: StepId,
    /// The steps in front of it, and itself.
    history: Vec<StepId>,
    mounted: Vec<String>,
}

impl<'a> Owners<'a> {
    pub fn new(ctx: &'a RuleContext<'a>, run: StepId) -> Self {
        let mut history = ctx.model.history(run.stage);
        history.retain(|id| *id <= run);
        let context = ctx.context_of(run.stage);
        Self { ctx, landing: Landing::new(ctx.model, context), run, history, mounted: mounted(ctx, run) }
    }

    /// What a change finds at one of its paths.
    pub fn target(&self, reading: &Reading<'_>, change: &Change<'_>, word: &Word) -> Target {
        let scope = &self.ctx.model.step(self.run).scope;
        let found = match reading.path(word, &change.directory, scope) {
            Some(path) => self.at(&path, change.recursive),
            None => reading
                .pattern(word, &change.directory, scope)
                .and_then(|(directory, pattern)| self.below_pattern(&directory, &pattern, change.recursive)),
        };
        let mounted = |broken: &Broken| {
            self.mounted
                .iter()
                .any(|mount| path::below(mount, &broken.path).is_some() || path::below(&broken.path, mount).is_some())
        };
        match found.filter(|broken| !mounted(broken)).and_then(|broken| self.still_there(broken, change)) {
            Some(broken) => Target::Broken(Box::new(broken)),
            None => Target::Other,
        }
    }

    /// The copy that makes `path`, or with `recursive` anything below it, root's.
    fn at(&self, path: &str, recursive: bool) -> Option<Broken> {
        let before: Vec<StepId> = self.history.iter().copied().filter(|id| *id < self.run).collect();
        if let Some(landed) = self.landing.writer(&before, path).filter(|landed| !self.is_destination(landed)) {
            return self.file(path, landed);
        }
        before.iter().rev().find_map(|id| {
            let StepKind::Copy(copy) = &self.ctx.model.step(*id).kind else { return None };
            if unpacks(copy) {
                return None;
            }
            let doubts = self.directory(*id, copy, path, recursive)?;
            let guessed = !doubts.is_empty();
            let doubts = self.owner_doubts(*id, copy, doubts)?;
            Some(Broken { path: path.to_owned(), copy: *id, file: None, guessed, doubts })
        })
    }

    /// Whether it is the directory that a copy goes to, and no file.
    fn is_destination(&self, landed: &Landed) -> bool {
        let StepKind::Copy(copy) = &self.ctx.model.step(landed.copy).kind else { return false };
        // Of what another stage has, nobody can tell whether it is a file.
        let unnamed = !landed.named && copy.from == CopyFrom::Context;
        let several = copy.destination.directory || copy.sources.len() > 1 || unnamed;
        several && copy.destination.path.as_deref() == Some(landed.path.as_str())
    }

    fn file(&self, path: &str, landed: Landed) -> Option<Broken> {
        let StepKind::Copy(copy) = &self.ctx.model.step(landed.copy).kind else { return None };
        if unpacks(copy) && !landed.named {
            return None;
        }
        let mut doubts = Vec::new();
        match landed.origin {
            Origin::Perhaps => doubts.push(
                "no context is known, so it is a guess that the copied directory has the file and no RUN makes it"
                    .to_owned(),
            ),
            // A source that nobody knows may bring anything, or nothing.
            Origin::Elsewhere if copy.from == CopyFrom::Context => return None,
            _ => {}
        }
        if matches!(landed.origin, Origin::File(_)) && !landed.named && !self.ctx.context_is_certain {
            doubts.push("other directories may be the build context as well; name it with --context".to_owned());
        }
        let guessed = !doubts.is_empty();
        let doubts = self.owner_doubts(landed.copy, copy, doubts)?;
        Some(Broken { path: path.to_owned(), copy: landed.copy, file: Some(landed), guessed, doubts })
    }

    /// Whether the copy brings something at or below the directory at `path` that a recursive change reaches.
    fn directory(&self, id: StepId, copy: &Copy, path: &str, recursive: bool) -> Option<Vec<String>> {
        let destination = copy.destination.path.as_deref()?;
        // The directory itself may have been there before, and somebody else's.
        recursive.then_some(())?;
        if path::below(path, destination).is_some() {
            return Some(Vec::new());
        }
        let inside = path::below(destination, path)?;
        let Some(context) = self.ctx.context_of(id.stage).filter(|_| copy.from == CopyFrom::Context) else {
            let may_be = copy.sources.iter().any(|source| may_be_directory(&source.text));
            let doubt = "nothing shows that the copied directory has this one in it".to_owned();
            return may_be.then(|| vec![doubt]);
        };
        self.in_context(context, copy, inside).then(|| {
            let doubt = "other directories may be the build context as well; name it with --context".to_owned();
            if self.ctx.context_is_certain { Vec::new() } else { vec![doubt] }
        })
    }

    /// Whether a source brings a directory named `inside`, with anything in it that is sent.
    fn in_context(&self, context: &BuildContext, copy: &Copy, inside: &str) -> bool {
        let sources = copy.sources.iter().filter(|source| source.kind == SourceKind::Path);
        sources.flat_map(|source| context.matches(&source.text).found.clone()).any(|found| {
            let below = path::join(&found.entry.path, inside);
            let below = below.trim_start_matches('/');
            found.entry.is_directory()
                && context.entry(below).is_some_and(|entry| entry.is_directory())
                && !context.walk(below).entries.is_empty()
        })
    }

    /// What a pattern names among the files that copies bring into `directory`.
    fn below_pattern(&self, directory: &str, pattern: &str, recursive: bool) -> Option<Broken> {
        let before = self.history.iter().rev().filter(|id| **id < self.run);
        before.copied().find_map(|id| {
            let StepKind::Copy(copy) = &self.ctx.model.step(id).kind else { return None };
            let inside = path::below(copy.destination.path.as_deref()?, directory)?;
            let names = self.names(id, copy, inside);
            let name = names.iter().find(|name| fits(pattern, name))?;
            self.at(&path::join(directory, name), recursive)
        })
    }

    /// The names that a copy brings into the part `inside` of its destination, where the context shows them.
    fn names(&self, id: StepId, copy: &Copy, inside: &str) -> Vec<String> {
        let Some(context) = self.ctx.context_of(id.stage).filter(|_| copy.from == CopyFrom::Context) else {
            return Vec::new();
        };
        let sources = copy.sources.iter().filter(|source| source.kind == SourceKind::Path);
        let mut names = Vec::new();
        for found in sources.flat_map(|source| context.matches(&source.text).found.clone()) {
            if found.entry.is_directory() {
                let start = path::join(&found.entry.path, inside);
                let start = start.trim_start_matches('/');
                let walk = context.walk(start);
                let root = format!("/{start}");
                let direct = walk.entries.iter().filter_map(|entry| {
                    let path = format!("/{}", entry.path);
                    let name = path::below(root.trim_end_matches('/'), &path).or_else(|| path::below(&root, &path))?;
                    (!name.contains('/') && !name.is_empty()).then(|| name.to_owned())
                });
                names.extend(direct);
            } else if inside.is_empty() {
                names.push(path::file_name(&found.path).to_owned());
            }
        }
        names
    }

    /// `None` if what the copy brings is not root's.
    fn owner_doubts(&self, id: StepId, copy: &Copy, mut doubts: Vec<String>) -> Option<Vec<String>> {
        let step = self.ctx.model.step(id);
        match &copy.chown {
            Some(owner) => {
                let owner = step.scope.expand(owner, step.instruction.escape())?;
                (User::parse(&owner.value) == User::Root && !owner.overridable).then_some(())?;
            }
            None => {
                let User::Other(user) = &self.ctx.model.step(self.run).scope.user else { return None };
                match owned(self.ctx.model, copy, user) {
                    Owned::Decided => return None,
                    Owned::Doubtful(why) | Owned::Divided(why) => doubts.push(why),
                    // Programs such as tar may make files for others.
                    Owned::ByRoot if copy.from != CopyFrom::Context => doubts.push(
                        "the file keeps the owner that it has in the stage that it comes from, where nothing but the \
                         user of the stage says that it is root's"
                            .to_owned(),
                    ),
                    Owned::ByRoot => {}
                }
            }
        }
        Some(doubts)
    }

    /// What the steps between the copy and the change do to the path: `None` if it may be somebody else's by then.
    fn still_there(&self, mut broken: Broken, change: &Change<'_>) -> Option<Broken> {
        let question = Question { path: self.asked(&broken), old: 0o644, wanted: 0 };
        let between: Vec<StepId> =
            self.history.iter().copied().filter(|id| *id > broken.copy && *id < self.run).collect();
        let found = effects(self.ctx.model, &between, &question);
        if found.owner_changed
            || found.replaced
            || (broken.file.is_none() && self.removes_below(question.path, &between))
        {
            return None;
        }
        let step = self.ctx.model.step(self.run);
        if let (StepKind::Run(run), Some(command)) = (&step.kind, change.command)
            && let Some(script) = run.script()
        {
            let before = effects_before(script, &command.words[0], &step.scope, &question);
            if before.replaced {
                return None;
            }
        }
        let name = path::file_name(&broken.path).to_owned();
        if broken.guessed && self.may_be_made(&name, &between, change) {
            return None;
        }
        let runs = between.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Run(run) => Some(run),
            _ => None,
        });
        for run in runs {
            let only_changes = read(run).is_some_and(|reading| reading.alone);
            if broken.file.is_some() && run.mentions(&name) && !only_changes {
                broken.doubts.push("a RUN in between names the file, and may have written it anew".to_owned());
            } else if runs_scripts(run) {
                broken.doubts.push("a script that runs in between may have given it away".to_owned());
            }
        }
        broken.doubts.dedup();
        Some(broken)
    }

    /// Whether a RUN names what is only guessed to be copied, so that it may as well have made it.
    fn may_be_made(&self, name: &str, between: &[StepId], change: &Change<'_>) -> bool {
        let named = |id: &StepId| match &self.ctx.model.step(*id).kind {
            StepKind::Run(run) => run.mentions(name) && !read(run).is_some_and(|reading| reading.alone),
            _ => false,
        };
        let start = self.ctx.model.step(self.run).instruction.span().start;
        let in_front = change.command.map_or("", |command| &self.ctx.dockerfile.text()[start..command.span.start]);
        between.iter().any(named) || in_front.contains(name)
    }

    /// Whether a RUN may take away what lies in a directory, so that nothing that was copied is left there.
    fn removes_below(&self, directory: &str, between: &[StepId]) -> bool {
        const REMOVERS: [&str; 5] = ["rm", "mv", "find", "git", "unlink"];
        between.iter().chain([&self.run]).any(|id| {
            let step = self.ctx.model.step(*id);
            let StepKind::Run(run) = &step.kind else { return false };
            let Some(commands) = run.steps() else { return matches!(run.command, RunCommand::Shell(_)) };
            commands.iter().any(|command| {
                let removes = command.command.name().is_some_and(|name| REMOVERS.contains(&path::file_name(name)));
                let base = working_directory(&step.scope, &command.directory);
                let touches = |word: &Word| match word.resolve(|name| step.scope.variable(name)) {
                    Some(option) if option.starts_with('-') => false,
                    Some(value) if value.starts_with('/') || base.is_some() => {
                        let found = path::absolute(base.as_deref().unwrap_or("/"), &value);
                        path::below(directory, &found).is_some() || path::below(&found, directory).is_some()
                    }
                    _ => true,
                };
                removes && command.command.arguments().iter().any(touches)
            })
        })
    }

    /// The path whose owner has to stay: that of what the copy brings.
    fn asked<'b>(&self, broken: &'b Broken) -> &'b str
    where
        'a: 'b,
    {
        let StepKind::Copy(copy) = &self.ctx.model.step(broken.copy).kind else { return &broken.path };
        match copy.destination.path.as_deref() {
            Some(destination) if path::below(&broken.path, destination).is_some() => destination,
            _ => &broken.path,
        }
    }
}

/// Where `--mount` puts something over the files of the image. A target that is not known covers everything.
fn mounted(ctx: &RuleContext<'_>, run: StepId) -> Vec<String> {
    let step = ctx.model.step(run);
    let mounts = RunInstruction::cast(&step.instruction).map(|run| run.mounts()).unwrap_or_default();
    let target = |options: &Vec<MountOption>| {
        let target = options.iter().find(|option| matches!(option.key.as_str(), "target" | "dst" | "destination"))?;
        let value = step.scope.expand(target.value.as_deref()?, step.instruction.escape());
        Some(value.and_then(|value| step.scope.absolute(&value.value)).unwrap_or_else(|| "/".to_owned()))
    };
    mounts.iter().filter_map(target).collect()
}

/// Whether ADD unpacks something there, whose owners the archive has, or fetches a repository.
fn unpacks(copy: &Copy) -> bool {
    let endings = [".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst"];
    copy.add
        && copy.sources.iter().any(|source| {
            let name = source.text.to_ascii_lowercase();
            matches!(source.kind, SourceKind::Git | SourceKind::Unknown)
                || endings.iter().any(|ending| name.ends_with(ending))
        })
}

fn may_be_directory(source: &str) -> bool {
    let name = path::file_name(source);
    matches!(source, "." | "./" | "/" | "") || source.ends_with('/') || !name.contains('.')
}

/// Whether a RUN starts a program whose work nobody can see here: a script, or make.
fn runs_scripts(run: &Run) -> bool {
    let starts = |words: &[Word]| {
        let Some(first) = words.first().and_then(Word::literal) else { return false };
        let interpreter = matches!(path::file_name(first), "sh" | "bash" | "ash" | "dash" | "." | "source" | "make");
        let local = first.contains('/') && !first.starts_with("/usr/") && !first.starts_with("/bin/");
        interpreter || local
    };
    match &run.command {
        RunCommand::Exec(words) => starts(words),
        RunCommand::Foreign => true,
        RunCommand::Shell(_) => match run.steps() {
            Some(steps) => steps.iter().any(|step| starts(&step.command.words)),
            None => true,
        },
    }
}

/// Whether a name fits a pattern of the shell with `*` and `?`; a leading dot has to be written out.
fn fits(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for part in pattern {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            let step = at > 0 && reached[at - 1];
            next[at] = match part {
                '*' => reached[at] || (at > 0 && next[at - 1]),
                '?' => step,
                _ => step && name[at - 1] == part,
            };
        }
        reached = next;
    }
    reached[name.len()]
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn fits_patterns_as_a_shell_does() {
        for (pattern, name, expected) in [
            ("*.sh", "run.sh", true),
            ("*.sh", "run.py", false),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("a?c*", "abcdef", true),
            ("a?c", "ac", false),
            ("*a*b*", "xaxbx", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
