//! The `units` table.

use shared::org_unit::OrgUnit;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Result, from_json, parts, rows_of, to_json};

/// All units.
pub async fn all(conn: &mut AnyConnection) -> Result<Vec<OrgUnit>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM units ORDER BY id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|(body,)| from_json("units", "body", body))
        .collect()
}

/// Writes units, new or changed.
pub async fn put(conn: &mut AnyConnection, units: &[OrgUnit]) -> Result<()> {
    for units in parts(units) {
        let sql = format!(
            "INSERT INTO units (id, kind, code, body) VALUES {} \
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, code = excluded.code, body = excluded.body",
            rows_of(conn, units.len(), 4)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for unit in units {
            query = query
                .bind(unit.id.to_string())
                .bind(unit.kind.as_str())
                .bind(unit.code.as_ref().map(|code| code.as_str().to_owned()))
                .bind(to_json(unit));
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}
