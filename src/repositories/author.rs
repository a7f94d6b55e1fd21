//! Who a commit is by: what the user's environment and own configuration say, and never what a repository says.

use std::path::PathBuf;

use gix_actor::Signature;
use gix_config::File;
use gix_date::Time;

use super::configuration;

/// Who wrote a commit and who made it, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub(super) author: Signature,
    pub(super) committer: Signature,
}

/// One of the two that git knows.
#[derive(Clone, Copy)]
struct Role {
    variable: &'static str,
    section: &'static str,
}

const AUTHOR: Role = Role { variable: "GIT_AUTHOR", section: "author" };
const COMMITTER: Role = Role { variable: "GIT_COMMITTER", section: "committer" };

impl Author {
    /// The author that git would take from the environment and from the user's own configuration, without what that includes.
    /// `SOURCE_DATE_EPOCH` is the time where git's own variables name none.
    ///
    /// # Errors
    /// There is no name or no e-mail address, or a time or the configuration cannot be read; as a sentence.
    pub fn from_environment() -> Result<Self, String> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// As [`Author::from_environment`], with the variables of an environment.
    ///
    /// # Errors
    /// As there.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let files = configuration_files(&variable);
        let files: Vec<File> = files.iter().map(|path| configuration::parse(path)).collect::<Result<_, _>>()?;
        let configured = |key: String| files.iter().rev().find_map(|file| configuration::text(file, &key));
        let part = |role: Role, what: &str| {
            variable(&format!("{}_{}", role.variable, what.to_uppercase()))
                .or_else(|| configured(format!("{}.{what}", role.section)))
                .or_else(|| configured(format!("user.{what}")))
                .or_else(|| variable("EMAIL").filter(|_| what == "email"))
                .map(|text| clean(&text))
                .filter(|text| !text.is_empty())
        };
        let missing = |what: &str| {
            format!(
                "nobody is known who could be the author of a commit; set GIT_AUTHOR_{}, or run `git config --global user.{what}`",
                what.to_uppercase()
            )
        };
        let author = |what: &str| part(AUTHOR, what).ok_or_else(|| missing(what));
        let (name, email) = (author("name")?, author("email")?);
        let committer = |what: &str, otherwise: &str| part(COMMITTER, what).unwrap_or_else(|| otherwise.to_owned());
        let (own_name, own_email) = (committer("name", &name), committer("email", &email));
        Ok(Self {
            author: Signature { name: name.into(), email: email.into(), time: time(AUTHOR, &variable)? },
            committer: Signature { name: own_name.into(), email: own_email.into(), time: time(COMMITTER, &variable)? },
        })
    }
}

/// The user's own configuration files, the one that counts most last.
fn configuration_files(variable: &impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    if let Some(file) = variable("GIT_CONFIG_GLOBAL") {
        return vec![PathBuf::from(file)];
    }
    let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
    let shared = variable("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| Some(home.as_ref()?.join(".config")));
    let shared = shared.map(|folder| folder.join("git/config"));
    shared.into_iter().chain(home.map(|home| home.join(".gitconfig"))).collect()
}

/// Without what would end the field in a commit, as git has it.
fn clean(text: &str) -> String {
    let kept: String = text.chars().filter(|character| !matches!(character, '<' | '>' | '\n' | '\0')).collect();
    kept.trim_matches(|character: char| character <= ' ' || ".,:;\"\\'".contains(character)).to_owned()
}

fn time(role: Role, variable: &impl Fn(&str) -> Option<String>) -> Result<Time, String> {
    let name = format!("{}_DATE", role.variable);
    if let Some(text) = variable(&name) {
        return gix_date::parse(&text, None)
            .map_err(|_| format!("{name} is no date that is understood: {}", text.escape_debug()));
    }
    if let Some(text) = variable("SOURCE_DATE_EPOCH") {
        let seconds = text.parse().map_err(|_| "SOURCE_DATE_EPOCH is no number of seconds".to_owned())?;
        return Ok(Time::new(seconds, 0));
    }
    Ok(Time::now_local_or_utc())
}
