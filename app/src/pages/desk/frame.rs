//! What every page of a desk has around it, and how an answer is waited for.

use leptos::prelude::*;
use shared::access::Role;
use shared::api;

use crate::backend::BackendError;
use crate::components::{Breadcrumbs, Crumb, Empty, Glyph, PageHeader, Skeleton};
use crate::locale::{t, ts};
use crate::server_fns;
use crate::words;

/// The frame of a desk's page.
#[component]
pub fn DeskFrame(
    /// The page's h1.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> impl IntoView {
    let session = Resource::new(|| (), |()| server_fns::session());
    view! {
        <div class="app">
            <a class="skip" href="#main">{ts("frame.skip")}</a>
            <PageHeader title who=ts("app.name")>
                <nav class="row no-print" aria-label=ts("desk.nav")>
                    <Transition>
                        {move || Suspend::new(async move {
                            let role = session.await.ok().flatten().map(|it| it.actor.role);
                            places(role)
                        })}
                    </Transition>
                </nav>
                <form class="no-print" method="post" action="/api/v1/logout">
                    <button type="submit" class="button" data-kind="quiet">{ts("desk.sign_out")}</button>
                </form>
            </PageHeader>
            <main class="page" id="main" data-width="wide" tabindex="-1">{children()}</main>
        </div>
    }
}

/// Where a person of this role has something to do.
fn places(role: Option<Role>) -> impl IntoView {
    let keeps = role.is_some_and(Role::keeps_documents);
    let verifies = matches!(role, Some(Role::CommuneOfficer | Role::CommuneLeader));
    view! {
        {keeps.then(|| view! { <a class="button" data-kind="quiet" href="/" rel="external">{t("desk.field")}</a> })}
        {verifies.then(|| view! { <a class="button" data-kind="quiet" href="/commune">{t("desk.commune")}</a> })}
        <a class="button" data-kind="quiet" href="/dashboard">{t("desk.dashboard")}</a>
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

/// Waits for an answer; draws it, or kindly what went wrong. What was on the screen stays until the next answer is there.
pub fn asked<T, V>(
    resource: Resource<Result<T, BackendError>>,
    draw: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=|| view! { <Skeleton label=ts("desk.waiting")/> }>
            {move || {
                let draw = draw.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(answer) => draw(answer).into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
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
                <a class="button" data-kind="primary" href=href rel="external">{ts(key)}</a>
            </Empty>
        </DeskFrame>
    }
}
