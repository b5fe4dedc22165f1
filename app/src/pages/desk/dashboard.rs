//! The figures of a unit: one sentence, tiles, bars by part, the map, how far, how fresh.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use shared::api::{Dashboard, Target, UnitCounts};
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::org_unit::UnitKind;
use shared::rollup::Counts;

use super::frame::{DeskFrame, Way, asked};
use crate::components::{
    BarColumn, BarLabels, BarRow, BarSort, BarTable, Empty, Glyph, MapPoint, SelectField,
    SelectOption, SymbolMap, Tile,
};
use crate::locale::{t, tf, ts};
use crate::server_fns;
use crate::words;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub unit: Option<UnitId>,
    pub title: Title,
    pub year: Option<i32>,
    pub as_of: Option<chrono::NaiveDate>,
}

pub fn query() -> Memo<Asked> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let text = |name| query.get(name).filter(|text: &String| !text.is_empty());
            Asked {
                unit: text("unit").and_then(|it| it.parse().ok()),
                title: text("title")
                    .and_then(|it| it.parse().ok())
                    .unwrap_or(Title::LearningFamily),
                year: text("year").and_then(|it| it.parse().ok()),
                as_of: text("as_of").and_then(|it| it.parse().ok()),
            }
        })
    })
}

/// The year asked for, or the one being judged.
pub async fn year(asked: Option<i32>) -> Result<i32, crate::BackendError> {
    match asked {
        Some(year) => Ok(year),
        None => {
            let session = server_fns::session().await?;
            session
                .map(|it| it.year)
                .ok_or_else(|| shared::problem::ProblemKind::SignedOut.into())
        }
    }
}

#[component]
pub fn DashboardPage() -> impl IntoView {
    let asking = query();
    let figures = Resource::new(
        move || asking.get(),
        |it| async move {
            let year = year(it.year).await?;
            let dashboard = server_fns::dashboard(it.unit, it.title, year, it.as_of).await?;
            Ok((dashboard, it.title, year))
        },
    );
    asked(
        figures,
        |(dashboard, title, year): (Dashboard, Title, i32)| {
            let name = dashboard.unit.name.clone();
            view! { <DeskFrame title=name><Figures dashboard title year/></DeskFrame> }
        },
    )
}

/// A share in percent. Counts are far below 2⁵².
pub fn share(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

fn percent_of(target: &Target) -> f64 {
    f64::from(target.permille) / 10.0
}

fn is_behind(counts: &Counts, target: Option<&Target>) -> bool {
    target.is_some_and(|target| share(counts.passed, counts.subjects) < percent_of(target))
}

#[component]
fn Figures(dashboard: Dashboard, title: Title, year: i32) -> impl IntoView {
    let Dashboard {
        unit,
        crumbs,
        last_year,
        parts,
        titles,
        years,
        target,
        as_of,
        maps,
        generated_at,
    } = dashboard;
    let counts = unit.counts;
    let query = format!("title={}&year={year}&as_of={as_of}", title.as_str());
    let list = format!("/dashboard/subjects?unit={}&{query}", unit.unit);
    let behind = parts
        .iter()
        .filter(|part| part.counts.subjects > 0 && is_behind(&part.counts, target.as_ref()))
        .count();
    let whom = words::title(title).to_lowercase();
    let headline = tf(
        "dash.headline",
        &[
            ("date", &words::day(generated_at)),
            ("share", &words::percent(counts.passed, counts.subjects)),
            ("part", &words::number(counts.passed)),
            ("all", &words::number(counts.subjects)),
            ("title", &whom),
        ],
    );
    let goal = target.as_ref().map(|target| {
        tf(
            "dash.goal",
            &[
                ("target", &words::permille(target.permille)),
                ("behind", &behind),
                ("parts", &parts.len()),
                ("source", &target.source),
            ],
        )
    });
    let tiles = titles
        .iter()
        .map(|it| {
            let aim = it.target.as_ref().map(percent_of);
            let behind = is_behind(&it.counts, it.target.as_ref());
            let foot = tf("dash.tile", &[
                ("part", &words::number(it.counts.passed)),
                ("all", &words::number(it.counts.subjects)),
                ("target", &it.target.as_ref().map_or_else(|| "–".to_owned(), |it| words::permille(it.permille))),
            ]);
            view! {
                <Tile
                    label=words::title(it.title)
                    value=words::percent(it.counts.passed, it.counts.subjects)
                    href=format!("/dashboard?unit={}&title={}&year={year}&as_of={as_of}", unit.unit, it.title.as_str())
                    share=share(it.counts.passed, it.counts.subjects)
                    target=Signal::stored(aim)
                    behind
                >
                    {foot}
                </Tile>
            }
        })
        .collect_view();
    let funnel = [
        ("dash.subjects", counts.subjects),
        ("dash.registered", counts.registered),
        ("dash.started", counts.started),
        ("dash.scored", counts.scored),
        ("dash.passed", counts.passed),
        ("dash.verified", counts.verified),
        ("dash.recognised", counts.recognised),
    ]
    .map(|(key, count)| {
        let list = list.clone();
        view! {
            <li style=format!("--share: {}", share(count, counts.subjects))>
                <a href=list>{tf(key, &[("n", &words::number(count))])}</a>
            </li>
        }
    });
    let trend = years
        .iter()
        .map(|it| {
            view! {
                <tr>
                    <th scope="row">{it.year}</th>
                    <td class="num">{words::number(it.counts.subjects)}</td>
                    <td class="num">{words::percent(it.counts.registered, it.counts.subjects)}</td>
                    <td class="num">{words::percent(it.counts.passed, it.counts.subjects)}</td>
                    <td class="num">{words::percent(it.counts.passed, it.counts.registered)}</td>
                </tr>
            }
        })
        .collect_view();
    let fresh = parts
        .iter()
        .map(|part| view! {
            <tr>
                <th scope="row">{part.name.clone()}</th>
                <td class="num">{part.last_change.map_or_else(|| t("dash.never"), words::moment)}</td>
                <td class="num">{words::number(part.counts.returned)}</td>
                <td class="num">{words::number(part.counts.doubted + part.counts.conflicted)}</td>
            </tr>
        })
        .collect_view();
    let is_empty = counts.subjects == 0;
    let change = tf(
        "dash.last_year",
        &[
            (
                "share",
                &words::percent(last_year.passed, last_year.subjects),
            ),
            ("year", &(year - 1)),
        ],
    );
    let years_now = years.iter().map(|it| it.year).collect::<Vec<_>>();
    view! {
        <Way crumbs query=query.clone() here=None/>
        <p class="headline"><strong>{headline}</strong> " " {goal}</p>
        <p class="hint">{change} " · " {t("dash.passed_means")}</p>
        <Filters unit=unit.unit title year as_of years=years_now titles=Title::ALL.to_vec() maps/>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Chart title=ts("dash.empty") text=ts("dash.empty_text")/> })}
        <section class="tiles" aria-label=t("dash.tiles")>{tiles}</section>
        <div class="board">
            <Parts parts=parts.clone() query=query.clone() target=target.clone()/>
            <Map parts query=query.clone() target/>
        </div>
        <section class="card">
            <h2>{t("dash.funnel")}</h2>
            <ol class="funnel">{funnel.collect_view()}</ol>
            <p><a class="button" data-kind="secondary" href=list>{t("dash.open_list")}</a></p>
        </section>
        <div class="board">
            <section class="card">
                <h2>{t("dash.trend")}</h2>
                <div class="table-wrap" role="group" tabindex="0" aria-label=t("dash.trend")>
                    <table class="table">
                        <thead><tr>
                            <th scope="col">{t("dash.year")}</th>
                            <th scope="col" class="num">{t("dash.all")}</th>
                            <th scope="col" class="num">{t("dash.share_registered")}</th>
                            <th scope="col" class="num">{t("dash.share_of_all")}</th>
                            <th scope="col" class="num">{t("dash.share_of_registered")}</th>
                        </tr></thead>
                        <tbody>{trend}</tbody>
                    </table>
                </div>
            </section>
            <section class="card">
                <h2>{t("dash.fresh")}</h2>
                <div class="table-wrap" role="group" tabindex="0" aria-label=t("dash.fresh")>
                    <table class="table">
                        <thead><tr>
                            <th scope="col">{t("dash.part")}</th>
                            <th scope="col" class="num">{t("dash.last_change")}</th>
                            <th scope="col" class="num">{t("dash.returned")}</th>
                            <th scope="col" class="num">{t("dash.doubted")}</th>
                        </tr></thead>
                        <tbody>{fresh}</tbody>
                    </table>
                </div>
            </section>
        </div>
        <section class="card">
            <h2>{t("dash.due")}</h2>
            <ul class="due">
                <li><span class="due-date">{format!("01/12/{year}")}</span> " " {t("dash.due_report")}</li>
                <li><span class="due-date">{format!("31/12/{year}")}</span> " " {t("dash.due_year")}</li>
            </ul>
        </section>
    }
}

#[component]
fn Filters(
    unit: UnitId,
    title: Title,
    year: i32,
    as_of: chrono::NaiveDate,
    years: Vec<i32>,
    titles: Vec<Title>,
    maps: Vec<shared::api::MapChoice>,
) -> impl IntoView {
    let option = |value: String, label: String| SelectOption { value, label };
    let years: Vec<_> = years
        .into_iter()
        .map(|it| option(it.to_string(), it.to_string()))
        .collect();
    let titles: Vec<_> = titles
        .into_iter()
        .map(|it| option(it.as_str().to_owned(), words::title(it)))
        .collect();
    let maps: Vec<_> = maps
        .into_iter()
        .map(|map| {
            option(
                map.as_of.to_string(),
                tf(
                    "dash.map_choice",
                    &[("date", &words::date(map.as_of)), ("n", &map.communes)],
                ),
            )
        })
        .collect();
    let nothing = |_: String| {};
    view! {
        <form class="filters" method="get" action="/dashboard">
            <input type="hidden" name="unit" value=unit.to_string()/>
            <SelectField id="year" name="year" label=ts("dash.year") options=years value=year.to_string() on_change=nothing/>
            <SelectField id="title" name="title" label=ts("dash.title") options=titles value=title.as_str().to_owned() on_change=nothing/>
            <SelectField id="as_of" name="as_of" label=ts("dash.map") options=maps value=as_of.to_string() on_change=nothing/>
            <button type="submit" class="button" data-kind="secondary">{ts("dash.apply")}</button>
        </form>
    }
}

/// Where a part's figures open: a village's are its families.
fn opens(part: &UnitCounts, query: &str) -> String {
    if part.kind == UnitKind::Village {
        format!("/dashboard/subjects?unit={}&{query}", part.unit)
    } else {
        format!("/dashboard?unit={}&{query}", part.unit)
    }
}

#[component]
fn Parts(parts: Vec<UnitCounts>, query: String, target: Option<Target>) -> impl IntoView {
    let sort = RwSignal::new(BarSort {
        column: BarColumn::Gap,
        descending: false,
    });
    let aim = target.as_ref().map(percent_of);
    let rows = Signal::derive(move || {
        let BarSort { column, descending } = sort.get();
        let of = |part: &UnitCounts| share(part.counts.passed, part.counts.subjects);
        let mut sorted: Vec<&UnitCounts> = parts.iter().collect();
        sorted.sort_by(|a, b| match column {
            BarColumn::Name => shared::text::place_order(&a.name, &b.name),
            BarColumn::Share | BarColumn::Gap => of(a).total_cmp(&of(b)),
        });
        if descending {
            sorted.reverse();
        }
        sorted
            .into_iter()
            .map(|part| BarRow {
                id: part.unit.to_string(),
                name: part.name.clone(),
                href: opens(part, &query),
                share: of(part),
                share_text: words::percent(part.counts.passed, part.counts.subjects),
                gap_text: words::percent(part.counts.passed, part.counts.registered),
                behind: aim.is_some_and(|aim| of(part) < aim),
            })
            .collect::<Vec<_>>()
    });
    let labels = Signal::derive(|| BarLabels {
        name: t("dash.part"),
        bars: t("dash.bars"),
        share: t("dash.share_of_all"),
        gap: t("dash.share_of_registered"),
    });
    view! {
        <section class="card">
            <h2>{ts("dash.parts")}</h2>
            <BarTable label=ts("dash.parts") labels rows target=Signal::stored(aim) sort on_sort=move |it| sort.set(it)/>
        </section>
    }
}

#[component]
fn Map(parts: Vec<UnitCounts>, query: String, target: Option<Target>) -> impl IntoView {
    let aim = target.as_ref().map(percent_of);
    let points: Vec<MapPoint> = parts
        .iter()
        .filter_map(|part| {
            let own = share(part.counts.passed, part.counts.subjects);
            Some(MapPoint {
                id: opens(part, &query),
                name: part.name.clone(),
                lat: part.lat?,
                lon: part.lon?,
                families: u32::try_from(part.counts.subjects).unwrap_or(0),
                share: own,
                behind: aim.is_some_and(|aim| own < aim),
                description: tf(
                    "dash.point",
                    &[
                        ("name", &part.name),
                        (
                            "share",
                            &words::percent(part.counts.passed, part.counts.subjects),
                        ),
                        ("all", &words::number(part.counts.subjects)),
                    ],
                ),
            })
        })
        .collect();
    let open = |href: String| {
        // It fails only for an address that is none.
        let _ = window().location().assign(&href);
    };
    (!points.is_empty()).then(|| view! {
        <section class="card">
            <h2>{ts("dash.map_title")}</h2>
            <SymbolMap label=ts("dash.map_title") points chosen=Signal::stored(None::<String>) on_choose=open/>
            <p class="hint">{ts("dash.map_hint")}</p>
        </section>
    })
}
