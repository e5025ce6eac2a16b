//! `lectern`: parse the command line, run the command.

use std::process::ExitCode;

use lectern::cli::Cli;

fn main() -> ExitCode {
    if let Err(error) = migration::cli::read_env_file() {
        eprintln!("error: {error}");
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
