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

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct BarRow {
    /// Tells the row from the others; never shown.
    pub id: String,
    pub name: String,
    /// The page behind the figure.
    pub href: String,
    /// In percent, 0 to 100.
    pub share: f64,
    /// The share in words of the language, for example `61,4`.
    pub share_text: String,
    /// The share of those registered, the same way.
    pub registered_text: String,
    /// The distance to the target in words, for example `−8,6`.
    pub gap_text: String,
    pub behind: bool,
}

/// The heads of the columns. `bars` is heard only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarLabels {
    pub name: String,
    pub bars: String,
    pub share: String,
    pub registered: String,
    pub gap: String,
}

/// Bars in the order given. A head is a button: it asks the page for another order.
#[component]
pub fn BarTable(
    /// Names the part that scrolls sideways.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] labels: Signal<BarLabels>,
    #[prop(into)] rows: Signal<Vec<BarRow>>,
    /// In percent; the line through every bar.
    #[prop(into)]
    target: Signal<Option<f64>>,
    #[prop(into)] sort: Signal<BarSort>,
    /// Called with the order asked for: the other direction if the column is already chosen.
    #[prop(into)]
    on_sort: Callback<BarSort>,
) -> impl IntoView {
    let aria_sort = move |column| {
        let now = sort.get();
        (now.column == column).then_some(if now.descending {
            "descending"
        } else {
            "ascending"
        })
    };
    let ask = move |column| {
        let now = sort.get_untracked();
        let descending = now.column == column && !now.descending;
        on_sort.run(BarSort { column, descending });
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
            ..
        } = row;
        view! {
            <tr>
                <th scope="row">
                    <a href=href>{name}</a>
                </th>
                <td class="bar-cell">
                    <Meter share target behind tall=true/>
                </td>
                <td class="num">{share_text}</td>
                <td class="num">{registered_text}</td>
                <td class="num" class:behind=behind>
                    {gap_text}
                </td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" role="group" tabindex="0" aria-label=label>
            <table class="table bars">
                <thead>
                    <tr>
                        <th scope="col" aria-sort=move || aria_sort(BarColumn::Name)>
                            <button type="button" on:click=move |_| ask(BarColumn::Name)>
                                {move || labels.with(|labels| labels.name.clone())}
                            </button>
                        </th>
                        <th scope="col" class="bar-cell">
                            <span class="visually-hidden">
                                {move || labels.with(|labels| labels.bars.clone())}
                            </span>
                        </th>
                        <th scope="col" class="num" aria-sort=move || aria_sort(BarColumn::Share)>
                            <button type="button" on:click=move |_| ask(BarColumn::Share)>
                                {move || labels.with(|labels| labels.share.clone())}
                            </button>
                        </th>
                        <th scope="col" class="num" aria-sort=move || aria_sort(BarColumn::Registered)>
                            <button type="button" on:click=move |_| ask(BarColumn::Registered)>
                                {move || labels.with(|labels| labels.registered.clone())}
                            </button>
                        </th>
                        <th scope="col" class="num" aria-sort=move || aria_sort(BarColumn::Gap)>
                            <button type="button" on:click=move |_| ask(BarColumn::Gap)>
                                {move || labels.with(|labels| labels.gap.clone())}
                            </button>
                        </th>
                    </tr>
                </thead>
                <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
