//! The figures of a unit: one sentence, tiles, bars by part, the map, how far, how fresh. Every figure opens into the
//! subjects behind it, exactly as many as it says.

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::campaigns::{Campaign, CampaignQuery};
use shared::api::{Dashboard, DashboardQuery, SameDay, Session, Target, UnitCounts};
use shared::calendar::Year;
use shared::criteria::Title;
use shared::figure::Figure;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::org_unit::UnitKind;
use shared::problem::ProblemKind;
use shared::rollup::Counts;
use shared::table::Shown;

use super::export::Files;
use super::frame::{DeskFrame, Way, asked};
use super::table::{DataTable, File, Here};
use crate::backend::{Backend, BackendError, backend};
use crate::components::{Empty, Glyph, Icon, MapPoint, SelectField, SelectOption, SymbolMap, Tile};
use crate::locale::{t, tf, ts};
use crate::tables::{Figures, Of};
use crate::words;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub unit: Option<UnitId>,
    pub title: Title,
    pub year: Option<Year>,
    pub as_of: Option<NaiveDate>,
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
    let answer = async move {
        let backend = backend()?;
        let session = session(&*backend).await?;
        let year = asking.year.unwrap_or(session.year);
        let query = DashboardQuery {
            unit: asking.unit,
            title: asking.title,
            year,
            as_of: asking.as_of,
        };
        let dashboard = backend.dashboard(query).await?;
        let days = CampaignQuery {
            unit: Some(dashboard.unit.unit),
            title: Some(asking.title),
            year: Some(year),
        };
        // Who may not look at them has a page without them.
        let campaign = backend.campaign(days).await.ok();
        // Who works here finds who was entered twice.
        let (actor, unit) = (&session.actor, dashboard.unit.unit);
        let merges = actor.role.keeps_its_unit() && actor.scope.works_on(unit, unit);
        Ok((dashboard, campaign, asking.title, year, merges))
    };
    asked(
        answer,
        move |(dashboard, campaign, title, year, merges): (
            Dashboard,
            Option<Campaign>,
            Title,
            Year,
            bool,
        )| {
            let name = dashboard.unit.name.clone();
            view! { <DeskFrame title=name><Board dashboard campaign title year merges/></DeskFrame> }
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

/// The target that a share can be put beside, in percent.
fn aim(target: Option<&Target>) -> Option<f64> {
    target.filter(|it| it.comparable).map(percent_of)
}

fn is_behind(counts: &Counts, target: Option<&Target>) -> bool {
    aim(target).is_some_and(|aim| share(counts.passed, counts.subjects) < aim)
}

#[component]
fn Board(
    dashboard: Dashboard,
    #[prop(optional_no_strip)] campaign: Option<Campaign>,
    title: Title,
    year: Year,
    /// Whether the reader may merge what lies here.
    merges: bool,
) -> impl IntoView {
    let figures = Figures {
        dashboard: &dashboard,
        title,
        year,
    };
    let tables = Tables::of(&figures);
    let Dashboard {
        unit,
        crumbs,
        last_year,
        same_day,
        parts,
        titles,
        years,
        target,
        as_of,
        maps,
        generated_at,
        ..
    } = dashboard;
    let counts = unit.counts;
    let address = Of { title, year, as_of };
    let here = Here::keeping(&["unit", "title", "year", "as_of"], &["", YEARS, FRESH]);
    let is_empty = counts.subjects == 0;
    // A village has no parts: what is in it are its families.
    let has_parts = !parts.is_empty();
    let files = format!("unit={}&{}", unit.unit, address.query());
    let has_map = parts.iter().any(|part| part.lat.is_some());
    let is_over = shared::calendar::day(generated_at) > year.last_day();
    let until = match is_over {
        true => tf("dash.until_end", &[("year", &year)]),
        false => tf("dash.until_day", &[("date", &words::day(generated_at))]),
    };
    let headline = tf(
        "dash.headline",
        &[
            ("until", &until),
            ("share", &words::percent(counts.passed, counts.subjects)),
            ("part", &words::number(counts.passed)),
            ("all", &words::number(counts.subjects)),
            ("kind", &whom(title)),
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
        let share = words::permille(target.permille);
        if !target.comparable {
            return tf("dash.goal_of_all", &[("target", &share)]);
        }
        if counted.is_empty() {
            return tf("dash.goal_alone", &[("target", &share)]);
        }
        tf(
            "dash.goal",
            &[
                ("target", &share),
                ("behind", &behind),
                ("parts", &counted.len()),
                ("places", &places),
            ],
        )
    });
    let source = target
        .as_ref()
        .map(|target| tf("dash.source", &[("source", &target.source)]));
    let change = compared(year.before(), last_year, same_day);
    let tiles = titles
        .into_iter()
        .map(|it| {
            let of = Of { title: it.title, ..address };
            let goal = it.target.as_ref().map(|it| words::permille(it.permille));
            view! {
                <Tile
                    label=words::title(it.title)
                    value=words::percent(it.counts.passed, it.counts.subjects)
                    href=of.dashboard(unit.unit)
                    share=share(it.counts.passed, it.counts.subjects)
                    target=Signal::stored(aim(it.target.as_ref()))
                    behind=is_behind(&it.counts, it.target.as_ref())
                >
                    <span>{tf(tile_key(it.title), &[("part", &words::number(it.counts.passed)), ("all", &words::number(it.counts.subjects))])}</span>
                    {goal.map(|goal| view! { <span>{tf("dash.tile_target", &[("target", &goal)])}</span> })}
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
        <Filters unit=unit.unit address=address years=years_now maps/>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Chart title=ts("dash.empty") text=ts("dash.empty_text")/> })}
        <section class="tiles" aria-label=t("dash.tiles")>{tiles}</section>
        {(!is_empty).then(|| view! {
            <div class="board" data-columns=(!has_map).then_some("1")>
                <div class="stack">
                    {has_parts.then(|| view! { <Listed shown=tables.parts here=here.clone() anchor="parts" what="parts" files=files.clone()/> })}
                    <Funnel counts unit=unit.unit address=address/>
                </div>
                {has_map.then(|| view! { <Map parts=parts.clone() address=address target/> })}
            </div>
            <div class="board">
                {match has_parts {
                    true => view! { <Listed shown=tables.fresh here=here.clone() prefix=FRESH anchor="fresh" what="fresh" files=files.clone()/> }.into_any(),
                    false => view! { <Own unit=unit.clone() address=address now=generated_at/> }.into_any(),
                }}
                <div class="stack">
                    <Due year is_over campaign/>
                    <Listed shown=tables.years here prefix=YEARS anchor="years" what="years" files=files.clone()/>
                </div>
            </div>
            <p class="row no-print">
                <a class="button" data-kind="secondary" href=format!("/dashboard/export/dashboard.xlsx?{files}") download="">{t("export.tables")}</a>
                <a class="button" data-kind="secondary" href=format!("/contributions?unit={}&year={year}", unit.unit)>{t("book.title")}</a>
                {merges.then(|| view! { <a class="button" data-kind="secondary" href=format!("/duplicates?unit={}", unit.unit)>{t("dup.title")}</a> })}
            </p>
        })}
    }
}

/// The year before: all of it, or while a year goes on how far it was on the same day.
fn compared(year: Year, whole: Counts, same_day: Option<SameDay>) -> String {
    let of_year = words::percent(whole.passed, whole.subjects);
    match same_day {
        Some(SameDay { day, passed }) => tf(
            "dash.same_day",
            &[
                ("date", &words::date(day)),
                ("share", &words::percent(passed, whole.subjects)),
                ("year", &year),
                ("whole", &of_year),
            ],
        ),
        None => tf("dash.last_year", &[("share", &of_year), ("year", &year)]),
    }
}

/// Whom a share of a title is of, in a sentence.
fn whom(title: Title) -> String {
    match title.is_of_listed() {
        true => tf(
            "dash.listed",
            &[("kind", &words::kind(SubjectKind::of(title)))],
        ),
        false => words::kind(SubjectKind::of(title)),
    }
}

fn tile_key(title: Title) -> &'static str {
    match title.is_of_listed() {
        true => "dash.tile_listed",
        false => "dash.tile",
    }
}

#[component]
fn Filters(
    unit: UnitId,
    address: Of,
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
            <button type="submit" class="button" data-kind="secondary">{ts("dash.apply")}</button>
        </form>
    }
}

/// What stands before the orders of the smaller tables in the address.
const YEARS: &str = "years.";
const FRESH: &str = "fresh.";

/// The tables of the page, each as its order in the address asks.
struct Tables {
    parts: Shown,
    years: Shown,
    fresh: Shown,
}

impl Tables {
    fn of(figures: &Figures<'_>) -> Self {
        const PARTS: [&str; 5] = ["name", "bar", "share", "of_registered", "gap"];
        const TREND: [&str; 4] = ["year", "bar", "share", "of_registered"];
        Self {
            parts: Here::show(figures.farthest().on_page(&PARTS), ""),
            years: Here::show(figures.years().on_page(&TREND), YEARS),
            fresh: Here::show(figures.fresh(), FRESH),
        }
    }
}

/// A table in a card of its own.
#[component]
fn Listed(
    shown: Shown,
    here: Here,
    #[prop(optional)] prefix: &'static str,
    anchor: &'static str,
    what: &'static str,
    /// What the address of its file asks for.
    files: String,
) -> impl IntoView {
    let file = File { what, query: files };
    // The smaller ones are of the same places, or of few years.
    let is_small = !prefix.is_empty();
    view! {
        <section class="card" id=anchor>
            <h2>{shown.table.name.clone()}</h2>
            <DataTable shown here prefix anchor file=Some(file) is_found=is_small is_tight=is_small/>
        </section>
    }
}

/// Where the colours of the map change, in percent: at the target and in two steps before it; without one in quarters.
fn legend(aim: Option<f64>) -> [f64; 3] {
    match aim {
        Some(aim) => [aim - 20.0, aim - 10.0, aim].map(|edge| edge.max(0.0)),
        None => [25.0, 50.0, 75.0],
    }
}

#[component]
fn Map(parts: Vec<UnitCounts>, address: Of, target: Option<Target>) -> impl IntoView {
    let aim = aim(target.as_ref());
    let edges = legend(aim);
    // Nobody knows where they lie; left out in silence they would be missed.
    let unplaced: Vec<&str> = parts
        .iter()
        .filter(|part| part.lat.is_none() || part.lon.is_none())
        .map(|part| part.name.as_str())
        .collect();
    let unplaced = (!unplaced.is_empty()).then(|| {
        let names = unplaced.join(", ");
        view! { <p class="muted small">{tf("dash.unplaced", &[("names", &names)])}</p> }
    });
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
                step: edges.iter().filter(|edge| own >= **edge).count(),
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
    let [low, middle, high] = edges.map(words::whole);
    let entries = [
        tf("dash.legend_under", &[("to", &low)]),
        tf("dash.legend_between", &[("from", &low), ("to", &middle)]),
        tf("dash.legend_between", &[("from", &middle), ("to", &high)]),
        tf("dash.legend_from", &[("from", &high)]),
    ];
    let entries = entries
        .into_iter()
        .enumerate()
        .map(|(step, text)| view! { <li><i data-share=step + 1></i>{text}</li> })
        .collect_view();
    view! {
        <section class="card">
            <h2>{t("dash.map_title")}</h2>
            <SymbolMap label=ts("dash.map_hint") points>{entries}</SymbolMap>
            <p class="muted small">{t("dash.map_hint")}</p>
            {unplaced}
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
fn Funnel(counts: Counts, unit: UnitId, address: Of) -> impl IntoView {
    let all = match address.title.is_of_listed() {
        true => "dash.subjects_listed",
        false => "dash.subjects",
    };
    let steps = [
        (all, Figure::Subjects),
        ("dash.registered", Figure::Registered),
        ("dash.started", Figure::Started),
        ("dash.scored", Figure::Scored),
        ("dash.passed", Figure::Passed),
        ("dash.verified", Figure::Verified),
        ("dash.recognised", Figure::Recognised),
    ];
    let files = format!("unit={unit}&{}", address.query());
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
            <Files what="steps" query=files table=t("dash.funnel")/>
        </section>
    }
}

/// A village: how fresh its figures are, and who waits for somebody to do something.
#[component]
fn Own(unit: UnitCounts, address: Of, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let counts = unit.counts;
    let age = unit
        .last_change
        .map_or_else(|| t("dash.never"), |at| words::ago(at, now));
    let row = |(key, figure): (&'static str, Figure)| {
        let count = figure.of(&counts);
        let text = words::number(count);
        let value = match count {
            0 => text.into_any(),
            _ => view! { <a href=address.behind(unit.unit, figure)>{text}</a> }.into_any(),
        };
        view! { <tr><th scope="row">{t(key)}</th><td class="num">{value}</td></tr> }
    };
    let rows = [
        ("dash.unregistered", Figure::Unregistered),
        ("commune.waiting", Figure::Waiting),
        ("dash.returned", Figure::Returned),
        ("dash.doubted", Figure::Doubted),
        ("commune.conflicts", Figure::Conflicted),
        ("commune.subjects_conflicts", Figure::SubjectsConflicted),
    ]
    .map(row)
    .into_iter()
    .collect_view();
    let all = address.behind(unit.unit, Figure::Subjects);
    view! {
        <section class="card">
            <h2>{t("dash.own")}</h2>
            <table class="table" data-tight>
                <tbody>
                    {rows}
                    <tr><th scope="row">{t("dash.last_change")}</th><td class="num">{age}</td></tr>
                </tbody>
            </table>
            <p class="no-print"><a class="button" data-kind="secondary" href=all>{t("dash.open_list")}</a></p>
        </section>
    }
}

/// What the district's plan asks for by which day (sections IV and VI), and the days that the unit has for the steps of the year.
#[component]
fn Due(
    year: Year,
    is_over: bool,
    #[prop(optional_no_strip)] campaign: Option<Campaign>,
) -> impl IntoView {
    let href = campaign.as_ref().map(|it| {
        let title = it.title.map_or("", Title::as_str);
        format!("/campaign?unit={}&year={year}&title={title}", it.unit)
    });
    let set = campaign.into_iter().flat_map(|it| it.steps);
    let set = set.filter_map(|it| Some((it.day?, words::year_step(it.step))));
    let asked = [
        (
            NaiveDate::from_ymd_opt(year.get(), 12, 1),
            "dash.due_report",
        ),
        (Some(year.last_day()), "dash.due_year"),
    ];
    let asked = asked
        .into_iter()
        .filter_map(|(day, key)| Some((day?, t(key))));
    let mut days: Vec<(NaiveDate, String)> = set.chain(asked).collect();
    days.sort_by_key(|(day, _)| *day);
    let line = |(day, what): (NaiveDate, String)| {
        view! { <li><span class="due-date row"><Icon glyph=Glyph::Calendar/>{words::date(day)}</span> <span>{what}</span></li> }
    };
    let lines = days.into_iter().map(line).collect_view();
    let head = match is_over {
        true => t("dash.due_past"),
        false => t("dash.due"),
    };
    view! {
        <section class="card">
            <h2>{head}</h2>
            <ol class="due">{lines}</ol>
            {href.map(|href| view! { <p class="no-print"><a href=href>{t("campaign.to_calendar")}</a></p> })}
        </section>
    }
}
