//! The migration command line: what `sea-orm-cli migrate …` runs, from the repository's root.

use clap::Parser;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    // Before clap looks for DATABASE_URL. A missing file is fine.
    dotenvy::dotenv().ok();
    match migration::cli::run(migration::cli::Cli::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
