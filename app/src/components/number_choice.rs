//! One figure among a few, asked for from below.

use leptos::prelude::*;

use super::dialog::Dialog;
use crate::live::live;

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    pub value: T,
    pub label: String,
}

/// Asks for a figure. Nothing of the page moves, and nothing is chosen until a figure is.
#[component]
pub fn NumberChoice<T>(
    #[prop(into)] open: Signal<bool>,
    /// What is asked.
    #[prop(into)]
    title: Signal<String>,
    /// What it is about.
    #[prop(into)]
    text: String,
    choices: Vec<Choice<T>>,
    #[prop(into)] chosen: Signal<Option<T>>,
    #[prop(into)] close_label: Signal<String>,
    #[prop(into)] on_choose: Callback<T>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let choices = StoredValue::new(choices);
    let figure = move |Choice { value, label }: Choice<T>| {
        let compared = value.clone();
        let pressed = move || {
            chosen
                .with(|chosen| chosen.as_ref() == Some(&compared))
                .to_string()
        };
        view! {
            <li>
                <button type="button" class="button" aria-pressed=pressed on:click=move |_| on_choose.run(value.clone())>{label}</button>
            </li>
        }
    };
    view! {
        <Dialog open title on_close>
            <p>{text.clone()}</p>
            <ul class="figures">{live(move || choices.get_value().into_iter().map(figure).collect_view())}</ul>
            <button type="button" class="button" data-kind="quiet" on:click=move |_| on_close.run(())>{close_label}</button>
        </Dialog>
    }
}
