//! One of many, from a list.

use leptos::prelude::*;

use crate::live::live;

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    pub value: String,
    pub label: String,
}

/// A label and the system's own list, which every phone draws large.
#[component]
pub fn SelectField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(into)] value: Signal<String>,
    /// The name of the field in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
) -> impl IntoView {
    let option = move |SelectOption { value: own, label }: SelectOption| {
        let compared = own.clone();
        let selected = move || value.with(|value| *value == compared);
        view! { <option value=own selected=selected>{label}</option> }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                name=name
            >
                {live(move || options.get().into_iter().map(option).collect_view())}
            </select>
        </div>
    }
}
