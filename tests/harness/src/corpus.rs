//! `tests/payloads/xss.txt`, and a site that holds it in every text that anybody can write.

use std::collections::{BTreeSet, HashMap};

use entity::{
    comment::CommentStatus,
    course, media, post, post_revision, student,
    user::{self, Role},
};
use lectern::{
    comments::{
        judge::Verdict,
        queries::{self as comments, NewComment},
    },
    content,
    posts::save::{self, Draft},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, TransactionTrait};
use serde_json::json;

use crate::{TestSite, build::day};

const FILE: &str = include_str!("../../payloads/xss.txt");
/// Authors of the site of [`furnish`].
const AUTHORS: usize = 20;

/// The payloads, in the file's order.
pub fn payloads() -> Vec<String> {
    let lines = FILE.lines().skip_while(|line| !line.starts_with("%%"));
    lines.filter(|line| !line.is_empty() && !line.starts_with("%%")).map(decoded).collect()
}

/// Pictures of control characters become these, `{U+202E}` the character.
fn decoded(line: &str) -> String {
    let control = |c: char| match u32::from(c) {
        picture @ 0x2401..=0x241f => char::from_u32(picture - 0x2400).unwrap(),
        _ => c,
    };
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{U+") {
        let (number, after) = after.split_once('}').unwrap();
        text.extend(before.chars().map(control));
        text.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
        rest = after;
    }
    text.extend(rest.chars().map(control));
    text
}

/// All payloads in texts of at most `length` characters; one that is longer is cut.
pub fn packed(length: usize) -> Vec<String> {
    let mut packed: Vec<String> = Vec::new();
    for payload in payloads() {
        let count = payload.chars().count();
        match packed.last_mut() {
            Some(last) if last.chars().count() + count < length => {
                last.push(' ');
                last.push_str(&payload);
            }
            _ => packed.push(payload.chars().take(length).collect()),
        }
    }
    packed
}

/// Each payload rendered by itself, and all of it together: what one leaves open does not hide the next.
pub fn rendered(payloads: &[String]) -> String {
    payloads.iter().map(|payload| content::render(payload).html).collect::<Vec<_>>().join("\n")
}

/// What [`furnish`] made.
#[derive(Debug)]
pub struct Corpus {
    /// Posts, published.
    pub posts: Vec<i64>,
    /// Their slugs.
    pub slugs: Vec<String>,
    /// The course that every eighth of them is a lesson of.
    pub course_slug: String,
}

/// Makes an admin `root`, and rows of which every text is of the corpus, whatever forms would say to it: all payloads are
/// titles, summaries, tags, texts, names, bios, alternative texts, names of files, courses and old versions.
pub async fn furnish(site: &TestSite) -> Corpus {
    site.user("root", Role::Admin).await;
    let all = payloads();
    for key in ["title", "description"] {
        site.build().setting(key, json!(packed(300)[0])).await;
    }
    site.build().setting("language", json!("en\"><img src=x onerror=alert(1)>")).await;
    site.build().setting("posts_per_page", json!(100)).await;
    let transaction = site.db.begin().await.unwrap();

    let names = packed(80);
    let bios: Vec<String> = all.chunks(all.len().div_ceil(AUTHORS)).map(|part| part.join(" ")).collect();
    let user = |at: usize| user::ActiveModel {
        username: Set(format!("{at}{}", &visible(&names[at % names.len()], 30))),
        email: Set(format!("{at}{}", visible(&names[at % names.len()], 80))),
        display_name: Set(names[at % names.len()].clone()),
        bio: Set(bios[at % bios.len()].clone()),
        role: Set(Role::Author),
        is_active: Set(true),
        created_at: Set(day(1)),
        updated_at: Set(day(1)),
        ..Default::default()
    };
    let mut authors = Vec::new();
    for at in 0..AUTHORS {
        authors.push(user(at).insert(&transaction).await.unwrap().id);
    }

    let (titles, summaries, tags) = (packed(200), packed(500), packed(50));
    let texts: Vec<&[String]> = all.chunks(all.len().div_ceil(titles.len())).collect();
    let tags: Vec<String> = tags.into_iter().filter(|name| save::tag_slug(name).is_some()).collect();
    let drafts: Vec<Draft> = (0..titles.len())
        .map(|at| {
            let text = texts.get(at).copied().unwrap_or_default();
            let content = text.join("\n\n");
            let mut rendered = content::render(&content);
            rendered.html.push_str(&self::rendered(text));
            let per_post = tags.len().div_ceil(titles.len());
            Draft {
                title: titles[at].clone(),
                slug: format!("{at}{}", visible(&titles[at], 150)),
                content,
                rendered,
                summary: summaries[at % summaries.len()].clone(),
                lead: None,
                status: post::PostStatus::Published,
                published_at: Some(day(at as i64 + 1)),
                pinned: false,
                tags: tags.iter().skip(at * per_post).take(per_post).cloned().collect(),
                extra: json!({ "authors": [names[at % names.len()]] }),
                user_id: authors[at % AUTHORS],
            }
        })
        .collect();
    for drafts in drafts.chunks(50) {
        save::insert_many(&transaction, drafts, day(1)).await.unwrap();
    }
    let slugs: Vec<String> = drafts.iter().map(|draft| draft.slug.clone()).collect();
    transaction.commit().await.unwrap();
    let posts = hang_covers(site).await;
    let course_slug = teach(site, &posts).await;
    keep(site, &posts, authors[0]).await;
    talk(site, &posts).await;
    Corpus { posts, slugs, course_slug }
}

/// Rows of [`gather`], each with all payloads in it.
#[derive(Debug)]
pub struct Gathered {
    /// A published post, its comments and its old versions: its id.
    pub post: i64,
    /// Its slug.
    pub slug: String,
    /// The id of one of its old versions.
    pub revision: i64,
    /// A draft with the preview link's key [`PREVIEW_KEY`].
    pub draft: i64,
    /// A post in the trash.
    pub trashed: i64,
    /// The slug of a page that is no post.
    pub page: String,
}

/// The key of the preview link of [`Gathered::draft`].
pub const PREVIEW_KEY: &str = "a-key-of-the-corpus";

/// Puts all payloads together into a row of each kind, so that few pages show them all. To be called after [`furnish`].
pub async fn gather(site: &TestSite) -> Gathered {
    let all = payloads();
    let (content, html) = (all.join("\n\n"), rendered(&all));
    let root = user::Entity::find().filter(user::Column::Username.eq("root")).one(site.db.write()).await;
    let root = root.unwrap().unwrap().id;
    let mut posts = Vec::new();
    for (name, status, key) in [
        ("gathered", post::PostStatus::Published, None),
        ("gathered-draft", post::PostStatus::Draft, Some(PREVIEW_KEY)),
        ("gathered-trash", post::PostStatus::Trashed, None),
    ] {
        let id = site
            .build()
            .post(root, "Gathered")
            .slug(name)
            .tags(&packed(50)[..40].iter().map(String::as_str).collect::<Vec<_>>())
            .save()
            .await;
        let change = post::ActiveModel {
            id: Set(id),
            title: Set(packed(200)[0].clone()),
            summary: Set(packed(500)[0].clone()),
            excerpt: Set(packed(500)[0].clone()),
            content: Set(content.clone()),
            html: Set(html.clone()),
            cover: Set(format!("/media/{}", packed(290)[0])),
            cover_alt: Set(packed(500)[0].clone()),
            status: Set(status),
            trashed_at: Set((status == post::PostStatus::Trashed).then(|| day(1))),
            preview_key: Set(key.map(str::to_owned)),
            ..Default::default()
        };
        change.update(site.db.write()).await.unwrap();
        posts.push(id);
    }
    let post_id = posts[0];
    for (body, name) in packed(2_000).iter().zip(packed(80)) {
        site.build().comment(post_id, &name, body, CommentStatus::Approved, None).await;
    }
    let mut revision = 0;
    for (kind, tab) in [
        (post_revision::RevisionKind::Saved, None),
        (post_revision::RevisionKind::Autosave, Some("t".to_owned())),
    ] {
        let row = post_revision::ActiveModel {
            post_id: Set(Some(post_id)),
            user_id: Set(Some(root)),
            kind: Set(kind),
            tab: Set(tab),
            base: Set(String::new()),
            title: Set(packed(200)[1].clone()),
            content: Set(format!("Another text.\n\n{content}")),
            fields: Set(json!({
                "summary": packed(500)[0],
                "tags": packed(500)[0],
                "cover": format!("/media/{}", packed(290)[1]),
                "cover_alt": packed(500)[0],
                "status": packed(500)[0],
            })),
            created_at: Set(day(1)),
            updated_at: Set(day(1)),
            ..Default::default()
        };
        let id = row.insert(site.db.write()).await.unwrap().id;
        if kind == post_revision::RevisionKind::Saved {
            revision = id;
        }
    }
    let page = site.build().page(&packed(200)[0], "gathered-page", true).await;
    let change = entity::page::ActiveModel {
        id: Set(page),
        summary: Set(packed(500)[0].clone()),
        content: Set(content),
        html: Set(html),
        ..Default::default()
    };
    change.update(site.db.write()).await.unwrap();
    Gathered {
        post: post_id,
        slug: "gathered".to_owned(),
        revision,
        draft: posts[1],
        trashed: posts[2],
        page: "gathered-page".to_owned(),
    }
}

/// Without what no address may have.
fn visible(text: &str, length: usize) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\')).take(length).collect()
}

/// Gives every post a cover that is none, and gives the posts' ids.
async fn hang_covers(site: &TestSite) -> Vec<i64> {
    let (addresses, alts) = (packed(290), packed(500));
    let rows = post::Entity::find().all(site.db.write()).await.unwrap();
    let mut ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    let transaction = site.db.begin().await.unwrap();
    for (at, id) in ids.iter().enumerate() {
        let prefix = if at % 2 == 0 { "/media/" } else { "" };
        let change = post::ActiveModel {
            id: Set(*id),
            cover: Set(format!("{prefix}{}", addresses[at % addresses.len()])),
            cover_alt: Set(alts[at % alts.len()].clone()),
            ..Default::default()
        };
        change.update(&transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    ids
}

/// A course of some posts, its description all payloads; and a student.
async fn teach(site: &TestSite, posts: &[i64]) -> String {
    let lessons: Vec<i64> = posts.iter().step_by(8).copied().collect();
    let id = site.build().course("Course", &lessons).await;
    let all = payloads();
    let slug = visible(&packed(80)[1], 70);
    let change = course::ActiveModel {
        id: Set(id),
        name: Set(packed(80)[0].clone()),
        slug: Set(slug.clone()),
        summary: Set(packed(500)[0].clone()),
        description: Set(all.join("\n\n")),
        html: Set(rendered(&all)),
        ..Default::default()
    };
    change.update(site.db.write()).await.unwrap();
    let student = site.build().student("Student").await;
    let change = student::ActiveModel {
        id: Set(student),
        name: Set(packed(80)[2].clone()),
        email: Set(Some(packed(254)[1].clone())),
        ..Default::default()
    };
    change.update(site.db.write()).await.unwrap();
    slug
}

/// Comments: every payload as a text, as a name and as an address, on posts of each kind of page.
async fn talk(site: &TestSite, posts: &[i64]) {
    let owners: HashMap<i64, i64> = post::Entity::find()
        .all(site.db.write())
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.id, row.user_id))
        .collect();
    let (names, addresses) = (packed(80), packed(250));
    let transaction = site.db.begin().await.unwrap();
    for (at, payload) in payloads().iter().enumerate() {
        let post_id = posts[at / 19 * 3 % posts.len()];
        let status = match at % 8 {
            7 => CommentStatus::Pending,
            _ => CommentStatus::Approved,
        };
        let new = NewComment {
            post_id,
            owner_id: owners[&post_id],
            answers: None,
            user_id: None,
            author_name: names[at % names.len()].clone(),
            author_email: addresses[at % addresses.len()].clone(),
            key_hash: None,
            sent_hash: format!("{at:064}"),
            text_hash: format!("{at:064}"),
            body: payload.clone(),
            rendered: content::render_comment(&format!("{payload}\n\n> {payload}\n\n[{payload}](x)")),
            verdict: Verdict { status, reason: names[(at + 1) % names.len()].clone() },
        };
        comments::insert(&transaction, new).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// Files and old versions.
async fn keep(site: &TestSite, posts: &[i64], user_id: i64) {
    let (names, alts) = (packed(255), packed(500));
    let transaction = site.db.begin().await.unwrap();
    for (at, name) in names.iter().enumerate() {
        let row = media::ActiveModel {
            filename: Set(name.clone()),
            content_type: Set("image/png".to_owned()),
            size: Set(1),
            sha256: Set(format!("{at:064x}")),
            width: Set(Some(1)),
            height: Set(Some(1)),
            alt: Set(alts[at % alts.len()].clone()),
            user_id: Set(Some(user_id)),
            created_at: Set(day(1)),
            ..Default::default()
        };
        row.insert(&transaction).await.unwrap();
    }
    let all = payloads();
    for (at, part) in all.chunks(all.len().div_ceil(20)).enumerate() {
        let row = post_revision::ActiveModel {
            post_id: Set(Some(posts[at / 4])),
            user_id: Set(Some(user_id)),
            kind: Set(post_revision::RevisionKind::Saved),
            tab: Set(None),
            base: Set(String::new()),
            title: Set(packed(200)[at].clone()),
            content: Set(part.join("\n\n")),
            fields: Set(json!({ "summary": part[0], "tags": part[1] })),
            created_at: Set(day(at as i64)),
            updated_at: Set(day(at as i64)),
            ..Default::default()
        };
        row.insert(&transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    // Tags got slugs of their names, which are harmless: these are not.
    let tags = entity::tag::Entity::find().all(site.db.write()).await.unwrap();
    let transaction = site.db.write().begin().await.unwrap();
    let texts: BTreeSet<String> = packed(45).iter().map(|text| visible(text, 40)).collect();
    for (tag, text) in tags.iter().zip(&texts) {
        let slug = Set(format!("{}{text}", tag.id));
        let change = entity::tag::ActiveModel { id: Set(tag.id), slug, ..Default::default() };
        change.update(&transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}
