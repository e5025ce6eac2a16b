//! `lectern`: parse the command line, run the command.

use std::process::ExitCode;

use lectern::cli::Cli;

fn main() -> ExitCode {
    // Before clap looks for the environment's settings. A missing file is fine, a malformed one is not.
    // This folder's alone: one further up is another program's, and would choose the database.
    if let Err(error) = dotenvy::from_path(".env")
        && !error.not_found()
    {
        eprintln!("error: .env: {error}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::read();
    if let Err(error) = cli.init_logging() {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    match actix_web::rt::System::new().block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
