//! The person, the phone, and signing out.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::frame::FieldFrame;
use crate::components::{Dialog, Segment, Segmented};
use crate::locale::{self, ChosenLocale, Locale, t, tf, ts};
use crate::store::{FieldStore, InstallOffer};
use crate::words;

#[component]
pub fn MePage() -> impl IntoView {
    view! {
        <FieldFrame title=ts("me.title")>
            <Me/>
        </FieldFrame>
    }
}

#[component]
fn Me() -> impl IntoView {
    let store = FieldStore::expect();
    let navigate = use_navigate();
    let asking = RwSignal::new(false);
    let who = move |read: fn(&shared::api::Session) -> String| {
        move || {
            store
                .session()
                .with(|it| it.as_ref().map(read).unwrap_or_default())
        }
    };
    let unsent = move || store.waiting_forms() + store.status().refused + store.waiting_files().0;
    let leave = move |_| {
        store.sign_out();
        navigate("/sign-in", Default::default());
    };
    let chosen = use_context::<ChosenLocale>();
    let languages = vec![
        Segment {
            value: Locale::Vi,
            label: "Tiếng Việt".into(),
            wide: false,
        },
        Segment {
            value: Locale::En,
            label: "English".into(),
            wide: false,
        },
    ];
    view! {
        <section class="card"><dl class="facts">
            <dt>{ts("me.name")}</dt><dd>{who(|it| it.actor.name.clone())}</dd>
            <dt>{ts("me.role")}</dt><dd>{who(|it| words::role(it.actor.role))}</dd>
            <dt>{ts("me.username")}</dt><dd>{who(|it| it.username.clone())}</dd>
            <dt>{ts("me.storage")}</dt>
            <dd>{move || match store.persisted().get() {
                Some(true) => t("me.persisted"),
                Some(false) => t("me.not_persisted"),
                None => t("me.persist_unknown"),
            }}</dd>
            <dt>{ts("me.version")}</dt><dd>{env!("CARGO_PKG_VERSION")}</dd>
        </dl></section>
        <Segmented
            legend=ts("me.language")
            show_legend=true
            name="language"
            segments=languages
            columns=2
            chosen=Signal::derive(|| Some(locale::current()))
            on_choose=move |locale| if let Some(chosen) = chosen { chosen.0.set(locale) }
        />
        <Show when=move || store.install().get() != InstallOffer::Installed>
            <p><a class="button" data-kind="secondary" data-wide href="/install">{ts("me.install")}</a></p>
        </Show>
        <p class="muted">{ts("me.help")}</p>
        <p><button type="button" class="button" data-kind="quiet" data-wide on:click=move |_| asking.set(true)>{ts("me.sign_out")}</button></p>
        <Dialog open=asking title=ts("me.sign_out_title") on_close=move |()| asking.set(false)>
            <p>{move || if unsent() > 0 { tf("me.sign_out_unsent", &[("n", &unsent())]) } else { t("me.sign_out_text") }}</p>
            <div class="dialog-actions">
                <button type="button" class="button" data-kind="primary" on:click=move |_| asking.set(false)>{ts("me.stay")}</button>
                <button type="button" class="button" data-kind="danger" on:click=leave.clone()>{ts("me.sign_out")}</button>
            </div>
        </Dialog>
    }
}
