//! What the browser says about the device: network, front or back, storage, installation.

use std::time::Duration;

use chrono::TimeDelta;
use wasm_bindgen::prelude::*;

use super::{js, session};
use crate::clock;

/// How long to wait before the browser is asked again to keep the storage.
const ASK_AGAIN: TimeDelta = TimeDelta::days(7);

/// Whether the device has any network at all. `true` promises nothing.
pub fn has_network() -> bool {
    js::window().navigator().on_line()
}

/// The time since the page began, by a clock that only goes forward.
pub fn page_time() -> Duration {
    let performance = js::window().performance();
    // Never below nought, and whole milliseconds are enough.
    Duration::from_millis(performance.map_or(0.0, |it| it.now()) as u64)
}

/// Whether the page was led here by the plain sign-in form.
pub fn has_just_signed_in() -> bool {
    let search = js::window().location().search().unwrap_or_default();
    search.contains("signed=in")
}

/// Tells screen readers, the keyboard and the server which language the pages are in.
pub fn set_language(code: &str) {
    let root = js::window().document().and_then(|it| it.document_element());
    if let Some(root) = root {
        // The name of the attribute is valid, so setting it cannot fail.
        let _ = root.set_attribute("lang", code);
    }
    // The desk's pages are rendered by the server, which knows the choice by a cookie.
    if let Some(document) = js::window().document() {
        let cookie = format!("lang={code}; Path=/; Max-Age=31536000; SameSite=Lax");
        let _ = js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into());
    }
}

/// Shakes the phone for a moment. A browser that cannot, or may not, does nothing.
pub fn buzz() {
    let _ = js::call(&js::window().navigator(), "vibrate", &[60.into()]);
}

/// Hands a text to another app by the phone's own way of sharing, or puts it on the clipboard. Whether anything took it.
pub async fn share(text: &str) -> bool {
    let navigator = js::window().navigator();
    let shared = js::call(&navigator, "share", &[js::object(&[("text", text.into())])]);
    if let Ok(shared) = shared {
        return js::settled(shared).await.is_ok();
    }
    let Some(clipboard) = js::get(&navigator, "clipboard") else {
        return false;
    };
    match js::call(&clipboard, "writeText", &[text.into()]) {
        Ok(written) => js::settled(written).await.is_ok(),
        Err(_) => false,
    }
}

/// Whether the page is in front.
pub fn is_in_front() -> bool {
    let document = js::window().document();
    document.is_none_or(|it| it.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Hears when the network comes or goes.
pub fn on_network(hear: impl Fn(bool) + Clone + 'static) {
    let window = js::window();
    let came = hear.clone();
    js::listen(&window, "online", move |_| came(true));
    js::listen(&window, "offline", move |_| hear(false));
}

/// Hears when the page comes to the front or goes to the back.
pub fn on_front(hear: impl Fn(bool) + 'static) {
    if let Some(document) = js::window().document() {
        js::listen(&document, "visibilitychange", move |_| hear(is_in_front()));
    }
}

/// Hears when another tab signs somebody in or out.
pub fn on_session_elsewhere(hear: impl Fn() + 'static) {
    js::listen(&js::window(), "storage", move |event| {
        let key = js::text(&event, "key");
        if key.is_none() || key.as_deref() == Some(session::SESSION) {
            hear();
        }
    });
}

/// Whether the page runs as an installed app.
pub fn is_installed() -> bool {
    let window = js::window();
    let standalone = window
        .match_media("(display-mode: standalone)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    // The name Safari has for the same.
    standalone || js::get(&window.navigator(), "standalone") == Some(JsValue::TRUE)
}

/// Whether this is a browser of iOS, where installing is done by hand.
pub fn is_ios() -> bool {
    let navigator = js::window().navigator();
    let agent = navigator.user_agent().unwrap_or_default();
    let named = ["iPhone", "iPad", "iPod"]
        .iter()
        .any(|name| agent.contains(name));
    // An iPad says that it is a Mac; a Mac has no touch screen.
    named || (agent.contains("Macintosh") && navigator.max_touch_points() > 1)
}

/// Hears the browser's offer to install, and keeps it from showing its own bar.
pub fn on_install_offer(hear: impl Fn(JsValue) + 'static) {
    js::listen(&js::window(), "beforeinstallprompt", move |event| {
        event.prevent_default();
        hear(event.into());
    });
}

pub fn on_installed(hear: impl Fn() + 'static) {
    js::listen(&js::window(), "appinstalled", move |_| hear());
}

/// Opens the browser's question. An offer can be used once.
pub fn prompt_install(offer: &JsValue) {
    // The person's answer comes as `appinstalled`.
    let _ = js::call(offer, "prompt", &[]);
}

/// Whether the browser has promised to keep our storage; asks it to, at most once a week unless `insist`.
pub async fn persisted(insist: bool) -> Option<bool> {
    let storage = js::get(&js::window().navigator(), "storage")?;
    let kept = js::call(&storage, "persisted", &[]).ok()?;
    if js::settled(kept).await.ok()?.as_bool()? {
        return Some(true);
    }
    let now = clock::now();
    let is_due = session::persist_asked().is_none_or(|asked| now - asked > ASK_AGAIN);
    if !insist && !is_due {
        return Some(false);
    }
    session::keep_persist_asked(now);
    let answer = js::call(&storage, "persist", &[]).ok()?;
    js::settled(answer).await.ok()?.as_bool()
}
