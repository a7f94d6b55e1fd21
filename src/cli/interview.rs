//! `dockfix --interactive`: asks about each fix, as `git add -p` asks about each hunk.
//!
//! Answers are lines, so the terminal keeps its usual mode and Ctrl-C needs no care: what was taken of a file is written when all of
//! its questions are answered, and not before.

use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use colored::Colorize as _;

use super::names::Names;
use crate::files::Found;
use crate::finding::{Finding, Target};
use crate::fix::Proposal;
use crate::model::cache::Gain;
use crate::report::FileChange;
use crate::report::proposal::{Question, render};
use crate::settings::{Applicability, Settings};

const HELP: &str = "\
y - take this fix
n - leave this fix
q - quit: leave this fix and all that follow; what was taken is written
a - take this fix and all that follow in this file
d - leave this fix and all that follow in this file
k - go back to the fix before
p - print this fix again
? - print this help
";

/// Somebody at a terminal, and what they said so far.
#[derive(Debug)]
pub struct Interview {
    color: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What was said of the fixes of this file, in the order in which they come up.
    answers: Vec<Answer>,
    /// How many of them came up since the file was begun.
    met: usize,
    rest: Rest,
    /// Whether the fix before is to be asked about again.
    back: bool,
    quit: bool,
    /// Whether unsafe fixes are taken with all others.
    unsafe_too: bool,
}

/// What was said of a fix. The words say whether it comes up again when the file is begun anew.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    rule: &'static str,
    message: String,
    taken: bool,
}

/// What is to be done with the fixes that follow in this file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    #[default]
    Ask,
    Take {
        unsafe_too: bool,
    },
    Leave,
}

/// A file whose fixes are asked about, and how it and its ignore file are called.
pub struct Place<'a> {
    /// The names of files.
    pub names: &'a Names,
    /// The file.
    pub found: &'a Found,
    /// Its text.
    pub text: &'a str,
    /// The ignore file that fixes write to.
    pub ignore_file: Option<&'a Path>,
}

impl Interview {
    /// An interview at the terminal.
    #[must_use]
    pub fn new(color: bool) -> Self {
        Self { color, state: Mutex::default() }
    }

    /// Begins with the fixes of another file.
    pub fn begin(&self, settings: &Settings) {
        let mut state = self.state();
        *state = State { quit: state.quit, unsafe_too: settings.unsafe_fixes, ..State::default() };
    }

    /// Whether the user went back, so that the file has to be looked at again; what was said before counts as said.
    #[must_use]
    pub fn went_back(&self) -> bool {
        let mut state = self.state();
        (state.met, state.rest) = (0, Rest::Ask);
        std::mem::take(&mut state.back)
    }

    /// Whether the user wants to see no more.
    #[must_use]
    pub fn has_quit(&self) -> bool {
        self.state().quit
    }

    /// Whether the user takes the fix.
    #[must_use]
    pub fn takes(&self, proposal: &Proposal<'_>, place: &Place<'_>) -> bool {
        let mut state = self.state();
        let state = &mut *state;
        let finding = &proposal.finding;
        let is_unsafe = finding.applicability != Applicability::Safe;
        if state.quit || state.back {
            return false;
        }
        match state.rest {
            Rest::Leave => return false,
            Rest::Take { unsafe_too } if unsafe_too || !is_unsafe => return true,
            Rest::Take { .. } | Rest::Ask => {}
        }
        if let Some(taken) = state.said(finding) {
            return taken;
        }
        let shown = describe(proposal, place, self.color);
        let counter = format!("({}/{})", state.met + 1, state.met + 1 + proposal.waiting);
        print(&format!("\n{shown}"));
        let taken = loop {
            let keys = if state.answers.is_empty() { "y,n,q,a,d,p,?" } else { "y,n,q,a,d,k,p,?" };
            let what = if is_unsafe { "this unsafe fix" } else { "this fix" };
            let prompt = format!("{counter} Take {what} [{keys}]? ");
            print(&if self.color { prompt.blue().bold().to_string() } else { prompt });
            match read_answer().as_deref() {
                Some("y" | "yes") => break true,
                Some("n" | "no") => break false,
                Some("a") => {
                    state.rest = Rest::Take { unsafe_too: is_unsafe || state.unsafe_too };
                    break true;
                }
                Some("d") => {
                    state.rest = Rest::Leave;
                    break false;
                }
                Some("k") if state.answers.pop().is_some() => {
                    state.back = true;
                    return false;
                }
                Some("k") => print("There is no fix before this one.\n"),
                Some("q" | "quit") | None => {
                    state.quit = true;
                    return false;
                }
                Some("p") => print(&format!("\n{shown}")),
                Some("") => {}
                Some(_) => print(&help(is_unsafe || state.unsafe_too)),
            }
        };
        state.answers.push(Answer { rule: finding.rule, message: finding.message.clone(), taken });
        state.met += 1;
        taken
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A bug in a rule must not end the interview.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What was said of this fix before the user went back. What was said of others is forgotten where the file changed meanwhile.
    fn said(&mut self, finding: &Finding) -> Option<bool> {
        let known = self.answers.get(self.met)?;
        if known.rule != finding.rule || known.message != finding.message {
            self.answers.truncate(self.met);
            return None;
        }
        self.met += 1;
        Some(known.taken)
    }
}

fn help(unsafe_too: bool) -> String {
    if unsafe_too { HELP.to_owned() } else { HELP.replace("in this file\nd", "in this file that are safe\nd") }
}

fn describe(proposal: &Proposal<'_>, place: &Place<'_>, color: bool) -> String {
    let written = proposal.written();
    let mut changes = Vec::new();
    for (target, path) in
        [(Target::Dockerfile, Some(place.found.path.as_path())), (Target::Dockerignore, place.ignore_file)]
    {
        let Some(path) = path else { continue };
        let before = match target {
            Target::Dockerfile => Some(proposal.texts.dockerfile.clone()),
            Target::Dockerignore => proposal.texts.dockerignore.clone(),
        };
        let after = written.of(target).to_owned();
        if before.as_deref().unwrap_or_default() != after {
            let name = place.names.in_diff(path, &place.found.root).0;
            changes.push(FileChange { path: path.to_owned(), name, before, after });
        }
    }
    let shown = place.names.shown(&place.found.path);
    let gain = proposal.gain.as_ref().map(Gain::sentence);
    render(&Question { shown: &shown, text: place.text, finding: &proposal.finding, gain, changes }, color)
}

/// Prints at once, since a question that nobody sees is never answered. Where standard output is closed there is nobody to
/// tell; that standard input ends then, ends the interview.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// A line in lower case; `None` at the end of standard input.
fn read_answer() -> Option<String> {
    let mut line = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut line);
    if line.is_empty() || read.is_err() {
        print("\n");
        return None;
    }
    Some(String::from_utf8_lossy(&line).trim().to_lowercase())
}
