//! The door from inside the app: after signing out, and where there is no network. The server has one of its own.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{LoginRequest, Session};

use crate::components::text_field::FieldKind;
use crate::components::{Checkbox, Door, Glyph, Icon, Notice, TextField, Tone};
use crate::live::{When, follow, live};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, NotSignedIn};
use crate::words;

#[component]
pub fn SignInPage() -> impl IntoView {
    let store = FieldStore::expect();
    let next = use_query_map()
        .with_untracked(|query| query.get("next"))
        .and_then(|next| shared::address::onward(&next).map(str::to_owned));
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let arrived = Callback::new(move |answer: Result<Session, NotSignedIn>| {
        busy.set(false);
        match answer {
            Ok(session) => {
                let start = if session.actor.role.begins_with_forms() {
                    "/"
                } else {
                    "/dashboard"
                };
                go(next.as_deref().unwrap_or(start));
            }
            Err(why) => error.set(Some(words::not_signed_in(why))),
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = LoginRequest {
            username: username.get_untracked(),
            password: password.get_untracked(),
        };
        if request.username.trim().is_empty() || request.password.is_empty() {
            error.set(Some(t("signin.fill")));
            return;
        }
        busy.set(true);
        error.set(None);
        store.log_in(request, arrived);
    };
    let left = move || store.left_behind().get();
    view! {
        <Door name=ts("app.name") what=ts("signin.what")>
            <h2>{ts("signin.title")}</h2>
            {live(move || error.get().map(|error| view! {
                <div class="error-summary" role="alert" tabindex="-1"><p class="row"><Icon glyph=Glyph::Alert/>{error}</p></div>
            }))}
            <When when=move || { left() > 0 }>
                <Notice tone=Tone::Turmeric glyph=Glyph::Phone title=Signal::derive(move || tf("signin.left_behind", &[("n", &left())]))/>
            </When>
            <When when=move || !store.online().get()>
                <Notice tone=Tone::Sky glyph=Glyph::Offline title=ts("signin.offline")/>
            </When>
            <form class="stack" on:submit=submit novalidate>
                <TextField id="username" name="username" autocomplete="username" label=ts("signin.username") value=username on_input=move |text| username.set(text)/>
                <TextField id="password" name="password" autocomplete="current-password" kind=FieldKind::Password shown label=ts("signin.password") value=password on_input=move |text| password.set(text)/>
                <Checkbox label=ts("signin.show") checked=shown on_change=move |it| shown.set(it)/>
                <button type="submit" class="button" data-kind="primary" data-size="big" data-wide aria-busy=follow(move || busy.get().then_some("true"))>{ts("signin.submit")}</button>
            </form>
        </Door>
    }
}

/// Loads a page anew, as whoever has just signed in.
fn go(path: &str) {
    // It fails only for an address that is none.
    let _ = window().location().assign(path);
}
