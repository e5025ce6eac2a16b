//! A request with files, read within bounds. The parts are kept in temporary files without a name until all of it has
//! arrived: of a request that breaks off nothing stays, and memory holds no more than a piece of each.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    sync::LazyLock,
    time::Duration,
};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpRequest,
    http::header,
    web::{Bytes, Payload},
};
use futures_util::StreamExt;
use tokio::sync::Semaphore;

use super::library::MAX_FILE;
use crate::web::{Error, Result};

/// The most files of a request.
pub const MAX_FILES: usize = 20;
/// The most bytes of a request.
pub const MAX_TOTAL: u64 = 200 * 1024 * 1024;
/// How long a request may take to arrive, to the last byte: 200 MiB at two megabits a second.
const MAX_TIME: Duration = Duration::from_secs(15 * 60);
/// How long its next piece may take.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The most bytes of a field that is no file.
const MAX_FIELD: usize = 8 * 1024;
/// Written to the temporary file at once.
const PIECE: usize = 1024 * 1024;
/// Requests with files that are read at once; more of them are asked to come back.
const AT_ONCE: usize = 16;

static PLACES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(AT_ONCE));

/// What somebody sent.
#[derive(Debug, Default)]
pub struct Upload {
    /// The files, in order.
    pub files: Vec<SentFile>,
    /// The field `alt`, without blanks at its ends.
    pub alt: String,
}

/// A file that somebody sent.
#[derive(Debug)]
pub struct SentFile {
    /// The name they gave it, whatever that is.
    pub name: String,
    /// Its content; else a sentence on why it was not read.
    pub content: Result<Spooled, String>,
}

/// A file that lies in the temporary folder, without a name there.
#[derive(Debug)]
pub struct Spooled {
    file: File,
    size: u64,
}

/// Reads a request with files.
///
/// # Errors
/// 400 for one that breaks off or cannot be read, 408 for one that takes too long, 413 for one that is too large, 415
/// for another kind of body.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Upload> {
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !declared.is_some_and(|declared| declared.to_ascii_lowercase().starts_with("multipart/form-data")) {
        return Err(Error::UnsupportedMediaType("Send multipart/form-data.".to_owned()));
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > MAX_TOTAL) {
        return Err(Error::TooLarge);
    }
    let busy = |_| Error::Unavailable(sea_orm::DbErr::Custom("too many uploads at once".to_owned()));
    let _place = PLACES.try_acquire().map_err(busy)?;
    let parts = parts(Multipart::new(request.headers(), payload));
    tokio::time::timeout(MAX_TIME, parts).await.map_err(|_| Error::TooSlow)?
}

async fn parts(mut multipart: Multipart) -> Result<Upload> {
    let mut upload = Upload::default();
    let mut total = 0;
    while let Some(field) = soon(multipart.next()).await? {
        let mut field = field.map_err(|error| broken(&error))?;
        match field.name() {
            Some("file") => {
                let disposition = field.content_disposition();
                let name = disposition.and_then(|it| it.get_filename()).unwrap_or_default().to_owned();
                let is_one_too_many = upload.files.len() >= MAX_FILES;
                let content = spool(&mut field, &mut total, !is_one_too_many).await?;
                // A form in which nothing was chosen sends a file without a name and without content.
                if name.is_empty() && content.as_ref().is_ok_and(|content| content.size == 0) {
                    continue;
                }
                let content = match is_one_too_many {
                    true => Err(format!("At most {MAX_FILES} files are taken at once.")),
                    false => content,
                };
                upload.files.push(SentFile { name, content });
                if upload.files.len() > 10 * MAX_FILES {
                    return Err(Error::TooLarge);
                }
            }
            name => {
                let is_alt = name == Some("alt");
                let mut text = Vec::new();
                while let Some(chunk) = soon(field.next()).await? {
                    let chunk = chunk.map_err(|error| broken(&error))?;
                    if text.len() + chunk.len() > MAX_FIELD {
                        return Err(Error::TooLarge);
                    }
                    text.extend_from_slice(&chunk);
                }
                if is_alt {
                    let unreadable = || Error::BadRequest("What was sent is not readable text.".to_owned());
                    let text = String::from_utf8(text).map_err(|_| unreadable())?;
                    if text.contains('\0') {
                        return Err(unreadable());
                    }
                    upload.alt = text.trim().to_owned();
                }
            }
        }
    }
    Ok(upload)
}

/// Reads a part to its end. What is too large is read too, and forgotten: the parts behind it are still wanted.
async fn spool(field: &mut Field, total: &mut u64, is_wanted: bool) -> Result<Result<Spooled, String>> {
    let mut file = Some(blocking(|| Ok(tempfile::tempfile()?)).await?);
    let (mut piece, mut size) = (Vec::new(), 0_u64);
    while let Some(chunk) = soon(field.next()).await? {
        let chunk = chunk.map_err(|error| broken(&error))?;
        size += chunk.len() as u64;
        *total += chunk.len() as u64;
        if *total > MAX_TOTAL {
            return Err(Error::TooLarge);
        }
        if size > MAX_FILE || !is_wanted {
            file = None;
            piece = Vec::new();
            continue;
        }
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            file = append(file, &mut piece).await?;
        }
    }
    let Some(file) = append(file, &mut piece).await? else {
        return Ok(Err(format!("It is larger than {} MiB.", MAX_FILE / 1024 / 1024)));
    };
    Ok(Ok(Spooled { file, size }))
}

async fn append(file: Option<File>, piece: &mut Vec<u8>) -> Result<Option<File>> {
    let Some(mut file) = file else { return Ok(None) };
    let piece = std::mem::take(piece);
    let write = move || {
        file.write_all(&piece)?;
        Ok(file)
    };
    blocking(write).await.map(Some)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// What comes next, if it comes soon enough.
async fn soon<T>(next: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(MAX_PAUSE, next).await.map_err(|_| Error::TooSlow)
}

fn broken(error: &MultipartError) -> Error {
    log::debug!("an upload broke off: {error}");
    Error::BadRequest("The request broke off, or is no form with files.".to_owned())
}

impl Spooled {
    /// All of it.
    ///
    /// # Errors
    /// When the disk does not give it back.
    pub async fn into_bytes(self) -> Result<Bytes> {
        let Self { mut file, size } = self;
        let read = move || {
            file.seek(SeekFrom::Start(0))?;
            let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            file.take(MAX_FILE + 1).read_to_end(&mut content)?;
            Ok(content.into())
        };
        blocking(read).await
    }
}
