//! Links to a list or a table as a file.

use leptos::prelude::*;

use crate::locale::{t, tf};

/// The two files of one table.
#[component]
pub fn Files(
    /// The name of the file's address.
    what: &'static str,
    /// What the address asks for, after its question mark.
    query: String,
    /// What is in it, heard with the links.
    table: String,
) -> impl IntoView {
    let head = tf("export.one", &[("table", &table)]);
    let link = |extension: &'static str| {
        view! {
            <a class="file-link" href=format!("/dashboard/export/{what}.{extension}?{query}") download="" aria-label=format!("{head} .{extension}")>{format!(".{extension}")}</a>
        }
    };
    view! { <p class="files small no-print"><span aria-hidden="true">{t("export.file")}</span> {link("xlsx")} " " {link("csv")}</p> }
}
