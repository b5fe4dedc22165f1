//! Parts of a page that follow what they read, in the few types that a small program can afford.
//!
//! A closure in a view is a type of its own, and the reactive graph and the renderer are compiled once for each: two to three
//! kilobytes for a line that shows a name. Behind a box they are one type for all. What a closure costs then is a pointer
//! and a call (ADR 0018).

use leptos::prelude::*;

/// What draws a part of a page.
pub type Live = Box<dyn FnMut() -> AnyView + Send>;

/// What an attribute follows.
pub type Follows<T> = Box<dyn FnMut() -> T + Send>;

/// A part of a page that is drawn anew when what it read has changed.
pub fn live<V: IntoAny>(draw: impl Fn() -> V + Send + 'static) -> Live {
    Box::new(move || draw().into_any())
}

/// An attribute's value, a class or a style that follows what it read.
pub fn follow<T>(value: impl FnMut() -> T + Send + 'static) -> Follows<T> {
    Box::new(value)
}

/// Whether something is to be seen.
pub struct Condition(Box<dyn Fn() -> bool + Send + Sync>);

impl<F: Fn() -> bool + Send + Sync + 'static> From<F> for Condition {
    fn from(holds: F) -> Self {
        Self(Box::new(holds))
    }
}

/// Shows its children while the condition holds.
#[component]
pub fn When(#[prop(into)] when: Condition, children: ChildrenFn) -> impl IntoView {
    let holds = of_box(when.0);
    live(move || holds.get().then(|| children()))
}

/// What is worked out once for all who read it, until something that it read has changed.
pub fn memo<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let value: Box<dyn Fn() -> T + Send + Sync> = Box::new(value);
    of_box(value)
}

fn of_box<T>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| value())
}
