//! What docs/admin-resources.md says, done: an entity and a table that Lectern does not know, brought into the admin.

use entity::user::Role;
use futures_util::future::BoxFuture;
use harness::{TestDatabase, TestSite};
use lectern::{
    admin::{Access, Admin, Datum, Draft, Hooks, Resource, field},
    auth::Permission,
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
        resources,
    },
};
use sea_orm::{ActiveEnum, ConnectionTrait, EntityTrait, Schema};

use super::studio::declarations;

/// Places where courses are held.
mod room {
    use sea_orm::entity::prelude::*;

    /// What a room is for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
    pub(super) enum Use {
        #[sea_orm(string_value = "lectures")]
        Lectures,
        #[sea_orm(string_value = "workshops")]
        Workshops,
    }

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "rooms")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        #[sea_orm(column_type = "String(StringLen::N(60))")]
        pub(super) name: String,
        #[sea_orm(unique_key = "door")]
        pub(super) floor: i32,
        #[sea_orm(unique_key = "door")]
        pub(super) number: i32,
        #[sea_orm(column_type = "Text")]
        pub(super) notes: String,
        pub(super) used_for: Use,
        pub(super) is_open: bool,
        #[sea_orm(column_type = "Double", nullable)]
        pub(super) area: Option<f64>,
        pub(super) rented_until: Option<Date>,
        #[sea_orm(column_type = "Json", nullable)]
        pub(super) equipment: Option<Json>,
        #[sea_orm(indexed)]
        pub(super) keeper_id: Option<i64>,
        pub(super) updated_at: DateTimeUtc,
        #[sea_orm(belongs_to, from = "keeper_id", to = "id", on_delete = "SetNull")]
        pub(super) keeper: BelongsTo<Option<entity::user::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the feature does itself.
struct RoomHooks;

impl Hooks for RoomHooks {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.text("name").starts_with("Room 13") {
                return Err(Error::Invalid(FieldErrors::of("name", "There is no such room.")));
            }
            Ok(())
        })
    }
}

fn rooms() -> Resource {
    Resource::of::<room::Entity>("rooms", "room", "Where courses are held.")
        .access(Access::all(Permission::ManageCourses))
        .search([room::Column::Name])
        .filter(room::Column::UsedFor)
        .ascending(room::Column::Name)
        .group("", [field(room::Column::Name), field(room::Column::Floor), field(room::Column::Number)])
        .group(
            "More",
            [
                field(room::Column::UsedFor).choose::<room::Use>(),
                field(room::Column::Notes).optional().help("Where the key is."),
                field(room::Column::IsOpen).label("Open to all").starts_as(|_| Datum::Boolean(true)),
                field(room::Column::Area),
                field(room::Column::RentedUntil).widget(Widget::Date),
                field(room::Column::Equipment),
                field(room::Column::KeeperId).label("Keeper").refers_to("users"),
            ],
        )
        .hooks(RoomHooks)
}

async fn with_rooms() -> TestSite {
    let admin = declarations().resource(rooms()).refers::<room::Entity>("rooms");
    let site = TestSite::start_admin(TestDatabase::create().await, admin).await;
    let connection = site.db.write();
    let schema = Schema::new(connection.get_database_backend());
    connection.execute(&schema.create_table_from_entity(room::Entity)).await.unwrap();
    for index in schema.create_index_from_entity(room::Entity) {
        connection.execute(&index).await.unwrap();
    }
    site
}

#[tokio::test]
async fn a_declaration_brings_an_entity_into_the_admin() {
    assert_eq!(room::Use::values().len(), 2);
    let site = with_rooms().await;
    site.user("ed", Role::Editor).await;
    site.user("root", Role::Admin).await;
    let ada = site.build().author("ada").await;
    let keeper = ada.to_string();
    let ed = site.sign_in("ed").await;
    assert!(ed.get("/admin").await.expect(200).texts("nav a").contains(&"Rooms".to_owned()));
    let form = ed.get("/admin/rooms/new").await.expect(200);
    assert_eq!(form.attributes("#field-is_open", "checked").len(), 1);
    let fields = [
        ("name", "Great hall"),
        ("floor", "1"),
        ("number", "7"),
        ("used_for", "lectures"),
        ("notes", "Key:\nbehind the door"),
        ("is_open__sent", "1"),
        ("area", "120,5"),
        ("rented_until", "2030-12-31"),
        ("equipment", "{\"chairs\": 80}"),
        ("keeper_id", keeper.as_str()),
    ];
    // The hooks have a say.
    let answer =
        ed.post("/admin/rooms/new", &[&[("name", "Room 13")], &fields[1..]].concat()).await.expect(422);
    assert_eq!(answer.texts(".complaints li"), ["Name: There is no such room."]);
    ed.post("/admin/rooms/new", &fields).await.expect(303);
    let row = room::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.floor, row.number, row.is_open), ("Great hall", 1, 7, false));
    assert_eq!((row.used_for, row.area), (room::Use::Lectures, Some(120.5)));
    assert_eq!(row.equipment, Some(serde_json::json!({"chairs": 80})));
    // Two columns that are unique together.
    let answer = ed.post("/admin/rooms/new", &fields).await.expect(422);
    assert!(answer.text().contains("There is a room with this floor and number already."));
    let url = format!("/admin/rooms/{}", row.id);
    let list = ed.get("/admin/rooms?q=great&used_for=lectures").await.expect(200);
    assert!(list.text().contains("Great hall"));
    let form = ed.get(&url).await.expect(200);
    assert_eq!(form.attributes("#field-rented_until", "value"), ["2030-12-31"]);
    let answer = ed.post(&url, &[("equipment", "{chairs}"), ("floor", "99999999999")]).await.expect(422);
    assert!(answer.text().contains("This is no JSON") && answer.text().contains("This number is too large."));
    assert_eq!(answer.texts("#field-equipment"), ["{chairs}"]);
    ed.post(&url, &[("area", ""), ("name", "Small hall")]).await.expect(303);
    let row = room::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.area, row.name.as_str()), (None, "Small hall"));
    // Whoever is about to delete its keeper is told what becomes of it.
    let root = site.sign_in("root").await;
    let page = root.get(&format!("/admin/users/{ada}/delete")).await.expect(200);
    assert!(page.text().contains("1 room stays, without its keeper"), "{}", page.text());
    root.post(&format!("/admin/users/{ada}/delete"), &[("confirmed", "1")]).await.expect(303);
    let row = room::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.keeper_id, None);
    ed.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert!(ed.get(&format!("{url}/history")).await.expect(200).text().contains("Small hall"));
    assert!(room::Entity::find().one(site.db.write()).await.unwrap().is_none());
    site.end().await;
}

#[test]
fn the_programs_own_declarations_hold_together() {
    for admin in [resources::admin(), declarations()] {
        check(&admin);
    }
}

/// What refers to a resource refers to one that is there.
fn check(admin: &Admin) {
    for resource in &admin.resources {
        let inline = resource.inlines.iter().flat_map(|inline| &inline.fields);
        for target in resource.fields().chain(inline).filter_map(|field| field.related) {
            assert!(admin.find(target).is_some(), "{}: {target}", resource.name);
        }
    }
}
