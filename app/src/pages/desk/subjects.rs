//! The families behind a figure: found by words, narrowed by figure, in the order of any column, one page at a time. A plain
//! form, so it works on an old PC and without a script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{Crumb, SUBJECTS_MAX, Subjects, SubjectsQuery};
use shared::calendar::Year;
use shared::figure::Figure;
use shared::kind::SubjectKind;
use shared::table::{Order, Shown};

use super::dashboard::{Asked, session};
use super::export::paper;
use super::frame::{DeskFrame, Way, asked};
use super::table::{DataTable, File, Here};
use crate::backend::backend;
use crate::components::{Empty, Glyph, SelectField, SelectOption};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

/// What the address asks for beyond what a dashboard's does.
#[derive(Clone, Debug, PartialEq)]
struct Narrowed {
    within: Asked,
    search: Option<String>,
    figure: Figure,
    order: Order,
}

impl Narrowed {
    /// What the address of its file asks of the list.
    fn list(&self, unit: &str, year: Year) -> String {
        let mut query = self.figures(unit, year);
        if let Some(search) = &self.search {
            query += &format!("&search={}", leptos_router::location::Url::escape(search));
        }
        if self.figure != Figure::Subjects {
            query += &format!("&figure={}", self.figure.as_str());
        }
        query
    }

    /// By names it is sorted where it is kept, and any other order is of the whole.
    fn is_by_name(&self) -> bool {
        let by = self.order.by.as_deref();
        by.is_none() || (by == Some(BY_NAME) && !self.order.is_down)
    }

    /// The page of what was found.
    fn shown(&self, found: &Subjects, year: Year) -> Shown {
        let total = usize::try_from(found.total).unwrap_or(usize::MAX);
        let size = usize::try_from(found.page_size).unwrap_or(1);
        let is_whole = found.rows.len() == total;
        let mut table = tables::subjects(found, self.within.title, year, self.figure);
        table.below.clear();
        let order = self.order.clone();
        if !self.is_by_name() && is_whole {
            return table.shown(order, size);
        }
        // Of a page nobody knows whether the one after it is worth more points.
        if total > SUBJECTS_MAX {
            let others = table.columns.iter_mut().filter(|it| it.key != BY_NAME);
            others.for_each(|column| column.is_sortable = false);
        }
        table.part(order, total, size)
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

/// The key of the column with the names.
const BY_NAME: &str = "name";

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
        order: Order {
            // Names are looked for where they are kept.
            find: None,
            ..Here::order("")
        },
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
            page: it.order.page,
            whole: it.order.is_whole || !it.is_by_name(),
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
    let shown = it.shown(&found, year);
    let Subjects {
        crumbs,
        total,
        elsewhere,
        villages,
        is_village,
        ..
    } = found;
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
    let none = (total == 0).then(|| {
        view! { <Empty glyph=Glyph::Search title=ts("subjects.none") text=ts("subjects.none_text")/> }
    });
    let too_long = (shown.total > SUBJECTS_MAX).then(|| {
        let most = i64::try_from(SUBJECTS_MAX).unwrap_or(i64::MAX);
        let text = tf("subjects.too_long", &[("n", &words::number(most))]);
        view! { <p class="hint no-print">{text}</p> }
    });
    let here = Here::keeping(
        &["unit", "title", "year", "as_of", "search", "figure"],
        &[""],
    );
    let file = File {
        what: "subjects",
        query: it.list(&unit, year),
    };
    // Where it is judged in a meeting, its minutes.
    let minutes = is_village.then(|| {
        let query = format!("?{}", it.figures(&unit, year));
        paper(t("subjects.minutes"), "/dashboard/minutes/bien-ban", &query)
    });
    view! {
        <Way crumbs query here=None/>
        <form class="filters" method="get" action="/dashboard/subjects" role="search">
            <input type="hidden" name="unit" value=unit.clone()/>
            <input type="hidden" name="title" value=it.within.title.as_str()/>
            <input type="hidden" name="year" value=year.to_string()/>
            {it.within.as_of.map(|as_of| view! { <input type="hidden" name="as_of" value=as_of.to_string()/> })}
            {it.order.by.clone().map(|by| view! { <input type="hidden" name="sort" value=by/> })}
            {it.order.is_down.then(|| view! { <input type="hidden" name="down" value="1"/> })}
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
        {too_long}
        {minutes}
        <DataTable shown here file=Some(file) is_found=true/>
    }
}
