//! The kinds of nodes and tokens, and the bridge to rowan.

/// What a node or token of the tree is.
#[allow(missing_docs, reason = "the names are those of the Dockerfile reference; the groups are described in comments")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum SyntaxKind {
    // Tokens that the builder drops: white space, ends of lines, comments, continuations.
    Whitespace,
    Newline,
    Comment,
    /// The escape character, blanks behind it, and the end of the line.
    Continuation,
    ByteOrderMark,
    // Tokens of a parser directive.
    Hash,
    DirectiveName,
    DirectiveValue,
    // Tokens of instructions.
    Keyword,
    AsKeyword,
    FlagName,
    /// A bare `--`, which ends the flags.
    FlagEnd,
    MountKey,
    Key,
    Equals,
    Text,
    Quote,
    /// The escape character and what it escapes.
    Escape,
    Dollar,
    LeftBrace,
    RightBrace,
    VariableName,
    VariableOperator,
    Comma,
    LeftBracket,
    RightBracket,
    JsonText,
    HealthcheckKind,
    HeredocBody,
    HeredocEnd,
    // Nodes.
    Dockerfile,
    Directive,
    Flag,
    FlagValue,
    MountOption,
    Word,
    Variable,
    KeyValue,
    JsonArray,
    JsonString,
    ShellText,
    /// The word that announces a heredoc: `<<EOF`.
    HeredocOpener,
    /// The lines of a heredoc with the one that ends it.
    Heredoc,
    /// What could not be understood.
    Error,
    // Instructions, all of them nodes.
    FromInstruction,
    RunInstruction,
    CmdInstruction,
    LabelInstruction,
    MaintainerInstruction,
    ExposeInstruction,
    EnvInstruction,
    AddInstruction,
    CopyInstruction,
    EntrypointInstruction,
    VolumeInstruction,
    UserInstruction,
    WorkdirInstruction,
    ArgInstruction,
    OnbuildInstruction,
    StopsignalInstruction,
    HealthcheckInstruction,
    ShellInstruction,
    UnknownInstruction,
}

use SyntaxKind as Kind;

/// Every instruction by its keyword; the first column is in lower case, as keywords are compared.
const KEYWORDS: [(&str, SyntaxKind); 18] = [
    ("add", Kind::AddInstruction),
    ("arg", Kind::ArgInstruction),
    ("cmd", Kind::CmdInstruction),
    ("copy", Kind::CopyInstruction),
    ("entrypoint", Kind::EntrypointInstruction),
    ("env", Kind::EnvInstruction),
    ("expose", Kind::ExposeInstruction),
    ("from", Kind::FromInstruction),
    ("healthcheck", Kind::HealthcheckInstruction),
    ("label", Kind::LabelInstruction),
    ("maintainer", Kind::MaintainerInstruction),
    ("onbuild", Kind::OnbuildInstruction),
    ("run", Kind::RunInstruction),
    ("shell", Kind::ShellInstruction),
    ("stopsignal", Kind::StopsignalInstruction),
    ("user", Kind::UserInstruction),
    ("volume", Kind::VolumeInstruction),
    ("workdir", Kind::WorkdirInstruction),
];

impl SyntaxKind {
    /// The instruction that `keyword` stands for, in any case; `UnknownInstruction` if there is none.
    #[must_use]
    pub fn instruction(keyword: &str) -> Self {
        KEYWORDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(keyword))
            .map_or(Self::UnknownInstruction, |(_, kind)| *kind)
    }

    /// The keyword of an instruction in lower case; `None` for other kinds and for unknown instructions.
    #[must_use]
    pub fn keyword(self) -> Option<&'static str> {
        KEYWORDS.iter().find(|(_, kind)| *kind == self).map(|(name, _)| *name)
    }

    /// Whether the node is an instruction, known or not.
    #[must_use]
    pub fn is_instruction(self) -> bool {
        self >= Self::FromInstruction
    }

    /// Whether the token is one that the builder drops.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        self <= Self::ByteOrderMark
    }

    pub(super) fn from_raw(raw: u16) -> Self {
        ALL[raw as usize]
    }
}

/// Every kind at the index of its number, so that rowan's numbers turn back into kinds without `unsafe`.
const ALL: [SyntaxKind; SyntaxKind::UnknownInstruction as usize + 1] = [
    Kind::Whitespace,
    Kind::Newline,
    Kind::Comment,
    Kind::Continuation,
    Kind::ByteOrderMark,
    Kind::Hash,
    Kind::DirectiveName,
    Kind::DirectiveValue,
    Kind::Keyword,
    Kind::AsKeyword,
    Kind::FlagName,
    Kind::FlagEnd,
    Kind::MountKey,
    Kind::Key,
    Kind::Equals,
    Kind::Text,
    Kind::Quote,
    Kind::Escape,
    Kind::Dollar,
    Kind::LeftBrace,
    Kind::RightBrace,
    Kind::VariableName,
    Kind::VariableOperator,
    Kind::Comma,
    Kind::LeftBracket,
    Kind::RightBracket,
    Kind::JsonText,
    Kind::HealthcheckKind,
    Kind::HeredocBody,
    Kind::HeredocEnd,
    Kind::Dockerfile,
    Kind::Directive,
    Kind::Flag,
    Kind::FlagValue,
    Kind::MountOption,
    Kind::Word,
    Kind::Variable,
    Kind::KeyValue,
    Kind::JsonArray,
    Kind::JsonString,
    Kind::ShellText,
    Kind::HeredocOpener,
    Kind::Heredoc,
    Kind::Error,
    Kind::FromInstruction,
    Kind::RunInstruction,
    Kind::CmdInstruction,
    Kind::LabelInstruction,
    Kind::MaintainerInstruction,
    Kind::ExposeInstruction,
    Kind::EnvInstruction,
    Kind::AddInstruction,
    Kind::CopyInstruction,
    Kind::EntrypointInstruction,
    Kind::VolumeInstruction,
    Kind::UserInstruction,
    Kind::WorkdirInstruction,
    Kind::ArgInstruction,
    Kind::OnbuildInstruction,
    Kind::StopsignalInstruction,
    Kind::HealthcheckInstruction,
    Kind::ShellInstruction,
    Kind::UnknownInstruction,
];

/// The language that rowan's trees are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Language {}

impl rowan::Language for Language {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        SyntaxKind::from_raw(raw.0)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

pub(super) type SyntaxNode = rowan::SyntaxNode<Language>;
pub(super) type SyntaxToken = rowan::SyntaxToken<Language>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_the_way_through_rowan() {
        for (number, kind) in ALL.iter().enumerate() {
            assert_eq!(*kind as usize, number);
            assert_eq!(SyntaxKind::from_raw(*kind as u16), *kind);
        }
    }
}
