//! cargo, Bundler, composer, .NET and mix.

use super::{Arguments, InstallKind, Reading};

/// cargo: <https://doc.rust-lang.org/cargo/commands/>.
pub(super) fn cargo(arguments: Arguments<'_>) -> Option<Reading> {
    let arguments = match arguments.words().first().and_then(Option::as_deref) {
        // `cargo +nightly build`
        Some(toolchain) if toolchain.starts_with('+') => Arguments::new(&arguments.words()[1..]),
        _ => arguments,
    };
    let (subcommand, rest) = arguments.subcommand(&["-C", "--config", "--color"])?;
    let kind = match subcommand {
        "fetch" | "vendor" | "generate-lockfile" => InstallKind::Resolve,
        "install" | "binstall" if rest.has("--path") => InstallKind::Build,
        "install" | "binstall" => InstallKind::Named,
        "build" | "b" | "test" | "t" | "check" | "c" | "run" | "r" | "rustc" | "bench" | "doc" | "clippy"
        | "zigbuild" => InstallKind::Build,
        "chef" if rest.subcommand(&[]).is_some_and(|(word, _)| word == "cook") => InstallKind::Dependencies,
        _ => return None,
    };
    Some(kind.into())
}

/// Bundler: <https://bundler.io/man/bundle-install.1.html>.
pub(super) fn bundler(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = ["--gemfile", "--jobs", "-j", "--path", "--retry", "--with", "--without", "--system", "--shebang"];
    match arguments.subcommand(&valued) {
        None if arguments.has_any(&["--version", "-v", "--help"]) || arguments.has_unknown() => None,
        None | Some(("install" | "i", _)) => Some(InstallKind::Dependencies.into()),
        Some(_) => None,
    }
}

/// composer: <https://getcomposer.org/doc/03-cli.md>.
pub(super) fn composer(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = ["-d", "--working-dir"];
    let (subcommand, _) = arguments.subcommand(&valued)?;
    let kind = match subcommand {
        "install" | "i" | "update" | "u" | "upgrade" => InstallKind::Dependencies,
        // Both add a package to what the manifest asks for.
        "require" | "req" => InstallKind::Dependencies,
        "global" => InstallKind::Named,
        _ => return None,
    };
    let mut directories = arguments.values(&valued).into_iter().filter(|_| kind != InstallKind::Named);
    Some(Reading { kind, directory: directories.next().map(|named| named.map(str::to_owned)) })
}

/// .NET: <https://learn.microsoft.com/dotnet/core/tools/>.
pub(super) fn dotnet(arguments: Arguments<'_>) -> Option<Reading> {
    let (subcommand, rest) = arguments.subcommand(&[])?;
    let kind = match subcommand {
        "restore" => InstallKind::Resolve,
        "build" | "publish" | "test" | "pack" | "run" => InstallKind::Build,
        "tool" => match rest.subcommand(&[])?.0 {
            "install" | "update" if rest.has_any(&["-g", "--global", "--tool-path"]) => InstallKind::Named,
            "restore" => InstallKind::Dependencies,
            _ => return None,
        },
        _ => return None,
    };
    Some(kind.into())
}

/// mix: <https://hexdocs.pm/mix/Mix.html>; `mix do` runs several tasks with commas or `+` between them.
pub(super) fn mix(arguments: Arguments<'_>) -> Option<Reading> {
    let (subcommand, rest) = arguments.subcommand(&[])?;
    if subcommand != "do" {
        return task(subcommand).map(Reading::from);
    }
    let operands = rest.operands(&[]);
    let mut tasks = Vec::new();
    let mut starts = true;
    for word in operands {
        let word = word?;
        if word == "+" {
            starts = true;
            continue;
        }
        if starts {
            tasks.push(word.trim_end_matches(','));
        }
        starts = word.ends_with(',');
    }
    let kinds: Option<Vec<InstallKind>> = tasks.into_iter().map(task).collect();
    kinds?.into_iter().max().map(Reading::from)
}

fn task(name: &str) -> Option<InstallKind> {
    match name {
        "local.hex" | "local.rebar" | "archive.install" | "hex.repo" => Some(InstallKind::Named),
        "deps.get" => Some(InstallKind::Resolve),
        "deps.compile" => Some(InstallKind::Dependencies),
        "compile" | "release" | "test" => Some(InstallKind::Build),
        _ => None,
    }
}
