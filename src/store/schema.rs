//! The versions of the database. `user_version` counts the migrations that were applied.
//!
//! The next change of the schema is the next file in `schema/` and one line in [`MIGRATIONS`].

use rusqlite_migration::{M, Migrations};

const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/1.sql")),
    M::up(include_str!("schema/2.sql")),
    M::up(include_str!("schema/3.sql")),
    M::up(include_str!("schema/4.sql")),
    M::up(include_str!("schema/5.sql")),
    M::up(include_str!("schema/6.sql")),
    M::up(include_str!("schema/7.sql")),
    M::up(include_str!("schema/8.sql")),
    M::up(include_str!("schema/9.sql")),
    M::up(include_str!("schema/10.sql")),
];

/// Every migration, oldest first.
pub(super) const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// The newest version that this program knows.
pub(super) const VERSION: i64 = STEPS.len() as i64;

/// `application_id` in the file's header: "Lzrt". Tells our database from any other SQLite file.
pub(super) const APPLICATION_ID: i32 = 0x4c7a_7274;

#[cfg(test)]
mod tests {
    #[test]
    fn the_migrations_apply_to_an_empty_database() {
        super::MIGRATIONS.validate().unwrap();
    }
}
