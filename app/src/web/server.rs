//! Assembly: settings and connections in, a running server out. The program and every test start it here.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    body::BoxBody,
    cookie::Key,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware,
    web::Data,
};

use super::{
    AppData,
    background::Background,
    cache::{self, PageCache},
    connections, error,
    render::Templates,
    rendering::Renderings,
    routes, security,
    theme::Theme,
};
use crate::{
    accounts::resume,
    admin::{Admin, counted::Counts},
    auth::{secrets, sessions, signer::Signer, tickets::Tickets, viewer},
    config::{ServeSettings, Settings, SignUp},
    db::Db,
    mail::Mailer,
    media::store::MediaStore,
    site, visits,
};

/// How long a stop waits for requests in flight.
const SHUTDOWN_SECONDS: u64 = 30;

/// Connections of a worker at once; more of them wait to be accepted.
const CONNECTIONS: usize = 10_000;

/// A server that listens but was not awaited yet.
pub struct Application {
    /// Where it listens: with the real port where port 0 was asked for.
    pub addr: SocketAddr,
    /// What its handlers reach.
    pub app: AppData,
    server: Server,
    background: Background,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is in use or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// A template is malformed, or a theme is none; the line names the file.
    #[error("{0}")]
    Templates(String),
    /// The store of media cannot be opened; the line names the setting.
    #[error("{0}")]
    Media(String),
    /// The SMTP server's address is malformed.
    #[error("LECTERN_SMTP_URL: {0}")]
    Mail(String),
    /// The database does not answer.
    #[error("{0}")]
    Database(#[from] sea_orm::DbErr),
}

impl Application {
    /// Opens the port and starts the workers. `stop` ends it gracefully: it takes no new connection, and finishes
    /// the requests in flight.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(
        settings: &Settings,
        serve: &ServeSettings,
        db: Db,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, StartError> {
        Self::start_with(settings, serve, db, super::resources::admin(), stop).await
    }

    /// As [`Self::start`], with another admin than the features' own: one that has more in it.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start_with(
        settings: &Settings,
        serve: &ServeSettings,
        db: Db,
        admin: Admin,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, StartError> {
        let listen = |error| StartError::Listen(serve.addr, error);
        let listener = TcpListener::bind(serve.addr).map_err(listen)?;
        let addr = listener.local_addr().map_err(listen)?;
        let public_url = serve.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
        let key = secrets::cookie_key(db.write()).await?;
        let site_id = secrets::site_id(db.write()).await?;
        let app = Data::new(super::App {
            db,
            tickets: Tickets::new(key.clone()),
            signer: Signer::new(&key),
            renderings: Renderings::default(),
            site_id,
            settings: site::Remembered::default(),
            counts: Counts::new(serve.page_cache > 0),
            cache: PageCache::new(u64::from(serve.page_cache) << 20),
            templates: Theme::load(serve.theme_dir.as_deref())
                .and_then(Templates::load)
                .map_err(StartError::Templates)?,
            media: MediaStore::open(settings.media_url.as_deref(), &settings.data_dir)
                .map_err(StartError::Media)?,
            admin,
            mail: Mailer::new(serve.smtp_url.as_deref(), &public_url).map_err(StartError::Mail)?,
            signup_is_open: serve.signup == SignUp::Open,
            public_url,
            visits: visits::Counter::default(),
            trusted_proxies: serve.trusted_proxies.clone(),
        });
        let shared = app.clone();
        let server = HttpServer::new(move || layers(&shared, key.clone()))
            .workers(serve.workers.map_or_else(cores, usize::from))
            .client_request_timeout(Duration::from_secs(10))
            .client_disconnect_timeout(Duration::from_secs(5))
            .keep_alive(connections::KEEP_ALIVE)
            .max_connections(CONNECTIONS)
            .on_connect(connections::watch)
            .shutdown_timeout(SHUTDOWN_SECONDS)
            .shutdown_signal(stop)
            .listen(listener)
            .map_err(listen)?
            .run();
        let background = Background::start(&app);
        Ok(Self { addr, app, server, background })
    }

    /// Serves until it is told to stop, the requests in flight are answered and the mails on their way are out.
    ///
    /// # Errors
    /// When the server breaks down.
    pub async fn run(self) -> std::io::Result<()> {
        let served = self.server.await;
        self.background.stop().await;
        self.app.mail.finish().await;
        served
    }
}

/// What answers requests: the URL map, within everything that all requests pass through.
pub fn layers(
    app: &AppData,
    key: Key,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(app.clone())
        // The last one is the outermost.
        .wrap(middleware::from_fn(resume::carry))
        .wrap(middleware::from_fn(viewer::identify))
        .wrap(sessions::middleware(app, key))
        .wrap(middleware::from_fn(security::same_site))
        .wrap(middleware::from_fn(error::explain))
        .wrap(middleware::Compress::default())
        .wrap(middleware::from_fn(security::headers))
        .wrap(middleware::from_fn(security::one_form))
        .wrap(middleware::from_fn(connections::answer))
        .wrap(cache::Layer::new(app.clone()))
        .configure(routes::configure)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
