//! Copied files that are run directly.

use super::names;
use super::needs::{Need, Use, bytes, copied_mode, missing_elsewhere};
use crate::context::Entry;
use crate::model::effects::{Question, effects, effects_before, working_directory};
use crate::model::landing::{Landed, Landing, Origin};
use crate::model::{Base, Copy, CopyFrom, Process, Run, RunCommand, Scope, StepId, StepKind, directly_run, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::shell::{Script, Word};
use crate::syntax::{Instruction, MountOption, RunInstruction};
use crate::text::Span;

/// A program that something starts.
struct Program<'a> {
    /// Candidates for where it lies: one path, or its name in every directory of the search path.
    paths: Vec<String>,
    word: &'a Word,
    by: Starter<'a>,
}

/// What starts a program.
#[derive(Clone, Copy)]
struct Starter<'a> {
    /// ENTRYPOINT, CMD, HEALTHCHECK or RUN.
    name: &'static str,
    span: Span,
    /// The commands among which the program stands, if a shell runs them.
    script: Option<&'a Script>,
    /// What holds there.
    scope: &'a Scope,
    /// The steps that have run when it is started.
    history: &'a [StepId],
    /// Whether the container's first process is the program itself, so that no shell takes a file that the kernel refuses.
    by_kernel: bool,
}

/// Files that stage `stage` runs, or that its containers run.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let mut found = Vec::new();
    let history = ctx.model.history(stage);
    // What a RUN starts can only be a copied file if a copy stands in front of it; the others need not be parsed.
    let is_copy = |id: &StepId| matches!(ctx.model.step(*id).kind, StepKind::Copy(_));
    let Some(first_copy) = history.iter().position(is_copy) else { return found };
    for (position, id) in history.iter().enumerate().skip(first_copy) {
        let step = ctx.model.step(*id);
        if let StepKind::Run(run) = &step.kind
            && id.stage == stage
        {
            let mounted = mounted(&step.instruction, &step.scope);
            let by = Starter {
                name: "RUN",
                span: step.span(),
                script: run.script(),
                scope: &step.scope,
                history: &history[..position],
                by_kernel: false,
            };
            for program in run_programs(run, by) {
                // What a mount covers is not the file that was copied.
                if program.paths.iter().any(|path| mounted.iter().any(|mount| path::below(mount, path).is_some())) {
                    continue;
                }
                found.extend(need(ctx, &program));
            }
        }
    }
    for process in processes(ctx, stage, &history) {
        let scope = &ctx.model.stages[stage].end;
        let by = Starter {
            name: process.kind.name(),
            span: process.span,
            script: process.script.as_ref(),
            scope,
            history: &history,
            by_kernel: process.words.is_some(),
        };
        for (word, directory) in process.programs() {
            let directory = working_directory(scope, &directory);
            let Some(paths) = candidates(word, scope, directory.as_deref()) else { continue };
            found.extend(need(ctx, &Program { paths, word, by }));
        }
    }
    found
}

/// Where `--mount` puts something over the files of the image. A target that is not known covers everything.
fn mounted(instruction: &Instruction, scope: &Scope) -> Vec<String> {
    let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
    let target = |options: &Vec<MountOption>| {
        let target = options.iter().find(|option| matches!(option.key.as_str(), "target" | "dst" | "destination"))?;
        let value = scope.expand(target.value.as_deref()?, instruction.escape());
        Some(value.and_then(|value| scope.absolute(&value.value)).unwrap_or_else(|| "/".to_owned()))
    };
    mounts.iter().filter_map(target).collect()
}

fn run_programs<'a>(run: &'a Run, by: Starter<'a>) -> Vec<Program<'a>> {
    let scope = by.scope;
    let program = |word: &'a Word, directory: Option<&str>| {
        let paths = candidates(word, scope, directory)?;
        Some(Program { paths, word, by })
    };
    match &run.command {
        RunCommand::Exec(words) => {
            directly_run(words).and_then(|word| program(word, scope.workdir.as_deref())).into_iter().collect()
        }
        RunCommand::Foreign => Vec::new(),
        RunCommand::Shell(_) => {
            let steps = run.steps().unwrap_or_default();
            let words = steps.iter().filter_map(|step| {
                let word = directly_run(&step.command.words)?;
                if word
                    .literal()
                    .is_some_and(|name| run.mentions(&format!("{name}()")) || run.mentions(&format!("{name} ()")))
                {
                    return None;
                }
                program(word, working_directory(scope, &step.directory).as_deref())
            });
            words.collect()
        }
    }
}

/// What shells do themselves, whatever lies in the search path.
const BUILTINS: [&str; 24] = [
    ":", ".", "[", "alias", "cd", "command", "echo", "eval", "exec", "exit", "export", "false", "kill", "printf",
    "pwd", "read", "set", "shift", "source", "test", "true", "type", "umask", "wait",
];

/// Where the program of `word` may lie.
fn candidates(word: &Word, scope: &Scope, directory: Option<&str>) -> Option<Vec<String>> {
    let value = word.resolve(|name| scope.variable(name))?;
    if value.starts_with('/') {
        return Some(vec![path::absolute("/", &value)]);
    }
    if value.contains('/') {
        return directory.map(|directory| vec![path::absolute(directory, &value)]);
    }
    if BUILTINS.contains(&value.as_str()) {
        return None;
    }
    Some(scope.search_path().iter().map(|directory| path::join(directory, &value)).collect())
}

/// What a container of the stage runs: the last ENTRYPOINT, HEALTHCHECK, and CMD if it is a command of its own.
fn processes<'a>(ctx: &'a RuleContext<'_>, stage: usize, history: &[StepId]) -> Vec<&'a Process> {
    let is_final = ctx.model.final_stages().contains(&stage);
    let own = |id: &&StepId| is_final || id.stage == stage;
    let mut entrypoint = None;
    let mut command = None;
    let mut healthcheck = None;
    for id in history.iter().filter(own) {
        match &ctx.model.step(*id).kind {
            StepKind::Entrypoint(process) => {
                // ENTRYPOINT resets a CMD that an image below has, but not one of the same stage.
                entrypoint = Some(process);
            }
            StepKind::Cmd(process) => command = Some(process),
            StepKind::Healthcheck(process) => healthcheck = process.as_ref(),
            _ => {}
        }
    }
    // Behind an ENTRYPOINT, CMD is a list of arguments, except for one that runs its arguments.
    let runs_arguments = match entrypoint {
        Some(entrypoint) => hands_over(ctx, stage, history, entrypoint),
        None => !begins_with_interpreter(ctx, stage),
    };
    entrypoint.into_iter().chain(command.filter(|_| runs_arguments)).chain(healthcheck).collect()
}

/// Whether the base image has an ENTRYPOINT that interprets what CMD names.
fn begins_with_interpreter(ctx: &RuleContext<'_>, stage: usize) -> bool {
    match &ctx.model.stages[ctx.model.lineage(stage)[0]].base {
        Base::Image(reference) => reference.known().is_some_and(|known| known.interpreter),
        _ => false,
    }
}

/// Whether an ENTRYPOINT runs its arguments: it is nothing but a wrapper such as `tini --`, or a script with `exec "$@"`.
fn hands_over(ctx: &RuleContext<'_>, stage: usize, history: &[StepId], entrypoint: &Process) -> bool {
    let Some(words) = &entrypoint.words else { return false };
    if words.is_empty() || directly_run(words).is_none() {
        return true;
    }
    let scope = &ctx.model.stages[stage].end;
    let (Some(context), Some(script)) = (ctx.build_context, words.last()) else { return false };
    let Some(paths) = candidates(script, scope, scope.workdir.as_deref()) else { return false };
    let landing = Landing::new(ctx.model, ctx.build_context);
    let landed = paths.iter().find_map(|path| landing.writer(history, path));
    match landed.map(|landed| landed.origin) {
        Some(Origin::File(entry)) => reads_exec_arguments(context.root().join(&entry.path).as_path(), &entry),
        _ => false,
    }
}

/// Whether a script ends in `exec "$@"`. Only small files are read: a script is one.
fn reads_exec_arguments(file: &std::path::Path, entry: &Entry) -> bool {
    const LIMIT: u64 = 64 * 1024;
    entry.size <= LIMIT
        && std::fs::read(file).is_ok_and(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            text.lines().any(|line| line.trim_start().starts_with("exec ") && line.contains("\"$@\""))
        })
}

fn need(ctx: &RuleContext<'_>, program: &Program<'_>) -> Option<Need> {
    let by = &program.by;
    let landing = Landing::new(ctx.model, ctx.build_context);
    let landed = program.paths.iter().find_map(|path| landing.writer(by.history, path))?;
    let step = ctx.model.step(landed.copy);
    let StepKind::Copy(copy) = &step.kind else { return None };
    if copy.chmod.is_some() || step.scope.shell == crate::model::Shell::Foreign {
        return None;
    }
    let mut lacking = lacking(ctx, copy, &landed)?;
    if by.by_kernel && lacking.level != Applicability::Display && !starts_like_program(ctx, &landed.origin) {
        lacking.level = Applicability::Display;
        lacking.doubt = Some("it begins with no `#!` line, so the x bit alone does not make it run".to_owned());
    }
    let question = Question {
        path: &landed.path,
        old: copied_mode(&landed.origin).map_or(0o644, |mode| mode & 0o666),
        wanted: 0o100,
    };
    let after: Vec<StepId> = by.history.iter().copied().filter(|id| *id > landed.copy).collect();
    let seen = effects(ctx.model, &after, &question);
    if seen.mode_given || seen.replaced {
        return None;
    }
    if covered_in_same_script(program, &question) {
        return None;
    }
    let bytes = bytes(&landed);
    Some(Need {
        copy: landed.copy,
        problem: format!("is run directly by {}, and {}", by.name, lacking.problem),
        usage: Use::Execute,
        level: lacking.level,
        doubt: lacking.doubt,
        bytes,
        mode: copied_mode(&landed.origin),
        related: Some((by.span, "run here".to_owned())),
        named: landed.named,
        secret: false,
        path: landed.path,
    })
}

/// Whether a `chmod` stands in front of the program in the very text that starts it.
fn covered_in_same_script(program: &Program<'_>, question: &Question<'_>) -> bool {
    program.by.script.is_some_and(|script| {
        let seen = effects_before(script, program.word, program.by.scope, question);
        seen.mode_given || seen.replaced
    })
}

/// Whether the kernel can run a file: it begins with `#!`, or is a binary. What cannot be looked at counts.
fn starts_like_program(ctx: &RuleContext<'_>, origin: &Origin) -> bool {
    use std::io::Read as _;
    let (Origin::File(entry), Some(context)) = (origin, ctx.build_context) else { return true };
    let mut start = [0; 4];
    let read = std::fs::File::open(context.root().join(&entry.path)).and_then(|mut file| file.read(&mut start));
    read.is_err() || start.starts_with(b"#!") || start == *b"\x7fELF"
}

/// Why a file lacks the x bit.
struct Lacking {
    problem: String,
    level: Applicability,
    doubt: Option<String>,
}

fn lacking(ctx: &RuleContext<'_>, copy: &Copy, landed: &Landed) -> Option<Lacking> {
    let sure = |problem: &str| Some(Lacking { problem: problem.to_owned(), level: Applicability::Safe, doubt: None });
    match &landed.origin {
        Origin::Heredoc => sure("a heredoc makes a file of mode 644"),
        Origin::Download => sure("a file that ADD downloads has mode 600"),
        Origin::File(entry) if !matches!(copy.from, CopyFrom::Elsewhere) => lacking_file(ctx, copy, landed, entry),
        Origin::File(_) | Origin::Elsewhere => None,
        Origin::Unseen if copy.from == CopyFrom::Context => Some(Lacking {
            problem: "nothing says that it has the x bit".to_owned(),
            level: Applicability::Unsafe,
            doubt: Some("no build context is known, so the mode of the file is a guess".to_owned()),
        }),
        Origin::Perhaps if copy.from == CopyFrom::Context && names::looks_like_script(&landed.path) => Some(Lacking {
            problem: "nothing says that it has the x bit".to_owned(),
            level: Applicability::Display,
            doubt: Some("no build context is known, so nobody can tell whether this copy brings it".to_owned()),
        }),
        Origin::Unseen | Origin::Perhaps => None,
    }
}

fn lacking_file(ctx: &RuleContext<'_>, copy: &Copy, landed: &Landed, entry: &Entry) -> Option<Lacking> {
    let on_disk = entry.mode.map(|mode| mode & 0o111 != 0);
    let problem = match (on_disk, entry.executable_in_git()) {
        (Some(false), Some(true)) => {
            format!("lacks the x bit on disk (mode {}), though git records 100755", octal(entry))
        }
        (Some(false), _) => format!("lacks the x bit (mode {} on disk)", octal(entry)),
        (Some(true), Some(false)) => {
            "is executable here, but git records 100644: a checkout elsewhere loses the x bit".to_owned()
        }
        (None, Some(false)) => "git records 100644, so a checkout has no x bit".to_owned(),
        _ => return None,
    };
    // A file of another stage may have been changed there; only what provably arrives without x counts.
    if let CopyFrom::Stage(stage) = copy.from {
        let all = ctx.model.history(stage);
        let question = Question { path: &landed.path, old: 0o644, wanted: 0o100 };
        let touched = all.iter().any(|id| match &ctx.model.step(*id).kind {
            StepKind::Run(run) => run.mentions("chmod") || run.mentions(path::file_name(question.path)),
            StepKind::Copy(copy) => copy.chmod.is_some(),
            _ => false,
        });
        if touched {
            return None;
        }
    }
    let (mut level, mut doubt) = missing_elsewhere(entry, landed.named);
    if let CopyFrom::Stage(stage) = copy.from
        && level == Applicability::Safe
        && ctx.model.history(stage).iter().any(|id| matches!(ctx.model.step(*id).kind, StepKind::Run(_)))
    {
        level = Applicability::Unsafe;
        doubt = Some("a RUN of the stage that it comes from may have changed or removed it".to_owned());
    }
    Some(Lacking { problem, level, doubt })
}

fn octal(entry: &Entry) -> String {
    entry.mode.map_or_else(|| "unknown".to_owned(), |mode| format!("{mode:03o}"))
}
