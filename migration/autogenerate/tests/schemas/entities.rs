//! Both sides of the pairs.

use sea_orm::entity::prelude::*;

use crate::common::{entity, table};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "kind", rename_all = "snake_case")]
pub enum Kind {
    A,
    B,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "kind", rename_all = "snake_case")]
pub enum MoreKinds {
    A,
    B,
    C,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "order_state", rename_all = "snake_case")]
pub enum State {
    WaitingForPayment,
    PaymentReceived,
    BeingPacked,
    HandedToCarrier,
    InDelivery,
    Delivered,
    SentBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "order_state", rename_all = "snake_case")]
pub enum MoreStates {
    WaitingForPayment,
    PaymentReceived,
    BeingPacked,
    HandedToCarrier,
    InDelivery,
    Delivered,
    SentBack,
    Refunded,
}

entity!(customer = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
});

entity!(person = "people" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
});

entity!(order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

table!(order_without_key = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
});

entity!(order_of_two = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, relation_enum = "Customer", from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Person", from = "customer_id", to = "id")]
    pub person: BelongsTo<super::person::Entity>,
});

entity!(order_of_one = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, relation_enum = "Customer", from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(long = "customer_subscription_preferences" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub preferred_customer_id: i64,
    #[sea_orm(belongs_to, from = "preferred_customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(long_without_index = "customer_subscription_preferences" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub preferred_customer_id: i64,
    #[sea_orm(belongs_to, from = "preferred_customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(country = "countries" {
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(2))")]
    pub code: String,
    #[sea_orm(unique, column_type = "String(StringLen::N(3))")]
    pub iso: String,
});

entity!(country_by_iso = "countries" {
    #[sea_orm(unique, column_type = "String(StringLen::N(2))")]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(3))")]
    pub iso: String,
});

entity!(city = "cities" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(2))")]
    pub country: String,
    #[sea_orm(belongs_to, from = "country", to = "code")]
    pub c: BelongsTo<super::country::Entity>,
});

entity!(city_of_iso = "cities" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(2))")]
    pub country: String,
    #[sea_orm(belongs_to, from = "country", to = "code")]
    pub c: BelongsTo<super::country_by_iso::Entity>,
});

entity!(category = "Category" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub order: i32,
    #[sea_orm(indexed)]
    pub parent_id: Option<i32>,
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id")]
    pub parent: BelongsTo<Option<Entity>>,
});

entity!(wide_category = "Category" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub order: i64,
    #[sea_orm(indexed)]
    pub parent_id: Option<i64>,
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id")]
    pub parent: BelongsTo<Option<Entity>>,
});

entity!(team = "teams" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub lead_id: Option<i32>,
    #[sea_orm(belongs_to, from = "lead_id", to = "id")]
    pub lead: BelongsTo<Option<super::worker::Entity>>,
});

entity!(worker = "workers" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub team_id: Option<i32>,
    #[sea_orm(belongs_to, from = "team_id", to = "id")]
    pub team: BelongsTo<Option<super::team::Entity>>,
});

entity!(wide_team = "teams" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub lead_id: Option<i64>,
    #[sea_orm(belongs_to, from = "lead_id", to = "id")]
    pub lead: BelongsTo<Option<super::wide_worker::Entity>>,
});

entity!(wide_worker = "workers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub team_id: Option<i64>,
    #[sea_orm(belongs_to, from = "team_id", to = "id")]
    pub team: BelongsTo<Option<super::wide_team::Entity>>,
});

entity!(bill = "bills" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "tn")]
    pub tenant: i64,
    #[sea_orm(unique_key = "tn")]
    pub number: i32,
});

entity!(wide_bill = "bills" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "tn")]
    pub tenant: i64,
    #[sea_orm(unique_key = "tn")]
    pub nr: i64,
});

entity!(item = "items" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub tenant: i64,
    pub bill: i32,
    #[sea_orm(belongs_to, from = "(tenant, bill)", to = "(tenant, number)", on_delete = "Cascade")]
    pub o: BelongsTo<super::bill::Entity>,
});

entity!(wide_item = "items" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub tenant: i64,
    pub bill_nr: i64,
    #[sea_orm(belongs_to, from = "(tenant, bill_nr)", to = "(tenant, nr)", on_delete = "Cascade")]
    pub o: BelongsTo<super::wide_bill::Entity>,
});

entity!(mailed_customer = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub email: String,
});

entity!(client = "clients" {
    #[sea_orm(primary_key)]
    pub key: i64,
    #[sea_orm(unique)]
    pub mail: String,
    #[sea_orm(unique)]
    pub email: Option<String>,
});

entity!(mailed_order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::mailed_customer::Entity>,
});

entity!(purchase = "purchases" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub client_id: i64,
    #[sea_orm(indexed)]
    pub customer_id: Option<i64>,
    #[sea_orm(belongs_to, relation_enum = "A", from = "client_id", to = "key", on_delete = "Cascade")]
    pub client: BelongsTo<super::client::Entity>,
    #[sea_orm(belongs_to, relation_enum = "B", from = "customer_id", to = "key")]
    pub customer: BelongsTo<Option<super::client::Entity>>,
});

entity!(kind = "kinds" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub kind: super::Kind,
});

entity!(more_kind = "kinds" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub kind: super::MoreKinds,
});

entity!(member = "members" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: super::Kind,
    #[sea_orm(belongs_to, from = "kind", to = "kind")]
    pub k: BelongsTo<super::kind::Entity>,
});

entity!(more_member = "members" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: super::MoreKinds,
    #[sea_orm(belongs_to, from = "kind", to = "kind")]
    pub k: BelongsTo<super::more_kind::Entity>,
});

entity!(loose_order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: Option<i64>,
    #[sea_orm(belongs_to, from = "customer_id", to = "id", on_delete = "SetNull")]
    pub customer: BelongsTo<Option<super::customer::Entity>>,
});

entity!(strict_order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id", on_delete = "Cascade")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(profile_alone = "profiles" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(profile = "profiles" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(profile_indexed = "profiles" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(note_alone = "notes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "cn")]
    pub customer_id: i64,
    #[sea_orm(unique_key = "cn")]
    pub number: i32,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(note_without_number = "notes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(note = "notes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    pub number: i32,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(customer_by_mail = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(60))")]
    pub email: String,
});

entity!(customer_by_id = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(90))")]
    pub email: Option<String>,
});

entity!(order_by_mail = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub customer: String,
    #[sea_orm(belongs_to, from = "customer", to = "email")]
    pub c: BelongsTo<super::customer_by_mail::Entity>,
});

entity!(order_by_id = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: Option<i64>,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub c: BelongsTo<Option<super::customer_by_id::Entity>>,
});

table!(capital_thing = "Things" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_name: String,
});

table!(thing = "things" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_name: String,
});

table!(state = "states" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub state: super::State,
});

table!(more_state = "states" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub state: super::MoreStates,
});
