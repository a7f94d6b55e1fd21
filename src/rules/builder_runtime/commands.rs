//! Commands of a RUN whose effects the application does not need when it runs: they fetch, compile and tidy up.

use super::Job;
use crate::model::effects::working_directory;
use crate::model::installs::Arguments;
use crate::model::{RunCommand, Scope, StepKind, path};
use crate::shell::{self, Directory, RedirectKind, SimpleCommand, Word};

/// Programs that only compile, fetch sources or look at something.
const TOOLS: [&str; 38] = [
    ":", "[", "buf", "cargo", "cat", "cd", "date", "dep", "dotnet", "echo", "env", "exit", "export", "false", "glide",
    "go", "gofmt", "govendor", "gradle", "gradlew", "java", "javac", "ls", "mvn", "mvnw", "printf", "pwd", "rm",
    "rmdir", "rustc", "rustup", "set", "sleep", "test", "true", "umask", "unset", "upx",
];

/// Packages that compile, or come with the image that runs: what an application does not need of them when it runs.
const BUILD_PACKAGES: [&str; 42] = [
    "alpine-sdk",
    "autoconf",
    "automake",
    "bash",
    "binutils",
    "build-base",
    "build-essential",
    "bzr",
    "ca-certificates",
    "clang",
    "cmake",
    "curl",
    "file",
    "g++",
    "gcc",
    "git",
    "git-all",
    "gnupg",
    "libc-dev",
    "libc6-dev",
    "libtool",
    "lld",
    "llvm",
    "make",
    "maven",
    "mercurial",
    "mold",
    "musl-dev",
    "musl-tools",
    "openssh",
    "openssh-client",
    "patch",
    "perl",
    "pkg-config",
    "pkgconf",
    "pkgconfig",
    "protobuf",
    "protobuf-compiler",
    "subversion",
    "unzip",
    "upx",
    "wget",
];

/// Packages whose library is in the distroless images of Debian: `libssl-dev` compiles against libssl.
const IN_DISTROLESS: [&str; 1] = ["libssl-dev"];

impl Job<'_> {
    /// Looks at every command of the stage, notes what is copied where, and what the application may need when it runs.
    pub(super) fn commands(&mut self) {
        let stage = self.stage;
        for step in &stage.steps {
            let StepKind::Run(run) = &step.kind else { continue };
            if let RunCommand::Exec(words) = &run.command {
                self.words(words, &step.scope, &Directory::Known(Vec::new()));
                continue;
            }
            let Some(steps) = run.steps() else {
                let line = self.first_line(&step.outer);
                self.stop(format!("`{line}` is not understood"));
                continue;
            };
            for command in steps {
                self.redirects(command.command, &step.scope, &command.directory);
                self.words(&command.command.words, &step.scope, &command.directory);
            }
        }
    }

    fn redirects(&mut self, command: &SimpleCommand, scope: &Scope, directory: &Directory<'_>) {
        for redirect in &command.redirects {
            let reads = matches!(
                redirect.kind,
                RedirectKind::Read | RedirectKind::Heredoc | RedirectKind::HereString | RedirectKind::DuplicateInput
            );
            let target = self.path(&redirect.target, scope, directory);
            let nowhere = redirect.kind == RedirectKind::DuplicateOutput
                || target.as_deref().is_some_and(|target| target.starts_with("/dev/") || target.starts_with("/tmp/"));
            if !reads && !nowhere {
                let line = self.quoted(command.span);
                self.stop(format!("`{line}` writes a file"));
            }
        }
    }

    fn words(&mut self, words: &[Word], scope: &Scope, directory: &Directory<'_>) {
        if words.is_empty() {
            return;
        }
        let span = words[0].span.cover(words[words.len() - 1].span);
        let found = shell::invocation(words);
        let program = found.as_ref().and_then(|found| words[found.program].resolve(|name| scope.variable(name)));
        let (Some(found), Some(program)) = (found, program) else {
            let line = self.quoted(span);
            return self.stop(format!("`{line}` is not understood"));
        };
        let operands = &words[found.program + 1..];
        let name = path::file_name(&program);
        let fine = match name {
            "git" => {
                !operands.iter().any(|word| matches!(word.raw.as_str(), "clone" | "submodule" | "pull" | "checkout"))
            }
            _ if TOOLS.contains(&name) => true,
            "sh" | "bash" | "ash" => operands
                .first()
                .and_then(Word::literal)
                .is_some_and(|script| matches!(path::file_name(script), "mvnw" | "gradlew")),
            "apk" | "apt-get" | "apt" => self.packages(name, operands, scope),
            "mkdir" => operands.iter().all(|word| self.is_option(word) || self.is_of_the_build(word, scope, directory)),
            "chmod" | "touch" | "strip" | "dos2unix" => self.stays_in_the_build(operands, scope, directory),
            "cp" | "mv" | "install" => self.copied(operands, scope, directory),
            // Accounts are looked at where USER names one.
            "useradd" | "adduser" | "groupadd" | "addgroup" => true,
            _ => false,
        };
        if !fine {
            let line = self.quoted(span);
            self.stop(format!("`{line}` may make something that the application needs when it runs"));
        }
    }

    fn is_option(&self, word: &Word) -> bool {
        word.raw.starts_with('-')
    }

    fn path(&self, word: &Word, scope: &Scope, directory: &Directory<'_>) -> Option<String> {
        let value = word.resolve(|name| scope.variable(name))?;
        match working_directory(scope, directory) {
            Some(directory) => Some(path::absolute(&directory, &value)),
            None => value.starts_with('/').then(|| path::absolute("/", &value)),
        }
    }

    /// Whether a directory is one that the sources or the artefact lie in, so that it is there because of them.
    fn is_of_the_build(&self, word: &Word, scope: &Scope, directory: &Directory<'_>) -> bool {
        let Some(made) = self.path(word, scope, directory) else { return false };
        let holds = |path: &str| path::below(&made, path).is_some();
        let compiles = self.compiles.iter().filter_map(|install| install.directory.as_deref());
        let copies = self.stage.steps.iter().filter_map(|step| match &step.kind {
            StepKind::Copy(copy) => copy.destination.path.as_deref(),
            _ => None,
        });
        let outputs = self.compiles.iter().filter_map(|install| {
            let outputs = Arguments::new(&install.arguments).values(&["-o", "--output"]);
            let output = outputs.last().copied().flatten()?;
            Some(path::absolute(install.directory.as_deref()?, output))
        });
        compiles.into_iter().any(holds)
            || copies.into_iter().any(holds)
            || outputs.into_iter().any(|output| holds(&output))
            || self.stage.end.workdir.as_deref().is_some_and(holds)
            || made.starts_with("/tmp/")
    }

    /// Whether the paths of a command lie among the sources, or are what is compiled.
    fn stays_in_the_build(&self, operands: &[Word], scope: &Scope, directory: &Directory<'_>) -> bool {
        operands.iter().all(|word| {
            let Some(target) = self.path(word, scope, directory) else { return false };
            // A mode such as `+x` reads as the name of a file of the working directory.
            self.is_option(word) || !word.raw.contains('/') || self.is_source(&target) || self.is_output(&target)
        })
    }

    /// Whether a command compiles something in a directory that the path lies in.
    pub(super) fn is_source(&self, target: &str) -> bool {
        let directories = self.compiles.iter().chain(&self.fetches).filter_map(|install| install.directory.as_deref());
        directories.into_iter().any(|directory| directory != "/" && path::below(directory, target).is_some())
    }

    fn is_output(&self, target: &str) -> bool {
        self.compiles.iter().any(|install| {
            let outputs = Arguments::new(&install.arguments).values(&["-o", "--output"]);
            let output = outputs.last().copied().flatten();
            let absolute = |output: &str| install.directory.as_deref().map(|from| path::absolute(from, output));
            output.and_then(absolute).is_some_and(|output| output == target)
        }) || self.copied.iter().any(|(_, copied)| copied == target)
    }

    /// `cp SOURCE TARGET`: the target may be what the container starts, and is nothing else.
    fn copied(&mut self, operands: &[Word], scope: &Scope, directory: &Directory<'_>) -> bool {
        let paths: Vec<&Word> = operands.iter().filter(|word| !self.is_option(word)).collect();
        let [source, target] = paths.as_slice() else { return false };
        let Some(mut target) = self.path(target, scope, directory) else { return false };
        let from = source.raw.trim_matches(['"', '\'']);
        let name = path::file_name(from);
        let known = !from.contains(['*', '$', '?', '[']);
        if (paths[1].raw.ends_with('/') || self.is_a_directory(&target)) && known {
            target = path::join(&target, name);
        }
        // What it is that the container starts is asked for with the artefact.
        let fine = self.is_source(&target) || self.starts(&target);
        let plain = Word::plain(from, source.span);
        if let Some(source) = self.path(&plain, scope, directory) {
            self.copied.push((source, target));
        }
        fine
    }

    /// Whether a path is a directory that every image has, or that the file makes.
    fn is_a_directory(&self, target: &str) -> bool {
        const SYSTEM: [&str; 8] =
            ["/", "/bin", "/usr/bin", "/usr/local/bin", "/opt", "/usr/local", "/sbin", "/usr/local/sbin"];
        SYSTEM.contains(&target) || self.stage.end.workdir.as_deref() == Some(target) || self.files.is_directory(target)
    }

    /// `apk add`, `apt-get install`: whether every package only compiles.
    fn packages(&mut self, manager: &str, operands: &[Word], scope: &Scope) -> bool {
        let words: Vec<Option<String>> =
            operands.iter().map(|word| word.resolve(|name| scope.variable(name))).collect();
        let valued = ["-t", "--virtual", "-X", "--repository", "-o", "--target-release"];
        let read = Arguments::new(&words);
        let Some((subcommand, rest)) = read.subcommand(&valued) else { return false };
        if !matches!(subcommand, "add" | "install") {
            return matches!(
                subcommand,
                "update"
                    | "upgrade"
                    | "dist-upgrade"
                    | "clean"
                    | "autoclean"
                    | "autoremove"
                    | "del"
                    | "remove"
                    | "purge"
                    | "cache"
            );
        }
        let distroless = self.base.as_ref().is_some_and(|base| base.image.starts_with("gcr.io/distroless/cc-"));
        let needed = rest.operands(&valued).into_iter().find(|package| {
            let Some(package) = package else { return true };
            let name = package.split(['=', '~', '<', '>', '@']).next().unwrap_or_default();
            // Time zones are there where the table says so.
            let zones = name == "tzdata" && self.base.as_ref().is_some_and(|base| base.zones);
            let library = distroless && IN_DISTROLESS.contains(&name);
            !BUILD_PACKAGES.contains(&name) && !zones && !library
        });
        if let Some(package) = needed {
            let package = package.unwrap_or("a package that is computed");
            self.stop(format!("{manager} installs `{package}`, which the application may need when it runs"));
        }
        true
    }
}
