//! Which word of a command is the program that the kernel is asked to run, behind wrappers such as `exec` and `gosu`.

use super::{Part, Word};

/// The program of a command and what stands around it. All fields are indices into the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The word that is executed directly: `sh` in `exec sh run.sh`, which does not need `run.sh` to be executable.
    pub program: usize,
    /// The wrappers in front of it, outermost first.
    pub wrappers: Vec<usize>,
    /// The user that the innermost wrapper switches to.
    pub user: Option<usize>,
    /// The directory that a wrapper changes to (`env -C`, `sudo -D`).
    pub directory: Option<usize>,
}

/// Finds the program in the words of a command; works for the shell form and, with [`Word::plain`], for the exec form.
///
/// `None` if nothing is run (`command -v x`, `exec` alone), if the words are not understood, or if the program's word
/// is not one word of text and named variables (`"$@"`, `$(…)`, a glob).
#[must_use]
pub fn invocation(words: &[Word]) -> Option<Invocation> {
    let mut found = Invocation { program: 0, wrappers: Vec::new(), user: None, directory: None };
    loop {
        let word = words.get(found.program)?;
        let Some(wrapper) = word.literal().and_then(wrapper) else {
            return is_one_word(word).then_some(found);
        };
        found.wrappers.push(found.program);
        found.program = wrapper.skip(words, &mut found)?;
    }
}

/// Whether the word is text and named variables; an empty word runs nothing.
fn is_one_word(word: &Word) -> bool {
    !word.parts.is_empty() && word.parts.iter().all(|part| matches!(part, Part::Text(_) | Part::Variable { .. }))
}

/// How a program finds the command that it runs.
struct Wrapper {
    /// Short options without a value.
    flags: &'static str,
    /// Short options with a value, in the same word or the next.
    values: &'static str,
    /// Long options without a value.
    long_flags: &'static [&'static str],
    /// Long options with a value in the next word; `--option=value` is always taken.
    long_values: &'static [&'static str],
    /// Options that name the user.
    user_options: &'static [&'static str],
    /// Options that name the directory.
    directory_options: &'static [&'static str],
    /// Whether `NAME=value` may stand before the command.
    assignments: bool,
    /// How many operands stand before the command.
    operands: usize,
    /// Whether the first operand is a user.
    user_operand: bool,
    /// Whether a number behind a dash is an option (`nice -10`).
    numbers: bool,
}

const PLAIN: Wrapper = Wrapper {
    flags: "",
    values: "",
    long_flags: &[],
    long_values: &[],
    user_options: &[],
    directory_options: &[],
    assignments: false,
    operands: 0,
    user_operand: false,
    numbers: false,
};

/// Whether a word names a wrapper: behind it another program may be named, and before that its options and operands.
#[must_use]
pub fn is_wrapper(name: &str) -> bool {
    wrapper(name).is_some()
}

/// The wrapper that `name` is, by its documentation; paths count by their last part.
fn wrapper(name: &str) -> Option<Wrapper> {
    let base = name.rsplit('/').next().unwrap_or(name);
    Some(match base {
        // Builtins have no path.
        "exec" if name == base => Wrapper { flags: "cl", values: "a", ..PLAIN },
        "command" if name == base => Wrapper { flags: "p", ..PLAIN },
        "builtin" | "noglob" if name == base => PLAIN,
        "env" => Wrapper {
            flags: "i0v",
            values: "uC",
            long_flags: &["--ignore-environment", "--debug"],
            long_values: &["--unset", "--chdir"],
            directory_options: &["-C", "--chdir"],
            assignments: true,
            ..PLAIN
        },
        "nohup" | "setsid" => Wrapper { flags: "cfw", long_flags: &["--ctty", "--fork", "--wait"], ..PLAIN },
        "nice" => Wrapper { values: "n", long_values: &["--adjustment"], numbers: true, ..PLAIN },
        "ionice" => Wrapper { flags: "t", values: "cn", long_values: &["--class", "--classdata"], ..PLAIN },
        "time" => Wrapper { flags: "pv", values: "fo", ..PLAIN },
        "timeout" => Wrapper {
            flags: "fpv",
            values: "ks",
            long_flags: &["--foreground", "--preserve-status", "--verbose"],
            long_values: &["--kill-after", "--signal"],
            operands: 1,
            ..PLAIN
        },
        "stdbuf" => Wrapper { values: "ioe", long_values: &["--input", "--output", "--error"], ..PLAIN },
        "sudo" => Wrapper {
            flags: "AbEHnPS",
            values: "ugChpDRT",
            long_flags: &["--preserve-env", "--set-home", "--non-interactive"],
            long_values: &["--user", "--group", "--chdir"],
            user_options: &["-u", "--user"],
            directory_options: &["-D", "--chdir"],
            assignments: true,
            ..PLAIN
        },
        "doas" => Wrapper { flags: "n", values: "uC", user_options: &["-u"], ..PLAIN },
        "gosu" | "su-exec" | "s6-setuidgid" => Wrapper { operands: 1, user_operand: true, ..PLAIN },
        "chpst" => Wrapper { flags: "vP012", values: "uUbenmdofcrt/", user_options: &["-u"], ..PLAIN },
        "setpriv" => Wrapper {
            long_flags: &["--clear-groups", "--keep-groups", "--init-groups", "--no-new-privs", "--reset-env"],
            long_values: &["--reuid", "--regid", "--ruid", "--euid", "--rgid", "--egid", "--groups", "--inh-caps"],
            user_options: &["--reuid"],
            ..PLAIN
        },
        "tini" | "tini-static" | "docker-init" => Wrapper { flags: "sgvw", values: "pe", ..PLAIN },
        "dumb-init" => Wrapper {
            flags: "cv",
            values: "r",
            long_flags: &["--single-child", "--verbose"],
            long_values: &["--rewrite"],
            ..PLAIN
        },
        "catatonit" => Wrapper { flags: "gP", ..PLAIN },
        _ => return None,
    })
}

impl Wrapper {
    /// The index of the word behind the wrapper at `found.program` with its options and operands.
    fn skip(&self, words: &[Word], found: &mut Invocation) -> Option<usize> {
        let mut at = found.program + 1;
        while let Some(text) = words.get(at).map(Word::literal) {
            // A computed word is the command, or a computed option, which is_one_word cannot tell; the latter is not
            // written in practice except as `$OPTIONS` in front of the command.
            let Some(option) = text.filter(|text| text.len() > 1 && text.starts_with('-')) else { break };
            if option == "--" {
                at += 1;
                break;
            }
            at = self.skip_option(option, at, found)?;
        }
        while self.assignments && words.get(at).is_some_and(is_assignment) {
            at += 1;
        }
        if self.user_operand {
            found.user = Some(at);
        }
        let program = at + self.operands;
        words.get(program).map(|_| program)
    }

    fn skip_option(&self, option: &str, at: usize, found: &mut Invocation) -> Option<usize> {
        let (name, inline) = match option.strip_prefix("--") {
            Some(long) => match long.split_once('=') {
                Some((name, _)) => (&option[..name.len() + 2], true),
                None if self.long_flags.contains(&option) => return Some(at + 1),
                None if self.long_values.contains(&option) => (option, false),
                None => return None,
            },
            None => match self.short_value(option)? {
                Some((name, inline)) => (name, inline),
                None => return Some(at + 1),
            },
        };
        // A value in the same word has no index of its own; the word stands for it.
        let value = if inline { at } else { at + 1 };
        if self.user_options.contains(&name) {
            found.user = Some(value);
        }
        if self.directory_options.contains(&name) {
            found.directory = Some(value);
        }
        Some(value + 1)
    }

    /// Reads a group of short options. The outer `None` means that one is not known; else the option with a value, as
    /// `-x`, and whether the value is in the same word.
    fn short_value<'a>(&self, option: &'a str) -> Option<Option<(&'a str, bool)>> {
        if self.numbers && option[1..].bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(None);
        }
        for (index, letter) in option.char_indices().skip(1) {
            if self.values.contains(letter) {
                let last = index + letter.len_utf8() == option.len();
                return Some(Some((if index == 1 { &option[..2] } else { option }, !last)));
            }
            if !self.flags.contains(letter) {
                return None;
            }
        }
        Some(None)
    }
}

fn is_assignment(word: &Word) -> bool {
    let name = word.raw.split_once('=').map_or("", |(name, _)| name);
    let starts = name.starts_with(|letter: char| letter == '_' || letter.is_ascii_alphabetic());
    starts && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn check(command: &str, program: &str) {
        let words: Vec<Word> = command.split(' ').map(|raw| Word::new(raw, Span::default())).collect();
        let found = invocation(&words).map_or("none", |found| words[found.program].raw.as_str());
        assert_eq!(found, program, "{command}");
    }

    #[test]
    fn finds_the_program_behind_wrappers() {
        check("/app/run.sh x", "/app/run.sh");
        check("exec /app/run.sh", "/app/run.sh");
        check("exec -a name /app/run.sh", "/app/run.sh");
        check("exec \"$@\"", "none");
        check("exec", "none");
        check("$HOME/run.sh", "$HOME/run.sh");
        check("$(which x)", "none");
        check("sh run.sh", "sh");
        check("bash -c ./x", "bash");
        check(". ./x", ".");
        check("env A=b C=$d ./x", "./x");
        check("/usr/bin/env -i -u X --chdir=/y A=b ./x", "./x");
        check("env -S ./x", "none");
        check("env", "none");
        check("command ./x", "./x");
        check("command -v x", "none");
        check("nohup ./x", "./x");
        check("nice -n 10 ./x", "./x");
        check("nice -10 ./x", "./x");
        check("timeout -k 5 10s ./x", "./x");
        check("timeout 10s ./x", "./x");
        check("stdbuf -oL ./x", "./x");
        check("sudo -E -u app ./x", "./x");
        check("sudo -Hu app ./x", "./x");
        check("sudo -i", "none");
        check("gosu app ./x", "./x");
        check("gosu app", "none");
        check("su-exec app:app exec", "none");
        check("/sbin/tini -- /app/run.sh", "/app/run.sh");
        check("/tini -s -e 143 -- gosu app ./x", "./x");
        check("dumb-init -c -r 15:2 -- ./x", "./x");
        check("dumb-init ./x", "./x");
        check("setpriv --reuid=1000 --clear-groups ./x", "./x");
        check("setpriv --reuid 1000 --init-groups ./x", "./x");
        check("./exec ./x", "./exec");
        check("''", "none");
    }

    #[test]
    fn names_the_user_and_the_directory() {
        let words: Vec<Word> =
            "exec sudo -D /x -u app ./y".split(' ').map(|raw| Word::new(raw, Span::default())).collect();
        let expected = Invocation { program: 6, wrappers: vec![0, 1], user: Some(5), directory: Some(3) };
        assert_eq!(invocation(&words), Some(expected));
    }
}
