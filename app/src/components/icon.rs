//! Icons: our own strokes on a grid of 24, inline, coloured by the text beside them.

use leptos::prelude::*;

use crate::live::follow;

/// What an icon means. The same meaning has the same drawing everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Home.
    Home,
    /// A village, a list of villages.
    Village,
    /// What waits to be sent.
    Outbox,
    /// The person signed in.
    User,
    /// People, a family.
    Users,
    /// Search.
    Search,
    /// Add, one more.
    Plus,
    /// One less; nothing yet.
    Minus,
    /// Done, saved on this phone.
    Check,
    /// Received by the commune, recognised.
    Received,
    /// Waiting.
    Clock,
    /// In signal.
    Online,
    /// No signal.
    Offline,
    /// Failed, refused, behind.
    Alert,
    /// Information.
    Info,
    /// Close, clear.
    Close,
    /// Back.
    Left,
    /// Onward.
    Right,
    /// A photo as evidence.
    Camera,
    /// Being filled in; edit.
    Pen,
    /// Try again, sending.
    Refresh,
    /// Not allowed.
    Lock,
    /// A map.
    Map,
    /// A dashboard.
    Chart,
    /// A date.
    Calendar,
    /// Install, download.
    Install,
    /// Share, as an iPhone draws it.
    Share,
    /// Add to the home screen.
    AddHome,
    /// Sent back for correction.
    Returned,
    /// Print.
    Print,
    /// Learning, a guide.
    Book,
    /// Sign out.
    Logout,
    /// This device.
    Phone,
    /// Recognition, a target.
    Flag,
}

impl Glyph {
    /// The drawing, as the path data of an SVG.
    pub const fn path(self) -> &'static str {
        match self {
            Glyph::Home => "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
            Glyph::Village => "M2 20h20M4 20v-7l4-4 4 4v7M12 13l4-5 4 4v8M8 20v-3M16 20v-3",
            Glyph::Outbox => "M4 13v6a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-6 M12 15V4 M8 8l4-4 4 4",
            Glyph::User => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8 M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 \
                 5.5"
            }
            Glyph::Users => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7 M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6 \
                 M16 4.5a3.5 3.5 0 0 1 0 6.5 M18 14.5c2 .8 3.2 2.6 3.5 5.5"
            }
            Glyph::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M20 20l-4-4",
            Glyph::Plus => "M12 5v14M5 12h14",
            Glyph::Minus => "M5 12h14",
            Glyph::Check => "M5 12.5 10 17.5 19.5 7",
            Glyph::Received => "M2 12.5 7 17.5 15.5 8M11.5 16l1.5 1.5L22 8",
            Glyph::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7.5V12l3 2",
            Glyph::Online => {
                "M5 12.5a10 10 0 0 1 14 0 M8.5 16a5 5 0 0 1 7 0 M2 9a14.5 14.5 0 0 1 20 0 \
                 M12 19.5h.01"
            }
            Glyph::Offline => {
                "M3 3l18 18 M8.5 16a5 5 0 0 1 7 0 M5 12.5a10 10 0 0 1 5-2.7 M2 9a14.5 14.5 \
                 0 0 1 4.5-2.9 M19 12.5a10 10 0 0 0-2.2-1.6 M22 9a14.5 14.5 0 0 0-11.5-4 \
                 M12 19.5h.01"
            }
            Glyph::Alert => "M12 4 2.5 20h19zM12 10v4.5M12 17.2h.01",
            Glyph::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5.5M12 7.8h.01",
            Glyph::Close => "M6 6l12 12M18 6 6 18",
            Glyph::Left => "M15 5l-7 7 7 7",
            Glyph::Right => "M9 5l7 7-7 7",
            Glyph::Camera => {
                "M4 7h3.5L9 4.5h6L16.5 7H20a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 \
                 1-1-1V8a1 1 0 0 1 1-1 M12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7"
            }
            Glyph::Pen => "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5 17.5 10",
            Glyph::Refresh => {
                "M20 11a8 8 0 0 0-14.5-3.5L3 10 M3 4.5V10h5.5 M4 13a8 8 0 0 0 14.5 3.5L21 \
                 14 M21 19.5V14h-5.5"
            }
            Glyph::Lock => {
                "M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1 M8 \
                 11V8a4 4 0 0 1 8 0v3"
            }
            Glyph::Map => "M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20z M9 4v13.5 M15 6.5V20",
            Glyph::Chart => "M4 4v15a1 1 0 0 0 1 1h15M8 16v-4M12.5 16V8M17 16v-6",
            Glyph::Calendar => {
                "M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1 M4 \
                 10.5h16 M8 3.5V7 M16 3.5V7"
            }
            Glyph::Install => "M12 4v11M8 11l4 4 4-4M5 20h14",
            Glyph::Share => {
                "M12 15V3.5 M8.5 7 12 3.5 15.5 7 M8 11H6a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h12a1 \
                 1 0 0 0 1-1v-8a1 1 0 0 0-1-1h-2"
            }
            Glyph::AddHome => {
                "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1 M12 \
                 8.5v7 M8.5 12h7"
            }
            Glyph::Returned => "M4 10h11a5 5 0 0 1 0 10h-4M8.5 5.5 4 10l4.5 4.5",
            Glyph::Print => {
                "M7 9V4h10v5 M7 17H4a1 1 0 0 1-1-1v-5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v5a1 1 \
                 0 0 1-1 1h-3 M7 14h10v6.5H7z"
            }
            Glyph::Book => {
                "M12 6.5C10 5 7 4.5 3 4.5v14c4 0 7 .5 9 2 2-1.5 5-2 9-2v-14c-4 0-7 .5-9 2z \
                 M12 6.5v14"
            }
            Glyph::Logout => "M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5 M15 8l4 4-4 4 M19 12H9",
            Glyph::Phone => {
                "M8 2.5h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-17a1 1 0 0 1 1-1 \
                 M11 18.5h2"
            }
            Glyph::Flag => "M5 21V4M5 4.5h12l-2.5 4 2.5 4H5",
        }
    }
}

/// The size of an icon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 18 px at the usual text size.
    Small,
    /// 24 px.
    #[default]
    Normal,
    /// 40 px.
    Large,
}

/// Draws a [`Glyph`]. It is hidden from screen readers: the word beside it, or the `aria-label` of
/// the button around it, says what it means.
#[component]
pub fn Icon(#[prop(into)] glyph: Signal<Glyph>, #[prop(optional)] size: IconSize) -> impl IntoView {
    let size = match size {
        IconSize::Small => Some("s"),
        IconSize::Normal => None,
        IconSize::Large => Some("l"),
    };
    view! {
        <svg class="icon" data-size=size viewBox="0 0 24 24" aria-hidden="true">
            <path d=follow(move || glyph.get().path())></path>
        </svg>
    }
}
