//! Every payload through the feeds: well-formed whatever was written, and read back as it was written.

use entity::{post, tag, user};
use harness::{
    TestSite,
    corpus::{self, Corpus},
};
use lectern::web::links;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::strict;
use crate::feeds::{FILES, rules};

/// What XML can say of a text.
fn sayable(text: &str) -> String {
    let is_sayable =
        |c: char| c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}') || matches!(c, '\t' | '\n' | '\r');
    text.chars().map(|c| if is_sayable(c) { c } else { '\u{FFFD}' }).collect()
}

#[tokio::test]
async fn no_payload_breaks_a_feed_and_none_is_changed_by_it() {
    let site = TestSite::start().await;
    let Corpus { course_slug, .. } = corpus::furnish(&site).await;
    let posts = post::Entity::find().order_by_desc(post::Column::PublishedAt).order_by_desc(post::Column::Id);
    let posts = posts.all(site.db.read()).await.unwrap();
    let users =
        user::Entity::find().filter(user::Column::Role.eq(user::Role::Author)).all(site.db.read()).await;
    let tags = tag::Entity::find().all(site.db.read()).await.unwrap();
    let mut bases = vec![String::new(), links::course(&course_slug)];
    bases.extend(users.unwrap().iter().map(|user| links::author(&user.username)));
    bases.extend(tags.iter().step_by(7).map(|tag| links::tag(&tag.slug)));
    let mut seen_tags = 0;
    for base in &bases {
        for file in FILES {
            let path = format!("{base}/{file}");
            let answer = site.get(&path).await;
            let feed = rules::read(&answer);
            assert!(!feed.entries.is_empty(), "{path}");
            let said = |text: &str| if file == "feed.json" { text.to_owned() } else { sayable(text) };
            for entry in &feed.entries {
                let title = &entry.title;
                let post = posts.iter().find(|post| said(&post.title) == *title);
                assert!(post.is_some(), "{path}: {title:?} is no title");
                for name in &entry.tags {
                    assert!(tags.iter().any(|tag| said(&tag.name) == *name), "{path}: {name:?} is no tag");
                    seen_tags += 1;
                }
                // Of this site's addresses the judge knows the paths.
                let html = entry.html.replace(&format!("{}/", site.origin), "/");
                let faults = strict::prose(&html);
                assert!(faults.is_empty(), "{path}: {title}\n{}", faults.join("\n"));
            }
        }
    }
    assert!(seen_tags > 100);
    let newest: Vec<String> = posts.iter().take(20).map(|post| sayable(&post.title)).collect();
    assert_eq!(rules::read(&site.get("/feed.xml").await).titles(), newest);
    site.end().await;
}
