//! Whether a text speaks of a name, and does not only say that it is to be left out.

/// Whether a text names a file, and not to leave it out: a list of what is ignored speaks of it too.
pub(super) fn of_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        let inside = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
        let apart = !before.is_some_and(|it| inside(it) || it == '.' || it == ')')
            && !after.is_some_and(|it| inside(it) || (it == '.' && name.starts_with('.')));
        apart && !leaves_out(line_at(text, at), name)
    })
}

/// Whether a line says what is to be left out.
fn leaves_out(line: &str, name: &str) -> bool {
    const NEIGHBOURS: [&str; 9] =
        ["exclude", "ignore", "skip", "prune", "__pycache__", "node_modules", ".hg", ".svn", ".tox"];
    let bare = line.trim().trim_matches(|character: char| "-\"',/* []".contains(character));
    bare == name.trim_matches('/') || {
        let lower = line.to_lowercase();
        NEIGHBOURS.iter().any(|word| *word != name && lower.contains(word))
    }
}

pub(super) fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    &text[start..end]
}

/// Whether a text has a word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let inside = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

/// Whether a text has the name of a program where a command begins, and not in a sentence.
pub(super) fn is_command(text: &str, program: &str) -> bool {
    text.match_indices(program).any(|(at, _)| {
        let before = text[..at].trim_end_matches([' ', '\t']).chars().next_back();
        let after = text[at + program.len()..].chars().next();
        before.is_none_or(|it| "\n&;|(\"'`@".contains(it))
            && after.is_none_or(|it| it.is_whitespace() || "\"'`;".contains(it))
    })
}
