//! One question: the answers a thumb can give, what proves them, what the commune said of it.

use leptos::prelude::*;
use shared::assessment::Phase;
use shared::criteria::{Group, Indicator, Points};
use shared::scoring::Answer;

use super::evidence::{self, Pieces};
use super::measured::Measured;
use super::sheet::Sheet;
use crate::components::{Badge, Choice, Glyph, Icon, NumberChoice, Segment, Segmented, Tone};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::words;

/// What a thumb picks: most families have all of the points or none, so only what lies between is asked for.
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
            Answer::Points(_) | Answer::Share { .. } | Answer::Result { .. } => Pick::Part,
        }
    }
}

/// Everything of a question but its words.
#[component]
pub fn Question(
    sheet: Sheet,
    group: &'static Group,
    indicator: &'static Indicator,
) -> impl IntoView {
    let code = &indicator.code;
    let answer = memo(move || sheet.answer(code));
    let problem = RwSignal::new(None::<String>);
    let say = move |answer: Option<Answer>| {
        let said = sheet.say(code, answer);
        problem.set(said.err().map(|refusal| words::refusal(&refusal)));
    };
    let disabled = Signal::derive(move || sheet.is_locked());
    let granted = move || match answer.get() {
        // An answer counts before what the facts say.
        Some(_) => None,
        None => sheet.granted(group, indicator),
    };
    // What is measured is written; only that it need not be is picked.
    let is_picked =
        indicator.measure.is_none() || shared::scoring::exemption(group, indicator).is_some();
    // What was sent stays complete: there an answer is changed, not taken away.
    let may_take_back = move || {
        answer.get().is_some()
            && !sheet.is_locked()
            && sheet
                .stage()
                .is_none_or(|stage| stage.phase() != Phase::Commune)
    };
    view! {
        <div class="question">
            <details class="official">
                <summary>{ts("form.official")}</summary>
                <p lang="vi">{indicator.official.clone()}</p>
                {words::is_glossed(indicator).then(|| view! { <p lang="vi">{indicator.question.clone()}</p> })}
            </details>
            {(sheet.is_without_points(indicator) && !sheet.is_uncounted(group)).then(|| view! {
                <p><Badge tone=Tone::Plain glyph=Glyph::Info label=ts("form.uncounted")/></p>
            })}
            <Remarked sheet indicator/>
            {indicator.known_by.as_ref().map(|field| live(move || {
                let stands = sheet.store.document(sheet.subject)?.field(&field.as_str().into()).cloned();
                let stands = words::field_value(field, stands.as_ref());
                Some(view! { <p class="row muted"><Icon glyph=Glyph::Info/><span>{words::field_name(field)} ": " {stands}</span></p> })
            }))}
            {live(move || granted().map(|exemption| view! {
                <p class="row muted"><Icon glyph=Glyph::Info/>{tf("form.settled", &[("when", &words::when(exemption))])}</p>
            }))}
            {live(move || sheet.counted(indicator).map(|counted| view! {
                <p class="row partial"><Icon glyph=Glyph::Info/><span>{tf("form.counted", &[("answer", &words::answer(&counted))])}</span></p>
            }))}
            {indicator.measure.map(|measure| view! {
                <Measured indicator measure answer year=untrack(|| sheet.store.year()) disabled on_say=move |answer| say(Some(answer))/>
            })}
            {is_picked.then(|| view! { <Answers group indicator answer disabled on_say=move |answer| say(Some(answer))/> })}
            <When when=may_take_back>
                <p><button type="button" class="button" data-kind="quiet" on:click=move |_| say(None)>
                    <Icon glyph=Glyph::Returned/>{ts("form.take_back")}
                </button></p>
            </When>
            {evidence::Asked::by(sheet.set, indicator).map(|asked| view! {
                <Pieces sheet criterion=code.clone() asked disabled/>
            })}
            {live(move || problem.get().map(|why| view! { <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{why}</p> }))}
        </div>
    }
}

/// What the commune said of the question in the round before, and how it had answered it.
#[component]
pub fn Remarked(sheet: Sheet, indicator: &'static Indicator) -> impl IntoView {
    move || {
        let remark = sheet.remark(&indicator.code)?;
        let text = remark.text.filter(|text| !text.trim().is_empty());
        let answer = remark.answer.map(|answer| {
            tf(
                "form.commune_answered",
                &[("answer", &words::answer(&answer))],
            )
        });
        (text.is_some() || answer.is_some()).then(|| {
            view! {
                <p class="remark">
                    <Icon glyph=Glyph::Returned/>
                    <span><strong>{t("form.commune_says")}</strong>" "{text}" "{answer}</span>
                </p>
            }
        })
    }
}

/// The answers side by side. "A part" records nothing by itself: it asks how many points.
#[component]
fn Answers(
    group: &'static Group,
    indicator: &'static Indicator,
    answer: Memo<Option<Answer>>,
    #[prop(into)] disabled: Signal<bool>,
    #[prop(into)] on_say: Callback<Answer>,
) -> impl IntoView {
    let exempt = shared::scoring::exemption(group, indicator);
    let (max, step) = (indicator.max, indicator.step);
    let whole = max.unwrap_or(Points::ZERO);
    let between = parts(whole, step);
    let mut picks = match max {
        _ if indicator.measure.is_some() => Vec::new(),
        None => vec![Pick::Yes, Pick::No],
        Some(_) if between.is_empty() => vec![Pick::Full, Pick::Nothing],
        Some(_) => vec![Pick::Full, Pick::Part, Pick::Nothing],
    };
    let columns = u8::try_from(picks.len()).unwrap_or(2).max(1);
    picks.extend(exempt.map(|_| Pick::Exempt));
    let asking = RwSignal::new(false);
    let chosen = Signal::derive(move || match asking.get() {
        true => Some(Pick::Part),
        false => answer.get().map(|it| Pick::of(it, whole)),
    });
    let choose = move |pick: Pick| match pick {
        Pick::Full => on_say.run(Answer::Points(whole)),
        Pick::Part => asking.set(true),
        Pick::Nothing => on_say.run(Answer::Points(Points::ZERO)),
        Pick::Exempt => on_say.run(Answer::Exempt),
        Pick::Yes => on_say.run(Answer::Met(true)),
        Pick::No => on_say.run(Answer::Met(false)),
    };
    let label = move |pick: Pick| match (pick, exempt, answer.get()) {
        (Pick::Full, ..) => tf("form.full", &[("max", &words::points(whole))]),
        (Pick::Part, _, Some(Answer::Points(got))) if got != whole && got != Points::ZERO => {
            tf("form.part_of", &[("got", &words::points(got))])
        }
        (Pick::Part, ..) => t("form.part"),
        (Pick::Nothing, ..) => t("form.zero"),
        (Pick::Exempt, Some(exempt), _) => tf("form.exempt", &[("when", &words::when(exempt))]),
        (Pick::Exempt, None, _) => t("answer.exempt"),
        (Pick::Yes, ..) => t("answer.yes"),
        (Pick::No, ..) => t("answer.no"),
    };
    let segments = picks
        .into_iter()
        .map(|value| Segment {
            value,
            wide: value == Pick::Exempt,
            label: Signal::derive(move || label(value)),
        })
        .collect();
    let numbers = between
        .into_iter()
        .map(|points| Choice {
            value: points,
            label: words::points(points),
        })
        .collect();
    let got = Signal::derive(move || match answer.get() {
        Some(Answer::Points(points)) => Some(points),
        _ => None,
    });
    let question = words::question(indicator);
    view! {
        <Segmented legend=question.clone() name=indicator.code.to_string() segments chosen columns disabled on_choose=choose/>
        <NumberChoice
            open=asking
            title=Signal::derive(move || tf("form.how_many", &[("max", &words::points(whole))]))
            text=question
            choices=numbers
            chosen=got
            close_label=ts("form.none_of_these")
            on_choose=move |points: Points| {
                asking.set(false);
                on_say.run(Answer::Points(points));
            }
            on_close=move |()| asking.set(false)
        />
    }
}

/// The points between none and all, step by step.
fn parts(max: Points, step: Points) -> Vec<Points> {
    let by = step.halves().max(1);
    let halves = (1..)
        .map(|at| at * by)
        .take_while(|halves| *halves < max.halves());
    halves.map(Points::from_halves).collect()
}
