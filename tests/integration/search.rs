//! Search: the same words find the same posts on every database, and the index keeps up with the posts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails must fail its test")]

use std::collections::BTreeSet;

use entity::{
    post::{self, PostStatus},
    post_word,
    user::Role,
};
use harness::{TestDatabase, TestSite, printed};
use lectern::{
    db::Db,
    search::{Document, Index, Query, clear, count, find, index, optimize, parse, put, put_many, remove},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait};

/// A post's words, without the post.
struct Text {
    id: i64,
    fields: [String; 3],
}

impl Text {
    fn document(&self) -> Document<'_> {
        let [title, summary, body] = &self.fields;
        Document { id: self.id, title, summary, body }
    }

    fn matches(&self, query: &Query) -> bool {
        query.matches(&self.fields.each_ref().map(String::as_str))
    }
}

/// A database with empty posts by one user, ids from 1.
struct Indexed {
    database: TestDatabase,
    db: Db,
}

impl Indexed {
    async fn with_posts(posts: i64) -> Self {
        let database = TestDatabase::create().await;
        let db = Db::connect(&database.url(), None).await.unwrap();
        migration::run::up(db.write()).await.unwrap();
        let now = "'2026-01-01 12:00:00'";
        let user = format!(
            "INSERT INTO users (id, username, email, display_name, bio, created_at, updated_at) \
             VALUES (1, 'ada', 'ada@example.org', 'Ada', '', {now}, {now})"
        );
        db.write().execute_unprepared(&user).await.unwrap();
        let rows: Vec<_> = (1..=posts)
            .map(|id| format!("({id}, '', '{id}', '', '', '', '', '[]', '{{}}', 1, {now}, {now})"))
            .collect();
        let posts = format!(
            "INSERT INTO posts (id, title, slug, content, html, summary, excerpt, toc, extra, user_id, created_at, \
             updated_at) \
             VALUES {}",
            rows.join(", ")
        );
        db.write().execute_unprepared(&posts).await.unwrap();
        Self { database, db }
    }

    fn write(&self) -> &DatabaseConnection {
        self.db.write()
    }

    async fn found(&self, query: &str) -> Vec<i64> {
        find(self.write(), Index::Posts, &parse(query).unwrap(), 100, 0).await.unwrap()
    }

    async fn end(self) {
        self.db.close().await.unwrap();
        self.database.drop().await;
    }
}

/// Words that collide after folding, share beginnings, are stop words or shorter than engines like, or need no spaces.
fn word() -> impl Strategy<Value = String> {
    let known = "a the The com de la be bee beer Café cafe CAFÉS naïve Straße strasse İstanbul ısı isi Iſi שָׁלוֹם שלום של \
        צה״ל ёлка елка ел Й 東京 東京都 京都 東 都 の ひらがな カタカナ ガ Rust言語 言語 한국어 한국 1 12 1.66 2026 x q z zz qx xz \
        wasm-bindgen can't can t foo_bar สวัสดี สวัส مُحَمَّد محمد ﷺ क कि AND or NOT NEAR 😀";
    let known: Vec<&str> = known.split_whitespace().collect();
    prop_oneof![
        8 => proptest::sample::select(known).prop_map(String::from),
        2 => "[a-cxqzé京東א-דя]{1,4}",
        1 => "[ab]{1,3}",
    ]
}

fn separator() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![" ", " ", " ", " ", "-", ". ", "", "\n", "、", "\u{0}", "'"])
}

fn text(words: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec((word(), separator()), 0..words)
        .prop_map(|parts| parts.into_iter().map(|(word, separator)| word + separator).collect())
}

fn query() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        5 => word(),
        2 => text(4).prop_map(|text| format!("\"{text}\"")),
        1 => word().prop_map(|word| format!("-{word}")),
        1 => text(3).prop_map(|text| format!("-\"{text}\"")),
    ];
    proptest::collection::vec(term, 1..4).prop_map(|terms| terms.join(" "))
}

/// Always the same samples: a failure is there again in the next run. Another `LECTERN_TEST_SEED` gives others.
fn runner() -> TestRunner {
    let seed = std::env::var("LECTERN_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

fn sample<T: std::fmt::Debug>(runner: &mut TestRunner, strategy: impl Strategy<Value = T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

fn texts(runner: &mut TestRunner, ids: std::ops::RangeInclusive<i64>) -> Vec<Text> {
    ids.map(|id| Text { id, fields: [text(4), text(6), text(25)].map(|text| sample(runner, text)) }).collect()
}

/// Asserts that the database finds what the meaning of the query says; gives the number back.
async fn agrees(db: &impl ConnectionTrait, texts: &[Text], input: &str) -> usize {
    let Some(query) = parse(input) else { return 0 };
    let expected: Vec<i64> = texts.iter().filter(|text| text.matches(&query)).map(|text| text.id).collect();
    let found =
        find(db, Index::Posts, &query, 10_000, 0).await.unwrap_or_else(|error| panic!("{input:?}: {error}"));
    let mut sorted = found.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{input:?} {query:?}");
    // The same, where there are said to be so many that they are ranked or even looked for in another way.
    for total in [2_001, 1_000_000] {
        let many = index::find_of(db, Index::Posts, &query, total, 10_000, 0).await.unwrap();
        if db.get_database_backend() == DbBackend::Postgres {
            assert_eq!(many, found, "{input:?} {query:?}");
        } else {
            let in_title =
                |id: &i64| texts.iter().any(|text| text.id == *id && query.matches(&[&text.fields[0]]));
            let mut best = expected.clone();
            best.sort_by_key(|id| (!in_title(id), std::cmp::Reverse(*id)));
            assert_eq!(many, best, "{input:?} {query:?}");
        }
    }
    assert_eq!(count(db, Index::Posts, &query).await.unwrap(), expected.len() as u64, "{input:?}");
    let page = find(db, Index::Posts, &query, 3, 2).await.unwrap();
    assert_eq!(page, found.into_iter().skip(2).take(3).collect::<Vec<_>>(), "{input:?}");
    expected.len()
}

#[tokio::test]
async fn any_query_over_any_texts_finds_what_its_meaning_says() {
    const DOCUMENTS: i64 = 200;
    let indexed = Indexed::with_posts(DOCUMENTS).await;
    let db = indexed.write();
    let mut runner = runner();
    let mut all = texts(&mut runner, 1..=DOCUMENTS);
    // Some first with other words, to be replaced; then all in one transaction, as an import does.
    let old = texts(&mut runner, 1..=DOCUMENTS / 3);
    put_many(db, Index::Posts, &old.iter().map(Text::document).collect::<Vec<_>>()).await.unwrap();
    let transaction = indexed.db.begin().await.unwrap();
    put_many(&transaction, Index::Posts, &all.iter().map(Text::document).collect::<Vec<_>>()).await.unwrap();
    transaction.commit().await.unwrap();
    for changed in texts(&mut runner, 20..=40) {
        put(db, Index::Posts, &changed.document()).await.unwrap();
        let id = changed.id;
        all.retain(|text| text.id != id);
        all.push(changed);
    }
    for id in 100..120 {
        remove(db, Index::Posts, id).await.unwrap();
    }
    all.retain(|text| !(100..120).contains(&text.id));
    all.sort_by_key(|text| text.id);

    let mut hits = 0;
    for _ in 0..250 {
        hits += agrees(db, &all, &sample(&mut runner, query())).await.min(1);
    }
    assert!(hits > 90, "most queries should find something: {hits}");
    optimize(db, Index::Posts).await.unwrap();
    for _ in 0..100 {
        agrees(db, &all, &sample(&mut runner, any::<String>())).await;
        agrees(db, &all, &sample(&mut runner, "[ab\"*%_'\\\\:&|!()<>+~@{}^.\u{0}-]{0,12}")).await;
    }
    for hostile in
        ["a".repeat(10_000), "京".repeat(10_000), "a ".repeat(300), "\"".repeat(99), "-a ".repeat(99)]
    {
        agrees(db, &all, &hostile).await;
    }
    indexed.end().await;
}

/// A text as a value in a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The slugs of the posts that the site finds, best first.
async fn slugs(site: &TestSite, query: &str) -> Vec<String> {
    let answer = site.get(&format!("/api/search?q={}", encoded(query))).await.expect(200).json();
    let posts = answer["posts"].as_array().unwrap();
    assert_eq!(answer["total"], posts.len(), "{query}");
    posts.iter().map(|post| post["slug"].as_str().unwrap().to_owned()).collect()
}

/// The posts that the next test looks through: name, title, summary, body.
const CORPUS: [(&str, &str, &str, &str); 16] = [
    ("fox", "The quick brown fox", "A fox in short", "It jumps over the lazy dog."),
    ("dog", "A lazy dog", "", "Nothing brown, nothing quick: it sleeps. The end of the tale."),
    ("cafe", "Café culture", "", "Naïve questions in a crème-coloured room. Straße."),
    ("plain", "Plain letters", "", "A cafe without its accent, naive and on the strasse."),
    ("turkish", "İstanbul", "", "Kırmızı bir ışık. ISPARTA ılık."),
    ("hebrew", "שָׁלוֹם עוֹלָם", "", "צה״ל וספר בעברית"),
    ("cyrillic", "Ёлка и ёж", "", "Рождественская история о Москве."),
    ("chinese", "编程语言", "", "我喜欢用锈语言编程。"),
    ("japanese", "東京都の話", "", "カタカナとひらがな。Rust言語で書く。"),
    ("korean", "한국어 글", "", "안녕하세요 여러분"),
    ("cpp", "From C++ to Rust", "", "Why C is not C++, nor C#."),
    ("versions", "Rust 1.66.1", "", "Announcing version 1.66.1, after 1.66.0 in 2022."),
    ("apostrophes", "Don't panic", "", "It’s O'Reilly's book. Rock ʼnʼ roll."),
    ("hyphens", "wasm-bindgen and snake_case", "", "A state-of-the-art web server."),
    ("markup", "Angle brackets", "", "Write `let x = 5;` & <b> as Vec\\<T>."),
    ("numbers", "42", "", "The answer at 3,000,000 km/s, 100%."),
];

#[tokio::test]
async fn fixed_queries_find_fixed_posts_on_every_database() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for (name, title, summary, body) in CORPUS {
        let post = site.build().post(ada, title).slug(name).summary(summary).content(body);
        post.save().await;
    }
    for (query, expected) in [
        // Words: all of them, in any field, in any case.
        ("fox", "fox"),
        ("FOX", "fox"),
        ("lazy", "dog fox"),
        ("lazy quick", "dog fox"),
        ("lazy jumps", "fox"),
        ("lazy absent", ""),
        ("rust", "cpp japanese versions"),
        // The last word may be a beginning, the others not.
        ("qui", "dog fox"),
        ("qui lazy", ""),
        ("lazy qui", "dog fox"),
        ("bro fox", ""),
        ("announ", "versions"),
        // Phrases, and what must not be there.
        ("\"quick brown\"", "fox"),
        ("\"brown quick\"", ""),
        ("\"lazy do\"", ""),
        ("\"lazy dog\"", "dog fox"),
        ("\"fox A fox\"", ""),
        ("lazy -fox", "dog"),
        ("lazy -\"quick brown\"", "dog"),
        ("rust -c -versions -announcing", "japanese"),
        // Accents and letters that have two spellings.
        ("cafe", "cafe plain"),
        ("CAFÉ", "cafe plain"),
        ("naïve", "cafe plain"),
        ("strasse", "cafe plain"),
        ("STRAẞE", "cafe plain"),
        ("creme", "cafe"),
        // Turkish
        ("istanbul", "turkish"),
        ("İSTANBUL", "turkish"),
        ("ıstanbul", "turkish"),
        ("kirmizi", "turkish"),
        ("ısparta ilik", "turkish"),
        // Hebrew, with and without points
        ("שלום", "hebrew"),
        ("שָׁלוֹם", "hebrew"),
        ("עולם", "hebrew"),
        ("צה\"ל", "hebrew"),
        ("בעבר", "hebrew"),
        // Cyrillic
        ("елка", "cyrillic"),
        ("ЁЖ", "cyrillic"),
        ("москв", "cyrillic"),
        // Scripts without spaces: any piece
        ("语言", "chinese"),
        ("编程", "chinese"),
        ("锈语言编", "chinese"),
        ("言语", ""),
        ("東京", "japanese"),
        ("京都", "japanese"),
        ("都", "japanese"),
        ("の", "japanese"),
        ("カナ", "japanese"),
        ("言語", "japanese"),
        ("rust言語", "japanese"),
        ("都京", ""),
        ("한국", "korean"),
        ("안녕", "korean"),
        // What punctuation joins
        ("c++", "cafe cpp hyphens plain"),
        ("\"C++\"", "cpp"),
        ("don't", "apostrophes"),
        ("don’t", "apostrophes"),
        ("dont", ""),
        ("\"it's\"", "apostrophes"),
        ("it's", "apostrophes dog"),
        ("o'reilly", "apostrophes"),
        ("1.66.1", "versions"),
        ("1.66", "versions"),
        ("1.67", ""),
        ("wasm-bindgen", "hyphens"),
        ("bindgen", "hyphens"),
        ("bindgen-wasm", ""),
        ("snake_case", "hyphens"),
        ("state of the art", "hyphens"),
        ("3,000,000", "numbers"),
        ("42", "numbers"),
        ("vec<t>", "markup"),
        // Stop words are words
        ("\"the\"", "dog fox hyphens numbers plain"),
        ("\"a\"", "cafe dog fox hyphens plain"),
        ("the quick", "dog fox"),
    ] {
        let found: BTreeSet<String> = slugs(&site, query).await.into_iter().collect();
        let expected: BTreeSet<String> = expected.split_whitespace().map(str::to_owned).collect();
        assert_eq!(found, expected, "{query}");
    }
    site.end().await;
}

#[tokio::test]
async fn words_in_the_title_count_most_and_those_in_the_summary_more_than_those_in_the_text() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "In the text").summary("Words.").content("Here and there a fox.").save().await;
    site.build().post(ada, "In the summary").summary("A fox.").content("Here and there.").save().await;
    site.build().post(ada, "Fox in the title").summary("Words.").content("Here and there.").save().await;
    for number in 0..17 {
        let other = site.build().post(ada, &format!("Other {number}")).summary("Words.");
        other.content("Here and there.").save().await;
    }
    for query in ["fox", "fo", "here fox"] {
        assert_eq!(
            slugs(&site, query).await,
            ["fox-in-the-title", "in-the-summary", "in-the-text"],
            "{query}"
        );
    }
    let page = site.get("/search?q=fox").await.expect(200);
    assert_eq!(page.texts(".found h3"), ["Fox in the title", "In the summary", "In the text"]);
    assert_eq!(page.texts(".found mark"), ["Fox", "fox"]);
    site.end().await;
}

#[tokio::test]
async fn a_changed_post_is_found_by_its_new_words_and_no_longer_by_the_old() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let post = |title: &str| site.build().post(ada, title).slug("post");
    let id = post("Zebra").summary("A summary").content("about gnus").save().await;
    for word in ["zebra", "summary", "gnus"] {
        assert_eq!(slugs(&site, word).await, ["post"], "{word}");
    }
    post("Okapi").summary("An abstract").content("about elands").save_over(id).await;
    for word in ["zebra", "summary", "gnus"] {
        assert_eq!(slugs(&site, word).await, [""; 0], "{word}");
    }
    for word in ["okapi", "abstract", "elands"] {
        assert_eq!(slugs(&site, word).await, ["post"], "{word}");
    }
    site.end().await;
}

#[tokio::test]
async fn only_what_is_public_is_found() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let post = || site.build().post(ada, "Zebra").slug("post");
    let id = post().status(PostStatus::Draft).save().await;
    assert_eq!(slugs(&site, "zebra").await, [""; 0], "a draft");
    post().save_over(id).await;
    assert_eq!(slugs(&site, "zebra").await, ["post"], "published");
    post().status(PostStatus::Scheduled).save_over(id).await;
    assert_eq!(slugs(&site, "zebra").await, [""; 0], "scheduled");
    post().save_over(id).await;
    post::Entity::delete_by_id(id).exec(site.db.write()).await.unwrap();
    assert_eq!(slugs(&site, "zebra").await, [""; 0], "deleted");
    let again = post().save().await;
    assert_eq!(slugs(&site, "zebra").await, ["post"]);
    assert_eq!(count(site.db.write(), Index::Posts, &parse("zebra").unwrap()).await.unwrap(), 1, "{again}");
    site.end().await;
}

#[tokio::test]
async fn deleting_an_author_takes_their_posts_and_their_name_out_of_the_index() {
    let site = TestSite::start().await;
    let (ada, bo) = (site.build().author("ada").await, site.build().author("bo").await);
    site.build().post(ada, "Zebra one").save().await;
    site.build().post(bo, "Zebra two").save().await;
    entity::user::Entity::delete_by_id(ada).exec(site.db.write()).await.unwrap();
    assert_eq!(slugs(&site, "zebra").await, ["zebra-two"]);
    for (name, total) in [("ada", 0), ("bo", 1)] {
        let people = count(site.db.write(), Index::People, &parse(name).unwrap()).await.unwrap();
        assert_eq!(people, total, "{name}");
    }
    site.end().await;
}

#[tokio::test]
async fn people_are_found_by_both_of_their_names() {
    let site = TestSite::start().await;
    let create = [
        "user",
        "create",
        "--username",
        "countess",
        "--email",
        "a@example.org",
        "--display-name",
        "Ádá Lovelace",
    ];
    let output = site.lectern(&create);
    assert!(output.status.success(), "{:?}", printed(&output));
    for query in ["countess", "ada", "love", "\"Ada Lovelace\""] {
        let answer = site.get(&format!("/api/search?q={}", encoded(query))).await.expect(200).json();
        assert_eq!(answer["users"], serde_json::json!(["countess"]), "{query}");
    }
    let page = site.get("/search?q=lovelace").await.expect(200);
    assert_eq!(page.attributes(".found-people a", "href"), ["/authors/countess"]);
    site.end().await;
}

#[tokio::test]
async fn the_pages_of_very_many_results_are_all_of_them_once() {
    const DOCUMENTS: i64 = 2_500;
    let indexed = Indexed::with_posts(DOCUMENTS).await;
    let db = indexed.write();
    // In more documents than are ranked, evenly; the title of one in fifty has the words too.
    let holds = |id: i64| id % 6 != 0;
    let title = |id: i64| if id % 50 == 0 { "Alpha of the coast" } else { "Of the coast" };
    let body = |id: i64| if holds(id) { "an alphabet, beta" } else { "nothing" };
    let document = |id| Document { id, title: title(id), summary: "", body: body(id) };
    put_many(db, Index::Posts, &(1..=DOCUMENTS).map(document).collect::<Vec<_>>()).await.unwrap();
    for input in ["alpha", "alphabet beta", "coast alphabet", "\"an alphabet\" -gamma"] {
        let query = parse(input).unwrap();
        let expected: Vec<i64> =
            (1..=DOCUMENTS).rev().filter(|id| query.matches(&[title(*id), "", body(*id)])).collect();
        let total = count(db, Index::Posts, &query).await.unwrap();
        assert_eq!(total, expected.len() as u64);
        assert!(total > 2_000, "{input}: {total}");
        let of = async |limit, offset| {
            index::find_of(db, Index::Posts, &query, total, limit, offset).await.unwrap()
        };
        let mut pages = Vec::new();
        for offset in (0..total).step_by(70) {
            pages.extend(of(70, offset).await);
        }
        assert_eq!(pages, of(10_000, 0).await, "{input}");
        let ranked = if db.get_database_backend() == DbBackend::MySql { 400 } else { 2_000 };
        assert_eq!(pages[ranked..], expected[ranked..], "{input}");
        if db.get_database_backend() != DbBackend::Postgres {
            let mut best = expected[..ranked].to_vec();
            best.sort_by_key(|id| !query.matches(&[title(*id)]));
            assert_eq!(pages[..ranked], best, "{input}");
        }
        pages.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        assert_eq!(pages, expected, "{input}");
        // As if there were far more, among which these were the oldest.
        let few = index::find_of(db, Index::Posts, &query, 1_000_000, 10, 5).await.unwrap();
        assert_eq!(few, of(10, 5).await, "{input}");
    }
    indexed.end().await;
}

#[tokio::test]
async fn mariadb_counts_ten_thousand_results_and_says_so() {
    const DOCUMENTS: i64 = 10_030;
    let indexed = Indexed::with_posts(DOCUMENTS).await;
    let db = indexed.write();
    let document = |id| Document { id, title: "", summary: "", body: "An alpha" };
    put_many(db, Index::Posts, &(1..=DOCUMENTS).map(document).collect::<Vec<_>>()).await.unwrap();
    let query = parse("alpha").unwrap();
    let backend = db.get_database_backend();
    let total = count(db, Index::Posts, &query).await.unwrap();
    assert_eq!(total, if backend == DbBackend::MySql { 10_000 } else { 10_030 });
    assert_eq!(index::is_at_least(backend, total), backend == DbBackend::MySql);
    assert!(!index::is_at_least(backend, 9_999));
    // The last page is a whole one.
    let last = index::find_of(db, Index::Posts, &query, total, 10, total - 10).await.unwrap();
    let lowest = DOCUMENTS - i64::try_from(total).unwrap();
    assert_eq!(last, (lowest + 1..=lowest + 10).rev().collect::<Vec<_>>());
    indexed.end().await;
}

/// The words of titles that are kept, with their posts.
async fn title_words(site: &TestSite) -> Vec<(i64, String)> {
    let rows = post_word::Entity::find().all(site.db.write()).await.unwrap();
    let mut rows: Vec<_> = rows.into_iter().map(|row| (row.post_id, row.word)).collect();
    rows.sort_unstable();
    rows
}

#[tokio::test]
async fn the_words_of_titles_are_kept_for_public_posts_alone() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let ada = site.build().author("ada").await;
    let root = site.sign_in("root").await;
    let post = site.build().post(ada, "Sailing boats, SAILING").save().await;
    site.build().post(ada, "Winter storms").status(PostStatus::Draft).save().await;
    let words = async || title_words(&site).await.into_iter().map(|(_, word)| word).collect::<Vec<_>>();
    assert_eq!(words().await, ["qxboats", "qxsailing"]);
    let save = async |fields: &[(&str, &str)]| {
        let form = format!("/admin/posts/{post}");
        let version = root.get(&form).await.expect(200).attributes("input[name=_version]", "value");
        let fields = [fields, &[("_version", &*version[0])]].concat();
        root.post(&form, &fields).await.expect(303);
    };
    save(&[("title", "Sailing ships")]).await;
    assert_eq!(words().await, ["qxsailing", "qxships"]);
    save(&[("status", "draft")]).await;
    assert_eq!(words().await, [""; 0]);
    save(&[("status", "published")]).await;
    assert_eq!(words().await, ["qxsailing", "qxships"]);
    // As long as titles may be, without a space.
    let long = "天地玄黄宇宙洪荒日月盈昃辰宿列张".repeat(20).chars().take(200).collect::<String>();
    save(&[("title", &long)]).await;
    assert!(words().await.len() > 10);
    entity::user::Entity::delete_by_id(ada).exec(site.db.write()).await.unwrap();
    assert_eq!(words().await, [""; 0]);
    site.end().await;
}

#[tokio::test]
async fn an_index_that_was_lost_is_built_anew() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 120).await;
    site.build().post(ada, "Draft").status(PostStatus::Draft).save().await;
    let total = async |query: &str| {
        let answer = site.get(&format!("/api/search?q={query}")).await.expect(200).json();
        (answer["total"].as_u64().unwrap(), answer["users"].as_array().unwrap().len())
    };
    assert_eq!((total("post").await, total("ada").await), ((120, 0), (0, 1)));
    let words = title_words(&site).await;
    assert!(words.len() >= 120, "{words:?}");
    for index in [Index::Posts, Index::People] {
        clear(site.db.write(), index).await.unwrap();
    }
    assert_eq!((total("post").await, total("ada").await), ((0, 0), (0, 0)));
    assert_eq!(title_words(&site).await, []);
    // Something false in it goes, too.
    let wrong = Document { id: 1, title: "wrong", summary: "", body: "" };
    put(site.db.write(), Index::Posts, &wrong).await.unwrap();

    for _ in 0..2 {
        let output = site.lectern(&["search", "reindex"]);
        assert!(output.status.success(), "{:?}", printed(&output));
        assert_eq!(printed(&output).0, "indexed 120 posts and 1 people\n");
        assert_eq!((total("post").await, total("ada").await), ((120, 0), (0, 1)));
        assert_eq!((total("wrong").await, total("draft").await), ((0, 0), (0, 0)));
        assert_eq!(title_words(&site).await, words);
    }
    site.end().await;
}

#[tokio::test]
async fn emptying_one_index_leaves_the_other_and_of_equal_documents_the_newest_comes_first() {
    let indexed = Indexed::with_posts(4).await;
    let documents: Vec<_> =
        (1..=4).map(|id| Document { id, title: "", summary: "", body: "a fox" }).collect();
    put_many(indexed.write(), Index::Posts, &documents).await.unwrap();
    assert_eq!(indexed.found("fox").await, [4, 3, 2, 1]);
    let person = Document { id: 1, title: "Fox", summary: "", body: "" };
    put(indexed.write(), Index::People, &person).await.unwrap();
    clear(indexed.write(), Index::Posts).await.unwrap();
    assert_eq!(indexed.found("fox").await, [0; 0]);
    let people = find(indexed.write(), Index::People, &parse("fox").unwrap(), 10, 0).await.unwrap();
    assert_eq!(people, [1]);
    // Of two documents with one id in one call, the last one counts.
    let again = Document { body: "an eland", ..documents[0] };
    put_many(indexed.write(), Index::Posts, &[documents[0], again]).await.unwrap();
    assert_eq!((indexed.found("fox").await, indexed.found("eland").await), (vec![], vec![1]));
    indexed.end().await;
}

#[tokio::test]
async fn the_largest_documents_can_be_written_and_found() {
    let indexed = Indexed::with_posts(3).await;
    let distinct: String = (0..110_000).map(|number| format!("{number:0>78} ")).collect();
    let repeated: String = (0..110_000).map(|number| format!("{} ", number % 60_000)).collect();
    let chinese: String =
        (0..110_000).map(|n| char::from_u32(0x4E00 + (n * 7919 + n / 20_000) % 20_000).unwrap()).collect();
    for (id, body) in [(1, &distinct), (2, &repeated), (3, &chinese)] {
        let document = Document { id, title: "last fox", summary: "largest", body };
        put(indexed.write(), Index::Posts, &document).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        for query in ["fox", "\"59998 59999\"", "\"59999 59998\"", "00000000005", "一"] {
            let expected = parse(query).unwrap().matches(&[document.title, document.summary, body]);
            let mut found = indexed.found(query).await.contains(&id);
            // InnoDB hides what it is just moving from its full-text cache (8 MB) to its tables.
            for _ in 0..100 {
                if found == expected || indexed.write().get_database_backend() != DbBackend::MySql {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                found = indexed.found(query).await.contains(&id);
            }
            assert_eq!(found, expected, "{id} {query}");
        }
    }
    indexed.end().await;
}

#[tokio::test]
async fn no_input_is_an_error() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "A % b _ c \" d ' e * f").save().await;
    let mut runner = runner();
    let mut inputs: Vec<String> = Vec::new();
    for _ in 0..60 {
        inputs.push(sample(&mut runner, any::<String>()));
        inputs.push(sample(&mut runner, "[ab\"*%_'\\\\:&|!()<>+~@{}^.\u{0}-]{0,12}"));
        inputs.push(sample(&mut runner, query()));
    }
    inputs.extend(
        [
            "",
            " ",
            "%",
            "_",
            "a",
            "'",
            "\"",
            "\\",
            "*",
            "-",
            "-a",
            "\0",
            "a\0b",
            "\u{feff}",
            "' OR 1=1 --",
            "NEAR(a b)",
            "a AND",
            "{title}: a",
            "<b>",
            "\u{202e}",
        ]
        .map(str::to_owned),
    );
    inputs.extend(["a".repeat(10_000), "é".repeat(5_000), "a ".repeat(5_000), "\"".repeat(10_000)]);
    for input in inputs {
        let query = encoded(&input);
        let answer = site.get(&format!("/api/search?q={query}")).await;
        assert_eq!(answer.status, 200, "{input:?}: {}", answer.text());
        assert!(answer.json()["posts"].is_array());
        let page = site.get(&format!("/search?q={query}")).await;
        assert_eq!(page.status, 200, "{input:?}: {}", page.text());
    }
    // What is no text at all is the client's mistake, not ours.
    for address in ["/search?q=%FF%FE", "/api/search?q=%C3%28", "/search?q=%", "/search?q", "/search?q=a&q=b"]
    {
        let status = site.get(address).await.status.as_u16();
        assert!(status == 200 || status == 400, "{address}: {status}");
    }
    site.end().await;
}
