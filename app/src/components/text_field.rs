//! A line to write on.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::live::follow;

/// What is written, which decides the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    #[default]
    Text,
    /// Whole figures: a short field and the keyboard of figures.
    Number,
    Password,
}

/// Label, hint, error and field. The error says what to do, in the words of the summary.
#[component]
pub fn TextField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    /// The writer has left the field with another text than they found.
    #[prop(optional, into)]
    on_leave: Option<Callback<String>>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] kind: FieldKind,
    /// Whether a password can be read.
    #[prop(optional, into)]
    shown: Signal<bool>,
    /// The name of the field in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// As the attribute of the same name; `off` unless told.
    #[prop(optional, into)]
    autocomplete: Option<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let mut ids = Vec::new();
            if !hint.with(String::is_empty) {
                ids.push(hint_id.as_str());
            }
            if error.with(Option::is_some) {
                ids.push(error_id.as_str());
            }
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let hint_line = move || {
        let hint = hint.get();
        (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id.clone()>{hint}</p> })
    };
    let error_line = move || {
        error.get().map(|error| {
            view! {
                <p class="field-error" id=error_id.clone()>
                    <Icon glyph=Glyph::Alert/>
                    {error}
                </p>
            }
        })
    };
    view! {
        <div class="field" data-invalid=follow(move || error.with(Option::is_some).then_some(""))>
            <label for=id.clone()>{label}</label>
            {hint_line}
            {error_line}
            <input
                id=id
                name=name
                type=follow(move || if kind == FieldKind::Password && !shown.get() { "password" } else { "text" })
                inputmode=(kind == FieldKind::Number).then_some("numeric")
                data-short=(kind == FieldKind::Number).then_some("")
                autocomplete=autocomplete.unwrap_or_else(|| "off".to_owned())
                autocapitalize=(kind == FieldKind::Password).then_some("none")
                aria-invalid=follow(move || error.with(Option::is_some).then_some("true"))
                aria-describedby=described
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
                on:change=move |event| if let Some(on_leave) = on_leave { on_leave.run(event_target_value(&event)) }
            />
        </div>
    }
}
