//! The figures of a unit: one sentence, tiles, bars by part, the map, how far, how fresh. Every figure opens into the
//! subjects behind it, exactly as many as it says.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{Dashboard, DashboardQuery, Session, Target, UnitCounts};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::org_unit::UnitKind;
use shared::problem::ProblemKind;
use shared::rollup::{Counts, Figure};

use super::frame::{DeskFrame, Way, asked};
use crate::backend::{Backend, BackendError, backend};
use crate::components::{
    BarColumn, BarHead, BarRow, BarSort, BarTable, Empty, Glyph, Icon, MapPoint, Meter,
    SelectField, SelectOption, SymbolMap, Tile,
};
use crate::locale::{t, tf, ts};
use crate::words;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub unit: Option<UnitId>,
    pub title: Title,
    pub year: Option<Year>,
    pub as_of: Option<chrono::NaiveDate>,
}

pub fn query() -> Asked {
    let query = use_query_map().get_untracked();
    let text = |name| query.get(name).filter(|text: &String| !text.is_empty());
    Asked {
        unit: text("unit").and_then(|it| it.parse().ok()),
        title: text("title")
            .and_then(|it| it.parse().ok())
            .unwrap_or(Title::LearningFamily),
        year: text("year").and_then(|it| it.parse().ok()),
        as_of: text("as_of").and_then(|it| it.parse().ok()),
    }
}

/// Who asks, for what an address leaves out.
pub async fn session(backend: &dyn Backend) -> Result<Session, BackendError> {
    let session = backend.session().await?;
    session.ok_or_else(|| ProblemKind::SignedOut.into())
}

#[component]
pub fn DashboardPage() -> impl IntoView {
    let asking = query();
    let sort = sort();
    let answer = async move {
        let backend = backend()?;
        let year = match asking.year {
            Some(year) => year,
            None => session(&*backend).await?.year,
        };
        let query = DashboardQuery {
            unit: asking.unit,
            title: asking.title,
            year,
            as_of: asking.as_of,
        };
        Ok((backend.dashboard(query).await?, asking.title, year))
    };
    asked(
        answer,
        move |(dashboard, title, year): (Dashboard, Title, Year)| {
            let name = dashboard.unit.name.clone();
            view! { <DeskFrame title=name><Figures dashboard title year sort/></DeskFrame> }
        },
    )
}

/// The order of the bars that the address asks for.
fn sort() -> BarSort {
    let query = use_query_map().get_untracked();
    let column = match query.get("sort").as_deref() {
        Some("name") => BarColumn::Name,
        Some("share") => BarColumn::Share,
        Some("registered") => BarColumn::Registered,
        _ => BarColumn::Gap,
    };
    BarSort {
        column,
        descending: query.get("down").is_some(),
    }
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

/// The addresses of a dashboard: the same title, year and map, for any unit.
#[derive(Clone, Debug, PartialEq)]
struct Address {
    title: Title,
    year: Year,
    as_of: chrono::NaiveDate,
}

impl Address {
    fn query(&self) -> String {
        let Self { title, year, as_of } = self;
        format!("title={}&year={year}&as_of={as_of}", title.as_str())
    }

    fn dashboard(&self, unit: UnitId) -> String {
        format!("/dashboard?unit={unit}&{}", self.query())
    }

    /// The subjects behind a figure of a unit.
    fn behind(&self, unit: UnitId, figure: Figure) -> String {
        let query = self.query();
        format!(
            "/dashboard/subjects?unit={unit}&{query}&figure={}",
            figure.as_str()
        )
    }

    /// Where a part's figures open: a village's are its families.
    fn part(&self, part: &UnitCounts) -> String {
        match part.kind {
            UnitKind::Village => self.behind(part.unit, Figure::Subjects),
            _ => self.dashboard(part.unit),
        }
    }
}

#[component]
fn Figures(dashboard: Dashboard, title: Title, year: Year, sort: BarSort) -> impl IntoView {
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
    let address = Address { title, year, as_of };
    let is_empty = counts.subjects == 0;
    let has_map = parts.iter().any(|part| part.lat.is_some());
    let headline = tf(
        "dash.headline",
        &[
            ("date", &words::day(generated_at)),
            ("share", &words::percent(counts.passed, counts.subjects)),
            ("part", &words::number(counts.passed)),
            ("all", &words::number(counts.subjects)),
            ("kind", &words::kind(SubjectKind::of(title))),
        ],
    );
    let counted: Vec<&UnitCounts> = parts.iter().filter(|it| it.counts.subjects > 0).collect();
    let behind = counted
        .iter()
        .filter(|part| is_behind(&part.counts, target.as_ref()))
        .count();
    let places = match counted.iter().all(|it| it.kind == UnitKind::Village) {
        true => t("dash.places_villages"),
        false => t("dash.places_communes"),
    };
    let goal = target.as_ref().map(|target| {
        let target = words::permille(target.permille);
        if counted.is_empty() {
            return tf("dash.goal_alone", &[("target", &target)]);
        }
        tf(
            "dash.goal",
            &[
                ("target", &target),
                ("behind", &behind),
                ("parts", &counted.len()),
                ("places", &places),
            ],
        )
    });
    let source = target
        .as_ref()
        .map(|target| tf("dash.source", &[("source", &target.source)]));
    let change = tf(
        "dash.last_year",
        &[
            (
                "share",
                &words::percent(last_year.passed, last_year.subjects),
            ),
            ("year", &year.before()),
        ],
    );
    let tiles = titles
        .into_iter()
        .map(|it| {
            let of = Address { title: it.title, ..address.clone() };
            let aim = it.target.as_ref().map(|it| words::permille(it.permille));
            view! {
                <Tile
                    label=words::title(it.title)
                    value=words::percent(it.counts.passed, it.counts.subjects)
                    href=of.dashboard(unit.unit)
                    share=share(it.counts.passed, it.counts.subjects)
                    target=Signal::stored(it.target.as_ref().map(percent_of))
                    behind=is_behind(&it.counts, it.target.as_ref())
                >
                    <span>{tf("dash.tile", &[("part", &words::number(it.counts.passed)), ("all", &words::number(it.counts.subjects))])}</span>
                    {aim.map(|aim| view! { <span>{tf("dash.tile_target", &[("target", &aim)])}</span> })}
                </Tile>
            }
        })
        .collect_view();
    let years_now = years.iter().map(|it| it.year).collect::<Vec<_>>();
    view! {
        <Way crumbs query=address.query() here=None/>
        <div class="stack" data-gap="s">
            <p class="headline"><strong>{headline}</strong> " " {goal}</p>
            <p class="muted">{change} " · " {t("dash.passed_means")} " " {source}</p>
        </div>
        <Filters unit=unit.unit address=address.clone() years=years_now maps/>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Chart title=ts("dash.empty") text=ts("dash.empty_text")/> })}
        <section class="tiles" aria-label=t("dash.tiles")>{tiles}</section>
        {(!is_empty).then(|| view! {
            <div class="board" data-columns=(!has_map).then_some("1")>
                <div class="stack">
                    <Parts parts=parts.clone() unit=unit.unit address=address.clone() target=target.clone() sort/>
                    <Funnel counts unit=unit.unit address=address.clone()/>
                </div>
                {has_map.then(|| view! { <Map parts=parts.clone() address=address.clone() target/> })}
            </div>
            <div class="board">
                <Fresh parts now=generated_at/>
                <div class="stack">
                    <Due year/>
                    <Trend years/>
                </div>
            </div>
        })}
    }
}

#[component]
fn Filters(
    unit: UnitId,
    address: Address,
    years: Vec<Year>,
    maps: Vec<shared::api::MapChoice>,
) -> impl IntoView {
    let option = |value: String, label: String| SelectOption { value, label };
    let years: Vec<_> = years
        .into_iter()
        .map(|it| option(it.to_string(), it.to_string()))
        .collect();
    let titles: Vec<_> = Title::ALL
        .into_iter()
        .map(|it| option(it.as_str().to_owned(), words::title(it)))
        .collect();
    let mut maps: Vec<_> = maps
        .into_iter()
        .map(|map| {
            let label = tf(
                "dash.map_choice",
                &[("date", &words::date(map.as_of)), ("n", &map.communes)],
            );
            option(map.as_of.to_string(), label)
        })
        .collect();
    let as_of = address.as_of.to_string();
    // An address may ask for any day.
    if !maps.iter().any(|it| it.value == as_of) {
        maps.push(option(as_of.clone(), words::date(address.as_of)));
    }
    view! {
        <form class="filters no-print" method="get" action="/dashboard">
            <input type="hidden" name="unit" value=unit.to_string()/>
            <SelectField
                id="year"
                name="year"
                label=ts("dash.year")
                options=years
                value=address.year.to_string()
            />
            <SelectField
                id="title"
                name="title"
                label=ts("dash.title")
                options=titles
                value=address.title.as_str().to_owned()
            />
            <SelectField
                id="as_of"
                name="as_of"
                label=ts("dash.map")
                options=maps
                value=as_of
            />
            <button type="submit" class="button without-script" data-kind="secondary">{ts("dash.apply")}</button>
        </form>
    }
}

#[component]
fn Parts(
    parts: Vec<UnitCounts>,
    unit: UnitId,
    address: Address,
    target: Option<Target>,
    sort: BarSort,
) -> impl IntoView {
    let aim = target.as_ref().map(percent_of);
    let of = |part: &UnitCounts| share(part.counts.passed, part.counts.subjects);
    let of_registered = |part: &UnitCounts| share(part.counts.passed, part.counts.registered);
    let mut parts = parts;
    parts.sort_by(|a, b| match sort.column {
        BarColumn::Name => shared::text::place_order(&a.name, &b.name),
        BarColumn::Share | BarColumn::Gap => of(a).total_cmp(&of(b)),
        BarColumn::Registered => of_registered(a).total_cmp(&of_registered(b)),
    });
    if sort.descending {
        parts.reverse();
    }
    let rows = parts
        .iter()
        .map(|part| {
            let own = of(part);
            let is_counted = part.counts.subjects > 0;
            let gap = aim.filter(|_| is_counted).map(|aim| own - aim);
            BarRow {
                name: part.name.clone(),
                href: address.part(part),
                share: own,
                share_text: words::percent(part.counts.passed, part.counts.subjects),
                registered_text: words::percent(part.counts.passed, part.counts.registered),
                gap_text: gap.map_or_else(|| "–".to_owned(), words::gap),
                behind: gap.is_some_and(|gap| gap < 0.0),
            }
        })
        .collect();
    let heads = [
        (BarColumn::Name, "name", "dash.part"),
        (BarColumn::Share, "share", "dash.share_of_all"),
        (
            BarColumn::Registered,
            "registered",
            "dash.share_of_registered",
        ),
        (BarColumn::Gap, "gap", "dash.gap"),
    ]
    .map(|(column, code, key)| {
        // The same head again turns the order round.
        let down = match sort.column == column && !sort.descending {
            true => "&down",
            false => "",
        };
        BarHead {
            column,
            label: t(key),
            href: format!("{}&sort={code}{down}#parts", address.dashboard(unit)),
        }
    })
    .into();
    view! {
        <section class="card" id="parts">
            <h2>{ts("dash.parts")}</h2>
            <BarTable label=t("dash.parts") bars=t("dash.bars") heads rows target=aim sort/>
        </section>
    }
}

#[component]
fn Map(parts: Vec<UnitCounts>, address: Address, target: Option<Target>) -> impl IntoView {
    let aim = target.as_ref().map(percent_of);
    let points: Vec<MapPoint> = parts
        .iter()
        .filter_map(|part| {
            let own = share(part.counts.passed, part.counts.subjects);
            Some(MapPoint {
                href: address.part(part),
                name: short(&part.name).to_owned(),
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
    let step = |share: &'static str, key: &'static str| view! { <li><i data-share=share></i>{t(key)}</li> };
    view! {
        <section class="card">
            <h2>{t("dash.map_title")}</h2>
            <SymbolMap label=ts("dash.map_hint") points>
                {step("1", "dash.legend_1")}
                {step("2", "dash.legend_2")}
                {step("3", "dash.legend_3")}
                {step("4", "dash.legend_4")}
            </SymbolMap>
            <p class="muted small">{t("dash.map_hint")}</p>
        </section>
    }
}

/// A commune's name without the word for what it is; on a map that is plain to see.
fn short(name: &str) -> &str {
    let kinds = ["Xã ", "Phường ", "Thị trấn "];
    let rest = kinds.iter().find_map(|kind| name.strip_prefix(kind));
    rest.unwrap_or(name)
}

/// From all to recognised. Each step opens into those it counts.
#[component]
fn Funnel(counts: Counts, unit: UnitId, address: Address) -> impl IntoView {
    let steps = [
        ("dash.subjects", Figure::Subjects),
        ("dash.registered", Figure::Registered),
        ("dash.started", Figure::Started),
        ("dash.scored", Figure::Scored),
        ("dash.passed", Figure::Passed),
        ("dash.verified", Figure::Verified),
        ("dash.recognised", Figure::Recognised),
    ];
    let step = move |(key, figure): (&'static str, Figure)| {
        let count = figure.of(&counts);
        view! {
            <li style=format!("--share: {}", share(count, counts.subjects))>
                <a href=address.behind(unit, figure)>{t(key)}</a>
                <span class="num">{words::number(count)}</span>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2>{t("dash.funnel")}</h2>
            <ol class="funnel">{steps.map(step).into_iter().collect_view()}</ol>
        </section>
    }
}

/// The years side by side, with both shares named.
#[component]
fn Trend(years: Vec<shared::api::YearCounts>) -> impl IntoView {
    let row = |it: shared::api::YearCounts| {
        let Counts {
            subjects,
            registered,
            passed,
            ..
        } = it.counts;
        (subjects > 0).then(|| {
            view! {
                <tr>
                    <th scope="row">{it.year.to_string()}</th>
                    <td class="bar-cell"><Meter share=share(passed, subjects) tall=true/></td>
                    <td class="num">{words::percent(passed, subjects)}</td>
                    <td class="num">{words::percent(passed, registered)}</td>
                </tr>
            }
        })
    };
    view! {
        <section class="card">
            <h2>{t("dash.trend")}</h2>
            <div class="table-wrap" role="group" tabindex="0" aria-label=t("dash.trend")>
                <table class="table bars" data-tight>
                    <thead><tr>
                        <th scope="col">{t("dash.year")}</th>
                        <th scope="col" class="bar-cell"><span class="visually-hidden">{t("dash.bars")}</span></th>
                        <th scope="col" class="num">{t("dash.share_of_all")}</th>
                        <th scope="col" class="num">{t("dash.share_of_registered")}</th>
                    </tr></thead>
                    <tbody>{years.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// How old each part's figures are; the oldest first.
#[component]
fn Fresh(parts: Vec<UnitCounts>, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let mut parts = parts;
    parts.sort_by_key(|part| part.last_change);
    let row = |part: UnitCounts| {
        let age = part
            .last_change
            .map_or_else(|| t("dash.never"), |at| words::ago(at, now));
        view! {
            <tr>
                <th scope="row">{part.name}</th>
                <td class="num">{age}</td>
                <td class="num">{words::number(part.counts.returned)}</td>
                <td class="num">{words::number(part.counts.doubted)}</td>
            </tr>
        }
    };
    view! {
        <section class="card">
            <h2>{t("dash.fresh")}</h2>
            <div class="table-wrap" role="group" tabindex="0" aria-label=t("dash.fresh")>
                <table class="table" data-tight>
                    <thead><tr>
                        <th scope="col">{t("dash.part")}</th>
                        <th scope="col" class="num">{t("dash.last_change")}</th>
                        <th scope="col" class="num">{t("dash.returned")}</th>
                        <th scope="col" class="num">{t("dash.doubted")}</th>
                    </tr></thead>
                    <tbody>{parts.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// What the district's plan asks for by which day (sections IV and VI).
#[component]
fn Due(year: Year) -> impl IntoView {
    view! {
        <section class="card">
            <h2>{t("dash.due")}</h2>
            <ol class="due">
                <li><span class="due-date row"><Icon glyph=Glyph::Calendar/>{format!("01/12/{year}")}</span> <span>{t("dash.due_report")}</span></li>
                <li><span class="due-date row"><Icon glyph=Glyph::Calendar/>{format!("31/12/{year}")}</span> <span>{t("dash.due_year")}</span></li>
            </ol>
        </section>
    }
}
