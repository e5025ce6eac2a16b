use super::*;
use std::fs;

const PDF: &[u8] = b"%PDF-1.7\n";

fn png(width: u8, height: u8) -> Vec<u8> {
    let mut data = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    data.extend([0, 0, 0, width, 0, 0, 0, height, 8, 6, 0, 0, 0, 0, 0, 0, 0]);
    data
}

/// A site: `content/` is imported, the rest lies around it.
fn site() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["content/post", "content/images", "content/static", "static", "secret"] {
        fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    for (file, width) in [
        ("content/post/a b.png", 1),
        ("content/post/a_b.png", 2),
        ("content/images/i.png", 3),
        ("content/static/s.png", 4),
        ("static/t.png", 5),
        ("secret/x.png", 6),
        ("outside.png", 7),
        ("content/post/caf\u{e9}.png", 8),
    ] {
        fs::write(dir.path().join(file), png(width, 9)).unwrap();
    }
    dir
}

fn collect(site: &tempfile::TempDir, body: &str) -> Collected {
    let places = Places::new(&site.path().join("content")).unwrap();
    let folder = places.root().join("post");
    places.collect(body, &folder, &mut Sha256::new())
}

#[test]
fn files_are_found_beside_the_post_and_in_the_site() {
    let site = site();
    for (body, reference, width) in [
        ("![](a%20b.png)", "a%20b.png", 1),
        ("![](<a b.png>)", "a b.png", 1),
        ("![](a\\_b.png)", "a\\_b.png", 2),
        ("<img src='./a_b.png?v=2#top'>", "./a_b.png?v=2", 2),
        ("[r]: ../images/i.png", "../images/i.png", 3),
        ("![](/images/i.png)", "/images/i.png", 3),
        ("![](/s.png)", "/s.png", 4),
        ("![](/t.png)", "/t.png", 5),
        ("![](cafe\u{301}.png)", "cafe\u{301}.png", 8),
    ] {
        let found = collect(&site, body);
        assert!(found.missing.is_empty(), "{body}: {:?}", found.missing);
        let asset = found.assets.first().unwrap();
        assert_eq!((asset.reference.as_str(), asset.width, asset.height), (reference, Some(width), Some(9)));
        assert_eq!((asset.kind, asset.size), (AssetKind::Png, 33));
        assert_eq!(asset.sha256.len(), 64);
    }
}

#[test]
fn nothing_outside_the_folders_is_taken() {
    let site = site();
    let outside = site.path().join("outside.png");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&outside, site.path().join("content/post/link.png")).unwrap();
        std::os::unix::fs::symlink(site.path().join("secret"), site.path().join("content/images/dir"))
            .unwrap();
    }
    for reference in [
        "../../outside.png",
        "..%2F..%2Foutside.png",
        "%2e%2e/%2e%2e/outside.png",
        "/../outside.png",
        "/../../secret/x.png",
        "link.png",
        "../images/dir/x.png",
        "../../static/t.png",
        "a%00.png",
        "nowhere.png",
        outside.to_str().unwrap(),
    ] {
        let found = collect(&site, &format!("![]({reference})"));
        assert!(found.assets.is_empty(), "{reference}");
    }
    assert_eq!(collect(&site, "![](nowhere.png) ![](nowhere.png#a)").missing, ["nowhere.png"]);
}

#[test]
fn other_sites_pages_and_code_are_no_assets() {
    let site = site();
    let found = collect(
        &site,
        "![](https://e.org/x.png) [](//e.org/x.png) [](mailto:a@b.png) [](data:image/png;base64,x.png)\n\
         [](other.md) [](/page/) [](#x.png) [](script.js) [](.png) `![](a_b.png)`\n",
    );
    assert!(found.assets.is_empty() && found.missing.is_empty(), "{found:?}");
}

#[test]
fn content_has_to_agree_with_the_name() {
    let site = site();
    let post = site.path().join("content/post");
    fs::write(post.join("ok.pdf"), PDF).unwrap();
    fs::write(post.join("ok.svg"), "<svg xmlns='x' viewBox='0 0 20 10'/>").unwrap();
    fs::write(post.join("page.svg"), "<html><script>alert(1)</script>").unwrap();
    fs::write(post.join("page.png"), "<html>").unwrap();
    fs::write(post.join("wrong.JPG"), png(1, 1)).unwrap();
    fs::write(post.join("empty.gif"), "").unwrap();
    fs::create_dir(post.join("folder.png")).unwrap();
    let huge = fs::File::create(post.join("huge.png")).unwrap();
    huge.set_len(MAX_ASSET + 1).unwrap();
    let body = "[](ok.pdf) ![](ok.svg) ![](page.svg) ![](page.png) ![](wrong.JPG) ![](empty.gif) ![](folder.png) ![](huge.png)";
    let found = collect(&site, body);
    let taken: Vec<_> = found.assets.iter().map(|a| (a.reference.as_str(), a.kind, a.width)).collect();
    assert_eq!(taken, [("ok.pdf", AssetKind::Pdf, None), ("ok.svg", AssetKind::Svg, Some(20))]);
    assert_eq!(found.missing.len(), 6);
    assert_eq!(found.missing.first().unwrap(), "page.svg (its content is not what its name says)");
    assert!(found.missing.contains(&"folder.png".to_owned()));
    assert_eq!(found.missing.last().unwrap(), "huge.png (larger than 20 MiB)");
}

#[test]
fn damaged_images_have_no_size_and_do_no_harm() {
    let kinds = [
        (AssetKind::Png, png(1, 1)),
        (
            AssetKind::Jpeg,
            b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\xff\xc0\0\x11\x08\0\x09\0\x07\x03\x01\x22\0\xff\xd9".to_vec(),
        ),
        (AssetKind::Gif, b"GIF89a\x01\0\x02\0\0\0\0".to_vec()),
        (AssetKind::WebP, b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
        (
            AssetKind::Avif,
            b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf\0\0\0\xffmeta\0\0\0\0\xff\xff\xff\xffiprp".to_vec(),
        ),
    ];
    for (kind, data) in kinds {
        assert!(kind.agrees_with(&data), "{kind:?}");
        for end in 0..data.len() {
            let _ = kind.measure(&data[..end]);
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = data.clone();
                changed[end] = byte;
                let _ = kind.measure(&changed);
            }
        }
    }
}
