//! What a desk page sends: plain forms in, redirects out.

use std::collections::BTreeMap;

use app::locale::t;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use shared::SortedMap;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::criteria::CriterionCode;
use shared::document::Seq;
use shared::ids::{DeviceId, DocumentId, UnitId, UserId};
use shared::problem::ProblemKind;

use crate::auth::SignedIn;
use crate::error::ApiError;
use crate::services::decide::{self, Decided, NotDecided};
use crate::services::figures::devices;
use crate::state::AppState;

/// A decision as its form says it.
struct Asked {
    form: DocumentId,
    looked: Seq,
    /// Whose year it is, to open the same form again.
    year: Option<Year>,
    name: &'static str,
    step: Move,
}

/// `POST /dashboard/subject/{id}/decide`: the commune decides of a form, and is led back to it.
pub async fn decide(
    State(state): State<AppState>,
    Path(subject): Path<DocumentId>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = body?;
    let page = format!("/dashboard/subject/{subject}");
    let Some(who) = SignedIn::find(&state, &headers, &extensions).await? else {
        let next = serde_urlencoded::to_string([("next", &page)]).unwrap_or_default();
        return Ok(Redirect::to(&format!("/sign-in?{next}")).into_response());
    };
    if who.temporary {
        return Ok(Redirect::to("/password?first=1").into_response());
    }
    let pairs = serde_urlencoded::from_bytes(&body).map_err(|_| ProblemKind::Malformed)?;
    let asked = asked(pairs).ok_or(ProblemKind::Malformed)?;
    let decided = decide::decide(&state, &who, asked.form, asked.looked, asked.step).await;
    let (name, value) = match decided {
        Ok(Decided::Taken) => ("told", asked.name.to_owned()),
        Ok(Decided::Changed) => ("told", "changed".to_owned()),
        Ok(Decided::Refused(refusal)) => {
            let refusal = serde_json::to_string(&refusal).map_err(|_| ProblemKind::Internal)?;
            ("refused", refusal)
        }
        Err(NotDecided::Unknown) => return Err(ProblemKind::NotFound.into()),
        Err(error @ (NotDecided::NotTaken(_) | NotDecided::Db(_))) => {
            tracing::error!(%error, "a decision was not taken");
            ("told", "later".to_owned())
        }
    };
    let year = asked.year.map(|year| ("year", year.to_string()));
    let told: Vec<_> = year.into_iter().chain([(name, value)]).collect();
    let told = serde_urlencoded::to_string(told).unwrap_or_default();
    Ok(Redirect::to(&format!("{page}?{told}")).into_response())
}

fn asked(pairs: Vec<(String, String)>) -> Option<Asked> {
    let mut remarks = SortedMap::new();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs {
        let value = value.trim().to_owned();
        match name.strip_prefix("remark.") {
            Some(_) if value.is_empty() => {}
            Some(code) => {
                remarks.insert(CriterionCode::new(code), value);
            }
            None => {
                fields.insert(name, value);
            }
        }
    }
    let mut field = |name: &str| fields.remove(name).unwrap_or_default();
    let (form, looked) = (field("form").parse().ok()?, field("looked").parse().ok()?);
    let (name, step) = match field("step").as_str() {
        "verify" => ("verify", Move::Verify),
        "take_back" => ("take_back", Move::TakeBack),
        "reopen" => ("reopen", Move::Reopen),
        "not_eligible" => {
            let reason = field("reason");
            ("not_eligible", Move::NotEligible { reason })
        }
        "return" => {
            let mut comment = field("comment");
            if comment.is_empty() && !remarks.is_empty() {
                // Each remark says what; the form's own line only points to them.
                comment = t("decide.see_remarks");
            }
            ("return", Move::Return { comment, remarks })
        }
        _ => return None,
    };
    let year = field("year").parse().ok();
    Some(Asked {
        form,
        looked,
        year,
        name,
        step,
    })
}

/// `POST /commune/devices/retire`: a device that is gone stands on the commune's page no more, until it is heard of again.
pub async fn retire(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = body?;
    let Some(who) = SignedIn::find(&state, &headers, &extensions).await? else {
        return Ok(Redirect::to("/sign-in?next=%2Fcommune").into_response());
    };
    if who.temporary {
        return Ok(Redirect::to("/password?first=1").into_response());
    }
    let asked: Retired =
        serde_urlencoded::from_bytes(&body).map_err(|_| ApiError::from(ProblemKind::Malformed))?;
    devices::retire(&state, &who, asked.unit, asked.device, asked.user).await?;
    let page = format!("/commune?unit={}&told=retired#devices", asked.unit);
    Ok(Redirect::to(&page).into_response())
}

#[derive(Deserialize)]
struct Retired {
    unit: UnitId,
    device: DeviceId,
    user: UserId,
}
