//! One form of the queue: what it is decided by, the decision, and the way on to the next.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::access::Role;
use shared::api::queue::{Decided, Late, QueueQuery, Submission};
use shared::assessment::{AssessmentHead, Phase};
use shared::calendar::Year;
use shared::criteria::CriteriaSet;
use shared::document::Document;
use shared::field;
use shared::figure;
use shared::ids::DocumentId;
use shared::problem::ProblemKind;
use shared::scoring::Score;

use super::super::campaign::Next;
use super::super::dashboard::session;
use super::super::frame::{DeskFrame, Way, asked};
use super::super::subject_detail::Pieces;
use super::super::subject_detail::answers::Answers;
use super::super::subject_detail::beside::Beside;
use super::super::subject_detail::decide::{Decide, Told, take_back};
use super::NotableThings;
use super::answering::Answering;
use crate::backend::backend;
use crate::components::{Badge, Glyph, Notice, Tone};
use crate::criteria;
use crate::locale::{t, tf, ts};
use crate::words;

/// What is said of a decision that was taken.
pub(super) fn told_key(told: &str) -> Option<&'static str> {
    match told {
        "verify" => Some("decide.told_verify"),
        "return" => Some("decide.told_return"),
        "not_eligible" => Some("decide.told_not_eligible"),
        _ => None,
    }
}

#[component]
pub fn SubmissionPage() -> impl IntoView {
    let params = use_params_map().get_untracked();
    let form = params
        .get("form")
        .and_then(|it| it.parse::<DocumentId>().ok());
    let address = use_query_map().get_untracked();
    let decided = address.get("of").and_then(|it| it.parse().ok());
    // What was taken back, or not decided, stands here itself.
    let decided = decided.filter(|of| Some(*of) != form);
    let query = super::query();
    let answer = async move {
        let form = form.ok_or(ProblemKind::NotFound)?;
        let backend = backend()?;
        let session = session(&*backend).await?;
        let found = backend.submission(query, form, decided).await?;
        Ok((found, session.actor.role))
    };
    asked(answer, |(found, role): (Submission, Role)| {
        let title = found.subject.name().to_owned();
        view! { <DeskFrame title><OneForm found role/></DeskFrame> }
    })
}

#[component]
fn OneForm(found: Submission, role: Role) -> impl IntoView {
    let Submission {
        crumbs,
        query,
        subject,
        form,
        last_year,
        arrived,
        notable,
        late,
        due,
        at,
        total,
        previous,
        next,
        decided,
    } = found;
    let Some(head) = form.assessment().cloned() else {
        return ().into_any();
    };
    let set = criteria::known().find(&head.criteria);
    // While the commune looks at a form it may answer itself, beside the village.
    let is_open = role.verifies() && head.stage.name().phase() == Phase::Commune;
    let answering = is_open.then(|| Answering::of(&form, head.year, query));
    let told = match decided {
        Some(decided) => decided_notice(&decided, head.year, query),
        None => view! { <Told/> }.into_any(),
    };
    let answered = set.zip(answering.as_ref()).and_then(|(set, answering)| {
        let (points, result) = said(&form, &form.score(set)?, set);
        answering.told(&form, set, &format!("{points}, {result}"))
    });
    let answers = set.map(|set| {
        view! { <Answers form=form.clone() set last_year=last_year.clone() answering/> }
    });
    // How long it lies is said by what is next for it.
    let late = Late { lies: None, ..late };
    let decide = set.map(|set| view! { <Decide form=form.clone() set role queue=query/> });
    view! {
        <Way crumbs query=format!("year={}", head.year) here=Some(subject.name().to_owned())/>
        {told}
        {answered}
        <Turning query at total previous next/>
        <div class="board" data-deciding>
            <section class="card stack">
                <h2>{tf("detail.form_of", &[("title", &words::title(head.title)), ("year", &head.year)])}</h2>
                {answers}
                <Pieces form=form.clone() arrived/>
            </section>
            <section class="card stack deciding" id="decide">
                <Verdict form=form.clone() head=head.clone() set/>
                <NotableThings notable late/>
                {due.map(|due| view! { <Next due/> })}
                <Beside form=form.clone() asks=true/>
                {before(last_year.as_ref(), head.year.before())}
                {decide}
                <p class="hint small no-print wide-only">{t("queue.keys")}</p>
                {reasons(&form, set)}
                <Facts subject/>
            </section>
        </div>
    }
    .into_any()
}

/// What was decided of just before, and how it is taken back.
fn decided_notice(decided: &Decided, year: Year, query: QueueQuery) -> AnyView {
    let title = tf(
        "queue.told",
        &[
            ("name", &decided.name),
            ("stage", &words::stage(decided.stage)),
        ],
    );
    let back = take_back(decided, year, query);
    view! { <Notice tone=Tone::Forest glyph=Glyph::Check title>{back}</Notice> }.into_any()
}

/// Where in the queue this is, and the ones beside it.
#[component]
fn Turning(
    query: QueueQuery,
    at: Option<u32>,
    total: u32,
    previous: Option<DocumentId>,
    next: Option<DocumentId>,
) -> impl IntoView {
    let written = query.written();
    let place = match at {
        Some(at) => tf("queue.at", &[("at", &at), ("total", &total)]),
        None => t("queue.left_queue"),
    };
    let turn = |to: Option<DocumentId>, key: &'static str, access: &'static str| {
        to.map(|form| {
            let href = format!("/commune/queue/{form}?{written}");
            view! { <a class="button" data-kind="secondary" href=href accesskey=access>{t(key)}</a> }
        })
    };
    view! {
        <nav class="pages queue-turning" aria-label=t("desk.queue")>
            {turn(previous, "queue.previous", "p")}
            <span>{place} " · " <a href=format!("/commune/queue?{written}")>{t("queue.to_list")}</a></span>
            {turn(next, "queue.next", "n")}
            <a class="button narrow-only" data-kind="secondary" href="#decide">{t("queue.to_decision")}</a>
        </nav>
    }
}

/// The stage, the points, and whether they pass.
#[component]
fn Verdict(
    form: Document,
    head: AssessmentHead,
    set: Option<&'static CriteriaSet>,
) -> impl IntoView {
    let score = set.and_then(|set| form.score(set));
    let stage = head.stage.name();
    let said = set.zip(score.as_ref()).map(|(set, score)| {
        let (points, result) = said(&form, score, set);
        format!("{points}, {result}")
    });
    let sent = head
        .finished
        .map(|at| tf("queue.sent_at", &[("at", &words::moment(at))]));
    view! {
        <p class="row">
            <Badge tone=words::stage_tone(Some(stage)) glyph=words::stage_glyph(Some(stage)) label=words::stage(stage)/>
            <span class="muted">{sent}</span>
        </p>
        <p class="verdict"><strong>{said}</strong></p>
    }
}

/// Why the points are what they are.
fn reasons(form: &Document, set: Option<&'static CriteriaSet>) -> Option<impl IntoView + use<>> {
    let set = set?;
    let score = form.score(set)?;
    let left = words::distance(&score, set).into_iter();
    let reasons = score.verdict.reasons.iter();
    let lines: Vec<_> = left
        .chain(reasons.map(|reason| words::reason(reason, set)))
        .map(|line| view! { <li>{line}</li> })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details>
                <summary>{t("detail.reasons")}</summary>
                <ul class="small">{lines}</ul>
            </details>
        }
    })
}

/// `38/40 điểm` and `Đạt`.
fn said(form: &Document, score: &Score, set: &CriteriaSet) -> (String, String) {
    let result = words::verdict(figure::said(form, score), score, set);
    (words::standing(score), result)
}

/// What came of the year before.
fn before(last_year: Option<&Document>, year: Year) -> impl IntoView + use<> {
    let score = last_year.and_then(|form| {
        let set = criteria::known().find(&form.assessment()?.criteria)?;
        Some((form, form.score(set)?, set))
    });
    let text = match score {
        Some((form, score, set)) => {
            let (points, result) = said(form, &score, set);
            tf(
                "queue.before",
                &[("year", &year), ("points", &points), ("result", &result)],
            )
        }
        None => tf("queue.before_none", &[("year", &year)]),
    };
    view! { <p class="muted">{text}</p> }
}

/// What is known of the subject, and what somebody doubts of it.
#[component]
fn Facts(subject: Document) -> impl IntoView {
    let Some(kind) = subject.subject_kind() else {
        return ().into_any();
    };
    let facts = field::of(kind)
        .filter(|spec| spec.name != field::NAME && !spec.is_sensitive)
        .filter_map(|spec| {
            let value = subject.field(&spec.name.into()).filter(|it| !it.is_null())?;
            let doubt = subject.doubts.get(&spec.name.into()).map(|why| {
                view! { <span class="remark small">" " {why.clone()}</span> }
            });
            Some(view! { <dt>{words::field_name(spec.name)}</dt><dd>{words::field_value(spec.name, Some(value))} {doubt}</dd> })
        })
        .collect_view();
    let href = format!("/dashboard/subject/{}", subject.id);
    view! {
        <details class="no-print" open=!subject.doubts.is_empty()>
            <summary>{ts("detail.facts")}</summary>
            <dl class="facts">{facts}</dl>
            <p><a href=href>{t("queue.whole")}</a></p>
        </details>
    }
    .into_any()
}
