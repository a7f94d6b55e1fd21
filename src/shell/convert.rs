//! From brush-parser's tree to ours: the only place that knows its nodes.
//!
//! Its nodes lack places for redirections, and have a wrong one for `if`; its offsets count characters. So this walks
//! over the tokens in step with the tree (both are in the same order) and takes every place from the tokens.

use brush_parser::{SourceSpan, Token, ast};

use super::parse::ShellError;
use super::source::Source;
use super::tree::{
    Assignment, Clause, ClauseRole, Command, Compound, CompoundKind, Connector, Item, Script, SimpleCommand,
};
use super::word::Word;
use crate::text::Span;

/// How deep our own tree may be; whoever walks it recurses.
const MAX_DEPTH: usize = 32;

/// Converts a whole program. `tokens` are those that it was parsed from.
///
/// # Errors
/// The tree is deeper than we read, or does not fit the tokens.
pub(super) fn convert(source: &Source, tokens: &[Token], program: &ast::Program) -> Result<Script, ShellError> {
    let mut converter = Converter { source, tokens, next: 0, depth: 0 };
    converter.lists(&program.complete_commands)
}

pub(super) type Result<T, E = ShellError> = std::result::Result<T, E>;

/// Walks over tree and tokens in step.
pub(super) struct Converter<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) tokens: &'a [Token],
    /// The token behind the one that was found last.
    pub(super) next: usize,
    depth: usize,
}

impl Converter<'_> {
    /// Moves on to the token that starts at `location`.
    pub(super) fn start(&mut self, location: &SourceSpan) -> Result<Span> {
        self.advance(|token| token.location().start.index == location.start.index)
    }

    /// Moves on to the token that ends where `location` ends.
    fn end(&mut self, location: &SourceSpan) -> Result<Span> {
        self.advance(|token| token.location().end.index == location.end.index)
    }

    fn advance(&mut self, wanted: impl Fn(&Token) -> bool) -> Result<Span> {
        while let Some(token) = self.tokens.get(self.next) {
            self.next += 1;
            if wanted(token) {
                return Ok(self.source.token_span(token.location()));
            }
        }
        Err(self.error())
    }

    pub(super) fn error(&self) -> ShellError {
        self.source.error(None, "the shell text was parsed in a way that does not fit its words")
    }

    /// The token that was found last, or one before it.
    pub(super) fn token(&self, back: usize) -> Result<&Token> {
        self.next.checked_sub(back + 1).and_then(|at| self.tokens.get(at)).ok_or_else(|| self.error())
    }

    pub(super) fn file(&self, span: Span) -> Span {
        self.source.file_span(span)
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
        if let Ok(keyword @ Token::Word(text, _)) = self.token(1)
            && text == "function"
        {
            span = self.source.token_span(keyword.location()).cover(span);
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
                let open = self.start(&subshell.loc)?;
                let (word, place) = self.process(open, subshell)?;
                command.words.push(word);
                Ok(Some(place))
            }
        }
    }

    pub(super) fn word(&mut self, word: &ast::Word) -> Result<(Word, Span)> {
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
    pub(super) fn process(&mut self, open: Span, subshell: &ast::SubshellCommand) -> Result<(Word, Span)> {
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
}

fn body_clause(script: Script) -> Clause {
    Clause { role: ClauseRole::Body, patterns: Vec::new(), script }
}

fn condition_clause(script: Script) -> Clause {
    Clause { role: ClauseRole::Condition, patterns: Vec::new(), script }
}
