//! The artefacts that start on a runtime: jars on Java, published directories on .NET.

use super::builds::Artefact;
use super::entry::Entry;
use super::{Job, Language};
use crate::model::installs::Arguments;
use crate::model::path;

impl Job<'_> {
    pub(super) fn java(&self, entry: &Entry) -> Result<Artefact, String> {
        // Where else it lies, it lies in the image that compiles.
        if !matches!(entry.program.as_str(), "java" | "/opt/java/openjdk/bin/java") {
            return Err(format!("it starts `{}`, and not a jar by `java`", entry.program));
        }
        let at = entry.arguments.iter().position(|word| word.as_deref() == Some("-jar"));
        let jar = at.and_then(|at| {
            entry.arguments[at + 1..].iter().find(|word| !word.as_deref().is_some_and(|word| word.starts_with('-')))
        });
        let Some(Some(jar)) = jar else {
            return Err("the name of the jar is not evident from how it starts".to_owned());
        };
        let Some(jar) = self.stage.end.absolute(jar) else {
            return Err(format!("`{jar}` depends on the working directory of the base image"));
        };
        let compiled = self.copied_from(&jar).unwrap_or(&jar);
        let output = if self.language == Language::Maven { "/target" } else { "/build/libs" };
        let project = path::parent(compiled).strip_suffix(output).filter(|project| {
            let directories = self.compiles.iter().filter_map(|install| install.directory.as_deref());
            compiled.ends_with(".jar")
                && directories.into_iter().any(|directory| path::below(directory, project).is_some())
        });
        let Some(project) = project else {
            return Err(format!("nothing shows that `{jar}` is what is compiled"));
        };
        self.whole_jar(project)?;
        Ok(Artefact::file(jar))
    }

    /// Whether the jar of the project in a directory holds what the application depends on.
    fn whole_jar(&self, project: &str) -> Result<(), String> {
        const WHOLE: [&str; 6] = [
            "spring-boot-maven-plugin",
            "maven-shade-plugin",
            "jar-with-dependencies",
            "org.springframework.boot",
            "shadow",
            "onejar",
        ];
        const BESIDE: [&str; 5] = ["classpathPrefix", "Class-Path", "addClasspath", "quarkus", "micronaut"];
        let names = ["pom.xml", "build.gradle", "build.gradle.kts"];
        let found = names.iter().find_map(|name| Some((name, self.files.read(&path::join(project, name))?)));
        let Some((name, text)) = found else { return Err("what goes into the jar is not known".to_owned()) };
        if let Some(word) = BESIDE.iter().find(|word| text.contains(**word)) {
            return Err(format!("`{name}` speaks of `{word}`, so the jar may need what lies beside it"));
        }
        let depends =
            ["<dependency>", "implementation", "compile ", "runtimeOnly"].iter().any(|word| text.contains(word));
        if depends && !WHOLE.iter().any(|word| text.contains(word)) {
            return Err(format!("`{name}` has dependencies, and nothing shows that the jar holds them"));
        }
        Ok(())
    }

    pub(super) fn dotnet(&self, entry: &Entry) -> Result<Artefact, String> {
        let [install] = self.compiles.as_slice() else { return Err("it publishes more than one project".to_owned()) };
        let dll = entry.arguments.first().and_then(Option::as_deref).filter(|word| word.ends_with(".dll"));
        let Some(dll) = dll.filter(|_| path::file_name(&entry.program) == "dotnet") else {
            return Err("it does not start as `dotnet NAME.dll`".to_owned());
        };
        let Some(dll) = self.stage.end.absolute(dll) else {
            return Err(format!("`{dll}` depends on the working directory of the base image"));
        };
        let directory = path::parent(&dll).to_owned();
        let words = Arguments::new(&install.arguments);
        let published = words.values(&["-o", "--output"]);
        let output = match (published.last(), &install.directory) {
            (Some(Some(output)), Some(from)) => path::absolute(from, output),
            (None, Some(from))
                if path::below(from, &directory)
                    .is_some_and(|inside| inside.contains("bin/") && inside.ends_with("/publish")) =>
            {
                directory.clone()
            }
            _ => return Err(format!("`{}` does not say where it publishes to", self.quoted(install.span))),
        };
        if output != directory {
            return Err(format!("`{dll}` does not lie in `{output}`, where it is published"));
        }
        if self.stage.end.workdir.as_deref() != Some(&directory) {
            return Err(format!("it starts in another directory than `{output}`, and looks for its settings there"));
        }
        if words
            .words()
            .iter()
            .flatten()
            .any(|word| word.contains("self-contained") || word.contains("PublishSingleFile"))
        {
            return Err("it is published with its own runtime".to_owned());
        }
        Ok(Artefact { from: directory.clone(), to: directory, directory: true })
    }
}
