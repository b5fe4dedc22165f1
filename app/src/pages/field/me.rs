//! The person, the phone, and signing out.

use leptos::prelude::*;

use super::frame::FieldFrame;
use crate::components::{Dialog, Glyph, Icon, Segment, Segmented};
use crate::live::{When, live, memo};
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
    let asking = RwSignal::new(false);
    let who = move |read: fn(&shared::api::Session) -> String| {
        move || {
            store
                .session()
                .with(|it| it.as_ref().map(read).unwrap_or_default())
        }
    };
    let unsent = move || store.waiting_forms() + store.status().refused + store.waiting_files().0;
    // The frame leads whoever is signed out to the door.
    let leave = move |_| store.sign_out();
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
            <dd>{live(move || match store.persisted().get() {
                Some(true) => t("me.persisted"),
                Some(false) => t("me.not_persisted"),
                None => t("me.persist_unknown"),
            })}</dd>
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
        <When when=move || store.install().get() != InstallOffer::Installed>
            <p><a class="button" data-kind="secondary" data-wide href="/install">{ts("me.install")}</a></p>
        </When>
        <Help/>
        <p><button type="button" class="button" data-kind="quiet" data-wide on:click=move |_| asking.set(true)>{ts("me.sign_out")}</button></p>
        <Dialog open=asking title=ts("me.sign_out_title") on_close=move |()| asking.set(false)>
            <p>{live(move || if unsent() > 0 { tf("me.sign_out_unsent", &[("n", &unsent())]) } else { t("me.sign_out_text") })}</p>
            <When when=move || !store.online().get()>
                <p><strong>{ts("me.sign_out_offline")}</strong></p>
            </When>
            <div class="dialog-actions">
                <button type="button" class="button" data-kind="primary" on:click=move |_| asking.set(false)>{ts("me.stay")}</button>
                <button type="button" class="button" data-kind="danger" on:click=leave>{ts("me.sign_out")}</button>
            </div>
        </Dialog>
    }
}

/// A short guide, and whom to call: all of it is on the phone.
#[component]
fn Help() -> impl IntoView {
    let store = FieldStore::expect();
    // The commune's, or of whatever the person's unit lies in.
    let telephone = memo(move || {
        let tree = store.tree().get();
        let home = store.session().with(|it| it.as_ref().map(|it| it.home))?;
        let commune = tree.commune_of(home, crate::clock::today());
        let unit = commune.or_else(|| tree.get(home))?;
        Some((
            unit.name(crate::clock::today()).to_owned(),
            unit.telephone.clone()?,
        ))
    });
    let steps = [
        "me.guide_1",
        "me.guide_2",
        "me.guide_3",
        "me.guide_4",
        "me.guide_5",
    ];
    view! {
        <section class="card">
            <h2>{ts("me.help_title")}</h2>
            {live(move || match telephone.get() {
                Some((name, number)) => view! {
                    <a class="button" data-kind="primary" data-wide href=format!("tel:{number}")>
                        <Icon glyph=Glyph::Phone/>{tf("me.call", &[("name", &name), ("number", &number)])}
                    </a>
                }.into_any(),
                None => view! { <p>{t("me.help")}</p> }.into_any(),
            })}
            <details class="official">
                <summary>{ts("me.guide")}</summary>
                <ol>{steps.map(|step| view! { <li>{ts(step)}</li> }).collect_view()}</ol>
            </details>
        </section>
    }
}
