//! The last imports of a commune, each with the way back.

use leptos::prelude::*;
use shared::api::imports::PastImport;
use shared::ids::UnitId;

use crate::locale::{t, tf};
use crate::words;

#[component]
pub fn Past(imports: Vec<PastImport>, unit: UnitId) -> impl IntoView {
    let is_empty = imports.is_empty();
    let row = |import: PastImport| {
        let undo = match import.undone_at {
            Some(at) => {
                view! { <span>{tf("import.was_undone", &[("day", &words::day(at))])}</span> }
                    .into_any()
            }
            None => undo(&import, unit).into_any(),
        };
        view! {
            <tr>
                <th scope="row">{words::moment(import.at)}</th>
                <td>{import.file} <div class="muted">{import.by.unwrap_or_else(|| t("import.console"))} " · " {import.id}</div> {undo}</td>
                <td class="num minor">{import.year.to_string()}</td>
                <td class="num">{import.new}</td>
                <td class="num">{import.updated}</td>
            </tr>
        }
    };
    view! {
        <section class="card">
            <h2>{t("import.past")}</h2>
            {is_empty.then(|| view! { <p>{t("import.none")}</p> })}
            {(!is_empty).then(|| view! {
                <div class="table-wrap" role="group" tabindex="0" aria-label=t("import.past")>
                    <table class="table">
                        <thead><tr>
                            <th scope="col">{t("import.at")}</th>
                            <th scope="col">{t("import.file_and_by")}</th>
                            <th scope="col" class="num minor">{t("import.year_head")}</th>
                            <th scope="col" class="num">{t("import.new_head")}</th>
                            <th scope="col" class="num">{t("import.updated_head")}</th>
                        </tr></thead>
                        <tbody>{imports.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
}

/// What taking back does is read before it can be pressed.
fn undo(import: &PastImport, unit: UnitId) -> impl IntoView + use<> {
    let label = tf("import.undo_one", &[("id", &import.id)]);
    let id = import.id.clone();
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
}
