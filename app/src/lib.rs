//! The screens of Bản Học.
//!
//! One code base, two ways to start. Pages that a desk or a first visitor opens are rendered by the server and hydrated.
//! Pages that live from the phone's own data get an empty shell (`data-shell` on the body), from the server or from the
//! service worker, and are mounted; so they never have to match what a server rendered.

pub mod backend;
pub mod clock;
pub mod components;
pub mod locale;
pub mod offline;
pub mod pages;
pub mod routes;
pub mod server_fns;
pub mod store;
pub mod words;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};

pub use backend::{Backend, BackendError};
pub use routes::App;

/// The document around a page that the server renders.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, false)
}

/// The document without a page: the app is mounted into it, from the phone's own data.
pub fn offline_shell(options: LeptosOptions) -> impl IntoView {
    provide_meta_context();
    document(options, true)
}

fn document(options: LeptosOptions, is_shell: bool) -> impl IntoView {
    let body = if is_shell {
        view! { <body data-shell="1"><div class="boot" aria-hidden="true"></div></body> }.into_any()
    } else {
        view! { <body><App/></body> }.into_any()
    };
    view! {
        <!DOCTYPE html>
        <html lang=locale::current().code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="theme-color" content="#27306B"/>
                <title>"Bản Học"</title>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="icon" href="/icons/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
                <HashedStylesheet id="banhoc" options=options.clone()/>
                <HydrationScripts options islands=false/>
                {(!is_shell).then(|| view! { <MetaTags/> })}
            </head>
            {body}
        </html>
    }
}

/// The entry point in the browser. The script that Leptos writes calls it by this name.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let body = document_body();
    if body.dataset().get("shell").is_some() {
        body.set_inner_html("");
        mount_to_body(App);
    } else {
        hydrate_body(App);
    }
}

#[cfg(target_arch = "wasm32")]
fn document_body() -> web_sys::HtmlElement {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.body())
        .expect("a page that runs scripts has a body")
}
