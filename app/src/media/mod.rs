//! Media: pictures and documents that posts show. A file is stored by its content and served as what it was found to
//! be; a row of `media` says whose it is and what it shows. Several people may have a row for one file.
//!
//! - `name`: what files are called; `store`: where they are; `kind`, `picture`: what is taken, and how it is made safe;
//! - `library`: how a file comes in; `leftovers`: what may lie in the store without a row, and how it goes;
//! - `versions`: smaller pictures; `serve`: files to readers; `uses`: which posts show them;
//! - `upload`, `pages`, `views`, `admin`: the library in the admin.

pub mod admin;
pub mod kind;
pub mod leftovers;
pub mod library;
pub mod name;
pub mod pages;
pub mod picture;
pub mod queries;
pub mod serve;
pub mod store;
pub mod upload;
pub mod uses;
pub mod versions;
pub mod views;
