//! The certificates of a signed decision, or the commendations it gives: how they are to be printed, and the button that has them made.

use leptos::prelude::*;
use shared::api::decisions::Decision;

use crate::locale::{t, tf};

/// Nothing for what has given no title.
#[component]
pub fn Certificates(found: Decision) -> impl IntoView {
    if !found.gives_sheets() {
        return ().into_any();
    }
    let said = |commending: &str, recognising: &str| match found.has_deeds() {
        true => t(commending),
        false => t(recognising),
    };
    let again = found.corrects.as_ref().map(|of| {
        let number = of.number.clone().unwrap_or_default();
        let said = tf("corrections.certificates", &[("number", &number)]);
        view! { <p class="hint">{said}</p> }
    });
    let letterhead = format!("/letterhead?unit={}", found.unit);
    let head = match found.is_of_a_title_above() {
        true => view! { <p class="hint">{t("above.sheets")}</p> }.into_any(),
        false => view! {
            <p class="hint">{t("certificates.signed")} " " <a href=letterhead>{t("decisions.to_letterhead")}</a></p>
        }
        .into_any(),
    };
    let shift = |name: &'static str, label: &str| {
        view! {
            <div class="field">
                <label for=name>{t(label)}</label>
                <input id=name name=name type="text" inputmode="decimal" maxlength="6" data-short="" autocomplete="off" value="0"/>
            </div>
        }
    };
    view! {
        <section class="card no-print" id="certificates">
            <h2>{said("award.certificates", "certificates.head")}</h2>
            <form class="stack signing" method="post" action=format!("/decisions/{}/certificates", found.id)>
                {again}
                <p class="hint">{t("certificates.text")}</p>
                {head}
                <label class="check"><input type="checkbox" name="stock" value="1"/><span>{t("certificates.stock")}</span></label>
                <fieldset class="field">
                    <legend>{t("certificates.shift")}</legend>
                    <div class="row date">{shift("right", "certificates.right")} {shift("down", "certificates.down")}</div>
                </fieldset>
                <p class="row">
                    <button type="submit" class="button" data-kind="secondary">{said("award.certificates_make", "certificates.make")}</button>
                    <button type="submit" class="button" data-kind="quiet" formmethod="get" formaction=format!("/decisions/{}/test-print", found.id)>{t("certificates.test")}</button>
                </p>
                <p class="hint">{t("certificates.test_text")}</p>
            </form>
        </section>
    }
    .into_any()
}
