//! Connections that wait for nothing we will ever say.
//!
//! The framework lets a client go that says nothing at first, or only half of its first request. A second request on
//! the same connection that never ends has no such limit, nor has a body that goes on after its answer. Here they have.

use std::{
    any::Any,
    cell::Cell,
    net::{Shutdown, TcpStream},
    os::fd::AsFd,
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpRequest,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Extensions, ServiceRequest, ServiceResponse},
    middleware::Next,
    rt,
    web::Bytes,
};

/// How long a connection is kept for another request.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long there may be nothing to answer: what the next request may be waited for, and its head.
const LONGEST: Duration = Duration::from_secs(85);
const GLANCE: Duration = Duration::from_secs(5);

/// A connection, as its requests know it.
#[derive(Clone)]
struct Connection(Rc<State>);

struct State {
    // A second handle to the socket, closed with the first: both belong to the connection.
    socket: TcpStream,
    answering: Cell<usize>,
    since: Cell<Instant>,
}

/// Watches a new connection. For `HttpServer::on_connect`.
pub fn watch(connection: &dyn Any, data: &mut Extensions) {
    let stream = connection.downcast_ref::<rt::net::TcpStream>();
    // Where no second handle is to be had there are other worries.
    let Some(socket) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) else { return };
    let state = State { socket: socket.into(), answering: Cell::new(0), since: Cell::new(Instant::now()) };
    let state = Rc::new(state);
    rt::spawn(let_go(Rc::downgrade(&state)));
    data.insert(Connection(state));
}

async fn let_go(connection: Weak<State>) {
    loop {
        rt::time::sleep(GLANCE).await;
        let Some(state) = connection.upgrade() else { return };
        if state.answering.get() == 0 && state.since.get().elapsed() > LONGEST {
            // It may be gone already.
            state.socket.shutdown(Shutdown::Both).ok();
            return;
        }
    }
}

/// Middleware: knows which connections are being answered, to the end of the body.
///
/// # Errors
/// Those of what is inside.
pub async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(connection) = request.request().conn_data::<Connection>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let answering = Answering::begin(connection.0);
    let response = next.call(request).await?.map_into_boxed_body();
    Ok(response.map_body(|_, body| BoxBody::new(Answer { body, _answering: answering })))
}

/// Says of a connection that it was just used.
pub fn touch(request: &HttpRequest) {
    if let Some(connection) = request.conn_data::<Connection>() {
        connection.0.since.set(Instant::now());
    }
}

/// Counts as long as it lives.
struct Answering(Rc<State>);

impl Answering {
    fn begin(state: Rc<State>) -> Self {
        state.answering.set(state.answering.get() + 1);
        Self(state)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.set(self.0.answering.get().saturating_sub(1));
        self.0.since.set(Instant::now());
    }
}

/// A body that is being sent.
struct Answer {
    body: BoxBody,
    _answering: Answering,
}

impl MessageBody for Answer {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
