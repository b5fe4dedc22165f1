//! The devices that report to a commune, and who could report and never did.

use chrono::{DateTime, Utc};
use shared::api::{DeviceRow, Unheard};
use shared::table::{Cell, Column, Row, Stands, Table};

use crate::locale::{t, tf};
use crate::words;

/// A phone that has not been heard of for this long is asked after.
const SILENT_DAYS: i64 = 7;
/// A clock that is wrong by less than this is right.
const CLOCK_MINUTES: i64 = 5;

/// The devices that report to a unit.
pub fn devices(rows: &[DeviceRow], unit: &str, now: DateTime<Utc>) -> Table {
    Table {
        name: t("commune.phones"),
        above: vec![format!("{}: {unit}", t("commune.phones"))],
        columns: vec![
            Column::new("person", t("commune.person")),
            Column::new("place", t("commune.place")),
            Column::new("device", t("commune.device")),
            Column::figure("contact", t("commune.last_contact")),
            Column::figure("unsent", t("commune.unsent")),
            Column::figure("oldest", t("commune.oldest")).stands(Stands::InFile),
            Column::figure("clock", t("commune.clock")).unsorted(),
            Column::new("storage", t("commune.storage")),
            Column::figure("version", t("commune.version")).stands(Stands::WithRoom),
        ],
        rows: rows.iter().map(|row| device(row, now)).collect(),
        below: Vec::new(),
        sorted: None,
        is_numbered: false,
    }
}

fn device(row: &DeviceRow, now: DateTime<Utc>) -> Row {
    let is_silent = (now - row.last_contact).num_days() >= SILENT_DAYS;
    let unsent = Cell::count(row.unsent);
    let unsent = match row.oldest_unsent {
        Some(oldest) if row.unsent > 0 => unsent.said(tf(
            "commune.unsent_since",
            &[("n", &row.unsent), ("ago", &words::ago(oldest, now))],
        )),
        _ => unsent,
    };
    let storage = match row.persisted {
        Some(true) => t("commune.kept"),
        Some(false) => t("commune.not_kept"),
        None => String::new(),
    };
    Row {
        cells: vec![
            Cell::name(row.user.clone()),
            Cell::text(row.unit.clone()),
            Cell::text(row.name.clone().unwrap_or_default()),
            Cell::moment(Some(row.last_contact))
                .said(words::ago(row.last_contact, now))
                .behind(is_silent),
            unsent,
            Cell::moment(row.oldest_unsent),
            Cell::text(clock(row.clock_offset)),
            Cell::text(storage),
            Cell::text(row.app_version.clone()),
        ],
        of: vec![
            ("device", row.device.to_string()),
            ("user", row.user_id.to_string()),
        ],
    }
}

/// How wrong a device's clock is, when it is wrong enough to matter to whoever reads its dates.
fn clock(offset: Option<i64>) -> String {
    let Some(seconds) = offset else {
        return String::new();
    };
    let minutes = seconds.abs() / 60;
    if minutes < CLOCK_MINUTES {
        return t("commune.clock_right");
    }
    let key = if seconds > 0 {
        "commune.clock_fast"
    } else {
        "commune.clock_slow"
    };
    let by = match minutes {
        minutes @ ..120 => tf("commune.minutes", &[("n", &minutes)]),
        minutes @ 120..2_880 => tf("commune.hours", &[("n", &(minutes / 60))]),
        minutes => tf("commune.days", &[("n", &(minutes / 1_440))]),
    };
    tf(key, &[("by", &by)])
}

/// Who could report to a unit and never did.
pub fn unheard(rows: &[Unheard], unit: &str) -> Table {
    let row = |row: &Unheard| {
        let state = match row.signed_in {
            true => t("commune.in_not_sent"),
            false => t("commune.never_in"),
        };
        Row::from(vec![
            Cell::name(row.name.clone()),
            Cell::text(row.username.clone()),
            Cell::text(row.unit.clone()),
            Cell::text(state),
        ])
    };
    Table {
        name: t("commune.unheard"),
        above: vec![format!("{}: {unit}", t("commune.unheard"))],
        columns: vec![
            Column::new("person", t("commune.person")),
            Column::new("username", t("signin.username")).stands(Stands::WithRoom),
            Column::new("place", t("commune.place")),
            Column::new("state", t("commune.state")),
        ],
        rows: rows.iter().map(row).collect(),
        below: Vec::new(),
        sorted: None,
        is_numbered: false,
    }
}
