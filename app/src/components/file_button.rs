//! A button that asks for a file.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, File, HtmlInputElement};

use super::icon::{Glyph, Icon};
use crate::live::follow;

/// Opens the camera or the folder. `on_file` hears the file and its name.
#[component]
pub fn FileButton(
    #[prop(into)] label: Signal<String>,
    glyph: Glyph,
    /// Types of file, as the attribute has them.
    #[prop(into)]
    accept: String,
    /// Straight to the camera, where there is one.
    #[prop(optional)]
    camera: bool,
    #[prop(into)] disabled: Signal<bool>,
    #[prop(into)] on_file: Callback<(Blob, String)>,
) -> impl IntoView {
    let chosen = move |event: web_sys::Event| {
        let input = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file: Option<File> = input.files().and_then(|files| files.get(0));
        if let Some(file) = file {
            let name = file.name();
            on_file.run((file.into(), name));
        }
        // So that the same file can be chosen again.
        input.set_value("");
    };
    view! {
        <label class="button file-button" data-kind="secondary" aria-disabled=follow(move || disabled.get().then_some("true"))>
            <Icon glyph/>
            <span>{label}</span>
            <input type="file" class="visually-hidden" accept=accept capture=camera.then_some("environment") disabled=disabled on:change=chosen/>
        </label>
    }
}
