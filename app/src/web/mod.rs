//! What all features share over HTTP: assembly, routes, rendering, errors, pagination, addresses.

pub mod assets;
pub mod background;
pub mod body;
pub mod cache;
pub mod client;
pub mod connections;
pub mod diff;
pub mod error;
pub mod forms;
mod fresh;
pub mod health;
pub mod idempotency;
pub mod links;
pub mod meta;
pub mod openapi;
pub mod pagination;
pub mod render;
pub mod rendering;
pub mod resources;
pub mod routes;
pub mod security;
pub mod server;
pub mod theme;
pub mod typed;
pub mod xml;

use std::sync::Arc;

use cache::PageCache;
pub use error::{Error, Result, see_other};

use sea_orm::DbErr;

use crate::{
    admin::{Admin, counted::Counts},
    auth::{signer::Signer, tickets::Tickets},
    db::Db,
    mail::Mailer,
    media::store::MediaStore,
    site::{self, Site},
    visits,
};

/// What every handler can reach.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Templates and static files.
    pub templates: render::Templates,
    /// Where uploads are kept.
    pub media: MediaStore,
    /// Pages that were made already.
    pub cache: PageCache,
    /// What the admin shows.
    pub admin: Admin,
    /// What its lists have counted.
    pub counts: Counts,
    /// The site's origin as readers see it, without a trailing slash.
    pub public_url: String,
    /// What makes the names of things in feeds this site's own.
    pub site_id: Vec<u8>,
    /// Signs what comes back to the site.
    pub signer: Signer,
    /// The site's settings as they were read last; see [`App::site`].
    pub settings: site::Remembered,
    /// Where mails are handed in.
    pub mail: Mailer,
    /// What makes the words that forms are known by.
    pub tickets: Tickets,
    /// Places for rendering texts.
    pub renderings: rendering::Renderings,
    /// Whether anybody may make an account.
    pub signup_is_open: bool,
    /// Views of posts that are not written yet.
    pub visits: visits::Counter,
    /// Proxies whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<ipnet::IpNet>,
}

impl App {
    /// The site's settings.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn site(&self) -> Result<Arc<Site>, DbErr> {
        self.settings.get(&self.db).await
    }

    /// Whether readers come over https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https:")
    }
}

/// [`App`] as handlers take it.
pub type AppData = actix_web::web::Data<App>;
