//! The corpus of payloads through everything that people write, judged on the parsed document by rules of our own.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod corpus;
mod covers;
pub(crate) mod crawl;
mod feeds;
mod imports;
mod large;
pub(crate) mod strict;
