//! What builders print, read back: which step of which instruction ran, and which came out of the cache.
//!
//! Understood are BuildKit's plain progress (`docker build --progress=plain`, `docker compose build`, CI), what its progress on a
//! terminal leaves there, and the classic builder's output.

use std::collections::BTreeMap;

use super::{Builder, Simulation};

/// What the output says of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It came out of the cache.
    Cached,
    /// It ran.
    Ran,
    /// It failed, or was cancelled.
    Failed,
}

impl Outcome {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cached => "cached",
            Self::Ran => "ran",
            Self::Failed => "failed",
        }
    }
}

/// A step in the output of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStep {
    /// What stands in front of the number: platform, service, stage.
    pub labels: Vec<String>,
    /// Its number, from 1.
    pub number: usize,
    /// The instruction as the builder prints it.
    pub text: String,
    /// What became of it; `None` where the output does not say.
    pub outcome: Option<Outcome>,
}

/// The output of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The builder.
    pub builder: Builder,
    /// Its steps, in the order in which they were named first.
    pub steps: Vec<LogStep>,
}

/// The output is that of no builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no step of a build is in it")]
pub struct NoSteps;

impl Log {
    /// Reads the output of a build.
    ///
    /// # Errors
    /// [`NoSteps`] if it holds no line of a builder.
    pub fn parse(text: &str) -> Result<Self, NoSteps> {
        let lines: Vec<String> = text.lines().map(plain).collect();
        let classic = classic(&lines);
        let (builder, steps) = match buildkit(&lines) {
            steps if !steps.is_empty() => (Builder::Buildkit, steps),
            _ => (Builder::Classic, classic),
        };
        if steps.is_empty() { Err(NoSteps) } else { Ok(Self { builder, steps }) }
    }

    /// What the output says of each row of `simulation`, which has to be made for the same builder. The second list holds the
    /// steps that belong to no row: those of another file.
    #[must_use]
    pub fn outcomes(&self, simulation: &Simulation) -> (BTreeMap<usize, Outcome>, Vec<&LogStep>) {
        let mut found = BTreeMap::new();
        let mut strange = Vec::new();
        for step in &self.steps {
            match self.row(step, simulation) {
                Some(row) => {
                    found.extend(step.outcome.map(|outcome| (row, outcome)));
                }
                // BuildKit names a step that several builds share after one of them; it shares what a stage begins with.
                None if step.text.starts_with("FROM ") => {}
                None => strange.push(step),
            }
        }
        // One step that two stages have in common is shown once.
        for (row, first) in simulation.rows.iter().enumerate().filter_map(|(row, it)| Some((row, it.same_as?))) {
            let known = found.get(&first).or_else(|| found.get(&row)).copied();
            if let (Builder::Buildkit, Some(outcome)) = (self.builder, known) {
                found.entry(row).or_insert(outcome);
                found.entry(first).or_insert(outcome);
            }
        }
        (found, strange)
    }

    fn row(&self, step: &LogStep, simulation: &Simulation) -> Option<usize> {
        let rows = || simulation.rows.iter().enumerate();
        let row = match self.builder {
            // Triggers have no number there.
            Builder::Classic => rows().filter(|(_, row)| !row.trigger).nth(step.number.checked_sub(1)?)?.0,
            Builder::Buildkit => {
                let stage = stage(step, simulation)?;
                rows().filter(|(_, row)| row.stage == Some(stage) && row.step).nth(step.number.checked_sub(1)?)?.0
            }
        };
        is_printed(&step.text, simulation.rows[row].instruction.logical_text().text()).then_some(row)
    }
}

/// Whether a builder prints the instruction `written` as `printed`: in other blanks, and with variables replaced.
fn is_printed(printed: &str, written: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    // Up to the first of these the two are the same; the keyword is in upper case on one side.
    let fixed = written.split(['$', '<', '\\', '"', '\'']).next().unwrap_or_default();
    let (printed, fixed) = (letters(printed).to_lowercase(), letters(fixed).to_lowercase());
    printed.starts_with(&fixed) || fixed.starts_with(&printed)
}

/// The stage that the labels of a step name. A file of one stage without a name has no label.
fn stage(step: &LogStep, simulation: &Simulation) -> Option<usize> {
    let label = step.labels.last();
    let named = |label: &String| {
        let by_name = simulation
            .stages
            .iter()
            .position(|stage| stage.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(label)));
        let by_number =
            || label.strip_prefix("stage-")?.parse::<usize>().ok().filter(|number| *number < simulation.stages.len());
        by_name.or_else(by_number)
    };
    label.and_then(named).or_else(|| (simulation.stages.len() == 1).then_some(0))
}

/// A line without colours, and without the time that CI systems put in front.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter == '\u{1b}' && rest.peek() == Some(&'[') {
            // Everything up to the letter that ends the sequence.
            while rest.next().is_some_and(|letter| !letter.is_ascii_alphabetic()) {}
        } else {
            text.push(letter);
        }
    }
    let time = text.split(' ').next().unwrap_or_default();
    let is_time = time.len() >= 20 && time.ends_with('Z') && time.as_bytes()[4] == b'-' && time.contains('T');
    let start = if is_time { (time.len() + 1).min(text.len()) } else { 0 };
    text[start..].trim_end().to_owned()
}

/// `#7 [deps 3/5] RUN x`, `#7 CACHED`, `#7 DONE 0.3s`; ` => CACHED [deps 3/5] RUN x   0.0s`.
fn buildkit(lines: &[String]) -> Vec<LogStep> {
    let mut steps: Vec<LogStep> = Vec::new();
    let mut by_vertex: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        if let Some(rest) = line.trim_start().strip_prefix("=> ") {
            on_terminal(rest, &mut steps);
            continue;
        }
        let Some((vertex, rest)) = line.strip_prefix('#').and_then(|rest| rest.split_once(' ')) else { continue };
        if !vertex.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if let Some(index) = by_vertex.get(vertex) {
            let step = &mut steps[*index];
            step.outcome = match rest {
                "CACHED" => Some(Outcome::Cached),
                _ if rest.starts_with("ERROR") || rest == "CANCELED" => Some(Outcome::Failed),
                // A step that was cached is done as well.
                _ if rest.starts_with("DONE") => step.outcome.or(Some(Outcome::Ran)),
                _ => step.outcome,
            };
        } else if let Some(step) = header(rest) {
            by_vertex.insert(vertex.to_owned(), steps.len());
            steps.push(step);
        }
    }
    steps
}

/// `[linux/amd64 deps 3/5] RUN x`
fn header(text: &str) -> Option<LogStep> {
    let (inside, text) = text.strip_prefix('[')?.split_once("] ")?;
    let mut labels: Vec<String> = inside.split_whitespace().map(str::to_owned).collect();
    let (number, total) = labels.pop()?.split_once('/').map(|(one, two)| (one.to_owned(), two.to_owned()))?;
    total.parse::<usize>().ok()?;
    Some(LogStep { labels, number: number.parse().ok()?, text: text.to_owned(), outcome: None })
}

fn on_terminal(rest: &str, steps: &mut Vec<LogStep>) {
    let (outcome, rest) = match () {
        () if rest.starts_with("CACHED ") => (Outcome::Cached, &rest["CACHED ".len()..]),
        () if rest.starts_with("ERROR ") => (Outcome::Failed, &rest["ERROR ".len()..]),
        () if rest.starts_with("CANCELED ") => (Outcome::Failed, &rest["CANCELED ".len()..]),
        () => (Outcome::Ran, rest),
    };
    let Some(mut step) = header(rest.trim_start()) else { return };
    // The time at the end of the line.
    if let Some((text, time)) = step.text.rsplit_once(' ')
        && time.strip_suffix('s').is_some_and(|time| time.parse::<f64>().is_ok())
    {
        step.text = text.trim_end().to_owned();
    }
    step.outcome = Some(outcome);
    // A line is painted again and again; the last time counts.
    match steps.iter_mut().find(|other| other.labels == step.labels && other.number == step.number) {
        Some(other) => *other = step,
        None => steps.push(step),
    }
}

/// `Step 3/9 : RUN x`, ` ---> Using cache`, ` ---> Running in 0123`, ` ---> 0123456789ab`.
fn classic(lines: &[String]) -> Vec<LogStep> {
    let mut steps: Vec<LogStep> = Vec::new();
    for line in lines {
        if let Some((numbers, text)) = line.strip_prefix("Step ").and_then(|rest| rest.split_once(" : ")) {
            let number = numbers.split_once('/').and_then(|(number, _)| number.parse().ok());
            let step = |number| LogStep { labels: Vec::new(), number, text: text.to_owned(), outcome: None };
            steps.extend(number.map(step));
        } else if let (Some(step), Some(said)) = (steps.last_mut(), line.strip_prefix(" ---> ")) {
            let from = step.text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from "));
            step.outcome = match said {
                "Using cache" => Some(Outcome::Cached),
                // What a stage begins with is no step that could run.
                _ if from => None,
                _ => step.outcome.or(Some(Outcome::Ran)),
            };
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<(String, Option<Outcome>)> {
        let log = Log::parse(text).unwrap();
        let shown = |step: &LogStep| format!("{} {} {}", step.labels.join(" "), step.number, step.text);
        log.steps.iter().map(|step| (shown(step).trim().to_owned(), step.outcome)).collect()
    }

    #[test]
    fn reads_plain_progress() {
        let text = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\n#5 [deps 1/2] FROM docker.io/x\n\
            #6 [web stage-1  2/10] RUN a\n#5 CACHED\n#6 0.1 CACHED\n#6 DONE 0.2s\n2024-05-01T10:00:00.1234567Z #7 [3/3] COPY a /\n\
            2024-05-01T10:00:00.1234567Z #7 ERROR: no\n\u{1b}[34m#8 [4/4] RUN x\u{1b}[0m\n";
        assert_eq!(
            steps(text),
            [
                ("deps 1 FROM docker.io/x".to_owned(), Some(Outcome::Cached)),
                ("web stage-1 2 RUN a".to_owned(), Some(Outcome::Ran)),
                ("3 COPY a /".to_owned(), Some(Outcome::Failed)),
                ("4 RUN x".to_owned(), None),
            ]
        );
    }

    #[test]
    fn reads_what_a_terminal_shows() {
        let text = "[+] Building 1.2s (8/8) FINISHED\n => [internal] load .dockerignore      0.0s\n => CACHED [2/3] COPY a b     0.0s\n => [3/3] RUN x 1.0s\n";
        assert_eq!(
            steps(text),
            [("2 COPY a b".to_owned(), Some(Outcome::Cached)), ("3 RUN x".to_owned(), Some(Outcome::Ran))]
        );
    }

    #[test]
    fn reads_the_classic_builder() {
        let text = "Sending build context to Docker daemon  5kB\nStep 1/3 : FROM x\n ---> dd6287de7195\nStep 2/3 : COPY a /\n ---> Using cache\n ---> 123456789abc\nStep 3/3 : RUN x\n ---> Running in 0123\n ---> 223456789abc\n";
        assert_eq!(
            steps(text),
            [
                ("1 FROM x".to_owned(), None),
                ("2 COPY a /".to_owned(), Some(Outcome::Cached)),
                ("3 RUN x".to_owned(), Some(Outcome::Ran)),
            ]
        );
        assert_eq!(Log::parse("hello\n"), Err(NoSteps));
    }
}
