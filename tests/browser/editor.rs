//! The editor, as writers meet it.

mod keeping;
mod looks;
mod plain;
mod writing;

use entity::{post, session};
use harness::TestSite;
use sea_orm::{EntityTrait, QueryOrder};

use crate::driver::Browser;

/// Whether the page would ask before it is left.
const ASKS: &str = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))";
/// Whether this browser has copies of what was typed.
const HAS_COPY: &str = "Object.keys(localStorage).some((key) => key.startsWith('lectern:copy:'))";

/// Puts the cursor at the end of the text and types.
async fn type_on(browser: &Browser, words: &str) {
    browser
        .script("const text = document.querySelector('#field-content'); text.focus(); text.setSelectionRange(text.value.length, text.value.length)")
        .await;
    browser.write(words).await;
}

/// Waits until the page says that the server has what was typed.
async fn is_kept(browser: &Browser) {
    browser.mentions("[data-status]", "Saved as a draft at").await;
}

/// Ends everybody's sessions.
async fn end_sessions(site: &TestSite) {
    session::Entity::delete_many().exec(site.db.write()).await.unwrap();
}

/// The post that was made last.
async fn newest(site: &TestSite) -> post::Model {
    post::Entity::find().order_by_desc(post::Column::Id).one(site.db.write()).await.unwrap().unwrap()
}
