//! The groups of a form as diamonds on a thread.

use leptos::prelude::*;

use crate::live::live;

/// How far a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DotState {
    Done,
    Now,
    Todo,
    /// Visited, and something is still missing.
    Missing,
}

impl DotState {
    const fn name(self) -> &'static str {
        match self {
            DotState::Done => "done",
            DotState::Now => "now",
            DotState::Todo => "todo",
            DotState::Missing => "missing",
        }
    }
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDot {
    pub href: String,
    /// Heard, not seen: the group's name and its state in words.
    pub label: String,
    pub state: DotState,
}

/// All groups, each a link of 48 px.
#[component]
pub fn GroupDots(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] groups: Signal<Vec<GroupDot>>,
) -> impl IntoView {
    let dot = |GroupDot { href, label, state }: GroupDot| {
        view! {
            <li data-state=state.name()>
                <a href=href aria-current=(state == DotState::Now).then_some("step")>
                    <span class="visually-hidden">{label}</span>
                </a>
            </li>
        }
    };
    view! {
        <ol class="dots" aria-label=label>
            {live(move || groups.get().into_iter().map(dot).collect_view())}
        </ol>
    }
}
