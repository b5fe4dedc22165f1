//! Every criterion, its answers by scorer, and what the commune said of it.

use leptos::prelude::*;
use shared::criteria::{CriteriaSet, Group, Indicator};
use shared::document::{Document, Scorer};
use shared::scoring::{self, Answer};

use super::super::queue::answering::Answering;
use crate::locale::{t, tf};
use crate::words;

/// Every criterion with what each scorer gave who has given anything; the village's column always stands. Beside them what
/// counted a year before, where that was asked by the same set.
#[component]
pub fn Answers(
    form: Document,
    set: &'static CriteriaSet,
    #[prop(optional_no_strip)] last_year: Option<Document>,
    /// Where the commune may answer itself.
    #[prop(optional_no_strip)]
    answering: Option<Answering>,
) -> impl IntoView {
    let before = last_year.as_ref().and_then(|form| {
        let head = form.assessment().filter(|head| head.criteria == set.id)?;
        Some((head.year, form.official_answers()))
    });
    let standing = form.official_answers();
    let given: Vec<_> = Scorer::ALL
        .into_iter()
        .map(|scorer| (scorer, form.answers_of(scorer)))
        .filter(|(scorer, answers)| match scorer {
            Scorer::Village => true,
            Scorer::Commune if answering.is_some() => true,
            _ => !answers.is_empty(),
        })
        .collect();
    let columns = given.len() + 2 + usize::from(before.is_some());
    let cell = |answer: Option<&Answer>| answer.map_or_else(|| "–".to_owned(), words::answer);
    // What a fact exempts nobody has to answer.
    let exempt = |group: &Group, asked: &Indicator| {
        let facts = form.assessment()?.scored_by();
        let granted = scoring::granted(group, asked, facts);
        granted
            .filter(|_| standing.get(&asked.code).is_none())
            .map(|_| t("answer.exempt"))
    };
    let remarks = form
        .assessment()
        .map(|head| head.remarks.clone())
        .unwrap_or_default();
    let remark = |asked: &Indicator| {
        let said = remarks.get(&asked.code)?;
        let text = said.text.clone().unwrap_or_default();
        let text = match &said.answer {
            Some(answer) => tf(
                "detail.remark_with",
                &[("answer", &words::answer(answer)), ("text", &text)],
            ),
            None => tf("detail.remark", &[("text", &text)]),
        };
        Some(view! { <p class="small remark">{text}</p> })
    };
    // What was counted of those who belong to the subject: it counts where nobody has answered.
    let counted = |asked: &Indicator| {
        let grounds = form.assessment()?.grounds();
        let counted = scoring::counted(asked, grounds)?;
        let text = tf("detail.counted", &[("answer", &words::answer(&counted))]);
        Some(view! { <p class="small muted">{text}</p> })
    };
    let group = |group: &'static Group| {
        let rows = group
            .indicators
            .iter()
            .map(|asked| {
                let cells = given.iter().map(|(scorer, answers)| {
                    let answer = answers.get(&asked.code);
                    let answering = answering.as_ref().filter(|_| *scorer == Scorer::Commune);
                    let shown = match answering {
                        Some(answering) => answering.form(group, asked, answer),
                        None => exempt(group, asked)
                            .filter(|_| *scorer == Scorer::Village)
                            .unwrap_or_else(|| cell(answer))
                            .into_any(),
                    };
                    view! { <td class="num">{shown}</td> }
                });
                let last = before.as_ref().map(|(_, answers)| {
                    let answer = answers.get(&asked.code);
                    let differs = answer.is_some() && answer != standing.get(&asked.code);
                    view! { <td class="num last-year" data-differs=differs.then_some("")>{cell(answer)}</td> }
                });
                view! {
                    <tr>
                        <th scope="row">{asked.question.clone()} {counted(asked)} {remark(asked)}</th>
                        {cells.collect_view()}
                        {last}
                        <td class="num minor">{asked.max.map_or_else(|| "–".to_owned(), words::points)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <tr><th scope="rowgroup" colspan=columns>{group.label.clone()}</th></tr>
            {rows}
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=t("detail.answers")>
            <table class="table answers">
                <thead><tr>
                    <th scope="col">{t("detail.criterion")}</th>
                    {given.iter().map(|(scorer, _)| view! { <th scope="col" class="num">{words::scorer(*scorer)}</th> }).collect_view()}
                    {before.as_ref().map(|(year, _)| view! { <th scope="col" class="num">{tf("queue.last_year", &[("year", year)])}</th> })}
                    <th scope="col" class="num minor">{t("detail.max")}</th>
                </tr></thead>
                <tbody>{set.groups.iter().map(group).collect_view()}</tbody>
            </table>
        </div>
    }
}
