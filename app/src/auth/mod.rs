//! Who people are and what they may do: passwords, sessions, tokens, roles.

pub mod password;
pub mod permissions;
pub mod viewer;

pub use permissions::Permission;
pub use viewer::{MaybeViewer, Proof, Viewer};
