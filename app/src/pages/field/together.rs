//! Many citizens on one page: what is alike for all of a class or a family is answered once, and whoever is different is left for a
//! form of their own.
//!
//! Nothing is said of anybody that was not chosen for them: a question without an answer here stays open in every form, and so does
//! one that somebody was taken out of. Answers that a form has already are never altered.

use std::sync::Arc;

use leptos::prelude::*;
use shared::assessment::{Move, StageName};
use shared::change::{ChangeBody, Refusal};
use shared::criteria::{CriteriaSet, CriterionCode, Indicator, Points};
use shared::document::Scorer;
use shared::ids::{DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::roster::{ListKey, Listed, Query};
use shared::scoring::Answer;

use super::form::Partial;
use super::frame::FieldFrame;
use super::kept::Kept;
use super::param;
use super::places::{self, place_at};
use super::sheet::Sheet;
use crate::components::{Checkbox, Empty, Glyph, Icon, Notice, Tone};
use crate::live::{When, follow, live, memo};
use crate::locale::{t, tf, ts};
use crate::store::FieldStore;
use crate::words;

/// As many as are scored at once. Each answer of each of them is a change that is kept before the next tap.
const AT_ONCE: usize = 20;
/// As many as can be chosen from.
const SHOWN: usize = 60;

/// The address of the page of a village.
pub fn address(place: UnitId) -> String {
    format!("/village/{place}/together")
}

/// Somebody whose form the village works on.
#[derive(Clone, Debug, PartialEq)]
struct Person {
    id: DocumentId,
    name: String,
    about: String,
    /// Nobody has answered anything of their form.
    is_fresh: bool,
}

/// What came of the last press.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    finished: usize,
    /// Those who still have a question of their own.
    left: Vec<(DocumentId, String)>,
}

#[component]
pub fn TogetherPage() -> impl IntoView {
    let store = FieldStore::expect();
    let unit = param::<UnitId>("unit");
    let place = memo(move || place_at(store, unit.get()?));
    let key = memo(move || {
        place.with(|place| {
            Some(ListKey {
                place: place.as_ref()?.id,
                kind: SubjectKind::Citizen,
            })
        })
    });
    let subtitle = Signal::derive(move || {
        place.with(|place| place.as_ref().map(|it| it.title()).unwrap_or_default())
    });
    let back = Signal::derive(move || key.get().map_or_else(|| "/".to_owned(), places::address));
    view! {
        <FieldFrame title=ts("together.title") subtitle back>
            {live(move || match key.get() {
                Some(key) => view! { <Together key/> }.into_any(),
                None => view! { <Empty glyph=Glyph::Lock title=ts("village.unknown") text=ts("village.unknown_text")/> }.into_any(),
            })}
        </FieldFrame>
    }
}

#[component]
fn Together(key: ListKey) -> impl IntoView {
    let store = FieldStore::expect();
    let all = store.list(key);
    // Whoever the list was narrowed down to, by a name or a hamlet, in the list's own order.
    let looked = untrack(|| store.looked(key));
    let found = memo(move || {
        let query = Query::new(&looked.search);
        let is_wanted = |it: &Listed| {
            let lives_there = looked.hamlet.is_none() || looked.hamlet == it.hamlet;
            let lies_here = it.stage != Some(StageName::Returned) && it.is_open();
            lives_there && lies_here && it.is_found(&query)
        };
        all.with(|all| all.chosen(store.sort(key.place), is_wanted))
    });
    let set = memo(move || {
        let first = found.with(|found| found.first().map(|it| it.id))?;
        Sheet::set_of(store, first)
    });
    let done = RwSignal::new(None::<Done>);
    view! {
        {live(move || done.get().map(|done| view! { <Outcome done/> }))}
        <When when=move || found.with(|it| it.is_empty())>
            <Empty glyph=Glyph::Users title=ts("together.none") text=ts("together.none_text")/>
        </When>
        {live(move || set.get().map(|set| {
            let people = memo(move || found.with(|found| people(store, found, set)));
            view! { <Answers key people set done/> }
        }))}
    }
}

/// Those of a list who are judged by one set.
fn people(store: FieldStore, found: &[Arc<Listed>], set: &CriteriaSet) -> Vec<Person> {
    let is_alike =
        |it: &&Arc<Listed>| Sheet::set_of(store, it.id).is_some_and(|own| own.id == set.id);
    let person = |it: &Arc<Listed>| {
        let born = it
            .birth_year
            .map(|year| tf("village.born", &[("year", &year)]));
        let about: Vec<String> = it.hamlet.clone().into_iter().chain(born).collect();
        Person {
            id: it.id,
            name: it.name.clone(),
            about: about.join(" · "),
            is_fresh: matches!(it.stage, None | Some(StageName::Registered)),
        }
    };
    found
        .iter()
        .take(SHOWN)
        .filter(is_alike)
        .map(person)
        .collect()
}

/// What was written down, and who is left.
#[component]
fn Outcome(done: Done) -> impl IntoView {
    let title = match done.finished {
        0 => t("together.kept"),
        n => tf("together.finished", &[("n", &n)]),
    };
    let tone = if done.finished > 0 {
        Tone::Forest
    } else {
        Tone::Turmeric
    };
    let line = |(id, name): (DocumentId, String)| {
        view! { <li><a href=format!("/subject/{id}/score")>{name}</a></li> }
    };
    let left = (!done.left.is_empty()).then(|| {
        view! {
            <p>{tf("together.left", &[("n", &done.left.len())])}</p>
            <ul class="lines" data-links>{done.left.into_iter().map(line).collect_view()}</ul>
        }
    });
    view! { <Notice tone glyph=Glyph::Check title>{left}</Notice> }
}

fn out(code: &CriterionCode, person: DocumentId) -> String {
    format!("out/{code}/{person}")
}

fn said(code: &CriterionCode) -> String {
    format!("said/{code}")
}

fn chosen_name(person: DocumentId) -> String {
    format!("chosen/{person}")
}

/// Which of the answers of a question is said of all, by its place among [`offered`]; tracked.
fn common(typed: Kept, indicator: &Indicator) -> Option<Answer> {
    let at: usize = typed.text(&said(&indicator.code)).parse().ok()?;
    offered(indicator).into_iter().nth(at)
}

/// What can be said of many at once. What is measured is different for everybody.
fn offered(indicator: &Indicator) -> Vec<Answer> {
    match (indicator.measure, indicator.max) {
        (Some(_), _) => Vec::new(),
        (None, Some(max)) => {
            let whole = max.halves() / 2;
            let mut points: Vec<Points> = (0..=whole).rev().map(Points::whole).collect();
            if points.first() != Some(&max) {
                points.insert(0, max);
            }
            points.into_iter().map(Answer::Points).collect()
        }
        (None, None) => vec![Answer::Met(true), Answer::Met(false)],
    }
}

#[component]
fn Answers(
    key: ListKey,
    people: Memo<Vec<Person>>,
    set: &'static CriteriaSet,
    done: RwSignal<Option<Done>>,
) -> impl IntoView {
    let store = FieldStore::expect();
    let typed = Kept::of(store, format!("together/{}/{}", key.place, set.id));
    // The first who have nothing yet, unless somebody chose otherwise.
    let chosen = memo(move || {
        people.with(|people| {
            let mut fresh = 0;
            let is_chosen = |it: &&Person| {
                fresh += usize::from(it.is_fresh);
                match typed.text(&chosen_name(it.id)).as_str() {
                    "" => it.is_fresh && fresh <= AT_ONCE,
                    said => said == "1",
                }
            };
            let chosen = people.iter().filter(is_chosen);
            chosen.take(AT_ONCE).cloned().collect::<Vec<_>>()
        })
    });
    let problem = RwSignal::new(None::<String>);
    let indicators = move || set.indicators().filter(|it| !offered(it).is_empty());
    let is_said = memo(move || indicators().any(|it| common(typed, it).is_some()));
    let all_best = move |_| {
        for indicator in indicators() {
            typed.keep(&said(&indicator.code), "0".to_owned());
        }
    };
    let write = move |_| {
        let people = chosen.get_untracked();
        let answers: Vec<(&Indicator, Answer)> = untrack(|| {
            let said = indicators().filter_map(|it| Some((it, common(typed, it)?)));
            said.collect()
        });
        if people.is_empty() || answers.is_empty() {
            return problem.set(Some(t(if people.is_empty() {
                "together.nobody"
            } else {
                "together.nothing"
            })));
        }
        let words = tf("undo.together", &[("n", &people.len())]);
        let mut came = Done {
            finished: 0,
            left: Vec::new(),
        };
        let recorded = store.act(words, || {
            for person in &people {
                let is_out =
                    |it: &Indicator| untrack(|| typed.text(&out(&it.code, person.id))) == "1";
                let own = answers.iter().filter(|(it, _)| !is_out(it)).copied();
                match record(store, set, person, own)? {
                    true => came.finished += 1,
                    false => came.left.push((person.id, person.name.clone())),
                }
            }
            Ok(())
        });
        problem.set(recorded.as_ref().err().map(words::refusal));
        if recorded.is_ok() {
            // The next class is rarely scored alike in everything; what was said of these is over.
            typed.forget(|_| false);
            done.set(Some(came));
            store.buzz();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    };
    let who = move |person: Person| {
        let (id, label) = (person.id, person.name.clone());
        let is = move || chosen.with(|chosen| chosen.iter().any(|it| it.id == id));
        let choose = move |is: bool| {
            typed.keep(&chosen_name(id), if is { "1" } else { "0" }.to_owned());
        };
        let full = move || chosen.with(Vec::len) >= AT_ONCE && !is();
        view! {
            <li class="vote">
                <div>
                    <Checkbox label=Signal::derive(move || label.clone()) checked=Signal::derive(is) disabled=Signal::derive(full) on_change=choose/>
                    <p class="small muted">{person.about.clone()}</p>
                </div>
            </li>
        }
    };
    let count = move || {
        tf(
            "together.chosen",
            &[("n", &chosen.with(Vec::len)), ("max", &AT_ONCE)],
        )
    };
    let question =
        move |indicator: &'static Indicator| view! { <Question indicator typed chosen/> };
    view! {
        <Partial set/>
        <details class="official">
            <summary>{live(count)}</summary>
            <ul class="list votes">{live(move || people.get().into_iter().map(who).collect_view())}</ul>
        </details>
        <section class="stack" data-gap="s">
            <h2>{ts("together.answers")}</h2>
            <p class="hint">{ts("together.answers_hint")}</p>
            <button type="button" class="button" data-kind="secondary" data-wide on:click=all_best>{ts("together.all_best")}</button>
            {indicators().map(question).collect_view()}
        </section>
        {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
        <button type="button" class="button" data-kind="primary" data-size="big" data-wide disabled=follow(move || !is_said.get()) on:click=write>
            {live(move || tf("together.save", &[("n", &chosen.with(Vec::len))]))}
        </button>
        <p class="muted">{ts("together.safe")}</p>
    }
}

/// One question: what is said of all, and of whom not.
#[component]
fn Question(
    indicator: &'static Indicator,
    typed: Kept,
    chosen: Memo<Vec<Person>>,
) -> impl IntoView {
    let code = &indicator.code;
    let answers = offered(indicator);
    let at = memo(move || typed.text(&said(code)));
    let option = move |(place, answer): (usize, Answer)| {
        let value = place.to_string();
        let compared = value.clone();
        let selected = move || at.with(|at| *at == compared);
        view! { <option value=value selected=selected>{words::answer(&answer)}</option> }
    };
    let different = memo(move || {
        let is_out = |it: &&Person| typed.text(&out(code, it.id)) == "1";
        chosen.with(|chosen| chosen.iter().filter(is_out).count())
    });
    let opened = RwSignal::new(false);
    let row = move |person: Person| {
        let name = out(code, person.id);
        let is = {
            let name = name.clone();
            Signal::derive(move || typed.text(&name) == "1")
        };
        let choose = move |is: bool| typed.keep(&name, if is { "1" } else { "" }.to_owned());
        let label = person.name.clone();
        view! { <li><Checkbox label=Signal::derive(move || label.clone()) checked=is on_change=choose/></li> }
    };
    let told = move || match different.get() {
        0 => t("together.nobody_else"),
        n => tf("together.different", &[("n", &n)]),
    };
    let question_id = format!("together-{code}");
    view! {
        <div class="card stack" data-gap="s">
            <div class="field">
                <label for=question_id.clone()>{live(move || words::question(indicator))}</label>
                <select id=question_id prop:value=move || at.get() on:change=move |event| typed.keep(&said(code), event_target_value(&event))>
                    <option value="" selected=move || at.with(String::is_empty)>{ts("together.unsaid")}</option>
                    {answers.into_iter().enumerate().map(option).collect_view()}
                </select>
            </div>
            <When when=move || !at.with(String::is_empty)>
                <details class="official" on:toggle=move |_| opened.set(true)>
                    <summary>{live(told)}</summary>
                    <When when=move || opened.get()>
                        <p class="hint">{ts("together.different_hint")}</p>
                        <ul class="lines">{live(move || chosen.get().into_iter().map(row).collect_view())}</ul>
                    </When>
                </details>
            </When>
        </div>
    }
}

/// Gives somebody the answers that their form has not, and hands it in if nothing is missing then. Whether it was.
fn record<'a>(
    store: FieldStore,
    set: &CriteriaSet,
    person: &Person,
    answers: impl Iterator<Item = (&'a Indicator, Answer)>,
) -> Result<bool, Refusal> {
    let year = untrack(|| store.year());
    let title = SubjectKind::Citizen.title();
    let form = store.open_assessment(person.id.into(), title, year)?;
    let missing = || {
        let score = untrack(|| store.document(form)).and_then(|form| form.score(set));
        score.map(|score| score.missing).ok_or(Refusal::WrongKind)
    };
    let open = missing()?;
    for (indicator, answer) in answers {
        if open.contains(&indicator.code) {
            let body = ChangeBody::SetAnswer {
                scorer: Scorer::Village,
                code: indicator.code.clone(),
                answer: Some(answer),
            };
            store.record(form, body)?;
        }
    }
    if !missing()?.is_empty() {
        return Ok(false);
    }
    store.record(form, ChangeBody::Advance(Move::Submit))?;
    Ok(true)
}
