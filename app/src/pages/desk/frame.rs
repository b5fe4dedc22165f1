//! What every page of a desk has around it, and how an answer is waited for.

use leptos::prelude::*;
use shared::api;

use crate::backend::BackendError;
use crate::components::{Breadcrumbs, Crumb, Empty, Glyph, PageHeader, Skeleton};
use crate::locale::{t, ts};
use crate::words;

/// The frame of a desk's page.
#[component]
pub fn DeskFrame(
    /// The page's h1.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="app">
            <a class="skip" href="#main">{ts("frame.skip")}</a>
            <PageHeader title who=ts("app.name")>
                <nav class="row" aria-label=ts("desk.nav")>
                    <a href="/dashboard" rel="external">{ts("desk.dashboard")}</a>
                    <form method="post" action="/api/v1/logout">
                        <button type="submit" class="button" data-kind="quiet">{ts("desk.sign_out")}</button>
                    </form>
                </nav>
            </PageHeader>
            <main class="page" id="main" data-wide tabindex="-1">{children()}</main>
        </div>
    }
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
    resource: Resource<Result<T, BackendError>>,
    draw: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Suspense fallback=|| view! { <Skeleton label=ts("desk.waiting")/> }>
            {move || {
                let draw = draw.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(answer) => draw(answer).into_any(),
                        Err(error) => view! {
                            <Empty glyph=Glyph::Alert title=ts("desk.failed") text=words::problem(error.kind)>
                                <a class="button" data-kind="primary" href="/sign-in" rel="external">{t("frame.sign_in")}</a>
                            </Empty>
                        }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
