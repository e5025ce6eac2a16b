//! Where stored files are: a folder of this machine, the memory of this process (for tests), or a bucket that speaks
//! S3. One code for all of them, by `object_store`.

use std::{
    ops::Range,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use actix_web::web::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    BackoffConfig, ClientOptions, Error as StoreError, GetOptions, GetRange, ObjectMeta, ObjectStore,
    ObjectStoreExt, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, memory::InMemory, path::Path,
};

use super::name::Version;
use crate::web::{Error, Result};

/// A bucket that does not answer within this time is away.
const PATIENCE: Duration = Duration::from_secs(20);

/// Gives clients of HTTP their TLS: the one that is built in here takes the process's own provider of cryptography. To be
/// called before one is made; again does no harm.
pub fn provide_tls() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

/// The stored files.
#[derive(Clone, Debug)]
pub struct MediaStore {
    store: Arc<dyn ObjectStore>,
    /// Where ours begin in it.
    prefix: Path,
    /// Where it is on this machine, if it is.
    folder: Option<PathBuf>,
}

/// What a setting says of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// The process's memory: gone with it.
    Memory,
    /// A bucket: the whole URL.
    Bucket(String),
}

impl Place {
    /// Reads a URL: `file:///folder`, `memory:///` or `s3://bucket/prefix`.
    ///
    /// # Errors
    /// What is wrong with it, a line.
    pub fn parse(url: &str) -> Result<Self, String> {
        let expected = "expected file:///FOLDER, s3://BUCKET/PREFIX or memory:///";
        let parsed = url::Url::parse(url).map_err(|_| expected.to_owned())?;
        let is_plain = parsed.query().is_none() && parsed.fragment().is_none() && parsed.port().is_none();
        let names_nobody = parsed.username().is_empty() && parsed.password().is_none();
        if !is_plain || !names_nobody {
            return Err(format!("{expected}, and nothing else"));
        }
        let has_host = parsed.host_str().is_some_and(|host| !host.is_empty());
        match parsed.scheme() {
            "file" if !has_host => parsed.to_file_path().map(Self::Folder).map_err(|()| expected.to_owned()),
            "memory" if !has_host => Ok(Self::Memory),
            "s3" if has_host => Ok(Self::Bucket(url.to_owned())),
            _ => Err(expected.to_owned()),
        }
    }
}

impl MediaStore {
    /// Opens the store: the one that the setting names, or else `media` in the data folder, made where it is not there.
    /// What a bucket needs besides stands in the usual `AWS_…` variables.
    ///
    /// # Errors
    /// What is wrong, a line that names the setting.
    pub fn open(url: Option<&str>, data_dir: &FilePath) -> Result<Self, String> {
        let (setting, place) = match url {
            Some(url) => ("LECTERN_MEDIA_URL", Place::parse(url)),
            None => ("LECTERN_DATA_DIR", Ok(Place::Folder(data_dir.join("media")))),
        };
        place.and_then(|place| Self::at(&place)).map_err(|problem| format!("{setting}: {problem}"))
    }

    fn at(place: &Place) -> Result<Self, String> {
        let (store, prefix): (Arc<dyn ObjectStore>, Path) = match place {
            Place::Folder(folder) => {
                let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
                std::fs::create_dir_all(folder).map_err(|error| problem(&error))?;
                // A file is written under another name first and renamed: nobody reads half of it. Synced, with its
                // folder, before it counts as written: no row ever speaks of a file that a power failure took.
                let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| problem(&error))?;
                (Arc::new(store.with_fsync(true)), Path::default())
            }
            Place::Memory => (Arc::new(InMemory::new()), Path::default()),
            Place::Bucket(url) => {
                provide_tls();
                let retries = RetryConfig {
                    backoff: BackoffConfig::default(),
                    max_retries: 3,
                    retry_timeout: PATIENCE,
                };
                let client = ClientOptions::new()
                    .with_connect_timeout(Duration::from_secs(5))
                    // From one piece to the next: a reader may take longer for all of it.
                    .with_read_timeout(PATIENCE)
                    .with_timeout_disabled();
                // A compatible store of one's own may be without TLS; whose address begins with http:// wants it so.
                let is_plain = std::env::var("AWS_ENDPOINT")
                    .or_else(|_| std::env::var("AWS_ENDPOINT_URL"))
                    .is_ok_and(|endpoint| endpoint.starts_with("http://"));
                let store = AmazonS3Builder::from_env()
                    .with_url(url)
                    .with_client_options(client.with_allow_http(is_plain))
                    .with_retry(retries)
                    .build()
                    .map_err(|error| error.to_string())?;
                let path = url::Url::parse(url).map_err(|error| error.to_string())?;
                let prefix = Path::from_url_path(path.path()).map_err(|error| error.to_string())?;
                (Arc::new(store), prefix)
            }
        };
        let folder = match place {
            Place::Folder(folder) => Some(folder.clone()),
            Place::Memory | Place::Bucket(_) => None,
        };
        Ok(Self { store, prefix, folder })
    }

    /// A store in memory, for tests.
    pub fn in_memory() -> Self {
        Self { store: Arc::new(InMemory::new()), prefix: Path::default(), folder: None }
    }

    fn path(&self, key: &str) -> Path {
        self.prefix.parts().chain(Path::from(key).parts()).collect()
    }

    /// Whether the store answers at all.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<()> {
        match self.store.head(&self.path("none")).await {
            Ok(_) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }

    /// Stores a file, whole or not at all; on a disk it is synced.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn put(&self, version: &Version, content: Bytes) -> Result<()> {
        self.store.put(&self.path(&version.key()), content.into()).await.map(|_| ()).map_err(away)
    }

    /// How large a file is and when it was stored; none where there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn head(&self, version: &Version) -> Result<Option<ObjectMeta>> {
        found(self.store.head(&self.path(&version.key())).await)
    }

    /// The content of a file, at most `limit` bytes; none where there is none.
    ///
    /// # Errors
    /// When the store does not answer or the file is larger.
    pub async fn read(&self, version: &Version, limit: u64) -> Result<Option<Bytes>> {
        let Some(result) = found(self.store.get(&self.path(&version.key())).await)? else { return Ok(None) };
        if result.meta.size > limit {
            return Err(Error::Internal(format!("{} is too large to be read", version.key()).into()));
        }
        result.bytes().await.map(Some).map_err(away)
    }

    /// A part of a file, chunk by chunk; none where there is no such file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stream(
        &self,
        version: &Version,
        range: Range<u64>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, StoreError>>>> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let result = self.store.get_opts(&self.path(&version.key()), options).await;
        Ok(found(result)?.map(|result| result.into_stream()))
    }

    /// Removes a file; one that is not there is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn remove(&self, version: &Version) -> Result<()> {
        found(self.store.delete(&self.path(&version.key())).await).map(|_| ())
    }

    /// Removes what was being written to a folder before `before`, by a process that was ended in the middle of it: files
    /// under their names with `#` and a number behind, which nobody else reads or removes. Gives how many there were.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn sweep_unfinished(&self, before: SystemTime) -> Result<u64> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let work = move || remove_unfinished(folder, before);
        Ok(tokio::task::spawn_blocking(work).await.map_err(Error::internal)??)
    }

    /// The keys of all files, in their order. For tests and for looking after a store: a large one has many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keys(&self) -> Result<Vec<String>> {
        let prefix = (self.prefix.parts().count() > 0).then_some(&self.prefix);
        let length = prefix.map_or(0, |prefix| prefix.as_ref().len() + 1);
        let mut keys: Vec<String> = self
            .store
            .list(prefix)
            .map(|meta| meta.map(|meta| meta.location.as_ref().get(length..).unwrap_or_default().to_owned()))
            .try_collect()
            .await
            .map_err(away)?;
        keys.sort();
        Ok(keys)
    }
}

fn found<T>(result: Result<T, StoreError>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(away(error)),
    }
}

/// As any other part that does not answer: 503, and why in the log.
fn away(error: StoreError) -> Error {
    log::error!("the store of media: {error}");
    Error::Unavailable(sea_orm::DbErr::Custom("the store of media".to_owned()))
}

fn remove_unfinished(folder: PathBuf, before: SystemTime) -> std::io::Result<u64> {
    let (mut folders, mut removed) = (vec![folder], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
            let is_unfinished =
                number.is_some_and(|number| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()));
            // One that is gone meanwhile was renamed to its own name.
            if is_unfinished && entry.metadata().and_then(|file| file.modified()).is_ok_and(|at| at < before)
            {
                removed += u64::from(std::fs::remove_file(entry.path()).is_ok());
            }
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::name::{StoredName, sha256};

    fn a_name() -> Version {
        Version { original: StoredName::new(&sha256(b"x"), Some((800, 600)), "png"), width: None }
    }

    #[test]
    fn a_place_is_a_folder_a_bucket_or_memory() {
        assert_eq!(Place::parse("file:///srv/media"), Ok(Place::Folder("/srv/media".into())));
        assert_eq!(Place::parse("memory:///"), Ok(Place::Memory));
        assert_eq!(Place::parse("s3://bucket/a/b"), Ok(Place::Bucket("s3://bucket/a/b".to_owned())));
        for bad in [
            "",
            "media",
            "/srv/media",
            "http://x/y",
            "s3://",
            "s3:///x",
            "file://host/x",
            "s3://a:b@bucket",
            "s3://bucket?x=1",
            "ftp://x",
        ] {
            assert!(Place::parse(bad).is_err_and(|problem| problem.contains("s3://BUCKET")), "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_names_the_setting() {
        let folder = tempfile::tempdir().unwrap();
        let problem = MediaStore::open(Some("ftp://x"), folder.path()).unwrap_err();
        assert!(problem.starts_with("LECTERN_MEDIA_URL: "), "{problem}");
        std::fs::write(folder.path().join("media"), "a file").unwrap();
        let problem = MediaStore::open(None, folder.path()).unwrap_err();
        assert!(problem.starts_with("LECTERN_DATA_DIR: "), "{problem}");
    }

    #[tokio::test]
    async fn a_file_is_there_whole_and_then_gone() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", folder.path().display());
        for url in [url.as_str(), "memory:///"] {
            let store = MediaStore::open(Some(url), folder.path()).unwrap();
            let name = a_name();
            assert!(
                store.head(&name).await.unwrap().is_none() && store.read(&name, 9).await.unwrap().is_none()
            );
            assert!(store.stream(&name, 0..1).await.unwrap().is_none());
            let content = Bytes::from(vec![7; 3_000_000]);
            let puts = (0..8).map(|_| store.put(&name, content.clone()));
            futures_util::future::try_join_all(puts).await.unwrap();
            assert_eq!(store.read(&name, 3_000_000).await.unwrap(), Some(content));
            assert!(store.read(&name, 2_999_999).await.is_err());
            let part: Vec<Bytes> = store
                .stream(&name, 1_000_000..1_500_001)
                .await
                .unwrap()
                .unwrap()
                .try_collect()
                .await
                .unwrap();
            assert_eq!(part.iter().map(Bytes::len).sum::<usize>(), 500_001);
            assert_eq!(store.keys().await.unwrap(), [name.key()]);
            store.remove(&name).await.unwrap();
            store.remove(&name).await.unwrap();
            assert_eq!(store.keys().await.unwrap(), [""; 0]);
        }
    }

    #[tokio::test]
    async fn what_was_there_before_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let name = a_name();
        let file = folder.path().join("media").join(name.key());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "x").unwrap();
        let store = MediaStore::open(None, folder.path()).unwrap();
        assert_eq!(store.read(&name, 9).await.unwrap(), Some(Bytes::from_static(b"x")));
        store.put(&name, Bytes::from_static(b"y")).await.unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"y");
    }

    #[test]
    fn a_bucket_is_opened_by_its_url() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(Some("s3://bucket/some/prefix"), folder.path()).unwrap();
        assert_eq!(store.path("ab/x.png").as_ref(), "some/prefix/ab/x.png");
    }
}
