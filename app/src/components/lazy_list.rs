//! A list of thousands: only what is near the window is drawn.
//!
//! The rows stand in blocks, and the blocks in stretches. What is far away is an empty space of the height it had, or may
//! have; it is drawn when it comes near. So a list opens in the same time whatever its length, and scrolls as if it were all
//! there.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};

use crate::live::{follow, live, memo};

/// Rows of a block. Two blocks fill a window with room to spare.
const BLOCK: usize = 16;
/// Blocks of a stretch. A list of 5,000 opens with twenty stretches and the blocks of the first.
const STRETCH: usize = 16;
/// How a row is high before anybody has seen it, in pixels.
const ROW: f64 = 77.0;
/// How near is near.
const MARGIN: &str = "900px 0px";

const BLOCK_AT: &str = "data-block";
const STRETCH_AT: &str = "data-stretch";

/// Hears which blocks come near and which go.
type Hear = Closure<dyn FnMut(js_sys::Array)>;

/// Which blocks, or stretches, are near.
#[derive(Clone, Copy)]
struct Near(StoredValue<Vec<ArcRwSignal<bool>>>);

impl Near {
    fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    fn at(self, place: usize) -> Option<ArcRwSignal<bool>> {
        self.0.try_update_value(|near| {
            while near.len() <= place {
                // The first is in sight before anybody has looked.
                near.push(ArcRwSignal::new(near.is_empty()));
            }
            near[place].clone()
        })
    }

    fn set(self, place: usize, is_near: bool) {
        if let Some(signal) = self.at(place)
            && signal.get_untracked() != is_near
        {
            signal.set(is_near);
        }
    }
}

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
    let (near_blocks, near_stretches) = (Near::new(), Near::new());
    let hear = Hear::new(move |entries: js_sys::Array| {
        for entry in entries.iter() {
            let Ok(entry) = entry.dyn_into::<IntersectionObserverEntry>() else {
                continue;
            };
            let is_near = entry.is_intersecting();
            if let Some(block) = number(&entry.target(), BLOCK_AT) {
                let height = entry.bounding_client_rect().height();
                let was_drawn = near_blocks.at(block).is_some_and(|it| it.get_untracked());
                if !is_near && was_drawn && height > 0.0 {
                    heights.update_untracked(|heights| keep(heights, block, height));
                }
                near_blocks.set(block, is_near);
            } else if let Some(stretch) = number(&entry.target(), STRETCH_AT) {
                near_stretches.set(stretch, is_near);
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
    let blocks = memo(move || rows.with(|rows| rows.len().div_ceil(BLOCK)));
    let list = NodeRef::<html::Div>::new();
    // What was drawn in between is told to the observer at once; it knows those that it has been told before.
    let drawn = RwSignal::new(());
    Effect::new(move || {
        blocks.track();
        drawn.track();
        request_animation_frame(move || {
            let all = format!("[{BLOCK_AT}], [{STRETCH_AT}]");
            let Some(all) = list
                .get_untracked()
                .and_then(|it| it.query_selector_all(&all).ok())
            else {
                return;
            };
            let elements =
                (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<Element>().ok());
            // A list that was left meanwhile has no observer any more.
            let _ = observer.try_with_value(|(observer, _)| {
                for element in elements {
                    match (
                        observer,
                        number(&element, BLOCK_AT),
                        number(&element, STRETCH_AT),
                    ) {
                        (Some(observer), ..) => observer.observe(&element),
                        // A browser without it draws everything.
                        (None, Some(block), _) => near_blocks.set(block, true),
                        (None, _, Some(stretch)) => near_stretches.set(stretch, true),
                        (None, None, None) => {}
                    }
                }
            });
        });
    });
    Effect::new(move || {
        let Some(row) = jump.get() else { return };
        jump.set(None);
        let block = row / BLOCK;
        near_stretches.set(block / STRETCH, true);
        near_blocks.set(block, true);
        request_animation_frame(move || {
            let found = list.get_untracked().and_then(|list| {
                let block = list
                    .query_selector(&format!("[{BLOCK_AT}='{block}']"))
                    .ok()??;
                let row = block.children().item(u32::try_from(row % BLOCK).ok()?);
                Some(row.unwrap_or(block))
            });
            if let Some(found) = found {
                found.scroll_into_view();
            }
        });
    });
    // What a block has, or may have, in height.
    let height = move |block: usize| {
        let known = heights.with_untracked(|heights| heights.get(block).copied());
        known.filter(|it| *it > 0.0).unwrap_or_else(|| {
            let rows = rows.with_untracked(|rows| rows.len());
            rows.saturating_sub(block * BLOCK).min(BLOCK) as f64 * ROW
        })
    };
    let block = move |block: usize| {
        let signal = near_blocks.at(block);
        let is_drawn = move || signal.as_ref().is_some_and(Get::get);
        let is_far = is_drawn.clone();
        let space = move || (!is_far()).then(|| format!("{}px", height(block)));
        let draw = move || {
            let own = memo(move || {
                rows.with(|rows| {
                    let from = (block * BLOCK).min(rows.len());
                    rows[from..(from + BLOCK).min(rows.len())].to_vec()
                })
            });
            live(move || own.get().into_iter().map(draw).collect_view())
        };
        view! {
            <ul class="list" data-block=block.to_string() style:min-height=follow(space)>
                {live(move || is_drawn().then(draw))}
            </ul>
        }
    };
    let stretch = move |stretch: usize| {
        let of_stretch = move || {
            let from = stretch * STRETCH;
            from..blocks.get().min(from + STRETCH)
        };
        let signal = near_stretches.at(stretch);
        let is_drawn = move || signal.as_ref().is_some_and(Get::get);
        let is_far = is_drawn.clone();
        let space =
            move || (!is_far()).then(|| format!("{}px", of_stretch().map(height).sum::<f64>()));
        let draw = move || {
            drawn.set(());
            view! { <For each=of_stretch key=|block| *block children=block/> }
        };
        view! {
            <div data-stretch=stretch.to_string() style:min-height=follow(space)>
                {live(move || is_drawn().then(draw))}
            </div>
        }
    };
    let stretches = move || 0..blocks.get().div_ceil(STRETCH);
    view! {
        <div class="lazy" node_ref=list>
            <For each=stretches key=|stretch| *stretch children=stretch/>
        </div>
    }
}

/// The number of a block or a stretch, as its element tells it.
fn number(element: &Element, name: &str) -> Option<usize> {
    element.get_attribute(name)?.parse().ok()
}

fn keep(heights: &mut Vec<f64>, block: usize, height: f64) {
    if heights.len() <= block {
        heights.resize(block + 1, 0.0);
    }
    heights[block] = height;
}
