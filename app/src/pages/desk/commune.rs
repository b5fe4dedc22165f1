//! The commune's page: how far each village is, and whether its phones still report.

mod devices;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{Dashboard, DashboardQuery, DeviceRow, Unheard, UnitCounts};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::figure::Figure;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::rollup::Counts;

use self::devices::Devices;
use super::dashboard::{session, share};
use super::export::Files;
use super::frame::{DeskFrame, Way, asked};
use crate::backend::backend;
use crate::components::{Empty, Glyph, Meter};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn CommunePage() -> impl IntoView {
    let asking = super::dashboard::query();
    let retired = use_query_map().get_untracked().get("told").as_deref() == Some("retired");
    let answer = async move {
        let backend = backend()?;
        let session = session(&*backend).await?;
        let query = DashboardQuery {
            unit: asking.unit,
            title: asking.title,
            year: asking.year.unwrap_or(session.year),
            as_of: asking.as_of,
        };
        let (title, year) = (query.title, query.year);
        let decides = session.actor.role.verifies();
        let dashboard = backend.dashboard(query).await?;
        // Only a commune has phones that report to it; an area's page sends one to its communes.
        let unit = dashboard.unit.unit;
        let phones = match dashboard.unit.kind.is_commune() {
            true => Some(Phones {
                devices: backend.devices(unit).await?,
                unheard: backend.unheard(unit).await?,
                keeps_order: session.actor.role.keeps_order(),
                retired,
            }),
            false => None,
        };
        Ok((dashboard, phones, (title, year), decides))
    };
    asked(
        answer,
        |(dashboard, phones, of, decides): (Dashboard, Option<Phones>, (Title, Year), bool)| {
            let title = dashboard.unit.name.clone();
            view! { <DeskFrame title><Commune dashboard phones of decides/></DeskFrame> }
        },
    )
}

/// The devices of a commune, and what the reader may do with them.
struct Phones {
    devices: Vec<DeviceRow>,
    unheard: Vec<Unheard>,
    keeps_order: bool,
    retired: bool,
}

#[component]
fn Commune(
    dashboard: Dashboard,
    phones: Option<Phones>,
    /// Whose progress is shown, and of which year.
    of: (Title, Year),
    /// Whether the reader decides of what the villages sent.
    decides: bool,
) -> impl IntoView {
    let Dashboard {
        unit,
        crumbs,
        parts,
        apart,
        titles,
        generated_at,
        ..
    } = dashboard;
    let (title, year) = of;
    let kind = SubjectKind::of(title);
    let query = format!("title={}&year={year}", title.as_str());
    let behind = |of: UnitId, figure: Figure| {
        format!(
            "/dashboard/subjects?unit={of}&{query}&figure={}",
            figure.as_str()
        )
    };
    let counts = unit.counts;
    let waiting = Figure::Waiting.of(&counts);
    let headline = tf(
        "commune.headline",
        &[
            ("scored", &words::number(counts.scored)),
            ("all", &words::number(counts.subjects)),
            ("kind", &words::kind(kind)),
        ],
    );
    let figure = |key: &'static str, count: i64, href: String| {
        view! {
            <li>
                <a class="tile" href=href>
                    <span class="tile-label">{t(key)}</span>
                    <span class="tile-value num">{words::number(count)}</span>
                </a>
            </li>
        }
    };
    let tiles = [
        figure(
            "commune.waiting",
            waiting,
            // Where they are decided of, for whoever decides.
            match decides {
                true => format!("/commune/queue?unit={}&{query}", unit.unit),
                false => behind(unit.unit, Figure::Waiting),
            },
        ),
        figure(
            "dash.returned",
            counts.returned,
            behind(unit.unit, Figure::Returned),
        ),
        figure(
            "dash.doubted",
            counts.doubted,
            behind(unit.unit, Figure::Doubted),
        ),
        figure(
            "commune.conflicts",
            counts.conflicted,
            behind(unit.unit, Figure::Conflicted),
        ),
        figure(
            "commune.subjects_conflicts",
            counts.subjects_conflicted,
            behind(unit.unit, Figure::SubjectsConflicted),
        ),
    ];
    let is_empty = parts.is_empty();
    let heads = match unit.kind.is_commune() {
        true => ("commune.villages", "commune.village"),
        false => ("commune.communes", "dash.part"),
    };
    let of = unit.unit;
    let rows = parts
        .into_iter()
        .map(|part| village(part, &query, generated_at))
        .collect_view();
    // Who lies in the commune and in none of its villages. No list is of them alone.
    let apart = (apart.subjects > 0).then(|| {
        let head = view! { {t("commune.apart")} }.into_any();
        let cell = |count: i64, _| view! { <span>{words::number(count)}</span> }.into_any();
        row(head, &apart, cell, String::new())
    });
    let others = (titles.len() > 1).then(|| {
        let tab = |other: Title| {
            let current = (other == title).then_some("page");
            let href = format!("/commune?unit={of}&title={}&year={year}", other.as_str());
            let name = words::capital(&words::kind(SubjectKind::of(other)));
            view! { <li><a class="chip" href=href aria-current=current>{name}</a></li> }
        };
        let tabs = titles.iter().map(|it| tab(it.title)).collect_view();
        view! { <nav class="no-print" aria-label=t("commune.kinds")><ul class="chips">{tabs}</ul></nav> }
    });
    view! {
        <Way crumbs query=query.clone() here=None/>
        {others}
        <p class="headline"><strong>{headline}</strong></p>
        {phones.as_ref().is_some_and(|phones| phones.keeps_order).then(|| view! {
            <p class="no-print"><a class="button" data-kind="secondary" href=format!("/commune/import?unit={of}")>{t("import.link")}</a></p>
        })}
        <ul class="tiles">{tiles.into_iter().collect_view()}</ul>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Users title=ts("commune.none") text=ts("commune.none_text")/> })}
        {(!is_empty).then(|| view! {
            <section class="card">
                <h2>{t(heads.0)}</h2>
                <div class="table-wrap" role="group" tabindex="0" aria-label=t(heads.0)>
                    <table class="table bars">
                        <thead><tr>
                            <th scope="col">{t(heads.1)}</th>
                            <th scope="col" class="bar-cell"><span class="visually-hidden">{t("commune.progress")}</span></th>
                            <th scope="col" class="num">{t("commune.scored")}</th>
                            <th scope="col" class="num">{t("commune.waiting")}</th>
                            <th scope="col" class="num">{t("commune.verified")}</th>
                            <th scope="col" class="num minor">{t("dash.returned")}</th>
                            <th scope="col" class="num minor">{t("dash.doubted")}</th>
                            <th scope="col" class="num minor">{t("dash.last_change")}</th>
                        </tr></thead>
                        <tbody>{rows}{apart}</tbody>
                    </table>
                </div>
                <Files what="parts" query=format!("unit={of}&{query}") table=t(heads.0)/>
            </section>
        })}
        {phones.map(|Phones { devices, unheard, keeps_order, retired }| view! {
            <Devices devices unheard unit=of keeps_order retired now=generated_at/>
            <Files what="devices" query=format!("unit={of}") table=t("commune.phones")/>
        })}
    }
}

fn village(part: UnitCounts, query: &str, now: chrono::DateTime<chrono::Utc>) -> AnyView {
    let counts = part.counts;
    let href = |figure: Figure| {
        format!(
            "/dashboard/subjects?unit={}&{query}&figure={}",
            part.unit,
            figure.as_str()
        )
    };
    // A figure of nobody opens nothing.
    let cell = |count: i64, figure: Figure| match count {
        0 => view! { <span>"0"</span> }.into_any(),
        _ => view! { <a href=href(figure)>{words::number(count)}</a> }.into_any(),
    };
    let head = view! { <a href=href(Figure::Subjects)>{part.name}</a> }.into_any();
    let last = part.last_change;
    let last = last.map_or_else(|| t("dash.never"), |at| words::ago(at, now));
    row(head, &counts, cell, last)
}

/// A row of the table: whose it is, how far they are, and the figures.
fn row(
    head: AnyView,
    counts: &Counts,
    cell: impl Fn(i64, Figure) -> AnyView,
    last: String,
) -> AnyView {
    let (scored, all) = (counts.scored, counts.subjects);
    let waiting = cell(counts.waiting, Figure::Waiting);
    let verified = cell(counts.verified, Figure::Verified);
    let returned = cell(counts.returned, Figure::Returned);
    let doubted = cell(counts.doubted, Figure::Doubted);
    view! {
        <tr>
            <th scope="row">{head}</th>
            <td class="bar-cell"><Meter share=share(scored, all) tall=true name=words::percent(scored, all)/></td>
            <td class="num">{format!("{}/{}", words::number(scored), words::number(all))}</td>
            <td class="num">{waiting}</td>
            <td class="num">{verified}</td>
            <td class="num minor">{returned}</td>
            <td class="num minor">{doubted}</td>
            <td class="num minor">{last}</td>
        </tr>
    }    .into_any()
}
