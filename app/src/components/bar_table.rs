//! Bars by unit with the target line: a table, so that every figure can be read and sorted.

use leptos::prelude::*;

use super::meter::Meter;

/// What the rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarColumn {
    Name,
    Share,
    Registered,
    Gap,
}

/// The order of the rows, which the page itself puts into effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarSort {
    pub column: BarColumn,
    pub descending: bool,
}

/// The head of a column: a link to the table in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarHead {
    pub column: BarColumn,
    pub label: String,
    pub href: String,
}

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct BarRow {
    pub name: String,
    /// The page behind the figure.
    pub href: String,
    /// In percent, 0 to 100.
    pub share: f64,
    /// The share in words of the language, for example `61,4 %`.
    pub share_text: String,
    /// The share of those registered, the same way.
    pub registered_text: String,
    /// The distance to the target in words, for example `−8,6`.
    pub gap_text: String,
    pub behind: bool,
}

/// Bars in the order given.
#[component]
pub fn BarTable(
    /// Names the part that scrolls sideways.
    label: String,
    /// Names the column of bars; heard only.
    bars: String,
    /// Of the name, then of the figures.
    heads: Vec<BarHead>,
    rows: Vec<BarRow>,
    /// In percent; the line through every bar.
    target: Option<f64>,
    sort: BarSort,
) -> impl IntoView {
    let head = move |BarHead {
                         column,
                         label,
                         href,
                     }: BarHead| {
        let sorted = match sort.descending {
            true => "descending",
            false => "ascending",
        };
        view! {
            <th
                scope="col"
                class:num=column != BarColumn::Name
                aria-sort=(sort.column == column).then_some(sorted)
            >
                <a href=href>{label}</a>
            </th>
        }
    };
    let row = move |row: BarRow| {
        let BarRow {
            name,
            href,
            share,
            share_text,
            registered_text,
            gap_text,
            behind,
        } = row;
        view! {
            <tr>
                <th scope="row">
                    <a href=href>{name}</a>
                </th>
                <td class="bar-cell">
                    <Meter share target=Signal::stored(target) behind tall=true name=share_text.clone()/>
                </td>
                <td class="num">{share_text}</td>
                <td class="num">{registered_text}</td>
                <td class="num" class:behind=behind>
                    {gap_text}
                </td>
            </tr>
        }
    };
    let mut heads = heads.into_iter().map(head);
    let first = heads.next();
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=label>
            <table class="table bars">
                <thead>
                    <tr>
                        {first}
                        <th scope="col" class="bar-cell">
                            <span class="visually-hidden">{bars}</span>
                        </th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
