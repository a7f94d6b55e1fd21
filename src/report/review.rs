//! Findings as comments on the lines of a change, with suggestions that can be taken by a click: the bodies of the requests that
//! GitHub and GitLab take.
//!
//! A suggestion is one run of whole lines. What it is made of is known to be kept by both services: lines that end with a line feed, without
//! control characters, a byte order mark, or a last line without an end. Where a fix needs more, the comment says it in
//! words. Of fixes that change the same lines, only the first one is a suggestion.

mod markdown;

use serde_json::{Value, json};

use self::markdown::{code, fenced, prose};
use super::hunk::{Hunk, NoHunk, is_offered};
use super::place::{self, Places};
use super::{Done, FileOutcome, FileReport, Reported, Status, text};
use crate::text::{DiffLines, Span};

/// Bytes of a comment or body; GitHub takes 65,536 characters.
const LONGEST_BODY: usize = 60_000;

/// What is said about one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// The comments on its lines.
    pub comments: Vec<Value>,
    /// What cannot stand beside a line, as Markdown: an item of a list each.
    pub words: Vec<String>,
}

/// The service whose requests are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// GitHub's "create a review for a pull request": `comments`.
    GitHub,
    /// GitLab's "create a new thread in the merge request diff", one request each.
    GitLab(Commits),
}

/// The commits that a merge request compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// Where the two sides part.
    pub base: String,
    /// The commit of the target branch; that of `base` unless the service says otherwise.
    pub start: String,
    /// The latest commit of the source branch.
    pub head: String,
}

/// What is said about a file.
#[must_use]
pub fn file(report: &FileReport, service: &Service) -> Review {
    let name = code(&place::name(&report.place));
    match &report.outcome {
        FileOutcome::Skipped(_) => Review::default(),
        FileOutcome::Failed(problems) => {
            let words = problems.iter().take(1).map(|problem| {
                let line = problem.position.map_or(String::new(), |(line, _)| format!(", line {line}"));
                format!("{name}{line}: {}; {}", prose(&problem.message), prose(&problem.help))
            });
            Review { comments: Vec::new(), words: words.collect() }
        }
        FileOutcome::Done(done) => match (&report.lines, place::exact_name(&report.place)) {
            (Some(lines), Some(path)) => {
                let mut writer =
                    Writer { path, name, lines, done, places: Places::new(&done.text), taken: Vec::new(), service };
                writer.review()
            }
            _ => Review { comments: Vec::new(), words: elsewhere(&name, done) },
        },
    }
}

/// The whole of GitHub's request: what comes before the first comment.
pub const GITHUB_HEAD: &str = "{\"event\":\"COMMENT\",\"comments\":[";
/// The same for GitLab, whose threads are requests of their own.
pub const GITLAB_HEAD: &str = "{\"discussions\":[";

/// What comes after the last comment on GitHub.
#[must_use]
pub fn github_tail(words: &Words, commit: Option<&str>) -> String {
    let commit = commit.map(|commit| format!(",\"commit_id\":{}", json!(commit))).unwrap_or_default();
    format!("\n]{commit},\"body\":{}}}\n", json!(words.body("pull request")))
}

/// What comes after the last thread on GitLab: the body of "create new merge request note", or `null` where there is nothing to say.
#[must_use]
pub fn gitlab_tail(words: &Words) -> String {
    let note = if words.count == 0 { Value::Null } else { json!({"body": words.body("merge request")}) };
    format!("\n],\"note\":{note}}}\n")
}

/// What of all files cannot stand beside a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    text: String,
    /// How many items there are, and how many of them are left out for their length.
    count: usize,
    left_out: usize,
    comments: usize,
}

impl Words {
    /// Adds what is said of one more file.
    pub fn add(&mut self, review: &Review) {
        self.comments += review.comments.len();
        for words in &review.words {
            self.count += 1;
            if self.text.len() + words.len() > LONGEST_BODY {
                self.left_out += 1;
            } else {
                self.text.push_str(&format!("- {words}\n"));
            }
        }
    }

    fn body(&self, request: &str) -> String {
        let mut body = match (self.comments, self.count) {
            (0, 0) => return format!("dockfix found nothing on the lines of this {request}."),
            (_, 0) => return "dockfix: see the comments.".to_owned(),
            _ => format!("dockfix, on what is not beside a line of this {request}'s diff:\n\n{}", self.text),
        };
        if self.left_out > 0 {
            body.push_str(&format!("- and {} more; `dockfix check` shows all\n", self.left_out));
        }
        body
    }
}

/// The findings of a file of which no line can be commented on.
fn elsewhere(name: &str, done: &Done) -> Vec<String> {
    let visible: Vec<&Reported> =
        done.findings.iter().filter(|reported| reported.status != Status::Suppressed).collect();
    let mut rules: Vec<String> = visible.iter().map(|reported| code(reported.finding.rule)).collect();
    rules.sort();
    rules.dedup();
    match visible.len() {
        0 => Vec::new(),
        1 => vec![format!("{name}: 1 finding ({})", rules.join(", "))],
        count => vec![format!("{name}: {count} findings ({})", rules.join(", "))],
    }
}

struct Writer<'a> {
    path: String,
    name: String,
    lines: &'a DiffLines,
    done: &'a Done,
    places: Places<'a>,
    /// The lines that suggestions change.
    taken: Vec<(usize, usize)>,
    service: &'a Service,
}

/// Lines to comment on, and the one at which the comment stands.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    first: usize,
    last: usize,
    at: usize,
}

impl Writer<'_> {
    fn review(&mut self) -> Review {
        let mut review = Review::default();
        let visible = self.done.findings.iter().filter(|reported| reported.status != Status::Suppressed);
        for reported in visible {
            match self.comment(reported) {
                Some(comment) => review.comments.push(comment),
                None => review.words.push(self.in_words(reported)),
            }
        }
        review
    }

    fn comment(&mut self, reported: &Reported) -> Option<Value> {
        let finding = &reported.finding;
        let head = format!("{}\n\n{}\n\n", prose(&finding.message), prose(&finding.reason));
        let rule = format!("\n{}", code(finding.rule));
        let why = match self.suggestion(reported) {
            Ok((form, anchor)) => {
                let title = prose(&finding.fix.as_ref().map(|fix| fix.title.clone()).unwrap_or_default());
                let body = format!("{head}Fix: {title}\n\n{}{rule}", self.block(&form, anchor));
                if body.len() <= LONGEST_BODY {
                    self.taken.push((anchor.first, anchor.last));
                    return Some(self.at(anchor, &body));
                }
                "it is too long for a suggestion".to_owned()
            }
            Err(why) => why,
        };
        let anchor = self.lines_of(finding.span)?;
        let advice = text::advice(reported).map(|advice| format!("Fix: {}; {why}.\n", prose(&advice)));
        let body = format!("{head}{}{rule}", advice.unwrap_or_default());
        (body.len() <= LONGEST_BODY).then(|| self.at(anchor, &body))
    }

    /// What of a fix can be taken by a click, or why it cannot.
    fn suggestion(&self, reported: &Reported) -> Result<(Hunk, Anchor), String> {
        let no = |why: &str| Err(why.to_owned());
        let Some(fix) = reported.finding.fix.as_ref().filter(|_| is_offered(reported)) else {
            return no("it is no suggestion, since this run does not write it, or not first");
        };
        let text = &self.done.text;
        let hunk = match Hunk::of(text, fix) {
            Ok(hunk) => hunk,
            Err(NoHunk::TwoFiles) => return no("it is no suggestion, since it changes two files"),
            Err(NoHunk::Several) => return no("it is no suggestion, since it changes lines that stand apart"),
        };
        let forms = hunk.forms(text);
        let (mut plain, mut shown) = (false, false);
        for form in forms.into_iter().filter(|form| is_plain(text, form)) {
            plain = true;
            let (first, last) = self.places.lines(form.span);
            let Some(anchor) = self.anchor(first, last) else { continue };
            shown = true;
            if self.taken.iter().all(|(from, to)| last < *from || *to < first) {
                return Ok((form, anchor));
            }
        }
        no(match (plain, shown) {
            (false, _) => "it is no suggestion, since that might not keep how these lines end",
            (true, false) => "it is no suggestion, since not all of its lines are in this diff",
            (true, true) => "it is no suggestion yet, since another one changes the same lines",
        })
    }

    /// Where a comment on these lines stands, if there may be one.
    fn anchor(&self, first: usize, last: usize) -> Option<Anchor> {
        match self.service {
            Service::GitHub => self.lines.shows(first, last).then_some(Anchor { first, last, at: last }),
            // A line that the change does not add would have to be named by its old number as well.
            Service::GitLab(_) => self.lines.added_in(first, last).map(|at| Anchor { first, last, at }),
        }
    }

    /// The lines of a finding, or as many of them as can be commented on.
    fn lines_of(&self, span: Span) -> Option<Anchor> {
        let (first, last) = self.places.lines(span);
        let whole = self.anchor(first, last);
        whole.or_else(|| (first..=last).find_map(|line| self.anchor(line, line)))
    }

    fn block(&self, form: &Hunk, anchor: Anchor) -> String {
        let info = match self.service {
            Service::GitHub => "suggestion".to_owned(),
            Service::GitLab(_) => format!("suggestion:-{}+{}", anchor.at - anchor.first, anchor.last - anchor.at),
        };
        fenced(&info, &form.text)
    }

    fn at(&self, anchor: Anchor, body: &str) -> Value {
        match self.service {
            Service::GitHub if anchor.first < anchor.last => json!({
                "path": self.path, "side": "RIGHT", "line": anchor.last,
                "start_line": anchor.first, "start_side": "RIGHT", "body": body,
            }),
            Service::GitHub => json!({"path": self.path, "side": "RIGHT", "line": anchor.last, "body": body}),
            Service::GitLab(commits) => json!({"body": body, "position": {
                "position_type": "text",
                "base_sha": commits.base, "start_sha": commits.start, "head_sha": commits.head,
                "old_path": self.old_path(), "new_path": self.path, "new_line": anchor.at,
            }}),
        }
    }

    fn old_path(&self) -> String {
        let old = self.lines.old_name.clone().and_then(|name| String::from_utf8(name).ok());
        old.unwrap_or_else(|| self.path.clone())
    }

    fn in_words(&self, reported: &Reported) -> String {
        let finding = &reported.finding;
        let line = self.places.line(finding.span.start);
        let advice = text::advice(reported).map(|advice| format!(". Fix: {}", prose(&advice))).unwrap_or_default();
        format!("{}, line {line}: {}{advice} ({})", self.name, prose(&finding.message), code(finding.rule))
    }
}

/// Whether services are known to keep every byte of the hunk.
fn is_plain(text: &str, form: &Hunk) -> bool {
    let old = form.span.of(text);
    let marks = |text: &str| text.chars().any(|it| it.is_control() && !matches!(it, '\t' | '\n') || it == '\u{feff}');
    // GitLab takes a blank text for none.
    let blank = !form.text.is_empty() && form.text.trim().is_empty();
    let closed = old.ends_with('\n') && (form.text.is_empty() || form.text.ends_with('\n'));
    closed && !blank && !marks(old) && !marks(&form.text)
}
