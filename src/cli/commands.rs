//! The commands that run no rules.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::args::{Cli, GlobalOptions, RuleSwitch};
use super::names::Names;
use super::output::Output;
use super::work::tell_config_errors;
use super::{EXIT_FAILURE, EXIT_SUCCESS, engine};
use crate::config::{self, FILE_NAME, Loaded, suggestion_text};
use crate::files::{self, Change};
use crate::rules::{self, REGISTRY, Registered};

/// Prints the page of a rule.
///
/// # Errors
/// There is no such rule.
pub fn explain(slug: &str, output: &mut Output) -> anyhow::Result<u8> {
    let page = find(slug)?.meta.documentation;
    output.data(page);
    if !page.ends_with('\n') {
        output.data("\n");
    }
    Ok(EXIT_SUCCESS)
}

/// Prints a table of all rules.
pub fn list_rules(output: &mut Output) -> u8 {
    let width = REGISTRY.iter().map(|registered| registered.meta.slug.len()).max().unwrap_or_default().max(4);
    output.data(&format!("{:width$}  {:11}  {:7}  {:7}  SUMMARY\n", "RULE", "GROUP", "LEVEL", "DEFAULT"));
    for Registered { meta, .. } in REGISTRY {
        let (group, level) = (meta.group.name(), meta.applicability.name());
        let default = meta.state();
        output.data(&format!("{:width$}  {group:11}  {level:7}  {default:7}  {}\n", meta.slug, meta.summary));
    }
    EXIT_SUCCESS
}

/// Prints the syntax tree of the Dockerfile at `file`; `-` is standard input.
///
/// # Errors
/// It cannot be read.
pub fn tree(file: &Path, output: &mut Output) -> anyhow::Result<u8> {
    let text = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)
            .context("standard input cannot be read")?;
        files::decode(file, bytes)
    } else {
        files::real_file(file).and_then(|(real, _)| files::read_text(&real))
    };
    let text = text.with_context(|| file.display().to_string())?;
    let (tree, problems) = engine::tree(&text);
    output.data(&tree);
    for problem in &problems {
        let (line, column) = problem.position.unwrap_or((1, 1));
        output.error(&format!("{}:{line}:{column}: {}; {}", file.display(), problem.message, problem.help));
    }
    Ok(if problems.is_empty() { EXIT_SUCCESS } else { EXIT_FAILURE })
}

/// Writes a new `dockfix.toml`.
///
/// # Errors
/// There is one already, or it cannot be written.
pub fn init(global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    let given = global.config.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME));
    if given.symlink_metadata().is_ok() {
        bail!("{}: exists already; edit it, or remove it first", given.display());
    }
    write(&given, None, &config::template())?;
    output.note(&format!("wrote {}", given.display()));
    Ok(EXIT_SUCCESS)
}

/// Turns a rule on or off in `dockfix.toml`.
///
/// # Errors
/// There is no such rule, or the file cannot be written.
pub fn switch_rule(switch: &RuleSwitch, global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    let (slug, state) = match switch {
        RuleSwitch::Enable { slug } => (slug, "on"),
        RuleSwitch::Disable { slug } => (slug, "off"),
    };
    let slug = find(slug)?.meta.slug;
    let folder = std::env::current_dir().context("the current folder is gone; go to another one")?;
    let path = global.config.clone().or_else(|| config::locate(&folder)).unwrap_or_else(|| folder.join(FILE_NAME));
    let names = Names::new(folder);
    let exists = path.symlink_metadata().is_ok();
    let path = if exists { files::real_file(&path).with_context(|| names.shown(&path))?.0 } else { path };
    let before = if exists { Some(files::read_text(&path).with_context(|| names.shown(&path))?) } else { None };
    let text = before.as_deref().unwrap_or_default();
    let edited = match switch {
        RuleSwitch::Enable { .. } => config::enable(text, slug),
        RuleSwitch::Disable { .. } => config::disable(text, slug),
    };
    let shown = names.shown(&path);
    let edited = match edited {
        Ok(edited) => edited,
        Err(errors) => {
            let loaded = Loaded { path, text: text.to_owned(), config: Err(errors) };
            tell_config_errors(output, &names, &loaded);
            return Ok(EXIT_FAILURE);
        }
    };
    if edited.done.is_empty() {
        output.note(&format!("{slug} is {state} already"));
        return Ok(EXIT_SUCCESS);
    }
    write(&path, before.clone(), &edited.text)?;
    output.note(&format!("{slug} is {state} now: {} in {shown}", edited.done.join(" and ")));
    Ok(EXIT_SUCCESS)
}

/// Prints what completes commands and flags in `shell`.
pub fn completions(shell: Shell, output: &mut Output) -> u8 {
    let mut script = Vec::new();
    // Into memory, since the generator panics where standard output is closed.
    clap_complete::generate(shell, &mut Cli::command(), "dockfix", &mut script);
    output.data(&String::from_utf8_lossy(&script));
    EXIT_SUCCESS
}

fn find(slug: &str) -> anyhow::Result<&'static Registered> {
    rules::find(slug).with_context(|| {
        let slugs: Vec<&str> = REGISTRY.iter().map(|registered| registered.meta.slug).collect();
        format!("unknown rule `{slug}`; {}", suggestion_text(slug, &slugs, "`dockfix rules` lists them"))
    })
}

fn write(path: &Path, before: Option<String>, after: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = files::real_path(folder).with_context(|| folder.display().to_string())?;
    let name = path.file_name().with_context(|| format!("{}: no name for a file; give one", path.display()))?;
    let change = Change { path: folder.join(name), before, after: after.to_owned() };
    files::write_all(&[change]).with_context(|| path.display().to_string())?;
    Ok(())
}
