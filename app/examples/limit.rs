//! The limit that `scripts/bench` measures against: a bare actix-web server that answers one and the same bytes from memory,
//! whatever is asked.
//!
//! `limit ADDR HEAD BODY`: where to listen, a file with the lines of the head as curl writes them, and one with the body.

use std::{error::Error, fs};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web::{self, Bytes},
};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [_, addr, head, body] =
        <[String; 4]>::try_from(std::env::args().collect::<Vec<_>>()).map_err(|_| "limit ADDR HEAD BODY")?;
    let head = fs::read_to_string(head)?;
    let status = head.split_whitespace().nth(1).ok_or("a head without a status")?.parse::<StatusCode>()?;
    let body = Bytes::from(fs::read(body)?);
    let mut headers = Vec::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let name = HeaderName::try_from(name)?;
        // The server's own.
        if ![header::CONTENT_LENGTH, header::DATE, header::CONNECTION].contains(&name) {
            headers.push((name, HeaderValue::try_from(value.trim())?));
        }
    }
    HttpServer::new(move || {
        let (headers, body) = (headers.clone(), body.clone());
        let answer = move || {
            let mut response = HttpResponse::with_body(status, body.clone());
            for (name, value) in &headers {
                response.headers_mut().append(name.clone(), value.clone());
            }
            std::future::ready(response)
        };
        App::new().default_service(web::to(answer))
    })
    .workers(1)
    .bind(addr)?
    .run()
    .await?;
    Ok(())
}
