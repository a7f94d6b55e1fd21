//! Text that goes into a file and looks as if it had always been there: line end, keyword case, indentation.

use super::ast::Instruction;
use super::kinds::SyntaxKind;
use crate::text::{Edit, Span, newline_at};

/// Whole lines of a file, to be written at another place of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    lines: String,
    /// Whether a blank line stands above them.
    apart: bool,
}

impl Instruction {
    /// An edit that writes `lines` (`("run", "chmod 755 /x")` …) as instructions of their own directly below this one. Below
    /// an ONBUILD they become triggers too.
    #[must_use]
    pub fn insert_below(&self, file: &str, lines: &[(&str, String)]) -> Edit {
        let end = self.full_span().end;
        Edit::insert(end, joined(&self.written_like(file, lines), file, end, self.newline(file)))
    }

    /// The same directly above it and the comments that belong to it.
    #[must_use]
    pub fn insert_lines_above(&self, file: &str, lines: &[(&str, String)]) -> Edit {
        let newline = self.newline(file);
        let text: String = self.written_like(file, lines).iter().map(|line| format!("{line}{newline}")).collect();
        Edit::insert(self.full_span().start, text)
    }

    /// The line end that the file has here.
    #[must_use]
    pub fn newline<'a>(&self, file: &'a str) -> &'a str {
        newline_at(file, self.keyword_span().start).as_str()
    }

    /// `lines` as instructions that look like this one, without line ends.
    #[must_use]
    pub fn written_like(&self, file: &str, lines: &[(&str, String)]) -> Vec<String> {
        let start = self.keyword_span().start;
        let line_start = file[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let before = file[line_start..start].trim_start_matches('\u{feff}');
        let indentation = if before.trim().is_empty() { before } else { "" };
        let onbuild = if self.kind() == SyntaxKind::OnbuildInstruction { "onbuild " } else { "" };
        let line = |(keyword, arguments): &(&str, String)| {
            let keywords = format!("{onbuild}{keyword} ");
            format!("{indentation}{}{arguments}", self.cased(&keywords))
        };
        lines.iter().map(line).collect()
    }

    /// An edit that writes whole lines, as [`Instruction::block`] gives them, above this instruction and its comments.
    #[must_use]
    pub fn insert_above(&self, file: &str, blocks: &[Block]) -> Edit {
        let newline = newline_at(file, self.keyword_span().start).as_str();
        let mut text = String::new();
        for block in blocks {
            text.push_str(&block.lines);
            if !block.lines.ends_with('\n') {
                text.push_str(newline);
            }
            // A block that stood apart stands apart again.
            if block.apart {
                text.push_str(newline);
            }
        }
        Edit::insert(self.full_span().start, text)
    }

    /// The lines of the instruction with its comments and heredocs, to be written elsewhere by
    /// [`Instruction::insert_above`].
    #[must_use]
    pub fn block(&self, file: &str) -> Block {
        let span = self.full_span();
        Block { lines: span.of(file).to_owned(), apart: blank_line_before(file, span.start).is_some() }
    }

    /// An edit that takes the instruction out with its comments and heredocs. Of the blank lines around it, those below
    /// stay.
    #[must_use]
    pub fn removal(&self, file: &str) -> Edit {
        let span = self.full_span();
        let after = &file[span.end..];
        let first_line = after.split_inclusive('\n').next().unwrap_or_default();
        let start = if first_line.trim().is_empty() { blank_line_before(file, span.start) } else { None };
        Edit::delete(Span::new(start.unwrap_or(span.start), span.end))
    }

    /// An edit that gives this COPY or ADD another flag, behind those that it has. `--chown` stands in front of a `--chmod`,
    /// whichever comes first, so that two rules end in the same text.
    #[must_use]
    pub fn insert_flag(&self, flag: &str) -> Edit {
        let chmod = self.flag("chmod").filter(|_| flag.starts_with("--chown"));
        match (chmod, self.flags().last()) {
            (Some(chmod), _) => Edit::insert(chmod.span().start, format!("{flag} ")),
            (None, Some(last)) => Edit::insert(last.span().end, format!(" {flag}")),
            (None, None) => Edit::insert(self.keyword_span().end, format!(" {flag}")),
        }
    }

    /// `text` in the case that this instruction's keyword has.
    fn cased(&self, text: &str) -> String {
        let keyword = self.keyword();
        let lower = keyword.chars().all(|character| !character.is_uppercase());
        if lower { text.to_lowercase() } else { text.to_uppercase() }
    }

    /// The lines of the instruction and its heredocs, without the comments above.
    #[must_use]
    pub fn line_span(&self) -> Span {
        Span::new(self.keyword_span().start, self.full_span().end)
    }
}

/// Lines to be inserted at `end`, which is the end of a line or of the file.
fn joined(lines: &[String], file: &str, end: usize, newline: &str) -> String {
    let ends_line = file[..end].ends_with('\n');
    let line = |line: &String| if ends_line { format!("{line}{newline}") } else { format!("{newline}{line}") };
    lines.iter().map(line).collect()
}

/// The beginning of the blank lines directly in front of `at`, which is the beginning of a line; `None` if there are none.
fn blank_line_before(file: &str, at: usize) -> Option<usize> {
    let mut start = at;
    for line in file[..at].split_inclusive('\n').rev() {
        if !line.trim().is_empty() {
            break;
        }
        start -= line.len();
    }
    (start < at).then_some(start)
}

#[cfg(test)]
mod tests {
    use crate::syntax::Dockerfile;
    use crate::text::EditSet;

    /// Moves the instruction at `from` above the one at `to`.
    fn moved(text: &str, from: usize, to: usize) -> String {
        let dockerfile = Dockerfile::parse(text);
        let instructions = dockerfile.instructions();
        let mut edits = EditSet::new();
        edits.insert(instructions[from].removal(text)).unwrap();
        edits.insert(instructions[to].insert_above(text, &[instructions[from].block(text)])).unwrap();
        edits.apply(text)
    }

    #[test]
    fn moves_an_instruction_up_with_its_comments() {
        for (before, after) in [
            ("FROM x\nCOPY a b\nRUN u\nUSER u\n", "FROM x\nRUN u\nCOPY a b\nUSER u\n"),
            ("FROM x\n# a\nCOPY a b\n# u\nRUN u\nUSER u\n", "FROM x\n# u\nRUN u\n# a\nCOPY a b\nUSER u\n"),
            ("FROM x\n\nCOPY a b\n\n# u\nRUN u\n\nUSER u\n", "FROM x\n\n# u\nRUN u\n\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\n\nRUN u\nUSER u\n", "FROM x\nRUN u\n\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\nRUN u \\\n  # c\n  v", "FROM x\nRUN u \\\n  # c\n  v\nCOPY a b\n"),
            ("FROM x\r\nCOPY a b\r\n\r\nRUN u", "FROM x\r\nRUN u\r\n\r\nCOPY a b\r\n"),
            ("FROM x\nCOPY a b\nRUN <<E\nu\nE\nUSER u\n", "FROM x\nRUN <<E\nu\nE\nCOPY a b\nUSER u\n"),
        ] {
            assert_eq!(moved(before, 2, 1), after, "{before:?}");
        }
    }

    #[test]
    fn puts_the_owner_in_front_of_the_mode() {
        for (before, flag, after) in [
            ("FROM x\nCOPY a b\n", "--chown=u", "FROM x\nCOPY --chown=u a b\n"),
            ("FROM x\nCOPY --from=y a b\n", "--chown=u", "FROM x\nCOPY --from=y --chown=u a b\n"),
            ("FROM x\nCOPY --chmod=1 a b\n", "--chown=u", "FROM x\nCOPY --chown=u --chmod=1 a b\n"),
            ("FROM x\nCOPY --chown=u a b\n", "--chmod=1", "FROM x\nCOPY --chown=u --chmod=1 a b\n"),
        ] {
            let dockerfile = Dockerfile::parse(before);
            let mut edits = EditSet::new();
            edits.insert(dockerfile.instructions()[1].insert_flag(flag)).unwrap();
            assert_eq!(edits.apply(before), after);
        }
    }
}
