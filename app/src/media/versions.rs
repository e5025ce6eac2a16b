//! Smaller versions of pictures that were stored without them: made when they are first asked for, once.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use actix_web::web::Bytes;

use super::{kind::Kind, name::Version, picture, store::MediaStore};
use crate::web::{Error, Result};

/// How long a reader waits for a picture to be made. A page asks for a few of them at once, and its pictures can do
/// without.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest file that is read to make a smaller one.
const MAX_ORIGINAL: u64 = 40 * 1024 * 1024;
/// How many pictures that cannot be made smaller are remembered.
const MAX_REMEMBERED: usize = 1000;

type Turns = Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>;

/// Who makes which picture now; whoever else wants it waits.
static TURNS: LazyLock<Turns> = LazyLock::new(Turns::default);
/// Pictures that cannot be made smaller: each look at them would cost reading them.
static HOPELESS: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

/// Makes a smaller version and stores it. `false` where that cannot be done: the picture moves, is damaged, or larger
/// than any that is decoded here.
///
/// # Errors
/// 404 where the original is not there; 503 when too many are being made.
pub async fn make(store: &MediaStore, version: &Version) -> Result<bool> {
    let key = version.key();
    if HOPELESS.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
        return Ok(false);
    }
    let turn = {
        let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody waits for those any more.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(key.clone()).or_default().clone()
    };
    let made = async {
        let _mine = turn.lock().await;
        if store.head(version).await?.is_some() {
            return Ok(true);
        }
        make_now(store, version).await
    };
    let busy = || Error::Unavailable(sea_orm::DbErr::Custom("too many pictures are being made".to_owned()));
    let made = tokio::time::timeout(PATIENCE, made).await.map_err(|_| busy())??;
    if !made {
        let mut hopeless = HOPELESS.lock().unwrap_or_else(PoisonError::into_inner);
        if hopeless.len() >= MAX_REMEMBERED {
            hopeless.clear();
        }
        hopeless.push(key);
    }
    Ok(made)
}

async fn make_now(store: &MediaStore, version: &Version) -> Result<bool> {
    let original = Version { original: version.original.clone(), width: None };
    let (Some(width), Some(meta)) = (version.width, store.head(&original).await?) else {
        return Err(Error::NotFound);
    };
    if meta.size > MAX_ORIGINAL {
        return Ok(false);
    }
    let content = store.read(&original, MAX_ORIGINAL).await?.ok_or(Error::NotFound)?;
    let work = move || {
        let kind = Kind::of(&content)?;
        let pixels = picture::decode(kind, &content)?;
        let file = picture::smaller(kind, &pixels, &[width])?.pop().unwrap_or_default();
        Ok::<_, String>(if file.len() < content.len() { Bytes::from(file) } else { content })
    };
    let Some(Ok(file)) = picture::bounded(work).await? else { return Ok(false) };
    store.put(version, file).await?;
    // Whoever deleted the original meanwhile did not know of this one.
    if store.head(&original).await?.is_none() {
        store.remove(version).await?;
        return Err(Error::NotFound);
    }
    Ok(true)
}
