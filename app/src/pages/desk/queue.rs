//! The commune's queue: what waits, the longest first; one after the other, or many at once where there is nothing to look
//! at.

pub(super) mod answering;
mod measuring;
mod submission;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::queue::{Late, Queue, QueueQuery, QueueState, Rows};
use shared::submission::Notable;
use shared::table::{Order, Row, Shown, Value};

pub use self::submission::SubmissionPage;
use super::frame::{DeskFrame, Way, asked};
use super::table::{Acts, DataTable, File, Here, marks};
use crate::backend::backend;
use crate::components::{Empty, Glyph, Notice, SelectField, SelectOption, Tone};
use crate::locale::{t, tf, ts};
use crate::{tables, words};

/// What the address asks for.
fn query() -> QueueQuery {
    let query = use_query_map().get_untracked();
    QueueQuery::read(|name| query.get(name))
}

#[component]
pub fn QueuePage() -> impl IntoView {
    let (query, order) = (query(), Here::order(""));
    // As it is kept, those that have waited longest come first; any other order is of the whole.
    let rows = match order.by.is_none() && !order.is_whole {
        true => Rows::Page(order.page),
        false => Rows::All,
    };
    let answer = async move { backend()?.queue(query, rows).await };
    asked(answer, move |queue: Queue| {
        let unit = queue.crumbs.last().map_or("", |it| it.name.as_str());
        let title = tf("queue.title", &[("unit", &unit)]);
        view! { <DeskFrame title><List queue order/></DeskFrame> }
    })
}

/// What came of confirming many at once.
fn told() -> Option<AnyView> {
    let query = use_query_map().get_untracked();
    let told = query.get("told")?;
    let number = |name| query.get(name).and_then(|it| it.parse::<i64>().ok());
    let (taken, left) = (
        number("n").unwrap_or_default(),
        number("left").unwrap_or_default(),
    );
    let shown = match (told.as_str(), taken, left) {
        ("later", ..) => {
            view! { <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("decide.later")/> }
                .into_any()
        }
        ("confirmed", 0, 0) => {
            view! { <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("queue.told_none")/> }
                .into_any()
        }
        ("confirmed", ..) => {
            let title = tf("queue.told_confirmed", &[("n", &words::number(taken))]);
            let left = (left > 0).then(|| {
                view! { <p>{tf("queue.told_left", &[("n", &words::number(left))])}</p> }
            });
            view! { <Notice tone=Tone::Forest glyph=Glyph::Check title>{left}</Notice> }.into_any()
        }
        // The last of the queue was decided of.
        _ => {
            let key = submission::told_key(&told)?;
            view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> }.into_any()
        }
    };
    Some(shown)
}

#[component]
fn List(queue: Queue, order: Order) -> impl IntoView {
    let first = queue.rows.iter().min_by_key(|row| row.finished);
    let first = first.map(|row| row.form);
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let (total, size) = (count(queue.total), count(queue.page_size));
    // Names are in sight, and villages and titles are filtered by above.
    let order = Order {
        find: None,
        ..order
    };
    let table = tables::queue(&queue);
    let shown = match queue.rows.len() == total {
        true => table.shown(order.clone(), size),
        false => table.part(order.clone(), total, size),
    };
    let Queue {
        crumbs,
        query,
        villages,
        titles,
        total,
        ..
    } = queue;
    let way = query
        .year
        .map_or_else(String::new, |year| format!("year={year}"));
    let is_waited = shown
        .table
        .sorted
        .as_ref()
        .is_some_and(|it| it.by == "sent" && !it.is_down);
    let count = tf("queue.count", &[("n", &words::number(total.into()))]);
    let count = match is_waited {
        true => format!("{count} {}", t("queue.longest_first")),
        false => count,
    };
    let begin = first.filter(|_| query.state == QueueState::Waiting);
    let is_empty = total == 0;
    view! {
        <Way crumbs query=way here=Some(t("desk.queue"))/>
        {told()}
        <Filters query order villages titles/>
        <div class="row queue-head">
            <p class="lead">{count}</p>
            {begin.map(|form| {
                let href = format!("/commune/queue/{form}?{}", query.written());
                view! { <a class="button" data-kind="primary" href=href>{t("queue.begin")}</a> }
            })}
        </div>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Check title=ts("queue.none") text=ts("queue.none_text")/> })}
        {(!is_empty).then(|| view! { <Listed shown query/> })}
    }
}

/// Which forms are looked at.
#[component]
fn Filters(
    query: QueueQuery,
    order: Order,
    villages: Vec<(shared::api::Crumb, i64)>,
    titles: Vec<(shared::criteria::Title, i64)>,
) -> impl IntoView {
    let counted = |label: String, count: i64| format!("{label} ({})", words::number(count));
    let every = |key| SelectOption {
        value: String::new(),
        label: t(key),
    };
    let of_village = villages.into_iter().map(|(village, count)| SelectOption {
        value: village.unit.to_string(),
        label: counted(village.name, count),
    });
    let of_title = titles.into_iter().map(|(title, count)| SelectOption {
        value: title.as_str().to_owned(),
        label: counted(words::title(title), count),
    });
    let states = QueueState::ALL.map(|state| SelectOption {
        value: state.as_str().to_owned(),
        label: t(match state {
            QueueState::Waiting => "queue.state_waiting",
            QueueState::Returned => "queue.state_returned",
            QueueState::Verified => "queue.state_verified",
        }),
    });
    let late = [("", "queue.late_any"), ("true", "queue.late_only")];
    let late = late.map(|(value, key)| SelectOption {
        value: value.to_owned(),
        label: t(key),
    });
    let of_village: Vec<_> = [every("queue.every_village")]
        .into_iter()
        .chain(of_village)
        .collect();
    let of_title: Vec<_> = [every("queue.every_title")]
        .into_iter()
        .chain(of_title)
        .collect();
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value/> })
    };
    view! {
        <form class="filters" data-pairs method="get" action="/commune/queue">
            {hidden("unit", query.unit.map(|it| it.to_string()))}
            {hidden("year", query.year.map(|it| it.to_string()))}
            {hidden("sort", order.by)}
            {hidden("down", order.is_down.then(|| "1".to_owned()))}
            <SelectField id="state" name="state" label=ts("queue.state") options=states.to_vec() value=query.state.as_str().to_owned()/>
            <SelectField id="village" name="village" label=ts("queue.village") options=of_village value=query.village.map_or_else(String::new, |it| it.to_string())/>
            <SelectField id="title" name="title" label=ts("queue.kind") options=of_title value=query.title.map_or_else(String::new, |it| it.as_str().to_owned())/>
            <SelectField id="late" name="late" label=ts("queue.late") options=late.to_vec() value=if query.late { "true".to_owned() } else { String::new() }/>
            <button type="submit" class="button" data-kind="secondary">{t("dash.apply")}</button>
        </form>
    }
}

/// The forms; those in which there is nothing to look at may be chosen, and confirmed together.
#[component]
fn Listed(shown: Shown, query: QueueQuery) -> impl IntoView {
    let rows = shown.table.rows.iter();
    let all: Vec<String> = rows
        .filter_map(|row| Some(row.of.first()?.1.clone()))
        .collect();
    let plain = all.len();
    // A page of them at most, as they are in sight.
    let may_choose = query.state == QueueState::Waiting && (1..=shown.size).contains(&plain);
    let acts = may_choose.then(|| Acts {
        head: t("queue.chosen"),
        is_first: true,
        draw: Box::new(choose),
    });
    let confirm = may_choose.then(|| view! {
        <section class="card stack" data-gap="s">
            <h2>{t("queue.confirm_head")}</h2>
            <p class="hint">{t("queue.confirm_text")}</p>
            {all.into_iter().map(|looked| view! { <input type="hidden" name="plain" value=looked/> }).collect_view()}
            <p class="row">
                <button type="submit" class="button" data-kind="secondary" name="which" value="chosen">{t("queue.confirm_chosen")}</button>
                <button type="submit" class="button" data-kind="secondary" name="which" value="all">{tf("queue.confirm_all", &[("n", &plain)])}</button>
            </p>
        </section>
    });
    let kept = [
        ("unit", query.unit.map(|it| it.to_string())),
        ("village", query.village.map(|it| it.to_string())),
        ("title", query.title.map(|it| it.as_str().to_owned())),
        ("year", query.year.map(|it| it.to_string())),
        ("state", Some(query.state.as_str().to_owned())),
        ("late", query.late.then(|| "true".to_owned())),
    ];
    let kept = kept
        .into_iter()
        .filter_map(|(name, value)| Some(view! { <input type="hidden" name=name value=value?/> }))
        .collect_view();
    let here = Here::keeping(
        &["unit", "village", "title", "year", "state", "late"],
        &[""],
    );
    let file = File {
        what: "queue",
        query: query.written(),
    };
    view! {
        <form class="stack" method="post" action="/commune/queue/confirm">
            {kept}
            <DataTable shown here file=Some(file) acts is_found=true/>
            {confirm}
        </form>
    }
}

/// Rows are equally high, with a box or without.
fn choose(row: &Row) -> AnyView {
    let Some((_, looked)) = row.of.first().cloned() else {
        return view! { <span class="tick"></span> }.into_any();
    };
    let name = row.cells.first().map(|cell| &cell.value);
    let name = match name {
        Some(Value::Name(name)) => name.clone(),
        _ => String::new(),
    };
    view! {
        <label class="tick">
            <input type="checkbox" name="chosen" value=looked/>
            <span class="visually-hidden">{tf("queue.choose", &[("name", &name)])}</span>
        </label>
    }
    .into_any()
}

/// How late a form is, and what to look at before it is confirmed.
#[component]
fn NotableThings(notable: Notable, late: Late) -> impl IntoView {
    let mut things = tables::late(late);
    things.extend(tables::notable(notable));
    match things.is_empty() {
        true => view! { <span class="muted small">{t("queue.plain")}</span> }.into_any(),
        false => marks(&things).into_any(),
    }
}
