//! Reports of achievements: one for each who is commended or proposed, in one file.

use leptos::prelude::*;
use shared::api::decisions::Decision;
use shared::decision::DecisionState;

use crate::locale::t;

/// Nothing for what commends nobody, or was thrown away.
#[component]
pub fn Reports(found: Decision) -> impl IntoView {
    let is_open = found.head.state != DecisionState::Discarded;
    if found.award().is_none() || !is_open || found.rows.is_empty() {
        return ().into_any();
    }
    let make = |ending: &'static str| {
        let label = format!("{} .{ending}", t("report.make"));
        view! { <button type="submit" class="button" data-kind="secondary" name="format" value=ending>{label}</button> }
    };
    view! {
        <section class="card stack no-print" data-gap="s" id="reports">
            <h2>{t("report.title")}</h2>
            <p class="hint">{t("report.text")}</p>
            <p class="hint">{t("report.unread")}</p>
            <form class="row" method="post" action=format!("/decisions/{}/reports", found.id)>
                {make("docx")}
                {make("pdf")}
            </form>
        </section>
    }
    .into_any()
}
