//! What a node does by itself beside answering requests: it publishes what is due, learns of what others wrote, writes how often posts were read, and
//! sweeps what is over.

use std::time::{Duration, SystemTime};

use chrono::Utc;
use tokio::{sync::watch, task::JoinSet};

use super::AppData;
use crate::{accounts, comments, db::version, media, posts, visits};

/// How often it is swept.
const INTERVAL: Duration = Duration::from_secs(600);
/// How old a file is that was not written to its end and will not be: another node may be at it.
const UNFINISHED: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a stop waits for what was begun.
const PATIENCE: Duration = Duration::from_secs(10);

/// Work that goes on until it is stopped.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Begins it.
    pub fn start(app: &AppData) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(posts::schedule::for_ever(app.db.for_background(), stopped.clone()));
        tasks.spawn(version::follow(app.db.for_background(), stopped.clone()));
        tasks.spawn(visits::counter::for_ever(app.clone(), stopped.clone()));
        tasks.spawn(sweep(app.clone(), stopped));
        Self { stop, tasks }
    }

    /// Ends it: what was begun is ended before, if that does not take too long.
    pub async fn stop(mut self) {
        self.stop.send(true).ok();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            log::warn!("stopped before what the site does by itself was done");
        }
    }
}

/// Sweeps every ten minutes.
async fn sweep(app: AppData, mut stop: watch::Receiver<bool>) {
    let db = app.db.for_background();
    // Once: only a process that was ended leaves any, and a large store takes a while to look through.
    match app.media.sweep_unfinished(SystemTime::now() - UNFINISHED).await {
        Ok(0) => {}
        Ok(files) => log::info!("removed {files} files that were not written to their end"),
        Err(error) => log::warn!("the folder of files could not be looked through: {error}"),
    }
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        let now = Utc::now();
        match accounts::sweep::once(&db, now).await {
            Ok(rows) => log::debug!("swept {rows} rows"),
            Err(error) => log::warn!("what is over could not be swept: {error}"),
        }
        match posts::trash::sweep(&db, &app.admin, now).await {
            Ok(0) => {}
            Ok(posts) => log::info!("deleted {posts} posts whose time in the trash was over"),
            Err(error) => log::warn!("the trash could not be emptied: {error}"),
        }
        match comments::sweep::once(&db, now).await {
            Ok(0) => {}
            Ok(rows) => {
                log::info!("deleted {rows} comments that were spam for {} days", comments::sweep::DAYS)
            }
            Err(error) => log::warn!("old spam could not be swept: {error}"),
        }
        if let Err(error) = media::leftovers::sweep(&db, &app.media, now).await {
            log::warn!("files that nobody has could not be swept: {error}");
        }
    }
}
