//! Answers a post's page from memory so many times: `hits NUMBER`. For `scripts/instructions`.

#![expect(clippy::expect_used, reason = "a broken benchmark must fail")]

use actix_web::{dev::Service, test::TestRequest};
use entity::user::Role;
use harness::TestSite;

fn main() {
    let number = std::env::args().nth(1).and_then(|number| number.parse::<u32>().ok()).expect("a number");
    actix_web::rt::System::new().block_on(async {
        let site = TestSite::start_with(|serve| serve.page_cache = 16).await;
        let ada = site.user("ada", Role::Author).await;
        site.build().post(ada, "Hello").save().await;
        let service = site.service().await;
        for _ in 0..number {
            let request = TestRequest::get()
                .uri("/posts/hello")
                .insert_header(("host", "blog.example"))
                .insert_header(("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"))
                .insert_header(("accept-encoding", "gzip, deflate, br, zstd"))
                .insert_header(("accept-language", "en"))
                .insert_header((
                    "user-agent",
                    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
                ));
            let answer = service.call(request.to_request()).await.expect("an answer");
            assert_eq!(answer.status(), 200);
        }
        site.end().await;
    });
}
