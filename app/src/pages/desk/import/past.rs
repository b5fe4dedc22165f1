//! The last imports of a commune, each with the way back.

use leptos::prelude::*;
use shared::api::imports::PastImport;
use shared::ids::UnitId;
use shared::table::Row;

use crate::locale::{t, tf};
use crate::pages::desk::table::{Acts, DataTable, File, Here};
use crate::tables;

#[component]
pub fn Past(
    imports: Vec<PastImport>,
    unit: UnitId,
    /// The commune's.
    name: String,
) -> impl IntoView {
    let is_empty = imports.is_empty();
    let shown = Here::show(tables::imports(&imports, &name), "");
    let file = File {
        what: "imports",
        query: format!("unit={unit}"),
    };
    let acts = Acts {
        head: t("import.undo"),
        is_first: false,
        draw: Box::new(move |row| undo(row, unit)),
    };
    view! {
        <section class="card" id="past">
            <h2>{t("import.past")}</h2>
            {is_empty.then(|| view! { <p>{t("import.none")}</p> })}
            <DataTable shown here=Here::keeping(&["unit"], &[""]) anchor="past" file=Some(file) acts=Some(acts)/>
        </section>
    }
}

/// What taking back does is read before it can be pressed.
fn undo(row: &Row, unit: UnitId) -> AnyView {
    let Some((_, id)) = row.of.first().cloned() else {
        return ().into_any();
    };
    let label = tf("import.undo_one", &[("id", &id)]);
    view! {
        <details class="no-print">
            <summary>{t("import.undo")}</summary>
            <form class="stack" data-gap="s" method="post" action="/commune/import/undo">
                <p class="hint">{t("import.undo_text")}</p>
                <input type="hidden" name="unit" value=unit.to_string()/>
                <input type="hidden" name="id" value=id/>
                <button type="submit" class="button" data-kind="secondary">{label}</button>
            </form>
        </details>
    }
    .into_any()
}
