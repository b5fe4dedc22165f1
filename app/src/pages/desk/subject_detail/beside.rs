//! What stands in a form beside its answers: the vote of the village's meeting, and what was given in the year.

use leptos::prelude::*;
use shared::document::Document;
use shared::kind::SubjectKind;

use crate::locale::{t, tf};
use crate::words;

/// The vote with the picture of its minutes, and what was given. Of a vote that is missing it speaks where that `asks` for it, and only of
/// what villages vote on.
#[component]
pub fn Beside(form: Document, #[prop(optional)] asks: bool) -> impl IntoView {
    let meeting = form.meeting().map(|meeting| {
        let minutes = meeting.minutes.map(|it| {
            let href = format!("/api/v1/files/{}?doc={}", it.photo, it.form);
            view! { " · " <a href=href target="_blank">{t("queue.minutes")}</a> }
        });
        view! { <p>{words::meeting_said(&meeting)} {minutes}</p> }
    });
    let title = form.assessment().map(|head| head.title);
    let is_missing = asks
        && meeting.is_none()
        && title.is_some_and(|title| SubjectKind::of(title).is_voted_on());
    let missing = is_missing.then(|| view! { <p class="muted">{t("queue.no_meeting")}</p> });
    let gave = words::gave(&form.contribution());
    let gave = gave.map(|gave| view! { <p>{tf("queue.gave", &[("gave", &gave)])}</p> });
    view! { {meeting} {missing} {gave} }
}
