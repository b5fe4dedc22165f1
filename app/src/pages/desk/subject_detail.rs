//! One subject to the bottom of a figure: its facts, each year's answers by scorer, why it has its points, and who wrote
//! what when.

pub(super) mod answers;
pub(super) mod beside;
pub(super) mod decide;
pub(super) mod history;
mod steps;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde_json::Value;
use shared::access::{Actor, Role};
use shared::api::initiatives::InitiativeRow;
use shared::api::{Correction, MemberRow, SubjectDetail};
use shared::assessment::{Phase, StageName};
use shared::award::Occasion;
use shared::calendar;
use shared::campaign::Due;
use shared::criteria::CriterionCode;
use shared::document::Document;
use shared::evidence::{Evidence, FileHash};
use shared::field;
use shared::figure;
use shared::ids::DocumentId;
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use self::answers::Answers;
use self::beside::Beside;
use self::decide::{Decide, Told};
use self::history::{History, Sets};
use self::steps::{Names, Steps};
use super::campaign::Next;
use super::dashboard::session;
use super::duplicates::Undo;
use super::export::paper;
use super::frame::{DeskFrame, Way, asked};
use crate::backend::backend;
use crate::components::{Badge, Glyph, Icon, Notice, Tone};
use crate::criteria;
use crate::locale::{t, tf, ts};
use crate::words;

#[component]
pub fn SubjectDetailPage() -> impl IntoView {
    let params = use_params_map().get_untracked();
    let id = params
        .get("id")
        .and_then(|id| id.parse::<DocumentId>().ok());
    let year = use_query_map().get_untracked().get("year");
    let year = year.and_then(|year| year.parse().ok());
    let detail = async move {
        let id = id.ok_or(ProblemKind::NotFound)?;
        let backend = backend()?;
        let session = session(&*backend).await?;
        let year: calendar::Year = year.unwrap_or(session.year);
        Ok((backend.subject(id).await?, session.actor, year))
    };
    asked(
        detail,
        |(detail, actor, year): (SubjectDetail, Actor, calendar::Year)| {
            let title = detail.subject.name().to_owned();
            // What lies in a commune is for those above it to look at.
            let subject = &detail.subject;
            let works = actor.scope.works_on(subject.shard, subject.place);
            let role = works.then_some(actor.role);
            view! { <DeskFrame title><Detail detail role year/></DeskFrame> }
        },
    )
}

#[component]
fn Detail(
    detail: SubjectDetail,
    /// As what the reader works on it, if they do.
    role: Option<Role>,
    /// The year whose form is looked at.
    year: calendar::Year,
) -> impl IntoView {
    let SubjectDetail {
        crumbs,
        subject,
        assessments,
        history,
        arrived,
        people,
        named,
        members,
        corrections,
        dues,
        initiatives,
    } = detail;
    let name_of = |id: DocumentId| {
        let found = named.iter().find(|it| it.id == id);
        found.map(|it| it.name.clone())
    };
    // A subject that a field names is a way to its page.
    let value = |name: &str, value: &Value| {
        let shown = words::field_value_by(name, Some(value), name_of);
        let id = value.as_str().and_then(|id| id.parse::<DocumentId>().ok());
        match id.filter(|id| name_of(*id).is_some()) {
            Some(id) => {
                view! { <a href=format!("/dashboard/subject/{id}?year={year}")>{shown}</a> }
                    .into_any()
            }
            None => shown.into_any(),
        }
    };
    let names: Names = people.into_iter().map(|it| (it.id, it.name)).collect();
    let name = subject.name().to_owned();
    // The name stands over the page.
    let fields = subject.subject_kind().into_iter().flat_map(field::of);
    let facts = fields
        .filter(|spec| spec.name != field::NAME)
        .filter_map(|spec| Some((spec.name, subject.field(&spec.name.into())?)))
        .map(|(name, stands)| view! { <dt>{words::field_name(name)}</dt><dd>{value(name, stands)}</dd> })
        .collect_view();
    let doubts = subject
        .doubts
        .iter()
        .map(|(field, why)| view! { <li>{words::field_name(field.as_str())} ": " {why.clone()}</li> })
        .collect_view();
    let conflicts = subject
        .conflicts
        .iter()
        .map(|(field, rivals)| {
            let standing = subject.field(field).map_or_else(|| "–".to_owned(), |it| words::written(field, it));
            let others: Vec<String> = rivals.iter().map(|it| words::written(field, &it.value)).collect();
            view! { <li>{words::field_name(field.as_str())} ": " {standing} " / " {others.join(" / ")}</li> }
        })
        .collect_view();
    let (has_doubts, has_conflicts) = (!subject.doubts.is_empty(), subject.in_conflict());
    let of = |form: &Document| form.assessment().map(|head| head.year);
    let is_there = assessments.iter().any(|form| of(form) == Some(year));
    let none = (!is_there).then(|| {
        let title = tf("detail.no_form_of", &[("year", &year)]);
        view! { <Notice tone=Tone::Sky glyph=Glyph::Info title/> }
    });
    let sets: Sets = assessments
        .iter()
        .filter_map(|form| {
            Some((
                form.id,
                criteria::known().find(&form.assessment()?.criteria)?,
            ))
        })
        .collect();
    let forms = assessments
        .into_iter()
        .map(|form| {
            let is_open = of(&form) == Some(year);
            let due = dues.iter().find(|it| it.form == form.id);
            let due = due.map(|it| it.due);
            view! { <Year form arrived=arrived.clone() role is_open names=names.clone() due corrections=corrections.clone()/> }
        })
        .collect_view();
    let merged = merged(&subject, role, name_of);
    // Scoring, mending facts, choosing between two values is done in the field's pages.
    let works = role.filter(|_| subject.merged_into().is_none());
    let work = works.is_some_and(Role::keeps_documents).then(|| {
        let href = format!("/subject/{}", subject.id);
        view! { <p class="no-print"><a class="button" data-kind="secondary" href=href>{t("detail.work")}</a></p> }
    });
    view! {
        <Way crumbs query=format!("year={year}") here=Some(name)/>
        <Told/>
        {merged}
        {has_doubts.then(|| view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Alert title=ts("subject.doubts")><ul>{doubts}</ul></Notice>
        })}
        {has_conflicts.then(|| view! {
            <Notice tone=Tone::Red glyph=Glyph::Alert title=ts("detail.conflicts")><ul>{conflicts}</ul></Notice>
        })}
        <div class="board">
            <div class="stack">
                {none}
                {forms}
            </div>
            <div class="stack">
                <section class="card">
                    <h2>{t("detail.facts")}</h2>
                    <dl class="facts">{facts}</dl>
                    {work}
                </section>
                <Initiatives rows=initiatives subject=subject.clone() may_write=works.is_some_and(Role::keeps_its_unit)/>
                <Members members kind=subject.subject_kind() year/>
                <History history sets/>
            </div>
        </div>
    }
}

/// That it was merged into another, which can be taken back; or who was merged into it.
fn merged(
    subject: &Document,
    role: Option<Role>,
    name_of: impl Fn(DocumentId) -> Option<String>,
) -> Option<AnyView> {
    let page = |id: DocumentId| format!("/dashboard/subject/{id}");
    if let Some((kept, by)) = subject.merged_into().zip(subject.merged_by()) {
        let kept = DocumentId::from(kept);
        let name = name_of(kept).unwrap_or_else(|| t("dup.second"));
        let title = tf("dup.gone", &[("name", &name), ("day", &words::day(by.at))]);
        let gone = subject.id;
        let undo = role
            .is_some_and(Role::keeps_its_unit)
            .then(|| view! { <Undo gone kept/> });
        let notice = view! {
            <Notice tone=Tone::Turmeric glyph=Glyph::Info title>
                <div class="row">
                    <a class="button" data-kind="secondary" href=page(kept)>{t("dup.see_kept")}</a>
                    {undo}
                </div>
            </Notice>
        };
        return Some(notice.into_any());
    }
    let from = subject.merged_from();
    let kept = subject.id;
    let line = |gone: DocumentId| {
        let name = name_of(gone).unwrap_or_else(|| t("dup.second"));
        view! { <li><a href=format!("/duplicates/{kept}/{gone}")>{name}</a></li> }
    };
    let lines = from.iter().map(|gone| line(DocumentId::from(*gone)));
    let lines = lines.collect_view();
    (!from.is_empty()).then(|| {
        let title = ts("dup.holds");
        view! { <Notice tone=Tone::Sky glyph=Glyph::Info title><ul>{lines}</ul></Notice> }
            .into_any()
    })
}

/// What it thought of that serves learning.
#[component]
fn Initiatives(rows: Vec<InitiativeRow>, subject: Document, may_write: bool) -> impl IntoView {
    let line = |row: InitiativeRow| {
        let href = format!("/initiatives/{}", row.id);
        view! { <li><strong>{row.year.to_string()}</strong> ": " <a href=href>{row.name}</a></li> }
    };
    let is_author = subject.subject_kind().is_some_and(|kind| {
        !matches!(
            kind,
            SubjectKind::Commune | SubjectKind::District | SubjectKind::Province
        )
    });
    let write = (may_write && is_author).then(|| {
        let href = format!(
            "/initiatives/new?unit={}&subject={}",
            subject.shard, subject.id
        );
        view! { <p class="no-print"><a href=href>{t("initiative.of_this")}</a></p> }
    });
    (write.is_some() || !rows.is_empty()).then(|| {
        let none = rows
            .is_empty()
            .then(|| view! { <p class="muted">{t("initiative.none_yet")}</p> });
        view! {
            <section class="card" id="initiatives">
                <h2>{t("initiative.title")}</h2>
                {none}
                <ul class="plain">{rows.into_iter().map(line).collect_view()}</ul>
                {write}
            </section>
        }
    })
}

/// Those who say that they belong to the subject, with what each has reached.
#[component]
fn Members(
    members: Vec<MemberRow>,
    kind: Option<SubjectKind>,
    year: calendar::Year,
) -> impl IntoView {
    let n = members.len();
    let title = match kind {
        Some(SubjectKind::Clan) => "members.clan",
        Some(SubjectKind::Unit) => "members.unit",
        _ => "members.household",
    };
    let line = |member: MemberRow| {
        let stage = member.stage;
        let said = match member.passed {
            Some(true) => t("members.passes"),
            Some(false) => t("members.fails"),
            None => stage.map_or_else(|| t("village.not_begun"), words::stage),
        };
        view! {
            <li>
                <a href=format!("/dashboard/subject/{}?year={year}", member.id)>{member.name}</a>
                <span class="muted small">" · " {member.village} " · " {said}</span>
            </li>
        }
    };
    (n > 0).then(|| {
        view! {
            <section class="card">
                <h2>{tf(title, &[("n", &n)])}</h2>
                <ul class="plain">{members.into_iter().map(line).collect_view()}</ul>
            </section>
        }
    })
}

/// One year's form: result, answers, what proves them, and what the commune decides. The one that was asked for is open.
#[component]
fn Year(
    form: Document,
    arrived: Vec<FileHash>,
    role: Option<Role>,
    is_open: bool,
    names: Names,
    corrections: Vec<Correction>,
    /// What is next for it.
    due: Option<Due>,
) -> impl IntoView {
    let Some(head) = form.assessment().cloned() else {
        return ().into_any();
    };
    let set = criteria::known().find(&head.criteria);
    let score = set.and_then(|set| form.score(set));
    let summary = tf(
        "detail.form_of",
        &[("title", &words::title(head.title)), ("year", &head.year)],
    );
    let stage = head.stage.name();
    let points = set.zip(score.as_ref()).map(|(set, score)| {
        let said = match figure::said(&form, score) {
            None if stage.phase() == Phase::Village => t("detail.in_work"),
            passes => words::verdict(passes, score, set),
        };
        view! { <strong>{words::standing(score)}</strong> " · " {said} }
    });
    let answers = set.map(|set| view! { <Answers form=form.clone() set/> });
    let reasons = set.zip(score).map(|(set, score)| {
        let lines = |lines: Vec<String>, title: &str| {
            let is_empty = lines.is_empty();
            let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
            let lines = lines.collect_view();
            (!is_empty).then(|| view! { <h3>{t(title)}</h3><ul>{lines}</ul> })
        };
        let why = score.verdict.reasons.iter();
        let why = why.map(|reason| words::reason(reason, set)).collect();
        view! {
            {lines(words::distance(&score, set), "verdict.left")}
            {lines(why, "detail.reasons")}
        }
    });
    let read_by = |decision: DocumentId| {
        let found = corrections.iter().find(|it| it.of == decision)?;
        let Correction { corrected, .. } = found;
        let said = tf(
            "detail.corrected",
            &[
                ("number", &corrected.number),
                ("on", &words::date(corrected.on)),
                ("name", &corrected.reads.name),
            ],
        );
        let href = format!("/decisions/{}", corrected.by);
        Some(view! { " " {said} " " <a href=href>{t("detail.to_correction")}</a> })
    };
    let given = head.given.as_ref().map(|given| {
        let on = words::date(given.on);
        let said = match given.until {
            Some(until) => tf(
                "detail.given_until",
                &[("on", &on), ("until", &words::date(until))],
            ),
            None => tf("detail.given", &[("on", &on), ("year", &head.year)]),
        };
        let href = format!("/decisions/{}", given.decision);
        view! { <p>{said} " " <a href=href>{t("detail.to_decision")}</a> {read_by(given.decision)}</p> }
    });
    let commended = Occasion::ALL.into_iter().filter_map(|occasion| {
        let decision = head.commended_for(occasion)?;
        let href = format!("/decisions/{decision}");
        let period = words::period(occasion, head.year);
        let said = tf("detail.commended", &[("period", &period)]);
        Some(view! { <p>{said} " " <a href=href>{t("detail.to_decision")}</a> {read_by(decision)}</p> })
    });
    let commended = commended.collect_view();
    let papers = [
        ("tong-hop", "detail.summary"),
        ("bien-ban-kiem-tra", "detail.verification"),
    ];
    let papers = papers.map(|(stem, key)| {
        let stem = format!(
            "/dashboard/subject/{}/paper/{}/{stem}",
            head.subject, form.id
        );
        paper(t(key), &stem, "")
    });
    let papers = set.map(|_| papers.collect_view());
    let tells = role.is_some_and(Role::keeps_its_unit) && stage == StageName::Recognised;
    let story = tells.then(|| {
        let href = format!("/exemplars/{}/write", form.id);
        view! { <p class="no-print"><a href=href>{t("exemplars.to_write")}</a></p> }
    });
    let decide = set
        .zip(role)
        .map(|(set, role)| view! { <Decide form=form.clone() set role/> });
    view! {
        <details class="card fold" id=format!("form-{}", head.year) open=is_open>
            <summary>
                <h2>{summary}</h2>
                <span class="row"><Badge tone=words::stage_tone(Some(stage)) glyph=words::stage_glyph(Some(stage)) label=words::stage(stage)/> <span>{points}</span></span>
            </summary>
            <div class="stack">
                <Steps form=form.clone() names/>
                {due.map(|due| view! { <Next due/> })}
                {given}
                {commended}
                <Beside form=form.clone()/>
                {papers}
                {story}
                {answers}
                {reasons}
                <Pieces form arrived/>
                {decide}
            </div>
        </details>
    }
    .into_any()
}

/// What proves the answers: pictures and papers, or that they have not arrived yet.
#[component]
pub(super) fn Pieces(form: Document, arrived: Vec<FileHash>) -> impl IntoView {
    let doc = form.id;
    let set = form
        .assessment()
        .and_then(|head| criteria::known().find(&head.criteria));
    let question = move |code: CriterionCode| {
        let asked = set.and_then(|set| set.indicator(&code));
        asked.map(|(_, asked)| format!("{} · ", asked.question))
    };
    let piece = move |(hash, evidence): (FileHash, Evidence)| {
        let name = evidence
            .name
            .clone()
            .unwrap_or_else(|| words::medium(evidence.medium));
        let href = format!("/api/v1/files/{hash}?doc={doc}");
        let has_arrived = arrived.contains(&hash);
        let shown = match (has_arrived, evidence.media_type.is_image()) {
            (true, true) => view! {
                <a href=href.clone() target="_blank"><img src=href.clone() alt=name.clone() loading="lazy"/></a>
            }
            .into_any(),
            (true, false) => view! { <a class="piece-paper" href=href target="_blank"><Icon glyph=Glyph::Book/>{name.clone()}</a> }.into_any(),
            (false, _) => view! { <p class="piece-paper muted"><Icon glyph=Glyph::Clock/>{t("evidence.on_its_way")}</p> }.into_any(),
        };
        view! {
            <li>
                {shown}
                <p class="small muted">{evidence.criterion.and_then(question)} {name}</p>
            </li>
        }
    };
    let pieces: Vec<_> = form.evidence().collect();
    (!pieces.is_empty()).then(|| {
        view! {
            <h3>{t("evidence.title")}</h3>
            <ul class="pieces">{pieces.into_iter().map(piece).collect_view()}</ul>
        }
    })
}
