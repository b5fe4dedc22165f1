//! How the app comes to the home screen, step by step, each with a picture of what to look for.

use leptos::prelude::*;

use super::frame::FieldFrame;
use crate::components::{Glyph, Icon, Notice, Tone};
use crate::live::live;
use crate::locale::{t, ts};
use crate::store::{FieldStore, InstallOffer};

#[component]
pub fn InstallPage() -> impl IntoView {
    let store = FieldStore::expect();
    view! {
        <FieldFrame title=ts("install.title") back=Signal::derive(|| "/me".to_owned())>
            <p class="lead">{ts("install.why")}</p>
            {live(move || match store.install().get() {
                InstallOffer::Installed => view! {
                    <Notice tone=Tone::Forest glyph=Glyph::Check title=ts("install.done")/>
                }.into_any(),
                InstallOffer::Prompt => view! {
                    <button type="button" class="button" data-kind="primary" data-size="big" data-wide on:click=move |_| store.prompt_install()>{t("install.now")}</button>
                }.into_any(),
                InstallOffer::IosGuide => view! { <Iphone/> }.into_any(),
                InstallOffer::None => view! { <Android/> }.into_any(),
            })}
        </FieldFrame>
    }
}

/// Safari's way: the share button, a line of its menu, a word at the top.
#[component]
fn Iphone() -> impl IntoView {
    view! {
        <ol class="steps">
            <Step text="install.ios_1">
                <Icon glyph=Glyph::Left/>
                <Icon glyph=Glyph::Right/>
                <span class="step-here"><Icon glyph=Glyph::Share/></span>
                <Icon glyph=Glyph::Book/>
            </Step>
            <Step text="install.ios_2">
                <span class="step-here">{ts("install.ios_add")} <Icon glyph=Glyph::AddHome/></span>
            </Step>
            <Step text="install.ios_3">
                <span class="muted">{ts("install.ios_cancel")}</span>
                <span class="step-here">{ts("install.ios_confirm")}</span>
            </Step>
        </ol>
    }
}

/// Chrome's way: the three dots, a line of their menu, the button that asks once more.
#[component]
fn Android() -> impl IntoView {
    view! {
        <ol class="steps">
            <Step text="install.other_1">
                <span class="muted">"banhoc"</span>
                <span class="step-here">"⋮"</span>
            </Step>
            <Step text="install.other_2">
                <span class="step-here"><Icon glyph=Glyph::AddHome/> {ts("install.other_add")}</span>
            </Step>
            <Step text="install.other_3">
                <span class="step-here">{ts("install.other_confirm")}</span>
            </Step>
        </ol>
    }
}

/// One step: what to do, and a drawing of what to look for (the children), which the words say too.
#[component]
fn Step(text: &'static str, children: Children) -> impl IntoView {
    view! {
        <li class="step">
            <p>{ts(text)}</p>
            <div class="step-picture" aria-hidden="true">{children()}</div>
        </li>
    }
}
