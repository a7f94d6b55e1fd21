//! One Dockerfile from its text to its findings and its new text. Reads the build context, writes nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::gain;
use super::interview::{Interview, Place};
use super::names::Names;
use super::scope::Scope;
use crate::context::compose::{Build, BuildFiles};
use crate::context::{self, BuildContext, Certainty, Located, Repositories};
use crate::files::Found;
use crate::finding::Finding;
use crate::fix::{self, Checker, Proposal, Reported, Texts};
use crate::model::cache::Gain;
use crate::model::{BuildModel, CopyFrom, ImageReference, SourceKind, StepKind};
use crate::report::Problem;
use crate::rules::{self, Registered, RuleContext};
use crate::settings::{Applicability, Settings};
use crate::syntax::{Dockerfile, Instruction, SyntaxKind};
use crate::text::{LineIndex, Span};

/// What was written before anything was.
static NOTHING: BTreeSet<&str> = BTreeSet::new();

/// What no Dockerfile holds where an instruction begins, and Jinja, Go templates, Helm, Mustache and ERB all do.
const TEMPLATE_MARKS: [&str; 3] = ["{{", "{%", "<%"];

/// What there is to know about a Dockerfile before it is looked at.
pub struct Input<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it is, absolute and without links; `None` for standard input.
    pub path: Option<&'a Path>,
    /// The build context that the user named, absolute and without links.
    pub context: Option<&'a Path>,
    /// The repositories that were read so far.
    pub repositories: &'a Repositories,
    /// The compose and bake files that were read so far.
    pub build_files: &'a BuildFiles,
    /// What the user decided.
    pub settings: &'a Settings,
    /// Whether anybody reads what fixes give.
    pub gains: bool,
    /// Which part of the file is asked for.
    pub scope: &'a Scope,
    /// Who is asked about each fix, the unsafe ones included; otherwise those are written that the settings ask for.
    pub interview: Option<Interviewed<'a>>,
}

/// Who is asked about the fixes of a file, and what it takes to ask.
#[derive(Clone, Copy)]
pub struct Interviewed<'a> {
    /// Who.
    pub interview: &'a Interview,
    /// How files are called.
    pub names: &'a Names,
    /// The file.
    pub found: &'a Found,
}

/// What came of it.
pub enum Analysis {
    /// It cannot be worked on.
    Problems(Vec<Problem>),
    /// It is a template for Dockerfiles; the number of the line that says so.
    Template(usize),
    /// It was understood.
    Done(Understood),
}

/// Findings and new texts.
#[derive(Default)]
pub struct Understood {
    /// The Dockerfile's new text.
    pub dockerfile: String,
    /// The ignore file: its path, its text before, its text after.
    pub dockerignore: Option<(PathBuf, Option<String>, String)>,
    /// What was found, with places in the text that was read.
    pub findings: Vec<Reported>,
    /// Fixes that were taken back, each a sentence that names its rule.
    pub bugs: Vec<String>,
    /// Comments that mean nothing to dockfix, and the like.
    pub warnings: Vec<Problem>,
    /// The build context, where one is known.
    pub context: Option<PathBuf>,
    /// The builds that name the file.
    pub builds: Vec<Arc<Build>>,
}

/// Looks at one Dockerfile.
#[must_use]
pub fn analyse(input: &Input<'_>) -> Analysis {
    let dockerfile = Dockerfile::parse(input.text);
    let instructions = dockerfile.instructions();
    if let Some(at) = template_mark(input.text, &instructions) {
        return Analysis::Template(LineIndex::new(input.text).line(at));
    }
    let problems = syntax_problems(&dockerfile);
    if !problems.is_empty() {
        return Analysis::Problems(problems);
    }
    let changed = match input.path.map(|path| input.scope.changed(path, &dockerfile, input.repositories)).transpose() {
        Ok(changed) => changed.flatten(),
        Err(error) => return Analysis::Problems(vec![Problem::new(error.message, error.help)]),
    };
    if changed.as_ref().is_some_and(Vec::is_empty) {
        return Analysis::Done(Understood { dockerfile: input.text.to_owned(), ..Understood::default() });
    }
    run_rules(input, dockerfile, changed)
}

/// The syntax tree of `text`, for people, and what is wrong with its syntax.
#[must_use]
pub fn tree(text: &str) -> (String, Vec<Problem>) {
    let dockerfile = Dockerfile::parse(text);
    let problems = syntax_problems(&dockerfile);
    (dockerfile.dump(), problems)
}

fn run_rules(input: &Input<'_>, dockerfile: Dockerfile, changed: Option<Vec<Span>>) -> Analysis {
    let model = BuildModel::new(&dockerfile);
    let builds = input.path.map(|path| input.build_files.of(path, input.repositories)).unwrap_or_default();
    let (located, warning) = match build_context(input, &builds, &model) {
        Ok(located) => (located, None),
        Err(error) => (None, Some(error)),
    };
    let context_is_certain = located.as_ref().is_none_or(|(_, certain)| *certain);
    let context = located.map(|(context, _)| context);
    let sharing = context.as_ref().map(|context| input.build_files.sharing(context.root(), input.repositories));
    let sharing = sharing.unwrap_or_default();
    let ignore_file = context.as_ref().and_then(BuildContext::ignore_file);
    let before = ignore_file.map(|file| file.text().to_owned());
    // The ignore file that is there, or the one that every builder reads.
    let new_file = || context.as_ref().map(|context| context.root().join(".dockerignore"));
    let ignore_path = ignore_file.map(|file| file.path().to_owned()).or_else(new_file);
    let texts = Texts { dockerfile: input.text.to_owned(), dockerignore: before.clone() };
    let rules = rules::selected(input.settings);
    let checker = RuleChecker {
        rules,
        path: input.path,
        context: context.as_ref(),
        context_is_certain,
        builds: &builds,
        sharing: &sharing,
        settings: input.settings,
        gains: input.gains,
        text: input.text,
        model: &model,
        changed,
        interview: input.interview,
        ignore_path: ignore_path.as_deref(),
        ignore_text: before.as_deref(),
    };
    let lowest = if input.interview.is_some() { Applicability::Unsafe } else { input.settings.lowest_written() };
    let outcome = fix::run_parsed(texts, dockerfile, &checker, lowest);
    let after = outcome.texts.dockerignore.filter(|after| before.as_ref() != Some(after));
    let dockerignore = after.and_then(|after| Some((ignore_path?, before, after)));
    let index = LineIndex::new(input.text);
    let warnings =
        outcome.warnings.iter().map(|warning| at(input.text, &index, warning.span, &warning.message, &warning.help));
    Analysis::Done(Understood {
        dockerfile: outcome.texts.dockerfile,
        dockerignore,
        findings: outcome.findings,
        bugs: outcome.bugs.iter().map(|bug| format!("{}: {}: {}", bug.rule, bug.title, bug.message)).collect(),
        warnings: warnings.chain(warning).collect(),
        context: context.as_ref().map(|context| context.root().to_owned()),
        builds,
    })
}

/// Runs the selected rules on a state of the texts.
struct RuleChecker<'a> {
    rules: Vec<&'static Registered>,
    path: Option<&'a Path>,
    context: Option<&'a BuildContext>,
    context_is_certain: bool,
    builds: &'a [Arc<Build>],
    sharing: &'a [PathBuf],
    settings: &'a Settings,
    gains: bool,
    /// The text that was read, and the model of it.
    text: &'a str,
    model: &'a BuildModel,
    /// The instructions of that text that are asked for, where not all of them are.
    changed: Option<Vec<Span>>,
    interview: Option<Interviewed<'a>>,
    /// The ignore file that fixes write to, and what it held at first.
    ignore_path: Option<&'a Path>,
    ignore_text: Option<&'a str>,
}

impl<'a> RuleChecker<'a> {
    /// The context with an ignore file that is not written yet; `None` where it is as it was.
    fn planned(&self, dockerignore: Option<&str>) -> Option<BuildContext> {
        let text = dockerignore.filter(|text| self.ignore_text != Some(text))?;
        Some(self.context?.with_ignore_file(self.ignore_path?, text, &self.settings.builders))
    }

    fn look_at<'c>(
        &'c self,
        dockerfile: &'c Dockerfile,
        model: &'c BuildModel,
        context: Option<&'c BuildContext>,
        dockerignore: Option<&'c str>,
        written: &'c BTreeSet<&'static str>,
    ) -> RuleContext<'c>
    where
        'a: 'c,
    {
        RuleContext {
            dockerfile,
            path: self.path,
            model,
            build_context: context.or(self.context),
            context_is_certain: self.context_is_certain,
            builds: self.builds,
            sharing: self.sharing,
            dockerignore,
            settings: self.settings,
            written,
            shared: rules::Shared::default(),
        }
    }
}

impl Checker for RuleChecker<'_> {
    fn check(
        &self,
        dockerfile: &Dockerfile,
        dockerignore: Option<&str>,
        written: &BTreeSet<&'static str>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let changed = (dockerfile.text() != self.text).then(|| BuildModel::new(dockerfile));
        let (model, planned) = (changed.as_ref().unwrap_or(self.model), self.planned(dockerignore));
        let ctx = self.look_at(dockerfile, model, planned.as_ref(), dockerignore, written);
        for registered in &self.rules {
            registered.check(&ctx, &mut findings);
        }
        findings
    }

    fn is_asked(&self, finding: &Finding) -> bool {
        let Some(changed) = &self.changed else { return true };
        let mut places = std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span));
        places.any(|place| changed.iter().any(|instruction| instruction.conflicts(place)))
    }

    fn asks_by_place(&self) -> bool {
        self.changed.is_some()
    }

    fn is_wanted(&self, proposal: &Proposal<'_>) -> bool {
        self.interview.is_none_or(|Interviewed { interview, names, found }| {
            interview.takes(proposal, &Place { names, found, text: self.text, ignore_file: self.ignore_path })
        })
    }

    fn asks_for_fixes(&self) -> bool {
        self.interview.is_some()
    }

    fn gain(&self, finding: &Finding, dockerfile: &Dockerfile, texts: &Texts) -> Option<Gain> {
        let registered = self.rules.iter().find(|registered| registered.meta.slug == finding.rule)?;
        let fix = finding.fix.as_ref().filter(|_| self.gains)?;
        let changed = (dockerfile.text() != self.text).then(|| BuildModel::new(dockerfile));
        let (model, dockerignore) = (changed.as_ref().unwrap_or(self.model), texts.dockerignore.as_deref());
        let planned = self.planned(dockerignore);
        let ctx = self.look_at(dockerfile, model, planned.as_ref(), dockerignore, &NOTHING);
        gain::of(&ctx, texts, finding, fix, registered.rule)
    }

    fn base_user(&self, image: &str) -> Option<String> {
        ImageReference::parse(image).known().map(|known| known.user.to_owned())
    }
}

/// What the COPY and ADD instructions take from the context. An ONBUILD trigger takes its sources from that of another build.
pub fn context_sources(model: &BuildModel) -> Vec<String> {
    let steps = model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps);
    let copies = steps.filter_map(|step| match &step.kind {
        StepKind::Copy(copy) if copy.from == CopyFrom::Context => Some(copy),
        _ => None,
    });
    let sources = copies.flat_map(|copy| &copy.sources).filter(|source| source.kind == SourceKind::Path);
    sources.map(|source| source.text.clone()).collect()
}

/// The build context of the file, and whether it is that beyond doubt; `None` where it copies nothing, or none is found.
///
/// # Errors
/// It cannot be read.
pub fn build_context(
    input: &Input<'_>,
    builds: &[Arc<Build>],
    model: &BuildModel,
) -> Result<Option<(BuildContext, bool)>, Problem> {
    let sources = context_sources(model);
    if sources.is_empty() {
        return Ok(None);
    }
    let located = match (input.path, input.context) {
        (Some(path), explicit) => context::locate(path, &sources, explicit, builds, input.repositories),
        (None, explicit) => explicit.map(Located::explicit),
    };
    let Some(located) = located else { return Ok(None) };
    let certainty = located.certainty;
    // A source that exists in one folder only says that it is the one; `.` and `*` are in all of them.
    let told = certainty == Certainty::Unique
        && sources.iter().any(|source| !source.chars().all(|character| "./*".contains(character)));
    let certain = match certainty {
        Certainty::Explicit | Certainty::Named => true,
        Certainty::Unique | Certainty::Nearest => told || !context::holds_build_files(&located.root),
        Certainty::Disputed => false,
    };
    let opened = BuildContext::at(located, input.path, &input.settings.builders, input.repositories);
    opened
        .map(|context| Some((context, certain)))
        .map_err(|error| Problem::new(error.to_string(), "the file was looked at without its context"))
}

/// Where a template shows itself: a mark where an instruction begins, or anywhere in a FROM. In RUN, LABEL or
/// HEALTHCHECK it is ordinary text, as in `docker inspect --format '{{.State}}'`.
fn template_mark(text: &str, instructions: &[Instruction]) -> Option<usize> {
    instructions.iter().find_map(|instruction| {
        let span = instruction.span();
        let written = span.of(text);
        let starts = TEMPLATE_MARKS.iter().any(|mark| written.starts_with(mark));
        let in_from = || TEMPLATE_MARKS.iter().filter_map(|mark| written.find(mark)).min();
        match (starts, instruction.kind()) {
            (true, _) => Some(span.start),
            (false, SyntaxKind::FromInstruction) => in_from().map(|at| span.start + at),
            (false, _) => None,
        }
    })
}

/// What builders refuse of the file.
#[must_use]
pub fn syntax_problems(dockerfile: &Dockerfile) -> Vec<Problem> {
    let errors = dockerfile.errors();
    if errors.is_empty() {
        return Vec::new();
    }
    let text = dockerfile.text();
    let index = LineIndex::new(text);
    errors.iter().map(|error| at(text, &index, error.span, &error.message, error.help)).collect()
}

fn at(text: &str, index: &LineIndex, span: Span, message: &str, help: &str) -> Problem {
    let position = index.position(text, span.start);
    let position = Some((position.line, position.column));
    Problem { position, span: Some(span), message: message.to_owned(), help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of `text`: `template LINE`, `LINE:COLUMN: message`, or `ok`.
    fn check(text: &str, expected: &str) {
        let settings = Settings::default();
        let analysis = analyse(&Input {
            text,
            path: None,
            context: None,
            repositories: &Repositories::new(),
            build_files: &BuildFiles::new(),
            settings: &settings,
            gains: false,
            scope: &Scope::Everything,
            interview: None,
        });
        let found = match analysis {
            Analysis::Template(line) => format!("template {line}"),
            Analysis::Problems(problems) => match problems[0].position {
                Some((line, column)) => format!("{line}:{column}: {}", problems[0].message),
                None => problems[0].message.clone(),
            },
            Analysis::Done(_) => "ok".to_owned(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn knows_a_template_by_what_begins_an_instruction_or_stands_in_from() {
        check("FROM {{ image }}\n", "template 1");
        check("FROM a:<%= tag %>\n", "template 1");
        check("FROM a\n{% if x %}\nRUN x\n{% endif %}\n", "template 2");
        check("FROM a\n  {{- range .Files }}\nCOPY x /\n", "template 2");
        check("FROM a\nRUN docker inspect --format '{{.State}}' x\n", "ok");
        check("FROM a\nLABEL t=\"<% x %>\"\nHEALTHCHECK CMD x '{{y}}'\n", "ok");
        check("# {{ comment }}\nFROM a\nRUN cat <<EOF\n{{ x }}\nEOF\n", "ok");
        check("FROM a\nRUN a && \\\n {% x %}\n", "ok");
    }

    #[test]
    fn refuses_what_builders_refuse() {
        check("", "1:1: the file has no instructions");
        check("RUN x\n", "1:1: RUN stands before the first FROM");
        check("ARG A=1\n", "2:1: the file has no FROM");
        check("ARG A=1\nFROM $A\n", "ok");
        check("FROM a\nRUM x\n", "2:1: unknown instruction `RUM`");
    }
}
