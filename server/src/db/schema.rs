//! The tables, one step after the other, for both engines.
//!
//! sqlx has macros for this and for reading rows into structs. They are not used: a macro that knows databases brings
//! both engines and a TLS stack along, compiled once more for the machine that builds.

use std::borrow::Cow;

use sqlx::SqlStr;
use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use super::{Engine, Result};

/// One step, with its text for each engine.
struct Step {
    /// Its number, and what it is about: `0004_documents`.
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($name:literal,)+) => {
        &[$(Step {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }),+]
    };
}

/// All of them, oldest first. What has been released is never altered: a database knows each by its hash.
const STEPS: &[Step] = steps![
    "0001_identity",
    "0002_units",
    "0003_people",
    "0004_documents",
    "0005_changes",
    "0006_rollup",
    "0007_devices",
    "0008_files",
    "0009_departures",
    "0010_demo",
    "0011_accounts",
    "0012_imports",
    "0013_events",
    "0014_known_devices",
    "0015_departures_by_place",
    "0017_unlisted_files",
    "0018_devices_by_person",
    "0019_desk",
    "0020_figures",
    "0021_criteria",
    "0022_links",
    "0023_jobs",
    "0024_letterheads",
    "0025_scans",
    "0026_proposals",
    "0027_proposed_sets",
    "0028_campaigns",
    "0029_told_apart",
    "0030_exemplars",
    "0032_symbols",
    "0033_initiatives",
    "0034_whereabouts",
    "0035_documents_by_shard",
];

/// What brings a database of an engine up to date.
pub(super) fn migrator(engine: Engine) -> Result<Migrator> {
    let migrations: std::result::Result<_, BoxDynError> =
        STEPS.iter().map(|step| step.migration(engine)).collect();
    Ok(Migrator::with_migrations(
        migrations.map_err(MigrateError::Source)?,
    ))
}

impl Step {
    fn migration(&self, engine: Engine) -> std::result::Result<Migration, BoxDynError> {
        let (version, about) = self
            .name
            .split_once('_')
            .ok_or("a step is a number and a name")?;
        let text = match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        };
        Ok(Migration::new(
            version.parse()?,
            Cow::Owned(about.replace('_', " ")),
            MigrationType::Simple,
            SqlStr::from_static(text),
            false,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_step_and_steps_come_in_order() {
        for engine in ["sqlite", "postgres"] {
            let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let steps: Vec<String> = STEPS
                .iter()
                .map(|step| format!("{}.sql", step.name))
                .collect();
            assert_eq!(steps, files);
        }
    }
}
