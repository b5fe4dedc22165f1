//! What would become of a list, before anything is written.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::imports::{ImportPreview, ListProblem, PlanSeen, Sums};
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::questions::Questions;
use super::report::Report;
use crate::backend::backend;
use crate::components::{Empty, Glyph, Icon, Notice, Tone};
use crate::locale::{t, tf, ts};
use crate::pages::desk::frame::{DeskFrame, asked};
use crate::tables::counted;
use crate::words;

#[component]
pub fn ImportPreviewPage() -> impl IntoView {
    let list = use_params_map()
        .get_untracked()
        .get("list")
        .unwrap_or_default();
    let changed = use_query_map().get_untracked().get("told").as_deref() == Some("changed");
    let asking = list.clone();
    let answer = async move {
        match backend()?.import_preview(&asking).await {
            // Its owner has given another one since, or has waited too long.
            Err(error) if error.kind == ProblemKind::NotFound => Ok(None),
            found => found.map(Some),
        }
    };
    asked(answer, move |found| {
        match found {
        Some(preview) => view! {
            <DeskFrame title=ts("import.preview_title")><Preview preview list changed/></DeskFrame>
        }
        .into_any(),
        None => view! {
            <DeskFrame title=ts("import.preview_title")>
                <Empty glyph=Glyph::Clock title=ts("import.gone") text=ts("import.gone_text")>
                    <a class="button" data-kind="primary" href="/commune/import">{t("import.choose_file")}</a>
                </Empty>
            </DeskFrame>
        }
        .into_any(),
    }
    })
}

#[component]
fn Preview(preview: ImportPreview, list: String, changed: bool) -> impl IntoView {
    let ImportPreview {
        file,
        kind,
        commune,
        seen,
    } = preview;
    let another = format!("/commune/import?unit={}&kind={}", commune.id, kind.as_str());
    let body = match seen {
        Ok(plan) => view! { <Plan plan kind list/> }.into_any(),
        Err(problem) => view! { <Problem problem commune=commune.name list/> }.into_any(),
    };
    view! {
        {changed.then(|| view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("import.changed")>
                <p>{t("import.changed_text")}</p>
            </Notice>
        })}
        <p class="muted">{tf("import.of_file", &[("file", &file)])}</p>
        {body}
        <p><a class="button" data-kind="secondary" href=another>{t("import.other_file")}</a></p>
    }
}

/// Why nothing of the file can be taken, what to do, and the way on for whoever has looked.
#[component]
fn Problem(problem: ListProblem, commune: String, list: String) -> impl IntoView {
    let (said, despite) = match problem {
        ListProblem::File(said) => (view! { <span lang="vi">{said}</span> }.into_any(), None),
        ListProblem::Columns(said) => (
            view! { <span lang="vi">{said}</span> }.into_any(),
            Some(("despite_columns", "import.despite_columns")),
        ),
        ListProblem::OtherCommune { heading } => (
            view! { <span>{tf("import.other_commune", &[("heading", &heading), ("commune", &commune)])}</span> }
                .into_any(),
            Some(("despite_heading", "import.despite_heading")),
        ),
    };
    let despite = despite.map(|(name, key)| {
        view! {
            <form method="post" action=format!("/commune/import/{list}/answers")>
                <input type="hidden" name=name value="1"/>
                <button type="submit" class="button" data-kind="secondary">{t(key)}</button>
            </form>
        }
    });
    view! {
        <div class="error-summary" role="alert" tabindex="-1">
            <h2><Icon glyph=Glyph::Alert/>{t("import.nothing_taken")}</h2>
            <p>{said}</p>
        </div>
        {despite}
    }
}

#[component]
fn Plan(plan: PlanSeen, kind: SubjectKind, list: String) -> impl IntoView {
    let PlanSeen {
        commune,
        year,
        mark,
        sums,
        sections,
        remarks,
        new_villages,
        questions,
        answered,
    } = plan;
    let of = counted(kind);
    let number = |count: usize| words::number(i64::try_from(count).unwrap_or(i64::MAX));
    let headline = tf(
        "import.headline",
        &[
            ("kind", &of),
            ("new", &number(sums.new)),
            ("updated", &number(sums.updated)),
            ("unchanged", &number(sums.unchanged)),
            ("waiting", &number(sums.waiting)),
            ("refused", &number(sums.refused)),
        ],
    );
    let registered = (sums.registered > 0).then(|| {
        tf(
            "import.registers",
            &[
                ("year", &year),
                ("n", &number(sums.registered)),
                ("kind", &of),
            ],
        )
    });
    let villages = (!new_villages.is_empty()).then(|| {
        tf(
            "import.new_villages",
            &[("names", &new_villages.join(", "))],
        )
    });
    let has_villages = villages.is_some();
    view! {
        <p>{tf("import.list_of", &[("kind", &of), ("commune", &commune), ("year", &year)])} " " <strong>{t("import.not_written")}</strong></p>
        <p class="headline"><strong>{headline}</strong></p>
        {registered.map(|said| view! { <p>{said}</p> })}
        {villages.map(|said| view! { <p>{said}</p> })}
        {remarks.into_iter().map(|said| view! { <p lang="vi">{said}</p> }).collect_view()}
        <Questions questions kind answered list=list.clone()/>
        <Report sections kind/>
        <Write sums kind has_villages mark list/>
    }
}

/// The one button that writes.
#[component]
fn Write(
    sums: Sums,
    kind: SubjectKind,
    has_villages: bool,
    mark: String,
    list: String,
) -> impl IntoView {
    let of = counted(kind);
    let waits = (sums.waiting > 0).then(|| {
        tf(
            "import.waiting_left",
            &[("n", &sums.waiting), ("kind", &of)],
        )
    });
    let button = match (sums.writes, has_villages) {
        (0, false) => None,
        (0, true) => Some(t("import.write_villages")),
        (count, _) => Some(tf("import.write", &[("n", &count), ("kind", &of)])),
    };
    let nothing = match sums {
        _ if button.is_some() => None,
        Sums { waiting: 1.., .. } => Some(t("import.all_wait")),
        Sums { unchanged: 1.., .. } => Some(tf("import.nothing_new", &[("kind", &of)])),
        _ => Some(tf("import.nobody", &[("kind", &of)])),
    };
    view! {
        <section class="card" id="write">
            {waits.map(|said| view! { <p>{said}</p> })}
            {nothing.map(|said| view! { <p><strong>{said}</strong></p> })}
            {button.map(|label| view! {
                <form class="stack" data-gap="s" method="post" action=format!("/commune/import/{list}/write")>
                    <input type="hidden" name="mark" value=mark/>
                    <p class="hint">{t("import.write_text")}</p>
                    <p><button type="submit" class="button" data-kind="primary">{label}</button></p>
                </form>
            })}
        </section>
    }
}
