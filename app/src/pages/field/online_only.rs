//! A page of figures asked for without a network.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::frame::FieldFrame;
use crate::components::{Empty, Glyph};
use crate::locale::{t, ts};

#[component]
pub fn OnlineOnlyPage() -> impl IntoView {
    let location = use_location();
    let here = move || format!("{}{}", location.pathname.get(), location.search.get());
    view! {
        <FieldFrame title=ts("online.title") back=Signal::derive(|| "/".to_owned())>
            <Empty glyph=Glyph::Offline title=ts("online.heading") text=ts("online.text")>
                <a class="button" data-kind="primary" href=here rel="external">{t("frame.retry")}</a>
            </Empty>
        </FieldFrame>
    }
}
