//! The session has ended on the server: signing in again on the spot. Nothing on the phone moves; the page stays.

use leptos::prelude::*;
use shared::api::{LoginRequest, Session};

use crate::components::text_field::FieldKind;
use crate::components::{Checkbox, Dialog, Glyph, Icon, TextField};
use crate::live::{follow, live};
use crate::locale::{t, tf, ts};
use crate::store::{FieldStore, NotSignedIn};
use crate::words;

/// The button, and the question behind it. The name is known: whoever else wants to work here signs out first, or their
/// work would open over somebody else's page.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="button" data-kind="primary" on:click=move |_| open.set(true)>{ts("again.button")}</button>
        <Dialog open title=ts("again.title") on_close=move |()| open.set(false)>
            <Password open/>
        </Dialog>
    }
}

#[component]
fn Password(open: RwSignal<bool>) -> impl IntoView {
    let store = FieldStore::expect();
    let username = store
        .session()
        .with_untracked(|it| it.as_ref().map(|it| it.username.clone()))
        .unwrap_or_default();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let arrived = Callback::new(move |answer: Result<Session, NotSignedIn>| {
        // Answered well, the question goes by itself; it may also have been put off meanwhile.
        if let Err(why) = answer {
            busy.try_set(false);
            error.try_set(Some(words::not_signed_in(why)));
        }
    });
    let who = username.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = LoginRequest {
            username: who.clone(),
            password: password.get_untracked(),
        };
        if request.password.is_empty() {
            error.set(Some(t("again.fill")));
            return;
        }
        busy.set(true);
        error.set(None);
        store.log_in(request, arrived);
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <p>{tf("again.who", &[("name", &username)])}</p>
            // For the browser's keeper of passwords.
            <input type="hidden" name="username" autocomplete="username" value=username/>
            {live(move || error.get().map(|error| view! {
                <p class="field-error" role="alert"><Icon glyph=Glyph::Alert/>{error}</p>
            }))}
            <TextField id="again-password" name="password" autocomplete="current-password" kind=FieldKind::Password shown label=ts("signin.password") value=password on_input=move |text| password.set(text)/>
            <Checkbox label=ts("signin.show") checked=shown on_change=move |it| shown.set(it)/>
            <div class="dialog-actions">
                <button type="submit" class="button" data-kind="primary" aria-busy=follow(move || busy.get().then_some("true"))>{ts("signin.submit")}</button>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| open.set(false)>{ts("again.later")}</button>
            </div>
        </form>
    }
}
