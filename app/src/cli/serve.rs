//! `lectern serve`

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Result;
use crate::{
    accounts,
    config::{ServeSettings, Settings},
    users,
    web::server::Application,
};

pub(super) async fn run(settings: Settings, serve: ServeSettings) -> Result {
    let db = super::connect(&settings).await?;
    let pending = migration::run::pending(db.write()).await?;
    if serve.no_migrate && !pending.is_empty() {
        return Err(format!(
            "the database's schema is out of date ({} migrations to go); run `lectern migrate up`, or serve without \
             --no-migrate",
            pending.len()
        )
        .into());
    }
    super::migrate(&db).await?;
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let application =
        Application::start(&settings, &serve, db.clone(), stopped(terminate, interrupt)).await?;
    println!("Lectern is at {} (listening on {})", application.app.public_url, application.addr);
    if users::queries::has_no_admin(db.latest()).await? {
        let token = accounts::queries::offer_setup(&db).await?;
        println!(
            "Nobody can administer the site yet: set it up at {}/setup?token={token}",
            application.app.public_url
        );
    }
    application.run().await?;
    db.optimize().await?;
    db.close().await?;
    log::info!("stopped");
    Ok(())
}

/// Waits for SIGTERM or SIGINT. A second one does not wait for requests in flight.
async fn stopped(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log::info!("stopping: finishing the requests in flight");
    tokio::spawn(async move {
        // One press of Ctrl-C can reach us twice, by the terminal and by whoever started us.
        tokio::time::sleep(Duration::from_millis(500)).await;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        log::warn!("stopped before the requests in flight were finished");
        std::process::exit(130);
    });
}
