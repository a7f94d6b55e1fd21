//! Which questions are asked about every file, and where the answers go.

use crate::cli::names::Names;
use crate::context::survey::{Column, Filter, Questions, SOURCE_BITS, Source, Survey, Total};
use crate::context::{BuildContext, IgnoreFile};
use crate::report::context::{Build, Sides, Taking};
use crate::settings::Builder;

use super::builds::Taken;

/// The columns for today and for the time after the fixes.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// With the ignore file as it is.
    pub now: usize,
    /// With the one that the fixes leave.
    pub after: usize,
}

impl Pair {
    /// The numbers of both columns.
    pub fn of(self, column: impl Fn(usize) -> Total) -> Sides {
        Sides { now: column(self.now).into(), after: column(self.after).into() }
    }
}

/// The questions, and what their columns mean.
pub struct Plan<'a> {
    /// What is asked.
    pub questions: Questions,
    /// What BuildKit is sent for any of the Dockerfiles; `None` where there is none.
    pub buildkit: Option<Pair>,
    /// What the classic builder is sent.
    pub classic: Pair,
    builds: &'a [Taken],
    pairs: Vec<Pair>,
    /// What each bit of a row stands for.
    labels: Vec<String>,
    /// The text of each filter, and its builder where that makes a difference.
    keys: Vec<(String, Option<Builder>)>,
}

impl<'a> Plan<'a> {
    /// The questions about `builds`; `context` knows the ignore file of the classic builder.
    pub fn new(builds: &'a [Taken], context: &BuildContext, notes: &mut Vec<String>) -> Self {
        let nothing = Pair { now: 0, after: 0 };
        let mut plan = Self {
            questions: Questions { builds: builds.len(), ..Questions::default() },
            buildkit: None,
            classic: nothing,
            builds,
            pairs: Vec::new(),
            labels: Vec::new(),
            keys: Vec::new(),
        };
        let changed = changed_files(builds, notes);
        for (index, build) in builds.iter().enumerate() {
            plan.add_sources(index, build);
            let now = build.context.ignore_files().find(|(builder, _)| *builder == Builder::Buildkit);
            let [now, after] = plan.filters(now.map(|(_, file)| file), &changed, context, Builder::Buildkit);
            let now = plan.column(Column::Named { filter: now, build: index });
            let after = plan.column(Column::Named { filter: after, build: index });
            plan.pairs.push(Pair { now, after });
        }
        if !builds.is_empty() {
            let now = plan.column(Column::Any(plan.pairs.iter().map(|pair| pair.now).collect()));
            let after = plan.column(Column::Any(plan.pairs.iter().map(|pair| pair.after).collect()));
            plan.buildkit = Some(Pair { now, after });
        }
        let [now, after] = plan.filters(context.ignore_file(), &changed, context, Builder::Classic);
        let (now, after) = (plan.column(Column::Sent(now)), plan.column(Column::Sent(after)));
        plan.classic = Pair { now, after };
        plan
    }

    fn column(&mut self, column: Column) -> usize {
        self.questions.columns.push(column);
        self.questions.columns.len() - 1
    }

    /// The filters for a builder that reads `now`, today and later.
    fn filters(
        &mut self,
        now: Option<&IgnoreFile>,
        changed: &[&IgnoreFile],
        context: &BuildContext,
        builder: Builder,
    ) -> [usize; 2] {
        let path = now.map_or_else(|| context.root().join(".dockerignore"), |file| file.path().to_owned());
        let after = changed.iter().find(|file| file.path() == path).copied().or(now);
        [self.filter(now, builder), self.filter(after, builder)]
    }

    fn filter(&mut self, file: Option<&IgnoreFile>, builder: Builder) -> usize {
        let matcher = file.map(|file| file.matcher().clone()).unwrap_or_default();
        // Without a `!`, BuildKit and the classic builder agree, and a path need not be looked at twice.
        let key =
            (file.map(IgnoreFile::text).unwrap_or_default().to_owned(), matcher.has_negations().then_some(builder));
        if let Some(known) = self.keys.iter().position(|known| *known == key) {
            return known;
        }
        self.keys.push(key);
        self.questions.filters.push(Filter { matcher, builder });
        self.keys.len() - 1
    }

    fn add_sources(&mut self, index: usize, build: &Taken) {
        for taking in &build.takings {
            let bit = u32::try_from(self.labels.len()).unwrap_or(u32::MAX).min(SOURCE_BITS - 1);
            if self.labels.len() < SOURCE_BITS as usize {
                self.labels.push(format!("{}:{}", build.shown, taking.line));
            } else if let Some(last) = self.labels.last_mut() {
                *last = "others".to_owned();
            }
            for source in &taking.sources {
                self.questions.sources.extend(Source::of(&build.context, source, index, bit));
            }
        }
    }

    /// The instructions that the bits of a row stand for.
    pub fn labels(&self, bits: u128) -> Vec<String> {
        let labels = self.labels.iter().enumerate();
        labels.filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, label)| label.clone()).collect()
    }

    /// Each Dockerfile with its numbers.
    pub fn dockerfiles(&self, survey: &Survey, names: &Names) -> Vec<Build> {
        let each = self.builds.iter().zip(&self.pairs).map(|(build, pair)| {
            let ignore = build.context.ignore_files().find(|(builder, _)| *builder == Builder::Buildkit);
            let takings = build.takings.iter().map(|taking| Taking { line: taking.line, text: taking.text.clone() });
            Build {
                path: build.shown.clone(),
                ignore_file: ignore.map(|(_, file)| names.shown(file.path())),
                buildkit: pair.of(|column| survey.total(column)),
                instructions: takings.collect(),
            }
        });
        each.collect()
    }
}

/// The ignore files that the fixes change. Where two Dockerfiles would change one file, the first is taken, and the others
/// have to wait, as they do when the fixes are written.
fn changed_files<'a>(builds: &'a [Taken], notes: &mut Vec<String>) -> Vec<&'a IgnoreFile> {
    let mut changed: Vec<&IgnoreFile> = Vec::new();
    for (build, file) in builds.iter().filter_map(|build| Some((build, build.after.as_ref()?))) {
        match changed.iter().find(|known| known.path() == file.path()) {
            None => changed.push(file),
            Some(known) if known.text() == file.text() => {}
            Some(_) => {
                notes.push(format!("{}: it changes the ignore file in another way, which is not counted", build.shown))
            }
        }
    }
    changed
}
