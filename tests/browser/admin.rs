//! The admin and the accounts, as those meet them who sign in.

mod forms;
mod keyboard;
mod lists;
mod markup;
mod pages;
mod without_scripts;

use entity::{enrollment::EnrollmentStatus, post::PostStatus, user::Role};
use harness::{
    TestSite,
    build::day,
    visitor::{PASSWORD, Visitor},
};

use crate::driver::{Browser, Screen};

/// How many published posts the site has.
const POSTS: i64 = 30;

/// A site with somebody who runs it, and rows of every kind.
pub(crate) struct Desk {
    pub(crate) site: TestSite,
    /// A draft with tags.
    pub(crate) draft: i64,
    course: i64,
    student: i64,
    author: i64,
}

impl Desk {
    /// Starts a site with [`POSTS`] posts by Ada and three drafts by Grace, a course, students, a redirect. `root` is its
    /// admin.
    pub(crate) async fn open() -> Self {
        let site = TestSite::start().await;
        site.user("root", Role::Admin).await;
        let (ada, grace) = (site.build().author("ada").await, site.build().author("grace").await);
        site.build().posts(ada, POSTS).await;
        let draft = |title: &str| site.build().post(grace, title).status(PostStatus::Draft);
        draft("A first draft").save().await;
        draft("A second draft").save().await;
        let draft = draft("A third draft").tags(&["typography", "page design"]).save().await;
        let mut lessons = Vec::new();
        for title in ["Margins", "Measure", "Leading"] {
            lessons.push(site.build().post(grace, title).published(day(40)).save().await);
        }
        let course = site.build().course("Setting type", &lessons).await;
        let mut student = 0;
        for name in ["Berta", "Carl", "Dora", "Emil"] {
            student = site.build().student(name).await;
        }
        site.build().enrol(student, course, EnrollmentStatus::Active).await;
        site.build().redirect("/old", "/posts/margins").await;
        Self { site, draft, course, student, author: grace }
    }

    /// Opens a browser in which `root` is signed in.
    pub(crate) async fn browser(&self, screen: Screen) -> Browser {
        let browser = Browser::open(&self.site, screen).await;
        browser.sign_in_as(&self.root().await).await;
        browser
    }

    /// Signs `root` in without a browser.
    pub(crate) async fn root(&self) -> Visitor<'_> {
        self.site.sign_in("root").await
    }
}

/// Signs somebody in by the form.
pub(crate) async fn sign_in(browser: &Browser, username: &str) {
    browser.visit("/login").await;
    browser.fill("Username or e-mail address", username).await;
    browser.fill("Password", PASSWORD).await;
    browser.button("Sign in").await;
}
