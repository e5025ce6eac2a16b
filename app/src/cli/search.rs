//! `lectern search …`

use clap::Subcommand;

use super::Result;
use crate::{
    config::Settings,
    search::{self, Index, results},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the search index anew from the posts and the people
    Reindex,
}

pub(super) async fn run(settings: Settings, command: Command) -> Result {
    let Command::Reindex = command;
    let db = super::open(&settings).await?;
    let total = crate::posts::queries::count_published(db.read()).await?;
    let bar = super::progress(total, "Indexing");
    // One transaction: until it is done, everybody searches the old index.
    let transaction = db.begin().await?;
    let (posts, people) = results::reindex(&transaction, |rows| bar.inc(rows)).await?;
    transaction.commit().await?;
    for index in [Index::Posts, Index::People] {
        search::optimize(db.write(), index).await?;
    }
    bar.finish_and_clear();
    println!("indexed {posts} posts and {people} people");
    db.close().await?;
    Ok(())
}
