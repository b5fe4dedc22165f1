//! Who signed in, failed, read or carried what, for those who answer for the system.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{EventRow, EventRows, EventsQuery, Known};
use shared::event::EventKind;

use super::export::Files;
use super::frame::{DeskFrame, asked};
use crate::backend::backend;
use crate::components::{Empty, Glyph, SelectField, SelectOption};
use crate::locale::{t, tf, ts};
use crate::words;

/// What the address asks for.
fn query() -> EventsQuery {
    let query = use_query_map().get_untracked();
    let text = |name| query.get(name).filter(|text: &String| !text.is_empty());
    EventsQuery {
        who: text("who"),
        kind: text("kind").and_then(|it| EventKind::parse(&it)),
        until: text("until").and_then(|it| words::parse_date(&it)),
        page: text("page").and_then(|it| it.parse().ok()).unwrap_or(0),
    }
}

/// The address of another page of the same list.
fn address(query: &EventsQuery, page: u32) -> String {
    let mut address = format!("/events?page={page}");
    if let Some(who) = &query.who {
        address += &format!("&who={}", leptos_router::location::Url::escape(who));
    }
    if let Some(kind) = query.kind {
        address += &format!("&kind={}", kind.as_str());
    }
    if let Some(until) = query.until {
        address += &format!("&until={}", words::date(until));
    }
    address
}

#[component]
pub fn EventsPage() -> impl IntoView {
    let query = query();
    let answer = async move {
        let found = backend()?.events(query.clone()).await?;
        Ok((found, query))
    };
    asked(answer, |(found, query)| {
        view! { <DeskFrame title=ts("events.title")><List found query/></DeskFrame> }
    })
}

#[component]
fn List(found: EventRows, query: EventsQuery) -> impl IntoView {
    let EventRows { rows, page, more } = found;
    let turn = |to: u32, key: &'static str| {
        view! { <a class="button" data-kind="secondary" href=address(&query, to)>{t(key)}</a> }
    };
    let newer = (page > 0).then(|| turn(page - 1, "events.newer"));
    let older = more.then(|| turn(page + 1, "events.older"));
    let all = SelectOption {
        value: String::new(),
        label: t("events.all"),
    };
    let kinds = EventKind::ALL.map(|kind| SelectOption {
        value: kind.as_str().to_owned(),
        label: words::event(kind),
    });
    let kinds: Vec<SelectOption> = std::iter::once(all).chain(kinds).collect();
    let none = rows.is_empty().then(|| {
        view! { <Empty glyph=Glyph::Search title=ts("events.none") text=ts("events.none_text")/> }
    });
    let files = (!rows.is_empty()).then(|| {
        let address = address(&query, 0);
        let query = address
            .split_once('?')
            .map_or("", |(_, query)| query)
            .to_owned();
        view! { <Files what="events" query table=t("events.table")/> }
    });
    let table = (!rows.is_empty()).then(|| view! { <Rows rows/> });
    view! {
        <form class="filters" method="get" action="/events" role="search">
            <div class="field">
                <label for="who">{t("events.who")}</label>
                <input id="who" name="who" type="search" autocomplete="off" value=query.who.clone().unwrap_or_default()/>
            </div>
            <SelectField
                id="kind"
                name="kind"
                label=ts("events.kind")
                options=kinds
                value=query.kind.map_or("", EventKind::as_str).to_owned()
            />
            <div class="field">
                <label for="until">{t("events.until")}</label>
                <input id="until" name="until" type="text" inputmode="numeric" autocomplete="off" value=query.until.map(words::date).unwrap_or_default()/>
            </div>
            <button type="submit" class="button" data-kind="secondary">{t("events.find")}</button>
        </form>
        {none}
        {table}
        <nav class="pages" aria-label=t("events.pages")>
            {newer}
            <span>{tf("events.page", &[("page", &(page + 1))])}</span>
            {older}
        </nav>
        {files}
        <p class="muted">{t("events.kept")}</p>
    }
}

/// Somebody as a line of the log names them.
fn named(known: &Known) -> String {
    match known.username.as_str() {
        "" => known.name.clone(),
        username => format!("{} ({username})", known.name),
    }
}

#[component]
fn Rows(rows: Vec<EventRow>) -> impl IntoView {
    let row = |row: EventRow| {
        let by = match (&row.by, row.network.is_none()) {
            (Some(known), _) => named(known),
            (None, false) => t("events.nobody"),
            // What is done by a command has no address.
            (None, true) => t("events.console"),
        };
        let times =
            (row.times > 1).then(|| tf("events.times", &[("n", &words::number(row.times.into()))]));
        let subject = row
            .subject
            .map(|(id, name)| view! { <a href=format!("/dashboard/subject/{id}")>{name}</a> });
        let of = row.of.as_ref().map(named);
        let is_told = matches!(
            row.kind,
            EventKind::Exported | EventKind::ListImported | EventKind::ListTakenBack
        );
        let what = row.what.filter(|_| is_told);
        let what =
            words::event(row.kind) + &what.map_or_else(String::new, |what| format!(": {what}"));
        view! {
            <tr>
                <th scope="row">{by}</th>
                <td>{what} " " <span class="muted">{times}</span> <div>{subject} {of}</div></td>
                <td>{words::moment(row.at)}</td>
                <td class="minor">{row.network.unwrap_or_else(|| "–".to_owned())}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=t("events.table")>
            <table class="table">
                <thead><tr>
                    <th scope="col">{t("events.by")}</th>
                    <th scope="col">{t("events.what")}</th>
                    <th scope="col">{t("events.at")}</th>
                    <th scope="col" class="minor">{t("events.network")}</th>
                </tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
