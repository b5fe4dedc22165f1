//! The form: one group of criteria a screen.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::assessment::StageName;
use shared::change::ChangeBody;
use shared::criteria::{CriteriaSet, Group, Indicator, Points, Title};
use shared::document::{Document, Scorer};
use shared::ids::DocumentId;
use shared::scoring::{Answer, Score};

use super::{assessment, param, scored, set_for};
use crate::components::{
    DotState, Empty, Glyph, GroupDot, GroupDots, Notice, Saved, Segment, Segmented, Stepper, Tone,
};
use crate::locale::{t, tf, ts};
use crate::pages::FieldFrame;
use crate::store::{FieldStore, Saving};
use crate::words;

/// Up to so many values, a choice is quicker than a stepper.
const CHOICES: i32 = 5;

#[component]
pub fn ScorePage() -> impl IntoView {
    let store = FieldStore::expect();
    let id = param::<DocumentId>("id");
    let name = Memo::new(move |_| {
        id.get()
            .and_then(|id| store.document(id))
            .map(|it| it.name().to_owned())
    });
    let title = Signal::derive(move || name.get().unwrap_or_else(|| t("subject.title")));
    let subtitle = Signal::derive(move || tf("subject.form_of", &[("year", &store.year())]));
    let back = Signal::derive(move || {
        id.get()
            .map_or_else(|| "/".to_owned(), |id| format!("/subject/{id}"))
    });
    let params = use_params_map();
    let group = Memo::new(move |_| params.with(|it| it.get("group")));
    view! {
        <FieldFrame title subtitle back bare=true>
            {move || {
                let set = set_for(store.year());
                let (Some(id), Some(set), true) = (id.get(), set, name.with(Option::is_some)) else {
                    return view! { <Empty glyph=Glyph::Search title=ts("subject.missing") text=ts("subject.missing_text")/> }.into_any();
                };
                let code = group.get();
                let at = code.and_then(|code| set.groups.iter().position(|it| it.code.as_str() == code)).unwrap_or(0);
                view! { <GroupScreen id set at/> }.into_any()
            }}
        </FieldFrame>
    }
}

/// The score as it stands, before the form is begun too.
fn standing(form: Option<&Document>, set: &CriteriaSet, subject: Option<&Document>) -> Score {
    form.and_then(scored)
        .map(|(_, score)| score)
        .unwrap_or_else(|| {
            let facts = subject.map(Document::facts).unwrap_or_default();
            shared::scoring::score(set, &Default::default(), &facts)
        })
}

#[component]
fn GroupScreen(id: DocumentId, set: &'static CriteriaSet, at: usize) -> impl IntoView {
    let store = FieldStore::expect();
    let form = Memo::new(move |_| assessment(store, id));
    let score = Memo::new(move |_| {
        form.with(|form| standing(form.as_ref(), set, store.document(id).as_ref()))
    });
    let Some(group) = set.groups.get(at) else {
        return view! { <p>{t("form.no_groups")}</p> }.into_any();
    };
    let closed = Memo::new(move |_| {
        form.with(|it| {
            let head = it.as_ref()?.assessment()?;
            (!head.stage.is_open()).then(|| head.stage.name())
        })
    });
    let dots = Signal::derive(move || {
        let score = score.get();
        let dot = |(index, group): (usize, &Group)| {
            let of = score.groups.iter().find(|it| it.code == group.code);
            let (answered, asked) = of.map_or((0, 0), |it| (it.answered, it.asked));
            let state = match (index == at, answered) {
                (true, _) => DotState::Now,
                (_, answered) if answered >= asked => DotState::Done,
                (_, 0) => DotState::Todo,
                _ => DotState::Missing,
            };
            GroupDot {
                href: format!("/subject/{id}/score/{}", group.code),
                label: tf(
                    "form.dot",
                    &[
                        ("name", &group.label),
                        ("answered", &answered),
                        ("asked", &asked),
                    ],
                ),
                state,
            }
        };
        set.groups.iter().enumerate().map(dot).collect::<Vec<_>>()
    });
    let points = move || {
        score.with(|score| {
            let of = score.groups.iter().find(|it| it.code == group.code)?;
            Some(tf(
                "form.group_points",
                &[
                    ("got", &words::points(of.total)),
                    ("max", &words::points(of.max)),
                ],
            ))
        })
    };
    let next = match set.groups.get(at + 1) {
        Some(next) => (format!("/subject/{id}/score/{}", next.code), "form.next"),
        None => (format!("/subject/{id}/score/finish"), "form.review"),
    };
    let saved = Signal::derive(move || match store.saved().get() {
        Saving::Saved => t("form.saved"),
        Saving::Saving => t("form.saving"),
        _ => String::new(),
    });
    view! {
        <div class="group-head">
            <p class="kicker">{tf("form.step", &[("n", &(at + 1)), ("all", &set.groups.len())])}</p>
            <h2>{group.label.clone()}</h2>
            <p>{points} " " <Saved label=saved/></p>
            <GroupDots label=ts("form.groups") groups=dots/>
        </div>
        {move || closed.get().map(|stage| view! {
            <Notice tone=Tone::Sky glyph=Glyph::Lock title=tf("form.closed", &[("stage", &words::stage(stage))])/>
        })}
        {group.note.clone().map(|note| view! { <p class="hint">{note}</p> })}
        {group.indicators.iter().map(|indicator| view! {
            <Criterion id set group indicator form closed/>
        }).collect_view()}
        <div class="foot">
            <p class="foot-text">
                <strong>{move || score.with(|it| tf("form.total", &[("got", &words::points(it.total)), ("max", &words::points(it.max))]))}</strong>
                {move || score.with(|it| if it.missing.is_empty() { t("form.complete") } else { tf("form.missing", &[("n", &it.missing.len())]) })}
            </p>
            <a class="button" data-kind="primary" href=next.0>{t(next.1)}</a>
        </div>
    }
    .into_any()
}

#[component]
fn Criterion(
    id: DocumentId,
    set: &'static CriteriaSet,
    group: &'static Group,
    indicator: &'static Indicator,
    form: Memo<Option<Document>>,
    closed: Memo<Option<StageName>>,
) -> impl IntoView {
    let store = FieldStore::expect();
    let scorer = move || {
        let verifies = store.session().with_untracked(|it| {
            use shared::access::Role::{CommuneLeader, CommuneOfficer};
            it.as_ref()
                .is_some_and(|it| matches!(it.actor.role, CommuneOfficer | CommuneLeader))
        });
        let submitted = form.with_untracked(|it| {
            it.as_ref()
                .and_then(|it| it.assessment())
                .is_some_and(|it| it.stage.name() == StageName::Submitted)
        });
        if verifies && submitted {
            Scorer::Commune
        } else {
            Scorer::Village
        }
    };
    let answer = Memo::new(move |_| {
        form.with(|it| {
            it.as_ref()
                .and_then(|it| it.official_answers().get(&indicator.code).copied())
        })
    });
    let problem = RwSignal::new(None::<String>);
    let say = move |answer: Option<Answer>| {
        let recorded = store
            .open_assessment(id.into(), Title::LearningFamily, store.year())
            .and_then(|doc| {
                store.record(
                    doc,
                    ChangeBody::SetAnswer {
                        scorer: scorer(),
                        code: indicator.code.clone(),
                        answer,
                    },
                )
            });
        problem.set(recorded.err().map(|refusal| words::refusal(&refusal)));
    };
    let exempt = indicator.exempt.as_ref().or(group.exempt.as_ref());
    let disabled = Signal::derive(move || closed.get().is_some());
    let choices: Option<Vec<Answer>> = match indicator.max {
        None => Some(vec![Answer::Met(true), Answer::Met(false)]),
        Some(max) => {
            let steps = max.halves() / indicator.step.halves().max(1);
            (steps < CHOICES).then(|| {
                (0..=steps)
                    .rev()
                    .map(|at| Answer::Points(Points::from_halves(at * indicator.step.halves())))
                    .collect()
            })
        }
    };
    let chosen = Signal::derive(move || answer.get());
    let control = match (choices, indicator.max) {
        (Some(mut answers), _) => {
            if exempt.is_some() {
                answers.push(Answer::Exempt);
            }
            let columns = if answers.len() == 2 { 2 } else { 1 };
            let segments = answers
                .into_iter()
                .map(|value| Segment {
                    value,
                    label: match (value, exempt) {
                        (Answer::Exempt, Some(exempt)) => {
                            Signal::derive(move || tf("form.exempt", &[("when", &exempt.when)]))
                        }
                        _ => Signal::derive(move || words::answer(&value)),
                    },
                })
                .collect();
            view! {
                <Segmented legend=indicator.question.clone() name=indicator.code.to_string() segments chosen columns disabled on_choose=move |value| say(Some(value))/>
            }
            .into_any()
        }
        (None, Some(max)) => {
            let points = move || match answer.get() {
                Some(Answer::Points(points)) => Some(points),
                _ => None,
            };
            let step = indicator.step;
            let to = move |by: i32| {
                let now = points().unwrap_or(Points::ZERO).halves();
                // The first tap on "more" begins at the full step, on "less" at nothing.
                let next = (now + by * step.halves()).clamp(0, max.halves());
                say(Some(Answer::Points(Points::from_halves(next))));
            };
            view! {
                <Stepper
                    label=indicator.question.clone()
                    text=Signal::derive(move || points().map_or_else(|| "–".to_owned(), words::points))
                    of=tf("form.of", &[("max", &words::points(max))])
                    less_label=ts("form.less")
                    more_label=ts("form.more")
                    on_less=move |()| to(-1)
                    on_more=move |()| to(1)
                    at_least=Signal::derive(move || disabled.get() || points() == Some(Points::ZERO))
                    at_most=Signal::derive(move || disabled.get() || points() == Some(max))
                />
                {exempt.map(|exempt| view! {
                    <button type="button" class="button" data-kind="quiet" disabled=disabled aria-pressed=move || (answer.get() == Some(Answer::Exempt)).to_string() on:click=move |_| say(Some(Answer::Exempt))>
                        {tf("form.exempt", &[("when", &exempt.when)])}
                    </button>
                })}
            }
            .into_any()
        }
        (None, None) => ().into_any(),
    };
    let _ = set;
    view! {
        <section class="criterion" id=indicator.code.to_string()>
            <h3>{indicator.question.clone()}</h3>
            {control}
            {move || problem.get().map(|why| view! { <p class="field-error" role="alert">{why}</p> })}
            <details class="official">
                <summary>{ts("form.official")}</summary>
                <p>{indicator.official.clone()}</p>
            </details>
        </section>
    }
}
