//! The one flag that serves every image that a copy reaches, and what else has to be written for it.

use super::creation;
use super::look::{Look, Open};
use super::owner::{self, Flag};
use crate::settings::Applicability;
use crate::text::Edit;

/// What becomes of a copy.
pub struct Decision {
    /// The value of `--chown`; `None` if none can be written.
    pub owner: Option<String>,
    /// How sure.
    pub level: Applicability,
    /// Why it is not surer.
    pub doubts: Vec<String>,
    /// The edits, the flag among them.
    pub edits: Vec<Edit>,
}

/// What becomes of the copy that `look` looks at. `for_root` says that it reaches an image of root's as well.
pub fn decide(look: &Look<'_>, open: &[Open<'_>], for_root: bool) -> Decision {
    if let Some(open) = open.first().filter(|_| for_root) {
        let user = open.image.user;
        return shown(format!("the copy reaches an image that runs as `{user}` and one that runs as root"), open);
    }
    let mut doubts = Vec::new();
    let mut edits: Vec<Edit> = Vec::new();
    let mut owner: Option<String> = None;
    for open in open {
        let given = match given(look, open) {
            Ok(given) => given,
            Err(why) => return shown(why, open),
        };
        match &owner {
            Some(present) if *present != given.owner => {
                let why = format!(
                    "the images that the copy reaches run as different users, and it has one owner: `{present}` or `{}`",
                    given.owner
                );
                return shown(why, open);
            }
            _ => owner = Some(given.owner),
        }
        if let Some(why) = forbids(open) {
            return shown(why, open);
        }
        for why in given.doubts.into_iter().chain(open.doubts.iter().map(|(_, why)| why.clone())) {
            if !doubts.contains(&why) {
                doubts.push(why);
            }
        }
        for edit in given.edits {
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    if look.is_trigger() {
        doubts.push("ONBUILD copies into another image, which may run as somebody else".to_owned());
    }
    if let Some(owner) = &owner {
        edits.push(look.step.instruction.insert_flag(&format!("--chown={owner}")));
    }
    let level = if doubts.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
    Decision { owner, level, doubts, edits }
}

/// Why nothing is written in an image, whatever the flag would be.
fn forbids(open: &Open<'_>) -> Option<String> {
    open.doubts.iter().find(|(level, _)| *level == Applicability::Display).map(|(_, why)| why.clone())
}

fn shown(why: String, open: &Open<'_>) -> Decision {
    let mut doubts = vec![why];
    for (_, why) in &open.doubts {
        if !doubts.contains(why) {
            doubts.push(why.clone());
        }
    }
    Decision { owner: None, level: Applicability::Display, doubts, edits: Vec::new() }
}

/// A flag for one image.
struct Given {
    owner: String,
    doubts: Vec<String>,
    edits: Vec<Edit>,
}

fn given(look: &Look<'_>, open: &Open<'_>) -> Result<Given, String> {
    match owner::flag(look.ctx, look.id, open.image) {
        Flag::Text { owner, doubts } => Ok(Given { owner, doubts, edits: Vec::new() }),
        Flag::Nothing(why) => Err(why),
        Flag::NotYet(why) => {
            let moved = creation::above(look, open.image).map_err(|obstacle| format!("{why}, and {obstacle}"))?;
            match owner::flag_with(look.ctx, look.id, open.image, &moved.accounts) {
                Flag::Text { owner, mut doubts } => {
                    doubts.extend(moved.doubts);
                    Ok(Given { owner, doubts, edits: moved.edits })
                }
                Flag::NotYet(why) | Flag::Nothing(why) => Err(why),
            }
        }
    }
}
