//! `lectern import …`

use std::path::PathBuf;

use clap::Subcommand;

use super::Result;
use crate::{config::Settings, import::markdown, media::store::MediaStore, users::queries};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Bring in a folder of Markdown files as Hugo, Zola and Jekyll keep them
    ///
    /// Importing the same folder again brings in what is new or changed there and touches nothing else.
    Markdown {
        /// The folder
        dir: PathBuf,
        /// Give every post to this user, whoever its file names
        #[arg(long)]
        author: Option<String>,
    },
}

pub(super) async fn run(settings: Settings, command: Command) -> Result {
    let Command::Markdown { dir, author } = command;
    let db = super::open(&settings).await?;
    let author = match author {
        Some(name) => {
            let user = queries::find_by_username(db.read(), &name).await?;
            Some(user.ok_or_else(|| format!("there is no user {name}"))?.id)
        }
        None => None,
    };
    // Two imports at once would give two posts one permalink. Held until the program ends.
    std::fs::create_dir_all(&settings.data_dir)?;
    let lock = std::fs::File::create(settings.data_dir.join("import.lock"))?;
    lock.try_lock().map_err(|_| "another import is running; try again when it is done")?;
    let store = MediaStore::open(settings.media_url.as_deref(), &settings.data_dir)?;
    let bar = super::progress(0, "Importing");
    let progress = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let report = markdown::import(&db, &store, &dir, author, progress).await?;
    bar.finish_and_clear();
    for note in &report.notes {
        println!("{note}");
    }
    println!(
        "{} created, {} updated, {} unchanged, {} skipped, {} failed",
        report.created, report.updated, report.unchanged, report.skipped, report.failed
    );
    db.close().await?;
    if report.failed > 0 {
        return Err(
            format!("{} of the files could not be imported; the reasons are above", report.failed).into()
        );
    }
    Ok(())
}
