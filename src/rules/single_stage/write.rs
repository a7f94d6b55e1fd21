//! The fix: one name, one FROM, and the arguments below it.

use super::Job;
use super::arguments::Again as Declared;
use super::names::Names;
use crate::finding::{Fix, Target};
use crate::model::rebuild::Again;
use crate::text::{Edit, Span};

/// Why it can be cut, and what for.
pub(super) fn reason(job: &Job<'_>, names: &Names) -> String {
    let Names { first, last } = names;
    let again = job.ctx.rebuild().command(Again::Stage(last));
    format!(
        "every instruction does the same in two stages; `--target {first}` then builds the dependencies alone, and `{again}` the \
         application again without them"
    )
}

/// Names the first stage, and begins the second one below the last install.
pub(super) fn fix(job: &Job<'_>, names: &Names, arguments: &[Declared]) -> Fix {
    let text = job.ctx.dockerfile.text();
    let Names { first, last } = names;
    let from = job.from.instruction();
    let (keyword, name) = match job.from.stage_name() {
        // As it is written there, between the image and the name.
        Some(name) => {
            let keyword = text[from.span().start..name.span().start].split_whitespace().next_back().unwrap_or("AS");
            (keyword, Edit::replace(name.span(), first.clone()))
        }
        None => {
            let lower = from.keyword().chars().all(|character| !character.is_uppercase());
            let keyword = if lower { "as" } else { "AS" };
            (keyword, Edit::insert(from.span().end, format!(" {keyword} {first}")))
        }
    };
    let run = &job.stage.steps[job.last].outer;
    let newline = run.newline(text);
    let mut lines = from.written_like(text, &[("from", format!("{first} {keyword} {last}"))]);
    for argument in arguments {
        lines.extend(argument.declared.written_like(text, &[("arg", argument.text.clone())]));
    }
    let lines: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    let end = end(job);
    let blank = text[end..].split_inclusive('\n').take_while(|line| line.trim().is_empty());
    // Of two blank lines, one goes above.
    let cut = match blank.collect::<Vec<_>>().as_slice() {
        [first, _, ..] => Edit::insert(end + first.len(), lines),
        _ => Edit::insert(end, format!("{newline}{lines}")),
    };
    let whole = Span::new(from.full_span().start, text.len());
    Fix {
        title: format!("name the stage `{first}`, and begin `{last}` below the last install"),
        edits: vec![(Target::Dockerfile, name), (Target::Dockerfile, cut)],
        reads: vec![(Target::Dockerfile, whole)],
    }
}

/// Where the last instruction ends, with the comments directly below it that belong to no other one.
fn end(job: &Job<'_>) -> usize {
    let text = job.ctx.dockerfile.text();
    let steps = &job.stage.steps;
    let start = steps[job.last].outer.full_span().end;
    let next = steps.get(job.last + 1).map_or(text.len(), |next| next.outer.full_span().start);
    let comments = text[start..next].split_inclusive('\n').take_while(|line| line.trim_start().starts_with('#'));
    start + comments.map(str::len).sum::<usize>()
}
