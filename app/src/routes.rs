//! URL to page: the one table.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::locale::{ChosenLocale, Locale};
use crate::store::FieldStore;

/// Paths whose page lives from the phone's own data. The server answers them with the shell.
pub const FIELD_PATHS: &[&str] = &["/field", "/field/{*rest}"];

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(ChosenLocale(RwSignal::new(Locale::default())));
    FieldStore::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <p>"?"</p> }>
                <Route path=path!("/") view=|| view! { <h1>"Bản Học"</h1> }/>
            </Routes>
        </Router>
    }
}
