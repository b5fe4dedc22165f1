//! What a document is found and counted by: copies of what is in its body, in columns of their own.

use chrono::{DateTime, Utc};
use shared::assessment::AssessmentHead;
use shared::criteria::CriteriaSet;
use shared::document::{About, Document, Seq};
use shared::field;
use shared::figure::figures;
use shared::ids::UnitId;
use shared::text;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use crate::db::{Result, from_columns, millis, year_column};

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $of:ty),+ $(,)?) => {
        /// The columns beside a document's id, number and body.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Index { $($(#[$doc])* $name: $of),+ }

        impl Index {
            pub(super) const COLUMNS: &[&str] = &[$(stringify!($name)),+];

            /// Binds the columns in their order.
            pub(super) fn bind_to(self, query: Query<'_, Any, AnyArguments>) -> Query<'_, Any, AnyArguments> {
                query$(.bind(self.$name))+
            }
        }

        from_columns!(Index { $($name),+ });
    };
}

columns! {
    shard: String,
    place: String,
    /// Of a subject its kind; of an assessment, a decision and a supporter the word.
    kind: String,
    /// Of an assessment, like the four after it; title and year of a decision too.
    subject: Option<String>,
    title: Option<String>,
    year: Option<i64>,
    stage: Option<String>,
    finished: Option<i64>,
    /// Of a subject, like the one after it.
    since: Option<i64>,
    until: Option<i64>,
    /// Of a subject and of a supporter, like the two after it.
    folded: Option<String>,
    searched: Option<String>,
    sort_key: Option<String>,
    figures: i64,
}

impl Index {
    pub fn of(document: &Document, criteria: &[CriteriaSet]) -> Self {
        let head = document.assessment();
        let decision = document.decision();
        let subject = document.subject_kind().map(|_| document);
        let supporter = document.supporter().map(|head| head.who.name.as_str());
        let name = subject.map(Document::name).or(supporter);
        let about = head.map(|head| (head.title, head.year));
        let about = about.or(decision.map(|head| (head.title, head.year)));
        Self {
            shard: document.shard.to_string(),
            place: document.place.to_string(),
            kind: match &document.about {
                About::Subject(kind) => kind.as_str().to_owned(),
                About::Assessment(_) => "assessment".to_owned(),
                About::Decision(_) => DECISION.to_owned(),
                About::Supporter(_) => SUPPORTER.to_owned(),
            },
            subject: head.map(|head| head.subject.to_string()),
            title: about.map(|(title, _)| title.as_str().to_owned()),
            year: about.map(|(_, year)| year_column(year)),
            stage: head.map(|head| head.stage.name().as_str().to_owned()),
            finished: head.and_then(finished).map(millis),
            since: subject.map(|it| year_column(it.since())),
            until: subject.and_then(Document::until).map(year_column),
            folded: name.map(text::fold),
            searched: name.map(|name| searched(document, name)),
            sort_key: name.map(text::name_key),
            figures: figures(document, criteria).bits(),
        }
    }
}

/// The kind of a decision's document, as it is stored.
pub(in crate::db) const DECISION: &str = "decision";

/// The kind of a supporter's document, as it is stored.
pub(in crate::db) const SUPPORTER: &str = "supporter";

/// What a subject is found by.
pub(super) fn searched(subject: &Document, name: &str) -> String {
    let hamlet = subject.text(field::HAMLET).unwrap_or_default();
    text::fold(&format!("{name} {hamlet}"))
}

/// When the village finished a form; of a form of before this was written down, when it was moved last.
fn finished(head: &AssessmentHead) -> Option<DateTime<Utc>> {
    let is_finished = head.stage.name().is_scored();
    let moved = head.moved.filter(|_| is_finished).map(|moved| moved.at);
    head.finished.or(moved)
}

/// A document with the columns that are kept beside it.
#[derive(Debug)]
pub struct Indexed {
    pub id: String,
    pub seq: i64,
    pub body: String,
    pub index: Index,
}

from_columns!(Indexed { id, seq, body } and index);

impl Indexed {
    /// The shard that the row lies in.
    pub fn shard(&self) -> &str {
        &self.index.shard
    }

    /// The document. One that this version cannot read is named in the log.
    pub fn document(&self) -> Option<Document> {
        let told = |error: &serde_json::Error| tracing::error!(document = self.id, %error, "a document cannot be read");
        serde_json::from_str(&self.body).inspect_err(told).ok()
    }
}

/// Rows after an id and its shard, in their order: a walk through all of them in bounded memory, which would come upon an id in two
/// shards.
pub async fn after(
    conn: &mut AnyConnection,
    (id, shard): (&str, &str),
    limit: usize,
) -> Result<Vec<Indexed>> {
    let sql = format!(
        "SELECT id, seq, body, {} FROM documents WHERE (id, shard) > ($1, $2) ORDER BY id, shard LIMIT {limit}",
        Index::COLUMNS.join(", ")
    );
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(id.to_owned())
        .bind(shard.to_owned())
        .fetch_all(conn)
        .await?)
}

/// Some documents of a shard after a number, in the order of their numbers.
pub async fn of_shard(
    conn: &mut AnyConnection,
    shard: UnitId,
    after: Seq,
    limit: usize,
) -> Result<Vec<Indexed>> {
    let sql = format!(
        "SELECT id, seq, body, {} FROM documents WHERE shard = $1 AND seq > $2 ORDER BY seq LIMIT {limit}",
        Index::COLUMNS.join(", ")
    );
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(shard.to_string())
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .fetch_all(conn)
        .await?)
}
