//! The devices that report to a unit.

use std::collections::BTreeSet;

use shared::api::{DeviceRow, Unheard};
use shared::calendar;
use shared::ids::{DeviceId, UnitId, UserId};
use shared::org_unit::OrgUnit;
use shared::problem::ProblemKind;

use super::day_map::Reader;
use crate::auth::SignedIn;
use crate::clock;
use crate::db::{self, AnyConnection, devices, events, users};
use crate::error::ApiError;
use crate::state::AppState;

/// The units of a unit.
fn units(reader: &Reader<'_>, unit: &OrgUnit) -> Vec<UnitId> {
    let below = reader.tree.descendants(unit.id, reader.today);
    below.into_iter().map(|it| it.id).chain([unit.id]).collect()
}

/// Those who score for a unit or what lies in it and whose devices were never heard of, by name. Whoever has no password yet
/// is nobody who could have signed in.
pub async fn unheard(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    unit: &OrgUnit,
) -> db::Result<Vec<Unheard>> {
    let units: BTreeSet<UnitId> = units(reader, unit).into_iter().collect();
    let everybody = users::all(conn).await?;
    let here: Vec<_> = everybody
        .into_iter()
        .filter(|user| user.role.keeps_documents() && !user.disabled)
        .filter(|user| user.password_hash.is_some())
        .filter(|user| user.units.iter().any(|unit| units.contains(unit)))
        .collect();
    let ids: Vec<UserId> = here.iter().map(|user| user.id).collect();
    let heard = devices::heard_of(conn, &ids).await?;
    let signed_in = events::have_signed_in(conn, &ids).await?;
    let silent = here.into_iter().filter(|user| !heard.contains(&user.id));
    Ok(silent
        .map(|user| {
            let names = user.units.iter();
            let names = names.filter_map(|unit| reader.tree.name(*unit, reader.today));
            Unheard {
                unit: names.collect::<Vec<_>>().join(", "),
                signed_in: signed_in.contains(&user.id),
                username: user.username.unwrap_or_default(),
                name: user.name,
            }
        })
        .collect())
}

/// Devices of the people who answer for a unit or what lies in it, quietest first.
pub async fn of_unit(
    conn: &mut AnyConnection,
    reader: &Reader<'_>,
    unit: &OrgUnit,
) -> db::Result<Vec<DeviceRow>> {
    let units = units(reader, unit);
    let found = devices::of_units(conn, &units).await?;
    let people: BTreeSet<UserId> = found.iter().map(|device| device.user).collect();
    let people: Vec<UserId> = people.into_iter().collect();
    let known = users::known(conn, &people).await?;
    let answers_for = users::units_of(conn, &people).await?;
    let rows = found.into_iter().filter_map(|device| {
        let units = answers_for.get(&device.user).into_iter().flatten();
        let names = units.filter_map(|unit| reader.tree.name(*unit, reader.today));
        Some(DeviceRow {
            device: device.id,
            user_id: device.user,
            name: device.name,
            user: known.get(&device.user)?.name.clone(),
            unit: names.collect::<Vec<_>>().join(", "),
            last_contact: device.last_contact,
            unsent: device.unsent,
            oldest_unsent: device.oldest_unsent,
            app_version: device.app_version,
            clock_offset: device.clock_offset.map(|millis| millis / 1000),
            persisted: device.persisted,
        })
    });
    Ok(rows.collect())
}

/// Puts away a device that the person sees among those of a unit. Who only reads figures puts nothing away.
pub async fn retire(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
    device: DeviceId,
    user: UserId,
) -> Result<(), ApiError> {
    if !who.actor.role.keeps_order() {
        return Err(ProblemKind::Forbidden.into());
    }
    let now = clock::now();
    let reader = Reader {
        actor: &who.actor,
        tree: &who.tree,
        criteria: state.criteria.now(),
        today: calendar::day(now),
    };
    let unit = reader.unit(unit).ok_or(ProblemKind::NotFound)?;
    let mut tx = state.db.write().await?;
    let shown = of_unit(&mut tx, &reader, unit).await?;
    let is_shown = shown
        .iter()
        .any(|row| row.device == device && row.user_id == user);
    if !is_shown {
        return Err(ProblemKind::NotFound.into());
    }
    devices::retire(&mut tx, device, user, now).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(())
}
