//! The screens of Bản Học.
//!
//! Two kinds, one language of words, colours and components. *Field* pages live from the phone's own data: they are
//! compiled to wasm and mounted into an empty shell (`data-shell` on the body), which the server sends and the service
//! worker keeps. *Desk* pages show figures of the moment: the server renders them whole, and they need no script. So a
//! phone never carries a dashboard, and an old PC never waits for wasm (`docs/adr/0005`).

pub mod components;
pub mod locale;
pub mod pages;
pub mod routes;
pub mod words;

#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod server_fns;

#[cfg(target_arch = "wasm32")]
pub mod clock;
#[cfg(target_arch = "wasm32")]
pub mod offline;
#[cfg(target_arch = "wasm32")]
pub mod store;

#[cfg(feature = "ssr")]
pub use backend::{Backend, BackendError};
#[cfg(feature = "ssr")]
pub use documents::{offline_shell, shell};
#[cfg(feature = "ssr")]
pub use routes::App;

#[cfg(feature = "ssr")]
mod documents {
    use leptos::prelude::*;
    use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};

    use crate::locale;
    use crate::routes::App;

    /// The document around a page that the server renders.
    pub fn shell(options: LeptosOptions) -> impl IntoView {
        provide_meta_context();
        view! {
            <!DOCTYPE html>
            <html lang=locale::current().code()>
                <head>
                    {head(options)}
                    <MetaTags/>
                    // Quicker with a script, whole without one.
                    <script src="/desk.js" defer></script>
                </head>
                <body><App/></body>
            </html>
        }
    }

    /// The document without a page: the app is mounted into it, from the phone's own data.
    pub fn offline_shell(options: LeptosOptions) -> impl IntoView {
        provide_meta_context();
        view! {
            <!DOCTYPE html>
            <html lang=locale::current().code()>
                <head>
                    {head(options.clone())}
                    <title>"Bản Học"</title>
                    <HydrationScripts options islands=false/>
                </head>
                <body data-shell="1"><div class="boot" aria-hidden="true"></div></body>
            </html>
        }
    }

    fn head(options: LeptosOptions) -> impl IntoView {
        view! {
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
            <meta name="theme-color" content="#27306B"/>
            <link rel="manifest" href="/manifest.webmanifest"/>
            <link rel="icon" href="/icons/icon.svg" type="image/svg+xml"/>
            <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
            <HashedStylesheet id="banhoc" options/>
        }
    }
}

/// The entry point in the browser. The script that Leptos writes calls it by this name.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let body = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.body())
        .expect("a page that runs scripts has a body");
    body.set_inner_html("");
    leptos::mount::mount_to_body(routes::FieldApp);
}
