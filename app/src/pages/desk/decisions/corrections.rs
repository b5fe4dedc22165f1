//! Corrections: which lines of a signed decision are to be read otherwise, how, and by which paper.

use leptos::prelude::*;
use shared::api::decisions::{Decision, DecisionRow, LineRow, Mends, TypedReadings};
use shared::change::REASON_MAX;
use shared::decision::{DEED_MAX, DecisionState};
use shared::field::NAME_MAX;

use super::one::To;
use crate::components::TextArea;
use crate::locale::{t, tf};
use crate::words;

/// What a draft says of each of its lines, beside what is printed, and of the wording.
pub fn mending(to: &To, found: &Decision) -> impl IntoView + use<> {
    let has_deeds = found.has_deeds();
    // What was not taken stands here again.
    let typed = use_context::<TypedReadings>().unwrap_or_default();
    let rows = found.rows.iter();
    let lines = rows.filter_map(|row| Some(line(row, row.mends.as_ref()?, has_deeds, &typed)));
    let lines = lines.collect_view();
    let wording = typed.or("wording", found.wording().unwrap_or_default());
    view! {
        <section class="card stack no-print" id="mending">
            <h2>{t("corrections.mending")}</h2>
            <p class="hint">{t("corrections.mending_text")}</p>
            <form class="stack" method="post" action=to.action.clone()>
                {to.hidden("reword")}
                {lines}
                <div class="field">
                    <label for="wording">{t("corrections.wording")}</label>
                    <p class="hint" id="wording-hint">{tf("corrections.wording_text", &[("max", &words::number(REASON_MAX as i64))])}</p>
                    <TextArea id="wording" name="wording" rows=3 value=wording max=REASON_MAX described="wording-hint"/>
                </div>
                <p><button type="submit" class="button" data-kind="secondary">{t("corrections.reword")}</button></p>
            </form>
        </section>
    }
}

/// A line as it is printed, and beside it the fields with how it should read.
fn line(
    row: &LineRow,
    mends: &Mends,
    has_deeds: bool,
    typed: &TypedReadings,
) -> impl IntoView + use<> {
    let of = |name: &str| format!("{name}.{}", row.subject);
    let was = &mends.was;
    let (name, place, deed) = (of("name"), of("place"), of("deed"));
    let reads = typed.or(&name, &row.name);
    let chosen = typed.or(&place, &mends.place.to_string());
    let place = match mends.places.len() {
        0 | 1 => {
            view! { <input type="hidden" name=place value=mends.place.to_string()/> }.into_any()
        }
        _ => {
            let choices = mends.places.iter().map(|(of, village)| {
                let of = of.to_string();
                let chosen = of == chosen;
                view! { <option value=of selected=chosen>{village.clone()}</option> }
            });
            let choices = choices.collect_view();
            view! {
                <div class="field">
                    <label for=place.clone()>{t("corrections.place")}</label>
                    <select id=place.clone() name=place>{choices}</select>
                </div>
            }
            .into_any()
        }
    };
    let deed = has_deeds.then(|| {
        let said = typed.or(&deed, row.deed.as_deref().unwrap_or_default());
        view! {
            <div class="field">
                <label for=deed.clone()>{t("award.deed")}</label>
                <TextArea id=deed.clone() name=deed rows=2 value=said max=DEED_MAX/>
            </div>
        }
    });
    let was_deed = was.deed.clone().map(|deed| view! { <p>{deed}</p> });
    view! {
        <fieldset class="mend">
            <legend>{was.name.clone()}</legend>
            <div class="mend-was">
                <p class="hint">{t("corrections.was")}</p>
                <p><strong>{was.name.clone()}</strong></p>
                <p>{was.village.clone()}</p>
                {was_deed}
            </div>
            <div class="stack" data-gap="s">
                <div class="field">
                    <label for=name.clone()>{t("corrections.reads")}</label>
                    <input id=name.clone() name=name type="text" maxlength=NAME_MAX.to_string() autocomplete="off" value=reads/>
                </div>
                {place}
                {deed}
            </div>
        </fieldset>
    }
}

/// Which decision a correction corrects.
pub fn corrected(found: &Decision) -> Option<impl IntoView + use<>> {
    let of = found.corrects.as_ref()?;
    let href = format!("/decisions/{}", of.id);
    let said = tf("corrections.of", &[("number", &number(of))]);
    let day = of.on.map(words::date).unwrap_or_default();
    let wording = found.wording().unwrap_or_default().to_owned();
    let wording =
        (!wording.is_empty()).then(|| view! { <p>{t("corrections.wording")} ": " {wording}</p> });
    Some(view! {
        <p><a href=href>{said}</a> " · " {day}</p>
        {wording}
        {found.is_draft().then(|| view! { <p class="hint">{t("corrections.unread")}</p> })}
    })
}

fn number(of: &DecisionRow) -> String {
    of.number.clone().unwrap_or_default()
}

/// By which decisions a signed one was corrected, or is to be.
#[component]
pub fn Corrections(rows: Vec<DecisionRow>) -> impl IntoView {
    let is_empty = rows.is_empty();
    let line = |row: DecisionRow| {
        let href = format!("/decisions/{}", row.id);
        let name = match row.state {
            DecisionState::Signed => number(&row),
            _ => tf("decisions.draft_of", &[("day", &words::day(row.made))]),
        };
        let on = row.on.map(|on| format!(" · {}", words::date(on)));
        let many = match row.listed {
            0 => t("corrections.wording_only"),
            many => tf("corrections.lines", &[("n", &words::number(many.into()))]),
        };
        view! { <li><a href=href>{name}</a> {on} " · " {many} " · " {words::decision_state(row.state, row.goes_up)}</li> }
    };
    let lines = rows.into_iter().map(line).collect_view();
    (!is_empty).then(|| {
        view! {
            <section class="card stack" data-gap="s" id="corrections">
                <h2>{t("corrections.title")}</h2>
                <ul class="plain">{lines}</ul>
            </section>
        }
    })
}

/// The way to a draft that corrects the chosen lines, or the wording.
pub fn begin(found: &Decision) -> impl IntoView + use<> {
    view! {
        <details class="no-print" id="correct">
            <summary>{t("corrections.begin_head")}</summary>
            <div class="stack" data-gap="s">
                <p class="hint">{t("corrections.begin_text")}</p>
                <input type="hidden" name="corrects" value=found.id.to_string()/>
                <p><button type="submit" class="button" data-kind="secondary" name="does" value="correct">{t("corrections.begin")}</button></p>
            </div>
        </details>
    }
}
