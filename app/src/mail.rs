//! Mail: sent by SMTP in the background, so that the time of an answer does not tell whether one went out. Without a
//! server for it, mails go to the log.

use std::{sync::Arc, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use percent_encoding::percent_decode_str;
use tokio::{runtime::Handle, sync::Semaphore};

/// Mails on their way at once; what comes on top is lost, and logged.
const QUEUE: u32 = 256;
/// How long a stop waits for mails on their way.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long after a failure it is tried again.
const PAUSES: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(60), Duration::from_secs(600)];

/// A mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// To whom: an address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends mails.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: Option<AsyncSmtpTransport<Tokio1Executor>>,
    from: Mailbox,
    // Handlers run on threads that end before the mails are out.
    runtime: Handle,
    slots: Arc<Semaphore>,
}

/// Checks an SMTP server's address: `smtp://HOST:PORT` or `smtps://USER:PASSWORD@HOST`, with `?tls=required` for
/// STARTTLS, and `from=ADDRESS` for the sender.
///
/// # Errors
/// What is wrong with it, without the password.
pub fn check_url(url: &str) -> Result<String, String> {
    let known = ["smtp://", "smtps://"].iter().any(|scheme| url.starts_with(scheme));
    let is_url = known && AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_ok();
    if !is_url {
        return Err("expected smtp://HOST:PORT or smtps://USER:PASSWORD@HOST".to_owned());
    }
    match sender(url).map(|from| from.parse::<Mailbox>()) {
        Some(Err(_)) => Err("what follows `from=` is no e-mail address".to_owned()),
        _ => Ok(url.to_owned()),
    }
}

/// The parameter `from` of an SMTP server's address.
fn sender(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("from="))?;
    Some(percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
}

impl Mailer {
    /// Mails by the SMTP server at `url`, if there is one. They come from the sender it names, or else from the public
    /// URL's host. Call it within a runtime that lives on until [`Self::finish`].
    ///
    /// # Errors
    /// As [`check_url`].
    pub fn new(url: Option<&str>, public_url: &str) -> Result<Self, String> {
        let transport = match url {
            Some(url) => {
                check_url(url)?;
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
                let transport =
                    transport.map_err(|_| "the SMTP server's address cannot be used".to_owned())?;
                Some(transport.timeout(Some(Duration::from_secs(30))).build())
            }
            None => None,
        };
        let host = public_url.split("://").nth(1).unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let from = url.and_then(sender).unwrap_or_else(|| format!("Lectern <lectern@{host}>"));
        // An address of numbers is no name of a mail's sender.
        let from = from.parse().or_else(|_| "Lectern <lectern@localhost>".parse());
        let from = from.map_err(|_| "there is no sender for mails".to_owned())?;
        let slots = Arc::new(Semaphore::new(QUEUE as usize));
        Ok(Self { transport, from, runtime: Handle::current(), slots })
    }

    /// Sends a mail, soon. What goes wrong is logged; whoever asked for it may ask again.
    pub fn send(&self, mail: Mail) {
        let Some(transport) = self.transport.clone() else {
            let Mail { to, subject, text } = mail;
            log::info!(
                "LECTERN_SMTP_URL is not set; this mail was not sent.\nTo: {to}\nSubject: {subject}\n\n{text}"
            );
            return;
        };
        let Ok(slot) = self.slots.clone().try_acquire_owned() else {
            log::error!("a mail was lost: {QUEUE} are on their way already");
            return;
        };
        let message = mail.to.parse().map_err(|error: lettre::address::AddressError| error.to_string());
        let message = message.and_then(|to: lettre::Address| {
            Message::builder()
                .from(self.from.clone())
                .to(Mailbox::new(None, to))
                .subject(mail.subject)
                .header(ContentType::TEXT_PLAIN)
                .body(mail.text)
                .map_err(|error| error.to_string())
        });
        let message = match message {
            Ok(message) => message,
            Err(error) => return log::error!("a mail could not be written: {error}"),
        };
        self.runtime.spawn(async move {
            deliver(&transport, message).await;
            drop(slot);
        });
    }

    /// Waits until the mails on their way are out, for a while.
    pub async fn finish(&self) {
        if tokio::time::timeout(PATIENCE, self.slots.acquire_many(QUEUE)).await.is_err() {
            log::warn!("stopped before all mails were sent");
        }
    }
}

async fn deliver(transport: &AsyncSmtpTransport<Tokio1Executor>, message: Message) {
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        let error = match transport.send(message.clone()).await {
            Ok(_) => return,
            Err(error) => error,
        };
        match pause.filter(|_| !error.is_permanent()) {
            Some(pause) => {
                log::warn!("a mail could not be sent, trying again: {error}");
                tokio::time::sleep(pause).await;
            }
            None => return log::error!("a mail could not be sent: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_smtp_servers_address_is_checked() {
        for good in [
            "smtp://localhost:25",
            "smtps://user:p%40ss@mail.example.org",
            "smtp://u:p@mail.example.org:587?tls=required",
            "smtp://localhost?from=Blog+%3Cblog@example.org%3E",
        ] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in
            ["", "localhost", "http://localhost", "smtp://", "smtp://h?tls=maybe", "smtp://h?from=nobody"]
        {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn mails_come_from_the_sites_host_unless_told_otherwise() {
        let from = |url: Option<&str>, site: &str| Mailer::new(url, site).unwrap().from.email.to_string();
        assert_eq!(from(None, "https://blog.example.org"), "lectern@blog.example.org");
        assert_eq!(from(None, "http://blog.example.org:8080"), "lectern@blog.example.org");
        assert_eq!(from(None, "http://[::1]:8080"), "lectern@localhost");
        assert_eq!(from(Some("smtp://h?tls=required&from=a%40b.example"), "http://x"), "a@b.example");
    }
}
