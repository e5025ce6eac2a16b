use image::{GenericImageView, ImageBuffer, Rgb, Rgba};

use super::*;

/// A picture that is red on the left and blue on the right.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    let pixel = |x, _| if x < width / 2 { Rgb([255_u8, 0, 0]) } else { Rgb([0, 0, 255]) };
    ImageBuffer::from_fn(width, height, pixel).into()
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut content = Cursor::new(Vec::new());
    image.write_to(&mut content, format).unwrap();
    content.into_inner()
}

fn is_red(pixel: Rgba<u8>) -> bool {
    pixel[0] > 200 && pixel[2] < 80
}

/// EXIF that says how the camera was held, and where: `secret-place` stands for that.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0x0e, 0x01, 2, 0, 13, 0, 0, 0, 38, 0, 0, 0]);
    exif.extend([0, 0, 0, 0]);
    exif.extend(b"secret-place\0");
    exif
}

/// A JPEG with EXIF, a comment with a script, and an archive behind its end.
fn jpeg_with_much(orientation: u8) -> Vec<u8> {
    let plain = written(&two_halves(40, 20), ImageFormat::Jpeg);
    let mut content = plain[..2].to_vec();
    for (marker, data) in [(0xe1, exif(orientation)), (0xfe, b"<script>alert(1)</script>".to_vec())] {
        content.extend([0xff, marker]);
        content.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        content.extend(data);
    }
    content.extend(&plain[2..]);
    content.extend(b"PK\x03\x04 an archive");
    content
}

fn holds(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn nothing_but_the_picture_stays_and_it_stands_upright() {
    let sent = jpeg_with_much(6);
    assert!(["secret-place", "<script>", "PK\x03\x04"].iter().all(|text| holds(&sent, text)));
    let picture = renew(Kind::Jpeg, &sent).unwrap();
    assert_eq!((picture.kind, picture.size), (Kind::Jpeg, (20, 40)), "turned by a quarter");
    for text in ["secret-place", "Exif", "<script>", "PK\x03\x04"] {
        assert!(!holds(&picture.content, text), "{text}");
    }
    let image = image::load_from_memory(&picture.content).unwrap();
    // What was on the left is on top.
    assert!(is_red(image.get_pixel(10, 5)) && !is_red(image.get_pixel(10, 35)));
}

#[test]
fn a_png_keeps_its_palette_and_loses_its_texts() {
    let mut sent = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut sent, 4, 1);
    encoder.set_color(::png::ColorType::Indexed);
    encoder.set_depth(::png::BitDepth::Two);
    encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
    encoder.add_text_chunk("Comment".to_owned(), "<script>secret</script>".to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(&[0b0001_0001]).unwrap();
    sent.extend(b"<script>behind the end</script>");
    let picture = renew(Kind::Png, &sent).unwrap();
    assert!(holds(&sent, "<script>") && !holds(&picture.content, "<script>"));
    let reader = ::png::Decoder::new(Cursor::new(&picture.content)).read_info().unwrap();
    assert_eq!(reader.info().color_type, ::png::ColorType::Indexed);
    let image = image::load_from_memory(&picture.content).unwrap();
    assert!(is_red(image.get_pixel(0, 0)) && !is_red(image.get_pixel(1, 0)));
}

#[test]
fn a_gif_keeps_moving() {
    let mut sent = Vec::new();
    {
        let mut encoder = ::gif::Encoder::new(&mut sent, 2, 1, &[255, 0, 0, 0, 0, 255]).unwrap();
        encoder.set_repeat(::gif::Repeat::Infinite).unwrap();
        encoder.write_raw_extension(::gif::AnyExtension(0xfe), &[b"<script>"]).unwrap();
        for indices in [vec![0, 1], vec![1, 0]] {
            let mut frame = ::gif::Frame::from_indexed_pixels(2, 1, indices, None);
            frame.delay = 7;
            encoder.write_frame(&frame).unwrap();
        }
    }
    sent.extend(b"<script>behind the end</script>");
    let picture = renew(Kind::Gif, &sent).unwrap();
    assert!(holds(&sent, "<script>") && !holds(&picture.content, "<script>"));
    let mut options = ::gif::DecodeOptions::new();
    options.set_color_output(::gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(Cursor::new(&picture.content)).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        frames.push((frame.delay, frame.buffer[..4].to_vec()));
    }
    assert_eq!(frames, [(7, vec![255, 0, 0, 255]), (7, vec![0, 0, 255, 255])]);
    assert_eq!(decoder.repeat(), ::gif::Repeat::Infinite);
}

#[test]
fn a_webp_stays_without_loss_and_a_lossy_one_becomes_a_jpeg() {
    let picture = renew(Kind::WebP, &written(&two_halves(40, 20), ImageFormat::WebP)).unwrap();
    assert_eq!((picture.kind, picture.size), (Kind::WebP, (40, 20)));
    // The smallest lossy WebP.
    let lossy = b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0\x02\0\x34\x25\xa4\0\x03\x70\0\xfe\xfb\x94\0\0";
    let picture = renew(Kind::WebP, lossy).unwrap();
    assert_eq!((picture.kind, picture.size), (Kind::Jpeg, (1, 1)));
    assert!(picture.content.starts_with(b"\xff\xd8\xff"));
}

#[test]
fn transparency_and_depth_are_kept() {
    let image: DynamicImage = ImageBuffer::from_pixel(3, 3, Rgba([1_u8, 2, 3, 77])).into();
    for (kind, format) in [(Kind::Png, ImageFormat::Png), (Kind::WebP, ImageFormat::WebP)] {
        let picture = renew(kind, &written(&image, format)).unwrap();
        assert_eq!(image::load_from_memory(&picture.content).unwrap().get_pixel(1, 1), Rgba([1, 2, 3, 77]));
        let smaller = smaller(kind, &picture.pixels.unwrap(), &[2]).unwrap();
        assert_eq!(image::load_from_memory(&smaller[0]).unwrap().get_pixel(1, 1)[3], 77);
    }
    let deep: DynamicImage = ImageBuffer::from_pixel(3, 3, Rgb([1_u16, 2, 65_535])).into();
    let picture = renew(Kind::Png, &written(&deep, ImageFormat::Png)).unwrap();
    assert_eq!(image::load_from_memory(&picture.content).unwrap().color(), image::ColorType::Rgb16);
}

#[test]
fn colour_profiles_that_fit_are_kept() {
    let mut profile = vec![0; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    profile[36..40].copy_from_slice(b"acsp");
    for fits in [true, false] {
        profile[16..20].copy_from_slice(if fits { b"RGB " } else { b"CMYK" });
        let image = two_halves(20, 20);
        let mut sent = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut sent, 90);
        encoder.set_icc_profile(profile.clone()).unwrap();
        encoder.write_image(image.as_bytes(), 20, 20, image.color().into()).unwrap();
        let picture = renew(Kind::Jpeg, &sent).unwrap();
        assert_eq!(holds(&picture.content, "acsp"), fits);
        let small = smaller(Kind::Jpeg, &picture.pixels.unwrap(), &[10]).unwrap();
        assert_eq!(holds(&small[0], "acsp"), fits);
    }
}

#[test]
fn smaller_versions_keep_the_shape() {
    let picture = renew(Kind::Jpeg, &written(&two_halves(1000, 333), ImageFormat::Jpeg)).unwrap();
    let pixels = picture.pixels.unwrap();
    let files = smaller(Kind::Jpeg, &pixels, &[240, 480, 960]).unwrap();
    let sizes: Vec<(u32, u32)> =
        files.iter().map(|file| image::load_from_memory(file).unwrap().dimensions()).collect();
    assert_eq!(sizes, [(240, 80), (480, 160), (960, 320)]);
    let thin = renew(Kind::Png, &written(&two_halves(1000, 1), ImageFormat::Png)).unwrap();
    let thin = smaller(Kind::Png, &thin.pixels.unwrap(), &[240]).unwrap();
    assert_eq!(image::load_from_memory(&thin[0]).unwrap().dimensions(), (240, 1));
}

/// The beginning of a PNG of this size, and a little more.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut content = Vec::new();
    let encoder = ::png::Encoder::new(&mut content, width, height);
    drop(encoder.write_header().unwrap());
    content
}

#[test]
fn what_is_too_large_or_damaged_is_refused_at_once() {
    for (kind, content, word) in [
        (Kind::Png, png_header(10_000, 10_000), "pixels"),
        (Kind::Png, png_header(12_001, 1), "pixels"),
        (Kind::Png, png_header(u32::MAX >> 1, u32::MAX >> 1), ""),
        (Kind::Png, png_header(10, 10), "damaged"),
        (Kind::Png, b"\x89PNG\r\n\x1a\n".to_vec(), "damaged"),
        (Kind::Jpeg, b"\xff\xd8\xff<html><script>alert(1)</script>".to_vec(), "damaged"),
        (Kind::Gif, b"GIF89a/*<svg/onload=alert(1)>*/=1;".to_vec(), ""),
        (Kind::WebP, b"RIFF\x04\0\0\0WEBP".to_vec(), "damaged"),
    ] {
        let message = renew(kind, &content).unwrap_err();
        assert!(message.contains(word), "{kind:?}: {message}");
    }
    let mut cut = written(&two_halves(400, 400), ImageFormat::Png);
    cut.truncate(cut.len() / 2);
    assert!(renew(Kind::Png, &cut).is_err());
}

#[test]
fn a_gif_of_endless_frames_is_refused() {
    let mut sent = Vec::new();
    {
        let mut encoder = ::gif::Encoder::new(&mut sent, 3000, 3000, &[0, 0, 0]).unwrap();
        // All of one colour: a few kilobytes for nine million pixels.
        let frame = ::gif::Frame::from_indexed_pixels(3000, 3000, vec![0; 9_000_000], None);
        for _ in 0..30 {
            encoder.write_frame(&frame).unwrap();
        }
    }
    assert!(sent.len() < 2_000_000, "{}", sent.len());
    assert!(renew(Kind::Gif, &sent).unwrap_err().contains("frames"));
}

#[test]
fn what_moves_but_is_no_gif_is_refused() {
    let mut sent = Vec::new();
    {
        let mut encoder = ::png::Encoder::new(&mut sent, 1, 1);
        encoder.set_animated(2, 0).unwrap();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[0]).unwrap();
        writer.write_image_data(&[1]).unwrap();
    }
    assert_eq!(renew(Kind::Png, &sent).unwrap_err(), MOVES);
}

#[tokio::test]
async fn a_decoder_that_panics_is_the_pictures_fault() {
    assert_eq!(bounded(|| 7).await.unwrap(), Some(7));
    let panicked = bounded(|| if std::hint::black_box(true) { panic!("a decoder") } else { 7 }).await;
    assert_eq!(panicked.unwrap(), None);
}
