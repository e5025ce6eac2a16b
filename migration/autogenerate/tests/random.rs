//! Random schemas: the difference of two makes the one of the other, there and back.
#![expect(clippy::unwrap_used, reason = "a helper that fails must fail its test")]

use std::collections::BTreeMap;

use autogenerate::{
    Style,
    diff::{Operation, Renames, apply, diff},
    render::render,
    schema::{Action, Column, DefaultValue, ForeignKey, Index, Schema, Table, Type},
};
use proptest::prelude::*;

fn kind() -> impl Strategy<Value = Type> {
    prop_oneof![
        Just(Type::Boolean),
        Just(Type::Integer),
        Just(Type::BigInteger),
        Just(Type::Text),
        (1_u32..300).prop_map(|length| Type::String(Some(length))),
        Just(Type::Json),
        Just(Type::TimestampWithTimeZone),
        // One enumeration has one list of values in a whole schema: `schema` sees to it.
        Just(Type::Enum { name: "mood".to_owned(), values: Vec::new() }),
    ]
}

fn default(kind: &Type) -> BoxedStrategy<Option<DefaultValue>> {
    match kind {
        Type::Boolean => proptest::option::of(any::<bool>().prop_map(DefaultValue::Bool)).boxed(),
        Type::Integer | Type::BigInteger => {
            proptest::option::of((0..9).prop_map(|number: i32| DefaultValue::Number(number.to_string())))
                .boxed()
        }
        Type::String(_) => proptest::option::of("[a-z'\"]{0,3}".prop_map(DefaultValue::Text)).boxed(),
        _ => Just(None).boxed(),
    }
}

fn column(name: String) -> impl Strategy<Value = Column> {
    kind().prop_flat_map(move |kind| {
        let name = name.clone();
        (Just(kind.clone()), any::<bool>(), default(&kind)).prop_map(move |(kind, nullable, default)| {
            Column { name: name.clone(), kind, nullable, default, auto_increment: false }
        })
    })
}

fn names(prefix: &'static str) -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(vec![0, 1, 2, 3, 4], 1..=4)
        .prop_map(move |numbers| numbers.into_iter().map(|number| format!("{prefix}{number}")).collect())
}

/// A table whose foreign keys refer to any tables there might be.
fn table() -> impl Strategy<Value = Table> {
    names("c")
        .prop_flat_map(|names| {
            let some = || proptest::sample::subsequence(names.clone(), 1..=names.len()).prop_shuffle();
            let index =
                (some(), any::<bool>()).prop_map(|(columns, unique)| Index { name: None, columns, unique });
            let action =
                || prop_oneof![Just(Action::NoAction), Just(Action::Cascade), Just(Action::Restrict)];
            let one = proptest::sample::select(names.clone());
            let key = (one, 0_usize..5, 0_usize..5, action(), action()).prop_map(
                |(column, table, place, on_delete, on_update)| ForeignKey {
                    columns: vec![column],
                    table: format!("t{table}"),
                    // Which of the table's columns it is, `schema` says.
                    references: vec![place.to_string()],
                    on_delete,
                    on_update,
                },
            );
            let columns: Vec<_> = names.iter().cloned().map(column).collect();
            (columns, proptest::collection::vec(index, 0..3), proptest::collection::vec(key, 0..3), some())
        })
        .prop_map(|(columns, mut indexes, mut foreign_keys, primary_key)| {
            indexes.sort_by(|one, other| (one.unique, &one.columns).cmp(&(other.unique, &other.columns)));
            indexes.dedup();
            // The keys of a column are one: they go and come by their columns.
            foreign_keys.sort();
            foreign_keys.dedup_by(|one, other| one.columns == other.columns);
            Table { columns, primary_key, indexes, foreign_keys }
        })
}

fn schema() -> impl Strategy<Value = Schema> {
    (names("t"), proptest::collection::vec(table(), 4), any::<bool>()).prop_map(|(names, tables, wild)| {
        let mut tables: BTreeMap<String, Table> = names.into_iter().zip(tables).collect();
        for column in tables.values_mut().flat_map(|table| &mut table.columns) {
            if let Type::Enum { values, .. } = &mut column.kind {
                *values =
                    if wild { vec!["wild".to_owned()] } else { vec!["calm".to_owned(), "wild".to_owned()] };
            }
        }
        refer(&mut tables);
        Schema { tables }
    })
}

/// Lets keys refer to columns that there are, of which no two rows are alike, and be of their types.
fn refer(tables: &mut BTreeMap<String, Table>) {
    let names: Vec<String> = tables.keys().cloned().collect();
    for name in &names {
        let mut keys = std::mem::take(&mut tables.get_mut(name).unwrap().foreign_keys);
        keys.retain(|key| tables.contains_key(&key.table));
        for key in &mut keys {
            let place: usize = key.references[0].parse().unwrap();
            let target = tables.get_mut(&key.table).unwrap();
            let unique = target.indexes.iter().filter(|index| index.unique).map(|index| &index.columns);
            let alone: Vec<_> =
                unique.chain([&target.primary_key]).filter(|columns| columns.len() == 1).collect();
            if alone.is_empty() {
                let columns = vec![target.columns[place % target.columns.len()].name.clone()];
                key.references.clone_from(&columns);
                target.indexes.push(Index { name: None, columns, unique: true });
            } else {
                key.references.clone_from(alone[place % alone.len()]);
            }
            let kind = target.column(&key.references[0]).unwrap().kind.clone();
            let columns = &mut tables.get_mut(name).unwrap().columns;
            let column = columns.iter_mut().find(|column| column.name == key.columns[0]).unwrap();
            if column.kind != kind {
                (column.kind, column.default) = (kind, None);
            }
        }
        tables.get_mut(name).unwrap().foreign_keys = keys;
    }
    // A type may have changed again for another key.
    let known = Schema { tables: tables.clone() };
    for (name, table) in tables {
        table.foreign_keys.retain(|key| is_whole(&known, name, key));
    }
}

fn kinds<'s>(table: &'s Table, names: &[String]) -> Vec<Option<&'s Type>> {
    names.iter().map(|name| table.column(name).map(|column| &column.kind)).collect()
}

/// Whether a database would have this key: to columns of the same types, of which no two rows are alike.
fn is_whole(schema: &Schema, name: &str, key: &ForeignKey) -> bool {
    let (Some(table), Some(target)) = (schema.tables.get(name), schema.tables.get(&key.table)) else {
        return false;
    };
    let (own, others) = (kinds(table, &key.columns), kinds(target, &key.references));
    let is_unique = |index: &Index| index.unique && index.columns == key.references;
    own.iter().all(Option::is_some)
        && own == others
        && (target.primary_key == key.references || target.indexes.iter().any(is_unique))
}

/// Whether a step is one that a database takes as things are.
fn is_possible(schema: &Schema, step: &Operation) -> bool {
    use Operation as O;
    let table = |name: &String| &schema.tables[name];
    let exists = |table: &Table, names: &[String]| names.iter().all(|name| table.column(name).is_some());
    // Whether a key of whichever table has to do with a column.
    let in_key = |of: &String, column: &String| {
        schema.tables.iter().any(|(name, table)| {
            table.foreign_keys.iter().any(|key| {
                name == of && key.columns.contains(column)
                    || key.table == *of && key.references.contains(column)
            })
        })
    };
    match step {
        O::CreateEnum { .. } | O::ChangeEnum { .. } | O::DropEnum { .. } => true,
        O::CreateTable { name, .. } => !schema.tables.contains_key(name),
        O::DropTable { name, .. } => schema.tables.contains_key(name),
        O::RenameTable { from, to } => schema.tables.contains_key(from) && !schema.tables.contains_key(to),
        O::RenameColumn { table: of, from, to } => {
            table(of).column(from).is_some() && table(of).column(to).is_none()
        }
        O::AddColumn { table: of, column, .. } => table(of).column(&column.name).is_none(),
        O::ChangeColumn { table: of, from, to, .. } => {
            table(of).column(&from.name) == Some(from) && (from.kind == to.kind || !in_key(of, &from.name))
        }
        O::ChangePrimaryKey { table: of, from, to } => {
            table(of).primary_key == *from && exists(table(of), to)
        }
        O::DropColumn { table: of, column } => {
            let known = table(of);
            let lists = known.indexes.iter().map(|index| &index.columns).chain([&known.primary_key]);
            known.column(&column.name) == Some(column)
                && !lists.into_iter().any(|columns| columns.contains(&column.name))
                && !in_key(of, &column.name)
        }
        O::CreateIndex { table: of, index } => {
            exists(table(of), &index.columns) && !table(of).indexes.contains(index)
        }
        O::DropIndex { table: of, index } => table(of).indexes.contains(index),
        O::AddForeignKey { table: of, key } => !table(of).foreign_keys.contains(key),
        O::DropForeignKey { table: of, key } => table(of).foreign_keys.contains(key),
    }
}

/// What the steps make, one after the other: each is possible, and after each all keys are whole.
fn apply_in_order(before: &Schema, steps: &[Operation]) -> Result<Schema, TestCaseError> {
    let mut now = before.clone();
    for step in steps {
        prop_assert!(is_possible(&now, step), "{step:?} of {now:#?}");
        now = apply(&now, std::slice::from_ref(step));
        for (name, table) in &now.tables {
            for key in &table.foreign_keys {
                prop_assert!(is_whole(&now, name, key), "{name}: {key:?} after {step:?} in {now:#?}");
            }
        }
    }
    Ok(now)
}

proptest! {
    #[test]
    fn a_difference_makes_one_schema_of_another(before in schema(), after in schema()) {
        let none = Renames::default();
        prop_assert_eq!(&apply_in_order(&before, &diff(&before, &after, &none))?, &after);
        prop_assert_eq!(&apply_in_order(&after, &diff(&after, &before, &none))?, &before);
        prop_assert_eq!(diff(&before, &before, &none), []);
        // And it can be written: no step is without its Rust, but from a type to one that no database makes of it.
        let no_way = |step: &Operation| matches!(step, Operation::ChangeColumn { from, to, .. } if !from.kind.converts_to(&to.kind));
        let written = render("Random.", &before, &after, &none, &Style::default());
        prop_assert_eq!(written.is_err(), diff(&before, &after, &none).iter().any(no_way));
    }

    #[test]
    fn what_is_renamed_is_the_same_there_and_back(before in schema(), after in schema(), table in 0_usize..4, column in 0_usize..4, swap in any::<bool>()) {
        let pick = |schema: &Schema| {
            let (name, known) = schema.tables.iter().nth(table % schema.tables.len()).unwrap();
            (name.clone(), known.columns[column % known.columns.len()].name.clone())
        };
        let ((old_table, old), (new_table, new)) = (pick(&before), pick(&after));
        let mut renames = Renames::default();
        // Whatever else has these names: it goes, it comes, or the two change names.
        if old_table != new_table {
            renames.tables.push((old_table.clone(), new_table.clone()));
            if swap && before.tables.contains_key(&new_table) && after.tables.contains_key(&old_table) {
                renames.tables.push((new_table.clone(), old_table));
            }
        }
        renames.columns.push((new_table.clone(), old.clone(), new.clone()));
        let (from, to) = (&renames.reversed().columns[0].0, &after.tables[&new_table]);
        if swap && before.tables[from].column(&new).is_some() && to.column(&old).is_some() {
            renames.columns.push((new_table, new, old));
        }
        prop_assert_eq!(&apply_in_order(&before, &diff(&before, &after, &renames))?, &after);
        let back = renames.reversed();
        prop_assert_eq!(&apply_in_order(&after, &diff(&after, &before, &back))?, &before);
    }
}
