//! Links to a list or a table as a file.

use leptos::prelude::*;

use crate::locale::{t, tf};

/// The two files of one table. Of a long one each is a button: it is made as a job.
#[component]
pub fn Files(
    /// The name of the file's address.
    what: &'static str,
    /// What the address asks for, after its question mark.
    query: String,
    /// What is in it, heard with the links.
    table: String,
    #[prop(optional)] is_long: bool,
) -> impl IntoView {
    let head = tf("export.one", &[("table", &table)]);
    let file = |extension: &'static str| {
        let address = format!("/dashboard/export/{what}.{extension}?{query}");
        let label = format!("{head} .{extension}");
        let text = format!(".{extension}");
        match is_long {
            true => view! {
                <form method="post" action=address>
                    <button type="submit" class="file-link" aria-label=label>{text}</button>
                </form>
            }
            .into_any(),
            false => {
                view! { <a class="file-link" href=address download="" aria-label=label>{text}</a> }
                    .into_any()
            }
        }
    };
    view! {
        <div class="files small no-print">
            <span aria-hidden="true">{t("export.file")}</span> {file("xlsx")} " " {file("csv")}
        </div>
    }
}

/// A paper to go on writing in and to print. Its address is `stem`, the ending, and `query` with its "?".
pub fn paper(name: String, stem: &str, query: &str) -> impl IntoView + use<> {
    let link = |ending: &'static str| {
        let href = format!("{stem}{ending}{query}");
        let heard = format!("{name} {ending}");
        view! { <a class="file-link" href=href download="" aria-label=heard>{ending}</a> }
    };
    let (word, pdf) = (link(".docx"), link(".pdf"));
    view! { <p class="files small no-print"><span aria-hidden="true">{name}</span> {word} " " {pdf}</p> }
}
