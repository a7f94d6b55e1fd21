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
    pub fn insert_above(&self, file: &str, lines: &[(&str, String)]) -> Edit {
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

    /// An edit that gives this COPY or ADD another flag, behind those that it has.
    #[must_use]
    pub fn insert_flag(&self, flag: &str) -> Edit {
        match self.flags().last() {
            Some(last) => Edit::insert(last.span().end, format!(" {flag}")),
            None => Edit::insert(self.keyword_span().end, format!(" {flag}")),
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
