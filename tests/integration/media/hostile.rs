//! Uploads that mean no good.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use entity::media;
use harness::{TestSite, visitor::multipart};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::{assert_nothing_is_there, desk, holds, jpeg, png, stored};

const SVG: &[u8] =
    b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

/// A PNG whose head says another size than it has.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut content = png(10, 10);
    content[16..20].copy_from_slice(&width.to_be_bytes());
    content[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&content[12..29]);
    content[29..33].copy_from_slice(&crc.to_be_bytes());
    content
}

/// As PNG's chunks have it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// A GIF of 65,535 × 65,535 pixels in a few bytes.
fn gif_bomb() -> Vec<u8> {
    let mut gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    gif.extend(b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0\x3b");
    gif
}

#[tokio::test]
async fn what_is_not_what_it_says_or_too_much_is_refused_and_leaves_nothing() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let script = b"\xff\xd8\xff\xe0<html><script>alert(1)</script>".to_vec();
    let mut cut = jpeg(200, 200);
    cut.truncate(300);
    for (name, content, word) in [
        ("drawing.svg", SVG.to_vec(), "SVG"),
        ("drawing.png", SVG.to_vec(), "SVG"),
        ("page.html", b"<!doctype html><script>alert(1)</script>".to_vec(), "Only pictures"),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>".to_vec(), "Only pictures"),
        ("archive.png", b"PK\x03\x04 an archive".to_vec(), "Only pictures"),
        ("program.gif", b"MZ\x90\0".to_vec(), "Only pictures"),
        ("script.jpg", script, "damaged"),
        ("script.gif", b"GIF89a/*<svg/onload=alert(1)>*/=alert(1)//;".to_vec(), ""),
        ("picture.jpg", png(30, 20), "PNG"),
        ("picture.png", jpeg(30, 20), "JPEG"),
        ("picture.png.exe", png(30, 20), ".exe"),
        ("picture.html", png(30, 20), ".html"),
        ("paper.png", b"%PDF-1.7\n".to_vec(), "PDF"),
        ("huge.png", claiming(10_000, 10_000), "pixels"),
        ("wide.png", claiming(12_001, 10), "pixels"),
        ("endless.png", claiming(0x7fff_ffff, 0x7fff_ffff), ""),
        ("flat.png", claiming(10, 0), ""),
        ("bomb.gif", gif_bomb(), "pixels"),
        ("cut.jpg", cut, ""),
        ("empty.png", Vec::new(), "empty"),
        ("picture.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X".to_vec(), ""),
    ] {
        let answer = ada.upload(&[(name, &content)]).await;
        // A picture that breaks off may be shown as far as it goes: then it is a whole one here.
        if name == "cut.jpg" && answer.status == 201 {
            let id = answer.json()["files"][0]["id"].clone();
            ada.post(&format!("/admin/media/{id}/delete"), &[("confirmed", "1")]).await.expect(303);
            continue;
        }
        let told = answer.expect(422).json();
        assert_eq!(told["files"].as_array().unwrap().len(), 0, "{name}: {told}");
        assert_eq!(told["errors"][0]["filename"], name);
        let message = told["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(word), "{name}: {message}");
        assert_nothing_is_there(&site, name).await;
    }
    site.end().await;
}

#[tokio::test]
async fn of_a_polyglot_nothing_but_the_picture_stays() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let plain = jpeg(40, 30);
    let comment = b"<script>alert(document.domain)</script>";
    let mut jpeg = plain[..2].to_vec();
    jpeg.extend([0xff, 0xfe, 0, u8::try_from(comment.len() + 2).unwrap()]);
    jpeg.extend(comment);
    jpeg.extend(&plain[2..]);
    jpeg.extend(b"PK\x03\x04<html><script>alert(1)</script>");
    let mut page = png(40, 30);
    page.extend(b"<html><script>alert(2)</script>");
    for (name, content, content_type) in [("a.jpg", jpeg, "image/jpeg"), ("b.png", page, "image/png")] {
        assert!(holds(&content, "<script>"));
        let told = ada.upload(&[(name, &content)]).await.expect(201).json();
        let file = site.get(told["files"][0]["url"].as_str().unwrap()).await.expect(200);
        assert!(!holds(&file.bytes, "script") && !holds(&file.bytes, "PK\x03\x04"), "{name}");
        assert_eq!(file.header("content-type"), content_type);
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.header("content-security-policy").contains("sandbox"));
        assert_eq!(image::load_from_memory(&file.bytes).unwrap().width(), 40);
    }
    site.end().await;
}

#[tokio::test]
async fn a_pdf_is_a_download_in_a_sandbox() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let paper = b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n%%EOF";
    let told = ada.upload(&[("paper.pdf", paper)]).await.expect(201).json();
    let file = &told["files"][0];
    assert_eq!(file["markdown"], format!("[paper.pdf]({})", file["url"].as_str().unwrap()));
    let answer = site.get(file["url"].as_str().unwrap()).await.expect(200);
    assert_eq!(answer.header("content-disposition"), "attachment");
    assert!(answer.header("content-security-policy").contains("sandbox"));
    assert_eq!(answer.bytes, paper);
    site.end().await;
}

#[tokio::test]
async fn a_name_says_nothing_about_where_a_file_is() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let (long, cut) = (format!("{}.png", "x".repeat(300)), format!("{}.png", "x".repeat(120)));
    for (number, (sent, shown)) in [
        ("../../../etc/cron.d/boat.png", "boat.png"),
        ("..%2f..%2fboat.png", "..%2f..%2fboat.png"),
        ("C:/boats/boat.png", "boat.png"),
        ("a\tb\u{202e}c.png", "abc.png"),
        ("<script>alert(1)</script>.png", "script>.png"),
        (long.as_str(), cut.as_str()),
        ("=cmd|' !A0.png", "=cmd|' !A0.png"),
        ("boat", "boat.png"),
    ]
    .into_iter()
    .enumerate()
    {
        let content = png(20 + u32::try_from(number).unwrap(), 20);
        let answer = ada.upload(&[(sent, &content)]).await.expect(201);
        let name = answer.json()["files"][0]["filename"].as_str().unwrap().to_owned();
        assert_eq!(name.trim_start_matches(".."), shown.trim_start_matches(".."), "{sent}");
    }
    for key in stored(&site).await {
        let (folder, name) = key.split_once('/').unwrap();
        assert!(folder.len() == 2 && name.starts_with(folder) && name.ends_with(".png"), "{key}");
    }
    // In pages they are text.
    let list = ada.get("/admin/media").await.expect(200);
    assert_eq!(list.attributes("main script", "src"), [""; 0]);
    site.end().await;
}

#[tokio::test]
async fn the_good_ones_of_several_are_taken() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let (one, two, large) = (png(30, 20), jpeg(30, 20), vec![0xff; 20 * 1024 * 1024 + 1]);
    let files: [(&str, &[u8]); 4] =
        [("one.png", &one), ("drawing.svg", SVG), ("large.jpg", &large), ("two.jpg", &two)];
    let told = ada.upload(&files).await.expect(201).json();
    let names = |part: &str| -> Vec<String> {
        let part = told[part].as_array().unwrap().iter();
        part.map(|file| file["filename"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("files"), ["one.png", "two.jpg"]);
    assert_eq!(names("errors"), ["drawing.svg", "large.jpg"]);
    assert!(told["errors"][1]["message"].as_str().unwrap().contains("20 MiB"), "{told}");

    let many: Vec<Vec<u8>> = (0..21).map(|number| png(40 + number, 9)).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|content| ("many.png", content.as_slice())).collect();
    let told = ada.upload(&many).await.expect(201).json();
    assert_eq!(told["files"].as_array().unwrap().len(), 20);
    assert!(told["errors"][0]["message"].as_str().unwrap().contains("At most 20"), "{told}");
    site.end().await;
}

#[tokio::test]
async fn a_request_that_is_too_large_or_no_form_is_refused() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let cookie = ada.cookie().unwrap();
    let head = |length: u64, media_type: &str| {
        format!("Host: x\r\nCookie: {cookie}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n")
    };
    let large = head(300 * 1024 * 1024, "multipart/form-data; boundary=x");
    let answer = site.raw_with_body("POST /admin/media/upload", &large, "--x").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    for (media_type, body, status) in [
        ("application/json", "{}", "415"),
        ("multipart/form-data", "--x", "400"),
        ("multipart/form-data; boundary=x", "nonsense", "400"),
    ] {
        let head = head(body.len() as u64, media_type);
        let answer = site.raw_with_body("POST /admin/media/upload", &head, body).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{media_type}: {answer}");
    }
    assert_nothing_is_there(&site, "refused").await;
    site.end().await;
}

/// Sends the first part of an upload and hangs up.
async fn hang_up(site: &TestSite, cookie: &str, body: &[u8], sent: usize) {
    let (_, media_type) = multipart(&[], "");
    let head = format!(
        "POST /admin/media/upload HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nAccept: application/json\r\n\
         Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (address, part) = (site.origin.trim_start_matches("http://").to_owned(), body[..sent].to_vec());
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&part).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        // The site notices and closes its side.
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok();
        answer
    };
    let answer = tokio::task::spawn_blocking(exchange).await.unwrap();
    assert!(!answer.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn of_a_request_that_is_cut_off_nothing_stays_not_even_the_files_that_had_arrived() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let (one, two) = (png(300, 200), png(301, 200));
    let (body, _) = multipart(&[("one.png", &one), ("two.png", &two)], "");
    for sent in [0, 50, one.len() / 2, one.len() + 400, body.len() - 3] {
        hang_up(&site, &ada.cookie().unwrap(), &body, sent).await;
        assert_nothing_is_there(&site, &format!("{sent} of {} bytes", body.len())).await;
    }
    // Sent as a whole it is taken.
    ada.upload(&[("one.png", &one), ("two.png", &two)]).await.expect(201);
    assert_eq!(media::Entity::find().count(site.db.write()).await.unwrap(), 2);
    assert_eq!(stored(&site).await.len(), 4);
    site.end().await;
}
