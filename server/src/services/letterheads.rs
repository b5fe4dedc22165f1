//! The letterheads of units: who may write whose, what a unit has before anybody wrote one, and a sample paper under it.

use chrono::{Datelike, NaiveDate};
use papers::{Heads, ListRow, Numbering, RecognitionDecision};
use shared::api::imports::Commune;
use shared::api::letterheads::{Letterhead, LetterheadDesk, Saved, Unmended};
use shared::calendar;
use shared::ids::UnitId;
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};
use shared::problem::ProblemKind;
use shared::text::place_order;

use super::figures::failed;
use super::{accounts, papers as printing, templates};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::letterheads::{self, Kept};
use crate::db::{AnyConnection, DbError, symbols, users};
use crate::state::AppState;
use app::BackendError;

type Result<T> = std::result::Result<T, BackendError>;

/// Why a letterhead was not saved.
pub enum NotSaved {
    Unmended(Unmended),
    Failed(BackendError),
}

impl From<BackendError> for NotSaved {
    fn from(error: BackendError) -> Self {
        Self::Failed(error)
    }
}

/// The units whose letterhead somebody may write, by their names: their own communes, or the area itself.
fn own(who: &SignedIn, day: NaiveDate) -> Result<Vec<Commune>> {
    let role = who.actor.role;
    if !role.keeps_its_unit() {
        return Err(ProblemKind::Forbidden.into());
    }
    let is_own = |unit: &&OrgUnit| {
        unit.kind != UnitKind::Village
            && unit.valid_at(day)
            && who.actor.scope.works_on(unit.id, unit.id)
    };
    let units = who.tree.iter().filter(is_own).map(|unit| Commune {
        id: unit.id,
        name: unit.name(day).to_owned(),
    });
    let mut units: Vec<Commune> = units.collect();
    units.sort_by(|one, other| place_order(&one.name, &other.name));
    Ok(units)
}

/// One of them.
pub(super) fn one_of(who: &SignedIn, unit: UnitId, day: NaiveDate) -> Result<UnitId> {
    let is_own = own(who, day)?.iter().any(|own| own.id == unit);
    is_own
        .then_some(unit)
        .ok_or_else(|| ProblemKind::NotFound.into())
}

/// Where somebody writes the letterhead of one of their units, or of the first.
pub async fn desk(
    state: &AppState,
    who: &SignedIn,
    unit: Option<UnitId>,
) -> Result<LetterheadDesk> {
    let day = clock::today();
    let units = own(who, day)?;
    let is_there = |unit: &UnitId| units.iter().any(|own| own.id == *unit);
    let chosen = match unit {
        Some(unit) => Some(unit).filter(is_there),
        None => accounts::home(&who.user, &who.tree, day)
            .filter(is_there)
            .or_else(|| units.first().map(|own| own.id)),
    };
    let chosen = chosen.ok_or(ProblemKind::NotFound)?;
    let mut conn = state.db.read().await.map_err(failed)?;
    let kept = letterheads::of(&mut conn, chosen).await.map_err(failed)?;
    let by: Vec<_> = kept.iter().map(|kept| kept.by).collect();
    let names = users::names(&mut conn, &by).await.map_err(failed)?;
    let saved = kept.as_ref().map(|kept| Saved {
        at: kept.at,
        by: names.get(&kept.by).cloned(),
    });
    let letterhead = kept.map_or_else(|| suggested(&who.tree, chosen, day), |kept| kept.letterhead);
    let symbol = symbols::of(&mut conn, chosen).await.map_err(failed)?;
    Ok(LetterheadDesk {
        units,
        chosen,
        letterhead,
        symbol,
        saved,
    })
}

/// Saves the letterhead of one of somebody's units, or says what has to be mended first.
pub async fn save(
    state: &AppState,
    who: &SignedIn,
    unit: UnitId,
    letterhead: Letterhead,
) -> std::result::Result<(), NotSaved> {
    let now = clock::now();
    let unit = one_of(who, unit, calendar::day(now))?;
    let letterhead = letterhead.trimmed();
    let problems = letterhead.problems();
    if !problems.is_empty() {
        return Err(NotSaved::Unmended(Unmended {
            letterhead,
            problems,
        }));
    }
    let kept = Kept {
        letterhead,
        by: who.user.id,
        at: now,
    };
    let written = async {
        let mut tx = state.db.write().await?;
        letterheads::put(&mut tx, unit, &kept).await?;
        tx.commit().await?;
        Ok::<_, DbError>(())
    };
    Ok(written.await.map_err(failed)?)
}

/// The letterhead for the papers of a unit: what was saved, or else what its name suggests.
pub async fn of(
    conn: &mut AnyConnection,
    tree: &OrgTree,
    unit: UnitId,
    day: NaiveDate,
) -> std::result::Result<papers::Letterhead, DbError> {
    let kept = letterheads::of(conn, unit).await?;
    Ok(for_papers(kept.map_or_else(
        || suggested(tree, unit, day),
        |kept| kept.letterhead,
    )))
}

fn for_papers(letterhead: Letterhead) -> papers::Letterhead {
    papers::Letterhead {
        upper: letterhead.upper,
        issuer: letterhead.issuer,
        place: letterhead.place,
        authority: letterhead.authority,
        signer_mark: letterhead.signer_mark,
        signer_title: letterhead.signer_title,
        signer_name: letterhead.signer_name,
        recipients: letterhead.recipients,
        is_authority: letterhead.is_authority,
    }
}

/// What a unit's name suggests. An area is no authority, so its own name stands until somebody writes who signs there.
pub fn suggested(tree: &OrgTree, unit: UnitId, day: NaiveDate) -> Letterhead {
    let Some(found) = tree.get(unit) else {
        return Letterhead::default();
    };
    let committee = |unit: &OrgUnit| format!("Ủy ban nhân dân {}", in_a_sentence(unit.name(day)));
    let above = tree.ancestors(unit, day);
    let province = above.iter().find(|unit| unit.kind == UnitKind::Province);
    let is_area = found.kind == UnitKind::Area;
    let issuer = match is_area {
        true => found.name(day).to_owned(),
        false => committee(found),
    };
    Letterhead {
        upper: province.map(|unit| committee(unit)).unwrap_or_default(),
        place: proper(found.name(day)).to_owned(),
        authority: match is_area {
            true => String::new(),
            false => format!("Chủ tịch {issuer}"),
        },
        signer_title: "Chủ tịch".to_owned(),
        recipients: vec!["Lưu: VT".to_owned()],
        is_authority: !is_area,
        issuer,
        ..Letterhead::default()
    }
}

const KINDS: [&str; 8] = [
    "Xã ",
    "Phường ",
    "Thị trấn ",
    "Đặc khu ",
    "Tỉnh ",
    "Thành phố ",
    "Huyện ",
    "Địa bàn ",
];

/// "xã Phong Thổ" of "Xã Phong Thổ".
pub fn in_a_sentence(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if proper(name) != name => first.to_lowercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}

/// "Phong Thổ" of "Xã Phong Thổ".
pub fn proper(name: &str) -> &str {
    let kinds = KINDS.iter();
    kinds
        .filter_map(|kind| name.strip_prefix(kind))
        .next()
        .unwrap_or(name)
}

/// A decision under the letterhead of one of somebody's units as PDF: made-up names, no number, no day.
pub async fn sample(state: &AppState, who: &SignedIn, unit: UnitId) -> Result<Vec<u8>> {
    let day = clock::today();
    let unit = one_of(who, unit, day)?;
    let letterhead = {
        let mut conn = state.db.read().await.map_err(failed)?;
        of(&mut conn, &who.tree, unit, day).await.map_err(failed)?
    };
    let draw = move || papers::pdf(&sample_decision(day), &letterhead, templates::official());
    printing::drawn(draw).await
}

/// A decision of made-up names, with nothing that holds.
pub fn sample_decision(day: NaiveDate) -> RecognitionDecision {
    let row = |(name, result): (&str, &str)| ListRow {
        name: name.to_owned(),
        village: "Bản (mẫu)".to_owned(),
        result: result.to_owned(),
        ..ListRow::default()
    };
    let rows = [
        ("Nguyễn Văn A", "92 điểm"),
        ("Trần Thị B", "88 điểm"),
        ("Lê Văn C", "85 điểm"),
    ];
    RecognitionDecision {
        numbering: Numbering {
            symbol: "QĐ-UBND".to_owned(),
            drafted_in: day.year(),
            ..Numbering::default()
        },
        title: "Gia đình học tập".to_owned(),
        year: calendar::year_judged(day).get(),
        counted: "gia đình".to_owned(),
        bases: vec![
            "Căn cứ (văn bản mẫu để xem thể thức, không có giá trị)".to_owned(),
            "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội".to_owned(),
        ],
        heads: Heads {
            name: "Họ và tên chủ hộ".to_owned(),
            ..Heads::default()
        },
        rows: rows.into_iter().map(row).collect(),
        ..RecognitionDecision::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_sentence_and_alone() {
        for (name, said, alone) in [
            ("Xã Phong Thổ", "xã Phong Thổ", "Phong Thổ"),
            ("Tỉnh Lai Châu", "tỉnh Lai Châu", "Lai Châu"),
            ("Thị trấn Phong Thổ", "thị trấn Phong Thổ", "Phong Thổ"),
            ("Mường So", "Mường So", "Mường So"),
        ] {
            assert_eq!((in_a_sentence(name).as_str(), proper(name)), (said, alone));
        }
    }
}
