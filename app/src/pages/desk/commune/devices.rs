//! The devices that report to a commune: which still hold what, and who was never heard of.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::{DeviceRow, Unheard};
use shared::ids::UnitId;
use shared::table::{Cell, Row, Value};

use crate::components::{Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::pages::desk::table::{Acts, DataTable, File, Here};
use crate::tables;

/// What stands before the orders of the two tables in the address.
pub const DEVICES: &str = "devices.";
pub const UNHEARD: &str = "unheard.";

#[component]
pub fn Devices(
    devices: Vec<DeviceRow>,
    unheard: Vec<Unheard>,
    unit: UnitId,
    /// The unit's.
    name: String,
    here: Here,
    /// Whether the reader may put a device away.
    keeps_order: bool,
    /// Whether one has just been taken off the list.
    retired: bool,
    now: DateTime<Utc>,
) -> impl IntoView {
    let is_empty = devices.is_empty();
    let file = move |what| {
        let query = format!("unit={unit}");
        Some(File { what, query })
    };
    let acts = keeps_order.then(|| Acts {
        head: t("commune.retire"),
        is_first: false,
        draw: Box::new(move |row| retire(row, unit)),
    });
    let shown = Here::show(tables::devices(&devices, &name, now), DEVICES);
    let never = (!unheard.is_empty()).then(|| {
        let shown = Here::show(tables::unheard(&unheard, &name), UNHEARD);
        view! {
            <h3 id="unheard">{t("commune.unheard")}</h3>
            <p class="hint">{t("commune.unheard_text")}</p>
            <DataTable shown here=here.clone() prefix=UNHEARD anchor="unheard" file=file("unheard")/>
        }
    });
    view! {
        <section class="card" id="devices">
            <h2>{t("commune.phones")}</h2>
            {retired.then(|| view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts("commune.told_retired")/> })}
            <p class="hint">{t("commune.phones_text")} " " {keeps_order.then(|| t("commune.retire_text"))}</p>
            {is_empty.then(|| view! { <p>{t("commune.no_phones")}</p> })}
            <DataTable shown here=here.clone() prefix=DEVICES anchor="devices" file=file("devices") acts/>
            {never}
        </section>
    }
}

/// The way to put a device away.
fn retire(row: &Row, unit: UnitId) -> AnyView {
    let text = |at: usize| match row.cells.get(at) {
        Some(Cell {
            value: Value::Text(text) | Value::Name(text),
            ..
        }) => text.clone(),
        _ => String::new(),
    };
    let label = tf(
        "commune.retire_label",
        &[("who", &text(0)), ("device", &text(2))],
    );
    let fields = row.of.iter();
    let fields = fields
        .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone()/> })
        .collect_view();
    view! {
        <form method="post" action="/commune/devices/retire">
            <input type="hidden" name="unit" value=unit.to_string()/>
            {fields}
            <button type="submit" class="button" data-kind="quiet" aria-label=label>{t("commune.retire")}</button>
        </form>
    }
    .into_any()
}
