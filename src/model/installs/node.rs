//! npm, yarn, pnpm and bun.

use super::{Arguments, InstallKind, Reading};

/// Options of npm whose value is the next word.
const NPM_VALUED: [&str; 13] = [
    "--prefix",
    "-C",
    "--registry",
    "--omit",
    "--include",
    "--only",
    "--loglevel",
    "--cache",
    "--workspace",
    "-w",
    "--install-strategy",
    "--os",
    "--cpu",
];

/// npm: <https://docs.npmjs.com/cli/v10/commands/npm-install>; the aliases are those of `lib/utils/cmd-list.js`.
pub(super) fn npm(arguments: Arguments<'_>) -> Option<Reading> {
    let (subcommand, rest) = arguments.subcommand(&NPM_VALUED)?;
    let directory = named(arguments, &["--prefix", "-C"]);
    let kind = match subcommand {
        "ci" | "clean-install" | "ic" | "install-clean" | "isntall-clean" | "install-ci-test" | "cit" => {
            InstallKind::Dependencies
        }
        "install" | "i" | "in" | "ins" | "inst" | "insta" | "instal" | "isnt" | "isnta" | "isntal" | "isntall"
        | "add" => installed(rest, &NPM_VALUED, arguments.has_any(&["-g", "--global", "--location"])),
        _ => return None,
    };
    // What is installed for all is not put into the directory that the option names.
    Some(Reading { kind, directory: directory.filter(|_| kind != InstallKind::Named) })
}

/// `install` with and without the names of packages.
fn installed(rest: Arguments<'_>, valued: &[&str], global: bool) -> InstallKind {
    let packages = rest.operands(valued);
    let local = |word: &Option<&str>| {
        word.is_none_or(|word| word.starts_with(['.', '/', '~']) || word.starts_with("file:") || word.ends_with(".tgz"))
    };
    match packages.as_slice() {
        [] if global => InstallKind::Build,
        [] => InstallKind::Dependencies,
        packages if packages.iter().any(local) => InstallKind::Build,
        _ if global => InstallKind::Named,
        // A package that is named is installed with all that the manifest asks for.
        _ => InstallKind::Dependencies,
    }
}

/// The directory that one of `options` names.
fn named(arguments: Arguments<'_>, options: &[&str]) -> Option<Option<String>> {
    arguments.values(options).into_iter().next().map(|named| named.map(str::to_owned))
}

/// yarn: <https://classic.yarnpkg.com/en/docs/cli/install>, <https://yarnpkg.com/cli/install>.
pub(super) fn yarn(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = [
        "--cwd",
        "--registry",
        "--cache-folder",
        "--modules-folder",
        "--network-timeout",
        "--mutex",
        "--production",
        "--network-concurrency",
    ];
    let directory = named(arguments, &["--cwd"]);
    let kind = match arguments.subcommand(&valued) {
        // Only options, if any: `yarn --frozen-lockfile`. `yarn --version` prints.
        None if arguments.has_any(&["--version", "-v", "--help", "-h"]) || arguments.has_unknown() => return None,
        None => InstallKind::Dependencies,
        Some(("install" | "ci", _)) => InstallKind::Dependencies,
        Some(("workspaces", rest)) if rest.subcommand(&[]).is_some_and(|(word, _)| word == "focus") => {
            InstallKind::Dependencies
        }
        Some(("global", rest)) if rest.subcommand(&[]).is_some_and(|(word, _)| word == "add") => InstallKind::Named,
        Some(("add", rest)) => installed(rest, &valued, false),
        Some(_) => return None,
    };
    Some(Reading { kind, directory: directory.filter(|_| kind != InstallKind::Named) })
}

/// pnpm: <https://pnpm.io/cli/install>, <https://pnpm.io/cli/fetch>.
pub(super) fn pnpm(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = ["-C", "--dir", "--filter", "-F", "--registry", "--store-dir", "--loglevel", "--reporter"];
    let (subcommand, rest) = arguments.subcommand(&valued)?;
    let kind = match subcommand {
        "install" | "i" | "ci" => InstallKind::Dependencies,
        "fetch" => InstallKind::Resolve,
        "add" => installed(rest, &valued, arguments.has_any(&["-g", "--global"])),
        _ => return None,
    };
    Some(Reading { kind, directory: named(arguments, &["-C", "--dir"]).filter(|_| kind != InstallKind::Named) })
}

/// bun: <https://bun.sh/docs/cli/install>.
pub(super) fn bun(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = ["--cwd", "-c", "--config", "--registry", "--backend", "--cache-dir", "--filter", "--omit"];
    let (subcommand, rest) = arguments.subcommand(&valued)?;
    let kind = match subcommand {
        "install" | "i" | "ci" | "add" | "a" => installed(rest, &valued, arguments.has_any(&["-g", "--global"])),
        _ => return None,
    };
    Some(Reading { kind, directory: named(arguments, &["--cwd"]).filter(|_| kind != InstallKind::Named) })
}
