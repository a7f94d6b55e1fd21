//! What a call of a program does to the accounts, as data.

use super::text::Text;

/// What a call does to the accounts if it succeeds.
#[derive(Debug)]
pub(super) enum Action {
    /// Makes a user.
    AddUser(NewUser),
    /// Makes a group.
    AddGroup(NewGroup),
    /// Changes a user.
    ChangeUser(UserChange),
    /// Changes a group.
    ChangeGroup {
        name: Text,
        new_name: Option<Text>,
        gid: Option<Text>,
        /// The number may be taken already.
        may_share: bool,
    },
    /// Removes a user.
    RemoveUser(Text),
    /// Removes a group.
    RemoveGroup(Text),
    /// Puts a user into a group.
    Join { user: Text, group: Text },
    /// Puts a user out of a group.
    Leave { user: Text, group: Text },
    /// Succeeds only if these are there.
    Uses { users: Vec<Text>, groups: Vec<Text> },
    /// Makes or changes accounts in a way that is not understood; the words that may be their names.
    Opaque(Vec<Text>),
}

impl Action {
    /// Whether accounts may be others behind it.
    pub(super) const fn makes_accounts(&self) -> bool {
        !matches!(self, Self::Uses { .. } | Self::Join { .. } | Self::Leave { .. })
    }
}

/// A group in the making.
#[derive(Debug)]
pub(super) struct NewGroup {
    pub(super) name: Text,
    pub(super) gid: Option<Text>,
    /// Its number comes from the range for services.
    pub(super) system: bool,
    /// It is no error that the group is there.
    pub(super) may_exist: bool,
    /// Another number is taken if that one is not free (`groupadd -f`).
    pub(super) number_may_differ: bool,
    /// The number may be taken already.
    pub(super) may_share: bool,
    /// Users who are put into it.
    pub(super) members: Vec<Text>,
}

/// What becomes of a user.
#[derive(Debug)]
pub(super) struct UserChange {
    pub(super) name: Text,
    pub(super) new_name: Option<Text>,
    pub(super) uid: Option<Text>,
    pub(super) group: Option<Text>,
    pub(super) home: Option<Text>,
    /// Other groups, which have to be there; `None` if it says nothing of them.
    pub(super) groups: Option<Vec<Text>>,
    /// The user stays in the groups that are not named.
    pub(super) appends: bool,
    /// The number may be taken already.
    pub(super) may_share: bool,
}

/// A user in the making.
#[derive(Debug)]
pub(super) struct NewUser {
    pub(super) name: Text,
    pub(super) uid: Option<Text>,
    pub(super) group: PrimaryGroup,
    pub(super) home: Option<Text>,
    /// Its number comes from the range for services.
    pub(super) system: bool,
    /// It is no error that the user is there.
    pub(super) may_exist: bool,
    /// Other groups that have to be there.
    pub(super) groups: Vec<Text>,
    /// Whether the program gives a new group the user's number, or fails; else it looks for another one.
    pub(super) strict_numbers: bool,
    /// The number may be taken already.
    pub(super) may_share: bool,
}

/// The primary group of a new user.
#[derive(Debug)]
pub(super) enum PrimaryGroup {
    /// A new one with the user's name.
    Own,
    /// The one with this name or number.
    Given(Text),
    /// Nobody can tell.
    Unknown,
}
