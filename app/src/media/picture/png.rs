//! PNG: pixels as they are stored, palettes and depths kept, so that a drawing of few colours stays as small as it
//! was. Texts, times, EXIF and whatever stands behind the end are left behind.

use std::{borrow::Cow, io::Cursor};

use image::{ImageDecoder, metadata::Orientation};
use png::{Decoder, DecodingError, Encoder, Info, Limits};

use super::{
    BROKEN, MAX_MEMORY, MAX_PROFILE, MOVES, Picture, Pixels, QUALITY, TOO_MANY, check_size, decode, encode,
};
use crate::media::kind::Kind;

pub(super) fn renew(content: &[u8]) -> Result<Picture, String> {
    let pixels = decode(Kind::Png, content)?;
    let size = (pixels.image.width(), pixels.image.height());
    let renewed = if is_upright(content) {
        copy(content)?
    } else {
        encode(Kind::Png, &pixels.image, pixels.profile.as_deref(), QUALITY).map_err(super::explain)?
    };
    let pixels = Pixels { is_lossy: false, ..pixels };
    Ok(Picture { kind: Kind::Png, content: renewed, size, pixels: Some(pixels) })
}

/// Whether it has more than one frame.
pub(super) fn moves(content: &[u8]) -> Result<bool, String> {
    let mut decoder = decoder(content);
    // What its head says is looked at before anything is unpacked.
    let head = decoder.read_header_info().map_err(|error| explain(&error))?;
    check_size(head.width, head.height)?;
    let reader = decoder.read_info().map_err(|error| explain(&error))?;
    Ok(reader.info().is_animated())
}

fn decoder(content: &[u8]) -> Decoder<Cursor<&[u8]>> {
    let bytes = usize::try_from(MAX_MEMORY).unwrap_or(usize::MAX);
    let mut decoder = Decoder::new_with_limits(Cursor::new(content), Limits { bytes });
    decoder.set_transformations(png::Transformations::IDENTITY);
    decoder.set_ignore_text_chunk(true);
    decoder
}

fn is_upright(content: &[u8]) -> bool {
    let decoder = image::codecs::png::PngDecoder::new(Cursor::new(content));
    decoder.and_then(|mut decoder| decoder.orientation()).map_or(true, |it| it == Orientation::NoTransforms)
}

/// The same pixels in a new file, with what says their colours.
fn copy(content: &[u8]) -> Result<Vec<u8>, String> {
    let mut reader = decoder(content).read_info().map_err(|error| explain(&error))?;
    let info = reader.info().clone();
    check_size(info.width, info.height)?;
    if info.is_animated() {
        return Err(MOVES.to_owned());
    }
    let length = reader.output_buffer_size().filter(|length| *length as u64 <= MAX_MEMORY).ok_or(TOO_MANY)?;
    let mut rows = vec![0; length];
    reader.next_frame(&mut rows).map_err(|error| explain(&error))?;
    let own = |data: &Option<Cow<'static, [u8]>>| data.clone();
    let mut kept = Info::with_size(info.width, info.height);
    kept.bit_depth = info.bit_depth;
    kept.color_type = info.color_type;
    kept.palette = own(&info.palette);
    kept.trns = own(&info.trns);
    kept.pixel_dims = info.pixel_dims;
    kept.srgb = info.srgb;
    kept.source_gamma = info.gama_chunk;
    kept.source_chromaticities = info.chrm_chunk;
    kept.coding_independent_code_points = info.coding_independent_code_points;
    kept.icc_profile = own(&info.icc_profile)
        .filter(|profile| profile.len() <= MAX_PROFILE && profile.get(36..40) == Some(b"acsp"));
    let mut written = Vec::new();
    let mut encoder = Encoder::with_info(&mut written, kept).map_err(|_| BROKEN)?;
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header().map_err(|_| BROKEN)?;
    writer.write_image_data(&rows).map_err(|_| BROKEN)?;
    writer.finish().map_err(|_| BROKEN)?;
    Ok(written)
}

fn explain(error: &DecodingError) -> String {
    match error {
        DecodingError::LimitsExceeded => TOO_MANY.to_owned(),
        _ => BROKEN.to_owned(),
    }
}
