//! What the builders make of a missing name, in words. All of it is measured; see the rule's page.

use super::{Missing, Owner};
use crate::rules::RuleContext;
use crate::settings::Builder;

/// What becomes of a copy whose owner is missing.
pub(super) fn of_copy(ctx: &RuleContext<'_>, owner: &Owner, missing: Missing, empty: bool) -> String {
    let is_root = owner.user == "root" && owner.group.as_deref().is_none_or(|group| group == "root");
    if missing == Missing::GroupOfThatName {
        return format!(
            "without a group behind the colon the classic builder takes one called `{}` and fails; the others take the \
             user's own",
            owner.user
        );
    }
    if empty && !is_root {
        return "the image has no files yet, and so no /etc/passwd: every builder fails; a number needs none"
            .to_owned();
    }
    let files = match missing {
        _ if is_root => "root's as they should be".to_owned(),
        Missing::Group => match owner.user.as_str() {
            "" => "root's (0:0)".to_owned(),
            user => format!("`{user}`'s with the group that `{user}` has anyway"),
        },
        _ => match owner.group.as_deref().filter(|group| group.parse::<u32>().is_ok()) {
            Some(group) => format!("root's (0:{group})"),
            None => "root's (0:0)".to_owned(),
        },
    };
    let mut parts = Vec::new();
    if ctx.settings.builds_with(Builder::Buildkit) {
        parts.push(format!("BuildKit makes the files {files} without a word"));
    }
    let others: Vec<&str> = [(Builder::Buildah, "buildah"), (Builder::Classic, "the classic builder")]
        .into_iter()
        .filter_map(|(builder, name)| ctx.settings.builds_with(builder).then_some(name))
        .collect();
    match others.as_slice() {
        [] => {}
        [one] => parts.push(format!("{one} fails")),
        several => parts.push(format!("{} fail", several.join(" and "))),
    }
    parts.join(", ")
}

/// What becomes of a user that is missing.
pub(super) fn of_user(name: &str, missing: Missing, run: bool) -> String {
    let (noun, file) = if missing == Missing::User { ("user", "passwd") } else { ("group", "group") };
    let error = format!("`unable to find {noun} {name}: no matching entries in {file} file`");
    let where_else = if run { "" } else { ", while every builder builds it" };
    format!("USER needs no account until something runs; then it is {error}{where_else}; a number needs none")
}
