//! Pictures: made small on the phone, and named by their content.
//!
//! Drawing a photo anew leaves behind what the camera wrote beside it (EXIF: place, time, device). Its orientation is
//! applied before, so it stands upright everywhere.

use js_sys::{Promise, Uint8Array};
use shared::evidence::FileHash;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Element};

use super::js;

/// The longest side of a photo, in pixels: a face, a shelf of books or a certificate can be made out.
pub const PHOTO_SIDE: f64 = 1_280.0;
/// The longest side of a picture of a document: small print can be read.
pub const PAPER_SIDE: f64 = 2_000.0;
/// How well a photo is kept, of 1.
const QUALITY: f64 = 0.8;

/// A picture as a JPEG, no side longer than `side`. Nothing when the browser cannot read it.
pub async fn shrink(file: &Blob, side: f64) -> Option<Uint8Array> {
    let options = js::object(&[("imageOrientation", "from-image".into())]);
    let decoding = js::call(&js::window(), "createImageBitmap", &[file.into(), options]).ok()?;
    let picture = js::settled(decoding).await.ok()?;
    let number = |name| js::get(&picture, name).and_then(|it| it.as_f64());
    let (width, height) = (number("width")?, number("height")?);
    let scale = (side / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round(), (height * scale).round());
    let canvas = js::window()
        .document()
        .and_then(|document| document.create_element("canvas").ok())?;
    js::set(&canvas, "width", width.into());
    js::set(&canvas, "height", height.into());
    let pen = js::call(&canvas, "getContext", &["2d".into()]).ok()?;
    // A JPEG knows no transparency; without paper under it that would be black.
    js::set(&pen, "fillStyle", "#fff".into());
    let (x, y) = (JsValue::from(0), JsValue::from(0));
    let area = [x, y, width.into(), height.into()];
    js::call(&pen, "fillRect", &area).ok()?;
    let [x, y, width, height] = area;
    js::call(&pen, "drawImage", &[picture.clone(), x, y, width, height]).ok()?;
    // The memory of a full photo is more than a cheap phone should wait for.
    let _ = js::call(&picture, "close", &[]);
    bytes(&encode(&canvas, "image/jpeg").await?).await
}

/// What was drawn by hand, as a PNG: few colours, sharp lines.
pub async fn drawn(canvas: &Element) -> Option<Blob> {
    encode(canvas, "image/png").await
}

async fn encode(canvas: &Element, media_type: &str) -> Option<Blob> {
    let done = Promise::new(&mut |resolve, _| {
        // Whoever waits gets nothing, and says that the picture could not be read.
        let arguments = [resolve.clone().into(), media_type.into(), QUALITY.into()];
        if js::call(canvas, "toBlob", &arguments).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    js::settled(done.into()).await.ok()?.dyn_into().ok()
}

/// The bytes of a file.
pub async fn bytes(blob: &Blob) -> Option<Uint8Array> {
    let reading = js::call(blob, "arrayBuffer", &[]).ok()?;
    let buffer = js::settled(reading).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// The SHA-256 of a file.
pub async fn hash(bytes: &Uint8Array) -> Option<FileHash> {
    let crypto = js::get(&js::window(), "crypto")?;
    let subtle = js::get(&crypto, "subtle")?;
    let working = js::call(&subtle, "digest", &["SHA-256".into(), bytes.into()]).ok()?;
    let digest = Uint8Array::new(&js::settled(working).await.ok()?);
    let mut found = [0; 32];
    (digest.length() == 32).then(|| digest.copy_to(&mut found))?;
    Some(FileHash::from_digest(found))
}

/// An address under which this page can show a file. [`revoke`] frees it.
pub fn address(bytes: &Uint8Array) -> Option<String> {
    let blob = js::construct("Blob", &[js_sys::Array::of1(bytes).into()])?;
    let url = js::get(&js::window(), "URL")?;
    js::call(&url, "createObjectURL", &[blob]).ok()?.as_string()
}

pub fn revoke(address: &str) {
    if let Some(url) = js::get(&js::window(), "URL") {
        let _ = js::call(&url, "revokeObjectURL", &[address.into()]);
    }
}
