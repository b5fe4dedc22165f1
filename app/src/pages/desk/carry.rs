//! Handing in what somebody without signal has sealed.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::problem::ProblemKind;
use shared::sealed::EXTENSION;

use super::frame::DeskFrame;
use crate::components::{Glyph, Icon, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn CarryPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let number = |name| query.get(name).and_then(|it| it.parse::<usize>().ok());
    let error = query.get("error").map(|it| {
        words::problem(match it.as_str() {
            "not-sealed" => ProblemKind::NotSealed,
            "old-seal" => ProblemKind::OldSeal,
            "too-large" => ProblemKind::TooLarge,
            "too-many" => ProblemKind::TooMany,
            "no-space" => ProblemKind::NoSpace,
            _ => ProblemKind::Unavailable,
        })
    });
    let delivered = number("received").map(|received| {
        let refused = number("refused").unwrap_or_default();
        let files = number("files").unwrap_or_default();
        view! {
            <Notice tone=Tone::Forest glyph=Glyph::Received title=tf("carry.received", &[("n", &received)])>
                {(files > 0).then(|| view! { <p>{tf("carry.files", &[("n", &files)])}</p> })}
                {(refused > 0).then(|| view! { <p>{tf("carry.refused", &[("n", &refused)])}</p> })}
                <p>{t("carry.told")}</p>
            </Notice>
        }
    });
    view! {
        <DeskFrame title=ts("carry.title")>
            {delivered}
            {error.map(|error| view! {
                <div class="error-summary" role="alert" tabindex="-1"><p class="row"><Icon glyph=Glyph::Alert/>{error}</p></div>
            })}
            <p>{t("carry.what")}</p>
            <form class="stack card carry" method="post" action="/api/v1/sealed" enctype="multipart/form-data">
                <div class="field">
                    <label for="file">{t("carry.file")}</label>
                    <p class="hint">{tf("carry.hint", &[("extension", &EXTENSION)])}</p>
                    <input id="file" name="file" type="file" multiple required/>
                </div>
                <button type="submit" class="button" data-kind="primary">{t("carry.send")}</button>
            </form>
        </DeskFrame>
    }
}
