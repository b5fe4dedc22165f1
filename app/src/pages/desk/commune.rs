//! The commune's page: how far each village is, and whether its phones still report.

mod devices;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::campaigns::{Campaign, CampaignQuery, LateForms};
use shared::api::{Dashboard, DashboardQuery, DeviceRow, Unheard};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::figure::Figure;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::table::Order;

use self::devices::{DEVICES, Devices, UNHEARD};
use super::campaign::ThisYear;
use super::dashboard::session;
use super::frame::{DeskFrame, Way, asked};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::{Empty, Glyph};
use crate::locale::{t, tf, ts};
use crate::tables::Figures;
use crate::words;

/// What the page shows of the villages; a file has all.
const COLUMNS: [&str; 9] = [
    "name", "progress", "subjects", "scored", "waiting", "verified", "returned", "doubted",
    "changed",
];

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
        let days = CampaignQuery {
            unit: Some(dashboard.unit.unit),
            title: Some(title),
            year: Some(year),
        };
        // Who may not look at it has a page without it.
        let campaign = backend.campaign(days).await.ok();
        let days = CampaignQuery {
            title: None,
            ..days
        };
        let campaign = match campaign {
            Some(campaign) => Some((campaign, backend.late(days).await?)),
            None => None,
        };
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
        Ok((dashboard, phones, (title, year, campaign), decides))
    };
    asked(
        answer,
        |(dashboard, phones, (title, year, campaign), decides): (
            Dashboard,
            Option<Phones>,
            Of,
            bool,
        )| {
            let (name, of) = (dashboard.unit.name.clone(), (title, year));
            view! { <DeskFrame title=name><Commune dashboard phones of campaign decides/></DeskFrame> }
        },
    )
}

/// Whose progress is shown, of which year, with its days and what is late by them.
type Of = (Title, Year, Option<Days>);
type Days = (Campaign, Vec<LateForms>);

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
    /// The days of that year, and what is late.
    #[prop(optional_no_strip)]
    campaign: Option<Days>,
    /// Whether the reader decides of what the villages sent.
    decides: bool,
) -> impl IntoView {
    let (title, year) = of;
    let figures = Figures {
        dashboard: &dashboard,
        title,
        year,
    };
    let heads = match dashboard.unit.kind.is_commune() {
        true => ("commune.villages", "commune.village"),
        false => ("commune.communes", "dash.part"),
    };
    let mut villages = figures.parts().whole(&Order::by("name"));
    villages.name = t(heads.0);
    villages.columns[0].head = t(heads.1);
    let villages = Here::show(villages.on_page(&COLUMNS), "");
    let here = Here::keeping(&["unit", "title", "year", "as_of"], &["", DEVICES, UNHEARD]);
    let Dashboard {
        unit,
        parts,
        crumbs,
        titles,
        generated_at,
        ..
    } = dashboard;
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
    let of = unit.unit;
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
    let file = File {
        what: "parts",
        query: format!("unit={of}&{query}"),
    };
    view! {
        <Way crumbs query=query.clone() here=None/>
        {others}
        <p class="headline"><strong>{headline}</strong></p>
        {phones.as_ref().is_some_and(|phones| phones.keeps_order).then(|| view! {
            <p class="row no-print">
                <a class="button" data-kind="secondary" href=format!("/commune/import?unit={of}")>{t("import.link")}</a>
                <a class="button" data-kind="secondary" href=format!("/duplicates?unit={of}")>{t("dup.title")}</a>
                <a class="button" data-kind="secondary" href=format!("/contributions?unit={of}&year={year}")>{t("book.title")}</a>
            </p>
        })}
        <ul class="tiles">{tiles.into_iter().collect_view()}</ul>
        {campaign.map(|(campaign, late)| view! { <ThisYear campaign late decides/> })}
        {is_empty.then(|| view! { <Empty glyph=Glyph::Users title=ts("commune.none") text=ts("commune.none_text")/> })}
        {(!is_empty).then(|| view! {
            <section class="card" id="villages">
                <h2>{villages.table.name.clone()}</h2>
                <DataTable shown=villages here=here.clone() anchor="villages" file=Some(file)/>
            </section>
        })}
        {phones.map(|Phones { devices, unheard, keeps_order, retired }| view! {
            <Devices devices unheard unit=of name=unit.name.clone() here=here.clone() keeps_order retired now=generated_at/>
        })}
    }
}
