//! URL to page: the one table.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::pages::desk::{CommunePage, DashboardPage, SignInPage, SubjectDetailPage, SubjectsPage};
use crate::pages::field::{
    AddPage, ConflictsPage, FinishPage, HomePage, InstallPage, MePage, OutboxPage, ScorePage,
    SubjectPage, VillagePage,
};
use crate::pages::not_found::NotFoundPage;
use crate::store;

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

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    store::provide();
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage/>
                <Route path=path!("/village/:unit") view=VillagePage/>
                <Route path=path!("/village/:unit/add") view=AddPage/>
                <Route path=path!("/subject/:id") view=SubjectPage/>
                <Route path=path!("/subject/:id/score") view=ScorePage/>
                <Route path=path!("/subject/:id/score/finish") view=FinishPage/>
                <Route path=path!("/subject/:id/score/:group") view=ScorePage/>
                <Route path=path!("/conflicts") view=ConflictsPage/>
                <Route path=path!("/outbox") view=OutboxPage/>
                <Route path=path!("/me") view=MePage/>
                <Route path=path!("/install") view=InstallPage/>
                <Route path=path!("/sign-in") view=SignInPage/>
                <Route path=path!("/dashboard") view=DashboardPage/>
                <Route path=path!("/dashboard/subjects") view=SubjectsPage/>
                <Route path=path!("/dashboard/subject/:id") view=SubjectDetailPage/>
                <Route path=path!("/commune") view=CommunePage/>
            </Routes>
        </Router>
    }
}
