//! Who people are: passwords today; sessions, tokens and roles join here.

pub mod password;
