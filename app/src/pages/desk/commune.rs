//! The commune's page: how far each village is, and whether its phones still report.

use leptos::prelude::*;
use shared::api::{Dashboard, DeviceRow, UnitCounts};
use shared::assessment::StageName;
use shared::criteria::Title;
use shared::org_unit::UnitKind;

use super::dashboard::share;
use super::frame::{DeskFrame, Way, asked};
use crate::components::{Empty, Glyph, Meter};
use crate::locale::{t, tf, ts};
use crate::server_fns;
use crate::words;

/// A phone that has not been heard of for this long is asked after.
const SILENT_DAYS: i64 = 7;

#[component]
pub fn CommunePage() -> impl IntoView {
    let asking = super::dashboard::query();
    let answer = Resource::new(
        move || asking.get(),
        |it| async move {
            let year = super::dashboard::year(it.year).await?;
            let dashboard =
                server_fns::dashboard(it.unit, Title::LearningFamily, year, it.as_of).await?;
            // Only a commune has phones that report to it; an area's page sends one to its communes.
            let devices = if dashboard.unit.kind == UnitKind::Commune {
                server_fns::devices(dashboard.unit.unit).await?
            } else {
                Vec::new()
            };
            Ok((dashboard, devices, year))
        },
    );
    asked(
        answer,
        |(dashboard, devices, year): (Dashboard, Vec<DeviceRow>, i32)| {
            let title = dashboard.unit.name.clone();
            view! { <DeskFrame title><Commune dashboard devices year/></DeskFrame> }
        },
    )
}

#[component]
fn Commune(dashboard: Dashboard, devices: Vec<DeviceRow>, year: i32) -> impl IntoView {
    let Dashboard {
        unit,
        crumbs,
        parts,
        generated_at,
        ..
    } = dashboard;
    let query = format!("title={}&year={year}", Title::LearningFamily.as_str());
    let waiting = parts
        .iter()
        .map(|part| part.counts.scored - part.counts.verified)
        .sum::<i64>();
    let headline = tf(
        "commune.headline",
        &[
            ("scored", &words::number(unit.counts.scored)),
            ("all", &words::number(unit.counts.subjects)),
            ("waiting", &words::number(waiting)),
            ("returned", &words::number(unit.counts.returned)),
        ],
    );
    let to_verify = format!(
        "/dashboard/subjects?unit={}&{query}&stage={}",
        unit.unit,
        match serde_json::to_value(StageName::Submitted) {
            Ok(serde_json::Value::String(code)) => code,
            _ => String::new(),
        }
    );
    let is_empty = parts.is_empty();
    let is_commune = unit.kind == UnitKind::Commune;
    let rows = parts
        .into_iter()
        .map(|part| village(part, &query))
        .collect_view();
    view! {
        <Way crumbs query=query.clone() here=None/>
        <p class="headline"><strong>{headline}</strong></p>
        <p class="row">
            <a class="button" data-kind="primary" href=to_verify>{t("commune.to_verify")}</a>
            <a class="button" data-kind="secondary" href=format!("/dashboard?unit={}&{query}", unit.unit)>{t("commune.figures")}</a>
        </p>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Users title=ts("commune.none") text=ts("commune.none_text")/> })}
        <section class="card">
            <h2>{t("commune.villages")}</h2>
            <div class="table-wrap" role="group" tabindex="0" aria-label=t("commune.villages")>
                <table class="table">
                    <thead><tr>
                        <th scope="col">{t("dash.part")}</th>
                        <th scope="col">{t("commune.progress")}</th>
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
        {is_commune.then(|| view! { <Devices devices now=generated_at/> })}
    }
}

fn village(part: UnitCounts, query: &str) -> impl IntoView + use<> {
    let counts = part.counts;
    let href = format!("/dashboard/subjects?unit={}&{query}", part.unit);
    view! {
        <tr>
            <th scope="row"><a href=href>{part.name}</a></th>
            <td><Meter share=share(counts.scored, counts.subjects) tall=true/></td>
            <td class="num">{format!("{}/{}", words::number(counts.scored), words::number(counts.subjects))}</td>
            <td class="num">{words::number(counts.verified)}</td>
            <td class="num">{words::number(counts.returned)}</td>
            <td class="num">{words::number(counts.doubted + counts.conflicted)}</td>
            <td class="num">{part.last_change.map_or_else(|| t("dash.never"), words::moment)}</td>
        </tr>
    }
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
                            <th scope="col" class="num">{t("commune.version")}</th>
                        </tr></thead>
                        <tbody>{devices.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
}
