//! Whoever sent a request.

use entity::{api_token::Scope, user::Role};

use super::permissions::{self, Permission};
use crate::web::{Error, Result};

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The cookie of a session: its row in `sessions`.
    Session(i64),
    /// An API token of this scope.
    Token(Scope),
}

/// Somebody with an account who sent a request. As an extractor it asks for one: a page sends whoever has none to
/// `/login` and back, the API answers 401.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Their user's id.
    pub id: i64,
    /// The name in addresses.
    pub username: String,
    /// The name for readers.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// How they proved who they are.
    pub proof: Proof,
}

impl Viewer {
    /// Whether they have a permission.
    pub fn may(&self, permission: Permission) -> bool {
        permissions::allows(self.role, permission)
    }

    /// Asks for a permission.
    ///
    /// # Errors
    /// 403 without it.
    pub fn demand(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// [`Viewer`] for addresses that anybody may ask.
#[derive(Clone, Debug)]
pub struct MaybeViewer(pub Option<Viewer>);
