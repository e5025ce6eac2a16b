//! Settings: every option of the program, its default and its meaning.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::mail;

/// Settings that every command takes, from flags, the environment or `.env`, in this order.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// The database: sqlite://FILE, postgres://… or mysql://… (MariaDB too)
    #[arg(long, global = true, env = "DATABASE_URL", default_value = migration::cli::DEFAULT_DATABASE_URL,
          value_parser = database_url, hide_env_values = true)]
    pub database_url: String,

    /// A replica of the database to read from
    #[arg(long, global = true, env = "DATABASE_READ_URL", value_parser = database_url, hide_env_values = true)]
    pub database_read_url: Option<String>,

    /// Where uploads are kept
    #[arg(long, global = true, env = "LECTERN_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,

    /// Where pictures and documents are kept: file:///FOLDER, or s3://BUCKET/PREFIX with the usual AWS_… variables
    /// [default: media in the data folder]
    #[arg(long, global = true, env = "LECTERN_MEDIA_URL")]
    pub media_url: Option<String>,
}

/// Settings of `serve` alone.
#[derive(Args, Clone, Debug)]
pub struct ServeSettings {
    /// The address to listen on; port 0 takes a free one
    #[arg(
        long,
        global = true,
        help_heading = "Serving",
        env = "LECTERN_ADDR",
        default_value = "127.0.0.1:8080"
    )]
    pub addr: SocketAddr,

    /// The site's address as its readers see it, without a path [default: http:// and the address]
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,

    /// Threads that answer requests [default: one for each core]
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,

    /// The server for mails: smtps://USER:PASSWORD@HOST or smtp://HOST:25, `?from=ADDRESS` for the sender; without one
    /// they go to the log
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_SMTP_URL", value_parser = mail::check_url,
          hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Whether anybody may make an account
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_SIGNUP", default_value = "closed")]
    pub signup: SignUp,

    /// A folder whose templates and static files take precedence over the built-in ones: see docs/themes.md
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_THEME_DIR")]
    pub theme_dir: Option<PathBuf>,

    /// Memory for pages that were made already, in MiB; 0 makes each page anew
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_PAGE_CACHE", default_value_t = PAGE_CACHE,
          value_name = "MIB", value_parser = clap::value_parser!(u16))]
    pub page_cache: u16,

    /// Proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas
    #[arg(long, global = true, help_heading = "Serving", env = "LECTERN_TRUSTED_PROXIES",
          value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Do not bring the database's schema up to date first
    #[arg(long, global = true, help_heading = "Serving")]
    pub no_migrate: bool,
}

/// Whether anybody may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignUp {
    /// Accounts are made by administrators
    Closed,
    /// Whoever has an e-mail address may become a member
    Open,
}

/// In a development build whoever changes a template wants to see it.
const PAGE_CACHE: u16 = if cfg!(debug_assertions) { 0 } else { 16 };

const KNOWN: [&str; 10] = [
    "LECTERN_ADDR",
    "LECTERN_PUBLIC_URL",
    "LECTERN_WORKERS",
    "LECTERN_DATA_DIR",
    "LECTERN_MEDIA_URL",
    "LECTERN_PAGE_CACHE",
    "LECTERN_SMTP_URL",
    "LECTERN_SIGNUP",
    "LECTERN_THEME_DIR",
    "LECTERN_TRUSTED_PROXIES",
];

/// Checks that each `LECTERN_…` variable is one that means something: a misspelt one would be silently ignored.
///
/// # Errors
/// A line that names the unknown variable.
pub fn check_environment() -> Result<(), String> {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("LECTERN_")
            && !name.starts_with("LECTERN_TEST_")
            && !KNOWN.contains(&name.as_ref())
        {
            return Err(format!("unknown setting {name} in the environment; known are {}", KNOWN.join(", ")));
        }
    }
    Ok(())
}

fn database_url(value: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://", "mysql://", "mariadb://"];
    // SQLite takes a missing name for a database of each connection's own.
    let named =
        !["", "//"].contains(&value.trim_start_matches("sqlite:").split('?').next().unwrap_or_default());
    if named && known.iter().any(|scheme| value.starts_with(scheme)) {
        // The driver knows MariaDB by its other name.
        Ok(value.replacen("mariadb://", "mysql://", 1))
    } else {
        Err("expected sqlite://FILE, postgres://USER@HOST/NAME or mysql://USER@HOST/NAME".to_owned())
    }
}

fn network(value: &str) -> Result<IpNet, String> {
    let value = value.trim();
    let address = || value.parse().ok().map(|address: std::net::IpAddr| IpNet::from(address));
    value
        .parse()
        .ok()
        .or_else(address)
        .ok_or_else(|| format!("{value} is no address and no network (10.0.0.0/8)"))
}

fn public_url(value: &str) -> Result<String, String> {
    let problem = || "expected http(s)://HOST without a path, a query or a user".to_owned();
    let uri: actix_web::http::Uri = value.parse().map_err(|_| problem())?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(problem)?;
    let authority = uri.authority().map(|authority| authority.as_str()).ok_or_else(problem)?;
    if authority.contains('@') || !matches!(uri.path_and_query().map(|p| p.as_str()), None | Some("" | "/")) {
        return Err(problem());
    }
    Ok(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        assert_eq!(public_url("https://blog.example/").as_deref(), Ok("https://blog.example"));
        assert_eq!(public_url("http://127.0.0.1:8080").as_deref(), Ok("http://127.0.0.1:8080"));
        for bad in
            ["blog.example", "ftp://blog.example", "https://blog.example/path", "https://a@b.example", ""]
        {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mariadb_goes_by_the_drivers_name() {
        assert_eq!(database_url("mariadb://u@h/d").as_deref(), Ok("mysql://u@h/d"));
        for bad in ["lectern.db", "sqlite:", "sqlite://", "sqlite://?mode=rwc"] {
            assert!(database_url(bad).is_err(), "{bad}");
        }
    }
}
