//! How a table of the desk is drawn: a caption, heads that sort, a filter, pages, and the same as a file. Its whole state
//! stands in the address, so it needs no script.

mod cells;
mod here;

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::api::ROWS_AT_ONCE;
use shared::table::{Cell, Column, Row, Shown, Table, Value};

pub use self::cells::marks;
use self::cells::{draw, is_minor};
pub use self::here::Here;
use super::export::Files;
use crate::locale::{t, tf};
use crate::words;

/// So few rows are seen at a glance.
const GLANCE: usize = 10;

/// What can be done with a row: the head of the column, heard only, and what stands in it.
pub struct Acts {
    pub head: String,
    /// Before what the row is about, and not after all that is said of it.
    pub is_first: bool,
    pub draw: Box<dyn Fn(&Row) -> AnyView>,
}

/// Where a table is written as a file: its name in the address, and what is asked there of the list itself.
pub struct File {
    pub what: &'static str,
    pub query: String,
}

#[component]
pub fn DataTable(
    shown: Shown,
    here: Here,
    /// What stands before the names of its order in the address, where a page has several tables.
    #[prop(optional)]
    prefix: &'static str,
    /// The part of the page that an order leads back to.
    #[prop(optional)]
    anchor: &'static str,
    #[prop(optional_no_strip)] file: Option<File>,
    #[prop(optional_no_strip)] acts: Option<Acts>,
    /// Whether the page looks for rows in its own way.
    #[prop(optional)]
    is_found: bool,
    #[prop(optional)] is_tight: bool,
) -> impl IntoView {
    let at = At {
        here,
        prefix,
        anchor,
    };
    let finds = !is_found && (shown.total > GLANCE || shown.order.find.is_some());
    let name = shown.table.name.clone();
    let file = file
        .filter(|_| shown.total > 0)
        .map(|File { what, query }| {
            let query = format!("{query}{}", at.written(&shown));
            let is_long = shown.total > ROWS_AT_ONCE;
            view! { <Files what query table=name.clone() is_long/> }
        });
    let find = finds.then(|| at.find(&shown));
    let pages = at.pages(&shown);
    let nothing = (shown.total == 0 && shown.order.find.is_some())
        .then(|| view! { <p role="status">{t("table.nothing")}</p> });
    let table = (shown.total > 0).then(|| at.table(shown.table, acts.as_ref(), is_tight));
    view! { {find} {nothing} {table} {pages} {file} }
}

/// A table in the address of its page.
struct At {
    here: Here,
    prefix: &'static str,
    anchor: &'static str,
}

impl At {
    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn with(&self, others: &[(&str, Option<String>)]) -> String {
        let others: Vec<_> = others
            .iter()
            .map(|(name, value)| (self.name(name), value.clone()))
            .collect();
        self.here.with(&others, self.anchor)
    }

    /// The order in which the rows stand, and what they were found by, as the address of a file has it.
    fn written(&self, shown: &Shown) -> String {
        let sorted = shown.table.sorted.as_ref();
        let down = sorted.filter(|sorted| sorted.is_down);
        let pairs = [
            ("sort", sorted.map(|sorted| sorted.by)),
            ("down", down.map(|_| "1")),
            ("find", shown.order.find.as_deref()),
        ];
        let pairs = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("&{name}={}", Url::escape(value?))));
        pairs.collect()
    }

    fn find(&self, shown: &Shown) -> impl IntoView + use<> {
        let name = self.name("find");
        let id = format!("{name}-words");
        let is_kept = |of: &str| of != name && of != self.name("page");
        let kept = self.here.asked.iter().filter(|(of, _)| is_kept(of));
        let kept = kept
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
            .collect_view();
        let find = shown.order.find.clone();
        let clear = find.is_some().then(|| {
            let href = self.with(&[("find", None), ("page", None)]);
            view! { <a class="button" data-kind="quiet" href=href>{t("table.all")}</a> }
        });
        let action = match self.anchor {
            "" => self.here.path.clone(),
            anchor => format!("{}#{anchor}", self.here.path),
        };
        view! {
            <form class="table-find no-print" method="get" action=action role="search" aria-label=shown.table.name.clone()>
                {kept}
                <div class="field">
                    <label for=id.clone()>{t("table.find")}</label>
                    <input id=id name=name type="search" autocomplete="off" value=find.unwrap_or_default()/>
                </div>
                <button type="submit" class="button" data-kind="secondary">{t("subjects.find")}</button>
                {clear}
            </form>
        }
    }

    fn pages(&self, shown: &Shown) -> Option<impl IntoView + use<>> {
        if shown.is_all() {
            return None;
        }
        let turn = |to: u32, key: &'static str| {
            let page = (to > 0).then(|| to.to_string());
            view! { <a class="button" data-kind="secondary" href=self.with(&[("page", page)])>{t(key)}</a> }
        };
        let (page, last) = (shown.order.page, shown.pages());
        let is_last = usize::try_from(page).unwrap_or(usize::MAX) + 1 >= last;
        let whole = self.with(&[("page", None), ("whole", Some("1".to_owned()))]);
        let count = |count: usize| words::number(i64::try_from(count).unwrap_or(i64::MAX));
        let part = [
            ("n", count(shown.table.rows.len())),
            ("all", count(shown.total)),
        ];
        let part = part
            .each_ref()
            .map(|(name, count)| (*name, count as &dyn std::fmt::Display));
        Some(view! {
            <nav class="pages" aria-label=t("subjects.pages")>
                {(page > 0).then(|| turn(page - 1, "subjects.previous"))}
                <span>{tf("subjects.page", &[("page", &(page + 1)), ("last", &last)])} " · " <a href=whole>{t("subjects.whole")}</a></span>
                {(!is_last).then(|| turn(page + 1, "subjects.next"))}
            </nav>
            <p class="print-only">{tf("subjects.part_only", &part)}</p>
        })
    }

    fn table(&self, table: Table, acts: Option<&Acts>, is_tight: bool) -> impl IntoView + use<> {
        let columns: Vec<(usize, &Column)> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.is_on_page())
            .collect();
        let is_bar = |row: &Row, at: usize| {
            let value = row.cells.get(at).map(|cell| &cell.value);
            matches!(value, Some(Value::Bar { .. }))
        };
        let bars: Vec<usize> = columns
            .iter()
            .map(|(at, _)| *at)
            .filter(|at| table.rows.iter().any(|row| is_bar(row, *at)))
            .collect();
        let heads = columns
            .iter()
            .map(|(at, column)| self.head(&table, column, bars.contains(at)))
            .collect_view();
        let act_head = acts.map(|acts| {
            view! { <th scope="col" class="no-print"><span class="visually-hidden">{acts.head.clone()}</span></th> }
                .into_any()
        });
        let cells = |cells: &[Cell]| {
            let drawn = columns
                .iter()
                .enumerate()
                .filter_map(|(place, (at, column))| {
                    Some(draw(cells.get(*at)?, column, place == 0, bars.contains(at)))
                });
            drawn.collect_view()
        };
        let is_first = acts.is_some_and(|acts| acts.is_first);
        let line = |act: Option<AnyView>, cells: AnyView| match is_first {
            true => view! { <tr>{act} {cells}</tr> },
            false => view! { <tr>{cells} {act}</tr> },
        };
        let row = |row: &Row| {
            let act =
                acts.map(|acts| view! { <td class="no-print">{(acts.draw)(row)}</td> }.into_any());
            line(act, cells(&row.cells).into_any())
        };
        let rows = table.rows.iter().map(row).collect_view();
        let below = table.below.iter().map(|of| {
            let act = acts.map(|_| view! { <td class="no-print"></td> }.into_any());
            line(act, cells(of).into_any())
        });
        let below =
            (!table.below.is_empty()).then(|| view! { <tfoot>{below.collect_view()}</tfoot> });
        let head = line(act_head, heads.into_any());
        let class = match bars.is_empty() {
            true => "table",
            false => "table bars",
        };
        view! {
            <div class="table-wrap" role="group" tabindex="0" aria-label=table.name.clone()>
                <table class=class data-tight=is_tight.then_some("")>
                    <caption class="visually-hidden">{table.name.clone()}</caption>
                    <thead>{head}</thead>
                    <tbody>{rows}</tbody>
                    {below}
                </table>
            </div>
        }
    }

    /// The same head again turns the order round.
    fn head(&self, table: &Table, column: &Column, is_bar: bool) -> AnyView {
        let head = column.head.clone();
        if is_bar {
            return view! { <th scope="col" class="bar-cell"><span class="visually-hidden">{head}</span></th> }
                .into_any();
        }
        let sorted = table
            .sorted
            .as_ref()
            .filter(|sorted| sorted.by == column.key);
        let order = sorted.map(|sorted| match sorted.is_down {
            true => "descending",
            false => "ascending",
        });
        let down = sorted.is_some_and(|sorted| !sorted.is_down);
        let sorts = column.is_sortable.then(|| {
            self.with(&[
                ("sort", Some(column.key.to_owned())),
                ("down", down.then(|| "1".to_owned())),
                ("page", None),
            ])
        });
        let shown = match sorts {
            Some(href) => view! { <a href=href>{head}</a> }.into_any(),
            None => head.into_any(),
        };
        view! {
            <th scope="col" class:num=column.is_figure class:minor=is_minor(column) aria-sort=order>{shown}</th>
        }
        .into_any()
    }
}
