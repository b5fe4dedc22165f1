//! The commune's queue: what waits, the longest first; one after the other, or many at once where there is nothing to look
//! at.

pub(super) mod answering;
mod measuring;
mod submission;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::queue::{Queue, QueueQuery, QueueRow, QueueState};
use shared::criteria::Points;
use shared::submission::Notable;

pub use self::submission::SubmissionPage;
use super::frame::{DeskFrame, Way, asked};
use crate::backend::backend;
use crate::components::{Badge, Empty, Glyph, Notice, SelectField, SelectOption, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

/// What the address asks for.
fn query() -> QueueQuery {
    let query = use_query_map().get_untracked();
    QueueQuery::read(|name| query.get(name))
}

#[component]
pub fn QueuePage() -> impl IntoView {
    let query = query();
    let page = use_query_map().get_untracked().get("page");
    let page = page.and_then(|page| page.parse().ok()).unwrap_or(0);
    let answer = async move { backend()?.queue(query, page).await };
    asked(answer, |queue: Queue| {
        let unit = queue.crumbs.last().map_or("", |it| it.name.as_str());
        let title = tf("queue.title", &[("unit", &unit)]);
        view! { <DeskFrame title><List queue/></DeskFrame> }
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
fn List(queue: Queue) -> impl IntoView {
    let Queue {
        crumbs,
        query,
        villages,
        titles,
        total,
        page,
        page_size,
        rows,
        now,
    } = queue;
    let way = query
        .year
        .map_or_else(String::new, |year| format!("year={year}"));
    let first = rows.first().map(|row| row.form);
    let begin = first.filter(|_| query.state == QueueState::Waiting);
    let last = total.div_ceil(page_size.max(1)).max(1);
    let turn = |to: u32, key: &'static str| {
        let href = format!("/commune/queue?{}&page={to}", query.written());
        view! { <a class="button" data-kind="secondary" href=href>{t(key)}</a> }
    };
    let pages = (last > 1).then(|| {
        view! {
            <nav class="pages" aria-label=t("subjects.pages")>
                {(page > 0).then(|| turn(page - 1, "subjects.previous"))}
                <span>{tf("subjects.page", &[("page", &(page + 1)), ("last", &last)])}</span>
                {(page + 1 < last).then(|| turn(page + 1, "subjects.next"))}
            </nav>
        }
    });
    let is_empty = rows.is_empty();
    view! {
        <Way crumbs query=way here=Some(t("desk.queue"))/>
        {told()}
        <Filters query villages titles/>
        <div class="row queue-head">
            <p class="lead">{tf("queue.count", &[("n", &words::number(total.into()))])}</p>
            {begin.map(|form| {
                let href = format!("/commune/queue/{form}?{}", query.written());
                view! { <a class="button" data-kind="primary" href=href>{t("queue.begin")}</a> }
            })}
        </div>
        {is_empty.then(|| view! { <Empty glyph=Glyph::Check title=ts("queue.none") text=ts("queue.none_text")/> })}
        {(!is_empty).then(|| view! { <Rows rows query now/> })}
        {pages}
    }
}

/// Which forms are looked at.
#[component]
fn Filters(
    query: QueueQuery,
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
            <SelectField id="state" name="state" label=ts("queue.state") options=states.to_vec() value=query.state.as_str().to_owned()/>
            <SelectField id="village" name="village" label=ts("queue.village") options=of_village value=query.village.map_or_else(String::new, |it| it.to_string())/>
            <SelectField id="title" name="title" label=ts("queue.kind") options=of_title value=query.title.map_or_else(String::new, |it| it.as_str().to_owned())/>
            <button type="submit" class="button" data-kind="secondary">{t("dash.apply")}</button>
        </form>
    }
}

#[component]
fn Rows(
    rows: Vec<QueueRow>,
    query: QueueQuery,
    now: chrono::DateTime<chrono::Utc>,
) -> impl IntoView {
    let is_waiting = query.state == QueueState::Waiting;
    let plain = rows.iter().filter(|row| row.notable.is_plain()).count();
    let may_choose = is_waiting && plain > 0;
    let all: Vec<String> = rows
        .iter()
        .filter(|row| may_choose && row.notable.is_plain())
        .map(looked_at)
        .collect();
    let row = |row: QueueRow| {
        let href = format!("/commune/queue/{}?{}", row.form, query.written());
        let choose = may_choose.then(|| {
            let box_of = row.notable.is_plain().then(|| view! {
                <label class="tick">
                    <input type="checkbox" name="chosen" value=looked_at(&row)/>
                    <span class="visually-hidden">{tf("queue.choose", &[("name", &row.name)])}</span>
                </label>
            });
            // Rows are equally high, with a box or without.
            let empty = box_of.is_none().then(|| view! { <span class="tick"></span> });
            view! { <td>{box_of} {empty}</td> }
        });
        let sent = row
            .finished
            .map_or_else(|| "–".to_owned(), |at| words::ago(at, now));
        view! {
            <tr>
                {choose}
                <th scope="row">
                    <a href=href>{row.name}</a>
                    <span class="narrow-only muted small">{row.village.clone()} " · " {sent.clone()}</span>
                </th>
                <td class="minor">{row.village}</td>
                <td class="minor">{words::title(row.title)}</td>
                <td class="minor">{sent}</td>
                <td class="num">{points(row.points)}</td>
                <td><NotableThings notable=row.notable/></td>
            </tr>
        }
    };
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
    ];
    let kept = kept
        .into_iter()
        .filter_map(|(name, value)| Some(view! { <input type="hidden" name=name value=value?/> }))
        .collect_view();
    view! {
        <form class="stack" method="post" action="/commune/queue/confirm">
            {kept}
            <div class="table-wrap" role="group" tabindex="0" aria-label=t("desk.queue")>
                <table class="table queue">
                    <thead><tr>
                        {may_choose.then(|| view! { <th scope="col"><span class="visually-hidden">{t("queue.chosen")}</span></th> })}
                        <th scope="col">{t("subjects.name")}</th>
                        <th scope="col" class="minor">{t("queue.village")}</th>
                        <th scope="col" class="minor">{t("queue.kind")}</th>
                        <th scope="col" class="minor">{t("queue.sent")}</th>
                        <th scope="col" class="num">{t("subjects.points")}</th>
                        <th scope="col">{t("queue.look")}</th>
                    </tr></thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            {confirm}
        </form>
    }
}

/// A form and the state in which it is shown.
fn looked_at(row: &QueueRow) -> String {
    format!("{}:{}", row.form, row.seq)
}

fn points(points: Option<(i32, i32)>) -> String {
    points.map_or_else(
        || "–".to_owned(),
        |(got, max)| {
            let half = |it| words::points(Points::from_halves(it));
            format!("{}/{}", half(got), half(max))
        },
    )
}

/// What to look at before a form is confirmed.
#[component]
fn NotableThings(notable: Notable) -> impl IntoView {
    let counted = |count: u32, key: &str| (count > 0).then(|| tf(key, &[("n", &count)]));
    let said = |is: bool, key: &str| is.then(|| t(key));
    let passes = notable.passed == Some(true);
    let things = [
        (Tone::Red, counted(notable.conflicts, "queue.conflicts")),
        (
            Tone::Turmeric,
            counted(notable.corrected, "queue.corrected"),
        ),
        (
            Tone::Turmeric,
            counted(notable.miscounted, "queue.miscounted"),
        ),
        (Tone::Turmeric, counted(notable.doubts, "queue.doubts")),
        (
            Tone::Turmeric,
            said(notable.passed == Some(false), "queue.not_passed"),
        ),
        (
            Tone::Turmeric,
            said(notable.passed.is_none(), "queue.undecided"),
        ),
        (Tone::Sky, said(notable.turned && passes, "queue.turned_up")),
        (
            Tone::Turmeric,
            said(notable.turned && !passes, "queue.turned_down"),
        ),
        (Tone::Sky, said(notable.again, "queue.again")),
    ];
    let things: Vec<_> = things
        .into_iter()
        .filter_map(|(tone, label)| {
            let glyph = match tone {
                Tone::Sky => Glyph::Info,
                _ => Glyph::Alert,
            };
            Some(view! { <Badge tone glyph label=label?/> })
        })
        .collect();
    match things.is_empty() {
        true => view! { <span class="muted small">{t("queue.plain")}</span> }.into_any(),
        false => view! { <span class="row notable">{things}</span> }.into_any(),
    }
}
