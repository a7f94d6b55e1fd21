//! Findings as workflow commands of GitHub Actions, which show them beside the lines of a pull request.
//!
//! A command is one line: `::warning file=F,line=1,endLine=2,title=T::MESSAGE`. In values, `%`, carriage return, line feed, `:` and `,` are
//! percent-encoded, in messages the first three (`escapeProperty` and `escapeData` of `@actions/core`). Every other control
//! character is made visible first, since the lines go to a log that people read.

use super::place::{self, Level, Places};
use super::{Done, FileOutcome, FileReport, Reported, Status, visible};

/// The commands for a file, a line each.
#[must_use]
pub fn file(report: &FileReport) -> String {
    let name = place::name(&report.place);
    match &report.outcome {
        FileOutcome::Skipped(_) => String::new(),
        FileOutcome::Failed(problems) => {
            let one = |problem: &super::Problem| {
                let line = problem.position.map_or(1, |(line, _)| line);
                let message = format!("{}; {}", problem.message, problem.help);
                command("error", &name, (line, line), "dockfix", &message)
            };
            problems.iter().map(one).collect()
        }
        FileOutcome::Done(done) => {
            let places = Places::new(&done.text);
            let visible = done.findings.iter().filter(|reported| reported.status != Status::Suppressed);
            visible.map(|reported| annotation(&name, done, &places, reported)).collect()
        }
    }
}

fn annotation(name: &str, done: &Done, places: &Places<'_>, reported: &Reported) -> String {
    let finding = &reported.finding;
    let level = match Level::of(finding) {
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut message = format!("{}\n{}", finding.message, finding.reason);
    if let Some(fix) = super::text::advice(reported) {
        message.push('\n');
        message.push_str(&fix);
    }
    debug_assert!(finding.span.end <= done.text.len());
    command(level, name, places.lines(finding.span), finding.rule, &message)
}

fn command(level: &str, name: &str, (line, end): (usize, usize), title: &str, message: &str) -> String {
    format!(
        "::{level} file={},line={line},endLine={end},title={}::{}\n",
        property(name),
        property(title),
        data(message)
    )
}

/// Line ends have an escape of their own; what else would steer a terminal is made visible.
fn data(text: &str) -> String {
    let shown = text.split('\n').map(|line| harmless_but_returns(line).replace('%', "%25").replace('\r', "%0D"));
    shown.collect::<Vec<_>>().join("%0A")
}

fn harmless_but_returns(line: &str) -> String {
    line.split('\r').map(visible).collect::<Vec<_>>().join("\r")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_would_end_a_value() {
        assert_eq!(
            command("error", "a,b:c%\r\n\u{1b}[2J", (1, 2), "x", "50%: a, b\nc\u{202e}"),
            "::error file=a%2Cb%3Ac%25%0D%0A\\u{1b}[2J,line=1,endLine=2,title=x::50%25: a, b%0Ac\\u{202e}\n"
        );
    }
}
