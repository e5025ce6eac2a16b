//! `lectern`: parse the command line, run the command.

use std::process::ExitCode;

use clap::Parser;
use lectern::cli::Cli;

fn main() -> ExitCode {
    // Before clap looks for the environment's settings. A missing file is fine, a malformed one is not.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        eprintln!("error: .env: {error}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
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
