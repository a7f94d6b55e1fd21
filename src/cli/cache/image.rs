//! `dockfix cache --log`: what a build has run, and what of a change is not in its image.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

use super::project::Project;
use super::question::Question;
use crate::cli::args::CacheOptions;
use crate::files;
use crate::model::cache::log::{Log, Outcome};
use crate::model::cache::{Advice, Reason, Row, Simulation, Verdict, advice};
use crate::model::rebuild::Rebuild;
use crate::report::cache::{InImage, Summary, logged_table, shortened};
use crate::report::harmless;

/// What a build has run, seen from a change.
#[derive(Debug)]
pub struct Image {
    /// What the log says of each row.
    outcomes: BTreeMap<usize, Outcome>,
    /// The rows that the change should have run again, and that came out of the cache.
    pub missed: Vec<usize>,
    /// The rows that depend on the change and ran.
    fresh: Vec<usize>,
    /// What makes the missed rows run again: the way, its steps, the command.
    advice: Option<(Advice, usize, String)>,
    /// What the user should know besides.
    pub notes: Vec<String>,
}

/// Reads the output of a build; `-` is standard input.
///
/// # Errors
/// It cannot be read, or no builder printed it.
pub fn read(path: &Path) -> anyhow::Result<Log> {
    let shown = path.display();
    let text = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let limit = files::MAX_BYTES + 1;
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .context("standard input cannot be read; check it")?;
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        let bytes = std::fs::read(path).with_context(|| format!("the log {shown} cannot be read; check its name"))?;
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Log::parse(&text).with_context(|| {
        format!("the log {shown} is none of a build; `docker build --progress=plain . 2>&1 | tee build.log` writes one")
    })
}

impl Image {
    /// Compares `log` with what `simulation` foretells.
    ///
    /// # Errors
    /// The target is no stage.
    pub fn new(
        log: &Log,
        project: &Project,
        simulation: &Simulation,
        options: &CacheOptions,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let (outcomes, strange) = log.outcomes(simulation);
        let rows = || simulation.rows.iter().enumerate().filter(|(_, row)| is_wanted(row));
        let select = |outcome: Outcome| -> Vec<usize> {
            rows().map(|(index, _)| index).filter(|index| outcomes.get(index) == Some(&outcome)).collect()
        };
        let (missed, fresh) = (select(Outcome::Cached), select(Outcome::Ran));
        let mut notes = Vec::new();
        if let Some(first) = strange.first() {
            let text = harmless(&first.text);
            notes.push(format!("of another file or stage in the log: {}, as `{text}`", counted(strange.len())));
        }
        if let Some(index) = outcomes.iter().find(|(_, outcome)| **outcome == Outcome::Failed).map(|(index, _)| *index)
        {
            notes.push(format!("the build failed at line {}", simulation.rows[index].line));
        }
        let advice = if missed.is_empty() {
            None
        } else {
            let build = project.build(&project.dockerfile, &project.model, options.target.as_deref());
            let (advice, steps) = advice(&build, simulation, &missed)?;
            let rebuild = Rebuild {
                folder: Some(folder),
                ..Rebuild::new(Some(&project.path), Some(project.context.root()), &project.builds)
            };
            let command = rebuild.command(advice.again());
            Some((advice, steps, command))
        };
        Ok(Self { outcomes, missed, fresh, advice, notes })
    }

    /// The answer for people.
    #[must_use]
    pub fn text(&self, question: &Question, simulation: &Simulation) -> String {
        let mut text = logged_table(simulation, &self.outcomes, !question.is_empty());
        let number = |outcome| self.outcomes.values().filter(|found| **found == outcome).count();
        let (ran, cached) = (number(Outcome::Ran), number(Outcome::Cached));
        text.push_str(&format!("\n{} ran, {cached} came out of the cache\n", counted(ran)));
        if !question.is_empty() {
            text.push_str(&self.verdict(question, simulation));
        }
        text
    }

    fn verdict(&self, question: &Question, simulation: &Simulation) -> String {
        let subject = harmless(&question.subject);
        if self.missed.is_empty() {
            return match self.fresh.first() {
                Some(row) => format!("in this image: {subject}, since line {} ran\n", simulation.rows[*row].line),
                None => format!("no step of this build depends on {subject}\n"),
            };
        }
        let mut text = format!("NOT in this image: {subject}\n");
        let own = |row: &&usize| !matches!(simulation.rows[**row].reason, Reason::Above { .. });
        for row in self.missed.iter().filter(own) {
            let row = &simulation.rows[*row];
            let sentence = harmless(&row.reason.sentence());
            text.push_str(&format!("  line {}: `{}` was CACHED: {sentence}\n", row.line, shortened(row)));
        }
        let below = self.missed.iter().filter(|row| !own(row)).count();
        if below > 0 {
            text.push_str(&format!("  and {} below that depend on it\n", counted(below)));
        }
        text.push_str(&self.cause(simulation));
        if let Some((_, steps, command)) = &self.advice {
            text.push_str(&format!("\nThis runs it again, {} in all:\n    {}\n", counted(*steps), harmless(command)));
        }
        text
    }

    /// How a step can be cached that the builder would have run for this change.
    fn cause(&self, simulation: &Simulation) -> String {
        let mut reasons = self.missed.iter().map(|row| &simulation.rows[*row].reason);
        let cause = reasons.find_map(|reason| match reason {
            Reason::Path { .. } => Some(
                "A builder notices this by itself, so this build was given the old files: another folder, or before the change."
                    .to_owned(),
            ),
            Reason::Environment { .. } | Reason::Word { .. } => {
                Some("A builder notices another value by itself, so this build was given the old one.".to_owned())
            }
            _ => None,
        });
        cause.map_or_else(String::new, |cause| format!("{cause}\n"))
    }

    /// The answer for programs.
    #[must_use]
    pub fn summary(&self, question: &Question, simulation: &Simulation) -> Summary {
        let lines = |rows: &[usize]| rows.iter().map(|row| simulation.rows[*row].line).collect();
        let outcomes = self.outcomes.iter();
        let outcomes = outcomes.map(|(row, outcome)| (simulation.rows[*row].line, outcome.name())).collect();
        let in_image = match () {
            () if question.is_empty() => InImage::NotAsked,
            () if !self.missed.is_empty() => InImage::No,
            () if self.fresh.is_empty() => InImage::NotAsked,
            () => InImage::Yes,
        };
        Summary {
            outcomes,
            in_image,
            missed: lines(&self.missed),
            ran: lines(&self.fresh),
            command: self.advice.as_ref().map(|(_, _, command)| command.clone()),
            steps: self.advice.as_ref().map(|(_, steps, _)| *steps),
        }
    }
}

/// Whether the change belongs into the result of a row: it runs again for its sake, or would if the builder noticed it.
fn is_wanted(row: &Row) -> bool {
    let unnoticed = matches!(row.reason, Reason::DirectoryMode { .. } | Reason::NotInKey { .. });
    row.verdict == Verdict::Rebuilt || unnoticed
}

fn counted(number: usize) -> String {
    format!("{number} step{}", if number == 1 { "" } else { "s" })
}
