//! `builder-runtime`: an application is compiled in the only stage of a file, and what compiles it is in the image that runs.
//!
//! `entry` says what the container starts, `builds` and `runtimes` which command compiles that and where to, `commands`, `files` and
//! `sources` what else the application may need, `image` what the image says and who builds it, `bases` is the table of runtime images, and `write`
//! makes two stages of the one; `front_end` is about what Node builds. Whatever is not evident is an obstacle, and then nothing is written.

mod bases;
mod builds;
mod commands;
mod entry;
mod files;
mod front_end;
mod image;
mod runtimes;
mod sources;
mod write;

use self::bases::{Asked, RuntimeBase};
use self::entry::{Entry, Start};
use self::files::Files;
use super::{Rule, RuleContext, text_option};
use crate::finding::{Finding, Fix, Target};
use crate::model::installs::{Install, Project};
use crate::model::{Base, ImageReference, Stage, StepId, StepKind, path};
use crate::settings::Applicability;
use crate::syntax::{FromInstruction, Instruction};
use crate::text::Span;

const SLUG: &str = "builder-runtime";

/// How many obstacles are named.
const MOST_NAMED: usize = 5;
/// Texts longer than this are shortened where they are quoted.
const LONGEST_QUOTE: usize = 70;

/// What a RUN that compiles speaks of, for a cheap look.
const COMPILERS: [&str; 9] = ["go", "cargo", "mvn", "gradle", "dotnet", "npm", "yarn", "pnpm", "gradlew"];

/// The rule.
pub static RULE: BuilderRuntime = BuilderRuntime;

/// See `rules/builder-runtime/README.md`.
pub struct BuilderRuntime;

impl Rule for BuilderRuntime {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        findings.extend(look(ctx));
    }
}

/// What is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Go,
    Rust,
    Maven,
    Gradle,
    Dotnet,
}

/// The stage, what is compiled in it, and what is known of the two.
struct Job<'a> {
    ctx: &'a RuleContext<'a>,
    /// Index of the stage.
    id: usize,
    stage: &'a Stage,
    from: FromInstruction,
    language: Language,
    entry: &'a Entry,
    /// The commands that compile.
    compiles: Vec<Install>,
    /// The other commands of package managers.
    fetches: Vec<Install>,
    /// What `cp` and `mv` take, absolute and perhaps a glob, and where they put it.
    copied: Vec<(String, String)>,
    files: Files<'a>,
    base: Option<RuntimeBase>,
    /// The image that the user wants to run on.
    own_base: Option<&'a str>,
    stage_name: &'a str,
    /// The first step behind the last RUN.
    cut: usize,
    obstacles: Vec<String>,
}

/// What there is to say of a file.
fn look(ctx: &RuleContext<'_>) -> Option<Finding> {
    let mut written = ctx.model.stages.iter().enumerate().filter(|(_, stage)| !stage.triggers);
    let (Some((id, stage)), None) = (written.next(), written.next()) else { return None };
    let Base::Image(reference) = &stage.base else { return None };
    if !bases::is_builder(&reference.name) && text_option(ctx.settings, SLUG, "runtime-base").is_empty() {
        return None;
    }
    let speaks =
        |name: &&str| stage.steps.iter().any(|step| matches!(&step.kind, StepKind::Run(run) if run.mentions(name)));
    if stage.windows || !COMPILERS.iter().any(speaks) {
        return None;
    }
    let from = ctx.dockerfile.instructions().iter().find_map(FromInstruction::cast)?;
    let (compiles, fetches): (Vec<Install>, Vec<Install>) =
        ctx.model.installs(id).into_iter().partition(|install| builds::language(install).is_some());
    let language = match compiles.first() {
        Some(first) => builds::language(first)?,
        None => return front_end::front_end(ctx, stage, reference, &from),
    };
    let (entry, why) = match entry::start(stage) {
        Start::Nothing => return None,
        Start::Program(entry) if is_shell(&entry) => return None,
        Start::Program(entry) => (entry, None),
        Start::Unclear(why) => (Entry::default(), Some(why)),
    };
    let step = StepId { stage: id, step: stage.steps.len() };
    let project = ctx.context_of(id).map(|context| Project::new(ctx.model, context, step));
    let last_run = stage.steps.iter().rposition(|step| matches!(step.kind, StepKind::Run(_)))?;
    let mut job = Job {
        ctx,
        id,
        stage,
        from,
        language,
        entry: &entry,
        compiles,
        fetches,
        copied: Vec::new(),
        files: Files::new(project),
        base: None,
        own_base: Some(text_option(ctx.settings, SLUG, "runtime-base")).filter(|image| !image.is_empty()),
        stage_name: Some(text_option(ctx.settings, SLUG, "stage-name"))
            .filter(|name| is_stage_name(name))
            .unwrap_or("build"),
        cut: last_run + 1,
        obstacles: Vec::new(),
    };
    job.obstacles.extend(why.map(str::to_owned));
    Some(job.finding(reference))
}

/// Whether a container starts a shell and nothing in it: an image to work in.
fn is_shell(entry: &Entry) -> bool {
    let name = path::file_name(&entry.program);
    matches!(name, "sh" | "bash" | "ash" | "zsh" | "fish" | "sleep" | "tail")
        && entry.arguments.iter().flatten().all(|word| word != "-c")
}

/// The name for the stage that builds.
fn stage_name<'a>(ctx: &RuleContext<'a>) -> &'a str {
    let chosen = text_option(ctx.settings, SLUG, "stage-name");
    if is_stage_name(chosen) { chosen } else { "build" }
}

fn is_stage_name(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(plain) && name != "scratch"
}

impl Job<'_> {
    /// Notes why nothing can be written.
    fn stop(&mut self, obstacle: impl Into<String>) {
        let obstacle = obstacle.into();
        if !self.obstacles.contains(&obstacle) {
            self.obstacles.push(obstacle);
        }
    }

    fn finding(mut self, builder: &ImageReference) -> Finding {
        self.base = self.choose(builder);
        self.commands();
        let artefact = if self.obstacles.is_empty() || !self.entry.program.is_empty() { self.compiled() } else { None };
        self.surroundings();
        let taken = self.taken();
        let instructions: Vec<Instruction> = self.instructions(&taken).into_iter().cloned().collect();
        self.variables(&instructions.iter().collect::<Vec<_>>(), &taken.set);
        self.below(artefact.as_ref());
        // Looking through the sources costs the most, so it comes last.
        if self.obstacles.is_empty() {
            self.data();
        }
        let image = self.from.image().map(|word| word.text()).unwrap_or_default();
        let message = format!("the image that runs is `{image}`, with the compiler and the sources in it");
        let span = self.from.instruction().span();
        let (Some(artefact), Some(base), true) = (artefact, &self.base, self.obstacles.is_empty()) else {
            let reason = self.obstacles.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join("; ");
            let more = self.obstacles.len().saturating_sub(MOST_NAMED);
            let reason = if more > 0 { format!("{reason}; and {more} more") } else { reason };
            return display(span, message, format!("nothing is written: {reason}"));
        };
        let reason = format!(
            "`{}` is all that is compiled and started, and nothing shows that it needs more; `{}`: {}; what the program asks of the image when it runs is not visible here",
            artefact.from, base.image, base.reason
        );
        let edits = self.edits(&taken, &base.image, &artefact);
        let whole = Span::new(span.start, self.ctx.dockerfile.text().len());
        let fix = Fix {
            title: format!("copy `{}` into a stage of its own on `{}`", artefact.from, base.image),
            edits: edits.into_iter().map(|edit| (Target::Dockerfile, edit)).collect(),
            reads: vec![(Target::Dockerfile, whole)],
        };
        Finding {
            applicability: Applicability::Unsafe,
            fix: Some(fix),
            paths: vec![artefact.to.clone()],
            ..display(span, message, reason)
        }
    }

    /// The image to run on.
    fn choose(&self, builder: &ImageReference) -> Option<RuntimeBase> {
        let asked = Asked { links_nothing: self.links_nothing(), shell: self.entry.shell };
        let Some(own) = self.own_base else { return bases::runtime_base(builder, asked) };
        let known = ImageReference::parse(own).known();
        Some(RuntimeBase {
            image: own.to_owned(),
            shell: known.is_some_and(|known| known.shell),
            zones: false,
            programs: &[],
            obstacle: None,
            reason: "the image that the option `runtime-base` names",
            any_tag: true,
        })
    }

    /// Whether the program links nothing: every command that compiles has CGO_ENABLED=0, by ENV or in front of it.
    fn links_nothing(&self) -> bool {
        if self.language != Language::Go {
            return false;
        }
        self.compiles.iter().all(|install| {
            let step = self.ctx.model.step(install.step);
            let by_scope =
                step.scope.variables.get("CGO_ENABLED").map(|variable| variable.value.as_deref() == Some("0"));
            let StepKind::Run(run) = &step.kind else { return by_scope == Some(true) };
            let steps = run.steps().unwrap_or_default();
            let Some(command) = steps.get(install.command) else { return by_scope == Some(true) };
            let own = command.command.assignments.iter().rev().find(|it| it.name == "CGO_ENABLED");
            let exported = steps[..install.command].iter().rev().find_map(|step| {
                let is_export = step.command.name() == Some("export");
                is_export.then(|| {
                    step.command.arguments().iter().find_map(|word| word.literal()?.strip_prefix("CGO_ENABLED="))
                })?
            });
            let behind_env = command.command.words.iter().find_map(|word| word.literal()?.strip_prefix("CGO_ENABLED="));
            match (own, behind_env.or(exported)) {
                (Some(own), _) => own.value.literal() == Some("0"),
                (None, Some(value)) => value == "0",
                (None, None) => by_scope == Some(true),
            }
        })
    }

    /// What is compiled and started.
    fn compiled(&mut self) -> Option<builds::Artefact> {
        let languages = self.compiles.iter().filter_map(builds::language);
        if languages.into_iter().any(|language| language != self.language) {
            self.stop("it compiles in more than one language");
            return None;
        }
        let tools = ["go", "cargo", "mvn", "mvnw", "gradle", "gradlew", "make"];
        let name = path::file_name(&self.entry.program);
        let watches = name == "dotnet"
            && self.entry.arguments.first().is_some_and(|word| matches!(word.as_deref(), Some("run" | "watch")));
        if tools.contains(&name) || watches {
            self.stop(format!("the container runs the compiler itself: `{name}`"));
            return None;
        }
        match self.artefact(self.entry) {
            Ok(artefact) => {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-/".contains(&byte);
                if !artefact.from.bytes().all(plain) {
                    self.stop(format!("`{}` would have to be quoted", artefact.from));
                }
                self.vanishes(&artefact.from);
                Some(artefact)
            }
            Err(obstacle) => {
                self.stop(obstacle);
                None
            }
        }
    }

    /// Whether what is compiled is not in the image: a mount or a volume lies over it.
    fn vanishes(&mut self, artefact: &str) {
        let covers = |target: &str| path::below(target, artefact).is_some();
        let stage = self.stage;
        for step in &stage.steps {
            if let StepKind::Volume(paths) = &step.kind
                && paths.iter().any(|path| covers(path))
            {
                self.stop(format!("`{artefact}` lies in a VOLUME"));
            }
            let run = crate::syntax::RunInstruction::cast(&step.instruction);
            for mount in run.map(|run| run.mounts()).unwrap_or_default() {
                let target =
                    mount.iter().find(|option| matches!(option.key.as_str(), "target" | "dst" | "destination"));
                let Some(target) = target.and_then(|option| option.value.as_deref()) else { continue };
                let target = step.scope.absolute(target).filter(|_| !target.contains('$'));
                if target.is_none_or(|target| covers(&target)) {
                    self.stop(format!("`{artefact}` may lie in a mount of a RUN, and is gone behind it"));
                }
            }
        }
    }

    /// What stands below the cut, and goes into the runtime stage as it is.
    fn below(&mut self, artefact: Option<&builds::Artefact>) {
        let stage = self.stage;
        for step in &stage.steps[self.cut..] {
            let StepKind::Copy(copy) = &step.kind else { continue };
            let line = self.first_line(&step.outer);
            if copy.sources.iter().any(|source| matches!(source.text.as_str(), "." | "./" | "/")) {
                self.stop(format!("`{line}` brings the sources below what is compiled"));
            }
            let is_number = |owner: &str| {
                owner.split(':').all(|part| part == "root" || part.bytes().all(|byte| byte.is_ascii_digit()))
            };
            if copy.chown.as_deref().is_some_and(|owner| !is_number(owner)) {
                self.stop(format!("`{line}` names an owner that the runtime image may not have"));
            }
            let covers = |artefact: &builds::Artefact| copy.destination.path.as_deref() == Some(artefact.to.as_str());
            if artefact.is_some_and(|artefact| !artefact.directory && covers(artefact)) {
                self.stop(format!("`{line}` writes over what is compiled"));
            }
        }
    }

    /// A piece of the file as one line.
    fn quoted(&self, span: Span) -> String {
        quote(span.of(self.ctx.dockerfile.text()))
    }

    /// An instruction as far as it stands on one line.
    fn first_line(&self, instruction: &Instruction) -> String {
        let text = instruction.span().of(self.ctx.dockerfile.text());
        quote(text.lines().next().unwrap_or_default().trim_end_matches(['\\', ' ']))
    }
}

fn quote(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "\\").collect();
    let mut shown = words.join(" ");
    if shown.len() > LONGEST_QUOTE {
        let end = (0..=LONGEST_QUOTE - 3).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

fn display(span: Span, message: String, reason: String) -> Finding {
    let applicability = Applicability::Display;
    Finding { rule: SLUG, span, message, reason, applicability, paths: Vec::new(), related: Vec::new(), fix: None }
}
