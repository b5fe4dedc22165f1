//! The form: one group of criteria a screen.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::assessment::StageName;
use shared::change::ChangeBody;
use shared::criteria::{CriteriaSet, Group, Indicator, Points, Title};
use shared::document::{Document, Scorer};
use shared::ids::DocumentId;
use shared::scoring::{Answer, Score};

use super::evidence::{self, Pieces};
use super::frame::FieldFrame;
use super::{assessment, param, scored, set_for};
use crate::components::{
    DotState, Empty, Glyph, GroupDot, GroupDots, Icon, Notice, Saved, Segment, Segmented, Stepper,
    Tone,
};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, Saving};
use crate::words;

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

/// The score in a line: how many points so far, how much is left.
pub fn told(score: &Score) -> String {
    let total = tf(
        "form.total",
        &[
            ("got", &words::points(score.total)),
            ("max", &words::points(score.max)),
        ],
    );
    let left = match score.missing.len() {
        0 => t("form.complete"),
        n => tf("form.missing", &[("n", &n)]),
    };
    format!("{total} · {left}")
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
            let (got, max) = (words::points(of.total), words::points(of.max));
            // A group whose official points are not known is recorded and not counted.
            (of.max > Points::ZERO).then(|| view! {
                <p class="score">
                    <strong>{got}</strong><span>"/" {max} " " <span class="visually-hidden">{t("form.group_points")}</span></span>
                </p>
            })
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
            <div>
                <p class="kicker">{tf("form.step", &[("n", &(at + 1)), ("all", &set.groups.len())])}</p>
                <h2>{group.label.clone()}</h2>
            </div>
            {points}
            <GroupDots label=ts("form.groups") groups=dots/>
        </div>
        {move || closed.get().map(|stage| view! {
            <Notice tone=Tone::Sky glyph=Glyph::Lock title=tf("form.closed", &[("stage", &words::stage(stage))])/>
        })}
        {group.note.clone().map(|note| view! { <p class="muted">{note}</p> })}
        {group.indicators.iter().map(|indicator| view! {
            <Criterion id group indicator form closed/>
        }).collect_view()}
        <div class="foot">
            <p class="foot-text">
                <strong>{move || score.with(told)}</strong>
                <Saved label=saved/>
            </p>
            <a class="button" data-kind="primary" href=next.0>{t(next.1)} <Icon glyph=Glyph::Right/></a>
        </div>
    }
    .into_any()
}

/// What a thumb picks: most families have all of the points or none, so only what lies between is counted out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pick {
    Full,
    Part,
    Nothing,
    Exempt,
    Yes,
    No,
}

impl Pick {
    fn of(answer: Answer, max: Points) -> Self {
        match answer {
            Answer::Exempt => Pick::Exempt,
            Answer::Met(true) => Pick::Yes,
            Answer::Met(false) => Pick::No,
            Answer::Points(points) if points == max => Pick::Full,
            Answer::Points(Points::ZERO) => Pick::Nothing,
            Answer::Points(_) => Pick::Part,
        }
    }
}

#[component]
fn Criterion(
    id: DocumentId,
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
    let exempt = shared::scoring::exemption(group, indicator);
    let disabled = Signal::derive(move || closed.get().is_some());
    let (max, step) = (indicator.max, indicator.step);
    let has_part = max.is_some_and(|max| max > step);
    let mut picks = match max {
        None => vec![Pick::Yes, Pick::No],
        Some(_) if has_part => vec![Pick::Full, Pick::Part, Pick::Nothing],
        Some(_) => vec![Pick::Full, Pick::Nothing],
    };
    let columns = u8::try_from(picks.len()).unwrap_or(2);
    picks.extend(exempt.map(|_| Pick::Exempt));
    let whole = max.unwrap_or(Points::ZERO);
    let chosen = Signal::derive(move || answer.get().map(|it| Pick::of(it, whole)));
    let choose = move |pick: Pick| {
        // A part begins in the middle, on a step.
        let half = whole.halves() / 2 / step.halves().max(1) * step.halves();
        say(Some(match pick {
            Pick::Full => Answer::Points(whole),
            Pick::Part => Answer::Points(Points::from_halves(half)),
            Pick::Nothing => Answer::Points(Points::ZERO),
            Pick::Exempt => Answer::Exempt,
            Pick::Yes => Answer::Met(true),
            Pick::No => Answer::Met(false),
        }));
    };
    let segments = picks
        .into_iter()
        .map(|value| Segment {
            value,
            wide: value == Pick::Exempt,
            label: Signal::derive(move || match (value, exempt) {
                (Pick::Full, _) => tf("form.full", &[("max", &words::points(whole))]),
                (Pick::Part, _) => t("form.part"),
                (Pick::Nothing, _) => t("form.zero"),
                (Pick::Exempt, Some(exempt)) => tf("form.exempt", &[("when", &exempt.when)]),
                (Pick::Exempt, None) => t("answer.exempt"),
                (Pick::Yes, _) => t("answer.yes"),
                (Pick::No, _) => t("answer.no"),
            }),
        })
        .collect();
    let points = move || match answer.get() {
        Some(Answer::Points(points)) => points,
        _ => Points::ZERO,
    };
    let to = move |by: i32| {
        let next = (points().halves() + by * step.halves()).clamp(0, whole.halves());
        say(Some(Answer::Points(Points::from_halves(next))));
    };
    // What the family's facts settle needs no answer; giving one is still possible.
    let settled = move || {
        let facts = form
            .with(|it| Some(it.as_ref()?.assessment()?.facts.clone()))
            .or_else(|| store.document(id).map(|it| it.facts()))?;
        let is_settled =
            answer.get().is_none() && shared::scoring::exempt_by_facts(group, indicator, &facts);
        is_settled.then(|| exempt.map(|it| it.when.clone()))?
    };
    view! {
        <section class="criterion" id=indicator.code.to_string()>
            <h3>{indicator.question.clone()}</h3>
            <details class="official">
                <summary>{ts("form.official")}</summary>
                <p>{indicator.official.clone()}</p>
            </details>
            {move || settled().map(|when| view! {
                <p class="row muted"><Icon glyph=Glyph::Info/>{tf("form.settled", &[("when", &when)])}</p>
            })}
            <Segmented legend=indicator.question.clone() name=indicator.code.to_string() segments chosen columns disabled on_choose=choose/>
            <Show when=move || chosen.get() == Some(Pick::Part)>
                <Stepper
                    label=indicator.question.clone()
                    text=Signal::derive(move || words::points(points()))
                    of=Signal::derive(move || tf("form.of", &[("max", &words::points(whole))]))
                    less_label=ts("form.less")
                    more_label=ts("form.more")
                    on_less=move |()| to(-1)
                    on_more=move |()| to(1)
                    at_least=disabled
                    at_most=disabled
                />
            </Show>
            {evidence::Asked::by(indicator).map(|asked| view! {
                <Pieces id form criterion=indicator.code.clone() asked disabled/>
            })}
            {move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> })}
        </section>
    }
}
