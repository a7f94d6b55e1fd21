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
        let newline = newline_at(file, self.keyword_span().start).as_str();
        let ends_line = file[..end].ends_with('\n');
        let start = self.keyword_span().start;
        let line_start = file[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let before = file[line_start..start].trim_start_matches('\u{feff}');
        let indentation = if before.trim().is_empty() { before } else { "" };
        let onbuild = if self.kind() == SyntaxKind::OnbuildInstruction { "onbuild " } else { "" };
        let mut text = String::new();
        for (keyword, arguments) in lines {
            let keywords = format!("{onbuild}{keyword} ");
            let line = format!("{indentation}{}{arguments}", self.cased(&keywords));
            if ends_line {
                text.push_str(&line);
                text.push_str(newline);
            } else {
                text.push_str(newline);
                text.push_str(&line);
            }
        }
        Edit::insert(end, text)
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
