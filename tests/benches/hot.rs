//! What is done most often, each by itself: `cargo bench --package lectern-tests`, twice, tells what a change did.
//! `scripts/instructions` counts instead, which no other program on the machine can disturb.

#![expect(clippy::expect_used, reason = "a broken benchmark must fail")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use actix_web::{dev::Service, test::TestRequest};
use criterion::{Criterion, criterion_group, criterion_main};
use entity::user::Role;
use harness::TestSite;
use lectern::{content, search};

const TEXT: &str = include_str!("text.md");

/// Pages by the whole stack of layers, from a request to an answer.
fn pages(criterion: &mut Criterion) {
    let system = actix_web::rt::System::new();
    for (name, page_cache) in [("from memory", 16), ("made each time", 0)] {
        let site = system.block_on(async {
            let site = TestSite::start_with(|serve| serve.page_cache = page_cache).await;
            let ada = site.user("ada", Role::Author).await;
            site.build().posts(ada, 500).await;
            site.build().post(ada, "Hello").content(TEXT).tags(&["rust"]).save().await;
            site
        });
        let service = system.block_on(site.service());
        let mut group = criterion.benchmark_group(name);
        for path in ["/", "/posts/hello", "/?page=40", "/tags/rust", "/search?q=some+words"] {
            let ask = async |tag: Option<&str>| {
                let request = TestRequest::get().uri(path).insert_header(("accept-encoding", "gzip, br"));
                let request = tag
                    .into_iter()
                    .fold(request, |request, tag| request.insert_header(("if-none-match", tag)));
                service.call(request.to_request()).await.expect("an answer")
            };
            let tag = system
                .block_on(ask(None))
                .headers()
                .get("etag")
                .and_then(|tag| tag.to_str().ok().map(str::to_owned));
            let kinds = [(path.to_owned(), None), (format!("{path}, not changed"), tag)];
            for (name, tag) in kinds.into_iter().take(if page_cache > 0 { 2 } else { 1 }) {
                group.bench_function(name, |bencher| {
                    bencher.iter_custom(|times| {
                        system.block_on(async {
                            let begun = Instant::now();
                            for _ in 0..times {
                                black_box(ask(tag.as_deref()).await);
                            }
                            begun.elapsed()
                        })
                    });
                });
            }
        }
        group.finish();
        drop(service);
        system.block_on(site.end());
    }
}

fn texts(criterion: &mut Criterion) {
    criterion.bench_function("Markdown", |bencher| bencher.iter(|| content::render(black_box(TEXT))));
    criterion.bench_function("a search's words", |bencher| {
        bencher.iter(|| search::parse(black_box("Ärger with \"the borrowed atlas\" über 東京都 rul*")));
    });
}

criterion_group! {
    name = hot;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    targets = texts, pages
}
criterion_main!(hot);
