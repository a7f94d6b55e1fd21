//! A fix as whole lines that other lines take the place of, which is how people review.

use crate::finding::{Fix, Target};
use crate::text::{Edit, EditSet, Span};

use super::{Done, Reported, Status};

/// Unchanged lines that a diff with three lines of context shows between two changes of one hunk.
const MOST_BETWEEN: usize = 6;
/// No suggestion is longer than what GitLab takes above or below the line that it stands at.
const MOST_LINES: usize = 100;

/// Whole lines of a text and what takes their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The lines with their ends; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards; empty for a deletion.
    pub text: String,
}

/// Why a fix is no hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHunk {
    /// It writes to the ignore file as well.
    TwoFiles,
    /// Its changes stand too far apart, or are too long, or there are none.
    Several,
}

/// Whether `reported` has a fix that may be offered as such: one that `--apply` writes, and that can be written into the file as it
/// is, alone or together with all others of which this is true.
#[must_use]
pub fn is_offered(reported: &Reported) -> bool {
    reported.status == Status::Applied && reported.written_first && reported.finding.fix.is_some()
}

/// The findings that are offered, each with its fix.
pub fn offered(done: &Done) -> impl Iterator<Item = (&Reported, &Fix)> {
    let offered = done.findings.iter().filter(|reported| is_offered(reported));
    offered.filter_map(|reported| Some((reported, reported.finding.fix.as_ref()?)))
}

impl Hunk {
    /// What `fix` does to the Dockerfile `text`, as the smallest hunk.
    ///
    /// # Errors
    /// It cannot be one.
    pub fn of(text: &str, fix: &Fix) -> Result<Self, NoHunk> {
        let mut edits = EditSet::new();
        for (target, edit) in &fix.edits {
            if *target != Target::Dockerfile {
                return Err(NoHunk::TwoFiles);
            }
            edits.insert(edit.clone()).map_err(|_| NoHunk::Several)?;
        }
        let spans: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
        let far = |pair: &[Span]| text[pair[0].end..pair[1].start].matches('\n').count() > MOST_BETWEEN + 1;
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Err(NoHunk::Several) };
        if spans.windows(2).any(far) {
            return Err(NoHunk::Several);
        }
        // Only these lines are looked at: a file may have as many fixes as lines.
        let (start, limit) = (line_start(text, first.start), line_end(text, last.end));
        let mut shifted = EditSet::new();
        for edit in &edits {
            let span = Span::new(edit.span.start - start, edit.span.end - start);
            shifted.insert(Edit::replace(span, edit.text.as_str())).map_err(|_| NoHunk::Several)?;
        }
        let after = shifted.apply(&text[start..limit]);
        // What stands behind the edits stays, so the new text is counted from its end.
        let new = |end: usize| &after[..after.len() - (limit - end)];
        let at_line_start = last.end == line_start(text, last.end) && last.end > start || last.end == start;
        let closed = |text: &str| text.is_empty() || text.ends_with('\n');
        let end = if at_line_start && closed(new(last.end)) { last.end } else { limit };
        let hunk = Self { span: Span::new(start, end), text: new(end).to_owned() }.trimmed(text);
        let lines = |text: &str| text.split_inclusive('\n').count();
        let long = lines(hunk.span.of(text)).max(lines(&hunk.text)) > MOST_LINES;
        let nothing = hunk.span.is_empty() && hunk.text.is_empty();
        if long || nothing { Err(NoHunk::Several) } else { Ok(hunk) }
    }

    /// Without the lines at either end that stay.
    fn trimmed(mut self, text: &str) -> Self {
        loop {
            let (old, new) = (first_line(self.span.of(text)), first_line(&self.text));
            if old.is_empty() || old != new {
                break;
            }
            self.span.start += old.len();
            self.text.drain(..old.len());
        }
        loop {
            let (old, new) = (last_line(self.span.of(text)), last_line(&self.text));
            if old.is_empty() || old != new {
                return self;
            }
            self.span.end -= old.len();
            self.text.truncate(self.text.len() - old.len());
        }
    }

    /// The same with the line above, which stays; `None` above the first line, or where that line has no end.
    #[must_use]
    pub fn with_line_above(&self, text: &str) -> Option<Self> {
        let above = last_line(&text[..self.span.start]);
        (above.ends_with('\n')).then(|| Self {
            span: Span::new(self.span.start - above.len(), self.span.end),
            text: format!("{above}{}", self.text),
        })
    }

    /// The same with the line below, which stays; `None` below the last line.
    #[must_use]
    pub fn with_line_below(&self, text: &str) -> Option<Self> {
        let below = first_line(&text[self.span.end..]);
        let closed = self.text.is_empty() || self.text.ends_with('\n');
        (closed && !below.is_empty()).then(|| Self {
            span: Span::new(self.span.start, self.span.end + below.len()),
            text: format!("{}{below}", self.text),
        })
    }

    /// This hunk in the forms that it can be shown in: as it is if it takes lines away, and where it only adds or only takes away
    /// also with a line beside it.
    #[must_use]
    pub fn forms(&self, text: &str) -> Vec<Self> {
        let mut forms = Vec::new();
        if !self.span.is_empty() {
            forms.push(self.clone());
        }
        if self.span.is_empty() || self.text.is_empty() {
            forms.extend(self.with_line_above(text));
            forms.extend(self.with_line_below(text));
        }
        forms
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |at| offset + at + 1)
}

/// The first line with its end; empty where there is none.
fn first_line(text: &str) -> &str {
    &text[..line_end(text, 0)]
}

/// The last line with its end; empty where there is none.
fn last_line(text: &str) -> &str {
    &text[line_start(text, text.len() - usize::from(text.ends_with('\n')))..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "FROM a\nCOPY x /x\nRUN chmod 755 /x\nCMD x";

    /// The smallest hunk of `edits`, and its forms, each as `OLD > NEW`.
    fn check(edits: &[(usize, usize, &str)], forms: &[(&str, &str)]) {
        let edits =
            edits.iter().map(|(start, end, text)| (Target::Dockerfile, Edit::replace(Span::new(*start, *end), *text)));
        let fix = Fix { title: String::new(), edits: edits.collect(), reads: Vec::new() };
        let hunk = Hunk::of(TEXT, &fix).unwrap();
        let mut edited = EditSet::new();
        fix.edits.iter().for_each(|(_, edit)| edited.insert(edit.clone()).unwrap());
        let found = hunk.forms(TEXT);
        let shown: Vec<(&str, &str)> = found.iter().map(|form| (form.span.of(TEXT), form.text.as_str())).collect();
        assert_eq!(shown, forms);
        for form in found {
            let whole = [&TEXT[..form.span.start], &form.text, &TEXT[form.span.end..]].concat();
            assert_eq!(whole, edited.apply(TEXT));
        }
    }

    #[test]
    fn takes_whole_lines_and_no_more_than_change() {
        // An insertion has a line beside it, since nothing can be suggested between two lines.
        let (above, below) = ("COPY x /x\n", "RUN chmod 755 /x\n");
        let run = "RUN y\n";
        check(&[(17, 17, run)], &[(above, &format!("{above}{run}")), (below, &format!("{run}{below}"))]);
        check(&[(12, 12, "--chmod=755 ")], &[(above, "COPY --chmod=755 x /x\n")]);
        check(
            &[(17, 34, "")],
            &[(below, ""), ("COPY x /x\nRUN chmod 755 /x\n", above), ("RUN chmod 755 /x\nCMD x", "CMD x")],
        );
        check(
            &[(12, 12, "--chmod=755 "), (17, 34, "")],
            &[("COPY x /x\nRUN chmod 755 /x\n", "COPY --chmod=755 x /x\n")],
        );
        check(&[(39, 39, " y")], &[("CMD x", "CMD x y")]);
        check(&[(39, 39, "\nUSER y")], &[("CMD x", "CMD x\nUSER y")]);
        check(&[(0, 0, "# syntax=x\n")], &[("FROM a\n", "# syntax=x\nFROM a\n")]);
        check(&[(0, 17, "FROM a\nCOPY y /x\n")], &[(above, "COPY y /x\n")]);
        check(&[(7, 8, "# ")], &[(above, "# OPY x /x\n")]);
    }

    #[test]
    fn says_what_is_no_hunk() {
        let text = format!("FROM a\n{}CMD x\n", "RUN y\n".repeat(20));
        let check = |edits: Vec<(Target, Edit)>, expected| {
            let fix = Fix { title: String::new(), edits, reads: Vec::new() };
            assert_eq!(Hunk::of(&text, &fix).map(|_| ()), expected);
        };
        let at = |offset| (Target::Dockerfile, Edit::insert(offset, "RUN z\n"));
        check(vec![at(7), at(7 + 6 * 6)], Ok(()));
        check(vec![at(7), at(7 + 8 * 6)], Err(NoHunk::Several));
        check(vec![at(7), (Target::Dockerignore, Edit::insert(0, "x\n"))], Err(NoHunk::TwoFiles));
        check(vec![(Target::Dockerfile, Edit::insert(7, "RUN z\n".repeat(101)))], Err(NoHunk::Several));
    }

    /// Lines of few letters, so that many of them are equal, with every kind of end; and edits at any place.
    fn texts() -> impl Strategy<Value = (String, Vec<Edit>)> {
        let line = (
            prop_oneof![Just(""), Just("a"), Just("bé"), Just("a \\")],
            prop_oneof![4 => Just("\n"), 1 => Just("\r\n")],
        );
        let lines = || proptest::collection::vec(line.clone(), 0..12);
        let text =
            |lines: Vec<(&str, &str)>| lines.iter().map(|(line, end)| format!("{line}{end}")).collect::<String>();
        let whole = (lines().prop_map(text), prop_oneof![Just(""), Just("a"), Just("\u{feff}")]);
        let whole = whole.prop_map(|(text, last)| text + last);
        let edit = (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            proptest::collection::vec(line.clone(), 0..3).prop_map(text),
        );
        (whole, proptest::collection::vec(edit, 1..4)).prop_map(|(text, edits)| {
            let bounds: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
            let edit = |(one, other, new): (prop::sample::Index, prop::sample::Index, String)| {
                let (one, other) = (*one.get(&bounds), *other.get(&bounds));
                Edit::replace(Span::new(one.min(other), one.max(other)), new)
            };
            (text, edits.into_iter().map(edit).collect())
        })
    }

    proptest! {
        /// Every form of a hunk is one of whole lines, and writes what the edits write.
        #[test]
        fn writes_what_the_edits_write((text, edits) in texts()) {
            let mut set = EditSet::new();
            let edits: Vec<_> = edits.into_iter().filter(|edit| set.insert(edit.clone()).is_ok()).collect();
            let edits = edits.into_iter().map(|edit| (Target::Dockerfile, edit)).collect();
            let fix = Fix { title: String::new(), edits, reads: Vec::new() };
            if let Ok(hunk) = Hunk::of(&text, &fix) {
                for form in hunk.forms(&text).into_iter().chain([hunk]) {
                    let starts_line = |at: usize| at == line_start(&text, at);
                    prop_assert!(starts_line(form.span.start));
                    prop_assert!(starts_line(form.span.end) || form.span.end == text.len());
                    let whole = [&text[..form.span.start], &form.text, &text[form.span.end..]].concat();
                    prop_assert_eq!(&whole, &set.apply(&text));
                }
            }
        }
    }
}
