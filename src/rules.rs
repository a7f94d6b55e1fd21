//! The rules: the trait they implement, what their specification says, and the registry generated from `rules/`.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::context::BuildContext;
use crate::context::compose::Build;
use crate::finding::Finding;
use crate::model::cache::Cause;
use crate::model::rebuild::Rebuild;
use crate::model::{BuildModel, StepId};
use crate::rewrite::Site;
use crate::settings::{Applicability, Group, Preset, Settings};
use crate::syntax::Dockerfile;

/// What one run of a rule may look at.
pub struct RuleContext<'a> {
    /// The Dockerfile as it is written.
    pub dockerfile: &'a Dockerfile,
    /// Where it is, absolute and without links; `None` where it has no place, as on standard input.
    pub path: Option<&'a Path>,
    /// What the build means.
    pub model: &'a BuildModel,
    /// The build context on disk; `None` where there is none, as for a Dockerfile from standard input.
    pub build_context: Option<&'a BuildContext>,
    /// Whether that is the context beyond doubt: the user named it, or no other directory fits.
    pub context_is_certain: bool,
    /// The services of compose files and the targets of bake files that build this Dockerfile, the nearest files first.
    pub builds: &'a [Arc<Build>],
    /// The Dockerfiles that compose and bake files build with the same context, this one among them; those that lie in the
    /// context and nobody names are not.
    pub sharing: &'a [PathBuf],
    /// The ignore file as it is by now: a fix of an earlier round may have added to what the build context was read with.
    pub dockerignore: Option<&'a str>,
    /// What the user decided.
    pub settings: &'a Settings,
    /// The rules of which a fix was written in this run, so that the text is no longer what the user wrote.
    pub written: &'a BTreeSet<&'static str>,
    /// What one rule found out and another one asks for.
    pub shared: Shared,
}

/// What rules ask each other, worked out once for a state of the texts.
#[derive(Debug, Default)]
pub struct Shared {
    /// What `copy-without-chown` says of each copy.
    pub(crate) owners: OnceCell<BTreeMap<StepId, Finding>>,
    /// Which copies wait for a user who is made below them, each for the image of a stage, as `copy-without-chown` knows.
    pub(crate) waiting: RefCell<BTreeMap<(StepId, usize), bool>>,
}

impl<'a> RuleContext<'a> {
    /// The build context that the instructions of a stage copy from. `None` for ONBUILD triggers: theirs is that of another
    /// build.
    #[must_use]
    pub fn context_of(&self, stage: usize) -> Option<&'a BuildContext> {
        self.build_context.filter(|_| !self.model.stages[stage].triggers)
    }

    /// The command that builds the image again.
    #[must_use]
    pub fn rebuild(&self) -> Rebuild<'a> {
        Rebuild::new(self.path, self.build_context.map(BuildContext::root), self.builds)
    }

    /// What a rewrite looks at.
    #[must_use]
    pub fn site(&self) -> Site<'a> {
        Site { dockerfile: self.dockerfile, model: self.model, build_context: self.build_context }
    }
}

/// A rewrite rule. It looks, and says what it found; it never writes.
pub trait Rule: Sync {
    /// Adds what it finds to `findings`, in file order.
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>);

    /// The change after which the layer cache shows what the fix of `finding` gives, for a rule that is about the cache.
    fn gains(&self, _ctx: &RuleContext<'_>, _finding: &Finding) -> Option<Cause> {
        None
    }
}

/// What a fix of a rule may change in the build; everything else must stay as it was (`fix::verify`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayChange {
    /// `RUN` instructions may appear or change.
    Run,
    /// A `RUN` of commands joined by `&&` may become several that stand one below the other or not.
    RunSplit,
    /// Where a `RUN` may be split: a stub may come that stands for the length of one `cargo fetch`.
    RunStub,
    /// A `COPY` may appear whose files a later one of the stage brings to the same place again.
    CopyAgain,
    /// `chown` and `chgrp` commands of `RUN` instructions may go, or reach less.
    RunChown,
    /// `chmod` commands of `RUN` instructions may go, or reach less.
    RunChmod,
    /// `--chmod` of a `COPY` or `ADD`.
    CopyChmod,
    /// `--chown` of a `COPY` or `ADD`.
    CopyChown,
    /// `USER` instructions may come and go; the user at every other instruction and at the end of each stage stays.
    User,
    /// What nobody but root can do may come to run as root: a `RUN` of nothing but `chmod`, `chown` and `chgrp`. What does
    /// not ask for the user, as `COPY`, may stand below another one.
    AsRoot,
    /// Stages may appear.
    Stages,
    /// The only stage may become one that builds, and behind it one that runs what `COPY --from` takes out of it.
    RuntimeStage,
    /// Instructions may change places.
    Order,
    /// `ARG` instructions may appear.
    Arg,
    /// The ignore file.
    Dockerignore,
}

/// What values an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// One of these words.
    Enum(&'static [&'static str]),
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A list of texts.
    List,
}

/// When the fixes of a rule are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Before those of others that they do not go together with: they move what others write beside.
    First,
    /// With those of others, in file order.
    #[default]
    Usual,
    /// Once no other rule has one to write.
    Last,
}

/// One option of a rule, from `rule.toml`.
#[derive(Clone, Copy, Debug)]
pub struct OptionMeta {
    /// Its name in `dockfix.toml`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: OptionKind,
    /// Its default, as text.
    pub default: &'static str,
    /// Its default with preset `review`, where that is another one. Words only.
    pub review: Option<&'static str>,
    /// What it does, as a sentence.
    pub meaning: &'static str,
}

/// What `rules/<slug>/` says of a rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleMeta {
    /// The name; reads well after "ignore".
    pub slug: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What it is about.
    pub group: Group,
    /// The best level that its fixes reach.
    pub applicability: Applicability,
    /// Whether it runs when nothing is selected.
    pub default: bool,
    /// Whether its fixes are shown and not written, unless somebody selects it by its name.
    pub shown: bool,
    /// Whether it runs only where somebody names it: no preset and no group means it.
    pub by_name: bool,
    /// When its fixes are written.
    pub turn: Turn,
    /// What its fixes may change in the build.
    pub may_change: &'static [MayChange],
    /// Other names, such as those of other tools for the same thing.
    pub aliases: &'static [&'static str],
    /// Where the behaviour it rests on is written down.
    pub references: &'static [&'static str],
    /// Its options.
    pub options: &'static [OptionMeta],
    /// Its page, in Markdown.
    pub documentation: &'static str,
}

/// A rule with its specification.
pub struct Registered {
    /// What its folder says.
    pub meta: RuleMeta,
    /// What its code does.
    pub rule: &'static dyn Rule,
}

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// The rule with this slug or alias.
#[must_use]
pub fn find(name: &str) -> Option<&'static Registered> {
    REGISTRY.iter().find(|registered| registered.meta.slug == name || registered.meta.aliases.contains(&name))
}

/// The text of option `name` of rule `slug`: what the user set, else the default of the preset.
#[must_use]
pub fn text_option<'s>(settings: &'s Settings, slug: &str, name: &str) -> &'s str {
    let default = || {
        let option = find(slug)?.meta.options.iter().find(|option| option.name == name)?;
        Some(option.review.filter(|_| settings.preset == Preset::Review).unwrap_or(option.default))
    };
    settings.text_option(slug, name).or_else(default).unwrap_or_default()
}

/// Whether `name` (a slug, an alias or a group) means this rule.
#[must_use]
pub fn names(meta: &RuleMeta, name: &str) -> bool {
    meta.slug == name || meta.group.name() == name || meta.aliases.contains(&name)
}

/// The rules that `settings` let run, by slug.
#[must_use]
pub fn selected(settings: &Settings) -> Vec<&'static Registered> {
    REGISTRY.iter().filter(|registered| runs(&registered.meta, settings)).collect()
}

/// Whether `settings` let the rule called `slug` run.
#[must_use]
pub fn is_selected(settings: &Settings, slug: &str) -> bool {
    find(slug).is_some_and(|registered| runs(&registered.meta, settings))
}

impl RuleMeta {
    /// Whether it runs when nothing is selected, as a word.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        match (self.shown, self.default) {
            (true, _) => "shown",
            (false, true) => "on",
            (false, false) => "off",
        }
    }
}

impl Registered {
    /// Adds what the rule finds to `findings`, with what `settings` let it write.
    pub fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        // A list of its own, since rules sort what they are given.
        let mut own = Vec::new();
        self.rule.check(ctx, &mut own);
        if self.meta.shown && !is_selected_by_name(&self.meta, ctx.settings) {
            for finding in &mut own {
                finding.applicability = Applicability::Display;
            }
        }
        findings.append(&mut own);
    }
}

/// Whether `settings` let the rule called `slug` run, and what it finds be written.
#[must_use]
pub fn writes(settings: &Settings, slug: &str) -> bool {
    find(slug).is_some_and(|Registered { meta, .. }| {
        runs(meta, settings) && (!meta.shown || is_selected_by_name(meta, settings))
    })
}

/// Whether somebody selected the rule called `slug` by its slug or an alias.
#[must_use]
pub fn is_asked_for(settings: &Settings, slug: &str) -> bool {
    find(slug).is_some_and(|registered| is_selected_by_name(&registered.meta, settings))
}

/// Whether somebody selected a rule by its slug or an alias, and not by a preset or its group.
fn is_selected_by_name(meta: &RuleMeta, settings: &Settings) -> bool {
    settings.select.iter().any(|name| name == meta.slug || meta.aliases.contains(&name.as_str()))
}

fn runs(meta: &RuleMeta, settings: &Settings) -> bool {
    let chosen = if settings.select.is_empty() {
        match settings.preset {
            Preset::Migrate => meta.default,
            Preset::Review => meta.default && matches!(meta.group, Group::Correctness | Group::Security),
            Preset::All => !meta.by_name,
        }
    } else {
        let by_group = |name: &str| meta.by_name && name == meta.group.name();
        settings.select.iter().any(|name| names(meta, name) && !by_group(name))
    };
    chosen && !settings.ignore.iter().any(|name| names(meta, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::OptionValue;

    #[test]
    fn a_preset_may_have_a_default_of_its_own() {
        let when = |preset, set: Option<&str>| {
            let mut settings = Settings { preset, ..Settings::default() };
            if let Some(value) = set {
                let options = [("when".to_owned(), OptionValue::Text(value.to_owned()))].into();
                settings.options.insert("copy-without-chown".to_owned(), options);
            }
            text_option(&settings, "copy-without-chown", "when").to_owned()
        };
        assert_eq!(when(Preset::Migrate, None), "all");
        assert_eq!(when(Preset::All, None), "all");
        assert_eq!(when(Preset::Review, None), "written");
        assert_eq!(when(Preset::Review, Some("all")), "all");
        assert_eq!(when(Preset::Migrate, Some("written")), "written");
    }

    #[test]
    fn the_page_of_a_rule_says_what_a_preset_takes() {
        for Registered { meta, .. } in REGISTRY {
            for review in meta.options.iter().filter_map(|option| option.review) {
                let (_, options) = meta.documentation.split_once("\n## Options\n").unwrap();
                assert!(
                    options.contains("preset `review`") && options.contains(&format!("`\"{review}\"`")),
                    "{}",
                    meta.slug
                );
            }
        }
    }
}
