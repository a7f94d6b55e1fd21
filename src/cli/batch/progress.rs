//! What is said while a batch runs: a bar on a terminal, a line now and then elsewhere, and nothing with `-q`.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::record::{Outcome, Record};
use crate::cli::output::Output;
use crate::report::harmless;

/// How often a bar moves although nothing was done.
pub const INTERVAL: Duration = Duration::from_millis(200);
/// How long nothing is said elsewhere.
const SILENCE: Duration = Duration::from_secs(5);
/// The longest name beside a bar.
const LONGEST: usize = 40;

/// How far a batch is.
pub struct Progress {
    shown: Shown,
    total: usize,
    done: usize,
    changed: usize,
    failed: usize,
    said: Instant,
    said_done: usize,
}

enum Shown {
    Bar(ProgressBar),
    Lines,
    Nothing,
}

impl Progress {
    /// Nothing of `total` repositories is done.
    #[must_use]
    pub fn new(total: usize, output: &Output) -> Self {
        let shown = if output.is_quiet() {
            Shown::Nothing
        } else if output.messages_on_terminal {
            Shown::Bar(bar(total))
        } else {
            Shown::Lines
        };
        Self { shown, total, done: 0, changed: 0, failed: 0, said: Instant::now(), said_done: 0 }
    }

    /// One more is done.
    pub fn add(&mut self, record: &Record, output: &mut Output) {
        self.done += 1;
        self.changed += usize::from(!record.part.changed.is_empty());
        self.failed += usize::from(!record.outcome.is_well());
        if let Shown::Bar(bar) = &self.shown {
            bar.set_message(self.message(Some(&record.repository)));
            bar.inc(1);
        }
        for error in record.part.errors.iter().take(usize::from(record.outcome != Outcome::Partial)) {
            let text = format!("{}: {}: {}; {}", record.repository, record.outcome.name(), error.message, error.help);
            self.without_bar(|| output.detail(&text));
        }
        self.tick(output);
    }

    /// Time has passed.
    pub fn tick(&mut self, output: &mut Output) {
        match &self.shown {
            Shown::Bar(bar) => bar.tick(),
            Shown::Lines if self.done > self.said_done && self.done < self.total && self.said.elapsed() >= SILENCE => {
                let percent = 100 * self.done / self.total;
                let text =
                    format!("{} of {} repositories ({percent} %), {}", self.done, self.total, self.message(None));
                output.note(&text);
                (self.said, self.said_done) = (Instant::now(), self.done);
            }
            Shown::Lines | Shown::Nothing => {}
        }
    }

    /// Does something that may print, with the bar out of the way.
    pub fn without_bar<R>(&self, print: impl FnOnce() -> R) -> R {
        match &self.shown {
            Shown::Bar(bar) => bar.suspend(print),
            Shown::Lines | Shown::Nothing => print(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }

    fn message(&self, name: Option<&str>) -> String {
        let mut message = format!("{} with changes, {} failed or refused", self.changed, self.failed);
        if let Some(name) = name {
            let from = name.char_indices().rev().nth(LONGEST).map_or(0, |(at, _)| at);
            message.push_str("; ");
            message.push_str(&harmless(name.get(from..).unwrap_or_default()));
        }
        message
    }
}

fn bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    // A template that is wrong leaves the usual look.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}
