//! From brush-parser's tree to ours: the only place that knows its nodes.
//!
//! Its nodes lack places for redirections, and have a wrong one for `if`; its offsets count characters. So this walks
//! over the tokens in step with the tree (both are in the same order) and takes every place from the tokens.

use brush_parser::{SourceSpan, Token, ast};

use super::parse::ShellError;
use super::tree::{
    Assignment, Clause, ClauseRole, Command, Compound, CompoundKind, Connector, Heredoc, Item, Redirect, RedirectKind,
    Script, SimpleCommand,
};
use super::word::Word;
use crate::text::{MappedText, Span};

/// How deep our own tree may be; whoever walks it recurses.
const MAX_DEPTH: usize = 32;

/// The text with the way from characters to bytes, and on to the file.
pub(super) struct Source<'a> {
    mapped: &'a MappedText,
    /// The byte offset of every character and of the end; `None` if all are ASCII.
    offsets: Option<Vec<usize>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(mapped: &'a MappedText) -> Self {
        let text = mapped.text();
        let offsets =
            (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>());
        Self { mapped, offsets }
    }

    pub(super) fn text(&self) -> &'a str {
        self.mapped.text()
    }

    fn byte(&self, character: usize) -> usize {
        let byte = self.offsets.as_ref().map_or(Some(character), |offsets| offsets.get(character).copied());
        byte.unwrap_or(self.text().len()).min(self.text().len())
    }

    /// An error at a character, or about the whole text.
    pub(super) fn error(&self, character: Option<usize>, message: &str) -> ShellError {
        let length = self.text().len();
        let span = character.map_or(Span::new(0, length), |at| {
            let start = self.byte(at);
            let width = self.text()[start..].chars().next().map_or(0, char::len_utf8);
            Span::new(start, start + width)
        });
        ShellError { span: self.mapped.file_span(span), message: message.to_owned() }
    }

    /// The bytes of a token, without the blanks and continuations that brush-parser counts in at its ends.
    fn token_span(&self, location: &SourceSpan) -> Span {
        let (mut start, mut end) = (self.byte(location.start.index), self.byte(location.end.index));
        let text = self.text();
        while start < end {
            let rest = &text[start..end];
            let skipped = if rest.starts_with("\\\n") { 2 } else { usize::from(rest.starts_with([' ', '\t'])) };
            if skipped == 0 {
                break;
            }
            start += skipped;
        }
        while text[start..end].ends_with("\\\n") {
            end -= 2;
        }
        Span::new(start, end)
    }
}

/// Converts a whole program. `tokens` are those that it was parsed from.
///
/// # Errors
/// The tree is deeper than we read, or does not fit the tokens.
pub(super) fn convert(source: &Source, tokens: &[Token], program: &ast::Program) -> Result<Script, ShellError> {
    let mut converter = Converter { source, tokens, at: 0, depth: 0 };
    converter.lists(&program.complete_commands)
}

type Result<T, E = ShellError> = std::result::Result<T, E>;

struct Converter<'a> {
    source: &'a Source<'a>,
    tokens: &'a [Token],
    /// The token that was found last.
    at: usize,
    depth: usize,
}

impl Converter<'_> {
    /// Moves on to the token that starts at `location`.
    fn start(&mut self, location: &SourceSpan) -> Result<Span> {
        self.advance(|token| token.location().start.index == location.start.index)
    }

    /// Moves on to the token that ends where `location` ends.
    fn end(&mut self, location: &SourceSpan) -> Result<Span> {
        self.advance(|token| token.location().end.index == location.end.index)
    }

    fn advance(&mut self, wanted: impl Fn(&Token) -> bool) -> Result<Span> {
        while let Some(token) = self.tokens.get(self.at) {
            // A heredoc's body and end can share their place with what follows them; neither is ever looked for.
            if wanted(token) && !token.to_str().is_empty() {
                return Ok(self.source.token_span(token.location()));
            }
            self.at += 1;
        }
        Err(self.error())
    }

    fn error(&self) -> ShellError {
        self.source.error(None, "the shell text was parsed in a way that does not fit its words")
    }

    fn token(&self, back: usize) -> Result<&Token> {
        self.at.checked_sub(back).and_then(|at| self.tokens.get(at)).ok_or_else(|| self.error())
    }

    fn file(&self, span: Span) -> Span {
        self.source.mapped.file_span(span)
    }

    fn lists(&mut self, lists: &[ast::CompoundList]) -> Result<Script> {
        let mut items = Vec::new();
        for ast::CompoundListItem(list, separator) in lists.iter().flat_map(|list| &list.0) {
            let background = matches!(separator, ast::SeparatorOperator::Async);
            self.pipeline(&list.first, Connector::Sequence, background, &mut items)?;
            for next in &list.additional {
                let (connector, pipeline) = match next {
                    ast::AndOr::And(pipeline) => (Connector::And, pipeline),
                    ast::AndOr::Or(pipeline) => (Connector::Or, pipeline),
                };
                self.pipeline(pipeline, connector, background, &mut items)?;
            }
        }
        Ok(Script { items })
    }

    fn list(&mut self, list: &ast::CompoundList) -> Result<Script> {
        self.lists(std::slice::from_ref(list))
    }

    fn pipeline(
        &mut self,
        pipeline: &ast::Pipeline,
        joined: Connector,
        background: bool,
        items: &mut Vec<Item>,
    ) -> Result<()> {
        for (index, command) in pipeline.seq.iter().enumerate() {
            let connector = match index {
                0 if items.is_empty() => Connector::First,
                0 => joined,
                _ => Connector::Pipe,
            };
            let (command, span) = self.command(command)?;
            items.push(Item {
                connector,
                negated: pipeline.bang && index == 0,
                background,
                command,
                span: self.file(span),
            });
        }
        Ok(())
    }

    fn command(&mut self, command: &ast::Command) -> Result<(Command, Span)> {
        match command {
            ast::Command::Simple(simple) => self.simple(simple),
            ast::Command::Compound(compound, redirects) => {
                let (kind, clauses, span) = self.compound(compound)?;
                self.finish(kind, clauses, span, redirects.as_ref())
            }
            ast::Command::Function(function) => self.function(function),
            ast::Command::ExtendedTest(test, redirects) => {
                let span = self.start(&test.loc)?.cover(self.end(&test.loc)?);
                self.finish(CompoundKind::ExtendedTest, Vec::new(), span, redirects.as_ref())
            }
        }
    }

    fn finish(
        &mut self,
        kind: CompoundKind,
        clauses: Vec<Clause>,
        mut span: Span,
        redirects: Option<&ast::RedirectList>,
    ) -> Result<(Command, Span)> {
        let mut found = Vec::new();
        for redirect in redirects.into_iter().flat_map(|list| &list.0) {
            if let Some((redirect, place)) = self.redirect(redirect)? {
                found.push(redirect);
                span = span.cover(place);
            }
        }
        let compound = Compound { kind, clauses, redirects: found, span: self.file(span) };
        Ok((Command::Compound(compound), span))
    }

    fn function(&mut self, function: &ast::FunctionDefinition) -> Result<(Command, Span)> {
        let (name, mut span) = self.word(&function.fname)?;
        if self.at > 0 && matches!(self.token(1)?, Token::Word(word, _) if word == "function") {
            span = self.source.token_span(self.token(1)?.location()).cover(span);
        }
        let ast::FunctionBody(body, redirects) = &function.body;
        let (kind, clauses, body_span) = self.compound(body)?;
        let (command, body_span) = self.finish(kind, clauses, body_span, redirects.as_ref())?;
        let connector = Connector::First;
        let item = Item { connector, negated: false, background: false, command, span: self.file(body_span) };
        let clauses = vec![body_clause(Script { items: vec![item] })];
        self.finish(CompoundKind::Function { name: name.raw }, clauses, span.cover(body_span), None)
    }

    fn compound(&mut self, compound: &ast::CompoundCommand) -> Result<(CompoundKind, Vec<Clause>, Span)> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.source.error(None, "the shell text is nested too deeply to analyse"));
        }
        let result = self.construct(compound)?;
        self.depth -= 1;
        Ok(result)
    }

    fn construct(&mut self, compound: &ast::CompoundCommand) -> Result<(CompoundKind, Vec<Clause>, Span)> {
        use ast::CompoundCommand as From;
        Ok(match compound {
            From::Arithmetic(arithmetic) => {
                let start = self.start(&arithmetic.loc)?;
                // With a blank in between these are two subshells, which brush-parser does not tell apart.
                if !self.source.text()[start.start..].starts_with("((") {
                    return Err(self
                        .source
                        .error(Some(arithmetic.loc.start.index), "nested subshells are not understood"));
                }
                (CompoundKind::Arithmetic, Vec::new(), start.cover(self.end(&arithmetic.loc)?))
            }
            From::ArithmeticForClause(clause) => {
                let start = self.start(&clause.loc)?;
                let clauses = vec![body_clause(self.list(&clause.body.list)?)];
                (CompoundKind::ArithmeticFor, clauses, start.cover(self.end(&clause.loc)?))
            }
            From::BraceGroup(group) => {
                let start = self.start(&group.loc)?;
                let clauses = vec![body_clause(self.list(&group.list)?)];
                (CompoundKind::BraceGroup, clauses, start.cover(self.end(&group.loc)?))
            }
            From::Subshell(subshell) => {
                let start = self.start(&subshell.loc)?;
                let clauses = vec![body_clause(self.list(&subshell.list)?)];
                (CompoundKind::Subshell, clauses, start.cover(self.end(&subshell.loc)?))
            }
            From::ForClause(clause) => {
                let start = self.start(&clause.loc)?;
                let words = clause.values.iter().flatten().map(|word| Ok(self.word(word)?.0)).collect::<Result<_>>()?;
                let clauses = vec![body_clause(self.list(&clause.body.list)?)];
                let kind = CompoundKind::For { variable: clause.variable_name.clone(), words };
                (kind, clauses, start.cover(self.end(&clause.loc)?))
            }
            From::CaseClause(clause) => self.case(clause)?,
            From::IfClause(clause) => self.if_clause(clause)?,
            From::WhileClause(clause) => self.loop_clause(CompoundKind::While, clause)?,
            From::UntilClause(clause) => self.loop_clause(CompoundKind::Until, clause)?,
            From::Coprocess(clause) => {
                let start = self.start(&clause.loc)?;
                let (command, span) = self.command(&clause.body)?;
                let connector = Connector::First;
                let item = Item { connector, negated: false, background: true, command, span: self.file(span) };
                (CompoundKind::Coprocess, vec![body_clause(Script { items: vec![item] })], start.cover(span))
            }
        })
    }

    fn case(&mut self, clause: &ast::CaseClauseCommand) -> Result<(CompoundKind, Vec<Clause>, Span)> {
        let start = self.start(&clause.loc)?;
        let subject = self.word(&clause.value)?.0;
        let mut clauses = Vec::new();
        for case in &clause.cases {
            if !matches!(case.post_action, ast::CaseItemPostAction::ExitCase) {
                return Err(self.source.error(Some(clause.loc.start.index), "`;&` and `;;&` are not understood"));
            }
            let patterns = case.patterns.iter().map(|word| Ok(self.word(word)?.0)).collect::<Result<_>>()?;
            let script = case.cmd.as_ref().map(|list| self.list(list)).transpose()?.unwrap_or_default();
            clauses.push(Clause { role: ClauseRole::Body, patterns, script });
        }
        Ok((CompoundKind::Case { subject }, clauses, start.cover(self.end(&clause.loc)?)))
    }

    fn if_clause(&mut self, clause: &ast::IfClauseCommand) -> Result<(CompoundKind, Vec<Clause>, Span)> {
        let start = self.start(&clause.loc)?;
        let mut clauses = vec![condition_clause(self.list(&clause.condition)?), body_clause(self.list(&clause.then)?)];
        for part in clause.elses.iter().flatten() {
            if let Some(condition) = &part.condition {
                clauses.push(condition_clause(self.list(condition)?));
            }
            clauses.push(body_clause(self.list(&part.body)?));
        }
        // Only separators stand between the last command and its `fi`; brush-parser does not say where that is.
        self.at += 1;
        let end = self.advance(|token| matches!(token, Token::Word(word, _) if word == "fi"))?;
        Ok((CompoundKind::If, clauses, start.cover(end)))
    }

    fn loop_clause(
        &mut self,
        kind: CompoundKind,
        clause: &ast::WhileOrUntilClauseCommand,
    ) -> Result<(CompoundKind, Vec<Clause>, Span)> {
        let ast::WhileOrUntilClauseCommand(condition, body, location) = clause;
        let start = self.start(location)?;
        let clauses = vec![condition_clause(self.list(condition)?), body_clause(self.list(&body.list)?)];
        Ok((kind, clauses, start.cover(self.end(location)?)))
    }

    fn simple(&mut self, simple: &ast::SimpleCommand) -> Result<(Command, Span)> {
        let mut command =
            SimpleCommand { assignments: Vec::new(), words: Vec::new(), redirects: Vec::new(), span: Span::default() };
        let mut span: Option<Span> = None;
        let mut cover = |place: Span| span = Some(span.map_or(place, |span: Span| span.cover(place)));
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                    let (assignment, place) = self.assignment(assignment, word)?;
                    command.assignments.push(assignment);
                    cover(place);
                }
                other => self.suffix(other, &mut command)?.into_iter().for_each(&mut cover),
            }
        }
        if let Some(name) = &simple.word_or_name {
            let (word, place) = self.word(name)?;
            command.words.push(word);
            cover(place);
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.suffix(item, &mut command)?.into_iter().for_each(&mut cover);
        }
        let span = span.ok_or_else(|| self.error())?;
        command.span = self.file(span);
        Ok((Command::Simple(command), span))
    }

    /// One part of a simple command; `None` for what brush-parser made up.
    fn suffix(&mut self, item: &ast::CommandPrefixOrSuffixItem, command: &mut SimpleCommand) -> Result<Option<Span>> {
        match item {
            ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
                let Some((redirect, place)) = self.redirect(redirect)? else { return Ok(None) };
                command.redirects.push(redirect);
                Ok(Some(place))
            }
            // Behind the command's name `a=b` is an argument like any other.
            ast::CommandPrefixOrSuffixItem::Word(word) => {
                let (word, place) = self.word(word)?;
                command.words.push(word);
                Ok(Some(place))
            }
            ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                let array = matches!(assignment.value, ast::AssignmentValue::Array(_));
                let (word, place) = if array { self.computed(&assignment.loc)? } else { self.word(word)? };
                command.words.push(word);
                Ok(Some(place))
            }
            ast::CommandPrefixOrSuffixItem::ProcessSubstitution(_, subshell) => {
                let (word, place) = self.process(subshell)?;
                command.words.push(word);
                Ok(Some(place))
            }
        }
    }

    fn word(&mut self, word: &ast::Word) -> Result<(Word, Span)> {
        let location = word.loc.as_ref().ok_or_else(|| self.error())?;
        let span = self.start(location)?;
        if self.token(0)?.location().end.index != location.end.index {
            return Err(self.error());
        }
        Ok((Word::new(span.of(self.source.text()), self.file(span)), span))
    }

    fn computed(&mut self, location: &SourceSpan) -> Result<(Word, Span)> {
        let span = self.start(location)?.cover(self.end(location)?);
        Ok((Word::computed(span.of(self.source.text()), self.file(span)), span))
    }

    /// `<(…)`: the operator stands directly before the parenthesis.
    fn process(&mut self, subshell: &ast::SubshellCommand) -> Result<(Word, Span)> {
        let open = self.start(&subshell.loc)?;
        let operator = self.source.token_span(self.token(1)?.location());
        if operator.end != open.start {
            return Err(self.error());
        }
        let span = operator.cover(self.end(&subshell.loc)?);
        Ok((Word::computed(span.of(self.source.text()), self.file(span)), span))
    }

    fn assignment(&mut self, assignment: &ast::Assignment, word: &ast::Word) -> Result<(Assignment, Span)> {
        let name = match &assignment.name {
            ast::AssignmentName::VariableName(name) | ast::AssignmentName::ArrayElementName(name, _) => name.clone(),
        };
        let array = matches!(assignment.value, ast::AssignmentValue::Array(_));
        let (whole, span) = if array { self.computed(&assignment.loc)? } else { self.word(word)? };
        // The index of an array element may hold an `=` of its own.
        let bracketed = whole.raw[name.len().min(whole.raw.len())..].starts_with('[');
        let from = if bracketed { whole.raw.find("]=").or_else(|| whole.raw.find("]+=")).unwrap_or(0) } else { 0 };
        let equals = whole.raw[from..].find('=').map(|at| from + at).ok_or_else(|| self.error())?;
        let place = Span::new(span.start + equals + 1, span.end);
        let raw = place.of(self.source.text());
        let value = if array { Word::computed(raw, self.file(place)) } else { Word::new(raw, self.file(place)) };
        Ok((Assignment { name, value, append: assignment.append, span: whole.span }, span))
    }

    /// `None` for the redirection that brush-parser makes up for `|&`.
    fn redirect(&mut self, redirect: &ast::IoRedirect) -> Result<Option<(Redirect, Span)>> {
        let (descriptor, kind, (target, mut span), operator) = match redirect {
            ast::IoRedirect::File(_, _, ast::IoFileRedirectTarget::Fd(_)) => return Ok(None),
            ast::IoRedirect::File(descriptor, kind, ast::IoFileRedirectTarget::ProcessSubstitution(_, subshell)) => {
                let open = self.start(&subshell.loc).map(|_| self.at)?;
                (*descriptor, file_kind(kind), self.process(subshell)?, open.checked_sub(2))
            }
            ast::IoRedirect::File(
                descriptor,
                kind,
                ast::IoFileRedirectTarget::Filename(word) | ast::IoFileRedirectTarget::Duplicate(word),
            ) => (*descriptor, file_kind(kind), self.word(word)?, self.at.checked_sub(1)),
            ast::IoRedirect::HereString(descriptor, word) => {
                (*descriptor, RedirectKind::HereString, self.word(word)?, self.at.checked_sub(1))
            }
            ast::IoRedirect::OutputAndError(word, append) => {
                let kind = if *append { RedirectKind::AppendBoth } else { RedirectKind::WriteBoth };
                (None, kind, self.word(word)?, self.at.checked_sub(1))
            }
            ast::IoRedirect::HereDocument(descriptor, heredoc) => {
                (*descriptor, RedirectKind::Heredoc, self.word(&heredoc.here_end)?, self.at.checked_sub(1))
            }
        };
        let first = operator.and_then(|at| at.checked_sub(usize::from(descriptor.is_some())));
        let first = first.and_then(|at| self.tokens.get(at)).ok_or_else(|| self.error())?;
        span = self.source.token_span(first.location()).cover(span);
        let heredoc = match redirect {
            ast::IoRedirect::HereDocument(_, heredoc) => Some(self.heredoc(heredoc)?),
            _ => None,
        };
        let descriptor = descriptor.and_then(|number| u32::try_from(number).ok());
        Ok(Some((Redirect { descriptor, kind, target, heredoc, span: self.file(span) }, span)))
    }

    /// The body of the heredoc whose delimiter was found last; its tokens are the body and the end.
    fn heredoc(&mut self, heredoc: &ast::IoHereDocument) -> Result<Heredoc> {
        let (body, end) = (self.tokens.get(self.at + 1), self.tokens.get(self.at + 2));
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
                self.at += 2;
                let (expands, strips_tabs) = (heredoc.requires_expansion, heredoc.remove_tabs);
                return Ok(Heredoc { raw, span, expands, strips_tabs });
            }
            at += line.len();
        }
        Err(self.error())
    }
}

fn body_clause(script: Script) -> Clause {
    Clause { role: ClauseRole::Body, patterns: Vec::new(), script }
}

fn condition_clause(script: Script) -> Clause {
    Clause { role: ClauseRole::Condition, patterns: Vec::new(), script }
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
