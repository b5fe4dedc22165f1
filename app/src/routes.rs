//! URL to page: one table for the server, one for the phone.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::pages::not_found::NotFoundPage;

/// Paths whose page lives from the phone's own data. The server answers them with the shell; the service worker
/// (`sw.js`) knows them too.
pub const FIELD_PATHS: &[&str] = &[
    "/",
    "/village/{unit}",
    "/village/{unit}/add",
    "/subject/{id}",
    "/subject/{id}/score",
    "/subject/{id}/score/{group}",
    "/conflicts",
    "/outbox",
    "/me",
    "/install",
];

/// Paths whose page the server renders whole. All of them except the door ask who is there first.
#[cfg(feature = "ssr")]
pub const DESK_PATHS: &[&str] = &[
    "/sign-in",
    "/dashboard",
    "/dashboard/subjects",
    "/dashboard/subject/{id}",
    "/commune",
    "/commune/queue",
    "/commune/queue/{form}",
    "/carry",
    "/password",
    "/events",
];

/// Paths of further such pages: their routes look first at what the page tells of, so that it has the status of that.
#[cfg(feature = "ssr")]
pub const TELLING_PATHS: &[&str] = &["/commune/import", "/commune/import/{list}", "/docs/api"];

/// The pages that the server renders.
#[cfg(feature = "ssr")]
#[component]
pub fn App() -> impl IntoView {
    use crate::pages::desk::{
        ApiPage, CarryPage, CommunePage, DashboardPage, EventsPage, ImportPage, ImportPreviewPage,
        PasswordPage, QueuePage, SignInPage, SubjectDetailPage, SubjectsPage, SubmissionPage,
    };
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                // For whoever has not signed in; everybody else finds the app there.
                <Route path=path!("/") view=SignInPage/>
                <Route path=path!("/sign-in") view=SignInPage/>
                <Route path=path!("/dashboard") view=DashboardPage/>
                <Route path=path!("/dashboard/subjects") view=SubjectsPage/>
                <Route path=path!("/dashboard/subject/:id") view=SubjectDetailPage/>
                <Route path=path!("/commune") view=CommunePage/>
                <Route path=path!("/commune/queue") view=QueuePage/>
                <Route path=path!("/commune/queue/:form") view=SubmissionPage/>
                <Route path=path!("/commune/import") view=ImportPage/>
                <Route path=path!("/commune/import/:list") view=ImportPreviewPage/>
                <Route path=path!("/carry") view=CarryPage/>
                <Route path=path!("/password") view=PasswordPage/>
                <Route path=path!("/events") view=EventsPage/>
                <Route path=path!("/docs/api") view=ApiPage/>
            </Routes>
        </Router>
    }
}

/// The pages of the phone.
#[cfg(target_arch = "wasm32")]
#[component]
pub fn FieldApp() -> impl IntoView {
    use crate::pages::field::{
        AddPage, ConflictsPage, FinishPage, FormPage, HomePage, InstallPage, MePage,
        OnlineOnlyPage, OutboxPage, ScorePage, SignInPage, SubjectPage, VillagePage,
    };
    leptos_meta::provide_meta_context();
    crate::store::provide();
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage/>
                <Route path=path!("/village/:unit") view=VillagePage/>
                <Route path=path!("/village/:unit/add") view=AddPage/>
                <Route path=path!("/subject/:id") view=SubjectPage/>
                <Route path=path!("/subject/:id/score") view=FormPage/>
                <Route path=path!("/subject/:id/score/finish") view=FinishPage/>
                <Route path=path!("/subject/:id/score/:group") view=ScorePage/>
                <Route path=path!("/conflicts") view=ConflictsPage/>
                <Route path=path!("/outbox") view=OutboxPage/>
                <Route path=path!("/me") view=MePage/>
                <Route path=path!("/install") view=InstallPage/>
                <Route path=path!("/sign-in") view=SignInPage/>
                <Route path=path!("/dashboard") view=OnlineOnlyPage/>
                <Route path=path!("/dashboard/*any") view=OnlineOnlyPage/>
                <Route path=path!("/commune") view=OnlineOnlyPage/>
                <Route path=path!("/commune/*any") view=OnlineOnlyPage/>
                <Route path=path!("/carry") view=OnlineOnlyPage/>
                <Route path=path!("/password") view=OnlineOnlyPage/>
            </Routes>
        </Router>
    }
}
