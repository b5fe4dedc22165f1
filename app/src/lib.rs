//! The screens of Bản Học.
//!
//! Two kinds, one language of words, colours and components. *Field* pages live from the phone's own data: they are
//! compiled to wasm and mounted into an empty shell (`data-shell` on the body), which the server sends and the service
//! worker keeps. *Desk* pages show figures of the moment: the server renders them whole, and they need no script. So a
//! phone never carries a dashboard, and an old PC never waits for wasm (`docs/adr/0005`).

pub mod components;
pub mod criteria;
pub mod live;
pub mod locale;
pub mod pages;
pub mod routes;
pub mod words;

#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod tables;

#[cfg(target_arch = "wasm32")]
pub mod clock;
#[cfg(target_arch = "wasm32")]
pub mod offline;
#[cfg(target_arch = "wasm32")]
pub mod store;

#[cfg(feature = "ssr")]
pub use backend::{Backend, BackendError};
#[cfg(feature = "ssr")]
pub use documents::{AppFiles, offline_shell, shell};
#[cfg(feature = "ssr")]
pub use routes::App;

#[cfg(feature = "ssr")]
mod documents {
    use leptos::nonce::use_nonce;
    use leptos::prelude::*;
    use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};

    use crate::locale::{self, t};
    use crate::routes::App;

    /// The files of the phone's pages, by their addresses.
    #[derive(Clone, Debug, Default)]
    pub struct AppFiles {
        /// The script that knows how to load the other one.
        pub module: String,
        pub wasm: String,
        /// The length of the second, unpacked, so that a page can tell how much of it has come.
        pub wasm_bytes: u64,
    }

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
    pub fn offline_shell(options: LeptosOptions, files: &AppFiles) -> impl IntoView + use<> {
        provide_meta_context();
        let start = format!(
            "{}({:?}, {:?}, {})",
            include_str!("../assets/start.js").trim_end(),
            files.module,
            files.wasm,
            files.wasm_bytes.max(1)
        );
        view! {
            <!DOCTYPE html>
            <html lang=locale::current().code()>
                <head>
                    {head(options)}
                    <title>"Bản Học"</title>
                    <link rel="modulepreload" href=files.module.clone()/>
                </head>
                <body data-shell="1">
                    <div class="boot">
                        <div class="boot-band" aria-hidden="true"></div>
                        <main class="boot-words">
                            <h1>"Bản Học"</h1>
                            <div class="boot-coming" role="status">
                                <p>{t("boot.opening")}</p>
                                <progress max="1" aria-label=t("boot.progress")></progress>
                                <p class="muted">{t("boot.once")}</p>
                            </div>
                            <div class="boot-failed" role="alert">
                                <p>{t("boot.failed")}</p>
                                <button type="button" class="button" data-kind="primary">{t("boot.again")}</button>
                            </div>
                            <noscript>
                                <p>{t("boot.script")}</p>
                                <p><a class="button" href="/commune">{t("boot.desk")}</a></p>
                            </noscript>
                        </main>
                    </div>
                    <script type="module" nonce=use_nonce() inner_html=start></script>
                </body>
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

/// Sends from a page of the desk what was done in the field's pages and has not reached the commune, and says so in a strip.
/// The desk's script calls it, and only where something waits.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn send_from(strip: web_sys::HtmlElement) {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to(strip, pages::waiting_strip::WaitingStrip).forget();
}
