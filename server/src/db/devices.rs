//! The `devices` table.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use shared::ids::{DeviceId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ROWS, Result, from_columns, listed, millis, moment, params, parsed, parts, rows_of};

/// How a device reported itself last.
#[derive(Clone, Debug)]
pub struct Device {
    pub id: DeviceId,
    pub user: UserId,
    pub last_contact: DateTime<Utc>,
    pub unsent: u32,
    pub oldest_unsent: Option<DateTime<Utc>>,
    pub app_version: String,
    /// Milliseconds the device's clock is ahead of the server's.
    pub clock_offset: Option<i64>,
    pub persisted: Option<bool>,
    /// What kind it is, as its browser says.
    pub name: Option<String>,
}

struct Row {
    id: String,
    user_id: String,
    last_contact: i64,
    unsent: i64,
    oldest_unsent: Option<i64>,
    app_version: String,
    clock_offset: Option<i64>,
    persisted: Option<i64>,
    name: Option<String>,
}

from_columns!(Row {
    id,
    user_id,
    last_contact,
    unsent,
    oldest_unsent,
    app_version,
    clock_offset,
    persisted,
    name
});

/// Writes what devices said of themselves, each once.
pub async fn put(conn: &mut AnyConnection, devices: &[&Device]) -> Result<()> {
    for devices in parts(devices) {
        let sql = format!(
            "INSERT INTO devices (id, user_id, last_contact, unsent, oldest_unsent, app_version, clock_offset, persisted, name) \
             VALUES {} ON CONFLICT (id, user_id) DO UPDATE SET \
             last_contact = excluded.last_contact, unsent = excluded.unsent, oldest_unsent = excluded.oldest_unsent, \
             app_version = excluded.app_version, clock_offset = excluded.clock_offset, persisted = excluded.persisted, \
             name = COALESCE(excluded.name, devices.name)",
            rows_of(conn, devices.len(), 9)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for device in devices {
            query = query
                .bind(device.id.to_string())
                .bind(device.user.to_string())
                .bind(millis(device.last_contact))
                .bind(i64::from(device.unsent))
                .bind(device.oldest_unsent.map(millis))
                .bind(device.app_version.clone())
                .bind(device.clock_offset)
                .bind(device.persisted.map(i64::from))
                .bind(device.name.clone());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Devices of one person. More are the same browsers with their data cleared, or somebody who means no good.
const DEVICES_MAX: i64 = 20;

/// Forgets the devices of some people that are beyond [`DEVICES_MAX`], those first that have been quiet for longest.
pub async fn forget_quietest(conn: &mut AnyConnection, people: &BTreeSet<UserId>) -> Result<()> {
    let people: Vec<UserId> = people.iter().copied().collect();
    for people in people.chunks(ROWS) {
        let (list, ids) = listed(1, people);
        let sql = format!(
            "DELETE FROM devices WHERE (id, user_id) IN (SELECT id, user_id FROM (\
             SELECT id, user_id, row_number() OVER (PARTITION BY user_id ORDER BY last_contact DESC, id) AS place \
             FROM devices WHERE user_id IN ({list})) AS placed WHERE place > $1)"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(DEVICES_MAX);
        for id in ids {
            query = query.bind(id);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// The devices of the people who answer for some units, quietest first; without those that were put away and have not been
/// heard of since.
pub async fn of_units(
    conn: &mut AnyConnection,
    units: &[shared::ids::UnitId],
) -> Result<Vec<Device>> {
    let mut devices: Vec<Device> = Vec::new();
    for units in units.chunks(ROWS) {
        let sql = format!(
            "SELECT DISTINCT d.id, d.user_id, d.last_contact, d.unsent, d.oldest_unsent, d.app_version, \
             d.clock_offset, d.persisted, d.name FROM devices d JOIN user_units u ON u.user_id = d.user_id \
             WHERE (d.retired_at IS NULL OR d.retired_at < d.last_contact) AND u.unit_id IN ({})",
            params(0, units.len())
        );
        let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
        for unit in units {
            query = query.bind(unit.to_string());
        }
        for row in query.fetch_all(&mut *conn).await? {
            devices.push(Device {
                id: parsed("devices", "id", &row.id)?,
                user: parsed("devices", "user_id", &row.user_id)?,
                last_contact: moment(row.last_contact),
                unsent: u32::try_from(row.unsent).unwrap_or(0),
                oldest_unsent: row.oldest_unsent.map(moment),
                app_version: row.app_version,
                clock_offset: row.clock_offset,
                persisted: row.persisted.map(|persisted| persisted != 0),
                name: row.name,
            });
        }
    }
    devices.sort_by_key(|device| (device.last_contact, device.id));
    devices.dedup_by_key(|device| (device.id, device.user));
    Ok(devices)
}

/// Puts a device away until it is heard of again.
pub async fn retire(
    conn: &mut AnyConnection,
    device: DeviceId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("UPDATE devices SET retired_at = $1 WHERE id = $2 AND user_id = $3")
        .bind(millis(now))
        .bind(device.to_string())
        .bind(user.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Those of some people who have a device that was heard of.
pub async fn heard_of(conn: &mut AnyConnection, people: &[UserId]) -> Result<BTreeSet<UserId>> {
    let mut heard = BTreeSet::new();
    for people in people.chunks(ROWS) {
        let sql = format!(
            "SELECT DISTINCT user_id FROM devices WHERE user_id IN ({})",
            params(0, people.len())
        );
        let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql));
        for user in people {
            query = query.bind(user.to_string());
        }
        for (user,) in query.fetch_all(&mut *conn).await? {
            heard.insert(parsed("devices", "user_id", &user)?);
        }
    }
    Ok(heard)
}
