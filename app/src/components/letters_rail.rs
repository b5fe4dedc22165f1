//! The rail of initials beside a long list.

use leptos::prelude::*;

/// Jumps to the heading `id="chu-X"` of each letter given.
#[component]
pub fn LettersRail(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] letters: Signal<Vec<char>>,
) -> impl IntoView {
    let letter = |letter: char| {
        let id = format!("chu-{letter}");
        view! {
            <a
                href=format!("#{id}")
                on:click=move |event| {
                    // A jump is not a page: it must not fill the history.
                    event.prevent_default();
                    if let Some(heading) = document().get_element_by_id(&id) {
                        heading.scroll_into_view();
                    }
                }
            >
                {letter.to_string()}
            </a>
        }
    };
    view! {
        <nav class="letters" aria-label=label>
            {move || letters.get().into_iter().map(letter).collect_view()}
        </nav>
    }
}
