//! No such page.

use leptos::prelude::*;

use crate::components::{Empty, Glyph, PageHeader};
use crate::locale::{t, ts};

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <div class="app">
            <PageHeader title=ts("notfound.title")/>
            <main class="page" id="main">
                <Empty glyph=Glyph::Search title=ts("notfound.heading") text=ts("notfound.text")>
                    <a class="button" data-kind="primary" href="/" rel="external">{t("notfound.home")}</a>
                </Empty>
            </main>
        </div>
    }
}
