//! The golden book (sổ vàng khuyến học): who gave what to learning in a year, and where supporters are written into it.

mod supporter;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::contributions::{Contributions, ContributionsQuery};
use shared::calendar::Year;

pub use self::supporter::{NewSupporterPage, SupporterPage};
use super::frame::{DeskFrame, Way, asked};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::{Empty, Glyph};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

/// Rows on a page.
const PAGE: usize = 50;

#[component]
pub fn ContributionsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let query = ContributionsQuery::read(|name| query.get(name));
    let answer = async move { backend()?.contributions(query).await };
    asked(answer, |book: Contributions| {
        let unit = book.crumbs.last().map_or("", |it| it.name.as_str());
        let title = tf("book.of", &[("unit", &unit), ("year", &book.year)]);
        view! { <DeskFrame title><Book book/></DeskFrame> }
    })
}

#[component]
fn Book(book: Contributions) -> impl IntoView {
    let shown = tables::contributions(&book).shown(Here::order(""), PAGE);
    let here = Here::keeping(&["unit", "year"], &[""]);
    let (said, of_supporters) = words::book(&book);
    let Contributions {
        crumbs,
        unit,
        year,
        rows,
        is_cut,
        may_write,
    } = book;
    let years: Vec<Year> = Year::range(year.before(), year.after()).rev().collect();
    let write = may_write.then(|| {
        let href = format!("/contributions/new?unit={unit}&year={year}");
        view! { <a class="button" data-kind="secondary" href=href>{t("supporter.new")}</a> }
    });
    let initiatives = format!("/initiatives?unit={unit}");
    let is_empty = rows.is_empty();
    let file = File {
        what: "contributions",
        query: format!("unit={unit}&year={year}"),
    };
    view! {
        <Way crumbs query=format!("year={year}") here=Some(t("book.title"))/>
        <Years years chosen=year page=format!("/contributions?unit={unit}&")/>
        <p class="row no-print">
            {write}
            <a class="button" data-kind="secondary" href=initiatives>{t("initiative.title")}</a>
        </p>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Users title=ts("book.none") text=ts("book.none_text")/> })}
        {(!is_empty).then(|| view! {
            <p class="headline"><strong>{said}</strong></p>
            {of_supporters.map(|said| view! { <p>{said}</p> })}
            <p class="lead">{t("book.lead")}</p>
            {is_cut.then(|| view! { <p class="hint">{t("book.cut")}</p> })}
            <section class="card"><DataTable shown here file=Some(file)/></section>
        })}
    }
}

/// The years of a page, each a link.
#[component]
fn Years(
    years: Vec<Year>,
    chosen: Year,
    /// Its address, up to the year.
    page: String,
) -> impl IntoView {
    let link = |of: Year| {
        let current = (of == chosen).then_some("page");
        let href = format!("{page}year={of}");
        view! { <li><a class="chip" href=href aria-current=current>{of.to_string()}</a></li> }
    };
    let years = years.into_iter().map(link).collect_view();
    view! { <nav class="no-print" aria-label=t("decisions.years")><ul class="chips">{years}</ul></nav> }
}
