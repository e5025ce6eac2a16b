//! What is there for programs that look for the site: sitemaps, `robots.txt`, `opensearch.xml`, `security.txt` and
//! icons. What a page says of itself is in [`crate::web::meta`].

pub mod pages;
pub mod queries;
pub mod sitemap;
