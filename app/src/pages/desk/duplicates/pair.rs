//! Two subjects beside each other: what is the same, what is not, and which of them is kept.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::duplicates::{PairSeen, Side};
use shared::document::Document;
use shared::field;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::super::frame::{DeskFrame, Way, asked};
use super::super::subject_detail::decide::Told;
use crate::backend::backend;
use crate::components::{Glyph, Notice, Tone};
use crate::criteria;
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn PairPage() -> impl IntoView {
    let params = use_params_map().get_untracked();
    let id = |name: &str| {
        params
            .get(name)
            .and_then(|id| id.parse::<DocumentId>().ok())
    };
    let both = id("one").zip(id("other"));
    let answer = async move {
        let (one, other) = both.ok_or(ProblemKind::NotFound)?;
        backend()?.pair(one, other).await
    };
    asked(answer, |pair: PairSeen| {
        let kind = words::kind(pair.kind);
        let title = tf("dup.pair_heading", &[("kind", &kind)]);
        view! { <DeskFrame title><Compared pair/></DeskFrame> }
    })
}

/// Takes it back that one was merged into another.
#[component]
pub fn Undo(gone: DocumentId, kept: DocumentId) -> impl IntoView {
    view! {
        <form method="post" action="/duplicates/undo">
            <input type="hidden" name="gone" value=gone.to_string()/>
            <input type="hidden" name="kept" value=kept.to_string()/>
            <button type="submit" class="button" data-kind="secondary">{t("dup.undo_merge")}</button>
        </form>
    }
}

/// What came of the step that led here.
fn told() -> AnyView {
    let told = use_query_map().get_untracked().get("told");
    let key = match told.as_deref() {
        Some("nothing") => {
            return view! {
                <div class="error-summary" role="alert" tabindex="-1"><p><a href="#keep">{t("dup.choose")}</a></p></div>
            }
            .into_any();
        }
        Some("unmerged") => "dup.told_unmerged",
        Some("again") => "dup.told_again",
        _ => return view! { <Told/> }.into_any(),
    };
    view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> }.into_any()
}

/// A line of the comparison: what it is about, and what stands on either side.
struct Line {
    head: String,
    sides: [String; 2],
}

impl Line {
    fn of(head: String, sides: &[Side; 2], say: impl Fn(&Side) -> String) -> Self {
        let sides = [say(&sides[0]), say(&sides[1])];
        Self { head, sides }
    }
}

fn nothing() -> String {
    "–".to_owned()
}

fn lines(pair: &PairSeen) -> Vec<Line> {
    let sides = &pair.sides;
    let mut lines = vec![Line::of(t("queue.village"), sides, |it| it.village.clone())];
    for spec in field::of(pair.kind).filter(|spec| spec.name != field::NAME) {
        let value = |side: &Side| side.subject.field(&spec.name.into()).cloned();
        if sides.iter().all(|side| value(side).is_none()) {
            continue;
        }
        lines.push(Line::of(words::field_name(spec.name), sides, |side| {
            let name_of = |id: DocumentId| {
                let found = side.named.iter().find(|it| it.id == id);
                found.map(|it| it.name.clone())
            };
            value(side).map_or_else(nothing, |value| {
                words::field_value_by(spec.name, Some(&value), name_of)
            })
        }));
    }
    if sides.iter().any(|side| side.members > 0) {
        lines.push(Line::of(t("dup.members"), sides, |side| {
            words::number(side.members.into())
        }));
    }
    let heads = sides.iter().flat_map(|side| &side.forms);
    let mut years: Vec<_> = heads
        .filter_map(|form| Some(form.assessment()?.year))
        .collect();
    years.sort();
    years.dedup();
    for year in years.into_iter().rev() {
        let head = tf("dup.form", &[("year", &year)]);
        lines.push(Line::of(head, sides, |side| {
            let mut forms = side.forms.iter();
            let of_year = |form: &&Document| form.assessment().map(|head| head.year) == Some(year);
            forms.find(of_year).map_or_else(nothing, said)
        }));
    }
    lines.push(Line::of(t("dup.entered"), sides, |side| {
        let day = words::day(side.subject.made.at);
        format!("{day} · {}", side.by)
    }));
    lines
}

/// A form in a few words.
fn said(form: &Document) -> String {
    let Some(head) = form.assessment() else {
        return nothing();
    };
    let stage = words::stage(head.stage.name());
    let set = criteria::known().find(&head.criteria);
    let score = set.and_then(|set| form.score(set));
    match score.and_then(|score| score.points().map(|_| words::standing(&score))) {
        Some(points) => format!("{stage} · {points}"),
        None => stage,
    }
}

#[component]
fn Compared(pair: PairSeen) -> impl IntoView {
    let lines = lines(&pair);
    let line = |Line { head, sides }: Line| {
        // What only one of them says does not contradict: it is taken over.
        let says_it = sides.iter().all(|side| *side != nothing());
        let differs = (says_it && sides[0] != sides[1]).then_some("");
        let [one, other] = sides;
        view! { <tr data-differs=differs><th scope="row">{head}</th><td>{one}</td><td>{other}</td></tr> }
    };
    let rows = lines.into_iter().map(line).collect_view();
    let PairSeen {
        crumbs,
        kind,
        sides: [first, second],
        signs,
        is_apart,
    } = pair;
    let (one, other) = (first.subject.id, second.subject.id);
    let link = |side: &Side| {
        let href = format!("/dashboard/subject/{}", side.subject.id);
        view! { <a href=href>{side.subject.name().to_owned()}</a> }
    };
    let into =
        |gone: &Side, kept: &Side| gone.subject.merged_into() == Some(kept.subject.id.into());
    let merged = match (into(&first, &second), into(&second, &first)) {
        (true, _) => Some((one, other)),
        (_, true) => Some((other, one)),
        _ => None,
    };
    let act = match merged {
        Some((gone, kept)) => view! {
            <Notice tone=Tone::Sky glyph=Glyph::Info title=ts("dup.is_merged")><Undo gone kept/></Notice>
        }
        .into_any(),
        None => view! { <Choice first=first.clone() second=second.clone() is_apart/> }.into_any(),
    };
    let signs: Vec<String> = signs.into_iter().map(words::sign).collect();
    let lead = match signs.is_empty() {
        true => t("dup.pair_lead"),
        false => tf("dup.pair_signs", &[("signs", &signs.join(", "))]),
    };
    view! {
        <Way crumbs query=String::new() here=Some(words::capital(&words::kind(kind)))/>
        {told()}
        <p class="lead">{lead}</p>
        <div class="card table-wrap" tabindex="0" role="region" aria-label=t("dup.compared")>
            <table class="table compared">
                <caption class="visually-hidden">{t("dup.compared")}</caption>
                <thead><tr>
                    <td></td>
                    <th scope="col">{t("dup.first")}</th>
                    <th scope="col">{t("dup.second")}</th>
                </tr></thead>
                <tbody>
                    <tr>
                        <th scope="row">{t("dup.name")}</th>
                        <td>{link(&first)}</td>
                        <td>{link(&second)}</td>
                    </tr>
                    {rows}
                </tbody>
            </table>
        </div>
        {act}
        <p class="no-print"><a href="/duplicates">{t("dup.back")}</a></p>
    }
}

/// Which of the two is kept, or that they are two.
#[component]
fn Choice(first: Side, second: Side, is_apart: bool) -> impl IntoView {
    let (one, other) = (first.subject.id, second.subject.id);
    let radio = |side: &Side, at: &'static str, is_chosen: bool, key: &'static str| {
        let label = tf(
            key,
            &[
                ("name", &side.subject.name()),
                ("village", &side.village),
                ("day", &words::day(side.subject.made.at)),
            ],
        );
        view! {
            <label class="option" data-wide="">
                <input type="radio" id=at name="keep" value=side.subject.id.to_string() checked=is_chosen/>
                <span>{label}</span>
            </label>
        }
    };
    let two = move |button: &'static str, again: bool| {
        view! {
            <form method="post" action="/duplicates/apart">
                <input type="hidden" name="one" value=one.to_string()/>
                <input type="hidden" name="other" value=other.to_string()/>
                {again.then(|| view! { <input type="hidden" name="again" value="true"/> })}
                <button type="submit" class="button" data-kind="secondary">{t(button)}</button>
            </form>
        }
    };
    let apart = match is_apart {
        true => view! {
            <Notice tone=Tone::Sky glyph=Glyph::Info title=ts("dup.are_two")>{two("dup.offer_again", true)}</Notice>
        }
        .into_any(),
        false => view! {
            <section class="card stack" data-gap="s">
                <h2>{t("dup.two_head")}</h2>
                <p class="hint">{t("dup.two_text")}</p>
                {two("dup.two", false)}
            </section>
        }
        .into_any(),
    };
    view! {
        <form class="card stack no-print" method="post" action="/duplicates/merge">
            <input type="hidden" name="one" value=one.to_string()/>
            <input type="hidden" name="other" value=other.to_string()/>
            <input type="hidden" name="looked_one" value=first.seq().to_string()/>
            <input type="hidden" name="looked_other" value=second.seq().to_string()/>
            <h2>{t("dup.one_head")}</h2>
            <fieldset class="choice">
                <legend>{t("dup.keep")}</legend>
                {radio(&first, "keep", true, "dup.keep_first")}
                {radio(&second, "keep-other", false, "dup.keep_second")}
            </fieldset>
            <ul class="hint rules">
                <li>{t("dup.rule_fields")}</li>
                <li>{t("dup.rule_members")}</li>
                <li>{t("dup.rule_forms")}</li>
                <li>{t("dup.rule_undo")}</li>
            </ul>
            <p><button type="submit" class="button" data-kind="primary">{t("dup.merge")}</button></p>
        </form>
        {apart}
    }
}
