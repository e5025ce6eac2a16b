//! The logo: a picture of the library that stands in the place of the site's name.

use entity::media;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;

use super::Site;
use crate::{media::name::StoredName, web::meta::Picture};

/// The most pixels that it is high.
const HEIGHT: u32 = 40;
/// The most pixels that it is wide: there is room for a search field beside it.
const WIDTH: u32 = 320;

/// What the header shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logo {
    /// Its address.
    pub url: String,
    /// Smaller versions, as `srcset` has them; none where there are none.
    pub srcset: Option<String>,
    /// How wide it is shown, in pixels.
    pub width: u32,
    /// How high.
    pub height: u32,
}

impl Logo {
    /// The logo at an address of the library; none for what is no such picture.
    pub fn new(address: &str) -> Option<Self> {
        let name = name(address)?;
        let (width, height) = name.size()?;
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (f64::from(HEIGHT) / height).min(f64::from(WIDTH) / width).min(1.0);
        let shown = |pixels: f64| ((pixels * scale).round() as u32).max(1);
        Some(Self { url: name.url(), srcset: name.srcset(), width: shown(width), height: shown(height) })
    }
}

/// The logo as it stands for the site where that is linked to; none without one.
pub fn picture(site: &Site) -> Option<Picture> {
    let name = name(&site.logo)?;
    Some(Picture { url: name.url(), alt: site.title.clone(), size: name.size(), is_large: false })
}

/// The picture's name in the store.
fn name(address: &str) -> Option<StoredName> {
    StoredName::parse(address.strip_prefix("/media/")?)
        .filter(|name| name.is_picture() && name.size().is_some())
}

/// Whether there is such a picture in the library.
///
/// # Errors
/// When the database does not answer.
pub async fn is_there(db: &impl ConnectionTrait, address: &str) -> Result<bool, DbErr> {
    let Some(name) = name(address) else { return Ok(false) };
    let id: Option<i64> = media::Entity::find()
        .select_only()
        .column(media::Column::Id)
        .filter(media::Column::Name.eq(name.as_str()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_keeps_its_shape_within_its_place() {
        let shown = |size: &str| {
            let logo = Logo::new(&format!("/media/ab/ab{}-{size}.png", "0".repeat(30)))?;
            Some((logo.width, logo.height))
        };
        assert_eq!(shown("400x100"), Some((160, 40)));
        assert_eq!(shown("32x32"), Some((32, 32)));
        assert_eq!(shown("4000x100"), Some((320, 8)));
        assert_eq!(shown("1x9000"), Some((1, 40)));
        for none in
            ["", "/media/x.png", "https://evil.example/a-1x1.png", "/static/favicon.svg", "javascript:x"]
        {
            assert_eq!(Logo::new(none), None, "{none}");
        }
    }
}
