//! What posts show comes into the library as uploads do: pictures are written anew. Here it is the owner who brings
//! it, from a folder of their own: what cannot be written anew (a moving PNG, a picture too large to be decoded) is
//! taken as it is, and said so; SVG, AVIF and PDF always are.

use actix_web::web::Bytes;
use tokio::runtime::Handle;

use super::assets::{Asset, AssetKind};
use crate::{
    db::Db,
    media::{
        kind,
        library::{self, Accepted},
        name::{StoredName, Version, sha256},
        picture,
        queries::{self, NewMedia},
        store::MediaStore,
    },
};

/// A file that is in the store and wants a row.
pub(super) struct Stored {
    /// The row, but for whose it is.
    pub(super) row: NewMedia,
    /// Why it was taken as it is, where that was not meant.
    pub(super) note: Option<String>,
}

/// Stores a file that a post shows. Blocks: for a thread that may.
///
/// # Errors
/// Why it could not be stored.
pub(super) fn store(runtime: &Handle, db: &Db, store: &MediaStore, asset: &Asset) -> Result<Stored, String> {
    let filename = asset.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let known = runtime.block_on(known(db, store, &asset.sha256)).map_err(|error| error.to_string())?;
    if let Some(row) = known {
        return Ok(Stored { row: NewMedia { filename, ..row }, note: None });
    }
    let content = Bytes::from(std::fs::read(&asset.file).map_err(|error| error.to_string())?);
    if sha256(&content) != asset.sha256 {
        return Err("it changed while it was read".to_owned());
    }
    let is_renewed =
        matches!(asset.kind, AssetKind::Png | AssetKind::Jpeg | AssetKind::Gif | AssetKind::WebP);
    let mut note = None;
    let accepted = if is_renewed {
        let bytes = content.clone();
        let renewed = runtime.block_on(picture::bounded(move || library::accept(&bytes)));
        let renewed = renewed.map_err(|error| error.to_string())?;
        match renewed.unwrap_or_else(|| Err("It cannot be read.".to_owned())) {
            Ok(accepted) => accepted,
            Err(reason) => {
                note = Some(reason);
                as_it_is(asset, content)
            }
        }
    } else {
        as_it_is(asset, content)
    };
    let name = StoredName::new(&accepted.sha256, accepted.dimensions, accepted.extension);
    runtime.block_on(library::keep(db, store, &name, Some(&accepted))).map_err(|error| error.to_string())?;
    let row = NewMedia {
        filename: kind::clean_name(&filename, accepted.extension),
        content_type: accepted.content_type.to_owned(),
        size: accepted.content.len() as u64,
        sha256: accepted.sha256,
        sent_sha256: asset.sha256.clone(),
        dimensions: accepted.dimensions,
        alt: String::new(),
        user_id: 0,
    };
    Ok(Stored { row, note })
}

fn as_it_is(asset: &Asset, content: Bytes) -> Accepted {
    let content_type = asset.kind.content_type();
    Accepted {
        content_type,
        extension: kind::extension_of(content_type),
        sha256: asset.sha256.clone(),
        content,
        dimensions: asset.width.zip(asset.height),
        smaller: Vec::new(),
    }
}

/// The row of a file that came in before, if its file is still there.
async fn known(db: &Db, store: &MediaStore, sha256: &str) -> crate::web::Result<Option<NewMedia>> {
    let Some(row) = queries::find_by_content(db.latest(), sha256).await?.into_iter().next() else {
        return Ok(None);
    };
    let Some(original) = StoredName::parse(&row.name) else { return Ok(None) };
    if store.head(&Version { original, width: None }).await?.is_none() {
        return Ok(None);
    }
    let pixels = |side: Option<i32>| side.and_then(|side| u32::try_from(side).ok());
    Ok(Some(NewMedia {
        filename: row.filename,
        content_type: row.content_type,
        size: row.size.unsigned_abs(),
        sha256: row.sha256,
        sent_sha256: row.sent_sha256,
        dimensions: pixels(row.width).zip(pixels(row.height)),
        alt: row.alt,
        user_id: 0,
    }))
}
