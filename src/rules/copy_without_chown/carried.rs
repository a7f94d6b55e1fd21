//! Files whose owner means more than who may write them: those that are brought to a system directory with it, those
//! that run as it, those that nobody may write, and keys.

use super::commands::{Commands, program, resolve};
use super::landed::Landed;
use super::look::Doubt;
use super::settled::is_system;
use crate::context::BuildContext;
use crate::model::{BuildModel, Copy, CopyFrom, Run, Scope, SourceKind, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::rules::copy_without_chmod::names::is_secret;
use crate::settings::Applicability;
use crate::shell::{Chmod, Directory, Mode, Word, apply_mode};

/// Why the owner should stay as it is.
pub fn doubts(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, landed: &[&Landed]) -> Vec<Doubt> {
    let mut found = Vec::new();
    let commands = Commands::below(ctx.model, id);
    let carries = |to_system: bool| {
        commands.first(|words, scope, directory| {
            landed.iter().any(|landed| carries(words, scope, directory, &landed.path, to_system))
        })
    };
    if let Some(program) = carries(true) {
        let why = format!("`{program}` below brings a file to a system directory, where it has to be root's");
        found.push((Applicability::Display, why));
    } else if let Some(program) = carries(false) {
        found.push((Applicability::Unsafe, format!("`{program}` below carries the owner on")));
    }
    let below = || landed.iter().any(|landed| sets_user_id(&commands, &landed.path));
    let there = || landed.iter().any(|landed| has_user_id(ctx.context_of(id.stage), landed));
    if by_flag(copy).is_some_and(|mode| mode & 0o6000 != 0) || below() || there() || from_stage(ctx.model, copy) {
        let why = "a file with the setuid or setgid bit would run as the user, and not as root any more";
        found.push((Applicability::Display, why.to_owned()));
    }
    if let Some(path) = landed.iter().find_map(|landed| run_by_root(ctx.model, id, &landed.path)) {
        let why = format!("sudo or cron runs `{path}` as root, so whoever could write it would be root");
        found.push((Applicability::Display, why));
    }
    if landed.iter().any(|landed| is_closed(ctx, id, copy, landed)) {
        let why = "a mode says that only the owner may read it, and not who that is to be";
        found.push((Applicability::Unsafe, why.to_owned()));
    }
    found.extend(key(ctx, id, copy, landed));
    found
}

/// The path, if a RUN of a stage with the copy's files speaks of it and of what runs commands as root.
fn run_by_root<'p>(model: &BuildModel, id: StepId, path: &'p str) -> Option<&'p str> {
    let speaks = |run: &Run| {
        let tables = ["sudoers", "doas.conf", "cron"].iter().any(|word| run.mentions(word));
        tables && run.mentions(path) && !only_handled(run, path)
    };
    let above = model.history(id.stage).into_iter().filter_map(|step| match &model.step(step).kind {
        StepKind::Run(run) => Some(run),
        _ => None,
    });
    let found = above.into_iter().any(speaks) || Commands::below(model, id).runs().any(speaks);
    found.then_some(path)
}

/// Whether a RUN speaks of the path only where it copies it, or changes its mode.
fn only_handled(run: &Run, path: &str) -> bool {
    let steps = run.steps().unwrap_or_default();
    let mut naming =
        steps.iter().filter(|step| step.command.words.iter().any(|word| word.raw.contains(path))).peekable();
    let handles = |words: &[Word]| {
        matches!(program(words), Some("cp" | "install" | "mv" | "ln" | "chmod" | "sed" | "test" | "["))
    };
    naming.peek().is_some() && naming.all(|step| handles(&step.command.words))
}

/// Whether a mode that somebody wrote closes it for everybody but its owner.
fn is_closed(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, landed: &Landed) -> bool {
    gets_mode(ctx, id, copy, landed, &|mode| mode & 0o077 == 0)
}

/// Whether nobody may write it, as its mode says: by `--chmod`, or by a `chmod` below.
pub fn is_read_only(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, landed: &Landed) -> bool {
    gets_mode(ctx, id, copy, landed, &|mode| mode & 0o222 == 0)
}

/// Whether `--chmod`, or a `chmod` below, gives it a mode of which `is` says yes.
fn gets_mode(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, landed: &Landed, is: &dyn Fn(u32) -> bool) -> bool {
    let whole = landed.directory != Some(false);
    let sets = |words: &[Word], scope: &Scope, directory: &Directory<'_>| {
        sets_mode(words, scope, directory, &landed.path, whole, is)
    };
    by_flag(copy).is_some_and(is) || Commands::below(ctx.model, id).first(sets).is_some()
}

fn by_flag(copy: &Copy) -> Option<u32> {
    u32::from_str_radix(copy.chmod.as_deref()?, 8).ok()
}

/// Whether a command brings what lies at `path` elsewhere, with its owner.
fn carries(words: &[Word], scope: &Scope, directory: &Directory<'_>, path: &str, to_system: bool) -> bool {
    let short = |letter: char| {
        words.iter().any(|word| word.raw.starts_with('-') && !word.raw.starts_with("--") && word.raw.contains(letter))
    };
    let long = |option: &str| words.iter().any(|word| word.raw.starts_with(option));
    let keeps = match program(words) {
        Some("cp") => short('a') || short('p') || long("--preserve") || long("--archive"),
        Some("rsync") => short('a') || short('o') || long("--archive") || long("--owner"),
        // A link in a system directory counts as the file that it leads to; elsewhere it carries nothing on.
        Some("ln") => to_system,
        Some("mv") => to_system,
        Some("tar") if !to_system => words.get(1).is_some_and(|word| word.raw.trim_start_matches('-').contains('c')),
        Some("dpkg-deb" | "rpmbuild" | "fpm" | "mksquashfs" | "cpio") => return !to_system,
        _ => false,
    };
    if !keeps {
        return false;
    }
    let operands: Vec<&Word> = words.iter().skip(1).filter(|word| !word.raw.starts_with('-')).collect();
    let Some((target, sources)) = operands.split_last() else { return false };
    let meant = |word: &&&Word| {
        let raw = word.raw.trim_end_matches(['*', '.', '/']);
        let word = Word::plain(if raw.is_empty() { "." } else { raw }, word.span);
        resolve(&word, scope, directory)
            .is_some_and(|source| path::below(path, &source).is_some() || path::below(&source, path).is_some())
    };
    let all = || operands.iter().any(|word| meant(&word));
    if !to_system {
        return all();
    }
    let system = resolve(target, scope, directory).is_some_and(|target| is_system(&target) && target != "/");
    system && sources.iter().any(|word| meant(&word))
}

/// Whether a command gives the setuid or setgid bit to something that the copy brings.
fn sets_user_id(commands: &Commands<'_>, path: &str) -> bool {
    let is = |words: &[Word], scope: &Scope, directory: &Directory<'_>| {
        let Some(chmod) = chmod(words) else { return false };
        let special = match &chmod.mode {
            Mode::Octal(mode) => mode & 0o6000 != 0,
            Mode::Symbolic(mode) => apply_mode(mode, 0o755, false).is_some_and(|mode| mode & 0o6000 != 0),
            Mode::Reference | Mode::Unknown => false,
        };
        special
            && chmod
                .paths
                .iter()
                .any(|word| resolve(word, scope, directory).is_some_and(|target| path::below(path, &target).is_some()))
    };
    commands.first(is).is_some()
}

/// Whether a command gives `path`, with all that is in it, a mode of which `is` says yes.
fn sets_mode(
    words: &[Word],
    scope: &Scope,
    directory: &Directory<'_>,
    path: &str,
    whole: bool,
    is: &dyn Fn(u32) -> bool,
) -> bool {
    let Some(chmod) = chmod(words) else { return false };
    let fits = match &chmod.mode {
        Mode::Octal(mode) => is(*mode),
        Mode::Symbolic(mode) => apply_mode(mode, 0o755, false).is_some_and(is),
        Mode::Reference | Mode::Unknown => false,
    };
    fits && (chmod.recursive || !whole)
        && chmod.paths.iter().any(|word| {
            let reached = |target: String| match chmod.recursive {
                true => path::below(&target, path).is_some(),
                false => target == path,
            };
            resolve(word, scope, directory).is_some_and(reached)
        })
}

fn chmod(words: &[Word]) -> Option<Chmod<'_>> {
    let invocation = crate::shell::invocation(words)?;
    let name = words[invocation.program].literal().map(path::file_name);
    (name == Some("chmod")).then(|| Chmod::new(&words[invocation.program + 1..])).flatten()
}

/// Whether the file has the setuid or setgid bit, or a directory holds one that does.
fn has_user_id(context: Option<&BuildContext>, landed: &Landed) -> bool {
    let (Some(context), Some(path)) = (context, &landed.in_context) else { return false };
    let special = |mode: Option<u32>| mode.is_some_and(|mode| mode & 0o6000 != 0);
    if landed.directory == Some(true) {
        // The group of a directory with the setgid bit is the group of what is made in it.
        return context.walk(path).entries.iter().any(|entry| special(entry.mode));
    }
    context.entry(path).is_some_and(|entry| special(entry.mode))
}

/// Whether the stage that the files come from gives one of them the setuid or setgid bit.
fn from_stage(model: &BuildModel, copy: &Copy) -> bool {
    let CopyFrom::Stage(stage) = copy.from else { return false };
    let commands = Commands::of(model, stage);
    let sources = copy.sources.iter().filter(|source| source.kind == SourceKind::Path);
    sources.into_iter().any(|source| sets_user_id(&commands, &path::absolute("/", &source.text)))
}

/// Whether the copy names a private key that only its owner may read, or may do so.
fn key(ctx: &RuleContext<'_>, id: StepId, copy: &Copy, landed: &[&Landed]) -> Option<Doubt> {
    if copy.from != CopyFrom::Context {
        return None;
    }
    let why = |path: &str| {
        format!("`{path}` looks like a secret: give it to the container when it starts, and not to the image")
    };
    let found = landed.iter().find(|landed| landed.directory == Some(false) && is_secret(&landed.path))?;
    let mode = ctx
        .context_of(id.stage)
        .zip(found.in_context.as_deref())
        .and_then(|(context, path)| context.entry(path))
        .and_then(|entry| entry.mode);
    match mode {
        Some(mode) if mode & 0o044 != 0 => None,
        Some(_) => Some((Applicability::Display, why(&found.path))),
        None => Some((Applicability::Unsafe, why(&found.path))),
    }
}
