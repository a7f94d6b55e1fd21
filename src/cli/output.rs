//! Standard output and standard error: colour, and what happens when nobody reads any more.

use std::io::{self, BufWriter, IsTerminal, Write};

use super::args::{ColorWhen, GlobalOptions};
use crate::report::{harmless, harmless_json};

/// The two streams. Data goes to standard output, what is said about it to standard error.
pub struct Output {
    data: BufWriter<io::StdoutLock<'static>>,
    state: State,
    quiet: bool,
    verbose: bool,
    /// Whether data is coloured.
    pub color: bool,
    /// Whether messages are coloured.
    pub color_messages: bool,
    /// Whether data goes to a terminal, which control characters would steer.
    pub terminal: bool,
    /// Whether messages go to a terminal.
    pub messages_on_terminal: bool,
}

enum State {
    Open,
    /// The reader went away, as `head` does. Nothing is wrong.
    Closed,
    Failed(io::Error),
}

impl Output {
    /// The streams of this process.
    #[must_use]
    pub fn new(options: &GlobalOptions) -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let color = colored(options.color, stdout.is_terminal());
        // `colored` decides by standard output alone; here the decision is made, and it only paints.
        colored::control::set_override(true);
        Self {
            terminal: stdout.is_terminal(),
            messages_on_terminal: stderr.is_terminal(),
            data: BufWriter::with_capacity(64 << 10, stdout.lock()),
            state: State::Open,
            quiet: options.quiet,
            verbose: options.verbose,
            color,
            color_messages: colored(options.color, stderr.is_terminal()),
        }
    }

    /// Prints data.
    pub fn data(&mut self, text: &str) {
        if matches!(self.state, State::Open) {
            let written = self.data.write_all(text.as_bytes());
            self.keep(written);
        }
    }

    /// Prints a JSON document, or a part of one.
    pub fn json(&mut self, text: &str) {
        self.data(&harmless_json(text));
    }

    /// Hands on what was printed so far.
    pub fn flush(&mut self) {
        if matches!(self.state, State::Open) {
            let written = self.data.flush();
            self.keep(written);
        }
    }

    /// Whether printing more data makes no sense.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        !matches!(self.state, State::Open)
    }

    /// Says that something failed, on one line. What comes from a repository cannot steer the terminal.
    pub fn error(&mut self, text: &str) {
        self.flush();
        let text = harmless(text);
        // Where standard error is closed, there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "dockfix: {text}");
    }

    /// Says something of which the lines are laid out already.
    pub fn block(&mut self, text: &str) {
        self.flush();
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says something that `-q` silences.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Says something that only `-v` asks for.
    pub fn detail(&mut self, text: &str) {
        if self.verbose {
            self.error(text);
        }
    }

    /// Whether `-q` was given.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints the rest. `false` where printing failed for another reason than that nobody reads.
    pub fn finish(&mut self) -> bool {
        self.flush();
        if let State::Failed(error) = &self.state {
            let text = crate::files::FileError::describe(error);
            let _ =
                writeln!(io::stderr().lock(), "dockfix: cannot write to standard output: {text}; check where it goes");
            return false;
        }
        true
    }

    fn keep(&mut self, written: io::Result<()>) {
        match written {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.state = State::Closed,
            Err(error) => self.state = State::Failed(error),
        }
    }
}

/// `--color` first, then <https://no-color.org> and <https://bixense.com/clicolors>, then the terminal.
fn colored(when: ColorWhen, terminal: bool) -> bool {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if variable("NO_COLOR").is_some() => false,
        ColorWhen::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorWhen::Auto => terminal && variable("CLICOLOR").is_none_or(|value| value != "0"),
    }
}
