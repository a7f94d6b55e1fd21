//! Redirections and heredocs: brush-parser's tree has no places for them, so these come from the tokens around the target.

use brush_parser::ast;

use super::convert::{Converter, Result};
use super::tree::{Heredoc, Redirect, RedirectKind};
use crate::text::Span;

impl Converter<'_> {
    /// `None` for the redirection that brush-parser makes up for `|&`.
    pub(super) fn redirect(&mut self, redirect: &ast::IoRedirect) -> Result<Option<(Redirect, Span)>> {
        let (descriptor, kind, (target, mut span)) = match redirect {
            ast::IoRedirect::File(_, _, ast::IoFileRedirectTarget::Fd(_)) => return Ok(None),
            ast::IoRedirect::File(descriptor, kind, ast::IoFileRedirectTarget::ProcessSubstitution(_, subshell)) => {
                return self.redirect_to_process(*descriptor, file_kind(kind), subshell).map(Some);
            }
            ast::IoRedirect::File(
                descriptor,
                kind,
                ast::IoFileRedirectTarget::Filename(word) | ast::IoFileRedirectTarget::Duplicate(word),
            ) => (*descriptor, file_kind(kind), self.word(word)?),
            ast::IoRedirect::HereString(descriptor, word) => (*descriptor, RedirectKind::HereString, self.word(word)?),
            ast::IoRedirect::OutputAndError(word, append) => {
                let kind = if *append { RedirectKind::AppendBoth } else { RedirectKind::WriteBoth };
                (None, kind, self.word(word)?)
            }
            ast::IoRedirect::HereDocument(descriptor, heredoc) => {
                (*descriptor, RedirectKind::Heredoc, self.word(&heredoc.here_end)?)
            }
        };
        let first = self.token(1 + usize::from(descriptor.is_some()))?;
        span = self.source.token_span(first.location()).cover(span);
        let heredoc = match redirect {
            ast::IoRedirect::HereDocument(_, heredoc) => Some(self.heredoc(heredoc)?),
            _ => None,
        };
        let descriptor = descriptor.and_then(|number| u32::try_from(number).ok());
        Ok(Some((Redirect { descriptor, kind, target, heredoc, span: self.file(span) }, span)))
    }

    fn redirect_to_process(
        &mut self,
        descriptor: Option<i32>,
        kind: RedirectKind,
        subshell: &ast::SubshellCommand,
    ) -> Result<(Redirect, Span)> {
        let open = self.start(&subshell.loc)?;
        let first = self.source.token_span(self.token(2 + usize::from(descriptor.is_some()))?.location());
        let (target, span) = self.process(open, subshell)?;
        let span = first.cover(span);
        let descriptor = descriptor.and_then(|number| u32::try_from(number).ok());
        Ok((Redirect { descriptor, kind, target, heredoc: None, span: self.file(span) }, span))
    }

    /// The body of the heredoc whose delimiter was found last; its tokens are the body and the end.
    fn heredoc(&mut self, heredoc: &ast::IoHereDocument) -> Result<Heredoc> {
        let (body, end) = (self.tokens.get(self.next), self.tokens.get(self.next + 1));
        let (Some(body), Some(end)) = (body, end) else { return Err(self.error()) };
        let text = self.source.text();
        let start = self.source.byte(body.location().start.index);
        if !text[..start].ends_with('\n') {
            return Err(self.error());
        }
        let mut at = start;
        for line in text[start..].split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            let content = if heredoc.remove_tabs { content.trim_start_matches('\t') } else { content };
            if content == end.to_str() {
                let span = Span::new(start, at);
                let (raw, span) = (span.of(text).to_owned(), self.file(span));
                self.next += 2;
                let (expands, strips_tabs) = (heredoc.requires_expansion, heredoc.remove_tabs);
                return Ok(Heredoc { raw, span, expands, strips_tabs });
            }
            at += line.len();
        }
        Err(self.error())
    }
}

fn file_kind(kind: &ast::IoFileRedirectKind) -> RedirectKind {
    match kind {
        ast::IoFileRedirectKind::Read => RedirectKind::Read,
        ast::IoFileRedirectKind::Write => RedirectKind::Write,
        ast::IoFileRedirectKind::Append => RedirectKind::Append,
        ast::IoFileRedirectKind::ReadAndWrite => RedirectKind::ReadWrite,
        ast::IoFileRedirectKind::Clobber => RedirectKind::Clobber,
        ast::IoFileRedirectKind::DuplicateInput => RedirectKind::DuplicateInput,
        ast::IoFileRedirectKind::DuplicateOutput => RedirectKind::DuplicateOutput,
    }
}
