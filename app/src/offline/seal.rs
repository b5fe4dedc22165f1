//! Sealing a letter that only the server can open. The format is in [`shared::sealed`]; the primitives are the
//! browser's own (Web Cryptography API).

use js_sys::{Array, Uint8Array};
use shared::sealed::{INFO, MAGIC, NONCE_LENGTH, Seal};
use wasm_bindgen::JsValue;

use super::js;

/// The sealed file. Nothing when this browser cannot seal, which needs a page that came over TLS.
pub async fn sealed(seal: &Seal, plain: &Uint8Array) -> Option<Uint8Array> {
    let crypto = js::get(&js::window(), "crypto")?;
    let subtle = js::get(&crypto, "subtle")?;
    let curve = || js::object(&[("name", "ECDH".into()), ("namedCurve", "P-256".into())]);
    let theirs = decoded(&seal.public_key)?;
    let none = Array::new();
    let their_key = ask(
        &subtle,
        "importKey",
        &[
            "raw".into(),
            theirs.clone().into(),
            curve(),
            JsValue::FALSE,
            none.into(),
        ],
    )
    .await?;
    let usage = Array::of1(&"deriveBits".into());
    let pair = ask(
        &subtle,
        "generateKey",
        &[curve(), JsValue::FALSE, usage.clone().into()],
    )
    .await?;
    let (private, public) = (js::get(&pair, "privateKey")?, js::get(&pair, "publicKey")?);
    let public = Uint8Array::new(&ask(&subtle, "exportKey", &["raw".into(), public]).await?);
    let agreeing = js::object(&[("name", "ECDH".into()), ("public", their_key)]);
    let agreed = ask(&subtle, "deriveBits", &[agreeing, private, 256.into()]).await?;
    let agreed = ask(
        &subtle,
        "importKey",
        &[
            "raw".into(),
            agreed,
            "HKDF".into(),
            JsValue::FALSE,
            usage.into(),
        ],
    )
    .await?;
    let info = joined(&[&Uint8Array::from(INFO), &public, &theirs]);
    let deriving = js::object(&[
        ("name", "HKDF".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::new_with_length(0).into()),
        ("info", info.into()),
    ]);
    let key = ask(&subtle, "deriveBits", &[deriving, agreed, 256.into()]).await?;
    let usage = Array::of1(&"encrypt".into());
    let key = ask(
        &subtle,
        "importKey",
        &[
            "raw".into(),
            key,
            "AES-GCM".into(),
            JsValue::FALSE,
            usage.into(),
        ],
    )
    .await?;
    let nonce = Uint8Array::new_with_length(u32::try_from(NONCE_LENGTH).ok()?);
    js::call(&crypto, "getRandomValues", &[nonce.clone().into()]).ok()?;
    let before = joined(&[&Uint8Array::from(MAGIC.as_slice()), &public, &nonce]);
    let encrypting = js::object(&[
        ("name", "AES-GCM".into()),
        ("iv", nonce.into()),
        ("additionalData", before.clone().into()),
    ]);
    let sealed = ask(&subtle, "encrypt", &[encrypting, key, plain.into()]).await?;
    Some(joined(&[&before, &Uint8Array::new(&sealed)]))
}

async fn ask(subtle: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    js::settled(js::call(subtle, method, arguments).ok()?)
        .await
        .ok()
}

/// Parts, one after the other.
pub fn joined(parts: &[&Uint8Array]) -> Uint8Array {
    let length = parts.iter().map(|part| part.length()).sum();
    let whole = Uint8Array::new_with_length(length);
    let mut at = 0;
    for part in parts {
        whole.set(part, at);
        at += part.length();
    }
    whole
}

fn decoded(base64: &str) -> Option<Uint8Array> {
    // Every character of the text stands for one byte.
    let text = js::window().atob(base64).ok()?;
    let bytes: Vec<u8> = text
        .chars()
        .filter_map(|it| u8::try_from(it).ok())
        .collect();
    Some(Uint8Array::from(bytes.as_slice()))
}

/// Hands a file to another app of the phone; where that cannot be done, saves it as a download. Whether either began.
pub async fn hand_over(bytes: &Uint8Array, name: &str, title: &str) -> bool {
    let options = js::object(&[("type", "application/octet-stream".into())]);
    let parts = Array::of1(bytes);
    let Some(file) = js::construct("File", &[parts.into(), name.into(), options]) else {
        return false;
    };
    let files = Array::of1(&file);
    let shared = js::object(&[("files", files.into()), ("title", title.into())]);
    let navigator: JsValue = js::window().navigator().into();
    let can_share = js::call(&navigator, "canShare", std::slice::from_ref(&shared));
    if can_share.is_ok_and(|it| it.is_truthy())
        && let Ok(sharing) = js::call(&navigator, "share", &[shared])
        && js::settled(sharing).await.is_ok()
    {
        return true;
    }
    save(&file, name).is_some()
}

fn save(file: &JsValue, name: &str) -> Option<()> {
    let url = js::get(&js::window(), "URL")?;
    let address = js::call(&url, "createObjectURL", std::slice::from_ref(file)).ok()?;
    let link = js::window().document()?.create_element("a").ok()?;
    link.set_attribute("href", &address.as_string()?).ok()?;
    link.set_attribute("download", name).ok()?;
    js::call(&link, "click", &[]).ok()?;
    Some(())
}
