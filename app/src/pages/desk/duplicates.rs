//! Those who may have been entered twice: the list, and what came of the last two that were looked at.

mod pair;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::duplicates::{Duplicates, DuplicatesQuery};
use shared::ids::DocumentId;

pub use self::pair::PairPage;
pub(super) use self::pair::Undo;
use super::frame::{DeskFrame, Way, asked};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::{Empty, Glyph, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

/// Pairs on a page.
const PAGE: usize = 50;

fn query() -> DuplicatesQuery {
    let query = use_query_map().get_untracked();
    DuplicatesQuery::read(|name| query.get(name))
}

/// An id that the address names.
fn said(name: &str) -> Option<DocumentId> {
    use_query_map().get_untracked().get(name)?.parse().ok()
}

#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let query = query();
    let answer = async move { backend()?.duplicates(query).await };
    asked(answer, |found: Duplicates| {
        let unit = found.crumbs.last().map_or("", |it| it.name.as_str());
        let title = tf("dup.heading", &[("unit", &unit)]);
        view! { <DeskFrame title><List found/></DeskFrame> }
    })
}

/// What came of the two that were looked at, and the way back.
fn told() -> Option<AnyView> {
    let told = use_query_map().get_untracked().get("told")?;
    let (key, back) = match told.as_str() {
        "merged" => {
            let (gone, kept) = (said("gone")?, said("kept")?);
            let kept_page = format!("/dashboard/subject/{kept}");
            let back = view! {
                <div class="row">
                    <a class="button" data-kind="secondary" href=kept_page>{t("dup.see_kept")}</a>
                    <Undo gone kept/>
                </div>
            };
            ("dup.told_merged", back.into_any())
        }
        "apart" => {
            let (one, other) = (said("one")?, said("other")?);
            let back = view! {
                <form method="post" action="/duplicates/apart">
                    <input type="hidden" name="one" value=one.to_string()/>
                    <input type="hidden" name="other" value=other.to_string()/>
                    <input type="hidden" name="again" value="true"/>
                    <button type="submit" class="button" data-kind="secondary">{t("dup.undo")}</button>
                </form>
            };
            ("dup.told_apart", back.into_any())
        }
        _ => return None,
    };
    let notice =
        view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)>{back}</Notice> };
    Some(notice.into_any())
}

#[component]
fn List(found: Duplicates) -> impl IntoView {
    let shown = tables::duplicates(&found).shown(Here::order(""), PAGE);
    let here = Here::keeping(&["unit", "kind"], &[""]);
    let Duplicates {
        crumbs,
        query,
        kinds,
        rows,
        is_cut,
    } = found;
    let all: u32 = kinds.iter().map(|(_, count)| *count).sum();
    let chip = |kind, label: String, count: u32| {
        let current = (query.kind == kind).then_some("page");
        let href = format!(
            "/duplicates?{}",
            DuplicatesQuery { kind, ..query }.written()
        );
        let label = format!("{label} ({})", words::number(count.into()));
        view! { <li><a class="chip" href=href aria-current=current>{label}</a></li> }
    };
    let chips = (kinds.len() > 1 || query.kind.is_some()).then(|| {
        let every = chip(None, t("dup.all"), all);
        let of_kind = kinds
            .iter()
            .map(|(kind, count)| chip(Some(*kind), words::capital(&words::kind(*kind)), *count));
        let of_kind = of_kind.collect_view();
        view! { <nav class="no-print" aria-label=t("commune.kinds")><ul class="chips">{every}{of_kind}</ul></nav> }
    });
    let is_empty = rows.is_empty();
    let file = File {
        what: "duplicates",
        query: query.written(),
    };
    view! {
        <Way crumbs query=String::new() here=Some(t("dup.title"))/>
        {told()}
        {is_empty.then(|| view! { <Empty glyph=Glyph::Check title=ts("dup.none") text=ts("dup.none_text")/> })}
        {(!is_empty).then(|| view! {
            <p class="lead">{t("dup.lead")}</p>
            {chips}
            {is_cut.then(|| view! { <p class="hint">{t("dup.cut")}</p> })}
            <section class="card"><DataTable shown here file=Some(file)/></section>
        })}
    }
}
