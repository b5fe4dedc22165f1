//! The scans of a signed paper.

use leptos::prelude::*;
use shared::api::scans::Scan;

use crate::locale::tf;
use crate::tables::jobs::size;
use crate::words;

/// Each with its size and who gave it; they lie below `place`. Nothing where there is none.
#[component]
pub fn Scans(scans: Vec<Scan>, place: String) -> impl IntoView {
    if scans.is_empty() {
        return ().into_any();
    }
    let scan = |scan: Scan| {
        let href = format!("{place}/{}", scan.hash);
        let (by, day) = (scan.by, words::day(scan.at));
        let told = tf(
            "scans.told",
            &[("size", &size(scan.bytes)), ("by", &by), ("day", &day)],
        );
        view! { <li><a href=href>{scan.name}</a> " " <span class="muted small">{told}</span></li> }
    };
    let scans = scans.into_iter().map(scan).collect_view();
    view! { <ul class="scans">{scans}</ul> }.into_any()
}

/// The field that a scan is chosen in.
#[component]
pub fn ScanField(label: String, hint: String, error: Option<String>) -> impl IntoView {
    let is_wrong = error.is_some();
    let described = match is_wrong {
        true => "scan-hint scan-error",
        false => "scan-hint",
    };
    view! {
        <div class="field" data-invalid=is_wrong.then_some("")>
            <label for="scan">{label}</label>
            <p class="hint" id="scan-hint">{hint}</p>
            {error.map(|error| view! { <p class="field-error" id="scan-error">{error}</p> })}
            <input id="scan" name="scan" type="file" accept="application/pdf,image/jpeg,image/png,image/webp" aria-describedby=described/>
        </div>
    }
}
