//! The forms of a commune's queue, and what to look at in each before it is confirmed.

use chrono::{DateTime, Utc};
use shared::api::queue::{Late, Queue, QueueQuery, QueueRow};
use shared::submission::Notable;
use shared::table::{Cell, Column, Row, Sorted, Stands, Table, Value, Weight};

use super::points;
use crate::locale::{t, tf};
use crate::words;

/// Those that have waited longest first.
pub fn queue(queue: &Queue) -> Table {
    let unit = queue.crumbs.last().map_or("", |it| it.name.as_str());
    let rows = queue.rows.iter();
    Table {
        name: t("desk.queue"),
        above: vec![
            tf("queue.title", &[("unit", &unit)]),
            tf("queue.count", &[("n", &words::number(queue.total.into()))]),
        ],
        columns: vec![
            Column::new("name", t("subjects.name")),
            Column::new("village", t("queue.village")).stands(Stands::WithRoom),
            Column::new("kind", t("queue.kind")).stands(Stands::WithRoom),
            Column::new("sent", t("queue.sent")).stands(Stands::WithRoom),
            Column::figure("points", t("subjects.points")),
            Column::figure("max", t("detail.max")).stands(Stands::InFile),
            Column::new("look", t("queue.look")),
        ],
        rows: rows.map(|row| form(row, queue.query, queue.now)).collect(),
        below: Vec::new(),
        sorted: Some(Sorted {
            by: "sent",
            is_down: false,
        }),
        is_numbered: true,
    }
}

fn form(row: &QueueRow, query: QueueQuery, now: DateTime<Utc>) -> Row {
    let sent = Cell::moment(row.finished);
    let ago = row.finished.map(|at| words::ago(at, now));
    let sent = match &ago {
        Some(ago) => sent.said(ago.clone()),
        None => sent,
    };
    let (got, max) = points(row.points);
    let narrow = format!(
        "{} · {}",
        row.village,
        ago.unwrap_or_else(|| "–".to_owned())
    );
    let looked = || ("looked", format!("{}:{}", row.form, row.seq));
    Row {
        cells: vec![
            Cell::name(row.name.clone())
                .link(format!("/commune/queue/{}?{}", row.form, query.written()))
                .narrow(narrow),
            Cell::text(row.village.clone()),
            Cell::text(words::title(row.title)),
            sent,
            got,
            max,
            match marks(row) {
                marks if marks.is_empty() => Cell::empty().said(t("queue.plain")),
                marks => Cell::new(Value::Marks(marks)),
            },
        ],
        // Only where there is nothing to look at may it be chosen without being looked at.
        of: row.notable.is_plain().then(looked).into_iter().collect(),
    }
}

/// How late it is, and what to look at before it is confirmed.
fn marks(row: &QueueRow) -> Vec<(Weight, String)> {
    let mut marks = late(row.late);
    marks.extend(notable(row.notable));
    marks
}

/// How late a form is, by the days that are set.
pub fn late(late: Late) -> Vec<(Weight, String)> {
    let said = |weight, days: Option<u32>, key| Some((weight, tf(key, &[("n", &days?)])));
    let marks = [
        said(Weight::Grave, late.lies, "campaign.lies_late"),
        said(Weight::Look, late.sent, "campaign.sent_late"),
    ];
    marks.into_iter().flatten().collect()
}

/// What to look at before a form is confirmed.
pub fn notable(notable: Notable) -> Vec<(Weight, String)> {
    let counted = |count: u32, key: &str| (count > 0).then(|| tf(key, &[("n", &count)]));
    let said = |is: bool, key: &str| is.then(|| t(key));
    let passes = notable.passed == Some(true);
    let marks = [
        (Weight::Grave, counted(notable.conflicts, "queue.conflicts")),
        (Weight::Look, counted(notable.corrected, "queue.corrected")),
        (
            Weight::Look,
            counted(notable.miscounted, "queue.miscounted"),
        ),
        (Weight::Look, counted(notable.doubts, "queue.doubts")),
        (
            Weight::Look,
            said(notable.passed == Some(false), "queue.not_passed"),
        ),
        (
            Weight::Look,
            said(notable.passed.is_none(), "queue.undecided"),
        ),
        (
            Weight::News,
            said(notable.turned && passes, "queue.turned_up"),
        ),
        (
            Weight::Look,
            said(notable.turned && !passes, "queue.turned_down"),
        ),
        (Weight::Look, said(notable.voted_down, "queue.voted_down")),
        (Weight::News, said(notable.again, "queue.again")),
    ];
    let marks = marks.into_iter();
    marks
        .filter_map(|(weight, said)| Some((weight, said?)))
        .collect()
}
