//! Random schemas: the difference of two makes the one of the other, there and back.

use std::collections::BTreeMap;

use autogenerate::{
    Style,
    diff::{Renames, apply, diff},
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
            let key = (proptest::sample::select(names.clone()), 0_usize..5, action(), action()).prop_map(
                |(column, table, on_delete, on_update)| ForeignKey {
                    columns: vec![column],
                    table: format!("t{table}"),
                    references: vec!["id".to_owned()],
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
            foreign_keys.sort();
            foreign_keys.dedup_by(|one, other| (&one.columns, &one.table) == (&other.columns, &other.table));
            Table { columns, primary_key, indexes, foreign_keys }
        })
}

fn schema() -> impl Strategy<Value = Schema> {
    (names("t"), proptest::collection::vec(table(), 4), any::<bool>()).prop_map(|(names, tables, wild)| {
        let mut tables: BTreeMap<String, Table> = names.into_iter().zip(tables).collect();
        let known: Vec<String> = tables.keys().cloned().collect();
        for table in tables.values_mut() {
            table.foreign_keys.retain(|key| known.contains(&key.table));
            for column in &mut table.columns {
                if let Type::Enum { values, .. } = &mut column.kind {
                    *values = if wild {
                        vec!["wild".to_owned()]
                    } else {
                        vec!["calm".to_owned(), "wild".to_owned()]
                    };
                }
            }
        }
        Schema { tables }
    })
}

proptest! {
    #[test]
    fn a_difference_makes_one_schema_of_another(before in schema(), after in schema()) {
        let none = Renames::default();
        prop_assert_eq!(&apply(&before, &diff(&before, &after, &none)), &after);
        prop_assert_eq!(&apply(&after, &diff(&after, &before, &none)), &before);
        prop_assert_eq!(diff(&before, &before, &none), []);
        // And it can be written: no step is without its Rust.
        prop_assert!(render("Random.", &before, &after, &none, &Style::default()).is_ok());
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
        prop_assert_eq!(&apply(&before, &diff(&before, &after, &renames)), &after);
        let back = renames.reversed();
        prop_assert_eq!(&apply(&after, &diff(&after, &before, &back)), &before);
    }
}
