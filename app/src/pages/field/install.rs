//! How the app comes to the home screen.

use leptos::prelude::*;

use crate::components::{Glyph, Icon, Notice, Tone};
use crate::locale::{t, ts};
use crate::pages::FieldFrame;
use crate::store::{FieldStore, InstallOffer};

#[component]
pub fn InstallPage() -> impl IntoView {
    let store = FieldStore::expect();
    let step = |glyph: Glyph, key: &'static str| view! { <li><Icon glyph/> " " {ts(key)}</li> };
    view! {
        <FieldFrame title=ts("install.title") back=Signal::derive(|| "/me".to_owned())>
            <p>{ts("install.why")}</p>
            {move || match store.install().get() {
                InstallOffer::Installed => view! {
                    <Notice tone=Tone::Forest glyph=Glyph::Check title=ts("install.done")/>
                }.into_any(),
                InstallOffer::Prompt => view! {
                    <button type="button" class="button" data-kind="primary" data-size="big" data-wide on:click=move |_| store.prompt_install()>{t("install.now")}</button>
                }.into_any(),
                InstallOffer::IosGuide => view! {
                    <ol class="steps">
                        {step(Glyph::Share, "install.ios_1")}
                        {step(Glyph::Plus, "install.ios_2")}
                        {step(Glyph::Check, "install.ios_3")}
                    </ol>
                }.into_any(),
                InstallOffer::None => view! {
                    <ol class="steps">
                        {step(Glyph::Info, "install.other_1")}
                        {step(Glyph::Install, "install.other_2")}
                        {step(Glyph::Check, "install.other_3")}
                    </ol>
                }.into_any(),
            }}
        </FieldFrame>
    }
}
