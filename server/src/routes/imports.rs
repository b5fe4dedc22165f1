//! `/commune/import`: a list is given, looked at, asked about, written, and taken back. Plain forms in,
//! redirects out; what a page shows is asked for when it is rendered.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use shared::calendar::Year;
use shared::ids::UnitId;
use shared::kind::SubjectKind;
use shared::problem::ProblemKind;

use super::at_desk::{AtDesk, DeskForm};
use super::form::Pairs;
use super::multipart::{self, FORM_MAX};
use super::pages;
use crate::error::ApiError;
use crate::import::kinds;
use crate::import::plan::{Answer, Topic};
use crate::services::given_lists::{self as lists, Asked, FILE_MAX, Said, Written};
use crate::state::AppState;

/// The largest form of answers: some thousands of them.
const ANSWERS_MAX: usize = 2 << 20;
/// Those who are named one by one when they stay.
const NAMED: usize = 10;

const DESK: &str = "/commune/import";

pub fn router() -> Router<AppState> {
    let answers = post(say).layer(DefaultBodyLimit::max(ANSWERS_MAX));
    let desk = get(desk).merge(post(give).layer(DefaultBodyLimit::max(FORM_MAX)));
    Router::new()
        .route(DESK, desk)
        .route("/commune/import/undo", post(undo))
        .route("/commune/import/{list}", get(preview))
        .route("/commune/import/{list}/answers", answers)
        .route("/commune/import/{list}/write", post(write))
}

/// `GET /commune/import?unit=`.
async fn desk(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = lists::desk(&state, &who, unit(&request)).await;
    pages::telling(state, request, found, || {}).await
}

fn unit(request: &Request) -> Option<UnitId> {
    #[derive(Deserialize)]
    struct Asked {
        unit: UnitId,
    }
    let query = request.uri().query()?;
    let asked: Asked = serde_urlencoded::from_str(query).ok()?;
    Some(asked.unit)
}

/// `GET /commune/import/{list}`.
async fn preview(
    State(state): State<AppState>,
    Path(list): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let found = lists::is_held(&state, &who, &list).await;
    pages::telling(state, request, found, || {}).await
}

/// `POST /commune/import`: takes a file, and leads to what would become of it.
async fn give(
    State(state): State<AppState>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    if !who.actor.role.imports_lists() {
        return Err(ProblemKind::Forbidden.into());
    }
    let mut form = multipart::read(&state, &who, request, &[("file", FILE_MAX)]).await?;
    let file = form.file("file");
    let unit = form.text("unit");
    let unit: UnitId = unit.parse().map_err(|_| ProblemKind::Malformed)?;
    let kind = match form.text("kind") {
        "" => kinds::unsaid(),
        kind => SubjectKind::parse(kind).ok_or(ProblemKind::Malformed)?,
    };
    let of = kind.as_str();
    let again = |error: &str| Redirect::to(&format!("{DESK}?unit={unit}&kind={of}&error={error}"));
    if file.is_too_large {
        return Ok(again("too-large").into_response());
    }
    if file.name.is_empty() {
        return Ok(again("no-file").into_response());
    }
    let year: Option<Year> = match form.text("year") {
        "" => None,
        year => Some(year.parse().map_err(|_| ProblemKind::Malformed)?),
    };
    let asked = Asked {
        kind,
        unit,
        year,
        registers: !form.text("registers").is_empty(),
    };
    let given = lists::give(&state, &who, asked, &file.name, &file.bytes).await;
    Ok(match given {
        Ok(name) => Redirect::to(&format!("{DESK}/{}", name.as_str())).into_response(),
        Err(error) if error.kind == ProblemKind::NoSpace => again("no-space").into_response(),
        Err(error) => return Err(error.into()),
    })
}

/// `POST /commune/import/{list}/answers`: keeps what somebody says, and leads to what would become of the list now.
async fn say(
    State(state): State<AppState>,
    Path(list): Path<String>,
    AtDesk(who): AtDesk,
    request: Request,
) -> Result<Response, ApiError> {
    let room = state
        .bodies
        .room(who.user.id, request.headers(), ANSWERS_MAX)
        .await;
    let _room = room.ok_or(ProblemKind::Unavailable)?;
    let body = Bytes::from_request(request, &state).await?;
    let pairs = serde_urlencoded::from_bytes(&body).map_err(|_| ProblemKind::Malformed)?;
    let said = said(pairs).ok_or(ProblemKind::Malformed)?;
    lists::say(&state, &who, &list, said).await?;
    Ok(Redirect::to(&format!("{DESK}/{list}")).into_response())
}

/// A form of answers: `answer.TOPIC=ANSWER`, both as the page had them.
fn said(pairs: Pairs) -> Option<Said> {
    let has = |wanted: &str| pairs.iter().any(|(name, _)| name == wanted);
    let are_new = has("all_new");
    let mut said = Said {
        anew: has("anew"),
        despite_heading: has("despite_heading"),
        despite_columns: has("despite_columns"),
        ..Said::default()
    };
    for (name, value) in &pairs {
        let Some(topic) = name.strip_prefix("answer.") else {
            continue;
        };
        let topic: Topic = serde_json::from_str(topic).ok()?;
        match (value.as_str(), &topic) {
            ("", Topic::Village(_)) if are_new => {
                said.answers.insert(topic, Answer::NewVillage);
            }
            ("", _) => {}
            (answer, _) => {
                said.answers
                    .insert(topic, serde_json::from_str(answer).ok()?);
            }
        }
    }
    Some(said)
}

#[derive(Deserialize)]
struct Agreed {
    mark: String,
}

/// `POST /commune/import/{list}/write`: writes what was looked at.
async fn write(
    State(state): State<AppState>,
    Path(list): Path<String>,
    DeskForm { who, sent: agreed }: DeskForm<Agreed>,
) -> Result<Response, ApiError> {
    // It goes on when the browser has gone: what was begun is done whole, and stands in the list of imports.
    let work = {
        let list = list.clone();
        tokio::spawn(async move { lists::write(&state, &who, &list, &agreed.mark).await })
    };
    let written = work.await.map_err(|_| ProblemKind::Internal)??;
    let to = match written {
        Written::Nothing => format!("{DESK}/{list}"),
        Written::Changed => format!("{DESK}/{list}?told=changed"),
        Written::Done {
            commune,
            id,
            refused,
            waits,
        } => {
            let refused = (refused > 0).then(|| format!("&refused={refused}"));
            let waits = waits.then(|| format!("&waits={list}"));
            format!(
                "{DESK}?unit={commune}&done={id}{}{}",
                refused.unwrap_or_default(),
                waits.unwrap_or_default()
            )
        }
    };
    Ok(Redirect::to(&to).into_response())
}

#[derive(Deserialize)]
struct Undo {
    unit: UnitId,
    id: String,
}

/// `POST /commune/import/undo`: takes an import back, and leads to the imports of its commune.
async fn undo(
    State(state): State<AppState>,
    DeskForm { who, sent: asked }: DeskForm<Undo>,
) -> Result<Response, ApiError> {
    let unit = asked.unit.to_string();
    let Some(undone) = lists::undo(&state, &who, &asked.id).await? else {
        return Ok(Redirect::to(&format!("{DESK}?unit={unit}")).into_response());
    };
    let told = [
        ("unit", unit),
        ("of", undone.import.made.kind.as_str().to_owned()),
        ("undone", undone.import.id),
        ("ended", undone.ended.to_string()),
        ("restored", undone.restored.to_string()),
        ("withdrawn", undone.withdrawn.to_string()),
        ("kept", undone.kept.len().to_string()),
        (
            "names",
            undone.kept[..undone.kept.len().min(NAMED)].join(", "),
        ),
    ];
    let told = serde_urlencoded::to_string(told).map_err(|_| ProblemKind::Internal)?;
    Ok(Redirect::to(&format!("{DESK}?{told}")).into_response())
}
