//! The `exemplars` table: stories of those who hold a title. One row a form, the last that was saved.

use chrono::{DateTime, NaiveDate, Utc};
use shared::assessment::StageName;
use shared::document::Document;
use shared::evidence::FileHash;
use shared::ids::{DocumentId, UnitId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Result, from_columns, millis, moment, parsed};

/// What was saved, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub form: DocumentId,
    pub story: String,
    pub photo: Option<FileHash>,
    pub consent_by: String,
    pub consent_on: Option<NaiveDate>,
    pub is_shown: bool,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

struct KeptRow {
    form: String,
    story: String,
    photo: Option<String>,
    consent_by: String,
    consent_on: Option<String>,
    shown: i64,
    saved_by: String,
    saved_at: i64,
}

from_columns!(KeptRow {
    form,
    story,
    photo,
    consent_by,
    consent_on,
    shown,
    saved_by,
    saved_at
});

const COLUMNS: &str =
    "e.form, e.story, e.photo, e.consent_by, e.consent_on, e.shown, e.saved_by, e.saved_at";

impl KeptRow {
    fn read(self) -> Result<Kept> {
        let of = |column, text: &str| parsed::<FileHash>("exemplars", column, text);
        let day = |text: &str| parsed::<NaiveDate>("exemplars", "consent_on", text);
        Ok(Kept {
            form: parsed("exemplars", "form", &self.form)?,
            story: self.story,
            photo: self.photo.map(|hash| of("photo", &hash)).transpose()?,
            consent_by: self.consent_by,
            consent_on: self.consent_on.map(|on| day(&on)).transpose()?,
            is_shown: self.shown != 0,
            by: parsed("exemplars", "saved_by", &self.saved_by)?,
            at: moment(self.saved_at),
        })
    }
}

/// What was saved of a form.
pub async fn of(conn: &mut AnyConnection, form: DocumentId) -> Result<Option<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM exemplars e WHERE e.form = $1");
    let row: Option<KeptRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(form.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(KeptRow::read).transpose()
}

/// Those that everybody may read, with their forms: the title is still held. The newest first, of one unit or of all.
pub async fn shown(
    conn: &mut AnyConnection,
    unit: Option<UnitId>,
    limit: usize,
) -> Result<Vec<(Kept, Document)>> {
    let here = match unit {
        Some(_) => "AND d.shard = $2 ",
        None => "",
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM exemplars e JOIN documents d ON d.id = e.form \
         WHERE e.shown = 1 AND d.stage = $1 {here}ORDER BY e.saved_at DESC, e.form LIMIT {limit}"
    );
    let mut query =
        sqlx::query_as::<_, KeptRow>(AssertSqlSafe(sql)).bind(StageName::Recognised.as_str());
    if let Some(unit) = unit {
        query = query.bind(unit.to_string());
    }
    let rows = query.fetch_all(&mut *conn).await?;
    let kept: Vec<Kept> = rows.into_iter().map(KeptRow::read).collect::<Result<_>>()?;
    let ids: Vec<DocumentId> = kept.iter().map(|kept| kept.form).collect();
    let mut forms = super::documents::by_ids(conn, &ids).await?;
    let mut told = Vec::new();
    for kept in kept {
        if let Some(at) = forms.iter().position(|form| form.id == kept.form) {
            told.push((kept, forms.swap_remove(at)));
        }
    }
    Ok(told)
}

/// Writes a form's, in the place of what it had.
pub async fn put(conn: &mut AnyConnection, kept: &Kept) -> Result<()> {
    sqlx::query(
        "INSERT INTO exemplars (form, story, photo, consent_by, consent_on, shown, saved_by, saved_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (form) DO UPDATE SET story = excluded.story, photo = excluded.photo, \
         consent_by = excluded.consent_by, consent_on = excluded.consent_on, shown = excluded.shown, \
         saved_by = excluded.saved_by, saved_at = excluded.saved_at",
    )
    .bind(kept.form.to_string())
    .bind(&kept.story)
    .bind(kept.photo.map(|hash| hash.to_string()))
    .bind(&kept.consent_by)
    .bind(kept.consent_on.map(|on| on.to_string()))
    .bind(i64::from(kept.is_shown))
    .bind(kept.by.to_string())
    .bind(millis(kept.at))
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was written of a form.
pub async fn forget(conn: &mut AnyConnection, form: DocumentId) -> Result<()> {
    sqlx::query("DELETE FROM exemplars WHERE form = $1")
        .bind(form.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
