//! The arguments that are declared again below the cut: on the classic builder and buildah they end with their stage.

use super::Job;
use crate::model::{Step, StepKind};
use crate::shell::names_variable;
use crate::syntax::{Instruction, KeyValue, SyntaxKind};

/// An ARG to write, like the one that it repeats.
pub(super) struct Again {
    /// The one above the cut.
    pub(super) declared: Instruction,
    /// Its names and defaults, as written.
    pub(super) text: String,
}

/// A name that ENV or ARG sets above the cut.
struct Definition<'s> {
    step: &'s Step,
    pair: KeyValue,
    name: String,
    argument: bool,
}

impl Job<'_> {
    /// What is declared again, in order.
    ///
    /// # Errors
    /// Why that would give another value.
    pub(super) fn arguments(&self) -> Result<Vec<Again>, String> {
        let (above, below) = self.halves();
        let definitions = definitions(above);
        let mut needed = self.needed(&definitions, below);
        // What the default of one names is needed as well, and stands above it.
        for (index, definition) in definitions.iter().enumerate().rev() {
            if needed.contains(&index) && definition.argument {
                let named = |other: &Definition<'_>| self.default_names(definition, &other.name);
                let more = (0..index).filter(|other| definitions[*other].argument && named(&definitions[*other]));
                let more: Vec<usize> = more.filter(|other| !needed.contains(other)).collect();
                needed.extend(more);
            }
        }
        needed.sort_unstable();
        for index in &needed {
            self.check(&definitions, *index)?;
        }
        // The same text twice is one declaration.
        let mut written: Vec<&str> = Vec::new();
        let mut lines: Vec<Again> = Vec::new();
        for definition in needed.iter().map(|index| &definitions[*index]) {
            let text = self.text(definition);
            if written.contains(&text) {
                continue;
            }
            written.push(text);
            match lines.last_mut() {
                Some(line) if line.declared == definition.step.outer => {
                    line.text.push(' ');
                    line.text.push_str(text);
                }
                _ => lines.push(Again { declared: definition.step.outer.clone(), text: text.to_owned() }),
            }
        }
        Ok(lines)
    }

    /// The arguments that something below can see: a RUN all of them, and others those that they name. What ENV sets later is
    /// a part of the image.
    fn needed(&self, definitions: &[Definition<'_>], below: &[Step]) -> Vec<usize> {
        let run = below.iter().any(|step| matches!(step.kind, StepKind::Run(_)));
        let file = self.ctx.dockerfile.text();
        let named = |name: &str| below.iter().any(|step| names_variable(step.outer.full_span().of(file), name));
        let arguments = definitions.iter().enumerate().filter(|(index, definition)| {
            let hidden = || definitions[index + 1..].iter().any(|it| it.name == definition.name && !it.argument);
            definition.argument && (run || named(&definition.name)) && !hidden()
        });
        arguments.map(|(index, _)| index).collect()
    }

    /// Why a declaration below the cut would give another value than the one above it.
    fn check(&self, definitions: &[Definition<'_>], index: usize) -> Result<(), String> {
        let definition = &definitions[index];
        let name = &definition.name;
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            || self.text(definition).contains('\n')
        {
            return Err(format!("`ARG {name}` is written in a way that cannot be repeated on one line"));
        }
        if name.starts_with("BUILDKIT_") {
            return Err(format!("`ARG {name}` is about the stage that it stands in"));
        }
        let later = &definitions[index..];
        let other = |it: &Definition<'_>| it.name == *name && it.argument && self.text(it) != self.text(definition);
        if later.iter().any(other) {
            return Err(format!("`ARG {name}` is declared in two ways"));
        }
        // Whether the pairs of one instruction see each other depends on the version of the builder.
        let beside = definitions[..index].iter().filter(|it| it.argument && std::ptr::eq(it.step, definition.step));
        let changed = beside.chain(later).find(|it| self.default_names(definition, &it.name));
        match changed {
            Some(changed) => Err(format!(
                "the default of `ARG {name}` names `{}`, which is set again beside or below it",
                changed.name
            )),
            None => Ok(()),
        }
    }

    fn text(&self, definition: &Definition<'_>) -> &str {
        definition.pair.span().of(self.ctx.dockerfile.text())
    }

    /// Whether the default of an argument names a variable.
    fn default_names(&self, definition: &Definition<'_>, name: &str) -> bool {
        names_variable(self.text(definition), name)
    }
}

/// What ENV and ARG set, in order.
fn definitions(steps: &[Step]) -> Vec<Definition<'_>> {
    let kinds = [SyntaxKind::ArgInstruction, SyntaxKind::EnvInstruction];
    let setting = steps.iter().filter(|step| kinds.contains(&step.instruction.kind()));
    let all = setting.flat_map(|step| {
        let argument = step.instruction.kind() == SyntaxKind::ArgInstruction;
        let pairs = step.instruction.pairs().into_iter();
        pairs.map(move |pair| Definition { step, name: pair.key(), pair, argument })
    });
    all.collect()
}
