//! Which directories a RUN makes: `mkdir` and `install`, read as commands.

use super::effects::working_directory;
use super::{Run, RunCommand, Scope, Shell, path};
use crate::shell::{self, Dialect, Directory, Word};

/// More words than this are not made out of one with braces.
const MOST_WORDS: usize = 64;

/// Whether a RUN makes a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Makes {
    /// Nothing in it does.
    No,
    /// Something in it makes directories whose names cannot be told.
    Perhaps,
    /// A command names it, or a directory below it, in whatever branch: who makes a directory under a condition does
    /// so where it is not there yet.
    Yes,
}

/// Whether `run`, at which `scope` holds, makes `directory`.
#[must_use]
pub fn makes_directory(run: &Run, scope: &Scope, directory: &str) -> Makes {
    let bash = matches!(run.shell(), Shell::Posix(Dialect::Bash, _));
    let question = Question { scope, directory, bash };
    match &run.command {
        RunCommand::Exec(words) => question.command(words, &Directory::Known(Vec::new())),
        RunCommand::Foreign => Makes::No,
        RunCommand::Shell(text) => match run.steps() {
            Some(steps) => {
                let made = steps.iter().map(|step| question.command(&step.command.words, &step.directory));
                made.max().unwrap_or(Makes::No)
            }
            None => question.text(text.text()),
        },
    }
}

struct Question<'q> {
    scope: &'q Scope,
    directory: &'q str,
    /// Whether the shell is bash for certain, so that `{a,b}` is two words.
    bash: bool,
}

impl Question<'_> {
    /// What can be said of text that is not understood.
    fn text(&self, text: &str) -> Makes {
        let makes = text.contains("mkdir") || text.contains("install");
        if makes && text.contains(path::file_name(self.directory)) { Makes::Perhaps } else { Makes::No }
    }

    fn command(&self, words: &[Word], directory: &Directory<'_>) -> Makes {
        let Some(invocation) = shell::invocation(words) else { return Makes::No };
        let arguments = &words[invocation.program + 1..];
        let made = match words[invocation.program].literal().map(path::file_name) {
            Some("mkdir") => Operands::read(arguments, "m", &["--mode"]).words,
            Some("install") => {
                let operands = Operands::read(arguments, "mogSt", &["--mode", "--owner", "--group", "--suffix"]);
                if operands.has('d', "--directory") {
                    operands.words
                } else if operands.has('D', "") {
                    return self.parent(operands.words.last().copied(), directory);
                } else {
                    return Makes::No;
                }
            }
            // `sh -c '…'`, `xargs mkdir`, `find … -exec mkdir`.
            Some("sh" | "bash" | "ash" | "dash" | "eval" | "xargs" | "find") => {
                let text: Vec<&str> = arguments.iter().map(|word| word.raw.as_str()).collect();
                return self.text(&text.join(" "));
            }
            _ => return Makes::No,
        };
        made.into_iter().map(|word| self.operand(word, directory)).max().unwrap_or(Makes::No)
    }

    fn operand(&self, word: &Word, directory: &Directory<'_>) -> Makes {
        let words = braces(&word.raw).map(|raws| raws.iter().map(|raw| Word::new(raw, word.span)).collect::<Vec<_>>());
        match words {
            Some(words) => {
                let made = words.iter().map(|word| self.plain(word, directory)).max().unwrap_or(Makes::No);
                if self.bash { made } else { made.min(Makes::Perhaps) }
            }
            None => self.plain(word, directory),
        }
    }

    /// `install -D FILE TARGET` makes the directory of its target.
    fn parent(&self, target: Option<&Word>, directory: &Directory<'_>) -> Makes {
        let Some(target) = target else { return Makes::No };
        match self.resolve(target, directory) {
            Some(target) if path::below(self.directory, path::parent(&target)).is_some() => Makes::Yes,
            Some(_) => Makes::No,
            None => Makes::Perhaps,
        }
    }

    fn plain(&self, word: &Word, directory: &Directory<'_>) -> Makes {
        match self.resolve(word, directory) {
            Some(made) if path::below(self.directory, &made).is_some() => Makes::Yes,
            Some(_) => Makes::No,
            None => {
                // Up to what the shell computes the word is a path; it has to lead here.
                let fixed = word.raw.split(['$', '`', '*', '?', '[', '{', '"', '\'', '~']).next().unwrap_or_default();
                let leads =
                    !fixed.starts_with('/') || self.directory.starts_with(fixed) || fixed.starts_with(self.directory);
                if leads { Makes::Perhaps } else { Makes::No }
            }
        }
    }

    fn resolve(&self, word: &Word, directory: &Directory<'_>) -> Option<String> {
        let value = word.resolve(|name| self.scope.variable(name))?;
        if value.starts_with('/') {
            return Some(path::absolute("/", &value));
        }
        working_directory(self.scope, directory).map(|directory| path::absolute(&directory, &value))
    }
}

/// The arguments of a command, its options taken away.
struct Operands<'a> {
    words: Vec<&'a Word>,
    options: Vec<&'a str>,
}

impl<'a> Operands<'a> {
    /// `values` and `long_values` are the options that take a value from the next word if it is not in their own.
    fn read(arguments: &'a [Word], values: &str, long_values: &[&str]) -> Self {
        let mut operands = Self { words: Vec::new(), options: Vec::new() };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.literal() {
                Some("--") => operands.words.extend(words.by_ref()),
                Some(option) if option.starts_with("--") => {
                    operands.options.push(option);
                    if long_values.contains(&option) {
                        words.next();
                    }
                }
                Some(option) if option.len() > 1 && option.starts_with('-') => {
                    // Behind the letter of an option with a value stands the value.
                    let end = option.find(|letter| values.contains(letter));
                    operands.options.push(end.map_or(option, |end| &option[..end]));
                    if end.is_some_and(|end| end + 1 == option.len()) {
                        words.next();
                    }
                }
                _ => operands.words.push(word),
            }
        }
        operands
    }

    fn has(&self, short: char, long: &str) -> bool {
        self.options.iter().any(|option| *option == long || (!option.starts_with("--") && option.contains(short)))
    }
}

/// The words that bash makes of one with `{a,b}`, as they are written. `None` if there is none, or quotes stand in it.
fn braces(raw: &str) -> Option<Vec<String>> {
    if raw.contains(['"', '\'', '\\', '`']) || raw.contains("${") {
        return None;
    }
    let mut words = vec![raw.to_owned()];
    let mut changed = false;
    while let Some(at) = words.iter().position(|word| group(word).is_some()) {
        let word = words.remove(at);
        let (open, close) = group(&word)?;
        let made = alternatives(&word[open + 1..close])
            .into_iter()
            .map(|choice| format!("{}{choice}{}", &word[..open], &word[close + 1..]));
        words.extend(made);
        changed = true;
        if words.len() > MOST_WORDS {
            return None;
        }
    }
    changed.then_some(words)
}

/// The first pair of braces with a comma between them that is not inside of another pair.
fn group(word: &str) -> Option<(usize, usize)> {
    let open = word.find('{')?;
    let mut depth = 0_usize;
    for (at, letter) in word[open..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => {
                let close = open + at;
                return (alternatives(&word[open + 1..close]).len() > 1).then_some((open, close));
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn alternatives(inside: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, letter) in inside.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&inside[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BuildModel, StepKind};
    use crate::syntax::Dockerfile;

    fn check(above: &str, run: &str, directory: &str, expected: Makes) {
        let dockerfile = Dockerfile::parse(format!("FROM alpine\n{above}RUN {run}\n"));
        let model = BuildModel::new(&dockerfile);
        let step = model.stages[0].steps.last().unwrap();
        let StepKind::Run(run) = &step.kind else { unreachable!() };
        assert_eq!(makes_directory(run, &step.scope, directory), expected, "{run:?}");
    }

    #[test]
    fn reads_commands_that_make_directories() {
        use Makes::{No, Perhaps, Yes};
        let bash = "SHELL [\"/bin/bash\", \"-c\"]\n";
        for (above, run, directory, expected) in [
            ("", "mkdir /app", "/app", Yes),
            ("", "mkdir -p /app/data", "/app", Yes),
            ("", "mkdir -p /app/data", "/app/data/x", No),
            ("", "mkdir -p /app2", "/app", No),
            ("", "echo mkdir /app", "/app", No),
            ("", "apk add x && mkdir -pv -m 755 /a /b && rm x", "/b", Yes),
            ("", "mkdir -m /app /b", "/app", No),
            ("", "cd /srv && mkdir x", "/srv/x", Yes),
            ("WORKDIR /w\n", "mkdir x", "/w/x", Yes),
            ("ENV HOME_DIR=/h\n", "mkdir -p $HOME_DIR/x", "/h/x", Yes),
            ("", "mkdir -p $HOME_DIR/x", "/h/x", Perhaps),
            ("", "mkdir -p /var/$X", "/h/x", No),
            ("", "for i in a b; do mkdir -p /h/$i; done", "/h/a", Perhaps),
            ("", "[\"mkdir\", \"-p\", \"/app\"]", "/app", Yes),
            ("", "mkdir -p /app/{a,b}", "/app/b", Perhaps),
            (bash, "mkdir -p /app/{a,b{1,2}}/x", "/app/b2", Yes),
            (bash, "mkdir -p /app/{a,b}", "/app/c", No),
            ("", "install -d -o app -g app /app", "/app", Yes),
            ("", "install -dm755 /app /b", "/b", Yes),
            ("", "install -m 755 x /app", "/app", No),
            ("", "install -D x /app/bin/x", "/app/bin", Yes),
            ("", "sh -c 'mkdir -p /app'", "/app", Perhaps),
            ("", "sudo mkdir -p /app", "/app", Yes),
            ("", "[ -d /app ] || mkdir /app", "/app", Yes),
        ] {
            check(above, run, directory, expected);
        }
    }
}
