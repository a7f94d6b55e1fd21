//! `dockerignore-missing-entries`: a copy of a whole directory brings what the image does not need, and the ignore file could keep out.
//!
//! `user` reads what the Dockerfiles of a context take and run, `judge` weighs each thing that was found, `remade` asks whether a build
//! makes it again, and `write` turns the verdicts into entries of the ignore file.

mod judge;
mod remade;
mod user;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Rule, RuleContext};
use crate::context::leftovers::Leftovers;
use crate::context::{BuildContext, IgnoreFile};
use crate::finding::Finding;
use crate::model::taken::has_a_context_of_its_own;
use crate::model::{BuildModel, CopyFrom, StepKind};
use crate::settings::OptionValue;
use crate::syntax::Dockerfile;
use judge::{Court, asked_for};
use user::User;

const SLUG: &str = "dockerignore-missing-entries";

/// A Dockerfile with more bytes is no neighbour that is looked at.
const MOST_BYTES: u64 = 1 << 20;

/// The rule.
pub static RULE: DockerignoreMissingEntries = DockerignoreMissingEntries;

/// See `rules/dockerignore-missing-entries/README.md`.
pub struct DockerignoreMissingEntries;

impl Rule for DockerignoreMissingEntries {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let Some(context) = ctx.build_context.filter(|context| copies_a_directory(ctx, context)) else { return };
        let leftovers = context.leftovers();
        let current = IgnoreFile::parse(Path::new(".dockerignore"), ctx.dockerignore.unwrap_or_default().to_owned());
        let is_sent = |path: &str| is_sent(ctx, context, &current, path);
        let recipes = keeps_recipes_out(ctx);
        if !leftovers.found.iter().any(|found| asked_for(found, recipes) && is_sent(&found.path)) {
            return;
        }
        let own = User::new(ctx.model, context);
        let neighbours = context.remember(|| Neighbours::of(context, ctx.sharing));
        let court = Court {
            context,
            leftovers: &leftovers,
            recipes,
            own: &own,
            others: neighbours.without(ctx.path, ctx.dockerfile.text()),
            doubts: doubts(ctx, &leftovers, &neighbours),
        };
        write::findings(ctx, &court, &current, is_sent, findings);
    }
}

/// Whether anything is copied that may be a directory: cheap, before the context is walked.
fn copies_a_directory(ctx: &RuleContext<'_>, context: &BuildContext) -> bool {
    let steps = ctx.model.stages.iter().filter(|stage| !stage.triggers).flat_map(|stage| &stage.steps);
    let mut copies = steps.filter_map(|step| match &step.kind {
        StepKind::Copy(copy) if copy.from == CopyFrom::Context => Some(copy),
        _ => None,
    });
    copies.any(|copy| {
        copy.sources.iter().any(|source| {
            let everything = matches!(source.text.as_str(), "." | "./" | "/");
            everything || source.text.ends_with('*') || {
                let matches = context.matches(&source.text);
                matches.found.iter().any(|found| found.entry.is_directory())
            }
        })
    })
}

/// What the option `ignore-dockerfile` says.
fn keeps_recipes_out(ctx: &RuleContext<'_>) -> bool {
    let option = ctx.settings.options.get(SLUG).and_then(|options| options.get("ignore-dockerfile"));
    option == Some(&OptionValue::Flag(true))
}

/// Whether some builder is sent a path, as the ignore file is by now.
fn is_sent(ctx: &RuleContext<'_>, context: &BuildContext, current: &IgnoreFile, path: &str) -> bool {
    ctx.settings.builders.iter().any(|builder| {
        let own = context.ignore_files().find(|(of, _)| of == builder).map(|(_, file)| file);
        let first = context.ignore_file();
        // The first one may have been written to since it was read.
        let is_first = own.is_none_or(|own| first.is_some_and(|first| own.path() == first.path()));
        let file = if is_first { Some(current) } else { own };
        file.is_none_or(|file| !file.matcher().excludes(path, *builder))
    })
}

/// Why nothing is quite safe here.
fn doubts(ctx: &RuleContext<'_>, leftovers: &Leftovers, neighbours: &Neighbours) -> Vec<String> {
    let mut doubts = Vec::new();
    if !ctx.context_is_certain {
        doubts.push("the build context is a guess".to_owned());
    }
    if !leftovers.complete {
        doubts.push("not everything in the build context could be looked at".to_owned());
    }
    if !neighbours.complete {
        doubts.push("there is too much in the build context to look for other Dockerfiles in it".to_owned());
    }
    doubts
}

/// The Dockerfiles of a context, read once for all of them.
struct Neighbours {
    /// By where they are: what they are called, their text, and what they do. `None` for one whose text is no Dockerfile.
    files: BTreeMap<PathBuf, (String, String, User)>,
    complete: bool,
}

impl Neighbours {
    /// Those that lie in the context, but for those that have one of their own, and those that are built with it all the same.
    fn of(context: &BuildContext, sharing: &[PathBuf]) -> Self {
        let inside = context.dockerfiles();
        let mut files = BTreeMap::new();
        for name in &inside.paths {
            let path = context.root().join(name);
            let Some(text) = context.read(name, MOST_BYTES) else { continue };
            let model = BuildModel::new(&Dockerfile::parse(text.as_str()));
            if sharing.contains(&path) || !has_a_context_of_its_own(context, name, &model) {
                files.insert(path, (name.clone(), text, User::new(&model, context)));
            }
        }
        let mut complete = inside.complete;
        // Compose gives them any name.
        let known: Vec<PathBuf> = inside.paths.iter().map(|name| context.root().join(name)).collect();
        for path in sharing.iter().filter(|path| !known.contains(path)) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() < MOST_BYTES) {
                true => {
                    let Ok(text) = std::fs::read_to_string(path) else { continue };
                    let model = BuildModel::new(&Dockerfile::parse(text.as_str()));
                    files.insert(path.clone(), (name, text, User::new(&model, context)));
                }
                false => complete = false,
            }
        }
        Self { files, complete }
    }

    /// All but the one at hand.
    fn without(&self, own: Option<&Path>, text: &str) -> Vec<(&str, &User)> {
        let others = self.files.iter().filter(|(path, (_, other, _))| Some(path.as_path()) != own && other != text);
        others.map(|(_, (name, _, user))| (name.as_str(), user)).collect()
    }
}
