//! `dockerignore-shallow-pattern`: a pattern of the ignore file that matches in the top directory alone, where the context has more of
//! it further down.
//!
//! `names` knows what people mean by a name, `needs` who takes what would be lost, `modules` where `node_modules` is installed anew.

mod modules;
mod names;
mod needs;

use std::sync::Arc;

use super::{Rule, RuleContext};
use crate::context::dockerignore::PatternLine;
use crate::context::{BuildContext, GitState, IgnoreFile, Lost, LostPath};
use crate::finding::{Finding, Fix, Target};
use crate::model::Step;
use crate::settings::Obstacles;
use crate::text::{Edit, Span};
use names::Kind;

/// How many paths a reason names.
const MOST_SHOWN: usize = 3;

/// How many paths are looked at one by one.
const MOST_JUDGED: usize = 2_000;

/// The rule.
pub static RULE: DockerignoreShallowPattern = DockerignoreShallowPattern;

/// See `rules/dockerignore-shallow-pattern/README.md`.
pub struct DockerignoreShallowPattern;

impl Rule for DockerignoreShallowPattern {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let (Some(context), Some(text)) = (ctx.build_context, ctx.dockerignore) else { return };
        let Some(path) = context.ignore_file().map(IgnoreFile::path) else { return };
        if !steps(ctx).any(|step| !step.taken().sources.is_empty()) {
            return;
        }
        let file = IgnoreFile::parse(path, text.to_owned());
        if file.errors().next().is_some() {
            return;
        }
        let lines: Vec<(&PatternLine, Kind)> =
            file.patterns().filter_map(|line| Some((line, shallow(&file, line)?))).collect();
        if lines.is_empty() {
            return;
        }
        // One look for all lines: nearly always there is nothing further down.
        let all = edited(&file, &lines.iter().map(|(line, _)| widened(&file, line)).collect::<Vec<_>>());
        let lost = context.lost(&file, &all, &ctx.settings.builders);
        if lost.roots.is_empty() {
            return;
        }
        for (line, kind) in lines {
            let edit = widened(&file, line);
            let after = edited(&file, std::slice::from_ref(&edit));
            let lost = context.lost(&file, &after, &ctx.settings.builders);
            let Some(step) = steps(ctx).find(|step| lost.roots.iter().any(|root| step.taken().covers(&root.path)))
            else {
                continue;
            };
            let mut job = Job { ctx, context, file: &file, line, kind, lost, obstacles: Obstacles::default() };
            if !job.is_about_sources() {
                job.judge();
                findings.push(job.finding(step, edit));
            }
        }
    }
}

/// The steps of this build, in the order of the file.
fn steps<'c>(ctx: &'c RuleContext<'_>) -> impl Iterator<Item = &'c Step> {
    ctx.model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps)
}

/// What a line is about that matches in the top directory alone, and not because somebody anchored it.
fn shallow(file: &IgnoreFile, line: &PatternLine) -> Option<Kind> {
    let written = line.span.of(file.text()).trim_end_matches('/');
    // Whatever else stands in it, a slash says that somebody thought of a place.
    let anchored = written.contains('/') || written != line.cleaned;
    if line.negated || anchored { None } else { Kind::of(written) }
}

/// The edit that makes a line match at any depth.
fn widened(file: &IgnoreFile, line: &PatternLine) -> Edit {
    file.replace(line, &format!("**/{}", line.span.of(file.text())))
}

/// The file with `edits`, which stand in its order.
fn edited(file: &IgnoreFile, edits: &[Edit]) -> IgnoreFile {
    let mut text = file.text().to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    IgnoreFile::parse(file.path(), text)
}

/// A line, and what its wider form would keep out.
struct Job<'a> {
    ctx: &'a RuleContext<'a>,
    context: &'a BuildContext,
    file: &'a IgnoreFile,
    line: &'a PatternLine,
    kind: Kind,
    lost: Arc<Lost>,
    obstacles: Obstacles,
}

impl Job<'_> {
    fn stop(&mut self, reason: impl Into<String>) {
        self.obstacles.stop(reason);
    }

    fn doubt(&mut self, reason: impl Into<String>) {
        self.obstacles.doubt(reason);
    }

    fn judge(&mut self) {
        self.judge_the_difference();
        self.judge_what_is_lost();
        self.judge_needs();
        if self.kind == Kind::Modules {
            self.judge_modules();
        }
        if !self.ctx.context_is_certain {
            self.doubt("the build context is a guess");
        }
    }

    /// Whether all of it is in git under a name that sources may have as well: `src/build`. Then the pattern was meant for the top.
    fn is_about_sources(&self) -> bool {
        let tracked = |root: &LostPath| {
            self.context.entry(&root.path).is_some_and(|entry| matches!(entry.git, GitState::Tracked { .. }))
        };
        let few = self.lost.roots.len() <= MOST_JUDGED;
        few && matches!(self.kind, Kind::Litter | Kind::Made) && self.lost.roots.iter().all(tracked)
    }

    /// Whether the difference is known, and is what the pattern means.
    fn judge_the_difference(&mut self) {
        let lost = Arc::clone(&self.lost);
        if !lost.complete {
            self.stop("the build context is too big to see all that would be kept out");
        }
        if lost.not_utf8 > 0 {
            self.stop(
                "the build context has names that are not UTF-8, and nobody can tell which of them it would keep out",
            );
        }
        if let Some(path) = lost.unreadable.first() {
            self.stop(format!("`{path}` cannot be read"));
        }
        if let Some(path) = lost.gained.first() {
            self.stop(format!("a `!` below it would then bring `{path}`"));
        }
        let wide = format!("**/{}", self.line.cleaned);
        if self.file.repeats(&wide) {
            self.stop("the file takes something back from the same pattern");
        }
        if let Some(path) = lost.emptied.first() {
            self.stop(format!("BuildKit would send `{path}` without its content"));
        }
        if !self.has_one_ignore_file() {
            self.stop("the builders read different ignore files");
        }
        let meant = IgnoreFile::parse(self.file.path(), self.line.cleaned.clone());
        // Where something is taken back from a directory, it is what lies in it that is lost.
        let is_meant = |root: &&LostPath| {
            let names = |name: &str| {
                let patterns = meant.matcher().patterns();
                patterns.iter().any(|it| self.ctx.settings.builders.iter().any(|of| it.names(name, *of)))
            };
            root.path.split('/').any(names)
        };
        if let Some(other) = lost.roots.iter().find(|root| !is_meant(root)) {
            self.stop(format!("it would keep out `{}` as well", other.path));
        }
    }

    /// Whether all builders read the file that would be edited.
    fn has_one_ignore_file(&self) -> bool {
        let mut read = self.ctx.settings.builders.iter().map(|builder| {
            let own = self.context.ignore_files().find(|(of, _)| of == builder);
            own.map(|(_, file)| file.path())
        });
        read.all(|path| path == Some(self.file.path()))
    }

    /// What git and the names say of what would be kept out.
    fn judge_what_is_lost(&mut self) {
        let lost = Arc::clone(&self.lost);
        if lost.roots.len() > MOST_JUDGED {
            self.stop(format!("more than {MOST_JUDGED} paths would be kept out, too many to look at one by one"));
            return;
        }
        for root in &lost.roots {
            let path = &root.path;
            let state = self.context.entry(path).map(|entry| entry.git);
            if let Some(GitState::Tracked { .. }) = state {
                return self.stop(format!("`{path}` is in git, so somebody wants it"));
            }
            if let Some(GitState::Unknown(why)) = &state {
                self.doubt(format!("nobody can tell whether `{path}` is in git: {why}"));
            }
            let ignored = state == Some(GitState::Ignored);
            match self.kind {
                Kind::Cache | Kind::Modules => {}
                Kind::Bytecode => self.judge_bytecode(root),
                Kind::Litter if ignored => {}
                Kind::Litter => {
                    self.doubt(format!("git does not ignore `{path}`, which may be something else by its name"))
                }
                Kind::Made => self.doubt(format!("`{path}` may be wanted in the image")),
            }
        }
    }

    /// A compiled file that has no source beside it is what gets imported.
    fn judge_bytecode(&mut self, root: &LostPath) {
        let (directory, name) = root.path.rsplit_once('/').unwrap_or_default();
        if directory == "__pycache__" || directory.ends_with("/__pycache__") {
            return;
        }
        let stem = name.split(['.', '$']).next().unwrap_or_default();
        let source = format!("{directory}/{stem}.py");
        if root.directory || self.context.entry(&source).is_none_or(|entry| !entry.is_file()) {
            self.doubt(format!("`{}` has no source beside it, so it may be what is imported", root.path));
        }
    }

    fn finding(self, step: &Step, edit: Edit) -> Finding {
        let written = self.line.span.of(self.file.text());
        let number = self.file.text()[..self.line.span.start].matches('\n').count() + 1;
        let name = self.file.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let level = self.obstacles.level();
        let mut reasons = self.obstacles.reasons();
        reasons.truncate(MOST_SHOWN);
        let sent = format!("{} sent", self.shown());
        let reason = match reasons.as_slice() {
            [] => format!("{sent} as well, and nothing that is built with this context needs that"),
            reasons => format!("{sent} as well; {}", reasons.join("; ")),
        };
        // What another rule writes at the end may be what this says already. With a `!` somewhere, what one line keeps out depends
        // on all others.
        let length = self.file.text().len();
        let start = if self.file.matcher().has_negations() { 0 } else { length };
        let reads = vec![(Target::Dockerignore, Span::new(start, length))];
        Finding {
            rule: "dockerignore-shallow-pattern",
            span: step.instruction.span(),
            message: format!(
                "{name}:{number}: `{written}` matches in the top directory only, and there is more of it further down"
            ),
            reason,
            applicability: level,
            paths: Vec::new(),
            related: Vec::new(),
            fix: Some(Fix {
                title: format!("write `{}` in {name}", edit.text),
                edits: vec![(Target::Dockerignore, edit)],
                reads,
            }),
        }
    }

    /// The first of what is lost, for people.
    fn shown(&self) -> String {
        let names: Vec<String> =
            self.lost.roots.iter().take(MOST_SHOWN).map(|root| format!("`{}`", root.path)).collect();
        let rest = self.lost.roots.len() - names.len();
        let verb = if self.lost.roots.len() == 1 { "is" } else { "are" };
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!("{}{rest} {verb}", names.join(", "))
    }
}
