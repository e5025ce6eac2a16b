//! Rows that are edited in the form of the row they belong to.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{CaseStatement, Expr, Order, Query},
};

use super::{
    column::iden,
    resource::InlineOf,
    save::InlineInput,
    store,
    stored::StoredRow,
    value::{Datum, Values},
};

/// The most rows of one inline in a form.
pub const MAX_ROWS: usize = 500;

/// The rows of a parent, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn read(
    db: &impl ConnectionTrait,
    inline: &InlineOf,
    parent: i64,
) -> Result<Vec<StoredRow>, DbErr> {
    Ok(read_many(db, inline, &[parent]).await?.remove(&parent).unwrap_or_default())
}

/// As [`read`], of several parents at once; those without rows are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn read_many(
    db: &impl ConnectionTrait,
    inline: &InlineOf,
    parents: &[i64],
) -> Result<BTreeMap<i64, Vec<StoredRow>>, DbErr> {
    let table = &inline.table;
    let mut select = Query::select();
    select.columns(table.columns.iter().map(|column| column.iden())).from(iden(table.name));
    select.and_where(Expr::col(iden(inline.parent)).is_in(parents.iter().copied()));
    if let Some(order) = inline.order {
        select.order_by(iden(order), Order::Asc);
    }
    select.order_by(iden(table.key), Order::Asc);
    let mut all: BTreeMap<i64, Vec<StoredRow>> = BTreeMap::new();
    for row in &db.query_all(&select).await? {
        let values = table.columns.iter().map(|column| Ok((column.name, Datum::read(row, column)?)));
        let values: Values = values.collect::<Result<_, DbErr>>()?;
        let parent = values.get(inline.parent).and_then(Datum::as_integer).ok_or(DbErr::UnpackInsertId)?;
        all.entry(parent).or_default().push(StoredRow { key: store::key(row, table)?, values });
    }
    Ok(all)
}

/// What is to be done to the rows of a parent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The rows to be deleted.
    pub deleted: Vec<i64>,
    /// The rows to be changed: what is given and differs.
    pub changed: Vec<(i64, Values)>,
    /// The rows to be made, without their parent.
    pub added: Vec<Values>,
    /// The places of rows that get another one, by key.
    pub moved: BTreeMap<i64, i64>,
}

impl Plan {
    /// Compares what was sent with what is stored. Rows that were not sent stay as they are, in their order; those of
    /// other parents are not among the stored ones and are left alone.
    pub fn new(inline: &InlineOf, stored: &[StoredRow], sent: &[InlineInput]) -> Self {
        let mut plan = Self::default();
        let known: BTreeMap<i64, &StoredRow> = stored.iter().map(|row| (row.key, row)).collect();
        let mut kept: Vec<&InlineInput> = Vec::new();
        for row in sent {
            match row.key.map(|key| known.get(&key)) {
                Some(None) => {}
                Some(Some(stored)) if row.is_deleted => plan.deleted.push(stored.key),
                Some(Some(_)) => kept.push(row),
                None if row.is_deleted => {}
                None => kept.push(row),
            }
        }
        let mut rows = exchanged(inline, &known, &kept);
        // A row that was not sent has a place too, and nobody else gets it.
        let named: BTreeSet<i64> = sent.iter().filter_map(|row| row.key).collect();
        let others = stored.iter().filter(|row| !named.contains(&row.key));
        rows.extend(others.map(|row| InlineInput { key: Some(row.key), ..InlineInput::default() }));
        let kept: Vec<&InlineInput> = rows.iter().collect();
        let places = inline.order.map(|order| places(order, stored, &kept));
        for (number, row) in kept.into_iter().enumerate() {
            let place = places.as_ref().and_then(|places| places.get(number).copied());
            match row.key.and_then(|key| known.get(&key)) {
                Some(stored) => {
                    let differs =
                        |name: &&'static str, value: &Datum| stored.values.get(*name) != Some(value);
                    let values = row.values.iter().filter(|(name, value)| differs(name, value));
                    let values: Values = values.map(|(name, value)| (*name, value.clone())).collect();
                    if !values.is_empty() {
                        plan.changed.push((stored.key, values));
                    }
                    if let Some(place) = place
                        && place_of(inline, stored) != Some(place)
                    {
                        plan.moved.insert(stored.key, place);
                    }
                }
                None => {
                    let mut values = row.values.clone();
                    if let (Some(order), Some(place)) = (inline.order, place) {
                        values.insert(order, Datum::Integer(place));
                    }
                    plan.added.push(values);
                }
            }
        }
        plan
    }

    /// Whether everything is as it should be.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Does it.
    ///
    /// # Errors
    /// A duplicate, or a reference to what is not there.
    pub async fn carry_out(
        &self,
        db: &impl ConnectionTrait,
        inline: &InlineOf,
        parent: i64,
    ) -> Result<(), DbErr> {
        let table = &inline.table;
        let of_parent = || Expr::col(iden(inline.parent)).eq(parent);
        // In this order a row may take over what another one gives up.
        for keys in self.deleted.chunks(store::CHUNK) {
            let mut delete = Query::delete();
            delete.from_table(iden(table.name)).and_where(of_parent());
            delete.and_where(Expr::col(iden(table.key)).is_in(keys.iter().copied()));
            db.execute(&delete).await?;
        }
        for (key, values) in &self.changed {
            store::update(db, table, *key, values).await?;
        }
        if let (Some(order), false) = (inline.order, self.moved.is_empty()) {
            let mut case = CaseStatement::new();
            for (key, place) in &self.moved {
                case = case.case(Expr::col(iden(table.key)).eq(*key), Expr::val(place_value(*place)));
            }
            let mut update = Query::update();
            let case = case.finally(Expr::col(iden(order)));
            update.table(iden(table.name)).value(iden(order), case).and_where(of_parent());
            update.and_where(Expr::col(iden(table.key)).is_in(self.moved.keys().copied()));
            db.execute(&update).await?;
        }
        let added: Vec<Values> = self
            .added
            .iter()
            .map(|row| {
                let mut row = row.clone();
                row.insert(inline.parent, Datum::Integer(parent));
                row
            })
            .collect();
        store::insert_many(db, table, &added).await
    }
}

/// Rows that take over from each other what must be unique among them keep that, and take over all else that the form
/// has of each other: no statement has the same twice, and whatever refers to a row (a reader's progress to the lesson
/// about a post) goes on referring to the same thing.
fn exchanged(
    inline: &InlineOf,
    known: &BTreeMap<i64, &StoredRow>,
    kept: &[&InlineInput],
) -> Vec<InlineInput> {
    let mut rows: Vec<InlineInput> = kept.iter().map(|row| (*row).clone()).collect();
    let own = |group: &Vec<&'static str>| -> Vec<&'static str> {
        group.iter().copied().filter(|name| *name != inline.parent && *name != inline.table.key).collect()
    };
    let Some(own) = inline.table.unique.iter().map(own).find(|own| !own.is_empty()) else { return rows };
    let stored = |key: Option<i64>, name: &str| known.get(&key?)?.values.get(name).cloned();
    let has = |key: i64| -> Vec<Datum> {
        own.iter().map(|name| stored(Some(key), name).unwrap_or(Datum::Null)).collect()
    };
    let wants = |row: &InlineInput| -> Vec<Datum> {
        let value = |name: &&'static str| row.values.get(name).cloned().or_else(|| stored(row.key, name));
        own.iter().map(|name| value(name).unwrap_or(Datum::Null)).collect()
    };
    let mut free: BTreeMap<i64, Vec<Datum>> =
        rows.iter().filter_map(|row| row.key).map(|key| (key, has(key))).collect();
    // First those whose wish a row has already, then those who can stay what they are.
    let mut keys: Vec<Option<i64>> = vec![None; rows.len()];
    for (row, place) in rows.iter().zip(&mut keys).filter(|(row, _)| row.key.is_some()) {
        let wanted = wants(row);
        let holder = free.iter().find(|(_, has)| **has == wanted && !wanted.contains(&Datum::Null));
        *place = holder.map(|(key, _)| *key);
        place.and_then(|key| free.remove(&key));
    }
    for (row, place) in rows.iter().zip(&mut keys).filter(|(_, place)| place.is_none()) {
        *place = row.key.filter(|key| free.remove(key).is_some());
    }
    for (row, place) in rows.iter_mut().zip(keys) {
        let Some(before) = row.key else { continue };
        let key = place.or_else(|| free.pop_first().map(|(key, _)| key)).unwrap_or(before);
        if key == before {
            continue;
        }
        for field in inline.fields.iter().filter(|field| !own.contains(&field.name)) {
            if let Some(value) = stored(Some(before), field.name) {
                row.values.entry(field.name).or_insert(value);
            }
        }
        row.order = row.order.or_else(|| stored(Some(before), inline.order?)?.as_integer());
        for name in &own {
            if let Some(value) = stored(Some(before), name) {
                row.values.entry(name).or_insert(value);
            }
        }
        row.key = Some(key);
    }
    rows
}

/// Places are 32-bit numbers; what a form may say of them is checked before.
fn place_value(place: i64) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

fn place_of(inline: &InlineOf, row: &StoredRow) -> Option<i64> {
    row.values.get(inline.order?)?.as_integer()
}

/// The places of rows that stay or come, in their order. What was typed stays as it is, unless two have the same or one
/// is negative: then they are counted anew, and a row that was given another's place comes before it when it moved up, else behind.
fn places(order: &str, stored: &[StoredRow], kept: &[&InlineInput]) -> Vec<i64> {
    let before: BTreeMap<i64, i64> =
        stored.iter().filter_map(|row| Some((row.key, row.values.get(order)?.as_integer()?))).collect();
    let typed = |row: &InlineInput| row.order.or_else(|| before.get(&row.key?).copied());
    let last = kept.iter().filter_map(|row| typed(row)).max().unwrap_or(0);
    let wanted: Vec<i64> = kept
        .iter()
        .enumerate()
        .map(|(number, row)| typed(row).unwrap_or(last + 1 + i64::try_from(number).unwrap_or(0)))
        .collect();
    let distinct: BTreeSet<i64> = wanted.iter().copied().collect();
    let is_plain = wanted.iter().all(|place| *place >= 0);
    if is_plain && distinct.len() == wanted.len() && last <= i64::from(i32::MAX) - 2 * MAX_ROWS as i64 {
        return wanted;
    }
    let moved = |number: usize| {
        let before = kept[number].key.and_then(|key| before.get(&key).copied());
        before.map_or(std::cmp::Ordering::Greater, |before| wanted[number].cmp(&before))
    };
    let mut sorted: Vec<usize> = (0..kept.len()).collect();
    sorted.sort_by_key(|number| (wanted[*number], moved(*number), *number));
    let mut places = vec![0; kept.len()];
    for (place, number) in (1..).zip(sorted) {
        places[number] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(rows: &[(i64, i64)]) -> Vec<StoredRow> {
        let row = |(key, place): &(i64, i64)| StoredRow {
            key: *key,
            values: Values::from([("position", Datum::Integer(*place))]),
        };
        rows.iter().map(row).collect()
    }

    fn sent(key: Option<i64>, order: Option<i64>) -> InlineInput {
        InlineInput { key, order, ..InlineInput::default() }
    }

    fn order(before: &[(i64, i64)], rows: &[(Option<i64>, Option<i64>)]) -> Vec<i64> {
        let rows: Vec<InlineInput> = rows.iter().map(|(key, order)| sent(*key, *order)).collect();
        places("position", &stored(before), &rows.iter().collect::<Vec<_>>())
    }

    #[test]
    fn places_are_kept_unless_two_have_the_same() {
        let before = [(1, 0), (2, 1), (3, 2)];
        let untouched = [(Some(1), Some(0)), (Some(2), Some(1)), (Some(3), Some(2))];
        assert_eq!(order(&before, &untouched), [0, 1, 2]);
        // The third is given the place of the second, and the first that of the second.
        assert_eq!(order(&before, &[(Some(1), Some(0)), (Some(2), Some(1)), (Some(3), Some(1))]), [1, 3, 2]);
        assert_eq!(order(&before, &[(Some(1), Some(1)), (Some(2), Some(1)), (Some(3), Some(2))]), [2, 1, 3]);
        // New ones come last.
        assert_eq!(order(&before[..1], &[(Some(1), Some(0)), (None, None), (None, None)]), [0, 2, 3]);
        assert_eq!(order(&[], &[(None, Some(7)), (None, Some(7))]), [1, 2]);
    }

    #[test]
    fn a_row_that_was_not_sent_keeps_its_place() {
        let inline = InlineOf::of("Lessons", "lesson", entity::lesson::Column::CourseId)
            .ordered(entity::lesson::Column::Position);
        let before = stored(&[(1, 0), (2, 1)]);
        let plan = Plan::new(&inline, &before, &[sent(Some(1), Some(0)), sent(None, Some(1))]);
        // Both want the second place: the new one comes behind.
        assert_eq!(plan.added, [Values::from([("position", Datum::Integer(3))])]);
        assert_eq!(plan.moved, BTreeMap::from([(1, 1), (2, 2)]));
        let plan = Plan::new(&inline, &before, &[sent(Some(1), Some(0)), sent(None, None)]);
        assert_eq!(plan.added, [Values::from([("position", Datum::Integer(2 + 1))])]);
        assert!(plan.moved.is_empty());
    }

    #[test]
    fn a_row_of_another_parent_is_left_alone() {
        let inline = InlineOf::of("Lessons", "lesson", entity::lesson::Column::CourseId)
            .ordered(entity::lesson::Column::Position);
        let mut foreign = sent(Some(99), Some(1));
        foreign.is_deleted = true;
        let plan = Plan::new(&inline, &stored(&[(1, 0)]), &[sent(Some(1), Some(0)), foreign]);
        assert!(plan.is_empty(), "{plan:?}");
    }
}
