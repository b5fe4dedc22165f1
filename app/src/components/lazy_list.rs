//! A list of thousands: only what is near the window is drawn.
//!
//! The rows stand in blocks. A block that is far away is an empty space of the height it had, or may have; it is drawn
//! when it comes near. So a list opens in the same time whatever its length, and scrolls as if it were all there.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// Rows of a block. Two blocks fill a window with room to spare.
const BLOCK: usize = 16;
/// How a row is high before anybody has seen it, in pixels.
const ROW: f64 = 77.0;
/// How near is near.
const MARGIN: &str = "900px 0px";

/// Hears which blocks come near and which go.
type Hear = Closure<dyn FnMut(js_sys::Array)>;

/// The rows, in blocks.
#[component]
pub fn LazyList<T>(
    #[prop(into)] rows: Signal<Arc<Vec<T>>>,
    /// Draws a row: an `<li>`.
    draw: fn(T) -> AnyView,
    /// The row to bring to the top; the list forgets it when it is there.
    jump: RwSignal<Option<usize>>,
    /// Heights of the blocks that were drawn, for the way back.
    heights: RwSignal<Vec<f64>>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let near = RwSignal::new(Vec::<ArcRwSignal<bool>>::new());
    let is_near = move |block: usize| {
        near.try_update_untracked(|near| {
            while near.len() <= block {
                // The first is in sight before anybody has looked.
                near.push(ArcRwSignal::new(near.is_empty()));
            }
            near[block].clone()
        })
    };
    let hear = Hear::new(move |entries: js_sys::Array| {
        for entry in entries.iter() {
            let Ok(entry) = entry.dyn_into::<IntersectionObserverEntry>() else {
                continue;
            };
            let target = entry.target();
            let block = target
                .get_attribute("data-block")
                .and_then(|it| it.parse().ok());
            let Some((block, signal)) = block.and_then(|it: usize| Some((it, is_near(it)?))) else {
                continue;
            };
            if !entry.is_intersecting() && signal.get_untracked() {
                let height = entry.bounding_client_rect().height();
                heights.update_untracked(|heights| keep(heights, block, height));
            }
            if signal.get_untracked() != entry.is_intersecting() {
                signal.set(entry.is_intersecting());
            }
        }
    });
    let init = IntersectionObserverInit::new();
    init.set_root_margin(MARGIN);
    let observer = IntersectionObserver::new_with_options(hear.as_ref().unchecked_ref(), &init);
    let observer = StoredValue::new_local((observer.ok(), hear));
    on_cleanup(move || {
        observer.with_value(|(observer, _)| {
            if let Some(observer) = observer {
                observer.disconnect();
            }
        });
    });
    let blocks = Memo::new(move |_| rows.with(|rows| rows.len().div_ceil(BLOCK)));
    let list = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let Some(row) = jump.get() else { return };
        jump.set(None);
        let block = row / BLOCK;
        if let Some(signal) = is_near(block) {
            signal.set(true);
        }
        request_animation_frame(move || {
            let found = list.get_untracked().and_then(|list| {
                let block = list.children().item(u32::try_from(block).ok()?)?;
                let row = block.children().item(u32::try_from(row % BLOCK).ok()?);
                Some(row.unwrap_or(block))
            });
            if let Some(found) = found {
                found.scroll_into_view();
            }
        });
    });
    let block = move |block: usize| {
        let own = Memo::new(move |_| {
            rows.with(|rows| {
                let from = (block * BLOCK).min(rows.len());
                rows[from..(from + BLOCK).min(rows.len())].to_vec()
            })
        });
        let node = NodeRef::<html::Ul>::new();
        Effect::new(move || {
            if let Some(node) = node.get() {
                observer.with_value(|(observer, _)| match observer {
                    Some(observer) => observer.observe(&node),
                    // A browser without it draws everything.
                    None => {
                        if let Some(signal) = is_near(block) {
                            signal.set(true);
                        }
                    }
                });
            }
        });
        let signal = is_near(block);
        let is_drawn = move || signal.as_ref().is_some_and(Get::get);
        let drawn = is_drawn.clone();
        let space = move || {
            let rows = own.with(Vec::len);
            let height = heights.with_untracked(|heights| heights.get(block).copied());
            let height = height.filter(|it| *it > 0.0).unwrap_or(rows as f64 * ROW);
            (!drawn()).then(|| format!("{height}px"))
        };
        view! {
            <ul class="list" node_ref=node data-block=block.to_string() style:min-height=space>
                {move || is_drawn().then(|| own.get().into_iter().map(draw).collect_view())}
            </ul>
        }
    };
    view! {
        <div class="lazy" node_ref=list>
            <For each=move || 0..blocks.get() key=|block| *block children=block/>
        </div>
    }
}

fn keep(heights: &mut Vec<f64>, block: usize, height: f64) {
    if heights.len() <= block {
        heights.resize(block + 1, 0.0);
    }
    heights[block] = height;
}
