//! The migration command line: what `sea-orm-cli migrate …` runs, from the repository's root, and what it does not have.

mod entities;

use std::{error::Error, path::Path, process::ExitCode};

use autogenerate::{Project, commands};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, parser::ValueSource};
use migration::{Migrator, MigratorTrait, cli, run};

/// Options as `sea-orm-cli` passes them on.
#[derive(Parser, Debug)]
#[command(
    name = "migration",
    version,
    about = "Write migrations, bring the database's schema up to date, or back"
)]
struct Cli {
    /// Taken because `sea-orm-cli` passes it on; all that there is to say is said
    #[arg(short, long, global = true, hide = true)]
    verbose: bool,
    /// PostgreSQL's schema; ignored by the other databases
    #[arg(short = 's', long, global = true, env = "DATABASE_SCHEMA", default_value = "public")]
    database_schema: String,
    /// Which database
    #[arg(short = 'u', long, global = true, env = "DATABASE_URL", default_value = cli::DEFAULT_DATABASE_URL, hide_env_values = true)]
    database_url: String,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    #[command(flatten)]
    Own(commands::Command),
    #[command(flatten)]
    Migrate(cli::Command),
    /// Write a new, empty migration, to be filled by hand
    Generate {
        /// Its name
        migration_name: String,
        /// Begin its name with the local time, not with UTC's
        #[arg(long)]
        local_time: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    if let Err(error) = cli::read_env_file() {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    match execute().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn execute() -> Result<(), Box<dyn Error>> {
    let matches = Cli::command().get_matches();
    let Cli { verbose: _, database_schema: schema, database_url: url, command } =
        Cli::from_arg_matches(&matches)?;
    // The subcommand's options are its own, the global ones among them.
    let asked = |name: &str| {
        let inner = matches.subcommand().map_or(&matches, |(_, inner)| inner);
        inner.value_source(name) == Some(ValueSource::CommandLine)
            || matches.value_source(name) == Some(ValueSource::CommandLine)
    };
    match command {
        Some(Command::Own(command)) => {
            let connect = async || -> Result<_, Box<dyn Error>> {
                let here = cli::without_making_it(&url);
                run::connect(&here, &schema).await.map_err(|error| cli::cannot_open(&url, &error).into())
            };
            Ok(cli::say(&project().run(command, connect, &schema, asked("database_url")).await?)?)
        }
        Some(Command::Generate { migration_name, local_time }) => {
            sea_orm_cli::run_migrate_generate(env!("CARGO_MANIFEST_DIR"), &migration_name, !local_time)
        }
        Some(Command::Migrate(command)) => cli::migrate(&url, &schema, Some(command)).await,
        None => cli::migrate(&url, &schema, None).await,
    }
}

fn project() -> Project {
    Project {
        migrations: Migrator::migrations(),
        entities: entities::entities(),
        objects: migration::objects(),
        folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        style: migration::STYLE,
    }
}
