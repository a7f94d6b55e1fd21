//! One type per instruction, over [`Instruction`].

use super::SyntaxKind;
use super::ast::Instruction;
use super::parts::{Flag, MountOption, Word};
use crate::text::Span;

/// Defines a type for one instruction.
macro_rules! typed {
    ($($(#[$documentation:meta])* $name:ident;)*) => {
        $(
            $(#[$documentation])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            pub struct $name(Instruction);

            impl $name {
                /// The instruction as this type, if it is of its kind.
                #[must_use]
                pub fn cast(instruction: &Instruction) -> Option<Self> {
                    (instruction.kind() == SyntaxKind::$name).then(|| Self(instruction.clone()))
                }

                /// The instruction in general terms.
                #[must_use]
                pub const fn instruction(&self) -> &Instruction {
                    &self.0
                }
            }
        )*
    };
}

typed! {
    /// `FROM image AS name`
    FromInstruction;
    /// `RUN command`
    RunInstruction;
    /// `CMD command`
    CmdInstruction;
    /// `LABEL key=value`
    LabelInstruction;
    /// `MAINTAINER name`, deprecated
    MaintainerInstruction;
    /// `EXPOSE port/protocol`
    ExposeInstruction;
    /// `ENV key=value`
    EnvInstruction;
    /// `ADD source destination`
    AddInstruction;
    /// `COPY source destination`
    CopyInstruction;
    /// `ENTRYPOINT command`
    EntrypointInstruction;
    /// `VOLUME path`
    VolumeInstruction;
    /// `USER user:group`
    UserInstruction;
    /// `WORKDIR path`
    WorkdirInstruction;
    /// `ARG name=default`
    ArgInstruction;
    /// `ONBUILD instruction`
    OnbuildInstruction;
    /// `STOPSIGNAL signal`
    StopsignalInstruction;
    /// `HEALTHCHECK CMD command`
    HealthcheckInstruction;
    /// `SHELL ["command", "-c"]`
    ShellInstruction;
}

impl FromInstruction {
    /// The image or stage that the stage begins with.
    #[must_use]
    pub fn image(&self) -> Option<Word> {
        self.0.words().into_iter().next()
    }

    /// The name of the stage as written; stages are compared in lower case.
    #[must_use]
    pub fn stage_name(&self) -> Option<Word> {
        self.0.words().into_iter().nth(1).filter(|_| self.0.has_token(SyntaxKind::AsKeyword))
    }

    /// The platform asked for, as written.
    #[must_use]
    pub fn platform(&self) -> Option<String> {
        self.0.flag("platform")?.value()
    }
}

/// Whether a flag like `--link` is on: bare, or with a value that the builder takes for true.
fn is_on(flag: Option<Flag>) -> bool {
    flag.is_some_and(|flag| flag.value().is_none_or(|value| value.eq_ignore_ascii_case("true")))
}

/// A path of COPY, ADD or VOLUME, from either form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathWord {
    /// As written, without the quotes of the JSON form; variables are not replaced.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it announces a heredoc.
    pub heredoc: bool,
}

fn paths(instruction: &Instruction) -> Vec<PathWord> {
    if let Some(strings) = instruction.json() {
        let path = |string: &super::JsonString| PathWord { text: string.value(), span: string.span(), heredoc: false };
        return strings.iter().map(path).collect();
    }
    let path = |word: &Word| PathWord { text: word.text(), span: word.span(), heredoc: word.is_heredoc() };
    instruction.words().iter().map(path).collect()
}

/// What COPY and ADD have in common.
macro_rules! copies {
    ($($name:ident)*) => {
        $(
            impl $name {
                /// The sources as written.
                #[must_use]
                pub fn sources(&self) -> Vec<PathWord> {
                    let mut paths = paths(&self.0);
                    paths.pop();
                    paths
                }

                /// The destination as written.
                #[must_use]
                pub fn destination(&self) -> Option<PathWord> {
                    paths(&self.0).pop()
                }

                /// The owner asked for, as written.
                #[must_use]
                pub fn chown(&self) -> Option<String> {
                    self.0.flag("chown")?.value()
                }

                /// The mode asked for, as written.
                #[must_use]
                pub fn chmod(&self) -> Option<String> {
                    self.0.flag("chmod")?.value()
                }

                /// Whether the layer is independent of those before.
                #[must_use]
                pub fn link(&self) -> bool {
                    is_on(self.0.flag("link"))
                }

                /// The patterns left out.
                #[must_use]
                pub fn excludes(&self) -> Vec<String> {
                    self.0.flags().iter().filter(|flag| flag.name() == "exclude").filter_map(Flag::value).collect()
                }
            }
        )*
    };
}

copies! { CopyInstruction AddInstruction }

impl CopyInstruction {
    /// The stage or image copied from; `None` for the build context.
    #[must_use]
    pub fn from(&self) -> Option<String> {
        self.0.flag("from")?.value()
    }

    /// Whether the directories of the sources are kept.
    #[must_use]
    pub fn parents(&self) -> bool {
        is_on(self.0.flag("parents"))
    }
}

impl AddInstruction {
    /// The checksum that a download must have.
    #[must_use]
    pub fn checksum(&self) -> Option<String> {
        self.0.flag("checksum")?.value()
    }
}

impl RunInstruction {
    /// The mounts, each with its options.
    #[must_use]
    pub fn mounts(&self) -> Vec<Vec<MountOption>> {
        let mounts = self.0.flags().into_iter().filter(|flag| flag.name() == "mount");
        mounts.map(|flag| flag.mount_options()).collect()
    }
}

impl VolumeInstruction {
    /// The paths as written.
    #[must_use]
    pub fn paths(&self) -> Vec<PathWord> {
        paths(&self.0)
    }
}

/// Instructions with one argument that is a whole line.
macro_rules! single {
    ($($name:ident)*) => {
        $(
            impl $name {
                /// The argument as written.
                #[must_use]
                pub fn value(&self) -> Option<Word> {
                    self.0.words().into_iter().next()
                }
            }
        )*
    };
}

single! { UserInstruction WorkdirInstruction StopsignalInstruction MaintainerInstruction }
