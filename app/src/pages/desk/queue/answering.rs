//! The commune's own answers: it looks at what the village gave and answers a criterion itself. Plain forms, one a criterion;
//! the village's answer stays beside it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::queue::QueueQuery;
use shared::calendar::Year;
use shared::criteria::{CriteriaSet, CriterionCode, Group, Indicator, Points};
use shared::document::{Document, Scorer, Seq};
use shared::scoring::{self, Answer};

use super::measuring::Numbers;
use crate::components::{Glyph, Notice, Tone};
use crate::locale::{t, tf};
use crate::words;

/// Where an answer goes, and what it is given by.
#[derive(Clone)]
pub struct Answering {
    action: String,
    /// The state of the form that is in sight.
    looked: Seq,
    /// The year that is judged.
    year: Year,
    queue: QueueQuery,
}

impl Answering {
    pub fn of(form: &Document, year: Year, queue: QueueQuery) -> Self {
        Self {
            action: format!("/commune/queue/{}/answer", form.id),
            looked: form.seq,
            year,
            queue,
        }
    }

    /// The commune's answer to a criterion, and folded under it the way to give another.
    pub fn form(&self, group: &Group, asked: &Indicator, standing: Option<&Answer>) -> AnyView {
        let label = tf("queue.answer_of", &[("question", &words::question(asked))]);
        let shown = standing.map_or_else(|| t("queue.answer"), words::answer);
        let numbers = asked
            .measure
            .map(|measure| Numbers::of(&asked.code, measure, standing, self.year));
        let is_open = numbers.as_ref().is_some_and(Numbers::is_mistyped);
        let fields = match numbers {
            Some(numbers) => measured(group, asked, standing, &label, numbers).into_any(),
            None => chosen(group, asked, standing, &label).into_any(),
        };
        view! {
            <details class="answering no-print" open=is_open>
                <summary aria-label=format!("{label}: {shown}")>{shown.clone()}</summary>
                <form class="stack" data-gap="s" method="post" action=self.action.clone()>
                    {self.hidden(&asked.code)}
                    {fields}
                </form>
            </details>
            <span class="print-only">{shown}</span>
        }
        .into_any()
    }

    fn hidden(&self, code: &CriterionCode) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="looked" value=self.looked.to_string()/>
            <input type="hidden" name="code" value=code.to_string()/>
            <input type="hidden" name="queue" value=self.queue.written()/>
        }
    }

    /// What was just answered, what comes of it, and the way back.
    pub fn told(&self, form: &Document, set: &CriteriaSet, result: &str) -> Option<AnyView> {
        let query = use_query_map().get_untracked();
        let told = query.get("told")?;
        let code = CriterionCode::new(query.get("code")?);
        let (_, asked) = set.indicator(&code)?;
        let standing = form.answer(Scorer::Commune, &code);
        let given = standing
            .as_ref()
            .map_or_else(|| t("queue.answer_none"), words::answer);
        let key = match told.as_str() {
            "answer" => "queue.told_answer",
            "answer_back" => "queue.told_answer_back",
            _ => return None,
        };
        let question = words::question(asked);
        let title = tf(key, &[("question", &question), ("answer", &given)]);
        let now = tf("queue.now", &[("result", &result)]);
        let was = query.get("was").unwrap_or_default();
        let is_other = standing.map(|it| it.written()).unwrap_or_default() != was;
        let back = (told == "answer" && is_other).then(|| {
            view! {
                <form method="post" action=self.action.clone()>
                    {self.hidden(&code)}
                    <input type="hidden" name="answer" value=was/>
                    <input type="hidden" name="back" value="true"/>
                    <button type="submit" class="button" data-kind="quiet">{t("queue.answer_back")}</button>
                </form>
            }
        });
        Some(
            view! {
                <Notice tone=Tone::Forest glyph=Glyph::Check title>
                    <p>{now}</p>
                    {back}
                </Notice>
            }
            .into_any(),
        )
    }
}

/// A list to choose from.
fn chosen(
    group: &Group,
    asked: &Indicator,
    standing: Option<&Answer>,
    label: &str,
) -> impl IntoView + use<> {
    let standing = standing.map(Answer::written).unwrap_or_default();
    let choice = |(value, label): (String, String)| {
        let is_standing = value == standing;
        view! { <option value=value selected=is_standing>{label}</option> }
    };
    let village = (String::new(), t("queue.answer_none"));
    let choices = std::iter::once(village).chain(choices(group, asked));
    let choices = choices.map(choice).collect_view();
    view! {
        <div class="field"><select name="answer" aria-label=label.to_owned()>{choices}</select></div>
        {save(label)}
    }
}

/// Two numbers; and a button each for what is no number.
fn measured(
    group: &Group,
    asked: &Indicator,
    standing: Option<&Answer>,
    label: &str,
    numbers: Numbers,
) -> impl IntoView + use<> {
    let other = |(value, shown): (String, String)| {
        let label = format!("{shown}. {label}");
        view! { <button type="submit" class="button" data-kind="quiet" name="answer" value=value aria-label=label>{shown}</button> }
    };
    let village = standing.map(|_| (String::new(), t("queue.answer_none")));
    let exempt = exempt(group, asked).filter(|_| standing != Some(&Answer::Exempt));
    let others = village.into_iter().chain(exempt).map(other).collect_view();
    view! {
        <div role="group" aria-label=label.to_owned()>{numbers.fields()}</div>
        {save(label)}
        {others}
    }
}

fn save(label: &str) -> impl IntoView + use<> {
    let label = format!("{} {label}", t("queue.answer_save"));
    view! { <button type="submit" class="button" data-kind="secondary" aria-label=label>{t("queue.answer_save")}</button> }
}

/// All answers that a criterion takes, as a form has them and in words.
fn choices(group: &Group, asked: &Indicator) -> Vec<(String, String)> {
    let mut answers: Vec<Answer> = match asked.max {
        Some(max) => {
            let step = usize::try_from(asked.step.halves()).unwrap_or(1).max(1);
            let all = (0..=max.halves()).step_by(step);
            all.map(|halves| Answer::Points(Points::from_halves(halves)))
                .collect()
        }
        None => vec![Answer::Met(true), Answer::Met(false)],
    };
    // What is given most often first: the whole.
    if asked.max.is_some() {
        answers.reverse();
    }
    let told = |answer: Answer| (answer.written(), words::answer(&answer));
    let exempt = exempt(group, asked);
    answers.into_iter().map(told).chain(exempt).collect()
}

/// That the criterion does not apply, where its set offers that.
fn exempt(group: &Group, asked: &Indicator) -> Option<(String, String)> {
    let when = words::when(scoring::exemption(group, asked)?);
    Some((
        Answer::Exempt.written(),
        tf("queue.answer_exempt", &[("when", &when)]),
    ))
}
