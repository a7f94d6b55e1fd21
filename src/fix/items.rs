//! An instruction as the builder takes it: without layout, keyword case, quotes and other ways to write the same.

use crate::syntax::{
    AddInstruction, CopyInstruction, FromInstruction, Instruction, Lookup, PathWord, SyntaxKind, VolumeInstruction,
    expand,
};

/// What an instruction says to the builder. Two that are equal build the same in the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: SyntaxKind,
    /// Whether it stands behind ONBUILD.
    pub(super) onbuild: bool,
    /// All flags but those that have a field here, as written and in order.
    pub(super) flags: Vec<(String, Option<String>)>,
    /// `--chmod` of COPY and ADD.
    pub(super) chmod: Option<String>,
    /// `--chown` of COPY and ADD.
    pub(super) chown: Option<String>,
    /// The arguments: values, paths, words, or the command.
    pub(super) arguments: Vec<String>,
    /// Names and values of ENV, LABEL and ARG; the value is `None` for `ARG name`.
    pub(super) pairs: Vec<(String, Option<String>)>,
    /// The name that FROM gives the stage, in lower case as the builder compares it.
    pub(super) stage_name: Option<String>,
}

impl Item {
    /// Reads an instruction; an ONBUILD is what stands behind it.
    pub(super) fn read(instruction: &Instruction) -> Self {
        let inner = instruction.onbuild();
        let onbuild = inner.is_some();
        // The lines of a heredoc behind ONBUILD belong to the outer instruction.
        let heredocs = instruction.heredocs();
        let instruction = inner.as_ref().unwrap_or(instruction);
        let kind = instruction.kind();
        let owner_flags = matches!(kind, SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction);
        let (mut chmod, mut chown, mut flags) = (None, None, Vec::new());
        for flag in instruction.flags() {
            match flag.name().as_str() {
                "chmod" if owner_flags => chmod = flag.value(),
                "chown" if owner_flags => chown = flag.value(),
                name => flags.push((name.to_owned(), flag.value())),
            }
        }
        let mut arguments = arguments(instruction);
        for heredoc in &heredocs {
            let form = (heredoc.chomp(), heredoc.expands());
            arguments.push(format!("{} {form:?} {}", heredoc.name(), heredoc.body().text()));
        }
        let value = |text: &str| value(text, instruction.escape());
        let pairs = instruction
            .pairs()
            .iter()
            .map(|pair| {
                let given = pair.value().map(|word| value(&word.text()));
                // `ARG name=` sets an empty value, `ARG name` sets none.
                let given = given.or_else(|| pair.has_equals().then(String::new));
                (value(&pair.key()), given)
            })
            .collect();
        let stage_name = FromInstruction::cast(instruction).and_then(|from| from.stage_name());
        let stage_name = stage_name.map(|name| name.text().to_ascii_lowercase());
        Self { kind, onbuild, flags, chmod, chown, arguments, pairs, stage_name }
    }

    /// As a line that people can read, with every value in it.
    pub(super) fn describe(&self) -> String {
        let mut line = if self.onbuild { "ONBUILD ".to_owned() } else { String::new() };
        line.push_str(&self.kind.keyword().unwrap_or("instruction").to_ascii_uppercase());
        let mut word = |start: &str, name: &str, value: Option<&str>| {
            line.push_str(start);
            line.push_str(name);
            if let Some(value) = value {
                line.push('=');
                line.push_str(value);
            }
        };
        self.flags.iter().for_each(|(name, value)| word(" --", name, value.as_deref()));
        for (name, value) in [("chown", &self.chown), ("chmod", &self.chmod)] {
            value.iter().for_each(|value| word(" --", name, Some(value)));
        }
        self.arguments.iter().for_each(|argument| word(" ", argument, None));
        self.pairs.iter().for_each(|(key, value)| word(" ", key, value.as_deref()));
        self.stage_name.iter().for_each(|name| word(" AS ", name, None));
        line
    }

    /// The value of a flag.
    pub(super) fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|(of, _)| of == name)?.1.as_deref()
    }
}

fn arguments(instruction: &Instruction) -> Vec<String> {
    let value = |text: &str| value(text, instruction.escape());
    let path = |path: &PathWord| if path.heredoc { path.text.clone() } else { value(&path.text) };
    let command = || {
        // The two forms never mean the same, so the form is part of the command.
        if let Some(strings) = instruction.json() {
            return vec![format!("{:?}", strings.iter().map(crate::syntax::JsonString::value).collect::<Vec<_>>())];
        }
        instruction.shell_text().map(|text| text.text().to_owned()).into_iter().collect()
    };
    match instruction.kind() {
        SyntaxKind::CopyInstruction => CopyInstruction::cast(instruction)
            .map_or_else(Vec::new, |copy| copy.sources().iter().chain(copy.destination().as_ref()).map(path).collect()),
        SyntaxKind::AddInstruction => AddInstruction::cast(instruction)
            .map_or_else(Vec::new, |add| add.sources().iter().chain(add.destination().as_ref()).map(path).collect()),
        SyntaxKind::VolumeInstruction => VolumeInstruction::cast(instruction)
            .map_or_else(Vec::new, |volume| volume.paths().iter().map(path).collect()),
        SyntaxKind::RunInstruction
        | SyntaxKind::CmdInstruction
        | SyntaxKind::EntrypointInstruction
        | SyntaxKind::ShellInstruction => command(),
        SyntaxKind::HealthcheckInstruction => instruction.healthcheck_kind().into_iter().chain(command()).collect(),
        SyntaxKind::FromInstruction => instruction.words().iter().take(1).map(|word| value(&word.text())).collect(),
        SyntaxKind::ExposeInstruction
        | SyntaxKind::UserInstruction
        | SyntaxKind::WorkdirInstruction
        | SyntaxKind::StopsignalInstruction => instruction.words().iter().map(|word| value(&word.text())).collect(),
        SyntaxKind::MaintainerInstruction => instruction.words().iter().map(|word| word.text()).collect(),
        // What the rest holds is in its pairs.
        SyntaxKind::EnvInstruction | SyntaxKind::LabelInstruction | SyntaxKind::ArgInstruction => Vec::new(),
        _ => vec![instruction.logical_text().text().to_owned()],
    }
}

/// What a word comes to, whatever its variables are: its text with quotes and escapes processed, for variables that are
/// unset, that are empty, and that each have a value of their own. `a`, `"a"` and `\a` give the same, `$a` and `\$a` do not.
fn value(text: &str, escape: char) -> String {
    if !text.contains(['\'', '"', '$', escape]) {
        return text.to_owned();
    }
    let lookups: [&dyn Fn(&str) -> Lookup; 3] =
        [&|name| Lookup::Set(format!("${{{name}}}")), &|_| Lookup::Unset, &|_| Lookup::Set(String::new())];
    let mut values = lookups.map(|lookup| expand(text, escape, lookup).unwrap_or_else(|error| error.to_string()));
    let [named, unset, empty] = &mut values;
    if text.contains('$') { format!("{named} ({unset:?}, {empty:?})") } else { std::mem::take(named) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Dockerfile;

    fn items(text: &str) -> Vec<Item> {
        Dockerfile::parse(text).instructions().iter().map(Item::read).collect()
    }

    #[test]
    fn equal_where_the_builder_sees_no_difference() {
        for (one, other) in [
            ("ENV a b c", "env a=\"b c\""),
            ("ENV a=b\\ c", "ENV a='b c'"),
            ("ENV a=$b", "ENV a=\"${b}\""),
            ("LABEL \\\n  a=1 \\\n  # why\n  b=2", "LABEL a=1 b=2"),
            ("COPY a b /c/", "COPY [\"a\", \"b\", \"/c/\"]"),
            ("FROM a as B", "FROM a AS b"),
            ("CMD [ \"a\" , \"b\" ]", "CMD [\"a\",\"b\"]"),
            ("ONBUILD RUN a", "onbuild run a"),
            ("ARG a=", "ARG a=\"\""),
        ] {
            assert_eq!(items(one), items(other), "{one}");
        }
    }

    #[test]
    fn different_where_the_builder_sees_one() {
        for (one, other) in [
            ("LABEL maintainer=X", "LABEL maintainer='\"X\"'"),
            ("ENV a=$b", "ENV a=\\$b"),
            ("ENV a=${b:-c}", "ENV a=${b-c}"),
            ("ENV a=${b:-c}", "ENV a=${b:-d}"),
            ("ENV a=$b", "ENV a='$b'"),
            ("ARG a", "ARG a="),
            ("CMD a b", "CMD [\"a\", \"b\"]"),
            ("RUN a", "ONBUILD RUN a"),
            ("RUN <<E\na\nE", "RUN <<E\nb\nE"),
            ("RUN <<E\na\nE", "RUN <<'E'\na\nE"),
            ("COPY --link a b", "COPY a b"),
            ("COPY a b", "ADD a b"),
            ("COPY --chmod=755 a b", "COPY a b"),
            ("RUN --mount=type=cache,target=/a x", "RUN --mount=type=cache,target=/b x"),
            ("HEALTHCHECK CMD a", "HEALTHCHECK NONE"),
            ("HEALTHCHECK --interval=1s CMD a", "HEALTHCHECK CMD a"),
            ("EXPOSE 80", "EXPOSE 81"),
            ("FROM --platform=a b", "FROM b"),
            ("SHELL [\"a\"]", "SHELL [\"b\"]"),
            ("WHAT a", "WHAT b"),
        ] {
            assert_ne!(items(one), items(other), "{one}");
        }
    }
}
