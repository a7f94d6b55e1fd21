//! Maven and Gradle.

use super::{Arguments, InstallKind, Reading};

/// Maven: <https://maven.apache.org/ref/current/maven-embedder/cli.html>.
pub(super) fn maven(arguments: Arguments<'_>) -> Option<Reading> {
    let valued = ["-f", "--file", "-s", "--settings", "-gs", "-pl", "--projects", "-P", "-T", "--threads", "-D", "-l"];
    let goals = arguments.operands(&valued);
    if goals.is_empty() {
        return None;
    }
    // Others of the plugin, such as `dependency:copy-dependencies`, write into the project.
    let resolves = |goal: &Option<&str>| {
        let name = goal.map(|goal| goal.rsplit(':').next().unwrap_or_default());
        let plugin =
            goal.is_some_and(|goal| goal.starts_with("dependency:") || goal.contains(":maven-dependency-plugin:"));
        plugin && matches!(name, Some("go-offline" | "resolve" | "resolve-plugins" | "tree" | "list"))
    };
    let kind = if goals.iter().all(resolves) { InstallKind::Resolve } else { InstallKind::Build };
    Some(kind.into())
}

/// Gradle: <https://docs.gradle.org/current/userguide/command_line_interface.html>.
pub(super) fn gradle(arguments: Arguments<'_>) -> Option<Reading> {
    let valued =
        ["-p", "--project-dir", "-b", "--build-file", "-c", "--settings-file", "-g", "--gradle-user-home", "-x"];
    let tasks = arguments.operands(&valued);
    let resolves = |task: &Option<&str>| {
        let name = task.map(|task| task.rsplit(':').next().unwrap_or_default().to_lowercase());
        name.is_some_and(|name| name.contains("dependencies") || name.contains("dependency"))
    };
    if tasks.is_empty() {
        return None;
    }
    let kind = if tasks.iter().all(resolves) { InstallKind::Resolve } else { InstallKind::Build };
    let mut directories = arguments.values(&["-p", "--project-dir"]).into_iter();
    Some(Reading { kind, directory: directories.next().map(|named| named.map(str::to_owned)) })
}
