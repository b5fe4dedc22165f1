//! `POST /api/v1/sync`: changes in, receipts and documents out, in one exchange.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use shared::ids::DocumentId;
use shared::problem::ProblemKind;
use shared::sync::{
    BATCH_MAX, Carried, OLDEST_PROTOCOL, PROTOCOL, Position, SyncRequest, SyncResponse,
};
use shared::text::tidy;

use crate::auth::{Caller, SignedIn};
use crate::clock;
use crate::db::devices::Device;
use crate::error::{ApiError, wait};
use crate::services::intake::Submission;
use crate::services::quotas::Of;
use crate::services::{self, accounts, campaigns, feed};
use crate::state::AppState;

/// The largest body of an exchange, unpacked. A batch of 500 changes is far smaller; a phone halves what is too large.
pub const BODY_MAX: usize = 4 * 1024 * 1024;
/// When somebody who has brought too much today may ask again.
const QUOTA_RETRY: u64 = 3_600;
/// The longest version text and count that a device may say of itself.
const VERSION_MAX: usize = 40;

pub async fn sync(
    State(state): State<AppState>,
    signed_in: SignedIn,
    caller: Caller,
    request: Request,
) -> Result<Json<SyncResponse>, ApiError> {
    let room = state
        .bodies
        .room(signed_in.user.id, request.headers(), BODY_MAX);
    let _room = room.await.ok_or(ProblemKind::Unavailable)?;
    let body = Bytes::from_request(request, &state).await?;
    let request: SyncRequest = serde_json::from_slice(&body)
        .map_err(|error| ApiError::detailed(ProblemKind::Malformed, error.to_string()))?;
    // The body may have taken its time; whose it is, is found on the map of now.
    let (tree, day) = (state.units.tree(), clock::today());
    let actor = accounts::actor(&signed_in.user, &tree, day);
    if request.user.is_some_and(|user| user != actor.user) {
        // Another person has signed in in this browser: their cookie must not carry these changes.
        return Err(ProblemKind::SignedOut.into());
    }
    match request.protocol {
        OLDEST_PROTOCOL..=PROTOCOL => {}
        // This server was set back to an older version. The phone keeps everything and asks again later.
        newer if newer > PROTOCOL => return Err(ProblemKind::Unavailable.into()),
        _ => return Err(ProblemKind::OldApp.into()),
    }
    if request
        .server
        .is_some_and(|server| server != state.identity.server)
    {
        return Err(ApiError::detailed(
            ProblemKind::Forbidden,
            "máy này đã làm việc với một máy chủ khác; chưa có gì bị thay đổi",
        ));
    }
    if request.changes.len() > BATCH_MAX {
        return Err(ProblemKind::TooLarge.into());
    }
    if let Some(nameless) = request
        .changes
        .iter()
        .position(|change| change.id().is_none())
    {
        return Err(ApiError::detailed(
            ProblemKind::Malformed,
            format!("thay đổi thứ {} không có mã (id)", nameless + 1),
        ));
    }
    let bytes = match request.changes.is_empty() {
        true => 0,
        false => body.len() as u64,
    };
    if bytes > 0 && !state.quotas.has(actor.user, Of::Changes, bytes) {
        return Err(wait(QUOTA_RETRY));
    }
    let now = clock::now();
    let device = Device {
        id: request.device,
        user: actor.user,
        last_contact: now,
        unsent: request.unsent,
        oldest_unsent: request.oldest_unsent,
        app_version: tidy(&request.app_version)
            .chars()
            .take(VERSION_MAX)
            .collect(),
        clock_offset: request.clock.map(|clock| (clock - now).num_milliseconds()),
        persisted: request.persisted,
        name: caller.browser,
    };
    let position = Position::from(&request);
    let told = request.criteria.clone();
    let days_told = request.campaign.clone();
    let changes = match request.knows(state.identity.epoch) {
        true => request.changes,
        false => Vec::new(),
    };
    let touched: BTreeSet<DocumentId> = changes
        .iter()
        .filter_map(Carried::known)
        .map(|change| change.doc)
        .collect();
    let submission = Submission {
        actor: actor.clone(),
        device: Some(device),
        at_desk: false,
        changes,
    };
    let receipts = state.intake.submit(submission, (tree.clone(), day)).await?;
    // What could not be taken is offered again, and counted then.
    state.quotas.add(actor.user, Of::Changes, bytes);
    let news = feed::news(&state.db, &state.identity, &actor, &position, &touched).await?;
    let criteria = services::criteria::news(state.criteria.now(), told.as_deref());
    let campaign = match days_told {
        Some(told) => campaigns::news(&state.db, &tree, &actor, now, &told).await?,
        None => None,
    };
    Ok(Json(SyncResponse {
        server: state.identity.server,
        epoch: state.identity.epoch,
        scope: news.read.scope,
        reset: news.read.reset,
        receipts,
        documents: news.documents,
        left: news.left,
        cursors: news.read.cursors,
        more: news.read.more,
        criteria,
        campaign,
        server_time: now,
        min_app_version: "0.1.0".to_owned(),
    }))
}
