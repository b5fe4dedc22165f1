//! Who signed in, failed, read or carried what, for those who answer for the system.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{EventRows, EventsQuery};
use shared::event::EventKind;
use shared::table::Order;

use super::frame::{DeskFrame, asked};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::{Empty, Glyph, SelectField, SelectOption};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

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
    let asked = address(&query, 0);
    let asked = asked.split_once('?').map_or("", |(_, query)| query);
    let file = File {
        what: "events",
        query: asked.to_owned(),
    };
    // Older and newer are asked for by themselves.
    let (count, here) = (rows.len(), Here::keeping(&[], &[]));
    let shown = tables::events(&rows).part(Order::default(), count, count);
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
        <DataTable shown here file=Some(file) is_found=true/>
        <nav class="pages" aria-label=t("events.pages")>
            {newer}
            <span>{tf("events.page", &[("page", &(page + 1))])}</span>
            {older}
        </nav>
        <p class="muted">{t("events.kept")}</p>
    }
}
