//! A place to sign with a finger.

use js_sys::Reflect;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, PointerEvent};

/// Points of the canvas for each of the screen, so that a line stays smooth when it is printed.
const FINE: f64 = 2.0;
const INK: &str = "#12142a";

/// White paper with a line to sign on. `canvas` is for whoever keeps what was drawn; `signed` says whether anything was.
#[component]
pub fn SignaturePad(
    #[prop(into)] label: Signal<String>,
    canvas: NodeRef<html::Canvas>,
    signed: RwSignal<bool>,
) -> impl IntoView {
    let drawing = RwSignal::new(false);
    // The paper gets its size once it is on the screen.
    Effect::new(move || {
        if let Some(paper) = canvas.get() {
            clear(&paper);
        }
    });
    let at = |event: &PointerEvent| {
        (
            f64::from(event.offset_x()) * FINE,
            f64::from(event.offset_y()) * FINE,
        )
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        let Some((paper, pen)) = paper_and_pen(canvas) else {
            return;
        };
        // A finger that slides off the paper still draws to its edge.
        let _ = paper.set_pointer_capture(event.pointer_id());
        let (x, y) = at(&event);
        pen.begin_path();
        pen.move_to(x, y);
        // A tap is a dot.
        pen.line_to(x + 0.1, y + 0.1);
        pen.stroke();
        drawing.set(true);
        signed.set(true);
    };
    let moved = move |event: PointerEvent| {
        if !drawing.get_untracked() {
            return;
        }
        event.prevent_default();
        if let Some((_, pen)) = paper_and_pen(canvas) {
            let (x, y) = at(&event);
            pen.line_to(x, y);
            pen.stroke();
        }
    };
    let up = move |_: PointerEvent| drawing.set(false);
    view! {
        <canvas
            node_ref=canvas
            class="signature"
            role="img"
            aria-label=label
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
        ></canvas>
    }
}

/// Clean paper, as large as it is shown.
pub fn clear(paper: &HtmlCanvasElement) {
    let size = |length: i32| u32::try_from(length).unwrap_or(0) * 2;
    paper.set_width(size(paper.client_width()));
    paper.set_height(size(paper.client_height()));
    let Some(pen) = pen(paper) else { return };
    let (width, height) = (f64::from(paper.width()), f64::from(paper.height()));
    let fill = |colour: &str| {
        // Setting a colour cannot fail.
        let _ = Reflect::set(&pen, &"fillStyle".into(), &JsValue::from_str(colour));
    };
    fill("#fff");
    pen.fill_rect(0.0, 0.0, width, height);
    fill("#c9c3b4");
    pen.fill_rect(width * 0.06, height * 0.78, width * 0.88, FINE);
    let _ = Reflect::set(&pen, &"strokeStyle".into(), &INK.into());
    pen.set_line_width(2.5 * FINE);
    pen.set_line_cap("round");
    pen.set_line_join("round");
}

fn pen(paper: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    paper.get_context("2d").ok()??.dyn_into().ok()
}

fn paper_and_pen(
    canvas: NodeRef<html::Canvas>,
) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let paper: HtmlCanvasElement = canvas.get_untracked()?;
    let pen = pen(&paper)?;
    Some((paper, pen))
}
