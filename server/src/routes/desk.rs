//! What a desk page sends: plain forms in, redirects out.

use std::collections::BTreeMap;

use app::locale::t;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use shared::SortedMap;
use shared::api::measured::{self, TYPED_MAX};
use shared::api::queue::QueueQuery;
use shared::assessment::Move;
use shared::calendar::Year;
use shared::criteria::{CriterionCode, Measure};
use shared::document::Seq;
use shared::ids::{DeviceId, DocumentId, UnitId, UserId};
use shared::problem::ProblemKind;
use shared::scoring::Answer;

use super::at_desk::DeskForm;
use super::form::Pairs;
use crate::auth::SignedIn;
use crate::clock;
use crate::error::ApiError;
use crate::services::accounts;
use crate::services::decide::{self, Answered, Confirmed, Decided, NotDecided};
use crate::services::figures::day_map::Reader;
use crate::services::figures::{devices, queue};
use crate::state::AppState;

/// A decision as its form says it.
struct Asked {
    form: DocumentId,
    looked: Seq,
    /// Whose year it is, to open the same form again.
    year: Option<Year>,
    /// The queue it stands in, to go on with the next.
    queue: Option<QueueQuery>,
    name: &'static str,
    step: Step,
}

enum Step {
    Move(Move),
    /// Without a reason, no longer.
    Hold(Option<String>),
}

/// `POST /dashboard/subject/{id}/decide`: the commune decides of a form, and is led back to it.
pub async fn decide(
    State(state): State<AppState>,
    Path(subject): Path<DocumentId>,
    DeskForm { who, sent }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let page = format!("/dashboard/subject/{subject}");
    let asked = asked(sent).ok_or(ProblemKind::Malformed)?;
    // Before it is decided of, because then it has left the queue.
    let next = match &asked.queue {
        Some(queue) => next_of(&state, &who, queue, asked.form).await?,
        None => None,
    };
    let (form, looked) = (asked.form, asked.looked);
    let decided = match asked.step {
        Step::Move(step) => decide::decide(&state, &who, form, looked, step).await,
        Step::Hold(reason) => decide::hold(&state, &who, form, looked, reason).await,
    };
    let (name, value) = told(decided, asked.name)?;
    let Some(queue) = asked.queue else {
        let year = asked.year.map(|year| ("year", year.to_string()));
        let told: Vec<_> = year.into_iter().chain([(name, value)]).collect();
        let told = serde_urlencoded::to_string(told).unwrap_or_default();
        return Ok(Redirect::to(&format!("{page}?{told}")).into_response());
    };
    let told = serde_urlencoded::to_string([(name, &value)]).unwrap_or_default();
    let of = asked.form;
    let page = match (is_settled(name, &value), next) {
        // What was taken back is looked at again; what was not decided still has to be.
        (false, _) => format!("/commune/queue/{of}"),
        (true, Some(next)) => format!("/commune/queue/{next}"),
        (true, None) => "/commune/queue".to_owned(),
    };
    let queue = queue.written();
    Ok(Redirect::to(&format!("{page}?{queue}&{told}&of={of}")).into_response())
}

/// What the commune itself answers, as its form says it.
#[derive(Deserialize)]
pub struct Answering {
    looked: Seq,
    code: CriterionCode,
    /// As JSON has an answer, without quotes; empty to take the commune's own back. What is measured comes as two numbers
    /// instead.
    answer: Option<String>,
    measure: Option<Measure>,
    #[serde(default)]
    first: String,
    #[serde(default)]
    second: String,
    /// What it had answered before, where this takes a step back.
    #[serde(default)]
    back: bool,
    #[serde(default)]
    queue: String,
}

/// `POST /commune/queue/{form}/answer`: the commune's own answer to one criterion, beside the village's. It leads back to the
/// same form.
pub async fn answer(
    State(state): State<AppState>,
    Path(form): Path<DocumentId>,
    DeskForm { who, sent }: DeskForm<Answering>,
) -> Result<Response, ApiError> {
    let page = format!("/commune/queue/{form}?{}", queue_in(&sent.queue).written());
    let Some(given) = given(&sent)? else {
        let kept = |typed: &str| typed.chars().take(TYPED_MAX).collect::<String>();
        let told = [
            ("told", "mistyped"),
            ("code", sent.code.as_str()),
            ("first", &kept(&sent.first)),
            ("second", &kept(&sent.second)),
        ];
        let told = serde_urlencoded::to_string(told).unwrap_or_default();
        return Ok(Redirect::to(&format!("{page}&{told}")).into_response());
    };
    let code = sent.code.clone();
    let answered = decide::answer(&state, &who, form, sent.looked, code, given).await;
    let (name, value, before) = match answered {
        Ok(Answered { decided, before }) => {
            let told = if sent.back { "answer_back" } else { "answer" };
            let (name, value) = told_of(decided, told)?;
            (name, value, before)
        }
        Err(error) => {
            let (name, value) = not_told_of(error)?;
            (name, value, None)
        }
    };
    let before = before.map_or_else(String::new, |before| before.written());
    let told = [
        (name, value.as_str()),
        ("code", sent.code.as_str()),
        ("was", &before),
    ];
    let told = serde_urlencoded::to_string(told).unwrap_or_default();
    Ok(Redirect::to(&format!("{page}&{told}")).into_response())
}

/// The answer that a form gives, or that there is to be none. `None`: its two numbers have to be mended first.
fn given(sent: &Answering) -> Result<Option<Option<Answer>>, ProblemKind> {
    Ok(match (&sent.answer, sent.measure) {
        (Some(text), _) if text.is_empty() => Some(None),
        (Some(text), _) => Some(Some(Answer::read(text).ok_or(ProblemKind::Malformed)?)),
        (None, Some(measure)) => measured::read(measure, &sent.first, &sent.second)
            .ok()
            .map(Some),
        (None, None) => return Err(ProblemKind::Malformed),
    })
}

/// What a page is told of what was asked for: that it was done, under the name it is told by, or why not.
pub(super) fn told(
    decided: Result<Decided, NotDecided>,
    taken: &str,
) -> Result<(&'static str, String), ApiError> {
    match decided {
        Ok(decided) => told_of(decided, taken),
        Err(error) => not_told_of(error),
    }
}

fn told_of(decided: Decided, taken: &str) -> Result<(&'static str, String), ApiError> {
    Ok(match decided {
        Decided::Taken => ("told", taken.to_owned()),
        Decided::Changed => ("told", "changed".to_owned()),
        Decided::Refused(refusal) => {
            let refusal = serde_json::to_string(&refusal).map_err(|_| ProblemKind::Internal)?;
            ("refused", refusal)
        }
    })
}

/// The same of one that could not be taken now.
fn not_told_of(error: NotDecided) -> Result<(&'static str, String), ApiError> {
    match error {
        NotDecided::Unknown => Err(ProblemKind::NotFound.into()),
        NotDecided::NotTaken(_) | NotDecided::Db(_) => {
            tracing::error!(%error, "a decision was not taken");
            Ok(("told", "later".to_owned()))
        }
    }
}

/// Whether a decision was taken that ends the work on a form.
fn is_settled(name: &str, value: &str) -> bool {
    name == "told" && matches!(value, "verify" | "return" | "not_eligible")
}

async fn next_of(
    state: &AppState,
    who: &SignedIn,
    query: &QueueQuery,
    form: DocumentId,
) -> Result<Option<DocumentId>, ApiError> {
    let today = clock::today();
    let reader = Reader {
        actor: &who.actor,
        tree: &who.tree,
        criteria: state.criteria.now(),
        today,
    };
    let home = accounts::home(&who.user, &who.tree, today);
    let mut conn = state.db.snapshot().await?;
    Ok(queue::after(&mut conn, &reader, home, query, form).await?)
}

/// Forms that may be confirmed together: a page of the queue.
const TOGETHER: usize = 50;

/// `POST /commune/queue/confirm`: confirms forms in which there is nothing to look at: those that were chosen, or all of the
/// page.
pub async fn confirm(
    State(state): State<AppState>,
    DeskForm { who, sent: pairs }: DeskForm<Pairs>,
) -> Result<Response, ApiError> {
    let of = |wanted: &str| {
        let found = pairs.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    let wanted = match of("which").as_deref() {
        Some("all") => "plain",
        _ => "chosen",
    };
    let chosen = pairs.iter().filter(|(name, _)| name == wanted);
    let looked: Option<BTreeMap<DocumentId, Seq>> =
        chosen.map(|(_, value)| looked_at(value)).collect();
    let looked = looked
        .filter(|looked| looked.len() <= TOGETHER)
        .ok_or(ProblemKind::Malformed)?;
    let told = match decide::confirm_plain(&state, &who, &looked).await {
        Ok(Confirmed { taken, left }) => format!("told=confirmed&n={taken}&left={left}"),
        Err(NotDecided::Unknown) => return Err(ProblemKind::NotFound.into()),
        Err(error @ (NotDecided::NotTaken(_) | NotDecided::Db(_))) => {
            tracing::error!(%error, "forms were not confirmed");
            "told=later".to_owned()
        }
    };
    let queue = QueueQuery::read(of).written();
    Ok(Redirect::to(&format!("/commune/queue?{queue}&{told}")).into_response())
}

/// A form and the state in which it was looked at.
fn looked_at(value: &str) -> Option<(DocumentId, Seq)> {
    let (form, seq) = value.split_once(':')?;
    Some((form.parse().ok()?, seq.parse().ok()?))
}

fn asked(pairs: Pairs) -> Option<Asked> {
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
        "verify" => ("verify", Step::Move(Move::Verify)),
        "take_back" => ("take_back", Step::Move(Move::TakeBack)),
        "reopen" => ("reopen", Step::Move(Move::Reopen)),
        "hold" => ("hold", Step::Hold(Some(field("reason")))),
        "release" => ("release", Step::Hold(None)),
        "not_eligible" => {
            let reason = field("reason");
            ("not_eligible", Step::Move(Move::NotEligible { reason }))
        }
        "return" => {
            let mut comment = field("comment");
            if comment.is_empty() && !remarks.is_empty() {
                // Each remark says what; the form's own line only points to them.
                comment = t("decide.see_remarks");
            }
            ("return", Step::Move(Move::Return { comment, remarks }))
        }
        _ => return None,
    };
    let year = field("year").parse().ok();
    let queue = fields.remove("queue").map(|written| queue_in(&written));
    Some(Asked {
        form,
        looked,
        year,
        queue,
        name,
        step,
    })
}

/// The queue that a form was opened from, as an address has it.
fn queue_in(written: &str) -> QueueQuery {
    let pairs: BTreeMap<String, String> = serde_urlencoded::from_str(written).unwrap_or_default();
    QueueQuery::read(|name| pairs.get(name).cloned())
}

/// `POST /commune/devices/retire`: a device that is gone stands on the commune's page no more, until it is heard of again.
pub async fn retire(
    State(state): State<AppState>,
    DeskForm { who, sent: asked }: DeskForm<Retired>,
) -> Result<Response, ApiError> {
    devices::retire(&state, &who, asked.unit, asked.device, asked.user).await?;
    let page = format!("/commune?unit={}&told=retired#devices", asked.unit);
    Ok(Redirect::to(&page).into_response())
}

/// A device, as the form says it.
#[derive(Deserialize)]
pub struct Retired {
    unit: UnitId,
    device: DeviceId,
    user: UserId,
}
