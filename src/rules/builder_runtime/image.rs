//! What the image says besides its files, and who builds and runs it: what stands in the way of another base.

use super::Job;
use super::entry::Entry;
use crate::context::compose::Setting;
use crate::model::{Process, StepKind, User, path};
use crate::shell;
use crate::syntax::{Instruction, SyntaxKind, Word};

/// Variables that say where programs and libraries of the image are.
const SEARCHED: [&str; 5] = ["HOME", "JAVA_HOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "PATH"];

impl Job<'_> {
    /// What holds for the stage, its base and its builds.
    pub(super) fn surroundings(&mut self) {
        if self.ctx.path.and_then(std::path::Path::to_str).is_some_and(is_for_development) {
            self.stop("its name says that it is an image to develop or test in");
        }
        if self.ctx.model.stages.len() > 1 {
            self.stop("ONBUILD runs in the images built on this one, and may need what compiles");
        }
        self.written_base();
        self.user();
        self.builds();
        for step in &self.stage.steps {
            match step.instruction.kind() {
                SyntaxKind::EnvInstruction => self.environment(&step.instruction),
                SyntaxKind::ShellInstruction if self.entry.shell => {
                    self.stop("SHELL decides on the shell that starts it");
                }
                _ => {}
            }
        }
        self.healthcheck();
        self.start();
    }

    /// Whether the way in which FROM is written allows for a second one.
    fn written_base(&mut self) {
        let image = self.from.image().map(|word| word.text()).unwrap_or_default();
        if image.contains('@') {
            self.stop("the base is pinned by its digest, and that of the runtime image is not known");
        }
        let name = image.split(['@', '$']).next().unwrap_or_default();
        let is_plain = !name.contains('/')
            || name.starts_with("docker.io/")
            || name.starts_with("library/")
            || name.starts_with("mcr.microsoft.com/");
        if !is_plain && self.own_base.is_none() {
            self.stop("the base comes from a registry of its own, and which runtime image that has is not known");
        }
        let any_tag = self.own_base.is_some() || self.base.as_ref().is_some_and(|base| base.any_tag);
        if self.stage.base_overridable || (self.stage.tag_overridable && !any_tag) {
            self.stop("a build argument decides on the base");
        }
        if self.from.platform().is_some_and(|platform| platform.contains('$')) {
            self.stop("it compiles for another platform than it runs on");
        }
        match &self.base {
            None => self.stop(format!("the table has no runtime image for `{image}`")),
            Some(base) => {
                if let Some(obstacle) = base.obstacle {
                    self.stop(obstacle);
                }
            }
        }
    }

    fn user(&mut self) {
        let scope = &self.stage.end;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if scope.user_span.is_none() {
            let crate::model::Base::Image(reference) = &self.stage.base else { return };
            if let Some(known) = reference.known().filter(|known| User::parse(known.user) != User::Root) {
                self.stop(format!("the base starts as `{}`, and the runtime image does not", known.user));
            }
            return;
        }
        if scope.user_overridable {
            return self.stop("a build argument decides on the user");
        }
        let group_fits = scope.user_group.as_deref().is_none_or(|group| is_number(group) || group == "root");
        match &scope.user {
            User::Root => {}
            User::Other(name) if group_fits && (is_number(name) || name == "nobody") => {}
            User::Other(name) => {
                let name = name.clone();
                self.stop(format!("the runtime image has no user `{name}`: write its number in USER"));
            }
            User::Unknown => self.stop("the user is not known"),
        }
    }

    /// Compose and bake files.
    fn builds(&mut self) {
        for build in self.ctx.builds {
            let (name, file) = (&build.name, build.files.last().map(String::as_str).unwrap_or_default());
            if build.target != Setting::Unset {
                self.stop(format!("`{file}` builds a stage by its name for `{name}`"));
            }
            let stage = self.from.stage_name().map_or_else(|| self.stage_name.to_owned(), |name| name.text());
            if build.contexts.contains(&stage) {
                self.stop(format!("`{stage}` is a further build context of `{name}` in `{file}`, and no stage then"));
            }
            let keys: Vec<String> = build.overrides.iter().map(|key| format!("`{key}`")).collect();
            if !keys.is_empty() {
                let keys = keys.join(", ");
                self.stop(format!("{keys} of `{name}` in `{file}` may need what only the image that compiles has"));
            }
        }
    }

    fn environment(&mut self, instruction: &Instruction) {
        for pair in instruction.pairs() {
            let key = pair.key();
            if SEARCHED.contains(&key.as_str()) {
                self.stop(format!("ENV sets {key}, which says where something of the image is"));
            }
            let value = pair.value().and_then(|word| self.stage.end.expand(&word.text(), instruction.escape()));
            let named = value.and_then(|value| self.names_a_file(&value.value));
            if let Some(file) = named.filter(|_| !shell::is_tool_variable(&key)) {
                self.stop(format!("ENV {key} names `{file}`"));
            }
            let zones = self.base.as_ref().is_none_or(|base| base.zones);
            if key == "TZ" && !zones {
                self.stop("ENV TZ names a time zone, which the runtime image has not");
            }
        }
        let names: Vec<String> = instruction.pairs().iter().map(|pair| pair.key()).collect();
        let others = self.stage.steps.iter().filter(|step| step.instruction != *instruction);
        let again = others.filter(|step| step.instruction.kind() == SyntaxKind::EnvInstruction);
        let again: Vec<String> = again.flat_map(|step| step.instruction.pairs()).map(|pair| pair.key()).collect();
        if let Some(name) = names.iter().find(|name| again.contains(name)) {
            self.stop(format!("{name} is set more than once"));
        }
    }

    fn healthcheck(&mut self) {
        let stage = self.stage;
        for step in &stage.steps {
            let StepKind::Healthcheck(Some(process)) = &step.kind else { continue };
            let programs = programs(process);
            let unknown =
                programs.is_empty() || (process.words.is_none() && !self.base.as_ref().is_some_and(|base| base.shell));
            let there = |program: &String| {
                let own = self.base.as_ref().map(|base| base.programs).unwrap_or_default();
                own.contains(&program.as_str())
                    || matches!(program.as_str(), "exit" | "true" | "false" | "test" | "[")
                    || self.starts_written(program)
            };
            if let Some(missing) = programs.iter().find(|program| !there(program)) {
                self.stop(format!("HEALTHCHECK runs `{missing}`, which the runtime image may not have"));
            } else if unknown {
                self.stop("HEALTHCHECK needs a shell, which the runtime image has not");
            }
        }
    }

    /// What the start needs besides the artefact.
    fn start(&mut self) {
        let Entry { wrappers, shell, .. } = self.entry;
        if let Some(wrapper) = wrappers.first() {
            self.stop(format!("it starts through `{wrapper}`, which the runtime image may not have"));
        }
        if *shell && self.base.as_ref().is_some_and(|base| !base.shell && base.obstacle.is_none()) {
            self.stop("its start needs a shell, which the runtime image has not");
        }
        for argument in self.entry.arguments.iter().flatten() {
            if let Some(file) = self.names_a_file(argument) {
                self.stop(format!("it is started with `{argument}`, which is `{file}` of the sources"));
            }
        }
    }

    /// Whether a program as written is the one that the container starts.
    fn starts_written(&self, program: &str) -> bool {
        let absolute = |written: &str| self.stage.end.absolute(written);
        program == self.entry.program || (program.contains('/') && absolute(program) == absolute(&self.entry.program))
    }

    /// Whether a path is what the container starts: the program, or the jar.
    pub(super) fn starts(&self, target: &str) -> bool {
        let words = std::iter::once(Some(&self.entry.program)).chain(self.entry.arguments.iter().map(Option::as_ref));
        words.flatten().any(|word| {
            let searched = !word.contains('/')
                && self.stage.end.search_path().iter().any(|directory| path::join(directory, word) == target);
            searched || self.stage.end.absolute(word).as_deref() == Some(target)
        })
    }

    /// Instructions of the runtime stage name only variables that are set there.
    pub(super) fn variables(&mut self, instructions: &[&Instruction], set: &[String]) {
        for instruction in instructions {
            if matches!(
                instruction.kind(),
                SyntaxKind::CmdInstruction | SyntaxKind::EntrypointInstruction | SyntaxKind::HealthcheckInstruction
            ) {
                // What a shell does not know is empty, here as there.
                continue;
            }
            let pairs = instruction.pairs();
            let values = pairs.iter().filter_map(|pair| pair.value());
            let words: Vec<Word> = instruction.words().into_iter().chain(values).collect();
            let missing = words.iter().flat_map(Word::variables).find(|variable| !set.contains(&variable.name));
            if let Some(missing) = missing {
                self.stop(format!(
                    "`{}` names `{}`, which the base image sets",
                    self.first_line(instruction),
                    missing.name
                ));
            }
        }
    }
}

/// Whether the path of a Dockerfile says that nobody runs the application in it: `Dockerfile.dev`, `.devcontainer/Dockerfile`.
fn is_for_development(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let words = ["build", "builder", "ci", "debug", "dev", "development", "local", "test", "testing", "tests"];
    name.split(['.', '-', '_']).any(|part| words.contains(&part)) || parts.any(|part| part == ".devcontainer")
}

/// The programs that a process starts; none where that is not known.
fn programs(process: &Process) -> Vec<String> {
    let program = |words: &[shell::Word]| {
        let found = shell::invocation(words)?;
        found.wrappers.is_empty().then(|| words[found.program].literal().map(str::to_owned))?
    };
    if let Some(words) = &process.words {
        return program(words).into_iter().collect();
    }
    let steps = process.script().map(shell::Script::commands).unwrap_or_default();
    let found: Option<Vec<String>> = steps.iter().map(|step| program(&step.command.words)).collect();
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_files_to_develop_with() {
        for path in ["/x/Dockerfile.dev", "/x/test.Dockerfile", "/x/.devcontainer/Dockerfile", "/x/Dockerfile-CI"] {
            assert!(is_for_development(path), "{path}");
        }
        for path in ["/x/Dockerfile", "/dev/Dockerfile", "/x/device.Dockerfile", "/x/Dockerfile.prod"] {
            assert!(!is_for_development(path), "{path}");
        }
    }
}
