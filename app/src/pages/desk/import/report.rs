//! A plan row by row: what is most pressing first, long parts folded.

use leptos::prelude::*;
use shared::api::imports::{About, Line, Section};
use shared::kind::SubjectKind;

use crate::locale::{t, tf};
use crate::tables::counted;
use crate::words;

/// So many rows are read at once; more are folded away behind their number.
const OPEN: usize = 15;

#[component]
pub fn Report(sections: Vec<Section>, kind: SubjectKind) -> impl IntoView {
    let sections = sections.into_iter();
    sections.map(|it| section(it, kind)).collect_view()
}

fn section(Section { about, lines }: Section, kind: SubjectKind) -> impl IntoView {
    let (key, hint) = match about {
        About::Refused => ("import.refused", Some("import.refused_text")),
        About::Asked => ("import.asked", Some("import.asked_text")),
        About::Doubted => ("import.doubted", Some("import.doubted_text")),
        About::LeftOut => ("import.left_out", None),
        About::Partly => ("import.partly", Some("import.partly_text")),
        About::Updated => ("import.updated", None),
        About::Mended => ("import.mended", Some("import.mended_text")),
        About::Skipped => ("import.skipped", None),
        About::New => ("import.new", None),
        About::Unchanged => ("import.unchanged", None),
    };
    // The questions name the rows that wait, and what is as it should be is read by nobody in a hurry.
    let is_quiet = about == About::Asked || About::PLAIN.contains(&about);
    let is_open = !is_quiet && lines.len() <= OPEN;
    let of = counted(kind);
    let what = tf(key, &[("kind", &of), ("Kind", &words::capital(&of))]);
    let head = tf("import.section", &[("what", &what), ("n", &lines.len())]);
    let has_words = lines.iter().any(|line| !line.said.is_empty());
    view! {
        <details class="card fold" open=is_open>
            <summary><h2>{head.clone()}</h2></summary>
            {hint.map(|hint| view! { <p class="hint">{t(hint)}</p> })}
            <div class="table-wrap" role="group" tabindex="0" aria-label=head>
                <table class="table" data-tight="">
                    <thead><tr>
                        <th scope="col">{t("import.row")}</th>
                        <th scope="col">{t("import.name")}</th>
                        {has_words.then(|| view! { <th scope="col">{t("import.said")}</th> })}
                    </tr></thead>
                    <tbody>{lines.into_iter().map(|line| row(line, has_words)).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(line: Line, has_words: bool) -> impl IntoView {
    let place = match line.sheet {
        Some(sheet) => format!("{sheet}: {}", line.row),
        None => line.row.to_string(),
    };
    view! {
        <tr>
            <th scope="row">{place}</th>
            <td>{line.name}</td>
            {has_words.then(|| view! { <td lang="vi">{line.said}</td> })}
        </tr>
    }
}
