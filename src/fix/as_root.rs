//! What a fix may let run as root that did not: only what asks for root by itself, or what asks for no user at all.

use super::items::Item;
use crate::shell::{self, Dialect};
use crate::syntax::SyntaxKind;
use crate::text::MappedText;

/// Programs that change modes and owners, and what may stand beside them in a RUN without anything else being done.
const PROGRAMS: [&str; 11] = ["chmod", "chown", "chgrp", "cd", "set", "umask", "echo", "true", ":", "[", "test"];

/// Whether an instruction does the same whoever the user is: copies without `--chown` are root's, and settings have none.
pub(super) fn asks_for_no_user(item: &Item) -> bool {
    use SyntaxKind::{
        AddInstruction, ArgInstruction, CopyInstruction, EnvInstruction, ExposeInstruction, LabelInstruction,
    };
    let kinds = [CopyInstruction, AddInstruction, EnvInstruction, ArgInstruction, LabelInstruction, ExposeInstruction];
    kinds.contains(&item.kind)
}

/// Whether a RUN changes modes and owners and does nothing else.
pub(super) fn changes_modes_only(item: &Item) -> bool {
    let known = |name: Option<&str>| name.is_some_and(|name| PROGRAMS.contains(&name));
    let text = match item.arguments.as_slice() {
        [exec] if exec.starts_with("[\"") => {
            return known(exec.trim_start_matches("[\"").split('"').next());
        }
        [text] => text.as_str(),
        // `RUN <<EOF`: the lines stand behind the name and the form.
        [opener, heredoc] if opener.trim_start().starts_with("<<") => {
            heredoc.split_once(") ").map_or("", |(_, lines)| lines)
        }
        _ => return false,
    };
    let mut mapped = MappedText::new();
    mapped.push(text, 0);
    let Ok(script) = shell::parse(&mapped, Dialect::Bash) else { return false };
    let computes = text.contains("$(") || text.contains('`');
    !computes && script.commands().iter().all(|step| step.command.words.is_empty() || known(step.command.name()))
}

/// Whether the places of a RUN, in order, are kept: some may come or go, and those of one that changes modes only may
/// come to be root's.
pub(super) fn kept(before: &[String], after: &[String], may_rise: bool) -> bool {
    let same = |before: &String, after: &String| {
        before == after || (may_rise && is_root(after) && without_user(before) == without_user(after))
    };
    let mut rest = after.iter();
    let all_before = before.iter().all(|before| rest.any(|after| same(before, after)));
    let mut rest = before.iter();
    all_before || after.iter().all(|after| rest.any(|before| same(before, after)))
}

/// The user of a place as `mark` writes it.
fn is_root(place: &str) -> bool {
    let user = place.split(" with ").find_map(|part| part.strip_prefix("USER ")).unwrap_or_default();
    let name = user.split(':').next().unwrap_or_default();
    name == "root" || (!name.is_empty() && name.bytes().all(|byte| byte == b'0'))
}

/// A place without the user.
fn without_user(place: &str) -> String {
    place.split(" with ").filter(|part| !part.starts_with("USER ")).collect::<Vec<_>>().join(" with ")
}
