//! Makes the demo district: through the same intake as a phone's changes, so whatever the demo shows, the product can
//! do.
//!
//! Everybody knows the demo's passwords, so its database is marked, and is never the one that real people sign in to.

use chrono::TimeDelta;
use shared::calendar;
use shared::criteria::Criteria;
use shared::org_unit::OrgTree;
use shared::sync::{Carried, Outcome};

use super::intake::{Submission, take};
use super::passwords;
use super::units::{self, Units, UnitsError};
use crate::clock;
use crate::db::campaigns::{self, Kept};
use crate::db::users::User;
use crate::db::{self, Db, changes, identity, users};
use crate::db::{exemplars, initiatives};
use crate::demo::{self, Deed, DemoDistrict, DemoPlan};

/// The province's units, of the old and the new map.
const UNITS: &str = include_str!("../../../data/lai_chau_units.json");
/// Changes in one transaction.
const GROUP: usize = 2_000;

/// How long after a deed the phone came into signal.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(25);

/// The demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Db(#[from] db::DbError),
    #[error(transparent)]
    Units(#[from] UnitsError),
    #[error("không băm được mật khẩu")]
    Password,
    /// The demo did something that the rules do not allow.
    #[error("thay đổi mẫu bị từ chối: {0}")]
    Refused(String),
    #[error(
        "cơ sở dữ liệu này đã có người dùng hoặc phiếu thật nên không dùng để xem thử được: ở bản mẫu ai cũng thấy tài khoản \
         và mật khẩu. Hãy bỏ --database-url và BANHOC_DATABASE_URL rồi chạy lại banhoc demo: bản mẫu có tệp riêng, \
         banhoc-demo.db"
    )]
    InUse,
}

/// A database that real people must not sign in to.
#[derive(Debug, thiserror::Error)]
pub enum NotForWork {
    #[error(
        "cơ sở dữ liệu này là của bản mẫu: ai cũng biết mật khẩu quản trị của nó. Để xem thử, hãy chạy banhoc demo; để làm \
         việc thật, hãy chọn cơ sở dữ liệu khác bằng --database-url hoặc BANHOC_DATABASE_URL"
    )]
    Demo,
    #[error(transparent)]
    Db(#[from] db::DbError),
}

/// Refuses the demo's database where real people are about to be let in.
pub async fn refuse(db: &Db) -> Result<(), NotForWork> {
    match identity::is_demo(&mut *db.read().await?).await? {
        true => Err(NotForWork::Demo),
        false => Ok(()),
    }
}

/// Marks an empty database as the demo's; leaves one that is marked; refuses any other.
async fn claim(db: &Db) -> Result<(), DemoError> {
    let mut tx = db.write().await?;
    if identity::is_demo(&mut tx).await? {
        return Ok(());
    }
    if users::any(&mut tx).await? || changes::any(&mut tx).await? {
        return Err(DemoError::InUse);
    }
    identity::mark_as_demo(&mut tx).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(())
}

/// Makes the demo in an empty database. In one that has it already it does nothing and says so by `false`.
pub async fn make(db: &Db) -> Result<bool, DemoError> {
    claim(db).await?;
    if users::any(&mut *db.read().await?).await? {
        return Ok(false);
    }
    let now = clock::now();
    let base = OrgTree::new(units::read(UNITS)?);
    let DemoDistrict {
        villages,
        users,
        deeds,
        plans,
        stories,
        initiatives: noted,
    } = demo::generate(&base, Criteria::builtin(), now);
    units::import(db, UNITS).await?;
    let mut tx = db.write().await?;
    db::units::put(&mut tx, &villages).await?;
    tx.commit().await.map_err(db::DbError::from)?;
    let tree = Units::load(db).await?.tree();

    let mut people = Vec::with_capacity(users.len());
    for user in users {
        // Colleagues whose names stand in histories never sign in. Their changes are not in the log yet, so an
        // account is written last: while there is none, a demo that was cut short is made again.
        people.push(User {
            id: user.id,
            username: user.username.map(str::to_owned),
            name: user.name,
            role: user.role,
            password_hash: match user.username {
                Some(_) => passwords::hash(demo::PASSWORD.to_owned()).await,
                None => None,
            },
            disabled: false,
            units: user.units,
        });
    }
    // In the order they were done, a day's together: what a phone recorded came in the same evening.
    let done = |deed: &Deed| deed.changes.iter().map(|it| it.made_at).max();
    let day = |deed: &Deed| done(deed).map(calendar::day);
    let mut deeds = deeds;
    deeds.sort_by_key(done);
    let mut group = Vec::new();
    let mut waiting = 0;
    let mut deeds = deeds.into_iter().peekable();
    while let Some(deed) = deeds.next() {
        waiting += deed.changes.len();
        let (today, at) = (day(&deed), done(&deed));
        group.push(Submission {
            at_desk: true,
            actor: deed.actor,
            device: None,
            changes: deed.changes.into_iter().map(Carried::Known).collect(),
        });
        if waiting >= GROUP || deeds.peek().map(day) != Some(today) {
            let received = at.map_or(now, |at| now.min(at + ON_ITS_WAY));
            for receipt in take(db, &tree, &group, received)
                .await?
                .into_iter()
                .flatten()
            {
                if let Outcome::Refused(refusal) = receipt.outcome {
                    return Err(DemoError::Refused(format!("{refusal:?}")));
                }
            }
            group.clear();
            waiting = 0;
        }
    }
    let mut tx = db.write().await?;
    users::put(&mut tx, &people, now).await?;
    for DemoPlan { plan, year, by } in plans {
        let kept = Kept {
            plan,
            year,
            version: 1,
            by,
            at: now,
        };
        campaigns::put(&mut tx, &kept).await?;
    }
    for told in stories {
        let kept = exemplars::Kept {
            form: told.form,
            story: told.story.to_owned(),
            photo: None,
            consent_by: "Người được kể".to_owned(),
            consent_on: Some(told.consent_on),
            is_shown: true,
            by: told.by,
            at: told.at,
        };
        exemplars::put(&mut tx, &kept).await?;
    }
    for noted in noted {
        let kept = initiatives::Kept {
            id: noted.id,
            unit: noted.unit,
            initiative: noted.initiative,
            is_struck: false,
            version: 1,
            made: (noted.by, noted.at),
            saved: (noted.by, noted.at),
        };
        initiatives::put(&mut tx, &kept, &[noted.author]).await?;
    }
    tx.commit().await.map_err(db::DbError::from)?;
    Ok(true)
}
