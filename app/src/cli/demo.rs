//! `lectern demo`: a site to look at, and to measure. The same every time, so that two runs can be compared.

mod crowd;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use clap::Args;
use entity::{
    course, enrollment,
    enrollment::{EnrollmentSource, EnrollmentStatus},
    lesson,
    post::{self, PostStatus},
    student,
    user::Role,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::Result;
use crate::{
    config::Settings,
    content,
    posts::save::{self, Draft},
    users::queries::{self as users, NewUser},
};

#[derive(Args, Debug)]
pub(super) struct Options {
    /// How many posts
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    posts: u64,
    /// How many people besides the five who write most of it
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=10_000_000))]
    users: u64,
    /// How many comments
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    comments: u64,
}

/// Posts in a transaction.
const BATCH: u64 = 200;
/// Posts whose text is rendered; a larger site repeats them under other titles.
const TEXTS: u64 = 500;
/// Students on the courses' rosters.
const STUDENTS: u64 = 120;

const AUTHORS: [(&str, &str, &str); 5] = [
    ("maren", "Maren Okafor", "Teaches typesetting and sets type. Keeps a garden that keeps no schedule."),
    ("teodor", "Teodor Lindqvist", "Cartographer of small places. Draws what the survey left out."),
    ("noa", "Noa Ben-Ami", "Restores instruments and writes about why they broke."),
    ("yuki", "Yuki Tanabe", "Bakes before dawn, reads after dusk, measures in between."),
    ("ines", "Inês Carvalho", "Engineer of bridges, walker of the long way round."),
];
const SUBJECTS: [&str; 24] = [
    "a slow morning",
    "the paper boat",
    "a borrowed atlas",
    "the second draft",
    "salt and rye",
    "an honest ruler",
    "the quiet engine",
    "a winter garden",
    "the long table",
    "a broken metronome",
    "the lighthouse log",
    "small type",
    "an unfinished bridge",
    "the river at night",
    "a box of keys",
    "the apprentice",
    "a map of wells",
    "the north wall",
    "good tools",
    "the last ferry",
    "a field notebook",
    "the empty shelf",
    "weathered oak",
    "an old recipe",
];
const OPENINGS: [&str; 12] = [
    "Notes on",
    "In praise of",
    "What I learned from",
    "The case for",
    "Against",
    "A short history of",
    "Living with",
    "How to mend",
    "Questions about",
    "A letter about",
    "Looking again at",
    "The mathematics of",
];
const SENTENCES: [&str; 20] = [
    "Nobody asked for it, and that was the best thing about it.",
    "I have kept the first version, as one keeps a shoe that never fitted.",
    "The measurements were right; it was the question that was a finger's width too short.",
    "There is a kind of patience that looks like idleness from across the street.",
    "We began with three sheets of paper and ended with two, which felt like progress.",
    "My neighbour, who has repaired clocks for forty years, calls this listening with the hands.",
    "It takes a morning to learn and a decade to stop showing off.",
    "Every list I made that winter turned out to be a map.",
    "The wood remembers the weather that it grew in, and so will you.",
    "A good tool disappears twice: once in the hand, and once in the work.",
    "What we call a mistake is often the only part that anybody did on purpose.",
    "I wrote the numbers down before they could become opinions.",
    "The ferry leaves at six, whether or not you have finished your sentence.",
    "Some repairs are promises, and some are only glue.",
    "By noon the light had moved and the argument had not.",
    "Read it aloud: the ear is a stricter editor than the eye.",
    "He drew the coast from memory and got the island right and the sea wrong.",
    "It was cheaper to be careful than to be quick, though no invoice ever said so.",
    "The trick, if there is one, is to stop one step before it is perfect.",
    "Afterwards we swept the floor, which is also a way of thinking.",
];
const TAGS: [&str; 14] = [
    "Craft",
    "Tools",
    "Maps",
    "Bread",
    "Repair",
    "Reading",
    "Walking",
    "Type",
    "Weather",
    "Teaching",
    "Music",
    "Engineering",
    "Gardens",
    "Letters",
];
const COURSES: [(&str, &str, f64); 4] = [
    ("Setting a Page", "From a blank sheet to a page that nobody notices because everybody reads it.", 3.0),
    ("Mending Things", "What breaks, why, and how far a repair should go.", 2.5),
    ("Drawing Maps by Hand", "Eight walks, eight maps, and one honest ruler.", 4.0),
    ("Bread from First Principles", "Flour, water, salt, time; in this order of difficulty.", 1.5),
];
const GIVEN: [&str; 12] =
    ["Ada", "Bo", "Chiara", "Dmitri", "Esra", "Farid", "Grete", "Hanna", "Ivo", "Jun", "Karin", "Lior"];
const FAMILY: [&str; 10] =
    ["Abel", "Bauer", "Castro", "Dvořák", "Eriksen", "Fontana", "Grün", "Haddad", "Ito", "Jansen"];

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

pub(super) async fn run(settings: Settings, options: Options) -> Result {
    let db = super::open(&settings).await?;
    let any: Option<i64> = post::Entity::find()
        .select_only()
        .column(post::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db.read())
        .await?;
    if any.is_some() {
        return Err("this database has posts already; the demo wants an empty one".into());
    }
    // Whole hours: every database stores them alike.
    let now = Utc::now();
    let now = DateTime::from_timestamp(now.timestamp() / 3600 * 3600, 0).unwrap_or(now);

    let transaction = db.begin().await?;
    let mut authors = Vec::new();
    for (username, name, bio) in AUTHORS {
        authors.push(author(&transaction, username, name, bio).await?);
    }
    transaction.commit().await?;
    let crowd = crowd::people(&db, options.users, now).await?;

    let texts = tokio::task::spawn_blocking(move || {
        let mut dice = Dice(1);
        (0..options.posts.min(TEXTS))
            .map(|_| {
                let markdown = text(&mut dice);
                let rendered = content::render(&markdown);
                (markdown, rendered)
            })
            .collect::<Vec<_>>()
    })
    .await?;
    let bar = super::progress(options.posts, "Writing");
    let mut dice = Dice(2);
    let mut written = 0;
    while written < options.posts {
        let count = BATCH.min(options.posts - written);
        let mut drafts = Vec::with_capacity(count as usize);
        for number in written..written + count {
            let (markdown, rendered) = &texts[(number % texts.len() as u64) as usize];
            let age = age(options.posts - number, options.posts);
            let title = format!("{} {}", dice.pick(&OPENINGS), dice.pick(&SUBJECTS));
            let slug = content::slugify(&title).unwrap_or_default();
            drafts.push(Draft {
                slug: if number < 20 { format!("{slug}-{}", number + 1) } else { format!("{slug}-{number}") },
                title,
                content: markdown.clone(),
                rendered: rendered.clone(),
                summary: format!("{} {}", dice.pick(&SENTENCES), dice.pick(&SENTENCES)),
                lead: None,
                status: if number + 3 == options.posts { PostStatus::Draft } else { PostStatus::Published },
                published_at: Some(now - age),
                pinned: number + 8 == options.posts,
                tags: (0..1 + dice.roll(3)).map(|_| dice.pick(&TAGS).to_owned()).collect(),
                extra: serde_json::json!({}),
                user_id: match dice.roll(authors.len() + crowd.len().min(authors.len())) {
                    author if author < authors.len() => authors[author],
                    _ => crowd[dice.roll(crowd.len())],
                },
            });
        }
        let transaction = db.begin().await?;
        save::insert_many(&transaction, &drafts, now).await?;
        transaction.commit().await?;
        written += count;
        bar.set_position(written);
    }
    bar.finish_and_clear();

    let transaction = db.begin().await?;
    let students = students(&transaction, now).await?;
    let mut first_lesson = 0;
    for (number, (name, summary, credits)) in COURSES.into_iter().enumerate() {
        let course = course(&transaction, number, name, summary, credits, now).await?;
        let lessons: Vec<i64> = post::Entity::find()
            .select_only()
            .column(post::Column::Id)
            .filter(post::Column::Status.eq(PostStatus::Published))
            .order_by_asc(post::Column::Id)
            .offset(first_lesson)
            .limit(8)
            .into_tuple()
            .all(&transaction)
            .await?;
        first_lesson += 8;
        let rows = lessons.into_iter().zip(1..).map(|(post_id, position)| lesson::ActiveModel {
            course_id: Set(course),
            post_id: Set(post_id),
            position: Set(position),
            ..Default::default()
        });
        lesson::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        let rows = students.iter().filter(|_| dice.roll(3) == 0).map(|student| enrollment::ActiveModel {
            student_id: Set(*student),
            course_id: Set(course),
            status: Set(EnrollmentStatus::Active),
            source: Set(EnrollmentSource::Roster),
            enrolled_at: Set(now),
            completed_at: Set(None),
            last_lesson_id: Set(None),
        });
        enrollment::Entity::insert_many(rows.collect::<Vec<_>>())
            .exec_without_returning(&transaction)
            .await?;
    }
    transaction.commit().await?;
    crowd::comments(&db, options.comments, now).await?;
    println!(
        "wrote {} posts by {} authors, {} courses, {STUDENTS} students, {} comments",
        options.posts,
        authors.len() + crowd.len(),
        COURSES.len(),
        options.comments
    );
    db.optimize().await?;
    db.close().await?;
    Ok(())
}

async fn author(db: &impl ConnectionTrait, username: &str, name: &str, bio: &str) -> Result<i64> {
    if let Some(user) = users::find_by_username(db, username).await? {
        return Ok(user.id);
    }
    let new = NewUser {
        username: username.to_owned(),
        email: format!("{username}@example.org"),
        display_name: name.to_owned(),
        role: Role::Author,
        password_hash: None,
    };
    let user = users::insert(db, new).await?;
    let change =
        entity::user::ActiveModel { id: Set(user.id), bio: Set(bio.to_owned()), ..Default::default() };
    Ok(users::update(db, change).await?.id)
}

async fn students(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<i64>> {
    let rows = (0..STUDENTS as usize).map(|number| {
        let name = format!("{} {}", GIVEN[number % GIVEN.len()], FAMILY[number / GIVEN.len() % FAMILY.len()]);
        student::ActiveModel {
            name: Set(name),
            email: Set(Some(format!("student{}@example.org", number + 1))),
            user_id: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        }
    });
    student::Entity::insert_many(rows).exec_without_returning(db).await?;
    let ids = student::Entity::find().select_only().column(student::Column::Id).into_tuple().all(db).await?;
    Ok(ids)
}

async fn course(
    db: &impl ConnectionTrait,
    number: usize,
    name: &str,
    summary: &str,
    credits: f64,
    now: DateTime<Utc>,
) -> Result<i64> {
    let description = "Eight lessons, each an evening long.\n\n## What you will do\n\n- Read eight lessons, in order or out of it\n- Make one thing a week\n- \
         Show it to somebody who will not be polite\n\n## What you need\n\nPaper, a pencil, and an hour that nobody \
         else has plans for."
        .to_owned();
    let row = course::ActiveModel {
        name: Set(name.to_owned()),
        slug: Set(content::slugify(name).unwrap_or_default()),
        summary: Set(summary.to_owned()),
        html: Set(content::render(&description).html),
        description: Set(description),
        credits: Set(credits),
        is_open: Set(number != 1),
        starts_on: Set(
            NaiveDate::from_ymd_opt(2027, 1 + number as u32, 11).filter(|_| number.is_multiple_of(2))
        ),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    Ok(row.insert(db).await?.id)
}

fn text(dice: &mut Dice) -> String {
    let paragraph = |dice: &mut Dice, sentences: usize| {
        (0..sentences).map(|_| dice.pick(&SENTENCES)).collect::<Vec<_>>().join(" ")
    };
    let mut text = paragraph(dice, 4);
    for _ in 0..2 + dice.roll(3) {
        text += &format!("\n\n## {}", capitalised(dice.pick(&SUBJECTS)));
        for _ in 0..1 + dice.roll(3) {
            let sentences = 3 + dice.roll(4);
            text += &format!("\n\n{}", paragraph(dice, sentences));
        }
        match dice.roll(6) {
            0 => text += &format!("\n\n> {}", dice.pick(&SENTENCES)),
            1 => {
                text += &format!(
                    "\n\n- {}\n- {}\n- {}",
                    dice.pick(&SUBJECTS),
                    dice.pick(&SUBJECTS),
                    dice.pick(&TAGS)
                )
            }
            2 => {
                text +=
                    "\n\n```rust\nfn measure(twice: u32) -> u32 {\n    // Cut once.\n    twice * 2\n}\n```"
            }
            3 => {
                text += "\n\n| Day | Flour | Water |\n| --- | ---: | ---: |\n| Monday | 500 g | 340 g |\n| Friday | 450 g | 360 g |"
            }
            _ => {}
        }
    }
    text
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// The age of a post, of which and its followers there are so many, among all: some hours between two, as long as the oldest ones
/// lie in what MariaDB takes for a time, which begins in 1970.
fn age(followers: u64, all: u64) -> Duration {
    let longest = (all * 7).min(40 * 365 * 24);
    Duration::hours((followers * longest / all.max(1)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_of_any_number_are_of_a_time_that_every_database_takes() {
        assert_eq!([age(1, 60), age(2, 60), age(60, 60)], [7, 14, 420].map(Duration::hours));
        for all in [1, 60_000, 1_000_000, 10_000_000] {
            assert!(age(all, all) <= Duration::days(40 * 365), "{all}");
            assert!((1..100).all(|post| age(post, all) <= age(post + 1, all)), "{all}");
        }
    }
}
