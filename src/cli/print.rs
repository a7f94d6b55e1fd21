//! What is printed of each file, and around all of them: one place that knows every format.

use serde_json::Value;

use super::args::Format;
use crate::report::diff::{self, Style};
use crate::report::json::Summary;
use crate::report::review::{self, Review, Service, Words};
use crate::report::{FileOutcome, FileReport, github, gitlab, harmless_json, json, rdjson, sarif, text};

/// Turns reports into text.
#[derive(Clone, Debug)]
pub struct Printer {
    /// How it is printed; `None` prints no data.
    pub format: Option<Format>,
    /// For whom.
    pub style: Style,
    /// The service whose review it is, for the formats that are one.
    pub service: Option<Service>,
    /// The commit that a review is of, where that was said.
    pub commit: Option<String>,
}

/// What is printed of one file.
#[derive(Debug, Default)]
pub struct Printed {
    /// What is printed at its place.
    text: String,
    /// What is printed behind all files.
    notifications: Vec<Value>,
    words: Review,
}

/// What is known when all files are printed.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Whether something stands in the list already.
    started: bool,
    notifications: Vec<Value>,
    words: Words,
}

impl Printer {
    /// What comes before the first file.
    #[must_use]
    pub fn head(&self) -> String {
        match self.format {
            Some(Format::Json) => json::HEAD.to_owned(),
            Some(Format::Sarif) => sarif::head(),
            Some(Format::Rdjson) => rdjson::HEAD.to_owned(),
            Some(Format::Gitlab) => "[".to_owned(),
            Some(Format::GithubReview) => review::GITHUB_HEAD.to_owned(),
            Some(Format::GitlabReview) => review::GITLAB_HEAD.to_owned(),
            Some(Format::Diff | Format::Text | Format::Github) | None => String::new(),
        }
    }

    /// What is printed of a file.
    #[must_use]
    pub fn file(&self, report: &FileReport) -> Printed {
        let Some(format) = self.format else { return Printed::default() };
        let mut printed = Printed::default();
        printed.text = match (format, &report.outcome) {
            (Format::Json, _) => json::file(report).unwrap_or_default(),
            (Format::Diff, FileOutcome::Done(done)) => {
                done.changes.iter().map(|change| diff::unified(change, self.style)).collect()
            }
            (Format::Text, FileOutcome::Done(done)) => text::findings(&report.shown, done, self.style.color),
            (Format::Diff | Format::Text, _) => String::new(),
            (Format::Github, _) => github::file(report),
            (Format::Rdjson, _) => list(&rdjson::file(report)),
            (Format::Gitlab, _) => list(&gitlab::file(report)),
            (Format::Sarif, _) => {
                printed.notifications = sarif::notifications(report);
                list(&sarif::results(report))
            }
            (Format::GithubReview | Format::GitlabReview, _) => {
                let Some(service) = &self.service else { return printed };
                printed.words = review::file(report, service);
                list(&printed.words.comments)
            }
        };
        printed
    }

    /// The text of one more file, with what parts it from those before.
    pub fn next(&self, printed: &mut Printed, gathered: &mut Gathered) -> String {
        gathered.notifications.append(&mut printed.notifications);
        gathered.words.add(&printed.words);
        let text = std::mem::take(&mut printed.text);
        let is_list = !matches!(self.format, Some(Format::Diff | Format::Text | Format::Github) | None);
        if !is_list || text.is_empty() {
            return text;
        }
        let parting = if std::mem::replace(&mut gathered.started, true) { ",\n" } else { "\n" };
        format!("{parting}{}", harmless_json(&text))
    }

    /// What comes after the last file.
    #[must_use]
    pub fn tail(&self, summary: &Summary, gathered: &Gathered) -> String {
        let tail = match self.format {
            Some(Format::Json) => json::tail(summary).unwrap_or_default(),
            Some(Format::Sarif) => sarif::tail(&gathered.notifications, summary.errors > 0),
            Some(Format::Rdjson) => rdjson::TAIL.to_owned(),
            Some(Format::Gitlab) => "\n]\n".to_owned(),
            Some(Format::GithubReview) => review::github_tail(&gathered.words, self.commit.as_deref()),
            Some(Format::GitlabReview) => review::gitlab_tail(&gathered.words),
            Some(Format::Diff | Format::Text | Format::Github) | None => String::new(),
        };
        harmless_json(&tail).into_owned()
    }
}

/// Elements of a list, a line each.
fn list(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n")
}
