//! A table as a file, made as a job.

use std::collections::BTreeMap;

use app::locale;
use async_trait::async_trait;
use shared::job::Fault;
use shared::problem::ProblemKind;

use super::{Asked, Pace, is_known, reader, tables, written};
use crate::auth::SignedIn;
use crate::clock;
use crate::db::jobs::Asking;
use crate::error::ApiError;
use crate::export::FileKind;
use crate::services::accounts;
use crate::services::jobs::kind::{JobKind, Output, Stop, Work};
use crate::state::AppState;

/// An export: its name is the file's of the direct download, what is asked the query of its address.
#[derive(Debug)]
pub struct Export;

const CODE: &str = "export";

/// A wish for a file, in the language that is spoken.
pub fn asking(
    who: &SignedIn,
    file: &str,
    query: &BTreeMap<String, String>,
) -> Result<Asking, ApiError> {
    let (what, kind) = FileKind::of_name(file).ok_or(ProblemKind::NotFound)?;
    if !is_known(what, kind) {
        return Err(ProblemKind::NotFound.into());
    }
    let home = || accounts::home(&who.user, &who.tree, clock::today());
    let unit = Asked::read(query)?.unit.or_else(home);
    Ok(Asking {
        kind: CODE.to_owned(),
        by: who.user.id,
        unit: unit.ok_or(ProblemKind::NotFound)?,
        what: file.to_owned(),
        asked: serde_json::to_string(query).map_err(|_| ProblemKind::Malformed)?,
        language: locale::current().code().to_owned(),
    })
}

/// What is asked for, of the unit that it was asked for of.
fn asked(asking: &Asking) -> Option<Asked> {
    let query: BTreeMap<String, String> = serde_json::from_str(&asking.asked).ok()?;
    let asked = Asked::read(&query).ok()?;
    Some(Asked {
        unit: Some(asking.unit),
        ..asked
    })
}

#[async_trait]
impl JobKind for Export {
    fn code(&self) -> &'static str {
        CODE
    }

    fn may(&self, state: &AppState, who: &SignedIn, asking: &Asking) -> bool {
        let today = clock::today();
        asked(asking).is_some_and(|asked| {
            let as_of = asked.as_of.unwrap_or(today);
            let found = reader(state, who, today).counted(asking.unit, as_of);
            found.is_some()
        })
    }

    async fn run(&self, work: &Work) -> Result<Output, Stop> {
        let Work {
            state, who, asking, ..
        } = work;
        let asked = asked(asking).ok_or(Stop::Failed(Fault::Broken))?;
        let named = FileKind::of_name(&asking.what);
        let (what, kind) = named.ok_or(Stop::Failed(Fault::Broken))?;
        let found = tables(state, who, what, &asked, Pace::AsJob(&work.progress)).await?;
        let written = written(found, kind, work.language).await?;
        Ok(Output {
            file_name: written.name,
            media_type: written.media_type,
            bytes: written.bytes,
        })
    }
}
