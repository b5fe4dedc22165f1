//! The commune's page: how far each village is, and whether its phones still report.

use leptos::prelude::*;
use shared::api::{Dashboard, DashboardQuery, DeviceRow, UnitCounts};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::rollup::Figure;

use super::dashboard::{session, share};
use super::frame::{DeskFrame, Way, asked};
use crate::backend::backend;
use crate::components::{Empty, Glyph, Meter};
use crate::locale::{t, tf, ts};
use crate::words;

/// A phone that has not been heard of for this long is asked after.
const SILENT_DAYS: i64 = 7;
/// A clock that is wrong by less than this is right.
const CLOCK_MINUTES: i64 = 5;

#[component]
pub fn CommunePage() -> impl IntoView {
    let asking = super::dashboard::query();
    let answer = async move {
        let backend = backend()?;
        let year = match asking.year {
            Some(year) => year,
            None => session(&*backend).await?.year,
        };
        let query = DashboardQuery {
            unit: asking.unit,
            title: Title::LearningFamily,
            year,
            as_of: asking.as_of,
        };
        let dashboard = backend.dashboard(query).await?;
        // Only a commune has phones that report to it; an area's page sends one to its communes.
        let devices = match dashboard.unit.kind.is_commune() {
            true => backend.devices(dashboard.unit.unit).await?,
            false => Vec::new(),
        };
        Ok((dashboard, devices, year))
    };
    asked(
        answer,
        |(dashboard, devices, year): (Dashboard, Vec<DeviceRow>, Year)| {
            let title = dashboard.unit.name.clone();
            view! { <DeskFrame title><Commune dashboard devices year/></DeskFrame> }
        },
    )
}

#[component]
fn Commune(dashboard: Dashboard, devices: Vec<DeviceRow>, year: Year) -> impl IntoView {
    let Dashboard {
        unit,
        crumbs,
        parts,
        generated_at,
        ..
    } = dashboard;
    let query = format!("title={}&year={year}", Title::LearningFamily.as_str());
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
            behind(unit.unit, Figure::Waiting),
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
            Figure::Conflicted.of(&counts),
            behind(unit.unit, Figure::Conflicted),
        ),
    ];
    let is_empty = parts.is_empty();
    let is_commune = unit.kind.is_commune();
    let rows = parts
        .into_iter()
        .map(|part| village(part, &query, generated_at))
        .collect_view();
    view! {
        <Way crumbs query=query.clone() here=None/>
        <p class="headline"><strong>{headline}</strong></p>
        <ul class="tiles">{tiles.into_iter().collect_view()}</ul>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Users title=ts("commune.none") text=ts("commune.none_text")/> })}
        {(!is_empty).then(|| view! {
            <section class="card">
                <h2>{t("commune.villages")}</h2>
                <div class="table-wrap" role="group" tabindex="0" aria-label=t("commune.villages")>
                    <table class="table bars">
                        <thead><tr>
                            <th scope="col">{t("commune.village")}</th>
                            <th scope="col" class="bar-cell"><span class="visually-hidden">{t("commune.progress")}</span></th>
                            <th scope="col" class="num">{t("commune.scored")}</th>
                            <th scope="col" class="num">{t("commune.verified")}</th>
                            <th scope="col" class="num">{t("dash.returned")}</th>
                            <th scope="col" class="num">{t("dash.doubted")}</th>
                            <th scope="col" class="num">{t("dash.last_change")}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        })}
        {is_commune.then(|| view! { <Devices devices now=generated_at/> })}
    }
}

fn village(
    part: UnitCounts,
    query: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> impl IntoView + use<> {
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
    view! {
        <tr>
            <th scope="row"><a href=href(Figure::Subjects)>{part.name}</a></th>
            <td class="bar-cell"><Meter share=share(counts.scored, counts.subjects) tall=true/></td>
            <td class="num">{format!("{}/{}", words::number(counts.scored), words::number(counts.subjects))}</td>
            <td class="num">{cell(counts.verified, Figure::Verified)}</td>
            <td class="num">{cell(counts.returned, Figure::Returned)}</td>
            <td class="num">{cell(counts.doubted, Figure::Doubted)}</td>
            <td class="num">{part.last_change.map_or_else(|| t("dash.never"), |at| words::ago(at, now))}</td>
        </tr>
    }
}

/// How wrong a device's clock is, when it is wrong enough to matter to whoever reads its dates.
fn clock(offset: Option<i64>) -> String {
    let Some(seconds) = offset else {
        return "–".to_owned();
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

#[component]
fn Devices(devices: Vec<DeviceRow>, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let is_empty = devices.is_empty();
    let row = |row: DeviceRow| {
        let is_silent = (now - row.last_contact).num_days() >= SILENT_DAYS;
        let unsent = match row.oldest_unsent {
            Some(oldest) if row.unsent > 0 => tf(
                "commune.unsent_since",
                &[("n", &row.unsent), ("ago", &words::ago(oldest, now))],
            ),
            _ => words::number(row.unsent.into()),
        };
        view! {
            <tr>
                <th scope="row">{row.user}</th>
                <td>{row.unit}</td>
                <td class="num" class:behind=is_silent>{words::ago(row.last_contact, now)}</td>
                <td class="num">{unsent}</td>
                <td class="num">{clock(row.clock_offset)}</td>
                <td>{match row.persisted {
                    Some(true) => t("commune.kept"),
                    Some(false) => t("commune.not_kept"),
                    None => "–".to_owned(),
                }}</td>
                <td class="num">{row.app_version}</td>
            </tr>
        }
    };
    view! {
        <section class="card">
            <h2>{t("commune.phones")}</h2>
            <p class="hint">{t("commune.phones_text")}</p>
            {is_empty.then(|| view! { <p>{t("commune.no_phones")}</p> })}
            {(!is_empty).then(|| view! {
                <div class="table-wrap" role="group" tabindex="0" aria-label=t("commune.phones")>
                    <table class="table">
                        <thead><tr>
                            <th scope="col">{t("commune.person")}</th>
                            <th scope="col">{t("commune.place")}</th>
                            <th scope="col" class="num">{t("commune.last_contact")}</th>
                            <th scope="col" class="num">{t("commune.unsent")}</th>
                            <th scope="col" class="num">{t("commune.clock")}</th>
                            <th scope="col">{t("commune.storage")}</th>
                            <th scope="col" class="num">{t("commune.version")}</th>
                        </tr></thead>
                        <tbody>{devices.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
}
