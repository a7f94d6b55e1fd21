//! pip, pipenv, Poetry and uv.

use super::{Arguments, Ecosystem, InstallKind, Reading};

/// Options of `pip install` and `uv pip install` whose value is the next word.
pub(super) const PIP_VALUED: [&str; 48] = [
    "-r",
    "--requirement",
    "--requirements",
    "-c",
    "--constraint",
    "--constraints",
    "-e",
    "--editable",
    "-t",
    "--target",
    "--platform",
    "--python-version",
    "--implementation",
    "--abi",
    "--root",
    "--prefix",
    "--src",
    "-b",
    "--build",
    "--upgrade-strategy",
    "-C",
    "--config-settings",
    "--config-setting",
    "--global-option",
    "--install-option",
    "--no-binary",
    "--only-binary",
    "--progress-bar",
    "--root-user-action",
    "--report",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--log",
    "--proxy",
    "--retries",
    "--timeout",
    "--exists-action",
    "--trusted-host",
    "--cert",
    "--client-cert",
    "--cache-dir",
    "--python",
    "--index",
    "-p",
    "--default-index",
];

/// pip: <https://pip.pypa.io/en/stable/cli/pip_install/>.
pub(super) fn pip(arguments: Arguments<'_>) -> Option<Reading> {
    let (subcommand, rest) = arguments.subcommand(&PIP_VALUED)?;
    matches!(subcommand, "install" | "download" | "wheel").then(|| pip_install(rest).into())
}

fn pip_install(arguments: Arguments<'_>) -> InstallKind {
    let local = |word: Option<&str>| word.is_some_and(is_local);
    let editable = arguments.values(&["-e", "--editable"]);
    if arguments.operands(&PIP_VALUED).into_iter().any(local) || editable.into_iter().any(local) {
        return InstallKind::Build;
    }
    let files = ["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"];
    if arguments.values(&files).is_empty() && !arguments.has_unknown() {
        InstallKind::Named
    } else {
        InstallKind::Dependencies
    }
}

/// Whether pip takes a word for a path: "if it contains a path separator or starts with a dot" and is no URL
/// (`_looks_like_path` in pip's `req/constructors.py`).
pub(super) fn is_local(word: &str) -> bool {
    let name = word.split(['[', ';']).next().unwrap_or_default();
    let remote = word.contains("://") && !word.contains("file:");
    !remote && (name.starts_with('.') || name.contains('/') || word.contains("file:") || is_archive(name))
}

fn is_archive(name: &str) -> bool {
    [".whl", ".tar.gz", ".zip", ".tar.bz2"].iter().any(|ending| name.ends_with(ending))
}

/// pipenv: <https://pipenv.pypa.io/en/stable/cli.html>.
pub(super) fn pipenv(arguments: Arguments<'_>) -> Option<Reading> {
    let (subcommand, rest) = arguments.subcommand(&["--python"])?;
    match subcommand {
        "sync" => Some(InstallKind::Dependencies.into()),
        "install" => {
            let valued =
                ["--python", "-i", "--index", "--extra-pip-args", "--categories", "-r", "--requirements", "-e"];
            let packages = rest.operands(&valued);
            let local = |word: &Option<&str>| word.is_none_or(is_local);
            Some(match packages.as_slice() {
                [] if rest.has_any(&["-e", "--editable"]) => InstallKind::Build.into(),
                [] => InstallKind::Dependencies.into(),
                packages if packages.iter().any(local) => InstallKind::Build.into(),
                // A package that is named goes into the Pipfile, with all that stands there already.
                _ => InstallKind::Dependencies.into(),
            })
        }
        _ => None,
    }
}

/// Poetry: <https://python-poetry.org/docs/cli/>.
pub(super) fn poetry(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = ["-C", "--directory", "-P", "--project"];
    let (subcommand, rest) = arguments.subcommand(&valued)?;
    let kind = match subcommand {
        "install" | "sync" if rest.has("--no-root") => InstallKind::Dependencies,
        "install" | "sync" => InstallKind::Build,
        "self" => InstallKind::Named,
        _ => return None,
    };
    let mut directories = arguments.values(&valued).into_iter();
    Some(Reading { kind, directory: directories.next().map(|named| named.map(str::to_owned)) })
}

/// uv: <https://docs.astral.sh/uv/reference/cli/>.
pub(super) fn uv(arguments: Arguments<'_>) -> Option<(Ecosystem, Reading)> {
    let valued = ["--directory", "--project", "--config-file", "--cache-dir", "--color", "--python"];
    let (subcommand, rest) = arguments.subcommand(&valued)?;
    let mut directories = arguments.values(&["--directory", "--project"]).into_iter();
    let directory = directories.next().map(|named| named.map(str::to_owned));
    let (ecosystem, kind) = match subcommand {
        "pip" => match rest.subcommand(&valued)? {
            ("install", rest) => (Ecosystem::Pip, pip_install(rest)),
            ("sync", _) => (Ecosystem::Pip, InstallKind::Dependencies),
            _ => return None,
        },
        "sync" if rest.has_any(&["--no-install-project", "--no-install-workspace"]) => {
            (Ecosystem::Uv, InstallKind::Dependencies)
        }
        "sync" => (Ecosystem::Uv, InstallKind::Build),
        "tool" if rest.subcommand(&[]).is_some_and(|(word, _)| word == "install") => {
            (Ecosystem::Uv, InstallKind::Named)
        }
        _ => return None,
    };
    Some((ecosystem, Reading { kind, directory }))
}
