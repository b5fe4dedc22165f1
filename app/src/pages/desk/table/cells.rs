//! How a cell is drawn.

use leptos::prelude::*;
use shared::criteria::Points;
use shared::table::{Cell, Column, Stands, Value, Weight};

use crate::components::{Badge, Glyph, Meter, Tone};
use crate::locale::t;
use crate::words;

pub(super) fn is_minor(column: &Column) -> bool {
    column.stands == Stands::WithRoom
}

/// The first cell of a row says what the row is about.
pub(super) fn draw(cell: &Cell, column: &Column, is_first: bool, is_bar: bool) -> AnyView {
    let shown = value(cell);
    let shown = match &cell.link {
        Some(href) => view! { <a href=href.clone()>{shown}</a> }.into_any(),
        None => shown,
    };
    let note = cell
        .note
        .clone()
        .map(|note| view! { <span class="muted small">" · " {note}</span> });
    match (is_first, is_bar) {
        (true, _) => {
            let narrow = cell.narrow.clone();
            let narrow = narrow.map(|said| view! { <span class="narrow-only muted small">{said}</span> });
            view! { <th scope="row">{shown} {note} {narrow}</th> }.into_any()
        }
        (false, true) => view! { <td class="bar-cell">{shown}</td> }.into_any(),
        (false, false) => view! {
            <td class:num=column.is_figure class:minor=is_minor(column) class:behind=cell.is_behind>{shown} {note}</td>
        }
        .into_any(),
    }
}

/// A value in words, or drawn.
fn value(cell: &Cell) -> AnyView {
    let said = cell.said.clone();
    match &cell.value {
        Value::Bar { share, target } => view! {
            <Meter share=*share target=Signal::stored(*target) behind=cell.is_behind tall=true name=said.unwrap_or_default()/>
        }
        .into_any(),
        Value::Stage(stage) => {
            let label = stage.map_or_else(|| t("subjects.unregistered"), words::stage);
            view! { <Badge tone=words::stage_tone(*stage) glyph=words::stage_glyph(*stage) label/> }.into_any()
        }
        Value::Marks(marks) => self::marks(marks).into_any(),
        other => said.unwrap_or_else(|| written(other)).into_any(),
    }
}

/// Things to look at, each with its icon.
pub fn marks(marks: &[(Weight, String)]) -> impl IntoView + use<> {
    let mark = |(weight, said): &(Weight, String)| {
        let (tone, glyph) = match weight {
            Weight::Grave => (Tone::Red, Glyph::Alert),
            Weight::Look => (Tone::Turmeric, Glyph::Alert),
            Weight::News => (Tone::Sky, Glyph::Info),
        };
        view! { <Badge tone glyph label=said.clone()/> }
    };
    view! { <span class="row notable">{marks.iter().map(mark).collect_view()}</span> }
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Name(text) => text.clone(),
        Value::Count(count) => words::number(*count),
        Value::Share { part, whole } => words::percent(*part, *whole),
        Value::Gap(gap) => words::gap(*gap),
        Value::Day(day) => words::date(*day),
        Value::Moment(at) => words::moment(*at),
        // Half points are whole numbers.
        Value::Points(points) => words::points(Points::from_halves((points * 2.0).round() as i32)),
        Value::Empty | Value::Stage(_) | Value::Bar { .. } | Value::Marks(_) => "–".to_owned(),
    }
}
