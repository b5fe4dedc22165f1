//! The families behind a figure: found by words, narrowed by stage, one page at a time. A plain form, so it works on an
//! old PC and without a script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{Crumb, SubjectRow, Subjects, SubjectsQuery};
use shared::calendar::Year;
use shared::criteria::Points;
use shared::figure::Figure;
use shared::kind::SubjectKind;

use super::dashboard::{Asked, session};
use super::export::Files;
use super::frame::{DeskFrame, Way, asked};
use crate::backend::backend;
use crate::components::{Badge, Empty, Glyph, SelectField, SelectOption, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

/// What the address asks for beyond what a dashboard's does.
#[derive(Clone, Debug, PartialEq)]
struct Narrowed {
    within: Asked,
    search: Option<String>,
    figure: Figure,
    page: u32,
    whole: bool,
}

impl Narrowed {
    /// The address of one page of the same list.
    fn address(&self, unit: &str, year: Year, page: u32) -> String {
        let mut address = format!("/dashboard/subjects?{}", self.figures(unit, year));
        if let Some(search) = &self.search {
            address += &format!("&search={}", leptos_router::location::Url::escape(search));
        }
        if self.figure != Figure::Subjects {
            address += &format!("&figure={}", self.figure.as_str());
        }
        format!("{address}&page={page}")
    }

    /// What this list and the dashboard's figures share.
    fn figures(&self, unit: &str, year: Year) -> String {
        let mut query = format!(
            "unit={unit}&title={}&year={year}",
            self.within.title.as_str()
        );
        if let Some(as_of) = self.within.as_of {
            query += &format!("&as_of={as_of}");
        }
        query
    }
}

#[component]
pub fn SubjectsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let text = |name| query.get(name).filter(|text: &String| !text.is_empty());
    let it = Narrowed {
        within: super::dashboard::query(),
        search: text("search"),
        figure: text("figure")
            .and_then(|it| Figure::parse(&it))
            .unwrap_or(Figure::Subjects),
        page: text("page").and_then(|it| it.parse().ok()).unwrap_or(0),
        whole: text("whole").is_some(),
    };
    let answer = async move {
        let backend = backend()?;
        let session = session(&*backend).await?;
        let unit = it.within.unit.unwrap_or(session.home);
        let year = it.within.year.unwrap_or(session.year);
        let query = SubjectsQuery {
            unit,
            title: it.within.title,
            year,
            as_of: it.within.as_of,
            search: it.search.clone(),
            figure: Some(it.figure),
            page: it.page,
            whole: it.whole,
        };
        Ok((backend.subjects(query).await?, it, year, unit.to_string()))
    };
    let draw = |(found, it, year, unit): (Subjects, Narrowed, Year, String)| {
        let name = found
            .crumbs
            .last()
            .map_or_else(String::new, |it| it.name.clone());
        let title = tf("subjects.title", &[("unit", &name)]);
        view! { <DeskFrame title><List found it year unit/></DeskFrame> }
    };
    asked(answer, draw)
}

#[component]
fn List(found: Subjects, it: Narrowed, year: Year, unit: String) -> impl IntoView {
    let Subjects {
        crumbs,
        total,
        elsewhere,
        villages,
        page,
        page_size,
        rows,
    } = found;
    let last = total.div_ceil(page_size.max(1)).max(1);
    let query = it.figures(&unit, year);
    let query = query
        .split_once('&')
        .map_or("", |(_, rest)| rest)
        .to_owned();
    let count = tf(
        "subjects.count",
        &[
            ("n", &words::number(total.into())),
            ("kind", &words::kind(SubjectKind::of(it.within.title))),
            ("figure", &words::figure(it.figure)),
            ("year", &year),
        ],
    );
    let turn = |to: u32, key: &'static str| {
        view! { <a class="button" data-kind="secondary" href=it.address(&unit, year, to)>{t(key)}</a> }
    };
    let previous = (page > 0).then(|| turn(page - 1, "subjects.previous"));
    let next = (page + 1 < last).then(|| turn(page + 1, "subjects.next"));
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let table = (!rows.is_empty())
        .then(|| view! { <Rows rows year kind=SubjectKind::of(it.within.title)/> });
    let elsewhere = (elsewhere > 0).then(|| {
        let text = tf(
            "subjects.elsewhere",
            &[("n", &words::number(elsewhere.into()))],
        );
        view! { <p class="muted">{text}</p> }
    });
    let villages = (!villages.is_empty()).then(|| {
        let link = |village: Crumb| {
            let href = format!("/dashboard/subjects?{}", it.figures(&village.unit.to_string(), year));
            view! { " " <a href=href>{village.name}</a> }
        };
        view! { <p>{t("subjects.villages_found")} {villages.into_iter().map(link).collect_view()}</p> }
    });
    let whole = format!("{}&whole=1", it.address(&unit, year, 0));
    let pages = match it.whole || shown == total {
        true => None,
        false => Some(view! {
            <nav class="pages" aria-label=t("subjects.pages")>
                {previous}
                <span>{tf("subjects.page", &[("page", &(page + 1)), ("last", &last)])} " · " <a href=whole>{t("subjects.whole")}</a></span>
                {next}
            </nav>
            <p class="print-only">{tf("subjects.part_only", &[("n", &words::number(shown.into())), ("all", &words::number(total.into()))])}</p>
        }),
    };
    let files = (total > 0).then(|| {
        let address = it.address(&unit, year, 0);
        let query = address
            .split_once('?')
            .map_or("", |(_, query)| query)
            .to_owned();
        view! { <Files what="subjects" query table=t("subjects.table")/> }
    });
    let none = (total == 0).then(|| {
        view! { <Empty glyph=Glyph::Search title=ts("subjects.none") text=ts("subjects.none_text")/> }
    });
    view! {
        <Way crumbs query here=None/>
        <form class="filters" method="get" action="/dashboard/subjects" role="search">
            <input type="hidden" name="unit" value=unit.clone()/>
            <input type="hidden" name="title" value=it.within.title.as_str()/>
            <input type="hidden" name="year" value=year.to_string()/>
            {it.within.as_of.map(|as_of| view! { <input type="hidden" name="as_of" value=as_of.to_string()/> })}
            <SelectField
                id="figure"
                name="figure"
                label=ts("subjects.figure")
                options=Figure::ALL.map(|figure| SelectOption { value: figure.as_str().to_owned(), label: words::capital(&words::figure(figure)) }).to_vec()
                value=it.figure.as_str().to_owned()
            />
            <div class="field">
                <label for="search">{t("subjects.search")}</label>
                <input id="search" name="search" type="search" autocomplete="off" value=it.search.clone().unwrap_or_default()/>
            </div>
            <button type="submit" class="button" data-kind="secondary">{t("subjects.find")}</button>
        </form>
        <p class="lead">{count}</p>
        {elsewhere}
        {villages}
        {none}
        {table}
        {files}
        {pages}
    }
}

#[component]
fn Rows(rows: Vec<SubjectRow>, year: Year, kind: SubjectKind) -> impl IntoView {
    // Persons are counted in households and in nothing else.
    let has_members = kind == SubjectKind::Household;
    let row = move |row: SubjectRow| {
        let points = row.points.map_or_else(
            || "–".to_owned(),
            |(got, max)| {
                let half = |it| words::points(Points::from_halves(it));
                format!("{}/{}", half(got), half(max))
            },
        );
        let label = row
            .stage
            .map_or_else(|| t("subjects.unregistered"), words::stage);
        let (tone, glyph) = (words::stage_tone(row.stage), words::stage_glyph(row.stage));
        let result = match row.passed {
            Some(true) => t("detail.passed"),
            Some(false) => t("detail.not_passed"),
            None => "–".to_owned(),
        };
        view! {
            <tr>
                <th scope="row"><a href=format!("/dashboard/subject/{}?year={year}", row.id)>{row.name}</a></th>
                <td class="minor">{row.village} {row.hamlet.map(|hamlet| view! { <span class="muted small">" · " {hamlet}</span> })}</td>
                {has_members.then(|| view! { <td class="num minor">{row.members.map_or_else(|| "–".to_owned(), |it| it.to_string())}</td> })}
                <td><Badge tone glyph label/></td>
                <td class="num">{points}</td>
                <td class="minor">{result}</td>
                <td class="minor">
                    {(row.doubts > 0).then(|| view! { <Badge tone=Tone::Turmeric glyph=Glyph::Alert label=ts("subjects.doubt")/> })}
                    {(row.conflicts > 0).then(|| view! { <Badge tone=Tone::Red glyph=Glyph::Alert label=ts("subjects.conflict")/> })}
                </td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=t("subjects.table")>
            <table class="table">
                <thead><tr>
                    <th scope="col">{t("subjects.name")}</th>
                    <th scope="col" class="minor">{t("subjects.village")}</th>
                    {has_members.then(|| view! { <th scope="col" class="num minor">{t("subjects.members")}</th> })}
                    <th scope="col">{t("subjects.stage")}</th>
                    <th scope="col" class="num">{t("subjects.points")}</th>
                    <th scope="col" class="minor">{t("subjects.result")}</th>
                    <th scope="col" class="minor">{t("subjects.notes")}</th>
                </tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
