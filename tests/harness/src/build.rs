//! Rows for tests, made through the program's own write path.

use entity::{
    comment::{self, CommentStatus},
    course, enrollment,
    enrollment::{EnrollmentSource, EnrollmentStatus},
    lesson, page,
    post::{self, PostStatus},
    redirect, setting, student,
    user::{self, Role},
};
use lectern::{
    auth::secrets,
    comments::{
        judge::Verdict,
        queries::{self as comments, NewComment},
    },
    content,
    db::Db,
    media::{self, leftovers, name::sha256, queries::NewMedia},
    posts::save::{self, Draft},
    users::queries::{self as users, NewUser},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, TransactionTrait,
    prelude::{DateTimeUtc, Json},
    sea_query::Expr,
};

use crate::visitor::PASSWORD_HASH;

/// Makes rows in one site's database.
#[derive(Clone, Copy, Debug)]
pub struct Builder<'a> {
    db: &'a Db,
}

/// A post to be made; see [`Builder::post`].
#[derive(Debug)]
pub struct PostBuilder<'a> {
    db: &'a Db,
    draft: Draft,
}

/// Noon of a day in 2026: `day(1)` is the first of January, higher numbers are later.
pub fn day(number: i64) -> DateTimeUtc {
    DateTimeUtc::from_timestamp(1_767_268_800 + (number - 1) * 86_400, 0).unwrap()
}

impl<'a> Builder<'a> {
    /// For [`crate::TestSite::build`].
    pub(crate) fn new(db: &'a Db) -> Self {
        Self { db }
    }

    /// Makes an author who cannot sign in: `ada` becomes the user `ada`, shown as `Ada`.
    pub async fn author(self, username: &str) -> i64 {
        self.new_user(username, Role::Author, None).await
    }

    /// Makes a user who signs in with [`crate::visitor::PASSWORD`].
    pub async fn user(self, username: &str, role: Role) -> i64 {
        self.new_user(username, role, Some(PASSWORD_HASH.to_owned())).await
    }

    /// Gives a user a role.
    pub async fn role(self, id: i64, role: Role) {
        let change = user::ActiveModel { id: Set(id), role: Set(role), ..Default::default() };
        change.update(self.db.write()).await.expect("a user with this id");
    }

    async fn new_user(self, username: &str, role: Role, password_hash: Option<String>) -> i64 {
        let mut letters = username.chars();
        let display_name = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let new = NewUser {
            username: username.to_owned(),
            email: format!("{username}@example.org"),
            display_name,
            role,
            password_hash,
        };
        let transaction = self.db.begin().await.unwrap();
        let id = users::insert(&transaction, new).await.expect("a new author").id;
        transaction.commit().await.unwrap();
        id
    }

    /// A post by a user, published on the first day of 2026 with a text about its title, unless told otherwise.
    pub fn post(self, user_id: i64, title: &str) -> PostBuilder<'a> {
        let content = format!("Some words about {title}.");
        let draft = Draft {
            title: title.to_owned(),
            slug: content::slugify(title).unwrap_or_else(|| "post".to_owned()),
            rendered: content::render(&content),
            content,
            summary: String::new(),
            lead: None,
            status: PostStatus::Published,
            published_at: Some(day(1)),
            pinned: false,
            tags: Vec::new(),
            extra: Json::Object(Default::default()),
            user_id,
        };
        PostBuilder { db: self.db, draft }
    }

    /// As many posts as asked for, `Post 1` the oldest, a day apart, all by one user.
    pub async fn posts(self, user_id: i64, count: i64) {
        let drafts: Vec<Draft> = (1..=count)
            .map(|number| self.post(user_id, &format!("Post {number}")).published(day(number)).draft)
            .collect();
        let transaction = self.db.begin().await.unwrap();
        for drafts in drafts.chunks(200) {
            save::insert_many(&transaction, drafts, day(1)).await.expect("new posts");
        }
        transaction.commit().await.unwrap();
    }

    /// Makes a course whose lessons are these posts, in this order.
    pub async fn course(self, name: &str, posts: &[i64]) -> i64 {
        let description = format!("All about **{name}**.");
        let transaction = self.db.write().begin().await.unwrap();
        let course = course::ActiveModel {
            name: Set(name.to_owned()),
            slug: Set(content::slugify(name).unwrap()),
            summary: Set(format!("{name} in short.")),
            html: Set(content::render(&description).html),
            description: Set(description),
            credits: Set(2.5),
            is_open: Set(true),
            starts_on: Set(None),
            created_at: Set(day(1)),
            updated_at: Set(day(1)),
            ..Default::default()
        };
        let course = course.insert(&transaction).await.expect("a new course").id;
        for (position, post) in (0..).zip(posts) {
            let lesson = lesson::ActiveModel {
                course_id: Set(course),
                post_id: Set(*post),
                position: Set(position),
                ..Default::default()
            };
            lesson.insert(&transaction).await.expect("a new lesson");
        }
        transaction.commit().await.unwrap();
        course
    }

    /// Makes a student.
    pub async fn student(self, name: &str) -> i64 {
        let student = student::ActiveModel {
            name: Set(name.to_owned()),
            email: Set(None),
            user_id: Set(None),
            created_at: Set(day(1)),
            updated_at: Set(day(1)),
            ..Default::default()
        };
        student.insert(self.db.write()).await.expect("a new student").id
    }

    /// Makes a row for a picture that is not in the store.
    pub async fn file(self, user_id: i64, filename: &str) -> i64 {
        let new = NewMedia {
            filename: filename.to_owned(),
            content_type: "image/png".to_owned(),
            size: 1,
            sha256: sha256(filename.as_bytes()),
            sent_sha256: sha256(filename.as_bytes()),
            dimensions: Some((30, 20)),
            alt: String::new(),
            user_id,
        };
        let transaction = self.db.begin().await.unwrap();
        leftovers::announce(&transaction, &new.name()).await.unwrap();
        let media::queries::Made::New(row) = media::queries::make(&transaction, &new).await.unwrap() else {
            panic!("a new file");
        };
        transaction.commit().await.unwrap();
        row.id
    }

    /// Makes a guest's comment on a post and gives its id; an answer where it answers one.
    pub async fn comment(
        self,
        post_id: i64,
        name: &str,
        text: &str,
        status: CommentStatus,
        answers: Option<i64>,
    ) -> i64 {
        let post = post::Entity::find_by_id(post_id).one(self.db.write()).await.unwrap().expect("a post");
        let sent = comment::Entity::find().count(self.db.write()).await.unwrap();
        let new = NewComment {
            post_id,
            owner_id: post.user_id,
            answers: answers.map(|id| (Some(id), id)),
            user_id: None,
            author_name: name.to_owned(),
            author_email: format!("{}@guests.example", content::slugify(name).unwrap_or_default()),
            key_hash: None,
            sent_hash: secrets::digest(&format!("{post_id} {sent} {text}")),
            text_hash: secrets::digest(text),
            body: text.to_owned(),
            rendered: content::render_comment(text),
            verdict: Verdict { status, reason: String::new() },
        };
        let transaction = self.db.begin().await.unwrap();
        let id = comments::insert(&transaction, new).await.expect("a new comment").id;
        transaction.commit().await.unwrap();
        id
    }

    /// Makes as many approved comments on a post, each a thread of its own, in few statements.
    pub async fn comments(self, post_id: i64, number: usize) {
        let post = post::Entity::find_by_id(post_id).one(self.db.write()).await.unwrap().expect("a post");
        let row = |at: usize| comment::ActiveModel {
            post_id: Set(post_id),
            owner_id: Set(post.user_id),
            author_name: Set(format!("Guest {at}")),
            author_email: Set(format!("guest{at}@guests.example")),
            sent_hash: Set(secrets::digest(&format!("many {post_id} {at}"))),
            text_hash: Set(secrets::digest(&format!("many {at}"))),
            body: Set(format!("Words {at}")),
            html: Set(format!("<p>Words {at}</p>")),
            excerpt: Set(format!("Words {at}")),
            status: Set(CommentStatus::Approved),
            reason: Set(String::new()),
            created_at: Set(day(1)),
            updated_at: Set(day(1)),
            ..Default::default()
        };
        let rows: Vec<_> = (0..number).map(row).collect();
        for rows in rows.chunks(250) {
            comment::Entity::insert_many(rows.to_vec())
                .exec_without_returning(self.db.write())
                .await
                .unwrap();
        }
        comment::Entity::update_many()
            .col_expr(comment::Column::Thread, Expr::col(comment::Column::Id))
            .filter(comment::Column::Thread.eq(0))
            .exec(self.db.write())
            .await
            .unwrap();
    }

    /// Makes a page that is no post, and gives its id.
    pub async fn page(self, title: &str, slug: &str, is_published: bool) -> i64 {
        let row = page::ActiveModel {
            title: Set(title.to_owned()),
            slug: Set(slug.to_owned()),
            summary: Set(String::new()),
            content: Set("Words.".to_owned()),
            html: Set("<p>Words.</p>".to_owned()),
            excerpt: Set("Words.".to_owned()),
            is_published: Set(is_published),
            created_at: Set(day(1)),
            updated_at: Set(day(1)),
            ..Default::default()
        };
        row.insert(self.db.write()).await.unwrap().id
    }

    /// Puts a student on a course's roster.
    pub async fn enrol(self, student: i64, course: i64, status: EnrollmentStatus) {
        let row = enrollment::ActiveModel {
            student_id: Set(student),
            course_id: Set(course),
            status: Set(status),
            source: Set(EnrollmentSource::Roster),
            enrolled_at: Set(day(1)),
            completed_at: Set(None),
            last_lesson_id: Set(None),
        };
        row.insert(self.db.write()).await.expect("a new enrolment");
    }

    /// Sets one of the site's settings that was not set before.
    pub async fn setting(self, key: &str, value: Json) {
        let row =
            setting::ActiveModel { key: Set(key.to_owned()), value: Set(value), updated_at: Set(day(1)) };
        let transaction = self.db.begin().await.unwrap();
        setting::Entity::insert(row).exec_without_returning(&transaction).await.expect("a new setting");
        transaction.commit().await.unwrap();
    }

    /// Makes an old path lead to a new one.
    pub async fn redirect(self, old_path: &str, new_path: &str) {
        let row = redirect::ActiveModel {
            old_path: Set(old_path.to_owned()),
            new_path: Set(new_path.to_owned()),
            created_at: Set(day(1)),
            ..Default::default()
        };
        let transaction = self.db.begin().await.unwrap();
        row.insert(&transaction).await.expect("a new redirect");
        transaction.commit().await.unwrap();
    }
}

impl PostBuilder<'_> {
    /// With this permalink.
    pub fn slug(mut self, slug: &str) -> Self {
        self.draft.slug = slug.to_owned();
        self
    }

    /// With this Markdown.
    pub fn content(mut self, markdown: &str) -> Self {
        self.draft.content = markdown.to_owned();
        self.draft.rendered = content::render(markdown);
        self
    }

    /// With this summary.
    pub fn summary(mut self, summary: &str) -> Self {
        self.draft.summary = summary.to_owned();
        self
    }

    /// Published at this time.
    pub fn published(mut self, at: DateTimeUtc) -> Self {
        self.draft.published_at = Some(at);
        self
    }

    /// In this state.
    pub fn status(mut self, status: PostStatus) -> Self {
        self.draft.status = status;
        if status == PostStatus::Scheduled {
            // What is due goes out.
            self.draft.published_at = Some(day(4000));
        }
        self
    }

    /// With these tags.
    pub fn tags(mut self, tags: &[&str]) -> Self {
        self.draft.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self
    }

    /// At the top of the home page.
    pub fn pinned(mut self) -> Self {
        self.draft.pinned = true;
        self
    }

    /// With this `extra`.
    pub fn extra(mut self, extra: Json) -> Self {
        self.draft.extra = extra;
        self
    }

    /// Stores it and gives its id.
    pub async fn save(self) -> i64 {
        let transaction = self.db.begin().await.unwrap();
        let id = save::insert(&transaction, self.draft, day(1)).await.expect("a new post");
        transaction.commit().await.unwrap();
        id
    }

    /// Stores it over the post with this id.
    pub async fn save_over(self, id: i64) {
        let transaction = self.db.begin().await.unwrap();
        save::update(&transaction, id, self.draft, day(2)).await.expect("a changed post");
        transaction.commit().await.unwrap();
    }
}
