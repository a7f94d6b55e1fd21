//! What a fix gives: what one change makes run again, with the file as it is and with the fix in it.

use super::{Build, Builder, Change, Effort, NoSuchStage, PathChange, Verdict, simulate};

/// The change in which a fix shows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// This file of the context has other bytes.
    Path(String),
    /// This build argument is given, with a value that no build before had.
    Argument(String),
}

impl Cause {
    /// It as a change of the build.
    #[must_use]
    pub fn change(&self) -> Change {
        match self {
            Self::Path(path) => Change { paths: [(path.clone(), PathChange::Content)].into(), ..Change::default() },
            Self::Argument(name) => Change { arguments: [(name.clone(), None)].into(), ..Change::default() },
        }
    }
}

/// What runs again on one builder.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Measured {
    /// The builder.
    pub builder: Builder,
    /// What runs again today.
    pub before: Effort,
    /// What runs again with the fix.
    pub after: Effort,
}

/// What a fix gives.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Gain {
    /// The change.
    pub cause: Cause,
    /// What it makes run again, by builder.
    pub on: Vec<Measured>,
}

impl Gain {
    /// Adds what holds for a builder. Both builds are of one file, `after` with the fix in it. The last stage is what is built, or
    /// that of the fix, counted as they are written, where the last one does without it.
    ///
    /// # Errors
    /// There is no such stage.
    pub fn measure(&mut self, before: &Build<'_>, after: &Build<'_>, stage: usize) -> Result<(), NoSuchStage> {
        let change = self.cause.change();
        let (mut today, mut then) = (simulate(before, &change)?, simulate(after, &change)?);
        let left_out = today.rows.iter().any(|row| row.stage == Some(stage) && row.verdict == Verdict::NotBuilt);
        if left_out {
            let target = stage.to_string();
            today = simulate(&Build { target: Some(&target), ..*before }, &change)?;
            then = simulate(&Build { target: Some(&target), ..*after }, &change)?;
        }
        self.on.push(Measured { builder: before.builder, before: Effort::of(&today), after: Effort::of(&then) });
        Ok(())
    }

    /// Whether the fix does what it is for on every builder: less runs again for a path, or as much without the install; more for an
    /// argument.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        let better = |Measured { before, after, .. }: &Measured| match self.cause {
            Cause::Path(_) => {
                after.steps < before.steps || (after.steps == before.steps && after.install != before.install)
            }
            Cause::Argument(_) => after.steps > before.steps,
        };
        !self.on.is_empty() && self.on.iter().all(better)
    }

    /// It in words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let cause = match &self.cause {
            Cause::Path(path) => format!("a change in {path}"),
            Cause::Argument(name) => format!("`--build-arg {name}=…`"),
        };
        let one = |measured: &Measured| {
            let builder = match measured.builder {
                Builder::Buildkit => "BuildKit",
                Builder::Classic => "classic builder",
            };
            let (before, after) = (measured.before.sentence(), measured.after.sentence());
            // Where one RUN becomes two, as many run again as before, but not the install.
            let without = match (&self.cause, &measured.before.install) {
                (Cause::Path(_), Some(install)) if measured.after.steps >= measured.before.steps => {
                    format!(", without `{install}`")
                }
                _ => String::new(),
            };
            format!("today {cause} re-runs {before}; after the fix: {after}{without} ({builder})")
        };
        self.on.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}
