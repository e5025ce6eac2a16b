//! GIF: frame by frame from one file into another, colours and timing kept, comments and the rest left behind. Only
//! one frame is in memory at a time.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, DecodingError, Encoder, MemoryLimit};

use super::{BROKEN, MAX_MEMORY, MAX_PIXELS, Picture, TOO_MANY, check_size};
use crate::media::kind::Kind;

/// The most frames.
const MAX_FRAMES: usize = 2_000;
/// What is written may be larger than what was read, but not as much as somebody who wants to fill a disk would like.
const MAX_CONTENT: usize = 40 * 1024 * 1024;

pub(super) fn renew(content: &[u8]) -> Result<Picture, String> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.check_frame_consistency(true);
    if let Some(limit) = std::num::NonZeroU64::new(MAX_MEMORY) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    let mut decoder = options.read_info(Cursor::new(content)).map_err(explain)?;
    let size = (decoder.width(), decoder.height());
    check_size(size.0.into(), size.1.into())?;
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut written = Encoder::new(Vec::new(), size.0, size.1, &palette).map_err(|_| BROKEN)?;
    let (mut frames, mut pixels, mut repeats) = (0, 0, false);
    while let Some(frame) = decoder.read_next_frame().map_err(explain)? {
        frames += 1;
        pixels += u64::from(frame.width) * u64::from(frame.height);
        // A browser paints the whole canvas for each frame, however small the frame is.
        if frames > MAX_FRAMES || pixels > 4 * MAX_PIXELS || written.get_ref().len() > MAX_CONTENT {
            return Err("It has too many frames.".to_owned());
        }
        let frame = frame.clone();
        // It is said between the palette and the first frame.
        if !repeats {
            repeats = true;
            written.set_repeat(decoder.repeat()).map_err(|_| BROKEN)?;
        }
        // What was interlaced is not any more: the decoder has put the lines in their order.
        let frame = gif::Frame { interlaced: false, needs_user_input: false, ..frame };
        written.write_frame(&frame).map_err(|_| BROKEN)?;
    }
    if frames == 0 {
        return Err(BROKEN.to_owned());
    }
    let content = written.into_inner().map_err(|_| BROKEN)?;
    Ok(Picture { kind: Kind::Gif, content, size: (size.0.into(), size.1.into()), pixels: None })
}

fn explain(error: DecodingError) -> String {
    match error {
        DecodingError::OutOfMemory | DecodingError::MemoryLimit => TOO_MANY.to_owned(),
        _ => BROKEN.to_owned(),
    }
}
