//! The line that is always in sight: signal, what waits, last contact.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::live::{follow, live};

/// How this phone stands with the commune.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// Everything was received.
    Online,
    /// No signal; the phone keeps everything.
    Offline,
    /// There is signal and something is on its way.
    Waiting,
    /// Something was refused or keeps failing.
    Failing,
}

impl Contact {
    const fn name(self) -> &'static str {
        match self {
            Contact::Online => "online",
            Contact::Offline => "offline",
            Contact::Waiting => "waiting",
            Contact::Failing => "failing",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Contact::Online => Glyph::Received,
            Contact::Offline => Glyph::Offline,
            Contact::Waiting => Glyph::Clock,
            Contact::Failing => Glyph::Alert,
        }
    }
}

/// One fact, in two lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusFact {
    /// For a narrow phone: `12 chờ gửi`.
    pub short: String,
    /// With room, and always heard: `12 phiếu chờ gửi`.
    pub long: String,
}

impl StatusFact {
    /// A fact that is short enough for every width.
    pub fn short(text: String) -> Self {
        Self {
            short: text.clone(),
            long: text,
        }
    }
}

/// The strip. `headline` is the state in words; the facts follow it.
#[component]
pub fn StatusStrip(
    #[prop(into)] contact: Signal<Contact>,
    #[prop(into)] headline: Signal<String>,
    #[prop(into)] facts: Signal<Vec<StatusFact>>,
) -> impl IntoView {
    let fact = |StatusFact { short, long }: StatusFact| {
        view! {
            <span class="fact">
                <span class="short" aria-hidden="true">
                    {short}
                </span>
                <span class="long">{long}</span>
            </span>
        }
    };
    view! {
        <div class="status" role="status" data-state=follow(move || contact.get().name())>
            <Icon glyph=Signal::derive(move || contact.get().glyph())/>
            <strong>{headline}</strong>
            {live(move || facts.get().into_iter().map(fact).collect_view())}
        </div>
    }
}
