//! Whose a file is, and what the library shows.

use entity::media;
use harness::{Answer, TestSite, visitor::Visitor};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;

use super::{assert_nothing_is_there, desk, jpeg, png, stored};

/// Uploads one file and gives what is told of it.
async fn bring(visitor: &Visitor<'_>, name: &str, content: &[u8]) -> Value {
    visitor.upload(&[(name, content)]).await.expect(201).json()["files"][0].clone()
}

fn names(answer: &Answer) -> Vec<String> {
    answer.texts(".rows .is-first")
}

#[tokio::test]
async fn a_file_is_stored_once_and_everybody_has_a_row_of_their_own() {
    let site = desk().await;
    let (ada, bo) = (site.sign_in("ada").await, site.sign_in("bo").await);
    let content = jpeg(600, 400);
    let first = bring(&ada, "boat.jpg", &content).await;
    assert_eq!(first["content_type"], "image/jpeg");
    assert_eq!((&first["width"], &first["height"]), (&600.into(), &400.into()));
    assert_eq!(first["markdown"], format!("![]({})", first["url"].as_str().unwrap()));

    let again = bring(&ada, "another-name.jpg", &content).await;
    assert_eq!(again, first, "what was sent is known");
    let kept = site.get(first["url"].as_str().unwrap()).await.expect(200).bytes;
    assert_ne!(kept, content, "it was written anew");
    assert_eq!(bring(&ada, "third.jpg", &kept).await, first, "and what is stored too");

    let keys = stored(&site).await;
    let other = bring(&bo, "ship.jpg", &content).await;
    assert_eq!(other["url"], first["url"]);
    assert_ne!(other["id"], first["id"]);
    assert_eq!(other["filename"], "ship.jpg", "nothing of another's row is told");
    assert_eq!(stored(&site).await, keys);

    // Both may have it; the last one takes the file along.
    let delete = async |visitor: &Visitor<'_>, file: &Value| {
        let path = format!("/admin/media/{}/delete", file["id"]);
        visitor.post(&path, &[("confirmed", "1")]).await.expect(303);
    };
    delete(&ada, &first).await;
    assert_eq!(stored(&site).await, keys);
    site.get(other["url"].as_str().unwrap()).await.expect(200);
    delete(&bo, &other).await;
    site.get(other["url"].as_str().unwrap()).await.expect(404);
    assert_nothing_is_there(&site, "deleted").await;
    site.end().await;
}

#[tokio::test]
async fn the_same_file_many_times_at_once_is_one_row() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let content = png(500, 300);
    let files: Vec<(&str, &[u8])> = vec![("boat.png", &content); 3];
    let uploads = (0..4).map(|_| ada.upload(&files));
    for answer in futures_util::future::join_all(uploads).await {
        answer.expect(201);
    }
    assert_eq!(media::Entity::find().count(site.db.write()).await.unwrap(), 1);
    assert_eq!(stored(&site).await.len(), 3, "itself, 240 and 480 pixels wide");
    site.end().await;
}

#[tokio::test]
async fn an_author_has_to_do_with_their_own_files_only() {
    let site = desk().await;
    let (ada, bo, eve) = (site.sign_in("ada").await, site.sign_in("bo").await, site.sign_in("eve").await);
    let theirs = bring(&ada, "ada.png", &png(30, 20)).await;
    let own = bring(&bo, "bo.png", &png(31, 20)).await;

    assert_eq!(names(&bo.get("/admin/media").await.expect(200)), ["bo.png"]);
    assert_eq!(names(&eve.get("/admin/media").await.expect(200)), ["bo.png", "ada.png"]);
    let picked = async |visitor: &Visitor<'_>, query: &str| -> Vec<String> {
        let answer = visitor.get(&format!("/admin/media/pick{query}")).await.expect(200).json();
        let files = answer["files"].as_array().unwrap().iter();
        files.map(|file| file["filename"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(picked(&bo, "").await, ["bo.png"]);
    assert_eq!(picked(&eve, "").await, ["bo.png", "ada.png"], "newest first");
    assert_eq!(picked(&eve, "?q=ADA").await, ["ada.png"]);
    eve.get("/admin/media/pick?page=2").await.expect(404);
    eve.get("/admin/media/pick?page=x").await.expect(400);

    let id = theirs["id"].to_string();
    for path in [format!("/admin/media/{id}"), format!("/admin/media/{id}/delete")] {
        bo.get(&path).await.expect(404);
        bo.post(&path, &[("alt", "mine"), ("confirmed", "1")]).await.expect(404);
    }
    bo.get(&format!("/admin/media/describe?id={id}")).await.expect(404);
    let (alt, own_alt) = (format!("alt.{id}"), format!("alt.{}", own["id"]));
    bo.post("/admin/media/describe", &[(&alt, "mine")]).await.expect(404);
    let form = [(alt.as_str(), "mine"), (own_alt.as_str(), "A boat")];
    bo.post("/admin/media/describe", &form).await.expect(303);
    let actions = [("action", "delete"), ("id", id.as_str()), ("confirmed", "1")];
    bo.post("/admin/media/actions", &actions).await;
    let rows = media::Entity::find().filter(media::Column::Alt.eq("")).all(site.db.write()).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.filename.as_str()).collect::<Vec<_>>(), ["ada.png"]);
    site.end().await;
}

#[tokio::test]
async fn without_scripts_an_upload_leads_to_where_texts_are_asked_for() {
    let site = desk().await;
    let ada = site.sign_in("ada").await;
    let page = ada.get("/admin/media/new").await.expect(200);
    assert_eq!(page.attributes("input[type=file][multiple]", "name"), ["file"]);
    assert_eq!(page.attributes("form[enctype='multipart/form-data']", "action"), ["/admin/media/upload"]);

    let nothing = ada.upload_form(&[("", b"")]).await.expect(422);
    assert!(nothing.one(".complaints").contains("Choose at least one file"));
    let refused = ada.upload_form(&[("a.svg", b"<svg/>")]).await.expect(422);
    assert!(refused.one(".complaints").contains("a.svg"));

    let (one, two) = (png(30, 20), jpeg(30, 20));
    let files: [(&str, &[u8]); 4] =
        [("one.png", &one), ("a.svg", b"<svg/>"), ("two.jpg", &two), ("paper.pdf", b"%PDF-1.7")];
    let answer = ada.upload_form(&files).await.expect(303);
    let page = ada.get(&answer.header("location")).await.expect(200);
    assert_eq!(page.texts(".picture-name"), ["one.png", "two.jpg"], "a document needs none");
    assert!(page.one(".messages .is-error").contains("a.svg"));
    assert!(page.one(".messages [role=status]").contains("3 files"));

    let fields = page.attributes("textarea", "name");
    let long = "x".repeat(501);
    let form = [(fields[0].as_str(), long.as_str()), (fields[1].as_str(), "A boat at sea")];
    let again = ada.post("/admin/media/describe", &form).await.expect(422);
    assert!(again.texts("textarea")[1].contains("A boat at sea"), "what was typed is kept");
    let form = [(fields[0].as_str(), "  A boat\nin the harbour "), (fields[1].as_str(), "A boat at sea")];
    ada.post("/admin/media/describe", &form).await.expect(303);
    let list = ada.get("/admin/media").await.expect(200);
    assert!(list.one("[role=status]:not(.picked, .list-total)").contains("2 pictures"));
    assert!(list.text().contains("A boat in the harbour"));
    let history = ada.get(&format!("/admin/media/{}/history", &fields[0][4..])).await.expect(200);
    assert!(history.text().contains("A boat in the harbour"));
    site.end().await;
}

#[tokio::test]
async fn the_library_shows_what_is_there_and_what_wants_words() {
    let site = desk().await;
    let (ada, eve) = (site.sign_in("ada").await, site.sign_in("eve").await);
    bring(&ada, "small.png", &png(30, 20)).await;
    let file = bring(&ada, "large.jpg", &jpeg(600, 400)).await;
    bring(&ada, "paper.pdf", b"%PDF-1.7").await;
    let form = ada.get(&format!("/admin/media/{}", file["id"])).await.expect(200);
    assert!(form.one(".extra.is-warning").contains("no alternative text"));
    assert_eq!(form.attributes(".copied input", "value"), [file["url"].as_str().unwrap()]);
    assert_eq!(form.attributes(".extra-picture", "src").len(), 1);
    let changes = [("alt", "A boat"), ("filename", "x/y.exe")];
    ada.post(&format!("/admin/media/{}", file["id"]), &changes).await.expect(303);
    let form = ada.get(&format!("/admin/media/{}", file["id"])).await.expect(200);
    assert_eq!(form.texts(".extra.is-warning").len(), 0);
    assert_eq!(form.attributes("[name=filename]", "value"), ["y.jpg"]);

    let list = eve.get("/admin/media").await.expect(200);
    assert_eq!(names(&list), ["paper.pdf", "y.jpg", "small.png"]);
    let thumbnails = list.attributes(".thumbnail img", "src");
    assert!(thumbnails.len() == 2 && thumbnails[0].starts_with("/media/w240/"), "{thumbnails:?}");
    for thumbnail in thumbnails {
        site.get(&thumbnail).await.expect(200);
    }
    for (query, found) in [
        ("needs_alt=yes", &["small.png"][..]),
        ("content_type=application/pdf", &["paper.pdf"]),
        ("q=boat", &["y.jpg"]),
        ("content_type=image/gif", &[]),
    ] {
        let list = eve.get(&format!("/admin/media?{query}")).await.expect(200);
        assert_eq!(names(&list), found, "{query}");
    }
    let csv = eve.get("/admin/media/export.csv").await.expect(200).text();
    assert!(csv.lines().count() == 4 && csv.contains("y.jpg"), "{csv}");
    eve.post("/admin/media/new", &[("filename", "x")]).await.expect(415);
    site.end().await;
}

#[tokio::test]
async fn a_list_of_many_takes_as_many_statements_as_one_of_few() {
    let site = desk().await;
    let eve = site.sign_in("eve").await;
    let owner = site.build().author("owner").await;
    let mut counts = Vec::new();
    for number in 0..24 {
        site.build().file(owner, &format!("Boat {number}.png")).await;
        if number == 2 || number == 23 {
            for path in ["/admin/media", "/admin/media/pick"] {
                let before = site.db.statements();
                eve.get(path).await.expect(200);
                counts.push(site.db.statements() - before);
            }
        }
    }
    assert_eq!(counts[..2], counts[2..], "{counts:?}");
    site.end().await;
}

#[tokio::test]
async fn what_was_not_written_to_its_end_is_removed_at_a_start_once_it_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(25 * 60 * 60);
    let write = |name: &str, is_old: bool| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = std::fs::File::create(&path).unwrap();
        if is_old {
            file.set_modified(old).unwrap();
        }
        path
    };
    // As the store calls them; what is being written now, and what has another name, stay.
    let gone = [write("ab/boat.png#1", true), write("w480/ab/boat.png#12", true)];
    let kept = [write("ab/new.png#1", false), write("ab/boat.png", true), write("ab/a#b", true)];
    let site = TestSite::start_with_media(&format!("file://{}", folder.path().display())).await;
    for _ in 0..600 {
        if gone.iter().all(|path| !path.exists()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(gone.iter().all(|path| !path.exists()), "{gone:?}");
    assert!(kept.iter().all(|path| path.exists()), "{kept:?}");
    site.end().await;
}
