//! The rail of initials beside a long list.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::PointerEvent;

use crate::live::{When, follow, live};

/// Draws the thumb along the letters; the list follows. For a keyboard it is a slider.
#[component]
pub fn LettersRail(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] letters: Signal<Vec<char>>,
    #[prop(into)] on_letter: Callback<char>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let at = RwSignal::new(0_usize);
    let held = RwSignal::new(false);
    let go = move |index: usize| {
        let letter = letters.with_untracked(|letters| letters.get(index).copied());
        if let Some(letter) = letter {
            at.set(index);
            on_letter.run(letter);
        }
    };
    let under = move |event: &PointerEvent| {
        let rail = node.get_untracked()?;
        let place = rail.get_bounding_client_rect();
        let count = letters.with_untracked(Vec::len);
        let part = (f64::from(event.client_y()) - place.top()) / place.height().max(1.0);
        // A thumb that has left the rail stays at its end; a rail has a few dozen letters.
        let index = (part.clamp(0.0, 1.0) * count as f64) as usize;
        Some(index.min(count.saturating_sub(1)))
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(rail) = node.get_untracked() {
            // A pointer that is gone cannot be held; then the moves stop at the rail's edge.
            let _ = rail.set_pointer_capture(event.pointer_id());
        }
        held.set(true);
        if let Some(index) = under(&event) {
            go(index);
        }
    };
    let drag = move |event: PointerEvent| {
        let index =
            under(&event).filter(|index| held.get_untracked() && *index != at.get_untracked());
        if let Some(index) = index {
            go(index);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let last = letters.with_untracked(Vec::len).saturating_sub(1);
        let here = at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => (here + 1).min(last),
            "ArrowUp" | "ArrowLeft" => here.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        go(to);
    };
    let letter = move || letters.with(|letters| letters.get(at.get()).map(char::to_string));
    view! {
        <div
            class="letters"
            node_ref=node
            role="slider"
            tabindex="0"
            aria-label=label
            aria-orientation="vertical"
            aria-valuemin="0"
            aria-valuemax=follow(move || letters.with(Vec::len).saturating_sub(1).to_string())
            aria-valuenow=follow(move || at.get().to_string())
            aria-valuetext=letter
            on:pointerdown=down
            on:pointermove=drag
            on:pointerup=move |_| held.set(false)
            on:pointercancel=move |_| held.set(false)
            on:keydown=key
        >
            {live(move || letters.get().into_iter().map(|letter| view! { <span aria-hidden="true">{letter.to_string()}</span> }).collect_view())}
            <When when=move || held.get()>
                <p class="letters-now" aria-hidden="true">{letter}</p>
            </When>
        </div>
    }
}
