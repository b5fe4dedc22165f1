//! The service worker, seen from the page.
//!
//! A new version installs beside the running one and waits. The page offers it; when the person takes it, the waiting
//! worker is told to begin and the page reloads, once. A page that did not ask is never reloaded: it has all of its
//! version already.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::EventTarget;

use super::js;

const SCRIPT: &str = "/sw.js";

struct Inner {
    waiting: RefCell<Option<JsValue>>,
    asked: Cell<bool>,
    on_waiting: Box<dyn Fn()>,
}

/// The service worker of this page.
#[derive(Clone)]
pub struct Worker(Rc<Inner>);

impl Worker {
    pub fn new(on_waiting: impl Fn() + 'static) -> Self {
        Self(Rc::new(Inner {
            waiting: RefCell::default(),
            asked: Cell::new(false),
            on_waiting: Box::new(on_waiting),
        }))
    }

    /// Registers the service worker, if the server has one.
    pub fn register(&self) {
        let Some(container) = js::get(&js::window().navigator(), "serviceWorker") else {
            return;
        };
        let worker = self.clone();
        if let Some(target) = container.dyn_ref::<EventTarget>() {
            js::listen(target, "controllerchange", move |_| {
                if worker.0.asked.replace(false) {
                    // A page that cannot reload goes on with the version it has.
                    let _ = js::window().location().reload();
                }
            });
        }
        let worker = self.clone();
        spawn_local(async move {
            let options = js::object(&[("scope", "/".into()), ("updateViaCache", "none".into())]);
            let registering = js::call(&container, "register", &[SCRIPT.into(), options]);
            let registered = match registering {
                Ok(promise) => js::settled(promise).await,
                Err(error) => Err(error),
            };
            // Fails without a network, and where the server says that it has no worker (while developing). An earlier
            // registration then stays as it is.
            if let Ok(registration) = registered {
                worker.watch(&registration, &container);
            }
        });
    }

    /// Asks the server whether there is a new version.
    pub fn look_for_update(&self) {
        let Some(container) = js::get(&js::window().navigator(), "serviceWorker") else {
            return;
        };
        spawn_local(async move {
            let Ok(promise) = js::call(&container, "getRegistration", &[]) else {
                return;
            };
            if let Ok(registration) = js::settled(promise).await
                && registration.is_object()
                && let Ok(promise) = js::call(&registration, "update", &[])
            {
                // Without a network there is no new version to find.
                let _ = js::settled(promise).await;
            }
        });
    }

    /// Takes the version that waits.
    pub fn take(&self) {
        if let Some(waiting) = self.0.waiting.borrow().as_ref() {
            self.0.asked.set(true);
            // A worker that is gone needs no message.
            let _ = js::call(waiting, "postMessage", &["SKIP_WAITING".into()]);
        }
    }

    fn watch(&self, registration: &JsValue, container: &JsValue) {
        // The first version of all has nobody to wait for.
        let is_update = {
            let container = container.clone();
            move || js::get(&container, "controller").is_some()
        };
        if let Some(waiting) = js::get(registration, "waiting")
            && is_update()
        {
            self.found(waiting);
        }
        let worker = self.clone();
        let source = registration.clone();
        let Some(target) = registration.dyn_ref::<EventTarget>() else {
            return;
        };
        js::listen(target, "updatefound", move |_| {
            let Some(installing) = js::get(&source, "installing") else {
                return;
            };
            let worker = worker.clone();
            let is_update = is_update.clone();
            let script = installing.clone();
            if let Some(target) = installing.dyn_ref::<EventTarget>() {
                js::listen(target, "statechange", move |_| {
                    let is_installed = js::text(&script, "state").as_deref() == Some("installed");
                    if is_installed && is_update() {
                        worker.found(script.clone());
                    }
                });
            }
        });
    }

    fn found(&self, waiting: JsValue) {
        self.0.waiting.replace(Some(waiting));
        (self.0.on_waiting)();
    }
}
