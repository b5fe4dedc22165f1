//! One's own password: a plain form, for every role.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::DeskFrame;
use crate::backend::backend;
use crate::components::text_field::FieldKind;
use crate::components::{Glyph, Icon, Notice, TextField, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn PasswordPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    if query.get("changed").is_some() {
        return view! {
            <DeskFrame title=ts("password.title")>
                <Notice tone=Tone::Forest glyph=Glyph::Check title=t("password.changed")>
                    <p>{t("password.others")}</p>
                </Notice>
                {Suspend::new(async {
                    // The phone's pages are of no use to those who only look at figures.
                    let keeps = match backend() {
                        Ok(backend) => backend.session().await.ok().flatten().is_some_and(|it| it.actor.role.begins_with_forms()),
                        Err(_) => false,
                    };
                    let href = if keeps { "/" } else { "/dashboard" };
                    view! { <p><a class="button" data-kind="primary" href=href>{t("password.go_on")}</a></p> }
                })}
            </DeskFrame>
        }
        .into_any();
    }
    let is_first = query.get("first").is_some();
    let seconds = query.get("wait").and_then(|it| it.parse().ok());
    let error = query.get("error").map(|error| match error.as_str() {
        "too-many" => tf(
            "signin.wait",
            &[("wait", &words::wait(seconds.unwrap_or(60)))],
        ),
        "wrong" => t("password.error_wrong"),
        "differ" => t("password.error_differ"),
        "same" => t("password.error_same"),
        "long" => t("password.error_long"),
        "common" => t("password.error_common"),
        "name" => t("password.error_name"),
        _ => t("password.error_short"),
    });
    let ignore = |_: String| {};
    view! {
        <DeskFrame title=ts("password.title")>
            {error.map(|error| view! {
                <div class="error-summary" role="alert" tabindex="-1"><p class="row"><Icon glyph=Glyph::Alert/>{error}</p></div>
            })}
            {is_first.then(|| view! { <p>{t("password.first")}</p> })}
            <form class="stack card carry" method="post" action="/api/v1/password">
                <TextField id="current" name="current" autocomplete="current-password" kind=FieldKind::Password label=ts("password.current") value="" on_input=ignore/>
                <TextField id="new" name="new" autocomplete="new-password" kind=FieldKind::Password label=ts("password.new") hint=ts("password.hint") value="" on_input=ignore/>
                <TextField id="again" name="again" autocomplete="new-password" kind=FieldKind::Password label=ts("password.again") value="" on_input=ignore/>
                <label class="check with-script">
                    <input type="checkbox" data-shows="current new again"/>
                    <span>{t("password.show")}</span>
                </label>
                <p class="muted">{t("password.others")}</p>
                <button type="submit" class="button" data-kind="primary" data-size="big" data-wide>{t("password.submit")}</button>
            </form>
        </DeskFrame>
    }
    .into_any()
}
