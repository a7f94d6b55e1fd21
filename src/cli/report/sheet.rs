//! What there is to show of one Dockerfile besides its findings: stages and cache, today and with the fixes.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::cli::cache::kept_out;
use crate::cli::engine::{self, Input};
use crate::cli::names::Names;
use crate::context::compose::Build;
use crate::context::{BuildContext, Entry};
use crate::model::BuildModel;
use crate::model::cache::{self, Builder, Cause, Simulation, simulate};
use crate::report::html::{CacheTable, Graph, IgnoreText, Sheet};
use crate::report::{Done, FileChange, Status};
use crate::syntax::Dockerfile;

/// A file with more instructions than this was made by a program, and nobody reads a table of it.
const MOST_ROWS: usize = 2000;

/// The file that `input` is about, with what came of it.
pub fn of(input: &Input<'_>, done: &Done, builds: &[Arc<Build>], names: &Names) -> Sheet {
    let dockerfile = Dockerfile::parse(input.text);
    let model = BuildModel::new(&dockerfile);
    let is_own = |change: &&FileChange| input.path == Some(change.path.as_path());
    let changed = done.changes.iter().find(is_own).map(|change| Dockerfile::parse(change.after.as_str()));
    let changed = changed.map(|dockerfile| {
        let model = BuildModel::new(&dockerfile);
        (dockerfile, model)
    });
    let context = engine::build_context(input, builds, &model).ok().flatten().map(|(context, _)| context);
    let ignore = context.as_ref().and_then(BuildContext::ignore_file);
    let mut sheet = Sheet {
        before: Graph::new(&model),
        after: changed.as_ref().map(|(_, model)| Graph::new(model)),
        cache: None,
        ignore: ignore.map(|file| IgnoreText { name: names.shown(file.path()), text: file.text().to_owned() }),
    };
    let ignored = done.changes.iter().find(|change| !is_own(change));
    let after = match &changed {
        Some((dockerfile, model)) => Some((dockerfile, model)),
        None => ignored.map(|_| (&dockerfile, &model)),
    };
    sheet.cache = context.and_then(|context| cache(input, &context, done, (&dockerfile, &model), after, ignored));
    sheet
}

/// What a change in a source runs again; `None` where no builder of the settings has a cache that is known, or nothing is copied.
fn cache(
    input: &Input<'_>,
    context: &BuildContext,
    done: &Done,
    before: (&Dockerfile, &BuildModel),
    after: Option<(&Dockerfile, &BuildModel)>,
    ignored: Option<&FileChange>,
) -> Option<CacheTable> {
    let known = [Builder::Buildkit, Builder::Classic];
    let builder = known.into_iter().find(|builder| input.settings.builders.contains(&builder.in_settings()))?;
    let alone = [builder.in_settings()];
    let context = BuildContext::open(context.root(), input.path, &alone, input.repositories).ok()?;
    let path = cause(done).or_else(|| example(before.1, &context))?;
    let change = Cause::Path(path.clone()).change();
    let simulated = |(dockerfile, model): (&Dockerfile, &BuildModel), change: &cache::Change| -> Option<Simulation> {
        simulate(&cache::Build { dockerfile, model, context: Some(&context), builder, target: None }, change).ok()
    };
    let today = simulated(before, &change).filter(|today| today.rows.len() <= MOST_ROWS)?;
    let then = after.and_then(|after| {
        let change = ignored.map_or_else(|| change.clone(), |file| kept_out(&change, &file.path, &file.after, builder));
        simulated(after, &change)
    });
    Some(CacheTable::new(&path, builder.in_settings().name(), &today, then.as_ref()))
}

/// The file of which a finding says that it runs too much again: the fix of that one shows best in it.
fn cause(done: &Done) -> Option<String> {
    let mut gains: Vec<_> = done.findings.iter().filter_map(|it| Some((it.status, it.gain.as_ref()?))).collect();
    gains.sort_by_key(|(status, _)| *status != Status::Applied);
    gains.into_iter().find_map(|(_, gain)| match &gain.cause {
        Cause::Path(path) => Some(path.clone()),
        Cause::Argument(_) => None,
    })
}

/// The file of the context that people most probably change, among those that are copied.
fn example(model: &BuildModel, context: &BuildContext) -> Option<String> {
    let sources = engine::context_sources(model);
    let files = context.files_of(sources.iter().map(String::as_str));
    let likeliest = files.iter().max_by_key(|entry: &&Entry| (entry.likelihood(), Reverse(&entry.path)));
    likeliest.map(|entry| entry.path.clone())
}
