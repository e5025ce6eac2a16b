//! A mail server of a test's own, that keeps what it is sent.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// What was sent.
#[derive(Clone, Debug)]
pub struct Received {
    /// To whom.
    pub to: String,
    /// Headers and text, decoded.
    pub text: String,
}

impl Received {
    /// The path of the one link in it that begins like this.
    pub fn link(&self, start: &str) -> String {
        let at = self.text.find(start).unwrap_or_else(|| panic!("{start} is not in {}", self.text));
        self.text[at..].split_whitespace().next().unwrap().to_owned()
    }
}

/// A mail server.
#[derive(Debug)]
pub struct Mailbox {
    /// Its address for `LECTERN_SMTP_URL`.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Mailbox {
    /// Starts one.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}?from=Blog+%3Cblog@example.org%3E", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                std::thread::spawn(move || converse(stream, &kept));
            }
        });
        Self { url, received }
    }

    /// What arrived so far.
    pub fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits for that many mails, and gives the last one.
    pub async fn wait(&self, count: usize) -> Received {
        let begun = Instant::now();
        loop {
            let all = self.all();
            if all.len() >= count {
                assert_eq!(all.len(), count, "{all:?}");
                return all.last().unwrap().clone();
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{count} mails, of {all:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn converse(mut stream: TcpStream, kept: &Mutex<Vec<Received>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).ok();
    say("220 sink")?;
    let mut to = String::new();
    while let Some(Ok(line)) = lines.next() {
        let command = line.to_uppercase();
        if command.starts_with("RCPT TO:") {
            to = line[8..].trim().trim_matches(['<', '>']).to_owned();
            say("250 ok")?;
        } else if command == "DATA" {
            say("354 go on")?;
            let mail: Vec<String> =
                lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
            kept.lock().unwrap().push(Received { to: to.clone(), text: decoded(&mail.join("\n")) });
            say("250 ok")?;
        } else if command == "QUIT" {
            return say("221 bye");
        } else {
            say("250 ok")?;
        }
    }
    None
}

/// Quoted-printable, if it is that.
fn decoded(mail: &str) -> String {
    if !mail.to_lowercase().contains("quoted-printable") {
        return mail.to_owned();
    }
    let mut bytes = Vec::new();
    let joined = mail.replace("=\n", "");
    let mut rest = joined.as_bytes();
    while let [first, more @ ..] = rest {
        let code = more.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
