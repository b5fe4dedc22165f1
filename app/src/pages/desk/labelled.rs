//! A field of a form: its label, a hint, what is wrong with it, and the control that is named after them.

use leptos::prelude::*;

use crate::components::{Glyph, Icon};

/// What a control tells whoever does not see the words around it.
pub struct Aria {
    pub invalid: Option<&'static str>,
    /// The ids of its hint and of what is wrong.
    pub described: Option<String>,
}

pub fn labelled(
    id: &'static str,
    label: String,
    hint: Option<String>,
    problem: Option<String>,
    control: impl FnOnce(Aria) -> AnyView,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let ids = [
        hint.is_some().then_some(hint_id.as_str()),
        problem.is_some().then_some(error_id.as_str()),
    ];
    let described: Vec<&str> = ids.into_iter().flatten().collect();
    let control = control(Aria {
        invalid: problem.is_some().then_some("true"),
        described: (!described.is_empty()).then(|| described.join(" ")),
    });
    let is_invalid = problem.is_some().then_some("");
    let hint = hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> });
    let error = problem.map(|problem| {
        view! { <p class="field-error" id=error_id><Icon glyph=Glyph::Alert/>{problem}</p> }
    });
    view! {
        <div class="field" data-invalid=is_invalid>
            <label for=id>{label}</label>
            {hint}
            {error}
            {control}
        </div>
    }
}
