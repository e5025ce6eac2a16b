//! Pictures: decoded within bounds and written anew, so that nothing but pixels and colours of what somebody sent is
//! ever served. What hides in a picture's file (a place, a camera, a script, an archive behind its end) is gone.
//!
//! All of it keeps a core busy: run it through [`bounded`].

use std::{
    io::Cursor,
    sync::{Arc, LazyLock},
};

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
    imageops::FilterType,
    metadata::Orientation,
};
use tokio::sync::Semaphore;

use super::kind::Kind;
use crate::web::{Error, Result};

mod gif;
mod png;

/// The most pixels of a side.
pub const MAX_SIDE: u32 = 12_000;
/// The most pixels of a picture; of a moving one, of all its frames together.
pub const MAX_PIXELS: u64 = 50_000_000;
/// What decoding one may take, in bytes.
const MAX_MEMORY: u64 = 320 * 1024 * 1024;
/// Pictures that are worked on at once.
const AT_ONCE: usize = 2;
/// Beyond this a colour profile is something else.
const MAX_PROFILE: usize = 1024 * 1024;
/// JPEG's quality: of what is kept, and of smaller versions.
const QUALITY: u8 = 90;
const SMALL_QUALITY: u8 = 82;

/// Says that a picture is more than is taken, in the words of the person who sent it.
const TOO_MANY: &str = "It has too many pixels: at most 50 million, and 12,000 on a side.";
const BROKEN: &str = "It is damaged, or not what it says.";
const MOVES: &str = "Moving pictures are taken as GIF only.";

/// A picture that is safe to keep.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it is now.
    pub kind: Kind,
    /// Its file.
    pub content: Vec<u8>,
    /// Pixels.
    pub size: (u32, u32),
    /// Its pixels, for smaller versions; none for one that may move.
    pub pixels: Option<Pixels>,
}

/// Decoded pixels, upright, and what their colours mean.
#[derive(Clone, Debug)]
pub struct Pixels {
    image: DynamicImage,
    profile: Option<Vec<u8>>,
    is_lossy: bool,
}

/// Does some work on pictures where it blocks nobody, a few at a time.
///
/// # Errors
/// When the worker breaks down: a decoder's panic is the picture's fault and comes back as `None`.
pub async fn bounded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>> {
    static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE)));
    let place = PLACES.clone().acquire_owned().await.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        // Held until the work is done, whether or not anybody still waits for it.
        let _place = place;
        work()
    });
    match done.await {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.is_panic() => {
            log::error!("a picture's decoder panicked");
            Ok(None)
        }
        Err(error) => Err(Error::internal(error)),
    }
}

/// Decodes a picture and writes it anew without what is not pixels or colours, turned upright. A lossy WebP without
/// transparency becomes a JPEG, since we write WebP without loss only. Blocks.
///
/// # Errors
/// A sentence for whoever sent it.
pub fn renew(kind: Kind, content: &[u8]) -> Result<Picture, String> {
    match kind {
        Kind::Gif => gif::renew(content),
        Kind::Png => png::renew(content),
        Kind::Jpeg | Kind::WebP => {
            let pixels = decode(kind, content)?;
            let kind = if pixels.is_lossy { Kind::Jpeg } else { Kind::WebP };
            let content = encode(kind, &pixels.image, pixels.profile.as_deref(), QUALITY).map_err(explain)?;
            Ok(Picture {
                kind,
                content,
                size: (pixels.image.width(), pixels.image.height()),
                pixels: Some(pixels),
            })
        }
        Kind::Pdf => Err("It is no picture.".to_owned()),
    }
}

/// Decodes a picture that does not move, within bounds. Blocks.
///
/// # Errors
/// A sentence for whoever sent it.
pub fn decode(kind: Kind, content: &[u8]) -> Result<Pixels, String> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
        Kind::Gif | Kind::Pdf => return Err(MOVES.to_owned()),
    };
    let mut lossy = kind == Kind::Jpeg;
    if kind == Kind::WebP {
        let mut webp = webp_decoder(content)?;
        if webp.is_animated() {
            return Err(MOVES.to_owned());
        }
        lossy = webp.is_lossy() && !webp.has_alpha();
    } else if kind == Kind::Png && png::moves(content)? {
        return Err(MOVES.to_owned());
    }
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(explain)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    if decoder.total_bytes() > MAX_MEMORY {
        return Err(TOO_MANY.to_owned());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(explain)?;
    image.apply_orientation(orientation);
    let profile = profile.filter(|profile| belongs(profile, &image));
    Ok(Pixels { image, profile, is_lossy: lossy })
}

/// Makes a picture smaller, to these widths, and gives the files in their order. Blocks.
///
/// # Errors
/// When one cannot be written.
pub fn smaller(kind: Kind, pixels: &Pixels, widths: &[u32]) -> Result<Vec<Vec<u8>>, String> {
    let mut files = vec![Vec::new(); widths.len()];
    let mut order: Vec<usize> = (0..widths.len()).collect();
    // Each from the next larger one: much quicker than each from the original, and nobody sees the difference.
    order.sort_by_key(|at| std::cmp::Reverse(widths[*at]));
    let mut larger: Option<DynamicImage> = None;
    for at in order {
        let from = larger.as_ref().unwrap_or(&pixels.image);
        let width = widths[at].min(from.width());
        let (own, high) = (u64::from(pixels.image.width()), u64::from(pixels.image.height()));
        let height = (u64::from(width) * high + own / 2).checked_div(own).unwrap_or(1).max(1);
        let height = u32::try_from(height).unwrap_or(u32::MAX);
        let image = from.resize_exact(width, height, FilterType::CatmullRom);
        files[at] = encode(kind, &image, pixels.profile.as_deref(), SMALL_QUALITY).map_err(explain)?;
        larger = Some(image);
    }
    Ok(files)
}

fn encode(
    kind: Kind,
    image: &DynamicImage,
    profile: Option<&[u8]>,
    quality: u8,
) -> Result<Vec<u8>, ImageError> {
    // What each format can hold.
    let image = match (kind, image) {
        (Kind::Jpeg, DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_)) => image.clone(),
        (Kind::Jpeg, _) => image.to_rgb8().into(),
        (Kind::WebP, DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_)) => image.clone(),
        (Kind::WebP, _) if image.color().has_alpha() => image.to_rgba8().into(),
        (Kind::WebP, _) => image.to_rgb8().into(),
        _ => image.clone(),
    };
    let mut content = Vec::new();
    let (width, height, color) = (image.width(), image.height(), image.color().into());
    match kind {
        Kind::Jpeg => {
            let mut encoder = JpegEncoder::new_with_quality(&mut content, quality);
            set_profile(&mut encoder, profile);
            encoder.write_image(image.as_bytes(), width, height, color)?;
        }
        Kind::WebP => {
            let mut encoder = WebPEncoder::new_lossless(&mut content);
            set_profile(&mut encoder, profile);
            encoder.write_image(image.as_bytes(), width, height, color)?;
        }
        _ => {
            let mut encoder = PngEncoder::new(&mut content);
            set_profile(&mut encoder, profile);
            encoder.write_image(image.as_bytes(), width, height, color)?;
        }
    }
    Ok(content)
}

fn set_profile(encoder: &mut impl ImageEncoder, profile: Option<&[u8]>) {
    if let Some(profile) = profile {
        // Without it colours may look a little different: no reason to refuse the picture.
        encoder.set_icc_profile(profile.to_vec()).ok();
    }
}

/// Whether a colour profile is one, and of these pixels' kind: a profile for printing inks makes nonsense of RGB.
fn belongs(profile: &[u8], image: &DynamicImage) -> bool {
    let space = profile.get(16..20);
    let is_profile = profile.get(36..40) == Some(b"acsp") && profile.len() <= MAX_PROFILE;
    let wanted: &[u8] = if image.color().has_color() { b"RGB " } else { b"GRAY" };
    is_profile && space == Some(wanted)
}

fn webp_decoder(content: &[u8]) -> Result<image_webp::WebPDecoder<Cursor<&[u8]>>, String> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(content)).map_err(|_| BROKEN.to_owned())?;
    decoder.set_memory_limit(usize::try_from(MAX_MEMORY).unwrap_or(usize::MAX));
    Ok(decoder)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn check_size(width: u32, height: u32) -> Result<(), String> {
    let pixels = u64::from(width) * u64::from(height);
    match width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        true => Err(TOO_MANY.to_owned()),
        false if pixels == 0 => Err(BROKEN.to_owned()),
        false => Ok(()),
    }
}

fn explain(error: ImageError) -> String {
    match error {
        ImageError::Limits(_) => TOO_MANY.to_owned(),
        _ => BROKEN.to_owned(),
    }
}

#[cfg(test)]
mod tests;
