//! What every page on the phone has around it: header, status line, places.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

use super::places::{self, OwnPlace, own_places};
use super::sign_in_again::SignInAgain;
use crate::clock;
use crate::components::{
    Banner, BottomBar, Glyph, Notice, PageHeader, Place, Skeleton, StatusFact, StatusStrip, Toast,
    Tone,
};
use crate::live::{When, live, memo};
use crate::locale::{t, tf, ts};
use crate::pages::standing::standing;
use crate::store::{FieldStore, Loading, Saving, Trouble};
use crate::words;

/// How often "2 minutes ago" is said anew.
const TICK: Duration = Duration::from_secs(30);

/// A clock that moves while the page is open.
pub fn ticking() -> Signal<chrono::DateTime<chrono::Utc>> {
    let now = RwSignal::new(clock::now());
    Effect::new(move || {
        if let Ok(handle) = set_interval_with_handle(move || now.set(clock::now()), TICK) {
            on_cleanup(move || handle.clear());
        }
    });
    now.into()
}

/// The frame. Children are drawn inside `<main>` once the phone's store is ready.
#[component]
pub fn FieldFrame(
    /// The page's h1.
    #[prop(into)]
    title: Signal<String>,
    /// A smaller line above the title.
    #[prop(optional, into)]
    subtitle: Signal<String>,
    /// Where the back arrow leads; none on the home page.
    #[prop(optional, into)]
    back: Option<Signal<String>>,
    /// Without the bar of places, for screens that have a foot of their own (the form).
    #[prop(optional)]
    bare: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let store = FieldStore::expect();
    let location = use_location();
    let navigate = use_navigate();
    let path = location.pathname;
    Effect::new(move || {
        if store.loading().get() == Loading::SignedOut
            && let Some(door) = door(&path.get_untracked())
        {
            navigate(&door, Default::default());
        }
    });
    let header = match back {
        Some(back) => {
            view! { <PageHeader title who=subtitle back back_label=ts("frame.back")/> }.into_any()
        }
        None => view! { <PageHeader title who=subtitle/> }.into_any(),
    };
    view! {
        <div class="app">
            <a class="skip" href="#main">{live(move || t("frame.skip"))}</a>
            {header}
            <Status/>
            <main class="page" id="main" tabindex="-1">
                <Troubles/>
                {live(move || match store.loading().get() {
                    Loading::Ready => children().into_any(),
                    Loading::Opening => view! { <Skeleton label=ts("frame.opening")/> }.into_any(),
                    Loading::SignedOut => view! {
                        <p>{t("frame.signed_out")}</p>
                        <p><a class="button" href="/sign-in">{t("frame.sign_in")}</a></p>
                    }.into_any(),
                    Loading::Failed(why) => view! {
                        <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("frame.failed")>
                            <p>{why.clone()}</p>
                            <p><a class="button" href="/" rel="external">{t("frame.retry")}</a></p>
                        </Notice>
                    }.into_any(),
                })}
            </main>
            <UndoBar/>
            {(!bare).then(|| view! { <Places/> })}
        </div>
    }
}

/// What was done last, and the way back, for a few seconds.
#[component]
fn UndoBar() -> impl IntoView {
    let store = FieldStore::expect();
    let message = Signal::derive(move || {
        store
            .undo()
            .with(|undo| undo.as_ref().map(|it| it.words.clone()))
    });
    view! { <Toast message action=ts("undo.undo") on_action=move |()| store.take_back()/> }
}

/// The door that leads back to a page afterwards. `None` at the door itself. Whoever signs out does it on their own page,
/// and begins at home when they come back.
fn door(path: &str) -> Option<String> {
    match path {
        "/sign-in" => None,
        "/" | "/me" => Some("/sign-in".to_owned()),
        _ => Some(match shared::address::onward(path) {
            Some(next) => format!("/sign-in?next={next}"),
            None => "/sign-in".to_owned(),
        }),
    }
}

/// Signal, what waits, last contact: always in sight.
#[component]
fn Status() -> impl IntoView {
    let store = FieldStore::expect();
    let now = ticking();
    let standing = standing(store);
    let facts = Signal::derive(move || {
        let mut facts = standing.facts.get();
        if let Some(at) = store.status().last_contact {
            // Whole, also on a narrow phone: "just now" alone could be about anything.
            let told = tf("status.contact", &[("ago", &words::ago(at, now.get()))]);
            facts.push(StatusFact::short(told));
        }
        facts
    });
    view! { <StatusStrip contact=standing.contact headline=standing.headline facts/> }
}

/// What stands in the way: a save that fails, an exchange that cannot go on, a new version.
#[component]
fn Troubles() -> impl IntoView {
    let store = FieldStore::expect();
    // Told again and again while it lasts; what is being typed into the answer must survive that.
    let trouble = memo(move || store.trouble().get());
    view! {
        {live(move || match store.saved().get() {
            Saving::Failed(why) => Some(view! {
                <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("frame.not_saved")>
                    <p>{why}</p>
                </Notice>
            }),
            _ => None,
        })}
        {live(move || trouble.get().map(|trouble| view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Info title=Signal::derive(move || words::trouble(trouble))>
                {(trouble == Trouble::SignedOut).then(|| view! { <SignInAgain/> })}
            </Notice>
        }))}
        <When when=move || store.update_ready().get()>
            <Banner title=ts("frame.update") text=ts("frame.update_text")>
                <button type="button" class="button" on:click=move |_| store.apply_update()>{t("frame.update_now")}</button>
            </Banner>
        </When>
    }
}

/// The bar at the bottom.
#[component]
fn Places() -> impl IntoView {
    let store = FieldStore::expect();
    let path = use_location().pathname;
    let at = move |test: fn(&str) -> bool| Signal::derive(move || path.with(|path| test(path)));
    let own = own_places(store);
    let list = move || {
        let first = || own.with(|all| all.first().map(OwnPlace::main_list));
        store.last_list().get().or_else(first).map(places::address)
    };
    let waiting = Signal::derive(move || store.waiting_forms() + store.status().refused);
    view! {
        {live(move || {
            let mut places = vec![
                Place::new("/", ts("nav.home"), Glyph::Home, at(|path| path == "/")),
            ];
            if let Some(list) = list() {
                places.push(Place::new(
                    list,
                    ts("nav.village"),
                    Glyph::Village,
                    at(|path| path.starts_with("/village") || path.starts_with("/subject")),
                ));
            }
            places.push(
                Place::new("/outbox", ts("nav.outbox"), Glyph::Outbox, at(|path| path == "/outbox"))
                    .counting(waiting, ts("nav.forms")),
            );
            places.push(Place::new("/me", ts("nav.me"), Glyph::User, at(|path| path == "/me")));
            view! { <BottomBar label=ts("nav.label") places/> }
        })}
    }
}
