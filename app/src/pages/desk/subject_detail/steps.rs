//! The steps of a form: registered, scored, sent, given back, checked; who took each, on which day, and what was said.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::assessment::{AssessmentHead, StageName};
use shared::calendar;
use shared::document::{Document, Writer};
use shared::ids::UserId;

use crate::components::Badge;
use crate::locale::{t, tf};
use crate::words;

/// Names of people by their ids.
pub type Names = BTreeMap<UserId, String>;

/// One step, the oldest first.
struct Taken {
    stage: StageName,
    writer: Writer,
    reason: Option<String>,
}

/// That it was registered, the steps it has left, and the one it stands at.
fn steps(form: &Document, head: &AssessmentHead) -> Vec<Taken> {
    let registered = Taken {
        stage: StageName::Registered,
        writer: form.made,
        reason: None,
    };
    let left = head.steps.iter().map(|step| Taken {
        stage: step.stage,
        writer: step.writer,
        reason: step.reason.clone(),
    });
    let stands = head.moved.map(|writer| Taken {
        stage: head.stage.name(),
        writer,
        reason: head.stage.reason().map(str::to_owned),
    });
    std::iter::once(registered)
        .chain(left)
        .chain(stands)
        .collect()
}

/// A step in words. A form lies before the commune because the village sent it, or because the commune took back what it had
/// decided.
fn told(steps: &[Taken], at: usize) -> String {
    let step = &steps[at];
    let before = at.checked_sub(1).map(|at| &steps[at]);
    let is_back = step.stage == StageName::Submitted
        && before.is_some_and(|before| match before.stage {
            StageName::Verified | StageName::NotEligible => true,
            StageName::Returned => before.writer.by == step.writer.by,
            _ => false,
        });
    match is_back {
        true => t("step.take_back"),
        false => words::stage(step.stage),
    }
}

#[component]
pub fn Steps(form: Document, names: Names) -> impl IntoView {
    let Some(head) = form.assessment() else {
        return ().into_any();
    };
    let steps = steps(&form, head);
    let last = steps.len().saturating_sub(1);
    let line = |(at, (step, label)): (usize, (Taken, String))| {
        let day = words::date(calendar::day(step.writer.at));
        let who = names.get(&step.writer.by);
        let by = who.map_or_else(
            || day.clone(),
            |who| tf("detail.step_by", &[("who", who), ("day", &day)]),
        );
        view! {
            <li aria-current=(at == last).then_some("step")>
                <Badge tone=words::stage_tone(Some(step.stage)) glyph=words::stage_glyph(Some(step.stage)) label/>
                " "
                <span class="muted small">{by}</span>
                {step.reason.map(|reason| view! { <p>{reason}</p> })}
            </li>
        }
    };
    let told: Vec<String> = (0..steps.len()).map(|at| told(&steps, at)).collect();
    let lines = steps.into_iter().zip(told).enumerate();
    let lines = lines.map(line).collect_view();
    view! { <ol class="timeline" aria-label=t("detail.steps")>{lines}</ol> }.into_any()
}
