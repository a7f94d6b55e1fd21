//! Where a build argument is declared, so that giving it means something.

use crate::syntax::{Dockerfile, SyntaxKind};
use crate::text::LineIndex;

/// Where an argument is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// In a stage, at this line.
    Stage(usize),
    /// Only above the first FROM, at this line.
    Global(usize),
    /// Nowhere, but every builder knows it: a proxy.
    Proxy,
    /// Nowhere.
    Nowhere,
}

/// Whether builders know the argument without a declaration, and hand it to every RUN.
///
/// From `proxyEnvFromBuildArgs` in BuildKit's `dockerfile2llb/convert.go`; `builtinAllowedBuildArgs` of the classic builder has
/// both spellings of each.
#[must_use]
pub(super) fn is_proxy(name: &str) -> bool {
    ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"].contains(&name.to_ascii_lowercase().as_str())
}

/// Where `name` is declared.
#[must_use]
pub fn declared(dockerfile: &Dockerfile, name: &str) -> Declared {
    let lines = LineIndex::new(dockerfile.text());
    let mut found = if is_proxy(name) { Declared::Proxy } else { Declared::Nowhere };
    let mut in_stage = false;
    for instruction in dockerfile.instructions() {
        let instruction = instruction.onbuild().unwrap_or(instruction);
        in_stage |= instruction.kind() == SyntaxKind::FromInstruction;
        let declares = instruction.kind() == SyntaxKind::ArgInstruction
            && instruction.pairs().iter().any(|pair| pair.key() == name);
        if declares {
            let line = lines.line(instruction.span().start);
            if in_stage {
                return Declared::Stage(line);
            }
            found = Declared::Global(line);
        }
    }
    found
}
