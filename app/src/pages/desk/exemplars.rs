//! Exemplars: the stories that everybody may read, one of them, and where a commune writes it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::exemplars::{
    DAY_MAX, Exemplar, ExemplarDesk, ExemplarField, ExemplarProblem, Exemplars, ExemplarsQuery,
    STORY_MAX, UnmendedExemplar, Written,
};
use shared::evidence::FileHash;
use shared::field::NAME_MAX;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;

use super::frame::{DeskFrame, asked};
use crate::backend::{BackendError, backend};
use crate::components::error_summary::FieldProblem;
use crate::components::{Empty, ErrorSummary, Glyph, Notice, PageHeader, TextArea, Tone};
use crate::locale::{t, tf, ts};
use crate::words;

/// The page of somebody who need not have signed in.
#[component]
fn Open(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] back: Option<Signal<String>>,
    children: Children,
) -> impl IntoView {
    let header = match back {
        Some(back) => view! { <PageHeader title who=ts("app.name") back back_label=ts("exemplars.to_all")><Door/></PageHeader> }.into_any(),
        None => view! { <PageHeader title who=ts("app.name")><Door/></PageHeader> }.into_any(),
    };
    view! {
        <div class="app">
            <a class="skip" href="#main">{ts("frame.skip")}</a>
            {header}
            <main class="page" id="main" data-width="wide" tabindex="-1">{children()}</main>
        </div>
    }
}

/// The way in for who works here.
#[component]
fn Door() -> impl IntoView {
    view! { <a class="button no-print" data-kind="quiet" href="/">{ts("exemplars.enter")}</a> }
}

#[component]
pub fn ExemplarsPage() -> impl IntoView {
    let unit = use_query_map().get_untracked().get("unit");
    let query = ExemplarsQuery {
        unit: unit.and_then(|unit| unit.parse().ok()),
    };
    let answer = async move { backend()?.exemplars(query).await };
    openly(answer, |found: Exemplars| {
        let title = match &found.of {
            Some(unit) => tf("exemplars.title_of", &[("unit", unit)]),
            None => t("exemplars.title"),
        };
        view! { <Open title><All found/></Open> }
    })
}

/// Waits for an answer; draws it, or kindly what went wrong, for whoever it is.
fn openly<T, V>(
    answer: impl Future<Output = Result<T, BackendError>> + Send + 'static,
    draw: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    Suspend::new(async move {
        match answer.await {
            Ok(answer) => draw(answer).into_any(),
            Err(error) => view! {
                <Open title=ts("exemplars.title")>
                    <Empty glyph=Glyph::Book title=words::problem(error.kind) text=ts("exemplars.gone")>
                        <a class="button" data-kind="primary" href="/exemplars">{ts("exemplars.to_all")}</a>
                    </Empty>
                </Open>
            }
            .into_any(),
        }
    })
}

#[component]
fn All(found: Exemplars) -> impl IntoView {
    let Exemplars { of, rows, is_cut } = found;
    let none = rows.is_empty().then(|| {
        view! { <Empty glyph=Glyph::Book title=ts("exemplars.none") text=ts("exemplars.none_text")/> }
    });
    let card = |it: Exemplar| {
        let href = format!("/exemplars/{}", it.form);
        let photo = it.photo.map(|hash| {
            let source = photo_of(it.form, hash);
            view! { <img src=source alt="" loading="lazy"/> }
        });
        // The first words; the page has all of them.
        let story = beginning(&it.story);
        let title = titled(&it);
        let place = lies(&it);
        view! {
            <li class="card exemplar">
                {photo}
                <h2><a href=href>{it.name}</a></h2>
                <p class="muted">{place}</p>
                <p><strong>{title}</strong></p>
                <p>{story}</p>
            </li>
        }
    };
    let cards = rows.into_iter().map(card).collect_view();
    view! {
        <p class="lead">{ts("exemplars.lead")}</p>
        {of.map(|_| view! { <p><a href="/exemplars">{ts("exemplars.to_all")}</a></p> })}
        {none}
        <ul class="exemplars">{cards}</ul>
        {is_cut.then(|| view! { <p class="hint">{ts("exemplars.cut")}</p> })}
    }
}

/// As much of a story as a card has room for, to the end of a word.
fn beginning(story: &str) -> String {
    /// In characters.
    const ROOM: usize = 180;
    let line = story.lines().next().unwrap_or_default();
    if line.chars().count() <= ROOM && !story.contains('\n') {
        return line.to_owned();
    }
    let cut: String = line.chars().take(ROOM).collect();
    let whole = match (line.chars().count() > ROOM, cut.rsplit_once(' ')) {
        (true, Some((whole, _))) => whole,
        _ => &cut,
    };
    format!("{}…", whole.trim_end_matches(['.', ',', ';']))
}

fn titled(it: &Exemplar) -> String {
    let title = words::capital(&words::title(it.title));
    tf("exemplars.titled", &[("title", &title), ("year", &it.year)])
}

fn lies(it: &Exemplar) -> String {
    match it.village.is_empty() {
        true => it.commune.clone(),
        false => format!("{}, {}", it.village, it.commune),
    }
}

fn photo_of(form: DocumentId, hash: FileHash) -> String {
    format!("/exemplars/{form}/photo/{hash}")
}

/// The form in the address.
fn form() -> Result<DocumentId, ProblemKind> {
    let form = use_params_map().get_untracked().get("form");
    let form = form.and_then(|form| form.parse().ok());
    form.ok_or(ProblemKind::NotFound)
}

#[component]
pub fn ExemplarPage() -> impl IntoView {
    let form = form();
    let answer = async move { backend()?.exemplar(form?).await };
    openly(answer, |it: Exemplar| {
        let (place, title) = (lies(&it), titled(&it));
        let lines = it.story.lines().map(str::to_owned);
        let lines = lines.map(|line| view! { <p>{line}</p> }).collect_view();
        let photo = it.photo.map(|hash| {
            let source = photo_of(it.form, hash);
            let alt = tf("exemplars.photo_of", &[("name", &it.name)]);
            view! { <img src=source alt=alt/> }
        });
        let back = Signal::stored("/exemplars".to_owned());
        view! {
            <Open title=it.name back>
                <article class="card exemplar stack" data-whole="">
                    <p class="muted">{place}</p>
                    <p class="lead">{title}</p>
                    {photo}
                    {lines}
                </article>
            </Open>
        }
    })
}

#[component]
pub fn ExemplarDeskPage() -> impl IntoView {
    let form = form();
    let query = use_query_map().get_untracked();
    let told = ["forgotten", "saved"];
    let told = told.into_iter().find(|name| query.get(name).is_some());
    // What was sent and could not be taken.
    let unmended = use_context::<UnmendedExemplar>();
    let answer = async move { backend()?.exemplar_desk(form?).await };
    asked(answer, move |desk: ExemplarDesk| {
        let title = tf("exemplars.write", &[("name", &desk.name)]);
        view! { <DeskFrame title><Write desk unmended told/></DeskFrame> }
    })
}

#[component]
fn Write(
    desk: ExemplarDesk,
    unmended: Option<UnmendedExemplar>,
    told: Option<&'static str>,
) -> impl IntoView {
    let (written, problems) = match unmended {
        Some(UnmendedExemplar { written, problems }) => (written, problems),
        None => (desk.written.clone(), Vec::new()),
    };
    let problem = |field: ExemplarField| {
        let found = problems.iter().find(|(of, _)| *of == field);
        found.map(|(field, problem)| says(*field, *problem))
    };
    let summary: Vec<FieldProblem> = problems
        .iter()
        .map(|(field, problem)| FieldProblem {
            field: field.as_str().to_owned(),
            message: says(*field, *problem),
        })
        .collect();
    let told = told.map(|told| {
        let key = match told {
            "forgotten" => "exemplars.told_forgotten",
            _ if written.is_shown => "exemplars.told_shown",
            _ => "exemplars.told_saved",
        };
        view! { <Notice tone=Tone::Forest glyph=Glyph::Check title=ts(key)/> }
    });
    let is_public = desk.written.is_shown && desk.holds_title;
    let public = is_public.then(|| {
        let href = format!("/exemplars/{}", desk.form);
        view! { <p>{t("exemplars.is_shown")} " " <a href=href>{t("exemplars.see")}</a></p> }
    });
    let no_title = (!desk.holds_title).then(|| {
        view! { <Notice tone=Tone::Turmeric glyph=Glyph::Info title=ts("exemplars.no_title")/> }
    });
    let title = words::capital(&words::title(desk.title));
    let of = tf(
        "exemplars.titled",
        &[("title", &title), ("year", &desk.year)],
    );
    let subject = format!("/dashboard/subject/{}?year={}", desk.subject, desk.year);
    let saved = desk.saved.clone().map(|(at, by)| {
        let by = by.unwrap_or_else(|| t("letterhead.somebody"));
        tf("exemplars.last", &[("at", &words::moment(at)), ("by", &by)])
    });
    let forget = desk.saved.is_some().then(|| {
        view! {
            <details class="no-print">
                <summary>{t("exemplars.forget_head")}</summary>
                <form class="stack" data-gap="s" method="post" action=format!("/exemplars/{}/forget", desk.form)>
                    <p class="hint">{t("exemplars.forget_text")}</p>
                    <p><button type="submit" class="button" data-kind="danger">{t("exemplars.forget")}</button></p>
                </form>
            </details>
        }
    });
    let Written {
        story,
        photo,
        consent_by,
        consent_on,
        is_shown,
    } = written;
    let photos = photos(desk.form, &desk.photos, photo);
    let story_error = problem(ExemplarField::Story);
    let shown_error = problem(ExemplarField::Shown);
    let photo_error = problem(ExemplarField::Photo);
    let wrong = |error: &Option<String>| error.is_some().then_some("");
    let (story_wrong, shown_wrong) = (wrong(&story_error), wrong(&shown_error));
    let line = |field: ExemplarField, label: &str, hint: &str, value: String, max: usize| {
        let (name, error) = (field.as_str(), problem(field));
        let is_wrong = error.is_some();
        let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
        let described = match is_wrong {
            true => format!("{error_id} {hint_id}"),
            false => hint_id.clone(),
        };
        view! {
            <div class="field" data-invalid=is_wrong.then_some("")>
                <label for=name>{t(label)}</label>
                <p class="hint" id=hint_id>{t(hint)}</p>
                {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
                <input id=name name=name type="text" maxlength=max.to_string() autocomplete="off" value=value aria-describedby=described aria-invalid=is_wrong.then_some("true")/>
            </div>
        }
    };
    let by = line(
        ExemplarField::ConsentBy,
        "exemplars.consent_by",
        "exemplars.consent_by_hint",
        consent_by,
        NAME_MAX,
    );
    let on = line(
        ExemplarField::ConsentOn,
        "exemplars.consent_on",
        "exemplars.consent_on_hint",
        consent_on,
        DAY_MAX,
    );
    view! {
        <ErrorSummary heading=ts("exemplars.wrong") problems=summary/>
        {told}
        {no_title}
        <section class="card stack" data-gap="s">
            <p><a href=subject>{desk.name.clone()}</a> ", " {desk.village.clone()}</p>
            <p><strong>{of}</strong></p>
            {public}
        </section>
        <form class="card stack signing" method="post" action=format!("/exemplars/{}/write", desk.form)>
            <p class="hint">{t("exemplars.what")}</p>
            <div class="field" data-invalid=story_wrong>
                <label for="story">{t("exemplars.story")}</label>
                <p class="hint">{tf("exemplars.story_hint", &[("max", &words::number(i64::try_from(STORY_MAX).unwrap_or(i64::MAX)))])}</p>
                {story_error.map(|error| view! { <p class="field-error">{error}</p> })}
                <TextArea id="story" name="story" rows=8 value=story max=STORY_MAX/>
            </div>
            {photo_error.map(|error| view! { <p class="field-error" id="photo">{error}</p> })}
            {photos}
            <h2>{t("exemplars.consent")}</h2>
            <p class="hint">{t("exemplars.consent_text")}</p>
            {by}
            {on}
            <div class="field" data-invalid=shown_wrong>
                {shown_error.map(|error| view! { <p class="field-error">{error}</p> })}
                <label class="check"><input type="checkbox" id="shown" name="shown" value="1" checked=is_shown/><span>{t("exemplars.show")}</span></label>
            </div>
            <p><button type="submit" class="button" data-kind="primary">{t("exemplars.save")}</button></p>
        </form>
        {forget}
        <p class="muted">{saved}</p>
        <p class="no-print"><a href=format!("/exemplars?unit={}", desk.unit)>{t("exemplars.to_own")}</a></p>
        <p class="no-print"><a href=format!("/initiatives?unit={}", desk.unit)>{t("initiative.to_all")}</a></p>
    }
}

/// Which photo of the form goes with it.
fn photos(form: DocumentId, photos: &[FileHash], chosen: Option<FileHash>) -> AnyView {
    if photos.is_empty() {
        return view! { <p class="hint">{t("exemplars.no_photos")}</p> }.into_any();
    }
    let pieces = photos.iter().enumerate().map(|(at, hash)| {
        let source = format!("/api/v1/files/{hash}?doc={form}");
        let label = tf("exemplars.photo_nth", &[("n", &(at + 1))]);
        view! {
            <li><label class="check">
                <input type="radio" name="photo" value=hash.to_string() checked=chosen == Some(*hash)/>
                <img src=source alt=label loading="lazy"/>
            </label></li>
        }
    });
    let pieces = pieces.collect_view();
    view! {
        <fieldset class="field">
            <legend>{t("exemplars.photo")}</legend>
            <ul class="pieces">
                <li><label class="check"><input type="radio" name="photo" value="" checked=chosen.is_none()/><span>{t("exemplars.photo_none")}</span></label></li>
                {pieces}
            </ul>
        </fieldset>
    }
    .into_any()
}

/// What to do about a field.
fn says(field: ExemplarField, problem: ExemplarProblem) -> String {
    use ExemplarField::{ConsentBy, ConsentOn, Photo, Shown, Story};
    match (field, problem) {
        (_, ExemplarProblem::TooLong { max }) => {
            let max = words::number(i64::try_from(max).unwrap_or(i64::MAX));
            tf("exemplars.too_long", &[("max", &max)])
        }
        (_, ExemplarProblem::NotYet) => t("exemplars.not_yet"),
        (Story, _) => t("exemplars.no_story"),
        (ConsentBy, _) => t("exemplars.no_consent_by"),
        (ConsentOn, ExemplarProblem::NotADay) => t("exemplars.not_a_day"),
        (ConsentOn, _) => t("exemplars.no_consent_on"),
        (Photo, _) => t("exemplars.other_photo"),
        (Shown, _) => t("exemplars.no_title"),
    }
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_card_has_the_first_words_of_a_story() {
        assert_eq!(beginning("Dạy chữ cho 25 người."), "Dạy chữ cho 25 người.");
        assert_eq!(beginning("Dạy chữ.\nHiến đất."), "Dạy chữ…");
        let long = beginning(&"hiến đất ".repeat(40));
        assert!(long.ends_with("hiến…") || long.ends_with("đất…"), "{long}");
        assert!(long.chars().count() <= 181, "{long}");
        assert_eq!(beginning(&"ê".repeat(400)).chars().count(), 181);
        assert_eq!(beginning(""), "");
    }
}
