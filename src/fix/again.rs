//! Copies that bring nothing which a later copy of the stage does not bring to the same place again: they change when
//! something is there, and nothing of the image.

use super::items::Item;
use super::state::{State, set};
use crate::syntax::SyntaxKind;

/// The places among `items` of the COPY instructions whose files come again.
pub(super) fn brought_again(items: &[Item]) -> Vec<usize> {
    let mut state = State::new();
    let mut copies = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let context = item.flag("from").is_none() && item.flags.iter().all(|(name, _)| name != "from");
        if matches!(item.kind, SyntaxKind::CopyInstruction | SyntaxKind::AddInstruction) && context {
            copies.extend(Copied::read(index, item, &state));
        }
        set(&mut state, item);
    }
    let again = |(at, copy): (usize, &Copied<'_>)| {
        let is_copy = copy.item.kind == SyntaxKind::CopyInstruction;
        (is_copy && copies[at + 1..].iter().any(|later| later.brings(copy))).then_some(copy.index)
    };
    copies.iter().enumerate().filter_map(again).collect()
}

/// A copy from the build context.
struct Copied<'a> {
    index: usize,
    item: &'a Item,
    sources: Vec<String>,
    destination: String,
}

impl<'a> Copied<'a> {
    fn read(index: usize, item: &'a Item, state: &State) -> Option<Self> {
        let (destination, sources) = item.arguments.split_last()?;
        // Where a relative path leads is not known without an absolute one above it.
        let below = match state.get("WORKDIR") {
            Some(directory) if directory.starts_with('/') => directory.clone(),
            directory => format!("?/{}", directory.map(String::as_str).unwrap_or_default()),
        };
        let whole = if destination.starts_with('/') { destination.clone() } else { format!("{below}/{destination}") };
        let sources = sources.iter().map(|source| clean(source)).collect();
        Some(Self { index, item, sources, destination: clean(&whole) })
    }

    /// Whether every source of `other` lies in a directory that this one copies, and lands where it does from there.
    fn brings(&self, other: &Self) -> bool {
        let same = self.item.flags == other.item.flags
            && self.item.chown == other.item.chown
            && self.item.chmod == other.item.chmod
            && self.item.onbuild == other.item.onbuild;
        same && other.sources.iter().all(|file| {
            let name = file.rsplit('/').next().unwrap_or(file);
            self.sources.iter().any(|directory| {
                let inside = if directory.is_empty() {
                    Some(file.as_str())
                } else {
                    file.strip_prefix(directory.as_str()).and_then(|rest| rest.strip_prefix('/'))
                };
                inside.is_some_and(|inside| {
                    join(&self.destination, inside) == join(&other.destination, name)
                        && !file.contains(['*', '?', '[', '$'])
                })
            })
        })
    }
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// A path without `.` parts and slashes at its ends; `..` stays as it is, and matches nothing.
fn clean(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}
