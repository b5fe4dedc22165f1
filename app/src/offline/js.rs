//! Calls of browser functions that have no stable Rust binding, or that a browser may lack.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget};

/// A property, if it is there and holds something.
pub fn get(target: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(target, &key.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// A property that is a text.
pub fn text(target: &JsValue, key: &str) -> Option<String> {
    get(target, key)?.as_string()
}

/// Sets a property, where setting it cannot fail.
pub fn set(target: &JsValue, key: &str, value: JsValue) {
    let _ = Reflect::set(target, &key.into(), &value);
}

/// An object with these properties.
pub fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in entries {
        set(&object, key, value.clone());
    }
    object.into()
}

/// Calls a method.
pub fn call(target: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(target, method)
        .ok_or_else(|| JsValue::from_str(method))?
        .dyn_into()?;
    function.apply(target, &arguments.iter().collect::<Array>())
}

/// Calls a constructor of the window, if this browser has it.
pub fn construct(name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let constructor: Function = get(&window(), name)?.dyn_into().ok()?;
    Reflect::construct(&constructor, &arguments.iter().collect::<Array>()).ok()
}

/// Waits for a promise.
pub async fn settled(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise)).await
}

/// Hears an event for as long as the page lives.
pub fn listen(target: &EventTarget, name: &str, hear: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(hear);
    // Adding a listener fails only for values that are no functions.
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

pub fn window() -> web_sys::Window {
    web_sys::window().expect("the app runs in a window, not in a worker")
}
