//! Who people are and what they may do: passwords, sessions, tokens, roles.

pub mod password;
pub mod permissions;
pub mod secrets;
pub mod sessions;
pub mod signer;
pub mod throttle;
pub mod tickets;
pub mod tokens;
pub mod viewer;

pub use permissions::Permission;
pub use sessions::flash;
pub use viewer::{MaybeViewer, Proof, Viewer, still};
