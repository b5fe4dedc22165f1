//! How a set of criteria becomes one that titles are given by: one person gives it as a file, with the scan of the official paper
//! that it was read from; another compares the two and signs it off. Then it is in force everywhere, for good (ADR 23).

use std::collections::BTreeMap;

use app::BackendError;
use object_store::GetResult;
use shared::api::criteria::{
    CriteriaDesk, EndProblem, GivenProblem, MayEnd, ProposedSeen, ProposedSet, ProposedState,
    REASON_MAX, SET_MAX, SetRow, SetSeen, WAITING_MAX,
};
use shared::criteria::{Criteria, CriteriaSet, CriteriaSetId, Judged, SetStatus};
use shared::event::EventKind;
use shared::evidence::FileHash;
use shared::ids::{ProposedSetId, UserId};
use shared::problem::ProblemKind;
use uuid::Uuid;

use super::figures::failed;
use super::scans::{self, NotKept};
use super::{criteria, events};
use crate::auth::SignedIn;
use crate::bodies::SentFile;
use crate::clock;
use crate::db::proposed_sets::{self, Ended, Kept};
use crate::db::{self, AnyConnection, DbError, criteria_sets, users};
use crate::state::AppState;

/// Ended ones that are told.
const ENDED: usize = 20;

type Result<T> = std::result::Result<T, BackendError>;

/// A step that could not be taken: something to mend, or something that broke.
#[derive(Debug)]
pub enum Not<P> {
    Done(P),
    Failed(BackendError),
}

impl<P> From<BackendError> for Not<P> {
    fn from(error: BackendError) -> Self {
        Self::Failed(error)
    }
}

impl<P> From<DbError> for Not<P> {
    fn from(error: DbError) -> Self {
        Self::Failed(failed(error))
    }
}

fn keeps(who: &SignedIn) -> Result<()> {
    match who.actor.role.keeps_criteria() {
        true => Ok(()),
        false => Err(ProblemKind::Forbidden.into()),
    }
}

/// Whoever works at a desk may look at what titles are given by.
fn looks(who: &SignedIn) -> Result<()> {
    match who.actor.role.has_desk() {
        true => Ok(()),
        false => Err(ProblemKind::Forbidden.into()),
    }
}

/// All sets, what waits, and what was ended last.
pub async fn desk(state: &AppState, who: &SignedIn) -> Result<CriteriaDesk> {
    looks(who)?;
    let mut sets: Vec<SetRow> = state.criteria.now().sets().iter().map(SetRow::of).collect();
    sets.sort_by(|one, other| {
        let order = |row: &SetRow| (row.is_helper, row.title, std::cmp::Reverse(row.valid_from));
        order(one).cmp(&order(other))
    });
    let mut conn = state.db.read().await.map_err(failed)?;
    let found = listed(&mut conn).await.map_err(failed)?;
    let named = named(&mut conn, found).await.map_err(failed)?;
    Ok(CriteriaDesk {
        sets,
        proposed: named,
        may: who.actor.role.keeps_criteria(),
    })
}

async fn listed(conn: &mut AnyConnection) -> db::Result<Vec<Kept>> {
    let mut found = proposed_sets::of_state(conn, ProposedState::Waiting, WAITING_MAX).await?;
    let mut ended = Vec::new();
    for state in ProposedState::ALL {
        if state != ProposedState::Waiting {
            ended.extend(proposed_sets::of_state(conn, state, ENDED).await?);
        }
    }
    ended.sort_by_key(|kept| std::cmp::Reverse(kept.ended.as_ref().map(|ended| ended.at)));
    found.extend(ended.into_iter().take(ENDED));
    Ok(found)
}

/// With the names of people.
async fn named(conn: &mut AnyConnection, found: Vec<Kept>) -> db::Result<Vec<ProposedSet>> {
    let people = found.iter().flat_map(|kept| {
        let ended = kept.ended.as_ref().map(|ended| ended.by);
        std::iter::once(kept.by).chain(ended)
    });
    let people: Vec<UserId> = people.collect();
    let names: BTreeMap<UserId, String> = users::names(conn, &people).await?;
    let name = |id: UserId| names.get(&id).cloned().unwrap_or_default();
    let seen = |kept: Kept| ProposedSet {
        id: kept.id,
        set: kept.set,
        by: name(kept.by),
        made: kept.made,
        state: kept.state,
        ended: kept.ended.map(|ended| shared::api::criteria::Ended {
            by: name(ended.by),
            at: ended.at,
            reason: ended.reason,
        }),
    };
    Ok(found.into_iter().map(seen).collect())
}

/// A set in full.
pub async fn set(state: &AppState, who: &SignedIn, id: &CriteriaSetId) -> Result<SetSeen> {
    looks(who)?;
    let set = state.criteria.now().find(id).ok_or(ProblemKind::NotFound)?;
    let mut conn = state.db.read().await.map_err(failed)?;
    let found = proposed_sets::of_set(&mut conn, id).await.map_err(failed)?;
    let has_file = Criteria::file(id).is_some() || found.is_some();
    let (proposed, scans) = match found {
        None => (None, Vec::new()),
        Some((kept, _)) => {
            let scans = scans::of(&mut conn, kept.id.as_uuid()).await;
            let scans = scans.map_err(failed)?;
            let named = named(&mut conn, vec![kept]).await.map_err(failed)?;
            (named.into_iter().next(), scans)
        }
    };
    Ok(SetSeen {
        set: set.clone(),
        proposed,
        scans,
        has_file,
    })
}

/// The file of a set, to write the next one from. `None`: it was given before files were kept.
pub async fn file(state: &AppState, who: &SignedIn, id: &CriteriaSetId) -> Result<Option<String>> {
    looks(who)?;
    if let Some(file) = Criteria::file(id) {
        return Ok(Some(file.to_owned()));
    }
    let mut conn = state.db.read().await.map_err(failed)?;
    let found = proposed_sets::of_set(&mut conn, id).await.map_err(failed)?;
    Ok(found.map(|(_, file)| file))
}

/// Takes a set to be signed off by another person.
pub async fn give(
    state: &AppState,
    who: &SignedIn,
    file: SentFile,
    scan: SentFile,
) -> std::result::Result<ProposedSetId, Not<GivenProblem>> {
    keeps(who)?;
    let (set, text) = read(file).map_err(Not::Done)?;
    is_free(&mut *state.db.read().await?, &set.id).await?;
    let kept = match scans::store(state, who, scan).await {
        Ok(kept) => kept,
        Err(NotKept::Problem(problem)) => return Err(Not::Done(GivenProblem::Scan(problem))),
        Err(NotKept::Failed(error)) => return Err(error.into()),
    };
    let id = ProposedSetId::from_uuid(Uuid::now_v7());
    let mut tx = state.db.write().await?;
    is_free(&mut tx, &set.id).await?;
    proposed_sets::insert(&mut tx, id, &set.id, &text, who.user.id, clock::now()).await?;
    db::scans::insert(&mut tx, id.as_uuid(), &kept).await?;
    tx.commit().await.map_err(DbError::from)?;
    let told = who.event(EventKind::CriteriaProposed);
    events::record(state, told.what(set.id.to_string()));
    Ok(id)
}

/// The set that a file says, and its text.
fn read(file: SentFile) -> std::result::Result<(CriteriaSet, String), GivenProblem> {
    if file.is_too_large || file.bytes.len() > SET_MAX {
        return Err(GivenProblem::TooLarge);
    }
    if file.bytes.is_empty() {
        return Err(GivenProblem::NoFile);
    }
    let text = String::from_utf8(file.bytes).map_err(|_| GivenProblem::NotText)?;
    // Notepad puts a mark before the first letter.
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let name: String = file.name.chars().take(100).collect();
    let set = CriteriaSet::parse(&name, &text).map_err(GivenProblem::Unreadable)?;
    match set.status {
        SetStatus::Complete => Ok((set, text)),
        SetStatus::Partial | SetStatus::Draft => Err(GivenProblem::NotComplete),
    }
}

async fn is_free(
    conn: &mut AnyConnection,
    id: &CriteriaSetId,
) -> std::result::Result<(), Not<GivenProblem>> {
    let waiting = proposed_sets::of_state(conn, ProposedState::Waiting, WAITING_MAX).await?;
    if waiting.len() >= WAITING_MAX {
        return Err(Not::Done(GivenProblem::TooMany));
    }
    let waits = waiting.iter().any(|kept| kept.set == *id);
    if waits || criteria::is_known(conn, id).await? {
        return Err(Not::Done(GivenProblem::Taken(id.clone())));
    }
    Ok(())
}

async fn found(conn: &mut AnyConnection, id: ProposedSetId) -> Result<(Kept, CriteriaSet)> {
    let found = proposed_sets::find(conn, id).await.map_err(failed)?;
    let (kept, file) = found.ok_or(ProblemKind::NotFound)?;
    let set = CriteriaSet::parse("", &file).map_err(|error| {
        tracing::error!(%error, %id, "a set that was taken cannot be read any more");
        BackendError::from(ProblemKind::Internal)
    })?;
    Ok((kept, set))
}

/// A proposed set in full.
pub async fn one(state: &AppState, who: &SignedIn, id: ProposedSetId) -> Result<ProposedSeen> {
    looks(who)?;
    let mut conn = state.db.read().await.map_err(failed)?;
    let (kept, set) = found(&mut conn, id).await?;
    let scans = scans::of(&mut conn, id.as_uuid()).await.map_err(failed)?;
    let may = match (kept.state, who.actor.role.keeps_criteria()) {
        (ProposedState::Waiting, true) if kept.by == who.user.id => MayEnd::Withdraw,
        (ProposedState::Waiting, true) => MayEnd::SignOrRefuse,
        _ => MayEnd::Nothing,
    };
    let named = named(&mut conn, vec![kept]).await.map_err(failed)?;
    let proposed = named.into_iter().next().ok_or(ProblemKind::Internal)?;
    // The set that would judge the same subjects on the day from which this one is to hold.
    let judged = Judged {
        title: set.title,
        tier: set.tiers.first().copied(),
        managed_by: set.managed_by,
    };
    let before = state.criteria.now().judging(judged, set.valid_from);
    let before = before.filter(|before| before.id != set.id).cloned();
    Ok(ProposedSeen {
        proposed,
        set,
        before,
        scans,
        may,
    })
}

/// The scan that came with a proposed set.
pub async fn scan(
    state: &AppState,
    who: &SignedIn,
    id: ProposedSetId,
    hash: FileHash,
) -> Result<(db::scans::Kept, GetResult)> {
    looks(who)?;
    scans::open(state, id.as_uuid(), hash).await
}

/// How somebody ends a proposed set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// They compared it with the scan.
    Sign {
        compared: bool,
    },
    Refuse {
        reason: String,
    },
    Withdraw,
}

/// Ends a proposed set that waits. Signed off, its set judges from now on.
pub async fn end(
    state: &AppState,
    who: &SignedIn,
    id: ProposedSetId,
    end: End,
) -> std::result::Result<ProposedState, Not<EndProblem>> {
    keeps(who)?;
    let mut tx = state.db.write().await?;
    let (kept, set) = found(&mut tx, id).await?;
    let is_own = kept.by == who.user.id;
    let problem = match &end {
        _ if kept.state != ProposedState::Waiting => Some(EndProblem::Ended),
        End::Sign { .. } | End::Refuse { .. } if is_own => Some(EndProblem::Own),
        End::Withdraw if !is_own => return Err(BackendError::from(ProblemKind::Forbidden).into()),
        End::Sign { compared: false } => Some(EndProblem::NotCompared),
        End::Refuse { reason } if reason.trim().is_empty() => Some(EndProblem::NoReason),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(Not::Done(problem));
    }
    let now = clock::now();
    let (becomes, reason, kind) = match end {
        End::Sign { .. } => (ProposedState::Added, None, EventKind::CriteriaAdded),
        End::Refuse { reason } => {
            let reason: String = reason.trim().chars().take(REASON_MAX).collect();
            (
                ProposedState::Refused,
                Some(reason),
                EventKind::CriteriaRefused,
            )
        }
        End::Withdraw => (ProposedState::Withdrawn, None, EventKind::CriteriaRefused),
    };
    if becomes == ProposedState::Added {
        if criteria::is_known(&mut tx, &set.id).await? {
            return Err(Not::Done(EndProblem::Taken));
        }
        criteria_sets::put(&mut tx, &set, now).await?;
    }
    let ended = Ended {
        by: who.user.id,
        at: now,
        reason,
    };
    if !proposed_sets::end(&mut tx, id, becomes, &ended).await? {
        return Err(Not::Done(EndProblem::Ended));
    }
    tx.commit().await.map_err(DbError::from)?;
    if becomes == ProposedState::Added {
        state.criteria.reload(&state.db).await?;
    }
    events::record(state, who.event(kind).what(set.id.to_string()));
    Ok(becomes)
}
