//! Go modules.

use super::{Arguments, InstallKind, Reading};

/// go: <https://go.dev/ref/mod#mod-commands>.
pub(super) fn go(arguments: Arguments<'_>) -> Option<Reading> {
    // `go -C DIR …` (1.20) stands in front of the subcommand.
    let (subcommand, rest) = arguments.subcommand(&["-C"])?;
    let mut directories = arguments.values(&["-C"]).into_iter();
    let directory = directories.next().map(|named| named.map(str::to_owned));
    let at_a_version = |word: &Option<&str>| word.is_some_and(|word| word.contains('@'));
    let kind = match subcommand {
        "mod" => match rest.subcommand(&[])? {
            ("download", rest) if rest.operands(&[]).iter().any(at_a_version) => InstallKind::Named,
            ("download" | "verify", _) => InstallKind::Resolve,
            // Both read the imports of every package.
            ("tidy" | "vendor", _) => InstallKind::Build,
            _ => return None,
        },
        "install" | "run" if rest.operands(&[]).iter().any(at_a_version) => InstallKind::Named,
        "build" | "install" | "test" | "vet" | "run" | "generate" | "get" => InstallKind::Build,
        _ => return None,
    };
    Some(Reading { kind, directory })
}
