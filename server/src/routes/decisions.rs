//! What the pages of decisions send: plain forms in, redirects out.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use leptos::prelude::provide_context;
use shared::SortedMap;
use shared::api::decisions::TypedReadings;
use shared::api::scans::SCAN_MAX;
use shared::award::{Award, Piece};
use shared::change::Refusal;
use shared::criteria::Title;
use shared::decision::{Deciding, DecisionStep, Does, NUMBER_MAX, Reading, SIGNER_MAX};
use shared::document::Seq;
use shared::evidence::FileHash;
use shared::ids::{DocumentId, SubjectId, UnitId};
use shared::problem::ProblemKind;
use uuid::Uuid;

use super::at_desk::{AtDesk, DeskForm};
use super::desk::told;
use super::form::{Pairs, field, read};
use super::multipart::{self, FORM_MAX};
use super::{exports, files, pages};
use crate::error::ApiError;
use crate::services::decide::{self, Decided};
use crate::services::decision_papers::{self, Format, Which};
use crate::services::scans::NotKept;
use crate::state::AppState;

/// The largest form of a step: 500 lines, each with what it is commended for, as browsers write the letters of Vietnamese.
const STEP_MAX: usize = 1_500 * 1_024;

pub fn router() -> Router<AppState> {
    let step = post(step).layer(DefaultBodyLimit::max(STEP_MAX));
    let scans = post(add_scan).layer(DefaultBodyLimit::max(FORM_MAX));
    Router::new()
        .route("/decisions/draft", post(draft))
        .route("/decisions/{id}/step", step)
        .route("/decisions/{id}/paper/{file}", get(paper))
        .route("/decisions/{id}/scans", scans)
        .route("/decisions/{id}/scans/{hash}", get(scan))
}

/// The lines that were chosen.
fn subjects(pairs: &Pairs) -> Result<Vec<SubjectId>, ProblemKind> {
    let chosen = pairs.iter().filter(|(name, _)| name == "subject");
    let read = chosen.map(|(_, value)| value.parse().map_err(|_| ProblemKind::Malformed));
    read.collect()
}

/// `POST /decisions/draft`: a list is drawn up, of those who are to be recognised, of those whose title is to be taken back, of those
/// who are to be commended, or of lines of a signed decision that are to be corrected.
async fn draft(
    State(state): State<AppState>,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let (shard, year) = (read(&sent, "unit")?, read(&sent, "year")?);
    let title: Title = read(&sent, "title")?;
    let subjects = subjects(&sent)?;
    let does = match field(&sent, "does") {
        Some("revoke") => Does::Revoke {
            reason: field(&sent, "reason").unwrap_or_default().to_owned(),
        },
        Some("commend") => Does::Commend {
            award: read(&sent, "award").unwrap_or(Award::CommuneCommendation),
            occasion: read(&sent, "occasion").unwrap_or_default(),
        },
        Some("correct") => Does::Correct {
            decision: read(&sent, "corrects")?,
            wording: String::new(),
        },
        None | Some("recognise") => Does::Recognise,
        Some(_) => return Err(ProblemKind::Malformed.into()),
    };
    let (award, occasion, corrects) = (does.award(), does.occasion(), does.corrects());
    // Back to the page that the lines were chosen on.
    let page = match read::<DocumentId>(&sent, "back") {
        Ok(of) => format!("/decisions/{of}?"),
        Err(_) => {
            let title = title.as_str();
            let does = award.map_or_else(String::new, |award| {
                let (award, occasion) = (award.as_str(), occasion.as_str());
                format!("&award={award}&occasion={occasion}")
            });
            format!("/decisions/draft?unit={shard}&title={title}&year={year}{does}&")
        }
    };
    // What is wrong may be the wording, and no line.
    if subjects.is_empty() && corrects.is_none() {
        return Ok(Redirect::to(&format!("{page}told=nobody")).into_response());
    }
    let id = DocumentId::from_uuid(Uuid::now_v7());
    let deciding = Deciding {
        step: DecisionStep::Draft { shard, does },
        title,
        year,
        corrects,
        subjects,
    };
    let decided = decide::draft(&state, &who, id, deciding).await;
    let page = match &decided {
        Ok(Decided::Taken) => format!("/decisions/{id}?"),
        _ => page,
    };
    let told = serde_urlencoded::to_string([told(decided, "drafted")?]).unwrap_or_default();
    Ok(Redirect::to(&format!("{page}{told}")).into_response())
}

/// `GET /decisions/{id}/paper/{file}`: the decision as it is signed, or the letter that puts it before whoever signs, to go on
/// writing in or to print: `quyet-dinh.docx`, `to-trinh.pdf`.
async fn paper(
    State(state): State<AppState>,
    Path((id, file)): Path<(DocumentId, String)>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let (stem, extension) = file.rsplit_once('.').unwrap_or((&file, ""));
    let (which, format) = (Which::parse(stem)?, Format::parse(extension)?);
    let (name, bytes) = decision_papers::paper(&state, &who, id, which, format).await?;
    exports::paper(&name, format, bytes)
}

/// `POST /decisions/{id}/scans`: a scan of the paper as it was signed.
async fn add_scan(
    State(state): State<AppState>,
    Path(id): Path<DocumentId>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let mut form = multipart::read(&state, &who, request, &[("scan", SCAN_MAX)]).await?;
    let added = decision_papers::add_scan(&state, &who, id, form.file("scan")).await;
    let said = match added {
        Ok(()) => "told=scanned".to_owned(),
        Err(NotKept::Problem(problem)) => format!("scan={}", problem.as_str()),
        Err(NotKept::Failed(error)) => return Err(error.into()),
    };
    Ok(Redirect::to(&format!("/decisions/{id}?{said}#scans")).into_response())
}

/// `GET /decisions/{id}/scans/{hash}`.
async fn scan(
    State(state): State<AppState>,
    Path((id, hash)): Path<(DocumentId, String)>,
    AtDesk(who): AtDesk,
) -> Result<Response, ApiError> {
    let hash: FileHash = hash.parse().map_err(|_| ProblemKind::NotFound)?;
    let (kept, bytes) = decision_papers::scan(&state, &who, id, hash).await?;
    Ok(files::sent(kept.media_type, &kept.name, bytes).into_response())
}

/// `POST /decisions/{id}/step`: a step with a decision as it was looked at.
async fn step(
    State(state): State<AppState>,
    Path(id): Path<DocumentId>,
    headers: HeaderMap,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let page = format!("/decisions/{id}");
    let mut looked: Seq = read(&sent, "looked")?;
    // Who was given the award comes ticked with the paper, and is kept first: also where the paper has to be mended.
    if field(&sent, "step") == Some("conclude") && sent.iter().any(|(name, _)| name == "line") {
        let declined = declined(&sent)?;
        let is_nobody = subjects(&sent)?.is_empty();
        let decided = decide::decline(&state, &who, id, looked, declined).await;
        let (decided, now) = match decided {
            Ok((decided, now)) => (Ok(decided), now),
            Err(error) => (Err(error), looked),
        };
        if is_nobody || !matches!(decided, Ok(Decided::Taken)) {
            let told = serde_urlencoded::to_string([told(decided, "declined")?]);
            let told = told.unwrap_or_default();
            return Ok(Redirect::to(&format!("{page}?{told}")).into_response());
        }
        looked = now;
    }
    let (name, step) = match field(&sent, "step") {
        Some("unlist") => ("unlisted", DecisionStep::Unlist),
        Some("describe") => (
            "described",
            DecisionStep::Describe {
                deeds: deeds(&sent)?,
            },
        ),
        Some("reword") => (
            "reworded",
            DecisionStep::Reword {
                readings: readings(&sent)?,
                wording: field(&sent, "wording").unwrap_or_default().to_owned(),
            },
        ),
        Some("gather") => (
            "gathered",
            DecisionStep::Gather {
                pieces: pieces(&sent)?,
            },
        ),
        Some("reopen") => ("reopened", DecisionStep::Reopen),
        // Ticked is whoever is given the award, so that nobody is left out who was not looked at.
        Some("decline") => (
            "declined",
            DecisionStep::Decline {
                declined: declined(&sent)?,
            },
        ),
        Some("discard") => ("discarded", DecisionStep::Discard),
        Some(step @ ("sign" | "submit" | "conclude")) => {
            let (number, on, signer) = match signature(&sent) {
                Ok(signature) => signature,
                Err(wrong) => return Ok(typed_wrongly(&page, &sent, wrong)),
            };
            match step {
                "submit" => ("submitted", DecisionStep::Submit { number, on, signer }),
                "conclude" => ("concluded", DecisionStep::Conclude { number, on, signer }),
                _ => ("signed", DecisionStep::Sign { number, on, signer }),
            }
        }
        _ => return Err(ProblemKind::Malformed.into()),
    };
    let chosen = subjects(&sent)?;
    let decided = decide::step(&state, &who, id, looked, step, chosen).await;
    match &decided {
        Ok(Decided::Refused(Refusal::WrongDate { .. })) => {
            return Ok(typed_wrongly(&page, &sent, "date"));
        }
        Ok(Decided::Refused(Refusal::NumberTaken)) => {
            return Ok(typed_wrongly(&page, &sent, "taken"));
        }
        _ => {}
    }
    let is_lost = name == "reworded" && !matches!(decided, Ok(Decided::Taken));
    let told = serde_urlencoded::to_string([told(decided, name)?]).unwrap_or_default();
    let page = format!("{page}?{told}");
    if is_lost {
        // With what was typed in the place of what is kept.
        let typed = typed_readings(sent);
        return pages::again(state, headers, &page, move || {
            provide_context(typed.clone())
        })
        .await;
    }
    Ok(Redirect::to(&page).into_response())
}

/// What is far beyond any reading is cut before it is shown again.
fn typed_readings(sent: Pairs) -> TypedReadings {
    let is_typed = |name: &str| {
        let of_line = ["name.", "place.", "deed."].iter();
        name == "wording" || of_line.into_iter().any(|of| name.starts_with(of))
    };
    let typed = sent.into_iter().filter(|(name, _)| is_typed(name));
    let typed = typed.map(|(name, text)| (name, text.chars().take(TYPED_MAX).collect()));
    TypedReadings(typed.collect())
}

/// What is at hand of a dossier.
fn pieces(sent: &Pairs) -> Result<Vec<Piece>, ProblemKind> {
    let chosen = sent.iter().filter(|(name, _)| name == "piece");
    let read = chosen.map(|(_, piece)| piece.parse().map_err(|()| ProblemKind::Malformed));
    read.collect()
}

/// Whoever was on the list (`line`) and is not ticked.
fn declined(sent: &Pairs) -> Result<Vec<SubjectId>, ProblemKind> {
    let awarded = subjects(sent)?;
    let lines = sent.iter().filter(|(name, _)| name == "line");
    let read = lines.map(|(_, line)| line.parse().map_err(|_| ProblemKind::Malformed));
    let read: Result<Vec<SubjectId>, ProblemKind> = read.collect();
    let awarded: BTreeSet<SubjectId> = awarded.into_iter().collect();
    Ok(read?
        .into_iter()
        .filter(|it| !awarded.contains(it))
        .collect())
}

/// What lines are commended for: a field `deed.ID` each.
fn deeds(sent: &Pairs) -> Result<SortedMap<SubjectId, String>, ProblemKind> {
    let deeds = sent.iter().filter_map(|(name, deed)| {
        let subject = name.strip_prefix("deed.")?.parse();
        Some((subject, deed.clone()))
    });
    let read =
        deeds.map(|(subject, deed)| Ok((subject.map_err(|_| ProblemKind::Malformed)?, deed)));
    read.collect()
}

/// How lines of a correction are to be read: fields `name.ID` and `place.ID` each, and `deed.ID` of a commendation.
fn readings(sent: &Pairs) -> Result<SortedMap<SubjectId, Reading>, ProblemKind> {
    let fields: BTreeMap<&str, &str> = sent
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let of = |subject: &str| {
        let place: &str = fields.get(format!("place.{subject}").as_str())?;
        let deed = fields.get(format!("deed.{subject}").as_str());
        let reading = Reading {
            name: (*fields.get(format!("name.{subject}").as_str())?).to_owned(),
            place: place.parse::<UnitId>().ok()?,
            deed: deed.map(|deed| (*deed).to_owned()),
        };
        Some((subject.parse().ok()?, reading))
    };
    let named = sent
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("name."));
    let read = named.map(|subject| of(subject).ok_or(ProblemKind::Malformed));
    read.collect()
}

/// Number, day and signer as they were typed, or the field that has to be mended first.
fn signature(sent: &Pairs) -> Result<(String, NaiveDate, String), &'static str> {
    let text = |name, max| {
        let text = field(sent, name).unwrap_or_default();
        let fits = !text.is_empty() && text.chars().count() <= max;
        fits.then(|| text.to_owned()).ok_or(name)
    };
    let number = text("number", NUMBER_MAX)?;
    let part = |name| read::<u32>(sent, name).ok();
    let on = part("of_year")
        .zip(part("month"))
        .zip(part("day"))
        .and_then(|((year, month), day)| {
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
        });
    Ok((number, on.ok_or("date")?, text("signer", SIGNER_MAX)?))
}

/// Letters of a field of a correction that are shown again: several times what any may have.
const TYPED_MAX: usize = 4_000;

/// Letters of a field that are led back to their page.
const KEPT: usize = 120;

/// Back to the page with what was typed, and the field to mend.
fn typed_wrongly(page: &str, sent: &Pairs, wrong: &str) -> Response {
    let kept = ["number", "signer", "day", "month", "of_year"].map(|name| {
        let typed = field(sent, name).unwrap_or_default();
        (name, typed.chars().take(KEPT).collect::<String>())
    });
    let kept = serde_urlencoded::to_string(kept).unwrap_or_default();
    Redirect::to(&format!("{page}?wrong={wrong}&{kept}#sign")).into_response()
}
