//! A Dockerfile's surroundings, and a run of some rules in them.
//!
//! Does what `dockfix --apply` does between reading and writing. Must not know what a test expects of it.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use dockfix::context::{BuildContext, Repositories};
use dockfix::finding::Finding;
use dockfix::fix::{self, Checker, Outcome, Texts};
use dockfix::model::{BuildModel, ImageReference};
use dockfix::rules::{Registered, RuleContext, Shared};
use dockfix::settings::{Applicability, Settings};
use dockfix::syntax::Dockerfile;

/// The rules of a run or of a configuration.
pub type Rules = Vec<&'static Registered>;

/// What stays the same while a text is worked on.
pub struct Project {
    context: Option<BuildContext>,
    settings: Settings,
}

impl Project {
    /// The surroundings of `dockerfile`; without a `context` directory it is seen without one.
    pub fn open(context: Option<&Path>, dockerfile: &Path, settings: Settings) -> Result<Self> {
        let repositories = Repositories::default();
        let open = |root| BuildContext::open(root, Some(dockerfile), &settings.builders, &repositories);
        Ok(Self { context: context.map(open).transpose()?, settings })
    }

    /// Runs `running` on `texts` until they rest. `selected` are the rules that the configuration names: what a rule does
    /// may depend on which others are selected.
    pub fn run(&self, texts: &Texts, running: &Rules, selected: &Rules, level: Applicability) -> Outcome {
        let mut settings = self.settings.clone();
        settings.select = selected.iter().map(|registered| registered.meta.slug.to_owned()).collect();
        settings.unsafe_fixes = level == Applicability::Unsafe;
        let checker = RunningRules { rules: running, context: self.context.as_ref(), settings };
        fix::run(texts.clone(), &checker, level)
    }

    /// The texts with `dockerfile` for the Dockerfile.
    pub fn texts(&self, dockerfile: &str) -> Texts {
        let ignore_file = self.context.as_ref().and_then(BuildContext::ignore_file);
        Texts { dockerfile: dockerfile.to_owned(), dockerignore: ignore_file.map(|file| file.text().to_owned()) }
    }
}

/// The rules of one run.
struct RunningRules<'a> {
    rules: &'a [&'static Registered],
    context: Option<&'a BuildContext>,
    settings: Settings,
}

impl RunningRules<'_> {
    /// The context with an ignore file that is not written yet.
    fn planned(&self, dockerignore: Option<&str>) -> Option<BuildContext> {
        let context = self.context?;
        let file = context.ignore_file();
        let text = dockerignore.filter(|text| file.is_none_or(|file| file.text() != *text))?;
        let path = file.map_or_else(|| context.root().join(".dockerignore"), |file| file.path().to_owned());
        Some(context.with_ignore_file(&path, text, &self.settings.builders))
    }
}

impl Checker for RunningRules<'_> {
    fn check(
        &self,
        dockerfile: &Dockerfile,
        dockerignore: Option<&str>,
        written: &BTreeSet<&'static str>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let planned = self.planned(dockerignore);
        let ctx = RuleContext {
            dockerfile,
            path: None,
            model: &BuildModel::new(dockerfile),
            build_context: planned.as_ref().or(self.context),
            context_is_certain: true,
            builds: &[],
            sharing: &[],
            dockerignore,
            settings: &self.settings,
            written,
            shared: Shared::default(),
        };
        for registered in self.rules {
            registered.rule.check(&ctx, &mut findings);
        }
        findings
    }

    fn base_user(&self, image: &str) -> Option<String> {
        ImageReference::parse(image).known().map(|known| known.user.to_owned())
    }
}
