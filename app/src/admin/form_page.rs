//! Forms with a page of their own: a resource may name another template for its form, and what that template shows
//! besides. Everything that is saved still goes through the engine.

use std::sync::Arc;

use chrono_tz::Tz;
use futures_util::future::BoxFuture;

use super::{Resource, stored::Stored, views::Message};
use crate::{
    auth::Viewer,
    web::{App, Result, forms::Submitted},
};

/// The page of a resource's form.
#[derive(Clone)]
pub struct FormPageOf {
    /// Its template; it receives [`super::views::Form`], and loads the scripts that it needs.
    pub template: &'static str,
    /// What is on it besides the form.
    pub page: Arc<dyn FormPage>,
}

/// A form that is to be shown, for what stands beside it.
#[derive(Clone, Copy)]
pub struct Opened<'a> {
    /// What handlers reach.
    pub app: &'a App,
    /// Who sees it.
    pub viewer: &'a Viewer,
    /// What it is a form of.
    pub resource: &'a Resource,
    /// The site's zone.
    pub zone: Tz,
    /// The row's key; none for a new one.
    pub key: Option<i64>,
    /// The row as it is stored.
    pub stored: Option<&'a Stored>,
    /// What the form sends along, by name: see [`FormPage::kept`].
    pub kept: &'a [(String, String)],
}

/// What a feature shows with its form. Each method has a default that shows nothing.
pub trait FormPage: Send + Sync {
    /// The names of hidden fields that a form sends along and that stand in it again when it comes back.
    fn kept(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the template finds as `more`.
    fn more<'a>(&'a self, opened: Opened<'a>) -> BoxFuture<'a, Result<serde_json::Value>> {
        let _ = opened;
        Box::pin(async { Ok(serde_json::Value::Null) })
    }

    /// What somebody typed before and wants back, as a form would send it: where the address asks for it. None: the
    /// form shows what is stored.
    fn typed<'a>(
        &'a self,
        opened: Opened<'a>,
        address: &'a Submitted,
    ) -> BoxFuture<'a, Result<Option<Submitted>>> {
        let _ = (opened, address);
        Box::pin(async { Ok(None) })
    }

    /// Is told that what a form had sent is stored.
    fn saved<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        sent: &'a Submitted,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (app, viewer, sent);
        Box::pin(async { Ok(()) })
    }

    /// A script that the list and the dashboard load: a file in `static/`.
    fn script(&self) -> Option<&'static str> {
        None
    }

    /// What the list and the dashboard tell about forms that were never sent.
    fn notice<'a>(&'a self, app: &'a App, viewer: &'a Viewer) -> BoxFuture<'a, Result<Option<Message>>> {
        let _ = (app, viewer);
        Box::pin(async { Ok(None) })
    }
}

impl Resource {
    /// Its form has a page of its own.
    pub fn form_page(mut self, template: &'static str, page: impl FormPage + 'static) -> Self {
        self.form_page = Some(FormPageOf { template, page: Arc::new(page) });
        self
    }

    /// What is to be told where its rows are listed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notice(&self, app: &App, viewer: &Viewer) -> Result<Option<Message>> {
        match &self.form_page {
            Some(of) => of.page.notice(app, viewer).await,
            None => Ok(None),
        }
    }
}
