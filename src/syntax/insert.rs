//! Text that goes into a file and looks as if it had always been there: line end, keyword case, indentation.

use super::ast::Instruction;
use super::kinds::SyntaxKind;
use crate::text::{Edit, Span, newline_at};

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

    /// `lines` as instructions that look like this one, without line ends. The keyword `#` stands for a comment.
    #[must_use]
    pub fn written_like(&self, file: &str, lines: &[(&str, String)]) -> Vec<String> {
        let start = self.keyword_span().start;
        let line_start = file[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let before = file[line_start..start].trim_start_matches('\u{feff}');
        let indentation = if before.trim().is_empty() { before } else { "" };
        let onbuild = if self.kind() == SyntaxKind::OnbuildInstruction { "onbuild " } else { "" };
        let line = |(keyword, arguments): &(&str, String)| {
            let keywords = if *keyword == "#" { "# ".to_owned() } else { format!("{onbuild}{keyword} ") };
            format!("{indentation}{}{arguments}", self.cased(&keywords))
        };
        lines.iter().map(line).collect()
    }

    /// Edits that take `instructions`, which stand below this one and in their order, out with their comments and heredocs,
    /// and put them in above it and its comments. What was set apart by a blank line is set apart again where this one is.
    #[must_use]
    pub fn move_above(&self, file: &str, instructions: &[&Self]) -> Vec<Edit> {
        let newline = newline_at(file, self.keyword_span().start).as_str();
        let start = self.full_span().start;
        let is_apart = |instruction: &Self| blank_before(file, instruction.full_span().start).is_some();
        let mut text = String::new();
        for (index, instruction) in instructions.iter().enumerate() {
            if index > 0 && is_apart(instruction) {
                text.push_str(newline);
            }
            let lines = instruction.full_span().of(file);
            text.push_str(lines);
            if !lines.ends_with('\n') {
                text.push_str(newline);
            }
        }
        // Paragraphs have blank lines around them: those that have them, and those that begin with a comment.
        let is_paragraph = |instruction: &Self| is_apart(instruction) || is_commented(instruction);
        if instructions.first().is_some_and(|first| is_apart(first) && (is_paragraph(self) || is_commented(first))) {
            text.push_str(newline);
        }
        let mut edits = vec![Edit::insert(start, text)];
        edits.extend(removals(file, instructions).into_iter().map(Edit::delete));
        edits
    }

    /// An edit that takes the instruction out with its comments and heredocs. The blank lines in front of it go where others
    /// follow.
    #[must_use]
    pub fn removal(&self, file: &str) -> Edit {
        let span = removals(file, &[self]).into_iter().next().unwrap_or_else(|| self.full_span());
        Edit::delete(span)
    }

    /// Edits that take `instructions`, which stand in their order, out as [`Instruction::removal`] does.
    #[must_use]
    pub fn removals(file: &str, instructions: &[&Self]) -> Vec<Edit> {
        removals(file, instructions).into_iter().map(Edit::delete).collect()
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

fn is_commented(instruction: &Instruction) -> bool {
    !instruction.comments().is_empty()
}

/// The places of the instructions, joined where nothing but blank lines stands between them. The blank lines in front go
/// where others follow.
fn removals(file: &str, instructions: &[&Instruction]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in instructions.iter().map(|instruction| instruction.full_span()) {
        match joined.last_mut() {
            Some(last) if file[last.end..span.start].trim().is_empty() => *last = last.cover(span),
            _ => joined.push(span),
        }
    }
    for span in &mut joined {
        let next_line = file[span.end..].split_inclusive('\n').next().unwrap_or_default();
        if next_line.trim().is_empty() {
            span.start = blank_before(file, span.start).unwrap_or(span.start);
        }
    }
    joined
}

/// The beginning of the blank lines directly in front of `at`, which is the beginning of a line; `None` if there are none.
fn blank_before(file: &str, at: usize) -> Option<usize> {
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

    /// Moves the instructions at `from` above the one at `to`.
    fn moved(text: &str, from: &[usize], to: usize) -> String {
        let dockerfile = Dockerfile::parse(text);
        let instructions = dockerfile.instructions();
        let moving: Vec<_> = from.iter().map(|index| &instructions[*index]).collect();
        let mut edits = EditSet::new();
        for edit in instructions[to].move_above(text, &moving) {
            edits.insert(edit).unwrap();
        }
        edits.apply(text)
    }

    #[test]
    fn moves_an_instruction_up_with_its_comments() {
        for (before, after) in [
            ("FROM x\nCOPY a b\nRUN u\nUSER u\n", "FROM x\nRUN u\nCOPY a b\nUSER u\n"),
            ("FROM x\n# a\nCOPY a b\n# u\nRUN u\nUSER u\n", "FROM x\n# u\nRUN u\n# a\nCOPY a b\nUSER u\n"),
            ("FROM x\n\nCOPY a b\n\n# u\nRUN u\n\nUSER u\n", "FROM x\n\n# u\nRUN u\n\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\n\nRUN u\n\nUSER u\n", "FROM x\nRUN u\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\n\n# u\nRUN u\n\nUSER u\n", "FROM x\n# u\nRUN u\n\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\n\nRUN u\nUSER u\n", "FROM x\nRUN u\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\nRUN u \\\n  # c\n  v", "FROM x\nRUN u \\\n  # c\n  v\nCOPY a b\n"),
            ("FROM x\r\n\r\nCOPY a b\r\n\r\nRUN u", "FROM x\r\n\r\nRUN u\r\n\r\nCOPY a b\r\n"),
            ("FROM x\nCOPY a b\nRUN <<E\nu\nE\nUSER u\n", "FROM x\nRUN <<E\nu\nE\nCOPY a b\nUSER u\n"),
        ] {
            assert_eq!(moved(before, &[2], 1), after, "{before:?}");
        }
    }

    #[test]
    fn moves_several_instructions_in_their_order() {
        for (before, after) in [
            ("FROM x\nCOPY a b\nRUN g\nRUN u\n", "FROM x\nRUN g\nRUN u\nCOPY a b\n"),
            ("FROM x\nCOPY a b\n\nRUN g\nRUN u\n\nUSER u\n", "FROM x\nRUN g\nRUN u\nCOPY a b\n\nUSER u\n"),
            ("FROM x\nCOPY a b\n\nRUN g\n\nRUN u\n\nUSER u\n", "FROM x\nRUN g\n\nRUN u\nCOPY a b\n\nUSER u\n"),
        ] {
            assert_eq!(moved(before, &[2, 3], 1), after, "{before:?}");
        }
        let apart = moved("FROM x\nCOPY a b\nRUN g\nENV c=d\nRUN u\n", &[2, 4], 1);
        assert_eq!(apart, "FROM x\nRUN g\nRUN u\nCOPY a b\nENV c=d\n");
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
