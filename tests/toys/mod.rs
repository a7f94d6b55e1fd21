//! Rules made of a few words, to see what the engine does with them.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeSet;

use dockfix::finding::{Finding, Fix, Target};
use dockfix::fix::Checker;
use dockfix::rules::{MayChange, Turn};
use dockfix::settings::Applicability;
use dockfix::syntax::Dockerfile;
use dockfix::text::{Edit, Span, newline_at};

/// A toy rule.
#[derive(Clone, Debug)]
pub struct Toy {
    slug: &'static str,
    may_change: Vec<MayChange>,
    level: Applicability,
    what: What,
    /// Text that the fix relies on, and text that it writes back as it is.
    reads: Option<&'static str>,
    touches: Option<&'static str>,
    ignores: Option<&'static str>,
    /// The rule of which a fix has to be written first, and whether this one waits for all others.
    follows: Option<&'static str>,
    turn: Turn,
}

#[derive(Clone, Debug)]
enum What {
    /// Every occurrence of one text, outside of dockfix's own comments, becomes the other.
    Replace(&'static str, &'static str),
    /// Behind each line that is the first text stands the second one, somewhere before a CMD.
    LineAfter(&'static str, &'static str),
    /// The line that is the first text goes below the one that is the other.
    Below(&'static str, &'static str),
    /// A file that is the first text becomes the other.
    Rewrite(&'static str, &'static str),
    /// The file has one more line than it has.
    Growing,
    /// A place that no file has.
    Outside(Target),
}

impl Toy {
    const fn new(slug: &'static str, may_change: Vec<MayChange>, what: What) -> Self {
        Self {
            slug,
            may_change,
            level: Applicability::Safe,
            what,
            reads: None,
            touches: None,
            ignores: None,
            follows: None,
            turn: Turn::Usual,
        }
    }

    pub fn replace(slug: &'static str, may_change: &[MayChange], from: &'static str, to: &'static str) -> Self {
        Self::new(slug, may_change.to_vec(), What::Replace(from, to))
    }

    pub fn line_after(slug: &'static str, may_change: &[MayChange], line: &'static str, new: &'static str) -> Self {
        Self::new(slug, may_change.to_vec(), What::LineAfter(line, new))
    }

    pub fn below(slug: &'static str, may_change: &[MayChange], line: &'static str, other: &'static str) -> Self {
        Self::new(slug, may_change.to_vec(), What::Below(line, other))
    }

    pub fn rewrite(slug: &'static str, may_change: &[MayChange], from: &'static str, to: &'static str) -> Self {
        Self::new(slug, may_change.to_vec(), What::Rewrite(from, to))
    }

    pub fn growing(slug: &'static str, may_change: &[MayChange]) -> Self {
        Self::new(slug, may_change.to_vec(), What::Growing)
    }

    pub fn outside(slug: &'static str, target: Target) -> Self {
        Self::new(slug, Vec::new(), What::Outside(target))
    }

    pub fn level(mut self, level: Applicability) -> Self {
        self.level = level;
        self
    }

    /// Finds something only after a fix of another rule was written.
    pub fn following(mut self, rule: &'static str) -> Self {
        self.follows = Some(rule);
        self
    }

    /// Writes in this turn.
    pub fn turn(mut self, turn: Turn) -> Self {
        self.turn = turn;
        self
    }

    pub fn reading(mut self, text: &'static str) -> Self {
        self.reads = Some(text);
        self
    }

    /// Writes `text` where it stands, so that fixes of this toy exclude each other unless they are the same.
    pub fn writing(mut self, text: &'static str) -> Self {
        self.touches = Some(text);
        self
    }

    pub fn ignoring(mut self, line: &'static str) -> Self {
        self.ignores = Some(line);
        self
    }

    fn finding(&self, span: Span, message: String, edits: Vec<(Target, Edit)>, text: &str) -> Finding {
        let mut edits = edits;
        let place = |wanted: &str| text.find(wanted).map(|start| Span::new(start, start + wanted.len()));
        edits.extend(self.ignores.map(|line| (Target::Dockerignore, Edit::insert(0, line))));
        let mut reads: Vec<_> = self.reads.and_then(place).map(|span| (Target::Dockerfile, span)).into_iter().collect();
        // An edit that depends on the place is never shared.
        reads.extend(self.touches.and_then(place).map(|span| (Target::Dockerfile, span)));
        if let Some(touched) = self.touches.and_then(place) {
            let half = touched.start + 1 + span.start % (touched.len() - 1);
            let written = Span::new(touched.start, half);
            edits.push((Target::Dockerfile, Edit::replace(written, written.of(text))));
        }
        Finding {
            rule: self.slug,
            span,
            message,
            reason: "a toy says so".into(),
            applicability: self.level,
            paths: Vec::new(),
            related: Vec::new(),
            fix: Some(Fix { title: format!("do what {} does", self.slug), edits, reads }),
        }
    }

    fn check(&self, dockerfile: &Dockerfile) -> Vec<Finding> {
        let text = dockerfile.text();
        let comments = dockerfile.comments();
        let in_own_comment = |at: usize| {
            comments.iter().any(|(span, text)| text.contains("dockfix:") && span.start <= at && at < span.end)
        };
        let in_file = |edit| vec![(Target::Dockerfile, edit)];
        match &self.what {
            What::Replace(from, to) => text
                .match_indices(from)
                .filter(|(at, _)| !in_own_comment(*at))
                .map(|(at, _)| Span::new(at, at + from.len()))
                .map(|span| self.finding(span, format!("`{from}` is here"), in_file(Edit::replace(span, *to)), text))
                .collect(),
            What::LineAfter(line, new) => text
                .match_indices(line)
                .filter(|(at, _)| !text[*at..].split("CMD").next().unwrap_or_default().contains(new))
                .map(|(at, _)| {
                    let span = Span::new(at, at + line.len());
                    let newline = newline_at(text, at).as_str();
                    let end = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
                    let inserted = if text[at..end].ends_with('\n') {
                        format!("{new}{newline}")
                    } else {
                        format!("{newline}{new}")
                    };
                    self.finding(span, format!("no `{new}` here"), in_file(Edit::insert(end, inserted)), text)
                })
                .collect(),
            What::Below(line, other) => {
                let place = |line: &str| text.find(line).map(|start| Span::new(start, start + line.len() + 1));
                let (Some(from), Some(to)) = (place(line), place(other)) else { return Vec::new() };
                let edits = [Edit::replace(from, ""), Edit::insert(to.end, from.of(text))];
                let edits = edits.map(|edit| (Target::Dockerfile, edit)).to_vec();
                let finding = || self.finding(from, format!("`{line}` is above `{other}`"), edits, text);
                (from.start < to.start).then(finding).into_iter().collect()
            }
            What::Rewrite(from, to) => {
                let whole = Span::new(0, text.len());
                let finding =
                    || self.finding(whole, "the file is this".into(), in_file(Edit::replace(whole, *to)), text);
                (text == *from).then(finding).into_iter().collect()
            }
            What::Growing => {
                let message = format!("only {} lines", text.lines().count());
                vec![self.finding(Span::new(0, 4), message, in_file(Edit::insert(text.len(), "RUN more\n")), text)]
            }
            What::Outside(target) => {
                let edits = vec![(*target, Edit::insert(1000, "x"))];
                vec![self.finding(Span::new(0, 4), "a line is missing".into(), edits, text)]
            }
        }
    }
}

/// Toy rules, run together.
pub struct Toys(pub Vec<Toy>);

impl Checker for Toys {
    fn check(&self, dockerfile: &Dockerfile, _: Option<&str>, written: &BTreeSet<&'static str>) -> Vec<Finding> {
        let awake = |toy: &&Toy| toy.follows.is_none_or(|rule| written.contains(rule));
        self.0.iter().filter(awake).flat_map(|toy| toy.check(dockerfile)).collect()
    }

    fn turn(&self, rule: &str) -> Turn {
        self.0.iter().find(|toy| toy.slug == rule).map_or(Turn::Usual, |toy| toy.turn)
    }

    fn may_change(&self, rule: &str) -> &[MayChange] {
        self.0.iter().find(|toy| toy.slug == rule).map_or(&[], |toy| &toy.may_change)
    }

    fn means(&self, name: &str, rule: &str) -> bool {
        name == rule || name == "toys" || (name == "two-alias" && rule == "two-rules")
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|toy| toy.slug).chain(["toys", "two-alias"]).collect()
    }

    fn base_user(&self, image: &str) -> Option<String> {
        (image == "known").then(|| "knower".to_owned())
    }
}
