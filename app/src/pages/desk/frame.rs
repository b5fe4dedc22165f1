//! What every page of a desk has around it, and how an answer is waited for.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::access::Role;
use shared::api;

use crate::backend::{BackendError, backend};
use crate::components::{Breadcrumbs, Crumb, Empty, Glyph, PageHeader};
use crate::locale::{self, Locale, t, ts};
use crate::routes::{DESK, Link};
use crate::words;

/// The frame of a desk's page.
#[component]
pub fn DeskFrame(
    /// The page's h1.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> impl IntoView {
    async fn signed_in() -> Option<api::Session> {
        backend().ok()?.session().await.ok().flatten()
    }
    let here = use_location().pathname.get_untracked();
    view! {
        <div class="app">
            <a class="skip" href="#main">{ts("frame.skip")}</a>
            <PageHeader title who=ts("app.name")>
                <nav class="row no-print" aria-label=ts("desk.nav")>
                    {Suspend::new(async move { places(signed_in().await.map(|it| it.actor.role), &here) })}
                </nav>
                <Language/>
                <form class="no-print" method="post" action="/api/v1/logout" data-warns=t("desk.sign_out_waiting")>
                    <button type="submit" class="button" data-kind="quiet">{ts("desk.sign_out")}</button>
                </form>
            </PageHeader>
            // What was done in the field's pages of this device is sent from here too; the script fills it.
            {Suspend::new(async move {
                let actor = signed_in().await.map(|session| session.actor);
                actor.filter(|actor| actor.role.keeps_documents()).map(|actor| view! {
                    <div id="unsent" class="no-print" data-user=actor.user.to_string() hidden></div>
                })
            })}
            <main class="page" id="main" data-width="wide" tabindex="-1">{children()}</main>
        </div>
    }
}

/// The other language, and back to this page.
#[component]
fn Language() -> impl IntoView {
    let to = match locale::current() {
        Locale::Vi => Locale::En,
        Locale::En => Locale::Vi,
    };
    let location = use_location();
    let path = location.pathname.get_untracked();
    // With or without its "?", depending on where it is read.
    let search = location.search.get_untracked();
    let here = match search.trim_start_matches('?') {
        "" => path,
        asked => format!("{path}?{asked}"),
    };
    view! {
        <form class="no-print" method="post" action="/api/v1/language">
            <input type="hidden" name="next" value=here/>
            <button type="submit" class="button" data-kind="quiet" name="to" value=to.code() lang=to.code()>{t("desk.language")}</button>
        </form>
    }
}

/// Where a person of this role has something to do; `here` is the path of the page.
fn places(role: Option<Role>, here: &str) -> impl IntoView + use<> {
    let links = DESK.iter();
    let links = links.filter_map(|place| Some((place.path, place.link.as_ref()?)));
    let is_here = |path: &str| {
        let below = here.strip_prefix(path);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    };
    // A page below two places is of the nearer one.
    let nearest = links.clone().map(|(path, _)| path);
    let nearest = nearest
        .filter(|path| is_here(path))
        .max_by_key(|path| path.len());
    let place = |href: &'static str, key: &str| {
        let current = (nearest == Some(href)).then_some(match here == href {
            true => "page",
            false => "true",
        });
        view! { <a class="button" data-kind="quiet" href=href aria-current=current>{t(key)}</a> }
    };
    let keeps = role.is_some_and(Role::keeps_documents);
    let field = keeps.then(|| place("/", "desk.field"));
    let links = links.filter(|(_, link)| (link.is_for)(role));
    let (daily, seldom): (Vec<_>, Vec<_>) = links.partition(|(_, link)| link.is_daily);
    let is_in_more = seldom.iter().any(|(path, _)| nearest == Some(*path));
    let drawn = |links: Vec<(&'static str, &Link)>| {
        let drawn = links.into_iter();
        drawn
            .map(|(href, link)| place(href, link.words))
            .collect_view()
    };
    let more = (!seldom.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary class="button" data-kind="quiet" data-here=is_in_more>{t("desk.more")}</summary>
                <div class="more-places">{drawn(seldom)}</div>
            </details>
        }
    });
    view! { {field} {drawn(daily)} {more} }
}

/// The way from the top unit down; each step opens its figures.
#[component]
pub fn Way(crumbs: Vec<api::Crumb>, query: String, here: Option<String>) -> impl IntoView {
    let mut steps: Vec<Crumb> = crumbs
        .into_iter()
        .map(|crumb| Crumb {
            label: crumb.name,
            href: Some(format!("/dashboard?unit={}&{query}", crumb.unit)),
        })
        .collect();
    match here {
        Some(label) => steps.push(Crumb { label, href: None }),
        None => {
            if let Some(last) = steps.last_mut() {
                last.href = None;
            }
        }
    }
    view! { <Breadcrumbs label=ts("desk.way") crumbs=steps/> }
}

/// Waits for an answer; draws it, or kindly what went wrong.
pub fn asked<T, V>(
    answer: impl Future<Output = Result<T, BackendError>> + Send + 'static,
    draw: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    Suspend::new(async move {
        match answer.await {
            Ok(answer) => draw(answer).into_any(),
            Err(error) => view! { <Failed error/> }.into_any(),
        }
    })
}

#[component]
fn Failed(error: BackendError) -> impl IntoView {
    use shared::problem::ProblemKind;
    let (href, key) = match error.kind {
        ProblemKind::SignedOut => ("/sign-in", "frame.sign_in"),
        ProblemKind::NotFound | ProblemKind::Forbidden | ProblemKind::Malformed => {
            ("/dashboard", "desk.to_own")
        }
        _ => ("", "frame.retry"),
    };
    view! {
        <DeskFrame title=ts("desk.failed")>
            <Empty glyph=Glyph::Alert title=ts("desk.failed") text=words::problem(error.kind)>
                <a class="button" data-kind="primary" href=href>{ts(key)}</a>
            </Empty>
        </DeskFrame>
    }
}
