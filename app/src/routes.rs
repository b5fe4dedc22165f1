//! URL to page: the one table.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

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
            <Routes fallback=|| view! { <p>"?"</p> }>
                <Route path=path!("/") view=|| view! { <h1>"Bản Học"</h1> }/>
            </Routes>
        </Router>
    }
}
