//! The tree of commands: plain data, every node with its place in the file.

use super::Word;
use crate::text::Span;

/// A list of commands, flat: pipelines and `&&`/`||` lists are told apart by each item's [`Connector`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The commands in the order in which they are written.
    pub items: Vec<Item>,
}

/// How a command is joined to the one before it. A pipe binds closest, then `&&` and `||` from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// The first command of its list.
    First,
    /// `;`, `&` or a newline stands before.
    Sequence,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|` or `|&`
    Pipe,
}

/// Whether the rest of a list means the same without the command at `at`, if that succeeds: it is part of no pipeline, and no
/// `||` of its list stands behind it.
#[must_use]
pub fn is_separable(items: &[Item], at: usize) -> bool {
    let joined = matches!(items[at].connector, Connector::First | Connector::Sequence | Connector::And);
    let next = items.get(at + 1).is_none_or(|next| next.connector != Connector::Pipe);
    let mut list = items[at + 1..].iter().take_while(|item| item.connector != Connector::Sequence);
    joined && next && !items[at].negated && !items[at].background && list.all(|item| item.connector != Connector::Or)
}

/// Whether a command does nothing but prepare the shell for those behind it.
#[must_use]
pub fn is_preparation(item: &Item) -> bool {
    let joined = matches!(item.connector, Connector::First | Connector::Sequence | Connector::And);
    match &item.command {
        Command::Simple(command) => {
            let plain = command.redirects.is_empty() && !item.negated && !item.background;
            joined && plain && matches!(command.name(), Some("cd" | "set" | "umask" | ":" | "true"))
        }
        Command::Compound(_) => false,
    }
}

/// One command of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What stands before the command.
    pub connector: Connector,
    /// Whether the pipeline that starts here is inverted by `!`.
    pub negated: bool,
    /// Whether the and-or list that the command belongs to ends in `&`.
    pub background: bool,
    /// The command itself.
    pub command: Command,
    /// Its place in the file, redirections included, a leading `!` not.
    pub span: Span,
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Words that start a program, a builtin or a function.
    Simple(SimpleCommand),
    /// A construct that holds other commands.
    Compound(Compound),
}

/// Assignments, words and redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimpleCommand {
    /// `NAME=value` in front of the first word; without words they stay set in the shell.
    pub assignments: Vec<Assignment>,
    /// Name and arguments. Empty when there are only assignments or redirections.
    pub words: Vec<Word>,
    /// Redirections wherever they stand.
    pub redirects: Vec<Redirect>,
    /// Place in the file, from the first part to the last; a heredoc's body is not in it.
    pub span: Span,
}

impl SimpleCommand {
    /// The name of the command where it is the same on every run.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.words.first()?.literal()
    }

    /// The words after the name.
    #[must_use]
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// `NAME=value` or `NAME+=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The variable; for `name[index]=value` only the name.
    pub name: String,
    /// What stands after `=`; an array keeps its parentheses and is never literal.
    pub value: Word,
    /// Whether the value is appended.
    pub append: bool,
    /// Place in the file of the whole assignment.
    pub span: Span,
}

/// What a redirection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `>|`
    Clobber,
    /// `<&`
    DuplicateInput,
    /// `>&`
    DuplicateOutput,
    /// `&>`
    WriteBoth,
    /// `&>>`
    AppendBoth,
    /// `<<` or `<<-`; the target is the delimiter.
    Heredoc,
    /// `<<<`
    HereString,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The number in front of the operator.
    pub descriptor: Option<u32>,
    /// The operator.
    pub kind: RedirectKind,
    /// The file, the descriptor, the text of a here-string or the delimiter of a heredoc.
    pub target: Word,
    /// The heredoc's text.
    pub heredoc: Option<Heredoc>,
    /// Place in the file from the descriptor to the target.
    pub span: Span,
}

/// A heredoc inside of shell text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The body as written, tabs of `<<-` included, without the line of the delimiter.
    pub raw: String,
    /// Place of the body in the file.
    pub span: Span,
    /// Whether the shell expands `$` and backquotes in the body.
    pub expands: bool,
    /// Whether leading tabs are removed (`<<-`).
    pub strips_tabs: bool,
}

/// A command that holds other commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compound {
    /// Which construct it is.
    pub kind: CompoundKind,
    /// The lists inside, in the order in which they are written.
    pub clauses: Vec<Clause>,
    /// Redirections of the whole construct.
    pub redirects: Vec<Redirect>,
    /// Place in the file from the first keyword to the last, redirections included.
    pub span: Span,
}

/// The constructs of the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompoundKind {
    /// `if`: conditions and bodies take turns, a last body alone is `else`.
    If,
    /// `for NAME in WORDS`; no words for `for NAME`, which walks over the arguments.
    For {
        /// The variable.
        variable: String,
        /// What it takes on.
        words: Vec<Word>,
    },
    /// `for ((…))`
    ArithmeticFor,
    /// `while`
    While,
    /// `until`
    Until,
    /// `case WORD in`
    Case {
        /// The word that is compared.
        subject: Word,
    },
    /// `( … )`
    Subshell,
    /// `{ …; }`
    BraceGroup,
    /// `NAME() …`; the body is not run here.
    Function {
        /// The function's name.
        name: String,
    },
    /// `(( … ))`
    Arithmetic,
    /// `[[ … ]]`
    ExtendedTest,
    /// `coproc …`
    Coprocess,
}

/// What a clause is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseRole {
    /// Decides whether the next body runs.
    Condition,
    /// Is run.
    Body,
}

/// One list inside of a compound command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Condition or body.
    pub role: ClauseRole,
    /// The patterns of a `case` clause; empty elsewhere.
    pub patterns: Vec<Word>,
    /// The commands.
    pub script: Script,
}
