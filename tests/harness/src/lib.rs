//! What the scenario tests stand on: the real program on a free port, with a database and a data folder of its own.
//!
//! Which database is the environment's choice: `LECTERN_TEST_DATABASE` is `sqlite` (the default), `postgres` or
//! `mariadb`; the servers' addresses are in `LECTERN_TEST_POSTGRES` and `LECTERN_TEST_MARIADB` (`scripts/databases`
//! sets them). Each test's database is made for it and dropped after it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken harness must fail its test"
)]

pub mod bucket;
pub mod build;
pub mod corpus;
mod database;
pub mod dump;
pub mod mailbox;
pub mod page;
mod replica;
pub mod visitor;

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Output},
    sync::Arc,
    time::{Duration, Instant},
};

use actix_http::Request;
use actix_web::{
    body::BoxBody,
    dev::{Service, ServiceResponse},
};
pub use build::Builder;
pub use database::{Backend, TestDatabase};
use lectern::{
    admin::Admin,
    auth::secrets,
    config::{ServeSettings, Settings, SignUp},
    db::Db,
    web::{
        AppData, resources,
        server::{self, Application},
    },
};
pub use mailbox::Mailbox;
pub use page::Answer;
pub use replica::Replica;
use reqwest::{Client, Method, redirect::Policy};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};
pub use visitor::{PASSWORD, Visitor};

/// A running site.
#[derive(Debug)]
pub struct TestSite {
    /// Its database.
    pub db: Db,
    /// Its origin: `http://127.0.0.1:PORT`.
    pub origin: String,
    /// What its handlers reach.
    pub app: AppData,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<std::io::Result<()>>>,
    folder: Arc<TempDir>,
    database_url: String,
    // The first node's to drop.
    database: Option<TestDatabase>,
}

impl TestSite {
    /// Starts an empty site.
    pub async fn start() -> Self {
        Self::start_on(TestDatabase::create().await).await
    }

    /// Starts an empty site with settings of the test's own.
    pub async fn start_with(change: impl FnOnce(&mut ServeSettings)) -> Self {
        Self::start_on_with(TestDatabase::create().await, change, resources::admin()).await
    }

    /// Starts a site with another admin than the program's own, on a database that a test has prepared.
    pub async fn start_admin(database: TestDatabase, admin: Admin) -> Self {
        Self::start_on_with(database, |_| {}, admin).await
    }

    /// Starts a site on a database that a test has prepared; its schema is brought up to date.
    pub async fn start_on(database: TestDatabase) -> Self {
        Self::start_on_with(database, |_| {}, resources::admin()).await
    }

    /// Starts another node of this site; end it before this one.
    pub async fn another_node(&self) -> Self {
        self.another_node_with(|_| {}).await
    }

    /// As [`Self::another_node`], with settings of the test's own.
    pub async fn another_node_with(&self, change: impl FnOnce(&mut ServeSettings)) -> Self {
        Self::node(self.database_url.clone(), None, None, change, resources::admin(), None).await
    }

    /// As [`Self::another_node_with`], with the address of the replica that it reads from.
    pub async fn another_node_reading(&self, replica: &str, change: impl FnOnce(&mut ServeSettings)) -> Self {
        let read_url = Some(replica.to_owned());
        Self::node(self.database_url.clone(), read_url, None, change, resources::admin(), None).await
    }

    /// The address of its database.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Starts an empty site whose files are at this URL.
    pub async fn start_with_media(url: &str) -> Self {
        let database = TestDatabase::create().await;
        Self::node(database.url(), None, Some(database), |_| {}, resources::admin(), Some(url.to_owned()))
            .await
    }

    async fn start_on_with(
        database: TestDatabase,
        change: impl FnOnce(&mut ServeSettings),
        admin: Admin,
    ) -> Self {
        Self::node(database.url(), None, Some(database), change, admin, None).await
    }

    async fn node(
        database_url: String,
        database_read_url: Option<String>,
        database: Option<TestDatabase>,
        change: impl FnOnce(&mut ServeSettings),
        admin: Admin,
        media_url: Option<String>,
    ) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let settings = Settings {
            database_url: database_url.clone(),
            database_read_url,
            data_dir: folder.path().join("data"),
            media_url,
        };
        let mut serve = ServeSettings {
            addr: "127.0.0.1:0".parse().unwrap(),
            public_url: None,
            workers: Some(1),
            no_migrate: false,
            smtp_url: None,
            signup: SignUp::Closed,
            theme_dir: None,
            page_cache: 0,
            trusted_proxies: Vec::new(),
        };
        change(&mut serve);
        let db = Db::connect(&settings.database_url, settings.database_read_url.as_deref())
            .await
            .expect("the test's database answers");
        migration::run::up(db.write()).await.expect("the migrations apply");
        let (stop, stopped) = oneshot::channel::<()>();
        let wait = async {
            stopped.await.ok();
        };
        let application = Application::start_with(&settings, &serve, db.clone(), admin, wait).await;
        let application = application.expect("the site starts");
        let origin = format!("http://{}", application.addr);
        let app = application.app.clone();
        let server = tokio::spawn(application.run());
        let client = Client::builder().redirect(Policy::none()).gzip(false).build().unwrap();
        Self {
            db,
            origin,
            app,
            client,
            stop: Some(stop),
            server: Some(server),
            folder,
            database_url,
            database,
        }
    }

    /// Asks for a path with GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    /// Asks for a path with any method and headers.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.send().await.expect("the site answers")).await
    }

    /// Sends a request line and headers as they are, which a well-behaved client would tidy up first, and gives
    /// back all that the site answers. The connection is closed after it.
    pub async fn raw(&self, request_line: &str, headers: &str) -> String {
        self.raw_with_body(request_line, headers, "").await
    }

    /// As [`Self::raw`], with a body.
    pub async fn raw_with_body(&self, request_line: &str, headers: &str, body: &str) -> String {
        let request = format!("{request_line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n{body}");
        let address = self.origin.trim_start_matches("http://").to_owned();
        let exchange = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address)?;
            // A site that refuses what is too large may hang up before it has read it all.
            stream.write_all(request.as_bytes()).ok();
            let mut answer = Vec::new();
            if let Err(error) = stream.read_to_end(&mut answer)
                && answer.is_empty()
            {
                return Err(error);
            }
            std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
        });
        exchange.await.unwrap().expect("the site answers")
    }

    /// Sends a part of a request and hangs up.
    pub async fn cut_off(&self, request_line: &str, headers: &str, part: &[u8]) {
        let request = [format!("{request_line} HTTP/1.1\r\n{headers}\r\n").as_bytes(), part].concat();
        let address = self.origin.trim_start_matches("http://").to_owned();
        let exchange = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(&request)?;
            stream.shutdown(std::net::Shutdown::Write)?;
            // Until the site has let go of it.
            stream.read_to_end(&mut Vec::new()).map(drop)
        });
        exchange.await.unwrap().ok();
    }

    /// Asks for a page again and again until its text is as it should be. Fails after half a minute.
    pub async fn until(&self, path: &str, is_there: impl Fn(&str) -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let text = self.get(path).await.text();
            if is_there(&text) {
                return;
            }
            assert!(Instant::now() < end, "{path} stays as it is: {text}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks for a path and counts the SQL statements that it took.
    pub async fn count_statements(&self, path: &str) -> (Answer, u64) {
        let before = self.db.statements();
        let answer = self.get(path).await;
        (answer, self.db.statements() - before)
    }

    /// What sends this site's requests.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// All that answers requests, without the network.
    pub async fn service(
        &self,
    ) -> impl Service<Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error> + use<> {
        let key = secrets::cookie_key(self.db.write()).await.expect("a key");
        actix_web::test::init_service(server::layers(&self.app, key)).await
    }

    /// Makes rows.
    pub fn build(&self) -> Builder<'_> {
        Builder::new(&self.db)
    }

    /// The folder that holds the site's `data`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `lectern` on this site's database and data, as its owner would in a shell.
    pub fn lectern(&self, arguments: &[&str]) -> Output {
        lectern(self.folder.path(), &self.database_url, arguments)
    }

    /// The program `lectern`, to be run on this site's database in its folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), &self.database_url, arguments)
    }

    /// Stops the server gracefully and waits until it has.
    pub async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(server) = self.server.take() {
            server.await.expect("the server's task ends").expect("the server stops cleanly");
        }
    }

    /// Starts the server again after [`Self::stop`]: at the same address, on the same database.
    pub async fn start_again(&mut self) {
        let addr = self.origin.trim_start_matches("http://").parse().expect("an address");
        let again = Self::node(
            self.database_url.clone(),
            None,
            None,
            |serve| serve.addr = addr,
            resources::admin(),
            None,
        )
        .await;
        let old = std::mem::replace(&mut self.db, again.db);
        old.close().await.expect("the connections close");
        (self.app, self.client, self.folder) = (again.app, again.client, again.folder);
        (self.stop, self.server) = (again.stop, again.server);
    }

    /// Stops the server and drops the database. Every test ends with it.
    pub async fn end(mut self) {
        self.stop().await;
        self.db.clone().close().await.expect("the connections close");
        if let Some(database) = self.database {
            database.drop().await;
        }
    }
}

/// Runs the program `lectern` in a folder, with nothing of this process's settings.
pub fn lectern(folder: &Path, database_url: &str, arguments: &[&str]) -> Output {
    command(folder, database_url, arguments).output().expect("the program runs")
}

/// The program `lectern`, to be run in a folder with nothing of this process's settings.
pub fn command(folder: &Path, database_url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(folder).env("DATABASE_URL", database_url).env("RUST_LOG", "warn");
    for name in [
        "DATABASE_READ_URL",
        "LECTERN_ADDR",
        "LECTERN_DATA_DIR",
        "LECTERN_MEDIA_URL",
        "LECTERN_PUBLIC_URL",
        "LECTERN_SIGNUP",
        "LECTERN_SMTP_URL",
        "LECTERN_THEME_DIR",
        "LECTERN_TRUSTED_PROXIES",
        "LECTERN_WORKERS",
    ] {
        command.env_remove(name);
    }
    command
}

/// The program, which `scripts/test` builds into the folder above the tests' own.
fn binary() -> std::path::PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let folder = test.parent().and_then(Path::parent).expect("tests run from target/PROFILE/deps");
    let binary = folder.join(format!("lectern{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.exists(), "{} is not there: run `cargo build --workspace` first", binary.display());
    binary
}

/// What a program printed, both streams as text.
pub fn printed(output: &Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}
